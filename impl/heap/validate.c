/* The invariants of heap.h, checked one by one. O(n). Nothing outside the heap's own structures is
 * read, so a client's stray writes cannot make this fault or lie. */
#include "impl/base/assert.h"
#include "impl/heap/heap.h"

struct census {
    size_t allocated;
    size_t committed;
    size_t chunk_count;
    size_t free_count;
    size_t open_slab_count;
};

/* Most slots of most slabs are such, so they are looked at without a branch for each. */
static bool never_used_are_free(const struct wm_slab *slab)
{
    uint16_t all = WM_SLOT_FREE;
    for (unsigned i = slab->fresh; i < slab->slot_count; i++) {
        all &= slab->states[i];
    }
    return all == WM_SLOT_FREE;
}

static bool slab_is_sound(const struct wm_heap *heap, const struct wm_slab *slab,
                          struct census *census)
{
    if (slab->fresh > slab->slot_count || !never_used_are_free(slab)) {
        return false;
    }
    unsigned free_count = (unsigned)slab->slot_count - slab->fresh;
    for (unsigned i = 0; i < slab->fresh; i++) {
        uint16_t state = slab->states[i];
        if ((state & WM_SLOT_FREE) != 0) {
            free_count++;
        } else if (state > slab->slot_bytes) {
            return false;
        } else {
            census->allocated += state;
        }
    }
    if (free_count != slab->free_count) {
        return false;
    }
    if (free_count == 0) {
        return true;
    }
    census->open_slab_count++;
    const struct wm_slab *on_list = heap->slabs[slab->size_class];
    return slab->previous != NULL ? slab->previous->next == slab : on_list == slab;
}

static bool chunk_is_sound(const struct wm_heap *heap, const struct wm_segment *segment,
                           const struct wm_chunk *chunk, struct census *census)
{
    if (chunk->segment != segment || chunk->bytes == 0 || chunk->bytes % WM_BLOCK_ALIGNMENT != 0 ||
        wm_index_find(heap, chunk->start) != chunk ||
        (chunk->next != NULL ? chunk->next->previous : segment->last) != chunk) {
        return false;
    }
    census->chunk_count++;
    switch (chunk->kind) {
    case WM_CHUNK_HEAD:
        return chunk == segment->head && chunk->start == segment->base;
    case WM_CHUNK_BUSY:
        census->allocated += chunk->requested;
        return chunk->requested <= chunk->bytes;
    case WM_CHUNK_FREE:
        census->free_count++;
        return chunk->next == NULL || chunk->next->kind != WM_CHUNK_FREE;
    case WM_CHUNK_UNCOMMITTED:
        return chunk->next == NULL && chunk->start == segment->committed_end;
    case WM_CHUNK_SLAB:
        return !heap->fixed && chunk->as.slab->chunk == chunk &&
               slab_is_sound(heap, chunk->as.slab, census);
    case WM_CHUNK_LARGE:
        return false;
    }
    return false;
}

static bool segment_is_sound(const struct wm_heap *heap, const struct wm_segment *segment,
                             struct census *census)
{
    uintptr_t expected = segment->base;
    census->committed += segment->committed_end - segment->base;
    for (const struct wm_chunk *chunk = segment->head; chunk != NULL; chunk = chunk->next) {
        if (chunk->start != expected || !chunk_is_sound(heap, segment, chunk, census)) {
            return false;
        }
        expected += chunk->bytes;
    }
    return expected == segment->end;
}

static bool large_are_sound(const struct wm_heap *heap, struct census *census)
{
    if (!wm_tree_is_sound(&heap->large_blocks)) {
        return false;
    }
    struct wm_tree_node *node = wm_tree_first(&heap->large_blocks);
    for (; node != NULL; node = wm_tree_next(node)) {
        const struct wm_chunk *chunk = WM_TREE_ENTRY(node, struct wm_chunk, as.node);
        if (heap->fixed || chunk->kind != WM_CHUNK_LARGE || chunk->requested > chunk->bytes ||
            chunk->bytes > chunk->reserved || wm_index_find(heap, chunk->start) != chunk) {
            return false;
        }
        census->allocated += chunk->requested;
        census->committed += chunk->bytes;
        census->chunk_count++;
    }
    return true;
}

#define BINS_PER_WORD 64u
_Static_assert(WM_BIN_COUNT % BINS_PER_WORD == 0, "every bit has a bin");

static bool bin_is_sound(const struct wm_heap *heap, unsigned bin, bool is_filled, size_t count_max,
                         size_t *count)
{
    const struct wm_chunk *chunk = heap->bins[bin];
    if ((chunk != NULL) != is_filled) {
        return false;
    }
    for (; chunk != NULL && *count <= count_max; chunk = chunk->as.bin.bin_next) {
        if (chunk->kind != WM_CHUNK_FREE || wm_free_index_bin(chunk->bytes) != bin) {
            return false;
        }
        (*count)++;
    }
    return true;
}

/* Most words are empty, so their bins are looked at without a branch for each. */
static bool bins_are_empty(struct wm_chunk *const *bins)
{
    uintptr_t any = 0;
    for (unsigned i = 0; i < BINS_PER_WORD; i++) {
        any |= (uintptr_t)bins[i];
    }
    return any == 0;
}

static bool free_index_is_sound(const struct wm_heap *heap, const struct census *census)
{
    size_t count = 0;
    for (unsigned first = 0; first < WM_BIN_COUNT; first += BINS_PER_WORD) {
        uint64_t filled = heap->bins_filled[first / BINS_PER_WORD];
        if (filled == 0) {
            if (!bins_are_empty(&heap->bins[first])) {
                return false;
            }
            continue;
        }
        for (unsigned i = 0; i < BINS_PER_WORD; i++) {
            if (!bin_is_sound(heap, first + i, (filled >> i & 1) != 0, census->free_count,
                              &count)) {
                return false;
            }
        }
    }
    return count == census->free_count;
}

static bool slab_lists_are_sound(const struct wm_heap *heap, const struct census *census)
{
    size_t count = 0;
    for (unsigned i = 0; i < WM_SIZE_CLASS_COUNT; i++) {
        const struct wm_slab *slab = heap->slabs[i];
        for (; slab != NULL && count <= census->open_slab_count; slab = slab->next) {
            if (slab->size_class != i || slab->free_count == 0) {
                return false;
            }
            count++;
        }
    }
    return count == census->open_slab_count;
}

bool wm_heap_is_sound(const struct wm_heap *heap)
{
    struct census census = {.allocated = 0};
    const struct wm_segment *segment = heap->first_segment;
    if (segment == NULL || (heap->fixed && segment->next != NULL)) {
        return false;
    }
    for (; segment != NULL; segment = segment->next) {
        if (!segment_is_sound(heap, segment, &census)) {
            return false;
        }
    }
    return large_are_sound(heap, &census) && free_index_is_sound(heap, &census) &&
           slab_lists_are_sound(heap, &census) && census.allocated == heap->allocated_bytes &&
           census.committed == heap->committed_bytes &&
           census.chunk_count == heap->index.chunk_count;
}
