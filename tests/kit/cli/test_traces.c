/* The commands on one trace: replay, record and judge, shrink, export; and compare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"
#include "tests/kit/report/golden.h"

#define ONLY                                                                                \
    "--only heap.alignment.is_sixteen_bytes,heap_size.live_block.*,heap_free.live_block.*," \
    "call.completion.* "
#define SIZE "heap_size.live_block.is_the_requested_size"

static void replay_shows_each_call_with_what_was_seen_and_how_it_was_judged(void **state)
{
    (void)state;
    struct run result =
        run_for(1, "DEVIANT=short $HEAPCK replay --target so:./deviant.so " ONLY "plain.trace");
    check_golden("replay-short.txt", result.out);
    result = run_for(0, "$HEAPCK replay --target so:./deviant.so --all " ONLY "plain.trace");
    check_has(result.out, "    holds " SIZE "\n");
    result = run_for(0, "$HEAPCK replay --target so:./deviant.so --weave " ONLY "plain.trace");
    check_has(result.out, "Check(b0) -> 100 bytes are right\n");
}

static void replay_names_addresses_and_shows_what_was_not_made(void **state)
{
    (void)state;
    write_file("names.trace", "# heapck trace 1\n"
                              "h0 = HeapCreate(0, 0, 0)\n"
                              "b0 = HeapAlloc(h0, 0, 10)\n"
                              "HeapAlloc(h0, 0, 10)\n"
                              "b1 = HeapAlloc(h0, 0, SIZE_MAX)\n"
                              "HeapFree(h0, 0, b0)\n"
                              "HeapFree(h0, 0, b0)\n"
                              "HeapSize(h0, 0, b9)\n"
                              "HeapLock(h0)\n");
    struct run result = run_for(0, "$HEAPCK replay --target so:./deviant.so " ONLY "names.trace");
    check_has(result.out, "h0 = HeapCreate(0, 0, 0) -> h0\n");
    check_has(result.out, "\nHeapAlloc(h0, 0, 10) -> an address\n");
    check_has(result.out, "-> NULL, error 8 ERROR_NOT_ENOUGH_MEMORY\n");
    check_has(result.out, "-> not made, it would be undefined: heap_free.block.");
    check_has(result.out, "    No call before is \"b9 = ...\".\n");
    check_lacks(result.out, "\"b0 = ...\"");
    check_has(result.out, "HeapLock(h0) -> unsupported\n");
    check_lacks(result.out, "0x");
}

static void a_recorded_log_is_judged_as_the_live_run_was(void **state)
{
    (void)state;
    static const char *const ways[] = {"none", "misaligned", "short", "crash", "exit"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char command[500];
        (void)snprintf(command, sizeof command,
                       "export DEVIANT=%s; $HEAPCK run --target so:./deviant.so --show 0 "
                       "plain.trace >live; echo $? >>live; "
                       "$HEAPCK record plain.trace --weave --target so:./deviant.so -o log && "
                       "$HEAPCK judge log >later; echo $? >>later",
                       ways[i]);
        run_for(0, command);
        run_for(0, "tail -n 2 live >live.end; tail -n 2 later >later.end; "
                   "cmp live.end later.end");
        run_for(0, "sed -n '/^--verbose lists/,$p' live >live.end; "
                   "sed -n '/^--verbose lists/,$p' later >later.end; cmp live.end later.end");
    }
}

static void a_log_has_a_header_and_a_line_per_call(void **state)
{
    (void)state;
    run_for(0, "$HEAPCK record plain.trace --target so:./deviant.so -o log");
    const char *log = read_file("log");
    check_has(log, "# heapck log 1\n# target so:./deviant.so\n# lacks GetProcessHeap\n");
    check_has(log, "\nHeapSize(h0, 0, b0) -> 100\n");
    check_lacks(log, "# hostile");
    struct run result = run_for(0, "$HEAPCK record plain.trace --target so:./deviant.so -o -");
    check_has(result.out, "# heapck log 1\n");
    run_for(0, "$HEAPCK record plain.trace --target so:./deviant.so --profile hostile -o log");
    check_has(read_file("log"), "\n# hostile\n");
    check_has(run("$HEAPCK judge log").out, "profile hostile");
}

static void a_trace_and_a_log_are_read_from_standard_input(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK record - --target so:./deviant.so -o - <plain.trace | "
                                   "$HEAPCK judge -");
    check_has(result.out, "verdict: conforms");
    result = run_for(0, "$HEAPCK replay - --target so:./deviant.so <plain.trace");
    check_has(result.out, "verdict: conforms");
    check_has(run_for(2, "$HEAPCK judge - <plain.trace").err,
              "heapck: standard input:1:1: expected '# heapck log 1'");
    check_has(run_for(2, "$HEAPCK replay - </dev/null").err,
              "heapck: standard input:1:1: expected '# heapck trace 1'");
    check_has(run_for(2, "$HEAPCK replay - <.").err, "heapck: standard input: Is a directory\n");
}

static void a_log_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct run result =
        run_for(3, "$HEAPCK record plain.trace --target so:./deviant.so -o /dev/full");
    assert_string_equal(result.err, "heapck: cannot write /dev/full: No space left on device\n");
    result = run_for(2, "$HEAPCK record plain.trace --target so:./deviant.so -o no/such/file");
    assert_string_equal(result.err, "heapck: cannot write no/such/file: No such file or "
                                    "directory\n");
    run_for(3, "DEVIANT=unloadable $HEAPCK record plain.trace --target so:./deviant.so -o log");
}

/* Given a log; when recording over it fails, or is interrupted; then it is as it was. */
static void a_log_that_was_there_is_replaced_by_a_whole_one_or_not_at_all(void **state)
{
    (void)state;
    write_file("old.log", "old\n");
    run_for(0, "chmod 640 old.log");
    run_for(3, "DEVIANT=unloadable $HEAPCK record plain.trace --target so:./deviant.so -o old.log");
    run_for(3, "$HEAPCK record plain.trace --target 'exec:sh -c \"echo \\\"# heapck agent 1\\\"; "
               "echo \\\"# ready\\\"; exit 3\"' -o old.log");
    run_for(130, "DEVIANT=hang $HEAPCK record plain.trace --target so:./deviant.so -o old.log & "
                 "sleep 1; kill -INT $!; wait $!");
    assert_string_equal(read_file("old.log"), "old\n");
    run_for(0, "$HEAPCK record plain.trace --target so:./deviant.so -o old.log");
    run_for(0, "$HEAPCK judge old.log && test $(stat -c %a old.log) = 640");
    run_for(1, "ls -A | grep 'old.log.'");
}

