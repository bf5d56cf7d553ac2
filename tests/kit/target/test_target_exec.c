/* Agents on pipes: a good one, and all the ways to be a bad one. AGENT_PROGRAM is the good one. */
#define _GNU_SOURCE /* sys/pidfd.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/kit/target/harness.h"

enum { START_MS = 300, SHORT_MS = 1000, MILLION = 1000 * 1000 };

#define GOOD "exec:" AGENT_PROGRAM

/* An agent in shell that greets, and does this when it is told to run or to step. */
#define SHELL(when_told)                                                                    \
    "exec:sh -c 'echo \"# heapck agent 1\"; echo \"# ready\"; while read -r line; do case " \
    "\"$line\" in \"# run\"|\"# step\") " when_told "; esac; done'"

#define TRACE "SetLastError(3)\nGetLastError()\n"

static void run_once(const char *name, struct outcome *outcome)
{
    struct target *target = open_target(name, SHORT_MS);
    run_on(target, TRACE, outcome);
    hck_target_close(target);
}

static void what_does_not_speak_the_protocol_does_not_start(void **state)
{
    (void)state;
    assert_does_not_start("exec:/no/such/program 1 2", 0,
                          "\"/no/such/program\" does not start: No such file or directory");
    assert_does_not_start("exec:no/such/program", 0,
                          "No such file or directory; a relative path is taken from the current "
                          "folder");
    assert_does_not_start("exec:no-such-program", 0,
                          "No such file or directory; a name without a slash is looked for in "
                          "PATH");
    assert_does_not_start("exec:echo hello there", 0,
                          "it said \"hello there\" where \"# heapck agent 1\" was to come");
    assert_does_not_start("exec:yes nonsense", 0,
                          "it said \"nonsense\" where \"# heapck agent 1\" was to come");
    assert_does_not_start("exec:sh -c 'echo \"# heapck agent 1\"; echo \"# lacks HeapFoo\"'", 0,
                          "it says that it lacks \"HeapFoo\", which is no function");
    assert_does_not_start("exec:sh -c 'echo \"# heapck agent 1\"; echo hm'", 0,
                          "it said \"hm\" where \"# ready\" was to come");
    assert_does_not_start("exec:cat /dev/zero", 0, "where \"# heapck agent 1\" was to come");
    assert_does_not_start("exec:sh -c 'echo \"# broken no heap here\"'", 0, "no heap here");
}

static void what_ends_or_says_nothing_or_half_a_line_does_not_start(void **state)
{
    (void)state;
    assert_does_not_start("exec:true", 0, "it exited with status 0 before it was ready");
    assert_does_not_start("exec:sh -c 'kill -9 $$'", 0,
                          "it died of signal 9 (SIGKILL) before it was ready");
    assert_does_not_start("exec:sleep 100", START_MS, "it was not ready within 300 ms");
    assert_does_not_start("exec:sh -c 'printf \"# heapck ag\"; sleep 100'", START_MS,
                          "it was not ready within 300 ms behind \"# heapck ag\"");
    assert_does_not_start("exec:sh -c 'printf \"# heapck ag\"; exit 9'", 0,
                          "it exited with status 9 before it was ready behind \"# heapck ag\"");
}

static void another_version_is_refused_as_one(void **state)
{
    (void)state;
    assert_does_not_start(
        "exec:echo \"# heapck agent 2\"", 0,
        "it says \"# heapck agent 2\" and this heapck speaks \"# heapck agent 1\": "
        "they are of different versions");
    assert_does_not_start("exec:echo \"# heapck log 1\"", 0, "they are of different versions");
}

