/* The subject of an expectation: what part of what was seen it speaks of, said in C. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/run/constants.h"
#include "spec/measure.h"
#include "spec/win32.h"

enum { VALUES_MAX = 16 /* of one structure */ };

const char *hck_export_result_type(const struct call *call)
{
    switch (hck_call_rows[call->id].result) {
    case RESULT_BOOL:
    case RESULT_WALK:
        return "BOOL";
    case RESULT_DWORD:
        return "DWORD";
    case RESULT_SIZE:
        return "SIZE_T";
    case RESULT_HEAP:
    case RESULT_BLOCK:
    case RESULT_REGION:
    case RESULT_HANDLER:
    case RESULT_SECTION:
        return "LPVOID";
    case RESULT_NONE:
        break;
    }
    return hck_call_rows[call->id].family == FAMILY_probe && call->id != CALL_Fill ? "SIZE_T" : "";
}

/* A word of a list of entries: "value_at(2 * WALK_VALUE_COUNT + WALK_SIZE)". */
static void print_value_at(const struct call *call, uint32_t index, char *text)
{
    static const char *const names[STRUCT_COUNT][VALUES_MAX] = {
#define STRUCT(id, type, variable) [STRUCT_##id] = {
#define ITEMS(id, type, count, variable) STRUCT(id, type, variable)
#define FIELD(id, value, member, kind) #value,
#define ITEM(id, value, index, name, kind) #value,
#define END(id, prefix) \
    }                   \
    ,
#include "spec/structs.def"
    };
    static const char *const counts[STRUCT_COUNT] = {
#define END(id, prefix) [STRUCT_##id] = #prefix "_VALUE_COUNT",
#include "spec/structs.def"
    };
    struct value_place place;
    if (!hck_call_value((enum call_id)call->id, index, &place) || place.item >= VALUES_MAX) {
        snprintf(text, EXPRESSION_MAX, "value_at(%" PRIu32 ")", index);
    } else if (place.entry == 0 || place.entry == UINT32_MAX) {
        snprintf(text, EXPRESSION_MAX, "value_at(%s)", names[place.structure][place.item]);
    } else {
        snprintf(text, EXPRESSION_MAX, "value_at(%" PRIu32 " * %s + %s)", place.entry,
                 counts[place.structure], names[place.structure][place.item]);
    }
}

static void print_changed_input(const struct call *call, char *text)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        uint64_t value = call->arguments[i].value;
        if (row->arguments[i].kind != ARGUMENT_INPUT) {
            continue;
        }
        if (row->arguments[i].input == INPUT_RISING) {
            snprintf(text, EXPRESSION_MAX, "changed_input(UINT64_C(0x%" PRIx64 "), 1)", value);
        } else {
            snprintf(text, EXPRESSION_MAX, "changed_input(%" PRIu32 ", 0)", (uint32_t)value);
        }
    }
}

/* A value of a structure that the call filled, by the name that it has there. */
static void print_filled(const struct value_place *place, char *text)
{
    const char *cast = place->field->is_pointer ? "(uintptr_t)" : "";
    bool is_array = strchr(hck_struct_rows[place->structure].variable, '[') != NULL;
    char variable[EXPRESSION_MAX];
    char element[EXPRESSION_MAX] = "";
    hck_export_variable(place->structure, variable);
    if (is_array) {
        bool is_list = place->entry != UINT32_MAX;
        snprintf(element, sizeof element, "[%" PRIu32 "]", is_list ? place->entry : place->item);
    }
    snprintf(text, EXPRESSION_MAX, "%s%.100s%.20s%s%.200s", cast, variable, element,
             place->field->member[0] != '\0' ? "." : "", place->field->member);
}

/* Whether the program has the value by name: not of the lists that helpers make, and not behind
 * the array that the call was told of. */
static bool has_name(const struct call *call, uint32_t index, struct value_place *place)
{
    return hck_call_value((enum call_id)call->id, index, place) &&
           place->argument < CALL_ARGUMENTS_MAX &&
           (place->entry == UINT32_MAX ||
            place->entry < hck_call_out_entries(call, place->argument));
}

