/* Sentences from expectations: "expected the result to be NULL, seen b0". */
#include "kit/run/describe_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "spec/measure.h"
#include "spec/text.h"

void hck_describe_say(struct sentence *sentence, const char *format, ...)
{
    if (sentence->length >= sentence->size) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) seen in the second file of a run only */
    int written = vsnprintf(sentence->text + sentence->length, sentence->size - sentence->length,
                            format, arguments);
    va_end(arguments);
    sentence->length += written > 0 ? (size_t)written : 0;
}

/* Codes and counts have 32 bits; above the addresses are markers and numbers below zero. Where an
 * address stands in the place of a code, a wrong target put it there. */
static bool may_be_address(enum number_kind kind, uint64_t value)
{
    bool is_wide = kind == NUMBER_SIZE || kind == NUMBER_HEX || kind == NUMBER_BOOL;
    return !is_wide && value > UINT32_MAX && value < UINT64_C(1) << 47;
}

void hck_describe_number(struct sentence *sentence, const struct names *names,
                         enum number_kind kind, uint64_t value)
{
    char word[WORD_MAX];
    if (kind == NUMBER_WORD && value > UINT16_MAX &&
        hck_names_address(names, value, word, sizeof word)) {
        say(sentence, "%s", word);
    } else if (kind == NUMBER_ADDRESS || (kind != NUMBER_DIGEST && may_be_address(kind, value))) {
        bool has_name = hck_names_address(names, value, word, sizeof word);
        say(sentence, "%s%s", word, has_name ? "" : " in no known object");
    } else {
        hck_constant_print(kind, value, word, sizeof word);
        say(sentence, "%s", word);
    }
}

static void say_operand(struct sentence *sentence, const struct names *names, enum number_kind kind,
                        const struct operand *operand)
{
    if (operand->slot_kind >= SLOT_KIND_COUNT) {
        hck_describe_number(sentence, names, kind, operand->value);
        return;
    }
    char word[WORD_MAX];
    hck_names_slot((enum slot_kind)operand->slot_kind, operand->slot, operand->offset, word,
                   sizeof word);
    say(sentence, "%s", word);
}

/* Names the subject and returns how its number is read. */
static enum number_kind say_value(struct sentence *sentence, const struct call *call,
                                  uint32_t index)
{
    struct value_place place;
    if (!hck_call_value((enum call_id)call->id, index, &place)) {
        say(sentence, "word %u of the out-structure", index);
        return NUMBER_WORD;
    }
    say(sentence, "%s", place.field->name);
    if (place.entry != UINT32_MAX) {
        say(sentence, " of entry %u", place.entry + 1);
    }
    return (enum number_kind)place.field->kind;
}

static bool has_name(const struct names *names, uint64_t address)
{
    char word[WORD_MAX];
    return hck_names_address(names, address, word, sizeof word);
}

/* Behind "the address". */
static void say_place(struct sentence *sentence, const struct names *names,
                      const struct operand *operand)
{
    if (operand->slot_kind >= SLOT_KIND_COUNT && !has_name(names, operand->value)) {
        say(sentence, " in no known object");
        return;
    }
    say(sentence, " ");
    say_operand(sentence, names, NUMBER_ADDRESS, operand);
}

static enum number_kind say_measure(struct sentence *sentence, const struct names *names,
                                    const struct expectation *expectation)
{
    enum number_kind kind = hck_constant_measure_kind(expectation->index);
    if (kind == NUMBER_DIGEST) {
        say(sentence, "the busy entries");
        return kind;
    }
    say(sentence, "%s%s", kind == NUMBER_PLAIN || kind == NUMBER_SIZE ? "the number of " : "",
        hck_measure_text((enum measure)expectation->index));
    if (expectation->operand_count > 1 && expectation->operands[0].value != 0) {
        say_place(sentence, names, &expectation->operands[0]);
    }
    return kind;
}

/* A fault tells what it was about and where; RaiseException takes what it is given. */
static enum number_kind say_parameter(struct sentence *sentence, const struct call *call,
                                      uint32_t index)
{
    bool is_fault = hck_call_rows[call->id].family == FAMILY_probe && index < 2;
    say(sentence, "exception parameter %u%s", index,
        !is_fault    ? ""
        : index == 0 ? ", the access,"
                     : ", the address,");
    return !is_fault ? NUMBER_WORD : index == 0 ? NUMBER_ACCESS : NUMBER_ADDRESS;
}

