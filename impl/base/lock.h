/* A lock that nests, for whoever owns it. Zero-initialised memory is an open lock, and an open lock
 * may simply be forgotten.
 *
 * Taking it may sleep but allocates nothing and is safe in a fault handler, provided the thread was
 * not interrupted inside the library itself.
 */
#ifndef WM_BASE_LOCK_H
#define WM_BASE_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct wm_lock {
    _Atomic uint32_t state;  /* 0 open, 1 taken, 2 taken and somebody may be asleep */
    uint32_t depth;          /* of the owner */
    _Atomic uintptr_t owner; /* wm_thread_identity() or 0 */
};

void wm_lock_take(struct wm_lock *lock);

/* Takes the lock if that needs no waiting. */
bool wm_lock_try(struct wm_lock *lock);

void wm_lock_release(struct wm_lock *lock);

/* Whether the calling thread owns the lock. */
bool wm_lock_is_mine(const struct wm_lock *lock);

#endif
