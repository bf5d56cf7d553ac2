/* Handles of objects.
 *
 * A handle is a small number, a multiple of four as on the platform. It has the number of its place
 * and a count of how often the place was used, so that a handle that was closed long ago is told
 * from the one that has its place now. Guarded by wm_vm_lock. */
#ifndef WM_VM_HANDLE_H
#define WM_VM_HANDLE_H

#include <stdbool.h>

#include "spec/win32.h"

struct wm_section;

/* What a handle stands for. Handles of one object may allow different things. */
struct wm_handle {
    struct wm_section *section; /* NULL: it is not open */
    DWORD access;               /* SECTION_MAP_... */
};

/* A handle that stands for this, or NULL: no memory, or no place left. */
HANDLE wm_handle_make(struct wm_handle what);

/* What a handle stands for. */
struct wm_handle wm_handle_find(HANDLE handle);

/* Closes an open handle. */
void wm_handle_drop(HANDLE handle);

/* As before the first handle, whose numbers come again. False: a handle is open, or memory could
 * not be given back. */
bool wm_handle_start_over(void);

#endif
