/* What is shrunk still violates, is as small as it gets, and is the same each time.
 *
 * A violation is played by a predicate over calls; no target is needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/generate/generate.h"
#include "kit/generate/random.h"
#include "kit/shrink/shrink.h"
#include "kit/weave/weave.h"
#include "spec/win32.h"
#include "tests/kit/trace/text.h"

static struct shrink_result shrink(const struct trace *trace, shrink_still still, void *context,
                                   uint32_t attempts_max, struct trace_buffer *smallest)
{
    struct shrink_options options = {
        .attempts_max = attempts_max, .still = still, .context = context};
    struct shrink_result result;
    assert_true(hck_shrink(trace, &options, smallest, &result));
    assert_int_equal(result.calls_before, trace->call_count);
    assert_int_equal(result.calls_after, smallest->trace.call_count);
    assert_true(result.attempts <= (attempts_max == 0 ? 2000 : attempts_max));
    return result;
}

static void assert_shrinks(const char *from, shrink_still still, const char *to)
{
    struct trace_buffer trace = {0};
    struct trace_buffer smallest = {0};
    load_trace(from, &trace);
    shrink(&trace.trace, still, NULL, 0, &smallest);
    assert_trace(&smallest.trace, to);
    assert_true(still(NULL, &smallest.trace));
    hck_trace_free(&trace);
    hck_trace_free(&smallest);
}

#define HEADER "# heapck trace 1\n"

/* --- Predicates ------------------------------------------------------------------------------- */

/* A block of at least 5000 bytes is freed behind its allocation from the same heap slot. */
static bool frees_a_large_block(void *context, const struct trace *trace)
{
    (void)context;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *alloc = &trace->calls[i];
        for (uint32_t k = i + 1; alloc->id == CALL_HeapAlloc && k < trace->call_count; k++) {
            const struct call *release = &trace->calls[k];
            if (release->id == CALL_HeapFree && alloc->arguments[2].value >= 5000 &&
                alloc->arguments[2].value <= 1 << 20 &&
                release->arguments[2].slot == alloc->result_slot &&
                release->arguments[2].form == FORM_SLOT &&
                release->arguments[0].slot == alloc->arguments[0].slot) {
                return true;
            }
        }
    }
    return false;
}

static void a_pair_of_calls_is_found_among_many(void **unused)
{
    (void)unused;
    assert_shrinks(HEADER "h3 = HeapCreate(0, 4K, 0)\n"
                          "h7 = HeapCreate(HEAP_NO_SERIALIZE, 0, 1M)\n"
                          "b1 = HeapAlloc(h3, 0, 6001)\n"
                          "@2 b9 = HeapAlloc(h7, HEAP_ZERO_MEMORY|HEAP_NO_SERIALIZE, 70000)\n"
                          "HeapSize(h3, 0, b1)\n"
                          "@2 HeapFree(h7, HEAP_NO_SERIALIZE, b9)\n"
                          "HeapDestroy(h3)\n"
                          "HeapDestroy(h7)\n",
                   frees_a_large_block,
                   "b0 = HeapAlloc(h0, 0, 8K)\n"
                   "HeapFree(h0, 0, b0)\n");
}

/* Blocks of less than 1000 bytes each are 5000 bytes together. */
static bool fills_with_small_blocks(void *context, const struct trace *trace)
{
    uint64_t sum = 0;
    (void)context;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        if (call->id == CALL_HeapAlloc && call->arguments[2].value < 1000) {
            sum += call->arguments[2].value;
        }
    }
    return sum >= 5000;
}

static void fewer_and_larger_requests_fill_as_much(void **unused)
{
    (void)unused;
    assert_shrinks(HEADER "HeapAlloc(h0, 0, 300)\n"
                          "HeapAlloc(h0, 0, 600)\nHeapAlloc(h0, 0, 600)\n"
                          "HeapAlloc(h0, 0, 600)\nHeapAlloc(h0, 0, 600)\n"
                          "HeapAlloc(h0, 0, 600)\nHeapAlloc(h0, 0, 600)\n"
                          "HeapAlloc(h0, 0, 600)\nHeapAlloc(h0, 0, 600)\n",
                   fills_with_small_blocks,
                   "HeapAlloc(h0, 0, 256)\nHeapAlloc(h0, 0, 960)\n"
                   "HeapAlloc(h0, 0, 960)\nHeapAlloc(h0, 0, 960)\n"
                   "HeapAlloc(h0, 0, 960)\nHeapAlloc(h0, 0, 960)\n");
}

