/* What the judges are written with.
 *
 * A judge is one function for one API function (judges.c has the table). It works in two phases:
 * first it says what the call may answer, by judge_...() on clauses; then it brings the model in
 * line with what was seen, whether allowed or not. The typestate still is the one before the call
 * during both phases.
 *
 * judge_...() returns whether the clause held (true also where the clause is not in the profile),
 * so that a judge can stop where the rest would make no sense. */
#ifndef HCK_ORACLE_JUDGE_H
#define HCK_ORACLE_JUDGE_H

#include "oracle/model.h"
#include "spec/measure.h"

struct judgement {
    struct oracle *oracle;
    uint32_t call_index;
    const struct call *call;
    const struct call_row *row;
    const struct observation *seen;
    struct verdicts *verdicts;
};

typedef void (*judge_function)(struct judgement *j);

struct judge_row {
    judge_function judge;
    const char *clause_family; /* UNSUPPORTED where the target lacks the function */
};

extern const struct judge_row hck_judges[CALL_COUNT];

/* Operands. */
static inline struct operand number(uint64_t value)
{
    struct operand operand = {SLOT_KIND_NONE, NO_SLOT, value, 0};
    return operand;
}

static inline struct operand at_slot(enum slot_kind kind, uint32_t slot, uint64_t value,
                                     uint64_t offset)
{
    struct operand operand = {(uint8_t)kind, slot, value, offset};
    return operand;
}

/* The address that argument `index` stands for, said through its slot. */
struct operand hck_judge_argument_operand(const struct judgement *j, unsigned index);

/* The value a subject has in the observation. */
uint64_t hck_judge_subject(const struct judgement *j, enum subject subject, uint32_t index);

/* The general form; the ones below say the common cases. */
bool hck_judge(struct judgement *j, enum clause_id clause, enum subject subject, uint32_t index,
               enum relation relation, unsigned operand_count, const struct operand *operands);

/* For a subject that is a measure about an address: operands[0] is the address, operands[1] what
 * the measure is compared with. */
bool hck_judge_measure(struct judgement *j, enum clause_id clause, enum measure measure,
                       struct operand about, enum relation relation, uint64_t expected);

/* For a clause that says "none of these is so": `measure` counts the ones that are, `candidates`
 * the ones that could have been. Where there was none that could, nothing was put to the test, and
 * the clause is not credited. */
bool hck_judge_none_of(struct judgement *j, enum clause_id clause, enum measure measure,
                       uint64_t candidates);

/* For what is not a comparison of this observation alone. Returns false. */
bool hck_judge_violation(struct judgement *j, enum clause_id clause,
                         const struct expectation *expectation);

void hck_verdict(struct judgement *j, enum clause_id clause, enum verdict_outcome outcome,
                 const char *choice);

/* A verdict on an earlier call, whose clause, outcome, status and place in the trace `verdict` has.
 * `expectation` is NULL where it is no violation. */
void hck_verdict_on(struct judgement *j, const struct verdict *verdict,
                    const struct expectation *expectation);

static inline bool judge_enabled(const struct judgement *j, enum clause_id clause)
{
    return oracle_judges(j->oracle, clause);
}

static inline struct verdict verdict_here(const struct judgement *j, enum clause_id clause,
                                          enum verdict_outcome outcome, const char *choice)
{
    struct verdict verdict = {(uint16_t)clause,         NO_EXPECTATION, (uint8_t)outcome,
                              (uint8_t)j->seen->status, j->call_index,  choice};
    return verdict;
}

/* The clause was judged, and held. Every call ends in a dozen of these, so they are written down on
 * the spot. */
static inline void judge_holds(struct judgement *j, enum clause_id clause)
{
    struct verdicts *verdicts = j->verdicts;
    if (verdicts->count >= VERDICTS_FEW) {
        hck_verdict(j, clause, VERDICT_HOLDS, NULL);
    } else if (judge_enabled(j, clause)) {
        verdicts->items[verdicts->count++] = verdict_here(j, clause, VERDICT_HOLDS, NULL);
    }
}

/* The answer taken where a clause leaves a choice that only other threads bring up; `choice` is a
 * constant string. */
static inline void judge_latitude_among_threads(struct judgement *j, enum clause_id clause,
                                                const char *choice)
{
    hck_verdict(j, clause, VERDICT_LATITUDE, choice);
}

/* The answer taken where a clause leaves any other choice. It is told of traces with one thread
 * alone: where calls meet, which of them gets which memory is a matter of time, and with it
 * everything that an implementation is free to do; and the same seed is to give the same report. */
static inline void judge_latitude(struct judgement *j, enum clause_id clause, const char *choice)
{
    if (j->oracle->thread_count == 1) {
        hck_verdict(j, clause, VERDICT_LATITUDE, choice);
    }
}

static inline void judge_unsupported(struct judgement *j, enum clause_id clause)
{
    hck_verdict(j, clause, VERDICT_UNSUPPORTED, NULL);
}

