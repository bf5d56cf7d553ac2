/* A trace on several threads: one call after the other, but for those that are made side by side.
 *
 * Each thread's calls are made by a worker; the sequencer, which is the caller's thread, posts
 * them. The next call is always the first one of the trace that an idle worker has to make, so a
 * worker that waits for a lock holds up its own calls and nobody else's.
 *
 * Side by side are calls that allocate, resize, free, fill or look at blocks, each on a thread of
 * its own and each on blocks of its own, where no lock is held. All begin before the first one is
 * seen to end, and they are observed in the order of the trace, so that the ticks of a trace do not
 * depend on how fast its calls are.
 *
 * Only the sequencer begins and ends steps. Start and end ticks are taken there, a little before
 * the call and a little after it; an interval that is a little too long accuses nobody wrongly. The
 * end of the call in hand is taken before the ends of the calls that it may have set free, so an
 * unlock ends before the lock that waited for it. */
#include "kit/execute/executor.h"

/* --- The workers' side --- */

static void run_worker(void *context)
{
    struct worker *worker = context;
    struct executor *executor = worker->executor;
    hck_handlers_enter(worker);
    for (;;) {
        (void)hck_gate_pass(&worker->go, GATE_WAIT_FOREVER);
        if (worker->task == TASK_QUIT) {
            break;
        }
        if (worker->task == TASK_CALL) {
            hck_step_make(worker);
        } else {
            const struct ledger_entry *lock = hck_ledger_find(
                &executor->ledger, LEDGER_LOCK + worker->number, worker->unlock_address);
            hck_clean_up_lock(executor, worker->unlock_address, lock->detail);
        }
        atomic_store(&worker->ended, atomic_fetch_add(&executor->ended_count, 1) + 1);
        hck_gate_open(&executor->ended);
    }
    hck_handlers_enter(NULL);
}

/* --- The sequencer's side --- */

static void post(struct worker *worker, enum task task)
{
    worker->task = task;
    worker->is_busy = true;
    atomic_store(&worker->ended, 0);
    hck_gate_open(&worker->go);
}

static void advance_cursor(struct worker *worker)
{
    const struct trace *trace = worker->executor->trace;
    while (worker->cursor < trace->call_count &&
           trace->calls[worker->cursor].thread != worker->number) {
        worker->cursor++;
    }
}

/* Takes note that the worker's call has ended. */
static void finish(struct worker *worker)
{
    hck_step_end(worker);
    worker->is_busy = false;
    worker->cursor++;
    advance_cursor(worker);
}

/* The worker whose call ended first of those not yet taken note of, or NULL. */
static struct worker *first_ended(const struct executor *executor)
{
    struct worker *first = NULL;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && worker->is_busy && atomic_load(&worker->ended) &&
            (first == NULL || atomic_load(&worker->ended) < atomic_load(&first->ended))) {
            first = worker;
        }
    }
    return first;
}

static bool finish_ended(const struct executor *executor)
{
    bool any = false;
    for (struct worker *worker; (worker = first_ended(executor)) != NULL;) {
        finish(worker);
        any = true;
    }
    return any;
}

/* A thread that only lacks a processor gets so many times as long: who comes first is not to depend
 * on what else the machine does. One that spins on a lock never waits. */
enum { WAITS_FOR_PROCESSOR = 25 };

/* Waits until the worker's task has ended. False: it has not within `wait_ms`, and waits. Each end
 * of another worker's call begins that time anew, so it may be as many times as long as there are
 * workers. */
static bool wait_for(struct executor *executor, const struct worker *worker, uint32_t wait_ms)
{
    unsigned waits = 0;
    while (!atomic_load(&worker->ended)) {
        if (!hck_gate_pass(&executor->ended, wait_ms) &&
            (++waits == WAITS_FOR_PROCESSOR || hck_thread_waits(&worker->thread))) {
            return atomic_load(&worker->ended) != 0;
        }
    }
    return true;
}

static bool any_lacks_processor(const struct executor *executor)
{
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        const struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && worker->is_busy &&
            !hck_thread_waits(&worker->thread)) {
            return true;
        }
    }
    return false;
}

/* The same for whichever ends first. */
static bool wait_for_any(struct executor *executor, uint32_t wait_ms)
{
    for (unsigned waits = 0; waits < WAITS_FOR_PROCESSOR; waits++) {
        if (hck_gate_pass(&executor->ended, wait_ms)) {
            return true;
        }
        if (!any_lacks_processor(executor)) {
            break;
        }
    }
    return false;
}

