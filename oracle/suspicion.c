/* See suspicion.h.
 *
 * Of two suspicions that are alike in clause, kind, serial and key the earlier one stands for both:
 * a call that explains it was under way when it came up and is not over yet, so it overlapped with
 * the later one as well. That bounds how many there can be; where there are more objects than
 * SUSPICIONS_MAX to have them about, a verdict says so. */
#include "oracle/suspicion.h"

uint8_t hck_suspicion_other_threads(const struct judgement *j)
{
    uint8_t threads = 0;
    for (uint32_t i = 0; i < TRACE_THREADS_MAX; i++) {
        if (i != j->call->thread && j->oracle->calls_left[i] > 0) {
            threads |= (uint8_t)(1u << i);
        }
    }
    return threads;
}

bool hck_judge_met_another(const struct judgement *j)
{
    for (uint32_t i = 0; i < TRACE_THREADS_MAX; i++) {
        if (i != j->call->thread && j->oracle->last_end[i] > j->seen->start) {
            return true;
        }
    }
    return false;
}

bool hck_suspicion_was_stuck(const struct judgement *j)
{
    return j->seen->status == STATUS_SKIPPED &&
           j->seen->skipped_by == CLAUSE_heap_lock_owner_must_unlock_before_it_ends;
}

static bool is_held_already(const struct oracle *oracle, enum clause_id clause,
                            const struct suspicion *pattern)
{
    for (uint32_t i = 0; i < oracle->suspicion_count; i++) {
        const struct suspicion *other = &oracle->suspicions[i];
        if (other->clause == clause && other->kind == pattern->kind &&
            other->serial == pattern->serial && other->key == pattern->key) {
            return true;
        }
    }
    return false;
}

static void add_suspicion(struct oracle *oracle, const struct suspicion *pattern,
                          enum clause_id clause, const struct expectation *expectation)
{
    if (is_held_already(oracle, clause, pattern)) {
        return;
    }
    if (oracle->suspicion_count == SUSPICIONS_MAX) {
        oracle->suspicions_lost = true;
        return;
    }
    struct suspicion *suspicion = &oracle->suspicions[oracle->suspicion_count++];
    *suspicion = *pattern;
    suspicion->clause = clause;
    suspicion->expectation = *expectation;
}

/* Takes the violations from number `first` on out of the verdicts; each becomes a suspicion, unless
 * a call that is known already explains it. */
static void take_back(struct judgement *j, uint32_t first, const struct suspicion *pattern,
                      bool is_explained)
{
    struct verdicts *verdicts = j->verdicts;
    uint32_t expectations = verdicts->expectation_count;
    uint32_t kept = first;
    for (uint32_t i = first; i < verdicts->count; i++) {
        struct verdict verdict = verdicts->items[i];
        if (verdict.outcome != VERDICT_VIOLATED) {
            verdicts->items[kept++] = verdict;
            continue;
        }
        if (!is_explained) {
            add_suspicion(j->oracle, pattern, (enum clause_id)verdict.clause,
                          &verdicts->expectations[verdict.expectation]);
        }
        expectations = verdict.expectation < expectations ? verdict.expectation : expectations;
    }
    verdicts->count = kept;
    verdicts->expectation_count = expectations; /* they are in the order of their verdicts */
}

void hck_suspicion_hold_back(struct judgement *j, uint32_t first, enum suspicion_kind kind,
                             uint32_t serial, uint64_t key)
{
    if (j->oracle->thread_count == 1 || first == j->verdicts->count) {
        return;
    }
    struct suspicion pattern = {.kind = kind,
                                .waiting = hck_suspicion_other_threads(j),
                                .status = (uint8_t)j->seen->status,
                                .call_index = j->call_index,
                                .serial = serial,
                                .key = key,
                                .end = j->seen->end};
    bool is_explained = kind == SUSPICION_ALONE && hck_judge_met_another(j);
    if (kind == SUSPICION_LOCK) {
        pattern.waiting &=
            (uint8_t)(1u << hck_model_heap(j->oracle, serial)->lock_owner % TRACE_THREADS_MAX);
    }
    if (pattern.waiting != 0 || is_explained) {
        take_back(j, first, &pattern, is_explained);
    }
}

/* --- Deciding ----------------------------------------------------------------------------- */

static bool names_heap(const struct judgement *j, uint32_t serial)
{
    const struct slot *slot = argument_slot(j, 0);
    return slot && slot->serial == serial;
}

static bool takes_block(const struct judgement *j, const struct suspicion *suspicion)
{
    if (j->row->effect == EFFECT_free || j->row->effect == EFFECT_reallocate) {
        const struct argument *block = hck_call_argument(j->call, ARGUMENT_BLOCK);
        return hck_typestate_address(&j->oracle->state, block) == suspicion->key;
    }
    return j->row->effect == EFFECT_destroy_heap && names_heap(j, suspicion->serial);
}

/* Whether an access changed pages: by writing, or by what its faults and handlers did. */
static bool changes_by_access(const struct judgement *j)
{
    return j->call->id == CALL_Poke || !returned(j) || j->seen->handler_call_count > 0;
}

