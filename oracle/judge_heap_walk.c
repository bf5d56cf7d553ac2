/* HeapWalk, one step, and WalkHeap, a whole enumeration.
 *
 * What other threads may be doing at the same time is taken care of at the end: violations are held
 * back until none of their calls explains them. What was seen while such a call was under way may
 * be the heap before it or after it, and is no measure for the next walk. */
#include "oracle/judge_heap_walk.h"
#include "oracle/judges.h"

/* A heap with fewer live blocks does not have WALK_ENTRIES_MAX entries. */
enum { LIVE_FEW = 1000 };

/* The first element of an enumeration. */
static void judge_first_entry(struct judgement *j, struct walk *walk)
{
    struct model_heap *heap = walk->use.heap;
    uint64_t now = heap_touches(j, &walk->use) + 1;
    const uint64_t *entry = walk_entry(j, 0);
    if (!heap->is_default && heap->first_touches == now) {
        judge_value(j, CLAUSE_heap_walk_start_null_data_begins_again, WALK_DATA, RELATION_EQUAL,
                    heap->first_data);
    }
    heap->first_touches = hck_judge_met_another(j) ? 0 : now;
    heap->first_data = entry[WALK_DATA];
    if (judge_value(j, CLAUSE_heap_walk_first_entry_is_the_region_at_the_handle, WALK_FLAGS,
                    RELATION_EQUAL, PROCESS_HEAP_REGION)) {
        judge_is_operand(j, CLAUSE_heap_walk_first_entry_is_the_region_at_the_handle, SUBJECT_VALUE,
                         WALK_DATA, hck_heap_handle_operand(j, walk->use.serial));
    }
}

static bool is_live_address(const struct judgement *j, uint64_t address)
{
    struct extent block;
    return extent_map_find(&j->oracle->objects, address, &block) && block.start == address;
}

/* --- The walk and what was before it ------------------------------------------------------- */

/* Addresses that nobody can have taken since. In the default heap other code may have. */
static void judge_gone_blocks(struct judgement *j, const struct walk *walk)
{
    const struct model_heap *heap = walk->use.heap;
    const struct typestate *state = &j->oracle->state;
    if (heap->is_default) {
        return;
    }
    if (heap->last_freed != 0 && !is_live_address(j, heap->last_freed)) {
        uint32_t slot = heap->last_freed_slot;
        bool has_slot = slot < state->slot_count[SLOT_BLOCK] &&
                        state->slots[SLOT_BLOCK][slot].address == heap->last_freed;
        hck_judge_measure(j, CLAUSE_heap_walk_freed_block_is_not_busy, MEASURE_walk_busy_at,
                          has_slot ? at_slot(SLOT_BLOCK, slot, heap->last_freed, 0)
                                   : number(heap->last_freed),
                          RELATION_EQUAL, 0);
    }
    if (heap->moved_from != 0 && !is_live_address(j, heap->moved_from)) {
        hck_judge_measure(j, CLAUSE_heap_realloc_moved_block_replaces_the_old_one,
                          MEASURE_walk_busy_at, number(heap->moved_from), RELATION_EQUAL, 0);
    }
}

/* The same busy entries as in the walk before. The default heap may be used by other code. */
static void judge_repetition(struct judgement *j, struct walk *walk)
{
    struct model_heap *heap = walk->use.heap;
    uint64_t digest = walk_measure(j, MEASURE_walk_busy_digest);
    bool is_same = digest == heap->walk_digest;
    if (!heap->is_default && heap->walk_changes == heap->changes + 1) {
        unsigned between = heap->between;
        bool is_clear = (between & (between - 1)) == 0; /* one suspect at most */
        if ((between & BETWEEN_FAILED_ALLOCATION) != 0 && (is_same || is_clear)) {
            hck_judge_measure(j, CLAUSE_heap_alloc_failure_changes_nothing,
                              MEASURE_walk_busy_digest, number(0), RELATION_EQUAL,
                              heap->walk_digest);
        }
        bool has_blocks = !is_same || walk_measure(j, MEASURE_walk_busy) > 0;
        if ((between & BETWEEN_VALIDATION) != 0 && has_blocks && (is_same || is_clear)) {
            hck_judge_measure(j, CLAUSE_heap_validate_call_changes_nothing,
                              MEASURE_walk_busy_digest, number(0), RELATION_EQUAL,
                              heap->walk_digest);
        }
        if (between == 0 && has_blocks) {
            hck_judge_measure(j, CLAUSE_heap_walk_call_changes_nothing, MEASURE_walk_busy_digest,
                              number(0), RELATION_EQUAL, heap->walk_digest);
        }
    }
    heap->walk_changes = hck_judge_met_another(j) ? 0 : heap->changes + 1;
    heap->walk_digest = digest;
    heap->between = 0;
}

/* cbData is a DWORD, so an entry of 4 GB and more can not say how large it is. */
static void judge_compacted(struct judgement *j, const struct walk *walk)
{
    const struct model_heap *heap = walk->use.heap;
    if (!heap->is_default && heap->compact_result > 0 && heap->compact_result <= UINT32_MAX &&
        heap->compact_touches == heap_touches(j, &walk->use) + 1) {
        hck_judge_measure(j, CLAUSE_heap_compact_result_fits_a_free_entry,
                          MEASURE_walk_free_largest, number(0), RELATION_AT_LEAST,
                          heap->compact_result);
    }
}

