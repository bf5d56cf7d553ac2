/* Calls as text: every spelling is understood, one is written, and what is wrong is said where. */
#include "tests/spec/test_header.h"

#include <stdlib.h>

#include "spec/text.h"

static struct call parse(const char *line)
{
    struct call call;
    struct text_error error;
    if (hck_text_parse_call(line, strlen(line), 1, &call, &error) != TEXT_CALL) {
        fail_msg("%s: column %u: expected %s", line, error.column, error.expected);
    }
    return call;
}

static void assert_prints(const char *line, const char *canonical)
{
    char text[1024];
    struct call call = parse(line);
    hck_text_print_call(&call, text, sizeof(text));
    assert_string_equal(text, canonical);
}

/* What a person writes and the printer writes are the same for every call. */
static void every_call_has_its_canonical_line(void **unused)
{
    static const char *const lines[] = {
        "h0 = GetProcessHeap()",
        "GetProcessHeaps(1024, &out)",
        "GetProcessHeaps(0, NULL)",
        "h0 = HeapCreate(HEAP_NO_SERIALIZE|HEAP_GENERATE_EXCEPTIONS, 0, 64K)",
        "HeapDestroy(h0)",
        "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)",
        "b0 = HeapReAlloc(h0, HEAP_REALLOC_IN_PLACE_ONLY, b0, 4K)",
        "HeapFree(h0, 0, b0)",
        "HeapFree(h0, 0, NULL)",
        "HeapSize(h0, 0, b12)",
        "HeapValidate(h0, 0, b0+16)",
        "@1 HeapLock(h0)",
        "@7 HeapUnlock(h0)",
        "HeapCompact(h0, 0)",
        "w0 = HeapWalk(h0, NULL)",
        "w0 = HeapWalk(h0, w0)",
        "HeapSummary(h0, 0, &out)",
        "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, NULL)",
        "HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0)",
        "HeapSetInformation(h0, HeapOptimizeResources, 1, 8)",
        "HeapSetInformation(h0, 2, 1, 8)",
        "r0 = VirtualAlloc(NULL, 1M, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)",
        "r1 = VirtualAlloc(r0+64K, 4097, MEM_COMMIT, PAGE_EXECUTE|PAGE_GUARD)",
        "r1 = VirtualAlloc(0x7ffffff0000, 4K, MEM_RESERVE|0x40000, PAGE_NOACCESS)",
        "VirtualFree(r0-4K, 0, MEM_RELEASE)",
        "VirtualProtect(r0+4K, 4K, PAGE_READWRITE|PAGE_GUARD, &out)",
        "VirtualQuery(b0+1, &out, 48)",
        "r0 = VirtualAllocEx(CURRENT_PROCESS, NULL, 4K, MEM_RESERVE, PAGE_READWRITE)",
        "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE|SEC_RESERVE, 0, 1, "
        "NULL)",
        "CloseHandle(s0)",
        "VirtualQueryEx(NULL, r0, &out, 48)",
        "GetSystemInfo(&out)",
        "GetLastError()",
        "SetLastError(0xffffffff)",
        "v0 = AddVectoredExceptionHandler(1, COMMIT)",
        "RemoveVectoredExceptionHandler(v0)",
        "RaiseException(0xe0000001, 1, 15, NULL)",
        "Fill(b0, 42)",
        "Check(b0)",
        "Zeroed(b0)",
        "Peek(r0+0xfffffffffff, 4K)",
        "Poke(r0, 4K, 255)",
        "Execute(b0)",
        "WalkHeap(h0)",
        "QueryRegion(r3999999)",
        "QueryAll()",
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_prints(lines[i], lines[i]);
    }
}

static void other_spellings_are_understood(void **unused)
{
    (void)unused;
    assert_prints("  h0=HeapCreate( 0x0 ,0,65536 )  # a comment", "h0 = HeapCreate(0, 0, 64K)");
    assert_prints("\tHeapSize ( h0 , 0 , b0 )\r", "HeapSize(h0, 0, b0)");
    assert_prints("@0 HeapLock(h00)#", "HeapLock(h0)");
    assert_prints("b0 = HeapAlloc(h0, 8 | HEAP_NO_SERIALIZE, 0x400)",
                  "b0 = HeapAlloc(h0, HEAP_NO_SERIALIZE|HEAP_ZERO_MEMORY, 1K)");
    assert_prints("HeapValidate(h0, 0, b0 + 0x10)", "HeapValidate(h0, 0, b0+16)");
    assert_prints("HeapValidate(h0, 0, b0+0)", "HeapValidate(h0, 0, b0)");
    assert_prints("HeapValidate(h0, 0, b0+SIZE_MAX)", "HeapValidate(h0, 0, b0-1)");
    assert_prints("HeapSetInformation(h0, 3, 1, 8)",
                  "HeapSetInformation(h0, HeapOptimizeResources, 1, 8)");
    assert_prints("Peek(64K, 1)", "Peek(0x10000, 1)");
    assert_prints("SetLastError(1G)", "SetLastError(1073741824)");
}

