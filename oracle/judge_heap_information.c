/* HeapCompact, HeapSummary, HeapQueryInformation and HeapSetInformation. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

enum {
    CLASS_COMPATIBILITY = HeapCompatibilityInformation,
    CLASS_TERMINATION = HeapEnableTerminationOnCorruption,
    CLASS_OPTIMIZE = HeapOptimizeResources,
    LOW_FRAGMENTATION = 2,
    LOOK_ASIDE_LISTS = 1,
    INFORMATION_BYTES = 4, /* of HeapCompatibilityInformation: a ULONG */
    OPTIMIZE_BYTES = 8     /* of HEAP_OPTIMIZE_RESOURCES_INFORMATION */
};

static bool succeeded(const struct judgement *j)
{
    return returned(j) && j->seen->result != 0;
}

/* --- HeapCompact --------------------------------------------------------------------------- */

static void judge_zero_result(struct judgement *j)
{
    if (!j->seen->has_last_error) {
        judge_unsupported(j, CLAUSE_heap_compact_zero_result_sets_the_last_error);
        return;
    }
    judge_is_not(j, CLAUSE_heap_compact_zero_result_sets_the_last_error, SUBJECT_LAST_ERROR,
                 LAST_ERROR_SENTINEL);
    judge_latitude(j, CLAUSE_heap_compact_zero_result_may_be_a_failure,
                   j->seen->last_error == 0 ? "there is no space" : "the function failed");
}

void hck_judge_HeapCompact(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, argument_value(j, 1), &use) || !returned(j)) {
        return;
    }
    const struct model_heap *heap = use.heap;
    if (j->seen->result == 0) {
        judge_zero_result(j);
    } else if (heap_is_fixed(&use)) {
        uint32_t first = j->verdicts->count;
        judge_relation(j, CLAUSE_heap_compact_result_fits_beside_the_live_blocks, SUBJECT_RESULT,
                       RELATION_AT_MOST,
                       heap->ceiling > heap->live_bytes ? heap->ceiling - heap->live_bytes : 0);
        hck_suspicion_hold_back(j, first, SUSPICION_ALONE, use.serial, 0);
    }
    heap_note_event(j, EVENT_COMPACT);
    heap_note_change(&use);
    use.heap->compact_result = j->seen->result;
    /* Another thread's block may have been placed before or after the heap was looked through. */
    use.heap->compact_touches = hck_judge_met_another(j) ? 0 : heap_touches(j, &use) + 1;
}

/* --- HeapSummary --------------------------------------------------------------------------- */

static void tell_summary(struct judgement *j, const struct model_heap *heap)
{
    uint64_t allocated = seen_value(j, SUMMARY_ALLOCATED);
    uint64_t committed = seen_value(j, SUMMARY_COMMITTED);
    uint64_t reserved = seen_value(j, SUMMARY_RESERVED);
    bool is_ordered = allocated <= committed && committed <= reserved &&
                      reserved <= seen_value(j, SUMMARY_MAX_RESERVE);
    judge_latitude(j, CLAUSE_heap_summary_members_order_is_open,
                   is_ordered ? "they ascend" : "they do not ascend");
    judge_latitude(j, CLAUSE_heap_summary_members_may_leave_out_large_blocks,
                   allocated >= heap->live_bytes ? "cbAllocated covers the live blocks"
                                                 : "cbAllocated is less than the live blocks");
}

void hck_judge_HeapSummary(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, argument_value(j, 1), &use) || argument_is_null(j, 2)) {
        return;
    }
    judge_is_not(j, CLAUSE_heap_summary_success_fills_the_summary, SUBJECT_RESULT, 0);
    hck_heap_judge_service(j, &use, 0);
    if (!succeeded(j)) {
        return;
    }
    bool is_filled = true;
    for (uint32_t i = SUMMARY_ALLOCATED; i < SUMMARY_VALUE_COUNT && is_filled; i++) {
        is_filled = judge_value(j, CLAUSE_heap_summary_success_fills_the_summary, i,
                                RELATION_NOT_EQUAL, OUT_UNTOUCHED_WORD);
    }
    tell_summary(j, use.heap);
    judge_is(j, CLAUSE_heap_boolean_result_is_exactly_one_on_success, SUBJECT_RESULT, 1);
}

