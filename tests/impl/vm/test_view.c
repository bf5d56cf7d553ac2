/* Views of sections. */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"
#include "impl/vm/vm.h"

#include <string.h>

static HANDLE make_section(DWORD bytes)
{
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, bytes, NULL);
    assert_non_null(section);
    return section;
}

static void views_of_a_section_show_the_same(void **state)
{
    (void)state;
    HANDLE section = make_section(2 * GRANULE + 1);
    char *whole = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    char *part = MapViewOfFile(section, FILE_MAP_READ, 0, GRANULE, PAGE + 1);
    assert_run(whole, 2 * GRANULE + PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(part, 2 * PAGE, MEM_COMMIT, PAGE_READONLY);
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(part, &run, sizeof run), sizeof run);
    assert_int_equal(run.Type, MEM_MAPPED);
    assert_int_equal(part[0], 0);
    strcpy(whole + GRANULE, "seen");
    assert_string_equal(part, "seen");
    assert_true(UnmapViewOfFile(whole));
    assert_string_equal(part, "seen");
    assert_true(CloseHandle(section));
    assert_string_equal(part, "seen");
    assert_true(UnmapViewOfFile(part));
    assert_int_equal(VirtualQuery(part, &run, sizeof run), sizeof run);
    assert_int_equal(run.State, MEM_FREE);
    assert_true(wm_vm_is_sound());
}

static void a_copy_on_write_view_keeps_what_is_written_to_it(void **state)
{
    (void)state;
    HANDLE section = make_section(4 * PAGE);
    char *whole = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    strcpy(whole, "seen");
    assert_run(copy, 4 * PAGE, MEM_COMMIT, PAGE_WRITECOPY);
    assert_string_equal(copy, "seen");
    copy[PAGE + 1] = 1;
    copy[2 * PAGE] = 2;
    assert_run(copy, PAGE, MEM_COMMIT, PAGE_WRITECOPY);
    assert_run(copy + PAGE, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(copy + 3 * PAGE, PAGE, MEM_COMMIT, PAGE_WRITECOPY);
    assert_int_equal(whole[PAGE + 1], 0);
    whole[PAGE + 1] = 3;
    assert_int_equal(copy[PAGE + 1], 1);
    assert_true(UnmapViewOfFile(copy));
    copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, PAGE + 2);
    assert_int_equal(copy[PAGE + 1], 3);
    assert_true(UnmapViewOfFile(copy) && UnmapViewOfFile(whole) && CloseHandle(section));
    assert_true(wm_vm_is_sound());
}

static void a_view_begins_where_it_is_wanted(void **state)
{
    (void)state;
    HANDLE section = make_section(GRANULE + PAGE);
    char *place = VirtualAlloc(NULL, 4 * GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_null(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place + GRANULE));
    assert_int_equal(GetLastError(), ERROR_INVALID_ADDRESS);
    assert_true(VirtualFree(place, 0, MEM_RELEASE));
    assert_ptr_equal(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place + GRANULE),
                     place + GRANULE);
    assert_null(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place)); /* it reaches that one */
    assert_int_equal(GetLastError(), ERROR_INVALID_ADDRESS);
    assert_null(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place + PAGE));
    assert_int_equal(GetLastError(), ERROR_MAPPED_ALIGNMENT);
    static const uintptr_t outside[] = {0x7FFFFFFF0000, 0x7FFFFFFE0000, 0xFFFF800000000000};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_null(MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, (char *)outside[i]));
        assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    }
    assert_true(UnmapViewOfFile(place + GRANULE) && CloseHandle(section));
    assert_true(wm_vm_is_sound());
}

