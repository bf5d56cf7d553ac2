/* HeapLock, HeapUnlock, and waiting for a lock, which needs the times of calls. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

/* --- Waiting ------------------------------------------------------------------------------ */

/* HeapFree of NULL has nothing to do in the heap, and a call that fails need not have come as far
 * as the lock. */
static bool must_wait(const struct judgement *j)
{
    bool succeeded = returned(j) && j->seen->result != 0;
    bool frees_nothing = j->row->effect == EFFECT_free &&
                         hck_call_argument(j->call, ARGUMENT_BLOCK)->form == FORM_NULL;
    return hck_call_effect(j->row)->lock == LOCK_WAITS && succeeded && !frees_nothing;
}

static bool may_wait(const struct judgement *j)
{
    return hck_call_effect(j->row)->lock == LOCK_MAY_WAIT;
}

static enum clause_id waiting_clause(const struct judgement *j)
{
    return j->call->id == CALL_HeapLock ? CLAUSE_heap_lock_owned_heap_blocks_a_second_owner
                                        : CLAUSE_heap_lock_owned_heap_blocks_other_threads;
}

/* The call ended before the owner's HeapUnlock did. */
static void judge_inside_lock(struct judgement *j, const struct heap_use *use)
{
    const struct model_heap *heap = use->heap;
    if (j->seen->start <= heap->lock_end) {
        return;
    }
    if (may_wait(j)) {
        judge_latitude_among_threads(j, CLAUSE_heap_lock_owned_heap_may_block_inspection,
                                     "it does not wait");
    }
    if (!must_wait(j)) {
        return;
    }
    struct expectation expectation = {SUBJECT_TICKS, RELATION_WAITS, 2, 0,
                                      j->seen->end,  {{0, 0, 0, 0}}};
    expectation.operands[0] = number(heap->lock_end);
    expectation.operands[1] = number(j->seen->end);
    uint32_t first = j->verdicts->count;
    hck_judge_violation(j, waiting_clause(j), &expectation);
    if (heap->partly_end != 0 && j->seen->end > heap->partly_end) {
        hck_judge_violation(j, CLAUSE_heap_lock_nesting_ends_with_the_last_unlock, &expectation);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_LOCK, use->serial, 0);
}

/* The call began while another thread had the lock, and ended after that had begun to unlock. */
static void judge_waited(struct judgement *j, const struct model_heap *heap)
{
    if (may_wait(j)) {
        judge_latitude_among_threads(j, CLAUSE_heap_lock_owned_heap_may_block_inspection,
                                     "it waits");
    }
    if (!must_wait(j)) {
        return;
    }
    hck_verdict(j, waiting_clause(j), VERDICT_HOLDS, NULL);
    if (heap->last_partly_end != 0) {
        judge_holds(j, CLAUSE_heap_lock_nesting_ends_with_the_last_unlock);
    }
    judge_holds(j, CLAUSE_heap_lock_owned_heap_lets_waiters_go_after_release);
}

/* Began while another thread had the lock, which has since unlocked. */
static bool has_waited(const struct judgement *j, const struct model_heap *heap)
{
    return heap->unlock_start != 0 && heap->last_owner != j->call->thread &&
           j->seen->start > heap->last_lock_end && j->seen->start < heap->unlock_start;
}

static bool is_lock_call(const struct judgement *j)
{
    return j->row->effect == EFFECT_lock || j->row->effect == EFFECT_unlock;
}

/* The call came back, so what says that it does not wait for ever holds. One that did not is judged
 * by hck_heap_judge_unfinished(), which reports these clauses as violated. */
void hck_heap_judge_waiting(struct judgement *j, const struct heap_use *use)
{
    const struct oracle *oracle = j->oracle;
    const struct model_heap *heap = use->heap;
    uint8_t thread = j->call->thread;
    if (heap->lock_count > 0 && heap->lock_owner == thread) {
        if (!is_lock_call(j)) {
            judge_holds(j, CLAUSE_heap_lock_owned_heap_serves_its_owner);
        }
        return;
    }
    if (heap->lock_count > 0) {
        judge_inside_lock(j, use);
        return;
    }
    if (has_waited(j, heap)) {
        judge_waited(j, heap);
    }
    if (oracle->locks_held > oracle->locks_held_by[thread]) {
        judge_holds(j, CLAUSE_heap_lock_other_heap_stays_open);
    }
}

/* --- HeapLock, HeapUnlock ----------------------------------------------------------------- */