/* What is no plain file is written where it is, and a pipe is not opened before there is something
 * for its reader. */
static void outputs_that_are_no_files_are_written_in_place(void **state)
{
    (void)state;
    struct run result =
        run_for(0, "$HEAPCK record plain.trace --target so:./deviant.so -o /dev/stdout");
    check_has(result.out, "# end of 5 calls\n");
    run_for(0, "mkfifo pipe && { DEVIANT=short $HEAPCK shrink plain.trace --target so:./deviant.so "
               "--clause " SIZE " -o pipe & sleep 1; timeout 20 cat pipe >piped; wait $!; }");
    check_has(read_file("piped"), "# heapck trace 1\n");
    run_for(0, "test -p pipe");
    run_for(0, "ln -s real.log link.log && $HEAPCK record plain.trace --target so:./deviant.so -o "
               "link.log && test -L link.log && $HEAPCK judge real.log");
    result = run_for(2, "mkdir -p a.folder && $HEAPCK record plain.trace -o a.folder");
    assert_string_equal(result.err, "heapck: cannot write a.folder: Is a directory\n");
}

static void judge_shows_the_log_up_to_the_violation_and_takes_several(void **state)
{
    (void)state;
    run_for(0, "DEVIANT=short $HEAPCK record plain.trace --target so:./deviant.so -o short.log; "
               "$HEAPCK record plain.trace --target so:./deviant.so -o good.log");
    struct run result = run_for(1, "$HEAPCK judge " ONLY "good.log short.log");
    check_golden("judge-short.txt", result.out);
    result = run_for(0, "$HEAPCK judge " ONLY "--format json good.log");
    check_has(result.out, "\"command\": \"judge\"");
    write_file("known", SIZE " known\n");
    run_for(0, "$HEAPCK judge " ONLY "--expect known short.log");
    run_for(1, "$HEAPCK judge " ONLY "--expect known good.log");
}

