/* heapck fuzz: what it tells, what it leaves in its folder, and what does not stop it. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"

#define SIZE "heap_size.live_block.is_the_requested_size"
#define CALLS "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, "

static void a_conforming_target_leaves_a_corpus_and_no_find(void **state)
{
    (void)state;
    struct run result =
        run_for(0, "$HEAPCK fuzz --engine builtin --out conforming --runs 300 --jobs 1");
    check_has(result.out, " executions (");
    check_has(result.out, " clauses judged, ");
    check_has(result.out, " 0 new finds\n");
    assert_string_equal(result.err, "");
    (void)run_for(0, "test -z \"$(ls conforming/finds)\" && ls conforming/corpus | grep -q trace");
}

static void a_deviation_is_found_once_shrunk_and_saved(void **state)
{
    (void)state;
    struct run result =
        run_for(1, "DEVIANT=short $HEAPCK fuzz --engine builtin --target so:./deviant.so "
                   "--out short --only " SIZE " --finds 1");
    check_has(result.out, "fuzzing so:./deviant.so, profile documented, by builtin, 2 jobs, seed "
                          "1, into short; Ctrl-C ends it\n");
    check_has(result.out, " " SIZE " in 3 calls: short/finds/" SIZE ".trace\n"
                          "    call 3: expected the result to be ");
    check_has(result.out, " 1 clause judged, ");
    check_has(result.out, " 1 new find\n");
    check_has(result.out, "\nnext: heapck replay short/finds/" SIZE ".trace --target "
                          "so:./deviant.so\n");
    check_has(read_file("short/finds/" SIZE ".trace"),
              "# heapck trace 1\n# clause " SIZE "\n" CALLS);
    (void)run_for(1, "DEVIANT=short $HEAPCK replay --target so:./deviant.so "
                     "short/finds/" SIZE ".trace");
    (void)run_for(0, "test -s short/finds/" SIZE ".c");

    result = run_for(1, "DEVIANT=short $HEAPCK fuzz --engine builtin --target so:./deviant.so "
                        "--out short --only " SIZE " --runs 200");
    check_has(result.out, "again " SIZE " in 3 calls: short/finds/" SIZE ".trace\n");
    check_has(result.out, " 0 new finds, 1 known\n");

    result = run_for(0, "$HEAPCK fuzz --engine builtin --target so:./deviant.so --out short "
                        "--only " SIZE " --runs 200");
    check_has(result.out,
              "gone: short/finds/" SIZE ".trace does not violate any more, and may be removed\n");
}

static void what_is_expected_is_no_find(void **state)
{
    (void)state;
    write_file("expect.txt", SIZE " says one byte less\n");
    struct run result =
        run_for(0, "DEVIANT=short $HEAPCK fuzz --engine builtin --target so:./deviant.so "
                   "--out expected --only " SIZE " --expect expect.txt --runs 200");
    check_has(result.out, " 0 new finds\n");
}

static void a_target_that_dies_or_hangs_is_a_find_and_not_the_end(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=crash $HEAPCK fuzz --engine builtin --target "
                                   "so:./deviant.so --out crash --runs 100");
    check_has(result.out, " call.completion.keeps_the_process_alive in ");
    result = run_for(
        1,
        "DEVIANT=hang $HEAPCK fuzz --engine builtin --target so:./deviant.so --out hang --runs 900 "
        "--only 'call.*' --finds 1 --limit 1");
    check_has(result.out, " call.completion.returns_to_its_caller in ");
    result = run_for(1, "DEVIANT=destroy $HEAPCK fuzz --engine builtin --target so:./deviant.so "
                        "--out destroy --runs 20");
    check_has(result.out, " call.completion.keeps_the_process_alive in ");
}

/* Which function the target died in is part of what was found. */
static void several_deaths_are_several_finds(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=deadly $HEAPCK fuzz --engine builtin --target "
                                   "so:./deviant.so --out deadly --runs 200 --jobs 1");
    check_has(result.out, ": deadly/finds/call.completion.keeps_the_process_alive.trace\n");
    check_has(result.out, ": deadly/finds/call.completion.keeps_the_process_alive.2.trace\n");
    (void)run_for(0, "grep -l HeapFree deadly/finds/call.completion*.trace");
    (void)run_for(0, "grep -L HeapFree deadly/finds/call.completion*.trace | grep -q trace");
}

