/* The weaver puts the right probes in the right places, and no probe twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kit/generate/bytes.h"
#include "kit/generate/forecast.h"
#include "kit/generate/generate.h"
#include "kit/weave/weave.h"
#include "tests/kit/trace/text.h"

static void assert_woven(const char *plain, const char *expected)
{
    struct trace_buffer from = {0};
    struct trace_buffer woven = {0};
    load_trace(plain, &from);
    assert_true(hck_weave(&from.trace, &woven));
    assert_trace(&woven.trace, expected);
    hck_trace_free(&from);
    hck_trace_free(&woven);
}

#define HEADER "# heapck trace 1\n"

static void blocks_are_filled_and_checked(void **unused)
{
    (void)unused;
    assert_woven(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                        "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                        "b0 = HeapReAlloc(h0, 0, b0, 200)\n"
                        "HeapFree(h0, 0, b0)\n",
                 "h0 = HeapCreate(0, 0, 0)\n"
                 "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                 "Zeroed(b0)\n"
                 "Fill(b0, 1)\n"
                 "b0 = HeapReAlloc(h0, 0, b0, 200)\n"
                 "Check(b0)\n"
                 "Fill(b0, 2)\n"
                 "HeapValidate(h0, 0, b0)\n"
                 "Check(b0)\n"
                 "HeapFree(h0, 0, b0)\n"
                 "WalkHeap(h0)\n"
                 "HeapValidate(h0, 0, NULL)\n");
}

static void a_refused_reallocation_leaves_a_block_to_check(void **unused)
{
    (void)unused;
    assert_woven(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                        "b0 = HeapAlloc(h0, 0, 100)\n"
                        "b0 = HeapReAlloc(h0, 0, b0, SIZE_MAX)\n",
                 "h0 = HeapCreate(0, 0, 0)\n"
                 "b0 = HeapAlloc(h0, 0, 100)\n"
                 "Fill(b0, 1)\n"
                 "b0 = HeapReAlloc(h0, 0, b0, SIZE_MAX)\n"
                 "Check(b0)\n"
                 "WalkHeap(h0)\n"
                 "HeapValidate(h0, 0, NULL)\n");
}

static void blocks_of_a_destroyed_heap_are_checked_before(void **unused)
{
    (void)unused;
    assert_woven(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                        "h1 = HeapCreate(0, 0, 0)\n"
                        "b0 = HeapAlloc(h0, 0, 1)\n"
                        "b1 = HeapAlloc(h1, 0, 1)\n"
                        "HeapDestroy(h0)\n",
                 "h0 = HeapCreate(0, 0, 0)\n"
                 "h1 = HeapCreate(0, 0, 0)\n"
                 "b0 = HeapAlloc(h0, 0, 1)\n"
                 "Fill(b0, 1)\n"
                 "b1 = HeapAlloc(h1, 0, 1)\n"
                 "Fill(b1, 2)\n"
                 "HeapValidate(h1, 0, b1)\n"
                 "Check(b0)\n"
                 "HeapDestroy(h0)\n"
                 "Check(b1)\n"
                 "WalkHeap(h1)\n"
                 "HeapValidate(h1, 0, NULL)\n");
}

static void pages_are_queried_and_accessed(void **unused)
{
    (void)unused;
    assert_woven(HEADER "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)\n"
                        "VirtualProtect(r0+4K, 4K, PAGE_NOACCESS, &out)\n"
                        "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out)\n"
                        "VirtualFree(r0, 8K, MEM_RELEASE)\n"
                        "VirtualFree(r0, 0, MEM_RELEASE)\n",
                 "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)\n"
                 "QueryRegion(r0)\n"
                 "Peek(r0, 8K)\n"
                 "Poke(r0, 4K, 2)\n"
                 "VirtualProtect(r0+4K, 4K, PAGE_NOACCESS, &out)\n"
                 "QueryRegion(r0)\n"
                 "Peek(r0+4K, 4K)\n"
                 "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out)\n"
                 "QueryRegion(r0)\n"
                 "Peek(r0, 1)\n"
                 "Poke(r0, 1, 4)\n"
                 "VirtualFree(r0, 8K, MEM_RELEASE)\n"
                 "QueryRegion(r0)\n"
                 "VirtualFree(r0, 0, MEM_RELEASE)\n"
                 "VirtualQuery(r0, &out, 48)\n");
}

static void pages_of_views_are_accessed_as_others(void **unused)
{
    (void)unused;
    assert_woven(HEADER "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, "
                        "8192, NULL)\n"
                        "r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0)\n"
                        "VirtualProtect(r0, 4K, PAGE_READONLY, &out)\n",
                 "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, "
                 "8192, NULL)\n"
                 "r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0)\n"
                 "QueryRegion(r0)\n"
                 "Peek(r0, 8K)\n"
                 "Poke(r0, 4K, 2)\n"
                 "VirtualProtect(r0, 4K, PAGE_READONLY, &out)\n"
                 "QueryRegion(r0)\n"
                 "Peek(r0, 4K)\n");
}

static void a_probe_runs_on_the_thread_of_its_call(void **unused)
{
    (void)unused;
    assert_woven(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                        "@2 b0 = HeapAlloc(h0, 0, 8)\n"
                        "@1 HeapFree(h0, 0, b0)\n",
                 "h0 = HeapCreate(0, 0, 0)\n"
                 "@2 b0 = HeapAlloc(h0, 0, 8)\n"
                 "@2 Fill(b0, 1)\n"
                 "@1 Check(b0)\n"
                 "@1 HeapFree(h0, 0, b0)\n"
                 "@2 WalkHeap(h0)\n"
                 "@2 HeapValidate(h0, 0, NULL)\n");
}

/* Probes of a call that waits for a lock would wait for the call, and so the calls behind them. */
static void a_call_that_waits_for_a_lock_gets_no_probes(void **unused)
{
    (void)unused;
    assert_woven(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                        "HeapLock(h0)\n"
                        "@1 b0 = HeapAlloc(h0, 0, 8)\n"
                        "HeapUnlock(h0)\n",
                 "h0 = HeapCreate(0, 0, 0)\n"
                 "HeapLock(h0)\n"
                 "@1 b0 = HeapAlloc(h0, 0, 8)\n"
                 "HeapUnlock(h0)\n"
                 "Check(b0)\n"
                 "WalkHeap(h0)\n"
                 "HeapValidate(h0, 0, NULL)\n");
}

