/* fork() in a program with threads: only the calling thread goes on in the child, so whatever lock
 * another thread holds there stays taken for ever, and what it was changing stays half changed.
 * Therefore all locks are taken before the fork and opened after it, on both sides.
 *
 * The ranks are the lock order of the library: whoever holds a lock may take those of later ranks
 * only. (A heap's lock is the client's too, by HeapLock, and then goes with any other in any order:
 * see impl/heap/fork.c.) */
#ifndef WM_BASE_FORK_H
#define WM_BASE_FORK_H

#include "impl/base/lock.h"

enum wm_fork_rank {
    WM_FORK_HEAPS,    /* the registry, then every heap */
    WM_FORK_PAGES,    /* the region map */
    WM_FORK_HANDLERS, /* the list of vectored handlers */
    WM_FORK_BLOCKS,   /* the nodes of WM_TRY blocks */
    WM_FORK_FAULTS,   /* the start of fault handling */
    WM_FORK_RANK_COUNT
};

struct wm_fork_part {
    void (*before)(void);
    void (*after)(bool in_child);
};

/* For constructors, so that nobody can fork before. The part has to live on. */
void wm_fork_join(enum wm_fork_rank rank, const struct wm_fork_part *part);

/* The same for what is guarded by one lock that only the library takes. */
void wm_fork_join_lock(enum wm_fork_rank rank, struct wm_lock *lock);

#endif