/* Malloc notices when the next trace is made up. */
static void a_target_that_spoils_the_process_does_not_pass(void **state)
{
    (void)state;
    (void)run_for(1, "DEVIANT=festering $HEAPCK fuzz --engine builtin --target so:./deviant.so "
                     "--out festering --time 2 --jobs 1 --only 'call.*'");
}

static void a_target_that_closes_files_does_not_hold_it_up(void **state)
{
    (void)state;
    (void)run_for(124, "DEVIANT=closing timeout 40 $HEAPCK fuzz --engine builtin --target "
                       "so:./deviant.so --out closing --time 2 --jobs 1; status=$?; "
                       "test $status -ne 124 && exit 124");
}

static void traces_are_no_longer_than_can_be_told(void **state)
{
    (void)state;
    (void)run_for(0, "$HEAPCK fuzz --engine builtin --out longest --runs 60 --jobs 1 --calls 4096");
    (void)run_for(0, "test \"$(cat longest/corpus/*.trace | wc -l)\" -gt 100");
    (void)run_for(0, "for trace in longest/corpus/*.trace; do "
                     "test \"$(grep -vc '^#' $trace)\" -le 4096 || exit 1; done");
}

static void what_is_not_asked_for_is_not_gone(void **state)
{
    (void)state;
    (void)run_for(1, "DEVIANT=short $HEAPCK fuzz --engine builtin --target so:./deviant.so --out "
                     "left --only " SIZE " --finds 1");
    struct run result = run_for(0, "DEVIANT=short $HEAPCK fuzz --engine builtin --target "
                                   "so:./deviant.so --out left --only 'heap_free.*' --runs 300");
    assert_null(strstr(result.out, "gone: "));
}

/* An agent lives in a process of its own: nothing of it is instrumented. */
static void an_agent_is_fuzzed_like_a_library(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK fuzz --target \"exec:$AGENT\" --profile windows "
                                   "--out exec --runs 300 --jobs 1");
    check_has(result.out, ", profile windows, by builtin, 1 job, seed 1, into exec");
    check_has(result.out, " 0 new finds\n");
    (void)run_for(0, "ls exec/corpus | grep -q trace");
    result = run_for(3, "$HEAPCK fuzz --target exec:true --out none --runs 20");
    check_has(result.err, "heapck: exec:true: ");
}

static void a_corpus_is_gone_on_from_whatever_else_lies_there(void **state)
{
    (void)state;
    write_file("seed.trace", "# heapck trace 1\n" CALLS "777)\n");
    (void)run_for(0, "mkdir kept && cp seed.trace kept && echo nonsense >kept/malformed.trace && "
                     "echo text >kept/notes.txt && head -c 2000000 /dev/zero >kept/huge.trace");
    struct run result =
        run_for(0, "$HEAPCK fuzz --engine builtin --out again --corpus kept --runs 50 --jobs 1");
    check_has(result.err, "heapck: note: 2 files of the corpus left out: kept/huge.trace: ");
    check_has(result.out, " traces kept, ");
    (void)run_for(0, "test -s kept/malformed.trace -a -s kept/notes.txt -a -s kept/seed.trace");

    (void)run_for(0, "$HEAPCK fuzz --engine builtin --out copied --runs 50 --jobs 1 seed.trace");
    (void)run_for(0, "grep -lq 777 copied/corpus/*.trace");
    result = run_for(2, "$HEAPCK fuzz --engine builtin --out copied --runs 50 missing.trace");
    check_has(result.err, "heapck: missing.trace: No such file");
}

/* An expected death explains a death, and so does one that is not asked for. */
static void a_death_that_is_known_is_no_unsteady_one(void **state)
{
    (void)state;
    write_file("deaths.txt", "call.completion.keeps_the_process_alive  known\n");
    struct run result =
        run_for(0, "DEVIANT=crash $HEAPCK fuzz --engine builtin --target so:./deviant.so --out "
                   "expected --runs 100 --expect deaths.txt --only 'call.*'");
    check_lacks(result.out, "did not come again");
    (void)run_for(0, "test -z \"$(ls expected/unsteady)\"");
}

