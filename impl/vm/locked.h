/* The pages that VirtualLock keeps in memory. There can be few of them, so they are a list.
 *
 * Everything here is called with the lock of impl/vm held.
 */
#ifndef WM_VM_LOCKED_H
#define WM_VM_LOCKED_H

#include <stdbool.h>
#include <stdint.h>

/* The minimum working set of a process is 50 pages where nobody has set another one, of which this
 * many cannot be locked: the "small overhead" of the documentation, which does not say how small.
 */
enum { WM_WORKING_SET_PAGES_MIN = 50, WM_LOCKED_OVERHEAD = 8 };

/* Locks the pages of [start, end), which can be accessed; those that are locked stay so. False: the
 * system refuses, or there would be too many, and nothing has changed. */
bool wm_locked_add(uintptr_t start, uintptr_t end);

/* Unlocks them. False: not every page was locked, and nothing has changed. */
bool wm_locked_remove(uintptr_t start, uintptr_t end);

/* Unlocks those of [start, end) that are locked. */
void wm_locked_end(uintptr_t start, uintptr_t end);

/* The same where the system has forgotten of itself that they were locked: they are gone, and may
 * be somebody else's by now. */
void wm_locked_forget(uintptr_t start, uintptr_t end);

/* In a child of fork(), which has the memory and not the locks. */
void wm_locked_forget_all(void);

#endif
