/* The generator's randomness is the same everywhere and stays inside its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/generate/random.h"

/* Worked out by hand from the published definition of splitmix64 with seed 0. */
static void mixing_follows_splitmix64(void **unused)
{
    (void)unused;
    assert_true(hck_random_mix(UINT64_C(0x9E3779B97F4A7C15)) == UINT64_C(0xE220A8397B1DCDAF));
    assert_true(hck_random_mix(UINT64_C(0x3C6EF372FE94F82A)) == UINT64_C(0x6E789E6AA1B965F4));
}

/* Printed seeds have to make the same traces in years to come: these numbers are for ever. */
static void a_seed_gives_the_same_numbers_for_ever(void **unused)
{
    static const uint64_t numbers[] = {UINT64_C(0xB3F2AF6D0FC710C5), UINT64_C(0x853B559647364CEA),
                                       UINT64_C(0x92F89756082A4514), UINT64_C(0x642E1C7BC266A3A7),
                                       UINT64_C(0xB27A48E29A233673)};
    struct random random;
    (void)unused;
    hck_random_start(&random, 1);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(hck_random_next(&random) == numbers[i]);
    }
}

static void numbers_stay_below_their_limit(void **unused)
{
    struct random random;
    (void)unused;
    hck_random_start(&random, 7);
    for (uint64_t limit = 1; limit < 3000; limit++) {
        assert_true(hck_random_below(&random, limit) < limit);
        uint64_t number = hck_random_between(&random, limit, limit + 5);
        assert_true(number >= limit && number <= limit + 5);
    }
    assert_true(hck_random_below(&random, 0) == 0);
}

static void chances_come_out_about_as_often_as_said(void **unused)
{
    struct random random;
    unsigned hits = 0;
    (void)unused;
    hck_random_start(&random, 3);
    for (unsigned i = 0; i < 10000; i++) {
        hits += hck_random_chance(&random, 30);
        assert_false(hck_random_chance(&random, 0));
        assert_true(hck_random_chance(&random, 100));
    }
    /* 3000 with a standard deviation of 46; the seed is fixed, so this holds always or never. */
    assert_in_range(hits, 2800, 3200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixing_follows_splitmix64),
        cmocka_unit_test(a_seed_gives_the_same_numbers_for_ever),
        cmocka_unit_test(numbers_stay_below_their_limit),
        cmocka_unit_test(chances_come_out_about_as_often_as_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