static void a_malformed_log_is_told_and_nothing_is_judged(void **state)
{
    (void)state;
    write_file("bad.log", "# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> 0x500000\nh1 = -> 0\n");
    run_for(0, "$HEAPCK record plain.trace --target so:./deviant.so -o good.log");
    struct run result = run_for(2, "$HEAPCK judge good.log bad.log");
    assert_string_equal(result.out, "");
    check_has(result.err, "heapck: bad.log:3:");
}

static void shrink_writes_the_smallest_trace_that_violates_the_same(void **state)
{
    (void)state;
    struct run result = run_for(
        0, "DEVIANT=short $HEAPCK shrink plain.trace --target so:./deviant.so --clause " SIZE
           " -o small.trace");
    check_has(result.out, SIZE "\n5 calls became 3\ncall 3: expected the result to be ");
    check_golden("run-short.trace", read_file("small.trace"));
    result = run_for(0, "DEVIANT=short $HEAPCK shrink plain.trace --target so:./deviant.so "
                        "--clause " SIZE " -o -");
    check_golden("run-short.trace", result.out);
    check_has(result.err, "5 calls became 3");
    run_for(1, "DEVIANT=short $HEAPCK replay --target so:./deviant.so small.trace");
}

/* A misaligned block is the first violation of the trace, the wrong size the second. */
static void shrink_and_export_take_the_clause_that_the_trace_names(void **state)
{
    (void)state;
    static const char others[] = "heapck: note: also violates " SIZE "; --clause " SIZE "\n";
    static const char calls[] = "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 100)\n"
                                "HeapSize(h0, 0, b0)\n";
    char text[500];
    (void)snprintf(text, sizeof text, "# heapck trace 1\n%s", calls);
    write_file("both.trace", text);
    (void)snprintf(text, sizeof text, "# heapck trace 1\n# clause " SIZE "\n%s", calls);
    write_file("named.trace", text);
    (void)snprintf(text, sizeof text,
                   "# heapck trace 1\n# clause heap_free.live_block.succeeds\n%s", calls);
    write_file("stale.trace", text);
#define BOTH(command) "DEVIANT=both $HEAPCK " command " --target so:./deviant.so -o "
    struct run result = run_for(0, BOTH("shrink both.trace") "small.trace");
    check_has(result.out, "heap.alignment.is_sixteen_bytes\n");
    assert_string_equal(result.err, others);
    result = run_for(0, BOTH("export both.trace") "both.c");
    assert_string_equal(result.err, others);
    check_has(read_file("both.c"), "heap.alignment.is_sixteen_bytes");

    result = run_for(0, BOTH("shrink named.trace") "small.trace");
    check_has(result.out, SIZE "\n");
    assert_string_equal(result.err, "");
    check_golden("run-short.trace", read_file("small.trace"));
    result = run_for(0, BOTH("export small.trace") "small.c");
    assert_string_equal(result.err, "");
    check_has(read_file("small.c"), SIZE);
    result = run_for(0, BOTH("export --clause heap.alignment.is_sixteen_bytes named.trace") "a.c");
    assert_string_equal(result.err, "");
    check_has(read_file("a.c"), "heap.alignment.is_sixteen_bytes");

    /* It no longer violates what it names. */
    result = run_for(0, BOTH("shrink stale.trace") "small.trace");
    check_has(result.out, "heap.alignment.is_sixteen_bytes\n");
    assert_string_equal(result.err, others);
}

