/* Names of objects, as clients give them. Source: "Kernel object namespaces" (termserv), and the
 * pages of the functions that take names. */
#ifndef WM_VM_NAME_H
#define WM_VM_NAME_H

#include "impl/os/os.h"
#include "spec/win32.h"

enum { WM_NAME_UNITS_MAX = 32767 };

/* What a name of a client stands for. The units are the client's, or a copy that is to be dropped.
 */
struct wm_name {
    struct wm_os_name name;
    uintptr_t copy; /* 0: none */
};

/* NO_ERROR, or ERROR_INVALID_NAME (empty), ERROR_PATH_NOT_FOUND (a backslash that ends no prefix),
 * ERROR_FILENAME_EXCED_RANGE, ERROR_NOT_ENOUGH_MEMORY. */
DWORD wm_name_from_wide(struct wm_name *name, LPCWSTR text);

/* The same; the text is UTF-8, and what is not is U+FFFD. */
DWORD wm_name_from_bytes(struct wm_name *name, LPCSTR text);

/* What the system does not take back is kept for the next name. */
void wm_name_drop(struct wm_name *name);

/* Gives back what was kept. False: not everything. */
bool wm_name_start_over(void);

#endif
