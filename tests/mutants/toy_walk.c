/* HeapWalk.
 *
 * A walk keeps nothing but the client's entry: the next element follows from lpData and wFlags of
 * the one before. Segments come first, each as its REGION entry, its blocks and gaps by address and
 * its uncommitted rest, then the large blocks by address, each a region of its own. */
#include "tests/mutants/toy_heap.h"

#include <string.h>

/* A DWORD cannot tell sizes of 4 GB and more; 0 stands for "not available". */
static DWORD as_dword(size_t size)
{
    return size <= UINT32_MAX ? (DWORD)size : 0;
}

static void clear_entry(PPROCESS_HEAP_ENTRY entry, uintptr_t address, size_t region, WORD flags)
{
    memset(entry, 0, sizeof *entry);
    entry->lpData = to_pointer(address);
    entry->iRegionIndex = (BYTE)region;
    entry->wFlags = flags;
}

/* --- Entries ------------------------------------------------------------------------------ */

static void spoil_region(PPROCESS_HEAP_ENTRY entry)
{
    LPVOID first = entry->Region.lpFirstBlock;
    if (mutant(walk_swaps_the_bounds_of_a_region)) {
        entry->Region.lpFirstBlock = entry->Region.lpLastBlock;
        entry->Region.lpLastBlock = first;
    } else if (mutant(walk_ends_a_region_before_its_blocks)) {
        entry->Region.lpLastBlock = first;
    } else if (mutant(walk_calls_a_region_moveable)) {
        entry->wFlags |= PROCESS_HEAP_ENTRY_MOVEABLE;
    } else if (mutant(walk_calls_a_region_uncommitted)) {
        entry->wFlags |= PROCESS_HEAP_UNCOMMITTED_RANGE;
    } else if (mutant(walk_gives_a_region_behind_its_handle)) {
        entry->lpData = (char *)entry->lpData + BLOCK_UNIT;
    }
}

static bool give_region(const struct heap *heap, size_t index, PPROCESS_HEAP_ENTRY entry)
{
    const struct segment *segment = &heap->segments[index];
    clear_entry(entry, segment->base, index, PROCESS_HEAP_REGION);
    entry->cbData = as_dword(segment->reserved);
    entry->Region.dwCommittedSize = as_dword(segment->committed);
    entry->Region.dwUnCommittedSize = as_dword(segment->reserved - segment->committed);
    entry->Region.lpFirstBlock = to_pointer(store_first_place(segment));
    entry->Region.lpLastBlock = to_pointer(segment->base + segment->reserved);
    spoil_region(entry);
    return true;
}

static void spoil_busy(const struct block *block, bool is_last, PPROCESS_HEAP_ENTRY entry)
{
    if (mutant(walk_reports_half_the_size)) {
        entry->cbData /= 2;
    } else if (mutant(walk_reports_sizes_that_overlap)) {
        entry->cbData = (DWORD)(block->extent + BLOCK_UNIT);
    } else if (mutant(walk_sets_an_undocumented_flag)) {
        entry->wFlags |= PROCESS_HEAP_SEG_ALLOC;
    } else if (mutant(walk_calls_a_heap_block_moveable)) {
        entry->wFlags |= PROCESS_HEAP_ENTRY_MOVEABLE;
    } else if (mutant(walk_calls_the_last_block_free) && is_last) {
        entry->wFlags = 0;
    } else if (mutant(walk_puts_large_blocks_into_the_first_region) && block->large) {
        entry->iRegionIndex = 0;
    }
}

static bool give_block(const struct heap *heap, const struct block *block, size_t region,
                       PPROCESS_HEAP_ENTRY entry)
{
    clear_entry(entry, block->address, region, PROCESS_HEAP_ENTRY_BUSY);
    entry->cbData = (DWORD)block->size;
    entry->cbOverhead = (BYTE)smaller(block->extent - block->size, UINT8_MAX);
    spoil_busy(block, block == &heap->blocks[heap->block_count - 1], entry);
    return true;
}

static bool give_gap(const struct heap *heap, size_t index, uintptr_t address,
                     PPROCESS_HEAP_ENTRY entry)
{
    clear_entry(entry, address, index, 0);
    entry->cbData = as_dword(store_gap_end(heap, &heap->segments[index], address) - address);
    if (mutant(walk_calls_gaps_busy)) {
        entry->wFlags = PROCESS_HEAP_ENTRY_BUSY;
    }
    return true;
}

static bool give_uncommitted(const struct heap *heap, size_t index, PPROCESS_HEAP_ENTRY entry)
{
    const struct segment *segment = &heap->segments[index];
    uintptr_t address = segment->base + segment->committed;
    uintptr_t end = segment->base + segment->reserved;
    if (mutant(walk_gives_an_uncommitted_range_off_its_page)) {
        address += BLOCK_UNIT;
    } else if (mutant(walk_calls_a_committed_page_uncommitted)) {
        address -= TOY_PAGE;
    }
    const DWORD whole_pages = 0xFFFFF000; /* the field has no room for more */
    clear_entry(entry, address, index, PROCESS_HEAP_UNCOMMITTED_RANGE);
    entry->cbData = end - address <= UINT32_MAX ? (DWORD)(end - address) : whole_pages;
    if (mutant(walk_calls_the_uncommitted_range_a_region)) {
        entry->wFlags = PROCESS_HEAP_REGION;
        entry->Region.lpFirstBlock = to_pointer(end);
        entry->Region.lpLastBlock = to_pointer(end);
    }
    return true;
}

