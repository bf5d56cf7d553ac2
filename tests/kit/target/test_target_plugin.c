/* Bad plugins end as observations of the right call, or as one clear sentence, and never in this
 * process. PLUGIN_... are the paths of the libraries, NO_PLUGIN that of a file which is none. */
#define _GNU_SOURCE /* environment */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/kit/target/harness.h"
#include "tests/kit/target/plugins/misbehaving.h"

enum { START_MS = 300, SHORT_MS = 1000 };

#define MISBEHAVING "so:" PLUGIN_MISBEHAVING

#define HARMLESS                  \
    "h0 = HeapCreate(0, 0, 0)\n"  \
    "b0 = HeapAlloc(h0, 0, 10)\n" \
    "HeapFree(h0, 0, b0)\n"

static void assert_harmless_runs(struct target *target)
{
    struct outcome outcome;
    run_on(target, HARMLESS, &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 3);
    assert_int_equal(outcome.last.status, STATUS_RETURNED);
    assert_int_equal(outcome.last.result, 1);
}

/* A trace with an allocation of this size in the middle. */
static void run_with_size(struct target *target, int size, struct outcome *outcome)
{
    char text[400];
    (void)snprintf(text, sizeof text,
                   "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "b1 = HeapAlloc(h0, 0, %d)\n"
                   "HeapFree(h0, 0, b0)\n",
                   size);
    run_on(target, text, outcome);
}

static void assert_died_in_the_middle(const struct outcome *outcome, enum observation_status status,
                                      uint64_t result)
{
    assert_int_equal(outcome->result, TARGET_DIED);
    assert_int_equal(outcome->seen_count, 3);
    assert_int_equal(outcome->last_call.id, CALL_HeapAlloc);
    assert_int_equal(outcome->last_call.result_slot, 1);
    assert_int_equal(outcome->last.status, status);
    assert_int_equal(outcome->last.result, result);
}

static void what_can_not_be_loaded_does_not_start(void **state)
{
    (void)state;
    assert_does_not_start("so:" NO_PLUGIN, 0, "invalid ELF header; so: takes a shared library");
    assert_does_not_start("so:/no/such/library.so", 0,
                          "so:/no/such/library.so: there is no such file");
    assert_does_not_start("so:libnosuch.so", 0,
                          "so:libnosuch.so: cannot open shared object file: No such file");
    assert_does_not_start("so:" PLUGIN_EMPTY, 0, "it exports none of the documented functions");
}

/* It is a shared library, so how one is made is no help. */
static void a_library_that_lacks_a_function_is_told_which(void **state)
{
    const struct target_options options = {0};
    struct target_error error = {.message = ""};
    (void)state;
    struct target *target = hck_target_open("so:" PLUGIN_UNRESOLVED, &options, &error);
    assert_non_null(target);
    assert_false(hck_target_start(target, &error));
    assert_non_null(strstr(error.message, "undefined symbol: no_such_function_anywhere"));
    assert_null(strstr(error.message, "so: takes"));
    hck_target_close(target);
}

/* Given a library in the working directory and none of that name in the system's path; when it is
 * named without a slash; then it is found. The C library is in the system's path alone. */
static void a_name_without_a_slash_is_a_file_here_or_a_library_of_the_system(void **state)
{
    (void)state;
    assert_int_equal(symlink(PLUGIN_MISBEHAVING, "heapck-test-here.so"), 0);
    struct target *target = open_target("so:heapck-test-here.so", 0);
    assert_harmless_runs(target);
    hck_target_close(target);
    assert_int_equal(unlink("heapck-test-here.so"), 0);
    assert_does_not_start("so:libc.so.6", 0, "it exports none of the documented functions");
}

static void a_constructor_that_misbehaves_does_not_start(void **state)
{
    (void)state;
    assert_does_not_start("so:" PLUGIN_CONSTRUCTOR_CRASH, 0,
                          "it died of signal 11 (SIGSEGV) before it was ready");
    assert_does_not_start("so:" PLUGIN_CONSTRUCTOR_EXIT, 0,
                          "it exited with status 5 before it was ready");
    assert_does_not_start("so:" PLUGIN_CONSTRUCTOR_HANG, START_MS,
                          "it was not ready within 300 ms");
}

static void functions_that_are_missing_are_known_and_unsupported(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    run_on(target, "h0 = HeapCreate(0, 0, 0)\nHeapLock(h0)\n", &outcome);
    assert_true(hck_target_has(target, CALL_HeapAlloc));
    assert_false(hck_target_has(target, CALL_HeapLock));
    assert_int_equal(outcome.last.status, STATUS_UNSUPPORTED);
    hck_target_close(target);
}

