/* WM_TRY blocks: filters are asked innermost first with the place of the exception intact, handlers
 * run after everything further in is gone, and every way out of a block is a way out. */
/* The formatter does not know that WM_TRY and WM_EXCEPT are statements. */
/* clang-format off */
#include "tests/impl/support.h"

#include "impl/base/client_error.h"
#include "impl/os/os_sim.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#define CODE 0xE0000001u

static void the_handler_sees_the_code_and_the_code_after_it_runs(void **state)
{
    (void)state;
    volatile int order = 0;
    WM_TRY
    {
        RaiseException(CODE, 0, 0, NULL);
        fail();
    }
    WM_EXCEPT(GetExceptionCode() == CODE ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH)
    {
        assert_int_equal(GetExceptionCode(), CODE);
        order = 1;
    }
    WM_END
    assert_int_equal(order, 1);
}

static void a_body_without_exception_skips_the_handler(void **state)
{
    (void)state;
    volatile int ran = 0;
    WM_TRY
    {
        ran = 1;
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        fail();
    }
    WM_END
    assert_int_equal(ran, 1);
}

static void the_filter_sees_the_parameters(void **state)
{
    (void)state;
    ULONG_PTR arguments[] = {11, 22};
    volatile ULONG_PTR sum = 0;
    WM_TRY
    {
        RaiseException(CODE, 0, 2, arguments);
    }
    WM_EXCEPT((sum = GetExceptionInformation()->ExceptionRecord->ExceptionInformation[0] +
                     GetExceptionInformation()->ExceptionRecord->ExceptionInformation[1],
               EXCEPTION_EXECUTE_HANDLER))
    {
    }
    WM_END
    assert_int_equal(sum, 33);
}

static __attribute__((noinline)) void raise_deep(int depth)
{
    volatile char pad[300];
    memset((void *)pad, depth, sizeof pad);
    if (depth == 0) {
        RaiseException(CODE, 0, 0, NULL);
    } else {
        raise_deep(depth - 1);
    }
    for (size_t i = 0; i < sizeof pad; i++) {
        assert_int_equal(pad[i], depth); /* if it was continued, every frame is as it was */
    }
}

/* Overwrites the stack below whoever calls it. */
static __attribute__((noinline)) LONG trample(LONG verdict)
{
    volatile char deep[30000];
    memset((void *)deep, 0xA5, sizeof deep);
    return verdict + deep[1] - deep[2];
}

static void inner_filters_are_asked_first_and_may_pass(void **state)
{
    (void)state;
    volatile int asked = 0;
    volatile int inner_order = 0;
    volatile int outer_order = 0;
    WM_TRY
    {
        WM_TRY
        {
            raise_deep(20);
        }
        WM_EXCEPT((inner_order = ++asked, trample(EXCEPTION_CONTINUE_SEARCH)))
        {
            fail();
        }
        WM_END
    }
    WM_EXCEPT((outer_order = ++asked, trample(EXCEPTION_EXECUTE_HANDLER)))
    {
        asked = 100;
    }
    WM_END
    assert_int_equal(inner_order, 1);
    assert_int_equal(outer_order, 2);
    assert_int_equal(asked, 100);
}

static void an_exception_in_a_handler_goes_to_the_outer_block(void **state)
{
    (void)state;
    volatile DWORD outer_code = 0;
    WM_TRY
    {
        WM_TRY
        {
            RaiseException(CODE, 0, 0, NULL);
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            RaiseException(CODE + 1, 0, 0, NULL);
        }
        WM_END
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        outer_code = GetExceptionCode();
    }
    WM_END
    assert_int_equal(outer_code, CODE + 1);
}

static LONG raise_in_filter(void)
{
    RaiseException(CODE + 2, 0, 0, NULL);
    return EXCEPTION_EXECUTE_HANDLER;
}