/* --- What unfinished calls rule out --- */

static bool frees_its_argument(enum argument_mode mode)
{
    return mode == MODE_REPLACE || mode == MODE_CONSUME || mode == MODE_GIVE_BACK;
}

static bool names_same_slot(const struct argument *one, const struct argument *other)
{
    return one->form == FORM_SLOT && other->form == FORM_SLOT &&
           one->slot_kind == other->slot_kind && one->slot == other->slot;
}

/* Whether `call` and an unfinished call name the slot of `argument` and one of the two frees it. */
static bool is_in_doubt(const struct executor *executor, const struct argument *argument,
                        enum argument_mode mode)
{
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        const struct worker *other = executor->workers[i];
        if (other == NULL || !other->is_used || !other->is_busy) {
            continue;
        }
        const struct call_row *row = &hck_call_rows[other->call->id];
        for (unsigned k = 0; k < row->argument_count; k++) {
            if (names_same_slot(argument, &other->call->arguments[k]) &&
                (frees_its_argument(mode) || frees_its_argument(row->arguments[k].mode))) {
                return true;
            }
        }
    }
    return false;
}

/* Begins the call as if what is in doubt were dead, which the typestate has clauses for. */
static bool begin_step(struct worker *worker, const struct call *call)
{
    struct executor *executor = worker->executor;
    const struct call_row *row = &hck_call_rows[call->id];
    struct slot *hidden[CALL_ARGUMENTS_MAX];
    uint8_t states[CALL_ARGUMENTS_MAX];
    unsigned hidden_count = 0;
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT &&
            is_in_doubt(executor, argument, row->arguments[i].mode)) {
            struct slot *slot = &executor->state.slots[argument->slot_kind][argument->slot];
            states[hidden_count] = slot->state;
            hidden[hidden_count++] = slot;
            slot->state = SLOT_DEAD;
        }
    }
    bool is_begun = hck_step_begin(worker, call);
    while (hidden_count > 0) {
        hidden_count--;
        hidden[hidden_count]->state = states[hidden_count];
    }
    return is_begun;
}

/* The thread that owns the lock of the heap at `address`, or TRACE_THREADS_MAX. */
static unsigned lock_owner(const struct executor *executor, uint64_t address)
{
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        const struct ledger_entry *lock =
            hck_ledger_find(&executor->ledger, LEDGER_LOCK + i, address);
        if (lock != NULL && lock->detail > 0) {
            return i;
        }
    }
    return TRACE_THREADS_MAX;
}

/* Whether the call would wait for a thread that waits, over any number of others, for this one. */
static bool would_wait_for_itself(const struct worker *worker, const struct call *call)
{
    const struct executor *executor = worker->executor;
    if (hck_typestate_lock_effect(&executor->state, call) == LOCK_PASSES) {
        return false;
    }
    uint64_t heap = hck_typestate_address(&executor->state, &call->arguments[0]);
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        unsigned owner = lock_owner(executor, heap);
        if (owner == TRACE_THREADS_MAX) {
            return false;
        }
        if (owner == worker->number) {
            return i > 0;
        }
        const struct worker *next = executor->workers[owner];
        if (!next->is_busy) {
            return false;
        }
        heap = next->words[0];
    }
    return false;
}

/* --- The order of calls --- */

/* The idle worker with the earliest call to make, or NULL. */
static struct worker *pick_worker(const struct executor *executor)
{
    struct worker *picked = NULL;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && !worker->is_busy &&
            worker->cursor < executor->trace->call_count &&
            (picked == NULL || worker->cursor < picked->cursor)) {
            picked = worker;
        }
    }
    return picked;
}

static bool any_is_busy(const struct executor *executor)
{
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        const struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && worker->is_busy) {
            return true;
        }
    }
    return false;
}

/* After an unlock the waiting calls get the time to take the heap before the next call of the trace
 * comes, or whether they do would be a matter of luck. */
static void let_waiters_go(struct executor *executor, const struct call *unlock)
{
    uint64_t heap = hck_typestate_address(&executor->state, &unlock->arguments[0]);
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        const struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && worker->is_busy && worker->words[0] == heap) {
            (void)wait_for(executor, worker, executor->options->block_wait_ms);
            return;
        }
    }
}

/* --- Side by side --- */

/* How far ahead in the trace a call is looked for that can be made now. */
enum { LOOK_AHEAD = 16 };

