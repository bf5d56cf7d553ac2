/* Guard pages: one alarm per page, then the protection below takes over. Clauses VM-GUARD-*,
 * VM-EXC-*. */
#include "tests/impl/support.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static void the_first_access_raises_and_clears_that_page_only(void **state)
{
    (void)state;
    take_faults_back();
    char *base =
        VirtualAlloc(NULL, 3 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
    ULONG_PTR kind = 99;
    ULONG_PTR address = 0;
    assert_int_equal(write_code(base + PAGE + 8, &kind, &address), STATUS_GUARD_PAGE_VIOLATION);
    assert_int_equal(kind, 1);
    assert_int_equal(address, (uintptr_t)base + PAGE + 8);
    assert_int_equal(write_code(base + PAGE + 8, NULL, NULL), 0);
    assert_run(base, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
    assert_run(base + PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(base + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
    assert_int_equal(read_code(base, &kind, NULL), STATUS_GUARD_PAGE_VIOLATION);
    assert_int_equal(kind, 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void a_write_to_a_guarded_read_only_page_raises_twice(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, PAGE, MEM_COMMIT, PAGE_READONLY | PAGE_GUARD);
    assert_int_equal(write_code(base, NULL, NULL), STATUS_GUARD_PAGE_VIOLATION);
    assert_int_equal(write_code(base, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_int_equal(read_code(base, NULL, NULL), 0);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void the_guard_can_be_set_again_and_no_call_trips_it(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, PAGE, MEM_COMMIT, PAGE_READWRITE);
    DWORD old;
    for (int i = 0; i < 3; i++) {
        assert_true(VirtualProtect(base, 1, PAGE_READWRITE | PAGE_GUARD, &old));
        assert_int_equal(old, PAGE_READWRITE);
        assert_run(base, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
        assert_true(VirtualProtect(base, 1, PAGE_READWRITE | PAGE_GUARD, &old));
        assert_int_equal(old, PAGE_READWRITE | PAGE_GUARD);
        assert_int_equal(read_code(base, NULL, NULL), STATUS_GUARD_PAGE_VIOLATION);
        assert_int_equal(read_code(base, NULL, NULL), 0);
    }
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void a_non_canonical_address_is_reported_as_all_ones(void **state)
{
    (void)state;
    take_faults_back();
    ULONG_PTR kind = 99;
    ULONG_PTR address = 0;
    DWORD code = write_code((void *)(uintptr_t)0x8000000000000000u, &kind, &address);
    assert_int_equal(code, STATUS_ACCESS_VIOLATION);
    assert_int_equal(kind, 0);
    assert_int_equal(address, UINTPTR_MAX);
}

static void the_null_partition_raises(void **state)
{
    (void)state;
    take_faults_back();
    ULONG_PTR address = 1;
    assert_int_equal(read_code((void *)(uintptr_t)0x18, NULL, &address), STATUS_ACCESS_VIOLATION);
    assert_int_equal(address, 0x18);
}

static LONG commit_it(PEXCEPTION_POINTERS pointers)
{
    const EXCEPTION_RECORD *record = pointers->ExceptionRecord;
    if (record->ExceptionCode != STATUS_ACCESS_VIOLATION) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    void *page = (void *)record->ExceptionInformation[1];
    return VirtualAlloc(page, 1, MEM_COMMIT, PAGE_READWRITE) != NULL ? EXCEPTION_CONTINUE_EXECUTION
                                                                     : EXCEPTION_CONTINUE_SEARCH;
}

static void a_vectored_handler_may_commit_on_fault(void **state)
{
    (void)state;
    take_faults_back();
    PVOID handle = AddVectoredExceptionHandler(1, commit_it);
    volatile char *base = VirtualAlloc(NULL, 256 * PAGE, MEM_RESERVE, PAGE_NOACCESS);
    for (size_t i = 0; i < 256; i++) {
        base[(i * 37 % 256) * PAGE] = (char)i;
    }
    assert_run((void *)(uintptr_t)base, 256 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    RemoveVectoredExceptionHandler(handle);
    assert_true(VirtualFree((void *)(uintptr_t)base, 0, MEM_RELEASE));
}

enum { THREAD_COUNT = 4, SHARED_PAGE_COUNT = 64 };
static char *shared;
static int alarms[THREAD_COUNT];

static void *touch_all(void *index)
{
    int *count = &alarms[(uintptr_t)index];
    for (size_t i = 0; i < SHARED_PAGE_COUNT; i++) {
        DWORD code = read_code(shared + i * PAGE, NULL, NULL);
        assert_true(code == 0 || code == STATUS_GUARD_PAGE_VIOLATION);
        *count += code != 0;
    }
    return NULL;
}

static void each_guard_raises_on_exactly_one_of_many_threads(void **state)
{
    (void)state;
    take_faults_back();
    shared = VirtualAlloc(NULL, SHARED_PAGE_COUNT * PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
    pthread_t threads[THREAD_COUNT];
    for (uintptr_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, touch_all, (void *)i), 0);
    }
    int sum = 0;
    for (int i = 0; i < THREAD_COUNT; i++) {
        pthread_join(threads[i], NULL);
        sum += alarms[i];
    }
    assert_int_equal(sum, SHARED_PAGE_COUNT);
    assert_run(shared, SHARED_PAGE_COUNT * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_true(VirtualFree(shared, 0, MEM_RELEASE));
}

enum { ROUND_COUNT = 600, RACER_COUNT = 3 };
static char *raced;
static atomic_int round_started;
static atomic_int round_finished;
static atomic_int violation_count;

static LONG continue_guards(PEXCEPTION_POINTERS pointers)
{
    if (pointers->ExceptionRecord->ExceptionCode != STATUS_GUARD_PAGE_VIOLATION) {
        atomic_fetch_add(&violation_count, 1);
        return EXCEPTION_CONTINUE_SEARCH;
    }
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void *touch_every_round(void *unused)
{
    for (int i = 1; i <= ROUND_COUNT; i++) {
        while (atomic_load(&round_started) < i) {
            sched_yield();
        }
        (void)read_code(raced, NULL, NULL);
        atomic_fetch_add(&round_finished, 1);
    }
    return unused;
}

/* The losers of a race for a guard find it gone and try again. However often the same instruction
 * loses, the page may be read. */
static void losing_a_guard_to_others_is_never_a_violation(void **state)
{
    (void)state;
    take_faults_back();
    PVOID handle = AddVectoredExceptionHandler(1, continue_guards);
    raced = VirtualAlloc(NULL, PAGE, MEM_COMMIT, PAGE_READWRITE);
    pthread_t threads[RACER_COUNT];
    for (int i = 0; i < RACER_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, touch_every_round, NULL), 0);
    }
    for (int i = 1; i <= ROUND_COUNT; i++) {
        DWORD old;
        assert_true(VirtualProtect(raced, PAGE, PAGE_READWRITE | PAGE_GUARD, &old));
        atomic_store(&round_finished, 0);
        atomic_store(&round_started, i);
        while (atomic_load(&round_finished) < RACER_COUNT) {
            sched_yield();
        }
    }
    for (int i = 0; i < RACER_COUNT; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(violation_count, 0);
    assert_int_equal(RemoveVectoredExceptionHandler(handle), 1);
    assert_true(VirtualFree(raced, 0, MEM_RELEASE));
}

static void touch_guard(void)
{
    volatile char *base = VirtualAlloc(NULL, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
    base[0] = 1;
}

static void an_unhandled_guard_violation_ends_the_process(void **state)
{
    (void)state;
    assert_int_not_equal(die_of(touch_guard).signal, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_access_raises_and_clears_that_page_only),
        cmocka_unit_test(a_write_to_a_guarded_read_only_page_raises_twice),
        cmocka_unit_test(the_guard_can_be_set_again_and_no_call_trips_it),
        cmocka_unit_test(a_non_canonical_address_is_reported_as_all_ones),
        cmocka_unit_test(the_null_partition_raises),
        cmocka_unit_test(a_vectored_handler_may_commit_on_fault),
        cmocka_unit_test(each_guard_raises_on_exactly_one_of_many_threads),
        cmocka_unit_test(losing_a_guard_to_others_is_never_a_violation),
        cmocka_unit_test(an_unhandled_guard_violation_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