static void an_exception_in_a_filter_goes_to_the_outer_block(void **state)
{
    (void)state;
    for (volatile int i = 0; i < 100; i++) {
        volatile DWORD outer_code = 0;
        WM_TRY
        {
            WM_TRY
            {
                raise_deep(3);
            }
            WM_EXCEPT(raise_in_filter())
            {
                fail();
            }
            WM_END
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            outer_code = GetExceptionCode();
        }
        WM_END
        assert_int_equal(outer_code, CODE + 2);
    }
}

static __attribute__((noinline)) int leave_by_return(void)
{
    WM_TRY
    {
        return 5;
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
    }
    WM_END
    return 6;
}

static void return_break_and_goto_leave_the_block(void **state)
{
    (void)state;
    volatile int outer = 0;
    WM_TRY
    {
        assert_int_equal(leave_by_return(), 5);
        for (;;) {
            WM_TRY
            {
                break;
            }
            WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
            {
                fail();
            }
            WM_END
        }
        WM_TRY
        {
            goto raise;
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            fail();
        }
        WM_END
    raise:
        RaiseException(CODE, 0, 0, NULL);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        outer = 1;
    }
    WM_END
    assert_int_equal(outer, 1);
}

static jmp_buf out;

static __attribute__((noinline)) void leave_by_longjmp(void)
{
    WM_TRY
    {
        longjmp(out, 1);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        fail();
    }
    WM_END
}

static void blocks_left_by_longjmp_are_not_asked(void **state)
{
    (void)state;
    volatile int caught = 0;
    for (volatile int i = 0; i < 50; i++) {
        WM_TRY
        {
            if (setjmp(out) == 0) {
                leave_by_longjmp();
            }
            trample(0);
            RaiseException(CODE, 0, 0, NULL);
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            caught++;
        }
        WM_END
    }
    assert_int_equal(caught, 50);
}

static void handlers_can_be_entered_again_and_again_without_leaking(void **state)
{
    (void)state;
    volatile int caught = 0;
    for (volatile int i = 0; i < 5000; i++) {
        WM_TRY
        {
            raise_deep(2);
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            caught++;
        }
        WM_END
    }
    assert_int_equal(caught, 5000);
}

static void without_memory_an_exception_is_still_caught(void **state)
{
    (void)state;
    volatile int caught = 0;
    WM_TRY
    {
        /* so that the nodes exist */
        WM_TRY
        {
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
        }
        WM_END
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
    }
    WM_END
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    WM_TRY
    {
        WM_TRY
        {
            raise_deep(2);
        }
        WM_EXCEPT(trample(EXCEPTION_CONTINUE_SEARCH))
        {
            fail();
        }
        WM_END
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        caught = 1;
    }
    WM_END
    wm_os_sim_stop();
    assert_int_equal(caught, 1);
}

/* No copy of the stack, so nothing to continue. */
static void continue_without_memory(void)
{
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    WM_TRY
    {
        raise_deep(2);
    }
    WM_EXCEPT(EXCEPTION_CONTINUE_EXECUTION)
    {
    }
    WM_END
}

static void pass_on_without_memory(void)
{
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    WM_TRY
    {
        raise_deep(2);
    }
    WM_EXCEPT(EXCEPTION_CONTINUE_SEARCH)
    {
    }
    WM_END
}

static void without_memory_an_exception_that_nobody_takes_ends_the_process(void **state)
{
    void (*const bodies[])(void) = {continue_without_memory, pass_on_without_memory};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct death death = die_of(bodies[i]);
        assert_int_equal(death.signal, SIGABRT);
        assert_string_equal(death.text, WM_SENTENCE_UNHANDLED);
    }
}

#ifndef THREAD_SANITIZER

static void a_filter_may_continue_what_was_raised(void **state)
{
    (void)state;
    volatile int asked = 0;
    volatile int reached = 0;
    WM_TRY
    {
        raise_deep(10);
        reached = 1;
    }
    WM_EXCEPT((asked++, trample(EXCEPTION_CONTINUE_EXECUTION)))
    {
        fail();
    }
    WM_END
    assert_int_equal(asked, 1);
    assert_int_equal(reached, 1);
}

