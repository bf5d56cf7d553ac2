/* HeapFree, HeapSize and HeapValidate. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

/* A block is used by another thread than the one that allocated it. */
static bool is_foreign(const struct judgement *j, const struct model_block *block)
{
    return block->thread != j->call->thread;
}

/* What a HeapReAlloc that failed owes the block, by what is seen of the block now. */
static void judge_kept(struct judgement *j, const struct model_block *block, enum relation relation,
                       uint64_t value)
{
    if ((block->own_events & OWN_REFUSED_IN_PLACE) != 0) {
        judge_relation(j, CLAUSE_heap_realloc_in_place_only_refusal_changes_nothing, SUBJECT_RESULT,
                       relation, value);
    }
    if ((block->own_events & OWN_FAILED) != 0) {
        judge_relation(j, CLAUSE_heap_realloc_failure_keeps_the_block, SUBJECT_RESULT, relation,
                       value);
    }
    if ((block->own_events & OWN_RAISED) != 0) {
        judge_relation(j, CLAUSE_heap_realloc_generate_exceptions_keeps_the_block, SUBJECT_RESULT,
                       relation, value);
    }
}

/* --- HeapFree ------------------------------------------------------------------------------ */

static void note_freed_block(struct judgement *j, struct heap_use *use, const struct slot *slot,
                             bool was_reallocated)
{
    struct model_heap *heap = use->heap;
    hck_model_remove_block(j->oracle, slot->address, slot->size, j->call->arguments[2].slot,
                           use->serial);
    heap_note_event(j, EVENT_FREE);
    heap_note_change(use);
    heap->was_freed_from = true;
    heap->last_freed = slot->address;
    heap->last_freed_slot = j->call->arguments[2].slot;
    heap->just_freed = !was_reallocated;
    heap->just_freed_size = slot->size;
}

void hck_judge_HeapFree(struct judgement *j)
{
    struct heap_use use;
    const struct slot *slot;
    if (!hck_heap_use(j, argument_value(j, 1), &use)) {
        return;
    }
    bool success = returned(j) && j->seen->result != 0;
    if (argument_is_null(j, 2)) {
        judge_is_not(j, CLAUSE_heap_free_null_block_succeeds_and_changes_nothing, SUBJECT_RESULT,
                     0);
        if (success) {
            hck_heap_judge_boolean(j);
        }
        return;
    }
    if (!hck_heap_live_block(j, &use, 2, &slot)) {
        return;
    }
    const struct model_block *block = hck_heap_block(j, 2);
    judge_is_not(j, CLAUSE_heap_free_live_block_succeeds, SUBJECT_RESULT, 0);
    if (block->was_reallocated) {
        judge_is_not(j, CLAUSE_heap_realloc_result_can_be_freed, SUBJECT_RESULT, 0);
    }
    if (is_foreign(j, block)) {
        judge_is_not(j, CLAUSE_heap_serialization_blocks_belong_to_the_process, SUBJECT_RESULT, 0);
    }
    judge_kept(j, block, RELATION_NOT_EQUAL, 0);
    hck_heap_judge_service(j, &use, 0);
    if (success) {
        hck_heap_judge_boolean(j);
        note_freed_block(j, &use, slot, block->was_reallocated);
    }
}

/* --- HeapSize ------------------------------------------------------------------------------ */

void hck_judge_HeapSize(struct judgement *j)
{
    struct heap_use use;
    const struct slot *slot;
    if (!hck_heap_use(j, argument_value(j, 1), &use) || !hck_heap_live_block(j, &use, 2, &slot)) {
        return;
    }
    struct model_block *block = hck_heap_block(j, 2);
    uint64_t size = slot->size;
    bool is_right =
        judge_is(j,
                 block->was_reallocated ? CLAUSE_heap_size_reallocated_block_is_the_new_size
                                        : CLAUSE_heap_size_live_block_is_the_requested_size,
                 SUBJECT_RESULT, size);
    if (size == 0) {
        judge_is(j, CLAUSE_heap_size_zero_byte_block_is_zero, SUBJECT_RESULT, 0);
    }
    if (size >= UINT64_C(0x80000)) {
        judge_is(j, CLAUSE_heap_size_large_block_is_exact, SUBJECT_RESULT, size);
    }
    if (size >= HEAP_DWORD_SIZES) {
        judge_is(j, CLAUSE_heap_size_is_not_truncated, SUBJECT_RESULT, size);
    }
    if (block->was_sized) {
        judge_is(j, CLAUSE_heap_size_call_changes_nothing, SUBJECT_RESULT, size);
    }
    if (is_foreign(j, block)) {
        judge_is(j, CLAUSE_heap_serialization_blocks_belong_to_the_process, SUBJECT_RESULT, size);
    }
    judge_kept(j, block, RELATION_EQUAL, size);
    hck_heap_judge_service(j, &use, UINT64_MAX);
    hck_judge_error_untouched(j, CLAUSE_heap_size_call_keeps_the_last_error);
    block->was_sized = is_right;
    heap_note_event(j, EVENT_SIZE);
}

