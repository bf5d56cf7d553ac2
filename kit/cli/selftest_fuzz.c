/* Three engines on every mutant: as it is, without guidance, and without the mutator of calls. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include "kit/cli/selftest_fuzz.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/fuzz/hunt.h"
#include "kit/report/progress.h"
#include "kit/run/reduce.h"
#include "kit/run/workers.h"

enum mode { MODE_GUIDED, MODE_UNGUIDED, MODE_BYTEWISE, MODE_COUNT };

static const char *const mode_names[MODE_COUNT] = {"guided", "unguided", "bytewise"};

enum { HUNT_CALLS = 24, HUNT_SILENCE_MS = 2000, FEW_CALLS = 10 };

/* One hunt, in shared memory. */
struct outcome {
    bool is_found;
    bool is_broken;
    uint32_t shrunk_calls; /* of the first seed of the engine as it is; 0: not shrunk */
    uint64_t elapsed_ms;
    uint64_t tried_count;
};

struct hunts {
    const struct selftest_fuzz *fuzz;
    struct progress progress;
    atomic_uint_fast64_t *done;
    struct outcome *outcomes; /* by mutant, seed and mode */
    size_t count;
};

static struct outcome *outcome_of(const struct hunts *hunts, size_t mutant, unsigned seed,
                                  enum mode mode)
{
    return &hunts->outcomes[(mutant * hunts->fuzz->seed_count + seed) * MODE_COUNT + mode];
}

/* How long a find is when a person gets to see it. */
static void shrink(const struct hunts *hunts, enum clause_id clause, const struct trace *trace,
                   struct outcome *outcome)
{
    struct reduced reduced = {.calls_before = 0};
    struct reduce_options options = {
        .target = hunts->fuzz->target,
        .target_options = hunts->fuzz->target_options,
        .bases = hunts->fuzz->bases,
        .wish = {.clause = clause},
        .interrupted = &hck_interrupted,
    };
    if (hck_reduce(&options, trace, &reduced) == REDUCE_DONE) {
        outcome->shrunk_calls = reduced.trace.trace.call_count;
    }
    hck_reduced_free(&reduced);
}

static unsigned seeds_of(const struct selftest_fuzz *fuzz, enum mode mode)
{
    return mode == MODE_GUIDED || fuzz->baseline_count > fuzz->seed_count ? fuzz->seed_count
                                                                          : fuzz->baseline_count;
}

/* In a worker. */
static bool hunt(void *context, unsigned worker, uint64_t item)
{
    struct hunts *hunts = context;
    const struct selftest_fuzz *fuzz = hunts->fuzz;
    const struct mutant *mutant = fuzz->mutants[item / MODE_COUNT / fuzz->seed_count];
    unsigned seed = (unsigned)(item / MODE_COUNT % fuzz->seed_count);
    enum mode mode = (enum mode)(item % MODE_COUNT);
    struct outcome *outcome = &hunts->outcomes[item];
    struct hunt_result result = {.is_found = false};
    struct hunt_options options = {
        .worker = {.target = fuzz->target,
                   .target_options = fuzz->target_options,
                   .bases = fuzz->bases,
                   .engine = {.seed = seed + 1,
                              .generate = {.call_count_max = HUNT_CALLS},
                              .is_unguided = mode == MODE_UNGUIDED,
                              .is_bytewise = mode == MODE_BYTEWISE}},
        .clause = mutant->clause,
        .silence_ms = HUNT_SILENCE_MS,
        .time_limit_ms = fuzz->time_limit_ms,
        .interrupted = &hck_interrupted,
    };
    (void)worker;
    if (seed >= seeds_of(fuzz, mode)) {
        atomic_fetch_add(hunts->done, 1);
        return true;
    }
    (void)setenv("HEAPCK_MUTANT", mutant->name, 1);
    hck_hunt(&options, &result);
    outcome->is_found = result.is_found;
    outcome->is_broken = result.message[0] != '\0';
    outcome->elapsed_ms = result.elapsed_ms;
    outcome->tried_count = result.tried_count;
    if (result.is_found && mode == MODE_GUIDED && seed == 0) {
        shrink(hunts, mutant->clause, &result.trace.trace, outcome);
    }
    hck_hunt_free(&result);
    atomic_fetch_add(hunts->done, 1);
    return !atomic_load(&hck_interrupted);
}

