/* libFuzzer's way to the mutator; others that take LLVMFuzzer... functions, as honggfuzz and
 * Centipede, use it as well. */
#include "fuzz/harness.h"
#include "fuzz/mutate_input.h"

enum { BYTEWISE_ONE_IN = 16 };

/* libFuzzer's own changes of bytes; not every engine has them. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) __attribute__((weak));

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
                                 size_t second_size, uint8_t *out, size_t capacity, unsigned seed);

static struct input_mutator mutator;

static struct input_mutator *the_mutator(void)
{
    mutator.options = hck_harness_options;
    return &mutator;
}

/* Calls that no table would draw come from single bytes, now and then. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    if (LLVMFuzzerMutate != NULL && seed % BYTEWISE_ONE_IN == 0) {
        size = hck_fuzz_input_encode(the_mutator(), data, size, data, max_size);
        return LLVMFuzzerMutate(data, size, max_size);
    }
    return hck_fuzz_input_mutate(the_mutator(), data, size, seed, data, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
                                 size_t second_size, uint8_t *out, size_t capacity, unsigned seed)
{
    return hck_fuzz_input_cross(the_mutator(), first, first_size, second, second_size, seed, out,
                                capacity);
}
