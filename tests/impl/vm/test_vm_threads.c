/* Threads that reserve, commit, protect, query and free at once never see each other's memory
 * change and leave a sound map. Clauses VM-MODEL-007, VM-MODEL-O01. */
#include "tests/impl/support.h"

#include "impl/vm/vm.h"

#include <pthread.h>
#include <string.h>

enum { THREAD_COUNT = 4, ROUND_COUNT = 400, HELD_COUNT = 16 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void *work(void *index)
{
    uint32_t seed = (uint32_t)(uintptr_t)index + 1;
    char mark = (char)((uintptr_t)index + 1);
    char *held[HELD_COUNT] = {NULL};
    for (int round = 0; round < ROUND_COUNT; round++) {
        char **slot = &held[next_random(&seed) % HELD_COUNT];
        if (*slot == NULL) {
            *slot = VirtualAlloc(NULL, 9 * PAGE, MEM_RESERVE, PAGE_READWRITE);
            assert_non_null(*slot);
            assert_non_null(VirtualAlloc(*slot + 2 * PAGE, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE));
            for (size_t i = 0; i < 4 * PAGE; i += 512) {
                assert_int_equal((*slot)[2 * PAGE + i], 0);
            }
            memset(*slot + 2 * PAGE, mark, 4 * PAGE);
            continue;
        }
        DWORD old;
        assert_true(VirtualProtect(*slot + 3 * PAGE, PAGE, PAGE_READONLY, &old));
        assert_run(*slot + 3 * PAGE, PAGE, MEM_COMMIT, PAGE_READONLY);
        assert_int_equal(write_code(*slot + 3 * PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
        for (size_t i = 0; i < 4 * PAGE; i += 512) {
            assert_int_equal((*slot)[2 * PAGE + i], mark);
        }
        assert_true(VirtualFree(*slot, 0, MEM_RELEASE));
        *slot = NULL;
    }
    for (int i = 0; i < HELD_COUNT; i++) {
        if (held[i] != NULL) {
            assert_true(VirtualFree(held[i], 0, MEM_RELEASE));
        }
    }
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    (void)state;
    take_faults_back();
    pthread_t threads[THREAD_COUNT];
    for (uintptr_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    }
    for (int i = 0; i < THREAD_COUNT; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_true(wm_vm_is_sound());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
