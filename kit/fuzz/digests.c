/* Open addressing in a table that is never more than half full. */
#include "kit/fuzz/digests.h"

#include <stdlib.h>

#include "kit/generate/random.h"

enum { PLACES_MIN = 64 };

uint64_t hck_digest_of(const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    uint64_t sum = length;
    for (size_t i = 0; i < length; i++) {
        sum = hck_random_mix(sum ^ from[i]);
    }
    return sum != 0 ? sum : 1;
}

/* Where the digest is, or the free place that it would take. */
static size_t place_of(const struct digests *digests, uint64_t digest)
{
    size_t mask = digests->place_count - 1;
    size_t place = (size_t)digest & mask;
    while (digests->places[place] != 0 && digests->places[place] != digest) {
        place = (place + 1) & mask;
    }
    return place;
}

bool hck_digests_has(const struct digests *digests, uint64_t digest)
{
    return digests->place_count != 0 && digests->places[place_of(digests, digest)] == digest;
}

static bool grow(struct digests *digests)
{
    struct digests larger = {
        .place_count = digests->place_count == 0 ? PLACES_MIN : 2 * digests->place_count,
        .count = digests->count,
    };
    larger.places = calloc(larger.place_count, sizeof *larger.places);
    if (larger.places == NULL) {
        return false;
    }
    for (size_t i = 0; i < digests->place_count; i++) {
        if (digests->places[i] != 0) {
            larger.places[place_of(&larger, digests->places[i])] = digests->places[i];
        }
    }
    free(digests->places);
    *digests = larger;
    return true;
}

bool hck_digests_add(struct digests *digests, uint64_t digest)
{
    if (hck_digests_has(digests, digest)) {
        return true;
    }
    if (2 * (digests->count + 1) > digests->place_count && !grow(digests)) {
        return false;
    }
    digests->places[place_of(digests, digest)] = digest;
    digests->count++;
    return true;
}

void hck_digests_free(struct digests *digests)
{
    free(digests->places);
    *digests = (struct digests){.count = 0};
}
