/* Which heap, error and exception calls are defined: a case for every rule, each beside a call that
 * the same rule lets through. */
#include "tests/spec/script.h"

#define SCRIPT struct script *s = *state

static void a_heap_has_to_be_live(void **state)
{
    SCRIPT;
    script_forbids(s, "b0 = HeapAlloc(h0, 0, 1)", CLAUSE_heap_handle_must_be_live);
    script_forbids(s, "b0 = HeapAlloc(NULL, 0, 1)", CLAUSE_heap_handle_must_be_live);
    script_forbids(s, "WalkHeap(h0)", CLAUSE_heap_handle_must_be_live);
    script_forbids(s, "WalkHeap(NULL)", CLAUSE_heap_handle_must_be_live);
    script_forbids(s, "HeapDestroy(h99)", CLAUSE_heap_handle_must_be_live);
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_allows(s, "b0 = HeapAlloc(h0, 0, 1)");
    script_allows(s, "WalkHeap(h0)");
    script_allows(s, "HeapDestroy(h0)");
}

static void a_heap_that_could_not_be_created_is_not_live(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x0 error=8");
    script_forbids(s, "b0 = HeapAlloc(h0, 0, 1)", CLAUSE_heap_handle_must_be_live);
}

static void a_destroyed_heap_and_its_blocks_are_not_used(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "HeapDestroy(h0) -> 1");
    enum clause_id clause = CLAUSE_heap_destroy_destroyed_heap_must_not_be_used;
    script_forbids(s, "HeapDestroy(h0)", clause);
    script_forbids(s, "HeapFree(h0, 0, b0)", clause);
    script_forbids(s, "HeapFree(h1, 0, b0)", clause);
    script_forbids(s, "HeapSize(h1, 0, b0)", clause);
    script_forbids(s, "HeapValidate(h1, 0, b0)", clause);
    script_forbids(s, "Fill(b0, 1)", clause);
    script_forbids(s, "Check(b0)", clause);
    script_forbids(s, "Peek(b0, 1)", clause);
    script_forbids(s, "Execute(b0)", clause);
    script_allows(s, "VirtualQuery(b0, &out, 48)");
}

static void flags_that_are_not_documented_are_not_passed(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    enum clause_id clause = CLAUSE_heap_flags_others_are_undefined;
    script_forbids(s, "b1 = HeapAlloc(h0, HEAP_REALLOC_IN_PLACE_ONLY, 1)", clause);
    script_forbids(s, "b1 = HeapAlloc(h0, 0x80000000, 1)", clause);
    script_forbids(s, "HeapFree(h0, HEAP_ZERO_MEMORY, b0)", clause);
    script_forbids(s, "HeapSize(h0, HEAP_GENERATE_EXCEPTIONS, b0)", clause);
    script_forbids(s, "HeapValidate(h0, 2, NULL)", clause);
    script_forbids(s, "HeapCompact(h0, 8)", clause);
    script_forbids(s, "h1 = HeapCreate(HEAP_ZERO_MEMORY, 0, 0)",
                   CLAUSE_heap_create_options_others_are_undefined);
    script_forbids(s, "h1 = HeapCreate(HEAP_GROWABLE, 0, 0)",
                   CLAUSE_heap_create_options_others_are_undefined);
    script_allows(s, "b0 = HeapReAlloc(h0, HEAP_REALLOC_IN_PLACE_ONLY|HEAP_ZERO_MEMORY, b0, 2)");
    script_allows(s, "h1 = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE|HEAP_NO_SERIALIZE, 0, 0)");
}

/* heap_create.initial_size.not_below_the_maximum_is_open: any answer, but a defined call. */
static void an_initial_size_above_the_maximum_is_tried(void **state)
{
    SCRIPT;
    script_allows(s, "h0 = HeapCreate(0, 64K, 64K)");
    script_allows(s, "h0 = HeapCreate(0, 128K, 64K)");
}

