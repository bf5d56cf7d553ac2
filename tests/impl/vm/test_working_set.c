/* GetProcessWorkingSetSize and SetProcessWorkingSetSize: what is kept, what is refused, and that
 * leaving the working set costs nothing that memory holds. Clauses VM-WS-*. */
#include "tests/impl/support.h"

#include <string.h>

#include "impl/include/winmem_sim.h"

static void assert_sizes(SIZE_T minimum_pages, SIZE_T maximum_pages)
{
    SIZE_T minimum = 1;
    SIZE_T maximum = 1;
    assert_int_equal(GetProcessWorkingSetSize(GetCurrentProcess(), &minimum, &maximum), TRUE);
    assert_int_equal(minimum, minimum_pages * PAGE);
    assert_int_equal(maximum, maximum_pages * PAGE);
}

static BOOL set(SIZE_T minimum, SIZE_T maximum)
{
    return SetProcessWorkingSetSize(GetCurrentProcess(), minimum, maximum);
}

static void assert_refused(SIZE_T minimum, SIZE_T maximum)
{
    SetLastError(NO_ERROR);
    assert_int_equal(set(minimum, maximum), FALSE);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
}

static void sizes_are_kept_in_whole_pages(void **state)
{
    (void)state;
    assert_sizes(50, 345);
    assert_int_equal(set(30 * PAGE + 1, 400 * PAGE - 1), TRUE);
    assert_sizes(30, 399);
    assert_int_equal(set(1, 20 * PAGE), TRUE);
    assert_sizes(20, 20);
    assert_int_equal(wm_start_over(), true);
    assert_sizes(50, 345);
}

static void bad_sizes_set_nothing(void **state)
{
    (void)state;
    MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
    assert_int_equal(GlobalMemoryStatusEx(&memory), TRUE);
    assert_refused(0, 100 * PAGE);
    assert_refused(101 * PAGE, 100 * PAGE);
    assert_refused(SIZE_MAX, 100 * PAGE);
    assert_refused(1, 20 * PAGE - 1);
    assert_refused(100 * PAGE, SIZE_MAX);
    assert_refused(100 * PAGE, memory.ullTotalPhys - 512 * PAGE);
    assert_sizes(50, 345);
}

static void another_process_is_none(void **state)
{
    (void)state;
    SIZE_T size = 7;
    SetLastError(NO_ERROR);
    assert_int_equal(GetProcessWorkingSetSize(NULL, &size, &size), FALSE);
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_int_equal(size, 7);
    SetLastError(NO_ERROR);
    assert_int_equal(SetProcessWorkingSetSize(NULL, 100 * PAGE, 200 * PAGE), FALSE);
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
}

/* Of every kind: with gaps, guarded, locked, watched, a view. */
static void what_leaves_keeps_what_it_holds(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 16 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_ptr_equal(VirtualAlloc(base + 4 * PAGE, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE),
                     base + 4 * PAGE);
    assert_non_null(VirtualAlloc(base + 12 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD));
    char *watched =
        VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE);
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, PAGE, NULL);
    char *view = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    void *spare = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(view);
    assert_int_equal(VirtualFree(spare, 0, MEM_RELEASE), TRUE);
    memset(base + 4 * PAGE, 'x', 4 * PAGE);
    memset(view, 'y', PAGE);
    assert_int_equal(set(SIZE_MAX, SIZE_MAX), TRUE);
    for (unsigned i = 0; i < 4 * PAGE; i++) {
        assert_int_equal(base[4 * PAGE + i], 'x');
    }
    assert_int_equal(view[PAGE - 1], 'y');
    if (watched != NULL) { /* where the system tells what is written */
        PVOID page;
        ULONG_PTR count = 1;
        DWORD granularity;
        assert_int_equal(GetWriteWatch(0, watched, PAGE, &page, &count, &granularity), 0);
        assert_int_equal(count, 0);
        assert_int_equal(VirtualFree(watched, 0, MEM_RELEASE), TRUE);
    }
    assert_sizes(50, 345);
    assert_int_equal(UnmapViewOfFile(view), TRUE);
    assert_int_equal(CloseHandle(section), TRUE);
    assert_int_equal(VirtualFree(base, 0, MEM_RELEASE), TRUE);
}

static int start_over(void **state)
{
    (void)state;
    return wm_start_over() ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sizes_are_kept_in_whole_pages, start_over),
        cmocka_unit_test_setup(bad_sizes_set_nothing, start_over),
        cmocka_unit_test_setup(another_process_is_none, start_over),
        cmocka_unit_test_setup(what_leaves_keeps_what_it_holds, start_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
