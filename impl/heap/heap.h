/* The inside of a heap.
 *
 *     segment  |HEAD|chunk|chunk|  ...  |chunk| UNCOMMITTED |     from impl/vm, 64 KiB-aligned
 *     chunk    BUSY: one block   FREE: none   SLAB: equal slots for small blocks
 *     large block: a region of its own
 *
 * Nothing that a client could overwrite is ever read back: chunks, slabs and their states live in
 * the heap's pool, apart from the blocks. Chunks are found by their first address in a hash table,
 * and a slab by the aligned address of the block, so every pointer value can be judged without
 * touching what it points to. The first 16 bytes of a segment are never handed out: they make the
 * base of the first segment, which is the heap's handle, differ from every block.
 *
 * Invariants (wm_heap_is_sound): 1. The chunks of a segment cover it without gap, HEAD first; at
 * most the last is UNCOMMITTED. 2. No two neighbours are both FREE. 3. Every chunk is in the index,
 * every FREE one in the free index. 4. allocated_bytes is the sum of all requested sizes. 5. A slab
 * with a free slot is on the list of its class, a full one is not. 6. Only growable heaps have
 * slabs, large blocks and more than one segment.
 *
 * Except for wm_heap_find, everything here is called with the heap's lock held, or on a heap whose
 * client promised not to need one.
 */
#ifndef WM_HEAP_HEAP_H
#define WM_HEAP_HEAP_H

#include "impl/base/fork.h"
#include "impl/base/lock.h"
#include "impl/base/pool.h"
#include "impl/base/tree.h"
#include "impl/os/os.h"
#include "spec/win32.h"

#define WM_BLOCK_ALIGNMENT ((size_t)MEMORY_ALLOCATION_ALIGNMENT)
#define WM_HEAD_BYTES WM_BLOCK_ALIGNMENT
#define WM_SLAB_BYTES ((size_t)0x10000)
#define WM_SLAB_BLOCK_BYTES_MAX ((size_t)8192)
#define WM_SIZE_CLASS_COUNT 36

/* A growable heap gives blocks of this size and above a region of their own. */
#define WM_LARGE_BYTES_MIN ((size_t)0xFE000)
/* "HeapAlloc function": what a heap that cannot grow has to be asked less than. */
#define WM_FIXED_HEAP_LIMIT ((size_t)0x7FFF8)

/* Enough for chunks as large as the address space: see free_index.c. */
#define WM_BIN_COUNT 704

enum wm_chunk_kind {
    WM_CHUNK_HEAD,
    WM_CHUNK_BUSY,
    WM_CHUNK_FREE,
    WM_CHUNK_UNCOMMITTED,
    WM_CHUNK_SLAB,
    WM_CHUNK_LARGE
};

/* What every search and every change of a neighbour reads is in the first cache line. */
struct wm_chunk {
    uintptr_t start;
    size_t bytes;
    struct wm_chunk *previous; /* neighbours by address, within the segment */
    struct wm_chunk *next;
    struct wm_chunk *same_bucket;
    struct wm_segment *segment; /* NULL for LARGE */
    size_t requested;           /* BUSY and LARGE: what HeapSize says */
    enum wm_chunk_kind kind;
    union {
        struct wm_tree_node node; /* LARGE: by address */
        struct {
            struct wm_chunk *bin_previous; /* FREE: on the list of its size */
            struct wm_chunk *bin_next;
        } bin;
        struct wm_slab *slab; /* SLAB */
    } as;
    size_t reserved; /* LARGE: `bytes` is what is committed of it */
};

struct wm_segment {
    struct wm_segment *next; /* in the order of creation */
    struct wm_segment *previous;
    struct wm_chunk *head;
    struct wm_chunk *last;
    uintptr_t base;
    uintptr_t committed_end;
    uintptr_t end;
    bool is_closed; /* see wm_vm_reserve_used */
};

/* One state per slot: the requested size of the block in it, or SLOT_FREE with the next free slot.
 */
#define WM_SLOT_FREE ((uint16_t)0x8000)
#define WM_SLOT_NONE ((uint16_t)0x7FFF)

struct wm_slab {
    struct wm_chunk *chunk;
    struct wm_slab *previous; /* on the list of slabs of its class that have a free slot */
    struct wm_slab *next;
    uint16_t *states;
    uint32_t slot_bytes;
    uint32_t slot_reciprocal; /* rounded up 2^32 / slot_bytes: division by multiplication */
    uint16_t slot_count;
    uint16_t free_count;
    uint16_t first_free; /* of the slots that were used before, or WM_SLOT_NONE */
    uint16_t fresh;      /* slots from here on have never been used */
    unsigned size_class;
};

