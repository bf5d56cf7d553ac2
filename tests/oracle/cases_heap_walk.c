/* HeapWalk and WalkHeap. */
#include "tests/oracle/heap_cases.h"

#define STEP(from, to, entry) to " = HeapWalk(h0, " from ") -> 1 values=(" entry "0)\n"
#define END(from) "HeapWalk(h0, " from ") -> 0 error=259 values=(" BUSY0 "0)\n"
#define ENTRY(data, size, region, flags) data ", " size ", 0, " region ", " flags ", 0, 0, 0, 0, "
#define REGION2 "0x300000, 64, 0, 1, 1, 4096, 0, 0x300040, 0x400000, "
#define BOTH HEAP B0 B1
#define GOOD WALK(REGION BUSY0 BUSY1 GAP RESERVE)
#define COMMITTED "QueryAll() -> 1 values=(0x100000, 0x100000, 4, 0x100000, 4096, 4, 0x20000, 0)\n"
#define RESERVED                                                                \
    "QueryAll() -> 1 values=(0x100000, 0x100000, 4, 0x1000, 4096, 4, 0x20000, " \
    "0x101000, 0x100000, 4, 0xff000, 8192, 0, 0x20000, 0)\n"

const struct log_case heap_walk_cases[] = {
    HOLDS(heap_walk_start_null_data_begins, HEAP B0 STEP("NULL", "w0", REGION)),
    VIOLATED(heap_walk_start_null_data_begins, HEAP B0 END("NULL")),
    VIOLATED(heap_walk_start_null_data_begins, HEAP B0 WALK("")),
    HOLDS(heap_walk_start_null_data_begins_again,
          HEAP B0 STEP("NULL", "w0", REGION) STEP("w0", "w0", BUSY0) STEP("NULL", "w0", REGION)),
    VIOLATED(heap_walk_start_null_data_begins_again,
             HEAP B0 STEP("NULL", "w0", REGION) STEP("w0", "w0", BUSY0) STEP("NULL", "w0", BUSY0)),
    HOLDS(heap_walk_step_gives_the_next_element,
          HEAP B0 STEP("NULL", "w0", REGION) STEP("w0", "w0", BUSY0) END("w0")),
    VIOLATED(heap_walk_step_gives_the_next_element,
             HEAP B0 STEP("NULL", "w0", REGION) STEP("w0", "w0", BUSY0) STEP("w0", "w0", BUSY0)),
    VIOLATED(heap_walk_step_gives_the_next_element, HEAP B0 WALK(REGION BUSY0 GAP BUSY0)),
    HOLDS(heap_walk_end_reports_no_more_items, BOTH GOOD),
    VIOLATED(heap_walk_end_reports_no_more_items,
             HEAP B0 "WalkHeap(h0) -> 1 error=0 values=(" REGION BUSY0 "0)\n"),
    VIOLATED(heap_walk_end_reports_no_more_items,
             HEAP B0 "WalkHeap(h0) -> 0 values=(" REGION BUSY0 "0)\n"),
    VIOLATED(heap_walk_end_reports_no_more_items,
             HEAP B0 STEP("NULL", "w0", REGION)
                 STEP("w0", "w0", BUSY0) "HeapWalk(h0, w0) -> 0 error=87 values=(" BUSY0 "0)\n"),
    HOLDS(heap_walk_state_lives_in_the_entry_alone,
          HEAP B0 STEP("NULL", "w0", REGION) STEP("NULL", "w1", REGION) STEP("w0", "w0", BUSY0)
              STEP("w1", "w1", BUSY0) END("w0") END("w1")),
    VIOLATED(heap_walk_state_lives_in_the_entry_alone,
             HEAP B0 STEP("NULL", "w0", REGION) STEP("NULL", "w1", REGION) STEP("w1", "w1", BUSY0)
                 END("w0")),
    HOLDS(heap_walk_live_block_is_reported_once, BOTH GOOD),
    VIOLATED(heap_walk_live_block_is_reported_once, BOTH WALK(REGION BUSY1 GAP)),
    VIOLATED(heap_walk_live_block_is_reported_once, BOTH WALK(REGION BUSY0 BUSY1 BUSY1)),
    VIOLATED(heap_walk_live_block_is_reported_once, HEAP B0 STEP("NULL", "w0", REGION) END("w0")),
    HOLDS(heap_walk_freed_block_is_not_busy,
          BOTH FREE1 WALK(REGION BUSY0 ENTRY("0x100200", "3584", "0", "0"))),
    VIOLATED(heap_walk_freed_block_is_not_busy, BOTH FREE1 WALK(REGION BUSY0 BUSY1)),
    VIOLATED(heap_walk_freed_block_is_not_busy, /* a failed allocation takes nothing */
             BOTH FREE1
             "HeapAlloc(h0, 0, 0x1000000000000) -> 0 error=8\n" WALK(REGION BUSY0 BUSY1)),
    HOLDS(heap_walk_live_block_is_reported_once, /* since then the heap may have taken it itself */
          HEAP B0 FREE0 B1 WALK(REGION ENTRY("0x100100", "256", "0", "4") BUSY1)),
    HOLDS(heap_walk_live_block_is_reported_once,
          BOTH FREE0 "b1 = HeapReAlloc(h0, 0, b1, 100) -> 0x100200\n" WALK(
              REGION ENTRY("0x100100", "256", "0", "4") BUSY1)),
    HOLDS(heap_walk_busy_entry_covers_the_request, BOTH GOOD),
    VIOLATED(heap_walk_busy_entry_covers_the_request,
             HEAP B0 WALK(REGION ENTRY("0x100100", "96", "0", "4"))),
    VIOLATED(heap_walk_busy_entry_covers_the_request,
             HEAP B0 STEP("NULL", "w0", REGION)
                 STEP("w0", "w0", ENTRY("0x100100", "96", "0", "4"))),
    LATITUDE(heap_walk_busy_entry_size_of_a_huge_block_is_open,
             HEAP "b0 = HeapAlloc(h0, 0, 5G) -> 0x200000000\n" WALK(
                 REGION ENTRY("0x200000000", "0", "1", "4"))),
    LATITUDE(heap_walk_busy_entry_may_be_of_the_heap_itself, BOTH GOOD),
    HOLDS(heap_walk_free_entry_holds_no_live_block, BOTH GOOD),
    VIOLATED(heap_walk_free_entry_holds_no_live_block,
             BOTH WALK(REGION BUSY0 ENTRY("0x100210", "256", "0", "0"))),
    HOLDS(heap_walk_entries_do_not_overlap, BOTH GOOD),
    VIOLATED(heap_walk_entries_do_not_overlap,
             BOTH WALK(REGION ENTRY("0x100100", "300", "0", "4") BUSY1)),
    HOLDS(heap_walk_flags_are_documented_ones, BOTH GOOD),
    VIOLATED(heap_walk_flags_are_documented_ones,
             HEAP B0 WALK(REGION ENTRY("0x100100", "100", "0", "12"))),
    HOLDS(heap_walk_flags_moveable_and_ddeshare_need_busy, BOTH GOOD),
    VIOLATED(heap_walk_flags_moveable_and_ddeshare_need_busy,
             HEAP B0 WALK(REGION BUSY0 ENTRY("0x100300", "16", "0", "16"))),
    HOLDS(heap_walk_flags_kinds_exclude_each_other, BOTH GOOD),
    VIOLATED(heap_walk_flags_kinds_exclude_each_other,
             HEAP B0 WALK(REGION BUSY0 ENTRY("0x101000", "4096", "0", "6"))),
    HOLDS(heap_walk_flags_heap_blocks_are_not_moveable, BOTH GOOD),
    VIOLATED(heap_walk_flags_heap_blocks_are_not_moveable,
             HEAP B0 WALK(REGION ENTRY("0x100100", "100", "0", "20"))),
    HOLDS(heap_walk_region_entry_bounds_are_in_order, BOTH GOOD),
    VIOLATED(heap_walk_region_entry_bounds_are_in_order,
             HEAP B0 WALK("0x100000, 64, 0, 0, 1, 4096, 0, 0x200000, 0x100040, " BUSY0)),
    HOLDS(heap_walk_region_entry_bounds_its_blocks, BOTH GOOD),
    VIOLATED(heap_walk_region_entry_bounds_its_blocks,
             HEAP B0 WALK(REGION BUSY0 ENTRY("0x300000", "16", "0", "0"))),
    HOLDS(heap_walk_region_entry_comes_first, BOTH GOOD),
    VIOLATED(heap_walk_region_entry_comes_first, HEAP B0 WALK(BUSY0 REGION)),
    HOLDS(heap_walk_region_entry_index_is_unique, HEAP B0 WALK(REGION BUSY0 REGION2)),
    VIOLATED(heap_walk_region_entry_index_is_unique,
             HEAP B0 WALK(REGION BUSY0 "0x300000, 64, 0, 0, 1, 4096, 0, 0x300040, 0x400000, ")),
    LATITUDE(heap_walk_region_entry_sizes_are_open, BOTH GOOD),
    HOLDS(heap_walk_large_block_is_a_region_of_its_own,
          HEAP "b0 = HeapAlloc(h0, 0, 1M) -> 0x500000\n" WALK(
              REGION GAP ENTRY("0x500000", "1M", "1", "4"))),
    VIOLATED(heap_walk_large_block_is_a_region_of_its_own,
             HEAP "b0 = HeapAlloc(h0, 0, 1M) -> 0x500000\n" WALK(
                 REGION GAP ENTRY("0x500000", "1M", "1", "4") ENTRY("0x700000", "1M", "1", "4"))),
    HOLDS(heap_walk_uncommitted_entry_is_whole_pages, BOTH GOOD),
    VIOLATED(heap_walk_uncommitted_entry_is_whole_pages,
             HEAP B0 WALK(REGION BUSY0 ENTRY("0x101010", "4096", "0", "2"))),
    HOLDS(heap_walk_uncommitted_entry_is_not_committed, BOTH GOOD RESERVED),
    VIOLATED(heap_walk_uncommitted_entry_is_not_committed, BOTH GOOD COMMITTED),
    HOLDS(heap_destroy_live_heap_succeeds, /* and its pages are somebody else's */
          BOTH GOOD "HeapDestroy(h0) -> 1\n" SECOND_HEAP COMMITTED),
    HOLDS(heap_walk_call_changes_nothing, BOTH GOOD GOOD),
    VIOLATED(heap_walk_call_changes_nothing,
             BOTH GOOD WALK(REGION BUSY0 BUSY1 ENTRY("0x100300", "16", "0", "4"))),
    LATITUDE(heap_walk_order_is_open, BOTH GOOD),
    HOLDS(heap_walk_first_entry_is_the_region_at_the_handle, BOTH GOOD),
    VIOLATED(heap_walk_first_entry_is_the_region_at_the_handle, HEAP B0 WALK(BUSY0)),
    VIOLATED(heap_walk_first_entry_is_the_region_at_the_handle,
             HEAP WALK("0x110000, 64, 0, 0, 1, 4096, 0, 0x110040, 0x200000, ")),
};
const size_t heap_walk_case_count = CASE_COUNT(heap_walk_cases);