static void take_lock(struct judgement *j, struct model_heap *heap)
{
    struct oracle *oracle = j->oracle;
    uint8_t thread = j->call->thread;
    if (heap->lock_count > 0 && heap->lock_owner == thread) {
        heap->lock_count++;
        return;
    }
    /* Where another thread has it, that thread is unlocking now, or is a suspicion already. */
    if (heap->lock_count > 0) {
        oracle->locks_held_by[heap->lock_owner]--;
    } else {
        oracle->locks_held++;
    }
    oracle->locks_held_by[thread]++;
    heap->lock_count = 1;
    heap->lock_owner = thread;
    heap->lock_end = j->seen->end;
    heap->partly_end = 0;
}

static void drop_lock(struct judgement *j, struct model_heap *heap)
{
    if (heap->lock_count == 0 || heap->lock_owner != j->call->thread) {
        return; /* its waiter was quicker to tell */
    }
    heap->lock_count--;
    if (heap->lock_count > 0) {
        heap->partly_end = heap->partly_end == 0 ? j->seen->end : heap->partly_end;
        return;
    }
    j->oracle->locks_held--;
    j->oracle->locks_held_by[j->call->thread]--;
    heap->last_owner = j->call->thread;
    heap->last_lock_end = heap->lock_end;
    heap->last_partly_end = heap->partly_end;
    heap->unlock_start = j->seen->start;
}

void hck_judge_HeapLock(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, HEAP_NO_FLAGS, &use)) {
        return;
    }
    if (use.heap->lock_count == 0) {
        judge_is_not(j, CLAUSE_heap_lock_free_heap_is_granted, SUBJECT_RESULT, 0);
    } else if (use.heap->lock_owner == j->call->thread) {
        judge_is_not(j, CLAUSE_heap_lock_nesting_owner_can_lock_again, SUBJECT_RESULT, 0);
    }
    hck_heap_judge_service(j, &use, 0);
    if (returned(j) && j->seen->result != 0) {
        hck_heap_judge_boolean(j);
        take_lock(j, use.heap);
    }
}

void hck_judge_HeapUnlock(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, HEAP_NO_FLAGS, &use)) {
        return;
    }
    judge_is_not(j, CLAUSE_heap_lock_unlock_by_the_owner_succeeds, SUBJECT_RESULT, 0);
    hck_heap_judge_service(j, &use, 0);
    if (returned(j) && j->seen->result != 0) {
        hck_heap_judge_boolean(j);
        drop_lock(j, use.heap);
    }
}

/* --- Calls that did not come back --------------------------------------------------------- */

/* Memory that nobody has may take longer to be refused than anybody waits: no matter of locks. */
static bool asks_for_much(const struct judgement *j)
{
    return hck_call_argument(j->call, ARGUMENT_SIZE)->value > HEAP_SERVED_MAX;
}

static void judge_hung(struct judgement *j, const struct model_heap *heap)
{
    const struct oracle *oracle = j->oracle;
    uint8_t thread = j->call->thread;
    bool is_lock = j->call->id == CALL_HeapLock;
    if (heap->lock_count > 0 && heap->lock_owner == thread) {
        judge_is_not(j,
                     is_lock ? CLAUSE_heap_lock_nesting_owner_can_lock_again
                             : CLAUSE_heap_lock_owned_heap_serves_its_owner,
                     SUBJECT_STATUS, STATUS_HUNG);
        return;
    }
    if (heap->lock_count > 0) {
        return; /* it waits for the owner, as it has to */
    }
    if (is_lock) {
        judge_is_not(j, CLAUSE_heap_lock_free_heap_is_granted, SUBJECT_STATUS, STATUS_HUNG);
    }
    if (oracle->locks_held > oracle->locks_held_by[thread]) {
        judge_is_not(j, CLAUSE_heap_lock_other_heap_stays_open, SUBJECT_STATUS, STATUS_HUNG);
    }
    if (has_waited(j, heap)) {
        judge_is_not(j, CLAUSE_heap_lock_owned_heap_lets_waiters_go_after_release, SUBJECT_STATUS,
                     STATUS_HUNG);
    }
}

void hck_heap_judge_unfinished(struct judgement *j)
{
    const struct slot *slot = argument_slot(j, 0);
    enum argument_kind kind = j->row->arguments[0].kind;
    if (!slot || slot->state != SLOT_LIVE) {
        return;
    }
    if (kind == ARGUMENT_HEAP && j->seen->status == STATUS_HUNG && !asks_for_much(j)) {
        const struct model_heap *heap = hck_model_heap(j->oracle, slot->serial);
        if (heap->alive) {
            judge_hung(j, heap);
        }
    }
    bool is_block = j->call->arguments[0].slot_kind == SLOT_BLOCK;
    if (is_block && j->row->family == FAMILY_probe && j->seen->status == STATUS_CRASHED &&
        j->call->id != CALL_Execute) {
        judge_is(j, CLAUSE_heap_blocks_are_readable_and_writable, SUBJECT_STATUS, STATUS_RETURNED);
    }
}
