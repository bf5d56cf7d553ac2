/* Every item is done exactly once, on as many threads as asked for; a worker can stop the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/run/workers.h"

enum { ITEMS = 1000, STOP_AT = 100 };

struct tally {
    atomic_uint done[ITEMS];
    atomic_uint ticks;
    atomic_uint workers_seen;
    uint64_t stop_at;
};

static bool count_item(void *context, unsigned worker, uint64_t item)
{
    struct tally *tally = context;
    atomic_fetch_add(&tally->done[item], 1);
    atomic_fetch_or(&tally->workers_seen, 1u << worker);
    return item != tally->stop_at;
}

static void count_tick(void *context)
{
    struct tally *tally = context;
    atomic_fetch_add(&tally->ticks, 1);
}

static void every_item_is_done_once_by_any_number_of_workers(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 5; workers++) {
        struct tally tally = {.stop_at = UINT64_MAX};
        struct work work = {workers, ITEMS, count_item, count_tick, &tally};
        assert_true(hck_workers_run(&work));
        for (unsigned i = 0; i < ITEMS; i++) {
            assert_int_equal(atomic_load(&tally.done[i]), 1);
        }
        assert_true(atomic_load(&tally.workers_seen) < 1u << workers);
    }
}

static void after_a_stop_no_item_is_handed_out(void **state)
{
    (void)state;
    struct tally tally = {.stop_at = STOP_AT};
    struct work work = {1, ITEMS, count_item, NULL, &tally};
    assert_true(hck_workers_run(&work));
    for (unsigned i = 0; i < ITEMS; i++) {
        assert_int_equal(atomic_load(&tally.done[i]), i <= STOP_AT);
    }
}

static void no_items_are_no_work(void **state)
{
    (void)state;
    struct tally tally = {.stop_at = UINT64_MAX};
    struct work work = {2, 0, count_item, count_tick, &tally};
    assert_true(hck_workers_run(&work));
    assert_int_equal(atomic_load(&tally.workers_seen), 0);
}

static void the_default_is_a_number_of_processors(void **state)
{
    (void)state;
    assert_in_range(hck_workers_default(), 1, WORKERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_done_once_by_any_number_of_workers),
        cmocka_unit_test(after_a_stop_no_item_is_handed_out),
        cmocka_unit_test(no_items_are_no_work),
        cmocka_unit_test(the_default_is_a_number_of_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