/* Nothing but blocks and the inside of a heap, which keeps such calls apart itself. */
static bool is_about_blocks(const struct call *call)
{
    return hck_call_effect(&hck_call_rows[call->id])->changes == CHANGES_BLOCKS ||
           call->id == CALL_HeapSize || call->id == CALL_Check;
}

/* A heap that is used without serialization is not to be used by two threads at once, and which of
 * them may use it the typestate knows only when the first one is done. */
static bool is_unserialized(const struct executor *executor, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    const struct slot *heap = hck_typestate_slot(&executor->state, &call->arguments[0]);
    bool is_asked = row->arguments[1].set == FLAG_SET_heap &&
                    ((uint32_t)call->arguments[1].value & HEAP_NO_SERIALIZE) != 0;
    return is_asked || (row->arguments[0].kind == ARGUMENT_HEAP && heap != NULL &&
                        (heap->options & HEAP_NO_SERIALIZE) != 0);
}

static bool names_block(const struct call *call, uint32_t slot)
{
    if (slot == NO_SLOT) {
        return false;
    }
    if (call->result_slot == slot &&
        hck_call_result_slot_kind(hck_call_rows[call->id].result) == SLOT_BLOCK) {
        return true;
    }
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK &&
            argument->slot == slot) {
            return true;
        }
    }
    return false;
}

static bool share_a_block(const struct call *one, const struct call *other)
{
    bool share =
        hck_call_rows[one->id].result == RESULT_BLOCK && names_block(other, one->result_slot);
    for (unsigned i = 0; i < hck_call_rows[one->id].argument_count; i++) {
        const struct argument *argument = &one->arguments[i];
        share = share || (argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK &&
                          names_block(other, argument->slot));
    }
    return share;
}

/* Whether the call at `index` needs nothing of the calls from `first` on, which come before it in
 * the trace. */
static bool stands_alone(const struct executor *executor, uint32_t first, uint32_t index)
{
    const struct call *call = &executor->trace->calls[index];
    for (uint32_t i = first; i < index; i++) {
        if (share_a_block(call, &executor->trace->calls[i])) {
            return false;
        }
    }
    return hck_typestate_lock_effect(&executor->state, call) == LOCK_PASSES;
}

/* Posts the calls from `first` on that can be made side by side, at most one for each thread. */
static void post_group(struct executor *executor, uint32_t first)
{
    const struct trace *trace = executor->trace;
    for (uint32_t i = first; i < trace->call_count && i < first + LOOK_AHEAD; i++) {
        const struct call *call = &trace->calls[i];
        struct worker *worker = executor->workers[call->thread];
        if (!is_about_blocks(call) || is_unserialized(executor, call)) {
            return;
        }
        if (worker->is_busy || worker->cursor != i || !stands_alone(executor, first, i)) {
            continue;
        }
        if (hck_step_begin(worker, call)) {
            post(worker, TASK_CALL);
        } else {
            worker->cursor++;
            advance_cursor(worker);
        }
    }
}

static struct worker *first_busy(const struct executor *executor)
{
    struct worker *first = NULL;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && worker->is_busy &&
            (first == NULL || worker->cursor < first->cursor)) {
            first = worker;
        }
    }
    return first;
}

/* Nobody waits for anybody. False where the call at `first` is none that is made side by side. */
static bool run_group(struct executor *executor, uint32_t first)
{
    const struct call *call = &executor->trace->calls[first];
    if (executor->is_closing || !is_about_blocks(call) || is_unserialized(executor, call) ||
        any_is_busy(executor) || !stands_alone(executor, first, first)) {
        return false;
    }
    post_group(executor, first);
    for (struct worker *worker; (worker = first_busy(executor)) != NULL;) {
        (void)wait_for(executor, worker, GATE_WAIT_FOREVER);
        finish(worker);
    }
    return true;
}

/* Whether an unfinished call waits for the lock of the heap. It may have it by now. */
static bool is_about_to_be_locked(const struct executor *executor, const struct call *call)
{
    if (hck_call_rows[call->id].arguments[0].kind != ARGUMENT_HEAP) {
        return false;
    }
    uint64_t heap = hck_typestate_address(&executor->state, &call->arguments[0]);
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        const struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used && worker->is_busy &&
            hck_call_rows[worker->call->id].effect == EFFECT_lock && worker->words[0] == heap) {
            return true;
        }
    }
    return false;
}

