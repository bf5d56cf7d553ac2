/* What was seen as text: each status and attribute has one spelling, and what is wrong is said
 * where. */
#include "tests/spec/test_header.h"

#include "spec/text.h"

enum { VALUES_MAX = 4 };

struct line {
    struct call call;
    struct observation seen;
    uint64_t values[VALUES_MAX];
};

static void parse(const char *text, struct line *line)
{
    struct text_error error;
    memset(line, 0xEE, sizeof(*line));
    line->seen.values = line->values;
    line->seen.value_capacity = VALUES_MAX;
    if (hck_text_parse_log(text, strlen(text), 1, &line->call, &line->seen, &error) != TEXT_CALL) {
        fail_msg("%s: column %u: expected %s", text, error.column, error.expected);
    }
}

static void assert_prints(const char *text, const char *canonical)
{
    struct line line;
    char printed[1024];
    parse(text, &line);
    bool with_ticks = line.seen.end != 0;
    hck_text_print_log(&line.call, &line.seen, with_ticks, printed, sizeof(printed));
    assert_string_equal(printed, canonical);
}

static void every_status_has_its_canonical_line(void **unused)
{
    static const char *const lines[] = {
        "h0 = HeapCreate(0, 0, 64K) -> 0x7f0000010000",
        "b0 = HeapAlloc(h0, 0, SIZE_MAX) -> 0x0 error=8",
        "HeapFree(h0, 0, b0) -> skipped heap_free.block.must_be_live_in_the_heap",
        "b1 = HeapAlloc(h0, HEAP_GENERATE_EXCEPTIONS, 1G) -> raised 0xc0000017 flags=0 "
        "(1073741824)",
        "Peek(r0, 4K) -> raised 0xc0000005 flags=0 (0, 0x7f0000020000) result=9 values=(0, 9, 0)",
        "RaiseException(1, 0, 0, NULL) -> raised 0x1 flags=1",
        "HeapSize(h0, 0, b0) -> unsupported",
        "HeapFree(h0, 0, b0) -> crashed 11",
        "HeapFree(h0, 0, b0) -> hung",
        "HeapFree(h0, 0, b0) -> exited 3",
        "HeapSize(h0, 0, b0) -> 0xffffffffffffffff",
        "w0 = HeapWalk(h0, NULL) -> 1",
        "GetLastError() -> 0x80000000 noerror",
        "SetLastError(5) -> 0 error=5",
        "RaiseException(1, 0, 0, NULL) -> 0 values=(0) handlers=((v0 0x1 0 0 0 0), "
        "(none 0xc0000005 1 2 1 0x7f0000010000))",
        "@1 HeapLock(h0) -> 1 ticks=3..9",
        "HeapSummary(h0, 0, &out) -> 1 error=0 values=(40, 1, 2, 3) ticks=10..11",
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_prints(lines[i], lines[i]);
    }
}

static void other_spellings_are_understood(void **unused)
{
    (void)unused;
    assert_prints("QueryAll()->1#comment", "QueryAll() -> 1");
    assert_prints("QueryAll() -> 0x1 error=0x5 values=( 1,0x2 )\r",
                  "QueryAll() -> 1 error=5 values=(1, 2)");
    assert_prints("QueryAll() -> 1 values=()", "QueryAll() -> 1");
    assert_prints("Peek(r0, 1) -> raised 5 flags=0() result=0",
                  "Peek(r0, 1) -> raised 0x5 flags=0");
    assert_prints("QueryAll() -> 1 error=0x2E5EB0DE", "QueryAll() -> 1");
}

static void what_a_line_does_not_say_is_as_if_it_had_not_happened(void **unused)
{
    struct line line;
    (void)unused;
    parse("QueryAll() -> 7", &line);
    assert_int_equal(line.seen.status, STATUS_RETURNED);
    assert_true(line.seen.has_last_error);
    assert_int_equal(line.seen.last_error, LAST_ERROR_SENTINEL);
    assert_int_equal(line.seen.result, 7);
    assert_int_equal(line.seen.value_count, 0);
    assert_int_equal(line.seen.handler_call_count, 0);
    assert_int_equal(line.seen.parameter_count, 0);
    assert_true(line.seen.start == 0 && line.seen.end == 0);
    assert_ptr_equal(line.seen.values, line.values);
    assert_int_equal(line.seen.value_capacity, VALUES_MAX);
}

static void the_fields_of_an_exception_are_read(void **unused)
{
    struct line line;
    (void)unused;
    parse("Peek(r0, 9) -> raised 0xc0000005 flags=1 (8, 4096) noerror result=5 "
          "handlers=((v7 0xc0000005 1 2 8 4096))",
          &line);
    assert_int_equal(line.seen.status, STATUS_RAISED);
    assert_int_equal(line.seen.exception_code, 0xC0000005);
    assert_int_equal(line.seen.exception_flags, 1);
    assert_int_equal(line.seen.parameter_count, 2);
    assert_true(line.seen.parameters[0] == 8 && line.seen.parameters[1] == 4096);
    assert_false(line.seen.has_last_error);
    assert_int_equal(line.seen.result, 5);
    assert_int_equal(line.seen.handler_call_count, 1);
    assert_int_equal(line.seen.handler_calls[0].slot, 7);
    assert_int_equal(line.seen.handler_calls[0].parameter_count, 2);
}