/* Whether the call changes pages, what they hold, or who is called when they fault. */
static bool changes_pages(const struct judgement *j)
{
    enum effect_changes changes = hck_call_effect(j->row)->changes;
    if (changes == CHANGES_PAGES || changes == CHANGES_HANDLERS) {
        bool is_success = (j->seen->result == 0) == hck_call_succeeds_with_zero(j->row);
        return is_success || !returned(j);
    }
    return j->row->effect == EFFECT_nothing && hck_call_accesses_memory(j->row) &&
           hck_call_has(j->row, ARGUMENT_ADDRESS) && changes_by_access(j);
}

/* Whether the call gives the reservation back. */
static bool releases(const struct judgement *j, uint64_t base)
{
    return j->row->effect == EFFECT_free_pages &&
           given_flags(j, FLAG_SET_free_type) == MEM_RELEASE && page_down(given_address(j)) == base;
}

/* Whether the call gives the lock of the heap back for good. */
static bool lets_go(const struct judgement *j, uint32_t serial)
{
    const struct model_heap *heap = hck_model_heap(j->oracle, serial);
    return j->row->effect == EFFECT_unlock && names_heap(j, serial) &&
           (heap->lock_owner != j->call->thread || heap->lock_count == 1);
}

/* Whether a call that the executor ended accounts for what was seen: what it had done by then
 * nobody can tell. */
static bool explains_unfinished(const struct judgement *j, const struct suspicion *suspicion)
{
    return suspicion->kind == SUSPICION_ALONE ||
           (suspicion->kind == SUSPICION_BLOCK && takes_block(j, suspicion));
}

/* Whether this call, which overlapped with the suspected one, accounts for what was seen. One that
 * failed has changed nothing: it leaves a block, a reservation or a lock with its owner. */
static bool explains(const struct judgement *j, const struct suspicion *suspicion)
{
    bool succeeded = returned(j) && j->seen->result != 0;
    switch (suspicion->kind) {
    case SUSPICION_ALONE:
        return true;
    case SUSPICION_BLOCK:
        return succeeded && takes_block(j, suspicion);
    case SUSPICION_LOCK:
        return succeeded && lets_go(j, suspicion->serial);
    case SUSPICION_REGION:
        return succeeded && releases(j, suspicion->key);
    case SUSPICION_PAGES:
        return changes_pages(j);
    }
    return false;
}

/* A verdict on the suspected call. */
static void tell(struct judgement *j, const struct suspicion *suspicion,
                 enum verdict_outcome outcome)
{
    struct verdict verdict = verdict_here(j, suspicion->clause, outcome, NULL);
    verdict.call_index = suspicion->call_index;
    verdict.status = suspicion->status;
    hck_verdict_on(j, &verdict, outcome == VERDICT_VIOLATED ? &suspicion->expectation : NULL);
}

static void tell_lock_held(struct judgement *j, const struct suspicion *suspicion)
{
    tell(j, suspicion, VERDICT_HOLDS);
    judge_holds(j, CLAUSE_heap_lock_owned_heap_lets_waiters_go_after_release);
}

static void tell_violation(struct judgement *j, struct suspicion *suspicion, bool was_made)
{
    if (suspicion->kind == SUSPICION_LOCK && was_made) {
        suspicion->expectation.operands[1].value = j->seen->start;
    }
    tell(j, suspicion, VERDICT_VIOLATED);
}

/* The thread has spoken: whether nothing is left to decide. */
static bool decide(struct judgement *j, struct suspicion *suspicion, uint8_t bit, bool was_made)
{
    if ((suspicion->waiting & bit) == 0) {
        return false;
    }
    if (was_made && j->seen->start < suspicion->end && explains(j, suspicion)) {
        if (suspicion->kind == SUSPICION_LOCK) {
            tell_lock_held(j, suspicion);
        }
        return true;
    }
    if (hck_suspicion_was_stuck(j) && explains_unfinished(j, suspicion)) {
        return true;
    }
    suspicion->waiting &= (uint8_t)~bit;
    if (suspicion->waiting == 0) {
        tell_violation(j, suspicion, was_made);
    }
    return suspicion->waiting == 0;
}

void hck_suspicion_decide(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    uint32_t thread = j->call->thread % TRACE_THREADS_MAX;
    bool was_made = j->seen->status != STATUS_SKIPPED && j->seen->status != STATUS_UNSUPPORTED;
    uint32_t kept = 0;
    oracle->calls_left[thread] -= oracle->calls_left[thread] > 0;
    if (was_made) {
        oracle->end_before[thread] = oracle->last_end[thread];
        oracle->last_end[thread] = j->seen->end;
        oracle->last_call[thread] = j->call_index;
    }
    for (uint32_t i = 0; i < oracle->suspicion_count; i++) {
        if (!decide(j, &oracle->suspicions[i], (uint8_t)(1u << thread), was_made)) {
            oracle->suspicions[kept] = oracle->suspicions[i];
            kept += 1;
        }
    }
    oracle->suspicion_count = kept;
    if (oracle->suspicions_lost) {
        hck_verdict(j, CLAUSE_NONE, VERDICT_BROKEN,
                    "more violations wait for other threads than there is room for");
        oracle->suspicions_lost = false;
    }
}

void hck_suspicion_finish(struct judgement *j, uint8_t under_way)
{
    struct oracle *oracle = j->oracle;
    for (uint32_t i = 0; i < oracle->suspicion_count; i++) {
        if ((oracle->suspicions[i].waiting & under_way) == 0) {
            tell_violation(j, &oracle->suspicions[i], false);
        }
    }
    oracle->suspicion_count = 0;
}
