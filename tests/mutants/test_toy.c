/* The correct toy does the basics right: before it may say that an oracle is too strict or too lax,
 * it has to be a believable second implementation by itself. */
#define _GNU_SOURCE /* sigsetjmp */
#include "spec/api.h"
#include "tests/mutants/toy_api.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#define PAGE ((SIZE_T)0x1000)
#define GRANULE ((SIZE_T)0x10000)
#define SENTINEL 0x2E5EB0DEu

/* The declarations by hand and the table have to agree, or this does not compile. */
static const struct api api = {
#define CALL(name, ...) .name = name,
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
};

/* --- Exceptions ------------------------------------------------------------------------------ */

static EXCEPTION_RECORD seen;
static unsigned seen_count;
static sigjmp_buf escape;

static LONG CALLBACK leave(PEXCEPTION_POINTERS pointers)
{
    seen = *pointers->ExceptionRecord;
    seen_count++;
    siglongjmp(escape, 1);
}

/* Runs `body`; true where an exception left it. `seen` has its record. */
static bool raises(void (*body)(void *), void *context)
{
    PVOID handler = api.AddVectoredExceptionHandler(0, leave);
    volatile bool raised = false;
    if (sigsetjmp(escape, 1) == 0) {
        body(context);
    } else {
        raised = true;
    }
    assert_int_not_equal(api.RemoveVectoredExceptionHandler(handler), 0);
    return raised;
}

static void read_byte(void *address)
{
    (void)*(volatile char *)address;
}

static void write_byte(void *address)
{
    *(volatile char *)address = 1;
}

static void run_code(void *address)
{
    void (*code)(void);
    memcpy(&code, &address, sizeof code);
    code();
}

static bool can(void (*access)(void *), void *address)
{
    return !raises(access, address);
}

static void assert_violation(void (*access)(void *), void *address, ULONG_PTR kind)
{
    assert_true(raises(access, address));
    assert_int_equal(seen.ExceptionCode, STATUS_ACCESS_VIOLATION);
    assert_int_equal(seen.NumberParameters, 2);
    assert_int_equal(seen.ExceptionInformation[0], kind);
    assert_ptr_equal(seen.ExceptionInformation[1], address);
}

/* --- Heap ------------------------------------------------------------------------------------ */

static void a_block_has_its_size_alignment_and_zeros(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(0, 0, 0);
    for (SIZE_T size = 0; size < 0x90000; size = size * 3 + 1) {
        unsigned char *block = api.HeapAlloc(heap, 0, size);
        assert_non_null(block);
        memset(block, 0xA5, size);
        assert_true(api.HeapFree(heap, 0, block));
        assert_false(api.HeapValidate(heap, 0, block));
        block = api.HeapAlloc(heap, HEAP_ZERO_MEMORY, size);
        assert_int_equal((ULONG_PTR)block % 16, 0);
        assert_int_equal(api.HeapSize(heap, 0, block), size);
        for (SIZE_T i = 0; i < size; i++) {
            assert_int_equal(block[i], 0);
        }
        assert_true(api.HeapValidate(heap, 0, block));
    }
    assert_true(api.HeapValidate(heap, 0, NULL));
    assert_true(api.HeapDestroy(heap));
}

static void reallocation_keeps_the_content_and_zeroes_the_growth(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(0, 0, 0);
    unsigned char *block = api.HeapAlloc(heap, 0, 100);
    unsigned char *neighbour = api.HeapAlloc(heap, 0, 100);
    memset(block, 7, 100);
    memset(neighbour, 9, 100);
    assert_null(api.HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 4000));
    assert_int_equal(api.HeapSize(heap, 0, block), 100);
    assert_ptr_equal(api.HeapReAlloc(heap, 0, block, 10), block);
    unsigned char *moved = api.HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, 0x100000);
    assert_non_null(moved);
    for (unsigned i = 0; i < 0x100000; i++) {
        assert_int_equal(moved[i], i < 10 ? 7 : 0);
    }
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(neighbour[i], 9);
    }
    assert_true(moved != block);
    assert_false(api.HeapValidate(heap, 0, block));
    assert_ptr_equal(api.HeapReAlloc(heap, 0, moved, 0), moved);
    assert_int_equal(api.HeapSize(heap, 0, moved), 0);
    assert_true(api.HeapDestroy(heap));
}

