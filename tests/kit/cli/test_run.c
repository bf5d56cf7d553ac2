/* heapck run: what a user types, and what comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"
#include "tests/kit/report/golden.h"

/* Clauses that the deviant's part of the API is enough for. */
#define ONLY                                                                                \
    "--only heap.alignment.is_sixteen_bytes,heap_size.live_block.*,heap_free.live_block.*," \
    "call.completion.* "
#define RUN "$HEAPCK run --target so:./deviant.so " ONLY

static void a_conforming_target_ends_with_0_and_a_summary(void **state)
{
    (void)state;
    struct run result = run_for(0, RUN "plain.trace");
    assert_string_equal(result.err, "");
    check_golden("run-conforming.txt", result.out);
}

static void a_violation_is_shown_shrunk_with_what_was_expected_and_seen(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=misaligned " RUN "plain.trace");
    assert_string_equal(result.err, "");
    check_golden("run-misaligned.txt", result.out);
    result = run_for(1, "DEVIANT=short " RUN "plain.trace");
    check_golden("run-short.txt", result.out);
}

static void a_crash_an_exit_and_a_hang_are_the_targets_and_the_run_goes_on(void **state)
{
    (void)state;
    write_file("second.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n");
    struct run result = run_for(1, "DEVIANT=crash " RUN "plain.trace second.trace");
    check_has(result.out, "VIOLATED call.completion.keeps_the_process_alive");
    check_has(result.out, "seen a crash");
    check_has(result.out, "2 traces, ");
    result = run_for(1, "DEVIANT=exit " RUN "plain.trace second.trace");
    check_has(result.out, "seen an exit of the process");
    result = run_for(1, "DEVIANT=hang " RUN "--show 0 --limit 1 plain.trace second.trace");
    check_has(result.out, " 1 violated");
    check_has(result.out, "2 traces, ");
}

/* Given a function that always hangs; when thousands of traces call it; then the run waits for some
 * of them, does without the others, and says so. */
static void a_function_that_hangs_always_is_given_up(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=hang " RUN "--show 0 --limit 1 --jobs 16 --traces 3000 "
                                   "plain.trace");
    check_has(result.out, "\nVIOLATED call.completion.returns_to_its_caller ");
    check_has(result.out, " generated traces were not run: HeapSize hung in 20 traces before\n");
    check_has(result.out, "\nverdict: violated");
}

#define STALL "rm -f stall.once; DEVIANT=stall "

/* Given a target that hangs once and never again; when it does in a trace of one thread; then the
 * run conforms, and says which trace it was; when that has several threads, which may wait for each
 * other once in many runs, then the run cannot be trusted. */
static void a_hang_that_does_not_come_again_is_told(void **state)
{
    (void)state;
    struct run result = run_for(0, STALL RUN "--limit 1 plain.trace");
    check_has(result.out, "\n1 trace was silent once and not again; first: plain.trace\n");
    check_has(result.out, "\nverdict: conforms\n");
    assert_string_equal(
        result.err, "heapck: note: 1 trace was silent once and not again; first: plain.trace\n");
    result = run_for(0, STALL RUN "--limit 1 --format json plain.trace");
    check_has(result.out, "\n  \"silent_once\": {\"count\": 1, \"with_threads\": 0, \"first\": "
                          "\"plain.trace\"},\n");
    write_file("waits.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n"
                              "b0 = HeapAlloc(h0, 0, 100)\n@1 HeapSize(h0, 0, b0)\n");
    result = run_for(3, STALL RUN "--limit 1 waits.trace");
    check_has(result.out, "\nverdict: broken: waits.trace: so:./deviant.so: it did not answer for "
                          "1000 ms once in this trace, and not in 10 more runs of it\n");
    check_has(result.out, "\n1 trace was silent once and not again, 1 of them with threads; first: "
                          "waits.trace\n");
    check_lacks(result.out, "VIOLATED");
    run_for(0, RUN "--limit 1 waits.trace");
}

