/* The progress line: done, rate, time left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/report/progress.h"

static char text[120];

static void the_line_says_done_rate_and_time_left(void **state)
{
    (void)state;
    hck_progress_text("traces", 5000, 20000, 10 * 1000, text, sizeof text);
    assert_string_equal(text, "5000/20000 traces, 500/s, 0:30 left");
    hck_progress_text("traces", 200, 20000, 120 * 1000, text, sizeof text);
    assert_string_equal(text, "200/20000 traces, 1/s, 198:00 left");
}

static void a_run_that_has_just_begun_has_no_rate(void **state)
{
    (void)state;
    hck_progress_text("traces", 10, 20000, 20, text, sizeof text);
    assert_string_equal(text, "10/20000 traces");
    hck_progress_text("traces", 0, 20000, 5000, text, sizeof text);
    assert_string_equal(text, "0/20000 traces");
}

static void of_too_few_no_time_is_estimated(void **state)
{
    (void)state;
    hck_progress_text("traces", 1, 43, 60 * 1000, text, sizeof text);
    assert_string_equal(text, "1/43 traces");
    hck_progress_text("traces", 199, 20000, 60 * 1000, text, sizeof text);
    assert_string_equal(text, "199/20000 traces");
}

static void shrinking_says_which_clause_is_waited_for(void **state)
{
    (void)state;
    hck_progress_shrinking_text(11, 43, "heap_walk.end.reports_no_more_items (hang)", text,
                                sizeof text);
    assert_string_equal(text, "shrinking 12 of 43: heap_walk.end.reports_no_more_items (hang)");
    hck_progress_shrinking_text(43, 43, "", text, sizeof text);
    assert_string_equal(text, "shrinking 43 of 43");
}

/* No time is promised while nothing moves. */
static void a_trace_that_is_waited_for_is_named(void **state)
{
    (void)state;
    hck_progress_waiting_text(318, 469, "generated trace 17 of seed 1", 10, text, sizeof text);
    assert_string_equal(text,
                        "318/469, waiting for generated trace 17 of seed 1, up to 10 s a try");
    hck_progress_waiting_text(1, 2, "corpus/clauses/heap_walk/end.reports_no_more_items.trace", 9,
                              text, 60);
    assert_string_equal(text, "1/2, waiting for ...ts_no_more_items.trace, up to 9 s a try");
}

static void nothing_is_shown_where_standard_error_is_no_terminal(void **state)
{
    struct progress progress;
    (void)state;
    hck_progress_begin(&progress, "traces");
    if (progress.on) {
        skip(); /* the test runs on a terminal */
    }
    hck_progress_show(&progress, 1, 2);
    hck_progress_shrinking(&progress, 1, 2, "heap.alignment.is_sixteen");
    hck_progress_waiting(&progress, 1, 2, "a.trace", 10);
    assert_false(progress.shown);
    hck_progress_end(&progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_says_done_rate_and_time_left),
        cmocka_unit_test(a_run_that_has_just_begun_has_no_rate),
        cmocka_unit_test(of_too_few_no_time_is_estimated),
        cmocka_unit_test(shrinking_says_which_clause_is_waited_for),
        cmocka_unit_test(a_trace_that_is_waited_for_is_named),
        cmocka_unit_test(nothing_is_shown_where_standard_error_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
