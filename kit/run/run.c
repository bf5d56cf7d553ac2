/* The driver of a run: batches in, one collection out. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "kit/run/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kit/run/judge.h"
#include "kit/run/workers.h"

/* Traces that share a child process. Large enough that starting one costs little, even under Wine;
 * small enough that the last batches keep every worker busy. */
enum { BATCH_TRACES = 128 };

struct run_worker {
    struct collect *collect;
    struct judge_session *session;
    struct target *target; /* while a batch is under way */
    struct plan_trace trace;
    uint64_t trace_index; /* the one under way */
    bool killed_by_user;  /* the child died of Ctrl-C, which reaches it as well */
    bool broken;
    bool usage;
    uint64_t broken_trace_index;
    char message[BROKEN_MESSAGE_MAX];
};

struct run_state {
    const struct run_options *options;
    struct run_worker *workers;
    uint64_t trace_count;
    uint64_t batch_size;
    uint64_t deadline_ms;
    atomic_uint_fast64_t done;
};

uint64_t hck_run_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool is_interrupted(const struct run_options *options)
{
    return options->interrupted != NULL && atomic_load(options->interrupted);
}

static bool is_stopping(const struct run_state *state)
{
    return is_interrupted(state->options) ||
           (state->deadline_ms != 0 && hck_run_clock_ms() >= state->deadline_ms);
}

static void listen(void *context, uint32_t call_index, const struct call *call,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct run_worker *worker = context;
    if (seen->status == STATUS_CRASHED && seen->result == SIGINT) {
        worker->killed_by_user = true;
    }
    hck_collect_call(worker->collect, worker->trace_index, call_index, call, verdicts);
}

static bool fail(struct run_worker *worker, bool usage, const char *message)
{
    worker->broken = true;
    worker->usage = usage;
    worker->broken_trace_index = worker->trace_index;
    (void)snprintf(worker->message, sizeof worker->message, "%s", message);
    return false;
}

static void close_target(struct run_worker *worker)
{
    if (worker->target != NULL) {
        hck_target_close(worker->target);
        worker->target = NULL;
    }
}

/* A fresh child. */
static bool open_target(const struct run_options *options, struct run_worker *worker)
{
    struct target_error error = {.message = ""};
    close_target(worker);
    worker->target = hck_target_open(options->target, &options->target_options, &error);
    return worker->target != NULL || fail(worker, error.usage, error.message);
}

static void judge_trace(struct run_worker *worker, struct judge_summary *summary)
{
    hck_judge_trace(worker->session, worker->target, &worker->trace.woven.trace, listen, worker,
                    summary);
    if (summary->result == TARGET_BROKEN) {
        hck_collect_discard(worker->collect);
    }
}

static void note_broken(const struct run_options *options, struct run_worker *worker,
                        const char *message)
{
    char name[BROKEN_MESSAGE_MAX];
    char text[2 * BROKEN_MESSAGE_MAX + 2];
    hck_plan_name(options->plan, worker->trace_index, name, sizeof name);
    (void)snprintf(text, sizeof text, "%s: %s", name, message);
    hck_collect_note_broken(worker->collect, worker->trace_index, text);
}

/* False: the run is over, for this worker and for all. A failure may come from what earlier traces
 * left behind in the child, so the trace gets a second chance in a fresh one: then the run goes on,
 * though it has been seen to be broken. */
static bool run_trace(struct run_state *state, struct run_worker *worker)
{
    const struct run_options *options = state->options;
    if (!hck_plan_make(options->plan, worker->trace_index, &worker->trace)) {
        return fail(worker, false, "out of memory for a trace");
    }
    struct judge_summary summary;
    judge_trace(worker, &summary);
    if (summary.result == TARGET_BROKEN && !is_interrupted(options)) {
        note_broken(options, worker, summary.message);
        if (!open_target(options, worker)) {
            return false;
        }
        judge_trace(worker, &summary);
    }
    /* Ctrl-C goes to the children too: what it did to them is not the target's doing. */
    if (worker->killed_by_user || (summary.result != TARGET_DONE && is_interrupted(options))) {
        hck_collect_discard(worker->collect);
        return false;
    }
    if (summary.result == TARGET_BROKEN) {
        return fail(worker, false, summary.message);
    }
    hck_collect_commit(worker->collect);
    if (summary.broken) {
        note_broken(options, worker, summary.message);
    }
    atomic_fetch_add(&state->done, 1);
    return true;
}

