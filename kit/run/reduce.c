/* Shrinking on a live target.
 *
 * Candidates share a child process, which is fast but lets one leave something behind that makes
 * the next one violate. So the result is tried again in fresh children; where it does not violate
 * in each of them, the work is done again with a fresh child for every candidate. A hang ends its
 * child anyway, and may come from what it left, so there every candidate has a child of its own. */
#include "kit/run/reduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/run/turns.h"
#include "kit/shrink/shrink.h"

enum {
    FRESH_ATTEMPTS_MAX = 300,
    STEADY_RUNS = 3,
    /* A candidate has at least so long to answer. Nothing is gained by haste where only some of
     * them hang, and calls that wait for another thread need more than others. */
    HANG_TIMEOUT_MS = 250,
    TIMEOUT_MS = 1000,
    SLOWEST_TIMES = 8, /* ... and so many times as long as the slowest trace took */
    PATIENCE_MAX = 4   /* times that, where a hang did not last */
};

struct reducer {
    const struct reduce_options *options;
    struct witness_wish wish;
    struct target_options target_options;
    struct judge_session *session;
    struct target *target;
    bool is_fresh; /* a child for every candidate */
    bool is_hang;
    uint32_t patience;
    uint32_t silences_left;
    uint32_t tried; /* candidates */
    uint32_t calls_before;
    uint64_t slowest_ms;         /* of the traces that came to their end */
    uint64_t *results;           /* of the trace that was looked at last in a fresh child */
    uint8_t *answers;            /* of the trace that was looked at last */
    struct trace_buffer current; /* the candidate that was taken last, and ... */
    uint8_t *current_answers;    /* ... how its calls were answered */
    char *message;
};

static bool is_interrupted(const struct reducer *reducer)
{
    const atomic_bool *interrupted = reducer->options->interrupted;
    return interrupted != NULL && atomic_load(interrupted);
}

/* --- The target --- */

static void close_target(struct reducer *reducer)
{
    if (reducer->is_hang || is_interrupted(reducer)) {
        hck_target_abandon(reducer->target); /* it may wait for a lock that is lost */
    } else {
        hck_target_close(reducer->target);
    }
    reducer->target = NULL;
}

static bool reopen(struct reducer *reducer)
{
    struct target_error error = {.message = ""};
    close_target(reducer);
    reducer->target = hck_target_open(reducer->options->target, &reducer->target_options, &error);
    if (reducer->target == NULL) {
        (void)snprintf(reducer->message, BROKEN_MESSAGE_MAX, "%s", error.message);
    }
    return reducer->target != NULL;
}

/* For the children that are started from now on. */
static void set_whole_limit(struct reducer *reducer)
{
    reducer->target_options.trace_timeout_ms = reducer->options->target_options.trace_timeout_ms;
}

static void set_learned_limit(struct reducer *reducer, const struct trace *trace)
{
    uint32_t whole = reducer->options->target_options.trace_timeout_ms;
    bool is_hasty = reducer->is_hang && trace->thread_count == 1;
    uint64_t limit = reducer->slowest_ms * SLOWEST_TIMES;
    uint64_t least = is_hasty ? HANG_TIMEOUT_MS : TIMEOUT_MS;
    limit = (limit > least ? limit : least) * reducer->patience;
    reducer->target_options.trace_timeout_ms =
        whole == 0 || limit < whole ? (uint32_t)limit : whole;
}

/* --- Looking --- */

/* Runs the trace on the open target. */
static enum witness_result look(struct reducer *reducer, const struct trace *trace,
                                const struct witness_wish *wish, struct witness *witness)
{
    struct target_error error = {.message = ""};
    if (!hck_target_start(reducer->target, &error)) { /* its time is none of the trace's */
        (void)snprintf(reducer->message, BROKEN_MESSAGE_MAX, "%s", error.message);
        return WITNESS_BROKEN;
    }
    uint64_t begin_ms = hck_clock_ms();
    enum witness_result result =
        hck_witness_find(reducer->session, reducer->target, trace, wish, witness, reducer->message);
    uint64_t took_ms = hck_clock_ms() - begin_ms;
    if (result != WITNESS_BROKEN && !witness->was_silent && took_ms > reducer->slowest_ms) {
        reducer->slowest_ms = took_ms;
    }
    return result;
}

static enum witness_result look_fresh(struct reducer *reducer, const struct trace *trace,
                                      struct witness *witness)
{
    struct witness_wish wish = reducer->wish;
    wish.sentence = true;
    wish.results = reducer->results;
    wish.answers = reducer->answers;
    return reopen(reducer) ? look(reducer, trace, &wish, witness) : WITNESS_BROKEN;
}

