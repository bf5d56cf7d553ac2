/* WM_TRY blocks where a thread has two stacks: handlers of faults run on the alternate one,
 * whatever lies on it is further in than the code that faulted, and a stack that has overflown can
 * still be left. */
/* The formatter does not know that WM_TRY and WM_EXCEPT are statements. */
/* clang-format off */
#define _GNU_SOURCE /* sigaltstack, mmap */
#include "tests/impl/support.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define INNER_CODE 0xE0000001u
#define OUTER_CODE 0xE0000002u

#define STACK_BYTES ((size_t)1 << 20)
#define AREA_BYTES (4 * STACK_BYTES)

struct place {
    char *stack;
    char *alternate;
    DWORD raised;
    DWORD caught;
};

#ifndef THREAD_SANITIZER

/* Read at run time, so that the compiler does not see where it points. */
static volatile char *volatile nowhere = (volatile char *)(uintptr_t)8;

static _Thread_local int inner_count;
static _Thread_local DWORD to_raise;

static LONG use_blocks_and_raise(PEXCEPTION_POINTERS pointers)
{
    if (pointers->ExceptionRecord->ExceptionCode != STATUS_ACCESS_VIOLATION) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    WM_TRY
    {
        RaiseException(INNER_CODE, 0, 0, NULL);
    }
    WM_EXCEPT(GetExceptionCode() == INNER_CODE)
    {
        inner_count++;
    }
    WM_END
    if (to_raise != 0) {
        RaiseException(to_raise, 0, 0, NULL);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static void use_alternate_stack(void *stack, stack_t *before)
{
    stack_t alternate = {.ss_sp = stack, .ss_size = STACK_BYTES};
    assert_int_equal(sigaltstack(&alternate, before), 0);
}

static void *fault_on_this_thread(void *argument)
{
    struct place *place = argument;
    stack_t before;
    use_alternate_stack(place->alternate, &before);
    to_raise = place->raised;
    inner_count = 0;
    volatile DWORD caught = 0;
    WM_TRY
    {
        *nowhere = 1;
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        caught = GetExceptionCode();
    }
    WM_END
    place->caught = inner_count == 1 ? caught : 0;
    sigaltstack(&before, NULL);
    return NULL;
}

/* A thread whose stacks lie as told, with memory in between that nobody may touch. */
static DWORD code_caught_with(bool alternate_above, DWORD raised)
{
    char *area = mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(area != MAP_FAILED);
    assert_int_equal(mprotect(area + STACK_BYTES, 2 * STACK_BYTES, PROT_NONE), 0);
    char *above = area + 3 * STACK_BYTES;
    struct place place = {.stack = alternate_above ? area : above,
                          .alternate = alternate_above ? above : area,
                          .raised = raised};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstack(&attributes, place.stack, STACK_BYTES), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, &attributes, fault_on_this_thread, &place), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    munmap(area, AREA_BYTES);
    return place.caught;
}

static void a_block_in_a_handler_is_inside_the_block_that_faulted(void **state)
{
    (void)state;
    take_faults_back();
    PVOID handle = AddVectoredExceptionHandler(1, use_blocks_and_raise);
    assert_int_equal(code_caught_with(false, 0), STATUS_ACCESS_VIOLATION);
    assert_int_equal(code_caught_with(true, 0), STATUS_ACCESS_VIOLATION);
    assert_int_equal(RemoveVectoredExceptionHandler(handle), 1);
}

static void what_a_handler_raises_reaches_the_block_that_faulted(void **state)
{
    (void)state;
    take_faults_back();
    PVOID handle = AddVectoredExceptionHandler(1, use_blocks_and_raise);
    assert_int_equal(code_caught_with(false, OUTER_CODE), OUTER_CODE);
    assert_int_equal(code_caught_with(true, OUTER_CODE), OUTER_CODE);
    assert_int_equal(RemoveVectoredExceptionHandler(handle), 1);
}

static volatile DWORD caught_by_handler;

static void fault_and_catch(int number)
{
    (void)number;
    WM_TRY
    {
        *nowhere = 1;
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        caught_by_handler = GetExceptionCode();
    }
    WM_END
}

/* The signal is the program's, and so is the fault on the alternate stack. */
static void a_signal_handler_on_the_alternate_stack_catches_its_faults(void **state)
{
    (void)state;
    take_faults_back();
    char *alternate = malloc(STACK_BYTES);
    assert_non_null(alternate);
    stack_t before;
    use_alternate_stack(alternate, &before);
    struct sigaction action = {.sa_handler = fault_and_catch, .sa_flags = SA_ONSTACK};
    struct sigaction action_before;
    assert_int_equal(sigaction(SIGUSR1, &action, &action_before), 0);
    for (int i = 0; i < 3; i++) {
        caught_by_handler = 0;
        assert_int_equal(raise(SIGUSR1), 0);
        assert_int_equal(caught_by_handler, STATUS_ACCESS_VIOLATION);
    }
    assert_int_equal(sigaction(SIGUSR1, &action_before, NULL), 0);
    assert_int_equal(sigaltstack(&before, NULL), 0);
    free(alternate);
}

static __attribute__((noinline)) int descend(int depth)
{
    volatile char frame[200];
    frame[0] = (char)depth;
    return depth == INT32_MAX ? 0 : descend(depth + 1) + frame[0];
}

static void *overflow(void *caught)
{
    static char alternate[STACK_BYTES];
    stack_t before;
    use_alternate_stack(alternate, &before);
    for (volatile int i = 0; i < 3; i++) {
        WM_TRY
        {
            WM_TRY
            {
                descend(0);
            }
            WM_EXCEPT(EXCEPTION_CONTINUE_SEARCH)
            {
                fail();
            }
            WM_END
        }
        WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            *(int *)caught += GetExceptionCode() == STATUS_ACCESS_VIOLATION;
        }
        WM_END
    }
    sigaltstack(&before, NULL);
    return NULL;
}