/* --- From one element to the next --------------------------------------------------------- */

/* The first large block from index `from` on, or the end of the walk. */
static bool give_large(const struct heap *heap, size_t from, PPROCESS_HEAP_ENTRY entry)
{
    size_t region = heap->segment_count;
    for (size_t i = 0; i < heap->block_count; i++) {
        if (heap->blocks[i].large && i >= from) {
            return give_block(heap, &heap->blocks[i], region, entry);
        }
        region += heap->blocks[i].large;
    }
    return heap_fail(heap, mutant(walk_ends_with_another_error) ? ERROR_INVALID_PARAMETER
                                                                : ERROR_NO_MORE_ITEMS);
}

static bool give_at(const struct heap *heap, size_t index, uintptr_t address,
                    PPROCESS_HEAP_ENTRY entry);

/* What comes first of a segment; one mutant gives the REGION entry last. */
static bool give_start(const struct heap *heap, size_t index, PPROCESS_HEAP_ENTRY entry)
{
    if (index >= heap->segment_count) {
        return give_large(heap, 0, entry);
    }
    if (mutant(walk_gives_a_region_after_its_blocks)) {
        return give_at(heap, index, store_first_place(&heap->segments[index]), entry);
    }
    return give_region(heap, index, entry);
}

static bool give_after_region(const struct heap *heap, size_t index, PPROCESS_HEAP_ENTRY entry)
{
    if (mutant(walk_repeats_an_element) && entry->cbOverhead == 0) {
        entry->cbOverhead = 1;
        return true;
    }
    if (mutant(walk_gives_a_region_after_its_blocks)) {
        return give_start(heap, index + 1, entry);
    }
    return give_at(heap, index, store_first_place(&heap->segments[index]), entry);
}

static bool give_after_segment(const struct heap *heap, size_t index, PPROCESS_HEAP_ENTRY entry)
{
    return mutant(walk_gives_a_region_after_its_blocks) ? give_region(heap, index, entry)
                                                        : give_start(heap, index + 1, entry);
}

/* What begins at this address of a segment. */
static bool give_at(const struct heap *heap, size_t index, uintptr_t address,
                    PPROCESS_HEAP_ENTRY entry)
{
    const struct segment *segment = &heap->segments[index];
    const struct block *block = store_find(heap, address);
    if (block != NULL && mutant(walk_leaves_out_the_last_block) &&
        block == &heap->blocks[heap->block_count - 1]) {
        return give_at(heap, index, address + block->extent, entry);
    }
    if (address >= segment->base + segment->committed) {
        return segment->committed < segment->reserved ? give_uncommitted(heap, index, entry)
                                                      : give_after_segment(heap, index, entry);
    }
    return block != NULL ? give_block(heap, block, index, entry)
                         : give_gap(heap, index, address, entry);
}

/* What follows the block or gap at this address of a segment. */
static bool give_behind(const struct heap *heap, size_t index, uintptr_t address,
                        PPROCESS_HEAP_ENTRY entry)
{
    const struct block *block = store_find(heap, address);
    return give_at(heap, index,
                   block == NULL ? store_gap_end(heap, &heap->segments[index], address)
                                 : block->address + block->extent,
                   entry);
}

static bool step(const struct heap *heap, PPROCESS_HEAP_ENTRY entry)
{
    uintptr_t address = to_address(entry->lpData);
    const struct segment *segment = store_segment(heap, address);
    if (segment == NULL) {
        const struct block *block = store_find(heap, address);
        return block == NULL ? toy_fail(ERROR_INVALID_PARAMETER)
                             : give_large(heap, (size_t)(block - heap->blocks) + 1, entry);
    }
    size_t index = (size_t)(segment - heap->segments);
    if ((entry->wFlags & PROCESS_HEAP_REGION) != 0 &&
        mutant(walk_calls_the_uncommitted_range_a_region) && address > segment->base) {
        return give_after_segment(heap, index, entry);
    }
    if ((entry->wFlags & PROCESS_HEAP_REGION) != 0) {
        return give_after_region(heap, index, entry);
    }
    if ((entry->wFlags & PROCESS_HEAP_UNCOMMITTED_RANGE) != 0) {
        return give_after_segment(heap, index, entry);
    }
    return give_behind(heap, index, address, entry);
}

/* --- The call ----------------------------------------------------------------------------- */

static bool walk(struct heap *heap, PPROCESS_HEAP_ENTRY entry)
{
    if (entry->lpData == NULL) {
        bool is_again = heap->is_walked;
        heap->is_walked = true;
        if (mutant(walk_does_not_begin)) {
            return toy_fail(ERROR_INVALID_PARAMETER);
        }
        return mutant(walk_begins_again_behind_the_first_element) && is_again
                   ? give_after_region(heap, 0, entry)
                   : give_start(heap, 0, entry);
    }
    if (mutant(walk_keeps_its_place_in_the_heap)) {
        *entry = heap->place;
    }
    return step(heap, entry);
}

BOOL HeapWalk(HANDLE hHeap, LPPROCESS_HEAP_ENTRY lpEntry)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL || lpEntry == NULL) {
        return toy_fail(heap == NULL ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER);
    }
    heap_enter(heap);
    BOOL is_given = walk(heap, lpEntry);
    heap->place = *lpEntry;
    if (!is_given && mutant(walk_drops_a_block) && heap->block_count > 0) {
        store_remove(heap, &heap->blocks[heap->block_count - 1]);
    }
    heap_leave(heap);
    return is_given;
}