static void replay_says_why_a_call_was_not_made_and_folds_what_is_unsupported(void **state)
{
    (void)state;
    write_file("twice.trace", "# heapck trace 1\n"
                              "h0 = HeapCreate(0, 0, 0)\n"
                              "b0 = HeapAlloc(h0, 0, 4)\n"
                              "HeapFree(h0, 0, b0)\n"
                              "HeapFree(h0, 0, b0)\n"
                              "HeapFree(h0, 0, b0)\n");
    struct run result = run_for(0, "$HEAPCK replay twice.trace");
    const char *rule = strstr(result.out, "it would be undefined: heap_free.block.must_be_live_in_"
                                          "the_heap\n    The lpMem of a HeapFree must be NULL");
    assert_non_null(rule);
    assert_null(strstr(rule + 100, "The lpMem of")); /* said once */
    check_has(result.out, "\nverdict: conforms; 2 calls were not made, see above\n");

    write_file("create.trace", "# heapck trace 1\nVirtualFree(NULL, 0, MEM_RELEASE)\n"
                               "h0 = HeapCreate(0, 0, 0)\nHeapSummary(h0, 0, &out)\n");
    result = run("$HEAPCK replay create.trace --target so:./deviant.so");
    check_has(result.out, " (--all lists them)\n");
    check_lacks(result.out, "    unsupported heap_summary.");
    result = run("$HEAPCK replay --all create.trace --target so:./deviant.so");
    check_lacks(result.out, " (--all lists them)\n");
    check_has(result.out, "    unsupported ");
}

static void a_trace_that_conforms_is_neither_shrunk_nor_exported(void **state)
{
    (void)state;
    struct run result = run_for(
        2, "$HEAPCK shrink plain.trace --target so:./deviant.so --clause " SIZE " -o x.trace");
    assert_string_equal(result.err,
                        "heapck: plain.trace does not violate " SIZE " on so:./deviant.so\n");
    result =
        run_for(2, "$HEAPCK export plain.trace --target so:./deviant.so --clause " SIZE " -o x.c");
    check_has(result.err, "does not violate");
    run_for(1, "test -e x.trace || test -e x.c");
}

/* The blocks clash where both calls are under way, and a program lets its threads take turns. */
static void no_program_is_written_of_calls_that_have_to_meet(void **state)
{
    (void)state;
    run_for(0, "printf '# heapck trace 1\\nh0 = HeapCreate(0, 0, 0)\\nb0 = HeapAlloc(h0, 0, 8)\\n"
               "@1 b1 = HeapAlloc(h0, 0, 8)\\n' > meet.trace");
    struct run result =
        run_for(3, "DEVIANT=racy $HEAPCK export meet.trace --target so:./deviant.so "
                   "--clause heap.blocks.never_overlap -o meet.c");
    assert_non_null(strstr(result.err, "have to meet in time"));
    run_for(1, "test -e meet.c");
    run_for(1, "DEVIANT=racy $HEAPCK run --target so:./deviant.so --only heap.blocks.never_overlap "
               "--report met meet.trace");
    run_for(0, "grep -q 'no C file: its calls have to meet in time' met/report.txt");
    run_for(1, "test -e met/heap.blocks.never_overlap.c");
}

static void export_writes_a_program_that_compiles(void **state)
{
    (void)state;
    run_for(0, "DEVIANT=short $HEAPCK export plain.trace --target so:./deviant.so --clause " SIZE
               " -o repro.c");
    check_has(read_file("repro.c"), SIZE);
    run_for(0, "cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -I" SOURCE_DIR " -I" SOURCE_DIR
               "/impl/include repro.c");
    struct run result = run_for(3, "DEVIANT=short $HEAPCK export plain.trace --target "
                                   "so:./deviant.so --clause " SIZE " -o /dev/full");
    check_has(result.err, "cannot write /dev/full");
}

