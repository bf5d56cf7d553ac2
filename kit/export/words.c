/* Arguments and calls spelled in C. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/generate/row.h"
#include "spec/text.h"
#include "spec/win32.h"

enum { MEGABYTE = 1 << 20, SMALL = 1 << 30, NEAR_THE_END = 1 << 20 };

void hck_export_slot(const struct exporter *exporter, enum slot_kind kind, uint32_t slot,
                     char *text)
{
    bool is_tracked = kind == SLOT_BLOCK && exporter->tracks_contents;
    exporter->declared[kind][slot] = 1;
    snprintf(text, EXPRESSION_MAX, "%c%" PRIu32 "%s", hck_call_slot_letter(kind), slot,
             is_tracked ? ".at" : "");
}

void hck_export_size(uint64_t value, char *text)
{
    if (value >= UINT64_MAX - NEAR_THE_END) {
        uint64_t less = UINT64_MAX - value;
        snprintf(text, EXPRESSION_MAX, less == 0 ? "SIZE_MAX" : "SIZE_MAX - %" PRIu64, less);
    } else if (value < SMALL && value >= 65536 && value % MEGABYTE == 0) {
        snprintf(text, EXPRESSION_MAX, "%" PRIu64 " * 1024 * 1024", value / MEGABYTE);
    } else if (value < SMALL && value >= 65536 && value % 1024 == 0) {
        snprintf(text, EXPRESSION_MAX, "%" PRIu64 " * 1024", value / 1024);
    } else if (value < SMALL) {
        snprintf(text, EXPRESSION_MAX, "%" PRIu64, value);
    } else {
        snprintf(text, EXPRESSION_MAX, "UINT64_C(0x%" PRIx64 ")", value);
    }
}

static void print_slot_argument(const struct exporter *exporter, const struct argument *argument,
                                char *text)
{
    enum slot_kind kind = (enum slot_kind)argument->slot_kind;
    char offset[EXPRESSION_MAX];
    hck_export_slot(exporter, kind, argument->slot, text);
    if (argument->value == 0) {
        return;
    }
    bool is_negative = argument->value > UINT64_MAX / 2;
    hck_export_size(is_negative ? 0 - argument->value : argument->value, offset);
    size_t length = strlen(text);
    snprintf(text + length, EXPRESSION_MAX - length, " %c %s", is_negative ? '-' : '+', offset);
}

/* Names joined by " | "; a class that headers of some age lack is given by number. */
static void print_flags(const struct argument_row *row, uint32_t value, char *text)
{
    char names[EXPRESSION_MAX / 2];
    hck_text_print_flags(row->set, value, names, sizeof names);
    if (row->set == FLAG_SET_heap_information && value > HeapEnableTerminationOnCorruption) {
        snprintf(text, EXPRESSION_MAX, "(HEAP_INFORMATION_CLASS)%" PRIu32, value);
        return;
    }
    size_t length = 0;
    for (const char *c = names; *c != '\0' && length + 4 < EXPRESSION_MAX; c++) {
        if (*c == '|') {
            length += (size_t)snprintf(text + length, EXPRESSION_MAX - length, " | ");
        } else {
            text[length++] = *c;
        }
    }
    text[length] = '\0';
}

const char *hck_export_out_bytes(const struct call *call, unsigned index)
{
    static const char *const names[CALL_OUTS_MAX] = {"out_bytes", "more_bytes", "other_bytes"};
    unsigned before = 0;
    for (unsigned i = 0; i < index; i++) {
        before += hck_call_rows[call->id].arguments[i].room != ROOM_NONE;
    }
    return names[before];
}

static void print_out(const struct exporter *exporter, const struct call *call, unsigned index,
                      char *text)
{
    enum struct_id structure = hck_call_rows[call->id].arguments[index].structure;
    char variable[EXPRESSION_MAX];
    if (exporter->writes_behind) {
        snprintf(text, EXPRESSION_MAX, "(void *)%s", hck_export_out_bytes(call, index));
        return;
    }
    bool is_array = strchr(hck_struct_rows[structure].variable, '[') != NULL;
    hck_export_variable(structure, variable);
    snprintf(text, EXPRESSION_MAX, "%s%.100s", is_array ? "" : "&", variable);
}

static void print_input(enum input_form form, uint64_t value, char *text)
{
    if (form == INPUT_RISING) {
        snprintf(text, EXPRESSION_MAX,
                 value < 10000 ? "words_from(%" PRIu64 ")" : "words_from(UINT64_C(0x%" PRIx64 "))",
                 value);
    } else {
        snprintf(text, EXPRESSION_MAX, "information_of(%" PRIu32 ")", (uint32_t)value);
    }
}

