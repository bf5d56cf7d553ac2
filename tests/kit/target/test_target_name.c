/* Target strings: what they mean, and what is wrong with those that mean nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "kit/target/target_internal.h"

static void assert_usage(const char *name, const char *reason)
{
    const struct target_options options = {0};
    struct target_error error = {.message = ""};
    assert_null(hck_target_open(name, &options, &error));
    assert_true(error.usage);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error.message, reason);
    }
}

static void strings_that_name_no_target_are_usage_errors(void **state)
{
    (void)state;
    assert_usage("", "a target is winmem, so:PATH or exec:COMMAND");
    assert_usage("winmen", "a target is winmem, so:PATH or exec:COMMAND");
    assert_usage("so:", "'so:': a path has to follow");
    assert_usage("exec:", "there is no command");
    assert_usage("exec:  ", "there is no command");
    assert_usage("exec:a 'b", "a ' is not closed");
    assert_usage("exec:a \"b", "a \" is not closed");
    assert_usage("exec:a \\", "it ends with a backslash");
}

static void a_target_keeps_the_string_it_was_opened_with(void **state)
{
    (void)state;
    const struct target_options options = {0};
    struct target_error error;
    char name[] = "so:./somewhere.so";
    struct target *target = hck_target_open(name, &options, &error);
    memset(name, 'x', sizeof name - 1);
    assert_string_equal(hck_target_name(target), "so:./somewhere.so");
    hck_target_close(target);
    hck_target_close(NULL);
}

static void assert_words(const char *command, const char *first, const char *second,
                         const char *third)
{
    const char *expected[] = {first, second, third};
    const char *problem;
    char **words = hck_target_split(command, &problem);
    assert_non_null(words);
    unsigned count = 0;
    while (count < 3 && expected[count] != NULL) {
        assert_non_null(words[count]);
        assert_string_equal(words[count], expected[count]);
        count++;
    }
    assert_null(words[count]);
    free(words);
}

static void a_command_splits_into_words_as_in_a_shell(void **state)
{
    (void)state;
    assert_words("wine agent.exe", "wine", "agent.exe", NULL);
    assert_words("  a\tb\n c ", "a", "b", "c");
    assert_words("'a b' \"c d\" e\\ f", "a b", "c d", "e f");
    assert_words("a'b'\"c\"d", "abcd", NULL, NULL);
    assert_words("'' \"\" x", "", "", "x");
    assert_words("'a\\' \"\\\"\\\\\\$\\`\\n\"", "a\\", "\"\\$`\\n", NULL);
    assert_words("$HOME *", "$HOME", "*", NULL);
    assert_words("a", "a", NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_that_name_no_target_are_usage_errors),
        cmocka_unit_test(a_target_keeps_the_string_it_was_opened_with),
        cmocka_unit_test(a_command_splits_into_words_as_in_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