/* How long the calls before the hanging one take says what a hang is. */
static void learn(struct reducer *reducer, const struct trace *trace, uint32_t call_index)
{
    struct trace before = *trace;
    struct witness witness;
    before.call_count = call_index;
    if (call_index > 0 && call_index < trace->call_count) {
        (void)look_fresh(reducer, &before, &witness);
    }
}

static enum witness_result look_first(struct reducer *reducer, const struct trace *trace,
                                      struct witness *witness)
{
    const struct finding *seen = reducer->options->seen;
    if (seen != NULL && seen->is_hang) {
        reducer->is_hang = true;
        reducer->target_options.in_steps = true;
        learn(reducer, trace, seen->call_index);
        set_learned_limit(reducer, trace);
        if (look_fresh(reducer, trace, witness) == WITNESS_FOUND) {
            return WITNESS_FOUND;
        }
        set_whole_limit(reducer);
    }
    return look_fresh(reducer, trace, witness);
}

/* --- Candidates --- */

/* A call that does not come back does not say whether it is one that has to fail. So what would
 * make it one is left as it is. */
static bool is_spoiled(const struct call *before, const struct call *after)
{
    const struct call_row *row = &hck_call_rows[before->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument_row *argument = &row->arguments[i];
        bool is_mode = argument->set == FLAG_SET_allocation_type ||
                       argument->set == FLAG_SET_free_type || argument->set == FLAG_SET_protection;
        if (before->arguments[i].value != after->arguments[i].value &&
            (is_mode || (argument->kind == ARGUMENT_SIZE && after->arguments[i].value == 0))) {
            return true;
        }
    }
    return false;
}

static bool is_same_length(const struct reducer *reducer, const struct trace *candidate)
{
    return candidate->call_count == reducer->current.trace.call_count;
}

static bool spoils_a_call(const struct reducer *reducer, const struct trace *candidate)
{
    const struct call *current = reducer->current.trace.calls;
    for (uint32_t i = 0; i < candidate->call_count && is_same_length(reducer, candidate); i++) {
        if (reducer->current_answers[i] == ANSWER_NO_RETURN &&
            is_spoiled(&current[i], &candidate->calls[i])) {
            return true;
        }
    }
    return false;
}

/* Whether a candidate whose arguments alone are simpler is answered as the trace that it came
 * from. */
static bool is_answered_alike(const struct reducer *reducer, const struct trace *candidate)
{
    return !is_same_length(reducer, candidate) ||
           memcmp(reducer->answers, reducer->current_answers, candidate->call_count) == 0;
}

static bool take(struct reducer *reducer, const struct trace *candidate)
{
    hck_trace_clear(&reducer->current);
    memcpy(reducer->current_answers, reducer->answers, candidate->call_count);
    return hck_trace_copy(&reducer->current, candidate);
}

static void tell_trying(struct reducer *reducer)
{
    const struct reduce_options *options = reducer->options;
    uint32_t smallest = reducer->current.trace.call_count;
    reducer->tried++;
    if (options->trying != NULL) {
        options->trying(options->trying_context, reducer->tried,
                        smallest != 0 ? smallest : reducer->calls_before);
    }
}

/* A candidate that breaks the target's protocol is simply not taken. */
static bool still(void *context, const struct trace *candidate)
{
    struct reducer *reducer = context;
    if (is_interrupted(reducer) || reducer->silences_left == 0 ||
        spoils_a_call(reducer, candidate) ||
        ((reducer->is_fresh || reducer->target == NULL) && !reopen(reducer))) {
        return false;
    }
    struct witness_wish wish = reducer->wish;
    wish.sentence = false;
    wish.answers = reducer->answers;
    struct witness witness = {.was_silent = false};
    tell_trying(reducer);
    enum witness_result result = look(reducer, candidate, &wish, &witness);
    reducer->silences_left -= witness.was_silent;
    if (result == WITNESS_BROKEN && !reopen(reducer)) {
        return false;
    }
    return result == WITNESS_FOUND && is_answered_alike(reducer, candidate) &&
           take(reducer, candidate);
}

/* --- Shrinking --- */

/* Whether the trace violates whenever it runs in a fresh child, or (memory that nobody wrote, time)
 * by chance only. A hang is looked at once, for it takes its time. */
