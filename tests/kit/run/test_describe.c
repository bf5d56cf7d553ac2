/* Sentences: what was expected and seen, with addresses by the names of their slots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/describe.h"
#include "spec/measure.h"
#include "spec/win32.h"
#include "tests/kit/run/names_after.h"
#include "tests/kit/trace/text.h"

enum { HEAP = 0x500000, BLOCK = 0x10010, REGION = 0x200000, OTHER = 0x20040, FORMER = 0x30080 };

static const struct names *names;
static char text[SENTENCE_MAX];

/* Names after a heap, a block of 100 bytes, a region of 64 KB, a block that no slot was given and a
 * block that was freed. */
static int make_names(void **state)
{
    (void)state;
    static const char source[] = "# heapck trace 1\n"
                                 "h0 = HeapCreate(0, 0, 0)\n"
                                 "b3 = HeapAlloc(h0, 0, 100)\n"
                                 "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                                 "HeapAlloc(h0, 0, 32)\n"
                                 "b5 = HeapAlloc(h0, 0, 32)\n"
                                 "HeapFree(h0, 0, b5)\n";
    static const uint64_t results[] = {HEAP, BLOCK, REGION, OTHER, FORMER, 1};
    names = names_after(source, results);
    return 0;
}

static const char *name_of(uint64_t address)
{
    hck_names_address(names, address, text, sizeof text);
    return text;
}

static void addresses_have_the_names_of_what_the_trace_made(void **state)
{
    (void)state;
    assert_string_equal(name_of(0), "NULL");
    assert_string_equal(name_of(HEAP), "h0");
    assert_string_equal(name_of(HEAP + 1), "an address");
    assert_string_equal(name_of(BLOCK), "b3");
    assert_string_equal(name_of(BLOCK + 99), "b3+99");
    assert_string_equal(name_of(BLOCK + 100), "an address");
    assert_string_equal(name_of(BLOCK - 1), "an address");
    assert_string_equal(name_of(REGION + 0x1000), "r0+4K");
    assert_string_equal(name_of(REGION + 0x10000), "r0+64K");
    hck_names_slot(SLOT_REGION, 0, 0x100000FF0, text, sizeof text);
    assert_string_equal(text, "r0+0x100000ff0");
    hck_names_slot(SLOT_REGION, 0, 0 - UINT64_C(8), text, sizeof text);
    assert_string_equal(text, "r0-8");
    assert_string_equal(name_of(REGION + 0x10001), "an address");
    assert_string_equal(name_of(OTHER), "the result of call 4");
    assert_string_equal(name_of(OTHER + 31), "the result of call 4+31");
    assert_string_equal(name_of(OTHER + 32), "an address");
    assert_string_equal(name_of(FORMER), "the former b5");
    assert_string_equal(name_of(FORMER + 16), "the former b5+16");
    assert_false(hck_names_address(NULL, BLOCK, text, sizeof text));
}

static struct operand number(uint64_t value)
{
    return (struct operand){.slot_kind = SLOT_KIND_NONE, .slot = NO_SLOT, .value = value};
}

static void check_sentence(const char *line, struct expectation expectation, const char *expected)
{
    struct call call = parse_call(line);
    hck_describe_expectation(names, &call, NULL, &expectation, text, sizeof text);
    assert_string_equal(text, expected);
}

