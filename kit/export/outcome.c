/* Answers that were seen where the trace violated, and what the program makes of them.
 *
 * The expectation rests on how the calls before went: what succeeded there has to succeed here, and
 * what failed there has to fail, or the program judges another state than the one it speaks of. */
#include <inttypes.h>
#include <stdio.h>

#include "kit/export/export_internal.h"
#include "kit/generate/row.h"

/* Zero says that the call failed, and that left the state as it was. Calls that only look do not
 * count: what they say changes nothing. */
bool hck_export_needs_outcome(const struct exporter *exporter, const struct call *call)
{
    if (exporter->results == NULL || exporter->index >= exporter->source->call_index ||
        exporter->results[exporter->index] == RESULT_UNKNOWN) {
        return false;
    }
    if (hck_call_rows[call->id].effect == EFFECT_nothing) {
        return false;
    }
    enum result_kind result = hck_call_rows[call->id].result;
    return hck_call_returns_address(result) || result == RESULT_BOOL || result == RESULT_WALK;
}

/* Whether the object is there, and the address its first byte or inside it. An object that would go
 * beyond the end of the address space has no inside. */
static bool holds(uint64_t start, uint64_t size, uint64_t address)
{
    bool is_known = start != 0 && start != RESULT_UNKNOWN;
    bool ends = size <= UINT64_MAX - start;
    return is_known && (address == start || (ends && address > start && address - start < size));
}

/* The last call before the judged one whose object holds the address, or the number of calls. */
static uint32_t find_owner(const struct exporter *exporter, uint64_t address)
{
    uint32_t found = exporter->trace->call_count;
    for (uint32_t i = 0; exporter->results != NULL && i < exporter->source->call_index; i++) {
        const struct call *call = &exporter->trace->calls[i];
        uint64_t size = call->id == CALL_HeapCreate ? 0 : hck_row_size(call);
        if (hck_call_returns_address(hck_call_rows[call->id].result) && holds(exporter->results[i], size, address)) {
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

/* Calls whose results the expectation names. */
void hck_export_keep_named_addresses(struct exporter *exporter)
{
    const struct expectation *expectation = exporter->source->expectation;
    for (unsigned i = 0; i < expectation->operand_count && i < OPERANDS_MAX; i++) {
        const struct operand *operand = &expectation->operands[i];
        uint32_t owner = exporter->trace->call_count;
        if (operand->slot_kind >= SLOT_KIND_COUNT && hck_export_may_be_address(exporter, i)) {
            owner = find_owner(exporter, operand->value);
        }
        if (owner < exporter->trace->call_count) {
            exporter->is_kept[owner] = true;
        }
    }
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
    hck_export_line(exporter, "NEED(result %s 0);",
                    exporter->results[exporter->index] == 0 ? "==" : "!=");
}
