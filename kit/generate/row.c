/* A row has nine arguments at most, so every question is a short loop over them. */
#include "kit/generate/row.h"

uint64_t hck_row_size(const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = row->argument_count; i > 0; i--) {
        if (row->arguments[i - 1].kind == ARGUMENT_SIZE) {
            return call->arguments[i - 1].value;
        }
    }
    return 0;
}

bool hck_row_produces(const struct call *call, enum slot_kind kind)
{
    return call->result_slot != NO_SLOT &&
           hck_call_result_slot_kind(hck_call_rows[call->id].result) == kind;
}
