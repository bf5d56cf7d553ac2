/* A three-state lock over the wait and wake of the operating system: release makes a system call
 * only when somebody may sleep. The owner is written and read as own identity only by its thread,
 * so relaxed order is enough for it: a thread that reads its own identity wrote it itself. */
#include "impl/base/lock.h"

#include "impl/base/assert.h"
#include "impl/base/thread.h"

enum { OPEN = 0, TAKEN = 1, CONTENDED = 2 };

/* Short critical sections are usually over before a sleeper would have been put to bed. */
#define SPIN_COUNT_MAX 64

static void wait_for(struct wm_lock *lock)
{
    for (int spin = 0; spin < SPIN_COUNT_MAX; spin++) {
        uint32_t open = OPEN;
        if (atomic_load_explicit(&lock->state, memory_order_relaxed) == OPEN &&
            atomic_compare_exchange_weak_explicit(&lock->state, &open, TAKEN, memory_order_acquire,
                                                  memory_order_relaxed)) {
            return;
        }
        __builtin_ia32_pause();
    }
    while (atomic_exchange_explicit(&lock->state, CONTENDED, memory_order_acquire) != OPEN) {
        wm_os->wait((uint32_t *)&lock->state, CONTENDED);
    }
}

/* Nested, or free to take. */
static inline bool take_at_once(struct wm_lock *lock)
{
    uintptr_t self = wm_thread_identity();
    if (atomic_load_explicit(&lock->owner, memory_order_relaxed) == self) {
        lock->depth++;
        WM_ASSERT(lock->depth != 0);
        return true;
    }
    uint32_t open = OPEN;
    if (!atomic_compare_exchange_strong_explicit(&lock->state, &open, TAKEN, memory_order_acquire,
                                                 memory_order_relaxed)) {
        return false;
    }
    atomic_store_explicit(&lock->owner, self, memory_order_relaxed);
    lock->depth = 1;
    return true;
}

void wm_lock_take(struct wm_lock *lock)
{
    if (!take_at_once(lock)) {
        wait_for(lock);
        atomic_store_explicit(&lock->owner, wm_thread_identity(), memory_order_relaxed);
        lock->depth = 1;
    }
}

bool wm_lock_try(struct wm_lock *lock)
{
    return take_at_once(lock);
}

void wm_lock_release(struct wm_lock *lock)
{
    WM_ASSERT(wm_lock_is_mine(lock));
    if (--lock->depth != 0) {
        return;
    }
    atomic_store_explicit(&lock->owner, 0, memory_order_relaxed);
    if (atomic_exchange_explicit(&lock->state, OPEN, memory_order_release) == CONTENDED) {
        wm_os->wake_one((uint32_t *)&lock->state);
    }
}

bool wm_lock_is_mine(const struct wm_lock *lock)
{
    return atomic_load_explicit(&lock->owner, memory_order_relaxed) == wm_thread_identity();
}
