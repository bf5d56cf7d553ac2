/* A row has five arguments at most, so every question is a short loop over them. */
#include "kit/generate/row.h"

unsigned hck_row_find(const struct call_row *row, enum argument_kind kind)
{
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].kind == kind) {
            return i;
        }
    }
    return CALL_ARGUMENTS_MAX;
}

unsigned hck_row_find_set(const struct call_row *row, enum flag_set set)
{
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].set == set) {
            return i;
        }
    }
    return CALL_ARGUMENTS_MAX;
}

uint32_t hck_row_flags(const struct call *call, enum flag_set set)
{
    unsigned index = hck_row_find_set(&hck_call_rows[call->id], set);
    return index == CALL_ARGUMENTS_MAX ? 0 : (uint32_t)call->arguments[index].value;
}

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
