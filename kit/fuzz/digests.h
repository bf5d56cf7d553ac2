/* A set of digests: what has been seen, when the things themselves are too many to keep. */
#ifndef HCK_KIT_FUZZ_DIGESTS_H
#define HCK_KIT_FUZZ_DIGESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts as all zeroes. */
struct digests {
    uint64_t *places; /* 0: free */
    size_t place_count;
    size_t count;
};

/* Never 0. */
uint64_t hck_digest_of(const void *bytes, size_t length);

bool hck_digests_has(const struct digests *digests, uint64_t digest);

/* False when out of memory. */
bool hck_digests_add(struct digests *digests, uint64_t digest);

void hck_digests_free(struct digests *digests);

#endif