/* The same behind another trace, whose process it is. */
static void a_hang_behind_other_traces_that_does_not_come_again_is_told(void **state)
{
    (void)state;
    write_file("second.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n");
    struct run result = run_for(0, STALL RUN "--limit 1 --jobs 1 second.trace plain.trace");
    check_has(result.out, "\n1 trace was silent once and not again; first: plain.trace\n");
    check_has(result.out, "\n2 traces, ");
}

static void replay_and_record_tell_a_hang_that_does_not_come_again(void **state)
{
    (void)state;
    struct run result =
        run_for(0, STALL "$HEAPCK replay --target so:./deviant.so --limit 1 plain.trace");
    check_has(result.err, "note: 1 trace was silent once and not again; first: plain.trace\n");
    result = run_for(0, STALL "$HEAPCK record --target so:./deviant.so --limit 1 plain.trace -o "
                              "stall.log");
    check_has(result.err, "it did not answer for 1000 ms once in this trace, and not in 3 more");
    run_for(0, "$HEAPCK judge stall.log");
}

/* Given a death that needs the trace before; when the two use slots of such numbers that one trace
 * has no room for both; then nobody says that they were tried together. */
static void traces_that_cannot_be_joined_are_said_not_to_be(void **state)
{
    (void)state;
    char text[100 * 40] = "# heapck trace 1\n";
    for (size_t i = 0; i < 99; i++) {
        strcat(text, "h0 = HeapCreate(0, 0, 0)\n");
    }
    strcat(text, "h3999999 = HeapCreate(0, 0, 0)\n");
    write_file("heaps.trace", text);
    write_file("heap.trace", "# heapck trace 1\nh3999999 = HeapCreate(0, 0, 0)\n");
    struct run result = run_for(3, "DEVIANT=worn " RUN "--jobs 1 heaps.trace heap.trace");
    check_has(result.out, "behind other traces, and not in this one alone; the trace and the 1 "
                          "before it could not be joined");
    check_lacks(result.out, "did not come again");
}

/* Given a target that dies of its 101st heap; when the traces make one each; then the death is
 * shown with the traces that led to it, shrunk to 101 calls. */
static void a_death_that_needs_the_traces_before_is_shown_with_them(void **state)
{
    (void)state;
    run_for(0, "mkdir -p many && for i in $(seq 120); do cp plain.trace many/$i.trace; done");
    struct run result = run_for(1, "DEVIANT=worn " RUN "--jobs 1 many");
    check_has(result.out, "VIOLATED call.completion.keeps_the_process_alive");
    check_has(result.out, ".trace behind the 100 traces before it, shrunk from 808 calls to 101\n");
    check_has(result.out, "    call 101: expected the process to survive the call, seen a crash");
    check_has(result.out, "\n120 traces, ");
}

/* Given a trace that leaves its heap; when giving it back kills the target, or hangs it; then the
 * call that does is part of the trace that shows it, and that trace does it again. */
static void a_death_of_giving_back_what_a_trace_left_is_shown_as_a_call(void **state)
{
    (void)state;
    write_file("leaves.trace", "# heapck trace 1\nHeapCreate(0, 0, 0)\nh0 = HeapCreate(0, 0, 0)\n"
                               "HeapAlloc(h0, 0, 100)\n");
    struct run result = run_for(1, "DEVIANT=destroy " RUN "--report left leaves.trace plain.trace");
    check_has(result.out, "VIOLATED call.completion.keeps_the_process_alive");
    check_has(result.out, "    # heapck trace 1\n"
                          "    h0 = HeapCreate(0, 0, 0)\n"
                          "    HeapDestroy(h0)\n");
    check_has(result.out, "    call 2: expected the process to survive the call, seen a crash");
    check_has(result.out, "\n2 traces, ");
    run_for(1, "DEVIANT=destroy " RUN "left/call.completion.keeps_the_process_alive.trace");
    result = run_for(1, "DEVIANT=stay " RUN "--limit 1 --show 0 leaves.trace");
    check_has(result.out, " 1 violated");
    run_for(0,
            "DEVIANT=destroy $HEAPCK shrink leaves.trace --target so:./deviant.so -o left.trace");
    assert_string_equal(read_file("left.trace"),
                        "# heapck trace 1\n# clause call.completion.keeps_the_process_alive\n"
                        "h0 = HeapCreate(0, 0, 0)\nHeapDestroy(h0)\n");
    result = run_for(3, "DEVIANT=destroy $HEAPCK replay leaves.trace --target so:./deviant.so");
    check_has(result.err, "behind the last call, when what the trace left was given back");
}

