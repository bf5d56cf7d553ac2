/* No credit where nothing was put to the test: logs that conform and show little, and clauses that
 * they must not be said to show. A clause that says "none of these" needs one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/oracle/heap_cases.h"

enum { UNSHOWN_MAX = 16 };

struct barren_log {
    const char *log;
    unsigned count;
    enum clause_id unshown[UNSHOWN_MAX];
};

#define UNSHOWN(...)                                                  \
    sizeof((enum clause_id[]){__VA_ARGS__}) / sizeof(enum clause_id), \
    {                                                                 \
        __VA_ARGS__                                                   \
    }

#define STEP(entry) "w0 = HeapWalk(h0, NULL) -> 1 values=(" entry "0)\n"
#define RESERVATION "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
#define ALL_CREDITS_OF_A_LIST                                                                     \
    CLAUSE_heap_walk_flags_are_documented_ones, CLAUSE_heap_walk_flags_kinds_exclude_each_other,  \
        CLAUSE_heap_walk_flags_moveable_and_ddeshare_need_busy,                                   \
        CLAUSE_heap_walk_region_entry_bounds_are_in_order,                                        \
        CLAUSE_heap_walk_region_entry_bounds_its_blocks,                                          \
        CLAUSE_heap_walk_region_entry_comes_first, CLAUSE_heap_walk_region_entry_index_is_unique, \
        CLAUSE_heap_walk_large_block_is_a_region_of_its_own,                                      \
        CLAUSE_heap_walk_uncommitted_entry_is_whole_pages,                                        \
        CLAUSE_heap_walk_entries_do_not_overlap, CLAUSE_heap_walk_step_gives_the_next_element

static const struct barren_log barren_logs[] = {
    /* A walk without entries. */
    {HEAP WALK(""), UNSHOWN(ALL_CREDITS_OF_A_LIST)},
    {HEAP WALK("") WALK(""), UNSHOWN(ALL_CREDITS_OF_A_LIST, CLAUSE_heap_walk_call_changes_nothing)},
    /* A walk with a region alone; with a block and no region. */
    {HEAP WALK(REGION), UNSHOWN(CLAUSE_heap_walk_flags_heap_blocks_are_not_moveable,
                                CLAUSE_heap_walk_region_entry_bounds_its_blocks,
                                CLAUSE_heap_walk_region_entry_comes_first,
                                CLAUSE_heap_walk_region_entry_index_is_unique,
                                CLAUSE_heap_walk_large_block_is_a_region_of_its_own,
                                CLAUSE_heap_walk_uncommitted_entry_is_whole_pages,
                                CLAUSE_heap_walk_entries_do_not_overlap,
                                CLAUSE_heap_walk_step_gives_the_next_element)},
    {HEAP B0 WALK(REGION BUSY0), UNSHOWN(CLAUSE_heap_walk_region_entry_index_is_unique,
                                         CLAUSE_heap_walk_large_block_is_a_region_of_its_own,
                                         CLAUSE_heap_walk_uncommitted_entry_is_whole_pages,
                                         CLAUSE_heap_walk_entries_do_not_overlap)},
    {HEAP WALK(REGION) "HeapValidate(h0, 0, NULL) -> 1\n" WALK(REGION),
     UNSHOWN(CLAUSE_heap_validate_call_changes_nothing)},
    /* One step. */
    {HEAP B0 STEP(REGION) "w0 = HeapWalk(h0, w0) -> 1 values=(" BUSY0 "0)\n",
     UNSHOWN(CLAUSE_heap_walk_uncommitted_entry_is_whole_pages,
             CLAUSE_heap_walk_entries_do_not_overlap)},
    {DEFAULT "w0 = HeapWalk(h9, NULL) -> 1 values=(" BUSY0 "0)\n",
     UNSHOWN(CLAUSE_heap_walk_region_entry_bounds_are_in_order,
             CLAUSE_heap_walk_flags_moveable_and_ddeshare_need_busy)},
    /* Heaps that are alone. */
    {HEAP "HeapDestroy(h0) -> 1\n" HEAP "HeapValidate(h0, 0, NULL) -> 1\n",
     UNSHOWN(CLAUSE_heap_destroy_other_heaps_keep_their_blocks,
             CLAUSE_heap_create_success_returns_a_new_handle,
             CLAUSE_heap_create_many_heaps_coexist)},
    {RAISING_HEAP "HeapValidate(h0, 0, NULL) -> 1\n",
     UNSHOWN(CLAUSE_heap_create_generate_exceptions_concerns_allocation_alone)},
    {HEAP DEFAULT "GetProcessHeaps(8, &out) -> 2 values=(0x90000, 0x100000, 0)\n",
     UNSHOWN(CLAUSE_process_heap_list_keeps_creation_order,
             CLAUSE_process_heap_list_omits_a_destroyed_heap)},
    {DEFAULT "GetProcessHeaps(1, &out) -> 1 values=(0x90000, 0)\n",
     UNSHOWN(CLAUSE_process_heap_list_handles_are_distinct,
             CLAUSE_process_heap_list_holds_every_private_heap)},
    {"GetProcessHeaps(0, &out) -> 0 values=(0)\n",
     UNSHOWN(CLAUSE_process_heap_list_fills_a_sufficient_buffer,
             CLAUSE_process_heap_list_handles_are_distinct)},
    /* Blocks and reservations that are alone, or have no bytes. */
    {HEAP B0, UNSHOWN(CLAUSE_heap_blocks_never_overlap, CLAUSE_heap_blocks_have_unique_addresses,
                      CLAUSE_heap_blocks_stay_out_of_reserved_regions)},
    {HEAP B0 "b1 = HeapAlloc(h0, 0, 0) -> 0x100200\nFill(b1, 7) -> 0\nPeek(b1, 0) -> 0\n",
     UNSHOWN(CLAUSE_heap_blocks_never_overlap, CLAUSE_heap_blocks_are_readable_and_writable)},
    {HEAP B0 FILL0 "Check(b0) -> 100\n",
     UNSHOWN(CLAUSE_call_content_leaves_other_objects_unchanged)},
    {RESERVATION, UNSHOWN(CLAUSE_address_space_allocation_overlaps_no_other)},
    /* Pages that were given all at once. */
    {RESERVATION "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 65536, 8192, 0, 131072, "
                 "0)\n",
     UNSHOWN(CLAUSE_virtual_query_region_does_not_show_history,
             CLAUSE_virtual_query_region_ends_with_its_allocation,
             CLAUSE_virtual_query_region_begins_at_the_page_asked_for,
             CLAUSE_virtual_query_region_joins_free_neighbours)},
    {"r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
     "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 8192, 0, 131072, 0)\n",
     UNSHOWN(CLAUSE_virtual_query_region_is_the_longest_run_of_equal_pages)},
    {"QueryAll() -> 1 values=(0)\n",
     UNSHOWN(CLAUSE_page_state_is_free_reserved_or_committed,
             CLAUSE_virtual_query_walk_covers_the_address_space_once,
             CLAUSE_virtual_query_region_joins_free_neighbours)},
    /* No exception. */
    {"v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x500\n"
     "RemoveVectoredExceptionHandler(v0) -> 1\n"
     "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
     "Poke(r0, 1, 1) -> 1\n",
     UNSHOWN(CLAUSE_exception_handler_removal_ends_the_calls)},
};

static unsigned count_credits(const struct barren_log *barren)
{
    static struct log_judgement judgement;
    unsigned credits = 0;
    harness_judge(barren->log, &judgement);
    for (unsigned i = 0; i < barren->count; i++) {
        enum clause_id clause = barren->unshown[i];
        if (judgement.counts[clause][VERDICT_HOLDS] + judgement.counts[clause][VERDICT_VIOLATED]) {
            print_error("%s is judged by\n%s", hck_clause_get(clause)->id, barren->log);
            credits++;
        }
    }
    return credits;
}

static void what_was_not_put_to_the_test_is_not_credited(void **state)
{
    (void)state;
    unsigned credits = 0;
    for (size_t i = 0; i < CASE_COUNT(barren_logs); i++) {
        credits += count_credits(&barren_logs[i]);
    }
    assert_int_equal(credits, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_put_to_the_test_is_not_credited),
    };
    return cmocka_run_group_tests_name("barren", tests, NULL, NULL);
}
