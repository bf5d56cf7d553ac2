/* A trace whose calls are made one after the other.
 *
 * The executor makes calls on blocks of several threads side by side (kit/execute/sequence.c), and
 * an exported program lets threads take turns. What violates only where calls meet, such a program
 * would not show. */
#ifndef HCK_KIT_RUN_TURNS_H
#define HCK_KIT_RUN_TURNS_H

#include "kit/trace.h"

/* A copy of the trace in which a call that is made alone stands between any two of different
 * threads. `made` is empty before. False when out of memory, or where the trace gets too long. */
bool hck_turns_make(const struct trace *trace, struct trace_buffer *made);

/* Where the call at `index` of the trace stands in that copy. */
uint32_t hck_turns_place(const struct trace *trace, uint32_t index);

#endif
