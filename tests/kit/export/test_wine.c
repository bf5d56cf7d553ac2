/* Programs that are built for Windows, under Wine: by which function of the system a call ends the
 * process does not matter. Skipped where there is no Wine or no mingw. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include "tests/kit/export/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/export/source_text.h"
#include "tests/kit/trace/text.h"

enum { SIZE_CALL = 2, FREE_CALL = 3, EXIT_SKIPPED = 77 };

/* To be freed. */
static char *export_end(uint32_t call_index)
{
    static const struct expectation lives = {
        SUBJECT_STATUS, RELATION_NOT_EQUAL, 1, 0, 0, {{SLOT_KIND_NONE, 0, STATUS_EXITED, 0}}};
    struct trace_buffer trace = {0};
    load_trace("# heapck trace 1\n"
               "h0 = HeapCreate(0, 0, 0)\n"
               "b0 = HeapAlloc(h0, 0, 100)\n"
               "HeapSize(h0, 0, b0)\n"
               "HeapFree(h0, 0, b0)\n",
               &trace);
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = call_index,
                                   .clause = CLAUSE_call_completion_keeps_the_process_alive,
                                   .expectation = &lives,
                                   .status = STATUS_EXITED};
    char *program = harness_export(&source);
    hck_trace_free(&trace);
    return program;
}

/* Where HeapSize does `what` before it returns. */
static int run_where_size(const char *what, uint32_t call_index, char output[OUTPUT_SIZE])
{
    static const char anchor[] = "#include <windows.h>\n";
    char *program = export_end(call_index);
    struct source_text text = {0};
    char *rest = strstr(program, anchor);
    assert_non_null(rest);
    rest += sizeof anchor - 1;
    hck_source_append(&text, program, (size_t)(rest - program));
    hck_source_say(&text,
                   "static SIZE_T size_instead(void)\n{\n    %s;\n    return 100;\n}\n"
                   "#define HeapSize(heap, flags, block) size_instead()\n",
                   what);
    hck_source_append(&text, rest, strlen(rest));
    assert_false(text.failed);
    int status = harness_run_under_wine(text.bytes, output);
    hck_source_free(&text);
    free(program);
    return status;
}

static void an_end_of_the_process_exits_with_1_where_it_is_the_finding(void **unused)
{
    static char output[OUTPUT_SIZE];
    static const char *const exits[] = {"exit(0)",
                                        "_exit(0)",
                                        "ExitProcess(0)",
                                        "ExitProcess(5)",
                                        "TerminateProcess(GetCurrentProcess(), 0)",
                                        "TerminateProcess(GetCurrentProcess(), 2)"};
    (void)unused;
    for (unsigned i = 0; i < sizeof exits / sizeof exits[0]; i++) {
        print_message("%s\n", exits[i]);
        assert_int_equal(run_where_size(exits[i], SIZE_CALL, output), 1);
        assert_non_null(strstr(output, "The process exits: the clause is VIOLATED."));
    }
    assert_int_equal(run_where_size("*(volatile int *)8 = 1", SIZE_CALL, output), 1);
    assert_non_null(strstr(output, "The process dies: the clause is VIOLATED."));
}

static void a_call_that_returns_exits_with_0(void **unused)
{
    static char output[OUTPUT_SIZE];
    (void)unused;
    assert_int_equal(run_where_size("", SIZE_CALL, output), 0);
    assert_non_null(strstr(output, "The clause holds."));
}

static void an_end_of_the_process_before_the_judged_call_exits_with_2(void **unused)
{
    static char output[OUTPUT_SIZE];
    (void)unused;
    assert_int_equal(run_where_size("ExitProcess(0)", FREE_CALL, output), 2);
    assert_non_null(strstr(output, "a call before the judged one ends the process"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_of_the_process_exits_with_1_where_it_is_the_finding),
        cmocka_unit_test(a_call_that_returns_exits_with_0),
        cmocka_unit_test(an_end_of_the_process_before_the_judged_call_exits_with_2),
    };
    if (!harness_has_mingw()) {
        (void)printf("skipped: there is no x86_64-w64-mingw32-gcc\n");
        return EXIT_SKIPPED;
    }
    if (system("command -v wine >/dev/null 2>&1") != 0) {
        (void)printf("skipped: there is no wine\n");
        return EXIT_SKIPPED;
    }
    (void)setenv("WINEDEBUG", "-all", 0);
    return cmocka_run_group_tests(tests, harness_begin, harness_end);
}
