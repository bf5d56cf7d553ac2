/* Ctrl-C, and what a CI service sends a job that it cancels: every command that takes its time ends
 * soon, says what there is, and exits with 128 and the number of the signal. A target that dies of
 * the same signal by itself is none of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"

enum { SOON_S = 8 };

#define SIZE "heap_size.live_block.is_the_requested_size"
#define FINISHING "heapck: interrupted, finishing\n"

/* Presses Ctrl-C after a second; the command has to end soon after it. So has another one that is
 * sent SIGTERM. */
static struct run interrupt(const char *command)
{
    char shell[2000];
    time_t begin = time(NULL);
    (void)snprintf(shell, sizeof shell,
                   "%s >.out-term 2>.err-term & term=$!\n"
                   "%s & int=$!\n"
                   "sleep 1; kill -TERM $term; kill -INT $int\n"
                   "wait $term; echo $? >.status-term; wait $int",
                   command, command);
    struct run result = run_for(130, shell);
    assert_true(time(NULL) - begin < SOON_S);
    assert_string_equal(read_file(".status-term"), "143\n");
    assert_string_equal(read_file(".err-term"), result.err);
    return result;
}

static void the_end_of_the_terminal_ends_a_run_unless_nohup_says_no(void **state)
{
    (void)state;
    struct run result =
        run_for(129, "DEVIANT=hang $HEAPCK run --target so:./deviant.so plain.trace & "
                     "sleep 1; kill -HUP $!; wait $!");
    check_has(result.out, "\nverdict: interrupted");
    result =
        run_for(0, "trap '' HUP; $HEAPCK run --target so:./deviant.so --corpus corpus --time 2 "
                   "--traces 100000000 --only 'heap.alignment.*' & "
                   "sleep 1; kill -HUP $!; wait $!");
    check_has(result.out, "\nverdict: conforms");
}

/* A CI service may send the signal to every process of a job: what the workers have judged is
 * reported all the same. */
static void a_signal_to_the_whole_group_loses_nothing(void **state)
{
    (void)state;
    struct run result =
        run_for(143, "setsid -w sh -c '$HEAPCK run --target so:./deviant.so --corpus "
                     "corpus --traces 100000000 --only heap.alignment.* & "
                     "pid=$!; trap : TERM; sleep 1; kill -TERM 0; wait $pid; "
                     "wait $pid'");
    check_has(result.out, "\nverdict: interrupted\n");
    check_lacks(result.out, "\n0 traces, ");
    assert_string_equal(result.err, FINISHING);
}

static void a_target_that_dies_of_sigint_is_a_crash_and_no_ctrl_c(void **state)
{
    (void)state;
    struct run result =
        run_for(1, "DEVIANT=interrupt $HEAPCK run --target so:./deviant.so plain.trace");
    check_has(result.out, "VIOLATED call.completion.keeps_the_process_alive");
    check_has(result.out, "seen a crash");
    check_lacks(result.out, "interrupted");
}

/* One time is enough, and neither the start nor the hang is anybody's fault. */
static void a_run_that_waits_for_its_target_ends(void **state)
{
    (void)state;
    struct run result = interrupt("$HEAPCK run --target 'exec:sleep 100' plain.trace");
    check_has(result.out, "\nverdict: interrupted");
    assert_string_equal(result.err, FINISHING);
    result = interrupt("DEVIANT=hang $HEAPCK run --target so:./deviant.so plain.trace");
    check_has(result.out, "\nverdict: interrupted");
    check_lacks(result.out, "VIOLATED");
    assert_string_equal(result.err, FINISHING);
}

/* Given a target that hangs, which has been seen; when Ctrl-C is pressed while that is shrunk; then
 * nobody waits for the limit of a trace any more. */
static void shrinking_ends_at_once(void **state)
{
    (void)state;
    char text[2000] = "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 1)\n";
    for (unsigned i = 0; i < 30; i++) {
        strcat(text, "@1 HeapAlloc(h0, 0, 1)\n");
    }
    strcat(text, "HeapSize(h0, 0, b0)\n");
    write_file("threads.trace", text);
    struct run result =
        run_for(130, "DEVIANT=hang $HEAPCK run --target so:./deviant.so --limit 4 threads.trace & "
                     "sleep 11; kill -INT $!; date +%s >.pressed; wait $!; status=$?; "
                     "date +%s >.ended; exit $status");
    assert_true(atoi(read_file(".ended")) - atoi(read_file(".pressed")) <= 3);
    assert_string_equal(result.err, FINISHING);
    check_has(result.out, "VIOLATED call.completion.returns_to_its_caller");
    check_has(result.out, "\nverdict: interrupted");
}

