/* Names for addresses: what a reader sees instead of numbers that differ from machine to machine.
 *
 * It follows a trace call by call and knows at any time which slot's object an address lies in. */
#ifndef HCK_KIT_RUN_NAMES_H
#define HCK_KIT_RUN_NAMES_H

#include "spec/call.h"
#include "spec/typestate.h"

struct names;

/* NULL when out of memory. */
struct names *hck_names_open(const struct trace *trace);
void hck_names_close(struct names *names);

/* Takes in what was seen of one call. Calls come in the order in which they ended; `call_index` is
 * the place in the trace. */
void hck_names_note(struct names *names, uint32_t call_index, const struct call *call,
                    const struct observation *seen);

/* "NULL", "b0", "b0+16", "r0+4K"; "the result of call 3" (from 1, "+16" behind it) where that call
 * was given no slot; "the former b0" of a dead one; else "an address". Returns whether it has a
 * name. Looks at the first NAMES_SLOTS_MAX slots of each kind and the last NAMES_RESULTS_MAX
 * results without a slot. */
bool hck_names_address(const struct names *names, uint64_t address, char *text, size_t size);

enum { NAMES_SLOTS_MAX = 4096, NAMES_RESULTS_MAX = 64 };

/* "b0+16" from its parts; `offset` in two's complement. */
void hck_names_slot(enum slot_kind kind, uint32_t slot, uint64_t offset, char *text, size_t size);

/* The block that a probe's argument names, as it is now; NULL where `names` is or it names none. */
const struct slot *hck_names_block(const struct names *names, const struct argument *argument);

/* Who was called since that block was filled: HeapReAlloc where it was called on the block, else
 * the last function; NULL where nobody was, or that is not known. */
const char *hck_names_caller_since_fill(const struct names *names, const struct argument *argument);

#endif
