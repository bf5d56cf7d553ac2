/* Segments: reserved address space, committed from the bottom up as the heap grows.
 *
 * The committed part is [base, committed_end); what is above it is one UNCOMMITTED chunk, the last
 * of the segment. Commitment grows in steps so that the system is asked rarely.
 */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/heap/heap.h"
#include "impl/vm/vm.h"

#define COMMIT_STEP_BYTES_MIN ((size_t)0x10000)
#define COMMIT_STEP_BYTES_MAX ((size_t)0x100000)
#define SEGMENT_BYTES_MIN ((size_t)0x200000)
#define SEGMENT_BYTES_MAX ((size_t)0x4000000)

static struct wm_chunk *add_chunk(struct wm_heap *heap, struct wm_segment *segment,
                                  struct wm_chunk *chunk, enum wm_chunk_kind kind, uintptr_t start,
                                  size_t bytes)
{
    chunk->start = start;
    chunk->bytes = bytes;
    chunk->kind = kind;
    chunk->segment = segment;
    chunk->previous = segment->last;
    chunk->next = NULL;
    if (segment->last != NULL) {
        segment->last->next = chunk;
    }
    segment->last = chunk;
    wm_index_insert(heap, chunk);
    return chunk;
}

static void partition(struct wm_heap *heap, struct wm_segment *segment, struct wm_chunk *spares[3])
{
    uintptr_t first = segment->base + WM_HEAD_BYTES;
    segment->head =
        add_chunk(heap, segment, spares[0], WM_CHUNK_HEAD, segment->base, WM_HEAD_BYTES);
    struct wm_chunk *chunk =
        add_chunk(heap, segment, spares[1], WM_CHUNK_FREE, first, segment->committed_end - first);
    wm_free_index_insert(heap, chunk);
    if (segment->committed_end != segment->end) {
        add_chunk(heap, segment, spares[2], WM_CHUNK_UNCOMMITTED, segment->committed_end,
                  segment->end - segment->committed_end);
        spares[2] = NULL;
    }
    spares[0] = NULL;
    spares[1] = NULL;
}

DWORD wm_segment_create(struct wm_heap *heap, size_t bytes, size_t committed)
{
    WM_ASSERT(committed != 0);
    WM_ASSERT(committed <= bytes);
    struct wm_segment *segment = wm_pool_take(&heap->pool, sizeof *segment);
    struct wm_chunk *spares[3];
    bool have_all = segment != NULL;
    for (unsigned i = 0; i < 3; i++) {
        spares[i] = wm_pool_take(&heap->pool, sizeof(struct wm_chunk));
        have_all = have_all && spares[i] != NULL;
    }
    uintptr_t base = 0;
    DWORD error = have_all ? wm_vm_reserve_used(&base, bytes, committed, heap->protection)
                           : ERROR_NOT_ENOUGH_MEMORY;
    if (error == NO_ERROR) {
        segment->base = base;
        segment->committed_end = base + committed;
        segment->end = base + bytes;
        segment->is_closed = true;
        segment->previous = heap->last_segment;
        if (heap->last_segment != NULL) {
            heap->last_segment->next = segment;
        } else {
            heap->first_segment = segment;
        }
        heap->last_segment = segment;
        heap->reserved_bytes += bytes;
        heap->committed_bytes += committed;
        partition(heap, segment, spares);
        segment = NULL;
    }
    wm_pool_give(&heap->pool, segment, sizeof *segment);
    for (unsigned i = 0; i < 3; i++) {
        wm_pool_give(&heap->pool, spares[i], sizeof(struct wm_chunk));
    }
    return error;
}

