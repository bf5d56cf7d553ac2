/* What a call costs the oracle does not grow with the heaps and blocks that there are or were: four
 * times the calls take about four times as long, and not sixteen times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "oracle/oracle.h"
#include "spec/win32.h"

enum {
    HEAPS_FEW = 10 * 1000,
    BLOCKS_FEW = 2 * 1000, /* more than the pages that one look goes through */
    TIMES = 4,
    TIMES_MAX = 9,
    CALLS_EACH = 2,
    ROUNDS = 3
};

#define HANDLE_OF(slot) (0x100000 + 0x10000 * (uint64_t)(slot))
#define DEFAULT_HANDLE UINT64_C(0x50000)
#define BLOCK_OF(slot) (UINT64_C(0x200000000) + 0x1000 * (uint64_t)(slot))

/* Fills calls[0] to calls[2 * count - 1]. */
typedef void (*make_calls)(struct call *calls, uint32_t count);

static struct call call_on_heap(enum call_id id, uint32_t slot)
{
    struct call call = {.id = (uint16_t)id, .result_slot = NO_SLOT};
    call.arguments[0] = (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_HEAP, .slot = slot};
    return call;
}

static struct call call_that_makes(enum call_id id, uint32_t slot)
{
    return (struct call){.id = (uint16_t)id, .result_slot = slot};
}

static void create_and_destroy(struct call *calls, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        calls[2 * i] = call_that_makes(CALL_HeapCreate, i);
        calls[2 * i + 1] = call_on_heap(CALL_HeapDestroy, i);
    }
}

static void create_all_and_destroy_all(struct call *calls, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        calls[i] = call_that_makes(CALL_HeapCreate, i);
        calls[count + i] = call_on_heap(CALL_HeapDestroy, i);
    }
}

static void name_and_lock_the_default_heap(struct call *calls, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        calls[i] = call_that_makes(CALL_GetProcessHeap, i);
        calls[count + i] = call_on_heap(i % 2 == 0 ? CALL_HeapLock : CALL_HeapUnlock, i);
    }
}

static struct call call_that_allocates(uint32_t heap, uint32_t block)
{
    struct call call = call_on_heap(CALL_HeapAlloc, heap);
    call.arguments[2].value = 1;
    call.result_slot = block;
    return call;
}

/* Blocks that live in one heap, another one destroyed, then looks at all pages. */
static void look_at_pages(struct call *calls, uint32_t count, uint32_t destroyed_blocks)
{
    uint32_t made = 0;
    calls[made++] = call_that_makes(CALL_HeapCreate, 0);
    calls[made++] = call_that_makes(CALL_HeapCreate, 1);
    for (uint32_t block = 0; block < count; block++) {
        calls[made++] = call_that_allocates(block < destroyed_blocks ? 1 : 0, block);
    }
    calls[made++] = call_on_heap(CALL_HeapDestroy, 1);
    while (made < CALLS_EACH * count) {
        calls[made++] = call_that_makes(CALL_QueryAll, NO_SLOT);
    }
}

static void look_after_an_empty_heap(struct call *calls, uint32_t count)
{
    look_at_pages(calls, count, 0);
}

static void look_after_a_heap_with_blocks(struct call *calls, uint32_t count)
{
    look_at_pages(calls, count, 2);
}

static void judge_all(struct oracle *oracle, const struct trace *trace)
{
    static struct verdicts verdicts;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        struct observation seen = {.has_last_error = true, .last_error = LAST_ERROR_SENTINEL};
        uint64_t all_is_free[] = {0x10000,       0, 0, WINMEM_ADDRESS_MAX - 0xFFFF, MEM_FREE,
                                  PAGE_NOACCESS, 0, 0};
        seen.result = 1;
        if (trace->calls[i].id == CALL_HeapCreate) {
            seen.result = HANDLE_OF(trace->calls[i].result_slot);
        } else if (trace->calls[i].id == CALL_GetProcessHeap) {
            seen.result = DEFAULT_HANDLE;
        } else if (trace->calls[i].id == CALL_HeapAlloc) {
            seen.result = BLOCK_OF(trace->calls[i].result_slot);
        } else if (trace->calls[i].id == CALL_QueryAll) {
            seen.values = all_is_free;
            seen.value_count = sizeof all_is_free / sizeof all_is_free[0];
        }
        hck_oracle_judge(oracle, i, &seen, &verdicts);
        for (uint32_t k = 0; k < verdicts.count; k++) {
            assert_int_not_equal(verdicts.items[k].outcome, VERDICT_BROKEN);
            assert_int_not_equal(verdicts.items[k].outcome, VERDICT_SKIPPED);
            assert_int_not_equal(verdicts.items[k].outcome, VERDICT_VIOLATED);
        }
    }
}

/* Processor time, the least of a few rounds. */
static double measure(make_calls make, uint32_t count)
{
    struct oracle_options options = {
        .bases = PROFILE_WINDOWS, .has_exceptions = true, .has_last_error = true};
    struct trace trace = {.call_count = CALLS_EACH * count, .thread_count = 1};
    double least = 0;
    trace.calls = calloc(trace.call_count, sizeof *trace.calls);
    assert_non_null(trace.calls);
    trace.slot_count[SLOT_HEAP] = count;
    trace.slot_count[SLOT_BLOCK] = count;
    make(trace.calls, count);
    size_t size = hck_oracle_storage(&trace);
    void *arena = calloc(1, size);
    assert_non_null(arena);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct oracle *oracle = hck_oracle_start(&trace, &options, arena, size);
        assert_non_null(oracle);
        clock_t begin = clock();
        judge_all(oracle, &trace);
        double took = (double)(clock() - begin);
        least = round == 0 || took < least ? took : least;
    }
    free(arena);
    free(trace.calls);
    return least;
}

static void assert_grows_with_the_calls(make_calls make, uint32_t few)
{
    double short_time = measure(make, few);
    double long_time = measure(make, TIMES * few);
    if (long_time > TIMES_MAX * short_time) {
        fail_msg("%u heaps or blocks take %.0f, %u take %.0f", few, short_time, TIMES * few,
                 long_time);
    }
}

static void heaps_that_are_gone_cost_nothing(void **state)
{
    (void)state;
    assert_grows_with_the_calls(create_and_destroy, HEAPS_FEW);
}

static void heaps_that_live_cost_nothing(void **state)
{
    (void)state;
    assert_grows_with_the_calls(create_all_and_destroy_all, HEAPS_FEW);
}

static void names_of_the_default_heap_cost_nothing(void **state)
{
    (void)state;
    assert_grows_with_the_calls(name_and_lock_the_default_heap, HEAPS_FEW);
}

static void looks_at_pages_after_an_empty_heap_cost_nothing(void **state)
{
    (void)state;
    assert_grows_with_the_calls(look_after_an_empty_heap, BLOCKS_FEW);
}

static void looks_at_pages_after_a_heap_with_blocks_cost_nothing(void **state)
{
    (void)state;
    assert_grows_with_the_calls(look_after_a_heap_with_blocks, BLOCKS_FEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heaps_that_are_gone_cost_nothing),
        cmocka_unit_test(heaps_that_live_cost_nothing),
        cmocka_unit_test(names_of_the_default_heap_cost_nothing),
        cmocka_unit_test(looks_at_pages_after_an_empty_heap_cost_nothing),
        cmocka_unit_test(looks_at_pages_after_a_heap_with_blocks_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
