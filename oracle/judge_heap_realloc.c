/* HeapReAlloc. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

static const struct failure_clauses realloc_failure = {
    CLAUSE_heap_realloc_failure_returns_null_and_raises_nothing,
    CLAUSE_heap_realloc_failure_last_error_is_open,
    CLAUSE_heap_realloc_failure_sets_not_enough_memory,
    CLAUSE_heap_realloc_generate_exceptions_raises_on_failure,
    CLAUSE_heap_realloc_generate_exceptions_creation_option_suffices,
    CLAUSE_heap_realloc_generate_exceptions_lack_of_memory_is_status_no_memory};

/* One HeapReAlloc of a live block. */
struct resize {
    const struct slot *block;
    uint64_t old_address;
    uint64_t old_size;
    uint64_t size;
    bool in_place_only;
    bool success;
};

static void judge_resize_demanded(struct judgement *j, const struct heap_use *use,
                                  const struct resize *resize)
{
    if (!heap_is_growable(use) || resize->in_place_only || resize->size > HEAP_SERVED_MAX ||
        j->oracle->live_bytes + resize->size >= HEAP_LIVE_MAX) {
        return;
    }
    if (resize->size == 0) {
        judge_is_not(j, CLAUSE_heap_realloc_zero_bytes_keeps_the_block, SUBJECT_RESULT, 0);
        return;
    }
    judge_is_not(j, CLAUSE_heap_realloc_growable_heap_serves_large_blocks, SUBJECT_RESULT, 0);
    if (use->heap->is_default) {
        judge_is_not(j, CLAUSE_process_heap_capacity_grows_without_a_maximum, SUBJECT_RESULT, 0);
    }
    hck_heap_judge_demanded(j, use, CLAUSE_heap_realloc_flags_combine_freely);
}

static void tell_resize_latitudes(struct judgement *j, const struct heap_use *use,
                                  const struct resize *resize)
{
    if (resize->in_place_only) {
        judge_latitude(j, CLAUSE_heap_realloc_in_place_only_may_fail,
                       resize->success ? "resizes in place" : "fails");
    } else if (resize->success) {
        judge_latitude(j, CLAUSE_heap_realloc_success_may_move_the_block,
                       j->seen->result == resize->old_address ? "the block stays"
                                                              : "the block moves");
    }
    if (heap_is_between_the_limits(use, resize->size)) {
        judge_latitude(j, CLAUSE_heap_realloc_fixed_heap_sizes_between_the_two_limits_are_open,
                       resize->success ? "succeeds" : "fails");
    }
    if (resize->size == 0) {
        judge_latitude(j, CLAUSE_heap_realloc_zero_bytes_outcome_is_open,
                       resize->success ? "gives a block" : "fails");
    }
}

static void note_resized_block(struct judgement *j, struct heap_use *use,
                               const struct resize *resize)
{
    struct oracle *oracle = j->oracle;
    uint32_t old_slot = j->call->arguments[2].slot;
    struct model_block block = *hck_model_block(oracle, old_slot);
    block.own_events |= OWN_REALLOCATED;
    if ((use->call_flags & HEAP_ZERO_MEMORY) != 0) {
        block.own_events |= OWN_ZEROED;
    }
    block.was_reallocated = true;
    block.was_shrunk = resize->size < resize->old_size ? true : block.was_shrunk;
    block.was_sized = false;
    block.flag_count = (uint8_t)heap_flag_count(use);
    *hck_model_block(oracle, j->call->result_slot) = block;
    hck_model_remove_block(oracle, resize->old_address, resize->old_size, old_slot, use->serial);
    use->heap->last_freed = 0;
    use->heap->moved_from = j->seen->result != resize->old_address ? resize->old_address : 0;
}