/* "(written_count = 16, &written_count)" */
static void print_replaced(const struct exporter *exporter, const struct call *call, unsigned index,
                           char *text)
{
    enum struct_id structure = hck_call_rows[call->id].arguments[index].structure;
    char variable[EXPRESSION_MAX];
    char number[EXPRESSION_MAX];
    hck_export_variable(structure, variable);
    hck_export_size(hck_call_told(call, index), number);
    if (exporter->writes_behind) {
        const char *bytes = hck_export_out_bytes(call, index);
        snprintf(text, EXPRESSION_MAX, "(*(%s *)%s = %.100s, (void *)%s)",
                 hck_struct_rows[structure].type, bytes, number, bytes);
        return;
    }
    snprintf(text, EXPRESSION_MAX, "(%.100s = %.100s, &%.100s)", variable, number, variable);
}

/* Whether this size is that of the structure which the call fills. */
static bool fills_whole_memory(const struct call *call, uint64_t size)
{
    unsigned out = hck_call_place(&hck_call_rows[call->id], ARGUMENT_OUT);
    return out < CALL_ARGUMENTS_MAX && call->arguments[out].form == FORM_OUT &&
           hck_call_rows[call->id].arguments[out].structure == STRUCT_memory &&
           size == sizeof(MEMORY_BASIC_INFORMATION);
}

/* A number that other programs are not likely to have in their names. */
static uint32_t mark_of(const struct trace *trace)
{
    uint32_t mark = 2166136261u; /* FNV-1a */
    for (uint32_t i = 0; i < trace->call_count; i++) {
        mark = (mark ^ trace->calls[i].id) * 16777619u;
        for (unsigned k = 0; k < CALL_ARGUMENTS_MAX; k++) {
            mark = (mark ^ (uint32_t)trace->calls[i].arguments[k].value) * 16777619u;
        }
    }
    return mark;
}

/* A string of 16-bit units has the same type as those of the platform, and elsewhere as well. */
static void print_name(const struct exporter *exporter, const struct argument_row *row,
                       uint64_t value, char *text)
{
    const char *name = hck_call_names[value].text;
    const char *rest = strrchr(name, '\\') == NULL || hck_call_names[value].object == NO_OBJECT
                           ? name
                           : strrchr(name, '\\') + 1;
    size_t length = (size_t)snprintf(text, EXPRESSION_MAX, "%s\"", row->is_wide ? "u" : "");
    for (const char *c = name; *c != '\0'; c++) {
        if (c == rest) {
            length += (size_t)snprintf(text + length, EXPRESSION_MAX - length,
                                       "heapck-%08" PRIx32 "-", mark_of(exporter->trace));
        }
        length += (size_t)snprintf(text + length, EXPRESSION_MAX - length,
                                   *c == '\\' ? "\\\\" : "%c", *c);
    }
    (void)snprintf(text + length, EXPRESSION_MAX - length, "\"");
}

static void print_value(const struct exporter *exporter, const struct call *call, unsigned index,
                        char *text)
{
    const struct argument_row *row = &hck_call_rows[call->id].arguments[index];
    uint64_t value = call->arguments[index].value;
    switch (row->kind) {
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
        print_flags(row, (uint32_t)value, text);
        break;
    case ARGUMENT_ADDRESS:
    case ARGUMENT_BLOCK:
    case ARGUMENT_HEAP:
    case ARGUMENT_REGION:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SECTION:
        snprintf(text, EXPRESSION_MAX, "(void *)UINT64_C(0x%" PRIx64 ")", value);
        break;
    case ARGUMENT_INPUT:
        if (hck_call_replaces(row)) {
            print_replaced(exporter, call, index, text);
        } else {
            print_input(row->input, value, text);
        }
        break;
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
        snprintf(text, EXPRESSION_MAX, "(HANDLE)(LONG_PTR)-1");
        break;
    case ARGUMENT_BEHAVIOUR:
        snprintf(text, EXPRESSION_MAX, "handler_%" PRIu32, exporter->index + 1);
        break;
    case ARGUMENT_NAME:
        print_name(exporter, row, value, text);
        break;
    case ARGUMENT_NUMBER:
        snprintf(text, EXPRESSION_MAX, value < 10000 ? "%" PRIu64 : "UINT64_C(0x%" PRIx64 ")",
                 value);
        if (value >= 10000 && value <= UINT32_MAX) {
            snprintf(text, EXPRESSION_MAX, "0x%" PRIx64, value);
        }
        break;
    case ARGUMENT_SIZE:
        if (fills_whole_memory(call, value) && !exporter->writes_behind) {
            snprintf(text, EXPRESSION_MAX, "sizeof memory");
            break;
        }
        hck_export_size(value, text);
        break;
    case ARGUMENT_NONE:
    case ARGUMENT_ABSENT:
    case ARGUMENT_OUT:
        hck_export_size(value, text);
        break;
    }
}

void hck_export_argument(const struct exporter *exporter, const struct call *call, unsigned index,
                         char *text)
{
    const struct argument *argument = &call->arguments[index];
    switch ((enum argument_form)argument->form) {
    case FORM_NULL:
        snprintf(text, EXPRESSION_MAX, "NULL");
        break;
    case FORM_SLOT:
        if (hck_call_rows[call->id].arguments[index].is_code) {
            char address[EXPRESSION_MAX];
            print_slot_argument(exporter, argument, address);
            snprintf(text, EXPRESSION_MAX, "(FARPROC)(%.200s)", address);
        } else {
            print_slot_argument(exporter, argument, text);
        }
        break;
    case FORM_OUT:
        print_out(exporter, call, index, text);
        break;
    case FORM_VALUE:
        print_value(exporter, call, index, text);
        break;
    }
}

