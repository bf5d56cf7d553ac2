/* VirtualLock and VirtualUnlock: which pages can be locked, how many, and when a lock ends. Clauses
 * VM-LOCK-*, VM-UNLOCK-*, VM-GUARD-005. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "tests/impl/support.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "impl/include/winmem_sim.h"

#define LOCKED_MAX 42 /* pages, as winmem.h says */

/* Whether the system lets the process lock as many pages as the library does. */
static bool may_lock_all(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
    if (geteuid() != 0 && limit.rlim_cur < LOCKED_MAX * PAGE) {
        print_message("the system grants too little memory to be locked\n");
        return false;
    }
    return true;
}

static char *allocate(size_t pages, DWORD protection)
{
    char *base = VirtualAlloc(NULL, pages * PAGE, MEM_RESERVE | MEM_COMMIT, protection);
    assert_non_null(base);
    return base;
}

static void assert_fails(BOOL result, DWORD error)
{
    assert_int_equal(result, FALSE);
    assert_int_equal(GetLastError(), error);
}

static void locks_are_not_counted(void **state)
{
    (void)state;
    char *base = allocate(4, PAGE_READWRITE);
    assert_true(VirtualLock(base + PAGE - 1, 2));
    assert_true(VirtualLock(base, 2 * PAGE));
    assert_true(VirtualUnlock(base + PAGE, 1));
    assert_fails(VirtualUnlock(base + PAGE, 1), ERROR_NOT_LOCKED);
    assert_fails(VirtualUnlock(base, 2 * PAGE), ERROR_NOT_LOCKED);
    assert_true(VirtualUnlock(base, PAGE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void pages_that_cannot_be_accessed_are_refused(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE, PAGE_NOACCESS);
    assert_non_null(VirtualAlloc(base, PAGE, MEM_COMMIT, PAGE_READONLY));
    assert_non_null(VirtualAlloc(base + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_NOACCESS));
    assert_fails(VirtualLock(base, 2 * PAGE), ERROR_NOACCESS);
    assert_fails(VirtualLock(base + 2 * PAGE, 1), ERROR_NOACCESS);
    assert_fails(VirtualUnlock(base, PAGE), ERROR_NOT_LOCKED);
    assert_true(VirtualLock(base, PAGE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
    assert_fails(VirtualLock(base, PAGE), ERROR_NOACCESS);
    assert_fails(VirtualLock(base, 0), ERROR_INVALID_PARAMETER);
    assert_fails(VirtualUnlock(base, 0), ERROR_INVALID_PARAMETER);
    assert_fails(VirtualLock((char *)-PAGE, PAGE), ERROR_INVALID_PARAMETER);
}

static void a_guarded_page_is_locked_at_the_second_try(void **state)
{
    (void)state;
    char *base = allocate(2, PAGE_READONLY | PAGE_GUARD);
    assert_fails(VirtualLock(base, 1), STATUS_GUARD_PAGE_VIOLATION);
    assert_run(base, PAGE, MEM_COMMIT, PAGE_READONLY);
    assert_run(base + PAGE, PAGE, MEM_COMMIT, PAGE_READONLY | PAGE_GUARD);
    assert_true(VirtualLock(base, 1));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void decommitted_and_released_pages_are_not_locked(void **state)
{
    (void)state;
    if (!may_lock_all()) {
        skip();
    }
    char *base = allocate(LOCKED_MAX, PAGE_READWRITE);
    for (int i = 0; i < 3; i++) {
        assert_true(VirtualLock(base, LOCKED_MAX * PAGE));
        assert_true(VirtualFree(base, LOCKED_MAX * PAGE, MEM_DECOMMIT));
        assert_ptr_equal(VirtualAlloc(base, LOCKED_MAX * PAGE, MEM_COMMIT, PAGE_READWRITE), base);
        assert_fails(VirtualUnlock(base, PAGE), ERROR_NOT_LOCKED);
    }
    assert_true(VirtualLock(base, LOCKED_MAX * PAGE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
    base = allocate(1, PAGE_READWRITE);
    assert_true(VirtualLock(base, PAGE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void too_many_pages_are_refused(void **state)
{
    (void)state;
    if (!may_lock_all()) {
        skip();
    }
    char *base = allocate(LOCKED_MAX + 1, PAGE_READWRITE);
    assert_fails(VirtualLock(base, (LOCKED_MAX + 1) * PAGE), ERROR_WORKING_SET_QUOTA);
    assert_true(VirtualLock(base, LOCKED_MAX * PAGE));
    assert_true(VirtualLock(base, LOCKED_MAX * PAGE));
    assert_fails(VirtualLock(base + LOCKED_MAX * PAGE, 1), ERROR_WORKING_SET_QUOTA);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void views_are_locked_and_not_copied(void **state)
{
    (void)state;
    HANDLE section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, GRANULE, NULL);
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    assert_non_null(view);
    assert_non_null(copy);
    assert_true(VirtualLock(view, 2 * PAGE));
    assert_true(VirtualLock(copy, 2 * PAGE));
    assert_run(copy, GRANULE, MEM_COMMIT, PAGE_WRITECOPY);
    view[PAGE] = 7;
    assert_int_equal(copy[PAGE], 7);
    copy[0] = 8;
    assert_int_equal(view[0], 0);
    assert_true(VirtualUnlock(copy, PAGE));
    assert_true(UnmapViewOfFile(copy));
    assert_fails(VirtualUnlock(copy + PAGE, PAGE), ERROR_NOT_LOCKED);
    assert_true(VirtualUnlock(view, 2 * PAGE));
    assert_true(UnmapViewOfFile(view));
    assert_true(CloseHandle(section));
}

static void offered_pages_are_unlocked(void **state)
{
    (void)state;
    char *base = allocate(2, PAGE_READWRITE);
    assert_true(VirtualLock(base, 2 * PAGE));
    assert_int_equal(OfferVirtualMemory(base, PAGE, VmOfferPriorityLow), ERROR_SUCCESS);
    assert_int_equal(ReclaimVirtualMemory(base, PAGE), ERROR_SUCCESS);
    assert_fails(VirtualUnlock(base, PAGE), ERROR_NOT_LOCKED);
    assert_true(VirtualUnlock(base + PAGE, PAGE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void memory_of_others_can_be_locked(void **state)
{
    (void)state;
    static char of_the_program[2 * PAGE];
    char of_the_thread = 0;
    assert_true(VirtualLock(of_the_program + 1, PAGE));
    assert_true(VirtualLock(&of_the_thread, 1));
    assert_true(VirtualUnlock(&of_the_thread, 1));
    assert_true(VirtualUnlock(of_the_program + 1, PAGE));
    char *closed = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(closed, MAP_FAILED);
    assert_fails(VirtualLock(closed, 1), ERROR_NOACCESS);
    assert_int_equal(munmap(closed, PAGE), 0);
    assert_fails(VirtualLock(closed, 1), ERROR_NOACCESS);
    assert_fails(VirtualLock((char *)PAGE, 1), ERROR_NOACCESS);
}

/* /proc may be missing or forbidden, and file descriptors may run out. */
static void lock_without_a_list(void)
{
    struct rlimit usual;
    char of_the_thread = 0;
    if (getrlimit(RLIMIT_NOFILE, &usual) != 0) {
        abort();
    }
    struct rlimit none = {0, usual.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &none) != 0 || VirtualLock(&of_the_thread, 1) ||
        GetLastError() != ERROR_NOACCESS || setrlimit(RLIMIT_NOFILE, &usual) != 0) {
        abort();
    }
}

static void memory_of_others_that_the_system_does_not_show_cannot_be_locked(void **state)
{
    (void)state;
    assert_int_equal(die_of(lock_without_a_list).signal, 0);
}

static void a_heap_can_be_locked_before_its_first_block(void **state)
{
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_true(HeapDestroy(heap));
    heap = HeapCreate(0, 0, 0);
    assert_non_null(heap);
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    assert_fails(VirtualLock(heap, 1), ERROR_WORKING_SET_QUOTA);
    (void)wm_os_sim_stop();
    assert_true(VirtualLock(heap, 1));
    assert_true(HeapDestroy(heap));
    assert_fails(VirtualUnlock(heap, 1), ERROR_NOT_LOCKED);
}

static void a_child_has_no_locks(void **state)
{
    (void)state;
    char *base = allocate(1, PAGE_READWRITE);
    assert_true(VirtualLock(base, PAGE));
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        bool is_locked = VirtualUnlock(base, PAGE) || GetLastError() != ERROR_NOT_LOCKED;
        _exit(is_locked || !VirtualLock(base, PAGE) || !VirtualUnlock(base, PAGE));
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(VirtualUnlock(base, PAGE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void what_the_system_refuses_leaves_locks_as_they_were(void **state)
{
    (void)state;
    char *base = allocate(2, PAGE_READWRITE);
    assert_true(VirtualLock(base, PAGE));
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_fails(VirtualLock(base, 2 * PAGE), ERROR_WORKING_SET_QUOTA);
    (void)wm_os_sim_stop();
    assert_fails(VirtualUnlock(base + PAGE, PAGE), ERROR_NOT_LOCKED);
    assert_true(VirtualUnlock(base, PAGE));
    wm_os_sim_start(2, WM_OS_SIM_FAIL_ONE);
    assert_fails(VirtualLock(base, 2 * PAGE), ERROR_WORKING_SET_QUOTA);
    (void)wm_os_sim_stop();
    assert_fails(VirtualUnlock(base, PAGE), ERROR_NOT_LOCKED);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks_are_not_counted),
        cmocka_unit_test(pages_that_cannot_be_accessed_are_refused),
        cmocka_unit_test(a_guarded_page_is_locked_at_the_second_try),
        cmocka_unit_test(decommitted_and_released_pages_are_not_locked),
        cmocka_unit_test(too_many_pages_are_refused),
        cmocka_unit_test(views_are_locked_and_not_copied),
        cmocka_unit_test(offered_pages_are_unlocked),
        cmocka_unit_test(memory_of_others_can_be_locked),
        cmocka_unit_test(memory_of_others_that_the_system_does_not_show_cannot_be_locked),
        cmocka_unit_test(a_heap_can_be_locked_before_its_first_block),
        cmocka_unit_test(a_child_has_no_locks),
        cmocka_unit_test(what_the_system_refuses_leaves_locks_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
