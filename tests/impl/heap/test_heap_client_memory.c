/* A fault in the bytes of a block, while the library zeroes or copies them, is the client's
 * exception: it finds the heap unlocked and sound, whether or not the client comes back. */
/* The formatter does not know that WM_TRY and WM_EXCEPT are statements. */
/* clang-format off */
#include "tests/impl/support.h"

#include <string.h>

#define BLOCK_BYTES (5 * PAGE)

static HANDLE heap;

static void protect(void *pointer, DWORD protection)
{
    DWORD old;
    assert_true(VirtualProtect(pointer, 1, protection, &old));
}

static void assert_unlocked_and_sound(void)
{
    assert_fails_with(HeapUnlock(heap), ERROR_NOT_OWNER);
    assert_true(HeapValidate(heap, 0, NULL));
}

static void *allocate_zeroed(void *unused)
{
    (void)unused;
    return HeapAlloc(heap, HEAP_ZERO_MEMORY, BLOCK_BYTES);
}

static void *move(void *block)
{
    return HeapReAlloc(heap, 0, block, 20 * BLOCK_BYTES);
}

static void *grow_where_it_is(void *block)
{
    return HeapReAlloc(heap, HEAP_ZERO_MEMORY | HEAP_REALLOC_IN_PLACE_ONLY, block, BLOCK_BYTES);
}

/* The code of the exception that the operation raises. */
static DWORD code_of(void *(*operation)(void *block), void *block)
{
    volatile DWORD code = 0;
    WM_TRY
    {
        (void)operation(block);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        code = GetExceptionCode();
    }
    WM_END
    return code;
}

static char *protected_page;

static LONG CALLBACK unprotect_and_continue(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    protect(protected_page, PAGE_READWRITE);
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* The protection is taken away by a handler, and the operation goes on where it was. */
static void *result_with(void *(*operation)(void *block), void *block, char *page)
{
    protected_page = page;
    PVOID handler = AddVectoredExceptionHandler(1, unprotect_and_continue);
    assert_non_null(handler);
    void *result = operation(block);
    assert_int_equal(RemoveVectoredExceptionHandler(handler), 1);
    return result;
}

static const size_t maxima[] = {0, 1 << 20};

static void zeroing_a_new_block(void **state)
{
    (void)state;
    take_faults_back();
    for (size_t i = 0; i < 2; i++) {
        heap = HeapCreate(0, 0, maxima[i]);
        char *block = HeapAlloc(heap, 0, BLOCK_BYTES);
        memset(block, 7, BLOCK_BYTES);
        char *page = block + 2 * PAGE;
        assert_true(HeapFree(heap, 0, block));
        protect(page, PAGE_NOACCESS);
        assert_int_equal(code_of(allocate_zeroed, NULL), STATUS_ACCESS_VIOLATION);
        assert_unlocked_and_sound();
        protect(page, PAGE_READWRITE);
        assert_true(HeapFree(heap, 0, block)); /* the one whose address nobody has seen */
        protect(page, PAGE_NOACCESS);
        char *zeroed = result_with(allocate_zeroed, NULL, page);
        assert_ptr_equal(zeroed, block);
        for (size_t k = 0; k < BLOCK_BYTES; k++) {
            assert_int_equal(zeroed[k], 0);
        }
        assert_unlocked_and_sound();
        assert_true(HeapDestroy(heap));
    }
}

static void copying_to_a_new_place(void **state)
{
    (void)state;
    take_faults_back();
    for (size_t i = 0; i < 2; i++) {
        heap = HeapCreate(0, 0, maxima[i]);
        char *block = HeapAlloc(heap, 0, BLOCK_BYTES);
        void *neighbour = HeapAlloc(heap, 0, BLOCK_BYTES);
        memset(block, 7, BLOCK_BYTES);
        protect(block + 2 * PAGE, PAGE_READWRITE | PAGE_GUARD);
        assert_int_equal(code_of(move, block), STATUS_GUARD_PAGE_VIOLATION);
        assert_unlocked_and_sound();
        assert_int_equal(HeapSize(heap, 0, block), BLOCK_BYTES);
        assert_int_equal(block[BLOCK_BYTES - 1], 7);
        protect(block + 2 * PAGE, PAGE_NOACCESS);
        char *moved = result_with(move, block, block + 2 * PAGE);
        assert_ptr_not_equal(moved, block);
        for (size_t k = 0; k < BLOCK_BYTES; k++) {
            assert_int_equal(moved[k], 7);
        }
        assert_false(HeapValidate(heap, 0, block));
        assert_true(HeapValidate(heap, 0, neighbour));
        assert_unlocked_and_sound();
        assert_true(HeapDestroy(heap));
    }
}

static void zeroing_what_a_block_grows_by(void **state)
{
    (void)state;
    take_faults_back();
    for (size_t i = 0; i < 2; i++) {
        heap = HeapCreate(0, 0, maxima[i]);
        char *block = HeapAlloc(heap, 0, BLOCK_BYTES);
        memset(block, 7, BLOCK_BYTES);
        assert_ptr_equal(HeapReAlloc(heap, 0, block, PAGE), block);
        protect(block + 3 * PAGE, PAGE_READONLY);
        assert_int_equal(code_of(grow_where_it_is, block), STATUS_ACCESS_VIOLATION);
        assert_unlocked_and_sound();
        assert_true(HeapValidate(heap, 0, block));
        assert_ptr_equal(HeapReAlloc(heap, 0, block, PAGE), block);
        assert_ptr_equal(result_with(grow_where_it_is, block, block + 3 * PAGE), block);
        for (size_t k = 0; k < BLOCK_BYTES; k++) {
            assert_int_equal(block[k], k < PAGE ? 7 : 0);
        }
        assert_unlocked_and_sound();
        assert_true(HeapDestroy(heap));
    }
}

static char *moving;

static LONG CALLBACK free_and_continue(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    protect(protected_page, PAGE_READWRITE);
    assert_true(HeapFree(heap, 0, moving));
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* The client's mistake: somebody frees a block while it is being moved. */
static void a_block_that_is_freed_while_it_is_moved_has_no_new_place(void **state)
{
    (void)state;
    take_faults_back();
    heap = HeapCreate(0, 0, 0);
    moving = HeapAlloc(heap, 0, BLOCK_BYTES);
    assert_non_null(HeapAlloc(heap, 0, BLOCK_BYTES));
    protected_page = moving + 2 * PAGE;
    protect(protected_page, PAGE_NOACCESS);
    PVOID handler = AddVectoredExceptionHandler(1, free_and_continue);
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    SetLastError(0);
    assert_null(move(moving));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(RemoveVectoredExceptionHandler(handler), 1);
    assert_unlocked_and_sound();
    assert_true(HeapSummary(heap, 0, &summary));
    assert_int_equal(summary.cbAllocated, BLOCK_BYTES);
    assert_true(HeapDestroy(heap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeroing_a_new_block),
        cmocka_unit_test(copying_to_a_new_place),
        cmocka_unit_test(zeroing_what_a_block_grows_by),
        cmocka_unit_test(a_block_that_is_freed_while_it_is_moved_has_no_new_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
