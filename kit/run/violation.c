/* Shrinking what a run found, on worker processes. A shrunk trace is never longer than the trace it
 * came from, so each worker's result has its place in shared memory before the work begins. */
#include "kit/run/violation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/run/workers.h"

/* What a worker tells of one violation; its calls follow behind all of these. */
struct result {
    size_t first_call; /* in shared.calls */
    uint32_t call_count;
    uint32_t calls_before;
    uint8_t fate;
    bool has_answers;
    bool has_to_meet;
    struct witness witness;
};

struct shared {
    atomic_bool interrupted;
    atomic_size_t done;
    atomic_size_t under_way[WORKERS_MAX]; /* the place in `order` of each worker's violation + 1 */
};

enum {
    SILENCES_OF_ALL = 2 * REDUCE_SILENCES, /* candidates that may hang, of all hangs together */
    SILENCES_MIN = 10,                     /* ... and of each */
    UNDER_WAY_MAX = 120
};

struct shrinking {
    const struct run_options *options;
    struct violations *violations;
    size_t *order; /* of the violations, in which they are shrunk */
    uint32_t silences_max;
    struct shared *shared;
    struct result *results; /* shared, one per violation */
    struct call *calls;     /* shared */
    uint64_t *answers;      /* shared, one per call: its result, see struct reduced */
    size_t call_count;
};

/* A death behind other traces is a long trace and a slow one to shrink: none where the clause has
 * an example that violates alone. */
static bool is_spared(const struct clause_record *record, uint32_t at)
{
    bool has_own = false;
    for (uint32_t i = 0; i < record->finding_count; i++) {
        has_own = has_own || !record->findings[i].is_joined;
    }
    return has_own && record->findings[at].is_joined;
}

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
        uint32_t listed = 0;
        for (uint32_t k = 0; k < record->finding_count && listed < per_clause; k++) {
            if ((quiet == NULL || !quiet[i]) && !is_spared(record, k)) {
                violations->items[violations->count++].finding = record->findings[k];
                listed++;
            }
        }
    }
    return true;
}

static bool make_whole_trace(const struct plan *plan, const struct finding *finding,
                             struct trace_buffer *made)
{
    if (finding->is_joined) {
        return hck_plan_join(plan, finding->first_index, finding->trace_index, made);
    }
    struct plan_trace trace;
    memset(&trace, 0, sizeof trace);
    bool is_made = hck_plan_make(plan, finding->trace_index, &trace) &&
                   hck_trace_copy(made, &trace.woven.trace);
    hck_plan_trace_free(&trace);
    return is_made;
}

/* Without what comes behind the violation, whatever may become of the trace. */
static bool make_trace(const struct plan *plan, const struct finding *finding,
                       struct reduced *reduced)
{
    struct trace_buffer whole = {.capacity = 0};
    bool is_made = make_whole_trace(plan, finding, &whole) &&
                   hck_reduce_cut(&whole.trace, finding->call_index, &reduced->trace);
    reduced->calls_before = whole.trace.call_count;
    hck_trace_free(&whole);
    return is_made;
}

/* Makes each trace for the example that is shown where it cannot be shrunk. */
static bool make_traces(struct shrinking *shrinking)
{
    const struct plan *plan = shrinking->options->plan;
    bool made = true;
    for (size_t i = 0; i < shrinking->violations->count && made; i++) {
        struct violation *violation = &shrinking->violations->items[i];
        const struct finding *finding = &violation->finding;
        hck_plan_name_last(plan, finding->first_index, finding->trace_index, violation->origin,
                           sizeof violation->origin);
        made = make_trace(plan, finding, &violation->reduced);
        shrinking->call_count += violation->reduced.trace.trace.call_count;
    }
    return made;
}

/* Hangs take their time, so they come last: whoever ends the work then has all others. They share
 * the number of candidates that may hang. */
static bool plan_work(struct shrinking *shrinking)
{
    const struct violations *violations = shrinking->violations;
    size_t at = 0;
    shrinking->order = calloc(violations->count + 1, sizeof *shrinking->order);
    if (shrinking->order == NULL) {
        return false;
    }
    for (size_t i = 0; i < violations->count; i++) {
        if (!violations->items[i].finding.is_hang) {
            shrinking->order[at++] = i;
        }
    }
    size_t hang_count = violations->count - at;
    for (size_t i = 0; i < violations->count; i++) {
        if (violations->items[i].finding.is_hang) {
            shrinking->order[at++] = i;
        }
    }
    size_t share = SILENCES_OF_ALL / (hang_count > 0 ? hang_count : 1);
    shrinking->silences_max = share < SILENCES_MIN      ? SILENCES_MIN
                              : share > REDUCE_SILENCES ? REDUCE_SILENCES
                                                        : (uint32_t)share;
    return true;
}

