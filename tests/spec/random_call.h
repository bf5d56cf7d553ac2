/* Random calls and observations for tests: every row, form and edge of the tables, well formed (the
 * text has a spelling for each) but not defined. */
#ifndef HCK_TESTS_SPEC_RANDOM_CALL_H
#define HCK_TESTS_SPEC_RANDOM_CALL_H

#include "spec/call.h"

struct random {
    uint64_t state;
};

uint64_t random_word(struct random *random);
uint64_t random_below(struct random *random, uint64_t count);

/* Slots are below `slots` (and below HANDLERS_MAX for handlers). */
void random_call(struct random *random, uint32_t slots, struct call *call);

/* Fields that the status does not use are zero. `values` has room for `capacity` words. */
void random_observation(struct random *random, uint64_t *values, uint32_t capacity,
                        struct observation *seen);

#endif
