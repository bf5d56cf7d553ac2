#include "fuzz/mutate_input.h"

#include "kit/generate/bytes.h"
#include "kit/generate/mutate.h"

static struct generate_options options_for(const struct input_mutator *mutator, size_t capacity)
{
    size_t most = capacity / BYTES_PER_CALL;
    return (struct generate_options){
        .call_count_max = most < INPUT_CALLS_MAX ? (uint32_t)most : INPUT_CALLS_MAX,
        .thread_count = mutator->options.thread_count,
        .families = mutator->options.families,
    };
}

size_t hck_fuzz_input_mutate(struct input_mutator *mutator, const uint8_t *data, size_t size,
                             uint64_t seed, uint8_t *out, size_t capacity)
{
    struct generate_options options = options_for(mutator, capacity);
    hck_trace_clear(&mutator->changed);
    if (options.call_count_max == 0 ||
        !hck_fuzz_input_read(data, size, &mutator->options, &mutator->first) ||
        !hck_mutate(&mutator->first.trace, seed, &options, &mutator->changed)) {
        return 0;
    }
    return hck_bytes_encode(&mutator->changed.trace, out, capacity);
}

size_t hck_fuzz_input_cross(struct input_mutator *mutator, const uint8_t *first, size_t first_size,
                            const uint8_t *second, size_t second_size, uint64_t seed, uint8_t *out,
                            size_t capacity)
{
    struct generate_options options = options_for(mutator, capacity);
    hck_trace_clear(&mutator->changed);
    if (options.call_count_max == 0 ||
        !hck_fuzz_input_read(first, first_size, &mutator->options, &mutator->first) ||
        !hck_fuzz_input_read(second, second_size, &mutator->options, &mutator->second) ||
        !hck_splice(&mutator->first.trace, &mutator->second.trace, seed, &options,
                    &mutator->changed)) {
        return 0;
    }
    return hck_bytes_encode(&mutator->changed.trace, out, capacity);
}

size_t hck_fuzz_input_encode(struct input_mutator *mutator, const uint8_t *data, size_t size,
                             uint8_t *out, size_t capacity)
{
    return hck_fuzz_input_read(data, size, &mutator->options, &mutator->first)
               ? hck_bytes_encode(&mutator->first.trace, out, capacity)
               : 0;
}

void hck_fuzz_input_mutator_free(struct input_mutator *mutator)
{
    hck_trace_free(&mutator->first);
    hck_trace_free(&mutator->second);
    hck_trace_free(&mutator->changed);
}