static void every_relation_makes_a_sentence(void **state)
{
    (void)state;
    check_sentence("HeapSize(h0, 0, b3)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_EQUAL,
                                        .operand_count = 1,
                                        .observed = UINT64_MAX,
                                        .operands = {number(100)}},
                   "expected the result to be 100, seen SIZE_MAX");
    check_sentence("b4 = HeapAlloc(h0, 0, 50)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_MULTIPLE_OF,
                                        .operand_count = 1,
                                        .observed = 0x7008,
                                        .operands = {number(16)}},
                   "expected the result to be a multiple of 16, seen an address that is 8 more "
                   "than one");
    check_sentence(
        "b4 = HeapAlloc(h0, 0, 50)",
        (struct expectation){.subject = SUBJECT_RESULT,
                             .relation = RELATION_DISJOINT,
                             .operand_count = 3,
                             .observed = BLOCK + 16,
                             .operands = {number(50), {SLOT_BLOCK, 3, BLOCK, 0}, number(100)}},
        "expected the result (50 bytes) not to overlap b3 (100 bytes), seen b3+16");
    check_sentence("HeapFree(h0, 0, b3)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_NOT_EQUAL,
                                        .operand_count = 1,
                                        .observed = 0,
                                        .operands = {number(0)}},
                   "expected the result to be TRUE, seen FALSE");
    check_sentence("b4 = HeapAlloc(h0, 0, 1G)",
                   (struct expectation){.subject = SUBJECT_LAST_ERROR,
                                        .relation = RELATION_ONE_OF,
                                        .operand_count = 2,
                                        .observed = LAST_ERROR_SENTINEL,
                                        .operands = {number(8), number(87)}},
                   "expected the last error to be 8 ERROR_NOT_ENOUGH_MEMORY or 87 "
                   "ERROR_INVALID_PARAMETER, seen what it was before");
    check_sentence("HeapCompact(h0, 0)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_IN_RANGE,
                                        .operand_count = 2,
                                        .observed = 1,
                                        .operands = {number(4096), number(65536)}},
                   "expected the result to be from 4K to 64K, seen 1");
    check_sentence("HeapLock(h0)",
                   (struct expectation){.subject = SUBJECT_TICKS,
                                        .relation = RELATION_WAITS,
                                        .operand_count = 2,
                                        .operands = {number(3), number(9)}},
                   "expected the call to wait until the other thread has unlocked the heap, seen "
                   "it begin and end while the lock was held");
}

static void values_and_measures_are_called_by_their_documented_names(void **state)
{
    (void)state;
    check_sentence("QueryRegion(r0)",
                   (struct expectation){.subject = SUBJECT_VALUE,
                                        .relation = RELATION_EQUAL,
                                        .index = MEMORY_VALUE_COUNT + MEMORY_STATE,
                                        .operand_count = 1,
                                        .observed = MEM_FREE,
                                        .operands = {number(MEM_RESERVE)}},
                   "expected State of entry 2 to be MEM_RESERVE, seen MEM_FREE");
    check_sentence("VirtualProtect(r0, 4K, PAGE_READONLY, &out)",
                   (struct expectation){.subject = SUBJECT_VALUE,
                                        .relation = RELATION_EQUAL,
                                        .index = PROTECT_OLD,
                                        .operand_count = 1,
                                        .observed = PAGE_READWRITE | PAGE_GUARD,
                                        .operands = {number(PAGE_NOACCESS)}},
                   "expected the old protection to be PAGE_NOACCESS, seen "
                   "PAGE_READWRITE|PAGE_GUARD");
    check_sentence("WalkHeap(h0)",
                   (struct expectation){.subject = SUBJECT_MEASURE,
                                        .relation = RELATION_EQUAL,
                                        .index = MEASURE_walk_busy_at,
                                        .operand_count = 2,
                                        .observed = 0,
                                        .operands = {{SLOT_BLOCK, 3, BLOCK, 0}, number(1)}},
                   "expected the number of busy entries whose lpData is the address b3 to be 1, "
                   "seen 0");
    check_sentence("Peek(r0+4K, 1)",
                   (struct expectation){.subject = SUBJECT_PARAMETER,
                                        .relation = RELATION_EQUAL,
                                        .index = 1,
                                        .operand_count = 1,
                                        .observed = REGION,
                                        .operands = {{SLOT_REGION, 0, REGION + 4096, 4096}}},
                   "expected exception parameter 1, the address, to be r0+4K, seen r0");
    check_sentence("HeapFree(h0, 0, b3)",
                   (struct expectation){.subject = SUBJECT_STATUS,
                                        .relation = RELATION_EQUAL,
                                        .operand_count = 1,
                                        .observed = STATUS_CRASHED,
                                        .operands = {number(STATUS_RETURNED)}},
                   "expected the call to return, seen a crash");
    check_sentence("HeapFree(h0, 0, b3)",
                   (struct expectation){.subject = SUBJECT_STATUS,
                                        .relation = RELATION_NOT_EQUAL,
                                        .operand_count = 1,
                                        .observed = STATUS_HUNG,
                                        .operands = {number(STATUS_HUNG)}},
                   "expected the call to come to an end, seen a hang");
    check_sentence("HeapFree(h0, 0, b3)",
                   (struct expectation){.subject = SUBJECT_STATUS,
                                        .relation = RELATION_NOT_EQUAL,
                                        .operand_count = 1,
                                        .observed = STATUS_EXITED,
                                        .operands = {number(STATUS_EXITED)}},
                   "expected the process to survive the call, seen an exit of the process");
}

