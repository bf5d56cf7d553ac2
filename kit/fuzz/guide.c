#include "kit/fuzz/guide.h"

#include "kit/generate/random.h"

uint32_t hck_guide_place(const struct verdict *verdict, enum state_part part, uint16_t state_class)
{
    uint64_t feature = (uint64_t)verdict->clause << 40 | (uint64_t)verdict->outcome << 32 |
                       (uint64_t)part << 16 | state_class;
    return (uint32_t)(hck_random_mix(feature) % GUIDE_PLACES);
}

static void note_clause(struct guide *guide, const struct verdict *verdict)
{
    bool is_judged = verdict->outcome == VERDICT_HOLDS || verdict->outcome == VERDICT_VIOLATED ||
                     verdict->outcome == VERDICT_LATITUDE;
    if (is_judged && verdict->clause < CLAUSE_COUNT && !guide->is_judged[verdict->clause]) {
        guide->is_judged[verdict->clause] = true;
        guide->clause_count++;
    }
}

uint32_t hck_guide_note(struct guide *guide, const struct verdicts *verdicts)
{
    uint32_t new_count = 0;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        note_clause(guide, &verdicts->items[i]);
        for (unsigned part = 0; part < STATE_PART_COUNT; part++) {
            uint32_t place = hck_guide_place(&verdicts->items[i], (enum state_part)part,
                                             verdicts->state_classes[part]);
            new_count += guide->seen[place] == 0;
            guide->seen[place] = 1;
        }
    }
    guide->feature_count += new_count;
    return new_count;
}
