/* The structures of a heap come from its pool, which asks the system for more now and then.
 * Wherever that is, a call that gets nothing more from the system fails as a whole or does without,
 * and every block is what it was: tried while the pool is used up, piece by piece. */
#include "tests/impl/support.h"

#include "impl/heap/heap.h"
#include "impl/os/os_sim.h"

#include <string.h>

enum { ROUNDS = 3000, MIDDLE = 9000, LARGE = 2 << 20 };

static HANDLE handle;
static struct wm_heap *heap;
static char *resized; /* between two blocks, so that it has to stay */
static char *large;

/* Of the class of which every slab is full, so that a new one is needed. */
static void *allocate_small(void)
{
    return HeapAlloc(handle, 0, WM_SLAB_BLOCK_BYTES_MAX);
}

static void fill_slabs(void)
{
    do {
        assert_non_null(allocate_small());
    } while (heap->slabs[WM_SIZE_CLASS_COUNT - 1] != NULL);
}

static void *allocate_middle(void)
{
    return HeapAlloc(handle, 0, MIDDLE);
}

static void *allocate_large(void)
{
    return HeapAlloc(handle, 0, LARGE);
}

static bool resize(size_t bytes)
{
    char *same = HeapReAlloc(handle, HEAP_REALLOC_IN_PLACE_ONLY, resized, bytes);
    assert_true(same == NULL || same == resized);
    return same != NULL;
}

static void optimize(void)
{
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request = {HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION, 0};
    assert_true(HeapSetInformation(handle, HeapOptimizeResources, &request, sizeof request));
}

static void try_all_without_memory(void)
{
    void *got[3];
    assert_true(resize(MIDDLE)); /* what is left behind it is free */
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    got[0] = allocate_small();
    bool is_grown = resize(MIDDLE + PAGE);
    size_t size = HeapSize(handle, 0, resized);
    got[1] = allocate_middle();
    got[2] = allocate_large();
    bool is_shrunk = resize(100);
    optimize();
    (void)wm_os_sim_stop();
    assert_int_equal(size, is_grown ? MIDDLE + PAGE : MIDDLE);
    assert_true(
        is_shrunk); /* where there is nothing to note the rest in, it stays with the block */
    assert_int_equal(HeapSize(handle, 0, resized), 100);
    assert_null(got[2]);
    for (int i = 0; i < 2; i++) {
        assert_true(got[i] == NULL || HeapFree(handle, 0, got[i]));
    }
    optimize(); /* gives the new slab back, so that the next round needs one again */
    assert_true(resize(2 * MIDDLE));
}

static void whatever_gets_nothing_from_the_system_leaves_the_heap_sound(void **state)
{
    (void)state;
    handle = HeapCreate(0, 0, 0);
    heap = wm_heap_find(handle);
    resized = HeapAlloc(handle, 0, 2 * MIDDLE);
    large = HeapAlloc(handle, 0, LARGE);
    assert_non_null(large);
    memset(large, 5, LARGE);
    fill_slabs();
    for (int round = 0; round < ROUNDS; round++) {
        try_all_without_memory();
        assert_non_null(allocate_middle()); /* takes one piece of the pool */
        if (round % 50 == 0) {
            assert_true(wm_heap_is_sound(heap));
        }
    }
    assert_true(wm_heap_is_sound(heap));
    assert_int_equal(large[LARGE - 1], 5);
    assert_true(HeapDestroy(handle));
}

/* A segment without blocks goes back when the heap is optimized; where the system does not take it,
 * it serves again. */
static void a_segment_that_the_system_does_not_take_back_serves_again(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    void *blocks[COUNT];
    HEAP_SUMMARY before = {.cb = sizeof before};
    HEAP_SUMMARY after = {.cb = sizeof after};
    handle = HeapCreate(0, 0, 0);
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = allocate_middle();
        assert_non_null(blocks[i]);
    }
    for (int i = 0; i < COUNT; i++) {
        assert_true(HeapFree(handle, 0, blocks[i]));
    }
    assert_true(HeapSummary(handle, 0, &before));
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    optimize();
    (void)wm_os_sim_stop();
    assert_true(HeapSummary(handle, 0, &after));
    assert_int_equal(after.cbReserved, before.cbReserved);
    assert_true(HeapValidate(handle, 0, NULL));
    optimize();
    assert_true(HeapSummary(handle, 0, &after));
    assert_true(after.cbReserved < before.cbReserved);
    assert_true(HeapDestroy(handle));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_gets_nothing_from_the_system_leaves_the_heap_sound),
        cmocka_unit_test(a_segment_that_the_system_does_not_take_back_serves_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
