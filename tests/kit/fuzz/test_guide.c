/* What counts as new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kit/fuzz/guide.h"

static struct guide *guide;
static struct verdicts verdicts;

static uint32_t note(enum clause_id clause, enum verdict_outcome outcome, uint32_t state_class)
{
    verdicts.count = 1;
    verdicts.state_classes[STATE_PART_HEAP] = (uint16_t)state_class;
    verdicts.items[0] = (struct verdict){.clause = (uint16_t)clause, .outcome = (uint8_t)outcome};
    struct guide_news news = {.count = 0};
    hck_guide_note(guide, &verdicts, &news);
    return news.count;
}

static void a_feature_is_new_once(void **state)
{
    (void)state;
    assert_int_equal(note(CLAUSE_heap_free_live_block_succeeds, VERDICT_HOLDS, 1),
                     STATE_PART_COUNT);
    assert_int_equal(note(CLAUSE_heap_free_live_block_succeeds, VERDICT_HOLDS, 1), 0);
    assert_int_equal(guide->feature_count, STATE_PART_COUNT);
}

static void another_outcome_class_or_clause_is_another_feature(void **state)
{
    (void)state;
    uint32_t all = STATE_PART_COUNT;
    assert_int_equal(note(CLAUSE_heap_free_live_block_succeeds, VERDICT_HOLDS, 1), all);
    assert_int_equal(note(CLAUSE_heap_free_live_block_succeeds, VERDICT_VIOLATED, 1), all);
    assert_int_equal(note(CLAUSE_heap_free_live_block_succeeds, VERDICT_HOLDS, 2), 1);
    assert_int_equal(note(CLAUSE_heap_size_live_block_is_the_requested_size, VERDICT_HOLDS, 1),
                     all);
    assert_int_equal(guide->feature_count, 3 * all + 1);
}

static void a_clause_stays_as_far_as_it_got(void **state)
{
    const uint8_t *reach = &guide->reach[CLAUSE_heap_free_live_block_succeeds];
    (void)state;
    note(CLAUSE_heap_free_live_block_succeeds, VERDICT_UNSUPPORTED, 1);
    note(CLAUSE_heap_handle_must_be_live, VERDICT_SKIPPED, 1);
    assert_int_equal(*reach, REACH_UNSUPPORTED);
    assert_int_equal(guide->reach[CLAUSE_heap_handle_must_be_live], REACH_NONE);
    note(CLAUSE_heap_free_live_block_succeeds, VERDICT_VIOLATED, 1);
    assert_int_equal(*reach, REACH_JUDGED);
    note(CLAUSE_heap_free_live_block_succeeds, VERDICT_UNSUPPORTED, 1);
    assert_int_equal(*reach, REACH_JUDGED);
}

static int open_guide(void **state)
{
    (void)state;
    guide = calloc(1, sizeof *guide);
    return guide != NULL ? 0 : -1;
}

static int close_guide(void **state)
{
    (void)state;
    free(guide);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_guide, close_guide)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_feature_is_new_once),
        TEST(another_outcome_class_or_clause_is_another_feature),
        TEST(a_clause_stays_as_far_as_it_got),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