static bool commits_and_guards(void *context, const struct trace *trace)
{
    (void)context;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        if (call->id == CALL_VirtualProtect && (call->arguments[2].value & PAGE_GUARD) != 0 &&
            call->arguments[0].form == FORM_SLOT && call->arguments[0].value % 4096 != 0) {
            return true;
        }
    }
    return false;
}

static void flags_offsets_and_sizes_are_made_simple(void **unused)
{
    (void)unused;
    assert_shrinks(HEADER "r5 = VirtualAlloc(NULL, 1M, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)\n"
                          "VirtualProtect(r5+65539, 12345, PAGE_READWRITE|PAGE_GUARD, &out)\n",
                   commits_and_guards, "VirtualProtect(r0+1, 0, PAGE_GUARD, &out)\n");
}

static bool has_a_huge_size(void *context, const struct trace *trace)
{
    (void)context;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        if (trace->calls[i].id == CALL_HeapAlloc &&
            trace->calls[i].arguments[2].value > UINT64_MAX - 4096) {
            return true;
        }
    }
    return false;
}

static void the_largest_size_is_as_simple_as_a_huge_one_gets(void **unused)
{
    (void)unused;
    assert_shrinks(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                          "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, SIZE_MAX-77)\n",
                   has_a_huge_size, "HeapAlloc(h0, 0, SIZE_MAX)\n");
}

static bool has_two_threads(void *context, const struct trace *trace)
{
    unsigned locked = 0;
    (void)context;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        if (call->id == CALL_HeapLock) {
            locked = call->thread + 1u;
        } else if (call->id == CALL_HeapAlloc && locked != 0 && call->thread + 1u != locked) {
            return true;
        }
    }
    return false;
}

static void threads_that_are_needed_stay_and_get_low_numbers(void **unused)
{
    (void)unused;
    assert_shrinks(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                          "@5 HeapLock(h0)\n"
                          "@3 b4 = HeapAlloc(h0, 0, 100)\n"
                          "@5 HeapUnlock(h0)\n",
                   has_two_threads,
                   "HeapLock(h0)\n"
                   "@1 HeapAlloc(h0, 0, 0)\n");
}

static bool never(void *context, const struct trace *trace)
{
    (void)trace;
    ++*(unsigned *)context;
    return false;
}

static void a_trace_that_does_not_violate_again_stays_as_it_is(void **unused)
{
    struct trace_buffer trace = {0};
    struct trace_buffer smallest = {0};
    unsigned asked = 0;
    (void)unused;
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 100)\n", &trace);
    struct shrink_result result = shrink(&trace.trace, never, &asked, 0, &smallest);
    assert_int_equal(result.attempts, 1);
    assert_int_equal(asked, 1);
    assert_trace(&smallest.trace, "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 100)\n");
    hck_trace_free(&trace);
    hck_trace_free(&smallest);
}

enum { FAR_CALLS = 1000 };

static bool has_every_call_and_a_slot(void *context, const struct trace *trace)
{
    (void)context;
    return trace->call_count == FAR_CALLS && trace->slot_count[SLOT_HEAP] > 0;
}

/* Would take minutes if a step asked for each slot up to the highest whether a call names it. */
static void a_slot_with_a_high_number_gets_a_low_one_at_once(void **unused)
{
    struct trace_buffer trace = {0};
    struct trace_buffer smallest = {0};
    struct call create = {.id = CALL_HeapCreate, .result_slot = SLOT_INDEX_MAX};
    (void)unused;
    for (unsigned i = 0; i < FAR_CALLS; i++) {
        for (unsigned k = 0; k < 3; k++) {
            create.arguments[k].form = FORM_VALUE;
        }
        assert_true(hck_trace_append(&trace, &create));
    }
    struct shrink_options options = {.attempts_max = 100 * FAR_CALLS,
                                     .still = has_every_call_and_a_slot};
    struct shrink_result result;
    assert_true(hck_shrink(&trace.trace, &options, &smallest, &result));
    assert_int_equal(smallest.trace.call_count, FAR_CALLS);
    assert_int_equal(smallest.trace.slot_count[SLOT_HEAP], 1);
    assert_true(result.attempts < options.attempts_max);
    hck_trace_free(&trace);
    hck_trace_free(&smallest);
}

static void an_empty_trace_stays_empty(void **unused)
{
    struct trace trace = {.thread_count = 1};
    struct trace_buffer smallest = {0};
    unsigned asked = 0;
    (void)unused;
    shrink(&trace, never, &asked, 0, &smallest);
    assert_int_equal(asked, 0);
    hck_trace_free(&smallest);
}

