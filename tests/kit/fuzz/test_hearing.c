/* What the processes of an engine say is taken line by line, whatever else is printed between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/fuzz/hearing.h"

static struct hearing hearing;
static struct heard heard;

/* How often a find was whole. */
static unsigned say(const char *text)
{
    unsigned finds = 0;
    for (; *text != '\0'; text++) {
        finds += hck_hearing_take(&hearing, *text, &heard);
    }
    return finds;
}

static int begin(void **state)
{
    (void)state;
    memset(&hearing, 0, sizeof hearing);
    memset(&heard, 0, sizeof heard);
    return 0;
}

static int end(void **state)
{
    (void)state;
    hck_hearing_clear(&hearing);
    return 0;
}

static void the_numbers_of_a_line_are_known_once_it_is_whole(void **state)
{
    (void)state;
    (void)say("#12\tNEW    cov: 56 ft: 78 corp: 9/10b lim: 11");
    assert_false(hearing.has_begun);
    (void)say(" exec/s: 12\n");
    assert_true(hearing.has_begun);
    assert_int_equal(hearing.tried_count, 12);
    assert_int_equal(heard.edge_count, 56);
    assert_int_equal(heard.kept_count, 9);
}

static void edges_are_the_most_that_any_had_and_traces_the_last(void **state)
{
    (void)state;
    (void)say("#12\tNEW    cov: 56 ft: 78 corp: 9/10b\n#20\tRELOAD cov: 50 ft: 70 corp: 8/9b\n");
    (void)say("#21\tpulse  cov: 50 ft: 70\n");
    assert_int_equal(hearing.tried_count, 21);
    assert_int_equal(heard.edge_count, 56);
    assert_int_equal(heard.kept_count, 8);
}

static void what_was_tried_in_all_is_said_at_the_end(void **state)
{
    (void)state;
    (void)say("#12\tNEW    cov: 56 ft: 78 corp: 9/10b\nstat::number_of_executed_units: 99\n");
    assert_int_equal(hearing.tried_count, 99);
}

static void what_a_target_prints_is_no_number(void **state)
{
    (void)state;
    (void)say("# 7\n7 cov: 5 corp: 6\nstat::number_of_executed_units:\n");
    assert_false(hearing.has_begun);
    assert_int_equal(hearing.tried_count, 0);
    assert_int_equal(heard.edge_count, 0);
}

static void another_process_begins_anew_and_the_last_words_stay(void **state)
{
    (void)state;
    (void)say("#12\tNEW    cov: 56 ft: 78 corp: 9/10b\ndied\n\nof");
    hck_hearing_clear(&hearing);
    assert_false(hearing.has_begun);
    assert_int_equal(hearing.tried_count, 0);
    assert_int_equal(heard.edge_count, 56);
    assert_string_equal(hearing.last_words, "died");
    (void)say("again\n");
    assert_string_equal(hearing.last_words, "again");
}

static void a_line_without_end_is_cut(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * HEARING_LINE_MAX; i++) {
        (void)say("x");
    }
    (void)say("\n");
    assert_int_equal(strlen(hearing.last_words), HEARING_LINE_MAX - 1);
}

static void a_find_in_no_file_is_told_when_it_is_whole(void **state)
{
    (void)state;
    assert_int_equal(say(OVERHEARD_BEFORE "\n# heapck trace 1\nGetLastError()\n"), 0);
    assert_int_equal(say(OVERHEARD_BEHIND "\n"), 1);
    assert_string_equal(hearing.overheard.text, "# heapck trace 1\nGetLastError()\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_numbers_of_a_line_are_known_once_it_is_whole),
        TEST(edges_are_the_most_that_any_had_and_traces_the_last),
        TEST(what_was_tried_in_all_is_said_at_the_end),
        TEST(what_a_target_prints_is_no_number),
        TEST(another_process_begins_anew_and_the_last_words_stay),
        TEST(a_line_without_end_is_cut),
        TEST(a_find_in_no_file_is_told_when_it_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
