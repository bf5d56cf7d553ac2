/* The shrinker: the smallest trace that still violates the same clause.
 *
 * Fewest calls first (chunks, halves, single calls, one where the others ask for more), then the
 * simplest values (smaller sizes, fewer flags, zero offsets, lowest slot numbers, thread 0). Works
 * on woven traces: probes are calls, so the ones that are not needed go as well. Deterministic: the
 * same trace and target give the same result; a candidate has to violate the clause each time it is
 * tried. */
#ifndef HCK_KIT_SHRINK_H
#define HCK_KIT_SHRINK_H

#include "kit/trace.h"
#include "spec/clause.h"

/* Runs a candidate: true where it still violates the clause. */
typedef bool (*shrink_still)(void *context, const struct trace *candidate);

struct shrink_options {
    uint32_t attempts_max; /* 0: 2,000 */
    shrink_still still;
    void *context;
};

struct shrink_result {
    uint32_t attempts;
    uint32_t calls_before;
    uint32_t calls_after;
};

/* `smallest` receives the result (empty before). False when out of memory. */
bool hck_shrink(const struct trace *violating, const struct shrink_options *options,
                struct trace_buffer *smallest, struct shrink_result *result);

#endif
