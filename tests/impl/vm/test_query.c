/* VirtualQuery describes every byte of the user space once, whoever mapped it. Clauses VM-QUERY-*,
 * VM-SYS-*. */
#define _GNU_SOURCE /* mmap, memfd_create */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static MEMORY_BASIC_INFORMATION query(const void *pointer)
{
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(pointer, &run, sizeof run), sizeof run);
    return run;
}

static void a_walk_from_min_to_max_covers_each_byte_once(void **state)
{
    (void)state;
    char *few[8];
    for (int i = 0; i < 8; i++) {
        few[i] = VirtualAlloc(NULL, (size_t)(i * 5 + 1) * PAGE, MEM_RESERVE, PAGE_NOACCESS);
    }
    uintptr_t address = 0;
    int found = 0;
    DWORD before = 0;
    while (address <= 0x7FFFFFFEFFFF) {
        MEMORY_BASIC_INFORMATION run = query((void *)address);
        assert_ptr_equal(run.BaseAddress, (void *)address);
        assert_true(run.RegionSize > 0 && run.RegionSize % PAGE == 0);
        assert_false(run.State == MEM_FREE && before == MEM_FREE); /* free neighbours are merged */
        for (int i = 0; i < 8; i++) {
            found += few[i] == (char *)run.BaseAddress && run.State == MEM_RESERVE;
        }
        before = run.State;
        address += run.RegionSize;
    }
    assert_int_equal(address, 0x7FFFFFFF0000);
    assert_int_equal(found, 8);
    MEMORY_BASIC_INFORMATION run;
    assert_fails_with(VirtualQuery((void *)address, &run, sizeof run), ERROR_INVALID_PARAMETER);
    for (int i = 0; i < 8; i++) {
        assert_true(VirtualFree(few[i], 0, MEM_RELEASE));
    }
}

