/* What to try next: mostly a neighbour of a trace that was worth keeping, and at times something
 * else altogether, so that nothing is out of reach. */
#include "kit/fuzz/engine.h"

#include <stdlib.h>

#include "kit/generate/bytes.h"
#include "kit/generate/mutate.h"
#include "kit/generate/random.h"

/* Where the next trace comes from. */
enum source { SOURCE_NEW, SOURCE_CHANGED, SOURCE_SPLICED, SOURCE_COUNT };

enum {
    YIELD_ONE = 1 << 20,
    YIELD_MEMORY = 256,    /* traces that the yield of a source is the mean of, more or less */
    YIELD_LEAST_PART = 12, /* no source has less than one in so many of what all have */
    THREADED_PERCENT = 3,  /* get threads, where the caller leaves it open */
    THREADS_MAX = 3,
    LONG_PERCENT = 2, /* may have LONG_FACTOR times the calls */
    LONG_FACTOR = 16,
    PICKED_FROM = 6,
    UNGUIDED_PERCENT = 20, /* are kept, as many as guidance keeps in the first seconds */
    THREADED_PRICE = 8,    /* calls on threads take so many times as long, more or less */
    KEPT_FIRST = 256,
    KEPT_MAX = 1 << 16, /* then a new one takes the place of any */
    BYTES_CHANGED_MAX = 8
};

struct kept {
    struct trace_buffer trace;
    struct guide_news news; /* what it was the first to reach */
};

struct engine {
    struct engine_options options;
    struct random random;
    struct guide *guide;
    struct guide *own_guide;       /* where the caller has none */
    struct guide_news news;        /* of the trace that is being tried */
    enum source source;            /* ... and where it came from */
    uint64_t yields[SOURCE_COUNT]; /* of YIELD_ONE traces how many are kept */
    uint64_t tried_count;
    struct kept *kept;
    uint32_t kept_count;
    uint32_t kept_capacity;
    struct trace_buffer part;
    uint8_t *bytes; /* of is_bytewise */
};

static uint32_t usual_calls(const struct engine *engine)
{
    uint32_t most = engine->options.generate.call_count_max;
    return most == 0 ? GENERATE_CALLS : most;
}

/* That any trace has. */
static uint32_t calls_max(const struct engine *engine)
{
    uint32_t usual = usual_calls(engine);
    return usual < ENGINE_CALLS_MAX / LONG_FACTOR ? LONG_FACTOR * usual : ENGINE_CALLS_MAX;
}

struct engine *hck_engine_open(const struct engine_options *options)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return NULL;
    }
    engine->options = *options;
    hck_random_start(&engine->random, options->seed);
    for (unsigned i = 0; i < SOURCE_COUNT; i++) {
        engine->yields[i] = i == SOURCE_NEW ? YIELD_ONE : YIELD_ONE / YIELD_LEAST_PART;
    }
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
        hck_trace_free(&engine->kept[i].trace);
    }
    if (engine != NULL) {
        hck_trace_free(&engine->part);
        free(engine->kept);
        free(engine->own_guide);
        free(engine->bytes);
        free(engine);
    }
}

/* --- Keeping ---------------------------------------------------------------------------------- */

static bool grow(struct engine *engine)
{
    uint32_t capacity = engine->kept_capacity == 0 ? KEPT_FIRST : 2 * engine->kept_capacity;
    struct kept *kept = realloc(engine->kept, capacity * sizeof *kept);
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
        engine->kept[place].news = engine->news;
        return hck_trace_copy(&engine->kept[place].trace, trace);
    }
    if (engine->kept_count == engine->kept_capacity && !grow(engine)) {
        return false;
    }
    struct kept *place = &engine->kept[engine->kept_count];
    *place = (struct kept){.news = engine->news};
    if (!hck_trace_copy(&place->trace, trace)) {
        return false;
    }
    engine->kept_count++;
    return true;
}

void hck_engine_note(struct engine *engine, const struct verdicts *verdicts)
{
    hck_guide_note(engine->guide, verdicts, &engine->news);
}

enum engine_learned hck_engine_learn(struct engine *engine, const struct trace *trace)
{
    bool is_new = engine->news.count > 0;
    if (engine->options.is_unguided) { /* nor is what it reached any reason to pick it */
        engine->news.count = 0;
        is_new = hck_random_chance(&engine->random, UNGUIDED_PERCENT);
    }
    uint64_t *yield = &engine->yields[engine->source];
    *yield = *yield - *yield / YIELD_MEMORY + (is_new ? YIELD_ONE / YIELD_MEMORY : 0);
    engine->tried_count++;
    enum engine_learned learned = !is_new                         ? ENGINE_PASSED
                                  : hck_engine_add(engine, trace) ? ENGINE_KEPT
                                                                  : ENGINE_NO_MEMORY;
    engine->news.count = 0;
    return learned;
}

