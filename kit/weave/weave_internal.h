/* Which probes a call asks for (probes.c), apart from how they get between the calls (weave.c). */
#ifndef HCK_KIT_WEAVE_INTERNAL_H
#define HCK_KIT_WEAVE_INTERNAL_H

#include "kit/generate/forecast.h"
#include "kit/trace.h"

/* What the probes depend on is counted over the calls that the weaver never inserts, so that the
 * same probes are asked for when a woven trace is woven again. */
struct weaver {
    struct forecast forecast;
    uint64_t produced_count; /* blocks */
    uint64_t freed_count;
    uint64_t paged_count; /* calls of the virtual family */
    struct trace_buffer *wanted;
    bool failed; /* out of memory */
};

/* Whether both are the same call, wherever they stand. */
bool hck_weave_is_same(const struct call *a, const struct call *b);

/* Whether the weaver could have put this call there itself. */
bool hck_weave_inserts(const struct call *call);

/* Append to weaver->wanted what should stand directly before or after `call`, which is defined, or
 * at the end of the trace on `thread`. The forecast stands before `call` in the first case and
 * behind it in the second; `was_granted` says whether the target could do what the call asked for.
 */
void hck_weave_before(struct weaver *weaver, const struct call *call);
void hck_weave_after(struct weaver *weaver, const struct call *call, bool was_granted);
void hck_weave_end(struct weaver *weaver, uint8_t thread);

#endif
