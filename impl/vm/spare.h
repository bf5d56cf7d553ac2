/* Spares: the regions of the last few destroyed heaps, kept for the next ones.
 *
 * To nobody outside they are there: VirtualQuery shows free memory, an access faults, and whoever
 * asks for their addresses, or for memory that the system has not got, gets them. What they hold is
 * what the heaps left, so they are for heaps alone, which promise no zeroes.
 *
 * Everything here is called with the lock of impl/vm held.
 */
#ifndef WM_VM_SPARE_H
#define WM_VM_SPARE_H

#include "impl/vm/region.h"

/* Keeps a region of the map, in place of the oldest spare where there are enough. False: it is too
 * large, or the system refuses, and it is as it was but for its protection. */
bool wm_spare_keep(struct wm_region *region);

/* The same, however large it is: the system did not take it back, so it waits among the spares. */
bool wm_spare_keep_refused(struct wm_region *region);

/* The newest one of this size, no longer kept but still in the map and without access, or NULL: of
 * those that have the charge, if any has. */
struct wm_region *wm_spare_take(size_t os_bytes, size_t committed, DWORD protection);

/* Whether so many bytes at its base had this protection before, so that the system cannot refuse
 * it. */
bool wm_spare_has_charge(const struct wm_region *spare, size_t committed, DWORD protection);

/* Gives a spare that was taken back to the system, or keeps it where that refuses. */
void wm_spare_drop(struct wm_region *spare);

/* The same for those that have a part in [start, end). */
void wm_spare_drop_between(uintptr_t start, uintptr_t end);

/* The same for all. Returns whether the system has more now. */
bool wm_spare_drop_all(void);

#endif
