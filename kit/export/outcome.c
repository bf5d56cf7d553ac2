/* Answers that were seen where the trace violated, and what the program makes of them.
 *
 * Where a call succeeded although nothing should have let it, or failed although nothing stood in
 * its way, the expectation rests on that: an implementation that answers otherwise is not judged by
 * it. */
#include <inttypes.h>
#include <stdio.h>

#include "kit/export/export_internal.h"
#include "kit/generate/row.h"

static bool returns_address(const struct call *call)
{
    switch (hck_call_rows[call->id].result) {
    case RESULT_HEAP:
    case RESULT_BLOCK:
    case RESULT_REGION:
    case RESULT_HANDLER:
        return true;
    case RESULT_NONE:
    case RESULT_BOOL:
    case RESULT_DWORD:
    case RESULT_SIZE:
    case RESULT_WALK:
        break;
    }
    return false;
}

/* Zero says that the call failed. */
static bool tells_success(const struct call *call)
{
    return returns_address(call) || hck_call_rows[call->id].result == RESULT_BOOL;
}

/* The last call before the judged one whose object holds the address, or the number of calls. */
static uint32_t find_owner(const struct exporter *exporter, uint64_t address)
{
    uint32_t found = exporter->trace->call_count;
    for (uint32_t i = 0; exporter->results != NULL && i < exporter->source->call_index; i++) {
        const struct call *call = &exporter->trace->calls[i];
        uint64_t size = call->id == CALL_HeapCreate ? 0 : hck_row_size(call);
        uint64_t offset = address - exporter->results[i];
        bool is_inside = offset == 0 || offset < size;
        if (returns_address(call) && exporter->results[i] != 0 && is_inside) {
            found = i;
        }
    }
    return found;
}

bool hck_export_known_address(const struct exporter *exporter, uint64_t value, char *text)
{
    uint32_t owner = find_owner(exporter, value);
    if (owner == exporter->trace->call_count) {
        return false;
    }
    uint64_t offset = value - exporter->results[owner];
    if (offset == 0) {
        snprintf(text, EXPRESSION_MAX, "result_%" PRIu32, owner + 1);
    } else {
        snprintf(text, EXPRESSION_MAX, "(result_%" PRIu32 " + %" PRIu64 ")", owner + 1, offset);
    }
    return true;
}

static void keep_named_addresses(struct exporter *exporter)
{
    const struct expectation *expectation = exporter->source->expectation;
    for (unsigned i = 0; i < expectation->operand_count && i < OPERANDS_MAX; i++) {
        const struct operand *operand = &expectation->operands[i];
        uint32_t owner = exporter->trace->call_count;
        if (operand->slot_kind >= SLOT_KIND_COUNT) {
            owner = find_owner(exporter, operand->value);
        }
        if (owner < exporter->trace->call_count) {
            exporter->is_kept[owner] = true;
        }
    }
}

/* Follows the calls up to the judged one and marks those whose answers are against expectation. */
bool hck_export_note_outcomes(struct exporter *exporter)
{
    const struct trace *trace = exporter->trace;
    struct forecast forecast;
    if (exporter->results == NULL) {
        return true;
    }
    if (!hck_forecast_start(&forecast, trace->slot_count, false)) {
        return false;
    }
    for (uint32_t i = 0; i < exporter->source->call_index; i++) {
        const struct call *call = &trace->calls[i];
        bool has_succeeded = exporter->results[i] != 0;
        exporter->is_kept[i] = exporter->is_made[i] && tells_success(call) &&
                               hck_forecast_grants(&forecast, call) != has_succeeded;
        hck_forecast_follow(&forecast, call, exporter->results[i]);
    }
    hck_forecast_stop(&forecast);
    keep_named_addresses(exporter);
    return true;
}

/* Behind a call whose result was kept. */
void hck_export_require_outcome(struct exporter *exporter, const struct call *call)
{
    bool has_succeeded = exporter->results[exporter->index] != 0;
    char reason[EXPRESSION_MAX];
    hck_export_line(exporter, "if (result_%" PRIu32 " %s 0) {", exporter->index + 1,
                    has_succeeded ? "==" : "!=");
    exporter->indent++;
    snprintf(reason, sizeof reason, "%s %s here", hck_call_rows[call->id].name,
             has_succeeded ? "fails" : "succeeds");
    hck_export_give_up(exporter, reason);
    exporter->indent--;
    hck_export_line(exporter, "}");
}

/* What a call says of its failure or leaves in a structure is judged where it fails or succeeds as
 * it did there. */
void hck_export_require_judged_outcome(struct exporter *exporter, const struct call *call)
{
    enum subject subject = (enum subject)exporter->source->expectation->subject;
    bool is_about_more =
        subject == SUBJECT_LAST_ERROR || subject == SUBJECT_VALUE || subject == SUBJECT_MEASURE;
    enum result_kind result = hck_call_rows[call->id].result;
    if (exporter->results == NULL || !is_about_more || result == RESULT_NONE ||
        hck_call_rows[call->id].family == FAMILY_probe || call->id == CALL_GetLastError) {
        return;
    }
    bool was_zero = exporter->results[exporter->index] == 0;
    char reason[EXPRESSION_MAX];
    hck_export_line(exporter, "if (result %s 0) {", was_zero ? "!=" : "==");
    exporter->indent++;
    snprintf(reason, sizeof reason, "%s returns %s here", hck_call_rows[call->id].name,
             was_zero ? "something else than 0" : "0");
    hck_export_give_up(exporter, reason);
    exporter->indent--;
    hck_export_line(exporter, "}");
}
