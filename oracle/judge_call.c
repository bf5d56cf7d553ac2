/* Family `call`, and the bookkeeping of the last error. These run for every call, so they are short
 * and search nothing. */
#include "oracle/judge_call.h"

#include "oracle/judge_virtual.h"

enum { APPLICATION_BIT = 0x20000000 };

bool hck_judge_is_settled(const struct judgement *j)
{
    const struct oracle *oracle = j->oracle;
    for (uint32_t thread = 0; oracle->thread_count > 1 && thread < oracle->thread_count; thread++) {
        if (thread != j->call->thread && oracle->changed_end[thread] > j->seen->start) {
            return false;
        }
    }
    return true;
}

bool hck_judge_is_undisturbed(const struct judgement *j)
{
    for (uint32_t thread = 0; thread < j->oracle->thread_count; thread++) {
        if (thread != j->call->thread && j->oracle->wrote_end[thread] > j->seen->start) {
            return false;
        }
    }
    return true;
}

/* A call that may wait for a lock may be waiting still when the time limit comes. */
static bool may_wait_for_ever(const struct judgement *j)
{
    return j->oracle->thread_count > 1 &&
           hck_typestate_lock_effect(&j->oracle->state, j->call) != LOCK_PASSES;
}

static void judge_completion(struct judgement *j)
{
    switch ((int)j->seen->status) {
    case STATUS_CRASHED:
    case STATUS_EXITED:
        (void)judge_is_not(j, CLAUSE_call_completion_keeps_the_process_alive, SUBJECT_STATUS,
                           j->seen->status);
        break;
    case STATUS_HUNG:
        if (!may_wait_for_ever(j)) {
            (void)judge_is_not(j, CLAUSE_call_completion_returns_to_its_caller, SUBJECT_STATUS,
                               STATUS_HUNG);
        }
        break;
    default:
        judge_holds(j, CLAUSE_call_completion_keeps_the_process_alive);
        judge_holds(j, CLAUSE_call_completion_returns_to_its_caller);
        break;
    }
}

/* Where the heap or the call asks for HEAP_GENERATE_EXCEPTIONS. */
static bool asks_for_exceptions(const struct judgement *j)
{
    const struct slot *heap = argument_slot(j, 0);
    for (unsigned i = 0; i < j->row->argument_count; i++) {
        if (j->row->arguments[i].set == FLAG_SET_heap &&
            ((uint32_t)argument_value(j, i) & HEAP_GENERATE_EXCEPTIONS) != 0) {
            return true;
        }
    }
    return heap != NULL && (heap->options & HEAP_GENERATE_EXCEPTIONS) != 0;
}

/* Whoever asks about a guard page may set it off, and then anything may happen. */
static bool asks_about_guard(const struct judgement *j)
{
    uint64_t start = hck_call_checks_access(j->row) ? given_address(j) : 0;
    uint64_t size = hck_call_has(j->row, ARGUMENT_SIZE) ? given_size(j) : 1;
    uint64_t end = size < UINT64_MAX - start ? start + size : UINT64_MAX;
    return hck_call_checks_access(j->row) &&
           hck_virtual_look(j->oracle, page_down(start), end).has_guard;
}

static bool may_raise(const struct judgement *j)
{
    bool may_fail_so = hck_call_effect(j->row)->made == MADE_BLOCK && asks_for_exceptions(j);
    return j->row->effect == EFFECT_raise || may_fail_so || hck_call_accesses_memory(j->row) ||
           asks_about_guard(j);
}

static void judge_exceptions(struct judgement *j)
{
    if (raised(j) && !may_raise(j)) {
        (void)judge_is_not(j, CLAUSE_call_exception_raises_only_documented_exceptions,
                           SUBJECT_STATUS, STATUS_RAISED);
    } else if (returned(j)) {
        judge_holds(j, CLAUSE_call_exception_raises_only_documented_exceptions);
    }
}

static void judge_buffers(struct judgement *j)
{
    if (j->seen->value_count == 0) {
        return;
    }
    if (j->row->input_count > 0) {
        (void)judge_value(j, CLAUSE_call_in_argument_is_not_written, 0, RELATION_EQUAL, 0);
    } else if (j->row->is_guarded) {
        (void)judge_is(j, CLAUSE_call_out_structure_stays_within_its_documented_size, SUBJECT_GUARD,
                       0);
    }
}

void hck_judge_any_call(struct judgement *j)
{
    judge_completion(j);
    judge_exceptions(j);
    judge_buffers(j);
    if ((j->row->result == RESULT_BOOL || j->row->result == RESULT_WALK) && returned(j) &&
        j->seen->result != 0) {
        judge_latitude(j, CLAUSE_call_bool_result_may_be_any_nonzero_value,
                       j->seen->result == TRUE ? "TRUE" : "another nonzero value");
    }
}

/* --- The last error ----------------------------------------------------------------------- */

static void judge_error_of_access(struct judgement *j)
{
    if (returned(j) && j->seen->handler_call_count == 0) {
        (void)hck_judge_error_untouched(j, CLAUSE_last_error_value_stays_through_memory_accesses);
    }
}

static void judge_error_of_function(struct judgement *j)
{
    bool is_left = j->seen->last_error == LAST_ERROR_SENTINEL;
    if (!returned(j) || j->row->result == RESULT_NONE || hck_call_returns_code(j->row)) {
        return;
    }
    if ((j->seen->result != 0) != hck_call_succeeds_with_zero(j->row)) {
        judge_latitude(j, CLAUSE_last_error_success_may_be_left_or_changed,
                       is_left ? "left" : "changed");
    } else if (!is_left) {
        (void)judge_relation(j, CLAUSE_last_error_failure_leaves_bit_29_clear, SUBJECT_LAST_ERROR,
                             RELATION_BITS_WITHIN, ~(uint32_t)APPLICATION_BIT);
    }
}

static void judge_last_error(struct judgement *j)
{
    switch (j->row->family) {
    case FAMILY_heap:
    case FAMILY_virtual:
    case FAMILY_section:
        judge_error_of_function(j);
        break;
    case FAMILY_probe:
        if (hck_call_accesses_memory(j->row)) {
            judge_error_of_access(j);
        }
        break;
    case FAMILY_error:
    case FAMILY_COUNT:
        break;
    }
}

/* Whether the call can not have given a released range to anybody. */
static bool leaves_released_range(const struct judgement *j)
{
    if (hck_call_effect(j->row)->changes == CHANGES_PAGES) {
        /* The judge of a release keeps the note. */
        return j->row->effect == EFFECT_free_pages || j->row->effect == EFFECT_unmap_view ||
               j->seen->result == 0;
    }
    return hck_call_only_looks(j->row);
}

void hck_judge_after_call(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    if (j->seen->has_last_error) {
        judge_last_error(j);
    }
    oracle->last_error[j->call->thread] = j->seen->last_error;
    oracle->last_error_known[j->call->thread] = j->seen->has_last_error;
    bool is_of_pages = j->row->family == FAMILY_virtual || j->row->family == FAMILY_section;
    if (!is_of_pages || j->row->effect == EFFECT_nothing) {
        oracle->events.other.epoch = oracle->epoch;
    }
    if (oracle->events.released.epoch != 0 && !leaves_released_range(j)) {
        oracle->events.released.epoch = 0;
    }
}
