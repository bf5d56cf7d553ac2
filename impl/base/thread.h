/* What the library keeps per thread. The initial-exec model keeps access free of calls and
 * allocation, so that it works in a fault handler. */
#ifndef WM_BASE_THREAD_H
#define WM_BASE_THREAD_H

#include "spec/win32.h"

#include <stdint.h>

struct wm_try_node;
struct wm_filter_run;
struct wm_copy;

/* The alternate stack that the last fault handler of the thread ran on, and what it interrupted:
 * the stack pointer, and the address that could not be accessed. It says something only while the
 * stack pointer is between `low` and `end`, since a handler may have been left by longjmp. */
struct wm_signal_stack {
    uintptr_t low;
    uintptr_t end;
    uintptr_t interrupted_stack;
    uintptr_t fault_address;
};

struct wm_thread {
    DWORD last_error;
    struct wm_try_node *innermost_try;
    struct wm_filter_run *filter_runs; /* filters being evaluated, newest first */
    struct wm_signal_stack signal_stack;
    struct wm_copy *copy;      /* under way, or NULL: see copy.h */
    ULONG_PTR retried_address; /* see impl/vm/vm.c */
    ULONG_PTR retried_instruction;
    uint64_t retried_change;
    unsigned retry_count;
};

extern _Thread_local struct wm_thread wm_thread __attribute__((tls_model("initial-exec")));

/* Not 0, and different for every living thread. */
static inline uintptr_t wm_thread_identity(void)
{
    return (uintptr_t)&wm_thread;
}

/* Sets the last error and returns false, for `return wm_fail(ERROR_...)`. */
static inline BOOL wm_fail(DWORD error)
{
    wm_thread.last_error = error;
    return FALSE;
}

#endif