/* Given a target that gives two threads the same block, where they ask at the same time and only
 * then; when a trace has two threads; then they do ask at the same time. */
static void calls_of_two_threads_meet_in_the_target(void **state)
{
    (void)state;
    write_file("two.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n"
                            "b0 = HeapAlloc(h0, 0, 100)\n@1 b1 = HeapAlloc(h0, 0, 100)\n");
    write_file("one.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n"
                            "b0 = HeapAlloc(h0, 0, 100)\nb1 = HeapAlloc(h0, 0, 100)\n");
    run_for(0, "DEVIANT=racy " RUN "--only 'heap.blocks.*,heap.serialization.*' one.trace");
    struct run result =
        run_for(1, "DEVIANT=racy " RUN "--only 'heap.blocks.*,heap.serialization.*' two.trace");
    check_has(result.out, "VIOLATED heap.blocks.never_overlap");
    check_has(result.out, "VIOLATED heap.serialization.keeps_concurrent_calls_apart");
    run_for(0, "$HEAPCK run --target so:./deviant.so two.trace");
}

/* Given a deviation that is there in the first process and not in the next ones; then it is told,
 * with what was expected and seen, and no trace claims to show it again. */
static void a_violation_that_does_not_come_again_is_told_as_it_was_seen(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=pale " RUN "--jobs 1 --report pale plain.trace");
    check_has(result.out, "VIOLATED heap_size.live_block.is_the_requested_size");
    check_has(result.out, "1. plain.trace, as it ran\n");
    check_has(result.out, ": expected the result to be 100, seen 99; not shrunk: it did not come "
                          "again when the trace ran in a new process\n");
    check_has(read_file("pale/report.json"), "\"fate\": \"gone\"");
    run_for(1, "test -e pale/heap_size.live_block.is_the_requested_size.c");
    check_lacks(result.out, "HeapFree"); /* it comes behind the violation */
    write_file("pale.count", "xx");
    result = run_for(
        3, "DEVIANT=pale $HEAPCK shrink plain.trace --target so:./deviant.so -o pale.trace");
    check_has(result.err, "the violation did not come again when the trace ran in a new process");
    run_for(1, "test -e pale.trace");
}

/* Given a violation that takes its time; when the user has a terminal; then it says which. */
static void a_terminal_shows_what_is_shrunk(void **state)
{
    (void)state;
    struct run result = run_for(1, "TERM=vt100 DEVIANT=hang script -qec \"" RUN
                                   "--limit 1 plain.trace\" /dev/null");
    check_has(result.out, "shrinking 1 of 1: call.completion.returns_to_its_caller (hang)");
    check_lacks(result.out, " left");
}

/* Given a trace that hangs; when the user has a terminal; then it says what it waits for. */
static void a_terminal_shows_which_trace_is_waited_for(void **state)
{
    (void)state;
    struct run result = run_for(1, "TERM=vt100 DEVIANT=hang script -qec \"" RUN
                                   "--limit 3 --show 0 plain.trace\" /dev/null");
    check_has(result.out, "0/1, waiting for plain.trace, up to 3 s a try");
    result = run_for(1, "DEVIANT=hang " RUN "--limit 3 --show 0 plain.trace");
    assert_string_equal(result.err, "");
}