static void a_fixed_heap_keeps_its_limits(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(0, 0, 4 << 20);
    assert_null(api.HeapAlloc(heap, 0, 0x100000));
    assert_int_equal(api.GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
    assert_non_null(api.HeapAlloc(heap, 0, 0x7FFF7));
    unsigned count = 1;
    while (api.HeapAlloc(heap, 0, 0x10000) != NULL) {
        count++;
    }
    assert_in_range(count, 32, 64);
    assert_true(api.HeapDestroy(heap));
    assert_null(api.HeapCreate(0, 0, SIZE_MAX));
    assert_null(api.HeapCreate(0, (SIZE_T)1 << 50, 0));
}

static void a_walk_shows_every_block_once_and_ends(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(0, 0, 0);
    char *blocks[100];
    unsigned busy = 0;
    for (unsigned i = 0; i < 100; i++) {
        blocks[i] = api.HeapAlloc(heap, 0, (SIZE_T)i * i * 90);
    }
    for (unsigned i = 0; i < 100; i += 3) {
        assert_true(api.HeapFree(heap, 0, blocks[i]));
    }
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    uintptr_t end = 0;
    while (api.HeapWalk(heap, &entry)) {
        if (entry.wFlags == PROCESS_HEAP_ENTRY_BUSY) {
            assert_true(api.HeapValidate(heap, 0, entry.lpData));
            assert_int_equal(api.HeapSize(heap, 0, entry.lpData), entry.cbData);
            assert_true((uintptr_t)entry.lpData >= end || entry.iRegionIndex > 0);
            end = (uintptr_t)entry.lpData + entry.cbData;
            busy++;
        } else {
            assert_false(api.HeapValidate(heap, 0, entry.lpData));
        }
    }
    assert_int_equal(api.GetLastError(), ERROR_NO_MORE_ITEMS);
    assert_int_equal(busy, 66);
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    assert_true(api.HeapSummary(heap, 0, &summary));
    assert_true(summary.cbAllocated <= summary.cbCommitted);
    assert_true(summary.cbCommitted <= summary.cbReserved);
    assert_true(api.HeapDestroy(heap));
}

static void a_full_heap_has_no_space_to_compact(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(0, 0, PAGE);
    assert_int_equal(api.HeapCompact(heap, 0), PAGE - 64);
    assert_non_null(api.HeapAlloc(heap, 0, PAGE - 64));
    api.SetLastError(SENTINEL);
    assert_int_equal(api.HeapCompact(heap, 0), 0);
    assert_int_equal(api.GetLastError(), NO_ERROR);
    assert_true(api.HeapDestroy(heap));
}

static void heaps_are_listed_while_they_live(void **state)
{
    (void)state;
    HANDLE list[64];
    DWORD before = api.GetProcessHeaps(0, NULL);
    HANDLE heap = api.HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    assert_int_equal(api.GetProcessHeaps(64, list), before + 1);
    assert_ptr_equal(list[0], api.GetProcessHeap());
    assert_ptr_equal(list[before], heap);
    assert_true(api.HeapDestroy(heap));
    assert_int_equal(api.GetProcessHeaps(64, list), before);
    assert_false(api.HeapDestroy(api.GetProcessHeap()));
}

static void ask_too_much(void *heap)
{
    (void)api.HeapAlloc(heap, 0, SIZE_MAX);
}

static void a_heap_that_generates_exceptions_does(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0);
    assert_true(raises(ask_too_much, heap));
    assert_int_equal(seen.ExceptionCode, STATUS_NO_MEMORY);
    assert_non_null(api.HeapAlloc(heap, 0, 1));
    assert_true(api.HeapDestroy(heap));
}

static void low_fragmentation_is_permanent_and_not_for_restricted_heaps(void **state)
{
    (void)state;
    const DWORD options[] = {0, HEAP_NO_SERIALIZE, 0};
    const SIZE_T maximum[] = {0, 0, 0x10000};
    for (unsigned i = 0; i < 3; i++) {
        HANDLE heap = api.HeapCreate(options[i], 0, maximum[i]);
        ULONG value = 2;
        SIZE_T length = 0;
        assert_int_equal(api.HeapSetInformation(heap, HeapCompatibilityInformation, &value, 4),
                         i == 0);
        value = 0;
        (void)api.HeapSetInformation(heap, HeapCompatibilityInformation, &value, 4);
        assert_true(
            api.HeapQueryInformation(heap, HeapCompatibilityInformation, &value, 4, &length));
        assert_int_equal(value, i == 0 ? 2 : 0);
        assert_int_equal(length, 4);
        assert_false(api.HeapQueryInformation(heap, HeapCompatibilityInformation, &value, 3, NULL));
        assert_int_equal(api.GetLastError(), ERROR_INSUFFICIENT_BUFFER);
        assert_true(api.HeapDestroy(heap));
    }
    HEAP_OPTIMIZE_RESOURCES_INFORMATION optimize = {1, 0};
    assert_true(api.HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0));
    assert_true(api.HeapSetInformation(NULL, HeapOptimizeResources, &optimize, sizeof optimize));
}

