/* Shrinking what a run found. */
#include "kit/run/violation.h"

#include <stdlib.h>
#include <string.h>

#include "kit/run/workers.h"

struct shrinking {
    const struct run_options *options;
    struct violations *violations;
    atomic_size_t done;
    atomic_bool out_of_memory;
};

static bool list_findings(const struct collect *collect, uint32_t per_clause, const bool *quiet,
                          struct violations *violations)
{
    size_t count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += collect->records[i].finding_count;
    }
    violations->items = calloc(count + 1, sizeof *violations->items);
    if (violations->items == NULL) {
        return false;
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause_record *record = &collect->records[i];
        for (uint32_t k = 0; k < record->finding_count && k < per_clause; k++) {
            if (quiet == NULL || !quiet[i]) {
                violations->items[violations->count++].finding = record->findings[k];
            }
        }
    }
    return true;
}

static bool shrink_one(struct shrinking *shrinking, struct violation *violation,
                       struct plan_trace *trace)
{
    const struct run_options *options = shrinking->options;
    if (!hck_plan_make(options->plan, violation->finding.trace_index, trace)) {
        return false;
    }
    struct reduce_options reduce = {
        .target = options->target,
        .target_options = options->target_options,
        .bases = options->bases,
        .wish = {.clause = violation->finding.clause, .same_as = &violation->finding},
        .interrupted = options->interrupted,
    };
    bool interrupted = options->interrupted != NULL && atomic_load(options->interrupted);
    violation->shrunk = !interrupted && hck_reduce(&reduce, &trace->woven.trace,
                                                   &violation->reduced) == REDUCE_DONE;
    violation->has_witness = violation->shrunk;
    if (violation->shrunk) {
        return true;
    }
    hck_reduced_free(&violation->reduced);
    violation->reduced.calls_before = trace->woven.trace.call_count;
    return hck_trace_copy(&violation->reduced.trace, &trace->woven.trace);
}

static bool run_item(void *context, unsigned worker, uint64_t item)
{
    struct shrinking *shrinking = context;
    struct violation *violation = &shrinking->violations->items[item];
    struct plan_trace trace;
    memset(&trace, 0, sizeof trace);
    hck_plan_name(shrinking->options->plan, violation->finding.trace_index, violation->origin,
                  sizeof violation->origin);
    if (!shrink_one(shrinking, violation, &trace)) {
        atomic_store(&shrinking->out_of_memory, true);
    }
    hck_plan_trace_free(&trace);
    atomic_fetch_add(&shrinking->done, 1);
    (void)worker;
    return true;
}

static void tick(void *context)
{
    struct shrinking *shrinking = context;
    if (shrinking->options->progress != NULL) {
        shrinking->options->progress(shrinking->options->progress_context,
                                     atomic_load(&shrinking->done), shrinking->violations->count);
    }
}

bool hck_violations_shrink(const struct run_options *options, const struct collect *collect,
                           uint32_t per_clause, const bool *quiet, struct violations *violations)
{
    memset(violations, 0, sizeof *violations);
    struct shrinking shrinking = {.options = options, .violations = violations};
    atomic_init(&shrinking.done, 0);
    atomic_init(&shrinking.out_of_memory, false);
    if (!list_findings(collect, per_clause, quiet, violations)) {
        return false;
    }
    struct work work = {
        .worker_count = options->worker_count,
        .item_count = violations->count,
        .run = run_item,
        .tick = tick,
        .context = &shrinking,
    };
    return hck_workers_run(&work) && !atomic_load(&shrinking.out_of_memory);
}

void hck_violations_free(struct violations *violations)
{
    for (size_t i = 0; i < violations->count; i++) {
        hck_reduced_free(&violations->items[i].reduced);
    }
    free(violations->items);
    memset(violations, 0, sizeof *violations);
}