static void many_pages_are_told_apart(void **state)
{
    (void)state;
    enum { PAGES = 3000 };
    HANDLE section = make_section(PAGES * PAGE);
    char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    assert_run(copy, PAGES * PAGE, MEM_COMMIT, PAGE_WRITECOPY);
    copy[2000 * PAGE] = 1;
    assert_run(copy, 2000 * PAGE, MEM_COMMIT, PAGE_WRITECOPY);
    for (size_t i = 0; i < PAGES; i++) {
        copy[i * PAGE] = 1;
    }
    assert_run(copy, PAGES * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_true(UnmapViewOfFile(copy) && CloseHandle(section));
}

static void code_of_a_section_is_executed(void **state)
{
    (void)state;
    take_faults_back();
    HANDLE section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_EXECUTE_READWRITE, 0, GRANULE, NULL);
    char *writer = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    writer[0] = (char)0xC3; /* ret */
    static const struct {
        DWORD access;
        DWORD protection;
    } views[] = {{FILE_MAP_READ | FILE_MAP_EXECUTE, PAGE_EXECUTE_READ},
                 {FILE_MAP_WRITE | FILE_MAP_EXECUTE, PAGE_EXECUTE_READWRITE},
                 {FILE_MAP_COPY | FILE_MAP_EXECUTE, PAGE_EXECUTE_WRITECOPY}};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        char *view = MapViewOfFile(section, views[i].access, 0, 0, 0);
        assert_run(view, GRANULE, MEM_COMMIT, views[i].protection);
        ((void (*)(void))view)();
        assert_true(UnmapViewOfFile(view));
    }
    assert_true(UnmapViewOfFile(writer) && CloseHandle(section));
}

static void a_view_for_reading_refuses_writes(void **state)
{
    (void)state;
    take_faults_back();
    HANDLE section = make_section(GRANULE);
    char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    assert_int_equal(write_code(view, NULL, NULL), EXCEPTION_ACCESS_VIOLATION);
    assert_true(UnmapViewOfFile(view));
    assert_true(CloseHandle(section));
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    HANDLE section = make_section(GRANULE);
    HANDLE reserved = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE,
                                         0, GRANULE, NULL);
    HANDLE constant =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READONLY, 0, GRANULE, NULL);
    HANDLE code =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_EXECUTE_READWRITE, 0, GRANULE, NULL);
    const struct {
        HANDLE section;
        DWORD access;
        DWORD offset;
        SIZE_T bytes;
        DWORD error;
    } cases[] = {
        {NULL, FILE_MAP_READ, 0, 0, ERROR_INVALID_HANDLE},
        {section, 0, 0, 0, ERROR_NOT_SUPPORTED},
        {section, FILE_MAP_EXECUTE, 0, 0, ERROR_NOT_SUPPORTED},
        {section, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0, ERROR_ACCESS_DENIED},
        {section, FILE_MAP_READ | 0x80000000u, 0, 0, ERROR_NOT_SUPPORTED},
        {reserved, FILE_MAP_READ, 0, 0, ERROR_NOT_SUPPORTED},
        {section, FILE_MAP_READ, PAGE, 0, ERROR_MAPPED_ALIGNMENT},
        {section, FILE_MAP_READ, GRANULE, 0, ERROR_ACCESS_DENIED},
        {section, FILE_MAP_READ, 0, GRANULE + 1, ERROR_ACCESS_DENIED},
        {section, FILE_MAP_READ, 0, SIZE_MAX, ERROR_ACCESS_DENIED},
        {constant, FILE_MAP_WRITE, 0, 0, ERROR_ACCESS_DENIED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(
            MapViewOfFile(cases[i].section, cases[i].access, 0, cases[i].offset, cases[i].bytes));
        assert_int_equal(GetLastError(), cases[i].error);
    }
    char *view = MapViewOfFile(code, FILE_MAP_WRITE, 0, 0, 0);
    assert_non_null(view);
    assert_true(UnmapViewOfFile(view));
    assert_fails_with(UnmapViewOfFile(view), ERROR_INVALID_ADDRESS);
    assert_fails_with(UnmapViewOfFile(NULL), ERROR_INVALID_ADDRESS);
    assert_true(CloseHandle(section) && CloseHandle(reserved) && CloseHandle(constant) &&
                CloseHandle(code));
}

static void views_are_protected_as_far_as_their_access_goes(void **state)
{
    (void)state;
    take_faults_back();
    HANDLE section = make_section(GRANULE);
    char *writer = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    char *reader = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    DWORD old;
    assert_true(VirtualProtect(writer, PAGE, PAGE_READONLY, &old));
    assert_int_equal(old, PAGE_READWRITE);
    assert_int_equal(write_code(writer, NULL, NULL), EXCEPTION_ACCESS_VIOLATION);
    assert_true(VirtualProtect(writer, PAGE, PAGE_READWRITE | PAGE_GUARD, &old));
    assert_int_equal(write_code(writer, NULL, NULL), STATUS_GUARD_PAGE_VIOLATION);
    writer[0] = 1;
    assert_int_equal(reader[0], 1);
    assert_fails_with(VirtualProtect(writer, PAGE, PAGE_EXECUTE, &old), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualProtect(reader, PAGE, PAGE_READWRITE, &old), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualProtect(copy, PAGE, PAGE_READONLY, &old), ERROR_NOT_SUPPORTED);
    assert_true(UnmapViewOfFile(writer) && UnmapViewOfFile(reader) && UnmapViewOfFile(copy) &&
                CloseHandle(section));
}

