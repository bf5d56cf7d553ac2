/* Workers side by side, and whoever hears of what they see.
 *
 * A worker that the target ends, or that does not get on, is the owner's to tell and to replace;
 * what it had reached is not lost (worker.h). */
#ifndef HCK_KIT_FUZZ_FLEET_H
#define HCK_KIT_FUZZ_FLEET_H

#include "kit/fuzz/worker.h"

enum { FLEET_WORKERS_MAX = 64 };

struct fleet_options {
    struct worker_options worker; /* each has a seed of its own; the first one has this */
    unsigned worker_count;        /* 1 to FLEET_WORKERS_MAX */
    uint32_t silence_ms;          /* a trace in a worker's own process may take */
    /* Told of a trace without probes that violates, or (CLAUSE_NONE) that ended the process. */
    void (*seen)(void *context, const struct trace *plain, const struct finding *finding);
    /* Asked several times a second whether to go on. */
    bool (*go_on)(void *context);
    void *context;
};

struct fleet_progress {
    uint64_t tried_count;
    uint64_t call_count;
    uint32_t kept_count;
    uint32_t feature_count; /* that any worker reached */
    uint32_t death_count;   /* of workers */
    bool is_full;           /* a worker tells no finding any more: WORKER_FINDINGS_MAX were told */
};

struct fleet;

/* NULL when out of memory. The options are copied; what they point to stays the caller's. */
struct fleet *hck_fleet_open(const struct fleet_options *options);

/* Returns when go_on says no; false: *message (BROKEN_MESSAGE_MAX bytes) says what failed. No
 * worker is left either way. */
bool hck_fleet_run(struct fleet *fleet, char *message);

/* Whether the target ran in the workers' own processes. */
bool hck_fleet_is_local(const struct fleet *fleet);

struct fleet_progress hck_fleet_progress(struct fleet *fleet);

/* How far the clause got in any worker. */
enum guide_reach hck_fleet_reach(const struct fleet *fleet, enum clause_id clause);

void hck_fleet_close(struct fleet *fleet);

#endif
