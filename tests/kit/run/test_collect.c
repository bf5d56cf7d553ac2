/* Adding up verdicts gives the same sums in whatever order the traces come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/collect.h"

static struct selection everything;

static int select_everything(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        everything.clauses[i] = true;
    }
    everything.count = CLAUSE_COUNT;
    return 0;
}

static void add_verdict(struct verdicts *verdicts, unsigned clause, enum verdict_outcome outcome,
                        const char *choice)
{
    verdicts->items[verdicts->count++] = (struct verdict){.clause = (uint16_t)clause,
                                                          .expectation = NO_EXPECTATION,
                                                          .outcome = (uint8_t)outcome,
                                                          .choice = choice};
}

static void add_violation(struct verdicts *verdicts, unsigned clause, enum subject subject,
                          uint32_t index)
{
    struct expectation *expectation = &verdicts->expectations[verdicts->expectation_count];
    memset(expectation, 0, sizeof *expectation);
    expectation->subject = (uint8_t)subject;
    expectation->index = index;
    verdicts->items[verdicts->count++] =
        (struct verdict){.clause = (uint16_t)clause,
                         .expectation = (uint16_t)verdicts->expectation_count++,
                         .outcome = VERDICT_VIOLATED};
}

/* A trace that has the call at this place, which the verdicts are on from now on. */
static const struct trace *trace_with(struct call call, uint32_t call_index,
                                      struct verdicts *verdicts)
{
    static struct call calls[128];
    static const struct trace trace = {.calls = calls, .call_count = 128};
    assert_true(call_index < trace.call_count);
    calls[call_index] = call;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        verdicts->items[i].call_index = call_index;
    }
    return &trace;
}

/* A trace of which one call has these verdicts. */
static void add_call(struct collect *collect, uint64_t index, uint32_t call_index, enum call_id id,
                     struct verdicts *verdicts)
{
    struct call call = {.id = (uint16_t)id};
    hck_collect_call(collect, index, trace_with(call, call_index, verdicts), verdicts);
    hck_collect_commit(collect);
}

static void add_trace(struct collect *collect, uint64_t index, enum call_id id,
                      struct verdicts *verdicts)
{
    add_call(collect, index, 0, id, verdicts);
}

static void the_first_state_that_applies_is_a_clauses_state(void **state)
{
    (void)state;
    struct collect *collect = hck_collect_open(&everything);
    struct verdicts verdicts = {.count = 0};
    assert_int_equal(hck_collect_state(collect, 0), STATE_NOT_EXERCISED);
    add_verdict(&verdicts, 0, VERDICT_UNSUPPORTED, NULL);
    add_verdict(&verdicts, 1, VERDICT_SKIPPED, NULL);
    add_trace(collect, 0, CALL_HeapAlloc, &verdicts);
    assert_int_equal(hck_collect_state(collect, 0), STATE_UNSUPPORTED);
    assert_int_equal(hck_collect_state(collect, 1), STATE_NOT_EXERCISED);
    assert_false(hck_collect_exercised(collect, 0));
    verdicts.count = 0;
    add_verdict(&verdicts, 0, VERDICT_LATITUDE, "one");
    add_trace(collect, 1, CALL_HeapAlloc, &verdicts);
    assert_int_equal(hck_collect_state(collect, 0), STATE_LATITUDE);
    verdicts.count = 0;
    add_verdict(&verdicts, 0, VERDICT_HOLDS, NULL);
    add_trace(collect, 2, CALL_HeapAlloc, &verdicts);
    assert_int_equal(hck_collect_state(collect, 0), STATE_HOLDS);
    verdicts.count = 0;
    add_violation(&verdicts, 0, SUBJECT_RESULT, 0);
    add_trace(collect, 3, CALL_HeapAlloc, &verdicts);
    assert_int_equal(hck_collect_state(collect, 0), STATE_VIOLATED);
    assert_true(hck_collect_exercised(collect, 0));
    assert_int_equal(collect->trace_count, 4);
    assert_int_equal(collect->call_count, 4);
    hck_collect_close(collect);
}

static void a_discarded_trace_leaves_nothing_behind(void **state)
{
    (void)state;
    struct collect *collect = hck_collect_open(&everything);
    struct call call = {.id = CALL_HeapFree};
    struct verdicts verdicts = {.count = 0};
    add_violation(&verdicts, 3, SUBJECT_RESULT, 0);
    hck_collect_call(collect, 0, trace_with(call, 0, &verdicts), &verdicts);
    hck_collect_discard(collect);
    assert_int_equal(hck_collect_state(collect, 3), STATE_NOT_EXERCISED);
    assert_int_equal(collect->trace_count, 0);
    assert_int_equal(collect->call_count, 0);
    hck_collect_commit(collect);
    assert_int_equal(hck_collect_state(collect, 3), STATE_NOT_EXERCISED);
    hck_collect_close(collect);
}