/* --- HeapQueryInformation ------------------------------------------------------------------ */

static bool judge_stored_value(struct judgement *j)
{
    struct operand allowed[3] = {number(0), number(LOOK_ASIDE_LISTS), number(LOW_FRAGMENTATION)};
    return hck_judge(j, CLAUSE_heap_query_compatibility_gives_one_of_three_values, SUBJECT_VALUE,
                     QUERY_INFORMATION, RELATION_ONE_OF, 3, allowed) &&
           judge_value(j, CLAUSE_heap_query_compatibility_gives_one_of_three_values,
                       QUERY_INFORMATION_BEYOND, RELATION_EQUAL, OUT_UNTOUCHED_DWORD) &&
           judge_is(j, CLAUSE_heap_query_compatibility_gives_one_of_three_values, SUBJECT_GUARD, 0);
}

static bool is_plain(const struct heap_use *use)
{
    return use->heap->is_default || (use->heap->options == 0 && use->heap->maximum == 0);
}

static void judge_compatibility(struct judgement *j, struct heap_use *use)
{
    struct model_heap *heap = use->heap;
    bool is_lfh = seen_value(j, QUERY_INFORMATION) == LOW_FRAGMENTATION;
    judge_stored_value(j);
    judge_value(j, CLAUSE_heap_query_compatibility_never_reports_look_aside_lists,
                QUERY_INFORMATION, RELATION_NOT_EQUAL, LOOK_ASIDE_LISTS);
    if (heap_is_restricted(use)) {
        judge_value(j, CLAUSE_heap_query_restricted_heap_is_never_low_fragmentation,
                    QUERY_INFORMATION, RELATION_NOT_EQUAL, LOW_FRAGMENTATION);
        judge_value(j, CLAUSE_heap_query_restricted_heap_is_a_standard_heap, QUERY_INFORMATION,
                    RELATION_EQUAL, 0);
    } else if (!heap->lfh_accepted) {
        judge_latitude(j, CLAUSE_heap_query_growable_heap_may_be_standard_or_low_fragmentation,
                       is_lfh ? "low-fragmentation" : "standard");
    }
    if (is_plain(use)) {
        judge_value(j, CLAUSE_heap_query_growable_heap_is_low_fragmentation, QUERY_INFORMATION,
                    RELATION_EQUAL, LOW_FRAGMENTATION);
    }
    if (heap->lfh_accepted) {
        judge_value(j, CLAUSE_heap_set_low_fragmentation_is_in_force_afterwards, QUERY_INFORMATION,
                    RELATION_EQUAL, LOW_FRAGMENTATION);
    }
    if (heap->lfh_seen) {
        judge_value(j, CLAUSE_heap_set_low_fragmentation_is_permanent, QUERY_INFORMATION,
                    RELATION_EQUAL, LOW_FRAGMENTATION);
    }
    heap->lfh_seen = is_lfh;
}

static void judge_query(struct judgement *j, struct heap_use *use)
{
    bool has_length = !argument_is_null(j, 4);
    judge_is_not(j, CLAUSE_heap_query_compatibility_gives_one_of_three_values, SUBJECT_RESULT, 0);
    hck_heap_judge_service(j, use, 0);
    if (!has_length) {
        judge_is_not(j, CLAUSE_heap_query_return_length_may_be_null, SUBJECT_RESULT, 0);
    }
    if (!succeeded(j)) {
        return;
    }
    hck_heap_judge_boolean(j);
    judge_compatibility(j, use);
    if (has_length) {
        judge_value(j, CLAUSE_heap_query_compatibility_return_length_is_four, QUERY_RETURN_LENGTH,
                    RELATION_EQUAL, INFORMATION_BYTES);
    }
}

static void judge_short_query(struct judgement *j)
{
    bool has_length = !argument_is_null(j, 4);
    judge_is(j, CLAUSE_heap_query_short_buffer_fails, SUBJECT_RESULT, 0);
    if (!has_length) {
        judge_is(j, CLAUSE_heap_query_return_length_may_be_null, SUBJECT_RESULT, 0);
    }
    if (succeeded(j)) {
        return;
    }
    if (has_length) {
        judge_value(j, CLAUSE_heap_query_short_buffer_tells_the_needed_length, QUERY_RETURN_LENGTH,
                    RELATION_EQUAL, INFORMATION_BYTES);
    }
    hck_judge_error(j, CLAUSE_heap_query_short_buffer_sets_insufficient_buffer,
                    ERROR_INSUFFICIENT_BUFFER);
}

