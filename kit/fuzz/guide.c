#include "kit/fuzz/guide.h"

enum { RARITY_UNKNOWN = 16 };

enum guide_reach hck_guide_reach(const struct verdict *verdict)
{
    switch (verdict->outcome) {
    case VERDICT_HOLDS:
    case VERDICT_VIOLATED:
    case VERDICT_LATITUDE:
        return REACH_JUDGED;
    case VERDICT_UNSUPPORTED:
        return REACH_UNSUPPORTED;
    default:
        return REACH_NONE;
    }
}

static void note_clause(struct guide *guide, const struct verdict *verdict)
{
    enum guide_reach reach = hck_guide_reach(verdict);
    if (verdict->clause < CLAUSE_COUNT && reach > guide->reach[verdict->clause]) {
        guide->reach[verdict->clause] = (uint8_t)reach;
    }
}

static void note_place(struct guide *guide, uint32_t place, struct guide_news *news)
{
    if (guide->hits[place] == 0) {
        guide->feature_count++;
        if (news->count < GUIDE_NEW_FEW) {
            news->places[news->count] = place;
        }
        news->count++;
    }
    guide->hits[place] = (uint8_t)(guide->hits[place] + (guide->hits[place] < UINT8_MAX));
}

void hck_guide_note(struct guide *guide, const struct verdicts *verdicts, struct guide_news *news)
{
    for (uint32_t i = 0; i < verdicts->count; i++) {
        note_clause(guide, &verdicts->items[i]);
    }
    for (unsigned part = 0; part < STATE_PART_COUNT; part++) {
        uint64_t key = hck_guide_key(verdicts, (enum state_part)part);
        for (uint32_t i = 0; i < verdicts->count; i++) {
            note_place(guide, hck_guide_place(&verdicts->items[i], key), news);
        }
    }
}

uint32_t hck_guide_rarity(const struct guide *guide, const struct guide_news *news)
{
    uint32_t rarest = news->count == 0 ? RARITY_UNKNOWN : UINT8_MAX;
    for (uint32_t i = 0; i < news->count && i < GUIDE_NEW_FEW; i++) {
        uint32_t hits = guide->hits[news->places[i]];
        rarest = hits < rarest ? hits : rarest;
    }
    return rarest;
}
