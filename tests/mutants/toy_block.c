/* The blocks of a heap: HeapAlloc, HeapReAlloc, HeapFree, HeapSize, HeapValidate. */
#include "tests/mutants/toy_heap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Requests that cannot be met ---------------------------------------------------------- */

/* HeapAlloc and HeapReAlloc fail alike, but each has mutants of its own. */
struct failure {
    DWORD error;
    DWORD exception;
    bool raises;
};

static struct failure failure_of(const struct heap *heap, DWORD flags)
{
    struct failure failure = {ERROR_NOT_ENOUGH_MEMORY, STATUS_NO_MEMORY, false};
    failure.raises = ((heap->options | flags) & HEAP_GENERATE_EXCEPTIONS) != 0;
    if (mutant(call_flags_replace_the_creation_options) && flags != 0) {
        failure.raises = (flags & HEAP_GENERATE_EXCEPTIONS) != 0;
    }
    return failure;
}

static LPVOID fail_with(const struct failure *failure, size_t size)
{
    (void)toy_fail(failure->error);
    if (failure->raises) {
        toy_raise(failure->exception, size);
    }
    return NULL;
}

static void spoil_other_blocks(const struct heap *heap, const struct block *block)
{
    for (size_t i = 0; i < heap->block_count; i++) {
        if (&heap->blocks[i] != block) {
            spoil_block(heap, i);
        }
    }
}

/* --- HeapAlloc ---------------------------------------------------------------------------- */

static LPVOID fail_to_allocate(const struct heap *heap, DWORD flags, size_t size)
{
    struct failure failure = failure_of(heap, flags);
    if (mutant(heap_alloc_raises_unasked)) {
        failure.raises = true;
    } else if (mutant(heap_alloc_raises_an_undocumented_exception)) {
        failure.raises = true;
        failure.exception = STATUS_INVALID_PARAMETER;
    } else if (mutant(heap_alloc_ignores_its_exception_flag)) {
        failure.raises = (heap->options & HEAP_GENERATE_EXCEPTIONS) != 0;
    } else if (mutant(heap_alloc_ignores_the_creation_option)) {
        failure.raises = (flags & HEAP_GENERATE_EXCEPTIONS) != 0;
    } else if (mutant(heap_alloc_raises_an_access_violation)) {
        failure.exception = STATUS_ACCESS_VIOLATION;
    } else if (mutant(heap_alloc_sets_another_error)) {
        failure.error = ERROR_INVALID_PARAMETER;
    }
    return fail_with(&failure, size);
}

/* The requests that mutants refuse. */
static bool is_refused(const struct heap *heap, DWORD flags, size_t size)
{
    size_t requested = heap_requested(heap);
    bool is_fixed = heap->maximum != 0;
    return (mutant(heap_alloc_needs_a_flag) && flags == 0) ||
           (mutant(heap_alloc_refuses_zero_bytes) && size == 0) ||
           (mutant(process_heap_refuses_small_blocks) && heap == heaps && size <= 0x1000) ||
           (mutant(process_heap_ends_with_a_megabyte) && heap == heaps &&
            requested + size > SEGMENT_BYTES) ||
           (mutant(growable_heap_refuses_large_blocks) && !is_fixed && size >= FIXED_HEAP_LIMIT) ||
           (mutant(initial_size_is_not_assured) && heap->initial_size >= 0x10000 &&
            requested + size > heap->initial_size / 4) ||
           (mutant(fixed_heap_refuses_half_its_limit) && is_fixed &&
            size >= FIXED_HEAP_LIMIT / 2) ||
           (mutant(fixed_heap_refuses_the_size_just_freed) && is_fixed &&
            size == heap->freed_size) ||
           (mutant(emptied_fixed_heap_stays_empty) && is_fixed && heap->block_count == 0 &&
            heap->freed_size != SIZE_MAX);
}

/* A fixed heap has a limit, whatever its maximum is. */
static bool exceeds_the_limit(const struct heap *heap, size_t size)
{
    return heap->maximum != 0 && size >= FIXED_HEAP_LIMIT;
}

/* Pages of their own are zero already, and touching them would cost their whole size. */
static void zero_block(const struct block *block, DWORD flags)
{
    if ((flags & HEAP_ZERO_MEMORY) == 0) {
        return;
    }
    if (mutant(zero_memory_is_lost_beside_another_flag) && flags != HEAP_ZERO_MEMORY) {
        if (block->size > 0) {
            spoil(block->address);
        }
        return;
    }
    if (!block->large) {
        memset(to_pointer(block->address), 0, smaller(block->size, block->extent));
    }
    if (mutant(zero_memory_misses_the_last_byte) && block->size > 0) {
        spoil(block->address + smaller(block->size, block->extent) - 1);
    }
}