static void a_freed_block_is_not_used(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "HeapFree(h0, 0, b0) -> 1");
    script_forbids(s, "HeapFree(h0, 0, b0)", CLAUSE_heap_free_block_must_be_live_in_the_heap);
    script_forbids(s, "HeapSize(h0, 0, b0)", CLAUSE_heap_size_block_must_be_live_in_the_heap);
    script_forbids(s, "b1 = HeapReAlloc(h0, 0, b0, 1)",
                   CLAUSE_heap_realloc_block_must_be_live_in_the_heap);
    enum clause_id clause = CLAUSE_heap_memory_must_not_be_touched_after_free;
    script_forbids(s, "Fill(b0, 1)", clause);
    script_forbids(s, "Check(b0)", clause);
    script_forbids(s, "Zeroed(b0)", clause);
    script_forbids(s, "Peek(b0, 1)", clause);
    script_forbids(s, "Execute(b0)", clause);
}

static void a_block_that_never_was_is_not_used(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, SIZE_MAX) -> 0x0 error=8");
    script_forbids(s, "HeapFree(h0, 0, b0)", CLAUSE_heap_free_block_must_be_live_in_the_heap);
    enum clause_id clause = CLAUSE_heap_block_must_come_from_the_heap_functions;
    script_forbids(s, "HeapValidate(h0, 0, b0)", clause);
    script_forbids(s, "VirtualQuery(b0, &out, 48)", clause);
    clause = CLAUSE_heap_memory_must_not_be_touched_outside_live_blocks;
    script_forbids(s, "Fill(b0, 1)", clause);
    script_forbids(s, "Fill(NULL, 1)", clause);
    script_forbids(s, "Peek(b0, 1)", clause);
}

static void null_stands_for_a_block_where_the_function_takes_it(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_allows(s, "HeapFree(h0, 0, NULL)");
    script_allows(s, "HeapValidate(h0, 0, NULL)");
    script_allows(s, "b0 = HeapReAlloc(h0, 0, NULL, 1)");
    script_forbids(s, "HeapSize(h0, 0, NULL)", CLAUSE_heap_size_block_must_be_live_in_the_heap);
}

static void a_block_is_given_to_its_own_heap_from_its_beginning(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_forbids(s, "HeapFree(h1, 0, b0)", CLAUSE_heap_block_must_belong_to_the_heap);
    script_forbids(s, "HeapSize(h1, 0, b0)", CLAUSE_heap_block_must_belong_to_the_heap);
    script_forbids(s, "b1 = HeapReAlloc(h1, 0, b0, 1)", CLAUSE_heap_block_must_belong_to_the_heap);
    script_forbids(s, "HeapFree(h0, 0, b0+16)", CLAUSE_heap_free_block_must_be_live_in_the_heap);
    script_forbids(s, "HeapSize(h0, 0, b0-1)", CLAUSE_heap_size_block_must_be_live_in_the_heap);
    script_forbids(s, "b1 = HeapReAlloc(h0, 0, b0+1, 1)",
                   CLAUSE_heap_realloc_block_must_be_live_in_the_heap);
    script_allows(s, "HeapFree(h0, 0, b0)");
}

static void validation_takes_live_blocks_anyhow_and_freed_ones_of_its_heap(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "b1 = HeapAlloc(h0, 0, 100) -> 0x10200");
    script_saw(s, "HeapFree(h0, 0, b1) -> 1");
    script_allows(s, "HeapValidate(h0, 0, b0)");
    script_allows(s, "HeapValidate(h0, 0, b0+16)");
    script_allows(s, "HeapValidate(h1, 0, b0)");
    script_allows(s, "HeapValidate(h0, 0, b1)");
    script_forbids(s, "HeapValidate(h0, 0, b1+16)",
                   CLAUSE_heap_memory_must_not_be_touched_after_free);
    script_forbids(s, "HeapValidate(h1, 0, b1)", CLAUSE_heap_memory_must_not_be_touched_after_free);
    script_saw(s, "HeapDestroy(h0) -> 1");
    script_forbids(s, "HeapValidate(h1, 0, b1)", CLAUSE_heap_memory_must_not_be_touched_after_free);
    script_forbids(s, "HeapValidate(h1, 0, b0)",
                   CLAUSE_heap_destroy_destroyed_heap_must_not_be_used);
}

