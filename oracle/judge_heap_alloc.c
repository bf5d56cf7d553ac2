/* HeapAlloc. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

static const struct failure_clauses alloc_failure = {
    CLAUSE_heap_alloc_failure_returns_null_and_raises_nothing,
    CLAUSE_heap_alloc_failure_last_error_is_open,
    CLAUSE_heap_alloc_failure_sets_not_enough_memory,
    CLAUSE_heap_alloc_generate_exceptions_raises_on_failure,
    CLAUSE_heap_alloc_generate_exceptions_creation_option_suffices,
    CLAUSE_heap_alloc_generate_exceptions_lack_of_memory_is_status_no_memory};

/* The clauses of growable heaps that demand success, of a request for at least a byte. */
static bool judge_growable(struct judgement *j, const struct heap_use *use, uint64_t size)
{
    if (size > HEAP_SERVED_MAX) {
        return false;
    }
    if (use->heap->is_default) {
        judge_is_not(j, CLAUSE_process_heap_capacity_grows_without_a_maximum, SUBJECT_RESULT, 0);
        return true;
    }
    if (size <= HEAP_SMALL_MAX) {
        judge_is_not(j, CLAUSE_heap_create_growable_heap_grows_beyond_its_initial_size,
                     SUBJECT_RESULT, 0);
    }
    if (size >= HEAP_SMALL_MAX) {
        judge_is_not(j, CLAUSE_heap_create_growable_heap_serves_large_blocks, SUBJECT_RESULT, 0);
    }
    return true;
}

/* Nothing was freed: the initial size, and half of the maximum, are still at hand. */
static bool judge_untouched(struct judgement *j, const struct heap_use *use, uint64_t size)
{
    const struct model_heap *heap = use->heap;
    uint64_t charge = heap_charge_with(use, size);
    bool is_demanded = false;
    if (heap->initial >= HEAP_SMALL_MAX && size <= HEAP_FIXED_SERVED_MAX &&
        charge <= heap->initial / 2 && (heap->maximum == 0 || heap->initial <= heap->maximum)) {
        judge_is_not(j, CLAUSE_heap_create_initial_size_is_assured, SUBJECT_RESULT, 0);
        is_demanded = true;
    }
    if (!heap_is_fixed(use)) {
        return is_demanded;
    }
    if (heap->maximum >= UINT64_C(0x40000) && size <= MODEL_PAGE_SIZE &&
        charge <= heap->maximum / 2) {
        judge_is_not(j, CLAUSE_heap_create_fixed_heap_commits_up_to_its_maximum, SUBJECT_RESULT, 0);
        is_demanded = true;
    }
    if (heap->maximum >= UINT64_C(0x200000) && heap->allocated == 0 &&
        size <= HEAP_FIXED_SERVED_MAX) {
        judge_is_not(j, CLAUSE_heap_alloc_fixed_heap_serves_sizes_below_the_limit, SUBJECT_RESULT,
                     0);
        is_demanded = true;
    }
    return is_demanded;
}

/* Something was freed: the same fits again. */
static bool judge_freed_space(struct judgement *j, const struct heap_use *use, uint64_t size)
{
    const struct model_heap *heap = use->heap;
    bool is_demanded = false;
    if (heap->just_freed && heap->just_freed_size == size) {
        judge_is_not(j, CLAUSE_heap_alloc_freed_space_serves_the_same_size_again, SUBJECT_RESULT,
                     0);
        is_demanded = true;
    }
    if (heap->allocated > 0 && heap->live_count == 0 && heap->first_fit == size) {
        judge_is_not(j, CLAUSE_heap_free_everything_freed_restores_the_capacity, SUBJECT_RESULT, 0);
        is_demanded = true;
    }
    return is_demanded;
}

static bool judge_zero_bytes(struct judgement *j, const struct heap_use *use)
{
    const struct model_heap *heap = use->heap;
    judge_latitude(j, CLAUSE_heap_alloc_zero_bytes_outcome_is_open,
                   j->seen->result != 0 ? "gives a block" : "fails");
    bool has_room =
        heap_is_growable(use) || (heap_is_fixed(use) && !use->is_shared && !heap->was_freed_from &&
                                  heap_charge_with(use, 0) <= heap->maximum / 2);
    if (has_room) {
        judge_is_not(j, CLAUSE_heap_alloc_zero_bytes_gives_a_block, SUBJECT_RESULT, 0);
    }
    return false;
}

