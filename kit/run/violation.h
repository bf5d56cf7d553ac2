/* The violations that a report shows: of each violated clause the first few different ones, shrunk.
 */
#ifndef HCK_KIT_RUN_VIOLATION_H
#define HCK_KIT_RUN_VIOLATION_H

#include "kit/run/reduce.h"
#include "kit/run/run.h"

enum { ORIGIN_MAX = 512 };

enum violation_fate {
    VIOLATION_NOT_TRIED, /* there was no time or no target to run it on again */
    VIOLATION_SHRUNK,    /* it came again, and so it does with the shrunk trace */
    VIOLATION_UNSTEADY,  /* it comes and goes */
    VIOLATION_GONE       /* it did not come again */
};

struct violation {
    struct finding finding;  /* as the run saw it */
    char origin[ORIGIN_MAX]; /* the name of that trace */
    uint8_t fate;            /* enum violation_fate */
    bool has_witness;        /* reduced.witness is filled */
    struct reduced reduced;  /* its trace; as it ran, where it was not shrunk */
};

/* Starts as all zeroes. */
struct violations {
    struct violation *items;
    size_t count;
};

/* Shrinks up to `per_clause` findings of each violated clause, on the run's workers. `quiet` marks
 * clauses that need no example (may be NULL). An interruption leaves them as they were found.
 * The examples of a clause stand together, the simplest first; one that needs the traces before it
 * is left out where another of its clause does not, and one that has become the trace of another.
 * What is not shrunk ends with the violating call. False when out of memory, or where a worker
 * died: then some are as they were found. */
bool hck_violations_shrink(const struct run_options *options, const struct collect *collect,
                           uint32_t per_clause, const bool *quiet, struct violations *violations);

/* Leaves one of the examples of a clause that have become the same trace. Part of that. */
void hck_violations_join(struct violations *violations);

void hck_violations_free(struct violations *violations);

#endif