static void *allocate_in(void *heap)
{
    return api.HeapAlloc(heap, 0, 8);
}

static void the_owner_of_the_lock_goes_on_and_others_wait(void **state)
{
    (void)state;
    HANDLE heap = api.HeapCreate(0, 0, 0);
    pthread_t thread;
    void *block = NULL;
    assert_true(api.HeapLock(heap));
    assert_true(api.HeapLock(heap));
    assert_non_null(api.HeapAlloc(heap, 0, 8));
    assert_int_equal(pthread_create(&thread, NULL, allocate_in, heap), 0);
    assert_true(api.HeapUnlock(heap));
    assert_non_null(api.HeapAlloc(heap, 0, 8));
    assert_true(api.HeapUnlock(heap));
    assert_int_equal(pthread_join(thread, &block), 0);
    assert_non_null(block);
    assert_false(api.HeapUnlock(heap));
    assert_true(api.HeapDestroy(heap));
}

/* --- Virtual memory -------------------------------------------------------------------------- */

static void assert_run(const void *address, DWORD page_state, DWORD protect, SIZE_T size)
{
    MEMORY_BASIC_INFORMATION information;
    assert_int_equal(api.VirtualQuery(address, &information, sizeof information), 48);
    assert_int_equal(information.State, page_state);
    assert_int_equal(information.Protect, protect);
    assert_int_equal(information.RegionSize, size);
}

static void pages_go_from_reserved_to_committed_and_back(void **state)
{
    (void)state;
    char *base = api.VirtualAlloc(NULL, 5 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_int_equal((ULONG_PTR)base % GRANULE, 0);
    assert_run(base, MEM_RESERVE, 0, 5 * PAGE);
    assert_violation(read_byte, base, EXCEPTION_READ_FAULT);
    assert_ptr_equal(api.VirtualAlloc(base + 2 * PAGE - 1, 2, MEM_COMMIT, PAGE_READWRITE),
                     base + PAGE);
    assert_run(base + PAGE, MEM_COMMIT, PAGE_READWRITE, 2 * PAGE);
    base[PAGE] = 1;
    assert_true(api.VirtualFree(base + PAGE, 1, MEM_DECOMMIT));
    assert_run(base, MEM_RESERVE, 0, 2 * PAGE);
    assert_non_null(api.VirtualAlloc(base, 5 * PAGE, MEM_COMMIT, PAGE_READONLY));
    assert_int_equal(base[PAGE], 0);
    assert_violation(write_byte, base, EXCEPTION_WRITE_FAULT);
    assert_false(api.VirtualFree(base, 5 * PAGE, MEM_RELEASE));
    assert_int_equal(api.GetLastError(), ERROR_INVALID_PARAMETER);
    assert_false(api.VirtualFree(base + PAGE, 0, MEM_RELEASE));
    assert_int_equal(api.GetLastError(), ERROR_INVALID_ADDRESS);
    assert_true(api.VirtualFree(base, 0, MEM_RELEASE));
    assert_violation(read_byte, base, EXCEPTION_READ_FAULT);
    assert_ptr_equal(api.VirtualAlloc(base + 10, PAGE, MEM_RESERVE, PAGE_NOACCESS), base);
    assert_run(base, MEM_RESERVE, 0, 2 * PAGE);
    MEMORY_BASIC_INFORMATION rest;
    assert_int_equal(api.VirtualQuery(base + 2 * PAGE, &rest, sizeof rest), 48);
    assert_int_equal(rest.State, MEM_FREE);
    assert_true(rest.RegionSize >= 14 * PAGE);
    assert_null(api.VirtualAlloc(base + 4 * PAGE, 1, MEM_RESERVE, PAGE_NOACCESS));
    assert_int_equal(api.GetLastError(), ERROR_INVALID_ADDRESS);
    assert_true(api.VirtualFree(base, 0, MEM_RELEASE));
}

static void each_protection_grants_what_it_says(void **state)
{
    (void)state;
    static const struct {
        DWORD protect;
        bool reads;
        bool writes;
        bool executes;
    } rows[] = {
        {PAGE_NOACCESS, false, false, false},   {PAGE_READONLY, true, false, false},
        {PAGE_READWRITE, true, true, false},    {PAGE_EXECUTE, true, false, true},
        {PAGE_EXECUTE_READ, true, false, true}, {PAGE_EXECUTE_READWRITE, true, true, true},
    };
    unsigned char *page = api.VirtualAlloc(NULL, 1, MEM_COMMIT, PAGE_READWRITE);
    DWORD old = 0;
    page[1] = 0xC3;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(api.VirtualProtect(page, 1, rows[i].protect, &old));
        assert_int_equal(can(read_byte, page), rows[i].reads);
        assert_int_equal(can(write_byte, page), rows[i].writes);
        assert_int_equal(can(run_code, page + 1), rows[i].executes);
    }
    assert_true(api.VirtualProtect(page, 1, PAGE_READWRITE, &old));
    assert_int_equal(old, PAGE_EXECUTE_READWRITE);
    assert_violation(run_code, page + 1, EXCEPTION_EXECUTE_FAULT);
    assert_int_equal(page[1], 0xC3);
    assert_false(api.VirtualProtect(page, 1, PAGE_READWRITE, NULL));
    assert_int_equal(api.GetLastError(), ERROR_NOACCESS);
    assert_true(api.VirtualFree(page, 0, MEM_RELEASE));
}

