/* Running a plan on a target with several worker processes, each with its own child and oracle.
 *
 * The traces are cut into batches by index; a worker takes a batch at a time and starts a fresh
 * child for each, so what a target answers depends on the batch alone and the same plan gives the
 * same result with any number of workers. */
#ifndef HCK_KIT_RUN_RUN_H
#define HCK_KIT_RUN_RUN_H

#include <stdatomic.h>

#include "kit/run/collect.h"
#include "kit/run/plan.h"
#include "kit/target/target.h"

struct run_options {
    const char *target;
    struct target_options target_options;
    uint32_t bases;
    const struct selection *selection;
    const struct plan *plan;
    unsigned worker_count;
    uint64_t time_limit_ms;         /* 0: none; then no further trace is begun */
    const atomic_bool *interrupted; /* once true, no further trace is begun; may be NULL */
    /* Called in the calling process while the workers run; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    /* The same while violations are shrunk: `what` is the clause that has been at it for longest,
     * empty where none is; may be NULL. */
    void (*shrinking)(void *context, uint64_t done, uint64_t total, const char *what);
    /* In place of `progress` while no trace has come to its end for a while: `what` is the one that
     * is waited for, whose target may be silent for `limit_s` in each try; may be NULL. */
    void (*waiting)(void *context, uint64_t done, uint64_t total, const char *what,
                    uint32_t limit_s);
    void *progress_context;
};

struct run_result {
    struct collect *collect; /* owned; NULL only when out of memory */
    uint64_t trace_count;    /* of the plan */
    bool is_stopped_by_time; /* before all of them were run */
    bool interrupted;
    bool broken; /* the target or the kit failed: message says how */
    bool usage;  /* ... and it was the target string itself */
    uint64_t broken_trace_index;
    char message[BROKEN_MESSAGE_MAX];
};

void hck_run(const struct run_options *options, struct run_result *result);
void hck_run_free(struct run_result *result);

#endif
