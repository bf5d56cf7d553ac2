/* The executor's entry: storage, a trace on one thread, and what comes before and after. */
#include "kit/execute/execute.h"

#include <string.h>

#include "kit/execute/executor.h"
#include "kit/execute/pages.h"

enum { CACHE_LINE = 64 };

/* Kept from trace to trace, for thousands of short traces run in one process. */
static struct executor the_executor;
static atomic_flag is_running = ATOMIC_FLAG_INIT;

static size_t align(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

struct worker *hck_executor_worker(struct executor *executor, unsigned number)
{
    struct worker *worker = executor->workers[number];
    if (worker == NULL) {
        size_t values_size = OBSERVATION_VALUES_MAX * sizeof(uint64_t);
        unsigned char *pages = hck_pages_take(align(sizeof *worker) + values_size);
        if (pages == NULL) {
            return NULL;
        }
        worker = (struct worker *)(void *)pages;
        worker->executor = executor;
        worker->number = (uint8_t)number;
        worker->seen.values = (uint64_t *)(void *)(pages + align(sizeof *worker));
        worker->seen.value_capacity = OBSERVATION_VALUES_MAX;
        executor->workers[number] = worker;
    }
    return worker;
}

/* Room for the trace that begins with a typestate's zeroes; never less than there was, since what
 * nobody touches costs nothing. */
static bool provide_storage(struct executor *executor, const struct trace *trace, size_t size)
{
    if (size <= executor->storage_size && !hck_typestate_is_sparse(trace)) {
        memset(executor->storage, 0, hck_typestate_storage(trace->slot_count));
        return true;
    }
    size = size > executor->storage_size ? size : executor->storage_size;
    if (executor->storage != NULL) {
        hck_pages_give(executor->storage, executor->storage_size);
    }
    executor->storage = hck_pages_take(size);
    executor->storage_size = executor->storage != NULL ? size : 0;
    return executor->storage != NULL;
}

/* Lays out typestate, walk entries, fill lengths and ledger in one piece of memory. */
static bool prepare_storage(struct executor *executor, const struct trace *trace)
{
    size_t state_size = align(hck_typestate_storage(trace->slot_count));
    size_t walks_size = align(trace->slot_count[SLOT_WALK] * sizeof *executor->walks);
    size_t filled_size = align(trace->slot_count[SLOT_BLOCK] * sizeof *executor->filled);
    size_t capacity = hck_ledger_capacity(trace);
    size_t size = state_size + walks_size + filled_size + capacity * sizeof(struct ledger_entry);
    if (!provide_storage(executor, trace, size)) {
        return false;
    }
    unsigned char *at = executor->storage;
    hck_typestate_init_in_zeroes(&executor->state, trace->slot_count, at);
    executor->walks = (PROCESS_HEAP_ENTRY *)(void *)(at + state_size);
    executor->filled = (uint64_t *)(void *)(at + state_size + walks_size);
    hck_ledger_init(&executor->ledger, capacity, at + state_size + walks_size + filled_size);
    return true;
}

/* A long trace is in no cache, nor are the slots that it names, and waiting for memory takes as
 * long as making a short call. */
static void fetch_ahead(const struct executor *executor, uint32_t index)
{
    const struct trace *trace = executor->trace;
    const struct typestate *state = &executor->state;
    if (index + 2 >= trace->call_count) {
        return;
    }
    const struct argument *block = hck_call_argument(&trace->calls[index + 1], ARGUMENT_BLOCK);
    if (block->form == FORM_SLOT) {
        __builtin_prefetch(&state->slots[SLOT_BLOCK][block->slot]);
    }
    for (size_t at = 0; at < sizeof(struct call); at += CACHE_LINE) {
        __builtin_prefetch((const char *)&trace->calls[index + 2] + at);
    }
}

static void run_on_this_thread(struct worker *worker)
{
    struct executor *executor = worker->executor;
    const struct trace *trace = executor->trace;
    hck_handlers_enter(worker);
    for (uint32_t i = 0; i < trace->call_count; i++) {
        fetch_ahead(executor, i);
        if (hck_step_begin(worker, &trace->calls[i])) {
            hck_step_make(worker);
            hck_step_end(worker);
        }
    }
    hck_handlers_enter(NULL);
    for (uint64_t i = 0; i <= executor->ledger.mask && executor->ledger.counts[LEDGER_LOCK] > 0;
         i++) {
        const struct ledger_entry *entry = &executor->ledger.entries[i];
        if (entry->kind >= LEDGER_LOCK && entry->detail > 0) {
            hck_clean_up_lock(executor, entry->address, entry->detail);
        }
    }
}

static bool run_trace(struct executor *executor)
{
    const struct trace *trace = executor->trace;
    if (trace->thread_count > 1) {
        return hck_sequence_run(executor);
    }
    struct worker *worker = hck_executor_worker(executor, 0);
    if (worker == NULL) {
        return false;
    }
    run_on_this_thread(worker);
    return true;
}

bool hck_execute(const struct api *api, const struct trace *trace,
                 const struct executor_options *options)
{
    struct executor *executor = &the_executor;
    if (atomic_flag_test_and_set(&is_running)) {
        return false;
    }
    bool is_run = prepare_storage(executor, trace);
    if (is_run) {
        executor->api = api;
        executor->trace = trace;
        executor->options = options;
        executor->state.hostile = options->hostile;
        executor->may_continue = false;
        executor->is_closing = false;
        executor->tick = 0;
        executor->run++;
        executor->has_last_error = api->GetLastError != NULL && api->SetLastError != NULL;
        hck_dispatch_survey(api, executor->supports);
        is_run = run_trace(executor);
    }
    if (is_run) {
        hck_clean_up(executor);
    }
    atomic_flag_clear(&is_running);
    return is_run;
}