/* Given violations that were seen; when Ctrl-C is pressed on a terminal; then nothing is said to be
 * shrunk, for nothing is. */
static void a_terminal_shows_no_shrinking_after_it(void **state)
{
    (void)state;
    write_file("pressed.sh", "$HEAPCK run --target so:./deviant.so --corpus corpus --traces "
                             "100000000 --only '" SIZE "' & sleep 2; kill -INT $!; wait $!\n");
    struct run result =
        run_for(130, "TERM=vt100 DEVIANT=short script -qec 'sh pressed.sh' /dev/null");
    check_has(result.out, "interrupted, finishing");
    check_has(result.out, "VIOLATED " SIZE);
    check_lacks(result.out, "shrinking");
}

static void a_replay_ends(void **state)
{
    (void)state;
    struct run result =
        interrupt("DEVIANT=hang $HEAPCK replay --target so:./deviant.so plain.trace");
    assert_string_equal(result.err, "heapck: interrupted: the trace had not come to its end\n");
}

static void a_log_that_was_interrupted_will_not_be_judged(void **state)
{
    (void)state;
    struct run result =
        interrupt("DEVIANT=hang $HEAPCK record plain.trace --target so:./deviant.so -o half.log");
    assert_string_equal(result.err, "heapck: interrupted: half.log was not written\n");
    run_for(1, "test -e half.log || ls -A | grep half.log");
    result = interrupt("DEVIANT=hang $HEAPCK record plain.trace --target so:./deviant.so -o -");
    assert_string_equal(result.err,
                        "heapck: interrupted: - has 0 calls and no end, and will not be "
                        "judged\n");
    write_file("cut.log", result.out);
    check_has(run_for(2, "$HEAPCK judge cut.log").err, "the log was cut off");
}

static void a_search_for_a_violation_ends(void **state)
{
    (void)state;
    struct run result = interrupt("DEVIANT=hang $HEAPCK shrink plain.trace --target "
                                  "so:./deviant.so --limit 100 -o small.trace");
    assert_string_equal(result.err, "heapck: interrupted: the violation was still looked for\n");
    run_for(1, "test -e small.trace");
}

static void a_comparison_shows_what_there_is(void **state)
{
    (void)state;
    struct run result = interrupt("$HEAPCK compare --target so:./deviant.so --target winmem "
                                  "--corpus corpus --traces 100000000 --only 'heap.alignment.*'");
    check_has(result.err, "interrupted: the columns are of different numbers of traces");
    check_has(result.out, "profile documented\n");
}

static void a_selftest_says_what_was_not_tried(void **state)
{
    (void)state;
    struct run result =
        interrupt("$HEAPCK selftest --toy ./deviant.so --corpus corpus --traces 100000000");
    check_has(result.err, "interrupted: no mutant was tried");
    check_lacks(result.out, "not clean");
}

#ifndef HEAPCK_COUNTED /* an oracle that counts its branches is too slow */
static void a_benchmark_ends(void **state)
{
    (void)state;
    struct run result = interrupt("$HEAPCK bench agent --target 'exec:sleep 100'");
    check_has(result.err, "interrupted: what is above is all");
    result = interrupt("$HEAPCK bench oracle");
    check_has(result.err, "interrupted: what is above is all");
    result = interrupt("$HEAPCK bench vm");
    check_has(result.err, "interrupted: what is above is all");
    result = interrupt("$HEAPCK bench fuzz");
    check_has(result.err, "interrupted: what is above is all");
}
#endif

static int make_corpus(void **state)
{
    return make_folder(state) != 0 ||
           run("mkdir -p corpus/clauses && cp plain.trace corpus/clauses").status != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_that_dies_of_sigint_is_a_crash_and_no_ctrl_c),
        cmocka_unit_test(the_end_of_the_terminal_ends_a_run_unless_nohup_says_no),
        cmocka_unit_test(a_signal_to_the_whole_group_loses_nothing),
        cmocka_unit_test(a_run_that_waits_for_its_target_ends),
        cmocka_unit_test(shrinking_ends_at_once),
        cmocka_unit_test(a_terminal_shows_no_shrinking_after_it),
        cmocka_unit_test(a_replay_ends),
        cmocka_unit_test(a_log_that_was_interrupted_will_not_be_judged),
        cmocka_unit_test(a_search_for_a_violation_ends),
        cmocka_unit_test(a_comparison_shows_what_there_is),
        cmocka_unit_test(a_selftest_says_what_was_not_tried),
#ifndef HEAPCK_COUNTED
        cmocka_unit_test(a_benchmark_ends),
#endif
    };
    return cmocka_run_group_tests(tests, make_corpus, remove_folder);
}
