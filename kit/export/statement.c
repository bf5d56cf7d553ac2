/* One call of a trace as a statement of C. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/generate/row.h"
#include "spec/win32.h"

void hck_export_variable(enum struct_id structure, char *text)
{
    const char *variable = hck_struct_rows[structure].variable;
    snprintf(text, EXPRESSION_MAX, "%.*s", (int)strcspn(variable, "["), variable);
}

/* The field that has to hold the size of the call's out-structure before the call, or NULL. */
static const struct field_row *size_field(const struct call *call, enum struct_id *structure)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct struct_row *out = &hck_struct_rows[row->arguments[i].structure];
        for (uint32_t k = 0; k < out->field_count; k++) {
            if (out->fields[k].is_size) {
                *structure = row->arguments[i].structure;
                return &out->fields[k];
            }
        }
    }
    return NULL;
}

/* By its own flags or by the options of its heap. Accesses catch their faults themselves. Where a
 * system has HeapSummary in name only, calling it raises. */
bool hck_export_may_raise(const struct exporter *exporter, const struct call *call)
{
    const struct slot *first = hck_typestate_slot(&exporter->forecast.state, &call->arguments[0]);
    if (call->id == CALL_RaiseException || call->id == CALL_HeapSummary) {
        return true;
    }
    if (hck_call_rows[call->id].result != RESULT_BLOCK) {
        return false;
    }
    uint32_t options = first != NULL ? first->options : 0;
    return ((options | hck_call_flags_given(call, FLAG_SET_heap)) & HEAP_GENERATE_EXCEPTIONS) != 0;
}

/* The next call on the same thread asks for the last error, and this one may not set it. */
static bool is_asked_for_error(const struct exporter *exporter, const struct call *call)
{
    const struct trace *trace = exporter->trace;
    for (uint32_t i = exporter->index + 1; i <= exporter->source->call_index; i++) {
        if (trace->calls[i].thread == call->thread && exporter->is_made[i]) {
            return trace->calls[i].id == CALL_GetLastError;
        }
    }
    return false;
}

static void prepare_out_bytes(struct exporter *exporter, const struct call *call)
{
    enum struct_id structure = STRUCT_none;
    const struct field_row *size = size_field(call, &structure);
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        if (hck_call_rows[call->id].arguments[i].room != ROOM_NONE) {
            const char *bytes = hck_export_out_bytes(call, i);
            hck_export_line(exporter, "memset(%s, 0xA5, sizeof %s);", bytes, bytes);
        }
    }
    if (size != NULL) {
        const char *type = hck_struct_rows[structure].type;
        hck_export_line(exporter, "((%s *)out_bytes)->%s = sizeof(%s);", type, size->member, type);
    } else if (call->id == CALL_HeapWalk && call->arguments[1].form == FORM_SLOT) {
        hck_export_line(exporter, "memcpy(out_bytes, &w%" PRIu32 ", sizeof w%" PRIu32 ");",
                        call->arguments[1].slot, call->arguments[1].slot);
    } else if (call->id == CALL_HeapWalk) {
        hck_export_line(exporter, "memset(out_bytes, 0, sizeof(PVOID)); /* lpData */");
    }
}

/* Bytes that the call does not write have to be told from those that it writes. */
static void prepare_out_variable(struct exporter *exporter, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    enum struct_id structure = STRUCT_none;
    const struct field_row *size = size_field(call, &structure);
    char variable[EXPRESSION_MAX];
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].room != ROOM_NONE) {
            hck_export_variable(row->arguments[i].structure, variable);
            hck_export_line(exporter, "memset(&%.100s, 0xA5, sizeof %.100s);", variable, variable);
        }
    }
    if (size != NULL) {
        hck_export_variable(structure, variable);
        hck_export_line(exporter, "%.100s.%s = sizeof %.100s;", variable, size->member, variable);
    }
}

static bool has_size_field(const struct call *call)
{
    enum struct_id ignored;
    return size_field(call, &ignored) != NULL;
}

static bool looks_at_values(const struct exporter *exporter)
{
    const struct call *judged = &exporter->trace->calls[exporter->source->call_index];
    switch ((enum subject)exporter->source->expectation->subject) {
    case SUBJECT_VALUE:
    case SUBJECT_VALUE_COUNT:
    case SUBJECT_MEASURE:
        return judged->id != CALL_HeapWalk;
    default:
        return false;
    }
}

