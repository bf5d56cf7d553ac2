/* Globs select clauses of a profile; what selects nothing is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/selection.h"
#include "oracle/oracle.h"

static struct selection selection;
static char message[500];

static bool make(const char *only, const char *skip)
{
    const char *only_list[1] = {only};
    const char *skip_list[1] = {skip};
    return hck_selection_make(&selection, PROFILE_DOCUMENTED, only_list, only != NULL, skip_list,
                              skip != NULL, message, sizeof message);
}

static void without_globs_every_clause_of_the_profile_is_selected(void **state)
{
    (void)state;
    assert_true(make(NULL, NULL));
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        enum clause_basis basis = hck_clause_get((enum clause_id)i)->basis;
        assert_int_equal(selection.clauses[i], (PROFILE_DOCUMENTED & BASIS_BIT(basis)) != 0);
    }
}

static void only_takes_globs_joined_by_commas(void **state)
{
    (void)state;
    assert_true(make("heap_size.*,heap_free.*", NULL));
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        bool wanted = (strcmp(clause->family, "heap_size") == 0 ||
                       strcmp(clause->family, "heap_free") == 0) &&
                      (PROFILE_DOCUMENTED & BASIS_BIT(clause->basis)) != 0;
        assert_int_equal(selection.clauses[i], wanted);
    }
}

static void skip_takes_away_from_only(void **state)
{
    (void)state;
    assert_true(make("heap_*", "heap_size.*"));
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (strcmp(hck_clause_get((enum clause_id)i)->family, "heap_size") == 0) {
            assert_false(selection.clauses[i]);
        }
    }
    assert_true(selection.count > 0);
}

static void a_glob_that_matches_no_clause_is_refused_by_name(void **state)
{
    (void)state;
    assert_false(make("heap_size.*,heap_sise.*", NULL));
    assert_string_equal(message,
                        "--only: no clause matches 'heap_sise.*', did you mean 'heap_size.*'?");
    assert_false(make("heap_alloc.zero_mem", NULL)); /* begun, and not written to its end */
    assert_string_equal(message, "--only: no clause matches 'heap_alloc.zero_mem', did you mean "
                                 "'heap_alloc.zero_memory.*'?");
    assert_false(make("heapaloc*", NULL));
    assert_non_null(strstr(message, "did you mean 'heap_alloc.*'?"));
    assert_false(make("heap_size", NULL));
    assert_non_null(strstr(message, "did you mean 'heap_size.*'?"));
    assert_false(make(NULL, "nothing.*"));
    assert_non_null(strstr(message, "--skip: no clause matches 'nothing.*'"));
}

static void an_empty_glob_is_refused(void **state)
{
    (void)state;
    assert_false(make("", NULL));
    assert_false(make("heap_*,", NULL));
    assert_false(make("heap_*,,virtual_*", NULL));
}

static void a_selection_that_is_empty_is_refused(void **state)
{
    (void)state;
    assert_false(make("heap_size.*", "heap_*"));
    assert_non_null(strstr(message, "empty"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_globs_every_clause_of_the_profile_is_selected),
        cmocka_unit_test(only_takes_globs_joined_by_commas),
        cmocka_unit_test(skip_takes_away_from_only),
        cmocka_unit_test(a_glob_that_matches_no_clause_is_refused_by_name),
        cmocka_unit_test(an_empty_glob_is_refused),
        cmocka_unit_test(a_selection_that_is_empty_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
