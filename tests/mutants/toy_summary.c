/* HeapSummary and HeapCompact. */
#include "tests/mutants/toy_heap.h"

static void summarize(const struct heap *heap, LPHEAP_SUMMARY summary)
{
    SIZE_T allocated = 0;
    SIZE_T large = 0;
    SIZE_T committed = 0;
    SIZE_T reserved = 0;
    for (size_t i = 0; i < heap->block_count; i++) {
        allocated += heap->blocks[i].extent;
        large += heap->blocks[i].large ? heap->blocks[i].extent : 0;
    }
    for (size_t i = 0; i < heap->segment_count; i++) {
        committed += heap->segments[i].committed;
        reserved += heap->segments[i].reserved;
    }
    summary->cbAllocated = allocated;
    summary->cbCommitted = committed + large;
    summary->cbReserved = reserved + large;
    summary->cbMaxReserve = reserved + large;
}

BOOL HeapSummary(HANDLE hHeap, DWORD dwFlags, LPHEAP_SUMMARY lpSummary)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    if (dwFlags != 0 || lpSummary == NULL || lpSummary->cb != sizeof *lpSummary) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    heap_enter(heap);
    if (!mutant(heap_summary_fills_nothing)) {
        summarize(heap, lpSummary);
    }
    heap_leave(heap);
    return TRUE;
}

/* --- Compacting --------------------------------------------------------------------------- */

static size_t largest_gap(const struct heap *heap, const struct segment *segment)
{
    size_t largest = 0;
    uintptr_t end = segment->base + segment->committed;
    uintptr_t address = store_first_place(segment);
    while (address < end) {
        const struct block *block = store_find(heap, address);
        uintptr_t next =
            block == NULL ? store_gap_end(heap, segment, address) : block->address + block->extent;
        if (block == NULL && next - address > largest) {
            largest = next - address;
        }
        address = next;
    }
    return largest;
}

static size_t compact(const struct heap *heap)
{
    size_t largest = 0;
    for (size_t i = 0; i < heap->segment_count; i++) {
        size_t gap = largest_gap(heap, &heap->segments[i]);
        largest = gap > largest ? gap : largest;
    }
    if (mutant(heap_compact_adds_a_page) && largest > 0) {
        return largest + TOY_PAGE;
    }
    return mutant(heap_compact_returns_the_maximum) ? heap->maximum : largest;
}

SIZE_T HeapCompact(HANDLE hHeap, DWORD dwFlags)
{
    (void)dwFlags;
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL) {
        (void)toy_fail(ERROR_INVALID_HANDLE);
        return 0;
    }
    heap_enter(heap);
    SIZE_T largest = compact(heap);
    if (mutant(heap_compact_damages_a_block)) {
        spoil_block(heap, 0);
    }
    heap_leave(heap);
    if (largest == 0 && !mutant(heap_compact_keeps_the_last_error)) {
        SetLastError(NO_ERROR); /* documented: no space is not an error */
    }
    return largest;
}