static void a_guard_page_raises_its_alarm_once(void **state)
{
    (void)state;
    char *page = api.VirtualAlloc(NULL, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
    assert_run(page, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD, 2 * PAGE);
    assert_true(raises(write_byte, page + 5));
    assert_int_equal(seen.ExceptionCode, STATUS_GUARD_PAGE_VIOLATION);
    assert_ptr_equal(seen.ExceptionInformation[1], page + 5);
    assert_int_equal(page[5], 0);
    assert_run(page, MEM_COMMIT, PAGE_READWRITE, PAGE);
    assert_run(page + PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD, PAGE);
    assert_true(can(write_byte, page));
    assert_true(api.VirtualFree(page, 0, MEM_RELEASE));
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    static const struct {
        uintptr_t address;
        SIZE_T size;
        DWORD type;
        DWORD protect;
        DWORD error;
    } rows[] = {
        {0, 0, MEM_RESERVE, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0, 1, 0, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0, 1, MEM_TOP_DOWN, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0, 1, MEM_RESET | MEM_COMMIT, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0, 1, MEM_RESERVE, 0, ERROR_INVALID_PARAMETER},
        {0, 1, MEM_RESERVE, PAGE_READONLY | PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0, 1, MEM_RESERVE, PAGE_GUARD | PAGE_NOACCESS, ERROR_INVALID_PARAMETER},
        {0, 1, MEM_RESERVE, PAGE_WRITECOPY, ERROR_INVALID_PARAMETER},
        {1, 1, MEM_RESERVE, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0x7FFFFFFF0000, 1, MEM_RESERVE, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0x10000, SIZE_MAX, MEM_RESERVE, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {0, SIZE_MAX, MEM_RESERVE, PAGE_READWRITE, ERROR_NOT_ENOUGH_MEMORY},
        {0x10000, 1, MEM_COMMIT, PAGE_READWRITE, ERROR_INVALID_ADDRESS},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_null(
            api.VirtualAlloc((LPVOID)rows[i].address, rows[i].size, rows[i].type, rows[i].protect));
        assert_int_equal(api.GetLastError(), rows[i].error);
    }
}

static void queries_cover_the_address_space_once(void **state)
{
    (void)state;
    SYSTEM_INFO system;
    api.GetSystemInfo(&system);
    char *region = api.VirtualAlloc(NULL, 3 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    MEMORY_BASIC_INFORMATION information;
    char *address = system.lpMinimumApplicationAddress;
    bool met = false;
    while (address <= (char *)system.lpMaximumApplicationAddress) {
        assert_int_equal(api.VirtualQuery(address, &information, sizeof information), 48);
        assert_ptr_equal(information.BaseAddress, address);
        met = met || address == region;
        address += information.RegionSize;
    }
    assert_ptr_equal(address, (char *)system.lpMaximumApplicationAddress + 1);
    assert_true(met);
    assert_int_equal(api.VirtualQuery(address, &information, sizeof information), 0);
    assert_int_equal(api.GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(api.VirtualQuery(region, &information, 47), 0);
    assert_int_equal(api.GetLastError(), ERROR_BAD_LENGTH);
    assert_true(api.VirtualFree(region, 0, MEM_RELEASE));
}

/* --- Errors and exceptions ------------------------------------------------------------------- */

static void *disturb_last_error(void *unused)
{
    api.SetLastError(1);
    return unused;
}

static void the_last_error_belongs_to_the_thread(void **state)
{
    (void)state;
    pthread_t thread;
    api.SetLastError(SENTINEL);
    assert_int_equal(pthread_create(&thread, NULL, disturb_last_error, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(api.GetLastError(), SENTINEL);
}

static char order[8];
static unsigned order_length;

static void note(char handler)
{
    assert_true(order_length + 1 < sizeof order);
    order[order_length++] = handler;
    order[order_length] = '\0';
}

static void forget_order(void)
{
    order_length = 0;
    order[0] = '\0';
}

static LONG CALLBACK note_a(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    note('a');
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG CALLBACK note_b(PEXCEPTION_POINTERS pointers)
{
    seen = *pointers->ExceptionRecord;
    note('b');
    return EXCEPTION_CONTINUE_EXECUTION;
}

static LONG CALLBACK note_c(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    note('c');
    return EXCEPTION_CONTINUE_SEARCH;
}

static void handlers_are_called_in_order_until_one_continues(void **state)
{
    (void)state;
    const ULONG_PTR arguments[3] = {7, 8, 9};
    PVOID c = api.AddVectoredExceptionHandler(0, note_c);
    PVOID b = api.AddVectoredExceptionHandler(1, note_b);
    PVOID a = api.AddVectoredExceptionHandler(1, note_a);
    forget_order();
    api.RaiseException(0xE1234567, 0, 3, arguments);
    assert_string_equal(order, "ab");
    assert_int_equal(seen.ExceptionCode, 0xE1234567);
    assert_int_equal(seen.NumberParameters, 3);
    assert_int_equal(seen.ExceptionInformation[2], 9);
    assert_int_not_equal(api.RemoveVectoredExceptionHandler(a), 0);
    assert_int_equal(api.RemoveVectoredExceptionHandler(a), 0);
    forget_order();
    api.RaiseException(1, 0, 3, NULL);
    assert_string_equal(order, "b");
    assert_int_equal(seen.NumberParameters, 0);
    assert_int_not_equal(api.RemoveVectoredExceptionHandler(b), 0);
    assert_int_not_equal(api.RemoveVectoredExceptionHandler(c), 0);
}

static void raise_what_cannot_be_continued(void *unused)
{
    (void)unused;
    api.RaiseException(0xE0000001, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static void continuing_a_noncontinuable_exception_raises_another(void **state)
{
    (void)state;
    PVOID b = api.AddVectoredExceptionHandler(1, note_b);
    forget_order();
    assert_true(raises(raise_what_cannot_be_continued, NULL));
    assert_int_equal(seen.ExceptionCode, STATUS_NONCONTINUABLE_EXCEPTION);
    assert_int_not_equal(api.RemoveVectoredExceptionHandler(b), 0);
}

static char *to_commit;

static LONG CALLBACK commit_the_page(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    (void)api.VirtualAlloc(to_commit, 1, MEM_COMMIT, PAGE_READWRITE);
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void a_continued_access_is_restarted(void **state)
{
    (void)state;
    to_commit = api.VirtualAlloc(NULL, 1, MEM_RESERVE, PAGE_READWRITE);
    PVOID handler = api.AddVectoredExceptionHandler(1, commit_the_page);
    write_byte(to_commit);
    assert_int_equal(*to_commit, 1);
    assert_int_not_equal(api.RemoveVectoredExceptionHandler(handler), 0);
    assert_true(api.VirtualFree(to_commit, 0, MEM_RELEASE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_its_size_alignment_and_zeros),
        cmocka_unit_test(reallocation_keeps_the_content_and_zeroes_the_growth),
        cmocka_unit_test(a_fixed_heap_keeps_its_limits),
        cmocka_unit_test(a_walk_shows_every_block_once_and_ends),
        cmocka_unit_test(a_full_heap_has_no_space_to_compact),
        cmocka_unit_test(heaps_are_listed_while_they_live),
        cmocka_unit_test(a_heap_that_generates_exceptions_does),
        cmocka_unit_test(low_fragmentation_is_permanent_and_not_for_restricted_heaps),
        cmocka_unit_test(the_owner_of_the_lock_goes_on_and_others_wait),
        cmocka_unit_test(pages_go_from_reserved_to_committed_and_back),
        cmocka_unit_test(each_protection_grants_what_it_says),
        cmocka_unit_test(a_guard_page_raises_its_alarm_once),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(queries_cover_the_address_space_once),
        cmocka_unit_test(the_last_error_belongs_to_the_thread),
        cmocka_unit_test(handlers_are_called_in_order_until_one_continues),
        cmocka_unit_test(continuing_a_noncontinuable_exception_raises_another),
        cmocka_unit_test(a_continued_access_is_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
