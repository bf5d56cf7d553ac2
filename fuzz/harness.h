/* What the harnesses share that judge a target: an input is read, woven, run in this process and
 * judged by the oracle; where a clause is violated, it is told with the trace, and the process ends
 * by SIGABRT, as engines want it.
 *
 * The environment, so that a harness can be pointed at another's library without being built again:
 *
 *     HEAPCK_FUZZ_TARGET=so:PATH     who is judged, in place of libwinmem
 *     HEAPCK_FUZZ_EXPECT=FILE        clauses whose violation is known (the format of `heapck run
 *                                    --expect`): they end nothing
 *     HEAPCK_FUZZ_FINDS=DIR          where a trace that violates is written, as text
 *     HEAPCK_FUZZ_JUDGED=FILE        a file of a byte for each clause, which says how far it got
 *                                    (enum guide_reach of kit/fuzz/guide.h)
 *
 *     HEAPCK_FUZZ_UNGUIDED=1         what the clauses say is no coverage: edges alone are
 *
 * A mistake in these is told, and ends the process with status 2. */
#ifndef HCK_FUZZ_HARNESS_H
#define HCK_FUZZ_HARNESS_H

#include "kit/fuzz/input.h"
#include "spec/api.h"

/* What every harness defines, and every engine calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a harness has whose inputs are traces: the mutator asks for it. */
extern const struct input_options hck_harness_options;

/* Defines it, as the row of this name says (kit/fuzz/harnesses.def). */
#define HARNESS_OPTIONS(name)                                                    \
    const struct input_options hck_harness_options = {HARNESS_##name##_FAMILIES, \
                                                      HARNESS_##name##_THREADS}

enum {
#define HARNESS(name, families, threads, judges) \
    HARNESS_##name##_FAMILIES = (families), HARNESS_##name##_THREADS = (threads),
#include "kit/fuzz/harnesses.def"
#undef HARNESS
};

/* The functions of the target of this process. */
const struct api *hck_harness_target(void);

/* Judges one input on `api`, which is the target or stands before it, as in canary.c: reads it and
 * runs it. */
void hck_harness_judge(const struct api *api, const struct input_options *options,
                       const uint8_t *data, size_t size);

/* The input as a trace, which stays until the next one. */
const struct trace *hck_harness_read(const struct input_options *options, const uint8_t *data,
                                     size_t size);

/* For whoever does something to the target while the trace runs. */
struct harness_watch {
    /* Asked after every call: whether what it did is no violation. */
    bool (*excuses)(const struct call *call);
    /* Told after the last call, before what the trace left is given back. */
    void (*ends)(void);
};

/* Begins libwinmem anew, or has the default heap of another's library compacted: so an input finds
 * the target as any other did, does the same wherever it comes, and a find is one in a fresh
 * process, too. hck_harness_judge does so behind every input. */
void hck_harness_start_over(void);

/* Judges the trace that was read; as often as is wanted. `watch` may be NULL. */
void hck_harness_run(const struct api *api, const struct harness_watch *watch);

/* For harnesses that find something else: says it on standard error, with the trace (may be NULL),
 * and ends the process. */
_Noreturn void hck_harness_fail(const char *what, const struct trace *trace, const char *clause_id);

/* The same for what the machine does not give. */
_Noreturn void hck_harness_give_up(int status, const char *why);

#endif
