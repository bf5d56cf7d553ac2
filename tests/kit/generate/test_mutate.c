/* Neighbours of traces: legal text, near, different, and the same for the same seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/generate/forecast.h"
#include "kit/generate/mutate.h"
#include "tests/kit/trace/text.h"

enum { ROUNDS = 2000 };

static void generate(uint64_t seed, const struct generate_options *options,
                     struct trace_buffer *trace)
{
    hck_trace_clear(trace);
    assert_true(hck_generate(seed, options, trace));
}

static void mutate(const struct trace_buffer *from, uint64_t seed,
                   const struct generate_options *options, struct trace_buffer *to)
{
    hck_trace_clear(to);
    assert_true(hck_mutate(&from->trace, seed, options, to));
}

static void assert_is_text(const struct trace *trace)
{
    char text[2000];
    for (uint32_t i = 0; i < trace->call_count; i++) {
        struct call call;
        struct text_error error;
        hck_text_print_call(&trace->calls[i], text, sizeof text);
        if (hck_text_parse_call(text, strlen(text), 1, &call, &error) != TEXT_CALL) {
            fail_msg("%s: expected %s", text, error.expected);
        }
    }
}

static void assert_counts(const struct trace *trace)
{
    struct trace again = {.thread_count = 1};
    for (uint32_t i = 0; i < trace->call_count; i++) {
        hck_trace_note(&again, &trace->calls[i]);
    }
    assert_int_equal(again.thread_count, trace->thread_count);
    assert_memory_equal(again.slot_count, trace->slot_count, sizeof again.slot_count);
}

static void assert_probes_are_cheap(const struct trace *trace)
{
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        const struct call_row *row = &hck_call_rows[call->id];
        for (unsigned k = 0; k < row->argument_count && row->family == FAMILY_probe; k++) {
            assert_true(row->arguments[k].kind != ARGUMENT_SIZE ||
                        call->arguments[0].form != FORM_SLOT ||
                        call->arguments[k].value <= GENERATE_PROBE_BYTES_MAX);
        }
    }
}

static void a_neighbour_is_legal_and_no_longer_than_allowed(void **unused)
{
    struct generate_options options = {.call_count_max = 30, .thread_count = 3};
    struct trace_buffer trace = {0};
    struct trace_buffer next = {0};
    (void)unused;
    generate(1, &options, &trace);
    for (uint64_t n = 0; n < ROUNDS; n++) {
        mutate(&trace, n, &options, &next);
        assert_is_text(&next.trace);
        assert_counts(&next.trace);
        assert_probes_are_cheap(&next.trace);
        assert_in_range(next.trace.call_count, 0, 30);
        assert_in_range(next.trace.thread_count, 1, 3);
        assert_true(hck_trace_copy(&trace, &next.trace));
    }
    hck_trace_free(&trace);
    hck_trace_free(&next);
}

static void a_seed_gives_the_same_neighbour_and_most_differ(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer trace = {0};
    struct trace_buffer one = {0};
    struct trace_buffer other = {0};
    unsigned same_count = 0;
    (void)unused;
    for (uint64_t n = 0; n < 300; n++) {
        generate(n, &options, &trace);
        mutate(&trace, n, &options, &one);
        mutate(&trace, n, &options, &other);
        assert_true(hck_trace_same(&one.trace, &other.trace));
        same_count += hck_trace_same(&one.trace, &trace.trace);
    }
    assert_in_range(same_count, 0, 30);
    hck_trace_free(&trace);
    hck_trace_free(&one);
    hck_trace_free(&other);
}

/* Mutation that breaks what it changes makes traces of which nothing is made. */
static void most_calls_stay_defined(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer trace = {0};
    struct trace_buffer next = {0};
    uint64_t calls = 0;
    uint64_t defined = 0;
    (void)unused;
    for (uint64_t n = 0; n < 500; n++) {
        struct forecast forecast;
        generate(n, &options, &trace);
        mutate(&trace, n, &options, &next);
        assert_true(hck_forecast_start(&forecast, next.trace.slot_count, false));
        for (uint32_t i = 0; i < next.trace.call_count; i++) {
            calls++;
            defined += hck_forecast_defined(&forecast, &next.trace.calls[i]);
            hck_forecast_advance(&forecast, &next.trace.calls[i]);
        }
        hck_forecast_stop(&forecast);
    }
    assert_in_range(defined * 100 / calls, 75, 99);
    hck_trace_free(&trace);
    hck_trace_free(&next);
}