static void a_folder_without_a_name_is_refused(void **state)
{
    (void)state;
    struct run result = run_for(2, "$HEAPCK fuzz --out '' --runs 20");
    check_has(result.err, "expected a folder, found ''");
    result = run_for(2, "$HEAPCK fuzz --corpus '' --out named --runs 20");
    check_has(result.err, "expected a folder, found ''");
}

/* The longest name that a file may have. */
static void a_file_of_a_long_name_is_looked_at_again(void **state)
{
    (void)state;
    (void)run_for(0, "mkdir -p long/finds && { echo '# heapck trace 1'; echo '# clause "
                     "heap_size.live_block.is_the_requested_size'; echo 'h0 = GetProcessHeap()'; } "
                     ">long/finds/$(printf 'x%.0s' $(seq 249)).trace");
    struct run result = run_for(0, "$HEAPCK fuzz --engine builtin --out long --runs 20");
    check_has(result.out, "does not violate any more");
}

static void a_folder_serves_one_target(void **state)
{
    (void)state;
    (void)run_for(0, "$HEAPCK fuzz --engine builtin --target so:./deviant.so --out owned --runs "
                     "300 --only " SIZE);
    struct run result =
        run_for(2, "$HEAPCK fuzz --engine builtin --out owned --runs 300 --only " SIZE);
    check_has(result.err, "heapck: owned: it has what was found of 'so:./deviant.so'; give this "
                          "target its own with --out\n");
    (void)run_for(0, "$HEAPCK fuzz --engine builtin --target so:./deviant.so --out owned --runs "
                     "300 --only " SIZE);
}

/* An agent that says of calls it has made that it has not. */
static void what_makes_no_sense_is_kept_and_is_no_find(void **state)
{
    (void)state;
    struct run result =
        run_for(3, "$HEAPCK fuzz --target \"exec:sh -c '$AGENT | sed -u "
                   "\\\"/^HeapSize/s/ -> .*/ -> skipped heap.handle.must_be_live/\\\"'\" "
                   "--out senseless --time 3 --jobs 1");
    check_has(result.out, "made no sense to the oracle, which is a fault of heapck or of an agent: "
                          "senseless/unsteady\n");
    check_has(result.out, ", 0 new finds\n");
    run_for(0, "ls senseless/unsteady/*.trace");
}

static void a_folder_serves_one_run_at_a_time(void **state)
{
    (void)state;
    struct run result =
        run_for(2, "mkdir -p taken && { flock -x 9; "
                   "$HEAPCK fuzz --engine builtin --out taken --runs 10; } 9>taken/lock");
    check_has(result.err, "heapck: taken: another 'heapck fuzz' uses this folder");
    write_file("file", "");
    result = run_for(2, "$HEAPCK fuzz --engine builtin --out file --runs 10");
    check_has(result.err, "heapck: file/finds: Not a directory\n");
}

/* Where no file takes a byte, the terminal is all that is left of a find. */
static void a_find_that_cannot_be_saved_is_printed_whole(void **state)
{
    (void)state;
    struct run result =
        run_for(3, "out=$({ ulimit -f 0; DEVIANT=short $HEAPCK fuzz --engine builtin --target "
                   "so:./deviant.so --out full --only " SIZE " --finds 1; } 2>&1); "
                   "status=$?; echo \"$out\"; exit $status");
    check_has(result.out, "heapck: cannot write full/finds/" SIZE ".trace: File too large\n");
    check_has(result.out, "\n# clause " SIZE "\n" CALLS);
    assert_null(strstr(result.out, "next: "));
    (void)run_for(0, "test -z \"$(ls full/finds)\"");
}