static enum number_kind say_subject(struct sentence *sentence, const struct names *names,
                                    const struct call *call, const struct expectation *expectation)
{
    switch ((enum subject)expectation->subject) {
    case SUBJECT_STATUS:
        say(sentence, "the end of the call");
        return NUMBER_STATUS;
    case SUBJECT_RESULT:
        say(sentence, "the result");
        return hck_constant_result_kind(call);
    case SUBJECT_LAST_ERROR:
        say(sentence, "the last error");
        return NUMBER_ERROR;
    case SUBJECT_EXCEPTION:
        say(sentence, "the exception");
        return NUMBER_EXCEPTION;
    case SUBJECT_EXCEPTION_FLAGS:
        say(sentence, "the exception's flags");
        return NUMBER_WORD;
    case SUBJECT_PARAMETER_COUNT:
        say(sentence, "the number of exception parameters");
        return NUMBER_PLAIN;
    case SUBJECT_PARAMETER:
        return say_parameter(sentence, call, expectation->index);
    case SUBJECT_VALUE:
        return say_value(sentence, call, expectation->index);
    case SUBJECT_VALUE_COUNT:
        say(sentence, "the number of words in the out-structure");
        return NUMBER_PLAIN;
    case SUBJECT_GUARD:
        say(sentence, "the number of bytes written behind the out-structure");
        return NUMBER_PLAIN;
    case SUBJECT_HANDLER_COUNT:
        say(sentence, "the number of handlers called");
        return NUMBER_PLAIN;
    case SUBJECT_HANDLER_SLOT:
        say(sentence, "handler call %u", expectation->index + 1);
        return NUMBER_HANDLER;
    case SUBJECT_HANDLER_CODE:
        say(sentence, "the exception of handler call %u", expectation->index + 1);
        return NUMBER_EXCEPTION;
    case SUBJECT_HANDLER_FLAGS:
        say(sentence, "the exception's flags in handler call %u", expectation->index + 1);
        return NUMBER_WORD;
    case SUBJECT_HANDLER_PARAMETER_COUNT:
        say(sentence, "the number of exception parameters in handler call %u",
            expectation->index + 1);
        return NUMBER_PLAIN;
    case SUBJECT_HANDLER_PARAMETER: {
        enum number_kind kind = say_parameter(sentence, call, expectation->index % 2);
        say(sentence, " of handler call %u", expectation->index / 2 + 1);
        return kind;
    }
    case SUBJECT_MEASURE:
        return say_measure(sentence, names, expectation);
    case SUBJECT_TICKS:
        say(sentence, "the call");
        return NUMBER_PLAIN;
    case SUBJECT_NONE:
    case SUBJECT_COUNT:
        break;
    }
    say(sentence, "the call");
    return NUMBER_PLAIN;
}

static void say_bytes(struct sentence *sentence, const struct operand *length)
{
    bool is_one = length->slot_kind >= SLOT_KIND_COUNT && length->value == 1;
    say(sentence, is_one ? " byte)" : " bytes)");
}

static void say_range(struct sentence *sentence, const struct names *names,
                      const struct operand *start, const struct operand *length)
{
    say_operand(sentence, names, NUMBER_ADDRESS, start);
    say(sentence, " (");
    say_operand(sentence, names, NUMBER_SIZE, length);
    say_bytes(sentence, length);
}

static void say_one_of(struct sentence *sentence, const struct names *names, enum number_kind kind,
                       const struct operand *operands, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        say(sentence, "%s", i == 0 ? " to be " : i + 1 == count ? " or " : ", ");
        say_operand(sentence, names, kind, &operands[i]);
    }
}

/* `operands` leaves out the address that a measure asks about. */
static void say_relation(struct sentence *sentence, const struct names *names,
                         enum number_kind kind, enum relation relation,
                         const struct operand *operands, unsigned count)
{
    static const char *const words[RELATION_COUNT] = {
        [RELATION_EQUAL] = " to be ",
        [RELATION_NOT_EQUAL] = " not to be ",
        [RELATION_LESS] = " to be below ",
        [RELATION_AT_MOST] = " to be at most ",
        [RELATION_AT_LEAST] = " to be at least ",
        [RELATION_MULTIPLE_OF] = " to be a multiple of ",
        [RELATION_BITS_WITHIN] = " to have no bit outside ",
        [RELATION_HAS_BITS] = " to have every bit of ",
    };
    switch (relation) {
    case RELATION_ONE_OF:
        say_one_of(sentence, names, kind, operands, count);
        return;
    case RELATION_IN_RANGE:
        say(sentence, " to be from ");
        say_operand(sentence, names, kind, &operands[0]);
        say(sentence, " to ");
        say_operand(sentence, names, kind, &operands[1]);
        return;
    case RELATION_DISJOINT:
        say(sentence, " (");
        say_operand(sentence, names, NUMBER_SIZE, &operands[0]);
        say_bytes(sentence, &operands[0]);
        say(sentence, " not to overlap ");
        say_range(sentence, names, &operands[1], &operands[2]);
        return;
    case RELATION_WAITS:
        say(sentence, " to wait until the other thread has unlocked the heap");
        return;
    case RELATION_EQUAL:
    case RELATION_NOT_EQUAL:
    case RELATION_LESS:
    case RELATION_AT_MOST:
    case RELATION_AT_LEAST:
    case RELATION_MULTIPLE_OF:
    case RELATION_BITS_WITHIN:
    case RELATION_HAS_BITS:
        say(sentence, "%s", words[relation]);
        say_operand(sentence, names, relation == RELATION_MULTIPLE_OF ? NUMBER_SIZE : kind,
                    &operands[0]);
        return;
    case RELATION_COUNT:
        break;
    }
    say(sentence, " to be otherwise");
}