static void print_value(const struct call *call, uint32_t index, char *text)
{
    static const char *const peeked[] = {"peek_first", "peek_uniform", "peek_different"};
    struct value_place place;
    if (call->id == CALL_Peek && index < PEEK_VALUE_COUNT) {
        snprintf(text, EXPRESSION_MAX, "%s", peeked[index]);
    } else if (hck_call_rows[call->id].input_count > 0) {
        print_changed_input(call, text);
    } else if (has_name(call, index, &place)) {
        print_filled(&place, text);
    } else {
        print_value_at(call, index, text);
    }
}

static const char *struct_name(enum struct_id structure)
{
    static const char *const names[STRUCT_COUNT] = {
#define STRUCT(id, type, variable) [STRUCT_##id] = #id,
#define ITEMS(id, type, count, variable) STRUCT(id, type, variable)
#include "spec/structs.def"
    };
    return names[structure];
}

static void emit_structure(struct exporter *exporter, const struct call *call, unsigned index)
{
    const struct argument_row *argument = &hck_call_rows[call->id].arguments[index];
    const char *name = struct_name(argument->structure);
    char variable[EXPRESSION_MAX];
    hck_export_variable(argument->structure, variable);
    if (argument->room == ROOM_COUNT) {
        hck_export_line(exporter, "for (unsigned i = 0; i < %" PRIu64 "; i++) {",
                        hck_call_out_entries(call, index));
        hck_export_line(exporter, "    put_%s(&%.100s[i]);", name, variable);
        hck_export_line(exporter, "}");
    } else if (argument->room != ROOM_NONE) {
        bool is_array = strchr(hck_struct_rows[argument->structure].variable, '[') != NULL;
        hck_export_line(exporter, "put_%s(%s%.100s);", name, is_array ? "" : "&", variable);
    }
}

/* Puts the words of the out-structures behind those of lists, as the oracle has them. */
static void emit_values(struct exporter *exporter, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < row->argument_count; i++) {
            if ((row->arguments[i].room == ROOM_COUNT) == (pass == 1)) {
                emit_structure(exporter, call, i);
            }
        }
    }
}

static void print_measure(struct exporter *exporter, const struct call *call, char *text)
{
    static const char *const names[MEASURE_COUNT] = {
#define MEASURE(name, text) #name,
#include "spec/measures.def"
#undef MEASURE
    };
    const struct expectation *expectation = exporter->source->expectation;
    char operand[EXPRESSION_MAX] = "0";
    if (expectation->operand_count > 0) {
        hck_export_operand(exporter, 0, operand);
    }
    emit_values(exporter, call);
    hck_export_line(exporter, "put(0); /* the end of the list */");
    snprintf(text, EXPRESSION_MAX, "measure_%s(values, value_count, %.200s)",
             names[expectation->index], operand);
}

/* How many bytes behind the room of an out-structure were written to: the program passes in its
 * place bytes that are longer. */
static void print_changed(const struct call *call, char *text)
{
    const struct call_row *row = &hck_call_rows[call->id];
    size_t length = 0;
    for (unsigned i = 0; i < row->argument_count && length < EXPRESSION_MAX; i++) {
        if (row->arguments[i].room != ROOM_NONE) {
            const char *bytes = hck_export_out_bytes(call, i);
            length +=
                (size_t)snprintf(text + length, EXPRESSION_MAX - length,
                                 "%schanged_bytes(%s, %" PRIu64 ", sizeof %s)",
                                 length > 0 ? " + " : "", bytes, hck_call_out_room(call, i), bytes);
        }
    }
    if (length == 0) {
        snprintf(text, EXPRESSION_MAX, "result");
    }
}