static void what_comes_and_goes_and_cannot_be_kept_is_printed_whole(void **state)
{
    (void)state;
    struct run result =
        run_for(3, "rm -f stall.once; out=$({ ulimit -f 0; DEVIANT=stall $HEAPCK fuzz --engine "
                   "builtin --target so:./deviant.so --out full-unsteady --only " SIZE " --runs 40 "
                   "--jobs 1; } 2>&1); status=$?; echo \"$out\"; exit $status");
    check_has(result.out, "# heapck trace 1\n");
    check_has(result.out, " = HeapAlloc("); /* the call that stalls may be one woven in */
    check_has(result.out, "not below full-unsteady, which took no file, but printed above\n");
}

static void finds_of_earlier_runs_that_are_none_are_told(void **state)
{
    (void)state;
    (void)run_for(0, "mkdir -p spoiled/finds && echo nonsense >spoiled/finds/one.trace");
    struct run result = run_for(0, "$HEAPCK fuzz --engine builtin --out spoiled --runs 10");
    check_has(result.err, "heapck: note: 1 find of earlier runs left out: spoiled/finds/one.trace");
}

static void ctrl_c_ends_it_with_its_numbers(void **state)
{
    (void)state;
    struct run result =
        run_for(130, "$HEAPCK fuzz --engine builtin --out interrupted & pid=$!; sleep 1; "
                     "kill -INT $pid; wait $pid");
    check_has(result.out, " 0 new finds\n");
    assert_string_equal(result.err, "heapck: interrupted, finishing\n");
}

/* A build folder with this program and an engine that is a script: it says what libFuzzer says, and
 * has found something unless that is known. */
static void make_engine(void)
{
    write_file("harness", "#!/bin/sh\n"
                          "echo \"$*\" >>arguments\n"
                          "echo '#40 NEW cov: 7 ft: 8 corp: 9/90b exec/s: 10' >&2\n"
                          "grep -q " SIZE " $HEAPCK_FUZZ_EXPECT && exec sleep $SLEEP\n"
                          "cat >found.$$ <<'END'\n"
                          "# heapck trace 1\n# clause " SIZE "\n" CALLS "5)\n"
                          "HeapSize(h0, 0, b0)\nHeapFree(h0, 0, b0)\nEND\n"
                          "mv found.$$ $HEAPCK_FUZZ_FINDS/1.trace\nexit 77\n");
    (void)run_for(0, "mkdir -p build/release build/fuzz-libfuzzer/fuzz && "
                     "cp $HEAPCK build/release/ && chmod +x harness && "
                     "mv harness build/fuzz-libfuzzer/fuzz/mixed");
}

static void another_engine_is_started_heard_and_started_again(void **state)
{
    (void)state;
    make_engine();
    struct run result =
        run_for(1, "DEVIANT=short build/release/heapck fuzz --engine libfuzzer --target "
                   "so:./deviant.so --out program --time 3 --jobs 2");
    check_has(result.out, " " SIZE " in 3 calls: program/finds/" SIZE ".trace\n");
    check_has(result.out, "\nlibfuzzer 0:03, ");
    check_has(result.out, ": 7 edges, ");
    check_has(result.out, " 9 traces kept, 1 new find\n");
    check_lacks(result.err, " is older than this program");
    check_has(read_file("arguments"), " program/libfuzzer\n");
    (void)run_for(1, "ps -eo args | grep \"[s]leep $SLEEP\"");
}

/* In place of a harness for libFuzzer: leaves an input of its own once. */
static void make_dying_engine(const char *input)
{
    char script[1000];
    make_engine();
    (void)snprintf(script, sizeof script,
                   "#!/bin/sh\n"
                   "artifacts=${*#*-artifact_prefix=}\nartifacts=${artifacts%%%% *}\n"
                   "echo '#40 NEW cov: 7 ft: 8 corp: 9/90b exec/s: 10' >&2\n"
                   "test -e died && exec sleep $SLEEP\ntouch died\n%s\nexit 77\n",
                   input);
    write_file("build/fuzz-libfuzzer/fuzz/mixed", script);
    (void)run_for(0, "rm -f died");
}