static void say_seen(struct sentence *sentence, const struct names *names, enum number_kind kind,
                     enum relation relation, uint64_t observed, const struct operand *operands)
{
    if (relation == RELATION_WAITS) {
        say(sentence, ", seen it begin and end while the lock was held");
        return;
    }
    if (relation == RELATION_MULTIPLE_OF && kind == NUMBER_ADDRESS && operands[0].value != 0) {
        say(sentence, ", seen an address that is %" PRIu64 " more than one",
            observed % operands[0].value);
        return;
    }
    if (relation == RELATION_EQUAL && kind == NUMBER_ADDRESS &&
        operands[0].slot_kind >= SLOT_KIND_COUNT && !has_name(names, operands[0].value) &&
        !has_name(names, observed)) {
        say(sentence, ", seen another");
        return;
    }
    say(sentence, ", seen ");
    hck_describe_number(sentence, names, relation == RELATION_DISJOINT ? NUMBER_ADDRESS : kind,
                        observed);
}

/* How a call was to end, or NULL where the words for that are those of any number. */
static const char *end_words(const struct expectation *expectation)
{
    uint64_t status = expectation->operands[0].value;
    if (expectation->subject != SUBJECT_STATUS || expectation->operand_count != 1) {
        return NULL;
    }
    if (expectation->relation == RELATION_EQUAL) {
        return status == STATUS_RETURNED ? "the call to return"
               : status == STATUS_RAISED ? "the call to raise an exception"
               : status == STATUS_HUNG   ? "the call to wait"
                                         : NULL;
    }
    if (expectation->relation == RELATION_NOT_EQUAL) {
        return status == STATUS_RAISED ? "the call to raise no exception"
               : status == STATUS_HUNG ? "the call to come to an end"
               : status == STATUS_CRASHED || status == STATUS_EXITED
                   ? "the process to survive the call"
                   : NULL;
    }
    return NULL;
}

static void say_end(struct sentence *sentence, const struct names *names,
                    const struct observation *seen, uint64_t observed)
{
    say(sentence, ", seen ");
    if (observed == STATUS_RAISED && seen != NULL && seen->status == STATUS_RAISED) {
        hck_describe_number(sentence, names, NUMBER_EXCEPTION, seen->exception_code);
    } else {
        hck_describe_number(sentence, names, NUMBER_STATUS, observed);
    }
}

void hck_describe_expectation(const struct names *names, const struct call *call,
                              const struct observation *seen, const struct expectation *expectation,
                              char *text, size_t size)
{
    struct sentence sentence = {text, size, 0};
    unsigned skipped = expectation->subject == SUBJECT_MEASURE ? 1 : 0;
    const struct operand *operands = &expectation->operands[skipped];
    unsigned count =
        expectation->operand_count > skipped ? expectation->operand_count - skipped : 0;
    enum relation relation = (enum relation)expectation->relation;
    say(&sentence, "expected ");
    if (hck_describe_memory(&sentence, names, call, seen, expectation)) {
        return;
    }
    const char *end = end_words(expectation);
    if (end != NULL) {
        say(&sentence, "%s", end);
        say_end(&sentence, names, seen, expectation->observed);
        return;
    }
    enum number_kind kind = say_subject(&sentence, names, call, expectation);
    if (kind == NUMBER_DIGEST) {
        say(&sentence, " to be those of the walk before");
    } else if (kind == NUMBER_BOOL && relation == RELATION_NOT_EQUAL && operands[0].value == 0) {
        say(&sentence, " to be TRUE"); /* any value but 0 is */
    } else {
        say_relation(&sentence, names, kind, relation, operands, count);
    }
    say_seen(&sentence, names, kind, relation, expectation->observed, operands);
}
