/* Heaps as such: the default heap, the list of heaps, creation and destruction, and what may be
 * asked about a heap. Clauses HEAP-GPH-*, HEAP-GPHS-*, HEAP-DESTROY-*, HEAP-QUERY-*, HEAP-SET-*. */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"
#include "impl/vm/vm.h"

#include "impl/heap/heap.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static void the_default_heap_comes_first_then_the_others_in_order(void **state)
{
    (void)state;
    enum { HEAP_COUNT = 300 };
    HANDLE created[HEAP_COUNT];
    HANDLE list[HEAP_COUNT + 8];
    DWORD before = GetProcessHeaps(0, NULL);
    assert_true(before >= 1);
    for (int i = 0; i < HEAP_COUNT; i++) {
        created[i] = HeapCreate(0, 0, i % 2 == 0 ? 0 : GRANULE);
        assert_non_null(created[i]);
    }
    assert_int_equal(GetProcessHeaps(HEAP_COUNT + 8, list), before + HEAP_COUNT);
    assert_ptr_equal(list[0], GetProcessHeap());
    for (DWORD i = 0; i < HEAP_COUNT; i++) {
        assert_ptr_equal(list[before + i], created[i]);
    }
    for (int i = 0; i < HEAP_COUNT; i += 2) {
        assert_true(HeapDestroy(created[i]));
    }
    memset(list, 0x11, sizeof list);
    assert_int_equal(GetProcessHeaps(2, list), before + HEAP_COUNT / 2);
    assert_ptr_equal(list[1], created[1]);
    assert_int_equal((uintptr_t)list[2], 0x1111111111111111u);
    for (int i = 1; i < HEAP_COUNT; i += 2) {
        assert_true(HeapDestroy(created[i]));
    }
    assert_int_equal(GetProcessHeaps(0, NULL), before);
}

static void the_default_heap_cannot_be_destroyed(void **state)
{
    (void)state;
    HANDLE heap = GetProcessHeap();
    assert_fails_with(HeapDestroy(heap), ERROR_INVALID_HANDLE);
    assert_ptr_equal(GetProcessHeap(), heap);
    void *block = HeapAlloc(heap, 0, 10);
    assert_non_null(block);
    assert_true(HeapFree(heap, 0, block));
}

static size_t committed_pages(void)
{
    size_t bytes = 0;
    MEMORY_BASIC_INFORMATION run;
    for (uintptr_t address = 0; VirtualQuery((void *)address, &run, sizeof run) != 0;) {
        bytes += run.State != MEM_FREE ? run.RegionSize : 0;
        address += run.RegionSize;
    }
    return bytes;
}

static void destroying_gives_all_memory_back(void **state)
{
    (void)state;
    size_t before = 0;
    for (int round = 0; round < 6; round++) {
        HANDLE heap = HeapCreate(0, 0, 0);
        for (size_t i = 0; i < 3000; i++) {
            char *block = HeapAlloc(heap, 0, i * 10);
            assert_non_null(block);
            block[0] = 1;
        }
        assert_non_null(HeapAlloc(heap, 0, 20 << 20));
        assert_true(HeapDestroy(heap));
        size_t now = committed_pages();
        if (round == 1) {
            before = now;
        }
        if (round > 1) {
            assert_true(now <= before + (1 << 20)); /* the list of heaps may have grown */
        }
    }
}

/* Heaps come and go in an order of which nothing can be guessed, between some that stay. */
static void the_table_of_heaps_forgets_those_that_are_gone(void **state)
{
    (void)state;
    enum { HEAP_COUNT = 100, ROUND_COUNT = 3000 };
    HANDLE heaps[HEAP_COUNT];
    for (int i = 0; i < HEAP_COUNT; i++) {
        heaps[i] = HeapCreate(0, 0, 0);
    }
    uint32_t random = 1;
    for (int round = 0; round < ROUND_COUNT; round++) {
        random = random * 1664525 + 1013904223;
        HANDLE *heap = &heaps[(random >> 16) % HEAP_COUNT];
        HANDLE gone = *heap;
        assert_true(HeapDestroy(gone));
        assert_null(wm_heap_find(gone));
        assert_true(wm_registry_is_sound());
        *heap = HeapCreate(0, 0, round % 3 == 0 ? GRANULE : 0);
        assert_non_null(*heap);
    }
    for (int i = 0; i < HEAP_COUNT; i++) {
        assert_true(HeapDestroy(heaps[i]));
    }
    assert_true(wm_registry_is_sound());
}