/* Values that a probe finds are of no use but to the verdict. */
static bool looks_at_values(const struct exporter *exporter)
{
    enum subject subject = (enum subject)exporter->source->expectation->subject;
    bool is_judged = exporter->index == exporter->source->call_index;
    return is_judged && (subject == SUBJECT_VALUE || subject == SUBJECT_VALUE_COUNT ||
                         subject == SUBJECT_MEASURE);
}

/* The name under which a program makes the call. */
static const char *function_name(const struct exporter *exporter, const struct call *call)
{
    const struct argument *first = &call->arguments[0];
    switch ((int)call->id) {
    case CALL_HeapWalk:
        return exporter->writes_behind ? "HeapWalk" : "walk";
    case CALL_HeapSummary:
        return "heap_summary";
    case CALL_Fill:
        return "fill";
    case CALL_Check:
        return "check";
    case CALL_Zeroed:
        return "zeroed";
    case CALL_Peek:
        return looks_at_values(exporter) ? "peek" : "readable";
    case CALL_Poke:
        return "poke";
    case CALL_Execute:
        return first->form == FORM_SLOT && first->slot_kind == SLOT_BLOCK ? "execute_in_block"
                                                                          : "execute";
    case CALL_WalkHeap:
        if (exporter->writes_behind) {
            return "walk_heap_writing_behind";
        }
        return looks_at_values(exporter) ? "walk_heap" : "walk_to_its_end";
    case CALL_QueryRegion:
        return exporter->writes_behind ? "query_region_writing_behind" : "query_region";
    case CALL_QueryAll:
        return exporter->writes_behind ? "query_all_writing_behind" : "query_all";
    default:
        return hck_call_rows[call->id].name;
    }
}

/* An argument that the helper takes in another form than the function. */
static void print_special(const struct exporter *exporter, const struct call *call, unsigned index,
                          char *text)
{
    const struct argument *argument = &call->arguments[index];
    enum call_id id = (enum call_id)call->id;
    hck_export_argument(exporter, call, index, text);
    if (id == CALL_Fill || id == CALL_Check || id == CALL_Zeroed) {
        if (index == 0) {
            snprintf(text, EXPRESSION_MAX, "&b%" PRIu32, argument->slot);
        }
    } else if (id == CALL_HeapWalk && index == 1 && exporter->writes_behind) {
        snprintf(text, EXPRESSION_MAX, "(PROCESS_HEAP_ENTRY *)out_bytes");
    } else if (id == CALL_HeapWalk && index == 1 && argument->form == FORM_SLOT) {
        snprintf(text, EXPRESSION_MAX, "&w%" PRIu32, argument->slot);
    } else if (argument->form == FORM_VALUE && hck_call_told(call, index) != argument->value &&
               !hck_call_replaces(&hck_call_rows[id].arguments[index])) {
        snprintf(text, EXPRESSION_MAX, "%" PRIu64, hck_call_told(call, index));
    }
}

void hck_export_expression(const struct exporter *exporter, const struct call *call, char *text)
{
    const struct call_row *row = &hck_call_rows[call->id];
    char argument[EXPRESSION_MAX];
    size_t length = (size_t)snprintf(text, EXPRESSION_MAX, "%s(", function_name(exporter, call));
    for (unsigned i = 0; i < row->argument_count && length < EXPRESSION_MAX; i++) {
        print_special(exporter, call, i, argument);
        length += (size_t)snprintf(text + length, EXPRESSION_MAX - length, "%s%s",
                                   i > 0 ? ", " : "", argument);
    }
    if (call->id == CALL_QueryRegion && length < EXPRESSION_MAX) {
        const struct slot *slot =
            hck_typestate_slot(&exporter->forecast.state, &call->arguments[0]);
        hck_export_size(slot != NULL ? slot->size : 0, argument);
        length += (size_t)snprintf(text + length, EXPRESSION_MAX - length, ", %s", argument);
    }
    if (length < EXPRESSION_MAX) {
        snprintf(text + length, EXPRESSION_MAX - length, ")");
    }
}

void hck_export_condition(const struct exporter *exporter, const struct call *call, char *text)
{
    const struct call_row *row = &hck_call_rows[call->id];
    size_t length = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        char slot[EXPRESSION_MAX];
        if (argument->form != FORM_SLOT) {
            continue;
        }
        hck_export_slot(exporter, (enum slot_kind)argument->slot_kind, argument->slot, slot);
        if (argument->slot_kind == SLOT_WALK) {
            snprintf(slot, sizeof slot, "has_w%" PRIu32, argument->slot);
        }
        if (length < EXPRESSION_MAX / 2) {
            length += (size_t)snprintf(text + length, EXPRESSION_MAX - length, "%s%.100s",
                                       length > 0 ? " && " : "", slot);
        }
    }
}
