/* Shrinking on a live target.
 *
 * Candidates share a child process, which is fast but lets one leave something behind that makes
 * the next one violate. So the result is tried again in fresh children; where it does not violate
 * in each of them, the work is done again with a fresh child for every candidate. */
#include "kit/run/reduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/shrink/shrink.h"

enum {
    FRESH_ATTEMPTS_MAX = 300,
    STEADY_RUNS = 3,
    /* Every candidate that still hangs costs twice its time limit: once to see that it hangs, and
     * once to see where. Calls that wait for another thread need more of it than others. */
    HANG_ATTEMPTS_MAX = 100,
    HANG_TIMEOUT_MS = 250,
    HANG_TIMEOUT_THREADS_MS = 1000
};

struct reducer {
    const struct reduce_options *options;
    struct witness_wish wish;
    struct target_options target_options;
    struct judge_session *session;
    struct target *target;
    bool fresh;        /* a child for every candidate */
    uint64_t *results; /* of the trace that was looked at last */
    char *message;
};

static void close_target(struct reducer *reducer)
{
    if (reducer->target != NULL) {
        hck_target_close(reducer->target);
        reducer->target = NULL;
    }
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

static enum witness_result look_fresh(struct reducer *reducer, const struct trace *trace,
                                      struct witness *witness)
{
    struct witness_wish wish = reducer->wish;
    wish.sentence = true;
    wish.results = reducer->results;
    return reopen(reducer) ? hck_witness_find(reducer->session, reducer->target, trace, &wish,
                                              witness, reducer->message)
                           : WITNESS_BROKEN;
}

/* A candidate that breaks the target's protocol is simply not taken. */
static bool still(void *context, const struct trace *candidate)
{
    struct reducer *reducer = context;
    const atomic_bool *interrupted = reducer->options->interrupted;
    if ((interrupted != NULL && atomic_load(interrupted)) ||
        ((reducer->fresh || reducer->target == NULL) && !reopen(reducer))) {
        return false;
    }
    struct witness_wish wish = reducer->wish;
    wish.sentence = false;
    struct witness witness;
    enum witness_result result = hck_witness_find(reducer->session, reducer->target, candidate,
                                                  &wish, &witness, reducer->message);
    if (result == WITNESS_BROKEN && !reopen(reducer)) {
        return false;
    }
    return result == WITNESS_FOUND;
}

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

/* Whether shrinking ended in a trace that violates in a fresh child, too. */
static bool shrink(struct reducer *reducer, const struct trace *trace, uint32_t attempts_max,
                   struct reduced *reduced)
{
    struct shrink_options options = {attempts_max, still, reducer};
    struct shrink_result result = {0, 0, 0};
    hck_trace_clear(&reduced->trace);
    bool done = hck_shrink(trace, &options, &reduced->trace, &result);
    reduced->attempts += result.attempts;
    reducer->target_options = reducer->options->target_options;
    /* Also of the smallest so far, where the user had enough. */
    reducer->target_options.interrupted = NULL;
    return done && is_steady(reducer, &reduced->trace.trace, &reduced->witness);
}

static bool shrink_hang(struct reducer *reducer, const struct trace *trace, struct reduced *reduced)
{
    reducer->target_options.trace_timeout_ms =
        trace->thread_count > 1 ? HANG_TIMEOUT_THREADS_MS : HANG_TIMEOUT_MS;
    return shrink(reducer, trace, HANG_ATTEMPTS_MAX, reduced);
}

static bool shrink_others(struct reducer *reducer, const struct trace *trace,
                          struct reduced *reduced)
{
    if (shrink(reducer, trace, 0, reduced)) {
        return true;
    }
    reducer->target_options = reducer->options->target_options;
    reducer->fresh = true;
    return shrink(reducer, trace, FRESH_ATTEMPTS_MAX, reduced);
}

static enum reduce_result reduce(struct reducer *reducer, const struct trace *trace,
                                 struct reduced *reduced)
{
    struct witness first;
    switch (look_fresh(reducer, trace, &first)) {
    case WITNESS_FOUND:
        break;
    case WITNESS_NOT_FOUND:
        return REDUCE_NOT_VIOLATED;
    case WITNESS_BROKEN:
        return REDUCE_BROKEN;
    }
    /* Where any clause was asked for, it is this one from now on. */
    reducer->wish.clause = first.finding.clause;
    if (first.status == STATUS_HUNG ? shrink_hang(reducer, trace, reduced)
                                    : shrink_others(reducer, trace, reduced)) {
        return REDUCE_DONE;
    }
    /* The whole trace, which has been seen to violate, is what there is. */
    reduced->witness = first;
    free(reduced->results);
    reduced->results = NULL;
    hck_trace_clear(&reduced->trace);
    if (!hck_trace_copy(&reduced->trace, trace)) {
        (void)snprintf(reducer->message, BROKEN_MESSAGE_MAX, "out of memory");
        return REDUCE_BROKEN;
    }
    return REDUCE_UNSTEADY;
}

enum reduce_result hck_reduce(const struct reduce_options *options, const struct trace *trace,
                              struct reduced *reduced)
{
    struct reducer reducer = {
        .options = options,
        .wish = options->wish,
        .target_options = options->target_options,
        .session = hck_judge_open(options->bases, options->target_options.hostile),
        .message = reduced->message,
    };
    reduced->calls_before = trace->call_count;
    reduced->results = calloc((size_t)trace->call_count + 1, sizeof *reduced->results);
    reducer.results = reduced->results;
    if (reducer.session == NULL || reduced->results == NULL) {
        hck_judge_close(reducer.session);
        (void)snprintf(reduced->message, sizeof reduced->message, "out of memory");
        return REDUCE_BROKEN;
    }
    enum reduce_result result = reduce(&reducer, trace, reduced);
    close_target(&reducer);
    hck_judge_close(reducer.session);
    return result;
}

void hck_reduced_free(struct reduced *reduced)
{
    hck_trace_free(&reduced->trace);
    free(reduced->results);
    memset(reduced, 0, sizeof *reduced);
}