/* What the heading tells its reader to paste into a shell: the command of that title. */
#define PASTE(file, title)                                                                    \
    "cd out && sed -n '/^ \\* *" title ": /,/[^\\]$/p' " file " | sed 's/^ \\* *//; s/" title \
    ": *//' >line.sh && DEVIANT=short sh -e line.sh"

#if !defined HEAPCK_SANITIZED && !defined HEAPCK_COUNTED
static void the_lines_of_the_heading_build_and_run_the_program(void **state)
{
    (void)state;
    run_for(0, "mkdir -p out && DEVIANT=short $HEAPCK export plain.trace --target so:./deviant.so "
               "--clause " SIZE " -o out/it.c");
    struct run result = run_for(1, PASTE("it.c", "Library"));
    check_has(result.out, "The clause is VIOLATED.");
    result = run_for(0, PASTE("it.c", "libwinmem"));
    check_has(result.out, "The clause holds.");
    /* The archive's line stands for the last one. */
    result = run_for(0, "cd out && (sed -n 's/^ \\* *libwinmem: *\\(gcc.*\\)$/\\1/p' it.c && "
                        "sed -n 's/^ \\* *\\(-Wl,--whole-archive.*\\)$/\\1/p' it.c) >line.sh && "
                        "sh -e line.sh");
    check_has(result.out, "The clause holds.");
    run_for(0, "DEVIANT=short $HEAPCK run plain.trace --target so:./deviant.so --report out >x || "
               "test $? = 1");
    result = run_for(1, PASTE(SIZE ".c", "Library"));
    check_has(result.out, "The clause is VIOLATED.");
}
#endif

static void compare_writes_a_page(void **state)
{
    (void)state;
    struct run result = run_for(1, "DEVIANT=short $HEAPCK compare --target winmem --target "
                                   "so:./deviant.so --html page.html " ONLY "plain.trace");
    check_has(result.out, SIZE "  hold      VIOLATED  only T2\n");
    const char *page = read_file("page.html");
    assert_int_equal(strncmp(page, "<!DOCTYPE html>\n", 16), 0);
    check_has(page, "<summary>" SIZE "</summary>");
    check_has(page, "<td class=\"holds\">hold</td><td class=\"violated\">VIOLATED</td></tr>\n");
    check_has(page, "</html>\n");
    result = run_for(1, "DEVIANT=short $HEAPCK compare --target winmem --target so:./deviant.so "
                        "--html - " ONLY "plain.trace");
    assert_int_equal(strncmp(result.out, "<!DOCTYPE html>\n", 16), 0);
    check_lacks(result.out, "only T2");
    result =
        run_for(3, "$HEAPCK compare --target winmem --target so:./deviant.so --html /dev/full " ONLY
                   "plain.trace");
    assert_string_equal(result.err, "heapck: cannot write /dev/full: No space left on device\n");
    check_has(result.out, "T2: 1 trace, ");
}

static void compare_shows_who_violates_what(void **state)
{
    (void)state;
    run_for(0, "printf '#!/bin/sh\\nexit 0\\n' >mute && chmod +x mute");
    struct run result = run_for(1, "DEVIANT=short $HEAPCK compare --target winmem --target "
                                   "so:./deviant.so " ONLY "plain.trace");
    check_has(result.out, "profile documented\n");
    check_has(result.out, SIZE "  hold      VIOLATED  only T2\n");
    check_has(result.out, "T1  winmem\nT2  so:./deviant.so\n");
    check_has(result.out, "T1: 1 trace, ");
    check_has(result.out, "T2: 1 trace, ");
    run_for(0, "$HEAPCK compare --target winmem --target so:./deviant.so " ONLY "plain.trace");
    result = run_for(3, "$HEAPCK compare --target so:./deviant.so --target exec:./mute " ONLY
                        "plain.trace");
    check_has(result.err, "heapck: broken: exec:./mute: ");
    check_has(result.out, "T2: broken: ");
}

/* Given a target that does not start, the second one; then it is told before the first one has run
 * a trace, and nobody reads that they agree. */
