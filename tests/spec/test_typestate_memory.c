/* Which virtual-memory calls and probes of pages are defined: a case for every rule. */
#include "tests/spec/script.h"

#define SCRIPT struct script *s = *state
#define FOREIGN CLAUSE_address_space_foreign_memory_is_not_touched
#define RELEASED CLAUSE_virtual_free_released_region_is_not_used_again
#define LATER CLAUSE_virtual_alloc_type_later_features_are_not_specified

/* r0: 64 KB at 1 MB. */
static void reserve(struct script *s)
{
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
}

static void a_reservation_may_be_asked_for_anywhere(void **state)
{
    SCRIPT;
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "r0 = VirtualAlloc(0, 4K, MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "r0 = VirtualAlloc(0x7f0000000000, 4K, MEM_RESERVE, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(1, SIZE_MAX, MEM_RESERVE|MEM_COMMIT, PAGE_NOACCESS)");
    reserve(s);
    script_allows(s, "r1 = VirtualAlloc(r0+64K, 4K, MEM_RESERVE, PAGE_NOACCESS)");
    script_saw(s, "VirtualFree(r0, 0, MEM_RELEASE) -> 1");
    script_allows(s, "r1 = VirtualAlloc(r0, 4K, MEM_RESERVE, PAGE_NOACCESS)");
    script_forbids(s, "r1 = VirtualAlloc(r5, 4K, MEM_RESERVE, PAGE_NOACCESS)", FOREIGN);
}

static void types_that_fail_by_their_documentation_are_tried(void **state)
{
    SCRIPT;
    script_allows(s, "r0 = VirtualAlloc(0x500000, 4K, 0, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_TOP_DOWN, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESET|MEM_RESERVE, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESET|MEM_RESET_UNDO, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_WRITE_WATCH|MEM_COMMIT, PAGE_NOACCESS)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_PHYSICAL, PAGE_READWRITE)");
    script_allows(
        s, "r0 = VirtualAlloc(NULL, 4K, MEM_PHYSICAL|MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_LARGE_PAGES|MEM_RESERVE, PAGE_READWRITE)");
    script_allows(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|0x4, PAGE_NOACCESS)");
}

static void features_that_come_later_are_skipped(void **state)
{
    SCRIPT;
    reserve(s);
    script_allows(s, "VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_WRITE_WATCH, PAGE_NOACCESS)");
    script_forbids(s, "VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_PHYSICAL, PAGE_READWRITE)", LATER);
    script_allows(
        s, "r1 = VirtualAlloc(NULL, 2M, MEM_RESERVE|MEM_COMMIT|MEM_LARGE_PAGES, PAGE_READWRITE)");
    script_forbids(s, "VirtualFree(r0, 0, MEM_RELEASE|MEM_COALESCE_PLACEHOLDERS)",
                   CLAUSE_virtual_free_type_placeholders_are_not_specified);
    script_forbids(s, "VirtualFree(r0, 4K, MEM_RELEASE|MEM_PRESERVE_PLACEHOLDER)",
                   CLAUSE_virtual_free_type_placeholders_are_not_specified);
}

static void what_was_reset_can_be_undone_until_pages_are_given_back(void **state)
{
    enum clause_id never = CLAUSE_virtual_reset_undo_of_pages_never_reset_is_not_made;
    SCRIPT;
    reserve(s);
    script_forbids(s, "VirtualAlloc(r0, 4K, MEM_RESET_UNDO, PAGE_NOACCESS)", never);
    script_forbids(s, "VirtualAlloc(0x200000, 4K, MEM_RESET, PAGE_NOACCESS)", FOREIGN);
    script_saw(s, "VirtualAlloc(r0, 12289, MEM_RESET, PAGE_NOACCESS) -> 0x100000");
    script_allows(s, "VirtualAlloc(r0+5000, 7288, MEM_RESET_UNDO, PAGE_NOACCESS)");
    script_forbids(s, "VirtualAlloc(r0+5000, 7289, MEM_RESET_UNDO, PAGE_NOACCESS)", never);
    script_forbids(s, "VirtualAlloc(r0+12K, 1, MEM_RESET_UNDO, PAGE_NOACCESS)", never);
    script_saw(s, "VirtualAlloc(r0+1, 16383, MEM_RESET, PAGE_NOACCESS) -> 0x100000");
    script_forbids(s, "VirtualAlloc(r0, 1, MEM_RESET_UNDO, PAGE_NOACCESS)", never);
    script_allows(s, "VirtualAlloc(r0+4K, 12K, MEM_RESET_UNDO, PAGE_NOACCESS)");
    script_saw(s, "VirtualFree(r0+32K, 4K, MEM_DECOMMIT) -> 1");
    script_forbids(s, "VirtualAlloc(r0+4K, 12K, MEM_RESET_UNDO, PAGE_NOACCESS)", never);
}

static void offered_pages_are_named_by_who_takes_them_back(void **state)
{
    enum clause_id alone = CLAUSE_virtual_offer_pages_are_left_alone_until_they_are_reclaimed;
    enum clause_id never = CLAUSE_virtual_offer_reclaim_of_pages_never_offered_is_not_made;
    enum clause_id once = CLAUSE_virtual_offer_pages_are_offered_in_one_range;
    SCRIPT;
    reserve(s);
    script_forbids(s, "ReclaimVirtualMemory(r0, 4K)", never);
    script_forbids(s, "ReclaimVirtualMemory(0x200000, 4K)", never);
    script_forbids(s, "OfferVirtualMemory(r0+4K, 64K, VmOfferPriorityLow)", once);
    script_allows(s, "DiscardVirtualMemory(r0+4K, 4K)");
    script_saw(s, "OfferVirtualMemory(r0+4K, 4K, VmOfferPriorityLow) -> 87");
    script_allows(s, "Peek(r0+4K, 1)");
    script_saw(s, "OfferVirtualMemory(r0+4K, 8K, VmOfferPriorityLow) -> 0");
    script_allows(s, "Peek(r0+4095, 1)");
    script_forbids(s, "Peek(r0+4095, 2)", alone);
    script_forbids(s, "IsBadReadPtr(r0+8K, 1)", alone);
    script_forbids(s, "VirtualProtect(r0+12287, 1, PAGE_READONLY, &out)", alone);
    script_allows(s, "VirtualProtect(r0+12K, 1, PAGE_READONLY, &out)");
    script_forbids(s, "DiscardVirtualMemory(r0+4K, 4K)", alone);
    script_forbids(s, "OfferVirtualMemory(r0+16K, 4K, VmOfferPriorityLow)", once);
    script_forbids(s, "VirtualFree(r0, 0, MEM_DECOMMIT)", alone);
    script_allows(s, "VirtualFree(r0, 0, MEM_RELEASE)");
    script_forbids(s, "ReclaimVirtualMemory(r0+4K, 4K)", never);
    script_allows(s, "ReclaimVirtualMemory(r0+4K, 8K)");
    script_saw(s, "ReclaimVirtualMemory(r0+4K, 8K) -> 5");
    script_forbids(s, "Peek(r0+4K, 1)", alone);
    script_saw(s, "ReclaimVirtualMemory(r0+4K, 8K) -> 170");
    script_allows(s, "Peek(r0+4K, 1)");
    script_allows(s, "VirtualFree(r0, 0, MEM_DECOMMIT)");
    script_forbids(s, "ReclaimVirtualMemory(r0+4K, 8K)", never);
}

static void a_commit_stays_inside_own_reservations(void **state)
{
    SCRIPT;
    reserve(s);
    script_allows(s, "VirtualAlloc(r0, 64K, MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "VirtualAlloc(r0+60K, 4K, MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "VirtualAlloc(0x101000, 1, MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "VirtualAlloc(r0, 0, MEM_COMMIT, PAGE_READWRITE)");
    script_forbids(s, "VirtualAlloc(r0, 65537, MEM_COMMIT, PAGE_READWRITE)", FOREIGN);
    script_forbids(s, "VirtualAlloc(r0+64K, 1, MEM_COMMIT, PAGE_READWRITE)", FOREIGN);
    script_forbids(s, "VirtualAlloc(r0-1, 2, MEM_COMMIT, PAGE_READWRITE)", FOREIGN);
    script_forbids(s, "VirtualAlloc(0x200000, 1, MEM_COMMIT, PAGE_READWRITE)", FOREIGN);
    script_forbids(s, "VirtualAlloc(0x200000, 0, MEM_COMMIT, PAGE_READWRITE)", FOREIGN);
}

static void ranges_that_nobody_can_own_are_tried(void **state)
{
    SCRIPT;
    reserve(s);
    script_allows(s, "VirtualAlloc(1, 4K, MEM_COMMIT, PAGE_READWRITE)");
    script_allows(s, "VirtualFree(NULL, 0, MEM_RELEASE)");
    script_allows(s, "VirtualFree(0xffff, 1, MEM_DECOMMIT)");
    script_forbids(s, "VirtualFree(0xffff, 2, MEM_DECOMMIT)", FOREIGN);
    script_allows(s, "VirtualProtect(0x7fffffff0000, 4K, PAGE_READWRITE, &out)");
    script_forbids(s, "VirtualProtect(0x7ffffffeffff, 4K, PAGE_READWRITE, &out)", FOREIGN);
    script_allows(s, "VirtualProtect(r0, SIZE_MAX, PAGE_READWRITE, &out)");
    script_allows(s, "VirtualFree(0x300000, SIZE_MAX, MEM_DECOMMIT)");
    script_allows(s, "Peek(NULL, 1)");
    script_allows(s, "Peek(0xffff, 1)");
    script_allows(s, "Poke(0xffff800000000000, 4K, 1)");
    script_forbids(s, "Peek(0xffff, 2)", FOREIGN);
    script_forbids(s, "Peek(0xffffffffffffffff, 2)", FOREIGN);
    script_forbids(s, "Peek(r0, SIZE_MAX)", FOREIGN);
}

static void a_range_may_cross_into_the_next_reservation(void **state)
{
    SCRIPT;
    reserve(s);
    script_forbids(s, "VirtualProtect(r0+60K, 8K, PAGE_READWRITE, &out)", FOREIGN);
    script_saw(s, "r1 = VirtualAlloc(r0+64K, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x110000");
    script_allows(s, "VirtualProtect(r0+60K, 8K, PAGE_READWRITE, &out)");
    script_allows(s, "VirtualProtect(r0, 128K, PAGE_READWRITE, &out)");
    script_allows(s, "VirtualFree(r1-1, 2, MEM_DECOMMIT)");
    script_forbids(s, "VirtualProtect(r0, 131073, PAGE_READWRITE, &out)", FOREIGN);
    script_saw(s, "VirtualFree(r0, 0, MEM_RELEASE) -> 1");
    script_forbids(s, "VirtualProtect(r1-1, 2, PAGE_READWRITE, &out)", FOREIGN);
    script_allows(s, "VirtualProtect(r1, 1, PAGE_READWRITE, &out)");
}

/* The rest of a granule belongs to nobody else: it can not be reserved. */
static void the_last_granule_of_a_reservation_is_its_own_to_the_end(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 5000, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    assert_true(script_slot(s, SLOT_REGION, 0)->size == 8192);
    script_allows(s, "Peek(r0+65535, 1)");
    script_allows(s, "VirtualProtect(r0, 64K, PAGE_READWRITE, &out)");
    script_forbids(s, "Peek(r0+64K, 1)", FOREIGN);
}

static void a_released_region_is_not_used_again(void **state)
{
    SCRIPT;
    reserve(s);
    script_saw(s, "r1 = VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x101000");
    script_allows(s, "Peek(r1, 1)");
    script_saw(s, "VirtualFree(r0, 0, MEM_RELEASE) -> 1");
    script_forbids(s, "VirtualFree(r0, 0, MEM_RELEASE)", RELEASED);
    script_forbids(s, "VirtualFree(r1, 1, MEM_DECOMMIT)", RELEASED);
    script_forbids(s, "VirtualProtect(r0, 1, PAGE_READWRITE, &out)", RELEASED);
    script_forbids(s, "VirtualAlloc(r0, 1, MEM_COMMIT, PAGE_READWRITE)", RELEASED);
    script_forbids(s, "Poke(r1, 1, 1)", RELEASED);
    script_forbids(s, "Execute(r0)", RELEASED);
    script_forbids(s, "QueryRegion(r0)", RELEASED);
    script_forbids(s, "QueryRegion(r1)", RELEASED);
    script_allows(s, "VirtualQuery(r0, &out, 48)");
    script_allows(s, "VirtualQuery(r1+1, &out, 48)");
}

/* Its pages are free until a call is made that may give them to somebody. */
static void a_region_that_was_just_released_can_be_read(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "VirtualFree(r0, 0, MEM_RELEASE) -> 1");
    script_allows(s, "Peek(r0, 8K)");
    script_forbids(s, "Peek(r0+4K, 8K)", RELEASED);
    script_forbids(s, "Peek(r0-1, 1)", RELEASED);
    script_saw(s, "SetLastError(0) -> 0 error=0");
    script_allows(s, "Peek(r0+4K, 4K)");
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x500000");
    script_forbids(s, "Peek(r0, 1)", RELEASED);
}

static void a_region_that_never_was_is_not_used(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=8");
    script_forbids(s, "VirtualFree(r0, 0, MEM_RELEASE)", FOREIGN);
    script_forbids(s, "VirtualQuery(r0, &out, 48)", FOREIGN);
    script_forbids(s, "QueryRegion(r0)", FOREIGN);
    script_forbids(s, "QueryRegion(NULL)", FOREIGN);
    script_forbids(s, "Peek(r99, 1)", FOREIGN);
}

static void probes_reach_pages_through_slots(void **state)
{
    SCRIPT;
    reserve(s);
    script_allows(s, "Peek(r0, 64K)");
    script_allows(s, "Poke(r0+65535, 1, 195)");
    script_allows(s, "Execute(r0+4K)");
    script_allows(s, "QueryRegion(r0)");
    script_allows(s, "QueryAll()");
    script_forbids(s, "Peek(0x100000, 1)", FOREIGN);
    script_forbids(s, "Poke(0x100000, 1, 1)", FOREIGN);
    script_forbids(s, "Execute(0x100000)", FOREIGN);
    script_forbids(s, "Poke(r0, 65537, 1)", FOREIGN);
    script_forbids(s, "Execute(r0-1)", FOREIGN);
}

static void memory_of_a_heap_is_left_to_the_heap(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    enum clause_id clause = CLAUSE_heap_block_must_come_from_the_heap_functions;
    script_forbids(s, "VirtualFree(b0, 0, MEM_RELEASE)", clause);
    script_forbids(s, "VirtualAlloc(b0, 1, MEM_COMMIT, PAGE_READWRITE)", clause);
    script_forbids(s, "VirtualAlloc(b0, 1, MEM_RESERVE, PAGE_READWRITE)", clause);
    script_forbids(s, "VirtualProtect(b0, 1, PAGE_READWRITE, &out)",
                   CLAUSE_virtual_protect_heap_block_is_not_protected);
    script_allows(s, "VirtualQuery(b0+1, &out, 48)");
}

static void protection_takes_no_cache_modifier(void **state)
{
    SCRIPT;
    reserve(s);
    enum clause_id clause = CLAUSE_virtual_protect_cache_modifiers_are_not_passed;
    script_forbids(s, "VirtualProtect(r0, 1, PAGE_READWRITE|PAGE_NOCACHE, &out)", clause);
    script_forbids(s, "VirtualProtect(r0, 1, PAGE_WRITECOMBINE, &out)", clause);
    script_allows(s, "VirtualAlloc(r0, 1, MEM_COMMIT, PAGE_READWRITE|PAGE_NOCACHE)");
    script_allows(s, "VirtualProtect(r0, 1, 0, &out)");
}

static void structures_have_somewhere_to_go(void **state)
{
    SCRIPT;
    reserve(s);
    script_allows(s, "GetSystemInfo(&out)");
    script_forbids(s, "GetSystemInfo(NULL)", CLAUSE_system_info_structure_must_be_writable);
    script_allows(s, "VirtualProtect(r0, 1, PAGE_READWRITE, NULL)");
    script_allows(s, "VirtualQuery(r0, NULL, 48)");
    script_allows(s, "VirtualQuery(0x400000, &out, 0)");
    script_allows(s, "VirtualQuery(SIZE_MAX, &out, 48)");
}

static void a_hostile_state_lets_a_released_region_through_and_no_foreign_memory(void **state)
{
    SCRIPT;
    s->state.hostile = true;
    reserve(s);
    script_saw(s, "VirtualFree(r0, 0, MEM_RELEASE) -> 1");
    script_allows(s, "VirtualFree(r0, 0, MEM_RELEASE)");
    script_allows(s, "VirtualProtect(r0, 1, PAGE_READWRITE, &out)");
    script_forbids(s, "VirtualFree(r0+64K, 1, MEM_DECOMMIT)", RELEASED);
    script_forbids(s, "VirtualFree(r0, 65537, MEM_DECOMMIT)", RELEASED);
    script_forbids(s, "VirtualFree(0x200000, 0, MEM_RELEASE)", FOREIGN);
    script_forbids(s, "Poke(r0, 1, 1)", RELEASED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, script_set_up, script_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reservation_may_be_asked_for_anywhere),
        TEST(types_that_fail_by_their_documentation_are_tried),
        TEST(features_that_come_later_are_skipped),
        TEST(what_was_reset_can_be_undone_until_pages_are_given_back),
        TEST(offered_pages_are_named_by_who_takes_them_back),
        TEST(a_commit_stays_inside_own_reservations),
        TEST(ranges_that_nobody_can_own_are_tried),
        TEST(a_range_may_cross_into_the_next_reservation),
        TEST(the_last_granule_of_a_reservation_is_its_own_to_the_end),
        TEST(a_released_region_is_not_used_again),
        TEST(a_region_that_was_just_released_can_be_read),
        TEST(a_region_that_never_was_is_not_used),
        TEST(probes_reach_pages_through_slots),
        TEST(memory_of_a_heap_is_left_to_the_heap),
        TEST(protection_takes_no_cache_modifier),
        TEST(structures_have_somewhere_to_go),
        TEST(a_hostile_state_lets_a_released_region_through_and_no_foreign_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