static void a_call_that_kills_the_process_is_found_and_the_next_trace_runs(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    run_with_size(target, ALLOC_CRASHES, &outcome);
    assert_died_in_the_middle(&outcome, STATUS_CRASHED, SIGSEGV);
    assert_harmless_runs(target);
    run_with_size(target, ALLOC_ABORTS, &outcome);
    assert_died_in_the_middle(&outcome, STATUS_CRASHED, SIGABRT);
    assert_harmless_runs(target);
    run_with_size(target, ALLOC_EXITS, &outcome);
    assert_died_in_the_middle(&outcome, STATUS_EXITED, 7);
    assert_harmless_runs(target);
    hck_target_close(target);
}

static void a_call_that_hangs_is_found_and_the_next_trace_runs(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, SHORT_MS);
    struct outcome outcome;
    run_with_size(target, ALLOC_HANGS, &outcome);
    assert_died_in_the_middle(&outcome, STATUS_HUNG, 0);
    assert_harmless_runs(target);
    hck_target_close(target);
}

/* Whether it waited for a lock that was given back is a question of when. */
static void a_call_of_a_thread_that_hangs_has_the_tick_when_it_began(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, SHORT_MS);
    struct outcome outcome;
    char text[200];
    (void)snprintf(text, sizeof text, "h0 = HeapCreate(0, 0, 0)\n@1 b0 = HeapAlloc(h0, 0, %d)\n",
                   ALLOC_HANGS);
    run_on(target, text, &outcome);
    assert_int_equal(outcome.last.status, STATUS_HUNG);
    assert_int_equal(outcome.last.start, 3);
    assert_int_equal(outcome.last.end, 3);
    hck_target_close(target);
}

/* The agent says nothing before the end of a trace, so its silence alone is no hang. */
static void calls_that_are_slow_together_are_no_hang(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, SHORT_MS);
    struct outcome outcome;
    char text[400] = "h0 = HeapCreate(0, 0, 0)\n";
    assert_harmless_runs(target);
    for (int i = 0; i < 5; i++) {
        size_t length = strlen(text);
        (void)snprintf(text + length, sizeof text - length, "b%d = HeapAlloc(h0, 0, %d)\n", i,
                       ALLOC_IS_SLOW);
    }
    run_on(target, text, &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 6);
    assert_int_equal(outcome.last.status, STATUS_RETURNED);
    hck_target_close(target);
}

#ifndef HEAPCK_SANITIZED /* a sanitizer has the only malloc */
static void a_plugin_that_has_a_malloc_of_its_own_uses_it(void **state)
{
    struct outcome outcome;
    struct target *target = open_target("so:" PLUGIN_OWN_MALLOC, 0);
    (void)state;
    run_on(target, "h0 = GetProcessHeap()\nb0 = HeapAlloc(h0, 0, 1)\nHeapSize(h0, 0, b0)\n",
           &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.last.result, 1);
    hck_target_close(target);
}
#endif

static void a_plugin_that_prints_disturbs_nothing(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    run_with_size(target, ALLOC_PRINTS, &outcome);
    assert_int_equal(outcome.result, TARGET_DONE);
    assert_int_equal(outcome.seen_count, 4);
    hck_target_close(target);
}

static void a_plugin_that_writes_into_the_protocol_is_broken_and_quoted(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    run_with_size(target, ALLOC_WRITES_EVERYWHERE, &outcome);
    assert_broken(&outcome,
                  "it answered \"garbage where a log should be, more of it than anybody would"
                  "\" where \"h0 = HeapCreate(0, 0, 0)\" was to come");
    assert_harmless_runs(target);
    hck_target_close(target);
}

static void a_plugin_that_closes_the_protocol_is_broken(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    run_with_size(target, ALLOC_CLOSES_EVERYTHING, &outcome);
    assert_int_not_equal(outcome.result, TARGET_DONE);
    assert_harmless_runs(target);
    hck_target_close(target);
}

static void a_death_that_does_not_come_again_is_broken(void **state)
{
    (void)state;
    char marker[] = "/tmp/heapck-test-marker-XXXXXX";
    int file = mkstemp(marker);
    assert_true(file >= 0);
    (void)close(file);
    (void)unlink(marker);
    (void)setenv(MARKER_VARIABLE, marker, 1);
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    run_with_size(target, ALLOC_CRASHES_ONCE, &outcome);
    assert_broken(
        &outcome,
        "it died of signal 11 (SIGSEGV) once in this trace, and not in 3 more runs of it");
    assert_int_equal(outcome.seen_count, 0);
    assert_harmless_runs(target);
    hck_target_close(target);
    (void)unlink(marker);
}

/* Given a process that has run a trace; when it dies in the next one, which alone does not; then
 * that one is observed whole, and no call of it is blamed. */
