/* Misuse is noticed without touching memory: as an error, and after termination on corruption as
 * the end of the process with one exact sentence. */
#include "tests/impl/support.h"

#include "impl/base/client_error.h"

#include <signal.h>
#include <string.h>

static HANDLE heap;

static void freeing_twice_fails_and_the_heap_stays_sound(void **state)
{
    (void)state;
    const size_t sizes[] = {10, 1000, 5000, 2 << 20};
    for (size_t maximum = 0; maximum <= 16 << 20; maximum += 16 << 20) {
        heap = HeapCreate(0, 0, maximum);
        for (size_t i = 0; i < 4 - (maximum != 0); i++) {
            void *other = HeapAlloc(heap, 0, sizes[i]);
            void *block = HeapAlloc(heap, 0, sizes[i]);
            assert_true(HeapFree(heap, 0, block));
            assert_fails_with(HeapFree(heap, 0, block), ERROR_INVALID_PARAMETER);
            assert_fails_with(HeapReAlloc(heap, 0, block, 10), ERROR_INVALID_PARAMETER);
            assert_int_equal(HeapSize(heap, 0, block), SIZE_MAX);
            assert_true(HeapValidate(heap, 0, other));
            assert_true(HeapFree(heap, 0, other));
        }
        assert_true(HeapValidate(heap, 0, NULL));
        assert_true(HeapDestroy(heap));
    }
}

static void wild_pointers_are_refused(void **state)
{
    (void)state;
    heap = HeapCreate(0, 0, 0);
    HANDLE other_heap = HeapCreate(0, 0, 0);
    char *small = HeapAlloc(heap, 0, 100);
    char *middle = HeapAlloc(heap, 0, 9000);
    char *large = HeapAlloc(heap, 0, 3 << 20);
    char *other = HeapAlloc(other_heap, 0, 100);
    static char global[64];
    char local[64];
    char *wild[] = {small + 1,
                    small + 16,
                    middle + 16,
                    large + 16,
                    large + PAGE,
                    other,
                    global,
                    local,
                    (char *)heap,
                    (char *)(uintptr_t)8,
                    (char *)~(uintptr_t)0,
                    (char *)(uintptr_t)0x8000000000000000u};
    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
        assert_fails_with(HeapFree(heap, 0, wild[i]), ERROR_INVALID_PARAMETER);
        assert_fails_with(HeapReAlloc(heap, 0, wild[i], 5), ERROR_INVALID_PARAMETER);
        SetLastError(3);
        assert_int_equal(HeapSize(heap, 0, wild[i]), SIZE_MAX);
        assert_false(HeapValidate(heap, 0, wild[i]));
        assert_int_equal(GetLastError(), 3); /* neither sets the last error */
    }
    assert_true(HeapValidate(heap, 0, NULL));
    assert_int_equal(HeapSize(heap, 0, small), 100);
    assert_int_equal(HeapSize(heap, 0, middle), 9000);
    assert_true(HeapDestroy(heap));
    assert_true(HeapDestroy(other_heap));
}

/* Blocks of 112 bytes leave 16 of their 64 KiB over, where no block begins. */
static void what_a_slab_leaves_over_is_no_block(void **state)
{
    (void)state;
    heap = HeapCreate(0, 0, 0);
    uintptr_t block = (uintptr_t)HeapAlloc(heap, 0, 112);
    void *over = (void *)((block & ~(uintptr_t)0xFFFF) + 0x10000 / 112 * 112);
    assert_fails_with(HeapFree(heap, 0, over), ERROR_INVALID_PARAMETER);
    assert_false(HeapValidate(heap, 0, over));
    assert_true(HeapValidate(heap, 0, NULL));
    assert_true(HeapDestroy(heap));
}

static void wild_handles_are_refused(void **state)
{
    (void)state;
    HANDLE gone = HeapCreate(0, 0, 0);
    void *block = HeapAlloc(gone, 0, 10);
    assert_true(HeapDestroy(gone));
    int local = 0;
    HANDLE handles[] = {NULL, gone, &local, (HANDLE)(uintptr_t)1, (HANDLE) ~(uintptr_t)0};
    for (size_t i = 0; i < sizeof handles / sizeof *handles; i++) {
        HANDLE wild = handles[i];
        PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
        HEAP_SUMMARY summary = {.cb = sizeof summary};
        ULONG value = 2;
        assert_fails_with(HeapAlloc(wild, 0, 1), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapReAlloc(wild, 0, block, 1), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapFree(wild, 0, block), ERROR_INVALID_HANDLE);
        assert_int_equal(HeapSize(wild, 0, block), SIZE_MAX);
        assert_false(HeapValidate(wild, 0, NULL));
        assert_false(HeapValidate(wild, 0, block));
        assert_fails_with(HeapLock(wild), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapUnlock(wild), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapCompact(wild, 0), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapWalk(wild, &entry), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapSummary(wild, 0, &summary), ERROR_INVALID_HANDLE);
        assert_fails_with(HeapQueryInformation(wild, HeapCompatibilityInformation, &value, 4, NULL),
                          ERROR_INVALID_HANDLE);
        assert_fails_with(HeapSetInformation(wild, HeapCompatibilityInformation, &value, 4),
                          ERROR_INVALID_HANDLE);
        assert_fails_with(HeapDestroy(wild), ERROR_INVALID_HANDLE);
    }
}

