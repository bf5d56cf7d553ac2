/* What a call saw while one of another thread was under way is no measure for later calls: it may
 * have seen the heap before that one or after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle/harness.h"

#define HEAP "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"

#define REGION_ENTRY "0x100000, 65536, 0, 0, 1, 65536, 0, 0x100010, 0x110000"
#define BUSY_ENTRY(address) ", " address ", 16, 0, 0, 4, 0, 0, 0, 0"
#define LAST_CALL "HeapValidate(h0, 0, NULL) -> 1 ticks=21..22\n"

/* --- Walks ---------------------------------------------------------------------------------- */

#define ALLOCATION(ticks) HEAP "b0 = HeapAlloc(h0, 0, 16) -> 0x100100 ticks=" ticks "\n"
#define EMPTY_WALK(ticks) \
    "@1 WalkHeap(h0) -> 1 error=259 values=(" REGION_ENTRY ", 0) ticks=" ticks "\n"
#define FULL_WALK(ticks)                                               \
    "@1 WalkHeap(h0) -> 1 error=259 values=(" REGION_ENTRY BUSY_ENTRY( \
        "0x100100") ", 0) ticks=" ticks "\n"

/* The block was placed after the walk, or after the walk had passed its place. */
static void a_walk_beside_an_allocation_is_no_measure_for_the_next(void **state)
{
    (void)state;
    assert_conforms(ALLOCATION("3..5") EMPTY_WALK("4..6") FULL_WALK("7..8") LAST_CALL);
}

static void a_walk_behind_an_allocation_is_a_measure(void **state)
{
    (void)state;
    assert_finds(
        ALLOCATION("3..4") FULL_WALK(
            "5..6") "@1 WalkHeap(h0) -> 1 error=259 values=(" REGION_ENTRY BUSY_ENTRY("0x100100")
            BUSY_ENTRY("0x100200") ", 0) ticks=7..8\n" LAST_CALL,
        CLAUSE_heap_walk_call_changes_nothing);
}

/* Thread 0 puts a block where the enumeration has begun already. */
static void an_enumeration_that_began_beside_an_allocation_may_miss_the_block(void **state)
{
    (void)state;
    assert_conforms(ALLOCATION(
        "3..5") "@1 w0 = HeapWalk(h0, NULL) -> 1 values=(0x100000, 65536, 0, 0, 1, 65536, 0, "
                "0x100010, 0x110000, 0) ticks=4..6\n"
                "@1 w1 = HeapWalk(h0, w0) -> 0 error=259 ticks=7..8\n" LAST_CALL);
}

static void an_enumeration_that_began_later_may_not(void **state)
{
    (void)state;
    assert_finds(
        ALLOCATION(
            "3..4") "@1 w0 = HeapWalk(h0, NULL) -> 1 values=(0x100000, 65536, 0, 0, 1, 65536, 0, "
                    "0x100010, 0x110000, 0) ticks=5..6\n"
                    "@1 w1 = HeapWalk(h0, w0) -> 0 error=259 ticks=7..8\n" LAST_CALL,
        CLAUSE_heap_walk_live_block_is_reported_once);
}

/* --- Free space ----------------------------------------------------------------------------- */

#define COMPACT(ticks) "@1 HeapCompact(h0, 0) -> 4096 ticks=" ticks "\n"
#define SMALLER_WALK                                                   \
    "@1 WalkHeap(h0) -> 1 error=259 values=(" REGION_ENTRY BUSY_ENTRY( \
        "0x100100") ", 0x100110, 4080, 0, 0, 0, 0, 0, 0, 0, 0) ticks=9..10\n"

static void a_block_that_was_placed_beside_a_compaction_may_be_in_the_free_entry(void **state)
{
    (void)state;
    assert_conforms(ALLOCATION("3..5") COMPACT("4..6") SMALLER_WALK LAST_CALL);
}

static void a_block_that_was_placed_before_it_is_not(void **state)
{
    (void)state;
    assert_finds(ALLOCATION("3..4") COMPACT("5..6") SMALLER_WALK LAST_CALL,
                 CLAUSE_heap_compact_result_fits_a_free_entry);
}

/* --- Pages ---------------------------------------------------------------------------------- */

#define COMMITTED_PAGE                                                                  \
    "@1 QueryAll() -> 1 values=(0x100000, 0x100000, 4, 0x100000, 4096, 4, 0x20000, 0) " \
    "ticks=9..10\n"
#define UNCOMMITTED_WALK(ticks)                                        \
    "@1 WalkHeap(h0) -> 1 error=259 values=(" REGION_ENTRY BUSY_ENTRY( \
        "0x100100") ", 0x108000, 4096, 0, 0, 2, 0, 0, 0, 0, 0) ticks=" ticks "\n"

static void a_range_may_be_committed_beside_the_walk_that_lists_it(void **state)
{
    (void)state;
    assert_conforms(ALLOCATION("3..5") UNCOMMITTED_WALK("4..6") COMMITTED_PAGE LAST_CALL);
}

static void a_range_that_was_listed_later_may_not_be(void **state)
{
    (void)state;
    assert_finds(ALLOCATION("3..4") UNCOMMITTED_WALK("5..6") COMMITTED_PAGE LAST_CALL,
                 CLAUSE_heap_walk_uncommitted_entry_is_not_committed);
}

