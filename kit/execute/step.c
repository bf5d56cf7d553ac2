/* One call: whether it is made, making it, and taking note of what it did. */
#include <string.h>

#include "kit/execute/executor.h"
#include "kit/execute/pages.h"

/* Also what an observation says that has nothing to say: parts that are not valid are not
 * cleared. */
static void clear_observation(struct worker *worker, enum observation_status status)
{
    struct observation *seen = &worker->seen;
    seen->status = (uint8_t)status;
    seen->has_last_error = worker->executor->has_last_error;
    seen->skipped_by = CLAUSE_NONE;
    seen->last_error = LAST_ERROR_SENTINEL;
    seen->result = 0;
    seen->exception_code = 0;
    seen->exception_flags = 0;
    seen->parameter_count = 0;
    seen->handler_call_count = 0;
    seen->value_count = 0;
    seen->start = ++worker->executor->tick;
    seen->end = 0;
}

static void end_observation(struct worker *worker)
{
    worker->seen.end = ++worker->executor->tick;
}

static void observe(struct worker *worker, const struct call *call)
{
    const struct executor_options *options = worker->executor->options;
    options->observe(options->context, call, &worker->seen);
}

void hck_step_skip(struct worker *worker, const struct call *call, enum clause_id clause)
{
    clear_observation(worker, STATUS_SKIPPED);
    worker->seen.skipped_by = (uint16_t)clause;
    end_observation(worker);
    observe(worker, call);
}

static void refuse_unsupported(struct worker *worker, const struct call *call)
{
    clear_observation(worker, STATUS_UNSUPPORTED);
    end_observation(worker);
    hck_typestate_apply(&worker->executor->state, call, &worker->seen);
    observe(worker, call);
}

/* Probes of the gap above the application addresses are made only where it is one: what the process
 * has there may be the stack that this runs on. */
static bool is_in_our_own_memory(const struct executor *executor, const struct call *call)
{
    if (hck_pages_gap_is_empty() || !hck_call_accesses_memory(&hck_call_rows[call->id])) {
        return false;
    }
    const struct argument *argument = hck_call_argument(call, ARGUMENT_ADDRESS);
    uint64_t address = hck_typestate_address(&executor->state, argument);
    return address - WINMEM_ADDRESS_MAX - 1 < WINMEM_GRANULARITY;
}

/* What the end of the step has to know of the first argument as it is now: by then another thread's
 * call may have put something else into the slot. */
static void note_subject(struct worker *worker)
{
    const struct slot *slot =
        hck_typestate_slot(&worker->executor->state, &worker->call->arguments[0]);
    worker->subject_is_default_heap = slot != NULL && slot->is_default;
    if (slot != NULL && hck_call_rows[worker->call->id].family == FAMILY_probe) {
        worker->subject = *slot;
    }
}

static bool registers_continuing(const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    unsigned place = hck_call_place(row, ARGUMENT_BEHAVIOUR);
    return place < row->argument_count && call->arguments[place].value == BEHAVIOUR_CONTINUE;
}

bool hck_step_begin(struct worker *worker, const struct call *call)
{
    struct executor *executor = worker->executor;
    const struct executor_options *options = executor->options;
    enum clause_id forbidden = hck_typestate_check(&executor->state, call);
    if (forbidden != CLAUSE_NONE) {
        hck_step_skip(worker, call, forbidden);
        return false;
    }
    if (!executor->supports[call->id] || is_in_our_own_memory(executor, call)) {
        refuse_unsupported(worker, call);
        return false;
    }
    if (options->announce != NULL) {
        options->announce(options->context, call);
    }
    worker->call = call;
    executor->may_continue = executor->may_continue || registers_continuing(call);
    clear_observation(worker, STATUS_RETURNED);
    note_subject(worker);
    hck_marshal_arguments(worker);
    return true;
}

static const struct call_row *row_of(const struct worker *worker)
{
    return &hck_call_rows[worker->call->id];
}

static void make_in_guard(void *context)
{
    struct worker *worker = context;
    if (row_of(worker)->family != FAMILY_probe) {
        worker->seen.result =
            hck_dispatch(worker->executor->api, (enum call_id)worker->call->id, worker->words);
    } else if (hck_call_accesses_memory(row_of(worker))) {
        hck_probe_memory(worker);
    } else {
        hck_probe_walk(worker);
    }
}