/* Names of the engine's own, and longer than it takes: 120 bytes are a call. */
static void engines_begin_from_the_corpus_and_add_to_it(void **state)
{
    (void)state;
    make_engine();
    write_file("build/fuzz-libfuzzer/fuzz/mixed.options",
               "# Options\n[libfuzzer]\nmax_len = 240\nentropic = 0\n\n[asan]\nhandle_segv = 0\n");
    write_file("build/fuzz-libfuzzer/fuzz/mixed",
               "#!/bin/sh\n"
               "echo \"$*\" >arguments\n"
               "folder=${*##* }\nwc -c $folder/* >inputs\n"
               "echo '#40 NEW cov: 7 ft: 8 corp: 9/90b exec/s: 10' >&2\n"
               "printf '# heapck trace 1\nHeapUnlock(h3)\n' >$folder/kept\n"
               "trap 'echo stat::number_of_executed_units: 4321; exit' INT\n"
               "while :; do sleep 0.1; done\n");
    write_file("seed.trace", "# heapck trace 1\n" CALLS "1)\nHeapUnlock(h1)\nHeapUnlock(h2)\n");
    struct run result = run_for(3, "build/release/heapck fuzz --engine libfuzzer --target "
                                   "so:./deviant.so --out fed --time 1 --jobs 1 seed.trace");
    check_has(result.out, ", 4321 executions ");
    check_has(read_file("inputs"), "240 ");
    check_has(read_file("arguments"), " -max_len=240 -entropic=0 ");
    check_lacks(read_file("arguments"), "handle_segv=0 -entropic");
    (void)run_for(0, "test $(ls fed/corpus | wc -l) -eq 2 && grep -q h3 fed/corpus/*.trace");
    (void)run_for(3, "build/release/heapck fuzz --engine libfuzzer --target so:./deviant.so "
                     "--out fed --time 1 --jobs 1");
    (void)run_for(0, "test $(ls fed/corpus | wc -l) -eq 2 && test $(ls fed/libfuzzer | wc -l) "
                     "-eq 3");
    (void)run_for(0, "rm build/fuzz-libfuzzer/fuzz/mixed.options && "
                     "touch -d yesterday build/fuzz-libfuzzer/fuzz/mixed");
    result = run_for(3, "build/release/heapck fuzz --engine libfuzzer --target so:./deviant.so "
                        "--out fed --time 1 --jobs 1");
    check_has(result.err, "/build/fuzz-libfuzzer/fuzz/mixed is older than this program; './dev "
                          "build-fuzz' builds it anew\n");
}

static void an_engine_that_dies_and_leaves_nothing_is_told(void **state)
{
    (void)state;
    make_dying_engine("");
    struct run result = run_for(1, "build/release/heapck fuzz --engine libfuzzer --target "
                                   "so:./deviant.so --out dies --time 2 --jobs 1");
    check_has(result.out, "\n1 process of the engine ended and left nothing to look at\n");
}

#define CRASHING "# heapck trace 1\n" CALLS "5)\nHeapFree(h0, 0, b0)\n"

static void an_input_that_ends_an_engine_is_a_find(void **state)
{
    (void)state;
    write_file("crashing", CRASHING);
    make_dying_engine("cp crashing ${artifacts}crash-1");
    struct run result = run_for(1, "DEVIANT=crash build/release/heapck fuzz --engine libfuzzer "
                                   "--target so:./deviant.so --out died-of --time 3 --jobs 1");
    check_has(result.out, " call.completion.keeps_the_process_alive in 3 calls: died-of/finds/");
    check_has(result.out, " 1 new find\n");
    check_lacks(result.out, "process of the engine");
    result = run_for(1, "DEVIANT=crash build/release/heapck fuzz --engine libfuzzer "
                        "--target so:./deviant.so --out died-of --time 1 --jobs 1");
    check_has(result.out, " 0 new finds, 1 known\n");
}

/* A process that has closed what it printed into is not at its end. */
static void what_an_engine_leaves_behind_its_last_word_is_a_find(void **state)
{
    (void)state;
    write_file("crashing", CRASHING);
    make_dying_engine("exec >/dev/null 2>&1\nsleep 0.5\ncp crashing ${artifacts}crash-1");
    struct run result = run_for(1, "DEVIANT=crash build/release/heapck fuzz --engine libfuzzer "
                                   "--target so:./deviant.so --out last-word --finds 1 --jobs 1");
    check_has(result.out, " 1 new find\n");
    check_lacks(result.out, "process of the engine");
}