static void the_other_formats_go_to_standard_output(void **state)
{
    (void)state;
    check_golden("run-short.json",
                 run_for(1, "DEVIANT=short " RUN "--format json plain.trace").out);
    check_golden("run-short.xml",
                 run_for(1, "DEVIANT=short " RUN "--format junit plain.trace").out);
    check_golden("run-short.tap", run_for(1, "DEVIANT=short " RUN "--format tap plain.trace").out);
}

static void a_report_folder_holds_reports_traces_and_programs(void **state)
{
    (void)state;
    struct run result =
        run_for(1, "DEVIANT=short " RUN "--report new/folder --format tap plain.trace");
    check_has(result.out, "TAP version 13");
    check_golden("run-short-folder.txt", read_file("new/folder/report.txt"));
    check_golden("run-short.json", read_file("new/folder/report.json"));
    check_golden("run-short.tap", read_file("new/folder/report.tap"));
    check_golden("run-short.trace",
                 read_file("new/folder/heap_size.live_block.is_the_requested_size.trace"));
    check_has(read_file("new/folder/heap_size.live_block.is_the_requested_size.c"), "HeapSize");
    /* It knows how the calls before went. */
    check_has(read_file("new/folder/heap_size.live_block.is_the_requested_size.c"), "NEED(h0);");
    run_for(1, "DEVIANT=short " RUN "new/folder/heap_size.live_block.is_the_requested_size.trace");
    result = run_for(1, "DEVIANT=short " RUN "--report new/folder plain.trace");
    check_has(result.out, "    files: new/folder/heap_size.live_block.is_the_requested_size.trace, "
                          ".c\n");
}

static void a_report_removes_what_an_earlier_one_wrote_and_nothing_else(void **state)
{
    (void)state;
    run_for(1, "DEVIANT=short " RUN "--report again --format tap plain.trace");
    run_for(0, "cd again && echo mine >mine.trace && mkdir report.xml && "
               "printf '../plain.trace\\nmine.h\\n.trace\\n/etc/x.c\\n' >>report.files && "
               "touch mine.h .trace");
    run_for(0, RUN "--report again plain.trace");
    assert_string_equal(run("ls -A again").out,
                        ".trace\nmine.h\nmine.trace\nreport.files\nreport.json\nreport.txt\n"
                        "report.xml\n");
    run_for(0, "test -f plain.trace");
    assert_string_equal(read_file("again/report.files"),
                        "# heapck report files 1: the next report in this folder removes these\n"
                        "report.txt\nreport.json\n");
}

static void a_run_that_judges_nothing_leaves_the_findings_of_an_earlier_one(void **state)
{
    (void)state;
    run_for(1, "DEVIANT=short " RUN "--report kept plain.trace");
    run_for(3, "$HEAPCK run --target so:./missing.so --report kept plain.trace");
    check_has(read_file("kept/report.json"), "there is no such file");
    run_for(0, "test -f kept/heap_size.live_block.is_the_requested_size.trace");
    run_for(0, RUN "--report kept plain.trace");
    assert_string_equal(run("ls -A kept").out, "report.files\nreport.json\nreport.txt\n");
}

static void a_list_of_files_that_is_somebody_elses_removes_nothing(void **state)
{
    (void)state;
    run_for(0, "mkdir other && echo x >other/a.trace && echo a.trace >other/report.files");
    run_for(0, RUN "--report other plain.trace");
    run_for(0, "test -f other/a.trace");
}

static void a_report_folder_that_cannot_be_written_is_told_before_anything_runs(void **state)
{
    (void)state;
    write_file("file", "");
    struct run result = run_for(2, "DEVIANT=short " RUN "--report file/folder plain.trace");
    assert_string_equal(
        result.err, "heapck: cannot write into the report folder file/folder: Not a directory\n");
    assert_string_equal(result.out, "");
    run_for(0, "mkdir fixed && ln -s /dev/full fixed/report.files");
    result = run_for(2, "DEVIANT=short " RUN "--report fixed plain.trace");
    assert_string_equal(
        result.err, "heapck: cannot write into the report folder fixed: No space left on device\n");
    assert_string_equal(result.out, "");
}

