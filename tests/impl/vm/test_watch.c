/* GetWriteWatch and ResetWriteWatch: exactly the pages that were written are told, also while other
 * threads write and whatever becomes of the pages. Clauses VM-WW-*. */
#include "tests/impl/support.h"

#include "impl/include/winmem_sim.h"
#include "impl/vm/vm.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED ((UINT)-1)
enum { ROOM = 4096 };

static PVOID told[ROOM];
static bool is_watching; /* the system does */

static char *watch_pages(size_t count, DWORD type)
{
    if (!is_watching) {
        print_message("skipped: the system has no asynchronous userfaultfd for this process\n");
        skip();
    }
    char *base =
        VirtualAlloc(NULL, count * PAGE, MEM_RESERVE | MEM_WRITE_WATCH | type, PAGE_READWRITE);
    assert_non_null(base);
    return base;
}

/* Asserts that the pages told are those of the text: 'x' is one that was written. */
static void expect_written(char *base, const char *text, DWORD flags)
{
    size_t pages = strlen(text);
    ULONG_PTR count = ROOM;
    DWORD granularity = 0;
    assert_int_equal(GetWriteWatch(flags, base, pages * PAGE, told, &count, &granularity), 0);
    assert_int_equal(granularity, PAGE);
    size_t at = 0;
    for (size_t i = 0; i < pages; i++) {
        if (text[i] == 'x') {
            assert_true(at < count);
            assert_ptr_equal(told[at], base + i * PAGE);
            at++;
        }
    }
    assert_int_equal(count, at);
}

static void expect_failure(DWORD flags, char *base, size_t bytes, DWORD error)
{
    ULONG_PTR count = 7;
    DWORD granularity = 7;
    SetLastError(0);
    assert_int_equal(GetWriteWatch(flags, base, bytes, told, &count, &granularity), FAILED);
    assert_int_equal(GetLastError(), error);
    assert_int_equal(count, 7);
    assert_int_equal(granularity, 7);
}

