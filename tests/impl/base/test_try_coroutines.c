/* WM_TRY blocks and stacks that a program switches between by itself. */
/* The formatter does not know that WM_TRY and WM_EXCEPT are statements. */
/* clang-format off */
#define _GNU_SOURCE /* ucontext, mmap */
#include "tests/impl/support.h"

#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

#ifndef THREAD_SANITIZER

#define STACK_BYTES ((size_t)1 << 20)

enum { FIRST_CODE = 0xE0000001, SECOND_CODE = 0xE0000002 };

static ucontext_t caller;
static ucontext_t coroutine;
static char *stack;
static int caught_in_coroutine;
static int filters_asked;

/* A page that cannot be read lies between the stack and everything above it. */
static void start(void (*body)(void))
{
    char *area = mmap(NULL, STACK_BYTES + PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(area, MAP_FAILED);
    assert_int_equal(mprotect(area + STACK_BYTES, PAGE, PROT_NONE), 0);
    stack = area;
    caught_in_coroutine = 0;
    assert_int_equal(getcontext(&coroutine), 0);
    coroutine.uc_stack.ss_sp = stack;
    coroutine.uc_stack.ss_size = STACK_BYTES;
    coroutine.uc_link = &caller;
    makecontext(&coroutine, body, 0);
}

static void finish(void)
{
    munmap(stack, STACK_BYTES + PAGE);
}

static void switch_to_coroutine(void)
{
    assert_int_equal(swapcontext(&caller, &coroutine), 0);
}

static void catch_inside(void)
{
    WM_TRY
    {
        RaiseException((DWORD)FIRST_CODE, 0, 0, NULL);
    }
    WM_EXCEPT(GetExceptionCode() == (DWORD)FIRST_CODE)
    {
        caught_in_coroutine++;
    }
    WM_END
}

static void raise_outside(void)
{
    catch_inside();
    RaiseException((DWORD)SECOND_CODE, 0, 0, NULL);
}

static int pass(void)
{
    filters_asked++;
    return EXCEPTION_CONTINUE_SEARCH;
}

static void *call_coroutines(void *unused)
{
    volatile DWORD code = 0;
    for (int i = 0; i < 3; i++) {
        start(raise_outside);
        WM_TRY
        {
            WM_TRY
            {
                switch_to_coroutine();
            }
            WM_EXCEPT(pass())
            {
            }
            WM_END
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            code = GetExceptionCode();
        }
        WM_END
        finish();
        assert_int_equal(code, (DWORD)SECOND_CODE);
        assert_int_equal(caught_in_coroutine, 1);
        assert_int_equal(filters_asked, i + 1);
    }
    return unused;
}

/* On a thread, whose stack lies close to that of the coroutine. */
static void what_a_coroutine_raises_reaches_the_blocks_of_its_caller(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, call_coroutines, NULL), 0);
    pthread_join(thread, NULL);
    assert_int_equal(filters_asked, 3);
}

static void yield_inside(void)
{
    WM_TRY
    {
        assert_int_equal(swapcontext(&coroutine, &caller), 0);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
    }
    WM_END
    catch_inside();
}

/* The coroutine's block is forgotten; leaving it then must not leave those of its caller. */
static void a_block_that_is_switched_away_from_does_no_harm(void **state)
{
    (void)state;
    volatile DWORD code = 0;
    start(yield_inside);
    switch_to_coroutine();
    WM_TRY
    {
        WM_TRY
        {
            switch_to_coroutine();
            RaiseException((DWORD)SECOND_CODE, 0, 0, NULL);
        }
        WM_EXCEPT(GetExceptionCode() == (DWORD)SECOND_CODE)
        {
            code = GetExceptionCode();
        }
        WM_END
        assert_int_equal(code, (DWORD)SECOND_CODE);
        RaiseException((DWORD)FIRST_CODE, 0, 0, NULL);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        code = GetExceptionCode();
    }
    WM_END
    assert_int_equal(code, (DWORD)FIRST_CODE);
    assert_int_equal(caught_in_coroutine, 1);
    finish();
}

#endif

int main(void)
{
#ifdef THREAD_SANITIZER
    print_message("skipped: blocks on two stacks, between which ThreadSanitizer allows no longjmp\n");
    return 0;
#else
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_coroutine_raises_reaches_the_blocks_of_its_caller),
        cmocka_unit_test(a_block_that_is_switched_away_from_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