/* What has to be set before the call. */
void hck_export_prepare(struct exporter *exporter, const struct call *call)
{
    bool is_judged = exporter->index == exporter->source->call_index;
    if (exporter->writes_behind) {
        prepare_out_bytes(exporter, call);
    } else if ((is_judged && looks_at_values(exporter)) || has_size_field(call)) {
        prepare_out_variable(exporter, call);
    }
    bool is_error_judged =
        is_judged && exporter->source->expectation->subject == SUBJECT_LAST_ERROR;
    if (call->id != CALL_GetLastError && (is_error_judged || is_asked_for_error(exporter, call))) {
        hck_export_line(exporter, "SetLastError(SENTINEL);");
    }
}

/* The slot keeps an object that is still there when the call fails. */
static bool keeps_old(const struct exporter *exporter, const struct call *call, enum slot_kind kind)
{
    return hck_forecast_is_live(&exporter->forecast, kind, call->result_slot);
}

static void print_tracked(const struct exporter *exporter, const struct call *call,
                          const char *expression, char *text)
{
    unsigned old = hck_call_place(&hck_call_rows[call->id], ARGUMENT_BLOCK);
    char flags[EXPRESSION_MAX];
    char size[EXPRESSION_MAX];
    hck_export_argument(exporter, call, 1, flags);
    hck_export_size(hck_row_size(call), size);
    if (old < CALL_ARGUMENTS_MAX && call->arguments[old].form == FORM_SLOT) {
        snprintf(text, EXPRESSION_MAX,
                 "reallocated(&b%" PRIu32 ", &b%" PRIu32 ", %.600s, %.60s, %.100s)",
                 call->result_slot, call->arguments[old].slot, expression, size, flags);
    } else {
        snprintf(text, EXPRESSION_MAX, "allocated(&b%" PRIu32 ", %.600s, %.60s, %.100s)",
                 call->result_slot, expression, size, flags);
    }
}

static void print_assignment(const struct exporter *exporter, const struct call *call,
                             const char *expression, char *text)
{
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    char slot[EXPRESSION_MAX];
    if (kind == SLOT_KIND_NONE || call->result_slot == NO_SLOT) {
        snprintf(text, EXPRESSION_MAX, "%s", expression);
        return;
    }
    hck_export_slot(exporter, kind, call->result_slot, slot);
    if (kind == SLOT_BLOCK && exporter->tracks_contents) {
        print_tracked(exporter, call, expression, text);
    } else if (keeps_old(exporter, call, kind)) {
        snprintf(text, EXPRESSION_MAX, "%.40s = or_old(%.700s, %.40s)", slot, expression, slot);
    } else {
        snprintf(text, EXPRESSION_MAX, "%.40s = %.900s", slot, expression);
    }
}

static void emit_walk(struct exporter *exporter, const struct call *call, const char *expression)
{
    if (call->result_slot == NO_SLOT) {
        hck_export_line(exporter, "%s;", expression);
        return;
    }
    exporter->declared[SLOT_WALK][call->result_slot] = 1;
    hck_export_line(exporter, "if (%s) {", expression);
    hck_export_line(exporter, "    w%" PRIu32 " = entry;", call->result_slot);
    hck_export_line(exporter, "    has_w%" PRIu32 " = 1;", call->result_slot);
    hck_export_line(exporter, "}");
}

/* The result goes to a variable of its own, for it is asked for later. */
static void keep_result(struct exporter *exporter, bool may_raise, char *expression)
{
    exporter->is_kept[exporter->index] = true;
    hck_export_line(exporter, "%sresult_%" PRIu32 " = (uintptr_t)%s%s;",
                    may_raise ? "GUARDED(" : "", exporter->index + 1, expression,
                    may_raise ? ")" : "");
    snprintf(expression, EXPRESSION_MAX, "(void *)result_%" PRIu32, exporter->index + 1);
}

/* A slot whose object is gone must not keep its address where the call raises. */
static void forget_old(struct exporter *exporter, const struct call *call)
{
    const struct slot *old = hck_forecast_slot(&exporter->forecast, SLOT_BLOCK, call->result_slot);
    char slot[EXPRESSION_MAX];
    if (old != NULL && old->state != SLOT_EMPTY && !keeps_old(exporter, call, SLOT_BLOCK)) {
        hck_export_slot(exporter, SLOT_BLOCK, call->result_slot, slot);
        hck_export_line(exporter, "%s = NULL;", slot);
    }
}

