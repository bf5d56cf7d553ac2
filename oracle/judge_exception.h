/* Handlers and exception records, as the judges of RaiseException and of memory accesses see them.
 */
#ifndef HCK_ORACLE_JUDGE_EXCEPTION_H
#define HCK_ORACLE_JUDGE_EXCEPTION_H

#include "oracle/judge.h"

/* Where an observation holds the record of an exception: in a handler call, or, where nobody
 * recorded it before it left the call, in the observation itself. */
struct record_view {
    bool exists;
    bool is_in_handler_call;
    uint32_t index; /* of that handler call */
};

enum record_part { RECORD_CODE, RECORD_FLAGS, RECORD_COUNT, RECORD_PARAMETER };

/* The record of the exception whose handler calls begin with number `first`, of which there are
 * `count`; `is_last` where no exception comes after it. */
struct record_view hck_exception_view(const struct judgement *j, uint32_t first, uint32_t count,
                                      bool is_last);

uint64_t hck_exception_part(const struct judgement *j, struct record_view view,
                            enum record_part part, uint32_t index);

/* Judges a part of the record; `index` is that of a parameter. True where there is no record. */
bool hck_exception_judge_part(struct judgement *j, enum clause_id clause, struct record_view view,
                              enum record_part part, uint32_t index, enum relation relation,
                              unsigned operand_count, const struct operand *operands);

static inline bool judge_record(struct judgement *j, enum clause_id clause, struct record_view view,
                                enum record_part part, uint32_t index, enum relation relation,
                                struct operand operand)
{
    return hck_exception_judge_part(j, clause, view, part, index, relation, 1, &operand);
}

/* Whether a handler was called during the call that may have continued execution. */
bool hck_exception_was_continued(const struct judgement *j);

enum exception_origin { ORIGIN_RAISED, ORIGIN_FAULT };

/* Compares the handler calls of the observation with the expected ones. True where they agree. */
bool hck_exception_judge_calls(struct judgement *j, const struct expected_handlers *expected,
                               enum exception_origin origin);

#endif