static void the_last_words_of_an_agent_that_dies_are_told(void **state)
{
    (void)state;
    struct outcome outcome;
    assert_does_not_start(
        "exec:sh -c 'echo first >&2; echo no heap today >&2; exit 4'", 0,
        "it exited with status 4 before it was ready; the last that it said on standard error was "
        "\"no heap today\"");
    assert_does_not_start("exec:sh -c 'printf \"half a line\" >&2; sleep 100'", START_MS,
                          "it was not ready within 300 ms; the last that it said on standard error "
                          "was \"half a line\"");
    /* More than a pipe holds: nobody waits for a reader. */
    assert_does_not_start("exec:sh -c 'seq 100000 >&2; exit 4'", 0, "was \"100000\"");
    run_once(SHELL("echo the heap is gone >&2; exit 3"), &outcome);
    assert_broken(&outcome,
                  "it exited with status 3 before the first call; the last that it said on "
                  "standard error was \"the heap is gone\"");
}

static void an_agent_that_ends_at_once_is_started_once_more(void **state)
{
    (void)state;
    struct target_error error;
    struct target *target = open_target("exec:sh -c 'test -e second || { >second; exit 1; }; rm "
                                        "second; exec " AGENT_PROGRAM "'",
                                        0);
    assert_int_equal(system("rm -f second"), 0);
    assert_true(hck_target_start(target, &error));
    hck_target_close(target);
}

static void an_agent_may_take_six_times_the_limit_to_start(void **state)
{
    (void)state;
    const struct target_options options = {.trace_timeout_ms = 100};
    struct target_error error;
    struct target *target = hck_target_open("exec:sleep 100", &options, &error);
    assert_false(hck_target_start(target, &error));
    assert_non_null(strstr(error.message, "it was not ready within 600 ms"));
    hck_target_close(target);
}

static unsigned told_count;
static bool is_told_to_wait;

static void note_waiting(void *context, bool waits)
{
    assert_ptr_equal(context, &told_count);
    told_count++;
    is_told_to_wait = waits;
}

static void a_slow_start_is_told_and_so_is_its_end(void **state)
{
    (void)state;
    const struct target_options options = {
        .start_timeout_ms = 1500, .waits = note_waiting, .waits_context = &told_count};
    struct target_error error;
    struct target *target = hck_target_open("exec:sleep 100", &options, &error);
    told_count = 0;
    assert_false(hck_target_start(target, &error));
    assert_int_equal(told_count, 2);
    assert_false(is_told_to_wait);
    hck_target_close(target);
}

static atomic_bool interrupted;

