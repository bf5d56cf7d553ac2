/* What becomes of an access that the system refused: a guard that is spent, pages that are to be
 * opened first, or an exception. */
#include "impl/base/checked.h"
#include "impl/base/exception.h"
#include "impl/base/thread.h"
#include "impl/os/os.h"
#include "impl/vm/region.h"
#include "impl/vm/vm_internal.h"

#include <stdatomic.h>

/* A fault that is allowed by the time we look is restarted. If the very same instruction keeps
 * faulting at the same address although the map allows it and has not changed in between, somebody
 * has changed the protection behind our back, and it is a violation after all. Faults between which
 * the map did change say nothing: a guard may be set again and again, and lost to other threads. */
#define RETRY_COUNT_MAX 100

static bool retry_is_hopeless(const struct wm_os_fault *fault)
{
    uint64_t change = wm_region_change_count();
    if (wm_thread.retried_address != fault->address ||
        wm_thread.retried_instruction != fault->instruction || wm_thread.retried_change != change) {
        wm_thread.retried_address = fault->address;
        wm_thread.retried_instruction = fault->instruction;
        wm_thread.retried_change = change;
        wm_thread.retry_count = 0;
    }
    wm_thread.retry_count++;
    return wm_thread.retry_count > RETRY_COUNT_MAX;
}

/* Without memory the guard stays and will raise again: late, but not unnoticed. */
void wm_vm_end_guard(struct wm_region *region, uintptr_t address)
{
    uintptr_t page = wm_round_down(address, WM_OS_PAGE_BYTES);
    DWORD protection = wm_region_run(region, address)->protection & ~(DWORD)PAGE_GUARD;
    if (wm_region_prepare_set() &&
        wm_os->protect(page, WM_OS_PAGE_BYTES, wm_vm_access_of(protection)) == WM_OS_OK) {
        wm_region_set(region, page, page + WM_OS_PAGE_BYTES, protection);
    }
}

/* A fault at an address of ours. Takes the lock, so a thread that faults while it holds it, which
 * is our own bug, gets its fault unresolved instead of a deadlock or a corrupt map. */
static enum wm_fault_finding resolve_locked(const struct wm_os_fault *fault)
{
    struct wm_region *region = wm_region_find(fault->address);
    if (region == NULL) {
        return WM_FAULT_VIOLATION;
    }
    DWORD protection = wm_region_run(region, fault->address)->protection;
    if ((protection & PAGE_GUARD) != 0) {
        wm_vm_end_guard(region, fault->address);
        return WM_FAULT_GUARD;
    }
    static const unsigned needed[] = {[WM_OS_FAULT_READ] = WM_OS_READ,
                                      [WM_OS_FAULT_WRITE] = WM_OS_WRITE,
                                      [WM_OS_FAULT_EXECUTE] = WM_OS_EXECUTE};
    if ((wm_vm_access_of(protection) & needed[fault->kind]) != 0) {
        if (fault->address < region->closed_end && wm_vm_open_region(region)) {
            return WM_FAULT_OUTDATED;
        }
        return retry_is_hopeless(fault) ? WM_FAULT_VIOLATION : WM_FAULT_OUTDATED;
    }
    return WM_FAULT_VIOLATION;
}

static enum wm_fault_finding resolve_fault(const struct wm_os_fault *fault)
{
    if (wm_lock_is_mine(&wm_vm_lock)) {
        return WM_FAULT_VIOLATION;
    }
    wm_lock_take(&wm_vm_lock);
    enum wm_fault_finding finding = resolve_locked(fault);
    wm_lock_release(&wm_vm_lock);
    return finding;
}

void wm_vm_start_faults(void)
{
    static atomic_bool started;
    if (!atomic_load_explicit(&started, memory_order_acquire)) {
        wm_fault_set_resolver(resolve_fault);
        wm_fault_start();
        atomic_store_explicit(&started, true, memory_order_release);
    }
}