static void a_report_file_that_cannot_be_written_costs_nothing_else(void **state)
{
    (void)state;
    run_for(0, "mkdir full && ln -s /dev/full full/report.json");
    struct run result = run_for(3, "DEVIANT=short " RUN "--report full plain.trace");
    assert_string_equal(result.err,
                        "heapck: cannot write full/report.json: No space left on device\n");
    check_last_line(result.out, "1 trace, 7 calls: 4 hold, 1 violated, 0 latitude, 0 unsupported, "
                                "0 not exercised");
    check_golden("run-short-folder.txt", read_file("full/report.txt"));
}

static void known_deviations_do_not_fail_the_run(void **state)
{
    (void)state;
    write_file("known", "# known\nheap_size.live_block.is_the_requested_size  by one byte\n");
    struct run result = run_for(0, "DEVIANT=short " RUN "--expect known plain.trace");
    check_has(result.out, "violated, as --expect says: 1 clause (see --verbose)");
    check_has(result.out, "verdict: conforms; violated as expected: 1 clause\n");
    check_lacks(result.out, "VIOLATED");
    result = run_for(0, "DEVIANT=short " RUN "--verbose --expect known plain.trace");
    check_has(result.out, "violated, as --expect says:\n"
                          "    heap_size.live_block.is_the_requested_size  by one byte\n");
    check_has(result.out, " 1 violated");
}

static void a_known_deviation_that_is_gone_fails_the_run_by_name(void **state)
{
    (void)state;
    write_file("known", "heap_size.live_block.is_the_requested_size  by one byte\n");
    struct run result = run_for(1, RUN "--expect known plain.trace");
    assert_string_equal(result.err, "heapck: no longer violated; take it off the list of --expect: "
                                    "heap_size.live_block.is_the_requested_size\n");
    check_has(result.out, "failed: --expect lists");
}

static void a_known_deviation_that_was_not_judged_is_a_note(void **state)
{
    (void)state;
    write_file("known", "heap_walk.order.is_open  no reason\n");
    struct run result = run_for(0, RUN "--expect known plain.trace");
    check_has(result.out, "note: --expect lists, and this run did not judge: 1 clause (see");
    result = run_for(0, RUN "--verbose --expect known plain.trace");
    check_has(result.out, "note: --expect lists, and this run did not judge:\n"
                          "    heap_walk.order.is_open  no reason\n");
}

static void a_malformed_trace_runs_nothing(void **state)
{
    (void)state;
    write_file("bad.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0)\n");
    struct run result = run_for(2, RUN "plain.trace bad.trace");
    assert_string_equal(result.out, "");
    check_has(result.err, "heapck: bad.trace:2:");
    check_has(result.err, ": expected ");
    write_file("bad.trace", "# heapck trace 1\nHeapFee(h0, 0, b0)\n");
    check_has(run_for(2, RUN "bad.trace").err, "found 'HeapFee', did you mean 'HeapFree'?\n");
}

static void folders_are_searched_and_an_empty_one_is_an_error(void **state)
{
    (void)state;
    run_for(0, "mkdir -p some/deep none && cp plain.trace some/deep/a.trace && "
               "cp plain.trace some/b.trace && echo x >some/c.txt");
    check_has(run_for(0, RUN "some").out, "2 traces, ");
    struct run result = run_for(3, RUN "none");
    assert_string_equal(result.err, "heapck: none: no *.trace in this folder\n");
}

