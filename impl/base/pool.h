/* Memory for the library's own structures, apart from every block of a client.
 *
 * Sizes are rounded up to powers of two; freed pieces are kept by size and used again. The pool
 * takes memory from the operating system in mappings of its own and gives it back all at once. Not
 * locked: whoever owns the pool owns a lock.
 */
#ifndef WM_BASE_POOL_H
#define WM_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WM_POOL_PIECE_BYTES_MIN 16
#define WM_POOL_PIECE_BYTES_MAX 8192
#define WM_POOL_SIZE_COUNT 10 /* 16, 32 ... 8192 */

struct wm_pool_mapping;

struct wm_pool {
    void *free_pieces[WM_POOL_SIZE_COUNT]; /* linked through their first word */
    struct wm_pool_mapping *mappings;      /* newest first */
    uintptr_t fresh;                       /* never used memory of the newest mapping */
    uintptr_t fresh_end;
};

/* At least `bytes` (1 to WM_POOL_PIECE_BYTES_MAX) bytes, zeroed; NULL if the system has none. */
void *wm_pool_take(struct wm_pool *pool, size_t bytes);

/* `bytes` as they were asked for; `piece` may be NULL. */
void wm_pool_give(struct wm_pool *pool, void *piece, size_t bytes);

/* Makes the next `count` takes of `bytes` certain to succeed. */
bool wm_pool_prepare(struct wm_pool *pool, size_t bytes, unsigned count);

/* Whether it has more than its first mapping. */
bool wm_pool_has_grown(const struct wm_pool *pool);

/* Gives every mapping back. Returns whether all could be; the pool holds what could not, and may be
 * asked again, but not be taken from. */
bool wm_pool_destroy(struct wm_pool *pool);

/* The same, but for the first mapping: the pool is empty and may be taken from at once. */
bool wm_pool_reset(struct wm_pool *pool);

#endif
