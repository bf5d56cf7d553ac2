/* Which profile a target gets, and what is in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/run/profile.h"

static void libwinmem_and_wine_are_judged_as_windows_and_others_as_documented(void **state)
{
    static const struct {
        const char *target;
        const char *profile;
    } rows[] = {
        {"winmem", "windows"},
        {"exec:wine heapck-agent.exe", "windows"},
        {"exec:  wine64 agent.exe", "windows"},
        {"exec:/opt/wine/bin/wine agent.exe", "windows"},
        {"exec:'/opt/my wine/bin/wine' a", "documented"}, /* a name that only looks like it */
        {"exec:\"wine\" agent.exe", "windows"},
        {"exec:winery agent.exe", "documented"},
        {"exec:./wine-agent", "documented"},
        {"exec:", "documented"},
        {"so:./wine", "documented"},
        {"so:libother.so", "documented"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(hck_profile_default(rows[i].target)->name, rows[i].profile);
    }
}

static void profiles_grow_from_documented_to_hostile(void **state)
{
    (void)state;
    uint32_t documented = hck_profile_find("documented")->bases;
    uint32_t windows = hck_profile_find("windows")->bases;
    uint32_t hostile = hck_profile_find("hostile")->bases;
    assert_int_equal(documented & windows, documented);
    assert_int_equal(windows & hostile, windows);
    assert_true(hck_profile_find("hostile")->hostile);
    assert_false(hck_profile_find("windows")->hostile);
    assert_null(hck_profile_find("Windows"));
    assert_null(hck_profile_find(""));
}

static void a_promise_is_judged_under_hostile_and_the_rest_under_windows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        bool promise = hck_clause_get((enum clause_id)i)->basis == BASIS_PROMISE;
        assert_int_equal(hck_profile_for_clause((enum clause_id)i)->hostile, promise);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libwinmem_and_wine_are_judged_as_windows_and_others_as_documented),
        cmocka_unit_test(profiles_grow_from_documented_to_hostile),
        cmocka_unit_test(a_promise_is_judged_under_hostile_and_the_rest_under_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
