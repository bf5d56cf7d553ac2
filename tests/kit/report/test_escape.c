/* Any bytes come out as legal JSON and XML text; long sentences come out wrapped. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/report/escape.h"

static void check(void (*escape)(const char *text, FILE *stream), const char *text,
                  const char *expected)
{
    char *result = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&result, &length);
    escape(text, stream);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(result, expected);
    free(result);
}

static void json_escapes_quotes_and_controls(void **state)
{
    (void)state;
    check(hck_report_escape_json, "a\"b\\c\n\t\x01\x7F", "a\\\"b\\\\c\\n\\t\\u0001\\u007f");
    check(hck_report_escape_json, "", "");
}

static void utf8_passes_and_what_is_none_is_replaced(void **state)
{
    (void)state;
    check(hck_report_escape_json, "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
          "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    check(hck_report_escape_json, "\xFF", "\xEF\xBF\xBD");
    check(hck_report_escape_json, "\xC3", "\xEF\xBF\xBD");
    check(hck_report_escape_json, "\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD");
    check(hck_report_escape_json, "\xED\xA0\x80x", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx");
    check(hck_report_escape_xml, "\xF4\x90\x80\x80",
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void xml_escapes_markup_and_replaces_controls(void **state)
{
    (void)state;
    check(hck_report_escape_xml, "<a b=\"c\">&\n\x02",
          "&lt;a b=&quot;c&quot;&gt;&amp;&#10;\xEF\xBF\xBD");
}

static void wrap(const char *text, FILE *stream)
{
    hck_report_wrap(text, "  ", stream);
}

static void sentences_wrap_at_words_and_long_words_stay_whole(void **state)
{
    char word[200];
    char expected[220];
    (void)state;
    check(wrap, "one two", "  one two\n");
    check(wrap, "", "");
    memset(word, 'x', sizeof word);
    word[sizeof word - 1] = '\0';
    (void)snprintf(expected, sizeof expected, "  %s\n", word);
    check(wrap, word, expected);
    word[90] = ' ';
    word[97] = ' ';
    (void)snprintf(expected, sizeof expected, "  %.97s\n  %s\n", word, word + 98);
    check(wrap, word, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_escapes_quotes_and_controls),
        cmocka_unit_test(utf8_passes_and_what_is_none_is_replaced),
        cmocka_unit_test(xml_escapes_markup_and_replaces_controls),
        cmocka_unit_test(sentences_wrap_at_words_and_long_words_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
