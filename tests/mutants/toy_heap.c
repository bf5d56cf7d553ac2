/* The list of heaps: creating, destroying, finding and entering them. */
#define _GNU_SOURCE /* PTHREAD_MUTEX_RECURSIVE, MAP_ANONYMOUS */

#include "tests/mutants/toy_heap.h"
#include "tests/mutants/toy_virtual.h"

#include <stdlib.h>
#include <sys/mman.h>

pthread_mutex_t heaps_lock = PTHREAD_MUTEX_INITIALIZER;
struct heap *heaps;

#define OPTIONS_KNOWN (HEAP_NO_SERIALIZE | HEAP_GENERATE_EXCEPTIONS | HEAP_CREATE_ENABLE_EXECUTE)

/* --- Finding and entering ----------------------------------------------------------------- */

struct heap *heap_find(HANDLE handle)
{
    pthread_mutex_lock(&heaps_lock);
    struct heap *heap = heaps;
    while (heap != NULL && heap_handle(heap) != handle) {
        heap = heap->next;
    }
    pthread_mutex_unlock(&heaps_lock);
    return heap;
}

static pthread_mutex_t *lock_of(struct heap *heap)
{
    return mutant(heap_lock_locks_every_heap) ? &heaps->lock : &heap->lock;
}

static void note_thread(struct heap *heap)
{
    heap->is_shared = heap->is_shared || !pthread_equal(heap->creator, pthread_self());
}

void heap_enter(struct heap *heap)
{
    pthread_mutex_lock(lock_of(heap));
    note_thread(heap);
}

bool heap_try_enter(struct heap *heap)
{
    if (pthread_mutex_trylock(lock_of(heap)) != 0) {
        return false;
    }
    note_thread(heap);
    return true;
}

void heap_leave(struct heap *heap)
{
    pthread_mutex_unlock(lock_of(heap));
}

bool heap_fail(const struct heap *heap, DWORD error)
{
    (void)toy_fail(error);
    if (mutant(generating_heap_raises_whatever_fails) &&
        (heap->options & HEAP_GENERATE_EXCEPTIONS) != 0) {
        toy_raise(STATUS_NO_MEMORY, 0);
    }
    return false;
}

size_t heap_requested(const struct heap *heap)
{
    size_t sum = 0;
    for (size_t i = 0; i < heap->block_count; i++) {
        sum += heap->blocks[i].size;
    }
    return sum;
}

/* --- Creating ----------------------------------------------------------------------------- */

static void make_recursive_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

static void append_heap(struct heap *heap)
{
    pthread_mutex_lock(&heaps_lock);
    struct heap **end = &heaps;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = heap;
    pthread_mutex_unlock(&heaps_lock);
}

static struct heap *newest_private_heap(size_t *count)
{
    struct heap *newest = NULL;
    *count = 0;
    pthread_mutex_lock(&heaps_lock);
    for (struct heap *heap = heaps; heap != NULL; heap = heap->next) {
        newest = heap == heaps ? NULL : heap;
        (*count)++;
    }
    pthread_mutex_unlock(&heaps_lock);
    return newest;
}

/* The arguments that mutants refuse. */
static bool is_refused(DWORD options, size_t initial, size_t maximum, size_t heap_count)
{
    return (mutant(heap_create_refuses_combined_options) && (options & (options - 1)) != 0) ||
           (mutant(heap_create_limits_the_initial_size) && initial > SEGMENT_BYTES) ||
           (mutant(heap_create_refuses_equal_sizes) && maximum != 0 && initial == maximum) ||
           (mutant(heap_create_stops_at_a_hundred_heaps) && heap_count >= 100);
}

/* The pages of the first segment. */
static void size_heap(struct heap *heap, size_t *committed, size_t *reserved)
{
    *committed = heap->initial_size == 0 ? TOY_PAGE : round_up(heap->initial_size, TOY_PAGE);
    *reserved = *committed > SEGMENT_BYTES ? *committed : SEGMENT_BYTES;
    if (heap->maximum != 0) {
        *reserved = heap->maximum;
        *committed = smaller(*committed, *reserved);
    }
    if ((mutant(fixed_heap_ends_with_its_initial_size) && heap->maximum != 0) ||
        (mutant(growable_heap_ends_with_its_initial_size) && heaps != NULL)) {
        *reserved = *committed;
    }
    if (mutant(heap_create_commits_one_page)) {
        *committed = TOY_PAGE;
    }
}