/* An address of a process that lays out its memory at random. */
#define STRANGE UINT64_C(0x7f12345678a8)

static void check_without_address(struct call *call, unsigned subject, unsigned relation)
{
    struct expectation expectation = {
        .subject = (uint8_t)subject,
        .relation = (uint8_t)relation,
        .operand_count = OPERANDS_MAX,
        .observed = STRANGE,
        .operands = {{SLOT_BLOCK, 3, BLOCK, 0}, number(2), number(3), number(4)},
    };
    hck_describe_expectation(names, call, NULL, &expectation, text, sizeof text);
    assert_int_equal(strncmp(text, "expected ", 9), 0);
    assert_non_null(strstr(text, "seen"));
    if (strstr(text, "34567") != NULL || strstr(text, "139716") != NULL) {
        fail_msg("an address in: %s", text); /* in hexadecimal, or its first digits in decimal */
    }
}

static void every_subject_and_relation_is_put_in_words_without_a_raw_address(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "b4 = HeapAlloc(h0, 0, 50)",  "HeapSize(h0, 0, b3)", "WalkHeap(h0)", "QueryAll()",
        "RaiseException(1, 0, 2, 5)", "Peek(r0, 1)"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct call call = parse_call(lines[i]);
        for (unsigned subject = 0; subject < SUBJECT_COUNT; subject++) {
            for (unsigned relation = 0; relation < RELATION_COUNT; relation++) {
                check_without_address(&call, subject, relation);
            }
        }
    }
}

static void an_address_of_nothing_the_trace_made_is_called_that(void **state)
{
    (void)state;
    check_sentence("Peek(r0, 1)",
                   (struct expectation){.subject = SUBJECT_PARAMETER,
                                        .relation = RELATION_EQUAL,
                                        .index = 1,
                                        .operand_count = 1,
                                        .observed = STRANGE,
                                        .operands = {{SLOT_REGION, 0, REGION, 0}}},
                   "expected exception parameter 1, the address, to be r0, seen an address in no "
                   "known object");
    check_sentence("Peek(r0, 1)",
                   (struct expectation){.subject = SUBJECT_PARAMETER,
                                        .relation = RELATION_EQUAL,
                                        .operand_count = 1,
                                        .observed = 1,
                                        .operands = {number(0)}},
                   "expected exception parameter 0, the access, to be 0 (a read), seen 1 (a "
                   "write)");
    check_sentence("HeapSize(h0, 0, b3)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_EQUAL,
                                        .operand_count = 1,
                                        .observed = STRANGE,
                                        .operands = {number(100)}},
                   "expected the result to be 100, seen more than 64T");
    check_sentence("HeapAlloc(h0, 0, 1)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_EQUAL,
                                        .operand_count = 1,
                                        .observed = STRANGE,
                                        .operands = {number(STRANGE + 64)}},
                   "expected the result to be an address in no known object, seen another");
    check_sentence("WalkHeap(h0)",
                   (struct expectation){.subject = SUBJECT_MEASURE,
                                        .relation = RELATION_EQUAL,
                                        .index = MEASURE_walk_busy_at,
                                        .operand_count = 2,
                                        .observed = 0,
                                        .operands = {number(STRANGE), number(1)}},
                   "expected the number of busy entries whose lpData is the address in no known "
                   "object to be 1, seen 0");
    check_sentence("HeapAlloc(h0, 0, 1)",
                   (struct expectation){.subject = SUBJECT_RESULT,
                                        .relation = RELATION_DISJOINT,
                                        .operand_count = 3,
                                        .observed = OTHER + 16,
                                        .operands = {number(1), number(OTHER), number(32)}},
                   "expected the result (1 byte) not to overlap the result of call 4 (32 bytes), "
                   "seen the result of call 4+16");
}

