/* What a misspelt word was meant to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kit/closest.h"

static const char *meant(const char *word)
{
    static struct closest closest;
    closest = hck_closest_begin(word, strlen(word));
    hck_closest_offer(&closest, "replay");
    hck_closest_offer(&closest, "record");
    hck_closest_offer(&closest, "run");
    return hck_closest_end(&closest);
}

static void one_letter_in_three_may_be_wrong(void **state)
{
    (void)state;
    assert_string_equal(meant("replay"), "replay");
    assert_string_equal(meant("repaly"), "replay"); /* swapped */
    assert_string_equal(meant("reply"), "replay");  /* left out */
    assert_string_equal(meant("recordd"), "record");
    assert_string_equal(meant("ruin"), "run");
    assert_string_equal(meant("rum"), "run");
}

static void what_is_close_to_nothing_was_meant_to_be_nothing(void **state)
{
    (void)state;
    assert_null(meant("judge"));
    assert_null(meant("r"));
    assert_null(meant(""));
    assert_null(meant("rxx"));
}

static void long_words_and_long_names_are_close_to_nothing(void **state)
{
    char word[CLOSEST_LENGTH_MAX + 2];
    (void)state;
    memset(word, 'x', sizeof word);
    word[sizeof word - 1] = '\0';
    assert_null(meant(word));
    struct closest closest = hck_closest_begin("xxx", 3);
    hck_closest_offer(&closest, word);
    assert_null(hck_closest_end(&closest));
    word[CLOSEST_LENGTH_MAX] = '\0';
    closest = hck_closest_begin(word, CLOSEST_LENGTH_MAX);
    hck_closest_offer(&closest, word);
    assert_string_equal(hck_closest_end(&closest), word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_letter_in_three_may_be_wrong),
        cmocka_unit_test(what_is_close_to_nothing_was_meant_to_be_nothing),
        cmocka_unit_test(long_words_and_long_names_are_close_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
