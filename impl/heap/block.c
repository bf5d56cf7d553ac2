/* Blocks, whatever they are made of: a slot of a slab, a chunk, or a region of their own. */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/heap/heap.h"

static size_t chunk_bytes_for(size_t bytes)
{
    return bytes == 0 ? WM_BLOCK_ALIGNMENT
                      : wm_round_down(bytes + WM_BLOCK_ALIGNMENT - 1, WM_BLOCK_ALIGNMENT);
}

static enum wm_block_finding find_slot(struct wm_chunk *chunk, uintptr_t address,
                                       struct wm_block *block)
{
    int slot = wm_slab_slot(chunk->as.slab, address);
    if (slot < 0) {
        return WM_BLOCK_UNKNOWN;
    }
    if ((chunk->as.slab->states[slot] & WM_SLOT_FREE) != 0) {
        return slot < chunk->as.slab->fresh ? WM_BLOCK_ALREADY_FREE : WM_BLOCK_UNKNOWN;
    }
    block->chunk = chunk;
    block->slot = (unsigned)slot;
    return WM_BLOCK_LIVE;
}

enum wm_block_finding wm_block_find(const struct wm_heap *heap, const void *pointer,
                                    struct wm_block *block)
{
    uintptr_t address = (uintptr_t)pointer;
    if (!heap->fixed) {
        struct wm_chunk *slab = wm_index_find(heap, wm_round_down(address, WM_SLAB_BYTES));
        if (slab != NULL && slab->kind == WM_CHUNK_SLAB) {
            return find_slot(slab, address, block);
        }
    }
    struct wm_chunk *chunk = wm_index_find(heap, address);
    if (chunk == NULL) {
        return WM_BLOCK_UNKNOWN;
    }
    switch (chunk->kind) {
    case WM_CHUNK_BUSY:
    case WM_CHUNK_LARGE:
        block->chunk = chunk;
        block->slot = 0;
        return WM_BLOCK_LIVE;
    case WM_CHUNK_FREE:
        return WM_BLOCK_ALREADY_FREE;
    case WM_CHUNK_HEAD:
    case WM_CHUNK_UNCOMMITTED:
    case WM_CHUNK_SLAB:
        return WM_BLOCK_UNKNOWN;
    }
    return WM_BLOCK_UNKNOWN;
}

size_t wm_block_size(const struct wm_block *block)
{
    if (block->chunk->kind == WM_CHUNK_SLAB) {
        return block->chunk->as.slab->states[block->slot];
    }
    return block->chunk->requested;
}

/* Only `bytes` below every limit get here, so roundings cannot wrap. */
static void *allocate_chunk(struct wm_heap *heap, size_t bytes)
{
    struct wm_chunk *chunk = wm_chunk_allocate(heap, chunk_bytes_for(bytes), WM_BLOCK_ALIGNMENT);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->requested = bytes;
    return (void *)chunk->start;
}

void *wm_block_allocate(struct wm_heap *heap, size_t bytes, bool *is_zero)
{
    void *pointer = NULL;
    *is_zero = false;
    if (heap->fixed) {
        if (bytes < WM_FIXED_HEAP_LIMIT) {
            pointer = allocate_chunk(heap, bytes);
        }
    } else if (bytes >= WM_LARGE_BYTES_MIN) {
        struct wm_chunk *chunk = wm_large_allocate(heap, bytes);
        if (chunk != NULL) {
            chunk->requested = bytes;
            pointer = (void *)chunk->start;
            *is_zero = true;
        }
    } else {
        if (bytes <= WM_SLAB_BLOCK_BYTES_MAX) {
            pointer = wm_slab_allocate(heap, bytes);
        }
        if (pointer == NULL) { /* too big for a slab, or no room for a new one */
            pointer = allocate_chunk(heap, bytes);
        }
    }
    if (pointer == NULL) {
        return NULL;
    }
    heap->allocated_bytes += bytes;
    return pointer;
}

void wm_block_free(struct wm_heap *heap, const struct wm_block *block)
{
    size_t bytes = wm_block_size(block);
    struct wm_chunk *chunk = block->chunk;
    if (chunk->kind == WM_CHUNK_SLAB) {
        wm_slab_free(heap, chunk->as.slab, block->slot);
    } else if (chunk->kind == WM_CHUNK_BUSY) {
        wm_chunk_free(heap, chunk);
    } else {
        wm_large_free(heap, chunk);
    }
    heap->allocated_bytes -= bytes;
}

static bool resize_chunk(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes)
{
    size_t limit = heap->fixed ? WM_FIXED_HEAP_LIMIT : WM_LARGE_BYTES_MIN;
    return bytes < limit && wm_chunk_resize(heap, chunk, chunk_bytes_for(bytes));
}

/* Without moving. Stores in *clean_from where memory starts that the system has just zeroed. */
static bool resize_in_place(struct wm_heap *heap, const struct wm_block *block, size_t bytes,
                            size_t *clean_from)
{
    struct wm_chunk *chunk = block->chunk;
    *clean_from = bytes;
    if (chunk->kind == WM_CHUNK_SLAB) {
        struct wm_slab *slab = chunk->as.slab;
        if (bytes > slab->slot_bytes) {
            return false;
        }
        slab->states[block->slot] = (uint16_t)bytes;
        return true;
    }
    if (chunk->kind == WM_CHUNK_LARGE) {
        size_t committed = chunk->bytes;
        if (!wm_large_resize(heap, chunk, bytes)) {
            return false;
        }
        *clean_from = committed < bytes ? committed : bytes;
    } else if (!resize_chunk(heap, chunk, bytes)) {
        return false;
    }
    chunk->requested = bytes;
    return true;
}

bool wm_block_resize(struct wm_heap *heap, const struct wm_block *block, size_t bytes,
                     size_t *clean_from)
{
    size_t old_bytes = wm_block_size(block);
    if (!resize_in_place(heap, block, bytes, clean_from)) {
        return false;
    }
    heap->allocated_bytes = heap->allocated_bytes - old_bytes + bytes;
    return true;
}