static void walks_differ_without_the_sum_of_their_addresses(void **state)
{
    (void)state;
    check_sentence("WalkHeap(h0)",
                   (struct expectation){.subject = SUBJECT_MEASURE,
                                        .relation = RELATION_EQUAL,
                                        .index = MEASURE_walk_busy_digest,
                                        .operand_count = 2,
                                        .observed = STRANGE,
                                        .operands = {number(0), number(STRANGE + 1)}},
                   "expected the busy entries to be those of the walk before, seen others");
}

static void a_sentence_is_cut_where_its_storage_ends(void **state)
{
    char small[20];
    (void)state;
    struct call call = parse_call("HeapSize(h0, 0, b3)");
    struct expectation expectation = {.subject = SUBJECT_RESULT,
                                      .relation = RELATION_EQUAL,
                                      .operand_count = 1,
                                      .operands = {number(100)}};
    hck_describe_expectation(NULL, &call, NULL, &expectation, small, sizeof small);
    assert_string_equal(small, "expected the result");
}

static void check_seen(const char *line, struct observation seen, const char *expected)
{
    struct call call = parse_call(line);
    hck_describe_observation(names, &call, &seen, text, sizeof text);
    assert_string_equal(text, expected);
}

static void observations_read_like_a_system_call_trace(void **state)
{
    uint64_t memory[] = {REGION, REGION, PAGE_READWRITE, 0x10000, MEM_RESERVE, 0, MEM_PRIVATE, 0};
    uint64_t many[7 * MEMORY_VALUE_COUNT] = {0};
    uint64_t heaps[] = {HEAP, 0x99, 0};
    uint64_t peek[PEEK_VALUE_COUNT] = {165, 4, 7};
    (void)state;
    check_seen("b4 = HeapAlloc(h0, 0, 1)", (struct observation){.result = 0x4440}, "-> b4");
    check_seen("HeapAlloc(h0, 0, 1)", (struct observation){.result = 0x4440}, "-> an address");
    check_seen("b4 = HeapAlloc(h0, 0, 1)",
               (struct observation){.has_last_error = true, .last_error = 8},
               "-> NULL, error 8 ERROR_NOT_ENOUGH_MEMORY");
    check_seen("HeapFree(h0, 0, b3)",
               (struct observation){
                   .result = 1, .has_last_error = true, .last_error = LAST_ERROR_SENTINEL},
               "-> TRUE");
    check_seen("Peek(r0, 4K)",
               (struct observation){.status = STATUS_RAISED,
                                    .exception_code = 0xC0000005,
                                    .parameter_count = 2,
                                    .parameters = {1, REGION},
                                    .handler_call_count = 1,
                                    .handler_calls = {{.slot = 2, .code = 0xC0000005}}},
               "-> raised STATUS_ACCESS_VIOLATION writing r0, handled by v2 as "
               "STATUS_ACCESS_VIOLATION");
    check_seen("Peek(r0, 4K)",
               (struct observation){.status = STATUS_RAISED,
                                    .exception_code = STATUS_GUARD_PAGE_VIOLATION,
                                    .parameter_count = 2,
                                    .parameters = {0, REGION + 9},
                                    .result = 9,
                                    .values = peek,
                                    .value_count = PEEK_VALUE_COUNT},
               "-> raised STATUS_GUARD_PAGE_VIOLATION reading r0+9 after 9 bytes");
    check_seen("Peek(r0, 9)",
               (struct observation){.result = 9, .values = peek, .value_count = PEEK_VALUE_COUNT},
               "-> 9, the first 4 bytes 165, then 7");
    check_seen("Peek(r0, 4)",
               (struct observation){.result = 4, .values = peek, .value_count = PEEK_VALUE_COUNT},
               "-> 4, every byte 165");
    check_seen("RaiseException(0xe0000001, 0, 2, 5)",
               (struct observation){.status = STATUS_RAISED,
                                    .exception_code = 0xE0000001,
                                    .parameter_count = 2,
                                    .parameters = {5, 6},
                                    .values = peek,
                                    .value_count = 1},
               "-> raised 0xe0000001 with 0x5, 0x6");
    check_seen("HeapFree(h0, 0, b3)",
               (struct observation){.status = STATUS_SKIPPED,
                                    .skipped_by = CLAUSE_heap_size_block_must_be_live_in_the_heap},
               "-> not made, it would be undefined: heap_size.block.must_be_live_in_the_heap");
    check_seen("HeapFree(h0, 0, b3)", (struct observation){.status = STATUS_UNSUPPORTED},
               "-> unsupported");
    check_seen("HeapFree(h0, 0, b3)", (struct observation){.status = STATUS_CRASHED, .result = 11},
               "-> crashed by signal 11");
    check_seen("HeapFree(h0, 0, b3)", (struct observation){.status = STATUS_HUNG}, "-> hung");
    check_seen("HeapFree(h0, 0, b3)", (struct observation){.status = STATUS_EXITED, .result = 7},
               "-> ended the process with status 7");
    check_seen("VirtualQuery(r0, &out, 48)",
               (struct observation){.result = 48, .values = memory, .value_count = 8},
               "-> 48 {BaseAddress r0, AllocationBase r0, AllocationProtect PAGE_READWRITE, "
               "RegionSize 64K, State MEM_RESERVE, Protect 0, Type MEM_PRIVATE}");
    check_seen("GetProcessHeaps(2, &out)",
               (struct observation){.result = 2, .values = heaps, .value_count = 3},
               "-> 2 {h0} {an address}");
    struct call call = parse_call("QueryRegion(r0)");
    struct observation list = {.result = 1, .values = many, .value_count = 49};
    hck_describe_observation(names, &call, &list, text, sizeof text);
    assert_non_null(strstr(text, "BaseAddress NULL"));
}