/* As on a terminal, and in the log that a script keeps. */
static void a_broken_target_is_told_once_with_what_to_do(void **state)
{
    (void)state;
    struct run result = run_for(3, "$HEAPCK run --target so:./plain.trace plain.trace 2>&1");
    const char *first = strstr(result.out, "so: takes a shared library");
    assert_non_null(first);
    assert_null(strstr(first + 1, "so: takes a shared library"));
    assert_string_equal(result.err, "");
    result = run_for(3, "$HEAPCK replay --target exec:true plain.trace 2>&1");
    first = strstr(result.out, "; exec: takes an agent, as in 'exec:wine heapck-agent.exe'");
    assert_non_null(first);
    assert_null(strstr(first + 10, "exec: takes"));
    result = run_for(3, "$HEAPCK run --target so:./nowhere.so plain.trace");
    check_has(result.err, "so:./nowhere.so: there is no such file\n");
    result = run_for(3, "$HEAPCK run --target so:nowhere.so plain.trace");
    check_has(result.err, "needs its path: so:./libmine.so\n");
}

static void a_target_that_is_broken_ends_with_3_and_is_not_a_violation(void **state)
{
    (void)state;
    struct run result = run_for(3, "DEVIANT=unloadable " RUN "plain.trace");
    check_has(result.err, "heapck: broken: so:./deviant.so: ");
    check_has(result.out, " 0 violated");
    result = run_for(3, "$HEAPCK run --target so:./nowhere.so plain.trace");
    check_has(result.err, "nowhere.so");
    result = run_for(3, "$HEAPCK run --target 'exec:./nowhere' plain.trace");
    check_has(result.err, "nowhere");
    result = run_for(3, "$HEAPCK run --target exec:true plain.trace");
    check_has(result.err, "broken: ");
}