/* dwInitialSize of a fresh heap, where its regions tell how much is committed. A call that could
 * have trimmed it makes it one that is not fresh. */
static void judge_initial_size(struct judgement *j, const struct walk *walk)
{
    const struct model_heap *heap = walk->use.heap;
    uint64_t expected;
    uint32_t regions = 0;
    if (heap->is_default || heap_touches(j, &walk->use) != heap->born_touches ||
        (heap->maximum != 0 && heap->initial > heap->maximum) ||
        !page_up(heap->initial > 0 ? heap->initial : 1, &expected) ||
        expected >= HEAP_DWORD_SIZES) {
        return;
    }
    for (uint32_t i = 0; i < walk->entry_count; i++) {
        const uint64_t *entry = walk_entry(j, i);
        if ((entry[WALK_FLAGS] & PROCESS_HEAP_REGION) != 0) {
            regions++;
            if (entry[WALK_COMMITTED] == 0) {
                return;
            }
        }
    }
    if (regions > 0) {
        hck_judge_measure(j, CLAUSE_heap_create_initial_size_is_committed, MEASURE_walk_committed,
                          number(0), RELATION_AT_LEAST, expected);
    }
}

/* A range of 0 bytes has no page: the one at its address is somebody else's. */
static void note_uncommitted(struct judgement *j, const struct walk *walk)
{
    struct oracle *oracle = j->oracle;
    bool is_measure = !walk->use.heap->is_default && !hck_judge_met_another(j);
    oracle->uncommitted_serial = is_measure ? walk->use.serial : 0;
    oracle->uncommitted_touches = heap_touches(j, &walk->use);
    oracle->uncommitted_count = 0;
    for (uint32_t i = 0; i < walk->entry_count; i++) {
        const uint64_t *entry = walk_entry(j, i);
        if ((entry[WALK_FLAGS] & PROCESS_HEAP_UNCOMMITTED_RANGE) != 0 && entry[WALK_SIZE] != 0 &&
            oracle->uncommitted_count < MODEL_UNCOMMITTED_MAX) {
            struct model_range range = {entry[WALK_DATA], entry[WALK_SIZE]};
            oracle->uncommitted[oracle->uncommitted_count++] = range;
        }
    }
}

/* --- Choices ------------------------------------------------------------------------------- */

static void tell_concurrent_walk(struct judgement *j, const struct heap_use *use, bool succeeded)
{
    bool is_locked = use->heap->lock_count > 0 && use->heap->lock_owner == j->call->thread;
    if ((use->heap->users & (use->heap->users - 1)) != 0 && !is_locked) {
        judge_latitude_among_threads(j, CLAUSE_heap_walk_concurrent_change_may_fail_or_skip,
                                     succeeded ? "the walk goes on" : "the walk ends or fails");
    }
}

static void tell_whole_walk(struct judgement *j, const struct walk *walk, const struct match *match)
{
    uint32_t regions = 0;
    bool has_sizes = true;
    bool ascends = true;
    uint64_t before = 0;
    for (uint32_t i = 0; i < walk->entry_count; i++) {
        const uint64_t *entry = walk_entry(j, i);
        bool is_region = (entry[WALK_FLAGS] & PROCESS_HEAP_REGION) != 0;
        regions += is_region;
        has_sizes = has_sizes && (!is_region || entry[WALK_COMMITTED] != 0);
        ascends = ascends && entry[WALK_DATA] >= before;
        before = entry[WALK_DATA];
    }
    judge_latitude(j, CLAUSE_heap_walk_order_is_open,
                   ascends ? "addresses ascend" : "addresses do not ascend");
    judge_latitude(j, CLAUSE_heap_walk_busy_entry_may_be_of_the_heap_itself,
                   match->busy > match->found ? "there are other busy entries"
                                              : "the live blocks alone are busy");
    if (regions > 0) {
        judge_latitude(j, CLAUSE_heap_walk_region_entry_sizes_are_open,
                       has_sizes ? "dwCommittedSize is given" : "dwCommittedSize is 0");
        judge_latitude(j, CLAUSE_heap_create_memory_may_be_scattered,
                       regions > 1 ? "several regions" : "one region");
    }
}

/* --- WalkHeap ------------------------------------------------------------------------------ */

static void judge_whole_end(struct judgement *j, const struct walk *walk)
{
    if (j->seen->result != 0) {
        hck_judge_error(j, CLAUSE_heap_walk_end_reports_no_more_items, ERROR_NO_MORE_ITEMS);
    } else if (walk->use.heap->live_count < LIVE_FEW) {
        judge_is(j, CLAUSE_heap_walk_end_reports_no_more_items, SUBJECT_RESULT, 1);
    }
}

