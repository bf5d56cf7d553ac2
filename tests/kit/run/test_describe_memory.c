/* What a probe found is told as bytes and places, not as the number that it answers with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "kit/run/describe.h"
#include "spec/typestate.h"
#include "spec/win32.h"
#include "tests/kit/run/names_after.h"
#include "tests/kit/trace/text.h"

enum { HEAP = 0x500000, BLOCK = 0x10010, MOVED = 0x10210, ZEROED = 0x10410, REGION = 0x200000 };

static const struct names *names;
static char text[SENTENCE_MAX];
static uint64_t values[PEEK_VALUE_COUNT];

/* A block of 32 bytes that was filled, moved to b1 and freed nothing since; a block that was
 * reallocated from 10 to 100 zeroed bytes; one that was filled last of all; a region. */
static int make_names(void **state)
{
    (void)state;
    static const char source[] = "# heapck trace 1\n"
                                 "h0 = HeapCreate(0, 0, 0)\n"
                                 "b0 = HeapAlloc(h0, 0, 32)\n"
                                 "Fill(b0, 5)\n"
                                 "b1 = HeapReAlloc(h0, 0, b0, 32)\n"
                                 "b2 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 10)\n"
                                 "b2 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b2, 100)\n"
                                 "b3 = HeapAlloc(h0, 0, 8)\n"
                                 "Fill(b3, 1)\n"
                                 "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                                 "b4 = HeapAlloc(h0, 0, 8)\n"
                                 "Fill(b4, 1)\n";
    static const uint64_t results[] = {HEAP,   BLOCK, 0,      MOVED,  ZEROED, ZEROED + 0x1000,
                                       0x9000, 0,     REGION, 0x9100, 0};
    names = names_after(source, results);
    return 0;
}

static struct expectation expect(enum subject subject, enum relation relation, uint64_t wanted,
                                 uint64_t observed)
{
    return (struct expectation){
        .subject = (uint8_t)subject,
        .relation = (uint8_t)relation,
        .operand_count = 1,
        .observed = observed,
        .operands = {{.slot_kind = SLOT_KIND_NONE, .slot = NO_SLOT, .value = wanted}},
    };
}

static void check(const char *line, const struct names *by, const struct observation *seen,
                  struct expectation expectation, const char *expected)
{
    struct call call = parse_call(line);
    hck_describe_expectation(by, &call, seen, &expectation, text, sizeof text);
    assert_string_equal(text, expected);
}

static struct observation found(uint64_t right, uint64_t byte)
{
    values[FOUND_BYTE] = byte;
    return (struct observation){.status = STATUS_RETURNED,
                                .result = right,
                                .values = values,
                                .value_count = FOUND_VALUE_COUNT};
}

static void bytes_that_have_to_be_zero_are_told_with_the_wrong_one(void **state)
{
    (void)state;
    struct observation seen = found(5, 0xCD);
    check("Zeroed(b2)", names, &seen, expect(SUBJECT_RESULT, RELATION_EQUAL, 90, 5),
          "expected bytes 10..99 of b2 to be 0, seen 0xcd at byte 15");
    seen.value_count = 0; /* the log of an older agent */
    check("Zeroed(b2)", names, &seen, expect(SUBJECT_RESULT, RELATION_EQUAL, 90, 5),
          "expected bytes 10..99 of b2 to be 0, seen another value at byte 15");
}

static void bytes_that_have_to_stay_are_told_with_the_call_they_did_not_survive(void **state)
{
    (void)state;
    struct observation seen = found(16, 0);
    char expected[SENTENCE_MAX];
    (void)snprintf(expected, sizeof expected,
                   "expected bytes 0..31 of b1 to be kept from before HeapReAlloc, seen 0 at byte "
                   "16 in place of 0x%02x",
                   hck_pattern_byte(5, 16));
    check("Check(b1)", names, &seen, expect(SUBJECT_RESULT, RELATION_EQUAL, 32, 16), expected);
    (void)snprintf(expected, sizeof expected,
                   "expected bytes 0..7 of b3 to be kept from before HeapAlloc, seen 0 at byte 3 "
                   "in place of 0x%02x",
                   hck_pattern_byte(1, 3));
    seen = found(3, 0);
    check("Check(b3)", names, &seen, expect(SUBJECT_RESULT, RELATION_EQUAL, 8, 3), expected);
    (void)snprintf(expected, sizeof expected,
                   "expected bytes 0..7 of b4 to be what Fill wrote, seen 0 at byte 3 in place of "
                   "0x%02x",
                   hck_pattern_byte(1, 3));
    check("Check(b4)", names, &seen, expect(SUBJECT_RESULT, RELATION_EQUAL, 8, 3), expected);
}

static void one_byte_is_told_without_a_range(void **state)
{
    (void)state;
    struct observation seen = found(0, 0xFF);
    check("Check(b1)", NULL, &seen, expect(SUBJECT_RESULT, RELATION_EQUAL, 1, 0),
          "expected byte 0 of b1 to be what Fill wrote, seen 0xff");
}

