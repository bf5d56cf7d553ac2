/* The subject of an expectation: what part of what was seen it speaks of, said in C. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/run/constants.h"
#include "spec/measure.h"
#include "spec/win32.h"

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
        return "LPVOID";
    case RESULT_NONE:
        break;
    }
    return hck_call_rows[call->id].family == FAMILY_probe && call->id != CALL_Fill ? "SIZE_T" : "";
}

/* The member of the out-structure that a value is; the names are those of the structures. */
static void print_member(const struct call *call, uint32_t index, char *text)
{
    static const char *const heap_query[] = {"information[0]", "information[1]", "return_length"};
    static const char *const peeked[] = {"peek_first", "peek_uniform", "peek_different"};
    char variable[EXPRESSION_MAX];
    enum number_kind kind;
    uint32_t place;
    const char *name = hck_constant_value_name((enum call_id)call->id, index, &kind, &place);
    hck_export_out_variable((enum call_id)call->id, variable);
    if (call->id == CALL_Peek && index < PEEK_VALUE_COUNT) {
        snprintf(text, EXPRESSION_MAX, "%s", peeked[index]);
    } else if (call->id == CALL_HeapQueryInformation && index < QUERY_VALUE_COUNT) {
        snprintf(text, EXPRESSION_MAX, "%s", heap_query[index]);
    } else if (call->id == CALL_VirtualProtect) {
        snprintf(text, EXPRESSION_MAX, "%.100s", variable);
    } else if (call->id == CALL_GetProcessHeaps && index < hck_export_heap_count(call)) {
        snprintf(text, EXPRESSION_MAX, "(uintptr_t)heaps[%" PRIu32 "]", index);
    } else if (call->id == CALL_HeapSetInformation) {
        snprintf(text, EXPRESSION_MAX, "changed_input(%" PRIu32 ", 0)",
                 (uint32_t)call->arguments[2].value);
    } else if (call->id == CALL_RaiseException) {
        snprintf(text, EXPRESSION_MAX, "changed_input(UINT64_C(0x%" PRIx64 "), 1)",
                 call->arguments[3].value);
    } else if (name != NULL && variable[0] != '\0') {
        bool in_region = call->id == CALL_HeapWalk && index >= WALK_COMMITTED;
        snprintf(text, EXPRESSION_MAX, "%s%.40s.%s%.100s",
                 kind == NUMBER_ADDRESS || call->id == CALL_GetSystemInfo ? "(uintptr_t)" : "",
                 variable, in_region ? "Region." : "", name);
    } else {
        snprintf(text, EXPRESSION_MAX, "value_at(%" PRIu32 ")", index);
    }
}

/* Puts the words of the out-structure behind those of lists, as the oracle has them. */
static void emit_values(struct exporter *exporter, const struct call *call)
{
    switch ((int)call->id) {
    case CALL_HeapWalk:
        hck_export_line(exporter, "put_entry(&entry);");
        break;
    case CALL_VirtualQuery:
        hck_export_line(exporter, "put_memory(&memory);");
        break;
    case CALL_GetProcessHeaps:
        hck_export_line(exporter, "put_heaps(heaps, %" PRIu32 ");", hck_export_heap_count(call));
        break;
    default:
        break;
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
        hck_export_operand(exporter, &expectation->operands[0], operand);
    }
    emit_values(exporter, call);
    hck_export_line(exporter, "put(0); /* the end of the list */");
    snprintf(text, EXPRESSION_MAX, "measure_%s(values, value_count, %.200s)",
             names[expectation->index], operand);
}

/* How many bytes behind the room of an out-structure were written to: the program passes out_bytes
 * in its place, which is longer than any of them. */
static void print_changed(const struct call *call, char *text)
{
    uint64_t room = 0;
    switch ((int)call->id) {
    case CALL_GetProcessHeaps:
        room = hck_export_heap_count(call) * sizeof(HANDLE);
        break;
    case CALL_HeapQueryInformation:
        snprintf(text, EXPRESSION_MAX,
                 "changed_bytes(out_bytes, %" PRIu64 ", 72) + "
                 "changed_bytes(more_bytes, sizeof(SIZE_T), 72)",
                 call->arguments[3].value);
        return;
    case CALL_VirtualQuery:
        room = call->arguments[2].value < 4096 ? call->arguments[2].value : 4096;
        break;
    case CALL_VirtualProtect:
        room = sizeof(DWORD);
        break;
    case CALL_HeapWalk:
        room = sizeof(PROCESS_HEAP_ENTRY);
        break;
    case CALL_HeapSummary:
        room = sizeof(HEAP_SUMMARY);
        break;
    case CALL_GetSystemInfo:
        room = sizeof(SYSTEM_INFO);
        break;
    default:
        snprintf(text, EXPRESSION_MAX, "result");
        return;
    }
    snprintf(text, EXPRESSION_MAX, "changed_bytes(out_bytes, %" PRIu64 ", sizeof out_bytes)", room);
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
    case SUBJECT_STATUS:
        snprintf(text, EXPRESSION_MAX, "was_raised ? %d : %d", STATUS_RAISED, STATUS_RETURNED);
        return;
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
        print_member(call, expectation->index, text);
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
    case SUBJECT_TICKS:
    case SUBJECT_COUNT:
        break;
    }
    snprintf(text, EXPRESSION_MAX, "0");
}
