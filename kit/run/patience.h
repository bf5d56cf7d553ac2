/* How long a run waits for functions that have hung before.
 *
 * A call that does not return takes the whole time limit, and the same again when it is looked for.
 * Once a function has hung, it is known, and further traces in which it hangs show nothing new:
 * they are waited for less, and when there were many, generated traces do without the function. */
#ifndef HCK_KIT_RUN_PATIENCE_H
#define HCK_KIT_RUN_PATIENCE_H

#include <stdatomic.h>

#include "spec/call.h"

enum {
    PATIENCE_SHORT_AFTER = 2, /* traces in which a function hung */
    PATIENCE_OVER_AFTER = 20,
    PATIENCE_LEAST_MS = 1000
};

/* Shared by the workers of a run. Starts as all zeroes. */
struct patience {
    atomic_uint hangs[CALL_COUNT]; /* traces */
};

void hck_patience_note(struct patience *patience, enum call_id call);

/* Whether the function has hung so often that its traces are waited for less. */
bool hck_patience_knows(const struct patience *patience, enum call_id call);

/* How long the trace may be silent, where others may be for `whole_ms`. */
uint32_t hck_patience_limit_ms(const struct patience *patience, const struct trace *trace,
                               uint32_t whole_ms);

/* The function for which the trace is not worth its time, or CALL_COUNT. */
enum call_id hck_patience_is_over(const struct patience *patience, const struct trace *trace);

#endif