static bool run_batch(void *context, unsigned number, uint64_t batch)
{
    struct run_state *state = context;
    struct run_worker *worker = &state->workers[number];
    uint64_t begin = batch * state->batch_size;
    uint64_t end = begin + state->batch_size;
    worker->trace_index = begin;
    bool going = !is_stopping(state) && open_target(state->options, worker);
    for (uint64_t i = begin; i < end && i < state->trace_count && going; i++) {
        worker->trace_index = i;
        going = !is_stopping(state) && run_trace(state, worker);
    }
    close_target(worker);
    return going;
}

static void tick(void *context)
{
    struct run_state *state = context;
    if (state->options->progress != NULL) {
        state->options->progress(state->options->progress_context, atomic_load(&state->done),
                                 state->trace_count);
    }
}

static bool open_workers(struct run_state *state)
{
    const struct run_options *options = state->options;
    state->workers = calloc(options->worker_count, sizeof *state->workers);
    if (state->workers == NULL) {
        return false;
    }
    for (unsigned i = 0; i < options->worker_count; i++) {
        struct run_worker *worker = &state->workers[i];
        worker->collect = hck_collect_open(options->selection);
        worker->session = hck_judge_open(options->bases, options->target_options.hostile);
        if (worker->collect == NULL || worker->session == NULL) {
            return false;
        }
    }
    return true;
}

/* The failure at the lowest index is told, whoever met it. */
static void merge_worker(struct run_result *result, const struct run_worker *worker)
{
    hck_collect_merge(result->collect, worker->collect);
    if (worker->broken &&
        (!result->broken || worker->broken_trace_index < result->broken_trace_index)) {
        result->broken = true;
        result->usage = worker->usage;
        result->broken_trace_index = worker->broken_trace_index;
        (void)snprintf(result->message, sizeof result->message, "%s", worker->message);
    }
    result->interrupted = result->interrupted || worker->killed_by_user;
}

static void close_workers(struct run_state *state)
{
    for (unsigned i = 0; state->workers != NULL && i < state->options->worker_count; i++) {
        struct run_worker *worker = &state->workers[i];
        hck_collect_close(worker->collect);
        hck_judge_close(worker->session);
        hck_plan_trace_free(&worker->trace);
    }
    free(state->workers);
}

static void fail_run(struct run_result *result, const char *message)
{
    result->broken = true;
    (void)snprintf(result->message, sizeof result->message, "%s", message);
}

void hck_run(const struct run_options *options, struct run_result *result)
{
    memset(result, 0, sizeof *result);
    struct run_state state = {
        .options = options,
        .trace_count = hck_plan_count(options->plan),
        /* Misuse may leave a process in any state. */
        .batch_size = options->target_options.hostile ? 1 : BATCH_TRACES,
        .deadline_ms =
            options->time_limit_ms != 0 ? hck_run_clock_ms() + options->time_limit_ms : 0,
    };
    atomic_init(&state.done, 0);
    struct work work = {
        .worker_count = options->worker_count,
        .item_count = (state.trace_count + state.batch_size - 1) / state.batch_size,
        .run = run_batch,
        .tick = tick,
        .context = &state,
    };
    result->collect = hck_collect_open(options->selection);
    if (result->collect == NULL || !open_workers(&state)) {
        fail_run(result, "out of memory");
    } else if (!hck_workers_run(&work)) {
        fail_run(result, "no thread could be started");
    } else {
        for (unsigned i = 0; i < options->worker_count; i++) {
            merge_worker(result, &state.workers[i]);
        }
        result->interrupted = result->interrupted || is_interrupted(options);
    }
    close_workers(&state);
}

void hck_run_free(struct run_result *result)
{
    hck_collect_close(result->collect);
    result->collect = NULL;
}
