/* What calls leave behind in the typestate, taken from what was seen of them. */
#include "tests/spec/script.h"

#define SCRIPT struct script *s = *state

static void a_failure_leaves_the_slot_as_it_was(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "b0 = HeapAlloc(h0, 0, SIZE_MAX) -> 0x0 error=8");
    script_saw(s, "b0 = HeapReAlloc(h0, 0, b0, SIZE_MAX) -> 0x0 error=8");
    script_saw(s, "b0 = HeapReAlloc(h0, HEAP_GENERATE_EXCEPTIONS, b0, 1G) -> raised 0xc0000017 "
                  "flags=0");
    script_saw(s, "HeapFree(h0, 0, b0) -> 0 error=87");
    script_saw(s, "HeapDestroy(h0) -> 0 error=87");
    script_saw(s, "h0 = HeapCreate(0, SIZE_MAX, 0) -> 0x0 error=8");
    assert_true(script_is_live(s, SLOT_BLOCK, 0));
    assert_true(script_slot(s, SLOT_BLOCK, 0)->address == 0x10100);
    assert_true(script_slot(s, SLOT_BLOCK, 0)->size == 100);
    assert_true(script_is_live(s, SLOT_HEAP, 0));
}

static void creation_is_remembered(void **state)
{
    SCRIPT;
    script_saw(s, "h3 = HeapCreate(HEAP_NO_SERIALIZE|HEAP_GENERATE_EXCEPTIONS, 4K, 1M) -> 0x10000");
    const struct slot *heap = script_slot(s, SLOT_HEAP, 3);
    assert_int_equal(heap->options, 5);
    assert_int_equal(heap->serial, 1);
    assert_true(heap->size == 1 << 20);
    assert_true(heap->address == 0x10000);
    assert_false(heap->is_default);
}

static void slots_of_the_default_heap_share_its_serial(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = GetProcessHeap() -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    script_saw(s, "h2 = GetProcessHeap() -> 0x10000");
    assert_true(script_slot(s, SLOT_HEAP, 2)->is_default);
    assert_int_equal(script_slot(s, SLOT_HEAP, 2)->serial, 1);
    assert_int_equal(script_slot(s, SLOT_HEAP, 1)->serial, 2);
    script_allows(s, "HeapFree(h2, 0, b0)");
    /* It stays the default heap, whatever becomes of its names. */
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x30000");
    script_saw(s, "h2 = HeapCreate(0, 0, 0) -> 0x40000");
    assert_int_equal(s->state.default_slot, NO_SLOT);
    assert_true(script_is_live(s, SLOT_BLOCK, 0));
    script_saw(s, "h5 = GetProcessHeap() -> 0x10000");
    assert_int_equal(s->state.default_slot, 5);
    script_allows(s, "HeapFree(h5, 0, b0)");
}

static void destruction_kills_the_blocks_of_that_heap_alone(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    script_saw(s, "b1 = HeapAlloc(h1, 0, 1) -> 0x20100");
    script_saw(s, "HeapDestroy(h0) -> 1");
    assert_false(script_is_live(s, SLOT_HEAP, 0));
    assert_false(script_is_live(s, SLOT_BLOCK, 0));
    assert_true(script_is_live(s, SLOT_BLOCK, 1));
    /* A new heap in the slot, even with the old handle, does not bring them back. */
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    assert_false(script_is_live(s, SLOT_BLOCK, 0));
}

static void a_heap_that_lost_its_slot_takes_its_blocks_along(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x20000");
    assert_false(script_is_live(s, SLOT_BLOCK, 0));
    script_forbids(s, "HeapFree(h0, 0, b0)", CLAUSE_heap_destroy_destroyed_heap_must_not_be_used);
}

static void a_target_that_gives_one_handle_twice_is_followed(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "HeapDestroy(h1) -> 1");
    assert_false(script_is_live(s, SLOT_HEAP, 0));
}

static void allocation_with_zeroing_promises_zeroes(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100) -> 0x10100");
    script_saw(s, "b1 = HeapAlloc(h0, 0, 100) -> 0x10200");
    assert_true(script_slot(s, SLOT_BLOCK, 0)->zero_from == 0);
    assert_true(script_slot(s, SLOT_BLOCK, 0)->zero_to == 100);
    assert_true(script_slot(s, SLOT_BLOCK, 1)->zero_to == 0);
    script_saw(s, "Fill(b0, 7) -> 0");
    assert_true(script_slot(s, SLOT_BLOCK, 0)->zero_to == 0);
    assert_true(script_slot(s, SLOT_BLOCK, 0)->fill_length == 100);
    assert_true(script_slot(s, SLOT_BLOCK, 0)->fill_seed == 7);
}

