/* A process that tries traces: the engine and, where it can, the target in one.
 *
 * Libraries are judged in the worker's own process, which they may end or hang; what is tried lies
 * in memory that the worker shares with its owner, so that the owner knows what ended it, and a
 * worker that takes its place goes on with what was reached. Agents, and whatever is to be misused,
 * live in processes of their own (kit/target/). */
#ifndef HCK_KIT_FUZZ_WORKER_H
#define HCK_KIT_FUZZ_WORKER_H

#include <stdatomic.h>

#include "kit/fuzz/engine.h"
#include "kit/generate/bytes.h"
#include "kit/run/collect.h"
#include "kit/target/target.h"

enum {
    WORKER_FINDINGS_MAX = 512,
    WORKER_TELLS_MAX = 3 /* of a finding, each with another trace: it may not come again with one */
};

struct worker_options {
    const char *target;
    struct target_options target_options;
    uint32_t bases;
    const struct selection *selection; /* of clauses whose violations are told */
    struct engine_options engine;      /* its guide is the shared one */
    const char *corpus;                /* the folder of traces that were kept, or NULL */
};

struct worker_told {
    struct finding finding;
    uint32_t times;
};

/* What worker and owner share. Starts as all zeroes. A target may write anywhere, and so into what
 * a worker with it in its process shares: what is read of this is checked. */
struct worker_share {
    struct guide guide;
    atomic_uint_fast64_t tried_count;
    atomic_uint_fast64_t call_count;
    atomic_uint_fast64_t began_ms; /* the trace that is tried, on the clock of hck_clock_ms; or 0 */
    atomic_uint kept_count;
    atomic_uint corpus_next; /* the trace of the corpus that is to be tried next */
    uint32_t trying_size;
    uint8_t trying[ENGINE_CALLS_MAX * BYTES_PER_CALL]; /* the trace without probes */
    char message[BROKEN_MESSAGE_MAX];                  /* why hck_worker_run returned */
    uint32_t told_count;
    bool is_full; /* there was one more */
    struct worker_told told[WORKER_FINDINGS_MAX];
};

/* What a worker writes to its owner: this and the bytes of the trace without probes. */
struct worker_message {
    struct finding finding; /* its clause is CLAUSE_NONE where the target died behind the trace */
    uint32_t size;
};

/* In the worker: tries traces and tells of what is violated until it is killed. Returns where
 * something failed that is not the target's fault. */
void hck_worker_run(const struct worker_options *options, struct worker_share *share, int tell);

#endif