struct wm_chunk_index {
    struct wm_chunk **buckets;
    size_t bucket_count; /* a power of two, 0 before the first chunk */
    size_t bytes;
    size_t chunk_count;
};

struct wm_heap {
    _Atomic uintptr_t handle; /* base of the first segment; 0 while it is no heap */
    struct wm_heap *older;    /* in the registry */
    struct wm_heap *newer;
    DWORD options;
    DWORD protection;
    bool fixed;
    size_t bytes_max;      /* of a fixed heap */
    struct wm_lock lock;   /* of every call, and of HeapLock */
    struct wm_lock nested; /* of calls of the thread that has the heap locked: see fork.c */
    _Atomic bool held_by_client;
    bool stopped_at_fork;
    struct wm_pool pool;
    struct wm_chunk_index index;
    uint64_t bins_filled[WM_BIN_COUNT / 64]; /* a bit per bin */
    struct wm_chunk *bins[WM_BIN_COUNT];
    struct wm_tree large_blocks;
    struct wm_chunk *kept_regions; /* of freed large blocks, linked through `next` */
    struct wm_segment *first_segment;
    struct wm_segment *last_segment;
    struct wm_segment *empty_segment; /* kept back for the next growth */
    struct wm_slab *slabs[WM_SIZE_CLASS_COUNT];
    size_t allocated_bytes;
    size_t committed_bytes;
    size_t reserved_bytes;
};

/* --- index.c: chunks by first address ----------------------------------------------------- */

void wm_index_insert(struct wm_heap *heap, struct wm_chunk *chunk);
void wm_index_remove(struct wm_heap *heap, struct wm_chunk *chunk);
bool wm_index_create(struct wm_heap *heap);
bool wm_index_destroy(struct wm_heap *heap);

static inline size_t wm_index_bucket(const struct wm_chunk_index *index, uintptr_t start)
{
    return (size_t)(((start >> 4) * 0x9E3779B97F4A7C15u) >> 32) & (index->bucket_count - 1);
}

static inline struct wm_chunk *wm_index_find(const struct wm_heap *heap, uintptr_t start)
{
    struct wm_chunk *chunk = heap->index.buckets[wm_index_bucket(&heap->index, start)];
    while (chunk != NULL && chunk->start != start) {
        chunk = chunk->same_bucket;
    }
    return chunk;
}

/* --- free_index.c: FREE chunks by size ---------------------------------------------------- */

void wm_free_index_insert(struct wm_heap *heap, struct wm_chunk *chunk);
void wm_free_index_remove(struct wm_heap *heap, struct wm_chunk *chunk);

/* The list that chunks of this size are on. */
unsigned wm_free_index_bin(size_t bytes);

/* A FREE chunk of at least `bytes` and not much more if there is one, or NULL. */
struct wm_chunk *wm_free_index_best(const struct wm_heap *heap, size_t bytes);
size_t wm_free_index_largest(const struct wm_heap *heap);

/* --- segment.c and chunk.c: memory and its partition --------------------------------------- */

/* Reserves `bytes` and commits the first `committed` of them (whole pages, both). NO_ERROR or the
 * error of impl/vm. */
DWORD wm_segment_create(struct wm_heap *heap, size_t bytes, size_t committed);

/* Gives a segment back; its chunks with it. False if the system refuses. */
bool wm_segment_release(struct wm_heap *heap, struct wm_segment *segment);

/* Makes a FREE chunk of at least `bytes` by committing or reserving more. */
bool wm_segment_grow(struct wm_heap *heap, size_t bytes);

/* Makes sure that blocks in it can be accessed. */
bool wm_segment_open(struct wm_segment *segment);

/* Commits behind `chunk`, so that at least `bytes` more lie free right after it. */
bool wm_segment_commit_after(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes);

/* Decommits what is free at the end of each segment, releases segments that are all free. */
void wm_segment_trim(struct wm_heap *heap);

/* `bytes` is a multiple of the alignment of blocks, `alignment` a power of two. The chunk is BUSY;
 * NULL: no memory. */
struct wm_chunk *wm_chunk_allocate(struct wm_heap *heap, size_t bytes, size_t alignment);
void wm_chunk_free(struct wm_heap *heap, struct wm_chunk *chunk);

/* Changes the size of a BUSY chunk where it is. False: cannot grow. A shrink always succeeds. */
bool wm_chunk_resize(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes);

/* --- slab.c: small blocks ----------------------------------------------------------------- */

/* NULL: no memory for a new slab. `bytes` up to WM_SLAB_BLOCK_BYTES_MAX. */
void *wm_slab_allocate(struct wm_heap *heap, size_t bytes);
void wm_slab_free(struct wm_heap *heap, struct wm_slab *slab, unsigned slot);

