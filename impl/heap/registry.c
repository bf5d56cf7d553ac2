/* Which heaps there are.
 *
 * A handle is only a number until it was found here, so any value is safe to pass. Finding takes no
 * lock: the table is an open-addressing hash of heap structures, which are recycled but never
 * unmapped, and an entry counts only if the heap still has the handle. Outgrown tables are kept,
 * because somebody may be reading them; together they are smaller than the current one.
 *
 * A heap that is removed leaves no mark behind: those after it move up, so searches for what is not
 * there stay short however many heaps come and go. A search may miss a heap that is just moving; it
 * sees by the count of removals that it has to search again.
 *
 * Invariants (wm_registry_is_sound), under the registry lock: 1. Every heap on the list is in the
 * table, no other is. 2. The list is in the order of creation. 3. At most half of the table is in
 * use.
 */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/base/client_error.h"
#include "impl/base/exception.h"
#include "impl/base/thread.h"
#include "impl/heap/heap.h"
#include "impl/include/winmem.h"
#include "impl/include/winmem_sim.h"
#include "impl/vm/vm.h"

#include <stdatomic.h>
#include <string.h>

#define FIRST_SLOT_COUNT 64

/* Pools of destroyed heaps that are kept for the next ones with their first mapping, so that heaps
 * that come and go ask the system for little. */
#define KEPT_POOL_COUNT_MAX 16

typedef _Atomic(struct wm_heap *) table_slot;

struct table {
    size_t slot_count; /* a power of two */
    table_slot *slots;
    struct table *narrower; /* the outgrown one */
};

struct wm_lock wm_registry_lock;
static struct wm_pool registry_pool;
static table_slot first_slots[FIRST_SLOT_COUNT];
static struct table first_table = {.slot_count = FIRST_SLOT_COUNT, .slots = first_slots};
static _Atomic(struct table *) current_table = &first_table;
static size_t heap_count;
static struct wm_heap *oldest;
static struct wm_heap *newest;
static struct wm_heap *recycled; /* for the next heaps, linked through `newer` */
static struct wm_pool kept_pools[KEPT_POOL_COUNT_MAX];
static unsigned kept_pool_count;
static struct wm_heap *unfinished; /* destroyed, but the system kept part of the memory */
static _Atomic(struct wm_heap *) default_heap;

static _Atomic size_t removal_steps; /* odd while a removal is going on */

static size_t slot_of(const struct table *table, uintptr_t handle)
{
    return (size_t)(((handle >> 16) * 0x9E3779B97F4A7C15u) >> 32) & (table->slot_count - 1);
}

__attribute__((constructor)) static void join_forks(void)
{
    wm_fork_join(WM_FORK_HEAPS, &wm_heap_fork_part);
}

static struct wm_heap *search(uintptr_t wanted)
{
    const struct table *table = atomic_load_explicit(&current_table, memory_order_acquire);
    size_t slot = slot_of(table, wanted);
    for (size_t i = 0; i < table->slot_count; i++) {
        struct wm_heap *heap = atomic_load_explicit(&table->slots[slot], memory_order_acquire);
        if (heap == NULL) {
            return NULL;
        }
        if (atomic_load_explicit(&heap->handle, memory_order_acquire) == wanted) {
            return heap;
        }
        slot = (slot + 1) & (table->slot_count - 1);
    }
    return NULL;
}

/* Slots are stored with release after the count and loaded with acquire before it is read again: a
 * search that has seen anything of a removal sees the count change. */
struct wm_heap *wm_heap_find(HANDLE handle)
{
    uintptr_t wanted = (uintptr_t)handle;
    if (wanted == 0) {
        return NULL;
    }
    for (;;) {
        size_t before = atomic_load_explicit(&removal_steps, memory_order_acquire);
        struct wm_heap *heap = search(wanted);
        if (heap != NULL ||
            (before % 2 == 0 &&
             atomic_load_explicit(&removal_steps, memory_order_relaxed) == before)) {
            return heap;
        }
    }
}

