/* Any bytes are a trace, and a trace comes back from its bytes as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/generate/bytes.h"
#include "kit/generate/generate.h"
#include "kit/generate/random.h"
#include "tests/kit/trace/text.h"

enum { TRACES = 1000, BYTES_MAX = 20 * BYTES_PER_CALL };

static void assert_comes_back(const struct trace *trace)
{
    struct trace_buffer back = {0};
    size_t capacity = (size_t)trace->call_count * BYTES_PER_CALL + 1;
    uint8_t *bytes = malloc(capacity);
    assert_non_null(bytes);
    size_t size = hck_bytes_encode(trace, bytes, capacity);
    assert_int_equal(size, (size_t)trace->call_count * BYTES_PER_CALL);
    hck_trace_clear(&back);
    assert_true(hck_bytes_decode(bytes, size, &back));
    assert_true(hck_trace_same(trace, &back.trace));
    assert_int_equal(back.trace.thread_count, trace->thread_count);
    assert_memory_equal(back.trace.slot_count, trace->slot_count, sizeof trace->slot_count);
    hck_trace_free(&back);
    free(bytes);
}

static void generated_traces_come_back(void **unused)
{
    struct generate_options options = {.thread_count = 4, .hostile = true};
    struct trace_buffer trace = {0};
    (void)unused;
    for (uint64_t n = 0; n < TRACES; n++) {
        hck_trace_clear(&trace);
        assert_true(hck_generate(n, &options, &trace));
        assert_comes_back(&trace.trace);
    }
    hck_trace_free(&trace);
}

static void what_is_rare_comes_back(void **unused)
{
    struct trace_buffer trace = {0};
    (void)unused;
    load_trace("# heapck trace 1\n"
               "@7 h3999999 = HeapCreate(0xFFFFFFFF, SIZE_MAX, 0)\n"
               "b3999999 = HeapAlloc(h3999999, 0, 0x8000000000000001)\n"
               "HeapValidate(h0, 0, b0-16)\n"
               "HeapValidate(h0, 0, b0+SIZE_MAX)\n"
               "HeapValidate(h0, 0, NULL)\n"
               "Peek(b2+4K, 8)\n"
               "MapViewOfFileEx(s1, FILE_MAP_READ, 0, 65536, 4K, r3+64K)\n"
               "MapViewOfFileEx(NULL, FILE_MAP_READ, 0, 0, 0, b2-1)\n"
               "Peek(r2-4K, 8)\n"
               "Peek(0x7FFE0000, 8)\n"
               "VirtualFree(NULL, 0, 0xFFFFFFFF)\n"
               "w1 = HeapWalk(h0, w0)\n"
               "w1 = HeapWalk(h0, NULL)\n"
               "v7 = AddVectoredExceptionHandler(1, COMMIT)\n"
               "RemoveVectoredExceptionHandler(NULL)\n"
               "HeapSetInformation(NULL, 7, NULL, 0)\n"
               "HeapSetInformation(NULL, 7, SIZE_MAX, 0)\n"
               "VirtualProtect(r0, 1, PAGE_READONLY, NULL)\n"
               "Poke(r0, 1, 255)\n",
               &trace);
    assert_comes_back(&trace.trace);
    hck_trace_free(&trace);
}

/* Text is the form that traces are kept in, so everything has to have one. */
static void any_bytes_are_a_trace_that_text_can_say(void **unused)
{
    struct random random;
    struct trace_buffer trace = {0};
    char text[2000];
    (void)unused;
    hck_random_start(&random, 1);
    for (unsigned n = 0; n < TRACES; n++) {
        uint8_t bytes[BYTES_MAX];
        size_t size = hck_random_below(&random, BYTES_MAX + 1);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)hck_random_next(&random);
        }
        for (size_t i = 2; i < size && n % 2 == 0; i += BYTES_PER_CALL) {
            bytes[i] = BYTES_VERSION;
        }
        hck_trace_clear(&trace);
        assert_true(hck_bytes_decode(bytes, size, &trace));
        assert_int_equal(trace.trace.call_count, (size + BYTES_PER_CALL - 1) / BYTES_PER_CALL);
        for (uint32_t i = 0; i < trace.trace.call_count; i++) {
            struct call call;
            struct text_error error;
            hck_text_print_call(&trace.trace.calls[i], text, sizeof text);
            if (hck_text_parse_call(text, strlen(text), 1, &call, &error) != TEXT_CALL) {
                fail_msg("%s: expected %s", text, error.expected);
            }
        }
        assert_comes_back(&trace.trace);
    }
    hck_trace_free(&trace);
}

/* Of bytes that nobody wrote as a trace: calls that have nothing in common make a dull one. */
static void bytes_of_no_version_are_brought_near(void **unused)
{
    uint8_t bytes[BYTES_PER_CALL];
    struct trace_buffer trace = {0};
    (void)unused;
    memset(bytes, 0xFF, sizeof bytes);
    bytes[0] = CALL_HeapAlloc;
    bytes[3] = 10;
    bytes[10] = 0xBF; /* of the heap: a slot */
    hck_trace_clear(&trace);
    assert_true(hck_bytes_decode(bytes, sizeof bytes, &trace));
    const struct call *call = &trace.trace.calls[0];
    assert_int_equal(call->result_slot, 15);
    assert_int_equal(call->arguments[0].slot, 15);
    assert_int_equal(call->arguments[2].value, 1023);
    hck_trace_free(&trace);
}

static void a_short_record_ends_in_zeroes_and_no_bytes_are_no_calls(void **unused)
{
    const uint8_t bytes[] = {CALL_GetLastError, 2};
    struct trace_buffer trace = {0};
    (void)unused;
    hck_trace_clear(&trace);
    assert_true(hck_bytes_decode(bytes, 0, &trace));
    assert_int_equal(trace.trace.call_count, 0);
    assert_true(hck_bytes_decode(bytes, sizeof bytes, &trace));
    assert_trace(&trace.trace, "@2 GetLastError()\n");
    hck_trace_free(&trace);
}

static void only_whole_calls_are_written(void **unused)
{
    uint8_t bytes[2 * BYTES_PER_CALL];
    struct trace_buffer trace = {0};
    (void)unused;
    load_trace("# heapck trace 1\nGetLastError()\nGetLastError()\n", &trace);
    assert_int_equal(hck_bytes_encode(&trace.trace, bytes, 2 * BYTES_PER_CALL - 1), BYTES_PER_CALL);
    assert_int_equal(hck_bytes_encode(&trace.trace, bytes, BYTES_PER_CALL - 1), 0);
    hck_trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_traces_come_back),
        cmocka_unit_test(what_is_rare_comes_back),
        cmocka_unit_test(any_bytes_are_a_trace_that_text_can_say),
        cmocka_unit_test(bytes_of_no_version_are_brought_near),
        cmocka_unit_test(a_short_record_ends_in_zeroes_and_no_bytes_are_no_calls),
        cmocka_unit_test(only_whole_calls_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
