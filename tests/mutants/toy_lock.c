/* HeapLock and HeapUnlock: the lock that every heap function takes, held from call to call. */
#include "tests/mutants/toy_heap.h"

static BOOL lock_heap(struct heap *heap)
{
    if (mutant(heap_lock_locks_nothing)) {
        return TRUE;
    }
    if (!heap_try_enter(heap)) {
        if (mutant(heap_lock_has_two_owners)) {
            return TRUE;
        }
        heap_enter(heap);
    }
    if (mutant(heap_lock_does_not_nest) && heap->lock_count > 0) {
        heap_leave(heap);
        return toy_fail(ERROR_BUSY);
    }
    heap->lock_count++;
    return TRUE;
}

BOOL HeapLock(HANDLE hHeap)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL || mutant(heap_lock_is_refused)) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    return lock_heap(heap);
}

static bool unlock_heap(struct heap *heap)
{
    if (!heap_try_enter(heap)) {
        return false; /* another thread is in the heap or owns it */
    }
    bool is_owned = heap->lock_count > 0;
    if (is_owned) {
        heap->lock_count--;
    }
    if (is_owned && !mutant(heap_unlock_keeps_the_lock)) {
        heap_leave(heap);
    }
    while (mutant(first_heap_unlock_releases_all) && heap->lock_count > 0) {
        heap->lock_count--;
        heap_leave(heap);
    }
    heap_leave(heap);
    return is_owned;
}

BOOL HeapUnlock(HANDLE hHeap)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    bool is_unlocked = unlock_heap(heap);
    if (mutant(heap_unlock_returns_false)) {
        return toy_fail(ERROR_NOT_OWNER);
    }
    /* Where a mutant has granted a lock that it did not take, there is none to give back. */
    bool is_pretended = mutant(heap_lock_locks_nothing) || mutant(heap_lock_has_two_owners) ||
                        mutant(first_heap_unlock_releases_all);
    return is_unlocked || is_pretended ? TRUE : toy_fail(ERROR_NOT_OWNER);
}
