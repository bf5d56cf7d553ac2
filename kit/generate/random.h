/* The only source of randomness in the kit: xoshiro256**, started from one printed number.
 *
 * The same seed gives the same numbers on every machine and compiler. */
#ifndef HCK_KIT_GENERATE_RANDOM_H
#define HCK_KIT_GENERATE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

void hck_random_start(struct random *random, uint64_t seed);

uint64_t hck_random_next(struct random *random);

/* A number in [0, limit), or 0 where the limit is 0. */
uint64_t hck_random_below(struct random *random, uint64_t limit);

/* A number in [least, most]. */
uint64_t hck_random_between(struct random *random, uint64_t least, uint64_t most);

/* True in `percent` of 100 cases. */
bool hck_random_chance(struct random *random, unsigned percent);

/* The bijection of splitmix64: spreads neighbouring numbers over all of the range. */
static inline uint64_t hck_random_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

#endif