/* --- Trying ----------------------------------------------------------------------------------- */

/* How dear a neighbour is beside what it promises: less is better. */
static uint64_t price(const struct engine *engine, const struct kept *kept)
{
    const struct trace *trace = &kept->trace.trace;
    uint64_t calls =
        (uint64_t)(trace->call_count + 1) * (trace->thread_count > 1 ? THREADED_PRICE : 1);
    return calls * hck_guide_rarity(engine->guide, &kept->news);
}

/* Of a few the one that reached what is reached least, for the time that it takes. */
static const struct trace *pick(struct engine *engine)
{
    const struct kept *best = NULL;
    uint64_t best_price = 0;
    for (unsigned i = 0; i < PICKED_FROM; i++) {
        uint64_t place = hck_random_below(&engine->random, engine->kept_count);
        uint64_t its_price = price(engine, &engine->kept[place]);
        if (best == NULL || its_price < best_price) {
            best = &engine->kept[place];
            best_price = its_price;
        }
    }
    return &best->trace.trace;
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

/* A trace with threads takes many times as long as one without, and so does one with many calls,
 * so there are few of them; what comes of one is like it. */
static struct generate_options draw_options(struct engine *engine, const struct trace *before)
{
    struct generate_options options = engine->options.generate;
    uint32_t usual = usual_calls(engine);
    bool is_long = before->call_count > usual || hck_random_chance(&engine->random, LONG_PERCENT);
    options.call_count_max = is_long ? calls_max(engine) : usual;
    if (options.thread_count == 0) {
        options.thread_count = before->thread_count;
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
    struct generate_options options = draw_options(engine, from);
    return hck_mutate(from, hck_random_next(&engine->random), &options, to);
}

/* Mostly what has been worth most of late. At first that is the generator: nearly all that it draws
 * is new. Later it is the neighbours of what was rare. */
static enum source draw_source(struct engine *engine)
{
    uint64_t sum = 0;
    uint64_t parts[SOURCE_COUNT];
    for (unsigned i = 0; i < SOURCE_COUNT; i++) {
        sum += engine->yields[i];
    }
    uint64_t least = sum / YIELD_LEAST_PART + 1;
    sum = 0;
    for (unsigned i = 0; i < SOURCE_COUNT; i++) {
        parts[i] = engine->yields[i] > least ? engine->yields[i] : least;
        sum += parts[i];
    }
    uint64_t rest = hck_random_below(&engine->random, sum);
    unsigned source = 0;
    while (rest >= parts[source]) {
        rest -= parts[source++];
    }
    return (enum source)source;
}

bool hck_engine_next(struct engine *engine, struct trace_buffer *trace)
{
    static const struct trace nothing = {.thread_count = 1};
    hck_trace_clear(trace);
    if (engine->options.is_bytewise && engine->kept_count == 0) {
        return change_bytes(engine, &nothing, trace);
    }
    engine->source = engine->kept_count == 0 ? SOURCE_NEW : draw_source(engine);
    if (engine->options.is_bytewise && engine->source == SOURCE_NEW) {
        engine->source = SOURCE_CHANGED;
    }
    if (engine->source == SOURCE_NEW) {
        struct generate_options options = draw_options(engine, &nothing);
        bool is_made = hck_generate(hck_random_next(&engine->random), &options, trace);
        if (trace->trace.call_count > ENGINE_CALLS_MAX) { /* by what gives back its locks */
            trace->trace.call_count = ENGINE_CALLS_MAX;
        }
        return is_made;
    }
    const struct trace *from = pick(engine);
    if (engine->source == SOURCE_SPLICED) {
        hck_trace_clear(&engine->part);
        struct generate_options options = draw_options(engine, from);
        if (!hck_splice(from, pick(engine), hck_random_next(&engine->random), &options,
                        &engine->part)) {
            return false;
        }
        from = &engine->part.trace;
    }
    return change(engine, from, trace);
}

/* --- Asking ----------------------------------------------------------------------------------- */

struct engine_progress hck_engine_progress(const struct engine *engine)
{
    return (struct engine_progress){
        .tried_count = engine->tried_count,
        .kept_count = engine->kept_count,
        .feature_count = engine->guide->feature_count,
    };
}

const struct trace *hck_engine_kept(const struct engine *engine, uint32_t index)
{
    return &engine->kept[index].trace.trace;
}
