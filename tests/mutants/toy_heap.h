/* Heaps of the toy: segments that blocks are placed in, and a list of blocks in order of address.
 *
 * All bookkeeping lies outside the heap's own memory, so nothing that a client writes can damage
 * it.
 *
 *     segment:  base                  base + committed              base + reserved
 *               | header |  blocks and gaps  |  uncommitted pages           |
 *
 * Invariants:
 *   1. blocks are in order of address, do not overlap, and are multiples of 16 in address and
 * extent.
 *   2. A block that is not large lies behind the header and inside the committed part of one
 * segment; a large block has pages of its own.
 *   3. The handle of a heap is the base of its first segment.
 *   4. A fixed heap has exactly one segment and no large block. */
#ifndef HCK_TESTS_MUTANTS_TOY_HEAP_H
#define HCK_TESTS_MUTANTS_TOY_HEAP_H

#include <pthread.h>

#include "tests/mutants/toy.h"

#define BLOCK_UNIT ((size_t)16)
#define SEGMENT_HEADER ((size_t)64) /* so no block shares its address with a region or a heap */
#define SEGMENT_BYTES ((size_t)1 << 20)
#define LARGE_BYTES ((size_t)0x7F000)      /* on a growable heap: from here on pages of its own */
#define FIXED_HEAP_LIMIT ((size_t)0x7FFF8) /* documented: requests on a fixed heap are smaller */
#define IMPOSSIBLE_BYTES ((size_t)1 << 48) /* only mutants ask */

struct block {
    uintptr_t address;
    size_t size;   /* as requested */
    size_t extent; /* as occupied */
    bool large;
    /* Only mutants ask: */
    pthread_t thread; /* that allocated it */
    bool is_reallocated;
    size_t first_size;
    size_t largest_size;
};

struct segment {
    uintptr_t base;
    size_t committed; /* both whole pages */
    size_t reserved;
};

struct heap {
    struct heap *next; /* in the order of creation */
    DWORD options;
    size_t maximum; /* whole pages; 0 of a growable heap */
    ULONG compatibility;
    pthread_mutex_t lock;
    unsigned lock_count; /* by HeapLock and not yet unlocked; belongs to the owner of the lock */
    struct segment *segments;
    size_t segment_count;
    struct block *blocks;
    size_t block_count;
    size_t block_capacity;
    /* Only mutants ask: */
    size_t initial_size;
    pthread_t creator;
    bool is_shared;           /* another thread than the creator was in it */
    bool is_walked;           /* a walk has begun */
    size_t freed_size;        /* of the last block freed, SIZE_MAX for none */
    PROCESS_HEAP_ENTRY place; /* of the last step of any walk */
};

static inline HANDLE heap_handle(const struct heap *heap)
{
    return to_pointer(heap->segments[0].base);
}

static inline bool heap_is_restricted(const struct heap *heap)
{
    return heap->maximum != 0 || (heap->options & HEAP_NO_SERIALIZE) != 0;
}

/* --- toy_heap.c: the list of heaps and their locks --- */

extern struct heap *heaps; /* the default heap first */
extern pthread_mutex_t heaps_lock;

/* The heap of a handle, or NULL. */
struct heap *heap_find(HANDLE handle);

void heap_enter(struct heap *heap);
void heap_leave(struct heap *heap);

/* Enters where nobody else is in. */
bool heap_try_enter(struct heap *heap);

/* Sets the last error and is false, as toy_fail, for a function of a heap that does not allocate.
 */
bool heap_fail(const struct heap *heap, DWORD error);

/* Bytes requested of the live blocks; only mutants ask. */
size_t heap_requested(const struct heap *heap);

/* --- toy_process.c --- */

/* Notes the handle of a destroyed heap; only mutants ask. */
void note_destroyed(HANDLE handle);

/* --- toy_store.c: where blocks are --- */

/* Reserves the first segment. False where there is no memory. */
bool store_open(struct heap *heap, size_t committed, size_t reserved);

/* Gives back every page and the bookkeeping. */
void store_close(struct heap *heap);

/* Places a new block; NULL where there is no room. */
struct block *store_place(struct heap *heap, size_t size);

/* Resizes a block where it is. False where that is not possible. */
bool store_resize(struct heap *heap, struct block *block, size_t size);

void store_remove(struct heap *heap, struct block *block);

/* The block at exactly this address, or NULL. */
struct block *store_find(const struct heap *heap, uintptr_t address);

/* The index of the first block at or above the address. */
size_t store_index(const struct heap *heap, uintptr_t address);

/* The segment that holds the address, or NULL. */
struct segment *store_segment(const struct heap *heap, uintptr_t address);

/* Where the first block of a segment may be. */
uintptr_t store_first_place(const struct segment *segment);

/* Where the free bytes that begin at `address` in the segment end: at a block or at the end of the
 * committed part. */
uintptr_t store_gap_end(const struct heap *heap, const struct segment *segment, uintptr_t address);

/* Changes the first byte of a block; only mutants ask. `index` may be out of range. */
void spoil_block(const struct heap *heap, size_t index);

#endif