bool wm_segment_release(struct wm_heap *heap, struct wm_segment *segment)
{
    if (wm_vm_release(segment->base) != NO_ERROR) {
        return false;
    }
    heap->reserved_bytes -= segment->end - segment->base;
    heap->committed_bytes -= segment->committed_end - segment->base;
    struct wm_chunk *chunk = segment->head;
    while (chunk != NULL) {
        struct wm_chunk *next = chunk->next;
        if (chunk->kind == WM_CHUNK_FREE) {
            wm_free_index_remove(heap, chunk);
        }
        wm_index_remove(heap, chunk);
        wm_pool_give(&heap->pool, chunk, sizeof *chunk);
        chunk = next;
    }
    *(segment->previous != NULL ? &segment->previous->next : &heap->first_segment) = segment->next;
    *(segment->next != NULL ? &segment->next->previous : &heap->last_segment) = segment->previous;
    if (heap->empty_segment == segment) {
        heap->empty_segment = NULL;
    }
    wm_pool_give(&heap->pool, segment, sizeof *segment);
    return true;
}

bool wm_segment_open(struct wm_segment *segment)
{
    if (segment->is_closed) {
        segment->is_closed = wm_vm_open(segment->base) != NO_ERROR;
    }
    return !segment->is_closed;
}

/* Gives the lowest `bytes` of the UNCOMMITTED chunk, now committed, to the FREE one before it. */
static void move_border(struct wm_heap *heap, struct wm_segment *segment, size_t bytes,
                        struct wm_chunk *spare)
{
    struct wm_chunk *rest = segment->last;
    struct wm_chunk *before = rest->previous;
    wm_index_remove(heap, rest);
    segment->last = before;
    before->next = NULL;
    if (before->kind == WM_CHUNK_FREE) {
        wm_free_index_remove(heap, before);
        before->bytes += bytes;
        wm_free_index_insert(heap, before);
        wm_pool_give(&heap->pool, spare, sizeof *spare);
    } else {
        wm_free_index_insert(heap,
                             add_chunk(heap, segment, spare, WM_CHUNK_FREE, rest->start, bytes));
    }
    if (rest->bytes == bytes) {
        wm_pool_give(&heap->pool, rest, sizeof *rest);
        return;
    }
    add_chunk(heap, segment, rest, WM_CHUNK_UNCOMMITTED, rest->start + bytes, rest->bytes - bytes);
}

static bool commit(struct wm_heap *heap, struct wm_segment *segment, size_t bytes)
{
    struct wm_chunk *spare = wm_pool_take(&heap->pool, sizeof *spare);
    if (spare == NULL) {
        return false;
    }
    uintptr_t end = segment->committed_end + bytes;
    if (wm_vm_commit(segment->committed_end, end, heap->protection) != NO_ERROR) {
        wm_pool_give(&heap->pool, spare, sizeof *spare);
        return false;
    }
    segment->is_closed = false;
    segment->committed_end = end;
    heap->committed_bytes += bytes;
    move_border(heap, segment, bytes, spare);
    return true;
}

/* At least `bytes`, preferably a whole step. False if the segment has not got them. */
static bool commit_step(struct wm_heap *heap, struct wm_segment *segment, size_t bytes)
{
    uintptr_t needed;
    size_t left = segment->end - segment->committed_end;
    if (!wm_round_up(bytes, WM_OS_PAGE_BYTES, &needed) || needed > left) {
        return false;
    }
    size_t step = (segment->committed_end - segment->base) / 4;
    step = wm_round_down(step, WM_OS_PAGE_BYTES);
    step = step < COMMIT_STEP_BYTES_MIN ? COMMIT_STEP_BYTES_MIN : step;
    step = step > COMMIT_STEP_BYTES_MAX ? COMMIT_STEP_BYTES_MAX : step;
    step = step < needed ? needed : step;
    step = step > left ? left : step;
    return commit(heap, segment, step) || (step != needed && commit(heap, segment, needed));
}

