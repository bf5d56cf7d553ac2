/* Fixed-size heaps: never more than the maximum, and everything possible again after everything is
 * freed. Clauses HEAP-CREATE-004..012, HEAP-FREE-006, HEAP-COMPACT-006. */
#include "tests/impl/support.h"

#include <string.h>

static void live_sizes_never_exceed_the_maximum(void **state)
{
    (void)state;
    for (size_t maximum = PAGE; maximum <= 64 * PAGE; maximum *= 2) {
        for (size_t bytes = 1; bytes < maximum; bytes = bytes * 3 + 1) {
            HANDLE heap = HeapCreate(0, 0, maximum);
            assert_non_null(heap);
            size_t sum = 0;
            while (HeapAlloc(heap, 0, bytes) != NULL) {
                sum += bytes;
            }
            assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
            assert_true(sum <= maximum);
            assert_true(sum + bytes + 16 + (sum / bytes) * 16 >= maximum); /* little is wasted */
            assert_true(HeapValidate(heap, 0, NULL));
            assert_true(HeapDestroy(heap));
        }
    }
}

static void the_request_limit_is_the_documented_one(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 16 << 20);
    assert_fails_with(HeapAlloc(heap, 0, 0x7FFF8), ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(HeapAlloc(heap, 0, 0x100000), ERROR_NOT_ENOUGH_MEMORY);
    unsigned char *block = HeapAlloc(heap, 0, 0x7FFF7);
    assert_non_null(block);
    block[0x7FFF6] = 1;
    assert_fails_with(HeapReAlloc(heap, 0, block, 0x7FFF8), ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(HeapSize(heap, 0, block), 0x7FFF7);
    assert_true(HeapDestroy(heap));
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void what_succeeded_on_the_fresh_heap_succeeds_after_all_is_freed(void **state)
{
    (void)state;
    enum { BLOCK_COUNT = 400 };
    const size_t maximum = 1 << 20;
    HANDLE heap = HeapCreate(0, 0, maximum);
    uint32_t seed = 7;
    void *blocks[BLOCK_COUNT];
    for (int round = 0; round < 20; round++) {
        int count = 0;
        while (count < BLOCK_COUNT &&
               (blocks[count] = HeapAlloc(heap, 0, next_random(&seed) % 9000)) != NULL) {
            count++;
        }
        while (count > 0) { /* in any order */
            int i = (int)(next_random(&seed) % (uint32_t)count);
            assert_true(HeapFree(heap, 0, blocks[i]));
            blocks[i] = blocks[--count];
        }
        void *biggest = HeapAlloc(heap, 0, 0x7FFF7);
        assert_non_null(biggest);
        assert_true(HeapFree(heap, 0, biggest));
        assert_true(HeapValidate(heap, 0, NULL));
    }
    assert_true(HeapDestroy(heap));
}

static void freeing_enough_makes_a_refused_request_succeed(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 16 * PAGE);
    void *first = HeapAlloc(heap, 0, 8 * PAGE);
    assert_non_null(first);
    assert_null(HeapAlloc(heap, 0, 8 * PAGE));
    assert_true(HeapFree(heap, 0, first));
    assert_non_null(HeapAlloc(heap, 0, 8 * PAGE));
    assert_true(HeapDestroy(heap));
}

static void the_initial_size_is_committed_and_cut_to_the_maximum(void **state)
{
    (void)state;
    static const struct {
        size_t initial;
        size_t maximum;
        size_t committed;
    } cases[] = {
        {0, 0, PAGE},
        {1, 0, PAGE},
        {PAGE + 1, 0, 2 * PAGE},
        {0, 1, PAGE},
        {3 * PAGE, 8 * PAGE, 3 * PAGE},
        {1 << 20, PAGE, PAGE},
        {10 << 20, 0, 10 << 20},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        HANDLE heap = HeapCreate(0, cases[i].initial, cases[i].maximum);
        assert_non_null(heap);
        HEAP_SUMMARY summary = {.cb = sizeof summary};
        assert_true(HeapSummary(heap, 0, &summary));
        assert_int_equal(summary.cbCommitted, cases[i].committed);
        assert_int_equal(summary.cbAllocated, 0);
        assert_true(summary.cbCommitted <= summary.cbReserved);
        assert_true(summary.cbReserved <= summary.cbMaxReserve);
        assert_true(HeapDestroy(heap));
    }
}

static void impossible_sizes_give_no_heap(void **state)
{
    (void)state;
    assert_fails_with(HeapCreate(0, 0, (size_t)1 << 60), ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(HeapCreate(0, 0, SIZE_MAX), ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(HeapCreate(0, 0, SIZE_MAX - PAGE), ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(HeapCreate(0, SIZE_MAX, 0), ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(HeapCreate(HEAP_GENERATE_EXCEPTIONS, (size_t)1 << 60, 0),
                      ERROR_NOT_ENOUGH_MEMORY);
}

static void compact_is_below_the_maximum_and_grows_back(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 16 * PAGE, 16 * PAGE);
    size_t fresh = HeapCompact(heap, 0);
    assert_true(fresh > 0 && fresh < 16 * PAGE && fresh % 16 == 0);
    void *all = HeapAlloc(heap, 0, fresh);
    assert_non_null(all);
    SetLastError(5);
    assert_int_equal(HeapCompact(heap, 0), 0);
    assert_int_equal(GetLastError(), NO_ERROR);
    assert_true(HeapFree(heap, 0, all));
    assert_int_equal(HeapCompact(heap, 0), fresh);
    assert_true(HeapDestroy(heap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_sizes_never_exceed_the_maximum),
        cmocka_unit_test(the_request_limit_is_the_documented_one),
        cmocka_unit_test(what_succeeded_on_the_fresh_heap_succeeds_after_all_is_freed),
        cmocka_unit_test(freeing_enough_makes_a_refused_request_succeed),
        cmocka_unit_test(the_initial_size_is_committed_and_cut_to_the_maximum),
        cmocka_unit_test(impossible_sizes_give_no_heap),
        cmocka_unit_test(compact_is_below_the_maximum_and_grows_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