struct wm_heap *wm_heap_find_or_report(HANDLE handle)
{
    struct wm_heap *heap = wm_heap_find(handle);
    if (heap == NULL) {
        wm_client_error_not_a_heap();
    }
    return heap;
}

static void put_in_table(struct table *table, struct wm_heap *heap)
{
    size_t slot = slot_of(table, atomic_load_explicit(&heap->handle, memory_order_relaxed));
    for (;;) {
        if (atomic_load_explicit(&table->slots[slot], memory_order_relaxed) == NULL) {
            atomic_store_explicit(&table->slots[slot], heap, memory_order_release);
            return;
        }
        slot = (slot + 1) & (table->slot_count - 1);
    }
}

static size_t mapped_bytes_of(size_t slot_count)
{
    size_t bytes = slot_count * sizeof(table_slot);
    return (bytes + WM_OS_GRANULE_BYTES - 1) & ~(WM_OS_GRANULE_BYTES - 1);
}

static bool widen_table(void)
{
    struct table *old = atomic_load_explicit(&current_table, memory_order_relaxed);
    struct table *wide = wm_pool_take(&registry_pool, sizeof *wide);
    uintptr_t address = 0;
    size_t bytes = mapped_bytes_of(old->slot_count * 2);
    if (wide == NULL || wm_os->map(&address, bytes, WM_OS_READ | WM_OS_WRITE) != WM_OS_OK) {
        wm_pool_give(&registry_pool, wide, sizeof *wide);
        return false;
    }
    wide->slots = (table_slot *)address;
    wide->slot_count = bytes / sizeof(table_slot);
    wide->narrower = old;
    for (struct wm_heap *heap = oldest; heap != NULL; heap = heap->newer) {
        put_in_table(wide, heap);
    }
    atomic_store_explicit(&current_table, wide, memory_order_release);
    return true;
}

static size_t home_of(const struct table *table, const struct wm_heap *heap)
{
    return slot_of(table, atomic_load_explicit(&heap->handle, memory_order_relaxed));
}

/* Fills the hole with what would be found there, and what that leaves likewise, up to the next
 * empty slot. A heap is in both places before it is in one. */
static void close_hole(const struct table *table, size_t hole)
{
    size_t mask = table->slot_count - 1;
    struct wm_heap *heap;
    for (size_t slot = (hole + 1) & mask;
         (heap = atomic_load_explicit(&table->slots[slot], memory_order_relaxed)) != NULL;
         slot = (slot + 1) & mask) {
        if (((slot - home_of(table, heap)) & mask) >= ((slot - hole) & mask)) {
            atomic_store_explicit(&table->slots[hole], heap, memory_order_release);
            hole = slot;
        }
    }
    atomic_store_explicit(&table->slots[hole], NULL, memory_order_release);
}

static void remove_from_table(const struct wm_heap *heap)
{
    const struct table *table = atomic_load_explicit(&current_table, memory_order_relaxed);
    size_t slot = home_of(table, heap);
    while (atomic_load_explicit(&table->slots[slot], memory_order_relaxed) != heap) {
        slot = (slot + 1) & (table->slot_count - 1);
    }
    size_t steps = atomic_load_explicit(&removal_steps, memory_order_relaxed);
    atomic_store_explicit(&removal_steps, steps + 1, memory_order_relaxed);
    close_hole(table, slot);
    atomic_store_explicit(&removal_steps, steps + 2, memory_order_release);
}

_Static_assert(offsetof(struct wm_heap, handle) == 0, "the handle is what comes before the rest");

/* A zeroed structure, perhaps with a pool, or NULL. The handle of a recycled one is 0 already and
 * may be being read: by a search that found the structure in the table before it was taken out. */
static struct wm_heap *new_heap(void)
{
    struct wm_heap *heap = recycled;
    if (heap != NULL) {
        recycled = heap->newer;
        memset((char *)heap + sizeof heap->handle, 0, sizeof *heap - sizeof heap->handle);
    } else {
        heap = wm_pool_take(&registry_pool, sizeof *heap);
    }
    if (heap != NULL && kept_pool_count != 0) {
        heap->pool = kept_pools[--kept_pool_count];
    }
    return heap;
}

