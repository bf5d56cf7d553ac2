/* The vectored handlers of a trace, in the order in which they are called, and what follows from
 * that for an exception.
 *
 * Handlers of the executor or the runtime stand behind them and do not show. */
#ifndef HCK_ORACLE_HANDLERS_H
#define HCK_ORACLE_HANDLERS_H

#include "spec/call.h"

enum {
    HANDLERS_LIVE_MAX = 32, /* the executor has that many */
    HANDLER_NONE = 255
};

struct handler {
    uint64_t handle;
    uint32_t slot;     /* NO_SLOT for one without a name */
    uint32_t sequence; /* of its registration */
    uint8_t behaviour; /* enum handler_behaviour */
    uint8_t thread;    /* that registered it */
};

struct handlers {
    uint32_t count;
    struct handler items[HANDLERS_LIVE_MAX];
    uint32_t sequence;      /* of the newest registration */
    uint32_t removed_slots; /* one bit for each v slot whose handler was removed */
    bool any_removed;
    bool removed_since_seen; /* since handlers were last called as they should be */
    bool is_uncertain;       /* the order is not known: nothing is claimed of handler calls */
};

/* The calls that are to be seen during one observation, as far as it records them. */
struct expected_handler_call {
    uint8_t handler;   /* index into handlers.items */
    uint8_t exception; /* the how many-th of the observation, from 0 */
    uint32_t code;
};

struct expected_handlers {
    uint32_t count;
    uint32_t exception_count;
    bool is_open; /* what comes behind these calls is not known */
    struct expected_handler_call calls[HANDLER_CALLS_MAX];
};

enum exception_end {
    EXCEPTION_UNHANDLED, /* every handler continued the search */
    EXCEPTION_CONTINUED, /* one continued execution */
    EXCEPTION_COMMITTED, /* one committed the page and continued execution */
    EXCEPTION_OPEN       /* it cannot be told */
};

enum commit_outcome { COMMIT_FAILS, COMMIT_WORKS, COMMIT_OPEN };

/* Appends the calls for one exception. `commit` is what a handler that commits the page meets. */
enum exception_end hck_handlers_expect(const struct handlers *handlers, uint32_t code,
                                       enum commit_outcome commit,
                                       struct expected_handlers *expected);

/* Takes note of a registration and of a removal. */
void hck_handlers_add(struct handlers *handlers, uint64_t handle, uint32_t slot,
                      enum handler_behaviour behaviour, bool is_first, uint8_t thread);
void hck_handlers_remove(struct handlers *handlers, uint32_t index);

/* The handler with this handle, or HANDLER_NONE. */
uint32_t hck_handlers_find(const struct handlers *handlers, uint64_t handle);

/* Some handler of the slot, or HANDLER_NONE. */
uint32_t hck_handlers_of_slot(const struct handlers *handlers, uint32_t slot);

#endif
