/* What the files of this folder share. */
#ifndef WM_VM_VM_INTERNAL_H
#define WM_VM_VM_INTERNAL_H

#include "impl/base/lock.h"
#include "impl/os/os.h"
#include "spec/win32.h"

/* Guards the region map and, against everybody in this process, the mappings it describes. */
extern struct wm_lock wm_vm_lock;

/* What the system has to allow for a page of this protection: nothing for a guard page, so that the
 * first access faults and the handler sees it. */
unsigned wm_vm_access_of(DWORD protection);

/* Whether the first write to a page of this protection makes a copy of it. */
static inline bool wm_vm_copies(DWORD protection)
{
    return (protection & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0;
}

/* Maps memory for a region, at *base or, where that is 0, wherever the system puts it; spares that
 * are in the way go. */
DWORD wm_vm_map(uintptr_t *base, size_t os_bytes, unsigned access);

/* The answer for an address that lies in no region of ours: free, or mapped by somebody else.
 * ERROR_ACCESS_DENIED: the system does not tell. */
DWORD wm_vm_query_foreign(uintptr_t address, MEMORY_BASIC_INFORMATION *information);

struct wm_region;

/* Ends the guard of the page that holds the address, where there is memory to note it. */
void wm_vm_end_guard(struct wm_region *region, uintptr_t address);

/* What the map says is committed can be accessed from now on. False: the system refuses. */
bool wm_vm_open_region(struct wm_region *region);

/* From now on memory faults are exceptions. */
void wm_vm_start_faults(void);

/* wm_vm_protect for pages in no region of ours. They have to lie in one mapping; guards need a
 * region and are refused. */
DWORD wm_vm_protect_foreign(uintptr_t start, uintptr_t end, DWORD protection, DWORD *old);

#endif
