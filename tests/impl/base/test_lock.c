/* The lock excludes, nests, and wakes whoever waits. */
#include "tests/impl/support.h"

#include "impl/base/lock.h"

#include <pthread.h>

enum { THREAD_COUNT = 4, ROUND_COUNT = 20000 };

static struct wm_lock lock;
static long counter;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUND_COUNT; i++) {
        wm_lock_take(&lock);
        wm_lock_take(&lock);
        counter++;
        wm_lock_release(&lock);
        wm_lock_release(&lock);
    }
    return NULL;
}

static void no_increment_is_lost_among_threads(void **state)
{
    (void)state;
    pthread_t threads[THREAD_COUNT];
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count, NULL), 0);
    }
    for (int i = 0; i < THREAD_COUNT; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(counter, (long)THREAD_COUNT * ROUND_COUNT);
}

static void *try_it(void *result)
{
    *(bool *)result = wm_lock_try(&lock);
    if (*(bool *)result) {
        wm_lock_release(&lock);
    }
    return NULL;
}

static bool another_thread_gets_it(void)
{
    bool got = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, try_it, &got), 0);
    pthread_join(thread, NULL);
    return got;
}

static void the_lock_is_open_after_as_many_releases_as_takes(void **state)
{
    (void)state;
    wm_lock_take(&lock);
    assert_true(wm_lock_try(&lock));
    assert_true(wm_lock_is_mine(&lock));
    assert_false(another_thread_gets_it());
    wm_lock_release(&lock);
    assert_false(another_thread_gets_it());
    wm_lock_release(&lock);
    assert_false(wm_lock_is_mine(&lock));
    assert_true(another_thread_gets_it());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_increment_is_lost_among_threads),
        cmocka_unit_test(the_lock_is_open_after_as_many_releases_as_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