static void tick(void *context)
{
    struct hunts *hunts = context;
    hck_progress_show(&hunts->progress, atomic_load(hunts->done), hunts->count);
}

/* --- Telling ---------------------------------------------------------------------------------- */

/* What a find took: time, which the machine has a part in, or executions. */
enum cost { COST_MS, COST_TRIES };

/* Of hunts, sorted; those that found nothing are last. */
struct costs {
    enum cost cost;
    uint64_t *items;
    size_t found_count;
    size_t count;
};

static int compare_costs(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Of one mutant, or of all (SIZE_MAX). */
static void collect_costs(const struct hunts *hunts, size_t mutant, enum mode mode,
                          struct costs *costs)
{
    size_t first = mutant == SIZE_MAX ? 0 : mutant;
    size_t last = mutant == SIZE_MAX ? hunts->fuzz->mutant_count : mutant + 1;
    costs->count = 0;
    costs->found_count = 0;
    for (size_t i = first; i < last; i++) {
        for (unsigned seed = 0; seed < seeds_of(hunts->fuzz, mode); seed++) {
            const struct outcome *outcome = outcome_of(hunts, i, seed, mode);
            uint64_t cost = costs->cost == COST_MS ? outcome->elapsed_ms : outcome->tried_count;
            costs->items[costs->count++] = outcome->is_found ? cost : UINT64_MAX;
            costs->found_count += outcome->is_found;
        }
    }
    qsort(costs->items, costs->count, sizeof costs->items[0], compare_costs);
}

/* What so many of a hundred hunts took at most to find it; a dash where they did not. */
static void say_percentile(const struct costs *costs, unsigned percent, char *text, size_t size)
{
    size_t place = (costs->count * percent + 99) / 100;
    uint64_t cost = costs->count == 0 ? UINT64_MAX : costs->items[place > 0 ? place - 1 : 0];
    if (cost == UINT64_MAX) {
        (void)snprintf(text, size, "-");
    } else if (costs->cost == COST_TRIES) {
        (void)snprintf(text, size, "%" PRIu64, cost);
    } else {
        (void)snprintf(text, size, "%" PRIu64 ".%02" PRIu64, cost / 1000, cost % 1000 / 10);
    }
}

static void print_costs(const struct costs *costs)
{
    char median[24];
    char most[24];
    say_percentile(costs, 50, median, sizeof median);
    say_percentile(costs, 90, most, sizeof most);
    (void)printf("  %7s %7s %5zu", median, most, costs->count - costs->found_count);
}

static void print_mutant(const struct hunts *hunts, size_t mutant, struct costs *costs)
{
    (void)printf("%-56s", hunts->fuzz->mutants[mutant]->name);
    for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
        collect_costs(hunts, mutant, (enum mode)mode, costs);
        print_costs(costs);
    }
    uint32_t calls = outcome_of(hunts, mutant, 0, MODE_GUIDED)->shrunk_calls;
    (void)(calls == 0 ? printf("      -\n") : printf("  %5" PRIu32 "\n", calls));
}

static void print_heading(void)
{
    (void)printf("%-56s", "seconds: median, 90th percentile; survived");
    for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
        (void)printf("  %21s", mode_names[mode]);
    }
    (void)printf("  calls\n");
}

