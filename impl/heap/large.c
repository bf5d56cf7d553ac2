/* Large blocks: a region of their own each, committed in granules, given back when freed.
 *
 * `bytes` of the chunk is what is committed, a multiple of the granule; the reservation may be
 * larger after a shrink, so that the block can grow into it again. A region that the system does
 * not take back when its block is freed is kept aside and offered again when the next one is.
 */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/heap/heap.h"
#include "impl/vm/vm.h"

struct wm_chunk *wm_large_allocate(struct wm_heap *heap, size_t bytes)
{
    uintptr_t committed;
    if (!wm_round_up(bytes, WM_OS_GRANULE_BYTES, &committed)) {
        return NULL;
    }
    struct wm_chunk *chunk = wm_pool_take(&heap->pool, sizeof *chunk);
    if (chunk == NULL) {
        return NULL;
    }
    uintptr_t base = 0;
    if (wm_vm_reserve(&base, committed, committed, heap->protection) != NO_ERROR) {
        wm_pool_give(&heap->pool, chunk, sizeof *chunk);
        return NULL;
    }
    chunk->start = base;
    chunk->bytes = committed;
    chunk->reserved = committed;
    chunk->kind = WM_CHUNK_LARGE;
    wm_tree_insert(&heap->large_blocks, &chunk->as.node, base);
    wm_index_insert(heap, chunk);
    heap->reserved_bytes += committed;
    heap->committed_bytes += committed;
    return chunk;
}

bool wm_large_release_kept(struct wm_heap *heap, bool is_destroyed)
{
    struct wm_chunk *chunk;
    while ((chunk = heap->kept_regions) != NULL) {
        DWORD error = is_destroyed ? wm_vm_retire(chunk->start) : wm_vm_release(chunk->start);
        if (error != NO_ERROR) {
            return false;
        }
        heap->kept_regions = chunk->next;
        wm_pool_give(&heap->pool, chunk, sizeof *chunk);
    }
    return true;
}

void wm_large_free(struct wm_heap *heap, struct wm_chunk *chunk)
{
    WM_ASSERT(chunk->kind == WM_CHUNK_LARGE);
    heap->reserved_bytes -= chunk->reserved;
    heap->committed_bytes -= chunk->bytes;
    wm_tree_remove(&heap->large_blocks, &chunk->as.node);
    wm_index_remove(heap, chunk);
    chunk->next = heap->kept_regions;
    heap->kept_regions = chunk;
    (void)wm_large_release_kept(heap, false);
}

bool wm_large_resize(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes)
{
    uintptr_t committed;
    if (!wm_round_up(bytes == 0 ? 1 : bytes, WM_OS_GRANULE_BYTES, &committed)) {
        return false;
    }
    if (committed > chunk->reserved) {
        return false; /* what lies behind belongs to somebody else */
    }
    uintptr_t start = chunk->start;
    if (committed > chunk->bytes) {
        if (wm_vm_commit(start + chunk->bytes, start + committed, heap->protection) != NO_ERROR) {
            return false;
        }
    } else if (committed < chunk->bytes) {
        if (wm_vm_decommit(start + committed, start + chunk->bytes) != NO_ERROR) {
            return true; /* the pages stay with the block */
        }
    }
    heap->committed_bytes = heap->committed_bytes - chunk->bytes + committed;
    chunk->bytes = committed;
    return true;
}