static void print_handler_call(const struct expectation *expectation, char *text)
{
    bool is_parameter = expectation->subject == SUBJECT_HANDLER_PARAMETER;
    uint32_t index = is_parameter ? expectation->index / 2 : expectation->index;
    char field[EXPRESSION_MAX / 2] = "";
    const char *missing = expectation->subject == SUBJECT_HANDLER_SLOT ? "UINT32_MAX" : "0";
    switch ((enum subject)expectation->subject) {
    case SUBJECT_HANDLER_SLOT:
        snprintf(field, sizeof field, "handler_calls[%" PRIu32 "].slot", index);
        break;
    case SUBJECT_HANDLER_CODE:
        snprintf(field, sizeof field, "handler_calls[%" PRIu32 "].record.ExceptionCode", index);
        break;
    case SUBJECT_HANDLER_FLAGS:
        snprintf(field, sizeof field, "handler_calls[%" PRIu32 "].record.ExceptionFlags", index);
        break;
    case SUBJECT_HANDLER_PARAMETER_COUNT:
        snprintf(field, sizeof field, "handler_calls[%" PRIu32 "].record.NumberParameters", index);
        break;
    default:
        snprintf(field, sizeof field,
                 "parameter_of(&handler_calls[%" PRIu32 "].record, %" PRIu32 ")", index,
                 expectation->index % 2);
        break;
    }
    snprintf(text, EXPRESSION_MAX, "handler_call_count > %" PRIu32 " ? %.300s : %s", index, field,
             missing);
}

static void print_result(const struct call *call, char *text)
{
    const char *type = hck_export_result_type(call);
    const char *cast = strcmp(type, "LPVOID") == 0 ? "(uintptr_t)"
                       : strcmp(type, "BOOL") == 0 ? "(uint32_t)"
                                                   : "";
    snprintf(text, EXPRESSION_MAX, "%s%s", cast, type[0] != '\0' ? "result" : "0");
}

/* The number that the expectation speaks of; lines that have to stand before are emitted. */
void hck_export_subject(struct exporter *exporter, const struct call *call, char *text)
{
    const struct expectation *expectation = exporter->source->expectation;
    switch ((enum subject)expectation->subject) {
    case SUBJECT_RESULT:
        print_result(call, text);
        return;
    case SUBJECT_LAST_ERROR:
        snprintf(text, EXPRESSION_MAX, "last_error");
        return;
    case SUBJECT_EXCEPTION:
        snprintf(text, EXPRESSION_MAX, "caught.ExceptionCode");
        return;
    case SUBJECT_EXCEPTION_FLAGS:
        snprintf(text, EXPRESSION_MAX, "caught.ExceptionFlags");
        return;
    case SUBJECT_PARAMETER_COUNT:
        snprintf(text, EXPRESSION_MAX, "caught.NumberParameters");
        return;
    case SUBJECT_PARAMETER:
        snprintf(text, EXPRESSION_MAX, "parameter_of(&caught, %" PRIu32 ")", expectation->index);
        return;
    case SUBJECT_VALUE:
        print_value(call, expectation->index, text);
        return;
    case SUBJECT_VALUE_COUNT:
        emit_values(exporter, call);
        snprintf(text, EXPRESSION_MAX, "value_count");
        return;
    case SUBJECT_GUARD:
        print_changed(call, text);
        return;
    case SUBJECT_HANDLER_COUNT:
        snprintf(text, EXPRESSION_MAX, "handler_call_count");
        return;
    case SUBJECT_HANDLER_SLOT:
    case SUBJECT_HANDLER_CODE:
    case SUBJECT_HANDLER_FLAGS:
    case SUBJECT_HANDLER_PARAMETER_COUNT:
    case SUBJECT_HANDLER_PARAMETER:
        print_handler_call(expectation, text);
        return;
    case SUBJECT_MEASURE:
        print_measure(exporter, call, text);
        return;
    case SUBJECT_NONE:
    case SUBJECT_STATUS:
    case SUBJECT_TICKS:
    case SUBJECT_COUNT:
        break;
    }
    snprintf(text, EXPRESSION_MAX, "0");
}
