/* What to try next: mostly a neighbour of a trace that was worth keeping, and at times something
 * else altogether, so that nothing is out of reach. */
#include "kit/fuzz/engine.h"

#include <stdlib.h>

#include "kit/generate/bytes.h"
#include "kit/generate/mutate.h"
#include "kit/generate/random.h"

enum {
    NEW_PERCENT = 5,      /* drawn by the generator */
    THREADED_PERCENT = 2, /* get threads, where the caller leaves it open */
    THREADS_MAX = 3,
    SPLICED_PERCENT = 10,
    NEWEST = 32, /* half of the picks are of the traces kept last */
    KEPT_FIRST = 256,
    KEPT_MAX = 1 << 16, /* then a new one takes the place of any */
    BYTES_CHANGED_MAX = 8
};

struct engine {
    struct engine_options options;
    struct random random;
    struct guide *guide;
    struct guide *own_guide; /* where the caller has none */
    uint32_t new_count;      /* features of the trace that is being tried */
    uint64_t tried_count;
    struct trace_buffer *kept;
    uint32_t kept_count;
    uint32_t kept_capacity;
    struct trace_buffer part;
    uint8_t *bytes; /* of is_bytewise */
};

static uint32_t calls_max(const struct engine *engine)
{
    uint32_t most = engine->options.generate.call_count_max;
    return most == 0 ? GENERATE_CALLS : most;
}

struct engine *hck_engine_open(const struct engine_options *options)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return NULL;
    }
    engine->options = *options;
    hck_random_start(&engine->random, options->seed);
    engine->bytes = malloc((size_t)calls_max(engine) * BYTES_PER_CALL);
    engine->own_guide = options->guide == NULL ? calloc(1, sizeof *engine->own_guide) : NULL;
    engine->guide = options->guide != NULL ? options->guide : engine->own_guide;
    if (engine->bytes == NULL || engine->guide == NULL) {
        hck_engine_close(engine);
        return NULL;
    }
    return engine;
}

void hck_engine_close(struct engine *engine)
{
    for (uint32_t i = 0; engine != NULL && i < engine->kept_count; i++) {
        hck_trace_free(&engine->kept[i]);
    }
    if (engine != NULL) {
        hck_trace_free(&engine->part);
        free(engine->kept);
        free(engine->own_guide);
        free(engine->bytes);
        free(engine);
    }
}

/* --- Keeping ------------------------------------------------------------------------------------
 */

static bool grow(struct engine *engine)
{
    uint32_t capacity = engine->kept_capacity == 0 ? KEPT_FIRST : 2 * engine->kept_capacity;
    struct trace_buffer *kept = realloc(engine->kept, capacity * sizeof *kept);
    if (kept == NULL) {
        return false;
    }
    engine->kept = kept;
    engine->kept_capacity = capacity;
    return true;
}

bool hck_engine_add(struct engine *engine, const struct trace *trace)
{
    if (engine->kept_count == KEPT_MAX) {
        uint64_t place = hck_random_below(&engine->random, KEPT_MAX);
        return hck_trace_copy(&engine->kept[place], trace);
    }
    if (engine->kept_count == engine->kept_capacity && !grow(engine)) {
        return false;
    }
    struct trace_buffer *place = &engine->kept[engine->kept_count];
    *place = (struct trace_buffer){.capacity = 0};
    if (!hck_trace_copy(place, trace)) {
        return false;
    }
    engine->kept_count++;
    return true;
}

void hck_engine_note(struct engine *engine, const struct verdicts *verdicts)
{
    engine->new_count += hck_guide_note(engine->guide, verdicts);
}

enum engine_learned hck_engine_learn(struct engine *engine, const struct trace *trace)
{
    bool is_new = engine->new_count > 0 && !engine->options.is_unguided;
    engine->new_count = 0;
    engine->tried_count++;
    if (!is_new) {
        return ENGINE_PASSED;
    }
    return hck_engine_add(engine, trace) ? ENGINE_KEPT : ENGINE_NO_MEMORY;
}