static void a_fill_that_faults_leaves_nothing_known(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100) -> 0x10100");
    script_saw(s, "Fill(b0, 7) -> 0");
    script_saw(s, "Fill(b0, 8) -> raised 0xc0000005 flags=0 (1, 0x10110)");
    assert_true(script_slot(s, SLOT_BLOCK, 0)->fill_length == 0);
    assert_true(script_slot(s, SLOT_BLOCK, 0)->zero_to == 0);
}

static void reallocation_keeps_the_smaller_part_of_the_pattern(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "Fill(b0, 7) -> 0");
    script_saw(s, "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 150) -> 0x10100");
    const struct slot *block = script_slot(s, SLOT_BLOCK, 0);
    assert_true(block->size == 150 && block->fill_length == 100 && block->fill_seed == 7);
    assert_true(block->zero_from == 100 && block->zero_to == 150);
    script_saw(s, "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 60) -> 0x10100");
    assert_true(block->size == 60 && block->fill_length == 60);
    assert_true(block->zero_from == 0 && block->zero_to == 0);
}

static void reallocation_into_another_slot_kills_the_old_one(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "b1 = HeapReAlloc(h0, 0, b0, 200) -> 0x10100");
    assert_false(script_is_live(s, SLOT_BLOCK, 0));
    assert_true(script_is_live(s, SLOT_BLOCK, 1));
    script_saw(s, "HeapReAlloc(h0, 0, b1, 300) -> 0x10300");
    assert_false(script_is_live(s, SLOT_BLOCK, 1));
    script_saw(s, "b2 = HeapReAlloc(h0, 0, NULL, 5) -> 0x10400");
    assert_true(script_is_live(s, SLOT_BLOCK, 2));
}

static void locks_are_counted_for_their_owner(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "@2 HeapLock(h0) -> 1");
    script_saw(s, "@2 HeapLock(h0) -> 1");
    assert_int_equal(script_slot(s, SLOT_HEAP, 0)->lock_count, 2);
    assert_int_equal(script_slot(s, SLOT_HEAP, 0)->lock_thread, 2);
    script_saw(s, "@2 HeapUnlock(h0) -> 1");
    assert_int_equal(script_slot(s, SLOT_HEAP, 0)->lock_count, 1);
}

static enum effect_lock effect(const struct script *script, enum call_id id, uint8_t thread,
                               uint32_t heap)
{
    struct call call = {.id = (uint16_t)id, .thread = thread, .result_slot = NO_SLOT};
    call.arguments[0] = (struct argument){.form = heap == NO_SLOT ? FORM_NULL : FORM_SLOT,
                                          .slot_kind = SLOT_HEAP,
                                          .slot = heap == NO_SLOT ? 0 : heap};
    return hck_typestate_lock_effect(&script->state, &call);
}

static void a_lock_makes_the_others_wait(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = GetProcessHeap() -> 0x20000");
    assert_int_equal(effect(s, CALL_HeapAlloc, 0, 0), LOCK_PASSES);
    script_saw(s, "@1 HeapLock(h0) -> 1");
    assert_int_equal(effect(s, CALL_HeapAlloc, 0, 0), LOCK_WAITS);
    assert_int_equal(effect(s, CALL_HeapReAlloc, 0, 0), LOCK_WAITS);
    assert_int_equal(effect(s, CALL_HeapFree, 0, 0), LOCK_WAITS);
    assert_int_equal(effect(s, CALL_HeapLock, 0, 0), LOCK_WAITS);
    assert_int_equal(effect(s, CALL_HeapSize, 0, 0), LOCK_MAY_WAIT);
    assert_int_equal(effect(s, CALL_WalkHeap, 0, 0), LOCK_MAY_WAIT);
    assert_int_equal(effect(s, CALL_HeapSetInformation, 0, NO_SLOT), LOCK_MAY_WAIT);
    assert_int_equal(effect(s, CALL_HeapSetInformation, 1, NO_SLOT), LOCK_PASSES);
    assert_int_equal(effect(s, CALL_HeapAlloc, 1, 0), LOCK_PASSES);
    assert_int_equal(effect(s, CALL_HeapAlloc, 0, 1), LOCK_PASSES);
    assert_int_equal(effect(s, CALL_QueryAll, 0, 0), LOCK_PASSES);
    script_saw(s, "@1 HeapLock(h1) -> 1");
    assert_int_equal(effect(s, CALL_HeapAlloc, 0, 1), LOCK_WAITS);
    script_saw(s, "@1 HeapUnlock(h0) -> 1");
    assert_int_equal(effect(s, CALL_HeapAlloc, 0, 0), LOCK_PASSES);
}

