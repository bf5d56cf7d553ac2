/* Clauses have distinct, well-formed ids and are found by them; globs select them. */
#include "tests/spec/test_header.h"

#include <stdio.h>

#include "spec/clause.h"

static void every_clause_is_found_by_its_id(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *id = hck_clause_get((enum clause_id)i)->id;
        assert_int_equal(hck_clause_find(id), i);
        assert_int_equal(hck_clause_find_text(id, strlen(id)), i);
    }
    assert_int_equal(hck_clause_find("heap_alloc.no_such.clause"), CLAUSE_NONE);
    assert_int_equal(hck_clause_find(""), CLAUSE_NONE);
}

/* A log or a list of expected deviations holds ids on lines of their own. */
static void ids_are_three_lower_case_words(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        unsigned dots = 0;
        assert_true(strlen(clause->id) < 128);
        for (const char *c = clause->id; *c != '\0'; c++) {
            dots += *c == '.';
            assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789_.", *c));
        }
        assert_int_equal(dots, 2);
        assert_int_equal(strncmp(clause->id, clause->family, strlen(clause->family)), 0);
        assert_int_equal(clause->id[strlen(clause->family)], '.');
    }
}

static void every_clause_says_what_it_demands_and_where_that_is_from(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        size_t length = strlen(clause->statement);
        if (length < 10 || clause->statement[length - 1] != '.' || strlen(clause->source) < 5) {
            fail_msg("%s: the statement is no sentence or the source is missing", clause->id);
        }
    }
}

static void every_exemption_has_a_reason(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *reason = hck_clause_exemption((enum clause_id)i, EXEMPT_JUDGE);
        assert_true(reason == NULL || strlen(reason) > 10);
    }
    assert_non_null(
        hck_clause_exemption(CLAUSE_heap_memory_is_private_to_the_process, EXEMPT_TRACE));
    assert_null(
        hck_clause_exemption(CLAUSE_heap_alloc_zero_memory_zeroes_every_byte, EXEMPT_JUDGE));
}

static void globs_match_whole_ids(void **unused)
{
    (void)unused;
    assert_true(hck_clause_glob("*", "a.b.c"));
    assert_true(hck_clause_glob("a.b.c", "a.b.c"));
    assert_true(hck_clause_glob("a.*", "a.b.c"));
    assert_true(hck_clause_glob("*.c", "a.b.c"));
    assert_true(hck_clause_glob("a.?.c", "a.b.c"));
    assert_true(hck_clause_glob("a*b*c**", "a.xb.b.c"));
    assert_true(hck_clause_glob("", ""));
    assert_false(hck_clause_glob("", "a"));
    assert_false(hck_clause_glob("a.b", "a.b.c"));
    assert_false(hck_clause_glob("a.b.c.", "a.b.c"));
    assert_false(hck_clause_glob("a.?c", "a.bb.c"));
    assert_false(hck_clause_glob("b*", "a.b.c"));
}

/* Backtracking over every star would take longer than the test may. */
static void a_glob_of_many_stars_is_answered_at_once(void **unused)
{
    (void)unused;
    char id[1001];
    char glob[402];
    memset(id, 'a', sizeof(id) - 1);
    id[sizeof(id) - 1] = '\0';
    for (size_t i = 0; i < 400; i += 2) {
        memcpy(glob + i, "*a", 2);
    }
    glob[400] = 'b';
    glob[401] = '\0';
    assert_false(hck_clause_glob(glob, id));
}

static void bases_have_names(void **unused)
{
    (void)unused;
    assert_string_equal(hck_clause_basis_name(BASIS_DOCUMENTED), "documented");
    assert_string_equal(hck_clause_basis_name(BASIS_PROMISE), "promise");
    assert_string_equal(hck_clause_basis_name(BASIS_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_clause_is_found_by_its_id),
        cmocka_unit_test(ids_are_three_lower_case_words),
        cmocka_unit_test(every_clause_says_what_it_demands_and_where_that_is_from),
        cmocka_unit_test(every_exemption_has_a_reason),
        cmocka_unit_test(globs_match_whole_ids),
        cmocka_unit_test(a_glob_of_many_stars_is_answered_at_once),
        cmocka_unit_test(bases_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
