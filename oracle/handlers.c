/* The list of handlers is short, so it is an array in the order of calls. */
#include "oracle/handlers.h"

#include <string.h>

#include "spec/win32.h"

uint32_t hck_handlers_find(const struct handlers *handlers, uint64_t handle)
{
    for (uint32_t i = 0; i < handlers->count; i++) {
        if (handlers->items[i].handle == handle) {
            return i;
        }
    }
    return HANDLER_NONE;
}

uint32_t hck_handlers_of_slot(const struct handlers *handlers, uint32_t slot)
{
    for (uint32_t i = 0; i < handlers->count; i++) {
        if (handlers->items[i].slot == slot) {
            return i;
        }
    }
    return HANDLER_NONE;
}

void hck_handlers_add(struct handlers *handlers, uint64_t handle, uint32_t slot,
                      enum handler_behaviour behaviour, bool is_first, uint8_t thread)
{
    if (handlers->count == HANDLERS_LIVE_MAX) {
        handlers->is_uncertain = true;
        return;
    }
    uint32_t at = is_first ? 0 : handlers->count;
    memmove(&handlers->items[at + 1], &handlers->items[at],
            (handlers->count - at) * sizeof handlers->items[0]);
    struct handler handler = {handle, slot, ++handlers->sequence, (uint8_t)behaviour, thread};
    handlers->items[at] = handler;
    handlers->count++;
    if (slot < HANDLERS_MAX) {
        handlers->removed_slots &= ~(1u << slot);
    }
}

void hck_handlers_remove(struct handlers *handlers, uint32_t index)
{
    if (handlers->items[index].slot < HANDLERS_MAX) {
        handlers->removed_slots |= 1u << handlers->items[index].slot;
    }
    handlers->any_removed = true;
    handlers->removed_since_seen = true;
    handlers->count--;
    memmove(&handlers->items[index], &handlers->items[index + 1],
            (handlers->count - index) * sizeof handlers->items[0]);
}

/* An answer is the end of the search, or EXCEPTION_UNHANDLED for the next handler's turn. */
static enum exception_end answer(enum handler_behaviour behaviour, uint32_t code,
                                 enum commit_outcome commit)
{
    switch (behaviour) {
    case BEHAVIOUR_CONTINUE:
        return EXCEPTION_CONTINUED;
    case BEHAVIOUR_COMMIT:
        if (code != STATUS_ACCESS_VIOLATION || commit == COMMIT_FAILS) {
            return EXCEPTION_UNHANDLED;
        }
        return commit == COMMIT_WORKS ? EXCEPTION_COMMITTED : EXCEPTION_OPEN;
    case BEHAVIOUR_SEARCH:
    case BEHAVIOUR_COUNT:
        break;
    }
    return EXCEPTION_UNHANDLED;
}

/* A handler that is called when the observation is full continues the search, so a fault that comes
 * again and again ends. */
enum exception_end hck_handlers_expect(const struct handlers *handlers, uint32_t code,
                                       enum commit_outcome commit,
                                       struct expected_handlers *expected)
{
    uint8_t exception = (uint8_t)expected->exception_count++;
    for (uint32_t i = 0; i < handlers->count && expected->count < HANDLER_CALLS_MAX; i++) {
        struct expected_handler_call *call = &expected->calls[expected->count++];
        call->handler = (uint8_t)i;
        call->exception = exception;
        call->code = code;
        enum exception_end end =
            answer((enum handler_behaviour)handlers->items[i].behaviour, code, commit);
        if (end != EXCEPTION_UNHANDLED) {
            expected->is_open = end == EXCEPTION_OPEN;
            return end;
        }
    }
    return EXCEPTION_UNHANDLED;
}
