/* AFL++'s way to the mutator: a library for AFL_CUSTOM_MUTATOR_LIBRARY.
 *
 * HEAPCK_FUZZ_HARNESS, the name of the harness, says which calls it takes, so that none is made in
 * vain: this library is not part of it, and cannot ask. Trimming takes out one call after the
 * other, from the end. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/mutate_input.h"
#include "kit/generate/bytes.h"
#include "kit/generate/random.h"

enum { CAPACITY = INPUT_CALLS_MAX * BYTES_PER_CALL, CROSSED_PERCENT = 10, TRIM_CALLS_MAX = 256 };

struct afl_mutator {
    struct input_mutator input;
    struct random random;
    struct trace_buffer kept; /* while trimming: what is known to be worth as much */
    struct trace_buffer tried;
    uint32_t trim_at;
    int32_t trim_step;
    uint8_t bytes[CAPACITY];
};

/* As afl-fuzz looks for them. */
void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size);
int32_t afl_custom_init_trim(void *data, uint8_t *bytes, size_t size);
size_t afl_custom_trim(void *data, uint8_t **out);
int32_t afl_custom_post_trim(void *data, uint8_t success);
void afl_custom_deinit(void *data);

void *afl_custom_init(void *afl, unsigned seed)
{
    (void)afl;
    struct afl_mutator *mutator = calloc(1, sizeof *mutator);
    if (mutator != NULL) {
        mutator->input.options = hck_fuzz_input_options(getenv("HEAPCK_FUZZ_HARNESS"));
        hck_random_start(&mutator->random, seed);
    }
    return mutator;
}

void afl_custom_deinit(void *data)
{
    struct afl_mutator *mutator = data;
    hck_fuzz_input_mutator_free(&mutator->input);
    hck_trace_free(&mutator->kept);
    hck_trace_free(&mutator->tried);
    free(mutator);
}

/* An empty input is no input to afl-fuzz, so then the old one is given. */
static size_t give(struct afl_mutator *mutator, size_t size, uint8_t *bytes, size_t old_size,
                   uint8_t **out)
{
    *out = size > 0 ? mutator->bytes : bytes;
    return size > 0 ? size : old_size;
}

size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size)
{
    struct afl_mutator *mutator = data;
    size_t capacity = max_size < CAPACITY ? max_size : CAPACITY;
    uint64_t seed = hck_random_next(&mutator->random);
    bool is_crossed = other != NULL && hck_random_chance(&mutator->random, CROSSED_PERCENT);
    size_t made = is_crossed ? hck_fuzz_input_cross(&mutator->input, bytes, size, other, other_size,
                                                    seed, mutator->bytes, capacity)
                             : hck_fuzz_input_mutate(&mutator->input, bytes, size, seed,
                                                     mutator->bytes, capacity);
    return give(mutator, made, bytes, size, out);
}

int32_t afl_custom_init_trim(void *data, uint8_t *bytes, size_t size)
{
    struct afl_mutator *mutator = data;
    mutator->trim_step = 0;
    if (!hck_fuzz_input_read(bytes, size, &mutator->input.options, &mutator->kept)) {
        return 0;
    }
    uint32_t count = mutator->kept.trace.call_count;
    mutator->trim_at = count;
    return (int32_t)(count < 2 ? 0 : count < TRIM_CALLS_MAX ? count : TRIM_CALLS_MAX);
}

size_t afl_custom_trim(void *data, uint8_t **out)
{
    struct afl_mutator *mutator = data;
    const struct trace *kept = &mutator->kept.trace;
    mutator->trim_at--;
    hck_trace_clear(&mutator->tried);
    for (uint32_t i = 0; i < kept->call_count; i++) {
        if (i != mutator->trim_at && !hck_trace_append(&mutator->tried, &kept->calls[i])) {
            break; /* out of memory: what is missing is only not tried */
        }
    }
    *out = mutator->bytes;
    return hck_bytes_encode(&mutator->tried.trace, mutator->bytes, CAPACITY);
}

int32_t afl_custom_post_trim(void *data, uint8_t success)
{
    struct afl_mutator *mutator = data;
    if (success != 0) {
        struct trace_buffer kept = mutator->kept;
        mutator->kept = mutator->tried;
        mutator->tried = kept;
    }
    return ++mutator->trim_step;
}
