/* Programs against a library that has a part of the functions, and against one that hangs, exits or
 * dies: tests/kit/cli/deviant.c. */
#define _POSIX_C_SOURCE 200809L /* setenv, getcwd */
#include "tests/kit/export/harness.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spec/win32.h"
#include "tests/kit/trace/text.h"

static const char sizes[] = "# heapck trace 1\n"
                            "h0 = HeapCreate(0, 0, 0)\n"
                            "b0 = HeapAlloc(h0, 0, 100)\n"
                            "HeapSize(h0, 0, b0)\n"
                            "HeapFree(h0, 0, b0)\n";

static const uint64_t sizes_seen[] = {0x10000000, 0x20000000, 100, 1};

enum { SIZE_CALL = 2, FREE_CALL = 3 };

/* Programs wait for ten seconds; a test has no time for that. But ThreadSanitizer sleeps for a
 * second when a process ends. */
static void hurry(char *text)
{
    char *at = strstr(text, "alarm(10)");
    if (at != NULL) {
        memcpy(at, "alarm( 3)", sizeof "alarm( 3)" - 1);
    }
}

static int run_on_deviant(const char *text, uint32_t call_index,
                          const struct expectation *expectation, enum observation_status status,
                          const char *deviation, char output[OUTPUT_SIZE])
{
    struct trace_buffer trace = {0};
    load_trace(text, &trace);
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = call_index,
                                   .clause = CLAUSE_heap_size_live_block_is_the_requested_size,
                                   .expectation = expectation,
                                   .target = "so:./deviant.so",
                                   .results = text == sizes ? sizes_seen : NULL,
                                   .status = (uint8_t)status};
    char *program = harness_export(&source);
    hurry(program);
    assert_int_equal(setenv("DEVIANT", deviation, 1), 0);
    int result = harness_run_with(program, DEVIANT_LIBRARY, output);
    assert_int_equal(unsetenv("DEVIANT"), 0);
    free(program);
    hck_trace_free(&trace);
    return result;
}

static void a_part_of_the_functions_is_enough(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct expectation whole = {
        SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, 100, 0}}};
    (void)unused;
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &whole, STATUS_RETURNED, "", output), 0);
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &whole, STATUS_RETURNED, "short", output), 1);
}

static void a_function_that_is_missing_exits_with_2_by_its_name(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct expectation is_null = {
        SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, 0, 0}}};
    (void)unused;
    assert_int_equal(
        run_on_deviant(
            "# heapck trace 1\nr0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READONLY)\n", 0,
            &is_null, STATUS_RETURNED, "", output),
        2);
    assert_string_equal(output, "could not be run: it needs VirtualAlloc\n");
}

static void a_hang_exits_with_1_where_it_is_the_finding_and_with_2_elsewhere(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct expectation returns = {
        SUBJECT_STATUS, RELATION_NOT_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, STATUS_HUNG, 0}}};
    struct expectation frees = {
        SUBJECT_RESULT, RELATION_NOT_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, 0, 0}}};
    (void)unused;
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &returns, STATUS_HUNG, "hang", output), 1);
    assert_string_equal(output, "The call does not return: the clause is VIOLATED.\n");
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &returns, STATUS_HUNG, "", output), 0);
    assert_int_equal(run_on_deviant(sizes, FREE_CALL, &returns, STATUS_HUNG, "hang", output), 2);
    assert_string_equal(output, "could not be run: a call before the judged one does not return\n");
    assert_int_equal(run_on_deviant("# heapck trace 1\n"
                                    "h0 = HeapCreate(0, 0, 0)\n"
                                    "b0 = HeapAlloc(h0, 0, 10)\n"
                                    "@1 HeapSize(h0, 0, b0)\n"
                                    "HeapFree(h0, 0, b0)\n",
                                    FREE_CALL, &frees, STATUS_RETURNED, "hang", output),
                     2);
    assert_string_equal(output, "could not be run: a call does not return\n");
}

/* As the judge has it; the end of a call that has to raise is another expectation. */
static const struct expectation lives = {
    SUBJECT_STATUS, RELATION_NOT_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, STATUS_EXITED, 0}}};

static const char *const exits[] = {"exit",    "exit_0",  "_exit_0",     "_exit_1",
                                    "_exit_2", "_exit_5", "quick_exit_0"};