/* A find that could not be shrunk is none of few calls. */
static void print_shrunk(const struct hunts *hunts)
{
    size_t found = 0;
    size_t few = 0;
    for (size_t i = 0; i < hunts->fuzz->mutant_count; i++) {
        const struct outcome *outcome = outcome_of(hunts, i, 0, MODE_GUIDED);
        found += outcome->is_found;
        few += outcome->shrunk_calls != 0 && outcome->shrunk_calls <= FEW_CALLS;
    }
    (void)printf("shrunk finds of at most %d calls: %zu of %zu\n", FEW_CALLS, few, found);
}

static void print_sum(const struct hunts *hunts, const char *name, struct costs *costs)
{
    (void)printf("%-56s", name);
    for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
        collect_costs(hunts, SIZE_MAX, (enum mode)mode, costs);
        print_costs(costs);
    }
    (void)printf("\n");
}

/* Returns how many mutants the engine as it is never found. */
static size_t print_all(const struct hunts *hunts, struct costs *costs)
{
    size_t never = 0;
    print_heading();
    for (size_t i = 0; i < hunts->fuzz->mutant_count; i++) {
        print_mutant(hunts, i, costs);
        collect_costs(hunts, i, MODE_GUIDED, costs);
        never += costs->found_count == 0;
    }
    print_sum(hunts, "all", costs);
    costs->cost = COST_TRIES;
    print_sum(hunts, "all, in executions", costs);
    print_shrunk(hunts);
    (void)printf("%zu %s, %u %s each (%u of the baselines), at most %" PRIu64
                 " s: %zu found with some seed\n",
                 hunts->fuzz->mutant_count,
                 hck_report_plural(hunts->fuzz->mutant_count, "mutant", "mutants"),
                 hunts->fuzz->seed_count,
                 hck_report_plural(hunts->fuzz->seed_count, "seed", "seeds"),
                 seeds_of(hunts->fuzz, MODE_UNGUIDED), hunts->fuzz->time_limit_ms / 1000,
                 hunts->fuzz->mutant_count - never);
    return never;
}

static int report(const struct hunts *hunts)
{
    struct costs costs = {.items = calloc(hunts->count + 1, sizeof *costs.items)};
    if (costs.items == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    size_t never = print_all(hunts, &costs);
    free(costs.items);
    for (size_t i = 0; i < hunts->count; i++) {
        if (hunts->outcomes[i].is_broken) {
            return hck_setup_fail(EXIT_STATUS_BROKEN, "a hunt could not be made to its end");
        }
    }
    return never > 0 ? EXIT_STATUS_VIOLATED : EXIT_STATUS_CONFORMS;
}

int hck_selftest_fuzz(const struct selftest_fuzz *fuzz)
{
    struct hunts hunts = {.fuzz = fuzz,
                          .count = fuzz->mutant_count * fuzz->seed_count * MODE_COUNT};
    char message[WORKERS_MESSAGE_MAX] = "out of memory";
    struct work work = {
        .worker_count = fuzz->worker_count,
        .item_count = hunts.count,
        .run = hunt,
        .tick = tick,
        .context = &hunts,
    };
    int status = EXIT_STATUS_BROKEN;
    hunts.done = hck_workers_share(sizeof *hunts.done);
    hunts.outcomes = hck_workers_share((hunts.count + 1) * sizeof hunts.outcomes[0]);
    hck_progress_begin(&hunts.progress, "hunts");
    bool is_run = hunts.done != NULL && hunts.outcomes != NULL && hck_workers_run(&work, message);
    hck_progress_end(&hunts.progress);
    if (!is_run) {
        status = hck_setup_fail(EXIT_STATUS_BROKEN, message);
    } else if (!atomic_load(&hck_interrupted)) {
        status = report(&hunts);
    }
    hck_workers_unshare(hunts.done, sizeof *hunts.done);
    hck_workers_unshare(hunts.outcomes, (hunts.count + 1) * sizeof hunts.outcomes[0]);
    return atomic_load(&hck_interrupted) ? EXIT_STATUS_INTERRUPTED : status;
}