static struct heap *make_heap(DWORD options, size_t initial, size_t maximum)
{
    size_t committed = 0;
    size_t reserved = 0;
    struct heap *heap = calloc(1, sizeof *heap);
    if (heap == NULL) {
        return NULL;
    }
    heap->options = options & OPTIONS_KNOWN;
    heap->initial_size = initial;
    heap->maximum = round_up(maximum, TOY_PAGE);
    heap->creator = pthread_self();
    heap->freed_size = SIZE_MAX;
    heap->compatibility =
        heap_is_restricted(heap) || mutant(growable_heap_is_a_standard_heap) ? 0 : 2;
    size_heap(heap, &committed, &reserved);
    if (!store_open(heap, committed, reserved)) {
        free(heap->segments);
        free(heap);
        return NULL;
    }
    make_recursive_lock(&heap->lock);
    append_heap(heap);
    return heap;
}

HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize)
{
    size_t count = 0;
    struct heap *newest = newest_private_heap(&count);
    if (mutant(heap_create_returns_a_handle_in_use) && newest != NULL) {
        return heap_handle(newest);
    }
    if (mutant(heap_create_cuts_a_huge_initial_size) && dwInitialSize > TOY_BYTES_MAX) {
        dwInitialSize = 0;
    }
    if (mutant(heap_create_cuts_a_huge_maximum) && dwMaximumSize > TOY_BYTES_MAX) {
        dwMaximumSize = SEGMENT_BYTES;
    }
    struct heap *heap = NULL;
    if (dwInitialSize <= TOY_BYTES_MAX && dwMaximumSize <= TOY_BYTES_MAX &&
        !is_refused(flOptions, dwInitialSize, dwMaximumSize, count)) {
        heap = make_heap(flOptions, dwInitialSize, dwMaximumSize);
    }
    if (heap == NULL) {
        (void)toy_fail(ERROR_NOT_ENOUGH_MEMORY);
        if (mutant(heap_create_raises_on_failure)) {
            toy_raise(STATUS_NO_MEMORY, dwInitialSize);
        }
        return NULL;
    }
    return heap_handle(heap);
}

void toy_start_heaps(void)
{
    if (make_heap(0, 0, 0) == NULL) {
        abort(); /* without a default heap there is nothing to be asked */
    }
}

/* --- Destroying --------------------------------------------------------------------------- */

static void remove_heap(struct heap *heap)
{
    pthread_mutex_lock(&heaps_lock);
    struct heap **place = &heaps;
    while (*place != heap) {
        place = &(*place)->next;
    }
    *place = heap->next;
    pthread_mutex_unlock(&heaps_lock);
}

static void spoil_other_heaps(void)
{
    for (const struct heap *heap = heaps; heap != NULL; heap = heap->next) {
        spoil_block(heap, 0);
    }
}

BOOL HeapDestroy(HANDLE hHeap)
{
    struct heap *heap = heap_find(hHeap);
    if (heap == NULL || heap == heaps || mutant(heap_destroy_fails)) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    if (mutant(heap_destroy_fails_with_live_blocks) && heap->block_count > 0) {
        return toy_fail(ERROR_BUSY);
    }
    remove_heap(heap);
    pthread_mutex_destroy(&heap->lock);
    note_destroyed(heap_handle(heap));
    if (mutant(heap_destroy_takes_address_space)) {
        (void)mmap(NULL, SEGMENT_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (!mutant(heap_destroy_leaves_its_pages)) {
        store_close(heap);
    }
    if (mutant(heap_destroy_commits_reserved_pages)) {
        commit_last_pages();
    }
    if (mutant(heap_destroy_damages_other_heaps)) {
        spoil_other_heaps();
    }
    free(heap);
    return TRUE;
}