bool wm_segment_commit_after(struct wm_heap *heap, struct wm_chunk *chunk, size_t bytes)
{
    struct wm_chunk *next = chunk->next;
    size_t have = 0;
    if (next != NULL && next->kind == WM_CHUNK_FREE) {
        have = next->bytes;
        next = next->next;
    }
    if (next == NULL || next->kind != WM_CHUNK_UNCOMMITTED) {
        return false;
    }
    return have >= bytes || commit_step(heap, chunk->segment, bytes - have);
}

static bool grow_segment(struct wm_heap *heap, struct wm_segment *segment, size_t bytes)
{
    struct wm_chunk *last = segment->last;
    if (last->kind != WM_CHUNK_UNCOMMITTED) {
        return false;
    }
    if (last->previous->kind == WM_CHUNK_FREE) {
        WM_ASSERT(last->previous->bytes < bytes); /* or nobody would ask */
        bytes -= last->previous->bytes;
    }
    return commit_step(heap, segment, bytes);
}

static bool add_segment(struct wm_heap *heap, size_t bytes)
{
    uintptr_t needed;
    if (!wm_round_up(bytes + WM_HEAD_BYTES, WM_OS_GRANULE_BYTES, &needed)) {
        return false;
    }
    size_t wanted = wm_round_down(heap->reserved_bytes, WM_OS_GRANULE_BYTES);
    wanted = wanted < SEGMENT_BYTES_MIN ? SEGMENT_BYTES_MIN : wanted;
    wanted = wanted > SEGMENT_BYTES_MAX ? SEGMENT_BYTES_MAX : wanted;
    wanted = wanted < needed ? needed : wanted;
    return wm_segment_create(heap, wanted, needed) == NO_ERROR ||
           (wanted != needed && wm_segment_create(heap, needed, needed) == NO_ERROR);
}

bool wm_segment_grow(struct wm_heap *heap, size_t bytes)
{
    /* Newest first: older ones are mostly used up. Segments double, so there are few. */
    struct wm_segment *segment = heap->last_segment;
    for (; segment != NULL; segment = segment->previous) {
        if (grow_segment(heap, segment, bytes)) {
            return true;
        }
    }
    return !heap->fixed && add_segment(heap, bytes);
}

/* Whole pages at the end of the committed part that no block uses go back to the system, except for
 * the page in which the last free chunk begins, so that the chunk stays. */
static void trim_segment(struct wm_heap *heap, struct wm_segment *segment)
{
    struct wm_chunk *rest = segment->last->kind == WM_CHUNK_UNCOMMITTED ? segment->last : NULL;
    struct wm_chunk *chunk = rest != NULL ? rest->previous : segment->last;
    uintptr_t border;
    if (chunk->kind != WM_CHUNK_FREE || !wm_round_up(chunk->start + 1, WM_OS_PAGE_BYTES, &border) ||
        border >= segment->committed_end) {
        return;
    }
    struct wm_chunk *spare = wm_pool_take(&heap->pool, sizeof *spare);
    if (spare == NULL || wm_vm_decommit(border, segment->committed_end) != NO_ERROR) {
        wm_pool_give(&heap->pool, spare, sizeof *spare);
        return;
    }
    wm_free_index_remove(heap, chunk);
    chunk->bytes = border - chunk->start;
    wm_free_index_insert(heap, chunk);
    heap->committed_bytes -= segment->committed_end - border;
    segment->committed_end = border;
    if (rest != NULL) {
        wm_index_remove(heap, rest);
        wm_pool_give(&heap->pool, rest, sizeof *rest);
    }
    chunk->next = NULL;
    segment->last = chunk;
    add_chunk(heap, segment, spare, WM_CHUNK_UNCOMMITTED, border, segment->end - border);
}

void wm_segment_trim(struct wm_heap *heap)
{
    if (heap->empty_segment != NULL) {
        (void)wm_segment_release(heap, heap->empty_segment);
    }
    for (struct wm_segment *segment = heap->first_segment; segment != NULL;
         segment = segment->next) {
        trim_segment(heap, segment);
    }
}