static void a_heap_that_is_not_found_or_not_listed_is_seen(void **state)
{
    (void)state;
    HANDLE first = HeapCreate(0, 0, 0);
    HANDLE second = HeapCreate(0, 0, 0);
    struct wm_heap *heap = wm_heap_find(first);
    assert_damage_seen(wm_registry_is_sound(), heap->newer, NULL);
    assert_damage_seen(wm_registry_is_sound(), heap->handle, (uintptr_t)first + 5 * GRANULE);
    assert_true(HeapDestroy(second));
    assert_true(HeapDestroy(first));
}

enum { STAYING_COUNT = 15 };

struct search {
    _Atomic(HANDLE *) heaps; /* to be found, or NULL while there are none */
    atomic_bool is_idle;
    atomic_bool stops;
    size_t misses;
};

static void *search_for_heaps(void *context)
{
    struct search *search = context;
    while (!atomic_load(&search->stops)) {
        HANDLE *heaps = atomic_load(&search->heaps);
        atomic_store(&search->is_idle, heaps == NULL);
        for (int i = 0; i < STAYING_COUNT && heaps != NULL; i++) {
            search->misses += wm_heap_find(heaps[i]) == NULL;
        }
    }
    return NULL;
}

/* The heaps that stay are created last, so that they lie behind others and move when these go.
 * Where the search is at that moment is chance, and that it is just between the two places is rare:
 * this shows gross mistakes and data races, not that a search looks again. */
static void a_heap_is_found_while_others_are_destroyed(void **state)
{
    (void)state;
    enum { GOING_COUNT = 15, ROUND_COUNT = 300 };
    HANDLE stays[STAYING_COUNT];
    HANDLE goes[GOING_COUNT];
    struct search search = {.misses = 0};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, search_for_heaps, &search), 0);
    for (int round = 0; round < ROUND_COUNT; round++) {
        for (int i = 0; i < GOING_COUNT; i++) {
            goes[i] = HeapCreate(0, 0, GRANULE);
        }
        for (int i = 0; i < STAYING_COUNT; i++) {
            stays[i] = HeapCreate(0, 0, GRANULE);
        }
        atomic_store(&search.is_idle, false);
        atomic_store(&search.heaps, stays);
        for (int i = 0; i < GOING_COUNT; i++) {
            assert_true(HeapDestroy(goes[i]));
        }
        atomic_store(&search.heaps, NULL);
        atomic_store(&search.is_idle, false);
        while (!atomic_load(&search.is_idle)) {
            sched_yield();
        }
        for (int i = 0; i < STAYING_COUNT; i++) {
            assert_true(HeapDestroy(stays[i]));
        }
    }
    atomic_store(&search.stops, true);
    pthread_join(thread, NULL);
    assert_int_equal(search.misses, 0);
}

static void a_heap_keeps_its_blocks_when_another_is_destroyed(void **state)
{
    (void)state;
    HANDLE stays = HeapCreate(0, 0, 0);
    HANDLE goes = HeapCreate(0, 0, 0);
    char *block = HeapAlloc(stays, 0, 100);
    memset(block, 4, 100);
    assert_non_null(HeapAlloc(goes, 0, 100));
    assert_true(HeapDestroy(goes));
    assert_int_equal(block[99], 4);
    assert_true(HeapValidate(stays, 0, NULL));
    assert_true(HeapDestroy(stays));
}

static void *create_and_destroy(void *result)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    *(BOOL *)result = heap != NULL && HeapDestroy(heap);
    return NULL;
}