static void a_block_is_written_by_fill_as_a_whole(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    enum clause_id clause = CLAUSE_heap_memory_is_written_by_fill_alone;
    script_forbids(s, "Poke(b0, 1, 1)", clause);
    script_forbids(s, "Fill(b0+8, 1)", clause);
    script_forbids(s, "Check(b0+8)", clause);
    script_forbids(s, "Zeroed(b0-8)", clause);
    script_allows(s, "Fill(b0, 1)");
    script_allows(s, "Check(b0)");
    script_allows(s, "Zeroed(b0)");
}

static void a_block_is_read_and_executed_within_its_size(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "b1 = HeapAlloc(h0, 0, 0) -> 0x10200");
    script_allows(s, "Peek(b0, 100)");
    script_allows(s, "Peek(b0+99, 1)");
    script_allows(s, "Peek(b0+100, 0)");
    script_allows(s, "Execute(b0+99)");
    enum clause_id clause = CLAUSE_heap_memory_must_not_be_touched_outside_live_blocks;
    script_forbids(s, "Peek(b0, 101)", clause);
    script_forbids(s, "Peek(b0+100, 1)", clause);
    script_forbids(s, "Peek(b0-1, 1)", clause);
    script_forbids(s, "Peek(b0+1, SIZE_MAX)", clause);
    script_forbids(s, "Execute(b0+100)", clause);
    script_forbids(s, "Execute(b1)", clause);
}

static void the_default_heap_is_not_destroyed_and_always_serialized(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = GetProcessHeap() -> 0x10000");
    script_forbids(s, "HeapDestroy(h0)", CLAUSE_heap_destroy_default_heap_must_not_be_destroyed);
    enum clause_id clause = CLAUSE_heap_unserialized_must_not_name_the_default_heap;
    script_forbids(s, "b0 = HeapAlloc(h0, HEAP_NO_SERIALIZE, 1)", clause);
    script_forbids(s, "HeapCompact(h0, HEAP_NO_SERIALIZE)", clause);
    script_allows(s, "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 1)");
    script_allows(s, "HeapLock(h0)");
}

static void a_heap_without_serialization_is_not_locked(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(HEAP_NO_SERIALIZE, 0, 0) -> 0x10000");
    enum clause_id clause = CLAUSE_heap_lock_unserialized_heap_must_not_be_locked;
    script_forbids(s, "HeapLock(h0)", clause);
    script_forbids(s, "HeapUnlock(h0)", clause);
    script_allows(s, "b0 = HeapAlloc(h0, 0, 1)");
}

static void a_lock_is_released_by_its_owner(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    enum clause_id clause = CLAUSE_heap_lock_unlock_must_be_by_the_owner;
    script_forbids(s, "HeapUnlock(h0)", clause);
    script_saw(s, "HeapLock(h0) -> 1");
    script_saw(s, "HeapLock(h0) -> 1");
    script_forbids(s, "@1 HeapUnlock(h0)", clause);
    script_saw(s, "HeapUnlock(h0) -> 1");
    script_saw(s, "HeapUnlock(h0) -> 1");
    script_forbids(s, "HeapUnlock(h0)", clause);
    script_saw(s, "@1 HeapLock(h0) -> 0");
    script_forbids(s, "@1 HeapUnlock(h0)", clause);
}

static uint32_t lock_count(const struct script *script, uint32_t heap)
{
    return hck_typestate_heap(&script->state, script_slot(script, SLOT_HEAP, heap))->lock_count;
}

static void all_slots_of_the_default_heap_share_its_lock(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = GetProcessHeap() -> 0x10000");
    script_saw(s, "h1 = GetProcessHeap() -> 0x10000");
    script_saw(s, "HeapLock(h0) -> 1");
    assert_int_equal(lock_count(s, 1), 1);
    script_saw(s, "h2 = GetProcessHeap() -> 0x10000");
    assert_int_equal(lock_count(s, 2), 1);
    script_saw(s, "HeapUnlock(h2) -> 1");
    assert_int_equal(lock_count(s, 0), 0);
    script_forbids(s, "HeapUnlock(h1)", CLAUSE_heap_lock_unlock_must_be_by_the_owner);
}

