/* The vectored handlers of a trace.
 *
 * A handler is a C function without a context, so there is a row of them, one for each slot. What
 * they do is said when they are registered; what they see goes into the observation of the call
 * that their thread is making. */
#include "kit/execute/executor.h"

enum { PAGE_BYTES = WINMEM_PAGE_SIZE };

static enum handler_behaviour behaviours[HANDLERS_MAX];
static _Thread_local struct worker *current_worker;

void hck_handlers_enter(struct worker *worker)
{
    current_worker = worker;
}

static void record(struct observation *seen, uint32_t slot, const EXCEPTION_RECORD *exception)
{
    struct handler_call *call = &seen->handler_calls[seen->handler_call_count++];
    call->slot = slot;
    call->code = exception->ExceptionCode;
    call->flags = exception->ExceptionFlags;
    call->parameter_count = exception->NumberParameters;
    for (unsigned i = 0; i < 2; i++) {
        call->parameters[i] =
            i < exception->NumberParameters ? exception->ExceptionInformation[i] : 0;
    }
}

static LONG commit_page(const struct api *api, const EXCEPTION_RECORD *exception)
{
    if (exception->ExceptionCode != STATUS_ACCESS_VIOLATION || exception->NumberParameters < 2 ||
        api->VirtualAlloc == NULL) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    uintptr_t page = (uintptr_t)exception->ExceptionInformation[1] & ~(uintptr_t)(PAGE_BYTES - 1);
    if (page == 0) { /* to VirtualAlloc that would mean: anywhere */
        return EXCEPTION_CONTINUE_SEARCH;
    }
    void *committed = api->VirtualAlloc((void *)page, PAGE_BYTES, MEM_COMMIT, PAGE_READWRITE);
    return committed != NULL ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

static LONG answer(uint32_t slot, struct worker *worker, const EXCEPTION_RECORD *exception)
{
    if (worker->seen.handler_call_count == HANDLER_CALLS_MAX) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    record(&worker->seen, slot, exception);
    switch (behaviours[slot]) {
    case BEHAVIOUR_SEARCH:
        return EXCEPTION_CONTINUE_SEARCH;
    case BEHAVIOUR_CONTINUE:
        return exception->ExceptionCode == STATUS_NONCONTINUABLE_EXCEPTION
                   ? EXCEPTION_CONTINUE_SEARCH
                   : EXCEPTION_CONTINUE_EXECUTION;
    case BEHAVIOUR_COMMIT:
        return commit_page(worker->executor->api, exception);
    case BEHAVIOUR_COUNT:
        break;
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

/* A handler leaves the last error as it was: it is the interrupted call's. */
static LONG handle(uint32_t slot, const EXCEPTION_POINTERS *exception)
{
    struct worker *worker = current_worker;
    if (worker == NULL || !worker->in_call) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    const struct executor *executor = worker->executor;
    DWORD last_error = executor->has_last_error ? executor->api->GetLastError() : 0;
    LONG answered = answer(slot, worker, exception->ExceptionRecord);
    if (executor->has_last_error) {
        executor->api->SetLastError(last_error);
    }
    return answered;
}

#define EACH_SLOT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

#define DEFINE(slot)                                                  \
    static LONG CALLBACK handle_##slot(PEXCEPTION_POINTERS exception) \
    {                                                                 \
        return handle(slot, exception);                               \
    }
EACH_SLOT(DEFINE)
#undef DEFINE

#define NAME(slot) handle_##slot,
static const PVECTORED_EXCEPTION_HANDLER functions[] = {EACH_SLOT(NAME)};
#undef NAME

_Static_assert(sizeof functions / sizeof functions[0] == HANDLERS_MAX, "not one for each slot");

PVECTORED_EXCEPTION_HANDLER hck_handlers_prepare(uint32_t slot, enum handler_behaviour behaviour)
{
    behaviours[slot] = behaviour;
    return functions[slot];
}
