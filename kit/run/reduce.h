/* From a trace that violates a clause to the smallest one that still does, on a live target.
 *
 * Calls that were not made, and those behind the violation on its thread, go first. A simpler
 * argument is taken only where every call is answered as it was: none is turned into one that has
 * to fail.
 *
 * Time limits are learned from the traces that come to their end on this target, so that a
 * candidate that hangs costs little more than them, and only so many of these are tried. That is a
 * number and not a time, so that the same trace is shrunk to the same one on a busy machine. What
 * is left is confirmed with the whole limit. */
#ifndef HCK_KIT_RUN_REDUCE_H
#define HCK_KIT_RUN_REDUCE_H

#include <stdatomic.h>

#include "kit/run/witness.h"
#include "kit/trace.h"

enum { REDUCE_SILENCES = 60 };

struct reduce_options {
    const char *target;
    struct target_options target_options;
    uint32_t bases;
    struct witness_wish wish;
    const struct finding *seen; /* how the trace violates, as far as that is known; may be NULL */
    uint32_t silences_max; /* candidates that may hang until it is enough; 0: REDUCE_SILENCES */
    const atomic_bool *interrupted; /* once true: the smallest so far; may be NULL */
    /* Told before each candidate runs: the how manieth, and the calls of the smallest so far. May
     * be NULL. */
    void (*trying)(void *context, uint32_t attempt, uint32_t call_count);
    void *trying_context;
};

struct reduced {
    struct trace_buffer trace; /* owned */
    struct witness witness;    /* of that trace, with its sentence */
    uint64_t *results;         /* owned: of its calls, as in struct witness_wish; NULL: not known */
    uint32_t calls_before;
    uint32_t attempts;
    bool has_to_meet; /* made one after the other, its calls do not violate (turns.h) */
    char message[BROKEN_MESSAGE_MAX]; /* of REDUCE_BROKEN */
};

enum reduce_result {
    REDUCE_DONE,     /* each time it ran, in processes of its own */
    REDUCE_UNSTEADY, /* it comes and goes: the trace as it was, and the witness of one run of it */
    REDUCE_NOT_VIOLATED, /* the trace does not violate what is asked for when it runs alone */
    REDUCE_BROKEN        /* also where it was interrupted with nothing to show */
};

/* `reduced` starts as all zeroes. */
enum reduce_result hck_reduce(const struct reduce_options *options, const struct trace *trace,
                              struct reduced *reduced);
void hck_reduced_free(struct reduced *reduced);

/* Appends the calls of the trace but those behind call `end` on that call's thread, which can have
 * had no part in what was seen of it. `cut` is empty before. False when out of memory. */
bool hck_reduce_cut(const struct trace *trace, uint32_t end, struct trace_buffer *cut);

#endif
