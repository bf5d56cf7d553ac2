/* Changes of inputs on whole calls, the same for every engine: libFuzzer (mutator_libfuzzer.c) and
 * AFL++ (mutator_afl.c). An input may be bytes or text; what is written is bytes. */
#ifndef HCK_FUZZ_MUTATE_INPUT_H
#define HCK_FUZZ_MUTATE_INPUT_H

#include "kit/fuzz/input.h"

struct input_mutator {
    struct input_options options;
    struct trace_buffer first;
    struct trace_buffer second;
    struct trace_buffer changed;
};

/* A neighbour of the input, at most `capacity` bytes of `out`, which may be where `data` lies.
 * Returns its size; 0 where there is no room or no memory. */
size_t hck_fuzz_input_mutate(struct input_mutator *mutator, const uint8_t *data, size_t size,
                             uint64_t seed, uint8_t *out, size_t capacity);

/* The same of two inputs: the first calls of the one and the last of the other. */
size_t hck_fuzz_input_cross(struct input_mutator *mutator, const uint8_t *first, size_t first_size,
                            const uint8_t *second, size_t second_size, uint64_t seed, uint8_t *out,
                            size_t capacity);

/* The input as bytes, whatever it was. */
size_t hck_fuzz_input_encode(struct input_mutator *mutator, const uint8_t *data, size_t size,
                             uint8_t *out, size_t capacity);

void hck_fuzz_input_mutator_free(struct input_mutator *mutator);

#endif