static void interrupt_now(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

/* Given an agent that says nothing, at its start or in a trace; when the user has enough; then it
 * is over at once. */
static void an_interruption_ends_every_wait(void **state)
{
    (void)state;
    static const char *const names[] = {"exec:sleep 100", SHELL("sleep 100")};
    const struct target_options options = {.interrupted = &interrupted};
    (void)signal(SIGALRM, interrupt_now);
    for (unsigned i = 0; i < 2; i++) {
        struct target_error error = {.message = ""};
        struct outcome outcome;
        struct target *target = hck_target_open(names[i], &options, &error);
        time_t begin = time(NULL);
        atomic_store(&interrupted, false);
        (void)alarm(1);
        run_on(target, TRACE, &outcome);
        assert_broken(&outcome, "interrupted");
        assert_true(time(NULL) - begin < 8);
        hck_target_close(target);
    }
    (void)signal(SIGALRM, SIG_DFL);
}

static void an_agent_that_says_too_much_is_broken_before_memory_runs_out(void **state)
{
    (void)state;
    struct outcome outcome;
    run_once(SHELL("cat /dev/zero"), &outcome);
    assert_broken(&outcome, "a line of its log is longer than 33554432 bytes");
    run_once(SHELL("yes \"# at SetLastError(3)\""), &outcome);
    assert_broken(&outcome, "it announced a call twice: \"SetLastError(3)\"");
}

static void wrong_answers_to_a_trace_are_broken_and_quoted(void **state)
{
    (void)state;
    struct outcome outcome;
    run_once(SHELL("echo nonsense"), &outcome);
    assert_broken(&outcome, "it answered \"nonsense\" where \"SetLastError(3)\" was to come");
    run_once(SHELL("echo \"GetLastError() -> 3\""), &outcome);
    assert_broken(&outcome,
                  "it answered \"GetLastError() -> 3\" where \"SetLastError(3)\" was to come");
    run_once(
        SHELL("echo \"SetLastError(3) -> banana\"; echo \"GetLastError() -> 3\"; echo \"# done\""),
        &outcome);
    assert_broken(&outcome, "it answered \"SetLastError(3) -> banana\"; column 20: expected ");
    run_once(SHELL("echo \"SetLastError(3) -> 0\"; echo \"# done\""), &outcome);
    assert_broken(&outcome, "it was done after 1 of 2 calls");
    run_once(SHELL("echo \"# error 2:1: expected better\"; echo \"# done\""), &outcome);
    assert_broken(&outcome, "it did not understand the trace: 2:1: expected better");
    run_once(SHELL("echo \"SetLastError(3) -> 0\"; echo \"GetLastError() -> 3\"; echo more"),
             &outcome);
    assert_broken(&outcome, "it answered \"more\" where \"# done\" was to come");
}

static void an_agent_that_dies_or_falls_silent_before_the_first_call_is_broken(void **state)
{
    (void)state;
    struct outcome outcome;
    run_once(SHELL("exit 3"), &outcome);
    assert_broken(&outcome, "it exited with status 3 before the first call");
    run_once(SHELL("sleep 100"), &outcome);
    assert_broken(&outcome, "it did not answer for 1000 ms before the first call");
    run_once(SHELL("exec >&-; sleep 100"), &outcome);
    assert_broken(&outcome, "it closed its output");
    assert_int_equal(outcome.seen_count, 0);
}

/* Bytes that are no line of the log are no progress. */
static void an_agent_that_dribbles_is_silent(void **state)
{
    (void)state;
    struct outcome outcome;
    time_t begin = time(NULL);
    run_once(SHELL("for i in $(seq 100); do printf x; sleep 0.5; done"), &outcome);
    assert_broken(&outcome, "it did not answer for 1000 ms before the first call");
    assert_true(time(NULL) - begin < 10);
}

/* Given an agent that says a line of the log in time, again and again; then that comes to an end,
 * too. */
static void an_agent_that_goes_on_answering_ends_with_the_time_for_a_trace(void **state)
{
    (void)state;
    const struct target_options options = {.trace_timeout_ms = 30 * 1000, .trace_total_ms = 2000};
    struct target_error error;
    struct outcome outcome;
    char text[2000] = "";
    for (unsigned i = 0; i < 100; i++) {
        strcat(text, "SetLastError(3)\n");
    }
    struct target *target = hck_target_open(
        SHELL("for i in $(seq 100); do sleep 0.1; echo \"SetLastError(3) -> 0\"; done"), &options,
        &error);
    run_on(target, text, &outcome);
    assert_broken(&outcome, "it went on answering, and was not done within 2000 ms");
    hck_target_close(target);
}

/* Given an agent that stops this process for longer than the limit; when it answers soon after
 * this process goes on; then it was not silent. */
static void time_in_which_the_machine_stood_still_does_not_count(void **state)
{
    (void)state;
    struct outcome outcome;
    run_once(SHELL("kill -STOP $PPID; sleep 2; kill -CONT $PPID; sleep 0.3; "
                   "echo \"SetLastError(3) -> 0\"; echo \"GetLastError() -> 3\"; echo \"# done\""),
             &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 2);
}

static void an_agent_that_dies_in_a_call_it_announced_is_a_death_in_that_call(void **state)
{
    (void)state;
    struct outcome outcome;
    run_once(SHELL("echo \"# at SetLastError(3)\"; echo \"SetLastError(3) -> 0\"; "
                   "echo \"# at GetLastError()\"; exit 5"),
             &outcome);
    assert_int_equal(outcome.result, TARGET_DIED);
    assert_int_equal(outcome.seen_count, 2);
    assert_int_equal(outcome.last_call.id, CALL_GetLastError);
    assert_int_equal(outcome.last.status, STATUS_EXITED);
    assert_int_equal(outcome.last.result, 5);
}

static void other_calls_under_way_at_a_death_are_known(void **state)
{
    (void)state;
    struct outcome outcome;
    struct target *target = open_target(
        SHELL("echo \"# at SetLastError(3)\"; echo \"# at @1 GetLastError()\"; exit 5"), 0);
    run_on(target, "SetLastError(3)\n@1 GetLastError()\n@2 GetLastError()\n", &outcome);
    assert_int_equal(outcome.result, TARGET_DIED);
    assert_int_equal(outcome.last_call.thread, 1);
    assert_int_equal(hck_target_under_way(target), 1u << 0);
    hck_target_close(target);
}

static void a_good_agent_runs_trace_after_trace(void **state)
{
    (void)state;
    struct target *target = open_target(GOOD, 0);
    struct outcome outcome;
    for (unsigned i = 0; i < 100; i++) {
        run_on(target, TRACE, &outcome);
        assert_int_equal(outcome.result, TARGET_DONE);
        assert_int_equal(outcome.seen_count, 2);
        assert_int_equal(outcome.last.result, 3);
    }
    run_on(target, "", &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 0);
    hck_target_close(target);
}

static void threads_and_exceptions_come_through(void **state)
{
    (void)state;
    struct target *target = open_target(GOOD, 0);
    struct outcome outcome;
    run_on(target,
           "h0 = HeapCreate(0, 0, 0)\nHeapLock(h0)\n@1 b0 = HeapAlloc(h0, 0, 10)\n"
           "HeapUnlock(h0)\n@1 RaiseException(0xe0000001, 0, 2, 5)\n",
           &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 5);
    assert_int_equal(outcome.last.status, STATUS_RAISED);
    assert_int_equal(outcome.last.exception_code, 0xe0000001);
    assert_int_equal(outcome.last.parameters[1], 6);
    assert_true(outcome.last.end > outcome.last.start);
    hck_target_close(target);
}

static void make_long_trace(struct trace *trace)
{
    static const struct call create = {.id = CALL_HeapCreate};
    struct call *calls = calloc(MILLION, sizeof *calls);
    assert_non_null(calls);
    calls[0] = create;
    for (uint32_t i = 1; i < MILLION; i++) {
        const struct argument heap = {.form = FORM_SLOT, .slot_kind = SLOT_HEAP};
        const struct argument block = {
            .form = FORM_SLOT, .slot_kind = SLOT_BLOCK, .slot = i / 2 % 100};
        bool frees = i % 2 == 0;
        calls[i].id = frees ? CALL_HeapFree : CALL_HeapAlloc;
        calls[i].result_slot = frees ? NO_SLOT : (i + 1) / 2 % 100;
        calls[i].arguments[0] = heap;
        calls[i].arguments[2] = frees ? block : (struct argument){.value = i % 1000};
    }
    memset(trace, 0, sizeof *trace);
    trace->calls = calls;
    for (uint32_t i = 0; i < MILLION; i++) {
        hck_trace_note(trace, &calls[i]);
    }
    trace->call_count = MILLION;
}

static void a_trace_of_a_million_calls_fills_both_pipes_and_comes_back(void **state)
{
    (void)state;
    static const char *const names[] = {GOOD, "winmem"};
    struct trace trace;
    struct outcome outcome;
    make_long_trace(&trace);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct target *target = open_target(names[i], 0);
        run_trace_on(target, &trace, &outcome);
        assert_int_equal(outcome.result, TARGET_DONE);
        assert_int_equal(outcome.seen_count, MILLION);
        assert_int_equal(outcome.skipped_count, 0);
        hck_target_close(target);
    }
    free(trace.calls);
}

