/* The matrix of clauses by targets shows who differs, and names the one that is alone. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kit/report/compare.h"
#include "tests/kit/report/golden.h"

static struct selection selection;

static struct collect *open_collect(void)
{
    struct collect *collect = hck_collect_open(&selection);
    assert_non_null(collect);
    return collect;
}

static void set(struct collect *collect, enum clause_id clause, enum verdict_outcome outcome)
{
    collect->records[clause].counts[outcome]++;
}

static void check(bool all, bool html, const char *golden)
{
    struct collect *first = open_collect();
    struct collect *second = open_collect();
    struct collect *third = open_collect();
    struct compare_column columns[] = {
        {"winmem", first, NULL},
        {"so:./<lib>&a.so", second, NULL},
        {"exec:b", third, "broken: the agent closed its output"},
    };
    static const enum clause_id agreed = CLAUSE_heap_free_live_block_succeeds;
    static const enum clause_id alone = CLAUSE_heap_alignment_is_sixteen_bytes;
    static const enum clause_id everybody = CLAUSE_heap_size_live_block_is_the_requested_size;
    static const enum clause_id lacking = CLAUSE_heap_summary_success_fills_the_summary;
    static const enum clause_id choice = CLAUSE_heap_alloc_zero_bytes_outcome_is_open;
    static const enum clause_id rule = CLAUSE_heap_size_block_must_be_live_in_the_heap;
    const enum clause_id used[] = {agreed, alone, everybody, lacking, choice, rule};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        selection.clauses[used[i]] = true;
    }
    set(first, agreed, VERDICT_HOLDS);
    set(second, agreed, VERDICT_HOLDS);
    set(first, alone, VERDICT_HOLDS);
    set(second, alone, VERDICT_VIOLATED);
    set(first, everybody, VERDICT_VIOLATED);
    set(second, everybody, VERDICT_VIOLATED);
    set(first, lacking, VERDICT_HOLDS);
    set(second, lacking, VERDICT_UNSUPPORTED);
    set(first, choice, VERDICT_LATITUDE);
    set(second, choice, VERDICT_LATITUDE);
    set(first, rule, VERDICT_SKIPPED);
    first->records[choice].choices[0] = "<NULL>";
    first->records[choice].choice_count = 1;
    first->trace_count = second->trace_count = 20;
    first->call_count = second->call_count = 400;
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (html) {
        hck_compare_html(columns, 3, "documented", all, stream);
    } else {
        hck_compare_text(columns, 3, all, stream);
    }
    assert_int_equal(fclose(stream), 0);
    check_golden(golden, text);
    free(text);
    hck_collect_close(first);
    hck_collect_close(second);
    hck_collect_close(third);
}

static void the_matrix_shows_what_differs_or_is_violated(void **state)
{
    (void)state;
    check(false, false, "compare.txt");
}

static void the_whole_matrix_shows_every_clause(void **state)
{
    (void)state;
    check(true, false, "compare-all.txt");
}

static void the_page_shows_the_same_with_names_escaped(void **state)
{
    (void)state;
    check(true, true, "compare.html");
}

static void check_agreement(const struct compare_column *columns, const char *expected)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    hck_compare_agreement(columns, 3, stream);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void who_was_not_judged_does_not_agree(void **state)
{
    static const enum clause_id clause = CLAUSE_heap_free_live_block_succeeds;
    struct collect *collects[] = {open_collect(), open_collect(), open_collect()};
    const struct compare_column columns[] = {
        {"a", collects[0], NULL}, {"b", collects[1], NULL}, {"c", collects[2], NULL}};
    (void)state;
    check_agreement(columns, "nothing was compared: no target was judged");
    set(collects[1], clause, VERDICT_HOLDS);
    check_agreement(columns, "nothing was compared, and no clause is violated; T1 was not judged; "
                             "T3 was not judged");
    set(collects[0], clause, VERDICT_HOLDS);
    check_agreement(columns, "no clause is violated, and on none do those that were judged differ; "
                             "T3 was not judged");
    set(collects[2], clause, VERDICT_HOLDS);
    check_agreement(columns, "no clause is violated, and on none do they differ");
    for (unsigned i = 0; i < 3; i++) {
        hck_collect_close(collects[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matrix_shows_what_differs_or_is_violated),
        cmocka_unit_test(the_whole_matrix_shows_every_clause),
        cmocka_unit_test(the_page_shows_the_same_with_names_escaped),
        cmocka_unit_test(who_was_not_judged_does_not_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