void hck_judge_HeapQueryInformation(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, HEAP_NO_FLAGS, &use)) {
        return;
    }
    if (argument_value(j, 1) != CLASS_COMPATIBILITY) {
        judge_latitude(j, CLAUSE_heap_query_other_class_outcome_is_open,
                       j->seen->result != 0 ? "accepted" : "refused");
    } else if (argument_value(j, 3) < INFORMATION_BYTES) {
        judge_short_query(j);
    } else if (!argument_is_null(j, 2)) {
        judge_query(j, &use);
    }
}

/* --- HeapSetInformation -------------------------------------------------------------------- */

/* What is to be set. */
struct setting {
    struct heap_use *use; /* NULL: the handle is NULL */
    uint64_t class;
    bool has_information;
    uint64_t information;
    uint64_t length;
};

static void judge_low_fragmentation(struct judgement *j, const struct setting *setting)
{
    struct heap_use *use = setting->use;
    const char *outcome = j->seen->result != 0 ? "accepted" : "refused";
    if (setting->length != INFORMATION_BYTES) {
        judge_latitude(j, CLAUSE_heap_set_short_length_outcome_is_open, outcome);
        return;
    }
    if (!setting->has_information || !use) {
        return;
    }
    uint32_t value = (uint32_t)setting->information;
    if (value < LOW_FRAGMENTATION) {
        judge_latitude(j, CLAUSE_heap_set_low_fragmentation_disabling_may_succeed_or_fail, outcome);
        return;
    }
    if (value > LOW_FRAGMENTATION) {
        return;
    }
    if (heap_is_restricted(use)) {
        judge_is(j, CLAUSE_heap_set_restricted_heap_refuses_low_fragmentation, SUBJECT_RESULT, 0);
    } else if (is_plain(use)) {
        judge_is_not(j, CLAUSE_heap_set_low_fragmentation_is_accepted, SUBJECT_RESULT, 0);
        hck_heap_judge_service(j, use, 0);
    }
    use->heap->lfh_accepted = use->heap->lfh_accepted || succeeded(j);
}

static void judge_optimize(struct judgement *j, const struct setting *setting)
{
    bool is_documented = setting->has_information &&
                         setting->information == HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION &&
                         setting->length == OPTIMIZE_BYTES;
    if (is_documented) {
        judge_is_not(j, CLAUSE_heap_set_optimize_is_accepted, SUBJECT_RESULT, 0);
    } else {
        judge_latitude(j, CLAUSE_heap_set_optimize_other_contents_are_open,
                       j->seen->result != 0 ? "accepted" : "refused");
    }
}

static void judge_setting(struct judgement *j, const struct setting *setting)
{
    switch (setting->class) {
    case CLASS_COMPATIBILITY:
        judge_low_fragmentation(j, setting);
        break;
    case CLASS_TERMINATION:
        if (!setting->has_information && setting->length == 0) {
            judge_is_not(j, CLAUSE_heap_set_termination_is_accepted, SUBJECT_RESULT, 0);
        }
        break;
    case CLASS_OPTIMIZE:
        judge_optimize(j, setting);
        break;
    default:
        judge_latitude(j, CLAUSE_heap_set_other_class_outcome_is_open,
                       j->seen->result != 0 ? "accepted" : "refused");
        break;
    }
}

void hck_judge_HeapSetInformation(struct judgement *j)
{
    struct heap_use use;
    struct setting setting = {.class = argument_value(j, 1),
                              .has_information = !argument_is_null(j, 2),
                              .information = argument_value(j, 2),
                              .length = argument_value(j, 3)};
    if (!argument_is_null(j, 0)) {
        if (!hck_heap_use(j, HEAP_NO_FLAGS, &use)) {
            return;
        }
        setting.use = &use;
        heap_note_change(&use);
    }
    judge_setting(j, &setting);
    j->oracle->global_touches++;
    heap_note_event(j, EVENT_SET_INFORMATION);
    if (succeeded(j)) {
        hck_heap_judge_boolean(j);
    }
}
