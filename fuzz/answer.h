/* Makes up answers: a target that does not exist, and whose every answer the oracle allows.
 *
 * For each call an answer is guessed and given to the oracle; where a clause is violated, what the
 * clause expects is data (struct expectation), and the answer is mended so that it is as expected,
 * and given to the oracle as it was before. Where no answer is allowed, clauses contradict each
 * other, or the answerer does not know enough to find it. */
#ifndef HCK_FUZZ_ANSWER_H
#define HCK_FUZZ_ANSWER_H

#include "oracle/oracle.h"

struct answer_count {
    uint64_t answered;
    uint64_t given_up;
};

struct answerer;

/* NULL when out of memory. */
struct answerer *hck_answerer_open(uint32_t bases);
void hck_answerer_close(struct answerer *answerer);

/* Has the verdicts on every answer that is allowed told, with the classes of states. */
void hck_answerer_listen(struct answerer *answerer, void (*listen)(const struct verdicts *));

/* Answers the calls of a trace of one thread, one after the other, until one can not be that is
 * known to be answerable; others are left out. The same seed gives the same answers. Returns how
 * many there were: a number below the trace's says which call has no answer, and `left` are the
 * verdicts on the last one that was tried. */
uint32_t hck_answerer_run(struct answerer *answerer, const struct trace *trace, uint64_t seed,
                          const bool is_known[CALL_COUNT], const struct verdicts **left);

/* How it went so far with calls of this kind. */
struct answer_count hck_answerer_count(const struct answerer *answerer, enum call_id id);

/* The answer that was tried last. */
const struct observation *hck_answerer_last(const struct answerer *answerer);

#endif
