/* The documented functions for blocks and for the lock of a heap.
 * Source: the heapapi.h pages of Microsoft Learn. Exceptions are raised after the lock is released,
 * since whoever takes them may not come back. */
#include "impl/base/assert.h"
#include "impl/base/client_error.h"
#include "impl/base/exception.h"
#include "impl/base/thread.h"
#include "impl/heap/heap.h"
#include "impl/include/winmem.h"

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
    bool entered = wm_heap_enter(heap, dwFlags);
    void *pointer = wm_block_allocate(heap, dwBytes, (dwFlags & HEAP_ZERO_MEMORY) != 0);
    WM_VALIDATE(wm_heap_is_sound(heap));
    wm_heap_exit(heap, entered);
    if (pointer == NULL) {
        return no_memory(heap->options | dwFlags, dwBytes);
    }
    return pointer;
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
    struct wm_block block;
    void *pointer = NULL;
    bool entered = wm_heap_enter(heap, dwFlags);
    enum wm_block_finding finding = wm_block_find(heap, lpMem, &block);
    if (finding == WM_BLOCK_LIVE) {
        pointer = wm_block_resize(heap, &block, lpMem, dwBytes, (dwFlags & HEAP_ZERO_MEMORY) != 0,
                                  (dwFlags & HEAP_REALLOC_IN_PLACE_ONLY) != 0);
    }
    WM_VALIDATE(wm_heap_is_sound(heap));
    wm_heap_exit(heap, entered);
    if (finding != WM_BLOCK_LIVE) {
        report(finding);
        return wrong_argument(heap->options | dwFlags, lpMem);
    }
    if (pointer == NULL) {
        return no_memory(heap->options | dwFlags, dwBytes);
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
    struct wm_block block;
    bool freed = false;
    bool entered = wm_heap_enter(heap, dwFlags);
    enum wm_block_finding finding = wm_block_find(heap, lpMem, &block);
    if (finding == WM_BLOCK_LIVE) {
        freed = wm_block_free(heap, &block);
    }
    WM_VALIDATE(wm_heap_is_sound(heap));
    wm_heap_exit(heap, entered);
    if (finding != WM_BLOCK_LIVE) {
        report(finding);
        return FALSE;
    }
    return freed ? TRUE : wm_fail(ERROR_NOT_ENOUGH_MEMORY);
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
    (void)wm_heap_enter(heap, 0); /* a heap that cannot be locked says TRUE and is not */
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
    PROCESS_HEAP_ENTRY entry = {.lpData = lpEntry->lpData};
    bool entered = wm_heap_enter(heap, 0);
    DWORD error = wm_heap_walk(heap, &entry);
    wm_heap_exit(heap, entered);
    if (error != NO_ERROR) {
        return wm_fail(error);
    }
    *lpEntry = entry;
    return TRUE;
}