static void an_end_of_the_process_exits_with_1_where_it_is_the_finding(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct expectation returns = {
        SUBJECT_STATUS, RELATION_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, STATUS_RETURNED, 0}}};
    (void)unused;
    for (unsigned i = 0; i < sizeof exits / sizeof exits[0]; i++) {
        print_message("%s\n", exits[i]);
        assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &lives, STATUS_EXITED, exits[i], output),
                         1);
        assert_string_equal(output, "The process exits: the clause is VIOLATED.\n");
    }
    assert_int_equal(run_on_deviant(sizes, FREE_CALL, &returns, STATUS_CRASHED, "crash", output),
                     1);
    assert_string_equal(output, "The process dies: the clause is VIOLATED.\n");
}

static void
a_call_that_returns_exits_with_0_where_an_end_of_the_process_is_the_finding(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct expectation raises = {
        SUBJECT_STATUS, RELATION_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, STATUS_RAISED, 0}}};
    (void)unused;
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &lives, STATUS_EXITED, "", output), 0);
    assert_non_null(strstr(output, "seen:     a return\nThe clause holds.\n"));
    assert_int_equal(run_on_deviant(sizes, FREE_CALL, &lives, STATUS_CRASHED, "", output), 0);
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &raises, STATUS_EXITED, "", output), 1);
}

static void an_end_of_the_process_before_the_judged_call_exits_with_2(void **unused)
{
    static char output[OUTPUT_SIZE];
    static const char too_early[] =
        "could not be run: a call before the judged one ends the process\n";
    (void)unused;
    for (unsigned i = 0; i < sizeof exits / sizeof exits[0]; i++) {
        print_message("%s\n", exits[i]);
        assert_int_equal(run_on_deviant(sizes, FREE_CALL, &lives, STATUS_EXITED, exits[i], output),
                         2);
        assert_string_equal(output, strcmp(exits[i], "_exit_2") == 0 ? "" : too_early);
    }
    assert_int_equal(run_on_deviant(sizes, FREE_CALL, &lives, STATUS_EXITED, "interrupt", output),
                     2);
    assert_string_equal(output, too_early);
    assert_int_equal(run_on_deviant(sizes, SIZE_CALL, &lives, STATUS_EXITED, "hang", output), 2);
    assert_string_equal(output, "could not be run: a call does not return\n");
}

static void a_thread_that_ends_the_process_exits_with_1_where_it_is_the_finding(void **unused)
{
    static char output[OUTPUT_SIZE];
    static const char threads[] = "# heapck trace 1\n"
                                  "h0 = HeapCreate(0, 0, 0)\n"
                                  "b0 = HeapAlloc(h0, 0, 10)\n"
                                  "@1 HeapSize(h0, 0, b0)\n"
                                  "HeapFree(h0, 0, b0)\n";
    (void)unused;
    assert_int_equal(run_on_deviant(threads, SIZE_CALL, &lives, STATUS_EXITED, "_exit_0", output),
                     1);
    assert_int_equal(run_on_deviant(threads, FREE_CALL, &lives, STATUS_EXITED, "_exit_0", output),
                     2);
    assert_int_equal(run_on_deviant(threads, SIZE_CALL, &lives, STATUS_EXITED, "hang", output), 2);
    assert_int_equal(run_on_deviant(threads, SIZE_CALL, &lives, STATUS_EXITED, "", output), 0);
}

/* No page is there, and AddressSanitizer says nothing of it. */
static void a_fault_is_an_exception_without_vectored_handlers(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct expectation faults = {SUBJECT_EXCEPTION,
                                 RELATION_EQUAL,
                                 1,
                                 0,
                                 0,
                                 {{SLOT_KIND_NONE, 0, (uint32_t)STATUS_ACCESS_VIOLATION, 0}}};
    (void)unused;
    assert_int_equal(run_on_deviant("# heapck trace 1\n"
                                    "h0 = HeapCreate(0, 0, 0)\n"
                                    "Peek(4K, 1)\n",
                                    1, &faults, STATUS_RAISED, "", output),
                     0);
    assert_non_null(strstr(output, "The clause holds."));
}

/* --- The line that builds the program --------------------------------------------------------- */

