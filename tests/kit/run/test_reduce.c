/* A trace is shrunk on a live target: what cannot matter goes first, calls are answered as they
 * were, and hangs cost no more than they have to. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/clock.h"
#include "kit/run/reduce.h"
#include "tests/kit/trace/text.h"

enum { LIMIT_MS = 1500 };

#define HEADER "# heapck trace 1\n"

static struct reduced reduce(const char *way, const struct trace *trace, enum clause_id clause,
                             const struct finding *seen, uint32_t silences_max)
{
    const struct reduce_options options = {
        .target = "so:" DEVIANT_LIBRARY,
        .target_options = {.trace_timeout_ms = LIMIT_MS},
        .bases = PROFILE_DOCUMENTED,
        .wish = {.clause = clause},
        .seen = seen,
        .silences_max = silences_max,
    };
    struct reduced reduced = {.calls_before = 0};
    assert_int_equal(setenv("DEVIANT", way, 1), 0);
    assert_int_equal(hck_reduce(&options, trace, &reduced), REDUCE_DONE);
    return reduced;
}

static void check_reduced(const char *way, const char *from, enum clause_id clause, const char *to)
{
    struct trace_buffer trace = {.capacity = 0};
    load_trace(from, &trace);
    struct reduced reduced = reduce(way, &trace.trace, clause, NULL, 0);
    assert_trace(&reduced.trace.trace, to);
    hck_reduced_free(&reduced);
    hck_trace_free(&trace);
}

/* Blocks of 0 bytes would be simpler, and HeapSize would say what it says when it fails. */
static void no_call_is_made_one_that_fails(void **state)
{
    (void)state;
    check_reduced("short",
                  HEADER "h0 = HeapCreate(0, 0, 0)\n"
                         "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                         "HeapSize(h0, 0, b0)\n"
                         "HeapFree(h0, 0, b0)\n",
                  CLAUSE_heap_size_live_block_is_the_requested_size,
                  "h0 = HeapCreate(0, 0, 0)\n"
                  "b0 = HeapAlloc(h0, 0, 1)\n"
                  "HeapSize(h0, 0, b0)\n");
}

/* Whether it would fail is not known. */
static void the_size_of_a_call_that_does_not_return_does_not_become_0(void **state)
{
    (void)state;
    check_reduced("stuck",
                  HEADER "h0 = HeapCreate(0, 4K, 0)\n"
                         "h1 = HeapCreate(0, 0, 0)\n"
                         "b0 = HeapAlloc(h1, HEAP_ZERO_MEMORY, 100)\n"
                         "HeapFree(h1, 0, b0)\n",
                  CLAUSE_call_completion_returns_to_its_caller,
                  "h0 = HeapCreate(0, 0, 0)\n"
                  "HeapAlloc(h0, 0, 1)\n");
}

/* A hundred of them would take a hundred attempts one by one. */
static void calls_that_are_not_made_go_before_the_first_attempt(void **state)
{
    (void)state;
    char text[8000] = HEADER "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 1)\n";
    for (unsigned i = 0; i < 100; i++) {
        strcat(text, "HeapFree(h1, 0, b1)\n");
    }
    strcat(text, "HeapSize(h0, 0, b0)\n");
    for (unsigned i = 0; i < 100; i++) {
        strcat(text, "HeapValidate(h0, 0, b0)\n");
    }
    struct trace_buffer trace = {.capacity = 0};
    struct trace_buffer smallest = {.capacity = 0};
    load_trace(text, &trace);
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 1)\nHeapSize(h0, 0, b0)\n",
               &smallest);
    enum clause_id clause = CLAUSE_heap_size_live_block_is_the_requested_size;
    struct reduced long_one = reduce("short", &trace.trace, clause, NULL, 0);
    struct reduced short_one = reduce("short", &smallest.trace, clause, NULL, 0);
    assert_int_equal(long_one.trace.trace.call_count, 3);
    assert_int_equal(long_one.attempts, short_one.attempts);
    hck_reduced_free(&long_one);
    hck_reduced_free(&short_one);
    hck_trace_free(&trace);
    hck_trace_free(&smallest);
}

