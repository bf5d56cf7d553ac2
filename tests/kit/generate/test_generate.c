/* Generated traces are mostly legal, reach every call, and are the same for the same seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/generate/forecast.h"
#include "kit/generate/generate.h"
#include "kit/generate/row.h"

enum { TRACES = 1500 };

static void generate(uint64_t n, const struct generate_options *options,
                     struct trace_buffer *buffer)
{
    hck_trace_clear(buffer);
    assert_true(hck_generate(hck_generate_seed(42, n), options, buffer));
}

/* Field by field: structures have padding. */
static void a_seed_gives_the_same_trace(void **unused)
{
    struct generate_options options = {.thread_count = 2};
    struct trace_buffer first = {0};
    struct trace_buffer second = {0};
    (void)unused;
    for (uint64_t n = 0; n < 100; n++) {
        generate(n, &options, &first);
        generate(n, &options, &second);
        assert_true(hck_trace_same(&first.trace, &second.trace));
        assert_true(first.trace.seed == hck_generate_seed(42, n));
        generate(n + 1, &options, &second);
        assert_false(hck_trace_same(&first.trace, &second.trace));
    }
    hck_trace_free(&first);
    hck_trace_free(&second);
}

/* Counted with the typestate rules over all calls: undefined ones are skipped at run time, refused
 * ones are documented failures. Both are wanted, within bounds. */
static void most_calls_are_defined_and_some_have_to_fail(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer buffer = {0};
    uint64_t calls = 0;
    uint64_t undefined = 0;
    uint64_t refused = 0;
    (void)unused;
    for (uint64_t n = 0; n < TRACES; n++) {
        struct forecast forecast;
        generate(n, &options, &buffer);
        assert_true(hck_forecast_start(&forecast, buffer.trace.slot_count, false));
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            const struct call *call = &buffer.trace.calls[i];
            bool is_defined = hck_forecast_defined(&forecast, call);
            undefined += !is_defined;
            refused += is_defined && !hck_forecast_grants(&forecast, call);
            hck_forecast_advance(&forecast, call);
        }
        calls += buffer.trace.call_count;
        hck_forecast_stop(&forecast);
    }
    assert_in_range(calls / TRACES, 20, 32);
    assert_in_range(undefined * 1000 / calls, 5, 60);
    assert_in_range(refused * 1000 / calls, 30, 150);
    hck_trace_free(&buffer);
}

static void every_function_is_called_and_of_the_probes_accesses_and_walks(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer buffer = {0};
    unsigned counts[CALL_COUNT] = {0};
    (void)unused;
    for (uint64_t n = 0; n < TRACES; n++) {
        generate(n, &options, &buffer);
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            counts[buffer.trace.calls[i].id]++;
        }
    }
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        bool is_access = hck_call_place(&hck_call_rows[id], ARGUMENT_ADDRESS) < CALL_ARGUMENTS_MAX;
        bool is_walk = id == CALL_WalkHeap || id == CALL_QueryAll;
        bool is_wanted = hck_call_rows[id].family != FAMILY_probe || is_access || is_walk;
        if (is_wanted != (counts[id] > 0)) {
            fail_msg("%s: %u calls", hck_call_rows[id].name, counts[id]);
        }
    }
    hck_trace_free(&buffer);
}

static void views_are_protected_and_pointers_into_blocks_are_asked_about(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer buffer = {0};
    unsigned protected_views = 0;
    unsigned inner_pointers = 0;
    (void)unused;
    for (uint64_t n = 0; n < TRACES; n++) {
        struct forecast forecast;
        generate(n, &options, &buffer);
        assert_true(hck_forecast_start(&forecast, buffer.trace.slot_count, false));
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            const struct call *call = &buffer.trace.calls[i];
            const struct slot *region =
                hck_typestate_slot(&forecast.state, hck_call_argument(call, ARGUMENT_ADDRESS));
            protected_views += call->id == CALL_VirtualProtect && region != NULL &&
                               region->is_view && hck_forecast_grants(&forecast, call);
            inner_pointers += call->id == CALL_HeapValidate && call->arguments[2].value != 0;
            hck_forecast_advance(&forecast, call);
        }
        hck_forecast_stop(&forecast);
    }
    assert_true(protected_views > 0);
    assert_true(inner_pointers > 0);
    hck_trace_free(&buffer);
}