/* As of a sanitizer's report. */
static void a_death_that_does_not_come_again_is_kept_as_text(void **state)
{
    (void)state;
    write_file("crashing", CRASHING);
    make_dying_engine("cp crashing ${artifacts}crash-1");
    struct run result = run_for(1, "build/release/heapck fuzz --engine libfuzzer --target "
                                   "so:./deviant.so --out once --time 3 --jobs 1");
    check_has(result.out,
              "\n1 input ended or held up its process and no fresh one: once/unsteady\n");
    (void)run_for(0, "cmp crashing once/unsteady/*.trace");
}

/* afl-fuzz is a script that has found something in its first second. */
static void what_afl_fuzz_calls_a_crash_is_a_find(void **state)
{
    (void)state;
    make_engine();
    write_file("crashing", CRASHING);
    write_file("afl-fuzz", "#!/bin/sh\nmkdir -p afl-out/afl/job0/crashes\n"
                           "cp crashing afl-out/afl/job0/crashes/id:000000,sig:06\n"
                           "exec sleep $SLEEP\n");
    (void)run_for(0, "mkdir -p build/fuzz-afl/fuzz build/release/fuzz && chmod +x afl-fuzz && "
                     "cp build/fuzz-libfuzzer/fuzz/mixed build/fuzz-afl/fuzz/");
    struct run result =
        run_for(3, "PATH=.:$PATH build/release/heapck fuzz --engine afl --out afl-out");
    check_has(result.err, "heapck: AFL++'s mutator is not built: there is no ");
    check_has(result.err, "./dev build-fuzz\n");
    (void)run_for(0, "touch build/release/fuzz/afl_mutator.so");
    result = run_for(1, "PATH=.:$PATH DEVIANT=crash build/release/heapck fuzz --engine "
                        "afl --target so:./deviant.so --out afl-out --time 3 --jobs 1");
    check_has(result.out, " call.completion.keeps_the_process_alive in 3 calls: afl-out/finds/");
}

/* What could not be brought into the corpus when a run begins is there for a later one, however
 * many begin. */
static void inputs_of_afl_fuzz_are_kept_until_they_are_in_the_corpus(void **state)
{
    (void)state;
    make_engine();
    write_file("afl-fuzz", "#!/bin/sh\nmkdir -p $(dirname $KEPT)\nln -sfn /nowhere $KEPT\n"
                           "exec sleep $SLEEP\n");
    (void)run_for(0, "mkdir -p build/fuzz-afl/fuzz build/release/fuzz && chmod +x afl-fuzz && "
                     "cp build/fuzz-libfuzzer/fuzz/mixed build/fuzz-afl/fuzz/ && "
                     "touch build/release/fuzz/afl_mutator.so");
    for (unsigned i = 0; i < 3; i++) {
        struct run result =
            run_for(3, "PATH=.:$PATH KEPT=aside/afl/job0/queue/id:000000 build/release/heapck fuzz "
                       "--engine afl --target so:./deviant.so --out aside --time 1 --jobs 1");
        check_has(result.out, " of the engine ");
    }
    (void)run_for(0, "for folder in afl afl.before afl.before.2; do "
                     "test -L aside/$folder/job0/queue/id:000000 || exit 1; done");
    (void)run_for(0, "rm aside/afl*/job0/queue/id:000000");
    (void)run_for(3, "PATH=.:$PATH KEPT=aside/other/link build/release/heapck fuzz --engine afl "
                     "--target so:./deviant.so --out aside --time 1 --jobs 1");
    (void)run_for(0, "test \"$(echo aside/afl*)\" = aside/afl.before");
}