/* A heap that is made while another one is destroyed may have the pages of that one. */
#define DESTRUCTION(create_ticks, destroy_ticks)                                            \
    HEAP "b0 = HeapAlloc(h0, 0, 16) -> 0x100100 ticks=3..4\n"                               \
         "@1 h1 = HeapCreate(0, 0, 0) -> " create_ticks "\n"                                \
         "HeapDestroy(h0) -> 1 ticks=" destroy_ticks "\n"                                   \
         "VirtualQuery(b0, &out, 48) -> 48 values=(0x100000, 0x100000, 4, 65536, 4096, 4, " \
         "0x20000, 0) ticks=9..10\n"                                                        \
         "@1 GetProcessHeap() -> 0x90000 ticks=11..12\n"

static void a_heap_made_beside_a_destruction_may_have_its_pages(void **state)
{
    (void)state;
    assert_conforms(DESTRUCTION("0x100040 ticks=5..7", "6..8"));
}

static void a_heap_made_before_it_has_pages_of_its_own(void **state)
{
    (void)state;
    assert_finds(DESTRUCTION("0x200000 ticks=5..6", "7..8"),
                 CLAUSE_heap_destroy_pages_are_released);
}

/* The list makes it, too. */
static void the_default_heap_may_have_pages_of_a_heap_that_is_gone(void **state)
{
    (void)state;
#define ASKED_AFTER_A_DESTRUCTION(asked)                                    \
    HEAP "b0 = HeapAlloc(h0, 0, 16) -> 0x100100\n"                          \
         "HeapDestroy(h0) -> 1\n" asked                                     \
         "VirtualQuery(b0, &out, 48) -> 48 values=(0x100000, 0x100000, 4, " \
         "65536, 4096, 4, 0x20000, 0)\n"
    assert_conforms(ASKED_AFTER_A_DESTRUCTION("h1 = GetProcessHeap() -> 0x100000\n"));
    assert_conforms(ASKED_AFTER_A_DESTRUCTION("GetProcessHeaps(0, NULL) -> 1 values=(0)\n"));
}

/* --- All pages ------------------------------------------------------------------------------ */

enum { ROUNDS = 33, ROUNDS_BETWEEN_LOOKS = 16, ROUND_LINES_MAX = 500 };

/* Thread 0 makes and destroys heaps, and thread 1 looks at all pages three times, each time at more
 * of them. The second look comes beside a HeapDestroy, or before it. */
static const char *print_rounds(bool is_beside)
{
    static char log[ROUNDS * ROUND_LINES_MAX];
    size_t length = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned tick = 1 + 10 * round;
        bool is_under_way = is_beside && round == ROUNDS_BETWEEN_LOOKS;
        length +=
            (size_t)snprintf(log + length, sizeof log - length,
                             "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=%u..%u\n", tick, tick + 1);
        if (round % ROUNDS_BETWEEN_LOOKS == 0) {
            length +=
                (size_t)snprintf(log + length, sizeof log - length,
                                 "@1 QueryAll() -> 1 values=(0x10000, 0x10000, 4, 0x%x, "
                                 "4096, 4, 0x20000, 0) ticks=%u..%u\n",
                                 0x100000 * (1 + round / ROUNDS_BETWEEN_LOOKS), tick + 4, tick + 5);
        }
        length += (size_t)snprintf(log + length, sizeof log - length,
                                   "HeapDestroy(h0) -> 1 ticks=%u..%u\n",
                                   tick + (is_under_way ? 3 : 6), tick + 7);
    }
    (void)snprintf(log + length, sizeof log - length,
                   "@1 GetProcessHeap() -> 0x90000 ticks=1000..1001\n");
    return log;
}

static void a_look_beside_a_destruction_is_no_measure_for_the_next(void **state)
{
    (void)state;
    assert_conforms(print_rounds(true));
}

static void looks_between_calls_show_what_accumulates(void **state)
{
    (void)state;
    assert_finds(print_rounds(false), CLAUSE_heap_destroy_repetition_does_not_accumulate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_beside_an_allocation_is_no_measure_for_the_next),
        cmocka_unit_test(a_walk_behind_an_allocation_is_a_measure),
        cmocka_unit_test(an_enumeration_that_began_beside_an_allocation_may_miss_the_block),
        cmocka_unit_test(an_enumeration_that_began_later_may_not),
        cmocka_unit_test(a_block_that_was_placed_beside_a_compaction_may_be_in_the_free_entry),
        cmocka_unit_test(a_block_that_was_placed_before_it_is_not),
        cmocka_unit_test(a_range_may_be_committed_beside_the_walk_that_lists_it),
        cmocka_unit_test(a_range_that_was_listed_later_may_not_be),
        cmocka_unit_test(a_heap_made_beside_a_destruction_may_have_its_pages),
        cmocka_unit_test(a_heap_made_before_it_has_pages_of_its_own),
        cmocka_unit_test(the_default_heap_may_have_pages_of_a_heap_that_is_gone),
        cmocka_unit_test(a_look_beside_a_destruction_is_no_measure_for_the_next),
        cmocka_unit_test(looks_between_calls_show_what_accumulates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