static void skip_call(struct worker *worker, const struct call *call, enum clause_id clause)
{
    hck_step_skip(worker, call, clause);
    worker->cursor++;
    advance_cursor(worker);
}

static void run_call(struct worker *worker)
{
    struct executor *executor = worker->executor;
    const struct call *call = &executor->trace->calls[worker->cursor];
    if (executor->is_closing || would_wait_for_itself(worker, call)) {
        skip_call(worker, call, CLAUSE_heap_lock_owner_must_unlock_before_it_ends);
        return;
    }
    bool may_wait = hck_typestate_lock_effect(&executor->state, call) != LOCK_PASSES ||
                    is_about_to_be_locked(executor, call);
    if (!begin_step(worker, call)) {
        worker->cursor++;
        advance_cursor(worker);
        return;
    }
    post(worker, TASK_CALL);
    if (!wait_for(executor, worker,
                  may_wait ? executor->options->block_wait_ms : GATE_WAIT_FOREVER)) {
        return;
    }
    finish(worker);
    if (hck_call_rows[call->id].effect == EFFECT_unlock && any_is_busy(executor)) {
        let_waiters_go(executor, call);
    }
}

/* Has every idle worker unlock what it has locked. False where there was nothing to unlock. */
static bool give_back_locks(struct executor *executor)
{
    bool any = false;
    for (uint64_t i = 0; i <= executor->ledger.mask; i++) {
        struct ledger_entry *entry = &executor->ledger.entries[i];
        if (entry->kind < LEDGER_LOCK || entry->detail == 0) {
            continue;
        }
        struct worker *worker = executor->workers[entry->kind - LEDGER_LOCK];
        if (worker->is_busy) {
            continue;
        }
        worker->unlock_address = entry->address;
        post(worker, TASK_UNLOCK);
        (void)wait_for(executor, worker, GATE_WAIT_FOREVER);
        worker->is_busy = false;
        entry->detail = 0;
        any = true;
    }
    return any;
}

/* Nothing but waiting calls is left. They get a last chance to end by themselves. */
static void resolve_waiting(struct executor *executor)
{
    if (!executor->is_closing && wait_for_any(executor, executor->options->block_wait_ms)) {
        return;
    }
    if (first_ended(executor) != NULL) {
        return;
    }
    if (give_back_locks(executor)) {
        executor->is_closing = true;
    }
    while (first_ended(executor) == NULL) {
        (void)hck_gate_pass(&executor->ended, GATE_WAIT_FOREVER);
    }
}

static void run_calls(struct executor *executor)
{
    for (;;) {
        (void)finish_ended(executor);
        struct worker *worker = pick_worker(executor);
        if (worker != NULL) {
            if (!run_group(executor, worker->cursor)) {
                run_call(worker);
            }
        } else if (any_is_busy(executor)) {
            resolve_waiting(executor);
        } else {
            break;
        }
    }
    (void)give_back_locks(executor);
}

/* --- Starting and stopping --- */

static void stop_workers(struct executor *executor)
{
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        struct worker *worker = executor->workers[i];
        if (worker != NULL && worker->is_used) {
            post(worker, TASK_QUIT);
            hck_thread_join(&worker->thread);
            hck_gate_drop(&worker->go);
            worker->is_busy = false;
            worker->is_used = false;
        }
    }
}

static bool start_worker(struct executor *executor, unsigned number)
{
    struct worker *worker = hck_executor_worker(executor, number);
    if (worker == NULL) {
        return false;
    }
    worker->is_busy = false;
    worker->cursor = 0;
    advance_cursor(worker);
    if (worker->cursor == executor->trace->call_count) {
        return true;
    }
    if (!hck_gate_make(&worker->go)) {
        return false;
    }
    if (!hck_thread_start(&worker->thread, run_worker, worker)) {
        hck_gate_drop(&worker->go);
        return false;
    }
    worker->is_used = true;
    return true;
}

bool hck_sequence_run(struct executor *executor)
{
    bool is_started = true;
    if (!hck_gate_make(&executor->ended)) {
        return false;
    }
    atomic_store(&executor->ended_count, 0);
    for (unsigned i = 0; i < executor->trace->thread_count && i < TRACE_THREADS_MAX; i++) {
        is_started = is_started && start_worker(executor, i);
    }
    if (is_started) {
        run_calls(executor);
    }
    stop_workers(executor);
    hck_gate_drop(&executor->ended);
    return is_started;
}
