/* Judges log texts: what a test of a judge needs to say in one line.
 *
 *     { CLAUSE_heap_free_live_block_succeeds, VERDICT_VIOLATED,
 *       "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
 *       "b0 = HeapAlloc(h0, 0, 8) -> 0x100100\n"
 *       "HeapFree(h0, 0, b0) -> 0\n" }
 *
 * A case that is to hold must not violate any clause at all: a conforming log conforms. */
#ifndef HCK_TESTS_ORACLE_HARNESS_H
#define HCK_TESTS_ORACLE_HARNESS_H

#include "oracle/oracle.h"

struct log_case {
    enum clause_id clause;
    enum verdict_outcome outcome;
    const char *log;
};

/* What came out of a whole log. */
struct log_judgement {
    uint32_t counts[CLAUSE_COUNT + 1][VERDICT_OUTCOME_COUNT];
    const char *choices[CLAUSE_COUNT + 1];           /* the last one of each LATITUDE clause */
    struct expectation violations[CLAUSE_COUNT + 1]; /* the first one of each clause */
    uint32_t violated_line[CLAUSE_COUNT + 1];        /* of the call that it judges */
    enum clause_id first_violated;                   /* CLAUSE_NONE: nothing is */
    const char *broken; /* what made no sense first, and where; NULL: nothing */
    uint32_t broken_line;
    uint64_t live_blocks;                     /* at the end */
    uint16_t state_classes[STATE_PART_COUNT]; /* that the last call met */
};

/* Judges in the profile `windows` on a target that has everything. Fails the test where the log is
 * malformed or makes no sense. */
void harness_judge(const char *log, struct log_judgement *judgement);

void harness_judge_with(const char *log, const struct oracle_options *options,
                        struct log_judgement *judgement);

/* The same of a target that died after the first lines: the rest of the log is what it had left to
 * do. `under_way` is that of hck_oracle_finish. */
void harness_judge_until(const char *log, uint32_t last_line, uint8_t under_way,
                         struct log_judgement *judgement);

/* Another answer to the call of one line, or to every one. */
#define LOG_EVERY_LINE 0u
struct log_change {
    uint32_t line;
    unsigned variant;
    void (*apply)(struct observation *seen, unsigned variant);
};

/* Judges the log with the answer changed, up to where it makes no sense any longer. */
void harness_judge_changed(const char *log, const struct log_change *change,
                           struct log_judgement *judgement);

/* The line of a log that makes no sense, 0 where all of it does. */
uint32_t harness_find_broken(const char *log);

/* Fails the running test where the log violates any clause, or does not violate this one. What came
 * out is kept until the next log. */
const struct log_judgement *assert_conforms(const char *log);
const struct log_judgement *assert_finds(const char *log, enum clause_id clause);

/* Judges each log and asserts that the clause came out as said. */
void harness_check(const struct log_case *cases, size_t count);

/* Whether some case has this clause and outcome. */
bool harness_has_case(const struct log_case *cases, size_t count, enum clause_id clause,
                      enum verdict_outcome outcome);

#endif
