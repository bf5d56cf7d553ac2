/* What the judges of the heap functions share: the heap of a call, and the clauses that hold for
 * every heap function. */
#ifndef HCK_ORACLE_JUDGE_HEAP_H
#define HCK_ORACLE_JUDGE_HEAP_H

#include "oracle/judge.h"
#include "oracle/suspicion.h"

/* Sizes that the clauses speak of. */
#define HEAP_IMPOSSIBLE_MIN UINT64_C(0x1000000000000)          /* 256 TB and more never fit ... */
#define HEAP_IMPOSSIBLE_MAX (UINT64_MAX - MODEL_PAGE_SIZE + 1) /* ... also rounded up to pages */
#define HEAP_SMALL_MAX UINT64_C(0x10000)
#define HEAP_SERVED_MAX UINT64_C(0x4000000) /* 64 MB */
#define HEAP_LIVE_MAX UINT64_C(0x40000000)  /* 1 GB */
#define HEAP_FIXED_SERVED_MAX UINT64_C(0x7FFF7)
#define HEAP_FIXED_REFUSED_MIN UINT64_C(0x100000)
#define HEAP_DWORD_SIZES UINT64_C(0x100000000) /* from here on a size needs more than 32 bits */
enum { HEAP_COUNT_SURE = 200 };                /* heaps that can be live at once */

/* dwFlags of a function that has none. */
#define HEAP_NO_FLAGS UINT64_MAX

/* The heap that a call is about. */
struct heap_use {
    const struct slot *slot;
    struct model_heap *heap;
    uint32_t serial;
    uint64_t call_flags; /* dwFlags, or HEAP_NO_FLAGS */
    uint32_t flags;      /* dwFlags of the call and flOptions of the heap together */
    bool is_shared;      /* the trace has threads, so another one may be in the heap */
};

/* Finds the heap in argument 0; `dwFlags` are those of the call. False where it is not live, which
 * happens in a hostile trace and where threads mix: there is nothing to judge then. Judges what
 * holds for every call on a heap: waiting for its lock, and that no function but an allocation
 * raises. */
bool hck_heap_use(struct judgement *j, uint64_t dwFlags, struct heap_use *use);

/* Whether the block in argument `index` is a live one of the heap; *block is its slot, NULL for
 * none. */
bool hck_heap_live_block(const struct judgement *j, const struct heap_use *use, unsigned index,
                         const struct slot **block);

static inline struct model_block *hck_heap_block(const struct judgement *j, unsigned index)
{
    return hck_model_block(j->oracle, j->call->arguments[index].slot);
}

static inline bool heap_is_growable(const struct heap_use *use)
{
    return use->heap->maximum == 0;
}

static inline bool heap_is_fixed(const struct heap_use *use)
{
    return use->heap->maximum != 0 && !use->heap->has_open_maximum;
}

/* A heap that has no low-fragmentation heap. */
static inline bool heap_is_restricted(const struct heap_use *use)
{
    return (use->heap->options & HEAP_NO_SERIALIZE) != 0 || use->heap->maximum != 0;
}

/* Sizes that one page of the documentation promises and another does not. */
static inline bool heap_is_between_the_limits(const struct heap_use *use, uint64_t size)
{
    return heap_is_fixed(use) && size > HEAP_FIXED_SERVED_MAX && size < HEAP_FIXED_REFUSED_MIN;
}

/* How many flags the call was given. */
static inline unsigned heap_flag_count(const struct heap_use *use)
{
    unsigned count = 0;
    for (uint64_t flags = use->call_flags; flags != 0; flags &= flags - 1) {
        count++;
    }
    return count;
}

/* The sum, or the largest number where it wraps. */
static inline uint64_t heap_add(uint64_t one, uint64_t other)
{
    return one + other >= one ? one + other : UINT64_MAX;
}