static void a_run_that_judged_nothing_ends_with_3_says_why_and_is_not_called_broken(void **state)
{
    (void)state;
    write_file("empty.trace", "# heapck trace 1\n");
    write_file("forbidden.trace", "# heapck trace 1\nHeapFree(h0, 0, b0)\n");
    write_file("lacking.trace", "# heapck trace 1\nVirtualFree(NULL, 0, MEM_RELEASE)\n");
    static const char *const runs[][2] = {
        {"--only 'virtual_free.*' plain.trace", "no call is the business of a selected clause"},
        {"--only 'virtual_free.*' lacking.trace",
         "the target lacks what the selected clauses are about"},
        {"empty.trace", "there was no call to judge"},
        {"forbidden.trace", "every call was kept back by a rule"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char text[300];
        (void)snprintf(text, sizeof text, "$HEAPCK run --target so:./deviant.so %s", runs[i][0]);
        struct run result = run_for(3, text);
        (void)snprintf(text, sizeof text, "heapck: nothing was judged: %s\n", runs[i][1]);
        assert_string_equal(result.err, text);
        (void)snprintf(text, sizeof text, "\nverdict: nothing was judged: %s\n", runs[i][1]);
        check_has(result.out, text);
        check_lacks(result.out, "broken");
    }
    check_has(run_for(3, "$HEAPCK run --format json forbidden.trace").out,
              "\"verdict\": \"nothing judged\",\n  \"broken\": null,\n  \"nothing_judged\": "
              "\"every call was kept back by a rule\"");
    check_has(run_for(3, "$HEAPCK run --format tap forbidden.trace").out, "Bail out! every call");
    check_has(run_for(3, "$HEAPCK replay forbidden.trace").out,
              "\nverdict: nothing was judged: every call was kept back by a rule\n");
    run_for(0, "$HEAPCK record forbidden.trace -o forbidden.log");
    run_for(3, "$HEAPCK judge forbidden.log");
    check_has(run_for(3, "$HEAPCK compare --target winmem --target winmem forbidden.trace").out,
              "\nT2: nothing was judged: every call");
}

static void a_clause_is_named_without_an_example_too(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=short " RUN "--show 0 plain.trace");
    check_has(result.out, "VIOLATED heap_size.live_block.is_the_requested_size (documented)\n");
    check_lacks(result.out, "# heapck trace");
}

/* Generated traces, so that batches and threads matter. */
#define GENERATED                                                                           \
    "DEVIANT=misaligned $HEAPCK run --target so:./deviant.so --corpus corpus --traces 300 " \
    "--only 'heap.alignment.*,call.completion.*,heap_size.live_block.*' "

static void the_same_seed_gives_the_same_bytes_with_any_number_of_jobs(void **state)
{
    (void)state;
    run_for(0, "mkdir -p corpus/clauses && cp plain.trace corpus/clauses");
    run_for(0, GENERATED "--jobs 1 >one; " GENERATED "--jobs 3 >three; cmp one three");
    run_for(0, GENERATED "--jobs 1 --format json >one; " GENERATED
                         "--jobs 2 --format json >two; cmp one two");
    check_has(read_file("one"), "\"traces\": 301,");
    run_for(1, GENERATED "--seed 1 --show 0 >one; " GENERATED
                         "--seed 2 --show 0 >two; cmp -s one two");
}

static void other_seeds_and_thread_counts_are_taken(void **state)
{
    (void)state;
    struct run result = run(GENERATED "--seed 7 --threads 2 --traces 20 --show 0");
    assert_true(result.status == 0 || result.status == 1);
    check_has(result.out, "seed 7");
    check_has(result.out, "21 traces");
}

static void a_time_limit_ends_the_run_early_and_it_still_counts(void **state)
{
    (void)state;
    struct run result = run("$HEAPCK run --target so:./deviant.so --corpus corpus --time 1 "
                            "--traces 100000000 --only 'heap.alignment.*' --show 0");
    assert_true(result.status == 0 || result.status == 1);
    check_has(result.out, " traces, ");
    check_lacks(result.out, "100000001 traces, ");
    check_has(result.out, "\nstopped by --time after ");
    check_has(result.out, " of 100000001 traces\n");
    result = run("$HEAPCK run --target so:./deviant.so --corpus corpus --time 1 --format json "
                 "--traces 100000000 --only 'heap.alignment.*' --show 0");
    check_has(result.out, "\n  \"planned\": 100000001,\n  \"stopped_by_time\": true,\n");
    result = run("$HEAPCK run --target so:./deviant.so --corpus corpus --time 1 --format tap "
                 "--traces 100000000 --only 'heap.alignment.*' --show 0");
    check_has(result.out, "\n# stopped by --time after ");
    result = run_for(0, RUN "--time 100 --format json plain.trace");
    check_has(result.out, "\n  \"planned\": 1,\n  \"stopped_by_time\": false,\n");
    check_lacks(run_for(0, RUN "--time 100 plain.trace").out, "stopped");
}

static void ctrl_c_gives_a_summary_and_ends_with_130(void **state)
{
    (void)state;
    struct run result =
        run_for(130, "$HEAPCK run --target so:./deviant.so --corpus corpus --traces 100000000 "
                     "--only 'heap.alignment.*' & sleep 1; kill -INT $!; wait $!");
    check_has(result.out, "\nverdict: interrupted\n");
    check_has(result.out, " traces, ");
    check_lacks(result.out, " 0 traces");
    check_lacks(result.out, "VIOLATED");
}

static void nothing_is_shown_on_standard_error_where_it_is_no_terminal(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK run --target so:./deviant.so --corpus corpus "
                                   "--traces 200 --only 'heap.alignment.*'");
    assert_string_equal(result.err, "");
}

/* Given a folder that is no corpus, or an empty one; when it is named as the corpus; then nothing
 * runs without it. */