static void a_comment_is_nothing(void **unused)
{
    struct line line;
    struct text_error error;
    (void)unused;
    assert_int_equal(hck_text_parse_log("# done", 6, 1, &line.call, &line.seen, &error),
                     TEXT_NOTHING);
}

static void what_is_wrong_is_said_where(void **unused)
{
    static const struct {
        const char *line;
        uint32_t column;
        const char *expected;
    } lines[] = {
        {"QueryAll()", 11, "'->' and what was seen, found the end of the line"},
        {"QueryAll() - > 1", 12, "'->' and what was seen, found '-'"},
        {"QueryAll() ->", 14,
         "a result, or raised, skipped, unsupported, crashed, hung or exited, found the end of "
         "the line"},
        {"QueryAll() -> fine", 15,
         "a result, or raised, skipped, unsupported, crashed, hung or exited, found 'fine'"},
        {"QueryAll() -> crashed", 22, "a number, found the end of the line"},
        {"QueryAll() -> skipped no.such.clause", 23, "the id of a clause, found 'no'"},
        {"QueryAll() -> skipped", 22, "the id of a clause, found the end of the line"},
        {"QueryAll() -> raised 5", 23, "flags= of the exception, found the end of the line"},
        {"QueryAll() -> raised 0x100000000 flags=0", 22,
         "a number of at most 4294967295, found '0x100000000'"},
        {"QueryAll() -> raised 1 flags=0 (1", 34, "',' or ')', found the end of the line"},
        {"QueryAll() -> raised 1 flags=0 (0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15)", 68,
         "')': the list is longer than there is room for, found '15'"},
        {"QueryAll() -> 1 error=", 23, "a number, found the end of the line"},
        {"QueryAll() -> 1 values=(1,2,3,4,5)", 33,
         "')': the list is longer than there is room for, found '5'"},
        {"QueryAll() -> 1 values=1", 24, "'(' and a list of numbers, found '1'"},
        {"QueryAll() -> 1 handlers=()", 27, "'(' and the call of a handler, found ')'"},
        {"QueryAll() -> 1 handlers=((v9 1 1 1 1 1))", 28,
         "a handler slot such as v0 with a number of at most 7, found 'v9'"},
        {"QueryAll() -> 1 handlers=((v0 1 1 1 1))", 38, "a number, found ')'"},
        {"QueryAll() -> 1 ticks=5", 24, "'..' and the tick at the end, found the end of the line"},
        {"QueryAll() -> 1 ticks=5..6 error=1", 28,
         "error=, noerror, result=, values=, handlers= or ticks= in this order, or the end of the "
         "line, found 'error'"},
        {"QueryAll() -> 1 result=5", 17,
         "error=, noerror, result=, values=, handlers= or ticks= in this order, or the end of the "
         "line, found 'result'"},
        {"QueryAll() -> hung error=5", 20,
         "error=, noerror, result=, values=, handlers= or ticks= in this order, or the end of the "
         "line, found 'error'"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct line line;
        struct text_error error;
        line.seen.values = line.values;
        line.seen.value_capacity = VALUES_MAX;
        const char *text = lines[i].line;
        if (hck_text_parse_log(text, strlen(text), 1, &line.call, &line.seen, &error) !=
            TEXT_ERROR) {
            fail_msg("%s: is understood", text);
        }
        if (error.column != lines[i].column || strcmp(error.expected, lines[i].expected) != 0) {
            fail_msg("%s: column %u: expected %s", text, error.column, error.expected);
        }
    }
}

/* An observation that no target makes still prints one line, which the parser then refuses. */
static void nonsense_prints_within_its_bounds(void **unused)
{
    struct call call = {.id = CALL_QueryAll, .result_slot = NO_SLOT};
    struct observation seen = {.status = STATUS_RAISED,
                               .has_last_error = true,
                               .last_error = LAST_ERROR_SENTINEL,
                               .parameter_count = UINT32_MAX,
                               .handler_call_count = UINT32_MAX};
    char printed[4096];
    (void)unused;
    assert_true(hck_text_print_log(&call, &seen, false, printed, sizeof(printed)) <
                sizeof(printed));
    seen = (struct observation){.status = STATUS_SKIPPED, .skipped_by = CLAUSE_NONE};
    hck_text_print_log(&call, &seen, false, printed, sizeof(printed));
    assert_string_equal(printed, "QueryAll() -> skipped none");
    seen.status = STATUS_COUNT;
    hck_text_print_log(&call, &seen, false, printed, sizeof(printed));
    assert_string_equal(printed, "QueryAll() -> unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_canonical_line),
        cmocka_unit_test(other_spellings_are_understood),
        cmocka_unit_test(what_a_line_does_not_say_is_as_if_it_had_not_happened),
        cmocka_unit_test(the_fields_of_an_exception_are_read),
        cmocka_unit_test(a_comment_is_nothing),
        cmocka_unit_test(what_is_wrong_is_said_where),
        cmocka_unit_test(nonsense_prints_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
