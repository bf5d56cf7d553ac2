#include "kit/fuzz/hunt.h"

#include <stdio.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/fuzz/fleet.h"
#include "kit/run/close.h"
#include "kit/run/witness.h"
#include "kit/weave/weave.h"

struct hunt {
    const struct hunt_options *options;
    struct hunt_result *result;
    struct fleet *fleet;
    struct selection selection; /* the clause alone */
    uint64_t begin_ms;
};

static bool go_on(void *context)
{
    const struct hunt *hunt = context;
    bool is_interrupted =
        hunt->options->interrupted != NULL && atomic_load(hunt->options->interrupted);
    return !hunt->result->is_found && !is_interrupted &&
           hck_clock_ms() - hunt->begin_ms < hunt->options->time_limit_ms;
}

/* Whether it is this clause that a trace violates which ended the process. */
static bool is_violated_by(const struct hunt *hunt, const struct trace *trace)
{
    const struct worker_options *worker = &hunt->options->worker;
    struct witness_place place = {worker->target, worker->target_options, worker->bases};
    struct witness_wish wish = {.selection = &hunt->selection, .clause = hunt->options->clause};
    struct witness witness;
    return hck_witness_find_fresh(&place, trace, &wish, &witness, NULL) == WITNESS_FOUND;
}

/* Keeps the trace that violates it: as it was tried, or with what ends it. */
static bool take_death(struct hunt *hunt, const struct trace *plain)
{
    struct trace_buffer *kept = &hunt->result->trace;
    struct trace_buffer woven = {.capacity = 0};
    bool is_ours = hck_weave_some(plain, &woven);
    if (is_ours && !is_violated_by(hunt, &woven.trace)) {
        is_ours = hck_close(&woven.trace, kept) && is_violated_by(hunt, &kept->trace);
        hck_trace_free(&woven);
    } else {
        *kept = woven;
    }
    if (!is_ours) {
        hck_trace_free(kept);
    }
    return is_ours;
}

static bool take(struct hunt *hunt, const struct trace *plain, const struct finding *finding)
{
    if (finding->clause == CLAUSE_NONE) {
        return take_death(hunt, plain);
    }
    return finding->clause == hunt->options->clause && hck_weave_some(plain, &hunt->result->trace);
}

static void seen(void *context, const struct trace *plain, const struct finding *finding)
{
    struct hunt *hunt = context;
    struct hunt_result *result = hunt->result;
    uint64_t now_ms = hck_clock_ms();
    if (result->is_found || !take(hunt, plain, finding)) {
        return;
    }
    result->is_found = true;
    result->elapsed_ms = now_ms - hunt->begin_ms;
    result->tried_count = hck_fleet_progress(hunt->fleet).tried_count;
}

void hck_hunt(const struct hunt_options *options, struct hunt_result *result)
{
    struct hunt hunt = {.options = options, .result = result};
    struct fleet_options fleet = {
        .worker = options->worker,
        .worker_count = 1,
        .silence_ms = options->silence_ms,
        .seen = seen,
        .go_on = go_on,
        .context = &hunt,
    };
    hunt.selection.clauses[options->clause] = true;
    hunt.selection.count = 1;
    fleet.worker.selection = &hunt.selection;
    hunt.fleet = hck_fleet_open(&fleet);
    if (hunt.fleet == NULL) {
        (void)snprintf(result->message, sizeof result->message, "out of memory");
        return;
    }
    hunt.begin_ms = hck_clock_ms();
    (void)hck_fleet_run(hunt.fleet, result->message);
    if (!result->is_found) {
        result->elapsed_ms = hck_clock_ms() - hunt.begin_ms;
        result->tried_count = hck_fleet_progress(hunt.fleet).tried_count;
    }
    hck_fleet_close(hunt.fleet);
}

void hck_hunt_free(struct hunt_result *result)
{
    hck_trace_free(&result->trace);
    memset(result, 0, sizeof *result);
}
