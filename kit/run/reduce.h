/* From a trace that violates a clause to the smallest one that still does, on a live target. */
#ifndef HCK_KIT_RUN_REDUCE_H
#define HCK_KIT_RUN_REDUCE_H

#include <stdatomic.h>

#include "kit/run/witness.h"
#include "kit/trace.h"

struct reduce_options {
    const char *target;
    struct target_options target_options;
    uint32_t bases;
    struct witness_wish wish;
    const atomic_bool *interrupted; /* once true: the smallest so far; may be NULL */
};

struct reduced {
    struct trace_buffer trace; /* owned */
    struct witness witness;    /* of that trace, with its sentence */
    uint64_t *results;         /* owned: of its calls, as in struct witness_wish; NULL: not known */
    uint32_t calls_before;
    uint32_t attempts;
    char message[BROKEN_MESSAGE_MAX]; /* of REDUCE_BROKEN */
};

enum reduce_result {
    REDUCE_DONE,     /* each time it ran, in processes of its own */
    REDUCE_UNSTEADY, /* it comes and goes: the trace as it was, and the witness of one run of it */
    REDUCE_NOT_VIOLATED, /* the trace does not violate what is asked for when it runs alone */
    REDUCE_BROKEN
};

/* `reduced` starts as all zeroes. */
enum reduce_result hck_reduce(const struct reduce_options *options, const struct trace *trace,
                              struct reduced *reduced);
void hck_reduced_free(struct reduced *reduced);

#endif