static void a_death_behind_other_traces_is_told_as_one(void **state)
{
    (void)state;
    char marker[] = "/tmp/heapck-test-marker-XXXXXX";
    int file = mkstemp(marker);
    assert_true(file >= 0);
    (void)close(file);
    (void)unlink(marker);
    (void)setenv(MARKER_VARIABLE, marker, 1);
    struct target *target = open_target(MISBEHAVING, 0);
    struct outcome outcome;
    assert_harmless_runs(target);
    run_with_size(target, ALLOC_CRASHES_ONCE, &outcome);
    assert_int_equal(outcome.result, TARGET_SPOILED);
    assert_int_equal(outcome.seen_count, 4);
    assert_int_equal(outcome.last.status, STATUS_RETURNED);
    assert_non_null(
        strstr(outcome.error.message,
               "it died of signal 11 (SIGSEGV) behind other traces, and not in this one alone"));
    assert_harmless_runs(target);
    hck_target_close(target);
    (void)unlink(marker);
}

static void a_death_behind_the_last_call_is_told_as_one(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, SHORT_MS);
    struct outcome outcome;
    for (int maximum = HEAP_CRASHES_WHEN_DESTROYED; maximum <= HEAP_HANGS_WHEN_DESTROYED;
         maximum++) {
        char text[100];
        (void)snprintf(text, sizeof text, "h0 = HeapCreate(0, 0, %d)\nHeapAlloc(h0, 0, 1)\n",
                       maximum);
        run_on(target, text, &outcome);
        assert_int_equal(outcome.result, TARGET_DIED_BEHIND);
        assert_int_equal(outcome.seen_count, 2);
        assert_non_null(strstr(outcome.error.message,
                               maximum == HEAP_HANGS_WHEN_DESTROYED
                                   ? "it did not answer for 1000 ms behind the last call"
                                   : "it died of signal 11 (SIGSEGV) behind the last call"));
        assert_harmless_runs(target);
    }
    hck_target_close(target);
}

static void *run_harmless(void *context)
{
    struct outcome outcome;
    run_on(context, HARMLESS, &outcome);
    return outcome.result == TARGET_DONE ? NULL : context;
}

/* The child process goes with the thread that started it. */
static void a_target_started_by_a_thread_that_has_ended_runs_on(void **state)
{
    (void)state;
    struct target *target = open_target(MISBEHAVING, 0);
    for (unsigned i = 0; i < 20; i++) {
        pthread_t thread;
        void *failed;
        assert_int_equal(pthread_create(&thread, NULL, run_harmless, target), 0);
        (void)pthread_join(thread, &failed);
        assert_null(failed);
    }
    assert_harmless_runs(target);
    hck_target_close(target);
}

static void *crash_and_run(void *context)
{
    struct target *target = context;
    for (unsigned i = 0; i < 5; i++) {
        struct outcome outcome;
        run_with_size(target, i % 2 == 0 ? ALLOC_CRASHES : ALLOC_EXITS, &outcome);
        if (outcome.result != TARGET_DIED || outcome.seen_count != 3) {
            return target;
        }
        run_on(target, HARMLESS, &outcome);
        if (outcome.result != TARGET_DONE || outcome.seen_count != 3) {
            return target;
        }
    }
    return NULL;
}

static void several_threads_run_targets_at_the_same_time(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    struct target *targets[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        targets[i] = open_target(MISBEHAVING, 0);
        assert_int_equal(pthread_create(&threads[i], NULL, crash_and_run, targets[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *failed;
        (void)pthread_join(threads[i], &failed);
        assert_null(failed);
        hck_target_close(targets[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_not_be_loaded_does_not_start),
        cmocka_unit_test(a_library_that_lacks_a_function_is_told_which),
        cmocka_unit_test(a_name_without_a_slash_is_a_file_here_or_a_library_of_the_system),
        cmocka_unit_test(a_constructor_that_misbehaves_does_not_start),
        cmocka_unit_test(functions_that_are_missing_are_known_and_unsupported),
        cmocka_unit_test(a_call_that_kills_the_process_is_found_and_the_next_trace_runs),
        cmocka_unit_test(a_call_that_hangs_is_found_and_the_next_trace_runs),
        cmocka_unit_test(a_call_of_a_thread_that_hangs_has_the_tick_when_it_began),
        cmocka_unit_test(calls_that_are_slow_together_are_no_hang),
#ifndef HEAPCK_SANITIZED
        cmocka_unit_test(a_plugin_that_has_a_malloc_of_its_own_uses_it),
#endif
        cmocka_unit_test(a_plugin_that_prints_disturbs_nothing),
        cmocka_unit_test(a_plugin_that_writes_into_the_protocol_is_broken_and_quoted),
        cmocka_unit_test(a_plugin_that_closes_the_protocol_is_broken),
        cmocka_unit_test(a_death_that_does_not_come_again_is_broken),
        cmocka_unit_test(a_death_behind_other_traces_is_told_as_one),
        cmocka_unit_test(a_death_behind_the_last_call_is_told_as_one),
        cmocka_unit_test(a_target_started_by_a_thread_that_has_ended_runs_on),
        cmocka_unit_test(several_threads_run_targets_at_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
