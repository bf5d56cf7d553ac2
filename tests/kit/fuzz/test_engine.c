/* What the engine tries, keeps and forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/fuzz/engine.h"
#include "tests/kit/trace/text.h"

static struct verdicts verdicts;

/* As if the trace had reached this class of state. */
static void reach(struct engine *engine, uint32_t state_class)
{
    verdicts.count = 1;
    verdicts.state_classes[STATE_PART_HEAP] = (uint16_t)state_class;
    verdicts.items[0] =
        (struct verdict){.clause = CLAUSE_heap_free_live_block_succeeds, .outcome = VERDICT_HOLDS};
    hck_engine_note(engine, &verdicts);
}

static void try_next(struct engine *engine, uint32_t state_class, struct trace_buffer *trace)
{
    assert_true(hck_engine_next(engine, trace));
    reach(engine, state_class);
    assert_int_not_equal(hck_engine_learn(engine, &trace->trace), ENGINE_NO_MEMORY);
}

static void what_reaches_something_new_is_kept(void **state)
{
    struct engine_options options = {.seed = 1};
    struct engine *engine = hck_engine_open(&options);
    struct trace_buffer trace = {0};
    (void)state;
    try_next(engine, 1, &trace);
    assert_int_equal(hck_engine_progress(engine).kept_count, 1);
    assert_true(hck_trace_same(hck_engine_kept(engine, 0), &trace.trace));
    try_next(engine, 1, &trace);
    assert_int_equal(hck_engine_progress(engine).kept_count, 1);
    try_next(engine, 2, &trace);
    struct engine_progress progress = hck_engine_progress(engine);
    assert_int_equal(progress.kept_count, 2);
    assert_int_equal(progress.feature_count, STATE_PART_COUNT + 1);
    assert_int_equal(progress.tried_count, 3);
    hck_trace_free(&trace);
    hck_engine_close(engine);
}

static void the_same_seed_and_answers_try_the_same(void **state)
{
    struct trace_buffer one = {0};
    struct trace_buffer other = {0};
    (void)state;
    for (unsigned mode = 0; mode < 4; mode++) {
        struct engine_options options = {
            .seed = 7, .is_unguided = (mode & 1) != 0, .is_bytewise = (mode & 2) != 0};
        struct engine *first = hck_engine_open(&options);
        struct engine *second = hck_engine_open(&options);
        for (uint32_t n = 0; n < 300; n++) {
            try_next(first, n / 3, &one);
            try_next(second, n / 3, &other);
            assert_true(hck_trace_same(&one.trace, &other.trace));
            /* A few are long; locks are given back, however many there are. */
            assert_in_range(one.trace.call_count, 0, 16 * GENERATE_CALLS + 16);
        }
        hck_engine_close(first);
        hck_engine_close(second);
    }
    hck_trace_free(&one);
    hck_trace_free(&other);
}

/* Whether it reached something new or not, every trace is as good as any. */
static void an_unguided_engine_keeps_some_of_all_traces(void **state)
{
    struct engine_options options = {.seed = 1, .is_unguided = true};
    struct engine *engine = hck_engine_open(&options);
    struct trace_buffer trace = {0};
    (void)state;
    for (uint32_t n = 0; n < 200; n++) {
        try_next(engine, n, &trace);
    }
    uint32_t kept = hck_engine_progress(engine).kept_count;
    assert_in_range(kept, 20, 60);
    for (uint32_t n = 0; n < 200; n++) {
        try_next(engine, 0, &trace);
    }
    assert_in_range(hck_engine_progress(engine).kept_count, kept + 20, kept + 60);
    assert_int_equal(hck_engine_progress(engine).feature_count, STATE_PART_COUNT + 199);
    hck_trace_free(&trace);
    hck_engine_close(engine);
}

/* Neighbours of a trace that was added are tried, they have its calls, once the generator reaches
 * nothing new any more. */
static void what_is_added_is_changed(void **state)
{
    struct engine_options options = {.seed = 1};
    struct engine *engine = hck_engine_open(&options);
    struct trace_buffer trace = {0};
    unsigned like_it_count = 0;
    (void)state;
    load_trace("# heapck trace 1\nh7 = HeapCreate(0, 0, 0)\nb7 = HeapAlloc(h7, 0, 77)\n", &trace);
    assert_true(hck_engine_add(engine, &trace.trace));
    for (uint32_t n = 0; n < 2000; n++) {
        try_next(engine, 1, &trace);
        like_it_count += n >= 1900 && trace.trace.slot_count[SLOT_HEAP] > 7;
    }
    assert_in_range(like_it_count, 20, 100);
    hck_trace_free(&trace);
    hck_engine_close(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reaches_something_new_is_kept),
        cmocka_unit_test(the_same_seed_and_answers_try_the_same),
        cmocka_unit_test(an_unguided_engine_keeps_some_of_all_traces),
        cmocka_unit_test(what_is_added_is_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