static void a_locked_heap_is_not_destroyed(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "@1 HeapLock(h0) -> 1");
    script_forbids(s, "HeapDestroy(h0)", CLAUSE_heap_destroy_other_threads_must_be_out_of_the_heap);
    script_forbids(s, "@1 HeapDestroy(h0)", CLAUSE_heap_destroy_own_lock_must_be_released_first);
    script_saw(s, "@1 HeapUnlock(h0) -> 1");
    script_allows(s, "HeapDestroy(h0)");
}

static void a_heap_without_serialization_serves_one_thread(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(HEAP_NO_SERIALIZE, 0, 0) -> 0x10000");
    script_allows(s, "@1 b0 = HeapAlloc(h0, 0, 1)");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    enum clause_id clause = CLAUSE_heap_unserialized_must_be_used_by_one_thread_at_a_time;
    script_forbids(s, "@1 b0 = HeapAlloc(h0, 0, 1)", clause);
    script_forbids(s, "@1 HeapDestroy(h0)", clause);
    script_forbids(s, "@1 WalkHeap(h0)", clause);
    script_allows(s, "@1 Check(b0)");
    script_allows(s, "HeapFree(h0, 0, b0)");
}

static void a_call_without_serialization_needs_the_heap_for_itself(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    enum clause_id clause = CLAUSE_heap_unserialized_must_be_used_by_one_thread_at_a_time;
    script_forbids(s, "@1 b1 = HeapAlloc(h0, HEAP_NO_SERIALIZE, 1)", clause);
    script_saw(s, "@1 b1 = HeapAlloc(h0, 0, 1) -> 0x10200");
    script_forbids(s, "HeapSize(h0, HEAP_NO_SERIALIZE, b0)", clause);
    script_saw(s, "b2 = HeapAlloc(h1, HEAP_NO_SERIALIZE, 1) -> 0x20100");
    script_forbids(s, "@1 HeapFree(h1, 0, b2)", clause);
    script_allows(s, "HeapFree(h1, 0, b2)");
}

static void a_call_without_serialization_does_not_bypass_a_lock(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "@1 HeapLock(h0) -> 1");
    script_forbids(s, "b0 = HeapAlloc(h0, HEAP_NO_SERIALIZE, 1)",
                   CLAUSE_heap_lock_unserialized_call_must_not_bypass_the_lock);
    script_allows(s, "@1 b0 = HeapAlloc(h0, HEAP_NO_SERIALIZE, 1)");
    script_allows(s, "b0 = HeapAlloc(h0, 0, 1)");
}

static void an_enumeration_goes_on_in_its_own_heap(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    enum clause_id clause = CLAUSE_heap_walk_entry_must_not_be_changed_between_steps;
    script_forbids(s, "w0 = HeapWalk(h0, w0)", clause);
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_saw(s, "w0 = HeapWalk(h0, w0) -> 1");
    script_forbids(s, "w0 = HeapWalk(h1, w0)", clause);
    script_allows(s, "w0 = HeapWalk(h1, NULL)");
    script_allows(s, "w1 = HeapWalk(h0, w0)");
}

static void an_enumeration_ends_when_its_heap_changes(void **state)
{
    static const char *const changes[] = {
        "b1 = HeapAlloc(h0, 0, 1) -> 0x10200",
        "b1 = HeapAlloc(h0, 0, SIZE_MAX) -> 0x0",
        "b0 = HeapReAlloc(h0, 0, b0, 1) -> 0x10100",
        "HeapFree(h0, 0, b0) -> 1",
        "HeapCompact(h0, 0) -> 100",
        "HeapSetInformation(NULL, HeapOptimizeResources, 1, 8) -> 1",
    };
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        script_saw(s, "b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
        script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
        script_saw(s, "HeapValidate(h0, 0, b0) -> 1");
        script_allows(s, "w0 = HeapWalk(h0, w0)");
        script_saw(s, changes[i]);
        script_forbids(s, "w0 = HeapWalk(h0, w0)",
                       CLAUSE_heap_walk_heap_must_not_change_between_steps);
        script_allows(s, "w0 = HeapWalk(h0, NULL)");
    }
}