/* --- Random traces ---------------------------------------------------------------------------- */

/* Violates where these functions are called, in this order. */
struct order {
    uint16_t ids[4];
    unsigned count;
    unsigned asked;
};

static bool has_order(void *context, const struct trace *trace)
{
    struct order *order = context;
    unsigned next = 0;
    order->asked++;
    for (uint32_t i = 0; i < trace->call_count && next < order->count; i++) {
        next += trace->calls[i].id == order->ids[next];
    }
    return next == order->count;
}

static void assert_minimal(const struct trace *trace, struct order *order)
{
    for (uint32_t without = 0; without < trace->call_count; without++) {
        struct trace_buffer candidate = {0};
        for (uint32_t i = 0; i < trace->call_count; i++) {
            if (i != without) {
                assert_true(hck_trace_append(&candidate, &trace->calls[i]));
            }
        }
        assert_false(has_order(order, &candidate.trace));
        hck_trace_free(&candidate);
    }
}

static void make_trace(uint64_t n, struct trace_buffer *woven)
{
    struct generate_options options = {.call_count_max = 120, .thread_count = n % 2 + 1};
    struct trace_buffer plain = {0};
    assert_true(hck_generate(hck_generate_seed(4, n), &options, &plain));
    assert_true(hck_weave(&plain.trace, woven));
    hck_trace_free(&plain);
}

static void random_traces_become_minimal_the_same_way_each_time(void **unused)
{
    struct random random;
    (void)unused;
    hck_random_start(&random, 5);
    for (uint64_t n = 0; n < 60; n++) {
        struct trace_buffer trace = {0};
        struct trace_buffer smallest = {0};
        struct trace_buffer again = {0};
        struct order order = {.count = (unsigned)hck_random_between(&random, 1, 4)};
        make_trace(n, &trace);
        uint32_t place = 0;
        for (unsigned i = 0; i < order.count; i++) {
            place += (uint32_t)hck_random_below(
                &random, (trace.trace.call_count - place) / (order.count - i) + 1);
            place = place < trace.trace.call_count ? place : trace.trace.call_count - 1;
            order.ids[i] = trace.trace.calls[place].id;
            place++;
        }
        if (has_order(&order, &trace.trace)) {
            shrink(&trace.trace, has_order, &order, 0, &smallest);
            assert_true(has_order(&order, &smallest.trace));
            assert_int_equal(smallest.trace.call_count, order.count);
            assert_int_equal(smallest.trace.thread_count, 1);
            assert_minimal(&smallest.trace, &order);
            shrink(&trace.trace, has_order, &order, 0, &again);
            assert_int_equal(again.trace.call_count, smallest.trace.call_count);
            for (uint32_t i = 0; i < again.trace.call_count; i++) {
                char first[1024];
                char second[1024];
                hck_text_print_call(&again.trace.calls[i], first, sizeof first);
                hck_text_print_call(&smallest.trace.calls[i], second, sizeof second);
                assert_string_equal(first, second);
            }
        }
        hck_trace_free(&trace);
        hck_trace_free(&smallest);
        hck_trace_free(&again);
    }
}

static void no_more_attempts_are_made_than_allowed(void **unused)
{
    (void)unused;
    for (uint32_t attempts = 1; attempts < 200; attempts += 13) {
        struct trace_buffer trace = {0};
        struct trace_buffer smallest = {0};
        struct order order = {.count = 1};
        make_trace(3, &trace);
        order.ids[0] = trace.trace.calls[trace.trace.call_count / 2].id;
        shrink(&trace.trace, has_order, &order, attempts, &smallest);
        assert_true(order.asked <= attempts);
        assert_true(has_order(&order, &smallest.trace));
        hck_trace_free(&trace);
        hck_trace_free(&smallest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_of_calls_is_found_among_many),
        cmocka_unit_test(fewer_and_larger_requests_fill_as_much),
        cmocka_unit_test(flags_offsets_and_sizes_are_made_simple),
        cmocka_unit_test(the_largest_size_is_as_simple_as_a_huge_one_gets),
        cmocka_unit_test(threads_that_are_needed_stay_and_get_low_numbers),
        cmocka_unit_test(a_trace_that_does_not_violate_again_stays_as_it_is),
        cmocka_unit_test(a_slot_with_a_high_number_gets_a_low_one_at_once),
        cmocka_unit_test(an_empty_trace_stays_empty),
        cmocka_unit_test(random_traces_become_minimal_the_same_way_each_time),
        cmocka_unit_test(no_more_attempts_are_made_than_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