static void an_empty_trace_gets_calls(void **unused)
{
    struct generate_options options = {0};
    struct trace_buffer empty = {0};
    struct trace_buffer next = {0};
    unsigned grown_count = 0;
    (void)unused;
    hck_trace_clear(&empty);
    for (uint64_t n = 0; n < 100; n++) {
        mutate(&empty, n, &options, &next);
        grown_count += next.trace.call_count > 0;
    }
    assert_in_range(grown_count, 80, 100);
    hck_trace_free(&empty);
    hck_trace_free(&next);
}

/* From one call everything is reached in small steps. */
static void every_function_is_reached_by_steps_alone(void **unused)
{
    struct generate_options options = {.thread_count = 2};
    struct trace_buffer trace = {0};
    struct trace_buffer next = {0};
    bool is_reached[CALL_COUNT] = {false};
    (void)unused;
    hck_trace_clear(&trace);
    for (uint64_t n = 0; n < ROUNDS; n++) {
        mutate(&trace, n, &options, &next);
        for (uint32_t i = 0; i < next.trace.call_count; i++) {
            is_reached[next.trace.calls[i].id] = true;
        }
        assert_true(hck_trace_copy(&trace, &next.trace));
    }
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        if (hck_call_rows[id].family != FAMILY_probe && !is_reached[id]) {
            fail_msg("%s was never called", hck_call_rows[id].name);
        }
    }
    hck_trace_free(&trace);
    hck_trace_free(&next);
}

static void a_splice_has_a_beginning_and_an_end(void **unused)
{
    struct generate_options options = {.call_count_max = 10};
    struct trace_buffer first = {0};
    struct trace_buffer second = {0};
    struct trace_buffer spliced = {0};
    bool has_both = false;
    (void)unused;
    load_trace("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\nHeapDestroy(h0)\n", &first);
    load_trace("# heapck trace 1\nr0 = VirtualAlloc(NULL, 1, MEM_RESERVE, PAGE_NOACCESS)\n"
               "VirtualFree(r0, 0, MEM_RELEASE)\n",
               &second);
    for (uint64_t n = 0; n < 100; n++) {
        hck_trace_clear(&spliced);
        assert_true(hck_splice(&first.trace, &second.trace, n, &options, &spliced));
        assert_in_range(spliced.trace.call_count, 0, 4);
        assert_counts(&spliced.trace);
        has_both = has_both || (spliced.trace.call_count == 4);
    }
    assert_true(has_both);
    hck_trace_free(&first);
    hck_trace_free(&second);
    hck_trace_free(&spliced);
}

/* Two blocks, of 1 and of 2 bytes, whose slots are as far apart as rounds of a loop. Hardly any
 * slot that a neighbour adds is filled with both: as one where a constant is changed as well. */
static void each_round_of_a_loop_has_results_of_its_own(void **unused)
{
    static const char text[] = "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n"
                               "b0 = HeapAlloc(h0, 0, 1)\nb8 = HeapAlloc(h0, 0, 2)\n"
                               "HeapSize(h0, 0, b0)\n";
    enum { SLOTS = 200, OLD_SLOTS = 9 };
    struct generate_options options = {.call_count_max = 60};
    struct trace_buffer trace = {0};
    struct trace_buffer next = {0};
    char message[200];
    unsigned filled = 0;
    unsigned twice = 0;
    (void)unused;
    assert_int_equal(hck_trace_parse("text", text, strlen(text), &trace, message, sizeof message),
                     TRACE_LOADED);
    for (uint64_t n = 0; n < 2000; n++) {
        unsigned sizes[SLOTS] = {0};
        mutate(&trace, n, &options, &next);
        for (uint32_t i = 0; i < next.trace.call_count; i++) {
            const struct call *call = &next.trace.calls[i];
            uint64_t size = call->arguments[2].value;
            if (call->id == CALL_HeapAlloc && call->result_slot < SLOTS &&
                call->result_slot >= OLD_SLOTS && (size == 1 || size == 2)) {
                sizes[call->result_slot] |= 1u << size;
            }
        }
        for (unsigned slot = OLD_SLOTS; slot < SLOTS; slot++) {
            filled += sizes[slot] != 0;
            twice += sizes[slot] == (1u << 1 | 1u << 2);
        }
    }
    assert_true(filled > 1000);
    assert_true(twice * 100 < filled);
    hck_trace_free(&trace);
    hck_trace_free(&next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_neighbour_is_legal_and_no_longer_than_allowed),
        cmocka_unit_test(a_seed_gives_the_same_neighbour_and_most_differ),
        cmocka_unit_test(most_calls_stay_defined),
        cmocka_unit_test(an_empty_trace_gets_calls),
        cmocka_unit_test(every_function_is_reached_by_steps_alone),
        cmocka_unit_test(a_splice_has_a_beginning_and_an_end),
        cmocka_unit_test(each_round_of_a_loop_has_results_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
