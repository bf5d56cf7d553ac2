/* Which region has an address, in three steps however many regions there are.
 *
 *     root    4096 parts of 32 GB   each is nobody's, one region's, or a table
 *     table    512 parts of 64 MB   of parts, or of granules
 *     table   1024 granules
 *
 * A region costs a word for each granule at its ends that does not fill a part, so a terabyte is
 * entered as fast as a few megabytes. A table goes when nothing is left in it; a few are kept, for
 * who reserves and releases in turn.
 *
 * Called with the lock of impl/vm held.
 */
#ifndef WM_VM_DIRECTORY_H
#define WM_VM_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

struct wm_region;

/* Makes one wm_directory_set certain to succeed. */
bool wm_directory_prepare(void);

/* The granules of [start, end), which nobody has, are the region's from now on; or, where `region`
 * is NULL, nobody's: the very range that was set. */
void wm_directory_set(uintptr_t start, uintptr_t end, struct wm_region *region);

/* NULL: nobody's. Any address. */
struct wm_region *wm_directory_find(uintptr_t address);

/* Nothing is set: gives back what memory tables have taken beyond the first few. False: the system
 * does not take it. */
bool wm_directory_start_over(void);

#endif