/* Whether some clause says that the call has to succeed. In a trace with threads other calls may
 * have used the room of a fixed heap without having told so yet, so nothing is said of it there. */
static bool judge_success_demanded(struct judgement *j, const struct heap_use *use, uint64_t size)
{
    if (j->oracle->live_bytes >= HEAP_LIVE_MAX) {
        return false;
    }
    if (size == 0) {
        return judge_zero_bytes(j, use);
    }
    bool is_demanded = heap_is_growable(use) && judge_growable(j, use, size);
    if (!use->is_shared && !use->heap->was_freed_from) {
        is_demanded |= judge_untouched(j, use, size);
    } else if (!use->is_shared && heap_is_fixed(use)) {
        is_demanded |= judge_freed_space(j, use, size);
    }
    return is_demanded;
}

static void tell_alloc_latitudes(struct judgement *j, const struct heap_use *use, uint64_t size)
{
    struct model_heap *heap = use->heap;
    bool success = j->seen->result != 0;
    if (heap->compact_touches == heap_touches(j, use) + 1 && heap->compact_result == size &&
        size > 0) {
        judge_latitude(j, CLAUSE_heap_compact_result_promises_no_allocation,
                       success ? "its size can be allocated" : "its size can not be allocated");
    }
    if (success && heap->last_freed != 0) {
        judge_latitude(j, CLAUSE_heap_placement_may_reuse_a_freed_address,
                       j->seen->result == heap->last_freed ? "the next allocation has it"
                                                           : "the next allocation has another");
    }
    if (!heap_is_fixed(use) || heap_add(heap->live_bytes, size) > heap->ceiling) {
        return;
    }
    if (heap_is_between_the_limits(use, size)) {
        judge_latitude(j, CLAUSE_heap_alloc_fixed_heap_sizes_between_the_two_limits_are_open,
                       success ? "succeeds" : "fails");
    }
    if (heap_add(heap->live_bytes, size) > heap->ceiling / 2) {
        judge_latitude(j, CLAUSE_heap_create_fixed_heap_overhead_comes_out_of_the_maximum,
                       success ? "it has room for more than half" : "it refuses below the maximum");
    }
    if (heap->was_freed_from) {
        judge_latitude(j, CLAUSE_heap_memory_may_become_fragmented,
                       success ? "the request is served" : "the request is refused");
    }
}

void hck_judge_HeapAlloc(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, argument_value(j, 1), &use)) {
        return;
    }
    uint64_t size = argument_value(j, 2);
    bool is_demanded = judge_success_demanded(j, &use, size);
    if (is_demanded) {
        hck_heap_judge_demanded(j, &use, CLAUSE_heap_alloc_flags_combine_freely);
        if ((use.flags & HEAP_GENERATE_EXCEPTIONS) != 0) {
            judge_is_not(j, CLAUSE_heap_alloc_generate_exceptions_success_is_unaffected,
                         SUBJECT_RESULT, 0);
        }
    }
    hck_heap_judge_refusals(j, &use, size, heap_add(use.heap->live_bytes, size),
                            CLAUSE_heap_alloc_unsatisfiable_size_fails,
                            CLAUSE_heap_alloc_fixed_heap_refuses_a_megabyte);
    tell_alloc_latitudes(j, &use, size);
    if (returned(j) && j->seen->result != 0) {
        hck_heap_judge_place(j, &use, size);
        hck_heap_note_new_block(j, &use, size);
        return;
    }
    hck_heap_judge_failure(j, &use, &alloc_failure,
                           heap_is_growable(&use) || size <= HEAP_FIXED_SERVED_MAX);
    use.heap->between |= BETWEEN_FAILED_ALLOCATION;
    use.heap->failed_changes = use.heap->changes + 1;
    heap_note_event(j, EVENT_FAILED_ALLOCATION);
    heap_note_touch(&use);
}
