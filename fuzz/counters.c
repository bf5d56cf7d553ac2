/* libFuzzer takes the bytes of a section of this name for counters of its own, and clears them
 * before every input. AFL++ gives every guard in a section of another name a place in its map, as
 * its instrumentation does for edges; the compiler wrapper makes room for them. */
#include "fuzz/counters.h"

#include "kit/fuzz/guide.h"

#ifdef __AFL_COMPILER

extern uint8_t *__afl_area_ptr;

__attribute__((used, section("__sancov_guards"))) static uint32_t guards[FUZZ_COUNTERS];

static uint8_t *counter_of(uint32_t place)
{
    return &__afl_area_ptr[guards[place]];
}

#else

__attribute__((used, section("__libfuzzer_extra_counters"))) static uint8_t counters[FUZZ_COUNTERS];

static uint8_t *counter_of(uint32_t place)
{
    return &counters[place];
}

#endif

/* Once is what matters: how often would make every input a new one. */
void hck_fuzz_counters_note(const struct verdicts *verdicts)
{
    for (uint32_t i = 0; i < verdicts->count; i++) {
        for (unsigned part = 0; part < STATE_PART_COUNT; part++) {
            uint32_t place = hck_guide_place(&verdicts->items[i], (enum state_part)part,
                                             verdicts->state_classes[part]);
            *counter_of(place % FUZZ_COUNTERS) = 1;
        }
    }
}