static LONG commit_page(const EXCEPTION_POINTERS *pointers)
{
    void *page = (void *)pointers->ExceptionRecord->ExceptionInformation[1];
    bool committed = VirtualAlloc(page, 1, MEM_COMMIT, PAGE_READWRITE) != NULL;
    return trample(committed ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH);
}

static void a_filter_may_commit_the_page_and_restart_the_instruction(void **state)
{
    (void)state;
    take_faults_back();
    char *pages = VirtualAlloc(NULL, 64 * PAGE, MEM_RESERVE, PAGE_NOACCESS);
    assert_non_null(pages);
    volatile int sum = 0;
    WM_TRY
    {
        for (size_t i = 0; i < 64; i++) {
            pages[i * PAGE] = 1;
            sum += pages[i * PAGE];
        }
    }
    WM_EXCEPT(commit_page(GetExceptionInformation()))
    {
        fail();
    }
    WM_END
    assert_int_equal(sum, 64);
    assert_true(VirtualFree(pages, 0, MEM_RELEASE));
}

static void a_passed_exception_may_be_continued_further_out(void **state)
{
    (void)state;
    volatile int reached = 0;
    WM_TRY
    {
        WM_TRY
        {
            raise_deep(4);
            reached = 1;
        }
        WM_EXCEPT(trample(EXCEPTION_CONTINUE_SEARCH))
        {
            fail();
        }
        WM_END
    }
    WM_EXCEPT(trample(EXCEPTION_CONTINUE_EXECUTION))
    {
        fail();
    }
    WM_END
    assert_int_equal(reached, 1);
}

#endif

static void *catch_many(void *result)
{
    volatile int caught = 0;
    char *page = VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_NOACCESS);
    for (volatile int i = 0; i < 500; i++) {
        WM_TRY
        {
            page[i] = 1;
        }
        WM_EXCEPT(GetExceptionCode() == STATUS_ACCESS_VIOLATION)
        {
            caught++;
        }
        WM_END
    }
    VirtualFree(page, 0, MEM_RELEASE);
    *(int *)result = caught;
    return NULL;
}

static void blocks_work_on_every_thread(void **state)
{
    (void)state;
    take_faults_back();
    enum { THREAD_COUNT = 4 };
    pthread_t threads[THREAD_COUNT];
    int caught[THREAD_COUNT] = {0};
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, catch_many, &caught[i]), 0);
    }
    for (int i = 0; i < THREAD_COUNT; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(caught[i], 500);
    }
}

int main(void)
{
#ifdef THREAD_SANITIZER
    print_message("skipped: continuing from a filter, which returns to frames that ThreadSanitizer "
                  "has already taken off its own stack\n");
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handler_sees_the_code_and_the_code_after_it_runs),
        cmocka_unit_test(a_body_without_exception_skips_the_handler),
        cmocka_unit_test(the_filter_sees_the_parameters),
        cmocka_unit_test(inner_filters_are_asked_first_and_may_pass),
        cmocka_unit_test(an_exception_in_a_handler_goes_to_the_outer_block),
        cmocka_unit_test(an_exception_in_a_filter_goes_to_the_outer_block),
        cmocka_unit_test(return_break_and_goto_leave_the_block),
        cmocka_unit_test(blocks_left_by_longjmp_are_not_asked),
        cmocka_unit_test(handlers_can_be_entered_again_and_again_without_leaking),
        cmocka_unit_test(without_memory_an_exception_is_still_caught),
        cmocka_unit_test(without_memory_an_exception_that_nobody_takes_ends_the_process),
#ifndef THREAD_SANITIZER
        cmocka_unit_test(a_filter_may_continue_what_was_raised),
        cmocka_unit_test(a_filter_may_commit_the_page_and_restart_the_instruction),
        cmocka_unit_test(a_passed_exception_may_be_continued_further_out),
#endif
        cmocka_unit_test(blocks_work_on_every_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