/* Whether the subject is a number that can be had without a search, and is this one. */
static inline bool is_plainly(const struct judgement *j, enum subject subject, uint64_t value)
{
    return (subject == SUBJECT_RESULT && j->seen->result == value) ||
           (subject == SUBJECT_STATUS && j->seen->status == value);
}

static inline bool is_plainly_not(const struct judgement *j, enum subject subject, uint64_t value)
{
    return (subject == SUBJECT_RESULT && j->seen->result != value) ||
           (subject == SUBJECT_STATUS && j->seen->status != value);
}

static inline bool judge_is(struct judgement *j, enum clause_id clause, enum subject subject,
                            uint64_t expected)
{
    struct operand operand = number(expected);
    if (is_plainly(j, subject, expected)) {
        judge_holds(j, clause);
        return true;
    }
    return hck_judge(j, clause, subject, 0, RELATION_EQUAL, 1, &operand);
}

static inline bool judge_is_not(struct judgement *j, enum clause_id clause, enum subject subject,
                                uint64_t unexpected)
{
    struct operand operand = number(unexpected);
    if (is_plainly_not(j, subject, unexpected)) {
        judge_holds(j, clause);
        return true;
    }
    return hck_judge(j, clause, subject, 0, RELATION_NOT_EQUAL, 1, &operand);
}

static inline bool judge_is_operand(struct judgement *j, enum clause_id clause,
                                    enum subject subject, uint32_t index, struct operand operand)
{
    return hck_judge(j, clause, subject, index, RELATION_EQUAL, 1, &operand);
}

static inline bool judge_relation(struct judgement *j, enum clause_id clause, enum subject subject,
                                  enum relation relation, uint64_t value)
{
    struct operand operand = number(value);
    return hck_judge(j, clause, subject, 0, relation, 1, &operand);
}

static inline bool judge_value(struct judgement *j, enum clause_id clause, uint32_t index,
                               enum relation relation, uint64_t value)
{
    struct operand operand = number(value);
    return hck_judge(j, clause, SUBJECT_VALUE, index, relation, 1, &operand);
}

static inline bool judge_one_of2(struct judgement *j, enum clause_id clause, enum subject subject,
                                 uint64_t first, uint64_t second)
{
    struct operand operands[2] = {number(first), number(second)};
    return hck_judge(j, clause, subject, 0, RELATION_ONE_OF, 2, operands);
}

/* Every clause of the family is UNSUPPORTED. */
void hck_judge_family_unsupported(struct judgement *j, const char *family);

/* The last error is judged only where the target has one; else the clause is UNSUPPORTED. */
bool hck_judge_error(struct judgement *j, enum clause_id clause, uint32_t expected);
bool hck_judge_error_untouched(struct judgement *j, enum clause_id clause);

/* Whether a call of another thread that has ended was under way when this one began. What is
 * promised of concurrent calls holds only where there were some. */
bool hck_judge_met_another(const struct judgement *j);

/* Shorthands for reading a call. */
static inline uint64_t argument_value(const struct judgement *j, unsigned index)
{
    return j->call->arguments[index].value;
}

static inline uint64_t argument_address(const struct judgement *j, unsigned index)
{
    return hck_typestate_address(&j->oracle->state, &j->call->arguments[index]);
}

/* NULL where the argument names no slot. */
static inline const struct slot *argument_slot(const struct judgement *j, unsigned index)
{
    return hck_typestate_slot(&j->oracle->state, &j->call->arguments[index]);
}

/* The same by what an argument is, wherever it stands: the address, the size, the place for the
 * answer and the flags of a call on memory. */
static inline uint64_t given_address(const struct judgement *j)
{
    return hck_typestate_address(&j->oracle->state, hck_call_argument(j->call, ARGUMENT_ADDRESS));
}

static inline uint64_t given_size(const struct judgement *j)
{
    return hck_call_argument(j->call, ARGUMENT_SIZE)->value;
}

static inline bool gives_place_for_answer(const struct judgement *j)
{
    return hck_call_argument(j->call, ARGUMENT_OUT)->form != FORM_NULL;
}

static inline uint32_t given_flags(const struct judgement *j, enum flag_set set)
{
    return hck_call_flags_given(j->call, set);
}

static inline bool argument_is_null(const struct judgement *j, unsigned index)
{
    return j->call->arguments[index].form == FORM_NULL;
}

static inline bool returned(const struct judgement *j)
{
    return j->seen->status == STATUS_RETURNED;
}

static inline bool raised(const struct judgement *j)
{
    return j->seen->status == STATUS_RAISED;
}

/* The value at `index`, or 0 where the list is shorter (which SUBJECT_VALUE_COUNT clauses judge).
 */
static inline uint64_t seen_value(const struct judgement *j, uint32_t index)
{
    return index < j->seen->value_count ? j->seen->values[index] : 0;
}

#endif
