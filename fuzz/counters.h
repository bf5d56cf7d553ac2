/* Guidance by clauses, for engines that count edges: what hck_guide_place says is an edge more. */
#ifndef HCK_FUZZ_COUNTERS_H
#define HCK_FUZZ_COUNTERS_H

#include "oracle/oracle.h"

/* Engines go through all of them after every input, so they are fewer than GUIDE_PLACES; 64 KB cost
 * less than can be measured, and a quarter as many are nearly all taken within minutes. AFL++ has
 * 64 KB for them and the edges, unless it is told otherwise. */
#ifdef __AFL_COMPILER
enum { FUZZ_COUNTERS = 1 << 15 };
#else
enum { FUZZ_COUNTERS = 1 << 16 };
#endif

/* Before every input. */
void hck_fuzz_counters_clear(void);

/* Counts what a call brought to light. */
void hck_fuzz_counters_note(const struct verdicts *verdicts);

#endif
