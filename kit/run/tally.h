/* What a set of traces put to the test, clause by clause: how often, in how many classes of the
 * state that a call met, and which trace was the first to do it. */
#ifndef HCK_KIT_RUN_TALLY_H
#define HCK_KIT_RUN_TALLY_H

#include "oracle/oracle.h"

#define TALLY_NEVER UINT64_MAX

struct clause_tally {
    uint64_t counts[VERDICT_OUTCOME_COUNT];
    uint64_t first_trace;                    /* index of it, or TALLY_NEVER */
    uint32_t class_counts[STATE_PART_COUNT]; /* classes of each part in which it was judged */
};

struct tally;

/* NULL when out of memory. */
struct tally *hck_tally_open(void);
void hck_tally_close(struct tally *tally);

/* Adds what an observation of this trace brought to light: see hck_judge_tell_classes. Verdicts
 * that judge nothing (UNSUPPORTED, BROKEN) are counted, and have neither class nor first trace. Of
 * a trace with threads only that it judged is noted, for how often is a matter of time. */
void hck_tally_note(struct tally *tally, const struct trace *trace, uint64_t trace_index,
                    const struct verdicts *verdicts);

const struct clause_tally *hck_tally_get(const struct tally *tally, enum clause_id clause);

#endif
