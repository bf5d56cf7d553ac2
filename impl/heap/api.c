/* The documented functions for blocks and for the lock of a heap.
 * Source: the heapapi.h pages of Microsoft Learn. Exceptions are raised, and the bytes of blocks
 * touched, after the lock is released, since whoever takes an exception may not come back. */
#include "impl/base/assert.h"
#include "impl/base/client_error.h"
#include "impl/base/exception.h"
#include "impl/base/thread.h"
#include "impl/heap/heap.h"
#include "impl/include/winmem.h"

#include <stdatomic.h>
#include <string.h>

/* Lack of memory: NULL with an error, or an exception; if that is continued, NULL all the same. */
static LPVOID no_memory(DWORD flags, size_t bytes)
{
    wm_fail(ERROR_NOT_ENOUGH_MEMORY);
    if ((flags & HEAP_GENERATE_EXCEPTIONS) != 0) {
        ULONG_PTR information = bytes;
        RaiseException(STATUS_NO_MEMORY, 0, 1, &information);
    }
    return NULL;
}

/* A wrong argument of a function that may not answer NULL: "STATUS_ACCESS_VIOLATION: the allocation
 * attempt failed because of heap corruption or improper function parameters". */
static LPVOID wrong_argument(DWORD flags, const void *argument)
{
    if ((flags & HEAP_GENERATE_EXCEPTIONS) != 0) {
        ULONG_PTR information[] = {EXCEPTION_READ_FAULT, (ULONG_PTR)argument};
        RaiseException(STATUS_ACCESS_VIOLATION, 0, 2, information);
    }
    return NULL;
}

static void report(enum wm_block_finding finding)
{
    switch (finding) {
    case WM_BLOCK_LIVE:
        break;
    case WM_BLOCK_ALREADY_FREE:
        wm_client_error_already_free();
        break;
    case WM_BLOCK_UNKNOWN:
        wm_client_error_not_a_block();
        break;
    }
}

LPVOID WINAPI HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return wrong_argument(dwFlags, hHeap);
    }
    bool is_zero;
    bool entered = wm_heap_enter(heap, dwFlags);
    void *pointer = wm_block_allocate(heap, dwBytes, &is_zero);
    WM_VALIDATE(wm_heap_is_sound(heap));
    wm_heap_exit(heap, entered);
    if (pointer == NULL) {
        return no_memory(heap->options | dwFlags, dwBytes);
    }
    if ((dwFlags & HEAP_ZERO_MEMORY) != 0 && !is_zero) {
        memset(pointer, 0, dwBytes);
    }
    return pointer;
}

/* What HeapReAlloc has decided with the heap locked. */
struct resizing {
    enum wm_block_finding finding;
    size_t old_bytes;
    void *moved;       /* a new block that the old one has to be copied to, or NULL */
    bool done;         /* in place */
    size_t clean_from; /* where nothing has to be zeroed any more */
};

static struct resizing begin_resize(struct wm_heap *heap, DWORD flags, const void *pointer,
                                    size_t bytes)
{
    struct resizing resizing = {.clean_from = bytes};
    struct wm_block block;
    bool is_zero = false;
    bool entered = wm_heap_enter(heap, flags);
    resizing.finding = wm_block_find(heap, pointer, &block);
    if (resizing.finding == WM_BLOCK_LIVE) {
        resizing.old_bytes = wm_block_size(&block);
        resizing.done = wm_block_resize(heap, &block, bytes, &resizing.clean_from);
        if (!resizing.done && (flags & HEAP_REALLOC_IN_PLACE_ONLY) == 0) {
            resizing.moved = wm_block_allocate(heap, bytes, &is_zero);
            resizing.clean_from = is_zero ? 0 : bytes;
        }
    }
    WM_VALIDATE(wm_heap_is_sound(heap));
    wm_heap_exit(heap, entered);
    return resizing;
}

static enum wm_block_finding free_block(struct wm_heap *heap, DWORD flags, const void *pointer)
{
    struct wm_block block;
    bool entered = wm_heap_enter(heap, flags);
    enum wm_block_finding finding = wm_block_find(heap, pointer, &block);
    if (finding == WM_BLOCK_LIVE) {
        wm_block_free(heap, &block);
    }
    WM_VALIDATE(wm_heap_is_sound(heap));
    wm_heap_exit(heap, entered);
    return finding;
}

