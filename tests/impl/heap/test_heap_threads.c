/* Threads on one heap: no block is handed out twice, and HeapLock keeps everybody else out until
 * the last unlock. Clauses HEAP-GEN-008, HEAP-LOCK-*, HEAP-UNLOCK-*. */
#include "tests/impl/support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static HANDLE heap;
enum { THREAD_COUNT = 4, ROUND_COUNT = 4000, HELD_COUNT = 64 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void check(const unsigned char *block, unsigned char mark)
{
    size_t size = HeapSize(heap, 0, block);
    for (size_t i = 0; i < size; i += 61) {
        assert_int_equal(block[i], mark);
    }
}

static void *churn(void *index)
{
    uint32_t seed = (uint32_t)(uintptr_t)index * 77 + 1;
    unsigned char mark = (unsigned char)((uintptr_t)index + 1);
    unsigned char *held[HELD_COUNT] = {NULL};
    for (int round = 0; round < ROUND_COUNT; round++) {
        unsigned char **slot = &held[next_random(&seed) % HELD_COUNT];
        size_t size = next_random(&seed) % (round % 64 == 0 ? 200000 : 3000);
        if (*slot == NULL) {
            *slot = HeapAlloc(heap, 0, size);
            assert_non_null(*slot);
            memset(*slot, mark, size);
        } else if (round % 3 == 0) {
            size_t old = HeapSize(heap, 0, *slot);
            *slot = HeapReAlloc(heap, 0, *slot, size);
            assert_non_null(*slot);
            if (size > old) {
                memset(*slot + old, mark, size - old);
            }
            check(*slot, mark);
        } else {
            check(*slot, mark);
            assert_true(HeapFree(heap, 0, *slot));
            *slot = NULL;
        }
    }
    for (int i = 0; i < HELD_COUNT; i++) {
        assert_true(HeapFree(heap, 0, held[i]));
    }
    return NULL;
}

static void run_threads(void *(*body)(void *))
{
    pthread_t threads[THREAD_COUNT];
    for (uintptr_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, body, (void *)i), 0);
    }
    for (int i = 0; i < THREAD_COUNT; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void no_block_is_shared_by_two_threads(void **state)
{
    (void)state;
    const size_t maxima[] = {0, 64 << 20};
    for (size_t kind = 0; kind < 2; kind++) {
        heap = HeapCreate(0, 0, maxima[kind]);
        run_threads(churn);
        assert_true(HeapValidate(heap, 0, NULL));
        HEAP_SUMMARY summary = {.cb = sizeof summary};
        assert_true(HeapSummary(heap, 0, &summary));
        assert_int_equal(summary.cbAllocated, 0);
        assert_true(HeapDestroy(heap));
    }
}

/* Several heaps at once, so that a search for one passes over those that other threads destroy. */
static void *create_and_destroy(void *unused)
{
    (void)unused;
    enum { AT_ONCE = 4 };
    for (int i = 0; i < 200; i++) {
        HANDLE own[AT_ONCE];
        for (int k = 0; k < AT_ONCE; k++) {
            own[k] = HeapCreate(0, 0, k % 2 == 0 ? 0 : GRANULE);
        }
        for (int k = 0; k < AT_ONCE; k++) {
            void *block = HeapAlloc(own[k], 0, 100);
            assert_non_null(block);
            assert_true(HeapFree(own[k], 0, block));
        }
        assert_true(GetProcessHeaps(0, NULL) >= AT_ONCE);
        for (int k = 0; k < AT_ONCE; k++) {
            assert_true(HeapDestroy(own[k]));
        }
    }
    return NULL;
}

static void heaps_come_and_go_on_every_thread(void **state)
{
    (void)state;
    DWORD before = GetProcessHeaps(0, NULL);
    run_threads(create_and_destroy);
    assert_int_equal(GetProcessHeaps(0, NULL), before);
}

static atomic_int started;
static atomic_int finished;

static void *allocate_one(void *unused)
{
    (void)unused;
    atomic_store(&started, 1);
    void *block = HeapAlloc(heap, 0, 10);
    atomic_store(&finished, 1);
    assert_true(HeapFree(heap, 0, block));
    return NULL;
}

static void *unlock_foreign(void *unused)
{
    (void)unused;
    assert_fails_with(HeapUnlock(heap), ERROR_NOT_OWNER);
    return NULL;
}

static void the_lock_nests_and_keeps_others_out_until_the_last_unlock(void **state)
{
    (void)state;
    heap = HeapCreate(0, 0, 0);
    assert_fails_with(HeapUnlock(heap), ERROR_NOT_OWNER);
    for (int i = 0; i < 3; i++) {
        assert_true(HeapLock(heap));
    }
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, unlock_foreign, NULL), 0);
    pthread_join(thread, NULL);
    assert_int_equal(pthread_create(&thread, NULL, allocate_one, NULL), 0);
    while (atomic_load(&started) == 0) {
    }
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 1000; k++) { /* the owner goes on working */
            void *block = HeapAlloc(heap, 0, 100);
            assert_true(HeapFree(heap, 0, block));
        }
        assert_int_equal(atomic_load(&finished), 0);
        assert_true(HeapUnlock(heap));
    }
    assert_int_equal(atomic_load(&finished), 0);
    assert_true(HeapUnlock(heap));
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&finished), 1);
    assert_fails_with(HeapUnlock(heap), ERROR_NOT_OWNER);
    assert_true(HeapDestroy(heap));
}

static void a_heap_without_serialization_has_nothing_to_lock(void **state)
{
    (void)state;
    heap = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    assert_true(HeapLock(heap));
    atomic_store(&finished, 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, allocate_one, NULL), 0);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&finished), 1);
    assert_true(HeapUnlock(heap));
    assert_true(HeapDestroy(heap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_block_is_shared_by_two_threads),
        cmocka_unit_test(heaps_come_and_go_on_every_thread),
        cmocka_unit_test(the_lock_nests_and_keeps_others_out_until_the_last_unlock),
        cmocka_unit_test(a_heap_without_serialization_has_nothing_to_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
