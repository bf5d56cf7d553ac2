/* How one clause is compared with one observation, and how the verdict is written down. */
#include "oracle/judge.h"

#include <string.h>

/* Whether the last value counts the bytes written behind an out-structure. */
static bool has_guard_count(const struct judgement *j)
{
    return j->row->is_guarded && j->seen->value_count > 0;
}

uint64_t hck_judge_subject(const struct judgement *j, enum subject subject, uint32_t index)
{
    const struct observation *seen = j->seen;
    switch (subject) {
    case SUBJECT_STATUS:
        return seen->status;
    case SUBJECT_RESULT:
        return seen->result;
    case SUBJECT_LAST_ERROR:
        return seen->last_error;
    case SUBJECT_EXCEPTION:
        return seen->exception_code;
    case SUBJECT_EXCEPTION_FLAGS:
        return seen->exception_flags;
    case SUBJECT_PARAMETER_COUNT:
        return seen->parameter_count;
    case SUBJECT_PARAMETER:
        return index < seen->parameter_count ? seen->parameters[index] : 0;
    case SUBJECT_VALUE:
        return seen_value(j, index);
    case SUBJECT_VALUE_COUNT:
        return seen->value_count - (has_guard_count(j) ? 1 : 0);
    case SUBJECT_GUARD:
        return has_guard_count(j) ? seen->values[seen->value_count - 1] : 0;
    case SUBJECT_HANDLER_COUNT:
        return seen->handler_call_count;
    case SUBJECT_HANDLER_SLOT:
        return index < seen->handler_call_count ? seen->handler_calls[index].slot : NO_SLOT;
    case SUBJECT_HANDLER_CODE:
        return index < seen->handler_call_count ? seen->handler_calls[index].code : 0;
    case SUBJECT_HANDLER_FLAGS:
        return index < seen->handler_call_count ? seen->handler_calls[index].flags : 0;
    case SUBJECT_HANDLER_PARAMETER_COUNT:
        return index < seen->handler_call_count ? seen->handler_calls[index].parameter_count : 0;
    case SUBJECT_HANDLER_PARAMETER:
        return index / 2 < seen->handler_call_count
                   ? seen->handler_calls[index / 2].parameters[index % 2]
                   : 0;
    case SUBJECT_NONE:
    case SUBJECT_MEASURE:
    case SUBJECT_TICKS:
    case SUBJECT_COUNT:
        break;
    }
    return 0;
}

static bool disjoint(uint64_t start, uint64_t length, uint64_t other, uint64_t other_length)
{
    return start < other ? other - start >= length : start - other >= other_length;
}

static bool compare(uint64_t observed, enum relation relation, unsigned count,
                    const struct operand *operands)
{
    uint64_t first = count > 0 ? operands[0].value : 0;
    switch (relation) {
    case RELATION_EQUAL:
        return observed == first;
    case RELATION_NOT_EQUAL:
        return observed != first;
    case RELATION_LESS:
        return observed < first;
    case RELATION_AT_MOST:
        return observed <= first;
    case RELATION_AT_LEAST:
        return observed >= first;
    case RELATION_MULTIPLE_OF:
        return first != 0 && observed % first == 0;
    case RELATION_ONE_OF:
        for (unsigned i = 0; i < count; i++) {
            if (observed == operands[i].value) {
                return true;
            }
        }
        return false;
    case RELATION_IN_RANGE:
        return count > 1 && observed >= first && observed <= operands[1].value;
    case RELATION_BITS_WITHIN:
        return (observed & ~first) == 0;
    case RELATION_HAS_BITS:
        return (observed & first) == first;
    case RELATION_DISJOINT:
        return count > 2 && disjoint(observed, first, operands[1].value, operands[2].value);
    case RELATION_WAITS:
    case RELATION_COUNT:
        break;
    }
    return false;
}

static bool is_told(const struct verdicts *verdicts, const struct verdict *verdict)
{
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *other = &verdicts->items[i];
        if (other->clause == verdict->clause && other->outcome == verdict->outcome &&
            other->call_index == verdict->call_index) {
            return true;
        }
    }
    return false;
}