static void assert_size(uint64_t value, const char *text)
{
    char printed[64];
    hck_text_print_size(value, printed, sizeof(printed));
    assert_string_equal(printed, text);
}

static void sizes_print_in_the_largest_unit_that_divides_them(void **unused)
{
    (void)unused;
    assert_size(0, "0");
    assert_size(1023, "1023");
    assert_size(1024, "1K");
    assert_size(1025, "1025");
    assert_size(3 << 20, "3M");
    assert_size(UINT64_C(5) << 30, "5G");
    assert_size((UINT64_C(1) << 40) - 1024, "1073741823K");
    assert_size(UINT64_C(1) << 40, "0x10000000000");
    assert_size(UINT64_MAX, "SIZE_MAX");
    assert_size(UINT64_MAX - 15, "SIZE_MAX-15");
    assert_size(UINT64_MAX - 4096, "SIZE_MAX-4K");
    assert_size(UINT64_MAX - 0x100000, "0xffffffffffefffff");
}

static void flags_print_by_name_and_the_rest_in_hexadecimal(void **unused)
{
    char text[256];
    (void)unused;
    hck_text_print_flags(FLAG_SET_protection, 0, text, sizeof(text));
    assert_string_equal(text, "0");
    hck_text_print_flags(FLAG_SET_protection, 0x40000104, text, sizeof(text));
    assert_string_equal(text, "PAGE_READWRITE|PAGE_GUARD|0x40000000");
    hck_text_print_flags(FLAG_SET_heap_information, 0, text, sizeof(text));
    assert_string_equal(text, "HeapCompatibilityInformation");
    hck_text_print_flags(FLAG_SET_none, 0x10, text, sizeof(text));
    assert_string_equal(text, "0x10");
}

static void a_line_without_a_call_is_nothing(void **unused)
{
    static const char *const lines[] = {"",  "   ", "\t\r", "# heapck trace 1", "  # HeapFree(",
                                        "\r"};
    struct call call;
    struct text_error error;
    (void)unused;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(hck_text_parse_call(lines[i], strlen(lines[i]), 1, &call, &error),
                         TEXT_NOTHING);
    }
}

static void the_line_number_is_kept(void **unused)
{
    struct call call;
    struct text_error error;
    (void)unused;
    assert_int_equal(hck_text_parse_call("QueryAll()", 10, 77, &call, &error), TEXT_CALL);
    assert_int_equal(call.line, 77);
    assert_int_equal(call.result_slot, NO_SLOT);
}

struct wrong {
    const char *line;
    uint32_t column;
    const char *expected;
};

static void assert_wrong(const struct wrong *wrong)
{
    struct call call;
    struct text_error error;
    enum text_line result = hck_text_parse_call(wrong->line, strlen(wrong->line), 1, &call, &error);
    if (result != TEXT_ERROR) {
        fail_msg("%s: is understood", wrong->line);
    }
    if (error.column != wrong->column || strcmp(error.expected, wrong->expected) != 0) {
        fail_msg("%s: column %u: expected %s", wrong->line, error.column, error.expected);
    }
}

