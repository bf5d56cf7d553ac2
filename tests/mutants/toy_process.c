/* GetProcessHeap and GetProcessHeaps. */
#include "tests/mutants/toy_heap.h"

#include <stdlib.h>

static HANDLE destroyed;       /* the last one; only mutants ask */
static size_t count_max;       /* of all lists so far; only mutants ask */
static unsigned default_asked; /* only mutants ask */

void note_destroyed(HANDLE handle)
{
    destroyed = handle;
}

HANDLE GetProcessHeap(void)
{
    if (mutant(process_heap_is_null)) {
        return NULL;
    }
    if (mutant(process_heap_changes_from_call_to_call) && default_asked++ % 2 == 1) {
        return (char *)heap_handle(heaps) + BLOCK_UNIT;
    }
    return heap_handle(heaps);
}

/* --- The list ----------------------------------------------------------------------------- */

static void swap(HANDLE *list, size_t count, size_t a, size_t b)
{
    if (a < count && b < count) {
        HANDLE kept = list[a];
        list[a] = list[b];
        list[b] = kept;
    }
}

/* What mutants make of the list, which has room for one more. */
static size_t spoil_list(HANDLE *list, size_t count)
{
    count_max = count > count_max ? count : count_max;
    if (mutant(process_heap_leaves_the_list) && destroyed != NULL) {
        swap(list, count, 0, count - 1);
        count--;
    } else if (mutant(process_heaps_counts_one_too_few)) {
        count--;
    } else if (mutant(process_heaps_lists_another_default_heap)) {
        list[0] = (char *)list[0] + BLOCK_UNIT;
    } else if (mutant(process_heaps_lists_another_private_heap) && count > 1) {
        list[count - 1] = (char *)list[count - 1] + BLOCK_UNIT;
    } else if (mutant(process_heaps_repeats_a_handle) && count > 1) {
        list[count - 1] = list[0];
    } else if (mutant(process_heaps_lists_a_destroyed_heap) && destroyed != NULL) {
        list[count++] = destroyed;
    } else if (mutant(process_heaps_lists_the_default_heap_second)) {
        swap(list, count, 0, 1);
    } else if (mutant(process_heaps_lists_private_heaps_out_of_order)) {
        swap(list, count, 1, 2);
    }
    return count;
}

/* All handles; the caller frees the list. NULL where there is no memory. */
static HANDLE *list_heaps(size_t *count)
{
    pthread_mutex_lock(&heaps_lock);
    *count = 0;
    for (const struct heap *heap = heaps; heap != NULL; heap = heap->next) {
        (*count)++;
    }
    HANDLE *list = calloc(*count + 1, sizeof list[0]);
    size_t filled = 0;
    for (const struct heap *heap = heaps; list != NULL && heap != NULL; heap = heap->next) {
        list[filled++] = heap_handle(heap);
    }
    pthread_mutex_unlock(&heaps_lock);
    return list;
}

static size_t stored_count(size_t count, size_t capacity)
{
    size_t stored = smaller(count, capacity);
    if ((mutant(process_heaps_leaves_out_the_last_handle) && count <= capacity) ||
        (mutant(process_heaps_leaves_a_short_buffer_unfilled) && count > capacity)) {
        return stored == 0 ? 0 : stored - 1;
    }
    return stored;
}

DWORD GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps)
{
    size_t count = 0;
    HANDLE *list = list_heaps(&count);
    if (list == NULL) {
        return (DWORD)toy_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    count = spoil_list(list, count);
    size_t stored = stored_count(count, NumberOfHeaps);
    for (size_t i = 0; i < stored; i++) {
        ProcessHeaps[i] = list[i];
    }
    free(list);
    if (mutant(process_heaps_needs_a_buffer) && NumberOfHeaps == 0) {
        return (DWORD)toy_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    if (mutant(process_heaps_counts_what_it_stores)) {
        count = smaller(count, NumberOfHeaps);
    }
    if (mutant(process_heaps_never_counts_down)) {
        count = count_max;
    }
    return (DWORD)count;
}
