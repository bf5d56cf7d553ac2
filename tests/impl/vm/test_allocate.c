/* VirtualAlloc: reserve, commit, commit again; addresses, sizes, flags and protections; every
 * refused call changes nothing. Clauses VM-ALLOC-*, VM-PROT-*. */
#include "tests/impl/support.h"

#include "impl/vm/vm.h"

#include <string.h>

#define USER_END ((uintptr_t)0x7FFFFFFF0000)

static void reserved_pages_are_reserved_and_raise(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, 3 * PAGE + 1, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(base);
    assert_int_equal((uintptr_t)base % GRANULE, 0);
    assert_run(base, 4 * PAGE, MEM_RESERVE, 0);
    assert_int_equal(read_code(base, NULL, NULL), STATUS_ACCESS_VIOLATION);
    MEMORY_BASIC_INFORMATION run;
    VirtualQuery(base, &run, sizeof run);
    assert_int_equal(run.AllocationProtect, PAGE_READWRITE);
    assert_int_equal(run.Type, MEM_PRIVATE);
    assert_ptr_equal(run.AllocationBase, base);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void pages_commit_in_any_order_and_merge_when_equal(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 16 * PAGE, MEM_RESERVE, PAGE_NOACCESS);
    assert_ptr_equal(VirtualAlloc(base + 5 * PAGE + 1, 1, MEM_COMMIT, PAGE_READWRITE),
                     base + 5 * PAGE);
    assert_ptr_equal(VirtualAlloc(base + 7 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE),
                     base + 7 * PAGE);
    assert_run(base, 5 * PAGE, MEM_RESERVE, 0);
    assert_run(base + 5 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(base + 6 * PAGE, PAGE, MEM_RESERVE, 0);
    /* Two bytes over the border commit both pages. */
    assert_non_null(VirtualAlloc(base + 7 * PAGE - 1, 2, MEM_COMMIT, PAGE_READWRITE));
    assert_run(base + 5 * PAGE, 3 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    memset(base + 5 * PAGE, 1, 3 * PAGE);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void recommit_keeps_contents_and_sets_the_protection(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    memset(base, 9, 4 * PAGE);
    assert_non_null(VirtualAlloc(base + PAGE, PAGE, MEM_COMMIT, PAGE_READONLY));
    assert_run(base, PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_run(base + PAGE, PAGE, MEM_COMMIT, PAGE_READONLY);
    assert_int_equal(base[PAGE], 9);
    ULONG_PTR kind;
    ULONG_PTR address;
    assert_int_equal(write_code(base + PAGE + 5, &kind, &address), STATUS_ACCESS_VIOLATION);
    assert_int_equal(kind, 1);
    assert_int_equal(address, (uintptr_t)base + PAGE + 5);
    assert_non_null(VirtualAlloc(base, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    assert_run(base, 4 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_int_equal(base[4 * PAGE - 1], 9);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void commit_without_reserve_at_null_reserves_too(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 8, MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(base);
    assert_run(base, PAGE, MEM_COMMIT, PAGE_READWRITE);
    for (size_t i = 0; i < PAGE; i++) {
        assert_int_equal(base[i], 0);
    }
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void the_tail_of_a_granule_is_free_and_cannot_be_reserved(void **state)
{
    (void)state;
    take_faults_back();
    char *base = VirtualAlloc(NULL, 8, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    MEMORY_BASIC_INFORMATION run;
    assert_int_equal(VirtualQuery(base + PAGE, &run, sizeof run), sizeof run);
    assert_int_equal(run.State, MEM_FREE);
    assert_true(run.RegionSize >= 15 * PAGE);
    assert_fails_with(VirtualAlloc(base + PAGE, PAGE, MEM_RESERVE, PAGE_READWRITE),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualAlloc(base + PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE),
                      ERROR_INVALID_ADDRESS);
    assert_int_equal(read_code(base + PAGE, NULL, NULL), STATUS_ACCESS_VIOLATION);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void an_explicit_reservation_rounds_down_to_the_granule(void **state)
{
    (void)state;
    char *place = VirtualAlloc(NULL, 4 * GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(VirtualFree(place, 0, MEM_RELEASE));
    char *base = VirtualAlloc(place + GRANULE + 5 * PAGE + 3, PAGE, MEM_RESERVE | MEM_COMMIT,
                              PAGE_READWRITE);
    assert_ptr_equal(base, place + GRANULE);
    assert_run(base, 7 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_fails_with(VirtualAlloc(place, 2 * GRANULE, MEM_RESERVE, PAGE_READWRITE),
                      ERROR_INVALID_ADDRESS);
    assert_run(base, 7 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void a_commit_outside_one_reservation_fails(void **state)
{
    (void)state;
    char *place = VirtualAlloc(NULL, 2 * GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(VirtualFree(place, 0, MEM_RELEASE));
    char *low = VirtualAlloc(place, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    char *high = VirtualAlloc(place + GRANULE, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
    assert_ptr_equal(low, place);
    assert_ptr_equal(high, place + GRANULE);
    assert_fails_with(VirtualAlloc(high - PAGE, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE),
                      ERROR_INVALID_ADDRESS);
    assert_run(low, GRANULE, MEM_RESERVE, 0);
    assert_run(high, GRANULE, MEM_RESERVE, 0);
    assert_true(VirtualFree(low, 0, MEM_RELEASE));
    assert_true(VirtualFree(high, 0, MEM_RELEASE));
    assert_fails_with(VirtualAlloc(low, PAGE, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
}

static void foreign_memory_is_never_replaced(void **state)
{
    (void)state;
    static char ours[3 * 0x10000];
    ours[0x10000] = 5;
    assert_fails_with(VirtualAlloc(&ours[0x10000], PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualAlloc(&ours[0x10000], PAGE, MEM_COMMIT, PAGE_READWRITE),
                      ERROR_INVALID_ADDRESS);
    assert_int_equal(ours[0x10000], 5);
}

static void wrong_sizes_and_addresses_are_refused(void **state)
{
    (void)state;
    const DWORD both = MEM_RESERVE | MEM_COMMIT;
    assert_fails_with(VirtualAlloc(NULL, 0, both, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualAlloc((void *)1, PAGE, both, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualAlloc((void *)0xFFFF, PAGE, MEM_RESERVE, PAGE_READWRITE),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualAlloc((void *)USER_END, PAGE, MEM_RESERVE, PAGE_READWRITE),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(
        VirtualAlloc((void *)(USER_END - PAGE), 2 * PAGE, MEM_RESERVE, PAGE_READWRITE),
        ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualAlloc((void *)0x100000, SIZE_MAX, MEM_RESERVE, PAGE_READWRITE),
                      ERROR_INVALID_PARAMETER);
    assert_fails_with(
        VirtualAlloc((void *)0x100000, SIZE_MAX - 0xFFFFF, MEM_COMMIT, PAGE_READWRITE),
        ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualAlloc(NULL, SIZE_MAX, both, PAGE_READWRITE), ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(VirtualAlloc(NULL, SIZE_MAX - 0x1FFF, both, PAGE_READWRITE),
                      ERROR_NOT_ENOUGH_MEMORY);
    assert_fails_with(VirtualAlloc(NULL, USER_END - 0x10000, MEM_RESERVE, PAGE_READWRITE),
                      ERROR_NOT_ENOUGH_MEMORY);
}

static void wrong_type_flags_are_refused(void **state)
{
    (void)state;
    static const struct {
        DWORD type;
        DWORD error;
    } cases[] = {
        {0, ERROR_INVALID_PARAMETER},
        {MEM_TOP_DOWN, ERROR_INVALID_PARAMETER},
        {MEM_RESERVE | 0x80u, ERROR_INVALID_PARAMETER},
        {MEM_RESERVE | MEM_DECOMMIT, ERROR_INVALID_PARAMETER},
        {MEM_RESERVE | MEM_RESERVE_PLACEHOLDER, ERROR_INVALID_PARAMETER},
        {MEM_WRITE_WATCH | MEM_COMMIT, ERROR_INVALID_PARAMETER},
        {MEM_PHYSICAL | MEM_COMMIT | MEM_RESERVE, ERROR_INVALID_PARAMETER},
        {MEM_PHYSICAL | MEM_RESERVE, ERROR_PRIVILEGE_NOT_HELD},
        {MEM_PHYSICAL | MEM_COMMIT, ERROR_INVALID_PARAMETER},
        {MEM_LARGE_PAGES | MEM_RESERVE, ERROR_INVALID_PARAMETER},
        {MEM_LARGE_PAGES | MEM_COMMIT, ERROR_INVALID_PARAMETER},
        {MEM_LARGE_PAGES | MEM_RESERVE | MEM_COMMIT, ERROR_INVALID_PARAMETER}, /* the size */
        {MEM_RESET | MEM_COMMIT, ERROR_INVALID_PARAMETER},
        {MEM_RESET | MEM_RESET_UNDO, ERROR_INVALID_PARAMETER},
        {MEM_RESET, ERROR_INVALID_ADDRESS},
        {MEM_RESET_UNDO, ERROR_INVALID_ADDRESS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fails_with(VirtualAlloc(NULL, PAGE, cases[i].type, PAGE_READWRITE), cases[i].error);
    }
    assert_fails_with(VirtualAlloc(NULL, PAGE, MEM_PHYSICAL | MEM_RESERVE, PAGE_READONLY),
                      ERROR_INVALID_PARAMETER);
    const DWORD large = MEM_LARGE_PAGES | MEM_RESERVE | MEM_COMMIT;
    assert_fails_with(VirtualAlloc(NULL, GetLargePageMinimum(), large, PAGE_READWRITE),
                      ERROR_PRIVILEGE_NOT_HELD);
    assert_fails_with(VirtualAlloc(NULL, GetLargePageMinimum(), large, 0), ERROR_INVALID_PARAMETER);
}

static void discarded_pages_are_zero_and_stay_committed(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    DWORD old;
    assert_non_null(VirtualAlloc(base, 3 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    memset(base, 7, 3 * PAGE);
    assert_int_equal(DiscardVirtualMemory(base + 1, PAGE), ERROR_INVALID_PARAMETER);
    assert_int_equal(DiscardVirtualMemory(base, PAGE - 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(DiscardVirtualMemory(base, 0), ERROR_INVALID_PARAMETER);
    assert_int_equal(DiscardVirtualMemory((PVOID)(UINTPTR_MAX - PAGE + 1), PAGE),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(DiscardVirtualMemory(base, SIZE_MAX - PAGE + 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(DiscardVirtualMemory(NULL, PAGE), ERROR_INVALID_ADDRESS);
    assert_int_equal(DiscardVirtualMemory(base, 4 * PAGE), ERROR_INVALID_ADDRESS);
    assert_int_equal(DiscardVirtualMemory(base, 17 * PAGE), ERROR_INVALID_ADDRESS);
    assert_true(VirtualProtect(base + 2 * PAGE, PAGE, PAGE_READONLY, &old));
    assert_int_equal(DiscardVirtualMemory(base + 2 * PAGE, PAGE), ERROR_INVALID_PARAMETER);
    assert_int_equal(DiscardVirtualMemory(base, 3 * PAGE), ERROR_INVALID_PARAMETER);
    for (size_t i = 0; i < 3 * PAGE; i++) {
        assert_int_equal(base[i], 7);
    }
    assert_int_equal(DiscardVirtualMemory(base, PAGE), ERROR_SUCCESS);
    assert_int_equal(base[0], 0);
    assert_int_equal(base[PAGE], 7);
    memset(base, 8, PAGE);
    assert_int_equal(base[PAGE - 1], 8);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void offered_pages_are_kept(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 2 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(VirtualAlloc(base, PAGE, MEM_COMMIT, PAGE_READWRITE));
    base[9] = 9;
    assert_int_equal(OfferVirtualMemory(base, PAGE, (OFFER_PRIORITY)0), ERROR_INVALID_PARAMETER);
    assert_int_equal(OfferVirtualMemory(base, PAGE, (OFFER_PRIORITY)5), ERROR_INVALID_PARAMETER);
    assert_int_equal(OfferVirtualMemory(base, 1, VmOfferPriorityLow), ERROR_INVALID_PARAMETER);
    assert_int_equal(OfferVirtualMemory(base, 2 * PAGE, VmOfferPriorityLow), ERROR_INVALID_ADDRESS);
    assert_int_equal(OfferVirtualMemory(base, PAGE, VmOfferPriorityVeryLow), ERROR_SUCCESS);
    assert_int_equal(ReclaimVirtualMemory(base, PAGE), ERROR_SUCCESS);
    assert_int_equal(base[9], 9);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void what_was_reset_is_kept_and_can_be_undone(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, 4 * PAGE, MEM_RESERVE, PAGE_READWRITE);
    assert_non_null(VirtualAlloc(base, 3 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    memset(base, 7, 3 * PAGE);
    assert_ptr_equal(VirtualAlloc(base + 1, 2 * PAGE, MEM_RESET, PAGE_NOACCESS), base);
    assert_ptr_equal(VirtualAlloc(base + 10, 20, MEM_RESET, PAGE_NOACCESS), base);
    assert_ptr_equal(VirtualAlloc(base, 2 * PAGE, MEM_RESET_UNDO, PAGE_NOACCESS), base);
    for (size_t i = 0; i < 3 * PAGE; i++) {
        assert_int_equal(base[i], 7);
    }
    /* Pages that lie in the range in part do not count, unless there are no others. */
    assert_non_null(VirtualAlloc(base + 2 * PAGE, PAGE + 1, MEM_RESET, PAGE_NOACCESS));
    assert_fails_with(VirtualAlloc(base + 3 * PAGE, 1, MEM_RESET, PAGE_NOACCESS),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualAlloc(base, 2 * GRANULE, MEM_RESET, PAGE_NOACCESS),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualAlloc(base, 4 * PAGE, MEM_RESET, PAGE_NOACCESS),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualAlloc(base, 17 * PAGE, MEM_RESET, PAGE_NOACCESS),
                      ERROR_INVALID_ADDRESS);
    assert_fails_with(VirtualAlloc(base, 2 * PAGE, MEM_RESET, 0), ERROR_INVALID_PARAMETER);
    assert_fails_with(VirtualAlloc(base, SIZE_MAX, MEM_RESET, PAGE_NOACCESS),
                      ERROR_INVALID_PARAMETER);
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void protections_follow_the_constants_page(void **state)
{
    (void)state;
    static const DWORD valid[] = {
        PAGE_NOACCESS,
        PAGE_READONLY,
        PAGE_READWRITE,
        PAGE_EXECUTE,
        PAGE_EXECUTE_READ,
        PAGE_EXECUTE_READWRITE,
        PAGE_READWRITE | PAGE_GUARD,
        PAGE_READONLY | PAGE_NOCACHE,
        PAGE_READWRITE | PAGE_WRITECOMBINE,
    };
    static const DWORD invalid[] = {
        0,
        0x06,
        PAGE_GUARD,
        PAGE_WRITECOPY,
        PAGE_EXECUTE_WRITECOPY,
        PAGE_NOACCESS | PAGE_GUARD,
        PAGE_NOACCESS | PAGE_NOCACHE,
        PAGE_NOACCESS | PAGE_WRITECOMBINE,
        PAGE_READWRITE | PAGE_GUARD | PAGE_NOCACHE,
        PAGE_READWRITE | PAGE_GUARD | PAGE_WRITECOMBINE,
        PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE,
        PAGE_READWRITE | PAGE_TARGETS_INVALID,
        PAGE_READWRITE | 0x800,
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        char *base = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, valid[i]);
        assert_non_null(base);
        assert_run(base, PAGE, MEM_COMMIT, valid[i]);
        assert_true(VirtualFree(base, 0, MEM_RELEASE));
    }
    char *code = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT,
                              PAGE_EXECUTE_READ | PAGE_TARGETS_INVALID);
    assert_run(code, PAGE, MEM_COMMIT, PAGE_EXECUTE_READ);
    assert_true(VirtualFree(code, 0, MEM_RELEASE));
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        assert_fails_with(VirtualAlloc(NULL, PAGE, MEM_RESERVE, invalid[i]),
                          ERROR_INVALID_PARAMETER);
        assert_fails_with(VirtualAlloc(NULL, PAGE, MEM_COMMIT, invalid[i]),
                          ERROR_INVALID_PARAMETER);
    }
}

static void more_than_the_commit_limit_says_so(void **state)
{
    (void)state;
    const size_t bytes = (size_t)1 << 44; /* 16 TiB: address space has room, commitment has not */
    char *base = VirtualAlloc(NULL, bytes, MEM_RESERVE, PAGE_READWRITE);
    if (base == NULL) {
        print_message("skipped: no hole of 16 TiB, a sanitizer has its shadow there\n");
        return;
    }
    char *committed = VirtualAlloc(base, bytes, MEM_COMMIT, PAGE_READWRITE);
    if (committed == NULL) { /* a system that overcommits without limit grants it */
        assert_int_equal(GetLastError(), ERROR_COMMITMENT_LIMIT);
        assert_run(base, bytes, MEM_RESERVE, 0);
        assert_fails_with(VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                          ERROR_COMMITMENT_LIMIT);
    } else {
        print_message("skipped: this system has no commit limit\n");
    }
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void top_down_is_accepted(void **state)
{
    (void)state;
    char *base = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT | MEM_TOP_DOWN, PAGE_READWRITE);
    assert_non_null(base);
    base[0] = 1;
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
}

static void a_success_leaves_the_last_error_alone(void **state)
{
    (void)state;
    SetLastError(4711);
    char *base = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD old;
    assert_true(VirtualProtect(base, 1, PAGE_READONLY, &old));
    assert_true(VirtualFree(base, 0, MEM_RELEASE));
    assert_int_equal(GetLastError(), 4711);
}

/* Whatever the map itself takes meanwhile: it grows now and then. */
static void a_range_that_was_released_is_there_for_the_next_call(void **state)
{
    (void)state;
    enum { ROUNDS = 400 };
    static char *kept[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        kept[i] = VirtualAlloc(NULL, (size_t)80 << 20, MEM_RESERVE, PAGE_READWRITE);
        assert_non_null(kept[i]);
        char *base = VirtualAlloc(NULL, 2 * GRANULE, MEM_RESERVE, PAGE_NOACCESS);
        assert_true(VirtualFree(base, 0, MEM_RELEASE));
        char *again = VirtualAlloc(base + GRANULE, GRANULE, MEM_RESERVE, PAGE_NOACCESS);
        assert_ptr_equal(again, base + GRANULE);
        assert_true(VirtualFree(again, 0, MEM_RELEASE));
    }
    for (int i = 0; i < ROUNDS; i++) {
        assert_true(VirtualFree(kept[i], 0, MEM_RELEASE));
    }
}

static void another_process_is_out_of_reach(void **state)
{
    (void)state;
    HANDLE others[] = {NULL, (HANDLE)4, (HANDLE)(LONG_PTR)-2};
    char *base =
        VirtualAllocEx(GetCurrentProcess(), NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    MEMORY_BASIC_INFORMATION memory;
    DWORD old = 0;
    assert_non_null(base);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        SetLastError(0);
        assert_null(VirtualAllocEx(others[i], NULL, PAGE, MEM_RESERVE, PAGE_READWRITE));
        assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
        assert_false(VirtualFreeEx(others[i], base, 0, MEM_RELEASE));
        assert_false(VirtualProtectEx(others[i], base, PAGE, PAGE_READONLY, &old));
        assert_int_equal(VirtualQueryEx(others[i], base, &memory, sizeof memory), 0);
    }
    base[0] = 1;
    assert_true(VirtualProtectEx(GetCurrentProcess(), base, PAGE, PAGE_READONLY, &old));
    assert_int_equal(old, PAGE_READWRITE);
    assert_int_equal(VirtualQueryEx(GetCurrentProcess(), base, &memory, sizeof memory),
                     sizeof memory);
    assert_int_equal(memory.Protect, PAGE_READONLY);
    assert_true(VirtualFreeEx(GetCurrentProcess(), base, 0, MEM_RELEASE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_pages_are_reserved_and_raise),
        cmocka_unit_test(pages_commit_in_any_order_and_merge_when_equal),
        cmocka_unit_test(recommit_keeps_contents_and_sets_the_protection),
        cmocka_unit_test(commit_without_reserve_at_null_reserves_too),
        cmocka_unit_test(the_tail_of_a_granule_is_free_and_cannot_be_reserved),
        cmocka_unit_test(an_explicit_reservation_rounds_down_to_the_granule),
        cmocka_unit_test(a_commit_outside_one_reservation_fails),
        cmocka_unit_test(foreign_memory_is_never_replaced),
        cmocka_unit_test(wrong_sizes_and_addresses_are_refused),
        cmocka_unit_test(wrong_type_flags_are_refused),
        cmocka_unit_test(discarded_pages_are_zero_and_stay_committed),
        cmocka_unit_test(offered_pages_are_kept),
        cmocka_unit_test(what_was_reset_is_kept_and_can_be_undone),
        cmocka_unit_test(protections_follow_the_constants_page),
        cmocka_unit_test(more_than_the_commit_limit_says_so),
        cmocka_unit_test(top_down_is_accepted),
        cmocka_unit_test(a_success_leaves_the_last_error_alone),
        cmocka_unit_test(a_range_that_was_released_is_there_for_the_next_call),
        cmocka_unit_test(another_process_is_out_of_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
