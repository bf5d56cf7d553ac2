/* Answers for the client's memory, where a bad pointer has to be an error and not an exception. */
#ifndef WM_BASE_COPY_H
#define WM_BASE_COPY_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy or probe under way: on_fault in fault.c jumps out of it. */
struct wm_copy {
    jmp_buf jump;
    uintptr_t destination;
    size_t bytes;
};

/* Returns false if the destination cannot be written; part of it may have been. Costs no system
 * call. No handler and no WM_TRY block sees the fault, but a guard page is spent by it. */
bool wm_copy_out(void *destination, const void *source, size_t bytes);

/* Whether bytes that lie in two pages at most can be written. They keep what they hold, also where
 * other threads write to them. Faults and guard pages are met as by wm_copy_out. */
bool wm_copy_probe(void *destination, size_t bytes);

#endif