static void a_wrong_corpus_is_an_error_and_not_an_empty_one(void **state)
{
    (void)state;
    run_for(0, "mkdir -p bare empty/clauses");
    struct run result =
        run_for(2, "$HEAPCK run --target so:./deviant.so --corpus bare --traces 50");
    assert_string_equal(
        result.err,
        "heapck: bare: this is no corpus: neither clauses/ nor regress/ nor findings/ is there\n");
    assert_string_equal(result.out, "");
    result = run_for(2, "HEAPCK_CORPUS=bare $HEAPCK run --target so:./deviant.so --traces 50");
    check_has(result.err, "heapck: bare: this is no corpus");
    result = run_for(2, "$HEAPCK run --target so:./deviant.so --corpus empty --traces 50");
    assert_string_equal(
        result.err,
        "heapck: empty: this is no corpus: no *.trace in its clauses/, regress/ and findings/\n");
    run_for(2, "$HEAPCK compare --target winmem --target winmem --corpus bare --traces 5");
    run_for(2, "$HEAPCK selftest --toy ./deviant.so --corpus bare --traces 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conforming_target_ends_with_0_and_a_summary),
        cmocka_unit_test(a_violation_is_shown_shrunk_with_what_was_expected_and_seen),
        cmocka_unit_test(a_crash_an_exit_and_a_hang_are_the_targets_and_the_run_goes_on),
        cmocka_unit_test(a_function_that_hangs_always_is_given_up),
        cmocka_unit_test(a_hang_that_does_not_come_again_is_told),
        cmocka_unit_test(a_hang_behind_other_traces_that_does_not_come_again_is_told),
        cmocka_unit_test(replay_and_record_tell_a_hang_that_does_not_come_again),
        cmocka_unit_test(traces_that_cannot_be_joined_are_said_not_to_be),
        cmocka_unit_test(a_death_that_needs_the_traces_before_is_shown_with_them),
        cmocka_unit_test(a_death_of_giving_back_what_a_trace_left_is_shown_as_a_call),
        cmocka_unit_test(calls_of_two_threads_meet_in_the_target),
        cmocka_unit_test(a_violation_that_does_not_come_again_is_told_as_it_was_seen),
        cmocka_unit_test(a_terminal_shows_what_is_shrunk),
        cmocka_unit_test(a_terminal_shows_which_trace_is_waited_for),
        cmocka_unit_test(the_other_formats_go_to_standard_output),
        cmocka_unit_test(a_report_folder_holds_reports_traces_and_programs),
        cmocka_unit_test(a_report_removes_what_an_earlier_one_wrote_and_nothing_else),
        cmocka_unit_test(a_run_that_judges_nothing_leaves_the_findings_of_an_earlier_one),
        cmocka_unit_test(a_list_of_files_that_is_somebody_elses_removes_nothing),
        cmocka_unit_test(a_report_folder_that_cannot_be_written_is_told_before_anything_runs),
        cmocka_unit_test(a_report_file_that_cannot_be_written_costs_nothing_else),
        cmocka_unit_test(known_deviations_do_not_fail_the_run),
        cmocka_unit_test(a_known_deviation_that_is_gone_fails_the_run_by_name),
        cmocka_unit_test(a_known_deviation_that_was_not_judged_is_a_note),
        cmocka_unit_test(a_malformed_trace_runs_nothing),
        cmocka_unit_test(folders_are_searched_and_an_empty_one_is_an_error),
        cmocka_unit_test(a_broken_target_is_told_once_with_what_to_do),
        cmocka_unit_test(a_target_that_is_broken_ends_with_3_and_is_not_a_violation),
        cmocka_unit_test(a_run_that_judged_nothing_ends_with_3_says_why_and_is_not_called_broken),
        cmocka_unit_test(a_clause_is_named_without_an_example_too),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_with_any_number_of_jobs),
        cmocka_unit_test(other_seeds_and_thread_counts_are_taken),
        cmocka_unit_test(a_time_limit_ends_the_run_early_and_it_still_counts),
        cmocka_unit_test(ctrl_c_gives_a_summary_and_ends_with_130),
        cmocka_unit_test(nothing_is_shown_on_standard_error_where_it_is_no_terminal),
        cmocka_unit_test(a_wrong_corpus_is_an_error_and_not_an_empty_one),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
