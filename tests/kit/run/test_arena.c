/* The memory of the oracle: large enough for each trace, kept for the next one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/arena.h"
#include "oracle/oracle.h"

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
    struct judge_arena arena = {NULL, 0};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_grows_for_the_trace_and_never_shrinks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
