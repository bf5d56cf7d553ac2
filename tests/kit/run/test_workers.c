/* Every item is done exactly once, by as many processes as asked for; a worker can stop the rest,
 * and one that dies is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/workers.h"

enum { ITEMS = 1000, STOP_AT = 100 };

/* In shared memory. */
struct tally {
    atomic_uint done[ITEMS];
    atomic_uint ticks;
    atomic_uint workers_seen;
    uint64_t stop_at;
    uint64_t die_at;
};

static char message[WORKERS_MESSAGE_MAX];

static bool count_item(void *context, unsigned worker, uint64_t item)
{
    struct tally *tally = context;
    if (item == tally->die_at) {
        abort();
    }
    atomic_fetch_add(&tally->done[item], 1);
    atomic_fetch_or(&tally->workers_seen, 1u << worker);
    return item != tally->stop_at;
}

static void count_tick(void *context)
{
    struct tally *tally = context;
    atomic_fetch_add(&tally->ticks, 1);
}

static struct tally *open_tally(void)
{
    struct tally *tally = hck_workers_share(sizeof *tally);
    assert_non_null(tally);
    tally->stop_at = UINT64_MAX;
    tally->die_at = UINT64_MAX;
    return tally;
}

static void every_item_is_done_once_by_any_number_of_workers(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 5; workers++) {
        struct tally *tally = open_tally();
        struct work work = {workers, ITEMS, count_item, count_tick, tally};
        assert_true(hck_workers_run(&work, message));
        for (unsigned i = 0; i < ITEMS; i++) {
            assert_int_equal(atomic_load(&tally->done[i]), 1);
        }
        assert_true(atomic_load(&tally->workers_seen) < 1u << workers);
        assert_true(atomic_load(&tally->ticks) >= 1);
        hck_workers_unshare(tally, sizeof *tally);
    }
}

static void after_a_stop_no_item_is_handed_out(void **state)
{
    (void)state;
    struct tally *tally = open_tally();
    struct work work = {1, ITEMS, count_item, NULL, tally};
    tally->stop_at = STOP_AT;
    assert_true(hck_workers_run(&work, message));
    for (unsigned i = 0; i < ITEMS; i++) {
        assert_int_equal(atomic_load(&tally->done[i]), i <= STOP_AT);
    }
    hck_workers_unshare(tally, sizeof *tally);
}

static void a_worker_that_dies_is_told_and_the_others_go_on(void **state)
{
    (void)state;
    struct tally *tally = open_tally();
    struct work work = {2, ITEMS, count_item, NULL, tally};
    tally->die_at = STOP_AT;
    assert_false(hck_workers_run(&work, message));
    assert_string_equal(message, "a worker process of the kit died of signal 6");
    for (unsigned i = 0; i < ITEMS; i++) {
        assert_int_equal(atomic_load(&tally->done[i]), i != STOP_AT);
    }
    hck_workers_unshare(tally, sizeof *tally);
}

static void no_items_are_no_work(void **state)
{
    (void)state;
    struct tally *tally = open_tally();
    struct work work = {2, 0, count_item, count_tick, tally};
    assert_true(hck_workers_run(&work, message));
    assert_int_equal(atomic_load(&tally->workers_seen), 0);
    hck_workers_unshare(tally, sizeof *tally);
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
        cmocka_unit_test(a_worker_that_dies_is_told_and_the_others_go_on),
        cmocka_unit_test(no_items_are_no_work),
        cmocka_unit_test(the_default_is_a_number_of_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