static void calls_that_are_not_defined_get_no_probes(void **unused)
{
    (void)unused;
    assert_woven(HEADER "b0 = HeapAlloc(h0, 0, 8)\n"
                        "HeapFree(h0, 0, b0)\n"
                        "VirtualProtect(r0, 4K, PAGE_READWRITE, &out)\n",
                 "b0 = HeapAlloc(h0, 0, 8)\n"
                 "HeapFree(h0, 0, b0)\n"
                 "VirtualProtect(r0, 4K, PAGE_READWRITE, &out)\n");
}

static void a_probe_that_stands_already_is_not_repeated(void **unused)
{
    (void)unused;
    assert_woven(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                        "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                        "Zeroed(b0)\n"
                        "Peek(b0, 100)\n"
                        "HeapFree(h0, 0, b0)\n"
                        "WalkHeap(h0)\n",
                 "h0 = HeapCreate(0, 0, 0)\n"
                 "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                 "Zeroed(b0)\n"
                 "Fill(b0, 1)\n"
                 "Peek(b0, 100)\n"
                 "Check(b0)\n"
                 "HeapFree(h0, 0, b0)\n"
                 "WalkHeap(h0)\n"
                 "HeapValidate(h0, 0, NULL)\n");
}

static void assert_subsequence(const struct trace *part, const struct trace *whole)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < whole->call_count && next < part->call_count; i++) {
        char first[1024];
        char second[1024];
        hck_text_print_call(&part->calls[next], first, sizeof first);
        hck_text_print_call(&whole->calls[i], second, sizeof second);
        next += strcmp(first, second) == 0;
    }
    assert_int_equal(next, part->call_count);
}

