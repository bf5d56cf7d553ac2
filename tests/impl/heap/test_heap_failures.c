/* When the n-th call to the operating system fails, a heap function fails as a whole or does
 * without, and every other block keeps address, size and contents. Swept over n. */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"
#include "impl/vm/vm.h"

#include <string.h>

enum { SWEEP_MAX = 400, BLOCK_COUNT = 40 };

static HANDLE heap;
static unsigned char *blocks[BLOCK_COUNT];

static size_t size_of_block(size_t i)
{
    return i % 10 == 9 ? 5000 * i : i * 13;
}

static void fill_heap(size_t maximum)
{
    heap = HeapCreate(0, 0, maximum);
    assert_non_null(heap);
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        blocks[i] = HeapAlloc(heap, 0, size_of_block(i));
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)i + 1, size_of_block(i));
    }
}

static void assert_blocks_unchanged(void)
{
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        assert_int_equal(HeapSize(heap, 0, blocks[i]), size_of_block(i));
        for (size_t k = 0; k < size_of_block(i); k++) {
            assert_true(blocks[i][k] == i + 1);
        }
    }
    assert_true(HeapValidate(heap, 0, NULL));
    assert_true(wm_vm_is_sound());
}

typedef bool (*operation)(void);

static bool allocate_small(void)
{
    for (size_t i = 0; i < 4000; i++) {
        void *block = HeapAlloc(heap, 0, 500 + i % 700);
        if (block == NULL) {
            return false;
        }
    }
    return true;
}

static bool allocate_middle(void)
{
    for (size_t i = 0; i < 60; i++) {
        if (HeapAlloc(heap, HEAP_ZERO_MEMORY, 100000) == NULL) {
            return false;
        }
    }
    return true;
}

static bool allocate_large(void)
{
    return HeapAlloc(heap, 0, 3 << 20) != NULL;
}

static bool grow_step_by_step(void)
{
    unsigned char *block = HeapAlloc(heap, 0, 16);
    if (block == NULL) {
        return false;
    }
    for (size_t bytes = 32; bytes < 5 << 20; bytes = bytes * 5 / 2) {
        memset(block, 0x77, bytes / 3);
        unsigned char *grown = HeapReAlloc(heap, 0, block, bytes);
        if (grown == NULL) {
            assert_true(HeapValidate(heap, 0, block));
            HeapFree(heap, 0, block); /* may be refused as well */
            return false;
        }
        block = grown;
        for (size_t k = 0; k < bytes / 8; k++) {
            assert_true(block[k] == 0x77);
        }
    }
    return HeapFree(heap, 0, block);
}

static bool shrink_large(void)
{
    void *block = HeapAlloc(heap, 0, 4 << 20);
    if (block == NULL) {
        return false;
    }
    assert_ptr_equal(HeapReAlloc(heap, 0, block, 100), block);
    assert_int_equal(HeapSize(heap, 0, block), 100);
    bool grown = HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 4 << 20) != NULL;
    return HeapFree(heap, 0, block) && grown;
}

static bool optimize(void)
{
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request = {HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION, 0};
    return HeapSetInformation(heap, HeapOptimizeResources, &request, sizeof request);
}

static void sweep(operation body, size_t maximum, enum wm_os_sim_mode mode)
{
    for (unsigned long n = 1; n < SWEEP_MAX; n++) {
        fill_heap(maximum);
        wm_os_sim_start(n, mode);
        bool done = body();
        DWORD error = GetLastError();
        unsigned long calls = wm_os_sim_stop();
        if (!done) {
            assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
        }
        assert_blocks_unchanged();
        assert_true(HeapDestroy(heap));
        if (calls < n) {
            return;
        }
    }
    fail_msg("the sweep has no end");
}

static void other_blocks_survive_every_failure(void **state)
{
    (void)state;
    const operation bodies[] = {allocate_small,    allocate_middle, allocate_large,
                                grow_step_by_step, shrink_large,    optimize};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        sweep(bodies[i], 0, WM_OS_SIM_FAIL_ONE);
        sweep(bodies[i], 0, WM_OS_SIM_FAIL_REST);
    }
    sweep(allocate_small, 64 << 20, WM_OS_SIM_FAIL_ONE);
    sweep(allocate_middle, 64 << 20, WM_OS_SIM_FAIL_REST);
}

static void a_failing_create_leaves_no_heap(void **state)
{
    (void)state;
    for (unsigned long n = 1; n < SWEEP_MAX; n++) {
        DWORD before = GetProcessHeaps(0, NULL);
        wm_os_sim_start(n, n % 2 == 0 ? WM_OS_SIM_FAIL_ONE : WM_OS_SIM_FAIL_REST);
        HANDLE created = HeapCreate(0, 10 * PAGE, n % 3 == 0 ? 0 : 20 * PAGE);
        DWORD error = GetLastError();
        unsigned long calls = wm_os_sim_stop();
        if (created != NULL) {
            assert_true(HeapDestroy(created));
        } else {
            assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
        }
        assert_int_equal(GetProcessHeaps(0, NULL), before);
        if (calls < n) {
            return;
        }
    }
    fail_msg("the sweep has no end");
}

static size_t used_bytes(void)
{
    size_t bytes = 0;
    MEMORY_BASIC_INFORMATION run;
    for (uintptr_t address = 0; VirtualQuery((void *)address, &run, sizeof run) != 0;) {
        bytes += run.State != MEM_FREE ? run.RegionSize : 0;
        address += run.RegionSize;
    }
    return bytes;
}

static void a_destroy_that_the_system_hinders_is_finished_later(void **state)
{
    (void)state;
    size_t before = 0;
    for (unsigned long n = 1; n < SWEEP_MAX; n++) {
        fill_heap(0);
        void *large = HeapAlloc(heap, 0, 8 << 20);
        assert_non_null(large);
        wm_os_sim_start(n, WM_OS_SIM_FAIL_REST);
        assert_true(HeapDestroy(heap));
        unsigned long calls = wm_os_sim_stop();
        assert_false(HeapValidate(heap, 0, large)); /* it is gone for the client at once */
        HANDLE next = HeapCreate(0, 0, 0);
        assert_true(HeapDestroy(next));
        size_t now = used_bytes();
        if (n == 1) {
            before = now;
        }
        assert_true(now <= before + (1 << 20));
        if (calls < n) {
            return;
        }
    }
    fail_msg("the sweep has no end");
}

static void a_free_that_the_system_refuses_is_finished_later(void **state)
{
    (void)state;
    fill_heap(0);
    unsigned char *large = HeapAlloc(heap, 0, 8 << 20);
    large[5] = 9;
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    BOOL freed = HeapFree(heap, 0, large);
    wm_os_sim_stop();
    assert_true(freed);
    assert_false(HeapValidate(heap, 0, large));
    unsigned char *next = HeapAlloc(heap, 0, 16 << 20);
    assert_true(HeapFree(heap, 0, next));
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(large, &run, sizeof run), sizeof run);
    assert_int_equal(run.State, MEM_FREE);
    assert_blocks_unchanged();
    assert_true(HeapDestroy(heap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_blocks_survive_every_failure),
        cmocka_unit_test(a_failing_create_leaves_no_heap),
        cmocka_unit_test(a_destroy_that_the_system_hinders_is_finished_later),
        cmocka_unit_test(a_free_that_the_system_refuses_is_finished_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
