/* VirtualFree and VirtualProtect: what they change, and that a refused call changes nothing.
 * Clauses VM-FREE-*, VM-PROTECT-*. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *committed(size_t pages)
{
    char *base = VirtualAlloc(NULL, pages * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(base);
    memset(base, 7, pages * PAGE);
    return base;
}

static void decommitted_pages_are_reserved_and_zero_when_committed_again(void **state)
{
    (void)state;
    take_faults_back();
    char *base = committed(8);
    assert_true(VirtualFree(base + 3 * PAGE - 1, 2, MEM_DECOMMIT));
    assert_run(base, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(base + 2 * PAGE, 2 * PAGE, MEM_RESERVE, 0);
    assert_int_equal(read_code(base + 2 * PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(VirtualFree(base + 2 * PAGE, 2 * PAGE, MEM_DECOMMIT)); /* again: no harm */
    assert_non_null(VirtualAlloc(base + 2 * PAGE, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    for (size_t i = 0; i < 2 * PAGE; i++) {
        assert_int_equal(base[2 * PAGE + i], 0);
    }
    assert_int_equal(base[2 * PAGE - 1], 7);
    assert_int_equal(base[4 * PAGE], 7);
    assert_true(VirtualFree(base, 0, MEM_DECOMMIT));
    assert_run(base, 8 * PAGE, MEM_RESERVE, 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void release_frees_the_whole_allocation(void **state)
{
    (void)state;
    take_faults_back();
    char *base = committed(20);
    assert_true(VirtualFree(base + 3 * PAGE, PAGE, MEM_DECOMMIT));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(base, &run, sizeof run), sizeof run);
    assert_int_equal(run.State, MEM_FREE);
    assert_int_equal(run.Protect, PAGE_NOACCESS);
    assert_int_equal(run.Type, 0);
    assert_null(run.AllocationBase);
    assert_ptr_equal(VirtualAlloc(base, 20 * PAGE, MEM_RESERVE, PAGE_NOACCESS), base);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void wrong_frees_fail_and_change_nothing(void **state)
{
    (void)state;
    char *base = committed(8);
    assert_fails_with(VirtualFree(base, PAGE, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualFree(base, 0, 0), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualFree(base, 0, MEM_RELEASE | MEM_DECOMMIT), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualFree(base, 0, MEM_RELEASE | 1u), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualFree(base + PAGE, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualFree(base + PAGE, 0, MEM_DECOMMIT), ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualFree(base + 7 * PAGE, 2 * PAGE, MEM_DECOMMIT),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualFree(base, SIZE_MAX, MEM_DECOMMIT), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualFree(NULL, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualFree((void *)0x7FFFFFFF0000, 0, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    assert_run(base, 8 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    for (size_t i = 0; i < 8 * PAGE; i++) {
        assert_int_equal(base[i], 7);
    }
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
    assert_fails_with(VirtualFree(base, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualFree(base, PAGE, MEM_DECOMMIT), ERROR_INVALID_ADDRESS);
}

static void protect_reports_the_first_page_and_changes_all(void **state)
{
    (void)state;
    take_faults_back();
    char *base = committed(8);
    DWORD old = 0;
    assert_true(VirtualProtect(base + 3 * PAGE - 1, 2, PAGE_READONLY, &old));
    assert_int_equal(old, PAGE_READWRITE);
    assert_run(base + 2 * PAGE, 2 * PAGE, MEM_COMMIT, PAGE_READONLY);
    assert_int_equal(write_code(base + 3 * PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(VirtualProtect(base + 3 * PAGE, 3 * PAGE, PAGE_NOACCESS, &old));
    assert_int_equal(old, PAGE_READONLY);
    assert_int_equal(read_code(base + 5 * PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(VirtualProtect(base, 8 * PAGE, PAGE_READWRITE, &old));
    assert_int_equal(old, PAGE_READWRITE);
    assert_run(base, 8 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_int_equal(base[5 * PAGE], 7);
    MEMORY_BASIC_INFORMATION run;
    VirtualQuery(base, &run, sizeof run);
    assert_int_equal(run.AllocationProtect, PAGE_READWRITE);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

/* As the documentation has it of every service of the system that meets a guard. */
static void an_old_protection_for_a_guarded_page_fails_once(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, 2 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD old = 0;
    assert_true(VirtualProtect(base + PAGE, PAGE, PAGE_READWRITE | PAGE_GUARD, &old));
    DWORD *guarded = (DWORD *)(void *)(base + PAGE);
    assert_fails_with(VirtualProtect(base, PAGE, PAGE_READONLY, guarded), ERROR_NOACCESS);
    assert_int_equal(write_code(base, NULL, NULL), 0);
    assert_true(VirtualProtect(base, PAGE, PAGE_READONLY, guarded));
    assert_int_equal(*guarded, PAGE_READWRITE);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void an_old_protection_may_lie_in_what_is_made_read_only(void **state)
{
    (void)state;
    DWORD *page = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_true(VirtualProtect(page, PAGE, PAGE_READONLY, page));
    assert_int_equal(*page, PAGE_READWRITE);
    assert_true(VirtualFree(page, 0, MEM_RELEASE));
}

static void wrong_protects_fail_and_change_nothing(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, 8 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(VirtualAlloc(base, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    DWORD old = 0;
    assert_fails_with(VirtualProtect(base, PAGE, PAGE_READONLY, NULL), ERROR_NOACCESS);
    assert_fails_with(VirtualProtect(base, PAGE, PAGE_READONLY, (PDWORD)(uintptr_t)0x10),
                      ERROR_NOACCESS);
    assert_fails_with(
        VirtualProtect(base, PAGE, PAGE_READONLY, (PDWORD)(uintptr_t)0x8000000000000000u),
        ERROR_NOACCESS);
    assert_fails_with(VirtualProtect(base, PAGE, PAGE_READONLY, (PDWORD)(void *)(base + 5 * PAGE)),
                      ERROR_NOACCESS);
    assert_fails_with(VirtualProtect(base, 0, PAGE_READONLY, &old), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualProtect(base, PAGE, 0, &old), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualProtect(base, PAGE, PAGE_WRITECOPY, &old), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualProtect(base + 3 * PAGE, 2 * PAGE, PAGE_READONLY, &old),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualProtect(base + 5 * PAGE, PAGE, PAGE_READONLY, &old),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualProtect(base + 7 * PAGE, 2 * PAGE, PAGE_READONLY, &old),
                      ERROR_INVALID_ADDRESS);
    assert_run(base, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(base + 4 * PAGE, 4 * PAGE, MEM_RESERVE, 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static _Alignas(0x1000) char image_data[3 * 0x1000] = {1};

static void protect_works_on_memory_from_elsewhere(void **state)
{
    (void)state;
    take_faults_back();
    DWORD old = 0;
    assert_true(VirtualProtect(image_data + PAGE, 5, PAGE_READONLY, &old));
    assert_int_equal(old, PAGE_READWRITE);
    assert_run(image_data + PAGE, PAGE, MEM_COMMIT, PAGE_READONLY);
    assert_int_equal(write_code(image_data + PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_fails_with(VirtualProtect(image_data + PAGE, 5, PAGE_READWRITE | PAGE_GUARD, &old),
                      ERROR_INVALID_PARAMETER);
    assert_true(VirtualProtect(image_data + PAGE, 5, PAGE_READWRITE, &old));
    assert_int_equal(old, PAGE_READONLY);
    assert_int_equal(write_code(image_data + PAGE, NULL, NULL), 0);
    char *gone = committed(4);
    assert_true(VirtualFree(gone, 0, MEM_RELEASE));
    assert_fails_with(VirtualProtect(gone, PAGE, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
}

static void code_runs_only_where_it_may(void **state)
{
    (void)state;
    take_faults_back();
    static const unsigned char code[] = {0xB8, 42, 0, 0, 0, 0xC3}; /* mov eax, 42; ret */
    char *base = committed(1);
    memcpy(base, code, sizeof code);
    int (*function)(void);
    memcpy(&function, &base, sizeof function);
    volatile ULONG_PTR kind = 0;
    WM_TRY
    {
        function();
    }
    WM_EXCEPT ((kind = GetExceptionInformation()->ExceptionRecord->ExceptionInformation[0],
                EXCEPTION_EXECUTE_HANDLER)) {
        assert_int_equal(GetExceptionCode(), STATUS_ACCESS_VIOLATION);
    }
    WM_END
    assert_int_equal(kind, 8);
    DWORD old;
    assert_true(VirtualProtect(base, 1, PAGE_EXECUTE_READ, &old));
    assert_int_equal(function(), 42);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void protect_stops_where_a_foreign_mapping_ends(void **state)
{
    (void)state;
    DWORD old = 0;
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
    assert_fails_with(VirtualProtect(pages, 2 * PAGE, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    pages[PAGE] = 1; /* still writable */
    munmap(pages, 2 * PAGE);
}

/* A view of a file that was opened to be read; and commitment that runs out. */
static void protect_tells_why_a_foreign_mapping_refuses(void **state)
{
    (void)state;
    DWORD old = 0;
    int file = open("/proc/self/exe", O_RDONLY);
    char *view = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    assert_true(view != MAP_FAILED);
    assert_fails_with(VirtualProtect(view, PAGE, PAGE_READWRITE, &old), ERROR_INVALID_PARAMETER);
    munmap(view, PAGE);
    close(file);
    char *pages = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    wm_os_sim_start(2, WM_OS_SIM_FAIL_ONE); /* after the list */
    BOOL is_protected = VirtualProtect(pages, PAGE, PAGE_READWRITE, &old);
    DWORD error = GetLastError();
    assert_int_equal(wm_os_sim_stop(), 2);
    assert_false(is_protected);
    assert_int_equal(error, ERROR_COMMITMENT_LIMIT);
    munmap(pages, PAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decommitted_pages_are_reserved_and_zero_when_committed_again),
        cmocka_unit_test(release_frees_the_whole_allocation),
        cmocka_unit_test(wrong_frees_fail_and_change_nothing),
        cmocka_unit_test(protect_reports_the_first_page_and_changes_all),
        cmocka_unit_test(an_old_protection_for_a_guarded_page_fails_once),
        cmocka_unit_test(an_old_protection_may_lie_in_what_is_made_read_only),
        cmocka_unit_test(wrong_protects_fail_and_change_nothing),
        cmocka_unit_test(protect_works_on_memory_from_elsewhere),
        cmocka_unit_test(code_runs_only_where_it_may),
        cmocka_unit_test(protect_stops_where_a_foreign_mapping_ends),
        cmocka_unit_test(protect_tells_why_a_foreign_mapping_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
