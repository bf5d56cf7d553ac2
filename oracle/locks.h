/* Which pages are locked. `locks` of the oracle holds runs of pages (a: enum page_lock). Pages that
 * are in no run were never locked in their reservation.
 *
 * Where the arena is too small for a cut, nothing is claimed of locks any more. */
#ifndef HCK_ORACLE_LOCKS_H
#define HCK_ORACLE_LOCKS_H

#include "oracle/model.h"

enum page_lock {
    LOCK_NEVER,
    LOCK_HELD,
    LOCK_ENDED,       /* by VirtualUnlock */
    LOCK_DECOMMITTED, /* it was held when the page was decommitted ... */
    LOCK_OFFERED,     /* ... or offered */
    LOCK_OPEN         /* held or not */
};

/* Of the page at the address; `*end` becomes the end of a stretch of which the same is true, at
 * most `*end` before. */
enum page_lock hck_locks_at(const struct oracle *oracle, uint64_t address, uint64_t *end);

/* Whether a page of [start, end) is or may be locked. */
bool hck_locks_may_hold(const struct oracle *oracle, uint64_t start, uint64_t end);

/* Gives the pages of [start, end) this state. */
void hck_locks_set(struct oracle *oracle, uint64_t start, uint64_t end, enum page_lock lock);

/* The same for those of them that have another one. */
void hck_locks_change(struct oracle *oracle, uint64_t start, uint64_t end, enum page_lock from,
                      enum page_lock to);

/* Those of [start, end) that are not held may be. */
void hck_locks_open(struct oracle *oracle, uint64_t start, uint64_t end);

/* What was done to [start, end) is not known: what was ever locked there may be or not. */
void hck_locks_doubt(struct oracle *oracle, uint64_t start, uint64_t end);

/* Another reservation begins or ends at [start, end). */
void hck_locks_forget(struct oracle *oracle, uint64_t start, uint64_t end);

#endif
