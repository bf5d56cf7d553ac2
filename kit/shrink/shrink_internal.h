/* The shrinker's parts: trying candidates (shrink.c), making calls simpler (simplify.c), and fewer
 * where the others ask for more (trade.c). */
#ifndef HCK_KIT_SHRINK_INTERNAL_H
#define HCK_KIT_SHRINK_INTERNAL_H

#include "kit/shrink/shrink.h"

/* Invariants:
 *   1. `current` violated the clause when it was tried (or is the trace that shrinking began with).
 *   2. `candidate` is scratch space; a pass fills it and asks hck_shrink_try.
 *   3. A candidate that did not violate is never tried again: its hash is in `refused`. */
struct shrinker {
    const struct shrink_options *options;
    struct trace_buffer current;
    struct trace_buffer candidate;
    uint64_t *refused; /* a hash table of `refused_size` places, 0 where empty */
    size_t refused_size;
    uint32_t attempts;
    uint32_t attempts_max;
    bool failed; /* out of memory */
};

/* Whether no more candidates may be tried. */
bool hck_shrink_is_over(const struct shrinker *shrinker);

/* Makes the candidate the current trace if it still violates. */
bool hck_shrink_try(struct shrinker *shrinker);

/* Fills the candidate with the calls of the current trace that `keep` says yes to. False when out
 * of memory or when nothing would be left out. */
typedef bool (*shrink_keep)(const void *context, uint32_t index, const struct call *call);
bool hck_shrink_filter(struct shrinker *shrinker, shrink_keep keep, const void *context);

/* Fills the candidate with the current trace; one of its calls may then be changed through
 * candidate.trace.calls, followed by hck_shrink_note. */
bool hck_shrink_copy(struct shrinker *shrinker);
void hck_shrink_note(struct shrinker *shrinker); /* counts the slots and threads anew */

/* The lowest slot of the kind from `slot` on that a call of the current trace names, or NO_SLOT. */
uint32_t hck_shrink_next_slot(const struct shrinker *shrinker, enum slot_kind kind, uint32_t slot);

/* One pass each over the current trace; true where anything became simpler. */
bool hck_shrink_calls(struct shrinker *shrinker);
bool hck_shrink_trades(struct shrinker *shrinker);
bool hck_shrink_threads(struct shrinker *shrinker);
bool hck_shrink_arguments(struct shrinker *shrinker);
bool hck_shrink_slots(struct shrinker *shrinker);

#endif
