/* Chunks by first address: a hash table with chains through the chunks. It doubles when every other
 * bucket has a chunk, since each chunk passed on the way is a cache miss; if there is no memory for
 * that, the chains get longer and nothing else happens. */
#include "impl/heap/heap.h"

#include "impl/base/assert.h"

#define BUCKET_COUNT_MIN ((size_t)64)
#define BUCKET_COUNT_MAX ((size_t)1 << 30)

/* Small tables come from the pool, big ones are mappings of their own. */
static struct wm_chunk **new_buckets(struct wm_heap *heap, size_t bytes)
{
    if (bytes <= WM_POOL_PIECE_BYTES_MAX) {
        return wm_pool_take(&heap->pool, bytes);
    }
    uintptr_t address = 0;
    bytes = (bytes + WM_OS_GRANULE_BYTES - 1) & ~(WM_OS_GRANULE_BYTES - 1);
    if (wm_os->map(&address, bytes, WM_OS_READ | WM_OS_WRITE) != WM_OS_OK) {
        return NULL;
    }
    return (struct wm_chunk **)address;
}

static bool free_buckets(struct wm_heap *heap, struct wm_chunk **buckets, size_t bytes)
{
    if (bytes <= WM_POOL_PIECE_BYTES_MAX) {
        wm_pool_give(&heap->pool, buckets, bytes);
        return true;
    }
    bytes = (bytes + WM_OS_GRANULE_BYTES - 1) & ~(WM_OS_GRANULE_BYTES - 1);
    return wm_os->unmap((uintptr_t)buckets, bytes) == WM_OS_OK;
}

static void put(struct wm_chunk_index *index, struct wm_chunk *chunk)
{
    struct wm_chunk **bucket = &index->buckets[wm_index_bucket(index, chunk->start)];
    chunk->same_bucket = *bucket;
    *bucket = chunk;
}

static void grow(struct wm_heap *heap)
{
    struct wm_chunk_index old = heap->index;
    struct wm_chunk_index wide = {.bucket_count = old.bucket_count * 2,
                                  .bytes = old.bytes * 2,
                                  .chunk_count = old.chunk_count};
    wide.buckets = new_buckets(heap, wide.bytes);
    if (wide.buckets == NULL) {
        return;
    }
    for (size_t i = 0; i < old.bucket_count; i++) {
        struct wm_chunk *chunk = old.buckets[i];
        while (chunk != NULL) {
            struct wm_chunk *next = chunk->same_bucket;
            put(&wide, chunk);
            chunk = next;
        }
    }
    heap->index = wide;
    /* A table that the system does not take back is lost: it is empty and nobody looks at it. */
    (void)free_buckets(heap, old.buckets, old.bytes);
}

bool wm_index_create(struct wm_heap *heap)
{
    size_t bytes = BUCKET_COUNT_MIN * sizeof(struct wm_chunk *);
    heap->index.buckets = new_buckets(heap, bytes);
    if (heap->index.buckets == NULL) {
        return false;
    }
    heap->index.bucket_count = BUCKET_COUNT_MIN;
    heap->index.bytes = bytes;
    return true;
}

bool wm_index_destroy(struct wm_heap *heap)
{
    if (heap->index.buckets == NULL) {
        return true;
    }
    if (!free_buckets(heap, heap->index.buckets, heap->index.bytes)) {
        return false;
    }
    heap->index = (struct wm_chunk_index){.buckets = NULL};
    return true;
}

void wm_index_insert(struct wm_heap *heap, struct wm_chunk *chunk)
{
    struct wm_chunk_index *index = &heap->index;
    if (index->chunk_count >= index->bucket_count / 2 && index->bucket_count < BUCKET_COUNT_MAX) {
        grow(heap);
    }
    put(index, chunk);
    index->chunk_count++;
}

void wm_index_remove(struct wm_heap *heap, struct wm_chunk *chunk)
{
    struct wm_chunk_index *index = &heap->index;
    struct wm_chunk **place = &index->buckets[wm_index_bucket(index, chunk->start)];
    while (*place != chunk) {
        WM_ASSERT(*place != NULL);
        place = &(*place)->same_bucket;
    }
    *place = chunk->same_bucket;
    index->chunk_count--;
}
