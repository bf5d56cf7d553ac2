/* The beginning and the end of a heap. */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/heap/heap.h"
#include "impl/vm/vm.h"

#include <stdatomic.h>

/* What a growable heap reserves at first if it is not told more. */
#define FIRST_RESERVE_BYTES ((uintptr_t)0x40000)
#define KNOWN_OPTIONS (HEAP_NO_SERIALIZE | HEAP_GENERATE_EXCEPTIONS | HEAP_CREATE_ENABLE_EXECUTE)

bool wm_heap_open(struct wm_heap *heap, DWORD options, size_t initial, size_t maximum)
{
    heap->options = options & KNOWN_OPTIONS;
    heap->protection =
        (options & HEAP_CREATE_ENABLE_EXECUTE) != 0 ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    heap->fixed = maximum != 0;
    uintptr_t committed;
    uintptr_t reserved;
    if (!wm_round_up(initial == 0 ? 1 : initial, WM_OS_PAGE_BYTES, &committed)) {
        return false;
    }
    if (heap->fixed) {
        if (!wm_round_up(maximum, WM_OS_PAGE_BYTES, &reserved)) {
            return false;
        }
        committed = committed > reserved ? reserved : committed;
        heap->bytes_max = reserved;
    } else if (!wm_round_up(committed, WM_OS_GRANULE_BYTES, &reserved)) {
        return false;
    }
    if (!heap->fixed && reserved < FIRST_RESERVE_BYTES) {
        reserved = FIRST_RESERVE_BYTES;
    }
    if (reserved > WM_OS_ADDRESS_MAX || !wm_index_create(heap) ||
        wm_segment_create(heap, reserved, committed) != NO_ERROR) {
        return false;
    }
    WM_VALIDATE(wm_heap_is_sound(heap));
    return true;
}

/* Leaves a heap that can be closed again whenever it returns false. */
bool wm_heap_close(struct wm_heap *heap, bool keeps_pool)
{
    struct wm_tree_node *node;
    while ((node = heap->large_blocks.root) != NULL) {
        wm_large_free(heap, WM_TREE_ENTRY(node, struct wm_chunk, as.node));
    }
    if (!wm_large_release_kept(heap, true)) {
        return false;
    }
    while (heap->first_segment != NULL) {
        if (wm_vm_retire(heap->first_segment->base) != NO_ERROR) {
            return false;
        }
        heap->first_segment = heap->first_segment->next;
    }
    return wm_index_destroy(heap) &&
           (keeps_pool ? wm_pool_reset(&heap->pool) : wm_pool_destroy(&heap->pool));
}
