/* See locks.h. */
#include "oracle/locks.h"

enum page_lock hck_locks_at(const struct oracle *oracle, uint64_t address, uint64_t *end)
{
    struct extent run;
    if (oracle->has_lost_locks) {
        return LOCK_OPEN;
    }
    if (extent_map_find(&oracle->locks, address, &run)) {
        uint64_t stop = run.start + run.length;
        *end = stop < *end ? stop : *end;
        return (enum page_lock)run.a;
    }
    if (extent_map_get(extent_map_at_or_after(&oracle->locks, address), &run) && run.start < *end) {
        *end = run.start;
    }
    return LOCK_NEVER;
}

bool hck_locks_may_hold(const struct oracle *oracle, uint64_t start, uint64_t end)
{
    for (uint64_t at = start; at < end;) {
        uint64_t stop = end;
        enum page_lock lock = hck_locks_at(oracle, at, &stop);
        if (lock == LOCK_HELD || lock == LOCK_OPEN) {
            return true;
        }
        at = stop;
    }
    return false;
}

void hck_locks_set(struct oracle *oracle, uint64_t start, uint64_t end, enum page_lock lock)
{
    if (start < end &&
        !extent_map_assign(&oracle->locks, start, end, (uint32_t)lock, 0, start, end)) {
        oracle->has_lost_locks = true;
    }
}

/* Gives this state to the pages of [start, end) whose state is in the set. */
static void change(struct oracle *oracle, uint64_t start, uint64_t end, unsigned set,
                   enum page_lock to)
{
    for (uint64_t at = start; at < end;) {
        uint64_t stop = end;
        if ((set >> hck_locks_at(oracle, at, &stop) & 1) != 0) {
            hck_locks_set(oracle, at, stop, to);
        }
        at = stop;
    }
}

void hck_locks_change(struct oracle *oracle, uint64_t start, uint64_t end, enum page_lock from,
                      enum page_lock to)
{
    change(oracle, start, end, 1u << from, to);
}

void hck_locks_open(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change(oracle, start, end, ~(1u << LOCK_HELD | 1u << LOCK_OPEN), LOCK_OPEN);
}

void hck_locks_doubt(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change(oracle, start, end, ~(1u << LOCK_NEVER | 1u << LOCK_OPEN), LOCK_OPEN);
}

void hck_locks_forget(struct oracle *oracle, uint64_t start, uint64_t end)
{
    if (oracle->locks.count != 0 && !extent_map_clear(&oracle->locks, start, end)) {
        oracle->has_lost_locks = true;
    }
}
