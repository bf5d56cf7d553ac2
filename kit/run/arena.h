/* The memory that an oracle works in. */
#ifndef HCK_KIT_RUN_ARENA_H
#define HCK_KIT_RUN_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct trace;

/* Kept from trace to trace. Starts as all zeroes. */
struct judge_arena {
    void *bytes;
    size_t size;
    bool is_zeroed; /* since the last fit: see has_zeroed_arena of oracle_options */
};

/* Makes the arena large enough for the trace; what it held is lost. False where there is no memory
 * for a trace of this size: then it is as it was. A large arena asks for huge pages, as a model of
 * many blocks is looked at all over and would miss in the page tables with every look. For a trace
 * that names few of many slots (hck_typestate_is_sparse) its pages go back to the system, so that
 * it is zeroes and takes as much memory as the trace has calls. */
bool hck_arena_fit(struct judge_arena *arena, const struct trace *trace);

void hck_arena_free(struct judge_arena *arena);

#endif