static void adjacent_allocations_are_never_merged(void **state)
{
    (void)state;
    char *place = VirtualAlloc(NULL, 2 * GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(VirtualFree(place, 0, MEM_RELEASE));
    char *low = VirtualAlloc(place, GRANULE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    char *high = VirtualAlloc(place + GRANULE, GRANULE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_run(low + PAGE, GRANULE - PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_ptr_equal(query(low + PAGE).AllocationBase, low);
    assert_ptr_equal(query(high + 5).AllocationBase, high);
    assert_ptr_equal(query(high + 5).BaseAddress, high);
    assert_true(VirtualFree(low, 0, MEM_RELEASE));
    assert_true(VirtualFree(high, 0, MEM_RELEASE));
}

static void foreign_memory_shows_with_its_type(void **state)
{
    (void)state;
    char *private_pages =
        mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(private_pages != MAP_FAILED);
    assert_int_equal(mprotect(private_pages + PAGE, PAGE, PROT_READ), 0);
    MEMORY_BASIC_INFORMATION run = query(private_pages + PAGE);
    assert_int_equal(run.State, MEM_COMMIT);
    assert_int_equal(run.Protect, PAGE_READONLY);
    assert_int_equal(run.Type, MEM_PRIVATE);
    assert_int_equal(run.RegionSize, PAGE);
    munmap(private_pages, 4 * PAGE);

    int file = memfd_create("view", 0);
    assert_int_equal(ftruncate(file, 2 * (off_t)PAGE), 0);
    char *view = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, file, 0);
    run = query(view + PAGE);
    assert_int_equal(run.Type, MEM_MAPPED);
    assert_ptr_equal(run.AllocationBase, view);
    assert_int_equal(run.RegionSize, PAGE);
    munmap(view, 2 * PAGE);
    close(file);

    uintptr_t code = (uintptr_t)&foreign_memory_shows_with_its_type;
    run = query((void *)code);
    assert_int_equal(run.Type, MEM_IMAGE);
    assert_int_equal(run.Protect, PAGE_EXECUTE_READ);
    assert_int_equal(run.AllocationProtect, PAGE_EXECUTE_WRITECOPY);
    static const char constant[] = "read-only data of the same image";
    assert_ptr_equal(query(constant).AllocationBase, run.AllocationBase);

    int local = 0;
    assert_int_equal(query(&local).Type, MEM_PRIVATE);
    assert_int_equal(query(&local).Protect, PAGE_READWRITE);
}

static void our_regions_stay_apart_from_equal_foreign_neighbours(void **state)
{
    (void)state;
    char *place = VirtualAlloc(NULL, 4 * GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(VirtualFree(place, 0, MEM_RELEASE));
    char *below =
        mmap(place, GRANULE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    char *ours = VirtualAlloc(place + GRANULE, PAGE, MEM_RESERVE, PAGE_READWRITE);
    char *above = mmap(place + 2 * GRANULE, GRANULE, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    assert_ptr_equal(below, place);
    assert_ptr_equal(ours, place + GRANULE);
    assert_ptr_equal(above, place + 2 * GRANULE);
    assert_run(below, GRANULE, MEM_COMMIT, PAGE_NOACCESS);
    assert_run(ours, PAGE, MEM_RESERVE, 0);
    assert_run(ours + PAGE, GRANULE - PAGE, MEM_FREE, PAGE_NOACCESS);
    assert_ptr_equal(query(above).AllocationBase, above);
    assert_true(VirtualFree(ours, 0, MEM_RELEASE));
    munmap(below, GRANULE);
    munmap(above, GRANULE);
}

static void short_and_missing_buffers_are_refused(void **state)
{
    (void)state;
    MEMORY_BASIC_INFORMATION run;
    assert_fails_with(VirtualQuery(&run, &run, sizeof run - 1), ERROR_BAD_LENGTH);
    assert_fails_with(VirtualQuery(&run, NULL, sizeof run), ERROR_NOACCESS);
    assert_int_equal(VirtualQuery(&run, &run, sizeof run + 100), sizeof run);
    assert_int_equal(VirtualQuery(NULL, &run, sizeof run), sizeof run);
    assert_int_equal(run.State, MEM_FREE);
}

/* VirtualQuery is asked about addresses that are in doubt; its buffer may be one of them. */
static void a_buffer_that_cannot_be_written_is_an_error_and_no_exception(void **state)
{
    (void)state;
    take_faults_back();
    char *pages = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(VirtualAlloc(pages, PAGE, MEM_COMMIT, PAGE_READWRITE));
    assert_non_null(VirtualAlloc(pages + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_READONLY));
    void *bad[] = {(void *)(uintptr_t)8, pages + PAGE, pages + PAGE - 8, pages + 2 * PAGE,
                   (void *)(uintptr_t)0x8000000000000000u};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_fails_with(VirtualQuery(pages, bad[i], sizeof(MEMORY_BASIC_INFORMATION)),
                          ERROR_NOACCESS);
    }
    assert_int_equal(query(pages).RegionSize, PAGE);
    assert_int_equal(write_code(pages + PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(VirtualFree(pages, 0, MEM_RELEASE));
}

static void system_info_has_the_documented_values(void **state)
{
    (void)state;
    SYSTEM_INFO information;
    GetSystemInfo(&information);
    assert_int_equal(information.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    assert_int_equal(information.dwPageSize, PAGE);
    assert_int_equal(information.dwAllocationGranularity, GRANULE);
    assert_int_equal((uintptr_t)information.lpMinimumApplicationAddress, 0x10000);
    assert_int_equal((uintptr_t)information.lpMaximumApplicationAddress, 0x7FFFFFFEFFFF);
    assert_true(information.dwNumberOfProcessors >= 1);
    SYSTEM_INFO native;
    GetNativeSystemInfo(&native);
    assert_memory_equal(&native, &information, sizeof native);
    assert_int_equal(GetLargePageMinimum(), 2 * 1024 * 1024);
}

static void the_status_of_memory_makes_sense(void **state)
{
    (void)state;
    MEMORYSTATUSEX status = {.dwLength = sizeof status - 1};
    assert_fails_with(GlobalMemoryStatusEx(&status), ERROR_INVALID_PARAMETER);
    assert_fails_with(GlobalMemoryStatusEx(NULL), ERROR_INVALID_PARAMETER);
    status.dwLength = sizeof status;
    assert_true(GlobalMemoryStatusEx(&status));
    assert_true(status.dwMemoryLoad <= 100);
    assert_true(status.ullAvailPhys > 0 && status.ullAvailPhys <= status.ullTotalPhys);
    assert_true(status.ullAvailPageFile <= status.ullTotalPageFile);
    assert_int_equal(status.ullTotalVirtual, 0x7FFFFFFE0000);
    char *base = VirtualAlloc(NULL, (SIZE_T)1 << 32, MEM_RESERVE, PAGE_NOACCESS);
    MEMORYSTATUSEX later = {.dwLength = sizeof later};
    assert_true(GlobalMemoryStatusEx(&later));
    assert_true(later.ullAvailVirtual <= status.ullAvailVirtual - ((DWORDLONG)1 << 32));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void without_file_descriptors(void)
{
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_NOFILE, &none) != 0) {
        abort();
    }
}

/* /proc may be missing or forbidden, and file descriptors may run out. */
static void query_without_a_list(void)
{
    char *ours = VirtualAlloc(NULL, 3 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    char local = 0;
    without_file_descriptors();
    const void *others[] = {&local, (const void *)(uintptr_t)&query_without_a_list, ours + 3 * PAGE,
                            (void *)0x10000};
    MEMORY_BASIC_INFORMATION run;
    DWORD old;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        SetLastError(0);
        if (VirtualQuery(others[i], &run, sizeof run) != 0 ||
            GetLastError() != ERROR_ACCESS_DENIED) {
            abort();
        }
    }
    if (VirtualProtect(&local, 1, PAGE_READONLY, &old) || GetLastError() != ERROR_ACCESS_DENIED ||
        VirtualQuery(ours + PAGE, &run, sizeof run) != sizeof run || run.RegionSize != 2 * PAGE ||
        run.State != MEM_COMMIT || !VirtualFree(ours, 0, MEM_RELEASE)) {
        abort();
    }
    local = 1; /* still writable */
}

static void what_the_system_does_not_tell_is_not_called_free(void **state)
{
    (void)state;
    struct death death = die_of(query_without_a_list);
    assert_int_equal(death.signal, 0);
}

static void what_can_be_written_and_executed_is_said_to_be(void **state)
{
    (void)state;
    char *pages =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    assert_int_equal(query(pages).Protect, PAGE_EXECUTE_READWRITE);
    munmap(pages, PAGE);
}

/* Every second page has another protection, so each is a mapping. What is found of them is one
 * allocation. */
static void a_file_in_very_many_pieces_is_mapped_memory_all_the_same(void **state)
{
    (void)state;
    enum { PIECES = 200 };
    int file = memfd_create("pieces", 0);
    assert_int_equal(ftruncate(file, PIECES * (off_t)PAGE), 0);
    char *view = mmap(NULL, PIECES * PAGE, PROT_READ, MAP_SHARED, file, 0);
    for (size_t i = 0; i < PIECES; i += 2) {
        assert_int_equal(mprotect(view + i * PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
    }
    char *page = view + PIECES / 2 * PAGE;
    MEMORY_BASIC_INFORMATION run = query(page);
    assert_int_equal(run.Type, MEM_MAPPED);
    assert_int_equal(run.RegionSize, PAGE);
    assert_true((char *)run.AllocationBase < page && (char *)run.AllocationBase >= view);
    munmap(view, PIECES * PAGE);
    close(file);
}

/* The list of mappings fails at each of the questions that a query asks. */
static void a_list_that_fails_halfway_tells_nothing(void **state)
{
    (void)state;
    MEMORY_BASIC_INFORMATION run;
    const void *image = (const void *)(uintptr_t)&a_list_that_fails_halfway_tells_nothing;
    char *freed = VirtualAlloc(NULL, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(VirtualFree(freed, 0, MEM_RELEASE));
    const void *places[] = {image, freed};
    for (size_t i = 0; i < 2; i++) {
        for (unsigned long n = 1;; n++) {
            wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
            SIZE_T got = VirtualQuery(places[i], &run, sizeof run);
            DWORD error = GetLastError();
            if (wm_os_sim_stop() < n) {
                assert_int_equal(got, sizeof run);
                assert_true(n > 1);
                break;
            }
            if (got == 0) { /* what was asked last may not have been needed */
                assert_int_equal(error, ERROR_ACCESS_DENIED);
            } else {
                assert_ptr_equal(run.BaseAddress, (void *)((uintptr_t)places[i] & ~(PAGE - 1)));
            }
        }
    }
}

/* Each question costs more than the rest of the answer. */
static void the_list_of_mappings_is_asked_once_for_free_memory(void **state)
{
    (void)state;
    MEMORY_BASIC_INFORMATION run;
    char *freed = VirtualAlloc(NULL, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(VirtualFree(freed, 0, MEM_RELEASE));
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    assert_int_equal(VirtualQuery(freed, &run, sizeof run), sizeof run);
    assert_int_equal(wm_os_sim_stop(), 1);
    assert_int_equal(run.State, MEM_FREE);
}

/* The C library's memory and the program's are asked about as well. */
static void bad_pointers_are_told_without_a_touch(void **state)
{
    (void)state;
    static const char text[] = "constant";
    static char data[] = "variable";
    char *base = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(VirtualAlloc(base, PAGE, MEM_COMMIT, PAGE_READWRITE));
    assert_non_null(VirtualAlloc(base + PAGE, PAGE, MEM_COMMIT, PAGE_READONLY));
    assert_non_null(VirtualAlloc(base + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD));
    assert_false(IsBadReadPtr(base, 2 * PAGE));
    assert_false(IsBadWritePtr(base, PAGE));
    assert_true(IsBadWritePtr(base, PAGE + 1));
    assert_true(IsBadReadPtr(base, 2 * PAGE + 1));
    assert_true(IsBadReadPtr(base + 3 * PAGE, 1));
    assert_true(IsBadReadPtr(base, SIZE_MAX));
    assert_false(IsBadReadPtr(NULL, 0));
    assert_true(IsBadReadPtr(NULL, 1));
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(base + 2 * PAGE, &run, sizeof run), sizeof run);
    assert_int_equal(run.Protect, PAGE_READWRITE | PAGE_GUARD);
    assert_false(IsBadReadPtr(text, sizeof text));
    assert_true(IsBadWritePtr((LPVOID)(uintptr_t)text, 1));
    assert_false(IsBadWritePtr(data, sizeof data));
    assert_false(IsBadWritePtr(&run, sizeof run));
    assert_false(IsBadCodePtr((FARPROC)(uintptr_t)bad_pointers_are_told_without_a_touch));
    assert_true(IsBadCodePtr(NULL));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void a_string_is_good_up_to_its_end(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE, PAGE_NOACCESS);
    assert_non_null(VirtualAlloc(base, PAGE, MEM_COMMIT, PAGE_READWRITE));
    assert_non_null(VirtualAlloc(base + PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE));
    memset(base, 'a', 2 * PAGE);
    DWORD old;
    assert_true(VirtualProtect(base + PAGE, PAGE, PAGE_READONLY, &old));
    assert_false(IsBadStringPtrA(base, 0));
    assert_false(IsBadStringPtrA(NULL, 0));
    assert_false(IsBadStringPtrA(base, 2 * PAGE));
    assert_true(IsBadStringPtrA(base, 2 * PAGE + 1));
    assert_true(IsBadStringPtrA(base, SIZE_MAX));
    assert_true(IsBadStringPtrA(base + 2 * PAGE, 1));
    assert_true(IsBadStringPtrA(NULL, 1));
    assert_true(IsBadStringPtrA((LPCSTR)UINTPTR_MAX, 1));
    assert_true(VirtualProtect(base + PAGE, PAGE, PAGE_READWRITE, &old));
    base[2 * PAGE - 1] = 0;
    assert_false(IsBadStringPtrA(base, SIZE_MAX));
    assert_false(IsBadStringPtrA("constant", SIZE_MAX));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void memory_that_cannot_be_asked_about_is_bad(void **state)
{
    (void)state;
    static char data[] = "variable";
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    BOOL is_bad = IsBadReadPtr(data, sizeof data);
    assert_true(wm_os_sim_stop() >= 1);
    assert_true(is_bad);
    assert_false(IsBadReadPtr(data, sizeof data));
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    is_bad = IsBadStringPtrA(data, sizeof data);
    assert_true(wm_os_sim_stop() >= 1);
    assert_true(is_bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_pointers_are_told_without_a_touch),
        cmocka_unit_test(a_string_is_good_up_to_its_end),
        cmocka_unit_test(memory_that_cannot_be_asked_about_is_bad),
        cmocka_unit_test(a_walk_from_min_to_max_covers_each_byte_once),
        cmocka_unit_test(adjacent_allocations_are_never_merged),
        cmocka_unit_test(foreign_memory_shows_with_its_type),
        cmocka_unit_test(our_regions_stay_apart_from_equal_foreign_neighbours),
        cmocka_unit_test(short_and_missing_buffers_are_refused),
        cmocka_unit_test(a_buffer_that_cannot_be_written_is_an_error_and_no_exception),
        cmocka_unit_test(system_info_has_the_documented_values),
        cmocka_unit_test(the_status_of_memory_makes_sense),
        cmocka_unit_test(what_the_system_does_not_tell_is_not_called_free),
        cmocka_unit_test(what_can_be_written_and_executed_is_said_to_be),
        cmocka_unit_test(a_file_in_very_many_pieces_is_mapped_memory_all_the_same),
        cmocka_unit_test(a_list_that_fails_halfway_tells_nothing),
        cmocka_unit_test(the_list_of_mappings_is_asked_once_for_free_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
