/* The typed random generator: whole calls with arguments that mostly fit, biased to edges.
 *
 * Swarm selection: every trace draws its own subset of calls, flags and sizes, so that rare
 * combinations are not drowned. The same seed gives the same trace on every machine. */
#ifndef HCK_KIT_GENERATE_H
#define HCK_KIT_GENERATE_H

#include "kit/trace.h"

enum { GENERATE_CALLS = 40 };

/* A probe of more bytes of an object says no more, and may find a terabyte readable, or a handler
 * that commits each page of one: it would take days, and the call would be told as one that hangs.
 * At the addresses that are drawn as numbers nothing ever is. */
#define GENERATE_PROBE_BYTES_MAX (UINT64_C(4) << 20)

/* Whether the call is a probe of an object. */
static inline bool hck_generate_is_probe(const struct call *call)
{
    return hck_call_rows[call->id].family == FAMILY_probe && call->arguments[0].form == FORM_SLOT;
}

struct generate_options {
    uint32_t call_count_max; /* of the plain trace; 0: GENERATE_CALLS */
    uint32_t thread_count;   /* 0 or 1: one thread; else calls are spread over that many */
    bool hostile;
    uint32_t families; /* 1 << FAMILY_...; 0: all */
};

/* Fills the empty trace `buffer` from the seed, with no probes in it. False when out of memory. */
bool hck_generate(uint64_t seed, const struct generate_options *options,
                  struct trace_buffer *buffer);

/* The seed of the n-th trace of a run. */
uint64_t hck_generate_seed(uint64_t run_seed, uint64_t n);

#endif
