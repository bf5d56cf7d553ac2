/* The relation of an expectation and its operands, said in C and in words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/run/constants.h"
#include "kit/run/describe.h"

static enum number_kind subject_kind(const struct exporter *exporter)
{
    const struct expectation *expectation = exporter->source->expectation;
    const struct call *call = &exporter->trace->calls[exporter->source->call_index];
    struct value_place place;
    switch ((enum subject)expectation->subject) {
    case SUBJECT_LAST_ERROR:
        return NUMBER_ERROR;
    case SUBJECT_EXCEPTION:
    case SUBJECT_HANDLER_CODE:
        return NUMBER_EXCEPTION;
    case SUBJECT_RESULT:
        return hck_constant_result_kind(call);
    case SUBJECT_VALUE:
        return hck_call_value((enum call_id)call->id, expectation->index, &place)
                   ? (enum number_kind)place.field->kind
                   : NUMBER_PLAIN;
    default:
        return NUMBER_PLAIN;
    }
}

/* A measure asks about its first operand and is compared with those behind it. */
static unsigned first_operand(const struct expectation *expectation)
{
    return expectation->subject == SUBJECT_MEASURE ? 1 : 0;
}

/* Words may be addresses; counts, sizes and codes are none, whatever lies where they point. */
bool hck_export_may_be_address(const struct exporter *exporter, unsigned index)
{
    const struct expectation *expectation = exporter->source->expectation;
    enum number_kind kind = subject_kind(exporter);
    switch ((enum subject)expectation->subject) {
    case SUBJECT_RESULT:
    case SUBJECT_VALUE:
        return kind == NUMBER_ADDRESS || kind == NUMBER_WORD;
    case SUBJECT_PARAMETER:
    case SUBJECT_HANDLER_PARAMETER: /* the second is where a fault was, in pairs for handlers */
        return expectation->index % 2 == 1;
    case SUBJECT_MEASURE:
        return index < first_operand(expectation) ||
               hck_constant_measure_kind(expectation->index) == NUMBER_ADDRESS;
    default:
        return false;
    }
}