static void a_call_that_was_not_made_changes_nothing(void **state)
{
    SCRIPT;
    struct call call = {.id = CALL_HeapAlloc, .result_slot = 0};
    struct observation seen = {.status = STATUS_UNSUPPORTED, .result = 0x10100};
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    call.arguments[0] = (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_HEAP};
    hck_typestate_apply(&s->state, &call, &seen);
    assert_int_equal(script_slot(s, SLOT_BLOCK, 0)->state, SLOT_EMPTY);
    assert_int_equal(script_slot(s, SLOT_HEAP, 0)->user_thread, NO_THREAD);
}

static void assert_region(const struct script *s, uint32_t index, uint64_t address, uint64_t size)
{
    const struct slot *region = script_slot(s, SLOT_REGION, index);
    assert_true(script_is_live(s, SLOT_REGION, index));
    if (region->address != address || region->size != size) {
        fail_msg("r%u: %#llx, %#llx", (unsigned)index, (unsigned long long)region->address,
                 (unsigned long long)region->size);
    }
}

static void a_reservation_reaches_to_the_end_of_its_last_page(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 1, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    assert_region(s, 0, 0x100000, 0x1000);
    script_saw(s, "r1 = VirtualAlloc(NULL, 4097, MEM_COMMIT, PAGE_READWRITE) -> 0x200000");
    assert_region(s, 1, 0x200000, 0x2000);
    /* The granule below the address belongs to it, and the page that the last byte is in. */
    script_saw(s, "r2 = VirtualAlloc(0x301fff, 2, MEM_RESERVE, PAGE_NOACCESS) -> 0x300000");
    assert_region(s, 2, 0x300000, 0x3000);
    assert_int_equal(s->state.region_order_count, 3);
}

static void reservations_are_kept_in_the_order_of_their_addresses(void **state)
{
    SCRIPT;
    script_saw(s, "r2 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x300000");
    script_saw(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r1 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x200000");
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(s->state.region_order[i], i);
    }
    script_saw(s, "VirtualFree(r1, 0, MEM_RELEASE) -> 1");
    assert_int_equal(s->state.region_order_count, 2);
    assert_int_equal(s->state.region_order[1], 2);
    script_saw(s, "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x400000");
    assert_int_equal(s->state.region_order_count, 2);
    assert_int_equal(s->state.region_order[0], 2);
    assert_int_equal(s->state.region_order[1], 0);
}

static void a_commit_names_memory_inside_a_reservation(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r1 = VirtualAlloc(r0+5000, 1, MEM_COMMIT, PAGE_READWRITE) -> 0x101000");
    assert_region(s, 1, 0x101000, 0);
    assert_int_equal(s->state.region_order_count, 1);
    script_allows(s, "Peek(r1, 60K)");
    script_saw(s, "VirtualFree(r1, 4K, MEM_DECOMMIT) -> 1");
    assert_true(script_is_live(s, SLOT_REGION, 1));
    script_saw(s, "VirtualFree(r0, 0, MEM_RELEASE) -> 1");
    assert_false(script_is_live(s, SLOT_REGION, 0));
    assert_false(script_is_live(s, SLOT_REGION, 1));
    /* Not even when the address is reserved again. */
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    assert_false(script_is_live(s, SLOT_REGION, 1));
}

static void a_slot_may_be_given_what_lies_in_its_own_reservation(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r0 = VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x100000");
    assert_region(s, 0, 0x100000, 0x10000);
    script_saw(s, "r0 = VirtualAlloc(r0+8K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x102000");
    assert_region(s, 0, 0x102000, 0xE000);
    assert_int_equal(s->state.region_order_count, 1);
    script_allows(s, "Peek(r0, 56K)");
    script_forbids(s, "Peek(r0-1, 1)", CLAUSE_address_space_foreign_memory_is_not_touched);
}