static void every_line_is_canonical_text(void **unused)
{
    struct generate_options options = {.thread_count = 4};
    struct trace_buffer buffer = {0};
    (void)unused;
    for (uint64_t n = 0; n < 300; n++) {
        generate(n, &options, &buffer);
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            char text[1024];
            char again[1024];
            struct call call;
            struct text_error error;
            size_t length = hck_text_print_call(&buffer.trace.calls[i], text, sizeof text);
            if (hck_text_parse_call(text, length, 1, &call, &error) != TEXT_CALL) {
                fail_msg("%s: %u: expected %s", text, error.column, error.expected);
            }
            hck_text_print_call(&call, again, sizeof again);
            assert_string_equal(text, again);
        }
    }
    hck_trace_free(&buffer);
}

static void families_are_kept_to(void **unused)
{
    struct trace_buffer buffer = {0};
    (void)unused;
    for (unsigned family = 0; family < FAMILY_probe; family++) {
        struct generate_options options = {.families = 1u << family};
        for (uint64_t n = 0; n < 50; n++) {
            generate(n, &options, &buffer);
            assert_true(buffer.trace.call_count > 0);
            for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
                assert_true(hck_call_rows[buffer.trace.calls[i].id].family == family);
            }
        }
    }
    hck_trace_free(&buffer);
}

static void traces_stay_within_their_length(void **unused)
{
    static const uint32_t lengths[] = {1, 2, 5, 17, 40, 3000};
    struct trace_buffer buffer = {0};
    (void)unused;
    for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct generate_options options = {.call_count_max = lengths[i]};
        uint32_t longest = 0;
        for (uint64_t n = 0; n < 40; n++) {
            generate(n, &options, &buffer);
            uint32_t unlocks = 0; /* may come on top */
            for (uint32_t k = lengths[i]; k < buffer.trace.call_count; k++) {
                unlocks += buffer.trace.calls[k].id == CALL_HeapUnlock;
            }
            assert_true(buffer.trace.call_count <= lengths[i] + unlocks);
            longest = longest > buffer.trace.call_count ? longest : buffer.trace.call_count;
        }
        assert_true(longest >= lengths[i] * 3 / 4);
    }
    hck_trace_free(&buffer);
}

static void threads_share_the_calls_and_give_every_lock_back(void **unused)
{
    struct generate_options options = {.thread_count = 3};
    struct trace_buffer buffer = {0};
    unsigned with_all_threads = 0;
    unsigned with_waiting = 0;
    (void)unused;
    for (uint64_t n = 0; n < 1200; n++) {
        struct forecast forecast;
        generate(n, &options, &buffer);
        assert_true(buffer.trace.thread_count <= 3);
        with_all_threads += buffer.trace.thread_count == 3;
        assert_true(hck_forecast_start(&forecast, buffer.trace.slot_count, false));
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            const struct call *call = &buffer.trace.calls[i];
            with_waiting += hck_typestate_lock_effect(&forecast.state, call) != LOCK_PASSES;
            hck_forecast_advance(&forecast, call);
        }
        for (uint32_t i = 0; i < buffer.trace.slot_count[SLOT_HEAP]; i++) {
            const struct slot *heap = hck_forecast_slot(&forecast, SLOT_HEAP, i);
            const struct slot *shared = hck_typestate_heap(&forecast.state, heap);
            assert_true(heap->state != SLOT_LIVE || shared->lock_count == 0);
        }
        hck_forecast_stop(&forecast);
    }
    assert_true(with_all_threads > 600);
    assert_in_range(with_waiting, 60, 2400);
    hck_trace_free(&buffer);
}