static void give_back(struct wm_heap *heap)
{
    if (wm_heap_close(heap, kept_pool_count < KEPT_POOL_COUNT_MAX)) {
        heap->newer = recycled;
        recycled = heap;
        if (heap->pool.mappings != NULL) {
            kept_pools[kept_pool_count++] = heap->pool;
        }
        return;
    }
    heap->newer = unfinished;
    unfinished = heap;
}

static void retry_unfinished(void)
{
    struct wm_heap *heap = unfinished;
    unfinished = NULL;
    while (heap != NULL) {
        struct wm_heap *next = heap->newer;
        give_back(heap);
        heap = next;
    }
}

static struct wm_heap *create_locked(DWORD options, size_t initial, size_t maximum)
{
    retry_unfinished();
    const struct table *table = atomic_load_explicit(&current_table, memory_order_relaxed);
    if (heap_count >= table->slot_count / 2 && !widen_table()) {
        return NULL;
    }
    struct wm_heap *heap = new_heap();
    if (heap == NULL) {
        return NULL;
    }
    if (!wm_heap_open(heap, options, initial, maximum)) {
        give_back(heap);
        return NULL;
    }
    atomic_store_explicit(&heap->handle, heap->first_segment->base, memory_order_release);
    put_in_table(atomic_load_explicit(&current_table, memory_order_relaxed), heap);
    heap->older = newest;
    *(newest != NULL ? &newest->newer : &oldest) = heap;
    newest = heap;
    heap_count++;
    return heap;
}

static HANDLE handle_of(const struct wm_heap *heap)
{
    return heap == NULL ? NULL : (HANDLE)atomic_load_explicit(&heap->handle, memory_order_relaxed);
}