/* Also of a woven trace with some calls taken out, which is what a shrinker makes. */
static void weaving_twice_changes_nothing(void **unused)
{
    struct trace_buffer plain = {0};
    struct trace_buffer woven = {0};
    struct trace_buffer again = {0};
    struct trace_buffer thinned = {0};
    uint64_t calls = 0;
    uint64_t probes = 0;
    (void)unused;
    for (uint64_t n = 0; n < 600; n++) {
        struct generate_options options = {.thread_count = n % 3 == 0 ? 3 : 1};
        hck_trace_clear(&plain);
        hck_trace_clear(&woven);
        hck_trace_clear(&again);
        assert_true(hck_generate(hck_generate_seed(9, n), &options, &plain));
        assert_true(hck_weave(&plain.trace, &woven));
        assert_subsequence(&plain.trace, &woven.trace);
        assert_true(woven.trace.seed == plain.trace.seed);
        assert_true(hck_weave(&woven.trace, &again));
        assert_true(hck_trace_same(&woven.trace, &again.trace));
        calls += plain.trace.call_count;
        probes += woven.trace.call_count - plain.trace.call_count;

        hck_trace_clear(&thinned);
        for (uint32_t i = 0; i < woven.trace.call_count; i++) {
            if (hck_generate_seed(n, i) % 4 != 0) {
                assert_true(hck_trace_append(&thinned, &woven.trace.calls[i]));
            }
        }
        hck_trace_clear(&woven);
        hck_trace_clear(&again);
        assert_true(hck_weave(&thinned.trace, &woven));
        assert_subsequence(&thinned.trace, &woven.trace);
        assert_true(hck_weave(&woven.trace, &again));
        assert_true(hck_trace_same(&woven.trace, &again.trace));
    }
    assert_in_range(probes * 100 / calls, 70, 150);
    hck_trace_free(&plain);
    hck_trace_free(&woven);
    hck_trace_free(&again);
    hck_trace_free(&thinned);
}

/* Also where the trace comes from its bytes. */
static void a_fuzzer_weaves_one_trace_in_four_and_always_the_same(void **unused)
{
    enum { TRACES = 1000, CALLS = 20 };
    static uint8_t bytes[4 * CALLS * BYTES_PER_CALL];
    struct trace_buffer plain = {0};
    struct trace_buffer woven = {0};
    struct trace_buffer again = {0};
    unsigned chosen = 0;
    (void)unused;
    for (uint64_t n = 0; n < TRACES; n++) {
        static const struct generate_options options = {.call_count_max = CALLS};
        hck_trace_clear(&plain);
        hck_trace_clear(&woven);
        hck_trace_clear(&again);
        assert_true(hck_generate(hck_generate_seed(11, n), &options, &plain));
        assert_true(hck_weave_some(&plain.trace, &woven));
        bool is_chosen = hck_weave_is_chosen(&plain.trace);
        assert_true(is_chosen ? hck_weave(&plain.trace, &again)
                              : hck_trace_copy(&again, &plain.trace));
        assert_true(hck_trace_same(&woven.trace, &again.trace));
        chosen += is_chosen;

        size_t size = hck_bytes_encode(&plain.trace, bytes, sizeof bytes);
        hck_trace_clear(&again);
        assert_true(hck_bytes_decode(bytes, size, &again));
        assert_int_equal(hck_weave_is_chosen(&again.trace), is_chosen);
    }
    assert_in_range(chosen, TRACES / WEAVE_SOME - 50, TRACES / WEAVE_SOME + 50);
    hck_trace_free(&plain);
    hck_trace_free(&woven);
    hck_trace_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_filled_and_checked),
        cmocka_unit_test(a_refused_reallocation_leaves_a_block_to_check),
        cmocka_unit_test(blocks_of_a_destroyed_heap_are_checked_before),
        cmocka_unit_test(pages_are_queried_and_accessed),
        cmocka_unit_test(pages_of_views_are_accessed_as_others),
        cmocka_unit_test(a_probe_runs_on_the_thread_of_its_call),
        cmocka_unit_test(a_call_that_waits_for_a_lock_gets_no_probes),
        cmocka_unit_test(calls_that_are_not_defined_get_no_probes),
        cmocka_unit_test(a_probe_that_stands_already_is_not_repeated),
        cmocka_unit_test(weaving_twice_changes_nothing),
        cmocka_unit_test(a_fuzzer_weaves_one_trace_in_four_and_always_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
