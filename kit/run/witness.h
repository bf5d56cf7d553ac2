/* Seeing one violation again: where a trace violates a clause, and what was expected there. */
#ifndef HCK_KIT_RUN_WITNESS_H
#define HCK_KIT_RUN_WITNESS_H

#include "kit/run/collect.h"
#include "kit/run/describe.h"
#include "kit/run/log.h"

/* How a call was answered, as far as a simpler trace has to have it answered alike. */
enum answer {
    ANSWER_NONE,     /* it was not seen */
    ANSWER_NOT_MADE, /* a rule kept it from being made, or the target lacks it */
    ANSWER_SUCCESS,
    ANSWER_FAILURE,
    ANSWER_RAISED,
    ANSWER_NO_RETURN /* it hung, or the process ended in it */
};

struct witness {
    struct finding finding; /* trace_index is 0 */
    uint32_t call_index;
    bool has_expectation;
    struct expectation expectation;
    uint8_t status;              /* enum observation_status of the violating call */
    bool was_silent;             /* the target did not answer in time, here or elsewhere */
    char sentence[SENTENCE_MAX]; /* "expected ..., seen ..."; empty unless asked for */
};

enum witness_result { WITNESS_FOUND, WITNESS_NOT_FOUND, WITNESS_BROKEN };

/* Of a call that was still waiting when the target died; no call returns it as its success. */
#define RESULT_UNKNOWN UINT64_MAX

/* What to look for. */
struct witness_wish {
    const struct selection *selection; /* clauses that count; NULL: all */
    enum clause_id clause;             /* CLAUSE_NONE: any */
    const struct finding *same_as;     /* only this deviation; NULL: any */
    const struct finding *known;       /* none of these deviations */
    size_t known_count;
    bool sentence;     /* put it in words as well */
    uint64_t *results; /* of each call: observation.result, 0 where it did not return,
                          RESULT_UNKNOWN where it had not ended; may be NULL */
    bool *violated; /* CLAUSE_COUNT: the selected clauses that are violated anywhere; may be NULL */
    uint8_t *answers; /* of each call: enum answer; may be NULL */
};

/* Runs the trace as it is and takes the first violation that the wish asks for. On WITNESS_BROKEN
 * `message` (BROKEN_MESSAGE_MAX bytes; may be NULL) says what failed. */
enum witness_result hck_witness_find(struct judge_session *session, struct target *target,
                                     const struct trace *trace, const struct witness_wish *wish,
                                     struct witness *witness, char *message);

/* Where to look: a target that is opened for it. */
struct witness_place {
    const char *target;
    struct target_options target_options;
    uint32_t bases;
};

/* The same in a process that has run nothing before. */
enum witness_result hck_witness_find_fresh(const struct witness_place *place,
                                           const struct trace *trace,
                                           const struct witness_wish *wish, struct witness *witness,
                                           char *message);

/* The same for a recorded log; a log cannot break. */
enum witness_result hck_witness_find_in_log(struct judge_session *session, struct log_file *log,
                                            const struct witness_wish *wish,
                                            struct witness *witness);

#endif
