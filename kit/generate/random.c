/* xoshiro256** by Blackman and Vigna, seeded with splitmix64 as they advise; both are public domain
 * algorithms, written anew here. */
#include "kit/generate/random.h"

#define GOLDEN_RATIO UINT64_C(0x9E3779B97F4A7C15)

void hck_random_start(struct random *random, uint64_t seed)
{
    for (unsigned i = 0; i < 4; i++) {
        seed += GOLDEN_RATIO;
        random->state[i] = hck_random_mix(seed);
    }
}

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

uint64_t hck_random_next(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

/* The bias of the remainder is below 2^-32 for every limit that the kit uses, and unlike rejection
 * it takes one number per draw, which keeps traces of neighbouring versions alike. */
uint64_t hck_random_below(struct random *random, uint64_t limit)
{
    uint64_t x = hck_random_next(random);
    return limit == 0 ? 0 : x % limit;
}

uint64_t hck_random_between(struct random *random, uint64_t least, uint64_t most)
{
    return least + hck_random_below(random, most - least + 1);
}

bool hck_random_chance(struct random *random, unsigned percent)
{
    return hck_random_below(random, 100) < percent;
}
