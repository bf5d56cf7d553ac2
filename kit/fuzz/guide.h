/* Guidance by clauses: what a trace reached that none before it did.
 *
 * A feature is a clause that was judged, with which outcome, in which class of a part of the state
 * (enum state_part). So a target of which nothing can be instrumented, such as Wine
 * through its agent, is still explored by what the specification and the model say of it. */
#ifndef HCK_KIT_FUZZ_GUIDE_H
#define HCK_KIT_FUZZ_GUIDE_H

#include "oracle/oracle.h"

enum { GUIDE_PLACES = 1 << 18 };

/* Starts as all zeroes. Features share places, so a new one may be taken for one that was seen. */
struct guide {
    uint8_t seen[GUIDE_PLACES];
    uint32_t feature_count; /* places that were taken */
    bool is_judged[CLAUSE_COUNT];
    uint32_t clause_count; /* clauses that held, were violated or took a choice */
};

/* The place of a verdict in the map, below GUIDE_PLACES, by what one part of the state was. */
uint32_t hck_guide_place(const struct verdict *verdict, enum state_part part, uint16_t state_class);

/* Takes note of what a call brought to light; how much of it is new. */
uint32_t hck_guide_note(struct guide *guide, const struct verdicts *verdicts);

#endif
