/* After a trace the target has nothing of it left, whatever the trace did with its slots. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kit/execute/fake.h"
#include "tests/kit/execute/fixture.h"
#include "tests/kit/execute/harness.h"

static void assert_nothing_left(void)
{
    assert_int_equal(fake.heaps, 0);
    assert_int_equal(fake.blocks, 0);
    assert_int_equal(fake.regions, 0);
    assert_int_equal(fake.handlers, 1); /* the executor's own */
    assert_int_equal(fake.locks, 0);
}

static void everything_a_trace_leaves_is_given_back(void **state)
{
    (void)state;
    run_text(&api, "h0 = GetProcessHeap()\n"
                   "h1 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "b1 = HeapAlloc(h1, 0, 10)\n"
                   "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "v0 = AddVectoredExceptionHandler(1, SEARCH)\n"
                   "HeapLock(h0)\n"
                   "HeapLock(h0)\n"
                   "HeapLock(h1)\n");
    assert_nothing_left();
}

static void results_without_a_slot_or_with_a_slot_used_again_are_given_back(void **state)
{
    (void)state;
    run_text(&api, "h0 = GetProcessHeap()\n"
                   "HeapAlloc(h0, 0, 10)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "HeapReAlloc(h0, 0, b0, 20)\n"
                   "HeapCreate(0, 0, 0)\n"
                   "h1 = HeapCreate(0, 0, 0)\n"
                   "h1 = HeapCreate(0, 0, 0)\n"
                   "VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "v0 = AddVectoredExceptionHandler(0, SEARCH)\n"
                   "v7 = AddVectoredExceptionHandler(1, SEARCH)\n");
    assert_nothing_left();
}

static void what_the_trace_gave_back_is_not_given_back_twice(void **state)
{
    (void)state;
    run_text(&api, "h0 = GetProcessHeap()\n"
                   "h1 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "b0 = HeapReAlloc(h0, 0, b0, 1000)\n"
                   "HeapFree(h0, 0, b0)\n"
                   "HeapLock(h1)\n"
                   "HeapUnlock(h1)\n"
                   "HeapDestroy(h1)\n"
                   "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "r1 = VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)\n"
                   "VirtualFree(r0, 0, MEM_RELEASE)\n"
                   "v0 = AddVectoredExceptionHandler(1, SEARCH)\n"
                   "RemoveVectoredExceptionHandler(v0)\n");
    assert_nothing_left();
}

static void twenty_thousand_traces_run_in_one_process(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        run_text(&api, "h0 = GetProcessHeap()\n"
                       "h1 = HeapCreate(0, 0, 0)\n"
                       "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                       "Zeroed(b0)\n"
                       "Fill(b0, 1)\n"
                       "b1 = HeapAlloc(h1, 0, 100)\n"
                       "v0 = AddVectoredExceptionHandler(1, CONTINUE)\n"
                       "RaiseException(0xe0000001, 0, 0, NULL)\n"
                       "HeapLock(h0)\n");
        assert_log(7, "handlers=((v0 0xe0000001 0 0 0 0))");
    }
    assert_nothing_left();
}

static void tell_and_go_on(void *context)
{
    (void)context;
    (void)!write(STDOUT_FILENO, "given up\n", 9);
}

static void ignore(void *context, const struct call *call, const struct observation *seen)
{
    (void)context;
    (void)call;
    (void)seen;
}

/* Given a target whose HeapFree faults; when the trace leaves a block; then the process ends with
 * the status that says so, after it told. */
static void a_fault_during_the_clean_up_ends_the_process_with_its_own_status(void **state)
{
    (void)state;
    int ends[2];
    char said[16] = "";
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        static struct call calls[2] = {
            {.id = CALL_GetProcessHeap},
            {.id = CALL_HeapAlloc, .result_slot = NO_SLOT, .arguments = {{.form = FORM_SLOT}}},
        };
        struct trace trace = {.calls = calls, .call_count = 2, .thread_count = 1};
        trace.slot_count[SLOT_HEAP] = 1;
        struct executor_options options = {.give_up = tell_and_go_on, .observe = ignore};
        fake.frees_badly = true;
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)hck_execute(&api, &trace, &options);
        _exit(99);
    }
    (void)close(ends[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXECUTOR_EXIT_CLEAN_UP);
    assert_int_equal(read(ends[0], said, sizeof said), 9);
    (void)close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(everything_a_trace_leaves_is_given_back),
        WITH_FAKE(results_without_a_slot_or_with_a_slot_used_again_are_given_back),
        WITH_FAKE(what_the_trace_gave_back_is_not_given_back_twice),
        WITH_FAKE(twenty_thousand_traces_run_in_one_process),
        WITH_FAKE(a_fault_during_the_clean_up_ends_the_process_with_its_own_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
