/* Sections and their handles. */
#include "tests/impl/support.h"

#include "impl/include/winmem_sim.h"
#include "impl/os/os_sim.h"
#include "impl/vm/handle.h"
#include "impl/vm/vm.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

static HANDLE make_section(uint64_t bytes)
{
    return CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, (DWORD)(bytes >> 32),
                              (DWORD)bytes, NULL);
}

static unsigned count_open_files(void)
{
    unsigned count = 0;
    DIR *list = opendir("/proc/self/fd");
    assert_non_null(list);
    while (readdir(list) != NULL) {
        count++;
    }
    closedir(list);
    return count;
}

static void a_handle_is_a_multiple_of_four(void **state)
{
    (void)state;
    HANDLE handle = make_section(GRANULE);
    assert_non_null(handle);
    assert_int_equal((uintptr_t)handle % 4, 0);
    assert_true((uintptr_t)handle < 0x80000000u);
    assert_true(CloseHandle(handle));
}

static void a_closed_handle_is_none_even_where_its_place_is_taken_again(void **state)
{
    (void)state;
    HANDLE first = make_section(GRANULE);
    assert_true(CloseHandle(first));
    assert_fails_with(CloseHandle(first), ERROR_INVALID_HANDLE);
    HANDLE second = make_section(GRANULE);
    assert_ptr_not_equal(first, second);
    assert_fails_with(CloseHandle(first), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(second));
}

static void what_is_no_handle_is_refused(void **state)
{
    (void)state;
    static const uintptr_t wild[] = {0, 4, 0x40000, ~(uintptr_t)0, ~(uintptr_t)0 - 3, 0x7FFFFFFF};
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        assert_fails_with(CloseHandle((HANDLE)wild[i]), ERROR_INVALID_HANDLE);
    }
}

static void files_are_not_supported_yet(void **state)
{
    (void)state;
    assert_null(CreateFileMappingW((HANDLE)4, NULL, PAGE_READWRITE, 0, 1, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
}

static void sizes_beyond_all_memory_are_refused(void **state)
{
    (void)state;
    unsigned before = count_open_files();
    static const uint64_t sizes[] = {UINT64_MAX, UINT64_MAX - 0xFFF, (uint64_t)1 << 63, INT64_MAX,
                                     (uint64_t)1 << 47};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_null(make_section(sizes[i]));
        assert_true(GetLastError() == ERROR_COMMITMENT_LIMIT ||
                    GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
        HANDLE reserved =
            CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE,
                               (DWORD)(sizes[i] >> 32), (DWORD)sizes[i], NULL);
        assert_true(reserved == NULL || CloseHandle(reserved));
    }
    assert_int_equal(count_open_files(), before);
}

/* More places than one table has, and all of them free again. */
static void many_sections_are_open_at_once(void **state)
{
    (void)state;
    enum { MANY = 700 };
    static HANDLE handles[MANY];
    unsigned before = count_open_files();
    unsigned made = 0;
    while (made < MANY && (handles[made] = make_section(1)) != NULL) {
        made++;
    }
    assert_true(made == MANY || GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
    assert_true(made > 500);
    for (unsigned i = 0; i < made; i++) {
        assert_true(CloseHandle(handles[i]));
    }
    assert_int_equal(count_open_files(), before);
}

static void a_failing_system_leaves_no_section_behind(void **state)
{
    (void)state;
    unsigned before = count_open_files();
    for (unsigned long n = 1;; n++) {
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        HANDLE handle = make_section(GRANULE);
        DWORD error = GetLastError();
        unsigned long calls = wm_os_sim_stop();
        if (handle != NULL) {
            assert_true(calls < n && n > 2);
            assert_true(CloseHandle(handle));
            break;
        }
        assert_true(error == ERROR_COMMITMENT_LIMIT || error == ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(count_open_files(), before);
    }
    assert_int_equal(count_open_files(), before);
}

static void assert_refused_under(int resource, rlim_t limit)
{
    struct rlimit before;
    assert_int_equal(getrlimit(resource, &before), 0);
    struct rlimit low = {limit, before.rlim_max};
    assert_int_equal(setrlimit(resource, &low), 0);
    HANDLE handle = make_section(GRANULE);
    DWORD error = GetLastError();
    assert_int_equal(setrlimit(resource, &before), 0);
    assert_null(handle);
    assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    handle = make_section(GRANULE);
    assert_true(CloseHandle(handle));
}

static void limits_of_the_process_are_no_memory(void **state)
{
    (void)state;
    unsigned before = count_open_files();
    assert_refused_under(RLIMIT_NOFILE, 3);
    assert_ptr_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    assert_refused_under(RLIMIT_FSIZE, 0);
    assert_ptr_not_equal(signal(SIGXFSZ, SIG_DFL), SIG_ERR);
    assert_int_equal(count_open_files(), before);
}

/* The handles alone, for a process may have fewer files open. */
static void places_for_handles_come_to_an_end(void **state)
{
    (void)state;
    enum { PLACES = 1 << 16 };
    static HANDLE handles[PLACES];
    struct wm_section *section = (struct wm_section *)(void *)handles; /* only its address counts */
    for (unsigned i = 0; i < PLACES; i++) {
        handles[i] = wm_handle_make((struct wm_handle){section, i});
        assert_non_null(handles[i]);
        assert_ptr_equal(wm_handle_find(handles[i]).section, section);
        assert_int_equal(wm_handle_find(handles[i]).access, i);
    }
    assert_null(wm_handle_make((struct wm_handle){section, 0}));
    assert_null(make_section(GRANULE));
    assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
    for (unsigned i = 0; i < PLACES; i++) {
        wm_handle_drop(handles[i]);
        assert_null(wm_handle_find(handles[i]).section);
    }
}

static void handles_come_again_after_a_new_start(void **state)
{
    (void)state;
    assert_true(wm_start_over());
    HANDLE first = make_section(GRANULE);
    assert_false(wm_start_over()); /* for a section is open */
    assert_true(CloseHandle(first));
    assert_true(wm_start_over());
    HANDLE again = make_section(GRANULE);
    assert_ptr_equal(again, first);
    assert_true(CloseHandle(again));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_system_leaves_no_section_behind),
        cmocka_unit_test(limits_of_the_process_are_no_memory),
        cmocka_unit_test(places_for_handles_come_to_an_end),
        cmocka_unit_test(handles_come_again_after_a_new_start),
        cmocka_unit_test(a_handle_is_a_multiple_of_four),
        cmocka_unit_test(a_closed_handle_is_none_even_where_its_place_is_taken_again),
        cmocka_unit_test(what_is_no_handle_is_refused),
        cmocka_unit_test(files_are_not_supported_yet),
        cmocka_unit_test(sizes_beyond_all_memory_are_refused),
        cmocka_unit_test(many_sections_are_open_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
