/* The memory of the oracle: large enough for each trace, kept for the next one, and no more of it
 * touched than the trace needs. */
#define _DEFAULT_SOURCE /* mincore */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "kit/run/arena.h"
#include "oracle/oracle.h"
#include "spec/win32.h"

enum { CALLS_MAX = 1000 * 1000 };

/* A trace of `count` blocks. */
static struct trace make_trace(struct call *calls, uint32_t count)
{
    struct trace trace = {.calls = calls, .thread_count = 1, .call_count = count};
    for (uint32_t i = 0; i < count; i++) {
        calls[i] = (struct call){.id = CALL_HeapAlloc, .result_slot = i};
    }
    trace.slot_count[SLOT_HEAP] = 1;
    trace.slot_count[SLOT_BLOCK] = count;
    return trace;
}

static void an_arena_grows_for_the_trace_and_never_shrinks(void **state)
{
    (void)state;
    struct oracle_options options = {.bases = PROFILE_WINDOWS};
    struct call *calls = calloc(CALLS_MAX, sizeof *calls);
    struct judge_arena arena = {.bytes = NULL};
    assert_non_null(calls);
    static const uint32_t counts[] = {1, CALLS_MAX, 10};
    size_t size = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct trace trace = make_trace(calls, counts[i]);
        assert_true(hck_arena_fit(&arena, &trace));
        assert_true(arena.size >= hck_oracle_storage(&trace));
        assert_true(arena.size >= size);
        assert_non_null(hck_oracle_start(&trace, &options, arena.bytes, arena.size));
        size = arena.size;
    }
    hck_arena_free(&arena);
    assert_int_equal(arena.size, 0);
    free(calls);
}

/* How much of the arena is in memory. */
static size_t measure_resident(const struct judge_arena *arena)
{
    size_t count = arena->size / WINMEM_PAGE_SIZE;
    unsigned char *pages = calloc(count, 1);
    size_t resident = 0;
    assert_non_null(pages);
    assert_int_equal(mincore(arena->bytes, arena->size, pages), 0);
    for (size_t i = 0; i < count; i++) {
        resident += (pages[i] & 1) * (size_t)WINMEM_PAGE_SIZE;
    }
    free(pages);
    return resident;
}

/* Given an arena that was used; when a trace names one slot, with the highest number; then its
 * slots are empty, and a few pages are used (at most huge ones) of the hundreds of megabytes. */
static void a_high_slot_number_takes_no_memory(void **state)
{
    (void)state;
    struct oracle_options options = {.bases = PROFILE_WINDOWS};
    struct call call = {.id = CALL_HeapCreate, .result_slot = SLOT_INDEX_MAX};
    struct trace trace = {.calls = &call, .thread_count = 1, .call_count = 1};
    struct judge_arena arena = {.bytes = NULL};
    trace.slot_count[SLOT_HEAP] = SLOT_INDEX_MAX + 1;
    for (unsigned i = 0; i < 2; i++) {
        assert_true(hck_arena_fit(&arena, &trace));
        assert_true(arena.is_zeroed);
        options.has_zeroed_arena = true;
        assert_non_null(hck_oracle_start(&trace, &options, arena.bytes, arena.size));
        assert_true(measure_resident(&arena) < arena.size / 16);
        memset(arena.bytes, 0xEE, arena.size / 4);
    }
    assert_true(hck_arena_fit(&arena, &trace));
    for (size_t i = 0; i < arena.size / 4; i += WINMEM_PAGE_SIZE) {
        assert_int_equal(((unsigned char *)arena.bytes)[i], 0);
    }
    trace.slot_count[SLOT_HEAP] = 1;
    assert_true(hck_arena_fit(&arena, &trace));
    assert_false(arena.is_zeroed);
    hck_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_grows_for_the_trace_and_never_shrinks),
        cmocka_unit_test(a_high_slot_number_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