/* --- HeapValidate -------------------------------------------------------------------------- */

static bool has_several_users(const struct model_heap *heap)
{
    return (heap->users & (heap->users - 1)) != 0;
}

/* A heap that never was valid is no other call's fault. */
static void judge_whole_heap(struct judgement *j, const struct heap_use *use)
{
    judge_is_not(j, CLAUSE_heap_validate_whole_heap_is_valid_without_corruption, SUBJECT_RESULT, 0);
    hck_heap_judge_service(j, use, 0);
    if (!use->heap->was_valid) {
        use->heap->was_valid = returned(j) && j->seen->result != 0;
        return;
    }
    if (has_several_users(use->heap) && (use->heap->options & HEAP_NO_SERIALIZE) == 0) {
        judge_is_not(j, CLAUSE_heap_serialization_leaves_a_valid_heap, SUBJECT_RESULT, 0);
    }
    if ((use->heap->between & BETWEEN_FAILED_ALLOCATION) != 0) {
        judge_is_not(j, CLAUSE_heap_alloc_failure_changes_nothing, SUBJECT_RESULT, 0);
    }
    if (j->oracle->content_events[EVENT_DESTROY] > use->heap->born) {
        judge_is_not(j, CLAUSE_heap_destroy_other_heaps_keep_their_blocks, SUBJECT_RESULT, 0);
    }
}

static void judge_live_block(struct judgement *j, const struct heap_use *use)
{
    const struct model_block *block = hck_heap_block(j, 2);
    judge_is_not(j, CLAUSE_heap_validate_live_block_is_valid, SUBJECT_RESULT, 0);
    if (is_foreign(j, block)) {
        judge_is_not(j, CLAUSE_heap_serialization_blocks_belong_to_the_process, SUBJECT_RESULT, 0);
    }
    judge_kept(j, block, RELATION_NOT_EQUAL, 0);
    hck_heap_judge_service(j, use, 0);
}

/* The block of the heap that was freed last, whose address nothing can have taken since. That of
 * the default heap may have been given to other code. */
static bool is_freed_block(const struct judgement *j, const struct heap_use *use)
{
    const struct slot *slot = argument_slot(j, 2);
    struct extent other;
    return slot && slot->state == SLOT_DEAD && slot->serial == use->serial &&
           !use->heap->is_default && argument_value(j, 2) == 0 &&
           slot->address == use->heap->last_freed &&
           !hck_model_overlap(j->oracle, slot->address, 1, &other);
}

static void judge_other_pointer(struct judgement *j, const struct heap_use *use)
{
    if (is_freed_block(j, use)) {
        uint32_t first = j->verdicts->count;
        judge_is(j, CLAUSE_heap_validate_freed_block_is_invalid, SUBJECT_RESULT, 0);
        judge_is(j, CLAUSE_heap_validate_freed_block_is_invalid, SUBJECT_STATUS, STATUS_RETURNED);
        hck_suspicion_hold_back(j, first, SUSPICION_ALONE, use->serial, argument_address(j, 2));
        return;
    }
    judge_latitude(j, CLAUSE_heap_validate_other_pointer_outcome_is_open,
                   j->seen->result != 0 ? "it is taken for valid" : "it is taken for invalid");
}

void hck_judge_HeapValidate(struct judgement *j)
{
    struct heap_use use;
    const struct slot *slot;
    if (!hck_heap_use(j, argument_value(j, 1), &use)) {
        return;
    }
    if (argument_is_null(j, 2)) {
        judge_whole_heap(j, &use);
    } else if (hck_heap_live_block(j, &use, 2, &slot)) {
        judge_live_block(j, &use);
    } else {
        judge_other_pointer(j, &use);
    }
    hck_judge_error_untouched(j, CLAUSE_heap_validate_call_keeps_the_last_error);
    if (returned(j) && j->seen->result != 0) {
        hck_heap_judge_boolean(j);
    }
    use.heap->between |= BETWEEN_VALIDATION;
    heap_note_event(j, EVENT_VALIDATE);
}
