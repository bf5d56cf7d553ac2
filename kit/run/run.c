/* The driver of a run: batches in, one collection out. */
#include "kit/run/run.h"

#include <stdlib.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/run/judge.h"
#include "kit/run/patience.h"
#include "kit/run/workers.h"

/* Traces that share a child process. Large enough that starting one costs little, even under Wine;
 * small enough that the last batches keep every worker busy. */
enum { BATCH_TRACES = 128 };

/* So long without the end of a trace, and the user is told which one is waited for. */
enum { WAITING_AFTER_MS = 2000 };

/* What a worker tells, in shared memory. */
struct outcome {
    struct collect collect;
    atomic_uint_fast64_t under_way; /* the trace's index and one; 0: none */
    bool broken;
    bool usage;
    uint64_t broken_trace_index;
    char message[BROKEN_MESSAGE_MAX];
};

struct shared {
    atomic_bool interrupted; /* the caller's flag, where the workers see it */
    atomic_bool out_of_time; /* a trace was not begun for it */
    atomic_uint_fast64_t done;
    atomic_int waiting; /* workers whose target is slow to start */
    struct patience patience;
    struct outcome outcomes[];
};

/* What a worker has for itself. */
struct run_worker {
    struct judge_session *session;
    struct target *target; /* while a batch is under way */
    struct plan_trace trace;
    uint64_t trace_index;           /* the one under way */
    uint64_t first_index;           /* the first one that its target's process may have run */
    bool is_joined;                 /* the traces from there on are under way as one */
    struct names *names;            /* of the trace under way */
    const struct call *call;        /* that is told of */
    const struct observation *seen; /* of it */
    enum call_id hung;              /* in the trace under way, or CALL_COUNT */
    struct outcome *outcome;
};

struct run_state {
    const struct run_options *options;
    struct shared *shared;
    size_t shared_size;
    struct run_worker *workers;
    uint64_t trace_count;
    uint64_t batch_size;
    uint64_t deadline_ms;
    struct target_options target_options; /* as the workers have it */
    bool told_to_wait;                    /* the user was */
    uint64_t told_done;                   /* the user was, ... */
    uint64_t told_done_ms;                /* ... first at that time */
};

static bool is_interrupted(const struct run_state *state)
{
    return atomic_load(&state->shared->interrupted) ||
           (state->options->interrupted != NULL && atomic_load(state->options->interrupted));
}

/* Before a trace: whether it is not to be begun. */
static bool is_stopping(const struct run_state *state)
{
    if (is_interrupted(state)) {
        return true;
    }
    bool is_late = state->deadline_ms != 0 && hck_clock_ms() >= state->deadline_ms;
    if (is_late) {
        atomic_store(&state->shared->out_of_time, true);
    }
    return is_late;
}

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct run_worker *worker = context;
    struct collect *collect = &worker->outcome->collect;
    worker->seen = seen;
    worker->call = &trace->calls[call_index];
    worker->hung = seen->status == STATUS_HUNG ? worker->call->id : worker->hung;
    bool is_death = seen->status == STATUS_CRASHED || seen->status == STATUS_HUNG ||
                    seen->status == STATUS_EXITED;
    if (!worker->is_joined) {
        hck_collect_call(collect, worker->trace_index, trace, verdicts);
    } else if (is_death) { /* the rest has been judged before */
        hck_collect_joined_call(collect, worker->first_index, worker->trace_index, trace, verdicts);
    }
    if (worker->names != NULL) {
        hck_names_note(worker->names, call_index, worker->call, seen);
    }
}

/* For struct collect. */
static void describe(void *context, const struct call *call, const struct expectation *expectation,
                     char *text, size_t size)
{
    const struct run_worker *worker = context;
    const struct observation *seen = call == worker->call ? worker->seen : NULL;
    hck_describe_expectation(worker->names, call, seen, expectation, text, size);
}

