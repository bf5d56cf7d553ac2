/* Questions about a row of the call table that generator and weaver both ask. */
#ifndef HCK_KIT_GENERATE_ROW_H
#define HCK_KIT_GENERATE_ROW_H

#include "spec/call.h"

/* The index of the first argument of a kind, or CALL_ARGUMENTS_MAX. */
unsigned hck_row_find(const struct call_row *row, enum argument_kind kind);

/* The same for a FLAGS or CHOICE argument of a flag set. */
unsigned hck_row_find_set(const struct call_row *row, enum flag_set set);

/* The value of the flags argument of that set, or 0 where the call has none. */
uint32_t hck_row_flags(const struct call *call, enum flag_set set);

/* The value of the last SIZE argument (of HeapCreate the maximum), or 0 where there is none. */
uint64_t hck_row_size(const struct call *call);

/* Whether the call makes a slot of `kind` live, or replaces one. */
bool hck_row_produces(const struct call *call, enum slot_kind kind);

#endif