static void a_list_that_cannot_be_written_raises_and_blocks_nobody(void **state)
{
    (void)state;
    take_faults_back();
    volatile DWORD code = 0;
    WM_TRY
    {
        GetProcessHeaps(1, (PHANDLE)(uintptr_t)0x10);
    }
    WM_EXCEPT (EXCEPTION_EXECUTE_HANDLER) {
        code = GetExceptionCode();
    }
    WM_END
    assert_int_equal(code, STATUS_ACCESS_VIOLATION);
    BOOL done = FALSE;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, create_and_destroy, &done), 0);
    pthread_join(thread, NULL);
    assert_true(done);
}

static void compatibility_information_is_2_only_where_it_may_be(void **state)
{
    (void)state;
    HANDLE plain = HeapCreate(0, 0, 0);
    HANDLE fixed = HeapCreate(0, 0, GRANULE);
    HANDLE unserialized = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    HANDLE heaps[] = {plain, fixed, unserialized};
    for (int i = 0; i < 3; i++) {
        ULONG value = 9;
        SIZE_T length = 0;
        assert_true(HeapQueryInformation(heaps[i], HeapCompatibilityInformation, &value,
                                         sizeof value, &length));
        assert_int_equal(value, i == 0 ? 2 : 0);
        assert_int_equal(length, 4);
        length = 0;
        assert_fails_with(
            HeapQueryInformation(heaps[i], HeapCompatibilityInformation, &value, 3, &length),
            ERROR_INSUFFICIENT_BUFFER);
        assert_int_equal(length, 4);
        assert_true(
            HeapQueryInformation(heaps[i], HeapCompatibilityInformation, &value, 100, NULL));
        ULONG wanted = 2;
        BOOL set = HeapSetInformation(heaps[i], HeapCompatibilityInformation, &wanted, 4);
        assert_int_equal(set != 0, i == 0);
        if (i != 0) {
            assert_int_equal(GetLastError(), ERROR_GEN_FAILURE);
        }
        assert_fails_with(HeapSetInformation(heaps[i], HeapCompatibilityInformation, &wanted, 3),
                          ERROR_INSUFFICIENT_BUFFER);
        wanted = 1;
        assert_fails_with(HeapSetInformation(heaps[i], HeapCompatibilityInformation, &wanted, 4),
                          ERROR_GEN_FAILURE);
    }
    ULONG value;
    assert_fails_with(HeapQueryInformation(plain, HeapOptimizeResources, &value, 4, NULL),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(HeapSetInformation(plain, (HEAP_INFORMATION_CLASS)2, &value, 4),
                      ERROR_INVALID_PARAMETER);
    for (int i = 0; i < 3; i++) {
        assert_true(HeapDestroy(heaps[i]));
    }
}

static void optimizing_gives_memory_back_and_changes_no_block(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    char *kept = HeapAlloc(heap, 0, 3000);
    memset(kept, 6, 3000);
    static void *blocks[2000];
    for (int i = 0; i < 2000; i++) {
        blocks[i] = HeapAlloc(heap, 0, (size_t)i * 8);
    }
    for (int i = 0; i < 2000; i++) {
        assert_true(HeapFree(heap, 0, blocks[i]));
    }
    HEAP_SUMMARY before = {.cb = sizeof before};
    HEAP_SUMMARY after = {.cb = sizeof after};
    assert_true(HeapSummary(heap, 0, &before));
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request = {HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION, 0};
    assert_true(HeapSetInformation(NULL, HeapOptimizeResources, &request, sizeof request));
    assert_true(HeapSetInformation(heap, HeapOptimizeResources, &request, sizeof request));
    assert_true(HeapSummary(heap, 0, &after));
    assert_true(after.cbCommitted < before.cbCommitted);
    assert_int_equal(after.cbAllocated, 3000);
    assert_int_equal(kept[2999], 6);
    assert_true(HeapValidate(heap, 0, NULL));
    assert_non_null(HeapAlloc(heap, 0, 100000));
    request.Version = 0;
    assert_fails_with(HeapSetInformation(heap, HeapOptimizeResources, &request, sizeof request),
                      ERROR_INVALID_PARAMETER);
    request.Version = 1;
    assert_fails_with(HeapSetInformation(heap, HeapOptimizeResources, &request, 4),
                      ERROR_INSUFFICIENT_BUFFER);
    assert_true(HeapDestroy(heap));
}

static void a_summary_counts_exactly_what_was_requested(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_non_null(HeapAlloc(heap, 0, 100));
    assert_non_null(HeapAlloc(heap, 0, 5000));
    void *large = HeapAlloc(heap, 0, 3 << 20);
    assert_non_null(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, large, 2 << 20));
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    assert_true(HeapSummary(heap, 0, &summary));
    assert_int_equal(summary.cbAllocated, 100 + 5000 + (2 << 20));
    assert_true(summary.cbAllocated <= summary.cbCommitted);
    assert_true(summary.cbCommitted <= summary.cbReserved);
    assert_true(summary.cbReserved <= summary.cbMaxReserve);
    summary.cb = 39;
    assert_fails_with(HeapSummary(heap, 0, &summary), ERROR_INVALID_PARAMETER);
    summary.cb = sizeof summary;
    assert_fails_with(HeapSummary(heap, 1, &summary), ERROR_INVALID_PARAMETER);
    assert_true(HeapDestroy(heap));
}