static char *export_for(const char *target, const char *path)
{
    struct trace_buffer trace = {0};
    struct expectation expectation = {
        SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, 100, 0}}};
    load_trace(sizes, &trace);
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = SIZE_CALL,
                                   .clause = CLAUSE_heap_size_live_block_is_the_requested_size,
                                   .expectation = &expectation,
                                   .path = path,
                                   .target = target};
    char *text = harness_export(&source);
    hck_trace_free(&trace);
    return text;
}

static void assert_line(const char *target, const char *path, const char *line)
{
    char *text = export_for(target, path);
    if (strstr(text, line) == NULL) {
        fail_msg("%s: no line \"%s\" in\n%s", target == NULL ? "NULL" : target, line, text);
    }
    assert_non_null(strstr(text, "/libwinmem.so -Wl,-rpath,"));
    assert_non_null(strstr(text, " -Wl,--whole-archive "));
    free(text);
}

static void the_heading_says_how_to_build_for_what_was_judged(void **unused)
{
    (void)unused;
    assert_line(NULL, NULL, "x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe");
    assert_line("winmem", NULL, "Windows:   x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe\n");
    assert_line("exec:wine heapck-agent.exe", "out/a.b.c",
                "x86_64-w64-mingw32-gcc -O1 a.b.c -o repro.exe && wine repro.exe\n");
    assert_line("so:/usr/lib/x86_64-linux-gnu/libwinpr2.so.2", NULL,
                " -l:libwinpr2.so.2 && ./repro\n");
    assert_line("so:libwinpr2.so.2", "a b.c", " gcc -O1 'a b.c' -o repro -I");
    assert_line("winmem", "it's.c", " gcc -O1 'it'\\''s.c' -o repro -I");
    assert_line("winmem", "*/*.c", " gcc -O1 '*.c' -o repro -I");
}

/* The heading is a comment, which a name must not end. */
static void a_name_in_the_heading_does_not_end_it(void **unused)
{
    (void)unused;
    assert_line("so:/a*/*/libheap.so", NULL, "LD_PRELOAD='/a*''/''*''/libheap.so' ./repro\n");
}

/* A library below the folder that heapck runs in is told as it is seen from the file. */
static void a_line_leads_from_the_files_folder_to_the_library(void **unused)
{
    char here[1000];
    char target[2000];
    (void)unused;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(system("mkdir -p words_out/deep words_lib && touch words_lib/libheap.so"), 0);
    assert_line("so:words_lib/libheap.so", "words_out/x.c",
                " ../words_lib/libheap.so && LD_PRELOAD=../words_lib/libheap.so ./repro\n");
    assert_line("so:./words_lib/libheap.so", "x.c",
                " words_lib/libheap.so && LD_PRELOAD=words_lib/libheap.so ./repro\n");
    (void)snprintf(target, sizeof target, "so:%s/words_lib/libheap.so", here);
    assert_line(target, "words_out/deep/x.c", " LD_PRELOAD=../../words_lib/libheap.so ./repro\n");
    assert_line(target, "words_lib/x.c", " LD_PRELOAD=./libheap.so ./repro\n");
    assert_line("so:words_lib/libheap.so", "/tmp/x.c", target + 3);
    assert_int_equal(system("mv words_lib 'words lib'"), 0);
    assert_line("so:words lib/libheap.so", "x.c",
                " 'words lib/libheap.so' && ./repro\n");
    assert_int_equal(system("rm -r words_out 'words lib'"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_of_the_functions_is_enough),
        cmocka_unit_test(a_function_that_is_missing_exits_with_2_by_its_name),
        cmocka_unit_test(a_hang_exits_with_1_where_it_is_the_finding_and_with_2_elsewhere),
        cmocka_unit_test(an_end_of_the_process_exits_with_1_where_it_is_the_finding),
        cmocka_unit_test(
            a_call_that_returns_exits_with_0_where_an_end_of_the_process_is_the_finding),
        cmocka_unit_test(an_end_of_the_process_before_the_judged_call_exits_with_2),
        cmocka_unit_test(a_thread_that_ends_the_process_exits_with_1_where_it_is_the_finding),
        cmocka_unit_test(a_fault_is_an_exception_without_vectored_handlers),
        cmocka_unit_test(the_heading_says_how_to_build_for_what_was_judged),
        cmocka_unit_test(a_name_in_the_heading_does_not_end_it),
        cmocka_unit_test(a_line_leads_from_the_files_folder_to_the_library),
    };
    return cmocka_run_group_tests(tests, harness_begin, harness_end);
}
