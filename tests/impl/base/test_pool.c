/* The pool hands out zeroed pieces that do not overlap, and gives everything back. */
#include "tests/impl/support.h"

#include "impl/base/pool.h"
#include "impl/os/os_sim.h"

#include <string.h>

static void pieces_are_zero_and_disjoint_for_every_size(void **state)
{
    (void)state;
    enum { PIECE_COUNT = 300 };
    struct wm_pool pool = {.mappings = NULL};
    unsigned char *pieces[PIECE_COUNT];
    size_t sizes[PIECE_COUNT];
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < PIECE_COUNT; i++) {
            sizes[i] = 1 + (i * 977) % WM_POOL_PIECE_BYTES_MAX;
            pieces[i] = wm_pool_take(&pool, sizes[i]);
            assert_non_null(pieces[i]);
            assert_int_equal((uintptr_t)pieces[i] % 16, 0);
            for (size_t k = 0; k < sizes[i]; k++) {
                assert_int_equal(pieces[i][k], 0);
            }
            memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
        }
        for (size_t i = 0; i < PIECE_COUNT; i++) {
            for (size_t k = 0; k < sizes[i]; k++) {
                assert_int_equal(pieces[i][k], i % 255 + 1);
            }
            wm_pool_give(&pool, pieces[i], sizes[i]);
        }
    }
    assert_true(wm_pool_destroy(&pool));
}

static void a_prepared_take_needs_no_memory(void **state)
{
    (void)state;
    struct wm_pool pool = {.mappings = NULL};
    assert_true(wm_pool_prepare(&pool, 100, 3));
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    void *first = wm_pool_take(&pool, 100);
    void *second = wm_pool_take(&pool, 100);
    void *third = wm_pool_take(&pool, 100);
    assert_int_equal(wm_os_sim_stop(), 0);
    assert_true(first != second && second != third && first != third);
    assert_true(wm_pool_destroy(&pool));
}

static void a_take_without_memory_is_null_and_works_later(void **state)
{
    (void)state;
    struct wm_pool pool = {.mappings = NULL};
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_null(wm_pool_take(&pool, 64));
    wm_os_sim_stop();
    assert_non_null(wm_pool_take(&pool, 64));
    assert_true(wm_pool_destroy(&pool));
}

static void a_destroy_that_the_system_refuses_can_be_repeated(void **state)
{
    (void)state;
    struct wm_pool pool = {.mappings = NULL};
    for (int i = 0; i < 100; i++) {
        assert_non_null(wm_pool_take(&pool, 8192));
    }
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_false(wm_pool_destroy(&pool));
    wm_os_sim_stop();
    assert_true(wm_pool_destroy(&pool));
}

/* Mappings double up to 4 MiB, so a pool of 64 MiB asks the system about two dozen times. */
static void a_pool_that_grows_asks_the_system_rarely(void **state)
{
    (void)state;
    struct wm_pool pool = {.mappings = NULL};
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    for (size_t i = 0; i < ((size_t)64 << 20) / WM_POOL_PIECE_BYTES_MAX; i++) {
        assert_non_null(wm_pool_take(&pool, WM_POOL_PIECE_BYTES_MAX));
    }
    unsigned long calls = wm_os_sim_stop();
    assert_true(calls > 64 / 4 && calls < 30);
    assert_true(wm_pool_destroy(&pool));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zero_and_disjoint_for_every_size),
        cmocka_unit_test(a_prepared_take_needs_no_memory),
        cmocka_unit_test(a_take_without_memory_is_null_and_works_later),
        cmocka_unit_test(a_destroy_that_the_system_refuses_can_be_repeated),
        cmocka_unit_test(a_pool_that_grows_asks_the_system_rarely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
