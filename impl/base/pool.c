/* Each mapping begins with its own header; the rest is cut up from bottom to top. Mappings double
 * up to a limit, so a small heap stays small and a big one makes few system calls. */
#include "impl/base/pool.h"

#include "impl/base/assert.h"

#include <string.h>

#define MAPPING_BYTES_MIN ((size_t)0x10000)
#define MAPPING_BYTES_MAX ((size_t)0x400000)

#define CACHE_LINE_BYTES ((uintptr_t)64)

struct wm_pool_mapping {
    struct wm_pool_mapping *older;
    size_t bytes;
};
_Static_assert(sizeof(struct wm_pool_mapping) <= CACHE_LINE_BYTES, "the header fits its line");

static unsigned index_of(size_t bytes)
{
    WM_ASSERT(bytes != 0 && bytes <= WM_POOL_PIECE_BYTES_MAX);
    if (bytes <= WM_POOL_PIECE_BYTES_MIN) {
        return 0;
    }
    return (unsigned)(64 - __builtin_clzll(bytes - 1)) - 4u;
}

static size_t piece_bytes(unsigned index)
{
    return (size_t)WM_POOL_PIECE_BYTES_MIN << index;
}

/* Cuts a piece off the never used memory. 0: there is not enough left. */
static uintptr_t cut_fresh(struct wm_pool *pool, unsigned index)
{
    size_t bytes = piece_bytes(index);
    uintptr_t alignment = bytes < CACHE_LINE_BYTES ? bytes : CACHE_LINE_BYTES;
    uintptr_t piece = (pool->fresh + alignment - 1) & ~(alignment - 1);
    if (piece > pool->fresh_end || pool->fresh_end - piece < bytes) {
        return 0;
    }
    pool->fresh = piece + bytes;
    return piece;
}

static bool add_mapping(struct wm_pool *pool)
{
    size_t bytes = pool->mappings == NULL ? MAPPING_BYTES_MIN : pool->mappings->bytes * 2;
    if (bytes > MAPPING_BYTES_MAX) {
        bytes = MAPPING_BYTES_MAX;
    }
    uintptr_t address = 0;
    if (wm_os->map(&address, bytes, WM_OS_READ | WM_OS_WRITE) != WM_OS_OK) {
        return false;
    }
    struct wm_pool_mapping *mapping = (struct wm_pool_mapping *)address;
    mapping->older = pool->mappings;
    mapping->bytes = bytes;
    pool->mappings = mapping;
    /* The header takes a cache line, so that pieces of that size and above start on one. */
    pool->fresh = address + CACHE_LINE_BYTES;
    pool->fresh_end = address + bytes;
    return true;
}

static void *new_piece(struct wm_pool *pool, unsigned index)
{
    uintptr_t piece = cut_fresh(pool, index);
    if (piece == 0 && add_mapping(pool)) {
        piece = cut_fresh(pool, index);
    }
    return (void *)piece;
}

void *wm_pool_take(struct wm_pool *pool, size_t bytes)
{
    unsigned index = index_of(bytes);
    void *piece = pool->free_pieces[index];
    if (piece != NULL) {
        memcpy(&pool->free_pieces[index], piece, sizeof(void *));
        memset(piece, 0, piece_bytes(index));
        return piece;
    }
    return new_piece(pool, index);
}

void wm_pool_give(struct wm_pool *pool, void *piece, size_t bytes)
{
    if (piece == NULL) {
        return;
    }
    unsigned index = index_of(bytes);
    memcpy(piece, &pool->free_pieces[index], sizeof(void *));
    pool->free_pieces[index] = piece;
}

bool wm_pool_prepare(struct wm_pool *pool, size_t bytes, unsigned count)
{
    enum { PREPARED_COUNT_MAX = 8 };
    WM_ASSERT(count <= PREPARED_COUNT_MAX);
    unsigned index = index_of(bytes);
    unsigned have = 0;
    for (void *piece = pool->free_pieces[index]; piece != NULL && have < count; have++) {
        memcpy(&piece, piece, sizeof piece);
    }
    void *taken[PREPARED_COUNT_MAX];
    unsigned taken_count = 0;
    while (have + taken_count < count) {
        taken[taken_count] = new_piece(pool, index);
        if (taken[taken_count] == NULL) {
            break;
        }
        taken_count++;
    }
    bool prepared = have + taken_count == count;
    while (taken_count != 0) {
        wm_pool_give(pool, taken[--taken_count], bytes);
    }
    return prepared;
}

bool wm_pool_has_grown(const struct wm_pool *pool)
{
    return pool->mappings != NULL && pool->mappings->older != NULL;
}

/* Gives the mappings newer than `last` back. Returns the list of those that could not be, which
 * ends with `last`. */
static struct wm_pool_mapping *unmap_newer(struct wm_pool_mapping *mapping,
                                           struct wm_pool_mapping *last)
{
    struct wm_pool_mapping *kept = last;
    while (mapping != last) {
        struct wm_pool_mapping *older = mapping->older;
        if (wm_os->unmap((uintptr_t)mapping, mapping->bytes) != WM_OS_OK) {
            mapping->older = kept;
            kept = mapping;
        }
        mapping = older;
    }
    return kept;
}

bool wm_pool_destroy(struct wm_pool *pool)
{
    struct wm_pool_mapping *kept = unmap_newer(pool->mappings, NULL);
    memset(pool, 0, sizeof *pool);
    pool->mappings = kept;
    return kept == NULL;
}

bool wm_pool_reset(struct wm_pool *pool)
{
    struct wm_pool_mapping *first = pool->mappings;
    if (first == NULL) {
        return true;
    }
    while (first->older != NULL) {
        first = first->older;
    }
    uintptr_t start = (uintptr_t)first + CACHE_LINE_BYTES;
    uintptr_t end = (uintptr_t)first + first->bytes;
    uintptr_t used_end = pool->mappings == first ? pool->fresh : end;
    struct wm_pool_mapping *kept = unmap_newer(pool->mappings, first);
    memset(pool, 0, sizeof *pool);
    pool->mappings = kept;
    pool->fresh_end = end;
    if (kept != first) {
        pool->fresh = end; /* what was used is not known the next time */
        return false;
    }
    memset((void *)start, 0, used_end - start);
    pool->fresh = start;
    return true;
}