/* The documented name of a number; false where it has none that every header knows. */
static bool print_name(const struct exporter *exporter, uint64_t value, char *text)
{
    char name[EXPRESSION_MAX / 2];
    enum number_kind kind = subject_kind(exporter);
    if (kind == NUMBER_ERROR && value == LAST_ERROR_SENTINEL) {
        snprintf(text, EXPRESSION_MAX, "SENTINEL");
        return true;
    }
    if (kind == NUMBER_BOOL && value > 1) {
        return false;
    }
    hck_constant_print(kind, value, name, sizeof name);
    const char *space = kind == NUMBER_ERROR ? strchr(name, ' ') : NULL;
    const char *start = space != NULL ? space + 1 : name;
    size_t length = strspn(start, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    snprintf(text, EXPRESSION_MAX, "%s", start);
    return length > 1 && start[length] == '\0' && strcmp(start, "STATUS_HEAP_CORRUPTION") != 0 &&
           strcmp(start, "STATUS_STACK_BUFFER_OVERRUN") != 0;
}

void hck_export_operand(const struct exporter *exporter, unsigned index, char *text)
{
    const struct operand *operand = &exporter->source->expectation->operands[index];
    if (operand->slot_kind >= SLOT_KIND_COUNT) {
        if (hck_export_may_be_address(exporter, index) &&
            hck_export_known_address(exporter, operand->value, text)) {
            return;
        }
        if (print_name(exporter, operand->value, text)) {
            return;
        }
        bool is_small = operand->value < 1000000;
        snprintf(text, EXPRESSION_MAX, is_small ? "%" PRIu64 : "UINT64_C(0x%" PRIx64 ")",
                 operand->value);
        return;
    }
    char slot[EXPRESSION_MAX];
    hck_export_slot(exporter, (enum slot_kind)operand->slot_kind, operand->slot, slot);
    if (operand->offset == 0) {
        snprintf(text, EXPRESSION_MAX, "(uintptr_t)%.100s", slot);
    } else {
        bool is_negative = operand->offset > UINT64_MAX / 2;
        snprintf(text, EXPRESSION_MAX, "((uintptr_t)%.100s %c %" PRIu64 ")", slot,
                 is_negative ? '-' : '+', is_negative ? 0 - operand->offset : operand->offset);
    }
}

static void print_one_of(char operands[OPERANDS_MAX][EXPRESSION_MAX], unsigned count, char *text)
{
    size_t length = 0;
    snprintf(text, EXPRESSION_MAX, "0");
    for (unsigned i = 0; i < count && length < EXPRESSION_MAX / 2; i++) {
        length += (size_t)snprintf(text + length, EXPRESSION_MAX - length, "%sseen == %.100s",
                                   i > 0 ? " || " : "", operands[i]);
    }
}

/* Compilers rightly complain about numbers that are at least 0, so that half is left out. */
static void print_in_range(char operands[OPERANDS_MAX][EXPRESSION_MAX], char *text)
{
    if (strcmp(operands[0], "0") == 0) {
        snprintf(text, EXPRESSION_MAX, "seen <= %.100s", operands[1]);
    } else {
        snprintf(text, EXPRESSION_MAX, "seen >= %.100s && seen <= %.100s", operands[0],
                 operands[1]);
    }
}

static void print_with(char *text, const char *before, const char *operand, const char *behind)
{
    snprintf(text, EXPRESSION_MAX, "%s%.200s%s", before, operand, behind);
}

void hck_export_relation(const struct exporter *exporter, char *text)
{
    const struct expectation *expectation = exporter->source->expectation;
    char operands[OPERANDS_MAX][EXPRESSION_MAX] = {"0", "0", "0", "0"};
    unsigned skipped = first_operand(expectation);
    unsigned count = 0;
    for (unsigned i = skipped; i < expectation->operand_count && i < OPERANDS_MAX; i++) {
        hck_export_operand(exporter, i, operands[count++]);
    }
    const char *first = operands[0];
    bool is_zero = strcmp(first, "0") == 0;
    switch ((enum relation)expectation->relation) {
    case RELATION_EQUAL:
        print_with(text, "seen == ", first, "");
        return;
    case RELATION_NOT_EQUAL:
        print_with(text, "seen != ", first, "");
        return;
    case RELATION_LESS:
        print_with(text, is_zero ? "" : "seen < ", first, "");
        return;
    case RELATION_AT_MOST:
        print_with(text, is_zero ? "seen == " : "seen <= ", first, "");
        return;
    case RELATION_AT_LEAST:
        print_with(text, is_zero ? "!" : "seen >= ", first, "");
        return;
    case RELATION_MULTIPLE_OF:
        print_with(text, is_zero ? "" : "seen % ", first, is_zero ? "" : " == 0");
        return;
    case RELATION_BITS_WITHIN:
        print_with(text, "(seen & ~(uint64_t)", first, ") == 0");
        return;
    case RELATION_HAS_BITS:
        snprintf(text, EXPRESSION_MAX, "(seen & %.200s) == %.200s", first, first);
        return;
    case RELATION_ONE_OF:
        print_one_of(operands, count, text);
        return;
    case RELATION_IN_RANGE:
        print_in_range(operands, text);
        return;
    case RELATION_DISJOINT:
        snprintf(text, EXPRESSION_MAX, "are_disjoint(seen, %.200s, %.200s, %.200s)", operands[0],
                 operands[1], operands[2]);
        return;
    case RELATION_WAITS:
    case RELATION_COUNT:
        break;
    }
    print_with(text, "1", "", "");
}

/* "the result to be b0" out of "expected the result to be b0, seen b1", as a string of C. */
void hck_export_expected(const struct exporter *exporter, const struct call *call, char *text)
{
    static const char start[] = "expected ";
    char sentence[SENTENCE_MAX];
    const char *known = exporter->source->sentence;
    if (known != NULL && known[0] != '\0') {
        snprintf(sentence, sizeof sentence, "%s", known);
    } else {
        hck_describe_expectation(NULL, call, NULL, exporter->source->expectation, sentence,
                                 sizeof sentence);
    }
    char *end = strstr(sentence, ", seen ");
    for (char *next = end; next != NULL; next = strstr(next + 1, ", seen ")) {
        end = next;
    }
    if (end != NULL) {
        *end = '\0';
    }
    bool has_start = strncmp(sentence, start, sizeof start - 1) == 0;
    size_t length = 0;
    for (const char *c = has_start ? sentence + sizeof start - 1 : sentence; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            text[length++] = '\\';
        }
        text[length++] = *c;
    }
    text[length] = '\0';
}

void hck_export_whereabouts(struct exporter *exporter)
{
    const struct expectation *expectation = exporter->source->expectation;
    for (unsigned i = 0; i < expectation->operand_count && i < OPERANDS_MAX; i++) {
        const struct operand *operand = &expectation->operands[i];
        char slot[EXPRESSION_MAX];
        if (operand->slot_kind < SLOT_KIND_COUNT && operand->slot_kind != SLOT_WALK) {
            enum slot_kind kind = (enum slot_kind)operand->slot_kind;
            hck_export_slot(exporter, kind, operand->slot, slot);
            hck_export_line(exporter, "printf(\"where:    %c%" PRIu32 " is %%p\\n\", (void *)%s);",
                            hck_call_slot_letter(kind), operand->slot, slot);
        }
    }
}
