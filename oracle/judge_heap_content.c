/* The content of blocks: the probes Fill, Check and Zeroed, and Peek, Poke and Execute on a block.
 *
 * Between two looks at a block many calls are made that must leave it alone. Where its content is
 * right, each kind of them is in order; where it is wrong, a kind is named only if it is the one
 * kind that can have done it, for else nobody can say who it was. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

static const enum clause_id event_clauses[EVENT_COUNT] = {
    [EVENT_FREE] = CLAUSE_heap_free_other_blocks_keep_their_content,
    [EVENT_REALLOC] = CLAUSE_heap_realloc_other_blocks_never_move,
    [EVENT_DESTROY] = CLAUSE_heap_destroy_other_heaps_keep_their_blocks,
    [EVENT_COMPACT] = CLAUSE_heap_compact_live_blocks_are_not_moved,
    [EVENT_SET_INFORMATION] = CLAUSE_heap_set_call_changes_no_block,
    [EVENT_VALIDATE] = CLAUSE_heap_validate_call_changes_nothing,
    [EVENT_SIZE] = CLAUSE_heap_size_call_changes_nothing,
    [EVENT_FAILED_ALLOCATION] = CLAUSE_heap_alloc_failure_changes_nothing,
};

/* The slot of a probe's block where it is live, else NULL. */
static const struct slot *probed_block(const struct judgement *j)
{
    const struct slot *slot = argument_slot(j, 0);
    bool is_live =
        slot && slot->state == SLOT_LIVE && hck_model_heap(j->oracle, slot->serial)->alive;
    return is_live ? slot : NULL;
}

/* Every byte of the `size` bytes of the block can be read or written. */
static bool judge_access(struct judgement *j, const struct slot *slot, uint64_t size)
{
    if (size == 0 && returned(j)) {
        return true;
    }
    if (slot->size >= HEAP_DWORD_SIZES) {
        judge_is(j, CLAUSE_heap_size_is_not_truncated, SUBJECT_STATUS, STATUS_RETURNED);
    }
    return judge_is(j, CLAUSE_heap_blocks_are_readable_and_writable, SUBJECT_STATUS,
                    STATUS_RETURNED) &&
           returned(j);
}

static void note_verified(struct judgement *j, struct model_block *block)
{
    block->verified = j->oracle->epoch;
    block->own_events = 0;
}

void hck_judge_Fill(struct judgement *j)
{
    const struct slot *slot = probed_block(j);
    if (slot && judge_access(j, slot, slot->size)) {
        struct model_block *block = hck_heap_block(j, 0);
        note_verified(j, block);
        block->is_lost = false;
    }
}

/* HeapReAlloc was called on the block itself. */
static void judge_own_events(struct judgement *j, const struct model_block *block, uint64_t length)
{
    unsigned events = block->own_events;
    if ((events & OWN_REALLOCATED) != 0) {
        judge_is(j, CLAUSE_heap_realloc_content_is_preserved_up_to_the_smaller_size, SUBJECT_RESULT,
                 length);
        if ((events & OWN_ZEROED) != 0) {
            judge_is(j, CLAUSE_heap_realloc_zero_memory_keeps_the_old_content, SUBJECT_RESULT,
                     length);
        }
        return;
    }
    if ((events & OWN_REFUSED_IN_PLACE) != 0) {
        judge_is(j, CLAUSE_heap_realloc_in_place_only_refusal_changes_nothing, SUBJECT_RESULT,
                 length);
    }
    if ((events & OWN_FAILED) != 0) {
        judge_is(j, CLAUSE_heap_realloc_failure_keeps_the_block, SUBJECT_RESULT, length);
    }
    if ((events & OWN_RAISED) != 0) {
        judge_is(j, CLAUSE_heap_realloc_generate_exceptions_keeps_the_block, SUBJECT_RESULT,
                 length);
    }
}

static bool is_suspect(const struct judgement *j, const struct model_block *block, unsigned event)
{
    return j->oracle->content_events[event] > block->verified;
}

/* The only kind of call that can have damaged the block, or EVENT_COUNT where several can. Who only
 * looks at blocks is suspected where nobody else can be. */
static unsigned find_culprit(const struct judgement *j, const struct model_block *block)
{
    unsigned culprits[2] = {EVENT_COUNT, EVENT_COUNT};
    unsigned counts[2] = {0, 0};
    for (unsigned event = 0; event < EVENT_COUNT; event++) {
        if (is_suspect(j, block, event)) {
            bool only_looks = event == EVENT_SIZE || event == EVENT_VALIDATE;
            culprits[only_looks] = event;
            counts[only_looks]++;
        }
    }
    bool only_looks = counts[0] == 0;
    return counts[only_looks] == 1 ? culprits[only_looks] : EVENT_COUNT;
}