void hck_verdict_on(struct judgement *j, const struct verdict *verdict,
                    const struct expectation *expectation)
{
    struct verdicts *verdicts = j->verdicts;
    bool is_once = expectation != NULL || verdicts->count >= VERDICTS_FEW;
    if (!judge_enabled(j, (enum clause_id)verdict->clause) ||
        (is_once && is_told(verdicts, verdict))) {
        return;
    }
    struct verdict *added = &verdicts->items[verdicts->count++];
    *added = *verdict;
    if (expectation != NULL) {
        added->expectation = (uint16_t)verdicts->expectation_count;
        verdicts->expectations[verdicts->expectation_count++] = *expectation;
    }
}

void hck_verdict(struct judgement *j, enum clause_id clause, enum verdict_outcome outcome,
                 const char *choice)
{
    struct verdict verdict = verdict_here(j, clause, outcome, choice);
    hck_verdict_on(j, &verdict, NULL);
}

bool hck_judge_violation(struct judgement *j, enum clause_id clause,
                         const struct expectation *expectation)
{
    struct verdict verdict = verdict_here(j, clause, VERDICT_VIOLATED, NULL);
    hck_verdict_on(j, &verdict, expectation);
    return false;
}

static bool violated(struct judgement *j, enum clause_id clause, enum subject subject,
                     uint32_t index, enum relation relation, uint64_t observed,
                     unsigned operand_count, const struct operand *operands)
{
    struct expectation expectation = {
        (uint8_t)subject, (uint8_t)relation, (uint8_t)operand_count, index,
        observed,         {{0, 0, 0, 0}}};
    for (unsigned i = 0; i < operand_count && i < OPERANDS_MAX; i++) {
        expectation.operands[i] = operands[i];
    }
    return hck_judge_violation(j, clause, &expectation);
}

bool hck_judge(struct judgement *j, enum clause_id clause, enum subject subject, uint32_t index,
               enum relation relation, unsigned operand_count, const struct operand *operands)
{
    if (!judge_enabled(j, clause)) {
        return true;
    }
    uint64_t observed = hck_judge_subject(j, subject, index);
    if (compare(observed, relation, operand_count, operands)) {
        judge_holds(j, clause);
        return true;
    }
    return violated(j, clause, subject, index, relation, observed, operand_count, operands);
}

bool hck_judge_measure(struct judgement *j, enum clause_id clause, enum measure measure,
                       struct operand about, enum relation relation, uint64_t expected)
{
    if (!judge_enabled(j, clause)) {
        return true;
    }
    uint64_t observed = hck_measure(measure, j->seen->values, j->seen->value_count, about.value);
    struct operand operands[2] = {about, number(expected)};
    if (compare(observed, relation, 1, &operands[1])) {
        judge_holds(j, clause);
        return true;
    }
    return violated(j, clause, SUBJECT_MEASURE, (uint32_t)measure, relation, observed, 2, operands);
}

bool hck_judge_none_of(struct judgement *j, enum clause_id clause, enum measure measure,
                       uint64_t candidates)
{
    if (candidates == 0 && hck_measure(measure, j->seen->values, j->seen->value_count, 0) == 0) {
        return true;
    }
    return hck_judge_measure(j, clause, measure, number(0), RELATION_EQUAL, 0);
}

struct operand hck_judge_argument_operand(const struct judgement *j, unsigned index)
{
    const struct argument *argument = &j->call->arguments[index];
    uint64_t address = argument_address(j, index);
    if (argument->form != FORM_SLOT) {
        return number(address);
    }
    return at_slot((enum slot_kind)argument->slot_kind, argument->slot, address, argument->value);
}

bool hck_judge_error(struct judgement *j, enum clause_id clause, uint32_t expected)
{
    if (!j->seen->has_last_error) {
        judge_unsupported(j, clause);
        return true;
    }
    return judge_is(j, clause, SUBJECT_LAST_ERROR, expected);
}

bool hck_judge_error_untouched(struct judgement *j, enum clause_id clause)
{
    return hck_judge_error(j, clause, LAST_ERROR_SENTINEL);
}

void hck_judge_family_unsupported(struct judgement *j, const char *family)
{
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        const struct clause *clause = hck_clause_get((enum clause_id)id);
        if (clause->basis != BASIS_UNDEFINED && strcmp(clause->family, family) == 0) {
            judge_unsupported(j, (enum clause_id)id);
        }
    }
}
