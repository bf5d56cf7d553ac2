/* A list of known deviations: what it takes, and that every mistake is said by file, line, column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/expect.h"

static struct expect_list list;
static char message[500];

static enum expect_load load(const char *text)
{
    static const char path[] = "test_expect.tmp";
    hck_expect_free(&list);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
    enum expect_load result = hck_expect_load(path, &list, message, sizeof message);
    assert_int_equal(remove(path), 0);
    return result;
}

static const char *first_id(void)
{
    return hck_clause_get((enum clause_id)0)->id;
}

static void clauses_with_reasons_are_taken_and_comments_are_not(void **state)
{
    char text[1000];
    (void)state;
    (void)snprintf(text, sizeof text, "# why\n\n  %s  \t because of issue 7  \r\n%s x", first_id(),
                   hck_clause_get((enum clause_id)1)->id);
    assert_int_equal(load(text), EXPECT_LOADED);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.reasons[0], "because of issue 7");
    assert_string_equal(list.reasons[1], "x");
}

static void an_unknown_clause_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(load("# one\n  heap.no.such  reason\n"), EXPECT_MALFORMED);
    assert_string_equal(message,
                        "test_expect.tmp:2:3: expected the id of a clause; see 'heapck spec "
                        "list'");
    assert_int_equal(load("heap_size.live_blok.is_the_requested_size x\n"), EXPECT_MALFORMED);
    assert_non_null(strstr(message, ":1:1: expected the id of a clause, did you mean "
                                    "'heap_size.live_block.is_the_requested_size'?"));
    assert_int_equal(load("heap_size x\n"), EXPECT_MALFORMED);
    assert_non_null(strstr(message, "; see 'heapck spec list heap_size.*'"));
}

static void a_clause_without_a_reason_is_malformed(void **state)
{
    char text[1000];
    (void)state;
    (void)snprintf(text, sizeof text, "%s   \n", first_id());
    assert_int_equal(load(text), EXPECT_MALFORMED);
    assert_non_null(strstr(message, "expected a reason"));
}

static void a_clause_listed_twice_is_malformed(void **state)
{
    char text[1000];
    (void)state;
    (void)snprintf(text, sizeof text, "%s a\n%s b\n", first_id(), first_id());
    assert_int_equal(load(text), EXPECT_MALFORMED);
    assert_non_null(strstr(message, ":2:1: "));
}

static void a_line_that_is_too_long_is_malformed(void **state)
{
    char text[5000];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(load(text), EXPECT_MALFORMED);
    memset(text, '#', sizeof text - 1);
    assert_int_equal(load(text), EXPECT_MALFORMED);
}

static void a_file_that_is_not_there_is_unreadable(void **state)
{
    (void)state;
    assert_int_equal(hck_expect_load("no/such/file", &list, message, sizeof message),
                     EXPECT_UNREADABLE);
    assert_string_equal(message, "no/such/file: No such file or directory");
    assert_int_equal(hck_expect_load(".", &list, message, sizeof message), EXPECT_UNREADABLE);
}

static int free_list(void **state)
{
    (void)state;
    hck_expect_free(&list);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_with_reasons_are_taken_and_comments_are_not),
        cmocka_unit_test(an_unknown_clause_is_malformed),
        cmocka_unit_test(a_clause_without_a_reason_is_malformed),
        cmocka_unit_test(a_clause_listed_twice_is_malformed),
        cmocka_unit_test(a_line_that_is_too_long_is_malformed),
        cmocka_unit_test(a_file_that_is_not_there_is_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, free_list);
}