static void clauses_outside_the_selection_and_nonsense_are_not_looked_at(void **state)
{
    (void)state;
    struct selection some;
    memset(&some, 0, sizeof some);
    some.clauses[5] = true;
    struct collect *collect = hck_collect_open(&some);
    struct verdicts verdicts = {.count = 0};
    add_violation(&verdicts, 4, SUBJECT_RESULT, 0);
    add_violation(&verdicts, 5, SUBJECT_RESULT, 0);
    add_verdict(&verdicts, CLAUSE_NONE, VERDICT_BROKEN, NULL);
    add_trace(collect, 0, CALL_HeapFree, &verdicts);
    assert_int_equal(hck_collect_state(collect, 4), STATE_NOT_EXERCISED);
    assert_int_equal(hck_collect_state(collect, 5), STATE_VIOLATED);
    hck_collect_close(collect);
}

static void the_same_deviation_is_one_finding(void **state)
{
    (void)state;
    struct collect *collect = hck_collect_open(&everything);
    struct verdicts verdicts = {.count = 0};
    add_violation(&verdicts, 7, SUBJECT_VALUE, 3);
    add_trace(collect, 9, CALL_WalkHeap, &verdicts);
    verdicts.expectations[0].index = 12; /* another entry of the list, the same deviation */
    add_trace(collect, 4, CALL_WalkHeap, &verdicts);
    add_trace(collect, 6, CALL_HeapWalk, &verdicts);
    const struct clause_record *record = &collect->records[7];
    assert_int_equal(record->finding_count, 2);
    assert_int_equal(record->findings[0].trace_index, 4);
    assert_int_equal(record->findings[0].call, CALL_WalkHeap);
    assert_int_equal(record->findings[1].trace_index, 6);
    assert_int_equal(record->counts[VERDICT_VIOLATED], 3);
    hck_collect_close(collect);
}

static void a_finding_stands_where_the_fewest_calls_come_before_it(void **state)
{
    (void)state;
    struct collect *collect = hck_collect_open(&everything);
    const struct call walk = {.id = CALL_WalkHeap};
    struct verdicts verdicts = {.count = 0};
    add_violation(&verdicts, 7, SUBJECT_VALUE, 3);
    const struct finding *kept = &collect->records[7].findings[0];
    hck_collect_joined_call(collect, 1, 3, trace_with(walk, 2, &verdicts), &verdicts);
    hck_collect_commit(collect);
    assert_true(kept->is_joined);
    add_call(collect, 1, 20, CALL_WalkHeap, &verdicts); /* needs no traces before it */
    assert_false(kept->is_joined);
    add_call(collect, 9, 5, CALL_WalkHeap, &verdicts);
    assert_int_equal(kept->trace_index, 9);
    add_call(collect, 2, 6, CALL_WalkHeap, &verdicts);
    assert_int_equal(kept->trace_index, 9);
    add_call(collect, 4, 5, CALL_WalkHeap, &verdicts); /* as close, and an earlier trace */
    assert_int_equal(kept->trace_index, 4);
    assert_int_equal(collect->records[7].finding_count, 1);
    hck_collect_close(collect);
}

static void describe_by_thread(void *context, const struct call *call,
                               const struct expectation *expectation, char *text, size_t size)
{
    (void)context;
    (void)expectation;
    (void)snprintf(text, size, "thread %u", call->thread);
}

static void what_was_seen_is_said_of_the_place_that_is_kept(void **state)
{
    (void)state;
    struct collect *collect = hck_collect_open(&everything);
    struct verdicts verdicts = {.count = 0};
    add_violation(&verdicts, 7, SUBJECT_VALUE, 3);
    collect->describe = describe_by_thread;
    for (unsigned i = 1; i <= 3; i++) {
        struct call call = {.id = CALL_HeapSize, .thread = (uint8_t)i};
        hck_collect_call(collect, i, trace_with(call, i == 2 ? 3 : 8, &verdicts), &verdicts);
        hck_collect_commit(collect);
    }
    assert_string_equal(collect->records[7].findings[0].sentence, "thread 2");
    hck_collect_close(collect);
}

