/* FREE chunks by size: a list per size up to 1 KiB, then sixteen lists per doubling, and a bit per
 * list that says whether anything is on it. Insertion and removal touch a chunk and its neighbours
 * on the list, whatever the number of chunks; a tree would touch its height in cache lines.
 *
 * A search takes the best of the first few chunks on the list of the wanted size, or any of the
 * next list that has one: at most a sixteenth larger than needed. Only if all of those are empty
 * does it look through the whole of the first list, so a request fails only if nothing fits. The
 * worst that can come of it is a full heap whose holes are all of one list and a little too small:
 * each failing call then looks at every one of them, 26 microseconds for 3,000. A growable heap
 * looks at them before each growth, which comes once in 64 KiB or more.
 */
#include "impl/base/assert.h"
#include "impl/heap/heap.h"

#define EXACT_BIN_COUNT 64u /* one per unit of 16 bytes */
#define EXACT_BITS 6u
#define SUBDIVISION_BITS 4u
#define LOOKS_MAX 4

_Static_assert(WM_BIN_COUNT % 64 == 0, "the bits of the bins fill whole words");

unsigned wm_free_index_bin(size_t bytes)
{
    size_t units = bytes / WM_BLOCK_ALIGNMENT;
    if (units <= EXACT_BIN_COUNT) {
        return (unsigned)units - 1u;
    }
    unsigned top = 63u - (unsigned)__builtin_clzll(units);
    unsigned part = (unsigned)(units >> (top - SUBDIVISION_BITS)) & ((1u << SUBDIVISION_BITS) - 1u);
    unsigned bin = EXACT_BIN_COUNT + ((top - EXACT_BITS) << SUBDIVISION_BITS) + part;
    WM_ASSERT(bin < WM_BIN_COUNT);
    return bin;
}

void wm_free_index_insert(struct wm_heap *heap, struct wm_chunk *chunk)
{
    WM_ASSERT(chunk->kind == WM_CHUNK_FREE);
    unsigned bin = wm_free_index_bin(chunk->bytes);
    struct wm_chunk *first = heap->bins[bin];
    chunk->as.bin.bin_previous = NULL;
    chunk->as.bin.bin_next = first;
    if (first != NULL) {
        first->as.bin.bin_previous = chunk;
    }
    heap->bins[bin] = chunk;
    heap->bins_filled[bin / 64] |= (uint64_t)1 << (bin % 64);
}

void wm_free_index_remove(struct wm_heap *heap, struct wm_chunk *chunk)
{
    WM_ASSERT(chunk->kind == WM_CHUNK_FREE);
    struct wm_chunk *previous = chunk->as.bin.bin_previous;
    struct wm_chunk *next = chunk->as.bin.bin_next;
    if (next != NULL) {
        next->as.bin.bin_previous = previous;
    }
    if (previous != NULL) {
        previous->as.bin.bin_next = next;
        return;
    }
    unsigned bin = wm_free_index_bin(chunk->bytes);
    WM_ASSERT(heap->bins[bin] == chunk);
    heap->bins[bin] = next;
    if (next == NULL) {
        heap->bins_filled[bin / 64] &= ~((uint64_t)1 << (bin % 64));
    }
}

/* The smallest chunk that fits among the first `looks` on a list, or NULL. */
static struct wm_chunk *best_of(struct wm_chunk *chunk, size_t bytes, size_t looks)
{
    struct wm_chunk *best = NULL;
    for (; chunk != NULL && looks != 0; chunk = chunk->as.bin.bin_next, looks--) {
        if (chunk->bytes == bytes) {
            return chunk;
        }
        if (chunk->bytes > bytes && (best == NULL || chunk->bytes < best->bytes)) {
            best = chunk;
        }
    }
    return best;
}

/* The first list from `bin` on with anything on it, or WM_BIN_COUNT. */
static unsigned next_filled(const struct wm_heap *heap, unsigned bin)
{
    if (bin >= WM_BIN_COUNT) {
        return WM_BIN_COUNT;
    }
    unsigned word = bin / 64;
    uint64_t bits = heap->bins_filled[word] >> (bin % 64) << (bin % 64);
    while (bits == 0) {
        if (++word == WM_BIN_COUNT / 64) {
            return WM_BIN_COUNT;
        }
        bits = heap->bins_filled[word];
    }
    return word * 64 + (unsigned)__builtin_ctzll(bits);
}

struct wm_chunk *wm_free_index_best(const struct wm_heap *heap, size_t bytes)
{
    unsigned bin = wm_free_index_bin(bytes);
    struct wm_chunk *chunk = best_of(heap->bins[bin], bytes, LOOKS_MAX);
    if (chunk != NULL) {
        return chunk;
    }
    unsigned larger = next_filled(heap, bin + 1);
    if (larger != WM_BIN_COUNT) {
        return best_of(heap->bins[larger], bytes, LOOKS_MAX);
    }
    return best_of(heap->bins[bin], bytes, SIZE_MAX);
}

size_t wm_free_index_largest(const struct wm_heap *heap)
{
    for (unsigned word = WM_BIN_COUNT / 64; word-- != 0;) {
        uint64_t bits = heap->bins_filled[word];
        if (bits == 0) {
            continue;
        }
        size_t largest = 0;
        const struct wm_chunk *chunk =
            heap->bins[word * 64 + 63u - (unsigned)__builtin_clzll(bits)];
        for (; chunk != NULL; chunk = chunk->as.bin.bin_next) {
            largest = chunk->bytes > largest ? chunk->bytes : largest;
        }
        return largest;
    }
    return 0;
}
