/* Adding up verdicts gives the same sums in whatever order the traces come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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
    verdicts->items[verdicts->count++] =
        (struct verdict){(uint16_t)clause, (uint8_t)outcome, NO_EXPECTATION, choice};
}

static void add_violation(struct verdicts *verdicts, unsigned clause, enum subject subject,
                          uint32_t index)
{
    struct expectation *expectation = &verdicts->expectations[verdicts->expectation_count];
    memset(expectation, 0, sizeof *expectation);
    expectation->subject = (uint8_t)subject;
    expectation->index = index;
    verdicts->items[verdicts->count++] = (struct verdict){
        (uint16_t)clause, VERDICT_VIOLATED, (uint8_t)verdicts->expectation_count++, NULL};
}

/* One trace of one call with these verdicts. */
static void add_trace(struct collect *collect, uint64_t index, enum call_id id,
                      const struct verdicts *verdicts)
{
    struct call call = {.id = (uint16_t)id};
    hck_collect_call(collect, index, 0, &call, verdicts);
    hck_collect_commit(collect);
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
    hck_collect_call(collect, 0, 0, &call, &verdicts);
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

static void the_same_deviation_is_one_finding_and_the_earliest_is_kept(void **state)
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
    add_trace(collect, n, (enum call_id)(x >> 16 & 7), &verdicts);
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
        cmocka_unit_test(the_same_deviation_is_one_finding_and_the_earliest_is_kept),
        cmocka_unit_test(workers_in_any_split_add_up_to_the_same_sums),
        cmocka_unit_test(rules_are_in_none_of_the_totals),
        cmocka_unit_test(the_first_trace_that_made_no_sense_is_told),
        cmocka_unit_test(silences_add_up_and_the_first_is_named),
    };
    return cmocka_run_group_tests(tests, select_everything, NULL);
}