static void private_memory_is_no_view_nor_a_view_private_memory(void **state)
{
    (void)state;
    HANDLE section = make_section(GRANULE);
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    char *region = VirtualAlloc(NULL, GRANULE, MEM_RESERVE, PAGE_READWRITE);
    assert_fails_with(UnmapViewOfFile(region), ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualFree(view, 0, MEM_RELEASE), ERROR_NOT_SUPPORTED);
    assert_fails_with(VirtualFree(view, PAGE, MEM_DECOMMIT), ERROR_NOT_SUPPORTED);
    assert_null(VirtualAlloc(view, PAGE, MEM_COMMIT, PAGE_READONLY));
    assert_int_equal(GetLastError(), ERROR_NOT_SUPPORTED);
    view[0] = 1;
    assert_true(UnmapViewOfFile(view + 5)); /* any address of it will do */
    assert_true(VirtualFree(region, 0, MEM_RELEASE));
    assert_true(CloseHandle(section));
}

static void a_view_is_flushed_as_far_as_it_goes(void **state)
{
    (void)state;
    HANDLE section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 2 * GRANULE, NULL);
    assert_non_null(section);
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, GRANULE + PAGE);
    assert_non_null(view);
    view[PAGE] = 'x';
    assert_true(FlushViewOfFile(view, 0));
    assert_true(FlushViewOfFile(view + PAGE, GRANULE));
    assert_fails_with(FlushViewOfFile(view + PAGE, GRANULE + 1), ERROR_INVALID_ADDRESS);
    assert_fails_with(FlushViewOfFile(view + PAGE, SIZE_MAX), ERROR_INVALID_ADDRESS);
    assert_fails_with(FlushViewOfFile(view + GRANULE + PAGE, 0), ERROR_INVALID_ADDRESS);
    assert_int_equal(view[PAGE], 'x');
    char *other = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(other);
    assert_fails_with(FlushViewOfFile(other, 1), ERROR_INVALID_ADDRESS);
    assert_fails_with(FlushViewOfFile(NULL, 1), ERROR_INVALID_ADDRESS);
    assert_true(VirtualFree(other, 0, MEM_RELEASE));

    assert_fails_with(UnmapViewOfFileEx(view, MEM_PRESERVE_PLACEHOLDER), ERROR_INVALID_PARAMETER);
    assert_int_equal(view[PAGE], 'x');
    assert_true(UnmapViewOfFileEx(view, MEM_UNMAP_WITH_TRANSIENT_BOOST));
    assert_fails_with(UnmapViewOfFileEx(view, 0), ERROR_INVALID_ADDRESS);
    assert_true(CloseHandle(section));
}

static void a_failing_system_leaves_no_view_behind(void **state)
{
    (void)state;
    HANDLE section = make_section(GRANULE);
    for (unsigned long n = 1;; n++) {
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
        unsigned long calls = wm_os_sim_stop();
        assert_true(wm_vm_is_sound());
        if (view != NULL && calls < n) {
            assert_true(UnmapViewOfFile(view));
            break;
        }
        if (view == NULL) {
            assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
        } else {
            assert_true(UnmapViewOfFile(view));
        }
    }
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    BOOL is_unmapped = UnmapViewOfFile(view);
    DWORD error = GetLastError();
    (void)wm_os_sim_stop();
    assert_false(is_unmapped);
    assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    view[GRANULE - 1] = 1;
    assert_true(UnmapViewOfFile(view));
    assert_true(CloseHandle(section));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_of_a_section_show_the_same),
        cmocka_unit_test(a_copy_on_write_view_keeps_what_is_written_to_it),
        cmocka_unit_test(a_view_begins_where_it_is_wanted),
        cmocka_unit_test(many_pages_are_told_apart),
        cmocka_unit_test(code_of_a_section_is_executed),
        cmocka_unit_test(a_view_for_reading_refuses_writes),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(views_are_protected_as_far_as_their_access_goes),
        cmocka_unit_test(private_memory_is_no_view_nor_a_view_private_memory),
        cmocka_unit_test(a_view_is_flushed_as_far_as_it_goes),
        cmocka_unit_test(a_failing_system_leaves_no_view_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