static void compare_says_who_was_not_judged(void **state)
{
    (void)state;
    struct run result =
        run_for(3, "$HEAPCK compare --target winmem --target so:./nowhere.so " ONLY "plain.trace");
    check_has(result.out, "nothing was compared, and no clause is violated; T2 was not judged");
    check_lacks(result.out, "do they differ");
    check_has(result.out, "T2: broken: so:./nowhere.so: there is no such file\n");
    assert_string_equal(result.err, "heapck: broken: so:./nowhere.so: there is no such file\n");
    result = run_for(3, "DEVIANT=hang $HEAPCK compare --target so:./deviant.so --target "
                        "so:./nowhere.so --limit 1 plain.trace 2>&1 | head -n 1; exit 3");
    assert_string_equal(result.out, "heapck: broken: so:./nowhere.so: there is no such file\n");
    result = run_for(3, "$HEAPCK compare --target winmem --target so:./nowhere.so --html - " ONLY
                        "plain.trace");
    check_has(result.out,
              "nothing was compared, and no clause is violated; T2 was not judged.</p>");
}

/* Given a target that hangs; when the user has a terminal; then it says what is waited for. */
static void a_terminal_shows_that_the_target_is_waited_for(void **state)
{
    (void)state;
    struct run result =
        run_for(1, "TERM=vt100 DEVIANT=hang script -qec \"$HEAPCK replay plain.trace --target "
                   "so:./deviant.so --limit 3\" /dev/null");
    check_has(result.out, "\rwaiting for the target, up to 3 s a try");
    result = run_for(0, "TERM=vt100 DEVIANT=hang script -qec \"$HEAPCK shrink plain.trace -o "
                        "hang.trace --target so:./deviant.so --limit 3\" /dev/null");
    check_has(result.out, "\rwaiting for the target, up to 3 s a try");
    check_has(result.out, "\rshrinking: 1 attempt, ");
    result = run_for(0, "DEVIANT=hang $HEAPCK export hang.trace -o hang.c --target "
                        "so:./deviant.so --limit 3");
    assert_string_equal(result.err, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay_shows_each_call_with_what_was_seen_and_how_it_was_judged),
        cmocka_unit_test(replay_names_addresses_and_shows_what_was_not_made),
        cmocka_unit_test(a_recorded_log_is_judged_as_the_live_run_was),
        cmocka_unit_test(a_log_has_a_header_and_a_line_per_call),
        cmocka_unit_test(a_trace_and_a_log_are_read_from_standard_input),
        cmocka_unit_test(a_log_that_cannot_be_written_is_told),
        cmocka_unit_test(a_log_that_was_there_is_replaced_by_a_whole_one_or_not_at_all),
        cmocka_unit_test(outputs_that_are_no_files_are_written_in_place),
        cmocka_unit_test(judge_shows_the_log_up_to_the_violation_and_takes_several),
        cmocka_unit_test(a_malformed_log_is_told_and_nothing_is_judged),
        cmocka_unit_test(shrink_writes_the_smallest_trace_that_violates_the_same),
        cmocka_unit_test(shrink_and_export_take_the_clause_that_the_trace_names),
        cmocka_unit_test(replay_says_why_a_call_was_not_made_and_folds_what_is_unsupported),
        cmocka_unit_test(a_trace_that_conforms_is_neither_shrunk_nor_exported),
        cmocka_unit_test(no_program_is_written_of_calls_that_have_to_meet),
        cmocka_unit_test(export_writes_a_program_that_compiles),
        cmocka_unit_test(a_terminal_shows_that_the_target_is_waited_for),
        cmocka_unit_test(compare_shows_who_violates_what),
        cmocka_unit_test(compare_says_who_was_not_judged),
#if !defined HEAPCK_SANITIZED && !defined HEAPCK_COUNTED /* it needs more than a plain program */
        cmocka_unit_test(the_lines_of_the_heading_build_and_run_the_program),
#endif
        cmocka_unit_test(compare_writes_a_page),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
