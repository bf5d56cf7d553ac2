/* The weaver: puts probes between the calls of a trace, so that contents, moves, zeroing, page
 * protections and sizes are judged and not only return values.
 *
 * It looks at the calls alone (the executor skips a probe whose slot turned out not to be live):
 * Zeroed then Fill after a block is produced; Check before a block is consumed and after it moved;
 * QueryRegion after a virtual-memory call on a region; Peek and Poke where an access has to work or
 * to fail; HeapSize and HeapValidate of a block now and then; WalkHeap and HeapValidate(h, 0, NULL)
 * of every heap at the end. It does not insert a probe where an equal one already stands, so
 * weaving a woven trace changes nothing. */
#ifndef HCK_KIT_WEAVE_H
#define HCK_KIT_WEAVE_H

#include "kit/trace.h"

/* Appends the woven form of `plain` to the empty trace `woven`. False when out of memory. */
bool hck_weave(const struct trace *plain, struct trace_buffer *woven);

/* For a fuzzer: one trace in WEAVE_SOME is woven, the others are taken as they are. Probes take as
 * long as all else does, and of thousands of traces that differ little few need them: so more is
 * found in the same time. Which ones is decided by their calls, so that a trace is tried in the
 * same way wherever it comes again. */
enum { WEAVE_SOME = 4 };

bool hck_weave_is_chosen(const struct trace *plain);

/* As hck_weave, but a trace that is not chosen is copied. */
bool hck_weave_some(const struct trace *plain, struct trace_buffer *woven);

#endif