static void a_change_of_another_heap_does_not_end_an_enumeration(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = HeapCreate(0, 0, 0) -> 0x20000");
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_saw(s, "b0 = HeapAlloc(h1, 0, 1) -> 0x20100");
    script_allows(s, "w0 = HeapWalk(h0, w0)");
}

/* heap_walk.concurrent_change.may_fail_or_skip: any answer, but a defined call. */
static void a_change_by_another_thread_does_not_end_an_enumeration(void **state)
{
    SCRIPT;
    enum clause_id clause = CLAUSE_heap_walk_heap_must_not_change_between_steps;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_allows(s, "@1 w0 = HeapWalk(h0, w0)");
    script_saw(s, "@1 b0 = HeapAlloc(h0, 0, 1) -> 0x10100");
    script_allows(s, "w0 = HeapWalk(h0, w0)");
    script_forbids(s, "@1 w0 = HeapWalk(h0, w0)", clause);
    script_forbids(s, "@2 w0 = HeapWalk(h0, w0)", clause);
    script_saw(s, "b1 = HeapAlloc(h0, 0, 1) -> 0x10200");
    script_forbids(s, "w0 = HeapWalk(h0, w0)", clause);
    /* A new heap in the slot begins to count anew. */
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x20000");
    script_forbids(s, "w0 = HeapWalk(h0, w0)",
                   CLAUSE_heap_walk_entry_must_not_be_changed_between_steps);
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_allows(s, "w0 = HeapWalk(h0, w0)");
}

static void changes_of_the_default_heap_count_through_every_slot(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = GetProcessHeap() -> 0x10000");
    script_saw(s, "h1 = GetProcessHeap() -> 0x10000");
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_allows(s, "w0 = HeapWalk(h1, w0)");
    script_saw(s, "b0 = HeapAlloc(h1, 0, 1) -> 0x10100");
    script_forbids(s, "w0 = HeapWalk(h0, w0)", CLAUSE_heap_walk_heap_must_not_change_between_steps);
}

static void an_enumeration_is_not_continued_after_its_end(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_saw(s, "w0 = HeapWalk(h0, w0) -> 0 error=259");
    script_forbids(s, "w0 = HeapWalk(h0, w0)", CLAUSE_heap_walk_end_must_not_be_passed);
    script_saw(s, "w0 = HeapWalk(h0, NULL) -> 1");
    script_allows(s, "w0 = HeapWalk(h0, w0)");
}

static void lists_and_structures_have_somewhere_to_go(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_allows(s, "GetProcessHeaps(0, NULL)");
    script_allows(s, "GetProcessHeaps(0, &out)");
    script_allows(s, "GetProcessHeaps(100000, &out)");
    script_forbids(s, "GetProcessHeaps(1, NULL)",
                   CLAUSE_process_heap_list_buffer_must_hold_the_number);
    script_allows(s, "HeapSummary(h0, 0, &out)");
    enum clause_id clause = CLAUSE_heap_summary_call_needs_its_size_and_no_flags;
    script_forbids(s, "HeapSummary(h0, 0, NULL)", clause);
    script_forbids(s, "HeapSummary(h0, HEAP_NO_SERIALIZE, &out)", clause);
    script_forbids(s, "HeapSummary(h0, 0x80, &out)", clause);
}

static void a_query_has_a_buffer_of_the_length_it_says(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_allows(s, "HeapQueryInformation(h0, 0, &out, 4, &out)");
    script_allows(s, "HeapQueryInformation(h0, 0, &out, 8, NULL)");
    script_allows(s, "HeapQueryInformation(h0, 0, NULL, 0, &out)");
    script_allows(s, "HeapQueryInformation(h0, 0, NULL, 3, NULL)");
    script_allows(s, "HeapQueryInformation(h0, 1, &out, 4, &out)");
    enum clause_id clause = CLAUSE_heap_query_buffer_must_hold_the_length;
    script_forbids(s, "HeapQueryInformation(h0, 0, NULL, 4, &out)", clause);
    script_forbids(s, "HeapQueryInformation(h0, 0, &out, 9, &out)", clause);
    script_forbids(s, "HeapQueryInformation(h0, 0, &out, SIZE_MAX, &out)", clause);
}