static bool is_steady(struct reducer *reducer, const struct trace *trace, struct witness *witness)
{
    for (unsigned i = 0; i < STEADY_RUNS; i++) {
        if (look_fresh(reducer, trace, witness) != WITNESS_FOUND) {
            return false;
        }
        if (witness->status == STATUS_HUNG) {
            break;
        }
    }
    return true;
}

/* Whether what is left violates in fresh children with the whole limit. The user who has had enough
 * sees it too, and does not wait for that limit. */
static bool confirm(struct reducer *reducer, struct reduced *reduced)
{
    const struct trace *trace = &reduced->trace.trace;
    if (!is_interrupted(reducer)) {
        set_whole_limit(reducer);
        if (is_steady(reducer, trace, &reduced->witness)) {
            return true;
        }
    }
    if (!is_interrupted(reducer)) {
        return false;
    }
    set_learned_limit(reducer, trace);
    reducer->target_options.interrupted = NULL;
    bool is_seen = is_steady(reducer, trace, &reduced->witness);
    reducer->target_options.interrupted = reducer->options->target_options.interrupted;
    return is_seen;
}

/* Whether shrinking ended in a trace that violates in a fresh child, too. */
static bool shrink(struct reducer *reducer, const struct trace *trace, struct reduced *reduced)
{
    struct shrink_options options = {reducer->is_fresh ? FRESH_ATTEMPTS_MAX : 0, still, reducer};
    struct shrink_result result = {0, 0, 0};
    uint32_t silences_max = reducer->options->silences_max;
    reducer->silences_left = silences_max != 0 ? silences_max : REDUCE_SILENCES;
    set_learned_limit(reducer, trace);
    close_target(reducer);
    hck_trace_clear(&reducer->current);
    hck_trace_clear(&reduced->trace);
    bool done = hck_shrink(trace, &options, &reduced->trace, &result);
    reduced->attempts += result.attempts;
    return done && confirm(reducer, reduced);
}

static bool shrink_hang(struct reducer *reducer, const struct trace *trace, struct reduced *reduced)
{
    reducer->is_fresh = true;
    for (; reducer->patience <= PATIENCE_MAX; reducer->patience *= PATIENCE_MAX) {
        if (shrink(reducer, trace, reduced)) {
            return true;
        }
        if (is_interrupted(reducer)) {
            break;
        }
    }
    return false;
}

static bool shrink_others(struct reducer *reducer, const struct trace *trace,
                          struct reduced *reduced)
{
    if (shrink(reducer, trace, reduced)) {
        return true;
    }
    reducer->is_fresh = true;
    return !is_interrupted(reducer) && shrink(reducer, trace, reduced);
}

/* Leaves out what cannot matter. False where the rest does not violate as well. */
static bool prepare(struct reducer *reducer, const struct trace *trace, const struct witness *first,
                    struct trace_buffer *prepared)
{
    struct trace made = {.calls = calloc((size_t)trace->call_count + 1, sizeof *made.calls),
                         .seed = trace->seed};
    uint32_t end = 0;
    if (made.calls == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < trace->call_count; i++) {
        bool is_made = reducer->answers[i] != ANSWER_NONE && reducer->answers[i] != ANSWER_NOT_MADE;
        if (is_made || i == first->call_index) {
            end = i == first->call_index ? made.call_count : end;
            made.calls[made.call_count++] = trace->calls[i];
        }
    }
    bool is_cut = hck_reduce_cut(&made, end, prepared);
    free(made.calls);
    struct witness witness;
    set_learned_limit(reducer, trace);
    return is_cut && (prepared->trace.call_count == trace->call_count ||
                      look_fresh(reducer, &prepared->trace, &witness) == WITNESS_FOUND);
}

static bool shrink_prepared(struct reducer *reducer, const struct trace *trace,
                            const struct witness *first, struct reduced *reduced)
{
    struct trace_buffer prepared = {.capacity = 0};
    const struct trace *start = prepare(reducer, trace, first, &prepared) ? &prepared.trace : trace;
    bool is_done = first->status == STATUS_HUNG ? shrink_hang(reducer, start, reduced)
                                                : shrink_others(reducer, start, reduced);
    hck_trace_free(&prepared);
    return is_done;
}