HANDLE WINAPI GetProcessHeap(void)
{
    struct wm_heap *heap = atomic_load_explicit(&default_heap, memory_order_acquire);
    if (heap == NULL) {
        wm_lock_take(&wm_registry_lock);
        heap = atomic_load_explicit(&default_heap, memory_order_relaxed);
        if (heap == NULL) {
            heap = create_locked(0, 0, 0);
            atomic_store_explicit(&default_heap, heap, memory_order_release);
        }
        wm_lock_release(&wm_registry_lock);
    }
    if (heap == NULL) {
        wm_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    return handle_of(heap);
}

HANDLE WINAPI HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize)
{
    wm_lock_take(&wm_registry_lock);
    HANDLE handle = handle_of(create_locked(flOptions, dwInitialSize, dwMaximumSize));
    wm_lock_release(&wm_registry_lock);
    if (handle == NULL) {
        wm_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    return handle;
}

static void destroy_locked(struct wm_heap *heap)
{
    remove_from_table(heap);
    atomic_store_explicit(&heap->handle, 0, memory_order_release);
    *(heap->older != NULL ? &heap->older->newer : &oldest) = heap->newer;
    *(heap->newer != NULL ? &heap->newer->older : &newest) = heap->older;
    heap_count--;
    retry_unfinished();
    give_back(heap);
}

BOOL WINAPI HeapDestroy(HANDLE hHeap)
{
    wm_lock_take(&wm_registry_lock);
    struct wm_heap *heap = wm_heap_find(hHeap);
    bool refused = heap != NULL && heap == atomic_load(&default_heap);
    if (heap != NULL && !refused) {
        destroy_locked(heap);
    }
    wm_lock_release(&wm_registry_lock);
    if (heap == NULL) {
        wm_client_error_not_a_heap();
        return FALSE;
    }
    return refused ? wm_fail(ERROR_INVALID_HANDLE) : TRUE;
}

/* The default heap first, then the others, as far as there is room. */
static void list_locked(HANDLE *handles, size_t room)
{
    const struct wm_heap *first = atomic_load_explicit(&default_heap, memory_order_relaxed);
    size_t count = 0;
    if (room != 0) {
        handles[count++] = handle_of(first);
    }
    for (const struct wm_heap *heap = oldest; heap != NULL && count < room; heap = heap->newer) {
        if (heap != first) {
            handles[count++] = handle_of(heap);
        }
    }
}

/* The client's memory is written when the lock is open again: a bad address raises an exception,
 * and whoever takes it may not come back. */
DWORD WINAPI GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps)
{
    enum { FEW_COUNT = 64 };
    HANDLE few[FEW_COUNT];
    HANDLE *handles = few;
    uintptr_t many = 0;
    uintptr_t many_bytes = 0;
    if (GetProcessHeap() == NULL) {
        return 0;
    }
    wm_lock_take(&wm_registry_lock);
    size_t count = heap_count;
    size_t room = count < NumberOfHeaps ? count : NumberOfHeaps;
    if (room > FEW_COUNT) {
        bool mapped = wm_round_up(room * sizeof(HANDLE), WM_OS_GRANULE_BYTES, &many_bytes) &&
                      wm_os->map(&many, many_bytes, WM_OS_READ | WM_OS_WRITE) == WM_OS_OK;
        handles = (HANDLE *)many;
        count = mapped ? count : 0;
        room = mapped ? room : 0;
    }
    list_locked(handles, room);
    wm_lock_release(&wm_registry_lock);
    if (room != 0) {
        memcpy(ProcessHeaps, handles, room * sizeof(HANDLE));
    }
    if (many != 0) {
        (void)wm_os->unmap(many, many_bytes);
    }
    if (count == 0) {
        wm_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    return (DWORD)count;
}

void wm_heap_visit_all(void (*visit)(struct wm_heap *heap))
{
    wm_lock_take(&wm_registry_lock);
    for (struct wm_heap *heap = oldest; heap != NULL; heap = heap->newer) {
        visit(heap);
    }
    wm_lock_release(&wm_registry_lock);
}

/* --- Starting over ---------------------------------------------------------------------------- */

/* An outgrown table still has the heaps that were in it when it was. */
static bool narrow_table(void)
{
    struct table *table;
    memset((void *)first_slots, 0, sizeof first_slots);
    while ((table = atomic_load_explicit(&current_table, memory_order_relaxed)) != &first_table) {
        if (wm_os->unmap((uintptr_t)table->slots, mapped_bytes_of(table->slot_count)) != WM_OS_OK) {
            return false;
        }
        atomic_store_explicit(&current_table, table->narrower, memory_order_release);
    }
    return true;
}

static bool drop_kept_pools(void)
{
    while (kept_pool_count != 0 && wm_pool_destroy(&kept_pools[kept_pool_count - 1])) {
        kept_pool_count--;
    }
    return kept_pool_count == 0;
}

/* Nobody is reading what readers without a lock may read, so it can go, too. */
static bool start_over_locked(void)
{
    struct wm_heap *heap = atomic_load_explicit(&default_heap, memory_order_relaxed);
    if (heap != NULL) {
        atomic_store_explicit(&default_heap, NULL, memory_order_release);
        destroy_locked(heap);
    }
    retry_unfinished();
    if (heap_count != 0 || unfinished != NULL) {
        return false;
    }
    recycled = NULL;
    return drop_kept_pools() && narrow_table() && wm_pool_reset(&registry_pool);
}

bool wm_start_over(void)
{
    wm_lock_take(&wm_registry_lock);
    bool is_done = start_over_locked();
    wm_lock_release(&wm_registry_lock);
    wm_os_start_over();
    is_done = wm_vm_start_over() && is_done;
    return wm_exception_start_over() && is_done;
}

bool wm_registry_is_sound(void)
{
    wm_lock_take(&wm_registry_lock);
    const struct table *table = atomic_load_explicit(&current_table, memory_order_relaxed);
    size_t used = 0;
    for (size_t i = 0; i < table->slot_count; i++) {
        used += atomic_load_explicit(&table->slots[i], memory_order_relaxed) != NULL;
    }
    bool sound = used == heap_count && used <= table->slot_count / 2;
    size_t listed = 0;
    for (struct wm_heap *heap = oldest; heap != NULL; heap = heap->newer) {
        sound = sound && wm_heap_find(handle_of(heap)) == heap;
        listed++;
    }
    sound = sound && listed == heap_count;
    wm_lock_release(&wm_registry_lock);
    return sound;
}
