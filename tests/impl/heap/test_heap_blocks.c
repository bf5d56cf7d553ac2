/* Blocks of a growable heap: sizes, alignment, contents, reallocation. Clauses HEAP-ALLOC-*,
 * HEAP-REALLOC-*, HEAP-FREE-*, HEAP-SIZE-*. */
#include "tests/impl/support.h"

#include <string.h>

static HANDLE heap;

static int create_heap(void **state)
{
    (void)state;
    heap = HeapCreate(0, 0, 0);
    return heap == NULL;
}

static int destroy_heap(void **state)
{
    (void)state;
    return !HeapValidate(heap, 0, NULL) || !HeapDestroy(heap);
}

static const size_t sizes[] = {0,     1,     15,     16,      17,      100,      255,
                               256,   257,   320,    321,     1000,    1024,     1025,
                               2047,  2048,  2049,   4096,    5000,    8192,     8193,
                               65536, 65537, 500000, 0xFDFFF, 0xFE000, 0x100000, 3000000};
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes };

static void every_size_is_exact_aligned_and_usable(void **state)
{
    (void)state;
    unsigned char *blocks[SIZE_COUNT];
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        blocks[i] = HeapAlloc(heap, 0, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        assert_int_equal(HeapSize(heap, 0, blocks[i]), sizes[i]);
        assert_true(HeapValidate(heap, 0, blocks[i]));
        memset(blocks[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            assert_true(blocks[i][k] == i + 1);
        }
        assert_true(HeapFree(heap, 0, blocks[i]));
        assert_false(HeapValidate(heap, 0, blocks[i]));
    }
}

static void zero_size_blocks_are_distinct(void **state)
{
    (void)state;
    void *first = HeapAlloc(heap, 0, 0);
    void *second = HeapAlloc(heap, 0, 0);
    assert_non_null(first);
    assert_ptr_not_equal(first, second);
    assert_int_equal(HeapSize(heap, 0, first), 0);
    assert_true(HeapFree(heap, 0, first));
    assert_true(HeapFree(heap, 0, second));
}

static void zeroed_blocks_are_zero_after_dirt(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        unsigned char *dirty = HeapAlloc(heap, 0, sizes[i]);
        memset(dirty, 0xA5, sizes[i]);
        assert_true(HeapFree(heap, 0, dirty));
        const unsigned char *clean = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++) {
            assert_true(clean[k] == 0);
        }
        assert_true(HeapFree(heap, 0, (void *)(uintptr_t)clean));
    }
}

static void reallocation_between_all_sizes_keeps_the_prefix_and_zeroes_the_growth(void **state)
{
    (void)state;
    for (size_t from = 0; from < SIZE_COUNT; from++) {
        for (size_t to = 0; to < SIZE_COUNT; to++) {
            unsigned char *block = HeapAlloc(heap, 0, sizes[from]);
            memset(block, 0x5A, sizes[from]);
            block = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, sizes[to]);
            assert_non_null(block);
            assert_int_equal(HeapSize(heap, 0, block), sizes[to]);
            size_t step = sizes[to] > 100000 ? 61 : 1;
            for (size_t k = 0; k < sizes[to]; k += step) {
                assert_true(block[k] == (k < sizes[from] ? 0x5A : 0));
            }
            assert_true(HeapFree(heap, 0, block));
        }
    }
    assert_true(HeapValidate(heap, 0, NULL));
}

static void slack_left_by_a_shrink_is_zeroed_when_the_block_grows(void **state)
{
    (void)state;
    for (size_t i = 1; i < SIZE_COUNT; i++) {
        size_t full = sizes[i];
        unsigned char *block = HeapAlloc(heap, 0, full);
        memset(block, 0xFF, full);
        unsigned char *same = HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, full / 3);
        assert_ptr_equal(same, block); /* a shrink stays */
        block = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, full);
        for (size_t k = 0; k < full; k++) {
            assert_true(block[k] == (k < full / 3 ? 0xFF : 0));
        }
        assert_true(HeapFree(heap, 0, block));
    }
}

static void in_place_only_keeps_the_address_or_fails_and_changes_nothing(void **state)
{
    (void)state;
    unsigned char *block = HeapAlloc(heap, 0, 24);
    memset(block, 3, 24);
    assert_ptr_equal(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 32), block);
    assert_fails_with(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 5000),
                      ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(HeapSize(heap, 0, block), 32);
    assert_int_equal(block[23], 3);
    assert_true(HeapFree(heap, 0, block));
    unsigned char *last = HeapAlloc(heap, 0, 9000);
    assert_ptr_equal(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, last, 30000), last);
    assert_true(HeapFree(heap, 0, last));
}

static void special_arguments_follow_the_observed_behaviour(void **state)
{
    (void)state;
    assert_true(HeapFree(heap, 0, NULL));
    assert_null(HeapReAlloc(heap, 0, NULL, 10));
    void *block = HeapAlloc(heap, 0, 10);
    void *empty = HeapReAlloc(heap, 0, block, 0);
    assert_non_null(empty);
    assert_int_equal(HeapSize(heap, 0, empty), 0);
    assert_true(HeapFree(heap, 0, empty));
}

