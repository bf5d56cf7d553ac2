/* Guidance by clauses, for engines that count edges: what hck_guide_place says is an edge more. */
#ifndef HCK_FUZZ_COUNTERS_H
#define HCK_FUZZ_COUNTERS_H

#include "oracle/oracle.h"

/* Engines go through all of them after every input, so they are fewer than GUIDE_PLACES; the 64 KB
 * cost less than can be measured, and a quarter as many are nearly all taken within minutes. */
enum { FUZZ_COUNTERS = 1 << 16 };

/* Before every input. */
void hck_fuzz_counters_clear(void);

/* Counts what a call brought to light. */
void hck_fuzz_counters_note(const struct verdicts *verdicts);

#endif