static void load_long_hang(struct trace_buffer *trace, struct finding *seen)
{
    char text[4000] = HEADER "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 100)\n";
    for (unsigned i = 0; i < 40; i++) {
        strcat(text, "HeapFree(h0, 0, NULL)\n");
    }
    strcat(text, "HeapSize(h0, 0, b0)\n");
    load_trace(text, trace);
    *seen = (struct finding){.clause = CLAUSE_call_completion_returns_to_its_caller,
                             .call = CALL_HeapSize,
                             .call_index = 42,
                             .is_hang = true};
}

/* Given a known hang; then nothing but the confirmation of the result takes the whole limit. */
static void a_hang_costs_the_whole_limit_once(void **state)
{
    (void)state;
    struct trace_buffer trace = {.capacity = 0};
    struct finding seen;
    load_long_hang(&trace, &seen);
    uint64_t begin_ms = hck_clock_ms();
    struct reduced reduced = reduce("hang", &trace.trace, seen.clause, &seen, 0);
    uint64_t took_ms = hck_clock_ms() - begin_ms;
    assert_int_equal(reduced.trace.trace.call_count, 3);
    assert_int_equal(reduced.witness.status, STATUS_HUNG);
    assert_true(took_ms >= LIMIT_MS);
    assert_true(reduced.attempts > 10);
    assert_true(took_ms < 10 * LIMIT_MS); /* a quarter of a second for each that hangs */
    hck_reduced_free(&reduced);
    hck_trace_free(&trace);
}

static void after_enough_hangs_the_smallest_so_far_is_the_result(void **state)
{
    (void)state;
    struct trace_buffer trace = {.capacity = 0};
    struct finding seen;
    load_long_hang(&trace, &seen);
    struct reduced reduced = reduce("hang", &trace.trace, seen.clause, &seen, 2);
    assert_in_range(reduced.trace.trace.call_count, 4, 42);
    assert_int_equal(reduced.witness.status, STATUS_HUNG);
    hck_reduced_free(&reduced);
    hck_trace_free(&trace);
}

static void a_cut_leaves_what_other_threads_do(void **state)
{
    (void)state;
    struct trace_buffer trace = {.capacity = 0};
    struct trace_buffer cut = {.capacity = 0};
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                      "b0 = HeapAlloc(h0, 0, 1)\n"
                      "@1 b1 = HeapAlloc(h0, 0, 1)\n"
                      "HeapFree(h0, 0, b0)\n"
                      "@1 HeapFree(h0, 0, b1)\n",
               &trace);
    assert_true(hck_reduce_cut(&trace.trace, 1, &cut));
    assert_trace(&cut.trace, "h0 = HeapCreate(0, 0, 0)\n"
                             "b0 = HeapAlloc(h0, 0, 1)\n"
                             "@1 b1 = HeapAlloc(h0, 0, 1)\n"
                             "@1 HeapFree(h0, 0, b1)\n");
    hck_trace_free(&cut);
    hck_trace_free(&trace);
}

/* A program lets its threads take turns. */
static void what_only_calls_that_meet_violate_is_marked(void **state)
{
    static const char text[] = HEADER "h0 = HeapCreate(0, 0, 0)\n"
                                      "b0 = HeapAlloc(h0, 0, 100)\n"
                                      "@1 b1 = HeapAlloc(h0, 0, 100)\n";
    static const struct {
        const char *way;
        enum clause_id clause;
        bool has_to_meet;
    } rows[] = {
        {"racy", CLAUSE_heap_blocks_never_overlap, true},
        {"misaligned", CLAUSE_heap_alignment_is_sixteen_bytes, false},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_buffer trace = {.capacity = 0};
        load_trace(text, &trace);
        struct reduced reduced = reduce(rows[i].way, &trace.trace, rows[i].clause, NULL, 0);
        assert_int_equal(reduced.has_to_meet, rows[i].has_to_meet);
        hck_reduced_free(&reduced);
        hck_trace_free(&trace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_call_is_made_one_that_fails),
        cmocka_unit_test(the_size_of_a_call_that_does_not_return_does_not_become_0),
        cmocka_unit_test(calls_that_are_not_made_go_before_the_first_attempt),
        cmocka_unit_test(a_hang_costs_the_whole_limit_once),
        cmocka_unit_test(after_enough_hangs_the_smallest_so_far_is_the_result),
        cmocka_unit_test(a_cut_leaves_what_other_threads_do),
        cmocka_unit_test(what_only_calls_that_meet_violate_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