static bool open_shared(struct shrinking *shrinking)
{
    size_t count = shrinking->violations->count;
    shrinking->shared = hck_workers_share(sizeof *shrinking->shared);
    shrinking->results = hck_workers_share((count + 1) * sizeof shrinking->results[0]);
    shrinking->calls = hck_workers_share((shrinking->call_count + 1) * sizeof shrinking->calls[0]);
    shrinking->answers =
        hck_workers_share((shrinking->call_count + 1) * sizeof shrinking->answers[0]);
    if (shrinking->shared == NULL || shrinking->results == NULL || shrinking->calls == NULL ||
        shrinking->answers == NULL) {
        return false;
    }
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        shrinking->results[i].first_call = first;
        first += shrinking->violations->items[i].reduced.trace.trace.call_count;
    }
    return true;
}

static void close_work(struct shrinking *shrinking)
{
    size_t count = shrinking->violations->count;
    free(shrinking->order);
    hck_workers_unshare(shrinking->shared, sizeof *shrinking->shared);
    hck_workers_unshare(shrinking->results, (count + 1) * sizeof shrinking->results[0]);
    hck_workers_unshare(shrinking->calls, (shrinking->call_count + 1) * sizeof shrinking->calls[0]);
    hck_workers_unshare(shrinking->answers,
                        (shrinking->call_count + 1) * sizeof shrinking->answers[0]);
}

static uint8_t fate_of(enum reduce_result result)
{
    switch (result) {
    case REDUCE_DONE:
        return VIOLATION_SHRUNK;
    case REDUCE_UNSTEADY:
        return VIOLATION_UNSTEADY;
    case REDUCE_NOT_VIOLATED:
        return VIOLATION_GONE;
    case REDUCE_BROKEN:
        break;
    }
    return VIOLATION_NOT_TRIED;
}

/* In a worker. */
static bool shrink_item(void *context, unsigned worker, uint64_t item)
{
    struct shrinking *shrinking = context;
    const struct run_options *options = shrinking->options;
    const struct violation *violation = &shrinking->violations->items[shrinking->order[item]];
    struct result *result = &shrinking->results[shrinking->order[item]];
    struct reduced reduced = {.calls_before = 0};
    struct reduce_options reduce = {
        .target = options->target,
        .target_options = options->target_options,
        .bases = options->bases,
        .wish = {.clause = violation->finding.clause, .same_as = &violation->finding},
        .seen = &violation->finding,
        .silences_max = shrinking->silences_max,
        .interrupted = &shrinking->shared->interrupted,
    };
    atomic_store(&shrinking->shared->under_way[worker], item + 1);
    reduce.target_options.interrupted = &shrinking->shared->interrupted;
    reduce.target_options.waits = NULL;
    if (!atomic_load(&shrinking->shared->interrupted)) {
        result->fate = fate_of(hck_reduce(&reduce, &violation->reduced.trace.trace, &reduced));
    }
    if ((result->fate == VIOLATION_SHRUNK || result->fate == VIOLATION_UNSTEADY) &&
        reduced.trace.trace.call_count > 0 &&
        reduced.trace.trace.call_count <= violation->reduced.trace.trace.call_count) {
        result->call_count = reduced.trace.trace.call_count;
        memcpy(&shrinking->calls[result->first_call], reduced.trace.trace.calls,
               result->call_count * sizeof shrinking->calls[0]);
        result->has_answers = reduced.results != NULL;
        if (result->has_answers) {
            memcpy(&shrinking->answers[result->first_call], reduced.results,
                   result->call_count * sizeof shrinking->answers[0]);
        }
        result->witness = reduced.witness;
        result->has_to_meet = reduced.has_to_meet;
    }
    hck_reduced_free(&reduced);
    atomic_store(&shrinking->shared->under_way[worker], 0);
    atomic_fetch_add(&shrinking->shared->done, 1);
    return true;
}

/* The clause that is waited for: the work is handed out in order, so the first one under way has
 * been so for longest. */
static void say_under_way(const struct shrinking *shrinking, char *text, size_t size)
{
    size_t first = 0;
    for (unsigned i = 0; i < WORKERS_MAX; i++) {
        size_t place = atomic_load(&shrinking->shared->under_way[i]);
        first = place != 0 && (first == 0 || place < first) ? place : first;
    }
    text[0] = '\0';
    if (first != 0) {
        const struct finding *finding =
            &shrinking->violations->items[shrinking->order[first - 1]].finding;
        (void)snprintf(text, size, "%s%s", hck_clause_get(finding->clause)->id,
                       finding->is_hang ? " (hang)" : "");
    }
}

static void tick(void *context)
{
    struct shrinking *shrinking = context;
    const struct run_options *options = shrinking->options;
    char what[UNDER_WAY_MAX];
    if (options->interrupted != NULL && atomic_load(options->interrupted)) {
        atomic_store(&shrinking->shared->interrupted, true);
    }
    if (options->shrinking != NULL) {
        say_under_way(shrinking, what, sizeof what);
        options->shrinking(options->progress_context, atomic_load(&shrinking->shared->done),
                           shrinking->violations->count, what);
    }
}

