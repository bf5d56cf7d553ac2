/* Virtual memory for the layers above, in numbers instead of pointers and with the error as the
 * answer. The documented functions in api.c are these with their arguments checked.
 *
 * Every function takes the lock of this layer for itself, is atomic, and changes nothing when it
 * fails. Addresses are page-aligned unless said otherwise.
 */
#ifndef WM_VM_VM_H
#define WM_VM_VM_H

#include <stdbool.h>

#include "spec/win32.h"

/* Reserves `bytes` at *base, a multiple of the granule, or where there is room if *base is 0, and
 * commits the first `committed` of them (whole pages, both); stores where. NO_ERROR, or
 * ERROR_INVALID_ADDRESS, ERROR_NOT_ENOUGH_MEMORY, ERROR_COMMITMENT_LIMIT. */
DWORD wm_vm_reserve(uintptr_t *base, size_t bytes, size_t committed, DWORD protection);

/* wm_vm_reserve of a region whose written pages are told (watch.h), committed as a whole or not at
 * all. ERROR_NOT_SUPPORTED as well: the system does not tell them. */
DWORD wm_vm_reserve_watched(uintptr_t *base, size_t bytes, bool commits, DWORD protection);

/* wm_vm_reserve where there is room, for heaps: what wm_vm_retire has kept is taken first, and the
 * pages hold anything. What is committed may be closed: it is there, but before anybody is told
 * about an address in it, the region is to be opened, which the first commit does as well:
 * NO_ERROR, ERROR_COMMITMENT_LIMIT, or ERROR_INVALID_ADDRESS where there is no region any more. */
DWORD wm_vm_reserve_used(uintptr_t *base, size_t bytes, size_t committed, DWORD protection);
DWORD wm_vm_open(uintptr_t base);

/* Commits, or gives a new protection to what is committed. All of it has to lie in one region:
 * ERROR_INVALID_ADDRESS otherwise; ERROR_COMMITMENT_LIMIT. */
DWORD wm_vm_commit(uintptr_t start, uintptr_t end, DWORD protection);

/* `end` 0 means the end of the region, whose base `start` has to be. */
DWORD wm_vm_decommit(uintptr_t start, uintptr_t end);
DWORD wm_vm_release(uintptr_t base);

/* wm_vm_release of a heap's region, which may be kept for the next wm_vm_reserve_used. */
DWORD wm_vm_retire(uintptr_t base);

/* Gives the system what wm_vm_retire has kept. */
void wm_vm_drop_spares(void);

/* As before the first region: see wm_start_over. */
bool wm_vm_start_over(void);

/* Unlocks the pages of [start, end) that VirtualLock has locked. */
void wm_vm_end_locks(uintptr_t start, uintptr_t end);

/* Whether all pages are committed and in one region. */
bool wm_vm_is_committed(uintptr_t start, uintptr_t end);

/* Gives up what the pages hold. All have to be committed, with PAGE_READWRITE, and in one region:
 * ERROR_INVALID_ADDRESS or ERROR_INVALID_PARAMETER otherwise. */
DWORD wm_vm_discard(uintptr_t start, uintptr_t end);

/* All pages have to be committed and in one region. Stores the old protection of the first page
 * through *old, a client's pointer, before anything changes; ERROR_NOACCESS if it cannot. */
DWORD wm_vm_protect(uintptr_t start, uintptr_t end, DWORD protection, DWORD *old);

/* Any address up to the highest of the application. NO_ERROR, or ERROR_ACCESS_DENIED: the address
 * is in no region of ours, and the system does not show its list of mappings. */
DWORD wm_vm_query(uintptr_t address, MEMORY_BASIC_INFORMATION *information);

/* Whether the combination is one that private memory can have: one base constant and the modifiers
 * it allows. The CFG modifier passes with an executable base. */
BOOL wm_vm_protection_is_valid(DWORD protection);

/* Protection without the modifiers that are accepted and not reported back. */
DWORD wm_vm_protection_kept(DWORD protection);

/* Validator of the region map. */
BOOL wm_vm_is_sound(void);

#endif
