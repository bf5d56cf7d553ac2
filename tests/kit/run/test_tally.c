/* What traces put to the test adds up clause by clause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/run/tally.h"

static struct tally *tally;
static struct trace trace;
static struct verdicts verdicts;

static const enum clause_id freed = CLAUSE_heap_free_live_block_succeeds;
static const enum clause_id sized = CLAUSE_heap_size_live_block_is_the_requested_size;

static const struct clause_tally *note(enum clause_id clause, enum verdict_outcome outcome,
                                       uint16_t block_class, uint64_t trace_index)
{
    verdicts.count = 1;
    verdicts.state_classes[STATE_PART_OBJECT] = block_class;
    verdicts.items[0] = (struct verdict){.clause = (uint16_t)clause, .outcome = (uint8_t)outcome};
    hck_tally_note(tally, &trace, trace_index, &verdicts);
    return hck_tally_get(tally, clause);
}

static void outcomes_are_counted_clause_by_clause(void **state)
{
    (void)state;
    (void)note(freed, VERDICT_HOLDS, 1, 0);
    (void)note(freed, VERDICT_HOLDS, 1, 1);
    (void)note(freed, VERDICT_VIOLATED, 1, 1);
    assert_int_equal(hck_tally_get(tally, freed)->counts[VERDICT_HOLDS], 2);
    assert_int_equal(hck_tally_get(tally, freed)->counts[VERDICT_VIOLATED], 1);
    assert_int_equal(hck_tally_get(tally, sized)->counts[VERDICT_HOLDS], 0);
}

static void classes_are_counted_once_for_each_part_and_clause(void **state)
{
    (void)state;
    (void)note(freed, VERDICT_HOLDS, 1, 0);
    (void)note(freed, VERDICT_HOLDS, 1, 0);
    (void)note(freed, VERDICT_HOLDS, UINT16_MAX, 0);
    (void)note(sized, VERDICT_HOLDS, 1, 0);
    assert_int_equal(hck_tally_get(tally, freed)->class_counts[STATE_PART_OBJECT], 2);
    assert_int_equal(hck_tally_get(tally, freed)->class_counts[STATE_PART_HEAP], 1);
    assert_int_equal(hck_tally_get(tally, sized)->class_counts[STATE_PART_OBJECT], 1);
}

static void the_first_trace_is_the_one_with_the_lowest_index(void **state)
{
    (void)state;
    assert_true(hck_tally_get(tally, freed)->first_trace == TALLY_NEVER);
    (void)note(freed, VERDICT_SKIPPED, 1, 7);
    (void)note(freed, VERDICT_HOLDS, 1, 5);
    (void)note(freed, VERDICT_LATITUDE, 1, 9);
    assert_int_equal(hck_tally_get(tally, freed)->first_trace, 5);
}

static void what_judges_nothing_has_neither_class_nor_trace(void **state)
{
    (void)state;
    (void)note(freed, VERDICT_UNSUPPORTED, 1, 0);
    const struct clause_tally *clause = note(freed, VERDICT_BROKEN, 1, 0);
    assert_int_equal(clause->counts[VERDICT_UNSUPPORTED], 1);
    assert_int_equal(clause->counts[VERDICT_BROKEN], 1);
    assert_int_equal(clause->class_counts[STATE_PART_OBJECT], 0);
    assert_true(clause->first_trace == TALLY_NEVER);
    /* Of an observation that makes no sense there is no clause. */
    verdicts.items[0].clause = CLAUSE_NONE;
    hck_tally_note(tally, &trace, 0, &verdicts);
}

static void of_a_trace_with_threads_only_that_it_judged_is_noted(void **state)
{
    (void)state;
    trace.thread_count = 2;
    const struct clause_tally *clause = note(freed, VERDICT_HOLDS, 1, 3);
    assert_int_equal(clause->counts[VERDICT_HOLDS], 0);
    assert_int_equal(clause->class_counts[STATE_PART_OBJECT], 0);
    assert_int_equal(clause->first_trace, 3);
}

static int open_tally(void **state)
{
    (void)state;
    tally = hck_tally_open();
    trace.thread_count = 1;
    return tally != NULL ? 0 : -1;
}

static int close_tally(void **state)
{
    (void)state;
    hck_tally_close(tally);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tally, close_tally)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outcomes_are_counted_clause_by_clause),
        TEST(classes_are_counted_once_for_each_part_and_clause),
        TEST(the_first_trace_is_the_one_with_the_lowest_index),
        TEST(what_judges_nothing_has_neither_class_nor_trace),
        TEST(of_a_trace_with_threads_only_that_it_judged_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