/* Whether the calls of the smallest trace violate only where they are made side by side. */
static bool has_to_meet(struct reducer *reducer, const struct reduced *reduced)
{
    const struct trace *trace = &reduced->trace.trace;
    struct trace_buffer made = {.capacity = 0};
    struct witness_wish wish = {.clause = reducer->wish.clause,
                                .same_as = &reduced->witness.finding};
    struct witness witness;
    bool is_seen = trace->thread_count == 1 || is_interrupted(reducer);
    if (!is_seen && hck_turns_make(trace, &made)) {
        set_learned_limit(reducer, trace);
        is_seen = reopen(reducer) && look(reducer, &made.trace, &wish, &witness) == WITNESS_FOUND &&
                  witness.call_index == hck_turns_place(trace, reduced->witness.call_index);
    }
    hck_trace_free(&made);
    return !is_seen;
}

/* The whole trace, which has been seen to violate, is what there is. */
static bool take_whole(const struct trace *trace, const struct witness *witness,
                       struct reduced *reduced)
{
    reduced->witness = *witness;
    free(reduced->results);
    reduced->results = NULL;
    hck_trace_clear(&reduced->trace);
    return hck_trace_copy(&reduced->trace, trace);
}

static enum reduce_result reduce(struct reducer *reducer, const struct trace *trace,
                                 struct reduced *reduced)
{
    struct witness first;
    switch (look_first(reducer, trace, &first)) {
    case WITNESS_FOUND:
        break;
    case WITNESS_NOT_FOUND:
        return REDUCE_NOT_VIOLATED;
    case WITNESS_BROKEN:
        return REDUCE_BROKEN;
    }
    /* Where any clause was asked for, it is this one from now on. */
    reducer->wish.clause = first.finding.clause;
    reducer->is_hang = first.status == STATUS_HUNG;
    reducer->target_options.in_steps = first.status == STATUS_HUNG ||
                                       first.status == STATUS_CRASHED ||
                                       first.status == STATUS_EXITED;
    if (shrink_prepared(reducer, trace, &first, reduced)) {
        reduced->has_to_meet = has_to_meet(reducer, reduced);
        return REDUCE_DONE;
    }
    if (is_interrupted(reducer)) {
        (void)snprintf(reducer->message, BROKEN_MESSAGE_MAX, "interrupted");
        return REDUCE_BROKEN;
    }
    if (!take_whole(trace, &first, reduced)) {
        (void)snprintf(reducer->message, BROKEN_MESSAGE_MAX, "out of memory");
        return REDUCE_BROKEN;
    }
    return REDUCE_UNSTEADY;
}

/* The learned limits are of traces: a child has its whole time to start. */
static void set_start_limit(struct target_options *options)
{
    if (options->start_timeout_ms == 0) {
        options->start_timeout_ms = options->trace_timeout_ms * TARGET_AGENT_START;
    }
}

enum reduce_result hck_reduce(const struct reduce_options *options, const struct trace *trace,
                              struct reduced *reduced)
{
    size_t room = (size_t)trace->call_count + 1;
    struct reducer reducer = {
        .options = options,
        .wish = options->wish,
        .target_options = options->target_options,
        .session = hck_judge_open(options->bases, options->target_options.hostile),
        .patience = 1,
        .calls_before = trace->call_count,
        .answers = calloc(room, sizeof *reducer.answers),
        .current_answers = calloc(room, sizeof *reducer.current_answers),
        .message = reduced->message,
    };
    enum reduce_result result = REDUCE_BROKEN;
    reduced->calls_before = trace->call_count;
    reduced->results = calloc(room, sizeof *reduced->results);
    reducer.results = reduced->results;
    set_start_limit(&reducer.target_options);
    if (reducer.session == NULL || reduced->results == NULL || reducer.answers == NULL ||
        reducer.current_answers == NULL) {
        (void)snprintf(reduced->message, sizeof reduced->message, "out of memory");
    } else {
        result = reduce(&reducer, trace, reduced);
    }
    close_target(&reducer);
    hck_judge_close(reducer.session);
    hck_trace_free(&reducer.current);
    free(reducer.answers);
    free(reducer.current_answers);
    return result;
}

bool hck_reduce_cut(const struct trace *trace, uint32_t end, struct trace_buffer *cut)
{
    for (uint32_t i = 0; i < trace->call_count; i++) {
        bool is_behind = i > end && trace->calls[i].thread == trace->calls[end].thread;
        if (!is_behind && !hck_trace_append(cut, &trace->calls[i])) {
            return false;
        }
    }
    cut->trace.seed = trace->seed;
    return true;
}

void hck_reduced_free(struct reduced *reduced)
{
    hck_trace_free(&reduced->trace);
    free(reduced->results);
    memset(reduced, 0, sizeof *reduced);
}