void hck_judge_WalkHeap(struct judgement *j)
{
    struct walk walk;
    struct match match;
    if (!hck_heap_use(j, HEAP_NO_FLAGS, &walk.use) || !returned(j)) {
        return;
    }
    uint32_t first = j->verdicts->count;
    walk.entry_count = j->seen->value_count / WALK_VALUE_COUNT;
    walk.is_whole = true;
    j->oracle->walk_turn++;
    if (walk.use.heap->live_count > 0) {
        judge_relation(j, CLAUSE_heap_walk_start_null_data_begins, SUBJECT_VALUE_COUNT,
                       RELATION_AT_LEAST, WALK_VALUE_COUNT);
    }
    judge_whole_end(j, &walk);
    hck_walk_judge_entries(j);
    hck_walk_judge_list(j, &walk);
    if (walk.entry_count > 0) {
        judge_first_entry(j, &walk);
    }
    hck_walk_match_blocks(j, &walk, &match);
    hck_walk_judge_blocks(j, &match);
    if (j->seen->result != 0) {
        hck_walk_judge_reported_once(j, &walk, &match);
        judge_gone_blocks(j, &walk);
        judge_repetition(j, &walk);
        judge_compacted(j, &walk);
        judge_initial_size(j, &walk);
        note_uncommitted(j, &walk);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, walk.use.serial, 0);
    tell_whole_walk(j, &walk, &match);
    tell_concurrent_walk(j, &walk.use, j->seen->last_error == ERROR_NO_MORE_ITEMS);
}

/* --- HeapWalk ------------------------------------------------------------------------------ */

static void judge_step(struct judgement *j, struct walk *walk, struct model_walk *state,
                       bool starts)
{
    struct match match;
    if (starts) {
        if (walk->entry_count > 0) {
            judge_first_entry(j, walk);
        }
    } else if (state->touches != heap_touches(j, &walk->use)) {
        /* Another thread changed the heap between: an element may come again. */
    } else if (seen_value(j, WALK_FLAGS) == state->flags) {
        judge_value(j, CLAUSE_heap_walk_step_gives_the_next_element, WALK_DATA, RELATION_NOT_EQUAL,
                    state->data);
    } else {
        judge_holds(j, CLAUSE_heap_walk_step_gives_the_next_element);
    }
    hck_walk_judge_entries(j);
    hck_walk_match_blocks(j, walk, &match);
    hck_walk_judge_blocks(j, &match);
    state->data = seen_value(j, WALK_DATA);
    state->flags = seen_value(j, WALK_FLAGS);
    state->busy_count += match.busy;
}

/* There may be more busy entries than live blocks, not fewer. Where another thread changed the heap
 * since the enumeration began, it may end or fail anywhere. */
static void judge_end(struct judgement *j, const struct walk *walk, const struct model_walk *state)
{
    const struct model_heap *heap = walk->use.heap;
    bool is_short = state->busy_count < heap->live_count;
    if (state->touches != heap_touches(j, &walk->use)) {
        return;
    }
    hck_judge_error(j, CLAUSE_heap_walk_end_reports_no_more_items, ERROR_NO_MORE_ITEMS);
    if (heap->live_count == 0) {
        return;
    }
    if (is_short) {
        judge_is_not(j, CLAUSE_heap_walk_live_block_is_reported_once, SUBJECT_RESULT, 0);
    } else {
        judge_holds(j, CLAUSE_heap_walk_live_block_is_reported_once);
    }
    if (state->interleaved && is_short) {
        judge_is_not(j, CLAUSE_heap_walk_state_lives_in_the_entry_alone, SUBJECT_RESULT, 0);
    } else if (state->interleaved) {
        judge_holds(j, CLAUSE_heap_walk_state_lives_in_the_entry_alone);
    }
}

void hck_judge_HeapWalk(struct judgement *j)
{
    struct walk walk;
    struct model_walk state = {0};
    if (!hck_heap_use(j, HEAP_NO_FLAGS, &walk.use) || !returned(j)) {
        return;
    }
    uint32_t first = j->verdicts->count;
    bool starts = argument_is_null(j, 1);
    bool success = j->seen->result != 0;
    uint64_t turn = ++j->oracle->walk_turn;
    walk.entry_count = success && j->seen->value_count >= WALK_VALUE_COUNT ? 1 : 0;
    walk.is_whole = false;
    if (starts) {
        state.touches = hck_judge_met_another(j) ? UINT64_MAX : heap_touches(j, &walk.use);
    } else {
        state = *hck_model_walk(j->oracle, j->call->arguments[1].slot);
        state.interleaved = state.interleaved || state.turn + 1 != turn;
    }
    state.turn = turn;
    if (starts && walk.use.heap->live_count > 0) {
        judge_is_not(j, CLAUSE_heap_walk_start_null_data_begins, SUBJECT_RESULT, 0);
        hck_heap_judge_service(j, &walk.use, 0);
    }
    if (success) {
        judge_step(j, &walk, &state, starts);
        *hck_model_walk(j->oracle, j->call->result_slot) = state;
    } else {
        judge_end(j, &walk, &state);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, walk.use.serial, 0);
    tell_concurrent_walk(j, &walk.use, success);
    if (success) {
        hck_heap_judge_boolean(j);
    }
}
