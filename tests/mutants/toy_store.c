/* Where the blocks of a heap are: first fit in its segments, or pages of their own. */
#define _GNU_SOURCE /* mmap and its flags */

#include "tests/mutants/toy_heap.h"
#include "tests/mutants/toy_virtual.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t extent_of(size_t size)
{
    size_t unit = mutant(heap_alloc_aligns_to_eight) ? BLOCK_UNIT / 2 : BLOCK_UNIT;
    if (mutant(blocks_overlap)) {
        size /= 2;
    }
    if (mutant(zero_byte_blocks_share_an_address) && size == 0) {
        return 0;
    }
    return round_up(size == 0 ? 1 : size, unit);
}

static int native_protection(const struct heap *heap)
{
    bool executable = (heap->options & HEAP_CREATE_ENABLE_EXECUTE) != 0;
    if (mutant(executable_heap_is_not_executable)) {
        executable = false;
    }
    if (mutant(heap_blocks_are_executable)) {
        executable = true;
    }
    return PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
}

void spoil_block(const struct heap *heap, size_t index)
{
    if (index < heap->block_count && heap->blocks[index].size > 0) {
        spoil(heap->blocks[index].address);
    }
}

/* --- Segments ----------------------------------------------------------------------------- */

static bool commit_up_to(const struct heap *heap, struct segment *segment, size_t committed)
{
    if (committed <= segment->committed) {
        return true;
    }
    if (mprotect(to_pointer(segment->base), committed, native_protection(heap)) != 0) {
        return false;
    }
    segment->committed = committed;
    return true;
}

static struct segment *add_segment(struct heap *heap, size_t committed, size_t reserved)
{
    struct segment *longer =
        realloc(heap->segments, (heap->segment_count + 1) * sizeof heap->segments[0]);
    if (longer == NULL) {
        return NULL;
    }
    heap->segments = longer;
    void *base =
        mmap(NULL, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return NULL;
    }
    struct segment *segment = &heap->segments[heap->segment_count];
    *segment = (struct segment){to_address(base), 0, reserved};
    if (!commit_up_to(heap, segment, committed)) {
        (void)munmap(base, reserved);
        return NULL;
    }
    heap->segment_count++;
    return segment;
}

bool store_open(struct heap *heap, size_t committed, size_t reserved)
{
    return add_segment(heap, committed, reserved) != NULL;
}

void store_close(struct heap *heap)
{
    for (size_t i = 0; i < heap->block_count; i++) {
        if (heap->blocks[i].large) {
            (void)munmap(to_pointer(heap->blocks[i].address), heap->blocks[i].extent);
        }
    }
    for (size_t i = 0; i < heap->segment_count; i++) {
        (void)munmap(to_pointer(heap->segments[i].base), heap->segments[i].reserved);
    }
    free(heap->blocks);
    free(heap->segments);
}

struct segment *store_segment(const struct heap *heap, uintptr_t address)
{
    for (size_t i = 0; i < heap->segment_count; i++) {
        struct segment *segment = &heap->segments[i];
        if (address >= segment->base && address - segment->base < segment->reserved) {
            return segment;
        }
    }
    return NULL;
}

/* --- The list of blocks ------------------------------------------------------------------- */