static bool fail(struct run_worker *worker, bool usage, const char *message)
{
    struct outcome *outcome = worker->outcome;
    outcome->broken = true;
    outcome->usage = usage;
    outcome->broken_trace_index = worker->trace_index;
    (void)snprintf(outcome->message, sizeof outcome->message, "%s", message);
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
static bool open_target(const struct run_state *state, struct run_worker *worker)
{
    struct target_error error = {.message = ""};
    close_target(worker);
    worker->first_index = worker->trace_index;
    worker->target = hck_target_open(state->options->target, &state->target_options, &error);
    return worker->target != NULL || fail(worker, error.usage, error.message);
}

static void judge_trace(struct run_worker *worker, const struct trace *trace,
                        struct judge_summary *summary)
{
    worker->names = hck_names_open(trace);
    worker->hung = CALL_COUNT;
    hck_judge_trace(worker->session, worker->target, trace, listen, worker, summary);
    hck_names_close(worker->names);
    worker->names = NULL;
    if (summary->result == TARGET_BROKEN && !worker->is_joined) {
        hck_collect_discard(&worker->outcome->collect);
    }
}

static void note_broken(const struct run_options *options, struct run_worker *worker,
                        const char *message)
{
    char name[BROKEN_MESSAGE_MAX];
    char text[2 * BROKEN_MESSAGE_MAX + 2];
    hck_plan_name(options->plan, worker->trace_index, name, sizeof name);
    (void)snprintf(text, sizeof text, "%s: %s", name, message);
    hck_collect_note_broken(&worker->outcome->collect, worker->trace_index, text);
}

/* A silence that did not come again. A busy machine is silent, too, and threads that wait for each
 * other are most often so in one run of many: of a trace that has threads, nothing can be said. */
static void note_silent(const struct run_options *options, struct run_worker *worker,
                        const char *message)
{
    char name[BROKEN_MESSAGE_MAX];
    bool has_threads = worker->trace.woven.trace.thread_count > 1;
    hck_plan_name(options->plan, worker->trace_index, name, sizeof name);
    hck_collect_note_silent(&worker->outcome->collect, worker->trace_index, has_threads, name);
    if (has_threads) {
        note_broken(options, worker, message);
    }
}

/* What became of several traces that were to run as one. */
enum joined { JOINED_DIED, JOINED_LIVED, JOINED_NOT_RUN, JOINED_NO_TARGET };

/* Runs the traces from `first_index` to the one under way as one, in a fresh process. */
static enum joined run_joined(struct run_state *state, struct run_worker *worker,
                              uint64_t first_index)
{
    struct trace_buffer joined = {.capacity = 0};
    struct judge_summary summary;
    enum joined outcome = JOINED_NOT_RUN;
    if (!open_target(state, worker)) {
        return JOINED_NO_TARGET;
    }
    if (hck_plan_join(state->options->plan, first_index, worker->trace_index, &joined)) {
        worker->first_index = first_index;
        worker->is_joined = true;
        judge_trace(worker, &joined.trace, &summary);
        worker->is_joined = false;
        outcome = summary.result == TARGET_DIED     ? JOINED_DIED
                  : summary.result == TARGET_BROKEN ? JOINED_NOT_RUN
                                                    : JOINED_LIVED;
    }
    hck_trace_free(&joined);
    return outcome;
}

/* Of a death in the trace under way that was looked for from `first_index` on. A silence in a trace
 * that has answered in time since is one that did not come again, whatever could be joined. */
static void note_unexplained(const struct run_state *state, struct run_worker *worker,
                             const struct judge_summary *death, uint64_t first_index,
                             enum joined joined)
{
    char message[BROKEN_MESSAGE_MAX];
    unsigned long long before = worker->trace_index - first_index;
    if (joined == JOINED_NOT_RUN) {
        (void)snprintf(message, sizeof message,
                       "%.250s; the trace and the %llu before it could not be joined to one that "
                       "shows whether it comes again",
                       death->message, before);
    } else {
        (void)snprintf(message, sizeof message,
                       "%.300s; it did not come again with the %llu traces before it",
                       death->message, before);
    }
    bool has_answered = joined == JOINED_LIVED || death->result == TARGET_SPOILED;
    if (death->was_silent && has_answered) {
        note_silent(state->options, worker, message);
    } else {
        note_broken(state->options, worker, message);
    }
}

/* The target's process died, and no call of the trace is to blame: what gives back what it left is,
 * or what the traces before had done. So these are made calls of one trace, to see it die in one of
 * them: first of this trace alone, where it died behind it, then of all that the process had run.
 * False: there is no target any more. */
static bool find_culprit(struct run_state *state, struct run_worker *worker,
                         const struct judge_summary *death)
{
    enum joined joined = JOINED_NOT_RUN;
    uint64_t first_index = worker->first_index;
    if (death->result == TARGET_DIED_BEHIND) {
        joined = run_joined(state, worker, worker->trace_index);
    }
    if ((joined == JOINED_LIVED || joined == JOINED_NOT_RUN) && first_index < worker->trace_index) {
        joined = run_joined(state, worker, first_index);
    }
    if (joined == JOINED_NO_TARGET) {
        return false;
    }
    if (joined != JOINED_DIED && !is_interrupted(state)) {
        note_unexplained(state, worker, death, first_index, joined);
    }
    return open_target(state, worker);
}

/* Whether a trace that was waited for less tells what one that is waited for longer would. */
static bool is_hasty(const struct run_worker *worker, const struct patience *patience,
                     const struct judge_summary *summary)
{
    bool is_new = worker->hung != CALL_COUNT && !hck_patience_knows(patience, worker->hung);
    return summary->was_silent || summary->result == TARGET_BROKEN || is_new;
}

/* False: there is no target any more. */
static bool judge_patiently(struct run_state *state, struct run_worker *worker,
                            const struct trace *trace, struct judge_summary *summary)
{
    struct patience *patience = &state->shared->patience;
    uint32_t whole_ms = hck_target_limit_ms(&state->target_options);
    uint32_t limit_ms = hck_patience_limit_ms(patience, trace, whole_ms);
    hck_target_set_limit(worker->target, limit_ms);
    judge_trace(worker, trace, summary);
    if (limit_ms < whole_ms && is_hasty(worker, patience, summary)) {
        hck_collect_discard(&worker->outcome->collect);
        if (!open_target(state, worker)) {
            return false;
        }
        judge_trace(worker, trace, summary);
    }
    if (worker->hung != CALL_COUNT) {
        hck_patience_note(patience, worker->hung);
    }
    return true;
}

/* Of the generated traces there are many. */
static bool is_given_up(struct run_state *state, struct run_worker *worker)
{
    enum call_id call =
        worker->trace_index < state->options->plan->corpus->count
            ? CALL_COUNT
            : hck_patience_is_over(&state->shared->patience, &worker->trace.woven.trace);
    if (call != CALL_COUNT) {
        hck_collect_note_not_run(&worker->outcome->collect, call);
        atomic_fetch_add(&state->shared->done, 1);
    }
    return call != CALL_COUNT;
}

/* False: the run is over, for this worker and for all. A failure may come from what earlier traces
 * left behind in the child, so the trace gets a second chance in a fresh one: then the run goes on,
 * though it has been seen to be broken. */
static bool run_trace(struct run_state *state, struct run_worker *worker)
{
    const struct run_options *options = state->options;
    struct collect *collect = &worker->outcome->collect;
    if (!hck_plan_make(options->plan, worker->trace_index, &worker->trace)) {
        return fail(worker, false, "out of memory for a trace");
    }
    if (is_given_up(state, worker)) {
        return true;
    }
    struct judge_summary summary;
    const struct trace *trace = &worker->trace.woven.trace;
    if (!judge_patiently(state, worker, trace, &summary)) {
        return false;
    }
    if (summary.result == TARGET_BROKEN && !is_interrupted(state)) {
        note_broken(options, worker, summary.message);
        if (!open_target(state, worker)) {
            return false;
        }
        judge_trace(worker, trace, &summary);
    }
    /* Cut off by the user, and no failure. */
    if (summary.result == TARGET_BROKEN && is_interrupted(state)) {
        hck_collect_discard(collect);
        return false;
    }
    if (summary.result == TARGET_BROKEN) {
        return fail(worker, false, summary.message);
    }
    if ((summary.result == TARGET_SPOILED || summary.result == TARGET_DIED_BEHIND) &&
        !find_culprit(state, worker, &summary)) {
        return false;
    }
    if (summary.result == TARGET_STALLED) {
        note_silent(options, worker, summary.message);
        worker->first_index = worker->trace_index;
    }
    hck_collect_commit(collect);
    if (summary.broken) {
        note_broken(options, worker, summary.message);
    }
    if (summary.result == TARGET_DIED) {
        worker->first_index = worker->trace_index + 1; /* the next one gets a new process */
    }
    atomic_fetch_add(&state->shared->done, 1);
    return true;
}

static bool run_batch(void *context, unsigned number, uint64_t batch)
{
    struct run_state *state = context;
    struct run_worker *worker = &state->workers[number];
    uint64_t begin = batch * state->batch_size;
    uint64_t end = begin + state->batch_size;
    worker->trace_index = begin;
    bool going = !is_stopping(state) && open_target(state, worker);
    for (uint64_t i = begin; i < end && i < state->trace_count && going; i++) {
        worker->trace_index = i;
        atomic_store(&worker->outcome->under_way, i + 1);
        going = !is_stopping(state) && run_trace(state, worker);
    }
    atomic_store(&worker->outcome->under_way, 0);
    close_target(worker);
    return going;
}

/* In a worker. */
static void note_waiting(void *context, bool waits)
{
    struct shared *shared = context;
    (void)atomic_fetch_add(&shared->waiting, waits ? 1 : -1);
}

/* In the caller's process. Returns whether there is nothing else to tell. */
static bool tell_waiting(struct run_state *state)
{
    const struct target_options *options = &state->options->target_options;
    bool waits = atomic_load(&state->shared->waiting) > 0 && !is_interrupted(state) &&
                 atomic_load(&state->shared->done) == 0;
    if (waits != state->told_to_wait && options->waits != NULL) {
        state->told_to_wait = waits;
        options->waits(options->waits_context, waits);
    }
    return waits;
}

/* Where traces are waited for, the first of them and one; else 0. */
static uint64_t find_waited_for(struct run_state *state, uint64_t done)
{
    uint64_t now_ms = hck_clock_ms();
    uint64_t first = 0;
    if (done != state->told_done || state->told_done_ms == 0) {
        state->told_done = done;
        state->told_done_ms = now_ms;
    }
    if (now_ms - state->told_done_ms < WAITING_AFTER_MS || is_interrupted(state)) {
        return 0;
    }
    for (unsigned i = 0; i < state->options->worker_count; i++) {
        uint64_t place = atomic_load(&state->shared->outcomes[i].under_way);
        first = place != 0 && (first == 0 || place < first) ? place : first;
    }
    return first;
}

static void tell_progress(struct run_state *state)
{
    const struct run_options *options = state->options;
    uint64_t done = atomic_load(&state->shared->done);
    uint64_t waited_for = find_waited_for(state, done);
    if (waited_for != 0 && options->waiting != NULL) {
        char name[BROKEN_MESSAGE_MAX];
        hck_plan_name(options->plan, waited_for - 1, name, sizeof name);
        options->waiting(options->progress_context, done, state->trace_count, name,
                         hck_target_limit_s(&options->target_options));
    } else if (options->progress != NULL) {
        options->progress(options->progress_context, done, state->trace_count);
    }
}

static void tick(void *context)
{
    struct run_state *state = context;
    if (is_interrupted(state)) {
        atomic_store(&state->shared->interrupted, true);
    }
    if (!tell_waiting(state)) {
        tell_progress(state);
    }
}

static bool open_workers(struct run_state *state)
{
    const struct run_options *options = state->options;
    state->shared_size =
        sizeof *state->shared + options->worker_count * sizeof state->shared->outcomes[0];
    state->shared = hck_workers_share(state->shared_size);
    state->workers = calloc(options->worker_count, sizeof *state->workers);
    if (state->shared == NULL || state->workers == NULL) {
        return false;
    }
    state->target_options.interrupted = &state->shared->interrupted;
    state->target_options.waits = note_waiting;
    state->target_options.waits_context = state->shared;
    for (unsigned i = 0; i < options->worker_count; i++) {
        struct run_worker *worker = &state->workers[i];
        worker->outcome = &state->shared->outcomes[i];
        hck_collect_init(&worker->outcome->collect, options->selection);
        worker->outcome->collect.describe = describe;
        worker->outcome->collect.describe_context = worker;
        worker->session = hck_judge_open(options->bases, options->target_options.hostile);
        if (worker->session == NULL) {
            return false;
        }
    }
    return true;
}

/* The failure at the lowest index is told, whoever met it. */
static void merge_outcome(struct run_result *result, const struct outcome *outcome)
{
    hck_collect_merge(result->collect, &outcome->collect);
    if (outcome->broken &&
        (!result->broken || outcome->broken_trace_index < result->broken_trace_index)) {
        result->broken = true;
        result->usage = outcome->usage;
        result->broken_trace_index = outcome->broken_trace_index;
        (void)snprintf(result->message, sizeof result->message, "%s", outcome->message);
    }
}

static void close_workers(struct run_state *state)
{
    for (unsigned i = 0; state->workers != NULL && i < state->options->worker_count; i++) {
        hck_judge_close(state->workers[i].session);
    }
    free(state->workers);
    hck_workers_unshare(state->shared, state->shared_size);
}

static void fail_run(struct run_result *result, const char *message)
{
    result->broken = true;
    result->broken_trace_index = UINT64_MAX;
    (void)snprintf(result->message, sizeof result->message, "%s", message);
}

static void run_workers(struct run_state *state, struct run_result *result)
{
    char message[WORKERS_MESSAGE_MAX];
    struct work work = {
        .worker_count = state->options->worker_count,
        .item_count = (state->trace_count + state->batch_size - 1) / state->batch_size,
        .run = run_batch,
        .tick = tick,
        .context = state,
    };
    bool done = hck_workers_run(&work, message);
    result->interrupted = is_interrupted(state);
    result->is_stopped_by_time = atomic_load(&state->shared->out_of_time);
    if (!done && !result->interrupted) {
        fail_run(result, message);
    }
    for (unsigned i = 0; i < work.worker_count; i++) {
        merge_outcome(result, &state->shared->outcomes[i]);
    }
}

void hck_run(const struct run_options *options, struct run_result *result)
{
    memset(result, 0, sizeof *result);
    struct run_state state = {
        .options = options,
        .target_options = options->target_options,
        .trace_count = hck_plan_count(options->plan),
        /* Misuse may leave a process in any state. */
        .batch_size = options->target_options.hostile ? 1 : BATCH_TRACES,
        .deadline_ms = options->time_limit_ms != 0 ? hck_clock_ms() + options->time_limit_ms : 0,
    };
    result->trace_count = state.trace_count;
    result->collect = hck_collect_open(options->selection);
    if (result->collect == NULL || !open_workers(&state)) {
        fail_run(result, "out of memory");
    } else {
        run_workers(&state, result);
    }
    close_workers(&state);
}

void hck_run_free(struct run_result *result)
{
    hck_collect_close(result->collect);
    result->collect = NULL;
}
