/* Regions whose written pages are told: MEM_WRITE_WATCH, GetWriteWatch, ResetWriteWatch. */
#ifndef WM_VM_WATCH_H
#define WM_VM_WATCH_H

#include "impl/vm/region.h"

/* Both with the lock held. The first is for the pages of a new region, before they are committed:
 * NO_ERROR, ERROR_NOT_SUPPORTED, ERROR_NOT_ENOUGH_MEMORY. From the commit of a page on its writes
 * are noted, so this is asked before pages of a watched region are committed: NO_ERROR,
 * ERROR_NOT_SUPPORTED (the system does not watch), ERROR_NOT_ENOUGH_MEMORY, ERROR_COMMITMENT_LIMIT.
 * Pages that are committed already are left as they are. */
DWORD wm_watch_begin(uintptr_t start, uintptr_t end);
DWORD wm_watch_before_commit(const struct wm_region *region, uintptr_t start, uintptr_t end);

/* Whole pages; all have to be in one watched region, or ERROR_INVALID_PARAMETER. Stores the first
 * *count of those that were written through `pages`, a client's array, and their number through
 * `count`. With `forgets`, they count as not written from then on. ERROR_NOACCESS,
 * ERROR_NOT_SUPPORTED (the watch was lost in a fork), ERROR_NOT_ENOUGH_MEMORY. */
DWORD wm_watch_get(uintptr_t start, uintptr_t end, bool forgets, PVOID *pages, ULONG_PTR *count);

/* None of the pages counts as written any more. The same errors. */
DWORD wm_watch_reset(uintptr_t start, uintptr_t end);

#endif