/* Nothing was called on the block itself. */
static void judge_other_events(struct judgement *j, const struct model_block *block,
                               uint64_t length)
{
    if (j->oracle->epoch > block->verified + 1 || j->seen->result != length) {
        judge_is(j, CLAUSE_call_content_leaves_other_objects_unchanged, SUBJECT_RESULT, length);
    }
    if (!judge_is(j, CLAUSE_heap_blocks_keep_address_and_content, SUBJECT_RESULT, length)) {
        unsigned culprit = find_culprit(j, block);
        if (culprit != EVENT_COUNT) {
            judge_is(j, event_clauses[culprit], SUBJECT_RESULT, length);
        }
        return;
    }
    for (unsigned event = 0; event < EVENT_COUNT; event++) {
        if (is_suspect(j, block, event)) {
            judge_is(j, event_clauses[event], SUBJECT_RESULT, length);
        }
    }
}

void hck_judge_Check(struct judgement *j)
{
    const struct slot *slot = probed_block(j);
    struct model_block *block = hck_heap_block(j, 0);
    if (!slot || !judge_access(j, slot, slot->size) || slot->fill_length == 0 || block->is_lost) {
        return;
    }
    uint64_t length = slot->fill_length;
    const struct model_heap *heap = hck_model_heap(j->oracle, slot->serial);
    if (block->own_events != 0) {
        judge_own_events(j, block, length);
    } else {
        judge_other_events(j, block, length);
    }
    /* Content that is there shows nothing of calls side by side; content that is lost may. */
    if (j->seen->result != length && (heap->users & (heap->users - 1)) != 0 &&
        (heap->options & HEAP_NO_SERIALIZE) == 0) {
        judge_is(j, CLAUSE_heap_serialization_keeps_concurrent_calls_apart, SUBJECT_RESULT, length);
    }
    if (j->seen->result == length) {
        note_verified(j, block);
    } else {
        block->is_lost = true; /* told once */
    }
}

void hck_judge_Zeroed(struct judgement *j)
{
    const struct slot *slot = probed_block(j);
    if (!slot || !judge_access(j, slot, slot->size) || slot->zero_to <= slot->zero_from) {
        return;
    }
    const struct model_block *block = hck_heap_block(j, 0);
    uint64_t length = slot->zero_to - slot->zero_from;
    judge_is(j,
             block->was_reallocated ? CLAUSE_heap_realloc_zero_memory_zeroes_the_growth
                                    : CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
             SUBJECT_RESULT, length);
    if (block->was_reallocated && block->was_shrunk) {
        judge_is(j, CLAUSE_heap_realloc_zero_memory_zeroes_what_an_earlier_shrink_left,
                 SUBJECT_RESULT, length);
    }
    if (block->flag_count >= 2) {
        judge_is(j,
                 block->was_reallocated ? CLAUSE_heap_realloc_flags_combine_freely
                                        : CLAUSE_heap_alloc_flags_combine_freely,
                 SUBJECT_RESULT, length);
    }
}

/* --- Peek, Poke, Execute ------------------------------------------------------------------- */

static void judge_execution(struct judgement *j, const struct slot *slot)
{
    const struct model_heap *heap = hck_model_heap(j->oracle, slot->serial);
    if ((heap->options & HEAP_CREATE_ENABLE_EXECUTE) != 0) {
        if (judge_is(j, CLAUSE_heap_create_executable_heap_runs_every_block, SUBJECT_STATUS,
                     STATUS_RETURNED)) {
            judge_is(j, CLAUSE_heap_create_executable_heap_runs_every_block, SUBJECT_RESULT,
                     EXECUTE_RETURNED);
        }
        return;
    }
    if (judge_is(j, CLAUSE_heap_execution_is_refused_by_default, SUBJECT_STATUS, STATUS_RAISED) &&
        raised(j)) {
        judge_is(j, CLAUSE_heap_execution_is_refused_by_default, SUBJECT_EXCEPTION,
                 STATUS_ACCESS_VIOLATION);
    }
}

/* A look at bytes that nobody has written. */
static void tell_open_content(struct judgement *j, const struct slot *slot)
{
    const struct model_block *block = hck_heap_block(j, 0);
    uint64_t offset = argument_value(j, 0);
    bool is_zero =
        seen_value(j, PEEK_FIRST) == 0 && seen_value(j, PEEK_UNIFORM) == argument_value(j, 1);
    if (block->verified == 0 && slot->zero_to == 0 && !block->was_reallocated) {
        judge_latitude(j, CLAUSE_heap_alloc_without_zero_memory_content_is_open,
                       is_zero ? "zeroes" : "other bytes");
    } else if (block->was_reallocated && offset >= slot->fill_length && slot->fill_length > 0 &&
               offset >= slot->zero_to) {
        judge_latitude(j, CLAUSE_heap_realloc_growth_content_of_new_bytes_is_open,
                       is_zero ? "zeroes" : "other bytes");
    }
}

void hck_judge_block_access(struct judgement *j)
{
    const struct slot *slot = probed_block(j);
    if (!slot) {
        return;
    }
    if (j->call->id == CALL_Execute) {
        judge_execution(j, slot);
        return;
    }
    uint64_t offset = argument_value(j, 0);
    uint64_t size = argument_value(j, 1);
    if (offset > slot->size || size > slot->size - offset || !judge_access(j, slot, size) ||
        size == 0) {
        return;
    }
    judge_is(j, CLAUSE_heap_blocks_are_readable_and_writable, SUBJECT_RESULT, size);
    if (j->call->id == CALL_Peek) {
        tell_open_content(j, slot);
    }
}
