/* What a run does: trace files first, then generated traces, by index.
 *
 * Any trace of the plan can be made again from its index alone, so a worker and a later look at
 * what a worker found need to share nothing but a number. */
#ifndef HCK_KIT_RUN_PLAN_H
#define HCK_KIT_RUN_PLAN_H

#include "kit/run/corpus.h"

struct plan {
    const struct corpus *corpus;
    uint64_t seed;
    uint64_t generated_count;
    uint32_t thread_count; /* of generated traces; 0: one, and more in every 64th */
    bool hostile;
};

/* Storage for one trace of a plan, kept from trace to trace. Starts as all zeroes. */
struct plan_trace {
    struct trace_buffer plain;
    struct trace_buffer woven;
};

uint64_t hck_plan_count(const struct plan *plan);

/* Makes the woven trace of an index. False when out of memory. */
bool hck_plan_make(const struct plan *plan, uint64_t index, struct plan_trace *trace);
/* All traces from `first` to `last`, each closed (kit/run/close.h), one behind the other as one
 * trace, each with slots of its own (but for handlers, of which there are few). `joined` is empty
 * before. False when out of memory, or where they are too many. */
bool hck_plan_join(const struct plan *plan, uint64_t first, uint64_t last,
                   struct trace_buffer *joined);
void hck_plan_trace_free(struct plan_trace *trace);

/* Of the traces from `first` to `last`, of which the last one is what it is about:
 * "corpus/clauses/heap_free/null.succeeds.trace", "generated trace 17 of seed 1", "generated trace
 * 17 of seed 1 behind the 12 traces before it". */
void hck_plan_name_last(const struct plan *plan, uint64_t first, uint64_t last, char *text,
                        size_t size);

/* The same of one trace. */
void hck_plan_name(const struct plan *plan, uint64_t index, char *text, size_t size);

#endif