static void a_release_through_any_slot_of_the_reservation_kills_it(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r1 = VirtualAlloc(r0, 1, MEM_COMMIT, PAGE_READWRITE) -> 0x100000");
    script_saw(s, "VirtualFree(r1, 0, MEM_RELEASE) -> 1");
    assert_false(script_is_live(s, SLOT_REGION, 0));
    assert_false(script_is_live(s, SLOT_REGION, 1));
    assert_int_equal(s->state.region_order_count, 0);
}

static void a_release_that_failed_leaves_the_region(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "VirtualFree(r0+4K, 0, MEM_RELEASE) -> 0 error=487");
    script_saw(s, "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=87");
    assert_region(s, 0, 0x100000, 0x10000);
}

/* Deviations: the state stays whole, whatever a target answers. */
static void a_target_that_hands_out_one_range_twice_is_followed(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r1 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r2 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0xfffffffffffff000");
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    script_saw(s, "r3 = VirtualAlloc(r1, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x7000");
    assert_false(script_is_live(s, SLOT_REGION, 3));
    script_saw(s, "VirtualFree(r1, 0, MEM_RELEASE) -> 1");
    script_saw(s, "VirtualFree(0x1000, SIZE_MAX, MEM_RELEASE) -> 1");
    assert_int_equal(s->state.region_order_count, 2);
}

static void handlers_are_remembered(void **state)
{
    SCRIPT;
    script_saw(s, "v2 = AddVectoredExceptionHandler(0, COMMIT) -> 0x5000");
    assert_true(script_is_live(s, SLOT_HANDLER, 2));
    assert_int_equal(script_slot(s, SLOT_HANDLER, 2)->behaviour, BEHAVIOUR_COMMIT);
    assert_true(script_slot(s, SLOT_HANDLER, 2)->address == 0x5000);
    script_saw(s, "RemoveVectoredExceptionHandler(v2) -> 0");
    assert_true(script_is_live(s, SLOT_HANDLER, 2));
    script_saw(s, "RemoveVectoredExceptionHandler(v2) -> 1");
    assert_false(script_is_live(s, SLOT_HANDLER, 2));
    script_saw(s, "v3 = AddVectoredExceptionHandler(0, SEARCH) -> 0x0");
    assert_int_equal(script_slot(s, SLOT_HANDLER, 3)->state, SLOT_EMPTY);
}

static void an_argument_has_an_address(void **state)
{
    SCRIPT;
    script_saw(s, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
    struct argument argument = {.form = FORM_SLOT, .slot_kind = SLOT_REGION, .value = 16};
    assert_true(hck_typestate_address(&s->state, &argument) == 0x100010);
    argument.value = (uint64_t)-16;
    assert_true(hck_typestate_address(&s->state, &argument) == 0xFFFF0);
    argument.slot = 99;
    assert_null(hck_typestate_slot(&s->state, &argument));
    argument = (struct argument){.form = FORM_VALUE, .value = 7};
    assert_true(hck_typestate_address(&s->state, &argument) == 7);
    argument = (struct argument){.form = FORM_NULL, .value = 7};
    assert_true(hck_typestate_address(&s->state, &argument) == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, script_set_up, script_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_failure_leaves_the_slot_as_it_was),
        TEST(creation_is_remembered),
        TEST(slots_of_the_default_heap_share_its_serial),
        TEST(destruction_kills_the_blocks_of_that_heap_alone),
        TEST(a_heap_that_lost_its_slot_takes_its_blocks_along),
        TEST(a_target_that_gives_one_handle_twice_is_followed),
        TEST(allocation_with_zeroing_promises_zeroes),
        TEST(a_fill_that_faults_leaves_nothing_known),
        TEST(reallocation_keeps_the_smaller_part_of_the_pattern),
        TEST(reallocation_into_another_slot_kills_the_old_one),
        TEST(locks_are_counted_for_their_owner),
        TEST(a_lock_makes_the_others_wait),
        TEST(a_call_that_was_not_made_changes_nothing),
        TEST(a_reservation_reaches_to_the_end_of_its_last_page),
        TEST(reservations_are_kept_in_the_order_of_their_addresses),
        TEST(a_commit_names_memory_inside_a_reservation),
        TEST(a_slot_may_be_given_what_lies_in_its_own_reservation),
        TEST(a_release_through_any_slot_of_the_reservation_kills_it),
        TEST(a_release_that_failed_leaves_the_region),
        TEST(a_target_that_hands_out_one_range_twice_is_followed),
        TEST(handlers_are_remembered),
        TEST(an_argument_has_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