static unsigned count_descriptors(void)
{
    unsigned count = 0;
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    (void)closedir(directory);
    return count;
}

static double seconds_to_close(struct target *target)
{
    struct timespec start;
    struct timespec end;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    hck_target_close(target);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

/* Given two targets of each kind; when the older is closed; then it sees the end of its input at
 * once, for the younger holds no end of its pipes. And nothing stays open in this process. */
static void targets_hold_no_descriptor_of_each_other(void **state)
{
    (void)state;
    static const char *const names[] = {GOOD, "winmem"};
    unsigned before = count_descriptors();
    for (unsigned i = 0; i < 4; i++) {
        struct target_error error;
        struct target *older = open_target(names[i % 2], 0);
        struct target *younger = open_target(names[i / 2], 0);
        assert_true(hck_target_start(older, &error));
        assert_true(hck_target_start(younger, &error));
        assert_true(seconds_to_close(older) < 1.5);
        hck_target_close(younger);
    }
    assert_int_equal(count_descriptors(), before);
}

/* Given a process that waits for an agent which hangs; when the process is killed; then the agent
 * goes as well. It says its number through a named pipe. */
static void a_hanging_agent_goes_with_the_process_that_started_it(void **state)
{
    (void)state;
    char path[] = "/tmp/heapck-test-agent-XXXXXX";
    char name[200];
    int agent = 0;
    assert_non_null(mkdtemp(path));
    (void)snprintf(name, sizeof name, "%s/number", path);
    assert_int_equal(mkfifo(name, 0600), 0);
    (void)snprintf(name, sizeof name, "exec:sh -c 'echo $$ >%s/number; exec sleep 1000'", path);
    pid_t parent = fork();
    if (parent == 0) {
        struct target_error error;
        (void)hck_target_start(open_target(name, 0), &error);
        _exit(0);
    }
    (void)snprintf(name, sizeof name, "%s/number", path);
    FILE *numbers = fopen(name, "r");
    assert_non_null(numbers);
    assert_int_equal(fscanf(numbers, "%d", &agent), 1);
    (void)fclose(numbers);
    struct pollfd end = {.fd = pidfd_open(agent, 0), .events = POLLIN};
    assert_true(end.fd >= 0);
    (void)kill(parent, SIGKILL);
    (void)waitpid(parent, NULL, 0);
    assert_int_equal(poll(&end, 1, 10 * 1000), 1);
    (void)close(end.fd);
    (void)unlink(name);
    (void)rmdir(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_speak_the_protocol_does_not_start),
        cmocka_unit_test(what_ends_or_says_nothing_or_half_a_line_does_not_start),
        cmocka_unit_test(another_version_is_refused_as_one),
        cmocka_unit_test(the_last_words_of_an_agent_that_dies_are_told),
        cmocka_unit_test(an_agent_that_ends_at_once_is_started_once_more),
        cmocka_unit_test(an_agent_may_take_six_times_the_limit_to_start),
        cmocka_unit_test(a_slow_start_is_told_and_so_is_its_end),
        cmocka_unit_test(an_interruption_ends_every_wait),
        cmocka_unit_test(an_agent_that_says_too_much_is_broken_before_memory_runs_out),
        cmocka_unit_test(wrong_answers_to_a_trace_are_broken_and_quoted),
        cmocka_unit_test(an_agent_that_dies_or_falls_silent_before_the_first_call_is_broken),
        cmocka_unit_test(an_agent_that_dribbles_is_silent),
        cmocka_unit_test(an_agent_that_goes_on_answering_ends_with_the_time_for_a_trace),
        cmocka_unit_test(time_in_which_the_machine_stood_still_does_not_count),
        cmocka_unit_test(an_agent_that_dies_in_a_call_it_announced_is_a_death_in_that_call),
        cmocka_unit_test(other_calls_under_way_at_a_death_are_known),
        cmocka_unit_test(a_good_agent_runs_trace_after_trace),
        cmocka_unit_test(threads_and_exceptions_come_through),
        cmocka_unit_test(a_trace_of_a_million_calls_fills_both_pipes_and_comes_back),
        cmocka_unit_test(a_hanging_agent_goes_with_the_process_that_started_it),
        cmocka_unit_test(targets_hold_no_descriptor_of_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
