/* The handlers of a trace: what they record, what they answer, and that the executor stays the
 * last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/kit/execute/fake.h"
#include "tests/kit/execute/fixture.h"
#include "tests/kit/execute/harness.h"

static void handlers_record_what_they_see_in_the_order_of_calling(void **state)
{
    (void)state;
    run_text(&api, "v0 = AddVectoredExceptionHandler(0, SEARCH)\n"
                   "v1 = AddVectoredExceptionHandler(1, SEARCH)\n"
                   "v7 = AddVectoredExceptionHandler(0, CONTINUE)\n"
                   "v2 = AddVectoredExceptionHandler(0, SEARCH)\n"
                   "RaiseException(0xe0000007, 0, 3, 40)\n");
    assert_log(4, "-> 0 values=(0) handlers=((v1 0xe0000007 0 3 40 41), "
                  "(v0 0xe0000007 0 3 40 41), (v7 0xe0000007 0 3 40 41))");
}

static void an_exception_that_nobody_continues_leaves_the_call(void **state)
{
    (void)state;
    run_text(&api, "v0 = AddVectoredExceptionHandler(0, SEARCH)\n"
                   "RaiseException(0xe0000007, 1, 15, 1)\n"
                   "RemoveVectoredExceptionHandler(v0)\n"
                   "RaiseException(0xe0000007, 0, 0, NULL)\n");
    assert_log(1,
               "-> raised 0xe0000007 flags=1 (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) "
               "values=(0) handlers=((v0 0xe0000007 1 15 1 2))");
    assert_log(2, "-> 1");
    assert_log(3, "-> raised 0xe0000007 flags=0");
}

static void registering_a_handler_leaves_the_last_error_of_the_call(void **state)
{
    (void)state;
    run_text(&api, "SetLastError(5)\n"
                   "v0 = AddVectoredExceptionHandler(0, CONTINUE)\n"
                   "GetLastError()\n"
                   "SetLastError(6)\n"
                   "GetLastError()\n");
    char sentinel[40];
    (void)snprintf(sentinel, sizeof sentinel, "-> %u", LAST_ERROR_SENTINEL);
    assert_log(2, sentinel);
    assert_log(4, "-> 6 error=6");
}

static void a_slot_takes_a_new_handler_after_the_old_one_is_removed(void **state)
{
    (void)state;
    run_text(&api, "v0 = AddVectoredExceptionHandler(0, SEARCH)\n"
                   "v0 = AddVectoredExceptionHandler(0, CONTINUE)\n"
                   "RaiseException(0xe0000001, 0, 0, NULL)\n"
                   "RemoveVectoredExceptionHandler(v0)\n"
                   "v0 = AddVectoredExceptionHandler(0, CONTINUE)\n"
                   "RaiseException(0xe0000001, 0, 0, NULL)\n");
    assert_non_null(strstr(log_line(1), "-> skipped"));
    assert_non_null(strstr(log_line(2), "-> raised"));
    assert_log(5, "-> 0 handlers=((v0 0xe0000001 0 0 0 0))");
}

static void a_fault_that_is_continued_for_ever_ends_after_sixteen_calls(void **state)
{
    (void)state;
    run_text(&api, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "v0 = AddVectoredExceptionHandler(0, CONTINUE)\n"
                   "Peek(r0, 1)\n");
    const char *line = log_line(2);
    assert_non_null(strstr(line, "-> raised 0xc0000005 flags=0 (0, "));
    unsigned calls = 0;
    for (const char *at = line; (at = strstr(at, "(v0 ")) != NULL; at++) {
        calls++;
    }
    assert_int_equal(calls, HANDLER_CALLS_MAX);
}

static void a_committing_handler_lets_the_access_go_on(void **state)
{
    (void)state;
    run_text(&api, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "v0 = AddVectoredExceptionHandler(0, COMMIT)\n"
                   "Poke(r0+100, 8K, 7)\n"
                   "Peek(r0, 200)\n");
    assert_non_null(strstr(log_line(2), "-> 8192 handlers=((v0 0xc0000005 0 2 1 "));
    assert_log(3, "-> 200 values=(0, 100, 7)");
}

static void an_exception_that_can_not_be_continued_comes_again_and_ends(void **state)
{
    (void)state;
    run_text(&api, "v0 = AddVectoredExceptionHandler(0, CONTINUE)\n"
                   "RaiseException(0xe0000001, 1, 0, NULL)\n");
    assert_non_null(strstr(log_line(1), "-> raised 0xc0000025 flags=1"));
    assert_log(1, "handlers=((v0 0xe0000001 1 0 0 0), (v0 0xc0000025 1 0 0 0))");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(handlers_record_what_they_see_in_the_order_of_calling),
        WITH_FAKE(an_exception_that_nobody_continues_leaves_the_call),
        WITH_FAKE(registering_a_handler_leaves_the_last_error_of_the_call),
        WITH_FAKE(a_slot_takes_a_new_handler_after_the_old_one_is_removed),
        WITH_WINMEM(handlers_record_what_they_see_in_the_order_of_calling),
        WITH_WINMEM(an_exception_that_nobody_continues_leaves_the_call),
        WITH_WINMEM(a_slot_takes_a_new_handler_after_the_old_one_is_removed),
        WITH_WINMEM(a_fault_that_is_continued_for_ever_ends_after_sixteen_calls),
        WITH_WINMEM(a_committing_handler_lets_the_access_go_on),
        WITH_WINMEM(an_exception_that_can_not_be_continued_comes_again_and_ends),
    };
    winmem_meet();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