/* A statement that lets the program go on whatever the call answers. */
static void emit_freely(struct exporter *exporter, const struct call *call, char *expression)
{
    bool may_raise = hck_export_may_raise(exporter, call);
    char assignment[EXPRESSION_MAX];
    if (call->id == CALL_HeapWalk) {
        emit_walk(exporter, call, expression);
        return;
    }
    if (hck_row_produces(call, SLOT_BLOCK) && may_raise) {
        forget_old(exporter, call);
    }
    print_assignment(exporter, call, expression, assignment);
    hck_export_line(exporter, may_raise ? "GUARDED(%s);" : "%s;", assignment);
}

static void assign_needed(struct exporter *exporter, const struct call *call,
                          const char *expression)
{
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    char assignment[EXPRESSION_MAX];
    char slot[EXPRESSION_MAX];
    hck_export_slot(exporter, kind, call->result_slot, slot);
    if (kind == SLOT_BLOCK && exporter->tracks_contents) {
        print_tracked(exporter, call, expression, assignment);
        hck_export_line(exporter, "%s;", assignment);
    } else {
        hck_export_line(exporter, "%s = %s;", slot, expression);
    }
}

static bool names_slot(const struct call *call, enum slot_kind kind, uint32_t slot)
{
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT && argument->slot_kind == (uint8_t)kind &&
            argument->slot == slot) {
            return true;
        }
    }
    return false;
}

/* Whether a later call or the expectation names what this call returns. */
static bool is_slot_used(const struct exporter *exporter, const struct call *call)
{
    const struct expectation *expectation = exporter->source->expectation;
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    if (kind == SLOT_KIND_NONE || call->result_slot == NO_SLOT) {
        return false;
    }
    for (unsigned i = 0; i < expectation->operand_count && i < OPERANDS_MAX; i++) {
        const struct operand *operand = &expectation->operands[i];
        if (operand->slot_kind == (uint8_t)kind && operand->slot == call->result_slot) {
            return true;
        }
    }
    for (uint32_t i = exporter->index + 1; i < exporter->trace->call_count; i++) {
        if (exporter->is_made[i] &&
            names_slot(&exporter->trace->calls[i], kind, call->result_slot)) {
            return true;
        }
    }
    return false;
}

/* A statement that ends the program where the call answers otherwise than it did. */
static void emit_needed(struct exporter *exporter, const struct call *call, char *expression)
{
    bool has_succeeded = exporter->results[exporter->index] != 0;
    bool may_raise = hck_export_may_raise(exporter, call);
    bool has_slot = has_succeeded && is_slot_used(exporter, call);
    if (call->id == CALL_HeapWalk) {
        hck_export_line(exporter, "NEED(%s%s);", has_succeeded ? "" : "!", expression);
        if (has_slot) {
            exporter->declared[SLOT_WALK][call->result_slot] = 1;
            hck_export_line(exporter, "w%" PRIu32 " = entry;", call->result_slot);
        }
    } else if (may_raise || exporter->is_kept[exporter->index] ||
               (has_slot && exporter->tracks_contents && hck_row_produces(call, SLOT_BLOCK))) {
        keep_result(exporter, may_raise, expression);
        hck_export_line(exporter, "NEED(result_%" PRIu32 " %s 0);", exporter->index + 1,
                        has_succeeded ? "!=" : "==");
        if (has_slot) {
            assign_needed(exporter, call, expression);
        }
    } else if (has_slot) {
        char slot[EXPRESSION_MAX];
        enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
        assign_needed(exporter, call, expression);
        hck_export_slot(exporter, kind, call->result_slot, slot);
        hck_export_line(exporter, "NEED(%s);", slot);
    } else {
        hck_export_line(exporter, "NEED(%s%s);", has_succeeded ? "" : "!", expression);
    }
}

void hck_export_statement(struct exporter *exporter, const struct call *call)
{
    char expression[EXPRESSION_MAX];
    hck_export_expression(exporter, call, expression);
    hck_export_prepare(exporter, call);
    if (hck_export_needs_outcome(exporter, call)) {
        emit_needed(exporter, call, expression);
    } else {
        emit_freely(exporter, call, expression);
    }
    if (call->id == CALL_AddVectoredExceptionHandler) {
        hck_export_line(exporter, "catch_exceptions_last();");
    }
}