size_t store_index(const struct heap *heap, uintptr_t address)
{
    size_t low = 0;
    size_t high = heap->block_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (heap->blocks[middle].address < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct block *store_find(const struct heap *heap, uintptr_t address)
{
    size_t index = store_index(heap, address);
    if (index < heap->block_count && heap->blocks[index].address == address) {
        return &heap->blocks[index];
    }
    return NULL;
}

uintptr_t store_gap_end(const struct heap *heap, const struct segment *segment, uintptr_t address)
{
    uintptr_t end = segment->base + segment->committed;
    size_t index = store_index(heap, address);
    if (index < heap->block_count && heap->blocks[index].address < end) {
        return heap->blocks[index].address;
    }
    return end;
}

static bool make_room_in_list(struct heap *heap)
{
    if (heap->block_count < heap->block_capacity) {
        return true;
    }
    size_t capacity = heap->block_capacity == 0 ? 16 : heap->block_capacity * 2;
    struct block *longer = realloc(heap->blocks, capacity * sizeof heap->blocks[0]);
    if (longer == NULL) {
        return false;
    }
    heap->blocks = longer;
    heap->block_capacity = capacity;
    return true;
}

/* The list has room for one more. */
static struct block *insert(struct heap *heap, const struct block *block)
{
    size_t index = store_index(heap, block->address);
    memmove(&heap->blocks[index + 1], &heap->blocks[index],
            (heap->block_count - index) * sizeof heap->blocks[0]);
    heap->blocks[index] = *block;
    heap->block_count++;
    return &heap->blocks[index];
}

void store_remove(struct heap *heap, struct block *block)
{
    if (block->large) {
        (void)munmap(to_pointer(block->address), block->extent);
    }
    size_t index = (size_t)(block - heap->blocks);
    memmove(block, block + 1, (heap->block_count - index - 1) * sizeof heap->blocks[0]);
    heap->block_count--;
}

/* --- Placing ------------------------------------------------------------------------------ */

uintptr_t store_first_place(const struct segment *segment)
{
    return segment->base + SEGMENT_HEADER + (mutant(heap_alloc_aligns_to_eight) ? 8 : 0);
}

/* The first place in the segment with `extent` free bytes, or 0. What is not committed counts as
 * free. */
static uintptr_t first_fit(const struct heap *heap, const struct segment *segment, size_t extent)
{
    uintptr_t place = store_first_place(segment);
    uintptr_t end = segment->base + segment->reserved;
    for (size_t i = store_index(heap, place);
         i < heap->block_count && heap->blocks[i].address < end; i++) {
        if (heap->blocks[i].address - place >= extent) {
            return place;
        }
        place = heap->blocks[i].address + heap->blocks[i].extent;
    }
    return end >= place && end - place >= extent ? place : 0;
}

static uintptr_t place_in_segment(struct heap *heap, struct segment *segment, size_t extent)
{
    uintptr_t place = first_fit(heap, segment, extent);
    if (place == 0) {
        return 0;
    }
    size_t needed = round_up(place + extent - segment->base, TOY_PAGE);
    return commit_up_to(heap, segment, needed) ? place : 0;
}

static bool may_add_segment(const struct heap *heap)
{
    if (mutant(growable_heap_ends_with_its_initial_size)) {
        return heap == heaps;
    }
    return heap->maximum == 0 || mutant(fixed_heap_grows_beyond_its_maximum);
}

static uintptr_t place_small(struct heap *heap, size_t extent)
{
    for (size_t i = 0; i < heap->segment_count; i++) {
        uintptr_t place = place_in_segment(heap, &heap->segments[i], extent);
        if (place != 0) {
            return place;
        }
    }
    if (!may_add_segment(heap)) {
        return 0;
    }
    struct segment *added = add_segment(heap, TOY_PAGE, SEGMENT_BYTES);
    return added == NULL ? 0 : place_in_segment(heap, added, extent);
}

static uintptr_t place_large(const struct heap *heap, size_t extent)
{
    if (mutant(block_lies_in_a_reserved_region)) {
        uintptr_t borrowed = borrow_region(extent);
        if (borrowed != 0) {
            return borrowed;
        }
    }
    void *place = mmap(NULL, extent, native_protection(heap),
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED) {
        return 0;
    }
    if (mutant(block_ends_in_an_inaccessible_page)) {
        (void)mprotect((char *)place + extent - TOY_PAGE, TOY_PAGE, PROT_NONE);
    }
    return to_address(place);
}

static bool has_own_pages(const struct heap *heap, size_t size)
{
    if (mutant(block_lies_in_a_reserved_region) || mutant(block_ends_in_an_inaccessible_page)) {
        return size > 0;
    }
    return heap->maximum == 0 && size >= LARGE_BYTES;
}

struct block *store_place(struct heap *heap, size_t size)
{
    if (size > TOY_BYTES_MAX || !make_room_in_list(heap)) {
        return NULL;
    }
    struct block block = {0};
    block.size = size;
    block.first_size = size;
    block.largest_size = size;
    block.thread = pthread_self();
    block.large = has_own_pages(heap, size);
    block.extent = block.large ? round_up(size, TOY_PAGE) : extent_of(size);
    block.address = block.large ? place_large(heap, block.extent) : place_small(heap, block.extent);
    return block.address == 0 ? NULL : insert(heap, &block);
}

/* Bytes that the block can have where it is. */
static size_t extent_within_reach(struct heap *heap, const struct block *block)
{
    if (block->large) {
        return block->extent;
    }
    const struct segment *segment = store_segment(heap, block->address);
    uintptr_t end = segment->base + segment->reserved;
    size_t next = store_index(heap, block->address + 1);
    if (next < heap->block_count && heap->blocks[next].address < end) {
        end = heap->blocks[next].address;
    }
    return end - block->address;
}

bool store_resize(struct heap *heap, struct block *block, size_t size)
{
    if (size > TOY_BYTES_MAX) {
        return false;
    }
    size_t extent = block->large ? block->extent : extent_of(size);
    if (extent > extent_within_reach(heap, block) || (block->large && size > extent)) {
        return false;
    }
    if (!block->large) {
        struct segment *segment = store_segment(heap, block->address);
        size_t needed = round_up(block->address + extent - segment->base, TOY_PAGE);
        if (!commit_up_to(heap, segment, needed)) {
            return false;
        }
    }
    block->extent = extent;
    block->size = size;
    return true;
}