static void a_request_that_is_none_is_refused(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    ULONG value = 3;
    SIZE_T length = 0;
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request = {HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION, 0};
    assert_fails_with(HeapSummary(heap, 0, NULL), ERROR_INVALID_PARAMETER);
    assert_fails_with(HeapQueryInformation(heap, HeapCompatibilityInformation, NULL, 4, &length),
                      ERROR_INVALID_PARAMETER);
    assert_int_equal(length, 4);
    assert_fails_with(HeapSetInformation(heap, HeapCompatibilityInformation, NULL, 4),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(HeapSetInformation(heap, HeapCompatibilityInformation, &value, 4),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(HeapSetInformation(heap, HeapOptimizeResources, NULL, sizeof request),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(HeapSetInformation(&request, HeapOptimizeResources, &request, sizeof request),
                      ERROR_INVALID_HANDLE);
    assert_fails_with(HeapSetInformation(heap, HeapEnableTerminationOnCorruption, &value, 0),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(HeapSetInformation(heap, HeapEnableTerminationOnCorruption, NULL, 4),
                      ERROR_INVALID_PARAMETER);
    assert_true(HeapDestroy(heap));
}

/* In a child: nobody has asked for the default heap of this process before. */
static void ask_for_the_first_heap_without_memory(void)
{
    HANDLE list[4];
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    SetLastError(0);
    bool failed = GetProcessHeap() == NULL && GetLastError() == ERROR_NOT_ENOUGH_MEMORY;
    SetLastError(0);
    failed = failed && GetProcessHeaps(4, list) == 0 && GetLastError() == ERROR_NOT_ENOUGH_MEMORY;
    (void)wm_os_sim_stop();
    if (!failed || GetProcessHeap() == NULL || GetProcessHeaps(4, list) != 1 ||
        list[0] != GetProcessHeap()) {
        abort();
    }
}

static void without_memory_there_is_no_default_heap_until_there_is(void **state)
{
    (void)state;
    assert_int_equal(die_of(ask_for_the_first_heap_without_memory).signal, 0);
}

static void a_long_list_that_there_is_no_memory_for_is_none(void **state)
{
    (void)state;
    enum { MANY = 100 };
    HANDLE heaps[MANY];
    HANDLE list[MANY + 1];
    for (int i = 0; i < MANY; i++) {
        heaps[i] = HeapCreate(0, 0, GRANULE);
        assert_non_null(heaps[i]);
    }
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    SetLastError(0);
    DWORD count = GetProcessHeaps(MANY + 1, list);
    DWORD error = GetLastError();
    (void)wm_os_sim_stop();
    assert_int_equal(count, 0);
    assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    assert_true(GetProcessHeaps(MANY + 1, list) >= MANY);
    for (int i = 0; i < MANY; i++) {
        assert_true(HeapDestroy(heaps[i]));
    }
}

/* A heap takes what destroyed ones have left; wherever the system refuses something on the way, the
 * heap is gone all the same, and the next one is made or is not. */
static void a_heap_in_the_place_of_another_is_made_or_not(void **state)
{
    (void)state;
    static const enum wm_os_sim_mode modes[] = {WM_OS_SIM_FAIL_ONE, WM_OS_SIM_FAIL_REST};
    enum { REFUSALS = 60, BLOCKS = 3000 };
    for (unsigned long n = 0; n < 2 * REFUSALS; n++) {
        HANDLE heap = HeapCreate(0, 0, 0);
        for (size_t i = 0; i < BLOCKS; i++) {
            assert_non_null(HeapAlloc(heap, 0, i * 5));
        }
        wm_os_sim_start(n / 2 + 1, modes[n % 2]);
        BOOL is_destroyed = HeapDestroy(heap);
        HANDLE next = HeapCreate(0, 0, 0);
        (void)wm_os_sim_stop();
        assert_true(is_destroyed);
        assert_true(next == NULL || wm_heap_find(next) != NULL);
        assert_true(wm_registry_is_sound());
        assert_true(wm_vm_is_sound());
        assert_true(next == NULL || (HeapAlloc(next, 0, 100) != NULL && HeapDestroy(next)));
    }
}

/* Wherever the system refuses one thing on the way. */
static void nobody_sees_the_pages_of_a_destroyed_heap(void **state)
{
    (void)state;
    enum { REFUSALS = 30, BLOCKS = 4 };
    static const size_t sizes[BLOCKS] = {100, 520191, 600000, 2000000};
    for (unsigned long n = 1; n <= REFUSALS; n++) {
        void *blocks[BLOCKS];
        HANDLE heap = HeapCreate(0, 0, 0);
        for (size_t i = 0; i < BLOCKS; i++) {
            blocks[i] = HeapAlloc(heap, 0, sizes[i]);
            assert_non_null(blocks[i]);
        }
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        BOOL is_destroyed = HeapDestroy(heap);
        (void)wm_os_sim_stop();
        assert_true(is_destroyed);
        for (size_t i = 0; i < BLOCKS; i++) {
            MEMORY_BASIC_INFORMATION information;
            assert_int_equal(VirtualQuery(blocks[i], &information, sizeof information),
                             sizeof information);
            assert_int_equal(information.State, MEM_FREE);
        }
        assert_true(wm_vm_is_sound());
    }
}

/* --- Starting over ---------------------------------------------------------------------------- */

enum { BEGINNING_HEAPS = 100, BEGINNING_ADDRESSES = BEGINNING_HEAPS + 4 };

static LONG CALLBACK look_on(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    return EXCEPTION_CONTINUE_SEARCH;
}

/* Notes where everything was that it gives back. Returns how often it asked the system. */
static unsigned long begin(void *at[BEGINNING_ADDRESSES])
{
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    for (unsigned i = 0; i < BEGINNING_HEAPS; i++) {
        at[i] = HeapCreate(0, 0, 0);
        assert_non_null(at[i]);
    }
    at[BEGINNING_HEAPS] = HeapAlloc(GetProcessHeap(), 0, 100);
    at[BEGINNING_HEAPS + 1] = HeapAlloc(at[0], 0, 3 << 20);
    at[BEGINNING_HEAPS + 2] = VirtualAlloc(NULL, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    at[BEGINNING_HEAPS + 3] = AddVectoredExceptionHandler(0, look_on);
    assert_true(VirtualFree(at[BEGINNING_HEAPS + 2], 0, MEM_RELEASE));
    assert_int_equal(RemoveVectoredExceptionHandler(at[BEGINNING_HEAPS + 3]), 1);
    for (unsigned i = 0; i < BEGINNING_HEAPS; i++) {
        assert_true(HeapDestroy(at[i]));
    }
    return wm_os_sim_stop();
}

static void started_over_everything_is_as_the_first_time(void **state)
{
    (void)state;
    void *first[BEGINNING_ADDRESSES];
    void *again[BEGINNING_ADDRESSES];
    assert_true(wm_start_over());
    (void)begin(first); /* the first mappings of tables stay */
    assert_true(wm_start_over());
    unsigned long count = begin(first);
    for (unsigned i = 0; i < 5; i++) {
        assert_true(wm_start_over());
        assert_true(wm_registry_is_sound());
        assert_int_equal(begin(again), count);
        assert_memory_equal(again, first, sizeof first);
    }
    assert_true(wm_start_over());
}

static void starting_over_ends_the_default_heap_and_no_other(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    void *block = HeapAlloc(heap, 0, 10);
    HANDLE default_heap = GetProcessHeap();
    assert_false(wm_start_over());
    assert_false(HeapValidate(default_heap, 0, NULL));
    assert_true(HeapFree(heap, 0, block));
    assert_true(HeapDestroy(heap));
    void *region = VirtualAlloc(NULL, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_false(wm_start_over());
    assert_true(VirtualFree(region, 0, MEM_RELEASE));
    PVOID handler = AddVectoredExceptionHandler(0, look_on);
    assert_false(wm_start_over());
    assert_int_equal(RemoveVectoredExceptionHandler(handler), 1);
    assert_true(wm_start_over());
    assert_non_null(GetProcessHeap());
}

static void started_over_halfway_it_can_be_finished(void **state)
{
    (void)state;
    void *at[BEGINNING_ADDRESSES];
    for (unsigned long n = 1; n <= 80; n++) {
        (void)begin(at);
        wm_os_sim_start((n + 1) / 2, n % 2 == 0 ? WM_OS_SIM_FAIL_REST : WM_OS_SIM_FAIL_ONE);
        (void)wm_start_over();
        (void)wm_os_sim_stop();
        assert_true(wm_registry_is_sound());
        assert_true(wm_vm_is_sound());
        assert_true(wm_start_over());
    }
}

/* So many that the first mapping of each table does not hold them. */
static void take_and_give_back_many_records(void)
{
    enum { MANY = 4000 };
    static void *regions[MANY];
    static void *handlers[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        regions[i] = VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_NOACCESS);
        handlers[i] = AddVectoredExceptionHandler(1, look_on);
        assert_non_null(regions[i]);
        assert_non_null(handlers[i]);
    }
    for (unsigned i = MANY; i-- > 0;) { /* the first of the list is found at once */
        assert_true(VirtualFree(regions[i], 0, MEM_RELEASE));
        assert_int_equal(RemoveVectoredExceptionHandler(handlers[i]), 1);
    }
}

static void tables_that_the_system_does_not_take_back_are_not_over(void **state)
{
    (void)state;
    unsigned long refused_count = 0;
    bool is_done = false;
    for (unsigned long n = 1; !is_done; n++) {
        assert_true(wm_start_over());
        take_and_give_back_many_records();
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        is_done = wm_start_over();
        assert_int_equal(wm_os_sim_stop() < n, is_done);
        refused_count += !is_done;
    }
    assert_true(refused_count >= 2); /* one of each table */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_there_is_no_default_heap_until_there_is),
        cmocka_unit_test(the_default_heap_comes_first_then_the_others_in_order),
        cmocka_unit_test(the_default_heap_cannot_be_destroyed),
        cmocka_unit_test(destroying_gives_all_memory_back),
        cmocka_unit_test(the_table_of_heaps_forgets_those_that_are_gone),
        cmocka_unit_test(a_heap_is_found_while_others_are_destroyed),
        cmocka_unit_test(a_heap_keeps_its_blocks_when_another_is_destroyed),
        cmocka_unit_test(a_list_that_cannot_be_written_raises_and_blocks_nobody),
        cmocka_unit_test(compatibility_information_is_2_only_where_it_may_be),
        cmocka_unit_test(optimizing_gives_memory_back_and_changes_no_block),
        cmocka_unit_test(a_summary_counts_exactly_what_was_requested),
        cmocka_unit_test(a_heap_that_is_not_found_or_not_listed_is_seen),

        cmocka_unit_test(a_request_that_is_none_is_refused),
        cmocka_unit_test(a_long_list_that_there_is_no_memory_for_is_none),
        cmocka_unit_test(a_heap_in_the_place_of_another_is_made_or_not),
        cmocka_unit_test(nobody_sees_the_pages_of_a_destroyed_heap),
        cmocka_unit_test(started_over_everything_is_as_the_first_time),
        cmocka_unit_test(starting_over_ends_the_default_heap_and_no_other),
        cmocka_unit_test(started_over_halfway_it_can_be_finished),
        cmocka_unit_test(tables_that_the_system_does_not_take_back_are_not_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
