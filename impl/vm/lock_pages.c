/* VirtualLock and VirtualUnlock: see winmem.h, and locked.h for what becomes of locked pages. */
#include "impl/base/checked.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/locked.h"
#include "impl/vm/region.h"
#include "impl/vm/vm.h"
#include "impl/vm/vm_internal.h"

static bool pages_of(uintptr_t address, size_t bytes, uintptr_t *start, uintptr_t *end)
{
    if (bytes == 0 || address > WM_OS_ADDRESS_MAX || bytes - 1 > WM_OS_ADDRESS_MAX - address) {
        return false;
    }
    *start = wm_round_down(address, WM_OS_PAGE_BYTES);
    return wm_round_up(address + bytes, WM_OS_PAGE_BYTES, end);
}

/* Of memory that somebody else has mapped; `*start` becomes the end of what is like it. */
static bool check_foreign(uintptr_t *start)
{
    MEMORY_BASIC_INFORMATION information;
    bool is_accessible = wm_vm_query_foreign(*start, &information) == NO_ERROR &&
                         information.State == MEM_COMMIT && information.Protect != PAGE_NOACCESS;
    *start += is_accessible ? information.RegionSize : 0;
    return is_accessible;
}

/* Whether the pages can be locked, in the order in which the system would touch them: the first
 * guard on the way is spent, and what lies behind it is not looked at. */
static DWORD check_pages(uintptr_t start, uintptr_t end)
{
    while (start < end) {
        struct wm_region *region = wm_region_find(start);
        if (region == NULL) {
            if (!check_foreign(&start)) {
                return ERROR_NOACCESS;
            }
            continue;
        }
        const struct wm_run *run = wm_region_run(region, start);
        if ((run->protection & PAGE_GUARD) != 0) {
            wm_vm_end_guard(region, start);
            return (DWORD)STATUS_GUARD_PAGE_VIOLATION;
        }
        if (wm_vm_access_of(run->protection) == WM_OS_NONE) {
            return ERROR_NOACCESS;
        }
        if (!wm_vm_open_region(region)) {
            return ERROR_WORKING_SET_QUOTA;
        }
        start = wm_region_run_end(region, run);
    }
    return NO_ERROR;
}

BOOL WINAPI VirtualLock(LPVOID lpAddress, SIZE_T dwSize)
{
    uintptr_t start;
    uintptr_t end;
    if (!pages_of((uintptr_t)lpAddress, dwSize, &start, &end)) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    wm_vm_start_faults();
    wm_lock_take(&wm_vm_lock);
    DWORD error = check_pages(start, end);
    if (error == NO_ERROR && !wm_locked_add(start, end)) {
        error = ERROR_WORKING_SET_QUOTA;
    }
    wm_lock_release(&wm_vm_lock);
    return error == NO_ERROR ? TRUE : wm_fail(error);
}

BOOL WINAPI VirtualUnlock(LPVOID lpAddress, SIZE_T dwSize)
{
    uintptr_t start;
    uintptr_t end;
    if (!pages_of((uintptr_t)lpAddress, dwSize, &start, &end)) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    wm_lock_take(&wm_vm_lock);
    bool is_done = wm_locked_remove(start, end);
    wm_lock_release(&wm_vm_lock);
    return is_done ? TRUE : wm_fail(ERROR_NOT_LOCKED);
}

void wm_vm_end_locks(uintptr_t start, uintptr_t end)
{
    wm_lock_take(&wm_vm_lock);
    wm_locked_end(start, end);
    wm_lock_release(&wm_vm_lock);
}
