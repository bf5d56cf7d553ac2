/* The list of vectored handlers, and the way of an exception through it.
 *
 * Handlers are ordered by a number: the front of the list counts down from 0, the back counts up.
 * Dispatch remembers only the number it is at and looks for the next higher one under the lock, so
 * handlers may be added and removed, or jumped out of, while exceptions are on their way.
 *
 * Invariants: 1. `handlers` is sorted by `order`, all different. 2. Tokens are never used twice, so
 * a stale handle is an unknown handle.
 */
#include "impl/base/exception.h"

#include "impl/base/client_error.h"
#include "impl/base/fork.h"
#include "impl/base/pool.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"

#define RESERVED_CODE_BIT 0x10000000u /* belongs to the system, says the page of RaiseException */
#define TOKEN_FIRST 0x10000u
#define TOKEN_STEP 16u

struct vectored_handler {
    struct vectored_handler *next;
    int64_t order;
    uintptr_t token;
    PVECTORED_EXCEPTION_HANDLER function;
};

static struct wm_lock list_lock;
static struct wm_pool list_pool;
static struct vectored_handler *handlers;
static int64_t front_order;
static int64_t back_order;
static uintptr_t next_token = TOKEN_FIRST;

__attribute__((constructor)) static void join_forks(void)
{
    wm_fork_join_lock(WM_FORK_HANDLERS, &list_lock);
}

PVOID WINAPI AddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)
{
    if (Handler == NULL) {
        wm_fail(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    wm_fault_start();
    wm_lock_take(&list_lock);
    uintptr_t token = 0;
    struct vectored_handler *added = wm_pool_take(&list_pool, sizeof *added);
    if (added != NULL) {
        token = next_token;
        next_token += TOKEN_STEP;
        added->token = token;
        added->function = Handler;
        added->order = First != 0 ? --front_order : ++back_order;
        struct vectored_handler **place = &handlers;
        while (*place != NULL && (*place)->order < added->order) {
            place = &(*place)->next;
        }
        added->next = *place;
        *place = added;
    }
    wm_lock_release(&list_lock);
    if (token == 0) {
        wm_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    return (PVOID)token;
}

ULONG WINAPI RemoveVectoredExceptionHandler(PVOID Handle)
{
    ULONG removed = 0;
    wm_lock_take(&list_lock);
    for (struct vectored_handler **place = &handlers; *place != NULL; place = &(*place)->next) {
        struct vectored_handler *handler = *place;
        if (handler->token == (uintptr_t)Handle) {
            *place = handler->next;
            wm_pool_give(&list_pool, handler, sizeof *handler);
            removed = 1;
            break;
        }
    }
    wm_lock_release(&list_lock);
    return removed;
}

bool wm_exception_start_over(void)
{
    wm_lock_take(&list_lock);
    bool is_empty = handlers == NULL;
    bool is_done = is_empty && wm_pool_reset(&list_pool);
    if (is_empty) {
        front_order = 0;
        back_order = 0;
        next_token = TOKEN_FIRST;
    }
    wm_lock_release(&list_lock);
    return is_done;
}

/* The handler after number `order`, which is advanced to it; NULL at the end. */
static PVECTORED_EXCEPTION_HANDLER next_handler(int64_t *order)
{
    PVECTORED_EXCEPTION_HANDLER function = NULL;
    wm_lock_take(&list_lock);
    for (const struct vectored_handler *handler = handlers; handler != NULL;
         handler = handler->next) {
        if (handler->order > *order) {
            *order = handler->order;
            function = handler->function;
            break;
        }
    }
    wm_lock_release(&list_lock);
    return function;
}

static LONG offer_to_vectored(EXCEPTION_RECORD *record, const struct wm_exception_place *place)
{
    EXCEPTION_POINTERS pointers = {.ExceptionRecord = record,
                                   .ContextRecord = (PCONTEXT)place->context};
    int64_t order = INT64_MIN;
    for (;;) {
        PVECTORED_EXCEPTION_HANDLER function = next_handler(&order);
        if (function == NULL) {
            return EXCEPTION_CONTINUE_SEARCH;
        }
        if (function(&pointers) == EXCEPTION_CONTINUE_EXECUTION) {
            return EXCEPTION_CONTINUE_EXECUTION;
        }
    }
}

/* Continuing what cannot be continued is an exception itself, and continuing that one as well
 * leaves nothing to go back to. */
static void refuse_continuation(EXCEPTION_RECORD *record)
{
    if (record->ExceptionCode == STATUS_NONCONTINUABLE_EXCEPTION) {
        wm_client_error_continued_again();
    }
    EXCEPTION_RECORD refusal = {.ExceptionCode = STATUS_NONCONTINUABLE_EXCEPTION,
                                .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
                                .ExceptionRecord = record,
                                .ExceptionAddress = record->ExceptionAddress};
    wm_exception_raise(&refusal);
}

bool wm_exception_dispatch(EXCEPTION_RECORD *record, const struct wm_exception_place *place)
{
    DWORD flags = record->ExceptionFlags; /* handlers see, and could change, the record itself */
    LONG verdict = offer_to_vectored(record, place);
    if (verdict != EXCEPTION_CONTINUE_EXECUTION) {
        verdict = wm_try_offer(record, place);
    }
    if (verdict != EXCEPTION_CONTINUE_EXECUTION) {
        return false;
    }
    if ((flags & EXCEPTION_NONCONTINUABLE) != 0) {
        refuse_continuation(record);
    }
    return true;
}

void wm_exception_raise(EXCEPTION_RECORD *record)
{
    struct wm_exception_place place = {.stack = (uintptr_t)__builtin_frame_address(0)};
    if (!wm_exception_dispatch(record, &place)) {
        wm_client_error_unhandled();
    }
}

void WINAPI RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags, DWORD nNumberOfArguments,
                           const ULONG_PTR *lpArguments)
{
    EXCEPTION_RECORD record = {.ExceptionCode = dwExceptionCode & ~RESERVED_CODE_BIT,
                               .ExceptionFlags = dwExceptionFlags & EXCEPTION_NONCONTINUABLE,
                               .ExceptionAddress = __builtin_return_address(0)};
    if (lpArguments != NULL) {
        record.NumberParameters = nNumberOfArguments < EXCEPTION_MAXIMUM_PARAMETERS
                                      ? nNumberOfArguments
                                      : EXCEPTION_MAXIMUM_PARAMETERS;
        for (DWORD i = 0; i < record.NumberParameters; i++) {
            record.ExceptionInformation[i] = lpArguments[i];
        }
    }
    wm_exception_raise(&record);
}
