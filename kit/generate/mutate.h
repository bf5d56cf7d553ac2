/* Small changes of traces, by which an engine gets from one to its neighbours.
 *
 * Changes are made to whole calls: one is put in where it is defined, taken out, repeated, moved,
 * given another slot, an edge for a size, another flag, another thread; some calls become a loop.
 * What is put in is drawn as the generator draws it, for the calls before it. The result is a trace
 * like any other, and is the same for the same seed. */
#ifndef HCK_KIT_GENERATE_MUTATE_H
#define HCK_KIT_GENERATE_MUTATE_H

#include "kit/generate/generate.h"

/* Writes a neighbour of `from` into the empty trace `to`: at most options->call_count_max calls.
 * False when out of memory. */
bool hck_mutate(const struct trace *from, uint64_t seed, const struct generate_options *options,
                struct trace_buffer *to);

/* Writes the first calls of `first` and the last ones of `second` into the empty trace `to`. */
bool hck_splice(const struct trace *first, const struct trace *second, uint64_t seed,
                const struct generate_options *options, struct trace_buffer *to);

#endif