static void impossible_sizes_fail_without_wrapping(void **state)
{
    (void)state;
    static const size_t huge[] = {SIZE_MAX,        SIZE_MAX - 1,   SIZE_MAX - 15,
                                  SIZE_MAX - 16,   SIZE_MAX - 63,  SIZE_MAX - 0xFFFF,
                                  (size_t)1 << 63, (size_t)1 << 48};
    unsigned char *block = HeapAlloc(heap, 0, 100);
    memset(block, 8, 100);
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        assert_fails_with(HeapAlloc(heap, 0, huge[i]), ERROR_NOT_ENOUGH_MEMORY);
        assert_fails_with(HeapReAlloc(heap, 0, block, huge[i]), ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(HeapSize(heap, 0, block), 100);
        assert_int_equal(block[99], 8);
    }
    assert_true(HeapFree(heap, 0, block));
}

static void a_block_above_4_gib_keeps_its_size(void **state)
{
    (void)state;
    const size_t bytes = ((size_t)1 << 32) + 12345;
    char *block = HeapAlloc(heap, 0, bytes);
    if (block == NULL) {
        print_message("skipped: no commitment for 4 GiB\n");
        return;
    }
    assert_int_equal(HeapSize(heap, 0, block), bytes);
    block[bytes - 1] = 1;
    block = HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, bytes - 5);
    assert_int_equal(HeapSize(heap, 0, block), bytes - 5);
    assert_true(HeapFree(heap, 0, block));
}

static void large_blocks_return_to_the_system_when_freed(void **state)
{
    (void)state;
    take_faults_back();
    char *block = HeapAlloc(heap, 0, 5000000);
    block[0] = 1;
    assert_true(HeapFree(heap, 0, block));
    assert_int_equal(read_code(block, NULL, NULL), STATUS_ACCESS_VIOLATION);
}

static void a_large_block_grows_to_no_size_that_wraps(void **state)
{
    (void)state;
    char *block = HeapAlloc(heap, 0, 5000000);
    for (size_t i = 0; i < 70000; i += 1000) {
        assert_null(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, SIZE_MAX - i));
    }
    assert_int_equal(HeapSize(heap, 0, block), 5000000);
    assert_true(HeapFree(heap, 0, block));
}

static void executable_heaps_execute_and_others_do_not(void **state)
{
    (void)state;
    take_faults_back();
    static const unsigned char code[] = {0xB8, 42, 0, 0, 0, 0xC3}; /* mov eax, 42; ret */
    HANDLE executable = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0);
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        if (sizes[i] < sizeof code) {
            continue;
        }
        unsigned char *block = HeapAlloc(executable, 0, sizes[i]);
        memcpy(block, code, sizeof code);
        int (*function)(void);
        memcpy(&function, &block, sizeof function);
        assert_int_equal(function(), 42);
    }
    assert_true(HeapDestroy(executable));
    MEMORY_BASIC_INFORMATION run;
    void *block = HeapAlloc(heap, 0, 100);
    VirtualQuery(block, &run, sizeof run);
    assert_int_equal(run.Protect, PAGE_READWRITE);
    assert_true(HeapFree(heap, 0, block));
}

static EXCEPTION_RECORD seen;

static LONG note_record(PEXCEPTION_POINTERS pointers)
{
    seen = *pointers->ExceptionRecord;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void generate_exceptions_raises_no_memory_with_the_size(void **state)
{
    (void)state;
    volatile DWORD code = 0;
    WM_TRY
    {
        HeapAlloc(heap, HEAP_GENERATE_EXCEPTIONS, SIZE_MAX - 5);
        fail();
    }
    WM_EXCEPT (EXCEPTION_EXECUTE_HANDLER) {
        code = GetExceptionCode();
    }
    WM_END
    assert_int_equal(code, STATUS_NO_MEMORY);
    HANDLE raising = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0);
    void *block = HeapAlloc(raising, 0, 10);
    assert_non_null(block);
    PVOID handle = AddVectoredExceptionHandler(1, note_record);
    assert_null(HeapReAlloc(raising, 0, block, SIZE_MAX - 5)); /* continued: NULL after all */
    assert_int_equal(seen.ExceptionCode, STATUS_NO_MEMORY);
    assert_int_equal(seen.ExceptionFlags, 0);
    assert_int_equal(seen.NumberParameters, 1);
    assert_int_equal(seen.ExceptionInformation[0], SIZE_MAX - 5);
    RemoveVectoredExceptionHandler(handle);
    assert_int_equal(HeapSize(raising, 0, block), 10);
    assert_true(HeapDestroy(raising));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_is_exact_aligned_and_usable),
        cmocka_unit_test(zero_size_blocks_are_distinct),
        cmocka_unit_test(zeroed_blocks_are_zero_after_dirt),
        cmocka_unit_test(reallocation_between_all_sizes_keeps_the_prefix_and_zeroes_the_growth),
        cmocka_unit_test(slack_left_by_a_shrink_is_zeroed_when_the_block_grows),
        cmocka_unit_test(in_place_only_keeps_the_address_or_fails_and_changes_nothing),
        cmocka_unit_test(special_arguments_follow_the_observed_behaviour),
        cmocka_unit_test(impossible_sizes_fail_without_wrapping),
        cmocka_unit_test(a_block_above_4_gib_keeps_its_size),
        cmocka_unit_test(large_blocks_return_to_the_system_when_freed),
        cmocka_unit_test(a_large_block_grows_to_no_size_that_wraps),
        cmocka_unit_test(executable_heaps_execute_and_others_do_not),
        cmocka_unit_test(generate_exceptions_raises_no_memory_with_the_size),
    };
    return cmocka_run_group_tests(tests, create_heap, destroy_heap);
}
