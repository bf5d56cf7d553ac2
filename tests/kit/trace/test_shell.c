/* Words of command lines that are told: what a shell makes of them is what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kit/shell.h"

struct line {
    char text[200];
    size_t length;
};

static void append(void *out, const char *bytes, size_t length)
{
    struct line *line = out;
    assert_true(line->length + length < sizeof line->text);
    memcpy(line->text + line->length, bytes, length);
    line->length += length;
}

static void check(const char *word, const char *expected)
{
    struct line line = {.length = 0};
    hck_shell_say_word(word, append, &line);
    assert_string_equal(line.text, expected);
}

static void a_word_is_in_quotes_where_a_shell_needs_them(void **state)
{
    (void)state;
    check("out/a.trace", "out/a.trace");
    check("exec:wine agent.exe", "'exec:wine agent.exe'");
    check("$HOME", "'$HOME'");
    check("", "''");
}

static void a_quote_stands_outside_of_the_quotes(void **state)
{
    (void)state;
    check("exec:wine it's.exe", "'exec:wine it'\\''s.exe'");
    check("'", "''\\'''");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_in_quotes_where_a_shell_needs_them),
        cmocka_unit_test(a_quote_stands_outside_of_the_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
