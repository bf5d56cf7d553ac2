/* GetProcessWorkingSetSize and SetProcessWorkingSetSize: see winmem.h. Linux decides itself which
 * pages stay in memory, so the sizes are kept and told, and move nothing. */
#include "impl/vm/working_set.h"

#include <stdint.h>

#include "impl/base/checked.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/region.h"
#include "impl/vm/vm_internal.h"

enum {
    MINIMUM_DEFAULT = 50 * WM_OS_PAGE_BYTES,
    MAXIMUM_DEFAULT = 345 * WM_OS_PAGE_BYTES,
    MINIMUM_LEAST = 20 * WM_OS_PAGE_BYTES,
    NEVER_FOR_A_PROCESS = 512 * WM_OS_PAGE_BYTES
};

/* In bytes, whole pages. Guarded by wm_vm_lock. */
static struct {
    SIZE_T minimum;
    SIZE_T maximum;
} sizes = {MINIMUM_DEFAULT, MAXIMUM_DEFAULT};

void wm_working_set_start_over(void)
{
    sizes.minimum = MINIMUM_DEFAULT;
    sizes.maximum = MAXIMUM_DEFAULT;
}

/* What a watched region and a view have written is learned from the system's pages: they stay. */
static void trim_region(const struct wm_region *region)
{
    const struct wm_run *run = &region->first;
    if (region->is_spare || region->is_watched || region->section != NULL) {
        return;
    }
    for (; run != NULL; run = wm_region_next_run(run)) {
        if (run->protection != 0) {
            wm_os->trim(run->node.key, wm_region_run_end(region, run) - run->node.key);
        }
    }
}

static void trim_all(void)
{
    const struct wm_region *region;
    wm_lock_take(&wm_vm_lock);
    for (uintptr_t at = 0; (region = wm_region_at_or_above(at)) != NULL; at = region->os_end) {
        trim_region(region);
    }
    wm_lock_release(&wm_vm_lock);
}

/* Where the minimum is raised to 20 pages, the maximum has to be as large. */
static bool are_sizes(SIZE_T minimum, SIZE_T maximum)
{
    struct wm_os_memory memory;
    wm_os->measure_memory(&memory);
    return minimum > 0 && minimum <= maximum && maximum >= MINIMUM_LEAST &&
           maximum < memory.physical_total - NEVER_FOR_A_PROCESS;
}

BOOL WINAPI GetProcessWorkingSetSize(HANDLE hProcess, PSIZE_T lpMinimumWorkingSetSize,
                                     PSIZE_T lpMaximumWorkingSetSize)
{
    if (hProcess != GetCurrentProcess()) {
        return wm_fail(ERROR_INVALID_HANDLE);
    }
    wm_lock_take(&wm_vm_lock);
    SIZE_T minimum = sizes.minimum;
    SIZE_T maximum = sizes.maximum;
    wm_lock_release(&wm_vm_lock);
    *lpMinimumWorkingSetSize = minimum;
    *lpMaximumWorkingSetSize = maximum;
    return TRUE;
}

BOOL WINAPI SetProcessWorkingSetSize(HANDLE hProcess, SIZE_T dwMinimumWorkingSetSize,
                                     SIZE_T dwMaximumWorkingSetSize)
{
    if (hProcess != GetCurrentProcess()) {
        return wm_fail(ERROR_INVALID_HANDLE);
    }
    if (dwMinimumWorkingSetSize == SIZE_MAX && dwMaximumWorkingSetSize == SIZE_MAX) {
        trim_all();
        return TRUE;
    }
    if (!are_sizes(dwMinimumWorkingSetSize, dwMaximumWorkingSetSize)) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    bool is_small = dwMinimumWorkingSetSize < MINIMUM_LEAST;
    wm_lock_take(&wm_vm_lock);
    sizes.minimum =
        is_small ? MINIMUM_LEAST : wm_round_down(dwMinimumWorkingSetSize, WM_OS_PAGE_BYTES);
    sizes.maximum = wm_round_down(dwMaximumWorkingSetSize, WM_OS_PAGE_BYTES);
    wm_lock_release(&wm_vm_lock);
    return TRUE;
}