static void what_is_wrong_is_said_where(void **unused)
{
    static const struct wrong lines[] = {
        {"HeapFoo(h0)", 1, "the name of a call, such as HeapAlloc, found 'HeapFoo'"},
        {"(h0)", 1, "the name of a call, such as HeapAlloc, found '('"},
        {"@8 HeapLock(h0)", 2, "a thread from @0 to @7, found '8'"},
        {"@12 HeapLock(h0)", 2, "a thread from @0 to @7, found '12'"},
        {"@", 2, "a thread from @0 to @7, found the end of the line"},
        {"HeapLock(b0)", 10, "a heap slot such as h0, found 'b0'"},
        {"HeapLock(h)", 10, "a heap slot such as h0, found 'h'"},
        {"HeapLock(h0x)", 10, "a heap slot such as h0, found 'h0x'"},
        {"HeapLock(h0+16)", 12, "')' after the 1 argument of HeapLock, found '+'"},
        {"HeapLock(7)", 10, "a heap slot such as h0, found '7'"},
        {"HeapLock(&out)", 10, "a heap slot such as h0, found '&'"},
        {"HeapLock()", 10, "a heap slot such as h0, found ')'"},
        {"HeapLock h0", 10, "'(' after HeapLock, found 'h0'"},
        {"HeapLock(h0", 12, "')' after the 1 argument of HeapLock, found the end of the line"},
        {"HeapLock(h0, 0)", 12, "')' after the 1 argument of HeapLock, found ','"},
        {"HeapSize(h0, 0)", 15, "',' and the argument lpMem of HeapSize, found ')'"},
        {"HeapSize(h0 0, b0)", 13, "',' and the argument dwFlags of HeapSize, found '0'"},
        {"CreateFileMappingW(4, NULL, PAGE_READWRITE, 0, 1, NULL)", 20,
         "INVALID_HANDLE_VALUE or NULL, found '4'"},
        {"CreateFileMappingW(NULL, 0, PAGE_READWRITE, 0, 1, NULL)", 26, "NULL, found '0'"},
        {"CloseHandle(h0)", 13, "a section slot such as s0, found 'h0'"},
        {"VirtualQueryEx(h0, r0, &out, 48)", 16, "CURRENT_PROCESS or NULL, found 'h0'"},
        {"VirtualQueryEx(CURRENT, r0, &out, 48)", 16, "CURRENT_PROCESS or NULL, found 'CURRENT'"},
        {"HeapSize(h0, HEAP_ZERO, b0)", 14,
         "a number or a constant that dwFlags takes, found 'HEAP_ZERO'"},
        {"HeapSize(h0, PAGE_GUARD, b0)", 14,
         "a number or a constant that dwFlags takes, found 'PAGE_GUARD'"},
        {"HeapSize(h0, 1|, b0)", 16, "a number or a constant that dwFlags takes, found ','"},
        {"HeapSize(h0, 4G, b0)", 14, "a number of at most 4294967295, found '4G'"},
        {"HeapSize(h0, 0, b4000000)", 17,
         "a block slot such as b0 with a number of at most 3999999, found 'b4000000'"},
        {"HeapSize(h0, 0, b99999999999999999999)", 17,
         "a block slot such as b0 with a number of at most 3999999, found "
         "'b99999999999999999999'"},
        {"HeapSize(h0, 0, b0+)", 20, "an offset such as 4K, found ')'"},
        {"HeapSize(h0, 0, b0*2)", 19, "')' after the 3 arguments of HeapSize, found '*'"},
        {"RemoveVectoredExceptionHandler(v8)", 32,
         "a handler slot such as v0 with a number of at most 7, found 'v8'"},
        {"b0 = HeapAlloc(h0, 0, 18446744073709551616)", 23,
         "a number of at most 18446744073709551615, found '18446744073709551616'"},
        {"b0 = HeapAlloc(h0, 0, 0x10000000000000000)", 23,
         "a number of at most 18446744073709551615, found '0x10000000000000000'"},
        {"b0 = HeapAlloc(h0, 0, 17179869184G)", 23,
         "a number of at most 18446744073709551615, found '17179869184G'"},
        {"b0 = HeapAlloc(h0, 0, 12Q)", 23, "a number, found '12Q'"},
        {"b0 = HeapAlloc(h0, 0, 12KK)", 23, "a number, found '12KK'"},
        {"b0 = HeapAlloc(h0, 0, 0x)", 23, "a number, found '0x'"},
        {"b0 = HeapAlloc(h0, 0, K)", 23, "a number, found 'K'"},
        {"b0 = HeapAlloc(h0, 0, -1)", 23, "a number, found '-'"},
        {"b0 = HeapAlloc(h0, 0, SIZE_MAX-)", 32, "a number behind SIZE_MAX-, found ')'"},
        {"b0 = HeapAlloc(h0, 0, SIZE_MAXX)", 23, "a number, found 'SIZE_MAXX'"},
        {"SetLastError(SIZE_MAX)", 14, "a number of at most 4294967295, found 'SIZE_MAX'"},
        {"Poke(r0, 1, 256)", 13, "a number of at most 255, found '256'"},
        {"h0 = HeapAlloc(h0, 0, 1)", 6, "a call whose result fits the slot h, found 'HeapAlloc'"},
        {"b0 = HeapFree(h0, 0, b0)", 6, "a call whose result fits the slot b, found 'HeapFree'"},
        {"b0 HeapAlloc(h0, 0, 1)", 4, "'=' after the slot of the result, found 'HeapAlloc'"},
        {"h4000000 = GetProcessHeap()", 1,
         "a heap slot such as h0 with a number of at most 3999999, found 'h4000000'"},
        {"heapAlloc(h0, 0, 1)", 1, "a heap slot such as h0, found 'heapAlloc'"},
        {"GetSystemInfo(&output)", 15, "&out or NULL, found '&'"},
        {"GetSystemInfo(0)", 15, "&out or NULL, found '0'"},
        {"HeapSetInformation(h0, 0, &out, 4)", 27, "a number or NULL, found '&'"},
        {"HeapSetInformation(h0, Heap, 1, 4)", 24,
         "a number or a constant that HeapInformationClass takes, found 'Heap'"},
        {"v0 = AddVectoredExceptionHandler(1, 2)", 37, "SEARCH, CONTINUE or COMMIT, found '2'"},
        {"v0 = AddVectoredExceptionHandler(1, SEARCHING)", 37,
         "SEARCH, CONTINUE or COMMIT, found 'SEARCHING'"},
        {"VirtualFree(h0, 0, MEM_RELEASE)", 13,
         "an address: a slot such as r0, a number or NULL, found 'h0'"},
        {"Peek(NULLS, 1)", 6, "an address: a slot such as r0, a number or NULL, found 'NULLS'"},
        {"QueryAll(0)", 10, "')' after the 0 arguments of QueryAll, found '0'"},
        {"QueryAll() QueryAll()", 12, "the end of the line or a comment, found 'QueryAll'"},
        {"QueryAll() -> 1", 12, "the end of the line or a comment, found '->'"},
        {"HeapLock(\x80)", 10, "a heap slot such as h0, found '\\x80'"},
        {"HeapLock(\n)", 10, "a heap slot such as h0, found '\\x0a'"},
        {"AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDD()", 1,
         "the name of a call, such as HeapAlloc, found 'AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDD...'"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_wrong(&lines[i]);
    }
}

static void a_nul_byte_is_refused_in_a_comment_too(void **unused)
{
    struct call call;
    struct text_error error;
    (void)unused;
    assert_int_equal(hck_text_parse_call("QueryAll() # \0", 14, 1, &call, &error), TEXT_ERROR);
    assert_int_equal(error.column, 14);
    assert_string_equal(error.expected, "text, found a NUL byte");
    assert_int_equal(hck_text_parse_call("\0", 1, 1, &call, &error), TEXT_ERROR);
}

static void a_line_has_at_most_65536_bytes(void **unused)
{
    struct call call;
    struct text_error error;
    char *line = malloc(TEXT_LINE_MAX + 1);
    (void)unused;
    assert_non_null(line);
    memset(line, ' ', TEXT_LINE_MAX + 1);
    memcpy(line, "QueryAll()", 10);
    assert_int_equal(hck_text_parse_call(line, TEXT_LINE_MAX, 1, &call, &error), TEXT_CALL);
    assert_int_equal(hck_text_parse_call(line, TEXT_LINE_MAX + 1, 1, &call, &error), TEXT_ERROR);
    assert_int_equal(error.column, TEXT_LINE_MAX + 1);
    free(line);
}

static void a_line_is_compared_within_its_length(void **unused)
{
    (void)unused;
    assert_true(hck_text_line_is("# run\n", 5, "# run"));
    assert_false(hck_text_line_is("# run", 4, "# run"));
    assert_false(hck_text_line_is("# run", 5, "# ru"));
    assert_true(hck_text_line_starts("# run", 5, "# "));
    assert_true(hck_text_line_starts("# run", 5, "# run"));
    assert_true(hck_text_line_starts("", 0, ""));
    assert_false(hck_text_line_starts("# run", 4, "# run"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_has_its_canonical_line),
        cmocka_unit_test(other_spellings_are_understood),
        cmocka_unit_test(sizes_print_in_the_largest_unit_that_divides_them),
        cmocka_unit_test(flags_print_by_name_and_the_rest_in_hexadecimal),
        cmocka_unit_test(a_line_without_a_call_is_nothing),
        cmocka_unit_test(the_line_number_is_kept),
        cmocka_unit_test(what_is_wrong_is_said_where),
        cmocka_unit_test(a_nul_byte_is_refused_in_a_comment_too),
        cmocka_unit_test(a_line_has_at_most_65536_bytes),
        cmocka_unit_test(a_line_is_compared_within_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