/* The harness could write no file, and no more can the program itself. */
static void a_find_of_another_engine_that_cannot_be_saved_is_printed_whole(void **state)
{
    (void)state;
    make_engine();
    write_file("build/fuzz-libfuzzer/fuzz/mixed",
               "#!/bin/sh\nrmdir full-too/finds && touch full-too/finds\n"
               "cat said >&2\nexit 77\n");
    write_file("said", "#40 NEW cov: 7 ft: 8 corp: 9/90b exec/s: 10\n"
                       "heapck harness: the trace cannot be written into somewhere\n"
                       "heapck harness: " SIZE " is violated by HeapSize(h0, 0, b0)\n"
                       "# heapck trace 1\n# clause " SIZE "\n" CALLS
                       "5)\nHeapSize(h0, 0, b0)\nHeapFree(h0, 0, b0)\n"
                       "# end of the trace\n==1== ERROR: libFuzzer: deadly signal\n");
    struct run result =
        run_for(3, "DEVIANT=short build/release/heapck fuzz --engine libfuzzer --target "
                   "so:./deviant.so --out full-too --finds 1 --time 20 --jobs 1");
    check_has(result.err, "heapck: cannot write full-too/finds/" SIZE ".trace: Not a directory\n");
    check_has(result.out, "\n# clause " SIZE "\n" CALLS);
}

static void a_look_that_fails_once_is_told_and_not_the_end(void **state)
{
    (void)state;
    make_engine();
    write_file("first.txt", "# heapck trace 1\n# clause " SIZE "\n" CALLS
                            "5)\nHeapSize(h0, 0, b0)\nGetLastError()\n");
    write_file("second.txt", "# heapck trace 1\n# clause " SIZE "\n" CALLS
                             "5)\nHeapSize(h0, 0, b0)\nHeapFree(h0, 0, b0)\n");
    write_file("build/fuzz-libfuzzer/fuzz/mixed",
               "#!/bin/sh\n"
               "echo '#40 NEW cov: 7 ft: 8 corp: 9/90b exec/s: 10' >&2\n"
               "touch refuse.once\nmv first.txt $HEAPCK_FUZZ_FINDS/1.trace\n"
               "while test -e refuse.once; do sleep 0.1; done\n"
               "mv second.txt $HEAPCK_FUZZ_FINDS/2.trace\nexec sleep $SLEEP\n");
    struct run result =
        run_for(1, "DEVIANT=refusing build/release/heapck fuzz --engine libfuzzer --target "
                   "so:./deviant.so --out refused --jobs 1 --finds 1 --time 20");
    check_has(result.err, "heapck: note: what was seen could not be looked at again, and is in "
                          "refused/unsteady: ");
    check_has(result.out, " 1 new find\n");
    (void)run_for(0, "grep -q GetLastError refused/unsteady/*.trace");
    (void)run_for(3, "touch refuse.once; DEVIANT=refusing $HEAPCK fuzz --engine builtin --target "
                     "so:./deviant.so --out refused-alone --only " SIZE " --finds 1 --runs 1");
}

static void an_engine_that_only_ends_is_broken(void **state)
{
    (void)state;
    write_file("build/fuzz-libfuzzer/fuzz/mixed", "#!/bin/sh\necho no such option\nexit 1\n");
    struct run result = run_for(3, "build/release/heapck fuzz --out ends --engine libfuzzer");
    check_has(result.err,
              "heapck: libfuzzer has ended; the last that it said was \"no such option\"\n");
    write_file("build/fuzz-libfuzzer/fuzz/mixed", "#!/bin/sh\necho deadly signal\nexit 77\n");
    result = run_for(3, "build/release/heapck fuzz --out ends --engine libfuzzer");
    check_has(result.err, "it said was \"deadly signal\"; of a target that ends it before it has "
                          "begun, --engine builtin says more\n");
}

static void an_engine_that_is_not_there_is_said_with_what_to_install(void **state)
{
    (void)state;
    struct run result = run_for(2, "$HEAPCK fuzz --engine honggfuzz --out none");
    check_has(result.err, "--engine: expected libfuzzer, afl or builtin, found 'honggfuzz'");
    result = run_for(2, "$HEAPCK fuzz --engine libfuzzer --target exec:true --out none");
    check_has(
        result.err,
        "--engine: an agent, --calls, and a profile that is not the target's own, are for builtin");
    result = run_for(2, "$HEAPCK fuzz --target so:./deviant.so --harness heap --out none");
    check_has(result.err, "--harness: the built-in engine, which is taken here, has none");
    result = run_for(2, "build/release/heapck fuzz --engine libfuzzer --calls 9 --out none");
    check_has(result.err, "are for builtin");
    result = run_for(2, "$HEAPCK fuzz --engine libfuzzer --harness out_of_memory --out none");
    check_has(result.err,
              "--harness: expected one of mixed heap virtual_memory sections threads, found "
              "'out_of_memory'");
    result = run_for(3, "build/release/heapck fuzz --engine libfuzzer --harness heap --out none");
    check_has(result.err, "heapck: the harness 'heap' is not built for libfuzzer: ");
    check_has(result.err, "apt-get install clang");
    result = run_for(3, "PATH=/nowhere $HEAPCK fuzz --engine afl --out none");
    check_has(result.err, "heapck: afl-fuzz is not installed: apt-get install afl++\n");
}

