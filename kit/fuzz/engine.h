/* The built-in engine: keeps the traces that reached something new, and changes them.
 *
 * It needs no instrumentation and no other program, runs the same on every machine for the same
 * seed, and is what libFuzzer and AFL++ are compared with. */
#ifndef HCK_KIT_FUZZ_ENGINE_H
#define HCK_KIT_FUZZ_ENGINE_H

#include "kit/fuzz/guide.h"
#include "kit/generate/generate.h"

/* No trace that it makes is longer, but for what unlocks at the end what it has locked. */
enum { ENGINE_CALLS_MAX = 4096 };

struct engine_options {
    uint64_t seed;
    struct generate_options generate;
    struct guide *guide; /* what was reached before, and is brought up to date; NULL: nothing was */
    bool is_unguided;    /* every trace is as good as any: to learn what guidance is worth */
    bool is_bytewise;    /* bytes are changed, and not calls: to learn what whole calls are worth */
};

struct engine;

/* NULL when out of memory. */
struct engine *hck_engine_open(const struct engine_options *options);
void hck_engine_close(struct engine *engine);

/* Adds a trace that is worth changing, as of a corpus. False when out of memory. */
bool hck_engine_add(struct engine *engine, const struct trace *trace);

/* Writes the next trace to try into `trace`, which it clears. False when out of memory. */
bool hck_engine_next(struct engine *engine, struct trace_buffer *trace);

/* Told for every call of the trace that was tried. */
void hck_engine_note(struct engine *engine, const struct verdicts *verdicts);

enum engine_learned { ENGINE_PASSED, ENGINE_KEPT, ENGINE_NO_MEMORY };

/* Told when the trace has ended: it is kept where it reached something new. */
enum engine_learned hck_engine_learn(struct engine *engine, const struct trace *trace);

struct engine_progress {
    uint64_t tried_count;
    uint32_t kept_count;
    uint32_t feature_count;
};

struct engine_progress hck_engine_progress(const struct engine *engine);

/* The traces that were kept, in the order in which they were: below kept_count. */
const struct trace *hck_engine_kept(const struct engine *engine, uint32_t index);

#endif