static void an_access_is_told_as_one(void **state)
{
    (void)state;
    struct observation fault = {.status = STATUS_RAISED, .exception_code = STATUS_ACCESS_VIOLATION};
    check("Peek(r0+4K, 1)", names, &fault,
          expect(SUBJECT_STATUS, RELATION_EQUAL, STATUS_RETURNED, STATUS_RAISED),
          "expected reading 1 byte at r0+4K to succeed, seen STATUS_ACCESS_VIOLATION");
    check("Poke(r0, 4K, 1)", names, NULL,
          expect(SUBJECT_STATUS, RELATION_EQUAL, STATUS_RAISED, STATUS_RETURNED),
          "expected writing 4K bytes at r0 to raise an exception, seen that it succeeds");
    check("Fill(b1, 1)", names, NULL,
          expect(SUBJECT_STATUS, RELATION_EQUAL, STATUS_RETURNED, STATUS_CRASHED),
          "expected writing b1 to succeed, seen a crash");
    check("Execute(b1)", names, &fault, expect(SUBJECT_RESULT, RELATION_EQUAL, EXECUTE_RETURNED, 0),
          "expected executing the code at b1 to succeed, seen STATUS_ACCESS_VIOLATION");
    check("Execute(r0)", names, NULL,
          expect(SUBJECT_RESULT, RELATION_EQUAL, EXECUTE_RETURNED, EXECUTE_NO_CODE),
          "expected executing the code at r0 to succeed, seen another byte there than the trace "
          "wrote");
}

static void how_far_an_access_got_is_told_in_bytes(void **state)
{
    (void)state;
    struct observation fault = {.status = STATUS_RAISED,
                                .exception_code = STATUS_GUARD_PAGE_VIOLATION};
    check("Peek(r0, 8K)", names, &fault, expect(SUBJECT_RESULT, RELATION_AT_LEAST, 8192, 4096),
          "expected 8K bytes at r0 to be readable, seen STATUS_GUARD_PAGE_VIOLATION after 4K "
          "bytes");
    check("Peek(r0, 1)", names, &fault, expect(SUBJECT_RESULT, RELATION_AT_LEAST, 1, 0),
          "expected 1 byte at r0 to be readable, seen STATUS_GUARD_PAGE_VIOLATION");
    check("Poke(r0, 8K, 1)", names, NULL, expect(SUBJECT_RESULT, RELATION_AT_LEAST, 4096, 0),
          "expected at least 4K bytes at r0 to be writable, seen only 0 bytes");
    check("Peek(r0, 8K)", names, NULL, expect(SUBJECT_RESULT, RELATION_AT_MOST, 0, 1),
          "expected no byte at r0 to be readable, seen 1 byte read");
    check("Poke(r0, 8K, 1)", names, NULL, expect(SUBJECT_RESULT, RELATION_AT_MOST, 4096, 8192),
          "expected no more than 4K bytes at r0 to be writable, seen 8K bytes written");
}

static void what_a_peek_read_is_told_by_its_address(void **state)
{
    (void)state;
    struct observation seen = {
        .status = STATUS_RETURNED, .values = values, .value_count = PEEK_VALUE_COUNT};
    struct expectation first = expect(SUBJECT_VALUE, RELATION_EQUAL, 0, 7);
    first.index = PEEK_FIRST;
    check("Peek(r0+4K, 4K)", names, &seen, first, "expected the byte at r0+4K to be 0, seen 0x07");

    values[PEEK_FIRST] = 0;
    values[PEEK_UNIFORM] = 4096;
    values[PEEK_DIFFERENT] = 9;
    struct expectation run = expect(SUBJECT_VALUE, RELATION_AT_LEAST, 8192, 4096);
    run.index = PEEK_UNIFORM;
    check("Peek(r0, 8K)", names, &seen, run, "expected 8K bytes at r0 to be 0, seen 0x09 at r0+4K");
    struct expectation other = expect(SUBJECT_VALUE, RELATION_EQUAL, 3, 9);
    other.index = PEEK_DIFFERENT;
    check("Peek(r0, 8K)", names, &seen, other, "expected the byte at r0+4K to be 0x03, seen 0x09");
}

static void a_walk_without_an_end_is_told_as_one(void **state)
{
    (void)state;
    check("WalkHeap(h0)", names, NULL, expect(SUBJECT_RESULT, RELATION_EQUAL, 1, 0),
          "expected the enumeration to come to its end, seen that it does not");
    check("QueryRegion(r0)", names, NULL, expect(SUBJECT_RESULT, RELATION_EQUAL, 1, 0),
          "expected the walk over the pages to come to its end, seen that it does not");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_have_to_be_zero_are_told_with_the_wrong_one),
        cmocka_unit_test(bytes_that_have_to_stay_are_told_with_the_call_they_did_not_survive),
        cmocka_unit_test(one_byte_is_told_without_a_range),
        cmocka_unit_test(an_access_is_told_as_one),
        cmocka_unit_test(how_far_an_access_got_is_told_in_bytes),
        cmocka_unit_test(what_a_peek_read_is_told_by_its_address),
        cmocka_unit_test(a_walk_without_an_end_is_told_as_one),
    };
    return cmocka_run_group_tests(tests, make_names, names_after_end);
}