static void a_stack_that_has_overflown_can_be_left(void **state)
{
    (void)state;
    take_faults_back();
    int caught = 0;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, overflow, &caught), 0);
    pthread_join(thread, NULL);
    assert_int_equal(caught, 3);
}

#endif

static jmp_buf way_out;

static LONG leave(void)
{
    longjmp(way_out, 1);
}

static __attribute__((noinline)) void raise_and_leave(void)
{
    WM_TRY
    {
        RaiseException(OUTER_CODE, 0, 0, NULL);
    }
    WM_EXCEPT(leave())
    {
        fail();
    }
    WM_END
}

static long mapped_pages(void)
{
    char text[32] = "";
    FILE *statm = fopen("/proc/self/statm", "r");
    assert_non_null(statm);
    assert_non_null(fgets(text, sizeof text, statm));
    fclose(statm);
    return strtol(text, NULL, 10);
}

static void filters_that_are_left_by_longjmp_leak_nothing(void **state)
{
    (void)state;
    volatile long before = 0;
    for (volatile int i = 0; i < 500; i++) {
        if (i == 10) {
            before = mapped_pages();
        }
        if (setjmp(way_out) == 0) {
            raise_and_leave();
        }
    }
    assert_in_range(mapped_pages() - before, 0, 100);
}

static LONG raise_in_filter(void)
{
    RaiseException(INNER_CODE, 0, 0, NULL);
    return EXCEPTION_CONTINUE_SEARCH;
}

static __attribute__((noinline)) void raise_twice(void)
{
    WM_TRY
    {
        WM_TRY
        {
            RaiseException(OUTER_CODE, 0, 0, NULL);
        }
        WM_EXCEPT(raise_in_filter())
        {
            fail();
        }
        WM_END
    }
    WM_EXCEPT(GetExceptionCode() == INNER_CODE)
    {
    }
    WM_END
}

static void filters_that_raise_leak_nothing(void **state)
{
    (void)state;
    raise_twice();
    long before = mapped_pages();
    for (volatile int i = 0; i < 500; i++) {
        raise_twice();
    }
    assert_in_range(mapped_pages() - before, 0, 100);
}

int main(void)
{
#ifdef THREAD_SANITIZER
    print_message("skipped: blocks on two stacks, between which ThreadSanitizer allows no longjmp\n");
#endif
    const struct CMUnitTest tests[] = {
#ifndef THREAD_SANITIZER
        cmocka_unit_test(a_block_in_a_handler_is_inside_the_block_that_faulted),
        cmocka_unit_test(what_a_handler_raises_reaches_the_block_that_faulted),
        cmocka_unit_test(a_signal_handler_on_the_alternate_stack_catches_its_faults),
        cmocka_unit_test(a_stack_that_has_overflown_can_be_left),
#endif
        cmocka_unit_test(filters_that_raise_leak_nothing),
        cmocka_unit_test(filters_that_are_left_by_longjmp_leak_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