static void information_covers_the_length_it_says(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_allows(s, "HeapSetInformation(h0, 0, 2, 4)");
    script_allows(s, "HeapSetInformation(h0, 0, NULL, 0)");
    script_allows(s, "HeapSetInformation(h0, 3, 1, 8)");
    script_allows(s, "HeapSetInformation(h0, 9, 1, 3)");
    enum clause_id clause = CLAUSE_heap_set_information_must_cover_the_length;
    script_forbids(s, "HeapSetInformation(h0, 0, NULL, 4)", clause);
    script_forbids(s, "HeapSetInformation(h0, 0, 2, 9)", clause);
}

static void termination_takes_no_information(void **state)
{
    SCRIPT;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_allows(s, "HeapSetInformation(h0, HeapEnableTerminationOnCorruption, NULL, 0)");
    script_allows(s, "HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0)");
    enum clause_id clause = CLAUSE_heap_set_termination_takes_no_information;
    script_forbids(s, "HeapSetInformation(h0, 1, 1, 0)", clause);
    script_forbids(s, "HeapSetInformation(NULL, 1, NULL, 4)", clause);
}

static void only_classes_for_all_heaps_take_no_heap(void **state)
{
    SCRIPT;
    script_allows(s, "HeapSetInformation(NULL, HeapOptimizeResources, 1, 8)");
    script_forbids(s, "HeapSetInformation(NULL, 0, 2, 4)", CLAUSE_heap_handle_must_be_live);
    script_forbids(s, "HeapQueryInformation(NULL, 0, &out, 4, NULL)",
                   CLAUSE_heap_handle_must_be_live);
}

static void a_handler_is_registered_into_a_free_slot(void **state)
{
    SCRIPT;
    enum clause_id clause = CLAUSE_exception_handler_registration_takes_a_slot_that_is_free;
    script_forbids(s, "AddVectoredExceptionHandler(1, SEARCH)", clause);
    script_saw(s, "v0 = AddVectoredExceptionHandler(1, COMMIT) -> 0x5000");
    script_forbids(s, "v0 = AddVectoredExceptionHandler(0, SEARCH)", clause);
    script_allows(s, "v1 = AddVectoredExceptionHandler(0, SEARCH)");
    script_saw(s, "RemoveVectoredExceptionHandler(v0) -> 1");
    script_allows(s, "v0 = AddVectoredExceptionHandler(0, SEARCH)");
}

static void a_removed_handler_may_be_removed_again_unless_its_handle_is_in_use(void **state)
{
    SCRIPT;
    enum clause_id clause =
        CLAUSE_exception_handler_removal_takes_no_handle_of_another_registration;
    script_forbids(s, "RemoveVectoredExceptionHandler(v0)", clause);
    script_allows(s, "RemoveVectoredExceptionHandler(NULL)");
    script_saw(s, "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x5000");
    script_saw(s, "RemoveVectoredExceptionHandler(v0) -> 1");
    script_saw(s, "RemoveVectoredExceptionHandler(v0) -> 0");
    script_saw(s, "v1 = AddVectoredExceptionHandler(1, SEARCH) -> 0x5000");
    script_forbids(s, "RemoveVectoredExceptionHandler(v0)", clause);
    script_allows(s, "RemoveVectoredExceptionHandler(v1)");
}

static void raising_keeps_to_its_limits(void **state)
{
    SCRIPT;
    script_allows(s, "RaiseException(1, 0, 0, NULL)");
    script_allows(s, "RaiseException(1, 1, 15, 7)");
    script_allows(s, "RaiseException(1, 0, 100, NULL)");
    script_forbids(s, "RaiseException(1, 0, 16, 7)",
                   CLAUSE_exception_raise_takes_at_most_fifteen_arguments);
    script_forbids(s, "RaiseException(1, 2, 0, NULL)",
                   CLAUSE_exception_raise_takes_no_undocumented_flag);
    script_allows(s, "SetLastError(0xffffffff)");
    script_allows(s, "GetLastError()");
}

