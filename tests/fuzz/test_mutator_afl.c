/* The library for AFL_CUSTOM_MUTATOR_LIBRARY, driven as afl-fuzz drives it. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/fuzz/input.h"

void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size);
int32_t afl_custom_init_trim(void *data, uint8_t *bytes, size_t size);
size_t afl_custom_trim(void *data, uint8_t **out);
int32_t afl_custom_post_trim(void *data, uint8_t success);
void afl_custom_deinit(void *data);

static const struct input_options all = {.families = INPUT_FAMILIES_ALL, .thread_count = 8};

static char text[] = "# heapck trace 1\n"
                     "h0 = HeapCreate(0, 0, 0)\n"
                     "HeapLock(h0)\n"
                     "b0 = HeapAlloc(h0, 0, 100)\n"
                     "HeapUnlock(h0)\n"
                     "HeapSize(h0, 0, b0)\n";

/* What the trimming is to keep. */
static bool has_size_behind_alloc(const struct trace *trace)
{
    bool has_alloc = false;
    bool has_size = false;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        has_alloc = has_alloc || trace->calls[i].id == CALL_HeapAlloc;
        has_size = has_size || (has_alloc && trace->calls[i].id == CALL_HeapSize);
    }
    return has_size;
}

static void trimming_takes_out_the_calls_that_nothing_needs(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    void *mutator = afl_custom_init(NULL, 1);
    int32_t steps = afl_custom_init_trim(mutator, (uint8_t *)text, sizeof text - 1);
    assert_int_equal(steps, 5);
    uint32_t kept = 5;
    for (int32_t step = 0; step < steps;) {
        uint8_t *out = NULL;
        size_t size = afl_custom_trim(mutator, &out);
        assert_true(hck_fuzz_input_read(out, size, &all, &trace));
        assert_int_equal(trace.trace.call_count, kept - 1);
        bool success = has_size_behind_alloc(&trace.trace);
        kept -= success;
        step = afl_custom_post_trim(mutator, success);
    }
    assert_int_equal(kept, 2);
    afl_custom_deinit(mutator);
    hck_trace_free(&trace);
}

static void an_input_is_never_longer_than_it_may_be_and_never_empty(void **state)
{
    (void)state;
    void *mutator = afl_custom_init(NULL, 7);
    for (unsigned i = 0; i < 200; i++) {
        uint8_t *out = NULL;
        size_t most = 64 * (1 + i % 7);
        size_t size = afl_custom_fuzz(mutator, (uint8_t *)text, sizeof text - 1, &out,
                                      i % 2 == 0 ? (uint8_t *)text : NULL, sizeof text - 1, most);
        assert_true(size > 0 && (size <= most || out == (uint8_t *)text));
    }
    afl_custom_deinit(mutator);
}

/* What 400 changed inputs hold: calls on other threads, of heaps and of pages. */
static void count_calls(const char *harness, unsigned *threaded, unsigned *heap, unsigned *pages)
{
    struct trace_buffer trace = {0};
    assert_int_equal(setenv("HEAPCK_FUZZ_HARNESS", harness, 1), 0);
    void *mutator = afl_custom_init(NULL, 3);
    *threaded = 0;
    *heap = 0;
    *pages = 0;
    for (unsigned i = 0; i < 400; i++) {
        uint8_t *out = NULL;
        size_t size =
            afl_custom_fuzz(mutator, (uint8_t *)text, sizeof text - 1, &out, NULL, 0, 4096);
        assert_true(hck_fuzz_input_read(out, size, &all, &trace));
        bool is_changed = out != (uint8_t *)text; /* or nothing was left of it */
        for (uint32_t k = 0; k < trace.trace.call_count && is_changed; k++) {
            const struct call *call = &trace.trace.calls[k];
            *threaded += call->thread != 0;
            *heap += hck_call_rows[call->id].family == FAMILY_heap;
            *pages += hck_call_rows[call->id].family == FAMILY_virtual;
        }
    }
    afl_custom_deinit(mutator);
    hck_trace_free(&trace);
    assert_int_equal(unsetenv("HEAPCK_FUZZ_HARNESS"), 0);
}

static void calls_are_those_that_the_harness_takes(void **state)
{
    (void)state;
    unsigned threaded;
    unsigned heap;
    unsigned pages;
    count_calls("heap", &threaded, &heap, &pages);
    assert_true(threaded == 0 && heap > 0 && pages == 0);
    count_calls("virtual_memory", &threaded, &heap, &pages);
    assert_true(threaded == 0 && heap == 0 && pages > 0);
    count_calls("threads", &threaded, &heap, &pages);
    assert_true(threaded > 0 && heap > 0 && pages > 0);
    count_calls("mixed", &threaded, &heap, &pages);
    assert_true(threaded == 0 && heap > 0 && pages > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trimming_takes_out_the_calls_that_nothing_needs),
        cmocka_unit_test(calls_are_those_that_the_harness_takes),
        cmocka_unit_test(an_input_is_never_longer_than_it_may_be_and_never_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