/* Once more deviations than fit in have been seen, too. */
static void the_closest_findings_are_kept_in_whatever_order_they_come(void **state)
{
    enum { SHAPES = 2 * FINDINGS_MAX };
    (void)state;
    for (unsigned order = 0; order < 2 * SHAPES; order++) {
        struct collect *collect = hck_collect_open(&everything);
        for (unsigned i = 0; i < 2 * SHAPES; i++) {
            unsigned n = i ^ order; /* each shape twice: far, and close to the start */
            struct verdicts verdicts = {.count = 0};
            add_violation(&verdicts, 7, SUBJECT_MEASURE, n % SHAPES);
            add_call(collect, n, n < SHAPES ? 100 - n : n, CALL_WalkHeap, &verdicts);
        }
        const struct clause_record *record = &collect->records[7];
        assert_int_equal(record->finding_count, FINDINGS_MAX);
        for (unsigned i = 0; i < FINDINGS_MAX; i++) {
            assert_int_equal(record->findings[i].index, i);
            assert_int_equal(record->findings[i].call_index, SHAPES + i);
        }
        hck_collect_close(collect);
    }
}

static void a_call_that_did_not_return_is_a_hang(void **state)
{
    (void)state;
    struct verdicts verdicts = {.count = 0};
    add_violation(&verdicts, 0, SUBJECT_STATUS, 0);
    const struct call call = {.id = CALL_HeapSize};
    const struct trace *trace = trace_with(call, 0, &verdicts);
    verdicts.expectations[0].observed = STATUS_HUNG;
    assert_true(hck_finding_of(&verdicts, &verdicts.items[0], trace, 0).is_hang);
    verdicts.expectations[0].observed = STATUS_CRASHED;
    assert_false(hck_finding_of(&verdicts, &verdicts.items[0], trace, 0).is_hang);
    verdicts.expectations[0].subject = SUBJECT_RESULT;
    verdicts.expectations[0].observed = STATUS_HUNG;
    assert_false(hck_finding_of(&verdicts, &verdicts.items[0], trace, 0).is_hang);
}

static const char *const choices[] = {"moved", "stayed", "null", "a", "b", "c", "d", "e", "f", "g"};

/* The n-th trace of a made-up run: some verdicts that depend on n alone. */
static void make_trace(uint64_t n, struct collect *collect)
{
    struct verdicts verdicts = {.count = 0};
    uint64_t x = n * UINT64_C(0x9E3779B97F4A7C15);
    add_verdict(&verdicts, (unsigned)(x >> 60), VERDICT_HOLDS, NULL);
    add_verdict(&verdicts, (unsigned)(x >> 40 & 7), VERDICT_LATITUDE, choices[x >> 32 & 7]);
    if ((x >> 20 & 3) == 0) {
        add_violation(&verdicts, 20 + (unsigned)(x >> 24 & 3), SUBJECT_MEASURE,
                      (uint32_t)(x >> 50 & 15));
    }
    add_call(collect, n, (uint32_t)(x >> 10 & 15), (enum call_id)(x >> 16 & 7), &verdicts);
}

static void check_same(const struct clause_record *a, const struct clause_record *b)
{
    assert_memory_equal(a->counts, b->counts, sizeof a->counts);
    assert_int_equal(a->choice_count, b->choice_count);
    for (uint32_t i = 0; i < a->choice_count; i++) {
        assert_string_equal(a->choices[i], b->choices[i]);
    }
    assert_int_equal(a->finding_count, b->finding_count);
    for (uint32_t i = 0; i < a->finding_count; i++) {
        assert_true(hck_finding_same(&a->findings[i], &b->findings[i]));
        assert_int_equal(a->findings[i].trace_index, b->findings[i].trace_index);
        assert_int_equal(a->findings[i].call_index, b->findings[i].call_index);
    }
}

static void workers_in_any_split_add_up_to_the_same_sums(void **state)
{
    enum { TRACES = 500, WORKERS = 3 };
    (void)state;
    struct collect *whole = hck_collect_open(&everything);
    for (uint64_t n = 0; n < TRACES; n++) {
        make_trace(n, whole);
    }
    for (unsigned split = 0; split < 20; split++) {
        struct collect *parts[WORKERS];
        struct collect *sum = hck_collect_open(&everything);
        for (unsigned i = 0; i < WORKERS; i++) {
            parts[i] = hck_collect_open(&everything);
        }
        for (uint64_t n = 0; n < TRACES; n++) {
            make_trace(n, parts[(n * (split + 7) >> 3) % WORKERS]);
        }
        for (unsigned i = 0; i < WORKERS; i++) {
            hck_collect_merge(sum, parts[(i + split) % WORKERS]);
            hck_collect_close(parts[(i + split) % WORKERS]);
        }
        for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
            check_same(&sum->records[i], &whole->records[i]);
        }
        assert_int_equal(sum->trace_count, TRACES);
        assert_int_equal(sum->call_count, TRACES);
        hck_collect_close(sum);
    }
    hck_collect_close(whole);
}