/* A block of another thread that a mutant hands out again, or NULL. */
static const struct block *block_of_another_thread(const struct heap *heap, size_t size)
{
    for (size_t i = 0; i < heap->block_count; i++) {
        const struct block *block = &heap->blocks[i];
        if (!pthread_equal(block->thread, pthread_self()) && block->extent >= size) {
            return block;
        }
    }
    return NULL;
}

static LPVOID allocate(struct heap *heap, DWORD flags, size_t size)
{
    if (mutant(heap_alloc_cuts_sizes_to_32_bits)) {
        size = (DWORD)size;
    }
    while (mutant(lock_owner_waits_for_itself) && heap->lock_count > 0) {
        (void)pause();
    }
    if (is_refused(heap, flags, size) ||
        (exceeds_the_limit(heap, size) && !mutant(heap_alloc_has_no_limit_on_a_fixed_heap))) {
        return NULL;
    }
    if (mutant(heap_alloc_wraps_huge_sizes) && size >= IMPOSSIBLE_BYTES) {
        size = 1;
    }
    if (mutant(block_of_another_thread_is_handed_out_again)) {
        const struct block *other = block_of_another_thread(heap, size);
        if (other != NULL) {
            return to_pointer(other->address);
        }
    }
    const struct block *block = store_place(heap, size);
    if (block == NULL) {
        return NULL;
    }
    zero_block(block, flags);
    if (mutant(heap_alloc_damages_the_block_before)) {
        spoil_block(heap, (size_t)(block - heap->blocks) - 1);
    }
    if (mutant(zero_memory_damages_other_blocks) && (flags & HEAP_ZERO_MEMORY) != 0) {
        spoil_other_blocks(heap, block);
    }
    return to_pointer(block->address);
}

LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        (void)toy_fail(ERROR_INVALID_HANDLE);
        return NULL;
    }
    heap_enter(heap);
    LPVOID result = allocate(heap, dwFlags, dwBytes);
    if (result == NULL && mutant(failing_heap_alloc_frees_a_block) && heap->block_count > 0) {
        store_remove(heap, &heap->blocks[0]);
    }
    heap_leave(heap);
    if (result == NULL) {
        return fail_to_allocate(heap, dwFlags, dwBytes);
    }
    if (mutant(heap_alloc_raises_on_success) && (dwFlags & HEAP_GENERATE_EXCEPTIONS) != 0) {
        toy_raise(STATUS_NO_MEMORY, dwBytes);
    }
    return result;
}

/* --- HeapReAlloc -------------------------------------------------------------------------- */

static LPVOID fail_to_reallocate(const struct heap *heap, DWORD flags, size_t size)
{
    struct failure failure = failure_of(heap, flags);
    if (mutant(heap_realloc_raises_unasked)) {
        failure.raises = true;
    } else if (mutant(heap_realloc_ignores_its_exception_flag)) {
        failure.raises = (heap->options & HEAP_GENERATE_EXCEPTIONS) != 0;
    } else if (mutant(heap_realloc_ignores_the_creation_option)) {
        failure.raises = (flags & HEAP_GENERATE_EXCEPTIONS) != 0;
    } else if (mutant(heap_realloc_raises_an_access_violation)) {
        failure.exception = STATUS_ACCESS_VIOLATION;
    } else if (mutant(heap_realloc_sets_another_error)) {
        failure.error = ERROR_INVALID_PARAMETER;
    }
    return fail_with(&failure, size);
}

/* Moves the block at `address` to a new place of `size` bytes; NULL where there is none. */
static struct block *move_block(struct heap *heap, uintptr_t address, size_t size)
{
    const struct block *added = store_place(heap, size);
    if (added == NULL) {
        return NULL;
    }
    uintptr_t place = added->address;
    struct block *old = store_find(heap, address); /* placing has moved the list */
    memcpy(to_pointer(place), to_pointer(address), smaller(old->size, size));
    if (!mutant(heap_realloc_keeps_the_old_block)) {
        store_remove(heap, old);
    }
    return store_find(heap, place);
}

