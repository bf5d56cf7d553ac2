/* libFuzzer takes the bytes of a section of this name for counters of its own, and clears them
 * before every input. AFL++ gives every guard in a section of another name a place in its map, as
 * its instrumentation does for edges, and has a function that counts it. */
#include "fuzz/counters.h"

#include <stdlib.h>
#include <string.h>

#include "kit/fuzz/guide.h"

#ifdef __AFL_COMPILER

__attribute__((used, section("__sancov_guards"))) static uint32_t guards[FUZZ_COUNTERS];
static uint8_t counters[FUZZ_COUNTERS];

void __sanitizer_cov_trace_pc_guard(uint32_t *guard);

static void count(uint32_t place)
{
    __sanitizer_cov_trace_pc_guard(&guards[place]);
}

#else

__attribute__((used, section("__libfuzzer_extra_counters"))) static uint8_t counters[FUZZ_COUNTERS];

static void count(uint32_t place)
{
    (void)place;
}

#endif

static bool is_unguided;

void hck_fuzz_counters_clear(void)
{
    static bool is_asked;
    if (!is_asked) {
        is_unguided = getenv("HEAPCK_FUZZ_UNGUIDED") != NULL;
        is_asked = true;
    }
    memset(counters, 0, sizeof counters);
}

/* Once is what matters: how often would make every input a new one. */
void hck_fuzz_counters_note(const struct verdicts *verdicts)
{
    for (unsigned part = 0; part < STATE_PART_COUNT && !is_unguided; part++) {
        uint64_t key = hck_guide_key(verdicts, (enum state_part)part);
        for (uint32_t i = 0; i < verdicts->count; i++) {
            uint32_t place = hck_guide_place(&verdicts->items[i], key) % FUZZ_COUNTERS;
            if (counters[place] == 0) {
                counters[place] = 1;
                count(place);
            }
        }
    }
}
