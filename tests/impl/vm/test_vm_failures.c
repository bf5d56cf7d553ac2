/* When the n-th call to the operating system fails, an operation fails as a whole: the map of
 * pages, their contents and what may be done with them are what they were. Swept over n and over
 * failing once and from there on. */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"
#include "impl/vm/vm.h"

#include <string.h>

enum { PAGE_COUNT = 16, SWEEP_MAX = 50 };

static char *base;

/* Different protections side by side, so that a change has to go through several mappings. */
static void build(void)
{
    base = VirtualAlloc(NULL, PAGE_COUNT * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(base);
    for (size_t i = 0; i < PAGE_COUNT; i += 2) {
        assert_non_null(VirtualAlloc(base + i * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE));
        memset(base + i * PAGE, (int)i + 1, PAGE);
    }
    DWORD old;
    assert_true(VirtualProtect(base + 4 * PAGE, PAGE, PAGE_READONLY, &old));
}

static void assert_as_built(void)
{
    for (size_t i = 0; i < PAGE_COUNT; i++) {
        if (i % 2 != 0) {
            assert_run(base + i * PAGE, PAGE, MEM_RESERVE, 0);
            continue;
        }
        assert_run(base + i * PAGE, PAGE, MEM_COMMIT, i == 4 ? PAGE_READONLY : PAGE_READWRITE);
        assert_int_equal(base[i * PAGE], i + 1);
        if (i != 4) {
            base[i * PAGE + 1] = (char)(i + 1); /* and the system agrees */
        }
    }
    assert_true(wm_vm_is_sound());
}

static bool commit_all(void)
{
    return VirtualAlloc(base, PAGE_COUNT * PAGE, MEM_COMMIT, PAGE_EXECUTE_READWRITE) != NULL;
}

static bool recommit_one(void)
{
    return VirtualAlloc(base + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_READONLY) != NULL;
}

static bool protect_one(void)
{
    DWORD old;
    return VirtualProtect(base + 2 * PAGE, PAGE, PAGE_NOACCESS, &old);
}

static bool decommit_some(void)
{
    return VirtualFree(base + PAGE, 10 * PAGE, MEM_DECOMMIT);
}

static bool release_all(void)
{
    return VirtualFree(base, 0, MEM_RELEASE);
}

static void sweep(bool (*operation)(void), enum wm_os_sim_mode mode)
{
    for (unsigned long n = 1; n < SWEEP_MAX; n++) {
        build();
        wm_os_sim_start(n, mode);
        bool done = operation();
        unsigned long calls = wm_os_sim_stop();
        if (done && calls < n) { /* nothing was left to fail */
            assert_true(n > 1);
            if (operation != release_all) {
                assert_true(VirtualFree(base, 0, MEM_RELEASE));
            }
            return;
        }
        if (!done) {
            assert_as_built();
            assert_true(operation()); /* and it works once the system does */
        }
        if (operation != release_all) {
            assert_true(VirtualFree(base, 0, MEM_RELEASE));
        }
    }
    fail_msg("the sweep has no end");
}

static void a_failing_call_changes_nothing(void **state)
{
    (void)state;
    bool (*const operations[])(void) = {commit_all, recommit_one, protect_one, decommit_some,
                                        release_all};
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        sweep(operations[i], WM_OS_SIM_FAIL_ONE);
        sweep(operations[i], WM_OS_SIM_FAIL_REST);
    }
}

static void a_failing_reservation_leaves_nothing_behind(void **state)
{
    (void)state;
    for (int mode = 0; mode < 2; mode++) {
        for (unsigned long n = 1; n < SWEEP_MAX; n++) {
            char *place = VirtualAlloc(NULL, 3 * PAGE, MEM_RESERVE, PAGE_READWRITE);
            assert_true(VirtualFree(place, 0, MEM_RELEASE));
            wm_os_sim_start(n, mode == 0 ? WM_OS_SIM_FAIL_ONE : WM_OS_SIM_FAIL_REST);
            char *got = VirtualAlloc(place, 3 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
            DWORD error = GetLastError();
            unsigned long calls = wm_os_sim_stop();
            if (got != NULL) {
                assert_true(VirtualFree(got, 0, MEM_RELEASE));
                if (calls < n) {
                    break;
                }
                continue;
            }
            assert_true(error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_COMMITMENT_LIMIT);
            assert_true(wm_vm_is_sound());
            MEMORY_BASIC_INFORMATION run;
            assert_int_equal(VirtualQuery(place, &run, sizeof run), sizeof run);
            if (mode == 0) { /* if nothing works any more, giving back does not either */
                assert_int_equal(run.State, MEM_FREE);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_call_changes_nothing),
        cmocka_unit_test(a_failing_reservation_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
