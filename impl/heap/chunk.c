/* Cutting chunks to size and joining them again.
 *
 * Cutting needs a new chunk structure and may fail; joining only gives structures back, so freeing
 * never fails for want of memory.
 */
#include "impl/base/assert.h"
#include "impl/heap/heap.h"

static struct wm_chunk *new_chunk(struct wm_heap *heap)
{
    return wm_pool_take(&heap->pool, sizeof(struct wm_chunk));
}

static void delete_chunk(struct wm_heap *heap, struct wm_chunk *chunk)
{
    wm_pool_give(&heap->pool, chunk, sizeof *chunk);
}

/* Ends `chunk`, which is in no free index, after `bytes` and hands the rest to `rest`. */
static void cut(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes, struct wm_chunk *rest)
{
    WM_ASSERT(bytes < chunk->bytes);
    /* Whoever cuts has taken a record for the rest. NOLINTNEXTLINE(clang-analyzer-*) */
    rest->start = chunk->start + bytes;
    rest->bytes = chunk->bytes - bytes;
    rest->kind = WM_CHUNK_FREE;
    rest->segment = chunk->segment;
    rest->previous = chunk;
    rest->next = chunk->next;
    chunk->bytes = bytes;
    chunk->next = rest;
    if (rest->next != NULL) {
        rest->next->previous = rest;
    } else {
        rest->segment->last = rest;
    }
    wm_index_insert(heap, rest);
}

/* Joins `chunk` with the one after it, which is in no free index. */
static void join_with_next(struct wm_heap *heap, struct wm_chunk *chunk)
{
    struct wm_chunk *next = chunk->next;
    wm_index_remove(heap, next);
    chunk->bytes += next->bytes;
    chunk->next = next->next;
    if (chunk->next != NULL) {
        chunk->next->previous = chunk;
    } else {
        chunk->segment->last = chunk;
    }
    delete_chunk(heap, next);
}

static bool is_free(const struct wm_chunk *chunk)
{
    return chunk != NULL && chunk->kind == WM_CHUNK_FREE;
}

/* Makes `chunk` FREE, joined with its neighbours, and returns what it became. */
static struct wm_chunk *make_free(struct wm_heap *heap, struct wm_chunk *chunk)
{
    chunk->kind = WM_CHUNK_FREE;
    chunk->requested = 0;
    if (is_free(chunk->next)) {
        wm_free_index_remove(heap, chunk->next);
        join_with_next(heap, chunk);
    }
    if (is_free(chunk->previous)) {
        chunk = chunk->previous;
        wm_free_index_remove(heap, chunk);
        join_with_next(heap, chunk);
    }
    wm_free_index_insert(heap, chunk);
    return chunk;
}

/* Takes [start, start + bytes) out of a FREE chunk. The structures are already there. */
static struct wm_chunk *carve(struct wm_heap *heap, struct wm_chunk *chunk, uintptr_t start,
                              size_t bytes, struct wm_chunk *spares[2])
{
    wm_free_index_remove(heap, chunk);
    struct wm_chunk *taken = chunk;
    if (start != chunk->start) {
        taken = spares[0];
        spares[0] = NULL;
        cut(heap, chunk, start - chunk->start, taken);
        wm_free_index_insert(heap, chunk);
    }
    if (taken->bytes != bytes) {
        struct wm_chunk *rest = spares[1];
        spares[1] = NULL;
        cut(heap, taken, bytes, rest);
        wm_free_index_insert(heap, rest);
    }
    taken->kind = WM_CHUNK_BUSY;
    if (taken->segment == heap->empty_segment) {
        heap->empty_segment = NULL;
    }
    return taken;
}

struct wm_chunk *wm_chunk_allocate(struct wm_heap *heap, size_t bytes, size_t alignment)
{
    WM_ASSERT(bytes % WM_BLOCK_ALIGNMENT == 0);
    /* Wherever a chunk of this size starts, an aligned part of it is large enough. */
    size_t wanted = bytes + alignment - WM_BLOCK_ALIGNMENT;
    struct wm_chunk *spares[2] = {alignment > WM_BLOCK_ALIGNMENT ? new_chunk(heap) : NULL,
                                  new_chunk(heap)};
    struct wm_chunk *taken = NULL;
    if (spares[1] != NULL && (spares[0] != NULL || alignment == WM_BLOCK_ALIGNMENT)) {
        struct wm_chunk *chunk = wm_free_index_best(heap, wanted);
        if (chunk == NULL && wm_segment_grow(heap, wanted)) {
            chunk = wm_free_index_best(heap, wanted);
            WM_ASSERT(chunk != NULL);
        }
        if (chunk != NULL && wm_segment_open(chunk->segment)) {
            uintptr_t start = (chunk->start + alignment - 1) & ~(uintptr_t)(alignment - 1);
            taken = carve(heap, chunk, start, bytes, spares);
        }
    }
    wm_pool_give(&heap->pool, spares[0], sizeof(struct wm_chunk));
    wm_pool_give(&heap->pool, spares[1], sizeof(struct wm_chunk));
    return taken;
}

/* One segment without a block is kept back, so that a heap that breathes does not reserve and
 * release all the time. The first one is the heap's handle and stays. */
static void keep_or_release(struct wm_heap *heap, const struct wm_chunk *free_chunk)
{
    struct wm_segment *segment = free_chunk->segment;
    if (segment == heap->first_segment || free_chunk->previous != segment->head ||
        (free_chunk->next != NULL && free_chunk->next->kind != WM_CHUNK_UNCOMMITTED)) {
        return;
    }
    if (heap->empty_segment == NULL) {
        heap->empty_segment = segment;
    } else if (heap->empty_segment != segment) {
        (void)wm_segment_release(heap, segment); /* refused: it stays, empty, and is used again */
    }
}

void wm_chunk_free(struct wm_heap *heap, struct wm_chunk *chunk)
{
    keep_or_release(heap, make_free(heap, chunk));
}

static bool grow_in_place(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes)
{
    size_t missing = bytes - chunk->bytes;
    if (!is_free(chunk->next) || chunk->next->bytes < missing) {
        if (!wm_segment_commit_after(heap, chunk, missing)) {
            return false;
        }
    }
    struct wm_chunk *next = chunk->next;
    WM_ASSERT(is_free(next));
    struct wm_chunk *rest = NULL;
    if (next->bytes != missing) {
        rest = new_chunk(heap);
        if (rest == NULL) {
            return false;
        }
    }
    wm_free_index_remove(heap, next);
    if (rest != NULL) {
        cut(heap, next, missing, rest);
        wm_free_index_insert(heap, rest);
    }
    join_with_next(heap, chunk);
    return true;
}

bool wm_chunk_resize(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes)
{
    WM_ASSERT(chunk->kind == WM_CHUNK_BUSY);
    if (bytes > chunk->bytes) {
        return grow_in_place(heap, chunk, bytes);
    }
    if (bytes < chunk->bytes) {
        struct wm_chunk *rest = new_chunk(heap);
        if (rest != NULL) { /* without it the block keeps what it no longer needs */
            cut(heap, chunk, bytes, rest);
            make_free(heap, rest);
        }
    }
    return true;
}