/* --- Trying -------------------------------------------------------------------------------------
 */

static const struct trace *pick(struct engine *engine)
{
    uint32_t count = engine->kept_count;
    uint32_t newest = count < NEWEST ? count : NEWEST;
    uint32_t back = (uint32_t)hck_random_below(
        &engine->random, hck_random_chance(&engine->random, 50) ? newest : count);
    return &engine->kept[count - 1 - back].trace;
}

/* What an engine does that knows nothing of calls. */
static bool change_bytes(struct engine *engine, const struct trace *from, struct trace_buffer *to)
{
    size_t capacity = (size_t)calls_max(engine) * BYTES_PER_CALL;
    size_t size = hck_bytes_encode(from, engine->bytes, capacity);
    unsigned count = 1 + (unsigned)hck_random_below(&engine->random, BYTES_CHANGED_MAX);
    if (size + BYTES_PER_CALL <= capacity && hck_random_chance(&engine->random, 30)) {
        for (unsigned i = 0; i < BYTES_PER_CALL; i++) {
            engine->bytes[size++] = (uint8_t)hck_random_next(&engine->random);
        }
    }
    for (unsigned i = 0; i < count && size > 0; i++) {
        size_t at = hck_random_below(&engine->random, size);
        engine->bytes[at] = (uint8_t)hck_random_next(&engine->random);
    }
    return hck_bytes_decode(engine->bytes, size, to);
}

/* A trace with threads takes many times as long as one without, so there are few of them; what
 * comes of one has as many. */
static struct generate_options draw_options(struct engine *engine, uint32_t threads_before)
{
    struct generate_options options = engine->options.generate;
    if (options.thread_count == 0) {
        options.thread_count = threads_before;
        if (hck_random_chance(&engine->random, THREADED_PERCENT)) {
            options.thread_count = (uint32_t)hck_random_between(&engine->random, 2, THREADS_MAX);
        }
    }
    return options;
}

static bool change(struct engine *engine, const struct trace *from, struct trace_buffer *to)
{
    if (engine->options.is_bytewise) {
        return change_bytes(engine, from, to);
    }
    struct generate_options options = draw_options(engine, from->thread_count);
    return hck_mutate(from, hck_random_next(&engine->random), &options, to);
}

bool hck_engine_next(struct engine *engine, struct trace_buffer *trace)
{
    const struct generate_options *generate = &engine->options.generate;
    hck_trace_clear(trace);
    if (engine->options.is_bytewise && engine->kept_count == 0) {
        static const struct trace nothing = {.thread_count = 1};
        return change_bytes(engine, &nothing, trace);
    }
    if (engine->kept_count == 0 ||
        (!engine->options.is_bytewise && hck_random_chance(&engine->random, NEW_PERCENT))) {
        struct generate_options options = draw_options(engine, 1);
        return hck_generate(hck_random_next(&engine->random), &options, trace);
    }
    const struct trace *from = pick(engine);
    if (hck_random_chance(&engine->random, SPLICED_PERCENT)) {
        hck_trace_clear(&engine->part);
        if (!hck_splice(from, pick(engine), hck_random_next(&engine->random), generate,
                        &engine->part)) {
            return false;
        }
        from = &engine->part.trace;
    }
    return change(engine, from, trace);
}

/* --- Asking -------------------------------------------------------------------------------------
 */

struct engine_progress hck_engine_progress(const struct engine *engine)
{
    return (struct engine_progress){
        .tried_count = engine->tried_count,
        .kept_count = engine->kept_count,
        .feature_count = engine->guide->feature_count,
        .clause_count = engine->guide->clause_count,
    };
}

const struct trace *hck_engine_kept(const struct engine *engine, uint32_t index)
{
    return &engine->kept[index].trace;
}
