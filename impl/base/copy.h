/* Answers for the client's memory, where a bad pointer has to be an error and not an exception. */
#ifndef WM_BASE_COPY_H
#define WM_BASE_COPY_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy under way: on_fault in fault.c jumps out of it. */
struct wm_copy {
    jmp_buf jump;
    uintptr_t destination;
    size_t bytes;
};

/* Returns false if the destination cannot be written; part of it may have been. Costs no system
 * call. No handler and no WM_TRY block sees the fault, but a guard page is spent by it. */
bool wm_copy_out(void *destination, const void *source, size_t bytes);

#endif
