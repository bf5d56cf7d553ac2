/* See fork.h. The handlers are registered once, whichever layer of the library is linked in. */
#include "impl/base/fork.h"

#include "impl/base/assert.h"

static const struct wm_fork_part *parts[WM_FORK_RANK_COUNT];
static struct wm_lock *locks[WM_FORK_RANK_COUNT];

static void before(void)
{
    for (unsigned rank = 0; rank < WM_FORK_RANK_COUNT; rank++) {
        if (parts[rank] != NULL) {
            parts[rank]->before();
        }
        if (locks[rank] != NULL) {
            wm_lock_take(locks[rank]);
        }
    }
}

/* The locks belong to the forking thread, which is the same one in the child. */
static void after(bool in_child)
{
    for (unsigned rank = WM_FORK_RANK_COUNT; rank-- != 0;) {
        if (locks[rank] != NULL) {
            wm_lock_release(locks[rank]);
        }
        if (parts[rank] != NULL) {
            parts[rank]->after(in_child);
        }
    }
}

static void after_in_parent(void)
{
    after(false);
}

static void after_in_child(void)
{
    after(true);
}

static void start(void)
{
    static bool started; /* constructors run on one thread */
    if (!started) {
        started = true;
        wm_os->catch_forks(before, after_in_parent, after_in_child);
    }
}

void wm_fork_join(enum wm_fork_rank rank, const struct wm_fork_part *part)
{
    WM_ASSERT(parts[rank] == NULL);
    parts[rank] = part;
    start();
}

void wm_fork_join_lock(enum wm_fork_rank rank, struct wm_lock *lock)
{
    WM_ASSERT(locks[rank] == NULL);
    locks[rank] = lock;
    start();
}
