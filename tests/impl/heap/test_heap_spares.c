/* What is kept of destroyed heaps for the next ones is seen by nobody: its addresses are free, it
 * is given back when memory is short, and heaps that use it are like any other. */
#include "tests/impl/support.h"

#include "impl/heap/heap.h"
#include "impl/os/os_sim.h"
#include "impl/vm/vm.h"

#include <string.h>

enum { HEAPS_KEPT = 16, FIRST_HEAP_BYTES = 0x40000 };

/* A heap with a block that was written, destroyed: what was its handle. */
static char *leave_a_heap_behind(void)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_non_null(heap);
    memset(HeapAlloc(heap, 0, 1000), 0x5A, 1000);
    assert_true(HeapDestroy(heap));
    return heap;
}

static void the_next_heap_asks_the_system_for_its_pages_alone(void **state)
{
    (void)state;
    leave_a_heap_behind();
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_int_equal(wm_os_sim_stop(), 0);
    assert_true(HeapValidate(heap, 0, NULL));
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    char *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 1000);
    assert_int_equal(wm_os_sim_stop(), 1);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(block[i], 0);
    }
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    assert_true(HeapDestroy(heap));
    assert_int_equal(wm_os_sim_stop(), 1);
}

static void a_heap_that_gets_no_block_asks_the_system_for_nothing(void **state)
{
    (void)state;
    char *place = leave_a_heap_behind();
    take_faults_back();
    for (int i = 0; i < 3; i++) {
        wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
        HANDLE heap = HeapCreate(0, 0, 0);
        assert_run(heap, PAGE, MEM_COMMIT, PAGE_READWRITE);
        assert_true(HeapDestroy(heap));
        assert_int_equal(wm_os_sim_stop(), 0);
        assert_int_equal(read_code(place, NULL, NULL), STATUS_ACCESS_VIOLATION);
    }
}

static void the_one_that_had_as_much_committed_is_taken_first(void **state)
{
    (void)state;
    HANDLE much = HeapCreate(0, 8 * PAGE, 8 * PAGE);
    HANDLE little = HeapCreate(0, PAGE, 8 * PAGE);
    assert_true(HeapDestroy(much));
    assert_true(HeapDestroy(little));
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    HANDLE heap = HeapCreate(0, 8 * PAGE, 8 * PAGE);
    assert_int_equal(wm_os_sim_stop(), 0);
    assert_ptr_equal(heap, much);
    assert_true(HeapDestroy(heap));
}