/* What all blocks so far and a new one are counted as. */
static inline uint64_t heap_charge_with(const struct heap_use *use, uint64_t size)
{
    return heap_add(use->heap->charge, heap_add(size, MODEL_BLOCK_CHARGE));
}

/* A call that has to succeed on a conforming target returned this: the clauses about the default
 * heap, dwFlags = 0, HEAP_NO_SERIALIZE and locks that say so for every function. `failure` is the
 * result that means failure. */
void hck_heap_judge_service(struct judgement *j, const struct heap_use *use, uint64_t failure);

/* The BOOL of a call that succeeded. */
void hck_heap_judge_boolean(struct judgement *j);

/* After a call: the heap is not as it was. */
static inline void heap_note_touch(struct heap_use *use)
{
    use->heap->touches++;
    use->heap->just_freed = false;
}

static inline void heap_note_change(struct heap_use *use)
{
    use->heap->changes++;
    heap_note_touch(use);
}

/* HeapFree and its like leave this behind for the next Check of any block. */
static inline void heap_note_event(struct judgement *j, enum content_event event)
{
    j->oracle->content_events[event] = j->oracle->epoch;
}

static inline uint64_t heap_touches(const struct judgement *j, const struct heap_use *use)
{
    return use->heap->touches + j->oracle->global_touches;
}

/* The handle of a heap in the model, said through its slot where it still has one. */
struct operand hck_heap_handle_operand(const struct judgement *j, uint32_t serial);

/* The address of a block in the model, said through the slot that has it. */
struct operand hck_heap_object_operand(const struct judgement *j, const struct extent *object,
                                       uint64_t offset);

/* The size that was asked for it. */
uint64_t hck_heap_object_size(const struct judgement *j, const struct extent *object);

/* judge_heap_lock.c */

/* Waiting for the lock of the heap. */
void hck_heap_judge_waiting(struct judgement *j, const struct heap_use *use);

/* A call that did not come back: locks and the reach of blocks are judged all the same. */
void hck_heap_judge_unfinished(struct judgement *j);

/* judge_heap_place.c */

/* The clauses about a failure of HeapAlloc or of HeapReAlloc. */
struct failure_clauses {
    enum clause_id returns_null;
    enum clause_id last_error_is_open;
    enum clause_id sets_not_enough_memory;
    enum clause_id raises_on_failure;
    enum clause_id creation_option_suffices;
    enum clause_id is_status_no_memory;
};

/* The call failed. `lacks_memory`: nothing but memory, or room, can be lacking. */
void hck_heap_judge_failure(struct judgement *j, const struct heap_use *use,
                            const struct failure_clauses *clauses, bool lacks_memory);

/* The call has to succeed: what is said of it besides by several families. `combine` is the
 * function's clause about flags given together. */
void hck_heap_judge_demanded(struct judgement *j, const struct heap_use *use,
                             enum clause_id combine);

/* Sizes that every heap, or every fixed heap, has to refuse. `live_bytes` is what the live blocks
 * of the heap would add up to. */
void hck_heap_judge_refusals(struct judgement *j, const struct heap_use *use, uint64_t size,
                             uint64_t live_bytes, enum clause_id unsatisfiable,
                             enum clause_id megabyte);

/* Where a new block of `size` bytes lies. */
void hck_heap_judge_place(struct judgement *j, const struct heap_use *use, uint64_t size);

/* Takes a new block into the model. */
void hck_heap_note_new_block(struct judgement *j, struct heap_use *use, uint64_t size);

/* judge_heap_content.c */

/* Peek, Poke and Execute on an address inside a heap block. */
void hck_judge_block_access(struct judgement *j);

/* judge_heap_pages.c */

/* After a VirtualQuery or QueryAll: what it says about the pages of heaps. */
void hck_judge_heap_pages(struct judgement *j);

/* Before each call of a trace with threads: a look at all pages that it overlapped with may have
 * seen them before it or after it, and is no measure for a later look. */
void hck_heap_doubt_footprints(struct judgement *j);

#endif
