/* Classes of states: alike where nothing of interest differs, and different where it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracle/harness.h"

/* Of a part of the state that the last call of the log meets. */
static uint16_t class_of(enum state_part part, const char *log)
{
    static const struct oracle_options options = {.bases = PROFILE_WINDOWS,
                                                  .has_exceptions = true,
                                                  .has_last_error = true,
                                                  .tells_classes = true};
    static struct log_judgement judgement;
    harness_judge_with(log, &options, &judgement);
    return judgement.state_classes[part];
}

#define HEAP "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
#define BLOCK(number, size, address) "b" number " = HeapAlloc(h0, 0, " size ") -> " address "\n"
#define SIZE_OF(number, size) "HeapSize(h0, 0, b" number ") -> " size "\n"

static void equal_states_are_of_one_class(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STATE_PART_COUNT; i++) {
        enum state_part part = (enum state_part)i;
        uint16_t first = class_of(part, HEAP BLOCK("0", "100", "0x100100") SIZE_OF("0", "100"));
        assert_int_equal(first, class_of(part, HEAP BLOCK("0", "100", "0x100100")
                                                   SIZE_OF("0", "100") SIZE_OF("0", "100")));
        assert_int_equal(first,
                         class_of(part, HEAP BLOCK("0", "120", "0x100200") SIZE_OF("0", "120")));
    }
}

static void how_many_blocks_a_heap_has_makes_a_class_and_so_does_its_lock(void **state)
{
    (void)state;
    uint16_t one = class_of(STATE_PART_HEAP, HEAP BLOCK("0", "9", "0x100100") SIZE_OF("0", "9"));
    uint16_t two = class_of(STATE_PART_HEAP, HEAP BLOCK("0", "9", "0x100100")
                                                 BLOCK("1", "9", "0x100200") SIZE_OF("0", "9"));
    uint16_t locked = class_of(
        STATE_PART_HEAP, HEAP BLOCK("0", "9", "0x100100") "HeapLock(h0) -> 1\n" SIZE_OF("0", "9"));
    assert_int_not_equal(one, 0);
    assert_int_not_equal(one, two);
    assert_int_not_equal(one, locked);
}

static void the_size_of_a_block_makes_a_class(void **state)
{
    (void)state;
    assert_int_not_equal(
        class_of(STATE_PART_OBJECT, HEAP BLOCK("0", "100", "0x100100") SIZE_OF("0", "100")),
        class_of(STATE_PART_OBJECT, HEAP BLOCK("0", "9", "0x100100") SIZE_OF("0", "9")));
}

#define REGION "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
#define POKE "Poke(r0, 1, 1) -> "

static void protections_make_classes(void **state)
{
    (void)state;
    assert_int_not_equal(
        class_of(STATE_PART_PAGES, REGION POKE "1\n"),
        class_of(STATE_PART_PAGES,
                 REGION "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n" POKE
                        "raised 0xc0000005 flags=0 (1, 0x10000000)\n"));
}

#define SECTION(protection) \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, " protection ", 0, 4K, NULL) -> 0x104\n"
#define MAP(access) "r0 = MapViewOfFile(s0, " access ", 0, 0, 4K) -> 0x20000000\n"

#define NAMED                                                                               \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4K, \"a\") -> " \
    "0x104 error=0\n"
#define OPEN(answer) "s1 = OpenFileMappingW(FILE_MAP_READ, 0, \"a\") -> " answer "\n"

static void what_a_section_is_makes_a_class(void **state)
{
    (void)state;
    uint16_t open = class_of(STATE_PART_OBJECT, SECTION("PAGE_READWRITE") MAP("FILE_MAP_READ"));
    assert_int_not_equal(
        open, class_of(STATE_PART_OBJECT, SECTION("PAGE_READONLY") MAP("FILE_MAP_READ")));
    uint16_t nobodys = class_of(STATE_PART_OBJECT, OPEN("0 error=2"));
    assert_int_not_equal(open, nobodys);
    assert_int_not_equal(nobodys, class_of(STATE_PART_OBJECT, NAMED OPEN("0x108")));
}

#define WATCHED                                                                               \
    "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT|MEM_WRITE_WATCH, PAGE_READWRITE) -> " \
    "0x10000000\n"

static void views_and_their_copies_and_watched_pages_make_classes(void **state)
{
    (void)state;
    uint16_t plain = class_of(STATE_PART_PAGES, REGION POKE "1\n");
    uint16_t view = class_of(STATE_PART_PAGES, SECTION("PAGE_READWRITE")
                                                   MAP("FILE_MAP_WRITE") "Poke(r0, 1, 1) -> 1\n");
    uint16_t shared =
        class_of(STATE_PART_PAGES, SECTION("PAGE_READWRITE") MAP("FILE_MAP_COPY") POKE "1\n");
    uint16_t copy = class_of(STATE_PART_PAGES,
                             SECTION("PAGE_READWRITE") MAP("FILE_MAP_COPY") POKE "1\n" POKE "1\n");
    uint16_t watched = class_of(STATE_PART_PAGES, WATCHED POKE "1\n");
    uint16_t written = class_of(STATE_PART_PAGES, WATCHED POKE "1\n" POKE "1\n");
    uint16_t locked = class_of(STATE_PART_PAGES, REGION "VirtualLock(r0, 4K) -> 1\n" POKE "1\n");
    assert_int_not_equal(plain, view);
    assert_int_not_equal(shared, copy);
    assert_int_not_equal(plain, watched);
    assert_int_not_equal(watched, written);
    assert_int_not_equal(plain, locked);
}

static void who_does_not_ask_is_not_told(void **state)
{
    static struct log_judgement judgement;
    (void)state;
    harness_judge(HEAP BLOCK("0", "100", "0x100100"), &judgement);
    assert_int_equal(judgement.state_classes[STATE_PART_HEAP], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_states_are_of_one_class),
        cmocka_unit_test(how_many_blocks_a_heap_has_makes_a_class_and_so_does_its_lock),
        cmocka_unit_test(the_size_of_a_block_makes_a_class),
        cmocka_unit_test(protections_make_classes),
        cmocka_unit_test(what_a_section_is_makes_a_class),
        cmocka_unit_test(views_and_their_copies_and_watched_pages_make_classes),
        cmocka_unit_test(who_does_not_ask_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