/* The slot that starts at the address, or -1. */
static inline int wm_slab_slot(const struct wm_slab *slab, uintptr_t address)
{
    uint64_t offset = address - slab->chunk->start;
    uint64_t slot = (offset * slab->slot_reciprocal) >> 32;
    return slot < slab->slot_count && slot * slab->slot_bytes == offset ? (int)slot : -1;
}

/* Gives slabs without a block back. */
void wm_slab_trim(struct wm_heap *heap);

/* --- large.c: blocks with a region of their own ------------------------------------------- */

struct wm_chunk *wm_large_allocate(struct wm_heap *heap, size_t bytes);
void wm_large_free(struct wm_heap *heap, struct wm_chunk *chunk);

/* Gives back what the system has refused to take so far. Returns whether nothing is left. */
bool wm_large_release_kept(struct wm_heap *heap, bool is_destroyed);
bool wm_large_resize(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes);

/* --- block.c: what the client sees -------------------------------------------------------- */

struct wm_block {
    struct wm_chunk *chunk; /* BUSY, LARGE, or the SLAB with the slot */
    unsigned slot;
};

enum wm_block_finding { WM_BLOCK_LIVE, WM_BLOCK_ALREADY_FREE, WM_BLOCK_UNKNOWN };

/* Judges any pointer value. */
enum wm_block_finding wm_block_find(const struct wm_heap *heap, const void *pointer,
                                    struct wm_block *block);
size_t wm_block_size(const struct wm_block *block);

/* Nothing here touches the bytes of a block: they are the client's, may be protected, and whoever
 * takes the fault may not come back. Zeroing and copying are for api.c, with the heap unlocked.
 * NULL: no memory. *is_zero: the block is fresh from the system. */
void *wm_block_allocate(struct wm_heap *heap, size_t bytes, bool *is_zero);

void wm_block_free(struct wm_heap *heap, const struct wm_block *block);

/* Without moving. False: it cannot, and is as it was. From *clean_from on the bytes of the block
 * are fresh from the system. */
bool wm_block_resize(struct wm_heap *heap, const struct wm_block *block, size_t bytes,
                     size_t *clean_from);

/* --- walk.c, validate.c ------------------------------------------------------------------- */

/* Replaces the entry by the next one: NO_ERROR, ERROR_NO_MORE_ITEMS or ERROR_INVALID_PARAMETER. */
DWORD wm_heap_walk(const struct wm_heap *heap, PROCESS_HEAP_ENTRY *entry);
bool wm_heap_is_sound(const struct wm_heap *heap);

/* --- fork.c ------------------------------------------------------------------------------- */

extern const struct wm_fork_part wm_heap_fork_part;

/* --- registry.c, lifetime.c --------------------------------------------------------------- */

extern struct wm_lock wm_registry_lock;

/* The heap of any handle value, or NULL. Takes no lock. */
struct wm_heap *wm_heap_find(HANDLE handle);

/* The same, and a value that is no heap is reported as the client's mistake. */
struct wm_heap *wm_heap_find_or_report(HANDLE handle);

/* Calls `visit` for every heap, with the registry locked. */
void wm_heap_visit_all(void (*visit)(struct wm_heap *heap));

bool wm_registry_is_sound(void);

/* Fills a structure, all zeroes but for an empty pool, and gets the first memory. False: what it
 * got is for wm_heap_close. */
bool wm_heap_open(struct wm_heap *heap, DWORD options, size_t initial, size_t maximum);

/* Gives everything back, but for the pool's first mapping where that is wanted for the next heap.
 * False: the system kept something; call again some time. */
bool wm_heap_close(struct wm_heap *heap, bool keeps_pool);

/* Lock and unlock for one call with these flags. */
static inline bool wm_heap_enter(struct wm_heap *heap, DWORD flags)
{
    if (((heap->options | flags) & HEAP_NO_SERIALIZE) != 0) {
        return false;
    }
    wm_lock_take(&heap->lock);
    if (heap->lock.depth != 1) {
        wm_lock_take(&heap->nested);
    }
    return true;
}

/* Only where that needs no waiting; to be left like wm_heap_enter. */
static inline bool wm_heap_try_enter(struct wm_heap *heap)
{
    if ((heap->options & HEAP_NO_SERIALIZE) != 0 || !wm_lock_try(&heap->lock)) {
        return false;
    }
    if (heap->lock.depth != 1) {
        wm_lock_take(&heap->nested);
    }
    return true;
}

static inline void wm_heap_exit(struct wm_heap *heap, bool entered)
{
    if (entered) {
        if (heap->lock.depth != 1) {
            wm_lock_release(&heap->nested);
        }
        wm_lock_release(&heap->lock);
    }
}

#endif
