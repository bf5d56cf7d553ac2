/* HeapWalk: from the entry a client holds to the next one, with no other memory of where it is.
 *
 * A chunk is one entry, a slab one per block and per stretch of free slots. HEAD shows as the
 * REGION entry of its segment. Segments come in the order of their creation, then large blocks by
 * address. Each step is a lookup by address, so a walk costs the same as looking at every block
 * once.
 *
 * Regions are numbered as the walk meets them: the entry that the client holds says how far it has
 * counted. So the first 255 regions of any walk differ, whatever came and went before it; those
 * after them share the last number that a byte has.
 * (heap_walk.region_entry.index_is_unique, heap_walk.large_block.is_a_region_of_its_own)
 */
#include "impl/heap/heap.h"

#define DWORD_SIZE_MAX ((size_t)0xFFFFFFFF)
#define REGION_INDEX_MAX 0xFF

static DWORD as_dword(size_t bytes)
{
    return bytes > DWORD_SIZE_MAX ? (DWORD)DWORD_SIZE_MAX : (DWORD)bytes;
}

/* What is not committed is whole pages, also where the field has no room for all of them. */
static DWORD as_pages(size_t bytes)
{
    return bytes > DWORD_SIZE_MAX ? (DWORD)(DWORD_SIZE_MAX - WINMEM_PAGE_SIZE + 1) : (DWORD)bytes;
}

static BYTE as_overhead(size_t bytes)
{
    return bytes > 0xFF ? 0xFF : (BYTE)bytes;
}

static BYTE next_region(BYTE region)
{
    return region == REGION_INDEX_MAX ? region : (BYTE)(region + 1);
}

static void describe_region(const struct wm_chunk *head, PROCESS_HEAP_ENTRY *entry)
{
    const struct wm_segment *segment = head->segment;
    entry->wFlags = PROCESS_HEAP_REGION;
    entry->cbData = as_dword(segment->end - segment->base);
    entry->Region.dwCommittedSize = as_dword(segment->committed_end - segment->base);
    entry->Region.dwUnCommittedSize = as_pages(segment->end - segment->committed_end);
    entry->Region.lpFirstBlock = (LPVOID)head->next->start;
    entry->Region.lpLastBlock = (LPVOID)segment->end;
}

/* The data size of a block above 4 GiB is cut to its low 32 bits, as the field has no more. */
static void describe_busy(size_t requested, size_t bytes, PROCESS_HEAP_ENTRY *entry)
{
    entry->wFlags = PROCESS_HEAP_ENTRY_BUSY;
    entry->cbData = (DWORD)requested;
    entry->cbOverhead = as_overhead(bytes - requested);
}

/* Where the free slots from `slot` on end. Those that were never used are all free. */
static unsigned free_slots_end(const struct wm_slab *slab, unsigned slot)
{
    while (slot < slab->fresh && (slab->states[slot] & WM_SLOT_FREE) != 0) {
        slot++;
    }
    return slot < slab->fresh ? slot : slab->slot_count;
}

static DWORD describe_slot(const struct wm_slab *slab, unsigned slot, BYTE region,
                           PROCESS_HEAP_ENTRY *entry)
{
    *entry = (PROCESS_HEAP_ENTRY){.lpData =
                                      (PVOID)(slab->chunk->start + (size_t)slot * slab->slot_bytes),
                                  .iRegionIndex = region};
    uint16_t state = slab->states[slot];
    if ((state & WM_SLOT_FREE) == 0) {
        describe_busy(state, slab->slot_bytes, entry);
        return NO_ERROR;
    }
    entry->cbData = as_dword((size_t)(free_slots_end(slab, slot) - slot) * slab->slot_bytes);
    return NO_ERROR;
}

static DWORD describe(const struct wm_chunk *chunk, BYTE region, PROCESS_HEAP_ENTRY *entry)
{
    if (chunk->kind == WM_CHUNK_SLAB) {
        return describe_slot(chunk->as.slab, 0, region, entry);
    }
    *entry = (PROCESS_HEAP_ENTRY){.lpData = (PVOID)chunk->start, .iRegionIndex = region};
    switch (chunk->kind) {
    case WM_CHUNK_HEAD:
        describe_region(chunk, entry);
        break;
    case WM_CHUNK_BUSY:
    case WM_CHUNK_LARGE:
        describe_busy(chunk->requested, chunk->bytes, entry);
        break;
    case WM_CHUNK_UNCOMMITTED:
        entry->wFlags = PROCESS_HEAP_UNCOMMITTED_RANGE;
        entry->cbData = as_pages(chunk->bytes);
        break;
    case WM_CHUNK_FREE:
    case WM_CHUNK_SLAB:
        entry->cbData = as_dword(chunk->bytes);
        break;
    }
    return NO_ERROR;
}

static DWORD describe_large(struct wm_tree_node *node, BYTE region, PROCESS_HEAP_ENTRY *entry)
{
    if (node == NULL) {
        return ERROR_NO_MORE_ITEMS;
    }
    return describe(WM_TREE_ENTRY(node, struct wm_chunk, as.node), region, entry);
}

static DWORD after_chunk(const struct wm_heap *heap, const struct wm_chunk *chunk,
                         PROCESS_HEAP_ENTRY *entry)
{
    BYTE region = entry->iRegionIndex;
    if (chunk->kind == WM_CHUNK_LARGE) {
        return describe_large(wm_tree_next(&chunk->as.node), next_region(region), entry);
    }
    if (chunk->next != NULL) {
        return describe(chunk->next, region, entry);
    }
    if (chunk->segment->next != NULL) {
        return describe(chunk->segment->next->head, next_region(region), entry);
    }
    return describe_large(wm_tree_first(&heap->large_blocks), next_region(region), entry);
}

static DWORD after_slot(const struct wm_heap *heap, const struct wm_chunk *chunk, uintptr_t address,
                        PROCESS_HEAP_ENTRY *entry)
{
    const struct wm_slab *slab = chunk->as.slab;
    int found = wm_slab_slot(slab, address);
    if (found < 0) {
        return ERROR_INVALID_PARAMETER;
    }
    unsigned slot = (unsigned)found;
    bool was_free = (slab->states[slot] & WM_SLOT_FREE) != 0;
    slot = was_free ? free_slots_end(slab, slot) : slot + 1;
    if (slot < slab->slot_count) {
        return describe_slot(slab, slot, entry->iRegionIndex, entry);
    }
    return after_chunk(heap, chunk, entry);
}

DWORD wm_heap_walk(const struct wm_heap *heap, PROCESS_HEAP_ENTRY *entry)
{
    uintptr_t address = (uintptr_t)entry->lpData;
    if (address == 0) {
        return describe(heap->first_segment->head, 0, entry);
    }
    const struct wm_chunk *slab = wm_index_find(heap, address & ~(uintptr_t)(WM_SLAB_BYTES - 1));
    if (slab != NULL && slab->kind == WM_CHUNK_SLAB) {
        return after_slot(heap, slab, address, entry);
    }
    const struct wm_chunk *chunk = wm_index_find(heap, address);
    return chunk != NULL ? after_chunk(heap, chunk, entry) : ERROR_INVALID_PARAMETER;
}