static bool take_answers(const struct shrinking *shrinking, const struct result *result,
                         struct reduced *reduced)
{
    if (!result->has_answers) {
        return true;
    }
    reduced->results = calloc((size_t)result->call_count + 1, sizeof *reduced->results);
    if (reduced->results == NULL) {
        return false;
    }
    memcpy(reduced->results, &shrinking->answers[result->first_call],
           result->call_count * sizeof *reduced->results);
    return true;
}

/* Takes over what the workers left. */
static bool take_results(struct shrinking *shrinking)
{
    for (size_t i = 0; i < shrinking->violations->count; i++) {
        const struct result *result = &shrinking->results[i];
        struct violation *violation = &shrinking->violations->items[i];
        violation->fate = result->fate;
        if (result->fate != VIOLATION_SHRUNK && result->fate != VIOLATION_UNSTEADY) {
            continue;
        }
        hck_trace_clear(&violation->reduced.trace);
        for (uint32_t k = 0; k < result->call_count; k++) {
            if (!hck_trace_append(&violation->reduced.trace,
                                  &shrinking->calls[result->first_call + k])) {
                return false;
            }
        }
        if (!take_answers(shrinking, result, &violation->reduced)) {
            return false;
        }
        violation->reduced.witness = result->witness;
        violation->reduced.has_to_meet = result->has_to_meet;
        violation->has_witness = true;
    }
    return true;
}

static bool is_simpler(const struct violation *a, const struct violation *b)
{
    bool a_shrunk = a->fate == VIOLATION_SHRUNK;
    bool b_shrunk = b->fate == VIOLATION_SHRUNK;
    return a_shrunk != b_shrunk
               ? a_shrunk
               : a->reduced.trace.trace.call_count < b->reduced.trace.trace.call_count;
}

/* Examples of a clause that differed at first may have become the same trace: the first of them is
 * enough. */
static bool is_repeated(const struct violations *violations, size_t at)
{
    const struct violation *one = &violations->items[at];
    for (size_t i = 0; i < at; i++) {
        const struct violation *other = &violations->items[i];
        if (one->fate == VIOLATION_SHRUNK && other->fate == VIOLATION_SHRUNK &&
            one->finding.clause == other->finding.clause &&
            hck_trace_same(&one->reduced.trace.trace, &other->reduced.trace.trace)) {
            return true;
        }
    }
    return false;
}

void hck_violations_join(struct violations *violations)
{
    size_t count = 0;
    for (size_t i = 0; i < violations->count; i++) {
        struct violation violation = violations->items[i];
        violations->items[count] = violation;
        if (is_repeated(violations, count)) {
            hck_reduced_free(&violation.reduced);
        } else {
            count++;
        }
    }
    violations->count = count;
}

/* The examples of a clause, which stand together, by how simple they are: a stable insertion sort,
 * so that equal ones stay in the order in which they were seen. */
static void sort_examples(struct violations *violations)
{
    for (size_t i = 1; i < violations->count; i++) {
        struct violation moving = violations->items[i];
        size_t at = i;
        while (at > 0 && violations->items[at - 1].finding.clause == moving.finding.clause &&
               is_simpler(&moving, &violations->items[at - 1])) {
            violations->items[at] = violations->items[at - 1];
            at--;
        }
        violations->items[at] = moving;
    }
}

static bool shrink_all(struct shrinking *shrinking)
{
    char message[WORKERS_MESSAGE_MAX];
    struct work work = {
        .worker_count = shrinking->options->worker_count,
        .item_count = shrinking->violations->count,
        .run = shrink_item,
        .tick = tick,
        .context = shrinking,
    };
    if (shrinking->violations->count == 0) {
        return true;
    }
    /* Interrupted before it began: nothing is shrunk. */
    tick(shrinking);
    bool done = hck_workers_run(&work, message) || atomic_load(&shrinking->shared->interrupted);
    if (!take_results(shrinking)) {
        return false;
    }
    sort_examples(shrinking->violations);
    return done;
}

bool hck_violations_shrink(const struct run_options *options, const struct collect *collect,
                           uint32_t per_clause, const bool *quiet, struct violations *violations)
{
    struct shrinking shrinking = {.options = options, .violations = violations};
    memset(violations, 0, sizeof *violations);
    if (!list_findings(collect, per_clause, quiet, violations)) {
        return false;
    }
    bool done = make_traces(&shrinking) && plan_work(&shrinking) && open_shared(&shrinking) &&
                shrink_all(&shrinking);
    close_work(&shrinking);
    hck_violations_join(violations);
    return done;
}

void hck_violations_free(struct violations *violations)
{
    for (size_t i = 0; i < violations->count; i++) {
        hck_reduced_free(&violations->items[i].reduced);
    }
    free(violations->items);
    memset(violations, 0, sizeof *violations);
}
