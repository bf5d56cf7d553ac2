/* All heaps at rest across a fork.
 *
 * Most of the time a heap's lock is taken for the length of one call and can be waited for. But a
 * client may hold it by HeapLock for as long as it likes, and may be waiting for another heap or
 * the registry meanwhile, so waiting for it could be a deadlock. Such a heap is at rest unless its
 * owner is inside a call, and those calls also take the heap's `nested` lock: holding that one
 * keeps the heap as it is.
 *
 *     lock free                      take `lock`
 *     taken, held_by_client          take `nested`: the owner can neither begin a call nor unlock
 *     taken, not held_by_client      a call, which ends by itself: look again
 *
 * In the child, a heap that a vanished thread had locked is open: its owner is not there any more.
 */
#include "impl/heap/heap.h"

#include <stdatomic.h>

static bool take_as_client_holds(struct wm_heap *heap)
{
    if (!atomic_load_explicit(&heap->held_by_client, memory_order_acquire)) {
        return false;
    }
    wm_lock_take(&heap->nested);
    if (atomic_load_explicit(&heap->held_by_client, memory_order_acquire)) {
        return true;
    }
    wm_lock_release(&heap->nested);
    return false;
}

static void rest(struct wm_heap *heap)
{
    for (;;) {
        heap->stopped_at_fork = false;
        if (wm_lock_try(&heap->lock)) {
            return;
        }
        if (take_as_client_holds(heap)) {
            heap->stopped_at_fork = true;
            return;
        }
        wm_os->let_others_run();
    }
}

static void resume_in_parent(struct wm_heap *heap)
{
    wm_lock_release(heap->stopped_at_fork ? &heap->nested : &heap->lock);
}

static void resume_in_child(struct wm_heap *heap)
{
    if (heap->stopped_at_fork) {
        heap->lock = (struct wm_lock){.depth = 0};
        atomic_store_explicit(&heap->held_by_client, false, memory_order_relaxed);
    }
    resume_in_parent(heap);
}

static void before(void)
{
    wm_lock_take(&wm_registry_lock);
    wm_heap_visit_all(rest);
}

static void after(bool in_child)
{
    wm_heap_visit_all(in_child ? resume_in_child : resume_in_parent);
    wm_lock_release(&wm_registry_lock);
}

const struct wm_fork_part wm_heap_fork_part = {.before = before, .after = after};