static void note_fault(struct worker *worker)
{
    struct observation *seen = &worker->seen;
    const struct fault *fault = &worker->fault;
    seen->status = STATUS_RAISED;
    seen->exception_code = fault->code;
    seen->exception_flags = fault->flags;
    seen->parameter_count = fault->parameter_count;
    for (uint32_t i = 0; i < fault->parameter_count; i++) {
        seen->parameters[i] = fault->parameters[i];
    }
}

void hck_step_make(struct worker *worker)
{
    const struct executor *executor = worker->executor;
    const struct api *api = executor->api;
    enum call_id id = (enum call_id)worker->call->id;
    worker->in_call = true;
    if (executor->has_last_error && id != CALL_GetLastError) {
        api->SetLastError(LAST_ERROR_SENTINEL);
    }
    hck_fault_run(hck_call_accesses_memory(row_of(worker)) ? FAULT_ACCESS : FAULT_CALL,
                  make_in_guard, worker, &worker->fault);
    if (executor->has_last_error) {
        worker->seen.last_error = api->GetLastError();
    }
    worker->in_call = false;
    if (worker->fault.caught) {
        note_fault(worker);
    }
    if (worker->is_planted) {
        struct fault ignored;
        hck_fault_run(FAULT_ACCESS, hck_probe_restore, worker, &ignored);
    }
    if (row_of(worker)->effect == EFFECT_add_handler) {
        hck_fault_stay_last(api);
        if (executor->has_last_error) {
            api->SetLastError(worker->seen.last_error);
        }
    }
    hck_marshal_values(worker);
}

/* --- What the trace has now --- */

/* What the call was given in its argument of a kind, or in its flags of a set. */
static uint64_t word_of(const struct worker *worker, enum argument_kind kind)
{
    unsigned place = hck_call_place(row_of(worker), kind);
    return place < CALL_ARGUMENTS_MAX ? worker->words[place] : 0;
}

static bool has_flag(const struct worker *worker, enum flag_set set, uint32_t flag)
{
    unsigned place = hck_call_flags_place(row_of(worker), set);
    return place < CALL_ARGUMENTS_MAX && (worker->words[place] & flag) != 0;
}

static void note_gone(struct worker *worker, uint32_t kind, uint64_t address)
{
    struct ledger *ledger = &worker->executor->ledger;
    struct ledger_entry *entry = hck_ledger_find(ledger, kind, address);
    if (entry != NULL) {
        hck_ledger_remove(ledger, entry);
    }
}

static void note_block(struct worker *worker)
{
    if (worker->subject_is_default_heap) {
        hck_ledger_add(&worker->executor->ledger, LEDGER_BLOCK, worker->seen.result)->detail =
            worker->words[0];
    }
}

/* The entry stays when the count reaches zero: the same heap is likely to be locked again, and its
 * place was counted for. */
static void note_lock(struct worker *worker, bool is_locked)
{
    struct ledger *ledger = &worker->executor->ledger;
    uint32_t kind = LEDGER_LOCK + worker->call->thread;
    if (is_locked) {
        hck_ledger_add(ledger, kind, worker->words[0])->detail++;
        return;
    }
    struct ledger_entry *entry = hck_ledger_find(ledger, kind, worker->words[0]);
    if (entry != NULL && entry->detail > 0) {
        entry->detail--;
    }
}

static void note_heap_destroyed(struct worker *worker)
{
    note_gone(worker, LEDGER_HEAP, word_of(worker, ARGUMENT_HEAP));
    for (uint32_t i = 0; i < TRACE_THREADS_MAX; i++) {
        note_gone(worker, LEDGER_LOCK + i, word_of(worker, ARGUMENT_HEAP));
    }
}