/* The block is looked for among the others without its old self, which it may overlap. */
static void judge_resized_place(struct judgement *j, struct heap_use *use,
                                const struct resize *resize)
{
    note_resized_block(j, use, resize);
    hck_heap_judge_place(j, use, resize->size);
    hck_model_add_block(j->oracle, j->seen->result, resize->size, j->call->result_slot,
                        use->serial);
    heap_note_event(j, EVENT_REALLOC);
    use->heap->was_freed_from = true;
    j->oracle->just_destroyed = 0;
    heap_note_change(use);
}

static void note_refusal(struct judgement *j, struct heap_use *use, const struct resize *resize)
{
    struct model_block *block = hck_heap_block(j, 2);
    block->own_events |= raised(j) ? OWN_RAISED : OWN_FAILED;
    if (resize->in_place_only) {
        block->own_events |= OWN_REFUSED_IN_PLACE;
    }
    heap_note_touch(use);
}

static void judge_resize(struct judgement *j, struct heap_use *use, const struct resize *resize)
{
    uint64_t others =
        use->heap->live_bytes >= resize->old_size ? use->heap->live_bytes - resize->old_size : 0;
    if (hck_heap_block(j, 2)->thread != j->call->thread && resize->success) {
        judge_holds(j, CLAUSE_heap_serialization_blocks_belong_to_the_process);
    }
    judge_resize_demanded(j, use, resize);
    hck_heap_judge_refusals(j, use, resize->size, heap_add(others, resize->size),
                            CLAUSE_heap_realloc_unsatisfiable_size_fails,
                            CLAUSE_heap_realloc_fixed_heap_refuses_a_megabyte);
    tell_resize_latitudes(j, use, resize);
    if (!resize->success) {
        bool lacks_memory = !resize->in_place_only &&
                            (heap_is_growable(use) || resize->size <= HEAP_FIXED_SERVED_MAX);
        hck_heap_judge_failure(j, use, &realloc_failure, lacks_memory);
        note_refusal(j, use, resize);
        return;
    }
    if (resize->in_place_only) {
        judge_is_operand(j, CLAUSE_heap_realloc_in_place_only_never_moves, SUBJECT_RESULT, 0,
                         hck_judge_argument_operand(j, 2));
    }
    judge_resized_place(j, use, resize);
}

/* lpMem = NULL is in the prototype and not in the text. */
static void judge_null_block(struct judgement *j, struct heap_use *use)
{
    bool success = returned(j) && j->seen->result != 0;
    judge_latitude(j, CLAUSE_heap_realloc_null_block_outcome_is_open,
                   success ? "gives a block" : "fails");
    judge_is(j, CLAUSE_heap_realloc_null_block_returns_null, SUBJECT_RESULT, 0);
    if (success) {
        hck_heap_judge_place(j, use, argument_value(j, 3));
        hck_heap_note_new_block(j, use, argument_value(j, 3));
        use->heap->was_freed_from = true; /* how much of the heap this took is not documented */
    } else if ((use->flags & HEAP_GENERATE_EXCEPTIONS) == 0) {
        judge_is(j, CLAUSE_heap_realloc_failure_returns_null_and_raises_nothing, SUBJECT_STATUS,
                 STATUS_RETURNED);
    }
    heap_note_touch(use);
}

void hck_judge_HeapReAlloc(struct judgement *j)
{
    struct heap_use use;
    struct resize resize;
    if (!hck_heap_use(j, argument_value(j, 1), &use)) {
        return;
    }
    if (argument_is_null(j, 2)) {
        judge_null_block(j, &use);
        return;
    }
    if (!hck_heap_live_block(j, &use, 2, &resize.block)) {
        return;
    }
    resize.old_address = resize.block->address;
    resize.old_size = resize.block->size;
    resize.size = argument_value(j, 3);
    resize.in_place_only = (use.call_flags & HEAP_REALLOC_IN_PLACE_ONLY) != 0;
    resize.success = returned(j) && j->seen->result != 0;
    judge_resize(j, &use, &resize);
}