static void zero_growth(const struct block *block, DWORD flags, size_t old_size, bool is_moved)
{
    char *bytes = to_pointer(block->address);
    if ((flags & HEAP_ZERO_MEMORY) == 0) {
        return;
    }
    if (mutant(heap_realloc_zeroes_the_old_content)) {
        memset(bytes, 0, smaller(old_size, block->size));
    }
    if (mutant(heap_realloc_zeroes_beyond_the_largest_size) && block->largest_size > old_size) {
        old_size = block->largest_size;
    }
    if (block->size <= old_size) {
        return;
    }
    if (mutant(growth_is_not_zeroed_beside_another_flag) && flags != HEAP_ZERO_MEMORY) {
        memset(bytes + old_size, 0xA5, block->size - old_size);
        return;
    }
    if (!block->large || !is_moved) { /* new pages are zero already */
        memset(bytes + old_size, 0, block->size - old_size);
    }
    if (mutant(heap_realloc_misses_the_last_byte_of_the_growth)) {
        spoil(block->address + block->size - 1);
    }
}

static void spoil_after_reallocation(const struct heap *heap, const struct block *block,
                                     size_t old_size)
{
    if (mutant(heap_realloc_loses_the_tail) && smaller(old_size, block->size) > 0) {
        spoil(block->address + smaller(old_size, block->size) - 1);
    }
    if (mutant(heap_realloc_damages_other_blocks)) {
        spoil_other_blocks(heap, block);
    }
}

static bool is_growth_refused(const struct heap *heap, size_t size)
{
    return (exceeds_the_limit(heap, size) && !mutant(heap_realloc_has_no_limit_on_a_fixed_heap)) ||
           (mutant(heap_realloc_refuses_large_blocks) && size >= FIXED_HEAP_LIMIT);
}

/* The resized block, or NULL where it cannot be done; the old one is then as it was. */
static struct block *resize(struct heap *heap, struct block *block, DWORD flags, size_t size)
{
    if (is_growth_refused(heap, size)) {
        return NULL;
    }
    bool may_move = (flags & HEAP_REALLOC_IN_PLACE_ONLY) == 0;
    if (mutant(in_place_only_moves_the_block) && !may_move) {
        return move_block(heap, block->address, size);
    }
    if (store_resize(heap, block, size)) {
        return block;
    }
    return may_move ? move_block(heap, block->address, size) : NULL;
}

/* What mutants do to a block that could not be resized. */
static void spoil_refused_block(struct heap *heap, struct block *block, DWORD flags)
{
    bool raises = failure_of(heap, flags).raises;
    if (mutant(refused_in_place_growth_halves_the_size) &&
        (flags & HEAP_REALLOC_IN_PLACE_ONLY) != 0) {
        block->size /= 2;
    }
    if ((mutant(failing_heap_realloc_frees_the_block) && !raises) ||
        (mutant(raising_heap_realloc_frees_the_block) && raises)) {
        store_remove(heap, block);
    }
}

static LPVOID reallocate(struct heap *heap, uintptr_t address, DWORD flags, size_t size)
{
    struct block old = *store_find(heap, address);
    if (mutant(heap_realloc_wraps_huge_sizes) && size >= IMPOSSIBLE_BYTES) {
        size = 1;
    }
    if (mutant(heap_realloc_to_nothing_frees) && size == 0) {
        store_remove(heap, store_find(heap, address));
        return NULL;
    }
    struct block *block = resize(heap, store_find(heap, address), flags, size);
    if (block == NULL) {
        spoil_refused_block(heap, store_find(heap, address), flags);
        return NULL;
    }
    block->thread = old.thread;
    block->is_reallocated = true;
    block->first_size = old.first_size;
    block->largest_size = old.largest_size;
    zero_growth(block, flags, old.size, block->address != address);
    block->largest_size = size > old.largest_size ? size : old.largest_size;
    spoil_after_reallocation(heap, block, old.size);
    return to_pointer(block->address);
}

LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes)
{
    struct heap *heap = heap_find(hHeap);
    if (heap != NULL && lpMem == NULL && mutant(heap_realloc_of_null_allocates)) {
        return HeapAlloc(hHeap, dwFlags & ~HEAP_REALLOC_IN_PLACE_ONLY, dwBytes);
    }
    if (heap == NULL || lpMem == NULL) {
        (void)toy_fail(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    heap_enter(heap);
    bool is_live = store_find(heap, to_address(lpMem)) != NULL;
    LPVOID result = is_live ? reallocate(heap, to_address(lpMem), dwFlags, dwBytes) : NULL;
    heap_leave(heap);
    if (!is_live) {
        (void)toy_fail(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return result == NULL ? fail_to_reallocate(heap, dwFlags, dwBytes) : result;
}

/* --- HeapFree ----------------------------------------------------------------------------- */

static bool is_kept(const struct block *block)
{
    return mutant(heap_free_fails) ||
           (mutant(heap_free_refuses_reallocated_blocks) && block->is_reallocated) ||
           (mutant(heap_free_refuses_blocks_of_other_threads) &&
            !pthread_equal(block->thread, pthread_self()));
}

static bool free_block(struct heap *heap, uintptr_t address)
{
    struct block *block = store_find(heap, address);
    if (block == NULL || is_kept(block)) {
        return false;
    }
    heap->freed_size = block->size;
    if (mutant(heap_free_damages_other_blocks)) {
        spoil_other_blocks(heap, block);
    }
    store_remove(heap, block);
    return true;
}

BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)
{
    (void)dwFlags;
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    if (mutant(heap_free_ends_the_process)) {
        _exit(1);
    }
    if (lpMem == NULL) {
        return mutant(heap_free_of_null_fails) ? toy_fail(ERROR_INVALID_PARAMETER) : TRUE;
    }
    heap_enter(heap);
    bool is_freed = free_block(heap, to_address(lpMem));
    heap_leave(heap);
    if (!is_freed) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    return mutant(heap_free_returns_two) ? 2 : TRUE;
}

/* --- HeapSize ----------------------------------------------------------------------------- */

static size_t size_of(const struct heap *heap, DWORD flags, struct block *block)
{
    bool is_unserialized = ((heap->options | flags) & HEAP_NO_SERIALIZE) != 0;
    if (mutant(heap_size_fails_unserialized) && is_unserialized) {
        return SIZE_MAX;
    }
    if (block->size == 0) {
        return mutant(heap_size_of_nothing_is_one) ? 1 : 0;
    }
    if ((mutant(heap_size_rounds_up) && !block->is_reallocated) ||
        (mutant(heap_size_rounds_up_large_blocks) && block->large)) {
        return block->extent;
    }
    if (mutant(heap_size_is_the_first_size) && block->is_reallocated) {
        return block->first_size;
    }
    return mutant(heap_size_shrinks_the_block) ? block->size-- : block->size;
}

SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        return (SIZE_T)-1;
    }
    heap_enter(heap);
    struct block *block = store_find(heap, to_address(lpMem));
    SIZE_T size = block == NULL ? (SIZE_T)-1 : size_of(heap, dwFlags, block);
    heap_leave(heap);
    if (mutant(heap_size_changes_the_last_error)) {
        SetLastError(ERROR_INVALID_PARAMETER);
    }
    return size;
}

/* --- HeapValidate ------------------------------------------------------------------------- */

/* Invariants 1 and 2 of the heap. */
static bool is_sound(const struct heap *heap)
{
    uintptr_t end = 0;
    for (size_t i = 0; i < heap->block_count; i++) {
        const struct block *block = &heap->blocks[i];
        if (block->address < end || block->size > block->extent) {
            return false;
        }
        end = block->address + block->extent;
        const struct segment *segment = store_segment(heap, block->address);
        if (block->large != (segment == NULL)) {
            return false;
        }
        if (segment != NULL && end > segment->base + segment->committed) {
            return false;
        }
    }
    return true;
}

static bool validate(struct heap *heap, uintptr_t address)
{
    if (mutant(heap_validate_drops_a_block) && heap->block_count > 0) {
        store_remove(heap, &heap->blocks[heap->block_count - 1]);
    }
    if (address == 0) {
        return is_sound(heap) && !mutant(heap_validate_calls_heaps_invalid) &&
               !(mutant(heap_used_by_two_threads_is_invalid) && heap->is_shared);
    }
    if (store_find(heap, address) == NULL) {
        return mutant(heap_validate_calls_freed_blocks_valid);
    }
    return !mutant(heap_validate_calls_live_blocks_invalid);
}

BOOL HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
    (void)dwFlags;
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    heap_enter(heap);
    BOOL valid = validate(heap, to_address(lpMem));
    heap_leave(heap);
    if (mutant(heap_validate_changes_the_last_error)) {
        SetLastError(valid ? NO_ERROR : ERROR_INVALID_PARAMETER);
    }
    if (!valid && mutant(generating_heap_raises_whatever_fails)) {
        (void)heap_fail(heap, ERROR_INVALID_PARAMETER);
    }
    return valid;
}