/* VirtualQuery says that it is committed, so it is to be. */
static void what_is_committed_can_be_used_before_there_is_a_block(void **state)
{
    (void)state;
    take_faults_back();
    leave_a_heap_behind();
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_int_equal(write_code((char *)heap + PAGE / 2, NULL, NULL), 0);
    assert_int_equal(write_code((char *)heap + PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    assert_true(HeapDestroy(heap));
    assert_int_equal(wm_os_sim_stop(), 1);
    assert_int_equal(read_code(heap, NULL, NULL), STATUS_ACCESS_VIOLATION);
}

static void its_pages_can_be_changed_before_there_is_a_block(void **state)
{
    (void)state;
    DWORD old;
    take_faults_back();
    HANDLE heap = HeapCreate(0, 4 * PAGE, 0x8000);
    assert_non_null(HeapAlloc(heap, 0, 1000));
    assert_true(HeapDestroy(heap));
    heap = HeapCreate(0, 4 * PAGE, 0x8000);
    char *pages = (char *)heap;
    assert_true(VirtualProtect(pages + PAGE, PAGE, PAGE_READONLY, &old));
    assert_int_equal(old, PAGE_READWRITE);
    assert_int_equal(write_code(pages, NULL, NULL), 0);
    assert_int_equal(write_code(pages + PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_int_equal(write_code(pages + 2 * PAGE, NULL, NULL), 0);
    assert_true(VirtualProtect(pages + PAGE, PAGE, PAGE_READWRITE, &old));
    assert_true(HeapDestroy(heap));
    heap = HeapCreate(0, 4 * PAGE, 0x8000);
    assert_true(VirtualFree(pages, PAGE, MEM_DECOMMIT));
    assert_int_equal(write_code(pages, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_int_equal(write_code(pages + 2 * PAGE, NULL, NULL), 0);
    assert_true(HeapDestroy(heap));
}

/* The first block of a heap is refused, at each call and halfway through it. */
static void pages_that_the_system_opened_in_part_are_closed_again(void **state)
{
    (void)state;
    take_faults_back();
    for (int fixed = 0; fixed < 2; fixed++) {
        for (unsigned long n = 1; n < 3; n++) {
            size_t maximum = fixed ? 0x8000 : 0;
            wm_vm_drop_spares();
            HANDLE heap = HeapCreate(0, 0x8000, maximum);
            assert_non_null(HeapAlloc(heap, 0, 0x4000));
            assert_true(HeapDestroy(heap));
            heap = HeapCreate(0, 0x8000, maximum);
            wm_os_sim_start(n, WM_OS_SIM_FAIL_HALFWAY);
            char *block = HeapAlloc(heap, 0, 0x4000);
            assert_true(wm_os_sim_stop() != 0);
            assert_true(block != NULL || n == 1);
            assert_true(HeapValidate(heap, 0, NULL));
            assert_true(HeapDestroy(heap));
            assert_int_equal(read_code(heap, NULL, NULL), STATUS_ACCESS_VIOLATION);
            assert_int_equal(read_code((char *)heap + 0x7000, NULL, NULL), STATUS_ACCESS_VIOLATION);
        }
    }
}

/* One whose four pages are the system's business only once something is done with them; it may have
 * four more. */
static char *closed_heap(void)
{
    wm_vm_drop_spares();
    HANDLE heap = HeapCreate(0, 4 * PAGE, 8 * PAGE);
    assert_non_null(HeapAlloc(heap, 0, 1000));
    assert_true(HeapDestroy(heap));
    return HeapCreate(0, 4 * PAGE, 8 * PAGE);
}

static bool protect_second(char *pages)
{
    DWORD old;
    return VirtualProtect(pages + PAGE, PAGE, PAGE_READONLY, &old);
}

static bool decommit_second(char *pages)
{
    return VirtualFree(pages + PAGE, PAGE, MEM_DECOMMIT);
}

static bool commit_next_otherwise(char *pages)
{
    return VirtualAlloc(pages + 4 * PAGE, PAGE, MEM_COMMIT, PAGE_READONLY) != NULL;
}

static void pages_that_cannot_be_opened_stay_as_they_were(void **state)
{
    bool (*const operations[])(char *) = {protect_second, decommit_second, commit_next_otherwise};
    (void)state;
    take_faults_back();
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        bool is_done = false;
        for (unsigned long n = 1; !is_done; n++) {
            char *pages = closed_heap();
            wm_os_sim_start(n, WM_OS_SIM_FAIL_REST);
            is_done = operations[i](pages);
            assert_true(wm_os_sim_stop() >= n || is_done);
            if (!is_done) {
                assert_run(pages, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE);
                assert_int_equal(write_code(pages + PAGE, NULL, NULL), 0);
                assert_true(operations[i](pages));
            }
            assert_int_equal(write_code(pages, NULL, NULL), 0);
            assert_true(HeapDestroy(pages));
        }
    }
}

static void a_page_that_cannot_be_opened_is_a_violation_until_it_can(void **state)
{
    (void)state;
    take_faults_back();
    char *pages = closed_heap();
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    DWORD code = write_code(pages, NULL, NULL);
    (void)wm_os_sim_stop();
    assert_int_equal(code, STATUS_ACCESS_VIOLATION);
    assert_int_equal(write_code(pages, NULL, NULL), 0);
    assert_true(HeapDestroy(pages));
}

static void what_follows_closed_pages_can_be_committed_otherwise(void **state)
{
    (void)state;
    take_faults_back();
    char *pages = closed_heap();
    assert_true(commit_next_otherwise(pages));
    assert_run(pages, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(pages + 4 * PAGE, PAGE, MEM_COMMIT, PAGE_READONLY);
    assert_int_equal(write_code(pages, NULL, NULL), 0);
    assert_int_equal(write_code(pages + 4 * PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(HeapDestroy(pages));
}

static void no_block_is_where_the_client_has_released_the_pages(void **state)
{
    (void)state;
    char *pages = closed_heap();
    assert_true(VirtualFree(pages, 0, MEM_RELEASE));
    assert_null(HeapAlloc(pages, 0, 1000));
    assert_ptr_equal(VirtualAlloc(pages, 8 * PAGE, MEM_RESERVE, PAGE_READWRITE), pages);
    assert_true(HeapDestroy(pages));
}

/* The kept region has fewer pages committed than the heap is to have. */
static void a_kept_region_that_is_refused_more_pages_is_replaced_or_kept(void **state)
{
    (void)state;
    for (int mode = 0; mode < 2; mode++) {
        wm_vm_drop_spares();
        HANDLE little = HeapCreate(0, PAGE, 8 * PAGE);
        assert_true(HeapDestroy(little));
        wm_os_sim_start(1, mode == 0 ? WM_OS_SIM_FAIL_ONE : WM_OS_SIM_FAIL_REST);
        HANDLE heap = HeapCreate(0, 8 * PAGE, 8 * PAGE);
        (void)wm_os_sim_stop();
        assert_true(wm_vm_is_sound());
        if (mode == 0) {
            memset(HeapAlloc(heap, 0, 5 * PAGE), 1, 5 * PAGE);
            assert_true(HeapDestroy(heap));
            continue;
        }
        assert_null(heap);
        wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
        heap = HeapCreate(0, PAGE, 8 * PAGE);
        assert_int_equal(wm_os_sim_stop(), 0);
        assert_ptr_equal(heap, little);
        assert_true(HeapDestroy(heap));
    }
}

static void its_pages_are_free_and_refuse_every_access(void **state)
{
    (void)state;
    take_faults_back();
    char *place = leave_a_heap_behind();
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(place, &run, sizeof run), sizeof run);
    assert_int_equal(run.State, MEM_FREE);
    assert_true(run.RegionSize >= FIRST_HEAP_BYTES);
    char *below = place - PAGE;
    MEMORY_BASIC_INFORMATION around;
    assert_int_equal(VirtualQuery(below, &around, sizeof around), sizeof around);
    if (around.State == MEM_FREE) { /* free neighbours are one region */
        assert_int_equal(around.RegionSize, run.RegionSize + PAGE);
    }
    DWORD old;
    assert_int_equal(read_code(place, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_int_equal(write_code(place + GRANULE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_fails_with(VirtualProtect(place, PAGE, PAGE_READWRITE, &old), ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualFree(place, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
}

static void its_addresses_can_be_had(void **state)
{
    (void)state;
    char *place = leave_a_heap_behind();
    char *got = VirtualAlloc(place + GRANULE, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_ptr_equal(got, place + GRANULE);
    assert_int_equal(got[0], 0);
    assert_run(got, PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_true(VirtualFree(got, 0, MEM_RELEASE));
}

static void fresh_pages_never_come_from_it(void **state)
{
    (void)state;
    leave_a_heap_behind();
    char *got = VirtualAlloc(NULL, FIRST_HEAP_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    for (size_t i = 0; i < FIRST_HEAP_BYTES; i++) {
        assert_int_equal(got[i], 0);
    }
    assert_true(VirtualFree(got, 0, MEM_RELEASE));
}

static void it_is_given_back_when_there_is_no_memory(void **state)
{
    (void)state;
    leave_a_heap_behind();
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    char *got = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    wm_os_sim_stop();
    assert_non_null(got);
    leave_a_heap_behind();
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_true(VirtualFree(got, PAGE, MEM_DECOMMIT) ||
                VirtualFree(got, PAGE, MEM_DECOMMIT)); /* the system refuses once */
    wm_os_sim_stop();
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_ptr_equal(VirtualAlloc(got, PAGE, MEM_COMMIT, PAGE_READWRITE), got);
    wm_os_sim_stop();
    assert_true(VirtualFree(got, 0, MEM_RELEASE));
}

/* What it could give would be nothing to that. */
static void it_is_kept_when_far_too_much_is_wanted(void **state)
{
    const size_t terabyte = (size_t)1 << 40;
    (void)state;
    char *wide = VirtualAlloc(NULL, terabyte, MEM_RESERVE, PAGE_NOACCESS);
#ifdef THREAD_SANITIZER
    if (wide == NULL) {
        print_message("ThreadSanitizer leaves a terabyte and a half, not always in one piece\n");
        skip();
    }
#endif
    assert_non_null(wide);
    leave_a_heap_behind();
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_fails_with(VirtualAlloc(wide, terabyte, MEM_COMMIT, PAGE_READWRITE),
                      ERROR_COMMITMENT_LIMIT);
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_int_equal(wm_os_sim_stop(), 0);
    assert_true(HeapDestroy(heap));
    assert_true(VirtualFree(wide, 0, MEM_RELEASE));
}

static void it_is_given_back_when_all_heaps_are_optimized(void **state)
{
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request = {.Version =
                                                       HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION};
    (void)state;
    leave_a_heap_behind();
    assert_true(HeapSetInformation(NULL, HeapOptimizeResources, &request, sizeof request));
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_true(wm_os_sim_stop() > 0);
    assert_true(HeapDestroy(heap));
}

static void no_more_than_a_few_are_kept(void **state)
{
    enum { MANY = 3 * HEAPS_KEPT };
    HANDLE heaps[MANY];
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        heaps[i] = HeapCreate(0, 0, 0);
    }
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(HeapDestroy(heaps[i]));
    }
    assert_true(wm_vm_is_sound());
    unsigned reused_count = 0;
    for (unsigned i = 0; i < MANY; i++) {
        wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
        heaps[i] = HeapCreate(0, 0, 0);
        reused_count += wm_os_sim_stop() == 0;
    }
    assert_int_equal(reused_count, HEAPS_KEPT);
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(HeapDestroy(heaps[i]));
    }
}

static void a_heap_that_grew_large_is_not_kept(void **state)
{
    (void)state;
    HANDLE small = leave_a_heap_behind();
    uintptr_t place = (uintptr_t)small;
    assert_int_equal(wm_os->map(&place, GRANULE, WM_OS_NONE), WM_OS_TAKEN);
    HANDLE large = HeapCreate(0, 0x80000, 0);
    place = (uintptr_t)large;
    assert_true(HeapDestroy(large));
    assert_int_equal(wm_os->map(&place, GRANULE, WM_OS_NONE), WM_OS_OK);
    assert_int_equal(wm_os->unmap(place, GRANULE), WM_OS_OK);
}

/* The client may have changed the pages of its blocks. */
static void whatever_was_done_to_its_pages_the_next_heap_works(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0x8000);
    char *block = HeapAlloc(heap, 0, 0x5000);
    char *page = (char *)(((uintptr_t)block + PAGE - 1) & ~(PAGE - 1));
    DWORD old;
    assert_true(VirtualProtect(page, PAGE, PAGE_READONLY | PAGE_GUARD, &old));
    assert_true(HeapDestroy(heap));
    heap = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0x8000, 0x8000);
    block = HeapAlloc(heap, 0, 0x5000);
    memset(block, 1, 0x5000);
    assert_run(page, 0x8000 - (size_t)(page - (char *)heap), MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    assert_true(HeapValidate(heap, 0, NULL));
    assert_true(HeapDestroy(heap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_heap_asks_the_system_for_its_pages_alone),
        cmocka_unit_test(a_heap_that_gets_no_block_asks_the_system_for_nothing),
        cmocka_unit_test(the_one_that_had_as_much_committed_is_taken_first),
        cmocka_unit_test(what_is_committed_can_be_used_before_there_is_a_block),
        cmocka_unit_test(its_pages_can_be_changed_before_there_is_a_block),
        cmocka_unit_test(pages_that_the_system_opened_in_part_are_closed_again),
        cmocka_unit_test(pages_that_cannot_be_opened_stay_as_they_were),
        cmocka_unit_test(a_page_that_cannot_be_opened_is_a_violation_until_it_can),
        cmocka_unit_test(what_follows_closed_pages_can_be_committed_otherwise),
        cmocka_unit_test(no_block_is_where_the_client_has_released_the_pages),
        cmocka_unit_test(a_kept_region_that_is_refused_more_pages_is_replaced_or_kept),
        cmocka_unit_test(its_pages_are_free_and_refuse_every_access),
        cmocka_unit_test(its_addresses_can_be_had),
        cmocka_unit_test(fresh_pages_never_come_from_it),
        cmocka_unit_test(it_is_given_back_when_there_is_no_memory),
        cmocka_unit_test(it_is_kept_when_far_too_much_is_wanted),
        cmocka_unit_test(it_is_given_back_when_all_heaps_are_optimized),
        cmocka_unit_test(no_more_than_a_few_are_kept),
        cmocka_unit_test(a_heap_that_grew_large_is_not_kept),
        cmocka_unit_test(whatever_was_done_to_its_pages_the_next_heap_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
