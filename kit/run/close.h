/* A trace that gives back what it leaves.
 *
 * What a trace leaves is given back by the executor (kit/execute/clean_up.c), by calls that nobody
 * sees. Where the target dies of one of them, the trace is made to say them itself, so that the
 * death is observed in a call, judged, shrunk and exported like any other. */
#ifndef HCK_KIT_RUN_CLOSE_H
#define HCK_KIT_RUN_CLOSE_H

#include "kit/trace.h"

/* Appends to a copy of the trace, in the executor's order, HeapUnlock,
 * RemoveVectoredExceptionHandler, HeapFree (of the default heap's blocks), HeapDestroy and
 * VirtualFree for all that it ever got, on the threads that got it (in a trace with threads before
 * that on another one, as the executor does); what it has given back itself by then is skipped as
 * not defined. That other thread reserves and releases a page, too: a thread that ends gives back
 * its stack, which no call of the trace does. Results that had no slot, or one that an earlier
 * result has, get a slot of their own. `closed` is empty before. False when out of memory, or where
 * the trace gets too long. */
bool hck_close(const struct trace *trace, struct trace_buffer *closed);

#endif