/* The profile for targets that promise to detect misuse: what can be carried out is. */
static void a_hostile_state_lets_misuse_through(void **state)
{
    SCRIPT;
    s->state.hostile = true;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "h1 = GetProcessHeap() -> 0x30000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "HeapFree(h0, 0, b0) -> 1");
    script_saw(s, "HeapFree(h0, 0, b0) -> 0 error=87");
    script_allows(s, "HeapFree(h1, 0, b0+16)");
    script_allows(s, "HeapSize(h0, 0xff00, NULL)");
    script_allows(s, "HeapUnlock(h0)");
    script_saw(s, "HeapDestroy(h0) -> 1");
    script_allows(s, "HeapDestroy(h0)");
    script_allows(s, "HeapAlloc(NULL, 0, 1)");
    script_allows(s, "HeapSummary(h0, 1, NULL)");
}

static void a_hostile_state_still_skips_what_nobody_can_do(void **state)
{
    SCRIPT;
    s->state.hostile = true;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x10000");
    script_saw(s, "b0 = HeapAlloc(h0, 0, 100) -> 0x10100");
    script_saw(s, "HeapFree(h0, 0, b0) -> 1");
    script_forbids(s, "HeapFree(h0, 0, b1)", CLAUSE_heap_free_block_must_be_live_in_the_heap);
    script_forbids(s, "HeapDestroy(h1)", CLAUSE_heap_handle_must_be_live);
    script_forbids(s, "Fill(b0, 1)", CLAUSE_heap_memory_must_not_be_touched_after_free);
    script_forbids(s, "HeapQueryInformation(h0, 0, &out, 100, NULL)",
                   CLAUSE_heap_query_buffer_must_hold_the_length);
    script_forbids(s, "RaiseException(1, 0, 16, 7)",
                   CLAUSE_exception_raise_takes_at_most_fifteen_arguments);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, script_set_up, script_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_heap_has_to_be_live),
        TEST(a_heap_that_could_not_be_created_is_not_live),
        TEST(a_destroyed_heap_and_its_blocks_are_not_used),
        TEST(flags_that_are_not_documented_are_not_passed),
        TEST(an_initial_size_above_the_maximum_is_tried),
        TEST(a_freed_block_is_not_used),
        TEST(a_block_that_never_was_is_not_used),
        TEST(null_stands_for_a_block_where_the_function_takes_it),
        TEST(a_block_is_given_to_its_own_heap_from_its_beginning),
        TEST(validation_takes_live_blocks_anyhow_and_freed_ones_of_its_heap),
        TEST(a_block_is_written_by_fill_as_a_whole),
        TEST(a_block_is_read_and_executed_within_its_size),
        TEST(the_default_heap_is_not_destroyed_and_always_serialized),
        TEST(a_heap_without_serialization_is_not_locked),
        TEST(a_lock_is_released_by_its_owner),
        TEST(all_slots_of_the_default_heap_share_its_lock),
        TEST(a_locked_heap_is_not_destroyed),
        TEST(a_heap_without_serialization_serves_one_thread),
        TEST(a_call_without_serialization_needs_the_heap_for_itself),
        TEST(a_call_without_serialization_does_not_bypass_a_lock),
        TEST(an_enumeration_goes_on_in_its_own_heap),
        TEST(an_enumeration_ends_when_its_heap_changes),
        TEST(a_change_of_another_heap_does_not_end_an_enumeration),
        TEST(a_change_by_another_thread_does_not_end_an_enumeration),
        TEST(changes_of_the_default_heap_count_through_every_slot),
        TEST(an_enumeration_is_not_continued_after_its_end),
        TEST(lists_and_structures_have_somewhere_to_go),
        TEST(a_query_has_a_buffer_of_the_length_it_says),
        TEST(information_covers_the_length_it_says),
        TEST(termination_takes_no_information),
        TEST(only_classes_for_all_heaps_take_no_heap),
        TEST(a_handler_is_registered_into_a_free_slot),
        TEST(a_removed_handler_may_be_removed_again_unless_its_handle_is_in_use),
        TEST(raising_keeps_to_its_limits),
        TEST(a_hostile_state_lets_misuse_through),
        TEST(a_hostile_state_still_skips_what_nobody_can_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
