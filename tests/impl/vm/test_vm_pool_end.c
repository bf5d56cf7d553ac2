/* The structures of the map come from a pool, which asks the system for more now and then. Wherever
 * that is, a call that gets nothing more from the system fails as a whole: tried again and again,
 * while the pool is used up in between, until every place that takes from it has met its end. */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"
#include "impl/vm/vm.h"

/* Runs go back to the pool at the end of a test, so each test takes more of them than the one
 * before it has. */
enum {
    GUARD_COUNT = 1000,
    RESERVATION_COUNT = 6000,
    LATE_RESERVATION_COUNT = 9000,
    VIEW_COUNT = 10000,
    PROTECT_COUNT = 12000,
    PAIR_COUNT = 24000
};

static char *base;

static bool protect(char *page)
{
    DWORD old;
    return VirtualProtect(page, PAGE, PAGE_READONLY, &old);
}

static DWORD error_without_memory(bool (*operation)(char *page), char *page)
{
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    SetLastError(0);
    bool is_done = operation(page);
    DWORD error = GetLastError();
    assert_true(wm_os_sim_stop() > 0);
    assert_false(is_done);
    return error;
}

static bool reserve(char *unused)
{
    (void)unused;
    return VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_READWRITE) != NULL;
}

static void a_reservation_fails_as_a_whole(void **state)
{
    (void)state;
    static char *reserved[RESERVATION_COUNT];
    for (int i = 0; i < RESERVATION_COUNT; i++) {
        assert_int_equal(error_without_memory(reserve, NULL), ERROR_NOT_ENOUGH_MEMORY);
        reserved[i] = VirtualAlloc(NULL, 3 * PAGE, MEM_RESERVE, PAGE_READWRITE);
        assert_non_null(reserved[i]);
        if (i % 3 == 0) { /* so that the pool does not always end at the same of its takers */
            assert_non_null(VirtualAlloc(reserved[i] + PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE));
        }
    }
    for (int i = 0; i < RESERVATION_COUNT; i++) {
        assert_true(VirtualFree(reserved[i], 0, MEM_RELEASE));
    }
    assert_true(wm_vm_is_sound());
}

/* The range is mapped, and then there is nothing for the map of regions. */
static void a_reservation_that_cannot_be_recorded_is_given_back(void **state)
{
    (void)state;
    static char *reserved[LATE_RESERVATION_COUNT];
    unsigned failures = 0;
    for (int i = 0; i < LATE_RESERVATION_COUNT; i++) {
        wm_os_sim_start(2, WM_OS_SIM_FAIL_ONE);
        reserved[i] = VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_READWRITE);
        (void)wm_os_sim_stop();
        if (reserved[i] == NULL) {
            assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
            failures++;
        }
    }
    assert_true(failures > 0);
    assert_true(wm_vm_is_sound());
    for (int i = 0; i < LATE_RESERVATION_COUNT; i++) {
        assert_true(reserved[i] == NULL || VirtualFree(reserved[i], 0, MEM_RELEASE));
    }
}

/* The same for views, whose pages are those of a section: two calls make the mapping. */
static void a_view_that_cannot_be_recorded_is_given_back(void **state)
{
    (void)state;
    static char *views[VIEW_COUNT];
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, PAGE, NULL);
    assert_non_null(section);
    unsigned failures = 0;
    for (int i = 0; i < VIEW_COUNT; i++) {
        wm_os_sim_start(3, WM_OS_SIM_FAIL_ONE);
        views[i] = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
        (void)wm_os_sim_stop();
        if (views[i] == NULL) {
            assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
            failures++;
        }
    }
    assert_true(failures > 0);
    assert_true(wm_vm_is_sound());
    for (int i = 0; i < VIEW_COUNT; i++) {
        assert_true(views[i] == NULL || UnmapViewOfFile(views[i]));
    }
    assert_true(CloseHandle(section));
}

static bool decommit(char *page)
{
    return VirtualFree(page, PAGE, MEM_DECOMMIT);
}

static bool commit(char *page)
{
    return VirtualAlloc(page, PAGE, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

static int open_pairs(void **state)
{
    (void)state;
    base = VirtualAlloc(NULL, 2 * PAIR_COUNT * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return base == NULL;
}

static int close_pairs(void **state)
{
    (void)state;
    return !VirtualFree(base, 0, MEM_RELEASE) || !wm_vm_is_sound();
}

/* Does it to every second page, which makes a run of each. */
static void check_every_second_page(bool (*operation)(char *page), DWORD protection_before,
                                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *page = base + (2 * i + 1) * PAGE;
        MEMORY_BASIC_INFORMATION run;
        DWORD error = error_without_memory(operation, page);
        assert_true(error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_COMMITMENT_LIMIT);
        assert_int_equal(VirtualQuery(page, &run, sizeof run), sizeof run);
        assert_int_equal(run.Protect, protection_before);
        assert_true(operation(page));
    }
    assert_true(wm_vm_is_sound());
}

static void a_protection_is_changed_or_kept(void **state)
{
    (void)state;
    check_every_second_page(protect, PAGE_READWRITE, PROTECT_COUNT);
}

static void pages_are_decommitted_and_committed_or_stay(void **state)
{
    (void)state;
    check_every_second_page(decommit, PAGE_READWRITE, PAIR_COUNT);
    check_every_second_page(commit, 0, PAIR_COUNT);
}

/* A guard that cannot be taken away raises, and raises again. */
static void a_guard_raises_whether_or_not_it_can_be_taken_away(void **state)
{
    (void)state;
    take_faults_back();
    for (size_t i = 0; i < GUARD_COUNT; i++) {
        char *page = base + (4 * i + 1) * PAGE;
        DWORD old;
        /* Three guarded pages: the one in the middle becomes a run when it is touched. */
        assert_true(VirtualProtect(page, 3 * PAGE, PAGE_READWRITE | PAGE_GUARD, &old));
        wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
        DWORD code = read_code(page + PAGE, NULL, NULL);
        (void)wm_os_sim_stop();
        assert_int_equal(code, STATUS_GUARD_PAGE_VIOLATION);
        assert_int_equal(read_code(page + PAGE, NULL, NULL), STATUS_GUARD_PAGE_VIOLATION);
        assert_int_equal(read_code(page + PAGE, NULL, NULL), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pairs, close_pairs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_guard_raises_whether_or_not_it_can_be_taken_away),
        cmocka_unit_test(a_reservation_fails_as_a_whole),
        cmocka_unit_test(a_reservation_that_cannot_be_recorded_is_given_back),
        cmocka_unit_test(a_view_that_cannot_be_recorded_is_given_back),
        TEST(a_protection_is_changed_or_kept),
        TEST(pages_are_decommitted_and_committed_or_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
