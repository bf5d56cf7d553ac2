/* Guidance by clauses: what a trace reached that none before it did.
 *
 * A feature is a clause that was judged, with which outcome, in which class of a part of the state
 * (enum state_part). So a target of which nothing can be instrumented, such as Wine
 * through its agent, is still explored by what the specification and the model say of it. */
#ifndef HCK_KIT_FUZZ_GUIDE_H
#define HCK_KIT_FUZZ_GUIDE_H

#include "kit/generate/random.h"
#include "oracle/oracle.h"

enum { GUIDE_PLACES_BITS = 17, GUIDE_PLACES = 1 << GUIDE_PLACES_BITS };

/* Starts as all zeroes. Features share places, so a new one may be taken for one that was seen. */
struct guide {
    uint8_t hits[GUIDE_PLACES];  /* how often it was reached; stays at UINT8_MAX */
    uint32_t feature_count;      /* places that were taken */
    uint8_t reach[CLAUSE_COUNT]; /* enum guide_reach */
};

/* How far a clause got. A greater one stays. */
enum guide_reach {
    REACH_NONE,
    REACH_UNSUPPORTED, /* the target lacks what it needs */
    REACH_JUDGED       /* it held, was violated or took a choice */
};

/* How far a verdict gets its clause. */
enum guide_reach hck_guide_reach(const struct verdict *verdict);

/* What one part of the state was, for hck_guide_place: the same for all verdicts of a call. */
static inline uint64_t hck_guide_key(const struct verdicts *verdicts, enum state_part part)
{
    return hck_random_mix((uint64_t)part << 16 | verdicts->state_classes[part]);
}

/* The place of a verdict in the map, below GUIDE_PLACES, by what one part of the state was. */
static inline uint32_t hck_guide_place(const struct verdict *verdict, uint64_t key)
{
    uint64_t judged = (uint64_t)verdict->clause << 8 | verdict->outcome;
    return (uint32_t)((key + judged) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - GUIDE_PLACES_BITS));
}

/* The first few new features of a trace. */
enum { GUIDE_NEW_FEW = 8 };

struct guide_news {
    uint32_t count;                 /* of all of them */
    uint32_t places[GUIDE_NEW_FEW]; /* of the first ones */
};

/* Takes note of what a call brought to light; adds what of it is new to the trace's news. */
void hck_guide_note(struct guide *guide, const struct verdicts *verdicts, struct guide_news *news);

/* How often the rarest of a trace's first new features has been reached; of a trace without news,
 * as of one that was added unseen, something not too rare. */
uint32_t hck_guide_rarity(const struct guide *guide, const struct guide_news *news);

#endif