/* Storage that nobody wrote to says so at every width, and NULL is no storage. */
static void storage_that_was_not_written_is_called_untouched(void **state)
{
    uint64_t memory[] = {
        OUT_UNTOUCHED_WORD,  OUT_UNTOUCHED_WORD,  OUT_UNTOUCHED_DWORD, OUT_UNTOUCHED_WORD,
        OUT_UNTOUCHED_DWORD, OUT_UNTOUCHED_DWORD, OUT_UNTOUCHED_DWORD, 0};
    uint64_t old[] = {OUT_UNTOUCHED_DWORD, 0};
    struct observation query = {.values = memory, .value_count = 8};
    struct observation protect = {.values = old, .value_count = 2};
    (void)state;
    check_seen("VirtualQuery(r0, &out, 48)", query,
               "-> 0 {BaseAddress untouched, AllocationBase untouched, AllocationProtect "
               "untouched, RegionSize untouched, State untouched, Protect untouched, Type "
               "untouched}");
    check_seen("VirtualQuery(r0, NULL, 48)", query, "-> 0");
    check_seen("VirtualProtect(r0, 1, PAGE_READONLY, &out)", protect,
               "-> FALSE {the old protection untouched}");
    check_seen("VirtualProtect(r0, 1, PAGE_READONLY, NULL)", protect, "-> FALSE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_the_names_of_what_the_trace_made),
        cmocka_unit_test(every_relation_makes_a_sentence),
        cmocka_unit_test(values_and_measures_are_called_by_their_documented_names),
        cmocka_unit_test(every_subject_and_relation_is_put_in_words_without_a_raw_address),
        cmocka_unit_test(an_address_of_nothing_the_trace_made_is_called_that),
        cmocka_unit_test(walks_differ_without_the_sum_of_their_addresses),
        cmocka_unit_test(a_sentence_is_cut_where_its_storage_ends),
        cmocka_unit_test(observations_read_like_a_system_call_trace),
        cmocka_unit_test(storage_that_was_not_written_is_called_untouched),
    };
    return cmocka_run_group_tests(tests, make_names, names_after_end);
}