static void written_pages_are_told_until_they_are_reset(void **state)
{
    (void)state;
    char *base = watch_pages(8, MEM_COMMIT);
    expect_written(base, "........", 0);
    base[0] = 0; /* the same value counts */
    base[3 * PAGE + 17] = 1;
    base[7 * PAGE + PAGE - 1] = 1;
    expect_written(base, "x..x...x", 0);
    expect_written(base, "x..x...x", WRITE_WATCH_FLAG_RESET);
    expect_written(base, "........", 0);
    base[3 * PAGE] = 2;
    base[4 * PAGE] = 2;
    assert_int_equal(ResetWriteWatch(base + 3 * PAGE + 1, 1), 0);
    expect_written(base, "....x...", 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void what_does_not_write_is_not_told(void **state)
{
    (void)state;
    take_faults_back();
    char *base = watch_pages(4, MEM_COMMIT);
    DWORD old;
    char sum = 0;
    for (size_t i = 0; i < 4; i++) {
        sum |= *(volatile char *)(base + i * PAGE);
    }
    assert_int_equal(sum, 0);
    assert_true(VirtualProtect(base, PAGE, PAGE_READONLY, &old));
    assert_int_equal(write_code(base, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(VirtualProtect(base + PAGE, PAGE, PAGE_READWRITE | PAGE_GUARD, &old));
    assert_int_equal(write_code(base + PAGE, NULL, NULL), STATUS_GUARD_PAGE_VIOLATION);
    assert_non_null(VirtualAlloc(base, 4 * PAGE, MEM_RESET, PAGE_NOACCESS));
    assert_true(VirtualLock(base + 2 * PAGE, 2 * PAGE));
    expect_written(base, "....", 0);
    base[PAGE] = 1;
    base[2 * PAGE] = 1; /* read before */
    assert_true(VirtualProtect(base, 4 * PAGE, PAGE_NOACCESS, &old));
    expect_written(base, ".xx.", WRITE_WATCH_FLAG_RESET);
    assert_true(VirtualProtect(base, 4 * PAGE, PAGE_READWRITE, &old));
    expect_written(base, "....", 0);
    base[0] = 1;
    expect_written(base, "x...", 0);
    assert_int_equal(DiscardVirtualMemory(base, 4 * PAGE), ERROR_SUCCESS);
    expect_written(base, "x...", 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void a_page_that_is_committed_anew_was_not_written(void **state)
{
    (void)state;
    char *base = watch_pages(6, 0);
    expect_written(base, "......", 0);
    assert_non_null(VirtualAlloc(base + PAGE, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    memset(base + 2 * PAGE, 1, 2 * PAGE);
    expect_written(base, ".", 0);
    assert_true(VirtualFree(base + 3 * PAGE, PAGE, MEM_DECOMMIT));
    expect_written(base, "..x...", 0);
    assert_non_null(VirtualAlloc(base, 6 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    expect_written(base, "..x...", 0);
    base[3 * PAGE] = 1;
    base[5 * PAGE] = 1;
    expect_written(base, "..xx.x", WRITE_WATCH_FLAG_RESET);
    assert_int_equal(ResetWriteWatch(base, 6 * PAGE), 0);
    expect_written(base, "......", 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void the_array_limits_what_is_told_and_reset(void **state)
{
    (void)state;
    enum { COUNT = 1200, FIRST = 600 };
    char *base = watch_pages(COUNT, MEM_COMMIT);
    for (size_t i = 0; i < COUNT; i += 2) {
        base[i * PAGE] = 1;
    }
    ULONG_PTR count = FIRST / 2;
    DWORD granularity;
    told[FIRST / 2] = told;
    assert_int_equal(
        GetWriteWatch(WRITE_WATCH_FLAG_RESET, base, COUNT * PAGE, told, &count, &granularity), 0);
    assert_int_equal(count, FIRST / 2);
    assert_ptr_equal(told[FIRST / 2], told);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(told[i], base + 2 * i * PAGE);
    }
    count = ROOM;
    assert_int_equal(GetWriteWatch(0, base + 1, COUNT * PAGE - 1, told, &count, &granularity), 0);
    assert_int_equal(count, (COUNT - FIRST) / 2);
    assert_ptr_equal(told[0], base + FIRST * PAGE);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void writes_of_the_system_count(void **state)
{
    (void)state;
    char *base = watch_pages(4, MEM_COMMIT);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "abcd", 4), 4);
    assert_int_equal(read(ends[0], base + 2 * PAGE - 2, 4), 4);
    close(ends[0]);
    close(ends[1]);
    expect_written(base, ".xx.", 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    take_faults_back();
    char *base = watch_pages(4, MEM_COMMIT);
    char *plain = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    ULONG_PTR count = 0;
    DWORD granularity;
    base[0] = 1;
    expect_failure(WRITE_WATCH_FLAG_RESET, base, 0, ERROR_INVALID_PARAMETER);
    expect_failure(2, base, PAGE, ERROR_INVALID_PARAMETER);
    expect_failure(WRITE_WATCH_FLAG_RESET, base, 5 * PAGE, ERROR_INVALID_PARAMETER);
    expect_failure(0, plain, PAGE, ERROR_INVALID_PARAMETER);
    expect_failure(0, NULL, PAGE, ERROR_INVALID_PARAMETER);
    expect_failure(0, (char *)-PAGE, PAGE, ERROR_INVALID_PARAMETER);
    assert_int_equal(GetWriteWatch(1, base, PAGE, told, &count, &granularity), FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    count = 4;
    DWORD old;
    assert_true(VirtualProtect(plain, PAGE, PAGE_READONLY, &old));
    assert_int_equal(GetWriteWatch(1, base, PAGE, (PVOID *)plain, &count, &granularity), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_int_equal(GetWriteWatch(1, base, PAGE, NULL, &count, &granularity), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_int_equal(GetWriteWatch(1, base, PAGE, told, NULL, &granularity), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_int_equal(GetWriteWatch(1, base, PAGE, told, (ULONG_PTR *)plain, &granularity), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_int_equal(GetWriteWatch(1, base, PAGE, told, &count, NULL), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_int_equal(GetWriteWatch(1, base, PAGE, told, &count, (DWORD *)plain), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_int_equal(ResetWriteWatch(base, 5 * PAGE), FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(ResetWriteWatch(base, 0), FAILED);
    assert_int_equal(ResetWriteWatch(plain, PAGE), FAILED);
    expect_written(base, "x...", 0);
    assert_true(VirtualFree(plain, 0, MEM_RELEASE));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

/* --- Threads: what is told by all calls together is what was written ------------------------- */

enum { SHARED_PAGES = 512, WRITER_COUNT = 2, TOLD_ENOUGH = 1000, TIMES = 40 };

static char *shared;
static _Atomic bool is_over;

/* Every page has a number that its writer raises; only the first half of the pages is written. */
static void *write_pages(void *index)
{
    uint32_t seed = (uint32_t)(uintptr_t)index + 1;
    while (!atomic_load(&is_over)) {
        seed = seed * 1664525u + 1013904223u;
        size_t page = (seed >> 8) % (SHARED_PAGES / 2) / WRITER_COUNT * WRITER_COUNT;
        _Atomic uint64_t *number = (void *)(shared + (page + (uintptr_t)index) * PAGE);
        atomic_store(number, atomic_load(number) + 1);
    }
    return NULL;
}

/* A write that is missed is noticed where it was the last one of its page. */
static void watch_threads(void)
{
    static uint64_t seen[SHARED_PAGES];
    atomic_store(&is_over, false);
    shared = watch_pages(SHARED_PAGES, MEM_COMMIT);
    memset(seen, 0, sizeof seen);
    pthread_t threads[WRITER_COUNT];
    for (uintptr_t i = 0; i < WRITER_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_pages, (void *)i), 0);
    }
    bool is_last = false;
    for (size_t told_count = 0; !is_last;) {
        is_last = told_count >= TOLD_ENOUGH;
        if (is_last) {
            atomic_store(&is_over, true);
            for (int i = 0; i < WRITER_COUNT; i++) {
                pthread_join(threads[i], NULL);
            }
        }
        ULONG_PTR count = ROOM;
        DWORD granularity;
        assert_int_equal(GetWriteWatch(WRITE_WATCH_FLAG_RESET, shared, SHARED_PAGES * PAGE, told,
                                       &count, &granularity),
                         0);
        told_count += count;
        for (size_t i = 0; i < count; i++) {
            size_t page = (size_t)((char *)told[i] - shared) / PAGE;
            uint64_t number = atomic_load((_Atomic uint64_t *)told[i]);
            assert_true(page < SHARED_PAGES / 2);
            /* A write between the reset and this look is told again, without a higher number. */
            assert_true(number >= seen[page]);
            seen[page] = number;
        }
    }
    for (size_t page = 0; page < SHARED_PAGES; page++) {
        assert_int_equal(*(uint64_t *)(shared + page * PAGE), seen[page]);
    }
    assert_true(VirtualFree(shared, 0, MEM_RELEASE));
}

static void no_write_of_another_thread_is_missed(void **state)
{
    (void)state;
    for (int i = 0; i < TIMES; i++) {
        watch_threads();
    }
}

/* --- What the system refuses ------------------------------------------------------------------ */

static void a_child_has_lost_the_watch_and_says_so(void **state)
{
    (void)state;
    char *base = watch_pages(2, MEM_COMMIT);
    base[0] = 1;
    pid_t child = fork();
    if (child == 0) {
        ULONG_PTR count = 2;
        DWORD granularity;
        bool is_right = GetWriteWatch(0, base, PAGE, told, &count, &granularity) == FAILED &&
                        GetLastError() == ERROR_NOT_SUPPORTED &&
                        ResetWriteWatch(base, PAGE) == FAILED &&
                        GetLastError() == ERROR_NOT_SUPPORTED;
        char *own = VirtualAlloc(NULL, 2 * PAGE, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH,
                                 PAGE_READWRITE);
        own[PAGE] = 1;
        is_right = is_right && GetWriteWatch(1, own, 2 * PAGE, told, &count, &granularity) == 0 &&
                   count == 1 && told[0] == own + PAGE;
        _exit(is_right ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect_written(base, "x.", 0);
    base[PAGE] = 1;
    expect_written(base, "xx", 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void each_failure_of_the_system_is_an_error_and_leaves_nothing(void **state)
{
    (void)state;
    char *base = watch_pages(4, 0);
    bool is_done = false;
    for (unsigned long n = 1; !is_done; n++) {
        assert_true(n < 100);
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        char *other =
            VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE);
        DWORD error = other == NULL ? GetLastError() : NO_ERROR;
        is_done = wm_os_sim_stop() < n;
        assert_true(other != NULL || error == ERROR_NOT_ENOUGH_MEMORY ||
                    error == ERROR_COMMITMENT_LIMIT);
        assert_true(other == NULL || VirtualFree(other, 0, MEM_RELEASE));
        assert_true(wm_vm_is_sound());
    }
    assert_non_null(VirtualAlloc(base, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    base[PAGE] = 1;
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    expect_failure(WRITE_WATCH_FLAG_RESET, base, 4 * PAGE, ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(ResetWriteWatch(base, 4 * PAGE), FAILED);
    assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
    wm_os_sim_stop();
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
    expect_written(base, ".x..", 0);
    wm_os_sim_stop();
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

/* Given a system that fails from some call on, so that not even what was had is taken back; then it
 * is nobody's memory, and goes when the system works again. */
static void a_failure_that_cannot_be_undone_leaves_no_region(void **state)
{
    (void)state;
    char *watched = NULL;
    for (unsigned long n = 1; watched == NULL; n++) {
        assert_true(n < 100);
        assert_true(wm_start_over());
        wm_os_sim_start(n, WM_OS_SIM_FAIL_REST);
        watched = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH,
                               PAGE_READWRITE);
        (void)wm_os_sim_stop();
        assert_true(wm_vm_is_sound());
    }
    assert_true(VirtualFree(watched, 0, MEM_RELEASE));
    assert_true(wm_start_over());
}

int main(void)
{
    char *base = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_WRITE_WATCH, PAGE_READWRITE);
    is_watching = base != NULL;
    if (!is_watching && GetLastError() != ERROR_NOT_SUPPORTED) {
        return 1;
    }
    if (is_watching && !VirtualFree(base, 0, MEM_RELEASE)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_pages_are_told_until_they_are_reset),
        cmocka_unit_test(what_does_not_write_is_not_told),
        cmocka_unit_test(a_page_that_is_committed_anew_was_not_written),
        cmocka_unit_test(the_array_limits_what_is_told_and_reset),
        cmocka_unit_test(writes_of_the_system_count),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(no_write_of_another_thread_is_missed),
        cmocka_unit_test(a_child_has_lost_the_watch_and_says_so),
        cmocka_unit_test(each_failure_of_the_system_is_an_error_and_leaves_nothing),
        cmocka_unit_test(a_failure_that_cannot_be_undone_leaves_no_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