static void what_does_not_load_is_said_at_once(void **state)
{
    (void)state;
    struct run result =
        run_for(3, "$HEAPCK fuzz --engine builtin --target so:./missing.so --out missing");
    check_has(result.err, "so:./missing.so: ");
    result = run_for(2, "$HEAPCK fuzz --target nonsense --out missing");
    check_has(result.err, "'nonsense': a target is winmem");
}

int main(void)
{
    char seconds[40]; /* by which the processes of this one are told from another's */
    (void)snprintf(seconds, sizeof seconds, "8675.%ld", (long)getpid());
    if (setenv("SLEEP", seconds, 1) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conforming_target_leaves_a_corpus_and_no_find),
        cmocka_unit_test(a_deviation_is_found_once_shrunk_and_saved),
        cmocka_unit_test(what_is_expected_is_no_find),
        cmocka_unit_test(a_target_that_dies_or_hangs_is_a_find_and_not_the_end),
        cmocka_unit_test(several_deaths_are_several_finds),
        cmocka_unit_test(a_target_that_spoils_the_process_does_not_pass),
        cmocka_unit_test(a_target_that_closes_files_does_not_hold_it_up),
        cmocka_unit_test(traces_are_no_longer_than_can_be_told),
        cmocka_unit_test(what_is_not_asked_for_is_not_gone),
        cmocka_unit_test(an_agent_is_fuzzed_like_a_library),
        cmocka_unit_test(a_corpus_is_gone_on_from_whatever_else_lies_there),
        cmocka_unit_test(a_death_that_is_known_is_no_unsteady_one),
        cmocka_unit_test(a_folder_without_a_name_is_refused),
        cmocka_unit_test(a_file_of_a_long_name_is_looked_at_again),
        cmocka_unit_test(a_folder_serves_one_target),
        cmocka_unit_test(what_makes_no_sense_is_kept_and_is_no_find),
        cmocka_unit_test(a_folder_serves_one_run_at_a_time),
        cmocka_unit_test(a_find_that_cannot_be_saved_is_printed_whole),
        cmocka_unit_test(what_comes_and_goes_and_cannot_be_kept_is_printed_whole),
        cmocka_unit_test(finds_of_earlier_runs_that_are_none_are_told),
        cmocka_unit_test(ctrl_c_ends_it_with_its_numbers),
        cmocka_unit_test(another_engine_is_started_heard_and_started_again),
        cmocka_unit_test(engines_begin_from_the_corpus_and_add_to_it),
        cmocka_unit_test(an_engine_that_dies_and_leaves_nothing_is_told),
        cmocka_unit_test(an_input_that_ends_an_engine_is_a_find),
        cmocka_unit_test(what_an_engine_leaves_behind_its_last_word_is_a_find),
        cmocka_unit_test(a_death_that_does_not_come_again_is_kept_as_text),
        cmocka_unit_test(what_afl_fuzz_calls_a_crash_is_a_find),
        cmocka_unit_test(inputs_of_afl_fuzz_are_kept_until_they_are_in_the_corpus),
        cmocka_unit_test(a_find_of_another_engine_that_cannot_be_saved_is_printed_whole),
        cmocka_unit_test(a_look_that_fails_once_is_told_and_not_the_end),
        cmocka_unit_test(an_engine_that_only_ends_is_broken),
        cmocka_unit_test(an_engine_that_is_not_there_is_said_with_what_to_install),
        cmocka_unit_test(what_does_not_load_is_said_at_once),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
