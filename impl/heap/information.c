/* The documented functions that ask about a heap, or tell it something.
 * Source: the heapapi.h pages of Microsoft Learn. */
#include "impl/base/assert.h"
#include "impl/base/client_error.h"
#include "impl/base/thread.h"
#include "impl/heap/heap.h"
#include "impl/include/winmem.h"
#include "impl/vm/vm.h"

#include <string.h>

#define COMPATIBILITY_STANDARD 0u
#define COMPATIBILITY_LOOK_ASIDE 1u
#define COMPATIBILITY_LOW_FRAGMENTATION 2u

#define USER_BYTES (WM_OS_ADDRESS_MAX + 1 - WM_OS_ADDRESS_MIN)

SIZE_T WINAPI HeapCompact(HANDLE hHeap, DWORD dwFlags)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return 0;
    }
    bool entered = wm_heap_enter(heap, dwFlags);
    size_t largest = wm_free_index_largest(heap);
    for (unsigned i = WM_SIZE_CLASS_COUNT; i-- != 0;) {
        if (heap->slabs[i] != NULL) {
            size_t slot_bytes = heap->slabs[i]->slot_bytes;
            largest = slot_bytes > largest ? slot_bytes : largest;
            break;
        }
    }
    wm_heap_exit(heap, entered);
    if (largest == 0) {
        wm_fail(NO_ERROR);
    }
    return largest;
}

BOOL WINAPI HeapSummary(HANDLE hHeap, DWORD dwFlags, LPHEAP_SUMMARY lpSummary)
{
    struct wm_heap *heap = wm_heap_find_or_report(hHeap);
    if (heap == NULL) {
        return FALSE;
    }
    if (dwFlags != 0 || lpSummary == NULL || lpSummary->cb != sizeof *lpSummary) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    bool entered = wm_heap_enter(heap, 0);
    summary.cbAllocated = heap->allocated_bytes;
    summary.cbCommitted = heap->committed_bytes;
    summary.cbReserved = heap->reserved_bytes;
    summary.cbMaxReserve = heap->fixed ? heap->bytes_max : USER_BYTES;
    wm_heap_exit(heap, entered);
    *lpSummary = summary;
    return TRUE;
}

/* Slabs are what the low-fragmentation heap is: on from the start wherever it is allowed. */
static ULONG compatibility_of(const struct wm_heap *heap)
{
    bool plain = !heap->fixed && (heap->options & HEAP_NO_SERIALIZE) == 0;
    return plain ? COMPATIBILITY_LOW_FRAGMENTATION : COMPATIBILITY_STANDARD;
}

BOOL WINAPI HeapQueryInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                                 PVOID HeapInformation, SIZE_T HeapInformationLength,
                                 PSIZE_T ReturnLength)
{
    const struct wm_heap *heap = wm_heap_find_or_report(HeapHandle);
    if (heap == NULL) {
        return FALSE;
    }
    if (HeapInformationClass != HeapCompatibilityInformation) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    ULONG value = compatibility_of(heap);
    if (ReturnLength != NULL) {
        *ReturnLength = sizeof value;
    }
    if (HeapInformationLength < sizeof value) {
        return wm_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    if (HeapInformation == NULL) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    memcpy(HeapInformation, &value, sizeof value); /* the buffer need not be aligned */
    return TRUE;
}

static BOOL set_compatibility(HANDLE handle, const void *information, size_t length)
{
    const struct wm_heap *heap = wm_heap_find_or_report(handle);
    if (heap == NULL) {
        return FALSE;
    }
    ULONG value;
    if (length < sizeof value) {
        return wm_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    if (information == NULL) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    memcpy(&value, information, sizeof value);
    if (value > COMPATIBILITY_LOW_FRAGMENTATION) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    return value == compatibility_of(heap) ? TRUE : wm_fail(ERROR_GEN_FAILURE);
}

static void optimize(struct wm_heap *heap)
{
    wm_slab_trim(heap);
    wm_segment_trim(heap);
    (void)wm_large_release_kept(heap, false);
    WM_VALIDATE(wm_heap_is_sound(heap));
}

/* A heap that is not serialized belongs to whoever is using it, and one that is locked may belong
 * to a thread that waits for the registry: both are left alone when nobody named them. */
static void optimize_if_idle(struct wm_heap *heap)
{
    if (wm_heap_try_enter(heap)) {
        optimize(heap);
        wm_heap_exit(heap, true);
    }
}

static BOOL optimize_resources(HANDLE handle, const void *information, size_t length)
{
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request;
    if (information == NULL) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    if (length < sizeof request) {
        return wm_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    memcpy(&request, information, sizeof request);
    if (request.Version != HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    if (handle == NULL) {
        wm_heap_visit_all(optimize_if_idle);
        wm_vm_drop_spares();
        return TRUE;
    }
    struct wm_heap *heap = wm_heap_find_or_report(handle);
    if (heap == NULL) {
        return FALSE;
    }
    bool entered = wm_heap_enter(heap, 0);
    optimize(heap);
    wm_heap_exit(heap, entered);
    return TRUE;
}

BOOL WINAPI HeapSetInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                               PVOID HeapInformation, SIZE_T HeapInformationLength)
{
    switch (HeapInformationClass) {
    case HeapCompatibilityInformation:
        return set_compatibility(HeapHandle, HeapInformation, HeapInformationLength);
    case HeapEnableTerminationOnCorruption:
        if (HeapInformation != NULL || HeapInformationLength != 0) {
            return wm_fail(ERROR_INVALID_PARAMETER);
        }
        wm_client_terminate_on_error();
        return TRUE;
    case HeapOptimizeResources:
        return optimize_resources(HeapHandle, HeapInformation, HeapInformationLength);
    }
    return wm_fail(ERROR_INVALID_PARAMETER);
}
