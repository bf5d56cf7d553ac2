/* Small blocks: slabs of equal slots, found by aligning the address down.
 *
 * A slot's whole truth is one 16-bit state apart from the block: in use with its exact requested
 * size, or free with the number of the next free slot. Slots that were never used are not linked;
 * they are handed out in order.
 */
#include "impl/base/assert.h"
#include "impl/heap/heap.h"

#include <string.h>

#define UNIT_BYTES WM_BLOCK_ALIGNMENT

_Static_assert(WM_SLAB_BLOCK_BYTES_MAX < WM_SLOT_FREE, "a requested size fits beside the flag");
_Static_assert(WM_SLAB_BYTES / WM_BLOCK_ALIGNMENT < WM_SLOT_NONE, "a slot number fits");
_Static_assert(WM_SLAB_BYTES / WM_BLOCK_ALIGNMENT * sizeof(uint16_t) <= WM_POOL_PIECE_BYTES_MAX,
               "the states of a slab are one piece of the pool");

/* Steps of 16 bytes up to 256, then four sizes per doubling: at most a fifth is wasted. */
static unsigned class_of(size_t bytes)
{
    unsigned units = bytes == 0 ? 1u : (unsigned)((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    if (units <= 16) {
        return units - 1;
    }
    unsigned top = 31u - (unsigned)__builtin_clz(units - 1);
    return 16u + (top - 4u) * 4u + (((units - 1u) >> (top - 2u)) & 3u);
}

static uint32_t class_bytes(unsigned size_class)
{
    if (size_class < 16) {
        return (uint32_t)((size_class + 1) * UNIT_BYTES);
    }
    unsigned top = 4 + (size_class - 16) / 4;
    /* Classes are few. NOLINTNEXTLINE(clang-analyzer-*) */
    return (uint32_t)(((5 + (size_class - 16) % 4) << (top - 2)) * UNIT_BYTES);
}

static void put_on_list(struct wm_heap *heap, struct wm_slab *slab)
{
    struct wm_slab *first = heap->slabs[slab->size_class];
    slab->previous = NULL;
    slab->next = first;
    if (first != NULL) {
        first->previous = slab;
    }
    heap->slabs[slab->size_class] = slab;
}

static void take_off_list(struct wm_heap *heap, struct wm_slab *slab)
{
    *(slab->previous != NULL ? &slab->previous->next : &heap->slabs[slab->size_class]) = slab->next;
    if (slab->next != NULL) {
        slab->next->previous = slab->previous;
    }
}

static size_t states_bytes(const struct wm_slab *slab)
{
    return slab->slot_count * sizeof(uint16_t);
}

static struct wm_slab *new_slab(struct wm_heap *heap, unsigned size_class)
{
    struct wm_slab *slab = wm_pool_take(&heap->pool, sizeof *slab);
    if (slab == NULL) {
        return NULL;
    }
    slab->size_class = size_class;
    slab->slot_bytes = class_bytes(size_class);
    slab->slot_reciprocal = (uint32_t)((((uint64_t)1 << 32) - 1) / slab->slot_bytes + 1);
    slab->slot_count = (uint16_t)(WM_SLAB_BYTES / slab->slot_bytes);
    slab->free_count = slab->slot_count;
    slab->first_free = WM_SLOT_NONE;
    slab->states = wm_pool_take(&heap->pool, states_bytes(slab));
    if (slab->states != NULL) {
        slab->chunk = wm_chunk_allocate(heap, WM_SLAB_BYTES, WM_SLAB_BYTES);
    }
    if (slab->states == NULL || slab->chunk == NULL) {
        wm_pool_give(&heap->pool, slab->states, states_bytes(slab));
        wm_pool_give(&heap->pool, slab, sizeof *slab);
        return NULL;
    }
    memset(slab->states, 0xFF, states_bytes(slab)); /* free, next none */
    slab->chunk->kind = WM_CHUNK_SLAB;
    slab->chunk->as.slab = slab;
    put_on_list(heap, slab);
    return slab;
}

static void delete_slab(struct wm_heap *heap, struct wm_slab *slab)
{
    take_off_list(heap, slab);
    struct wm_chunk *chunk = slab->chunk;
    wm_pool_give(&heap->pool, slab->states, states_bytes(slab));
    wm_pool_give(&heap->pool, slab, sizeof *slab);
    wm_chunk_free(heap, chunk);
}

void *wm_slab_allocate(struct wm_heap *heap, size_t bytes)
{
    unsigned size_class = class_of(bytes);
    struct wm_slab *slab = heap->slabs[size_class];
    if (slab == NULL) {
        slab = new_slab(heap, size_class);
        if (slab == NULL) {
            return NULL;
        }
    }
    unsigned slot = slab->first_free;
    if (slot != WM_SLOT_NONE) {
        WM_ASSERT((slab->states[slot] & WM_SLOT_FREE) != 0);
        slab->first_free = slab->states[slot] & (uint16_t)~WM_SLOT_FREE;
    } else {
        slot = slab->fresh++;
        WM_ASSERT(slot < slab->slot_count);
    }
    slab->states[slot] = (uint16_t)bytes;
    if (--slab->free_count == 0) {
        take_off_list(heap, slab);
    }
    return (void *)(slab->chunk->start + (size_t)slot * slab->slot_bytes);
}

void wm_slab_free(struct wm_heap *heap, struct wm_slab *slab, unsigned slot)
{
    WM_ASSERT((slab->states[slot] & WM_SLOT_FREE) == 0);
    slab->states[slot] = WM_SLOT_FREE | slab->first_free;
    slab->first_free = (uint16_t)slot;
    if (slab->free_count++ == 0) {
        put_on_list(heap, slab);
    }
    /* An empty slab goes back, unless it is the only one of its class with a free slot. */
    if (slab->free_count == slab->slot_count && (slab->previous != NULL || slab->next != NULL)) {
        delete_slab(heap, slab);
    }
}

void wm_slab_trim(struct wm_heap *heap)
{
    for (unsigned i = 0; i < WM_SIZE_CLASS_COUNT; i++) {
        struct wm_slab *slab = heap->slabs[i];
        while (slab != NULL) {
            struct wm_slab *next = slab->next;
            if (slab->free_count == slab->slot_count) {
                delete_slab(heap, slab);
            }
            slab = next;
        }
    }
}
