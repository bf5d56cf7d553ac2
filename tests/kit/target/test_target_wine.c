/* The agent that is built for Windows, under Wine. Skipped where there is no Wine or no agent;
 * WINDOWS_AGENT is where `cmake --build --preset agent-mingw` puts it. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/kit/target/harness.h"

enum { EXIT_SKIPPED = 77, CALLS_PER_SECOND_MIN = 50000 };

#define WINE "exec:wine '" WINDOWS_AGENT "'"

static void exceptions_and_protections_are_seen(void **state)
{
    (void)state;
    struct target *target = open_target(WINE, 0);
    struct outcome outcome;
    run_on(target,
           "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
           "r1 = VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)\n"
           "Poke(r0, 4K, 195)\n"
           "Peek(r0, 8K)\n",
           &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.last.status, STATUS_RAISED);
    assert_int_equal(outcome.last.exception_code, 0xC0000005);
    assert_int_equal(outcome.last.result, 4096);
    run_on(target,
           "h0 = HeapCreate(0, 0, 64K)\n"
           "b0 = HeapAlloc(h0, HEAP_GENERATE_EXCEPTIONS, 1M)\n",
           &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.last.status, STATUS_RAISED);
    assert_int_equal(outcome.last.exception_code, 0xC0000017);
    run_on(target,
           "v0 = AddVectoredExceptionHandler(1, SEARCH)\n"
           "v1 = AddVectoredExceptionHandler(0, CONTINUE)\n"
           "RaiseException(0xe0000001, 0, 2, 7)\n",
           &outcome);
    assert_int_equal(outcome.last.status, STATUS_RETURNED);
    assert_int_equal(outcome.last.handler_call_count, 2);
    assert_int_equal(outcome.last.handler_calls[1].slot, 1);
    assert_int_equal(outcome.last.handler_calls[1].parameters[1], 8);
    hck_target_close(target);
}

static void the_last_error_of_a_call_outlives_the_log(void **state)
{
    (void)state;
    struct target *target = open_target(WINE, 0);
    struct outcome outcome;
    run_on(target, "SetLastError(77)\nGetLastError()\n", &outcome);
    assert_int_equal(outcome.last.result, 77);
    hck_target_close(target);
}

static void threads_wait_for_locks(void **state)
{
    (void)state;
    struct target *target = open_target(WINE, 0);
    struct outcome outcome;
    run_on(target,
           "h0 = HeapCreate(0, 0, 0)\nHeapLock(h0)\n@1 b0 = HeapAlloc(h0, 0, 10)\n"
           "HeapUnlock(h0)\n@1 HeapFree(h0, 0, b0)\n",
           &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 5);
    assert_int_equal(outcome.last.result, 1);
    hck_target_close(target);
}

/* Given a call that takes longer than the limit; when the agent is killed for it, with what Wine
 * has started in its process group; then a new agent runs. */
static void an_agent_that_is_killed_starts_again(void **state)
{
    (void)state;
    struct target *target = open_target(WINE, 5);
    struct outcome outcome;
    run_on(target,
           "r0 = VirtualAlloc(NULL, 1G, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE)\n"
           "Peek(r0, 1G)\n"
           "Peek(r0, 1G)\n",
           &outcome);
    assert_int_equal(outcome.result, TARGET_DIED);
    assert_int_equal(outcome.last.status, STATUS_HUNG);
    hck_target_close(target);
    target = open_target(WINE, 0);
    run_on(target, "SetLastError(1)\n", &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    hck_target_close(target);
}

static void it_makes_fifty_thousand_calls_a_second(void **state)
{
    (void)state;
    enum { CALLS = 1000, TRACES = 200 };
    struct call *calls = calloc(CALLS, sizeof *calls);
    struct trace trace = {.calls = calls, .call_count = CALLS};
    const struct argument slot = {.form = FORM_SLOT};
    calls[0].id = CALL_HeapCreate;
    hck_trace_note(&trace, &calls[0]);
    for (uint32_t i = 1; i < CALLS; i++) {
        bool frees = i % 2 == 0;
        calls[i].id = frees ? CALL_HeapFree : CALL_HeapAlloc;
        calls[i].result_slot = frees ? NO_SLOT : 0;
        calls[i].arguments[0] = slot;
        calls[i].arguments[2] = frees ? slot : (struct argument){.value = i};
        calls[i].arguments[2].slot_kind = SLOT_BLOCK;
        hck_trace_note(&trace, &calls[i]);
    }
    struct target *target = open_target(WINE, 0);
    struct outcome outcome;
    struct timespec start;
    struct timespec end;
    run_trace_on(target, &trace, &outcome);
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    for (unsigned i = 0; i < TRACES; i++) {
        run_trace_on(target, &trace, &outcome);
        assert_int_equal(outcome.result, TARGET_DONE);
        assert_int_equal(outcome.skipped_count, 0);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    double rate = CALLS * TRACES / seconds;
    print_message("%.0f calls a second\n", rate);
    assert_true(rate > CALLS_PER_SECOND_MIN);
    hck_target_close(target);
    free(calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exceptions_and_protections_are_seen),
        cmocka_unit_test(the_last_error_of_a_call_outlives_the_log),
        cmocka_unit_test(threads_wait_for_locks),
        cmocka_unit_test(an_agent_that_is_killed_starts_again),
        cmocka_unit_test(it_makes_fifty_thousand_calls_a_second),
    };
    if (access(WINDOWS_AGENT, R_OK) != 0) {
        (void)printf("skipped: there is no %s\n", WINDOWS_AGENT);
        return EXIT_SKIPPED;
    }
    if (system("command -v wine >/dev/null 2>&1") != 0) {
        (void)printf("skipped: there is no wine\n");
        return EXIT_SKIPPED;
    }
    (void)setenv("WINEDEBUG", "-all", 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