static void rules_are_in_none_of_the_totals(void **state)
{
    (void)state;
    struct collect *collect = hck_collect_open(&everything);
    uint32_t totals[STATE_COUNT];
    uint32_t sum = 0;
    uint32_t rules = 0;
    hck_collect_totals(collect, totals);
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        sum += totals[i];
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        rules += hck_clause_get((enum clause_id)i)->basis == BASIS_UNDEFINED;
    }
    assert_true(rules > 0);
    assert_int_equal(sum + rules, CLAUSE_COUNT);
    hck_collect_close(collect);
}

static void the_first_trace_that_made_no_sense_is_told(void **state)
{
    (void)state;
    struct collect *a = hck_collect_open(&everything);
    struct collect *b = hck_collect_open(&everything);
    hck_collect_note_broken(a, 8, "late");
    hck_collect_note_broken(b, 5, "early");
    hck_collect_merge(a, b);
    assert_string_equal(a->broken_message, "early");
    hck_collect_note_broken(a, 6, "between");
    assert_string_equal(a->broken_message, "early");
    hck_collect_close(a);
    hck_collect_close(b);
}

static void traces_that_were_not_run_add_up(void **state)
{
    (void)state;
    struct collect *a = hck_collect_open(&everything);
    struct collect *b = hck_collect_open(&everything);
    hck_collect_merge(a, b);
    assert_int_equal(a->not_run.count, 0);
    hck_collect_note_not_run(b, CALL_HeapSize);
    hck_collect_note_not_run(b, CALL_HeapSize);
    hck_collect_merge(a, b);
    assert_int_equal(a->not_run.count, 2);
    assert_int_equal(a->not_run.call, CALL_HeapSize);
    assert_false(a->not_run.has_others);
    hck_collect_note_not_run(a, CALL_HeapAlloc);
    assert_int_equal(a->not_run.count, 3);
    assert_int_equal(a->not_run.call, CALL_HeapAlloc);
    assert_true(a->not_run.has_others);
    hck_collect_close(a);
    hck_collect_close(b);
}

static void silences_add_up_and_the_first_is_named(void **state)
{
    (void)state;
    struct collect *a = hck_collect_open(&everything);
    struct collect *b = hck_collect_open(&everything);
    struct collect *none = hck_collect_open(&everything);
    hck_collect_note_silent(a, 8, true, "late");
    hck_collect_note_silent(b, 5, false, "early");
    hck_collect_merge(a, none);
    hck_collect_merge(a, b);
    hck_collect_note_silent(a, 6, false, "between");
    assert_int_equal(a->silences.count, 3);
    assert_int_equal(a->silences.threaded_count, 1);
    assert_string_equal(a->silences.first_name, "early");
    hck_collect_close(a);
    hck_collect_close(b);
    hck_collect_close(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_state_that_applies_is_a_clauses_state),
        cmocka_unit_test(a_discarded_trace_leaves_nothing_behind),
        cmocka_unit_test(clauses_outside_the_selection_and_nonsense_are_not_looked_at),
        cmocka_unit_test(the_same_deviation_is_one_finding),
        cmocka_unit_test(a_finding_stands_where_the_fewest_calls_come_before_it),
        cmocka_unit_test(what_was_seen_is_said_of_the_place_that_is_kept),
        cmocka_unit_test(the_closest_findings_are_kept_in_whatever_order_they_come),
        cmocka_unit_test(a_call_that_did_not_return_is_a_hang),
        cmocka_unit_test(workers_in_any_split_add_up_to_the_same_sums),
        cmocka_unit_test(rules_are_in_none_of_the_totals),
        cmocka_unit_test(the_first_trace_that_made_no_sense_is_told),
        cmocka_unit_test(traces_that_were_not_run_add_up),
        cmocka_unit_test(silences_add_up_and_the_first_is_named),
    };
    return cmocka_run_group_tests(tests, select_everything, NULL);
}