/* Two calls in a row, of two threads, that wait for the same lock; one of them looks at the heap.
 */
static void some_locks_have_two_waiters(void **unused)
{
    struct generate_options options = {.thread_count = 3};
    struct trace_buffer buffer = {0};
    unsigned found = 0;
    (void)unused;
    for (uint64_t n = 0; n < 1200; n++) {
        struct forecast forecast;
        const struct call *waiter = NULL;
        generate(n, &options, &buffer);
        assert_true(hck_forecast_start(&forecast, buffer.trace.slot_count, false));
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            const struct call *call = &buffer.trace.calls[i];
            bool waits = hck_typestate_lock_effect(&forecast.state, call) != LOCK_PASSES;
            bool looks = call->id == CALL_HeapCompact || call->id == CALL_WalkHeap;
            found += waits && looks && waiter != NULL && waiter->thread != call->thread &&
                     waiter->arguments[0].slot == call->arguments[0].slot;
            waiter = waits ? call : NULL;
            hck_forecast_advance(&forecast, call);
        }
        hck_forecast_stop(&forecast);
    }
    assert_true(found >= 20);
    hck_trace_free(&buffer);
}

/* A block that no machine should touch all of goes before anything else is done. */
static bool is_given_back_at_once(const struct trace *trace, uint32_t allocation)
{
    const struct call *call = &trace->calls[allocation];
    for (uint32_t i = allocation + 1; i < trace->call_count && i <= allocation + 3; i++) {
        const struct call *next = &trace->calls[i];
        if (next->id == CALL_HeapFree && next->arguments[2].slot == call->result_slot) {
            return true;
        }
        if (next->id != CALL_HeapSize && next->id != CALL_WalkHeap) {
            return false;
        }
    }
    return false;
}

/* 20,000 traces have to stay fast, so what a trace can really get is bounded. */
static void large_requests_are_bounded(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer buffer = {0};
    const uint64_t giant_bytes = 0xFFFFFFFF;
    uint64_t giants = 0;
    (void)unused;
    for (uint64_t n = 0; n < TRACES; n++) {
        uint64_t sum = 0;
        bool has_giant = false;
        struct forecast forecast;
        generate(n, &options, &buffer);
        assert_true(hck_forecast_start(&forecast, buffer.trace.slot_count, false));
        for (uint32_t i = 0; i < buffer.trace.call_count; i++) {
            const struct call *call = &buffer.trace.calls[i];
            uint64_t size = hck_row_size(call);
            bool is_memory = hck_call_rows[call->id].result == RESULT_BLOCK;
            if (is_memory && size > (UINT64_C(1) << 20) && hck_forecast_grants(&forecast, call)) {
                bool is_giant = is_given_back_at_once(&buffer.trace, i) && size >= giant_bytes;
                has_giant = has_giant || is_giant;
                sum += is_giant ? 0 : size;
            }
            hck_forecast_advance(&forecast, call);
        }
        assert_true(sum <= UINT64_C(512) << 20);
        giants += has_giant;
        hck_forecast_stop(&forecast);
    }
    assert_in_range(giants, 1, TRACES / 50);
    hck_trace_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_same_trace),
        cmocka_unit_test(most_calls_are_defined_and_some_have_to_fail),
        cmocka_unit_test(every_function_is_called_and_of_the_probes_accesses_and_walks),
        cmocka_unit_test(views_are_protected_and_pointers_into_blocks_are_asked_about),
        cmocka_unit_test(every_line_is_canonical_text),
        cmocka_unit_test(families_are_kept_to),
        cmocka_unit_test(traces_stay_within_their_length),
        cmocka_unit_test(threads_share_the_calls_and_give_every_lock_back),
        cmocka_unit_test(some_locks_have_two_waiters),
        cmocka_unit_test(large_requests_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
