/* Questions about a row of the call table that generator and weaver both ask. */
#ifndef HCK_KIT_GENERATE_ROW_H
#define HCK_KIT_GENERATE_ROW_H

#include "spec/call.h"

/* The value of the last SIZE argument (of HeapCreate the maximum), or 0 where there is none. */
uint64_t hck_row_size(const struct call *call);

/* Whether the call makes a slot of `kind` live, or replaces one. */
bool hck_row_produces(const struct call *call, enum slot_kind kind);

#endif
