/* What HeapAlloc and HeapReAlloc have in common: how a failure looks, what has to be refused, and
 * where a block lies. */
#include "oracle/judge_exception.h"
#include "oracle/judge_heap.h"

/* --- Failures ------------------------------------------------------------------------------ */

/* The call failed although it was to raise. `lacks_memory`: nothing but memory can be lacking. */
static void judge_raised(struct judgement *j, const struct heap_use *use,
                         const struct failure_clauses *clauses, bool lacks_memory)
{
    enum clause_id clause = (use->call_flags & HEAP_GENERATE_EXCEPTIONS) != 0
                                ? clauses->raises_on_failure
                                : clauses->creation_option_suffices;
    if (!j->oracle->options.has_exceptions) {
        judge_unsupported(j, clause);
        judge_unsupported(j, clauses->is_status_no_memory);
        return;
    }
    if (returned(j) && hck_exception_was_continued(j)) {
        return; /* it was raised, and a handler let the call go on */
    }
    judge_is(j, CLAUSE_heap_flags_join_the_creation_options, SUBJECT_STATUS, STATUS_RAISED);
    if (!judge_is(j, clause, SUBJECT_STATUS, STATUS_RAISED) || !raised(j)) {
        return;
    }
    judge_one_of2(j, clause, SUBJECT_EXCEPTION, STATUS_NO_MEMORY, STATUS_ACCESS_VIOLATION);
    if (lacks_memory) {
        judge_is(j, clauses->is_status_no_memory, SUBJECT_EXCEPTION, STATUS_NO_MEMORY);
    }
}

void hck_heap_judge_failure(struct judgement *j, const struct heap_use *use,
                            const struct failure_clauses *clauses, bool lacks_memory)
{
    if ((use->flags & HEAP_GENERATE_EXCEPTIONS) != 0) {
        judge_raised(j, use, clauses, lacks_memory);
        return;
    }
    judge_is(j, clauses->returns_null, SUBJECT_STATUS, STATUS_RETURNED);
    judge_is(j, CLAUSE_heap_flags_join_the_creation_options, SUBJECT_STATUS, STATUS_RETURNED);
    if (use->call_flags == 0) {
        judge_is(j, CLAUSE_heap_flags_zero_is_always_valid, SUBJECT_STATUS, STATUS_RETURNED);
    }
    if (!returned(j)) {
        return;
    }
    if (j->seen->has_last_error) {
        judge_latitude(j, clauses->last_error_is_open,
                       j->seen->last_error == LAST_ERROR_SENTINEL ? "it is unchanged"
                                                                  : "it is set");
    }
    if (heap_is_growable(use) && lacks_memory) {
        hck_judge_error(j, clauses->sets_not_enough_memory, ERROR_NOT_ENOUGH_MEMORY);
    }
}

void hck_heap_judge_demanded(struct judgement *j, const struct heap_use *use,
                             enum clause_id combine)
{
    hck_heap_judge_service(j, use, 0);
    if (heap_flag_count(use) >= 2) {
        judge_is_not(j, combine, SUBJECT_RESULT, 0);
    }
}

void hck_heap_judge_refusals(struct judgement *j, const struct heap_use *use, uint64_t size,
                             uint64_t live_bytes, enum clause_id unsatisfiable,
                             enum clause_id megabyte)
{
    if (size >= HEAP_IMPOSSIBLE_MIN) {
        judge_is(j, unsatisfiable, SUBJECT_RESULT, 0);
    }
    if (!heap_is_fixed(use)) {
        return;
    }
    if (size >= HEAP_FIXED_REFUSED_MIN) {
        judge_is(j, megabyte, SUBJECT_RESULT, 0);
    }
    if (live_bytes > use->heap->ceiling) {
        uint32_t first = j->verdicts->count;
        bool is_kept =
            judge_is(j, CLAUSE_heap_create_fixed_heap_never_exceeds_its_maximum, SUBJECT_RESULT, 0);
        use->heap->has_open_maximum = !is_kept && j->oracle->thread_count == 1; /* told once */
        hck_suspicion_hold_back(j, first, SUSPICION_ALONE, use->serial, 0);
    }
}

/* --- Where a block lies -------------------------------------------------------------------- */

static void judge_disjoint(struct judgement *j, enum clause_id clause, uint64_t size,
                           const struct extent *other)
{
    struct operand operands[3] = {number(size), hck_heap_object_operand(j, other, 0),
                                  number(other->length)};
    hck_judge(j, clause, SUBJECT_RESULT, 0, RELATION_DISJOINT, 3, operands);
}

static void judge_clash(struct judgement *j, const struct heap_use *use, uint64_t size,
                        const struct extent *other)
{
    uint32_t first = j->verdicts->count;
    if (object_kind(other->a) == OBJECT_REGION) {
        if (size > 0) {
            judge_disjoint(j, CLAUSE_heap_blocks_stay_out_of_reserved_regions, size, other);
            hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, other->start);
        }
        return;
    }
    struct operand operand = hck_heap_object_operand(j, other, 0);
    hck_judge(j, CLAUSE_heap_blocks_have_unique_addresses, SUBJECT_RESULT, 0, RELATION_NOT_EQUAL, 1,
              &operand);
    if (size > 0 && hck_heap_object_size(j, other) > 0) {
        judge_disjoint(j, CLAUSE_heap_blocks_never_overlap, size, other);
        if (use->is_shared && (use->flags & HEAP_NO_SERIALIZE) == 0) {
            judge_disjoint(j, CLAUSE_heap_serialization_keeps_concurrent_calls_apart, size, other);
        }
    }
    hck_suspicion_hold_back(j, first, SUSPICION_BLOCK, other->b, other->start);
}

void hck_heap_judge_place(struct judgement *j, const struct heap_use *use, uint64_t size)
{
    struct extent other;
    judge_relation(j, CLAUSE_heap_alignment_is_sixteen_bytes, SUBJECT_RESULT, RELATION_MULTIPLE_OF,
                   MEMORY_ALLOCATION_ALIGNMENT);
    if (hck_model_overlap(j->oracle, j->seen->result, size > 0 ? size : 1, &other)) {
        judge_clash(j, use, size, &other);
        return;
    }
    if (size > 0 && j->oracle->live_bytes > 0) {
        judge_holds(j, CLAUSE_heap_blocks_never_overlap);
        if (use->is_shared && (use->flags & HEAP_NO_SERIALIZE) == 0 && hck_judge_met_another(j)) {
            judge_holds(j, CLAUSE_heap_serialization_keeps_concurrent_calls_apart);
        }
    }
    if (j->oracle->live_blocks > 0) {
        judge_holds(j, CLAUSE_heap_blocks_have_unique_addresses);
    }
    if (j->oracle->state.region_order_count > 0) {
        judge_holds(j, CLAUSE_heap_blocks_stay_out_of_reserved_regions);
    }
}

void hck_heap_note_new_block(struct judgement *j, struct heap_use *use, uint64_t size)
{
    struct model_heap *heap = use->heap;
    struct model_block *block = hck_model_block(j->oracle, j->call->result_slot);
    struct model_block fresh = {.thread = j->call->thread,
                                .flag_count = (uint8_t)heap_flag_count(use)};
    *block = fresh;
    hck_model_add_block(j->oracle, j->seen->result, size, j->call->result_slot, use->serial);
    heap->first_fit = heap->allocated == 0 ? size : heap->first_fit;
    heap->allocated++;
    heap->charge = heap_charge_with(use, size);
    heap->last_freed = 0;
    heap->moved_from = 0;
    j->oracle->just_destroyed = 0;
    heap_note_change(use);
}
