/* How an exception finds whoever takes it.
 *
 *     fault (fault.c) ──┐                 ┌─► vectored handlers, in list order (exception.c)
 *                       ├─► dispatch ─────┤
 *     RaiseException ───┘                 └─► WM_TRY blocks of the thread, innermost first (try.c)
 *
 * Nothing here holds a lock while client code runs, so handlers and filters may call the whole API
 * and may leave by longjmp.
 */
#ifndef WM_BASE_EXCEPTION_H
#define WM_BASE_EXCEPTION_H

#include "impl/os/os.h"
#include "spec/win32.h"

/* Where the exception happened, for try.c: the stack pointer of the code that raised it. */
struct wm_exception_place {
    uintptr_t stack;
    void *context;
};

/* Returns whether execution continues where the exception happened; false: nobody took it. Does not
 * return if a WM_TRY block takes it or a handler jumps away. */
bool wm_exception_dispatch(EXCEPTION_RECORD *record, const struct wm_exception_place *place);

/* As before the first handler. False: one is there, or the system has kept memory of the list. */
bool wm_exception_start_over(void);

/* Raises; an exception that nobody takes ends the process with one sentence. */
void wm_exception_raise(EXCEPTION_RECORD *record);

/* Offers the exception to the WM_TRY blocks of the thread. The verdict of the last filter asked:
 * EXCEPTION_CONTINUE_EXECUTION, or EXCEPTION_CONTINUE_SEARCH if no block wants it. */
LONG wm_try_offer(const EXCEPTION_RECORD *record, const struct wm_exception_place *place);

/* What the owner of an address says about a fault there. */
enum wm_fault_finding {
    WM_FAULT_VIOLATION, /* the access is not allowed */
    WM_FAULT_GUARD,     /* it tripped a guard page, whose guard is gone now */
    WM_FAULT_OUTDATED   /* it is allowed by now: restart the instruction */
};
typedef enum wm_fault_finding (*wm_fault_resolver)(const struct wm_os_fault *fault);

/* Makes memory faults exceptions. Every entry into the library that may matter for faults calls it;
 * only the first call does anything. */
void wm_fault_start(void);

/* Takes the faults back from somebody who has installed a signal handler since: a test framework.
 */
void wm_fault_restart(void);

/* Who knows about addresses: impl/vm. */
void wm_fault_set_resolver(wm_fault_resolver resolver);

#endif
