/* HeapWalk shows every live block once, in an order that says where it is, with no memory but the
 * structure. Clauses HEAP-WALK-*, HEAP-VALIDATE-004. */
#include "tests/impl/support.h"

#include <stdlib.h>
#include <string.h>

struct tally {
    size_t busy_count;
    size_t busy_bytes;
    size_t region_count;
    size_t entry_count;
};

static struct tally walk(HANDLE heap)
{
    struct tally tally = {0};
    PROCESS_HEAP_ENTRY entry;
    memset(&entry, 0xEE, sizeof entry); /* only lpData counts at the start */
    entry.lpData = NULL;
    uintptr_t last_in_region = 0;
    uintptr_t region_start = 0;
    uintptr_t region_end = 0;
    SetLastError(0);
    while (HeapWalk(heap, &entry)) {
        uintptr_t address = (uintptr_t)entry.lpData;
        tally.entry_count++;
        if ((entry.wFlags & PROCESS_HEAP_REGION) != 0) {
            tally.region_count++;
            region_start = address;
            region_end = (uintptr_t)entry.Region.lpLastBlock;
            assert_int_equal(entry.cbData, region_end - address);
            assert_int_equal(entry.Region.dwCommittedSize + entry.Region.dwUnCommittedSize,
                             entry.cbData);
            assert_true((uintptr_t)entry.Region.lpFirstBlock > address);
            if (tally.entry_count == 1) {
                assert_ptr_equal(entry.lpData, heap);
            }
        } else if (address >= region_start && address < region_end) {
            assert_true(address > last_in_region); /* ascending */
            assert_true(address + entry.cbData <= region_end);
        }
        last_in_region = address;
        if ((entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0) {
            assert_int_equal(entry.wFlags, PROCESS_HEAP_ENTRY_BUSY);
            assert_true(HeapValidate(heap, 0, entry.lpData));
            assert_int_equal(entry.cbData, (DWORD)HeapSize(heap, 0, entry.lpData));
            tally.busy_count++;
            tally.busy_bytes += entry.cbData;
        } else {
            assert_false(HeapValidate(heap, 0, entry.lpData));
        }
        if ((entry.wFlags & PROCESS_HEAP_UNCOMMITTED_RANGE) != 0) {
            assert_int_equal(address % PAGE, 0);
            assert_int_equal(entry.cbData % PAGE, 0);
        }
    }
    assert_int_equal(GetLastError(), ERROR_NO_MORE_ITEMS);
    return tally;
}

static void a_fresh_heap_is_a_region_with_free_and_uncommitted_memory(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    assert_true(HeapWalk(heap, &entry));
    assert_int_equal(entry.wFlags, PROCESS_HEAP_REGION);
    assert_true(HeapWalk(heap, &entry));
    assert_int_equal(entry.wFlags, 0);
    assert_true(HeapWalk(heap, &entry));
    assert_int_equal(entry.wFlags, PROCESS_HEAP_UNCOMMITTED_RANGE);
    assert_fails_with(HeapWalk(heap, &entry), ERROR_NO_MORE_ITEMS);
    entry.lpData = NULL;
    assert_true(HeapWalk(heap, &entry)); /* and again */
    assert_true(HeapDestroy(heap));
}

static void every_live_block_is_shown_once_with_its_size(void **state)
{
    (void)state;
    enum { BLOCK_COUNT = 3000 };
    static void *blocks[BLOCK_COUNT];
    const size_t maxima[] = {0, 64 << 20};
    for (size_t kind = 0; kind < 2; kind++) {
        HANDLE heap = HeapCreate(0, 0, maxima[kind]);
        size_t bytes = 0;
        for (size_t i = 0; i < BLOCK_COUNT; i++) {
            size_t size = i % 100 == 0 ? 40000 : (i * 37) % 3000;
            if (i % 500 == 0 && kind == 0) {
                size = 1100000 + i;
            }
            blocks[i] = HeapAlloc(heap, 0, size);
            assert_non_null(blocks[i]);
            bytes += size;
        }
        struct tally full = walk(heap);
        assert_int_equal(full.busy_count, BLOCK_COUNT);
        assert_int_equal(full.busy_bytes, bytes);
        assert_true(full.region_count >= 1);
        for (size_t i = 0; i < BLOCK_COUNT; i += 2) {
            assert_true(HeapFree(heap, 0, blocks[i]));
        }
        assert_int_equal(walk(heap).busy_count, BLOCK_COUNT / 2);
        for (size_t i = 1; i < BLOCK_COUNT; i += 2) {
            assert_true(HeapFree(heap, 0, blocks[i]));
        }
        assert_int_equal(walk(heap).busy_count, 0);
        assert_true(HeapDestroy(heap));
    }
}

static void large_blocks_come_last_each_with_its_own_region_index(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    for (size_t i = 0; i < 10; i++) {
        assert_non_null(HeapAlloc(heap, 0, (2 << 20) + i));
    }
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    bool seen[256] = {false};
    size_t large_count = 0;
    while (HeapWalk(heap, &entry)) {
        if (entry.cbData >= 2 << 20) {
            assert_int_equal(entry.wFlags, PROCESS_HEAP_ENTRY_BUSY);
            assert_false(seen[entry.iRegionIndex]);
            large_count++;
        } else {
            assert_int_equal(large_count, 0);
        }
        seen[entry.iRegionIndex] = true;
    }
    assert_int_equal(large_count, 10);
    assert_true(HeapDestroy(heap));
}

static size_t large_blocks_alone_in_their_region(HANDLE heap)
{
    size_t users[256] = {0};
    bool is_large[256] = {false};
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    while (HeapWalk(heap, &entry)) {
        users[entry.iRegionIndex]++;
        is_large[entry.iRegionIndex] = entry.cbData >= 2 << 20;
    }
    size_t count = 0;
    for (size_t i = 0; i < 256; i++) {
        count += is_large[i] && users[i] == 1;
    }
    return count;
}

/* A byte tells 256 regions apart: the segment and 255 large blocks. */
static void regions_have_an_index_of_their_own_again_when_they_are_few_enough(void **state)
{
    (void)state;
    enum { LARGE_COUNT = 300, TOLD_APART_MAX = 255 };
    static void *blocks[LARGE_COUNT];
    HANDLE heap = HeapCreate(0, 0, 0);
    for (size_t i = 0; i < LARGE_COUNT; i++) {
        blocks[i] = HeapAlloc(heap, 0, 2 << 20);
        assert_non_null(blocks[i]);
    }
    assert_int_equal(large_blocks_alone_in_their_region(heap), TOLD_APART_MAX - 1);
    for (size_t i = 0; i < LARGE_COUNT - TOLD_APART_MAX; i++) {
        assert_true(HeapFree(heap, 0, blocks[i]));
    }
    assert_int_equal(large_blocks_alone_in_their_region(heap), TOLD_APART_MAX);
    for (size_t i = LARGE_COUNT - TOLD_APART_MAX; i < 200; i++) {
        assert_true(HeapFree(heap, 0, blocks[i]));
    }
    assert_int_equal(large_blocks_alone_in_their_region(heap), LARGE_COUNT - 200);
    assert_true(HeapDestroy(heap));
}

static void a_copy_of_the_entry_continues_from_the_same_point(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    for (int i = 0; i < 50; i++) {
        assert_non_null(HeapAlloc(heap, 0, (size_t)i * 100));
    }
    PROCESS_HEAP_ENTRY one = {.lpData = NULL};
    while (HeapWalk(heap, &one)) {
        PROCESS_HEAP_ENTRY two = one;
        PROCESS_HEAP_ENTRY three = one;
        BOOL more = HeapWalk(heap, &two);
        assert_int_equal(HeapWalk(heap, &three), more);
        assert_memory_equal(&two, &three, sizeof two);
    }
    assert_true(HeapDestroy(heap));
}

static void an_entry_that_is_no_element_is_refused(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    char *block = HeapAlloc(heap, 0, 100);
    void *garbage[] = {block + 1, block + 8, (void *)(uintptr_t)1, &heap, (void *)UINTPTR_MAX};
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        PROCESS_HEAP_ENTRY entry = {.lpData = garbage[i]};
        assert_fails_with(HeapWalk(heap, &entry), ERROR_INVALID_PARAMETER);
        assert_ptr_equal(entry.lpData, garbage[i]);
    }
    assert_fails_with(HeapWalk(heap, NULL), ERROR_INVALID_PARAMETER);
    assert_true(HeapDestroy(heap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_heap_is_a_region_with_free_and_uncommitted_memory),
        cmocka_unit_test(every_live_block_is_shown_once_with_its_size),
        cmocka_unit_test(large_blocks_come_last_each_with_its_own_region_index),
        cmocka_unit_test(regions_have_an_index_of_their_own_again_when_they_are_few_enough),
        cmocka_unit_test(a_copy_of_the_entry_continues_from_the_same_point),
        cmocka_unit_test(an_entry_that_is_no_element_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
