/* A child of fork() is a working process, whatever the other threads of its parent were doing: no
 * lock stays taken, no structure half changed. */
/* The formatter does not know that WM_TRY and WM_EXCEPT are statements. */
/* clang-format off */
#define _GNU_SOURCE /* fork, alarm, waitpid */
#include "tests/impl/support.h"

#include "impl/vm/vm.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef THREAD_SANITIZER
enum { FORK_COUNT = 20, SECONDS_MAX = 60 };
#else
enum { FORK_COUNT = 100, SECONDS_MAX = 20 };
#endif
enum { HEAP_COUNT = 3, FIXED = 1, RAISED = 0xE0000001 };

static HANDLE heaps[HEAP_COUNT];
static atomic_bool stop;

static LONG CALLBACK pass(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    return EXCEPTION_CONTINUE_SEARCH;
}

static bool catches(void)
{
    volatile bool caught = false;
    WM_TRY
    {
        RaiseException((DWORD)RAISED, 0, 0, NULL);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        caught = true;
    }
    WM_END
    return caught;
}

static bool use_heap(HANDLE heap)
{
    static const SIZE_T sizes[] = {10, 3000, 20000, 2 << 20};
    size_t count = heap == heaps[FIXED] ? 3 : 4; /* "must be less than 0x7FFF8" */
    for (size_t i = 0; i < count; i++) {
        void *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizes[i]);
        if (block == NULL) {
            return false;
        }
        block = HeapReAlloc(heap, 0, block, sizes[i] * 2);
        if (block == NULL || !HeapFree(heap, 0, block)) {
            return false;
        }
    }
    return true;
}

static bool use_pages(void)
{
    DWORD old;
    char *pages = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return pages != NULL && VirtualProtect(pages, PAGE, PAGE_READONLY, &old) &&
           VirtualFree(pages + PAGE, PAGE, MEM_DECOMMIT) && VirtualFree(pages, 0, MEM_RELEASE);
}

static bool use_everything(HANDLE heap)
{
    HANDLE own = HeapCreate(0, 0, 0);
    PVOID handler = AddVectoredExceptionHandler(0, pass);
    return use_heap(heap) && use_pages() && handler != NULL && catches() &&
           RemoveVectoredExceptionHandler(handler) != 0 && HeapDestroy(own);
}

static void *churn(void *index)
{
    HANDLE heap = heaps[(uintptr_t)index % HEAP_COUNT];
    while (!atomic_load(&stop)) {
        if (HeapLock(heap)) { /* calls inside a lock, then calls without */
            assert_true(use_heap(heap));
            assert_true(HeapUnlock(heap));
        }
        assert_true(use_everything(heap));
    }
    return NULL;
}

/* The child's whole life: its exit status, or death by SIGALRM where something hangs. */
static void live_and_exit(void)
{
    alarm(SECONDS_MAX);
    for (int i = 0; i < HEAP_COUNT; i++) {
        if (!HeapValidate(heaps[i], 0, NULL) || !use_everything(heaps[i]) || !HeapLock(heaps[i]) ||
            !HeapUnlock(heaps[i]) || HeapUnlock(heaps[i])) {
            _exit(1);
        }
    }
    _exit(wm_vm_is_sound() && use_everything(GetProcessHeap()) ? 0 : 2);
}

static void assert_child_lives(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        live_and_exit();
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void create_heaps(void)
{
    for (int i = 0; i < HEAP_COUNT; i++) {
        heaps[i] = HeapCreate(0, 0, i == FIXED ? 16 << 20 : 0);
        assert_non_null(heaps[i]);
    }
}

static void destroy_heaps(void)
{
    for (int i = 0; i < HEAP_COUNT; i++) {
        assert_true(HeapDestroy(heaps[i]));
    }
}

static void while_other_threads_use_everything(void **state)
{
    (void)state;
    enum { THREAD_COUNT = 4 };
    pthread_t threads[THREAD_COUNT];
    create_heaps();
    atomic_store(&stop, false);
    for (uintptr_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, churn, (void *)i), 0);
    }
    for (int i = 0; i < FORK_COUNT; i++) {
        assert_child_lives();
    }
    atomic_store(&stop, true);
    for (int i = 0; i < THREAD_COUNT; i++) {
        pthread_join(threads[i], NULL);
    }
    destroy_heaps();
}

/* Two heaps locked by two threads, each waiting for the other's or for the registry: whoever holds
 * locks while it waits for a client's would never fork. */
static sem_t is_locked;
static sem_t may_unlock;

static void *lock_and_wait(void *heap)
{
    assert_true(HeapLock(heap));
    sem_post(&is_locked);
    sem_wait(&may_unlock);
    assert_true(HeapUnlock(heap));
    return NULL;
}

static void while_another_thread_has_locked_a_heap(void **state)
{
    (void)state;
    pthread_t thread;
    create_heaps();
    sem_init(&is_locked, 0, 0);
    sem_init(&may_unlock, 0, 0);
    assert_int_equal(pthread_create(&thread, NULL, lock_and_wait, heaps[0]), 0);
    sem_wait(&is_locked);
    alarm(SECONDS_MAX);
    assert_child_lives();
    assert_fails_with(HeapUnlock(heaps[0]), ERROR_NOT_OWNER); /* the parent's lock is still its */
    alarm(0);
    sem_post(&may_unlock);
    pthread_join(thread, NULL);
    assert_true(use_everything(heaps[0]));
    destroy_heaps();
}

static void *lock_one_and_want_another(void *unused)
{
    (void)unused;
    assert_true(HeapLock(heaps[0]));
    sem_post(&is_locked);
    assert_true(use_heap(heaps[1])); /* which the forking thread has locked */
    assert_true(HeapUnlock(heaps[0]));
    return NULL;
}

static void while_another_thread_waits_for_a_heap_of_ours(void **state)
{
    (void)state;
    pthread_t thread;
    create_heaps();
    sem_init(&is_locked, 0, 0);
    assert_true(HeapLock(heaps[1]));
    assert_int_equal(pthread_create(&thread, NULL, lock_one_and_want_another, NULL), 0);
    sem_wait(&is_locked);
    alarm(SECONDS_MAX);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        if (!HeapUnlock(heaps[1])) { /* the forking thread's own lock is its in the child as well */
            _exit(3);
        }
        live_and_exit();
    }
    alarm(0);
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(HeapUnlock(heaps[1]));
    pthread_join(thread, NULL);
    destroy_heaps();
}

static void *fork_often(void *unused)
{
    (void)unused;
    for (int i = 0; i < FORK_COUNT / 10; i++) {
        assert_child_lives();
    }
    return NULL;
}

static void on_several_threads_at_once(void **state)
{
    (void)state;
    pthread_t threads[3];
    create_heaps();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, fork_often, NULL), 0);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    destroy_heaps();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(while_other_threads_use_everything),
        cmocka_unit_test(while_another_thread_has_locked_a_heap),
        cmocka_unit_test(while_another_thread_waits_for_a_heap_of_ours),
        cmocka_unit_test(on_several_threads_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
