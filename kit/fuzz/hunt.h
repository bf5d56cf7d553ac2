/* How long the built-in engine takes to find one clause violated: what an engine is worth. */
#ifndef HCK_KIT_FUZZ_HUNT_H
#define HCK_KIT_FUZZ_HUNT_H

#include "kit/fuzz/worker.h"
#include "kit/trace.h"

struct hunt_options {
    struct worker_options worker; /* its selection is not looked at */
    enum clause_id clause;
    uint32_t silence_ms; /* see struct fleet_options */
    uint64_t time_limit_ms;
    const atomic_bool *interrupted;
};

/* Starts as all zeroes. */
struct hunt_result {
    bool is_found;
    uint64_t tried_count;
    uint64_t elapsed_ms;
    struct trace_buffer trace;        /* owned: that violates */
    char message[BROKEN_MESSAGE_MAX]; /* of what failed, empty where nothing did */
};

/* One worker, from nothing, until the clause is violated or time is over. */
void hck_hunt(const struct hunt_options *options, struct hunt_result *result);
void hck_hunt_free(struct hunt_result *result);

#endif
