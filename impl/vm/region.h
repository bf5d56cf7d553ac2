/* The map of regions: what the library has reserved, and the state of every page of it.
 *
 *     region   base                        end        os_end
 *              |---run---|--run--|----run----|..tail....|
 *              pages with equal protection     MEM_FREE, but nobody can take it
 *
 * A spare is a region that was released and is kept for the next heap (spare.h): all of it is tail.
 *
 * A run is a stretch of pages of equal state; protection 0 means reserved, anything else committed.
 * So the size of the map is that of the differences in it, not that of the memory.
 *
 * Invariants (wm_region_map_is_sound): 1. Regions do not overlap, not even with their tails. 2.
 * base and os_end are multiples of the granule, end of the page, and end > base, or a spare's base;
 * closed_end is 0 or in between. 3. The runs of a region cover it from base to end without gap; a
 * spare has one. 4. Neighbouring runs differ. 5. The directory has each, from base to os_end.
 *
 * Everything here is called with the lock of impl/vm held.
 */
#ifndef WM_VM_REGION_H
#define WM_VM_REGION_H

#include "impl/base/tree.h"
#include "spec/win32.h"

#include <stdbool.h>
#include <stdint.h>

struct wm_section;

struct wm_run {
    struct wm_tree_node node; /* key: its first address */
    DWORD protection;
};

struct wm_region {
    struct wm_tree_node node; /* key: base */
    uintptr_t end;
    struct wm_tree runs;
    DWORD allocation_protection;
    bool is_spare;
    bool is_watched;            /* MEM_WRITE_WATCH */
    struct wm_section *section; /* that it is a view of; NULL: private memory */
    struct wm_run first; /* the run at base, which a region always has; a query reads no further */
    uintptr_t os_end;
    /* Below it, what the map says is committed is not accessible yet; 0: everything is. */
    uintptr_t closed_end;
    /* Up to here a spare had this protection, so that the system cannot refuse it again. */
    uintptr_t charged_end;
    DWORD charged_protection;
};

/* A new region, not yet in the map, with one run. NULL: no memory. */
struct wm_region *wm_region_new(uintptr_t base, uintptr_t end, uintptr_t os_end,
                                DWORD allocation_protection, DWORD protection);

/* NULL is none. */
void wm_region_delete(struct wm_region *region);

/* Makes a region of the map a spare, and a spare that is not in the map a region again. */
void wm_region_make_spare(struct wm_region *region);
void wm_region_make_new(struct wm_region *spare, uintptr_t end, DWORD allocation_protection,
                        DWORD protection);

/* Makes one wm_region_insert certain to succeed. */
bool wm_region_prepare_insert(void);

void wm_region_insert(struct wm_region *region);
void wm_region_remove(struct wm_region *region);

/* The region that contains the address, tail excluded; or the first one that ends, tail included,
 * above it. NULL if there is none. */
struct wm_region *wm_region_find(uintptr_t address);
struct wm_region *wm_region_at_or_above(uintptr_t address);

/* The last region that starts at or below the address, or NULL. */
struct wm_region *wm_region_below(uintptr_t address);

/* The run that contains an address of the region, and where it ends. */
struct wm_run *wm_region_run(const struct wm_region *region, uintptr_t address);
struct wm_run *wm_region_next_run(const struct wm_run *run);
uintptr_t wm_region_run_end(const struct wm_region *region, const struct wm_run *run);

/* Makes one wm_region_set certain to succeed. */
bool wm_region_prepare_set(void);

/* Gives [start, end), whole pages of the region, the protection (0: reserved). */
void wm_region_set(struct wm_region *region, uintptr_t start, uintptr_t end, DWORD protection);

/* How often wm_region_set has changed the map. */
uint64_t wm_region_change_count(void);

/* As before the first region. False: there is one, or the system has kept memory of the map. */
bool wm_region_start_over(void);

bool wm_region_map_is_sound(void);

#endif