static void note_success(struct worker *worker)
{
    struct ledger *ledger = &worker->executor->ledger;
    switch (row_of(worker)->effect) {
    case EFFECT_create_heap:
        hck_ledger_add(ledger, LEDGER_HEAP, worker->seen.result);
        break;
    case EFFECT_destroy_heap:
        note_heap_destroyed(worker);
        break;
    case EFFECT_allocate:
        note_block(worker);
        break;
    case EFFECT_reallocate:
        note_gone(worker, LEDGER_BLOCK, word_of(worker, ARGUMENT_BLOCK));
        note_block(worker);
        break;
    case EFFECT_free:
        note_gone(worker, LEDGER_BLOCK, word_of(worker, ARGUMENT_BLOCK));
        break;
    case EFFECT_lock:
        note_lock(worker, true);
        break;
    case EFFECT_unlock:
        note_lock(worker, false);
        break;
    case EFFECT_allocate_pages:
        if (word_of(worker, ARGUMENT_ADDRESS) == 0 ||
            has_flag(worker, FLAG_SET_allocation_type, MEM_RESERVE)) {
            hck_ledger_add(ledger, LEDGER_REGION, worker->seen.result);
        }
        break;
    case EFFECT_free_pages:
        if (has_flag(worker, FLAG_SET_free_type, MEM_RELEASE)) {
            note_gone(worker, LEDGER_REGION, word_of(worker, ARGUMENT_ADDRESS));
        }
        break;
    case EFFECT_add_handler:
        hck_ledger_add(ledger, LEDGER_HANDLER, worker->seen.result);
        break;
    case EFFECT_remove_handler:
        note_gone(worker, LEDGER_HANDLER, word_of(worker, ARGUMENT_HANDLER));
        break;
    case EFFECT_create_section:
    case EFFECT_open_section:
        hck_ledger_add(ledger, LEDGER_SECTION, worker->seen.result);
        break;
    case EFFECT_map_view:
        hck_ledger_add(ledger, LEDGER_VIEW, worker->seen.result);
        break;
    case EFFECT_unmap_view:
        note_gone(worker, LEDGER_VIEW, word_of(worker, ARGUMENT_ADDRESS));
        break;
    case EFFECT_close_section:
        note_gone(worker, LEDGER_SECTION, word_of(worker, ARGUMENT_SECTION));
        break;
    case EFFECT_nothing:
    case EFFECT_default_heap:
    case EFFECT_compact:
    case EFFECT_walk:
    case EFFECT_set_information:
    case EFFECT_protect_pages:
    case EFFECT_discard_pages:
    case EFFECT_lock_pages:
    case EFFECT_unlock_pages:
    case EFFECT_offer_pages:
    case EFFECT_reclaim_pages:
    case EFFECT_watch_pages:
    case EFFECT_set_working_set:
    case EFFECT_raise:
    case EFFECT_fill:
        break;
    }
}

/* How far a block's pattern goes outlives a move of the block; so does the place of its tail. */
static void note_filled(struct worker *worker)
{
    const struct call *call = worker->call;
    uint64_t *filled = worker->executor->filled;
    const struct argument *block = hck_call_argument(call, ARGUMENT_BLOCK);
    if (block->form != FORM_SLOT) {
        return;
    }
    if (row_of(worker)->effect == EFFECT_fill) {
        filled[block->slot] = worker->subject.size;
    } else if (call_succeeded(worker) && call->result_slot != NO_SLOT) {
        filled[call->result_slot] = filled[block->slot];
    }
}

void hck_step_end(struct worker *worker)
{
    struct executor *executor = worker->executor;
    const struct call *call = worker->call;
    enum call_effect effect = row_of(worker)->effect;
    if (effect == EFFECT_fill || effect == EFFECT_reallocate) {
        note_filled(worker);
    } else if (effect == EFFECT_walk && call_succeeded(worker) && call->result_slot != NO_SLOT) {
        memcpy(&executor->walks[call->result_slot], worker->outs[0].bytes,
               sizeof(PROCESS_HEAP_ENTRY));
    }
    if (call_succeeded(worker)) {
        note_success(worker);
    }
    if (!executor->is_closing) {
        end_observation(worker);
        hck_typestate_apply(&executor->state, call, &worker->seen);
        observe(worker, call);
    } else {
        hck_step_skip(worker, call, CLAUSE_heap_lock_owner_must_unlock_before_it_ends);
    }
    worker->call = NULL;
}
