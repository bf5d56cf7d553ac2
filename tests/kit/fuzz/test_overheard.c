/* A find that is in no file is taken from what its harness prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/fuzz/digests.h"
#include "kit/fuzz/overheard.h"

static bool take(struct overheard *overheard, const char *const *lines)
{
    bool is_whole = false;
    for (; *lines != NULL; lines++) {
        is_whole = hck_overheard_take(overheard, *lines) || is_whole;
    }
    return is_whole;
}

static void a_trace_that_could_not_be_written_is_taken_whole(void **state)
{
    static const char *const lines[] = {"#4 NEW cov: 1",
                                        OVERHEARD_BEFORE " into x",
                                        "heapck harness: violated",
                                        "# heapck trace 1",
                                        "GetLastError()",
                                        OVERHEARD_BEHIND,
                                        "==1== ERROR: death",
                                        NULL};
    struct overheard overheard = {.length = 0};
    (void)state;
    assert_true(take(&overheard, lines));
    assert_string_equal(overheard.text, "# heapck trace 1\nGetLastError()\n");
    hck_overheard_clear(&overheard);
}

static void one_that_was_written_and_one_without_an_end_are_not(void **state)
{
    static const char *const written[] = {"heapck harness: violated", "# heapck trace 1",
                                          "GetLastError()", OVERHEARD_BEHIND, NULL};
    static const char *const endless[] = {OVERHEARD_BEFORE, "# heapck trace 1", "GetLastError()",
                                          NULL};
    static const char *const endings[] = {OVERHEARD_BEFORE, OVERHEARD_BEHIND, OVERHEARD_BEHIND,
                                          NULL};
    struct overheard overheard = {.length = 0};
    (void)state;
    assert_false(take(&overheard, written));
    assert_false(take(&overheard, endless));
    assert_false(take(&overheard, endings));
    hck_overheard_clear(&overheard);
}

static void a_set_of_digests_has_what_was_added_and_nothing_else(void **state)
{
    enum { MANY = 10000 };
    struct digests digests = {.count = 0};
    (void)state;
    assert_false(hck_digests_has(&digests, 1));
    for (uint32_t i = 0; i < MANY; i++) {
        assert_true(hck_digests_add(&digests, hck_digest_of(&i, sizeof i)));
        assert_true(hck_digests_add(&digests, hck_digest_of(&i, sizeof i)));
    }
    assert_int_equal(digests.count, MANY);
    for (uint32_t i = 0; i < 2 * MANY; i++) {
        assert_int_equal(hck_digests_has(&digests, hck_digest_of(&i, sizeof i)), i < MANY);
    }
    hck_digests_free(&digests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_that_could_not_be_written_is_taken_whole),
        cmocka_unit_test(one_that_was_written_and_one_without_an_end_are_not),
        cmocka_unit_test(a_set_of_digests_has_what_was_added_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