static void a_wrong_argument_with_generate_exceptions_raises_access_violation(void **state)
{
    (void)state;
    heap = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0);
    volatile DWORD code = 0;
    WM_TRY
    {
        HeapReAlloc(heap, 0, &heap, 10);
    }
    WM_EXCEPT (EXCEPTION_EXECUTE_HANDLER) {
        code = GetExceptionCode();
    }
    WM_END
    assert_int_equal(code, STATUS_ACCESS_VIOLATION);
    assert_true(HeapDestroy(heap));
}

static void overwriting_freed_memory_harms_no_block(void **state)
{
    (void)state;
    heap = HeapCreate(0, 0, 0);
    char *blocks[100];
    for (int i = 0; i < 100; i++) {
        blocks[i] = HeapAlloc(heap, 0, 200);
    }
    for (int i = 0; i < 100; i += 2) {
        assert_true(HeapFree(heap, 0, blocks[i]));
        memset(blocks[i], 0xFF, 200);
    }
    for (int i = 0; i < 100; i += 2) {
        blocks[i] = HeapAlloc(heap, 0, 200);
        assert_non_null(blocks[i]);
    }
    assert_true(HeapValidate(heap, 0, NULL));
    assert_true(HeapDestroy(heap));
}

static void free_twice_fatally(void)
{
    void *block = HeapAlloc(GetProcessHeap(), 0, 10);
    HeapFree(GetProcessHeap(), 0, block);
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    HeapFree(GetProcessHeap(), 0, block);
}

static void free_wild_fatally(void)
{
    int local = 0;
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    HeapSetInformation(GetProcessHeap(), HeapEnableTerminationOnCorruption, NULL, 0);
    HeapFree(GetProcessHeap(), 0, &local);
}

/* Next to the only block of its size class lie slots that nobody has been given yet. */
static void free_unborn_fatally(void)
{
    HANDLE unused = HeapCreate(0, 0, 0);
    char *block = HeapAlloc(unused, 0, 96);
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    HeapFree(unused, 0, block + 96);
}

static void use_destroyed_heap_fatally(void)
{
    HANDLE gone = HeapCreate(0, 0, 0);
    HeapDestroy(gone);
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    HeapAlloc(gone, 0, 1);
}

static void ask_politely(void)
{
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    int local = 0;
    HeapValidate(GetProcessHeap(), 0, &local);
    HeapValidate(NULL, 0, &local);
    HeapDestroy(GetProcessHeap());
    HeapUnlock(GetProcessHeap());
    HeapAlloc(GetProcessHeap(), 0, SIZE_MAX);
}

static void with_termination_on_corruption_misuse_ends_the_process(void **state)
{
    (void)state;
    struct death death = die_of(free_twice_fatally);
    assert_int_equal(death.signal, SIGABRT);
    assert_string_equal(death.text, WM_SENTENCE_ALREADY_FREE);
    death = die_of(free_wild_fatally);
    assert_int_equal(death.signal, SIGABRT);
    assert_string_equal(death.text, WM_SENTENCE_NOT_A_BLOCK);
    death = die_of(free_unborn_fatally);
    assert_int_equal(death.signal, SIGABRT);
    assert_string_equal(death.text, WM_SENTENCE_NOT_A_BLOCK);
    death = die_of(use_destroyed_heap_fatally);
    assert_int_equal(death.signal, SIGABRT);
    assert_string_equal(death.text, WM_SENTENCE_NOT_A_HEAP);
    death = die_of(ask_politely);
    assert_int_equal(death.signal, 0);
    assert_string_equal(death.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freeing_twice_fails_and_the_heap_stays_sound),
        cmocka_unit_test(wild_pointers_are_refused),
        cmocka_unit_test(what_a_slab_leaves_over_is_no_block),
        cmocka_unit_test(wild_handles_are_refused),
        cmocka_unit_test(a_wrong_argument_with_generate_exceptions_raises_access_violation),
        cmocka_unit_test(overwriting_freed_memory_harms_no_block),
        cmocka_unit_test(with_termination_on_corruption_misuse_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