/* The old block goes once its bytes are in the new one. Where somebody else has freed it in
 * between, which is that client's mistake, the new one goes. */
static void *finish_move(struct wm_heap *heap, DWORD flags, const void *pointer, size_t bytes,
                         struct resizing *resizing)
{
    memcpy(resizing->moved, pointer, resizing->old_bytes < bytes ? resizing->old_bytes : bytes);
    resizing->finding = free_block(heap, flags, pointer);
    if (resizing->finding == WM_BLOCK_LIVE) {
        return resizing->moved;
    }
    (void)free_block(heap, flags, resizing->moved);
    return NULL;
}

LPVOID WINAPI HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return wrong_argument(dwFlags, hHeap);
    }
    if (lpMem == NULL) {
        return NULL;
    }
    struct resizing resizing = begin_resize(heap, dwFlags, lpMem, dwBytes);
    void *pointer = resizing.done ? lpMem : NULL;
    if (resizing.moved != NULL) {
        pointer = finish_move(heap, dwFlags, lpMem, dwBytes, &resizing);
    }
    if (resizing.finding != WM_BLOCK_LIVE) {
        report(resizing.finding);
        return wrong_argument(heap->options | dwFlags, lpMem);
    }
    if (pointer == NULL) {
        return no_memory(heap->options | dwFlags, dwBytes);
    }
    if ((dwFlags & HEAP_ZERO_MEMORY) != 0 && resizing.clean_from > resizing.old_bytes) {
        memset((char *)pointer + resizing.old_bytes, 0, resizing.clean_from - resizing.old_bytes);
    }
    return pointer;
}

BOOL WINAPI HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    if (lpMem == NULL) {
        return TRUE;
    }
    enum wm_block_finding finding = free_block(heap, dwFlags, lpMem);
    report(finding);
    return finding == WM_BLOCK_LIVE;
}

SIZE_T WINAPI HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
    DWORD error = wm_thread.last_error; /* "does not set the last error" */
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    SIZE_T size = (SIZE_T)-1;
    if (heap != NULL) {
        struct wm_block block;
        bool entered = wm_heap_enter(heap, dwFlags);
        enum wm_block_finding finding = wm_block_find(heap, lpMem, &block);
        if (finding == WM_BLOCK_LIVE) {
            size = wm_block_size(&block);
        }
        wm_heap_exit(heap, entered);
        report(finding);
    }
    wm_thread.last_error = error;
    return size;
}

BOOL WINAPI HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
    struct wm_heap *heap = wm_heap_find(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    struct wm_block block;
    bool entered = wm_heap_enter(heap, dwFlags);
    bool valid = lpMem == NULL ? wm_heap_is_sound(heap)
                               : wm_block_find(heap, lpMem, &block) == WM_BLOCK_LIVE;
    wm_heap_exit(heap, entered);
    return valid ? TRUE : FALSE;
}

BOOL WINAPI HeapLock(HANDLE hHeap)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    if ((heap->options & HEAP_NO_SERIALIZE) == 0) { /* or it says TRUE and is not locked */
        wm_lock_take(&heap->lock);
        atomic_store_explicit(&heap->held_by_client, true, memory_order_release);
    }
    return TRUE;
}

BOOL WINAPI HeapUnlock(HANDLE hHeap)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    if ((heap->options & HEAP_NO_SERIALIZE) != 0) {
        return TRUE;
    }
    if (!wm_lock_is_mine(&heap->lock)) {
        return wm_fail(ERROR_NOT_OWNER);
    }
    if (heap->lock.depth == 1) {
        wm_lock_take(&heap->nested); /* a fork may be relying on the lock */
        atomic_store_explicit(&heap->held_by_client, false, memory_order_release);
        wm_lock_release(&heap->nested);
    }
    wm_lock_release(&heap->lock);
    return TRUE;
}

BOOL WINAPI HeapWalk(HANDLE hHeap, LPPROCESS_HEAP_ENTRY lpEntry)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    if (lpEntry == NULL) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    PROCESS_HEAP_ENTRY entry = {.lpData = lpEntry->lpData, .iRegionIndex = lpEntry->iRegionIndex};
    bool entered = wm_heap_enter(heap, 0);
    DWORD error = wm_heap_walk(heap, &entry);
    wm_heap_exit(heap, entered);
    if (error != NO_ERROR) {
        return wm_fail(error);
    }
    *lpEntry = entry;
    return TRUE;
}
