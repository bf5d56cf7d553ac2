/* The operations on regions. Each goes through the same steps: check, prepare what needs memory,
 * ask the system, and only then record, which cannot fail any more.
 *
 * The system may refuse a change of protection halfway through a range; `put_back` then restores
 * what the map still says. That only joins again what the attempt has split, so it needs nothing.
 */
#include "impl/vm/vm.h"

#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/base/copy.h"
#include "impl/base/fork.h"
#include "impl/vm/locked.h"
#include "impl/vm/name.h"
#include "impl/vm/region.h"
#include "impl/vm/section.h"
#include "impl/vm/spare.h"
#include "impl/vm/vm_internal.h"
#include "impl/vm/watch.h"
#include "impl/vm/working_set.h"

struct wm_lock wm_vm_lock;

static void before_fork(void)
{
    wm_lock_take(&wm_vm_lock);
}

static void after_fork(bool in_child)
{
    if (in_child) {
        wm_locked_forget_all();
    }
    wm_lock_release(&wm_vm_lock);
}

__attribute__((constructor)) static void join_forks(void)
{
    static const struct wm_fork_part part = {before_fork, after_fork};
    wm_fork_join(WM_FORK_PAGES, &part);
}

/* More than all spares can make room for, wherever it is. */
#define HOPELESS_BYTES ((size_t)1 << 40)

static enum wm_os_result allow(uintptr_t start, size_t bytes, unsigned access)
{
    enum wm_os_result result = wm_os->protect(start, bytes, access);
    if (result == WM_OS_NO_MEMORY && bytes < HOPELESS_BYTES && wm_spare_drop_all()) {
        result = wm_os->protect(start, bytes, access);
    }
    return result;
}

static void put_back(const struct wm_region *region, uintptr_t start, uintptr_t end)
{
    const struct wm_run *run = wm_region_run(region, start);
    for (; run != NULL && run->node.key < end; run = wm_region_next_run(run)) {
        uintptr_t low = run->node.key > start ? run->node.key : start;
        uintptr_t high = wm_region_run_end(region, run);
        high = high < end ? high : end;
        bool is_closed = low < region->closed_end;
        unsigned access = is_closed ? WM_OS_NONE : wm_vm_access_of(run->protection);
        (void)wm_os->protect(low, high - low, access);
    }
}

/* Only the first run of a closed region is committed, and it can be written: whoever changes
 * anything opens it. */
bool wm_vm_open_region(struct wm_region *region)
{
    if (region->closed_end == 0) {
        return true;
    }
    uintptr_t base = region->node.key;
    const struct wm_run *first = wm_region_run(region, base);
    size_t bytes = wm_region_run_end(region, first) - base;
    unsigned access = wm_vm_access_of(first->protection);
    if (allow(base, bytes, access) != WM_OS_OK) {
        put_back(region, base, base + bytes);
        return false;
    }
    region->closed_end = 0;
    return true;
}

/* Address space or commitment: the same request without commitment tells them apart. */
static DWORD why_no_memory(uintptr_t address, size_t bytes, unsigned access)
{
    if (access == WM_OS_NONE) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (wm_os->map(&address, bytes, WM_OS_NONE) != WM_OS_OK) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    (void)wm_os->unmap(address, bytes);
    return ERROR_COMMITMENT_LIMIT;
}

/* Spares are in nobody's way. */
DWORD wm_vm_map(uintptr_t *base, size_t os_bytes, unsigned access)
{
    if (*base != 0) {
        wm_spare_drop_between(*base, *base + os_bytes);
    }
    enum wm_os_result result = wm_os->map(base, os_bytes, access);
    if (result == WM_OS_NO_MEMORY && os_bytes < HOPELESS_BYTES && wm_spare_drop_all()) {
        result = wm_os->map(base, os_bytes, access);
    }
    switch (result) {
    case WM_OS_OK:
        return NO_ERROR;
    case WM_OS_TAKEN:
    case WM_OS_REFUSED:
        return ERROR_INVALID_ADDRESS;
    case WM_OS_NO_MEMORY:
        return why_no_memory(*base, os_bytes, access);
    }
    return ERROR_NOT_ENOUGH_MEMORY;
}

/* Commits the first pages of what was just mapped without access. */
static DWORD commit_first(uintptr_t base, size_t committed, size_t os_bytes, unsigned access)
{
    if (access == WM_OS_NONE || allow(base, committed, access) == WM_OS_OK) {
        return NO_ERROR;
    }
    (void)wm_os->unmap(base, os_bytes);
    return ERROR_COMMITMENT_LIMIT;
}

/* What the map needs may take memory of its own: before the range where any place will do, behind
 * it where one is wanted, in which that memory could come to lie. */
static DWORD reserve_locked(uintptr_t *base, size_t bytes, size_t os_bytes, size_t committed,
                            DWORD protection)
{
    if (*base == 0 && (!wm_region_prepare_set() || !wm_region_prepare_insert())) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    bool at_once = committed == os_bytes;
    uintptr_t got = *base;
    unsigned access = wm_vm_access_of(protection);
    /* The tail is mapped with the rest, but never committed for anybody. */
    DWORD error = wm_vm_map(&got, os_bytes, at_once ? access : WM_OS_NONE);
    if (error == NO_ERROR && !at_once && committed != 0) {
        error = commit_first(got, committed, os_bytes, access);
    }
    if (error != NO_ERROR) {
        return error;
    }
    struct wm_region *region = wm_region_new(got, got + bytes, got + os_bytes, protection,
                                             committed == bytes ? protection : 0);
    if (region == NULL || !wm_region_prepare_set() || !wm_region_prepare_insert()) {
        wm_region_delete(region);
        (void)wm_os->unmap(got, os_bytes);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_region_insert(region);
    if (committed != 0 && committed != bytes) {
        wm_region_set(region, got, got + committed, protection);
    }
    *base = got;
    WM_VALIDATE(wm_region_map_is_sound());
    return NO_ERROR;
}

DWORD wm_vm_reserve(uintptr_t *base, size_t bytes, size_t committed, DWORD protection)
{
    wm_vm_start_faults();
    uintptr_t os_bytes;
    if (!wm_round_up(bytes, WM_OS_GRANULE_BYTES, &os_bytes)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_lock_take(&wm_vm_lock);
    DWORD error = reserve_locked(base, bytes, os_bytes, committed, protection);
    wm_lock_release(&wm_vm_lock);
    return error;
}

/* False: there is none, or not what it takes to make a region of it. */
static bool reuse_locked(uintptr_t *base, size_t bytes, size_t os_bytes, size_t committed,
                         DWORD protection)
{
    struct wm_region *spare = wm_spare_take(os_bytes, committed, protection);
    if (spare == NULL) {
        return false;
    }
    uintptr_t got = spare->node.key;
    bool stays_closed = wm_spare_has_charge(spare, committed, protection);
    if (!wm_region_prepare_set() ||
        (!stays_closed &&
         wm_os->protect(got, committed, wm_vm_access_of(protection)) != WM_OS_OK)) {
        wm_spare_drop(spare);
        return false;
    }
    wm_region_make_new(spare, got + bytes, protection, 0);
    wm_region_set(spare, got, got + committed, protection);
    spare->closed_end = stays_closed ? got + committed : 0;
    *base = got;
    return true;
}

DWORD wm_vm_reserve_used(uintptr_t *base, size_t bytes, size_t committed, DWORD protection)
{
    uintptr_t os_bytes;
    if (!wm_round_up(bytes, WM_OS_GRANULE_BYTES, &os_bytes)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_lock_take(&wm_vm_lock);
    bool is_reused = reuse_locked(base, bytes, os_bytes, committed, protection);
    wm_lock_release(&wm_vm_lock);
    return is_reused ? NO_ERROR : wm_vm_reserve(base, bytes, committed, protection);
}

/* Whether the closed part ends at `start` and is to have the same protection as what follows. */
static bool continues_closed(const struct wm_region *region, uintptr_t start, DWORD protection)
{
    return region->closed_end == start &&
           wm_region_run(region, region->node.key)->protection == protection;
}

static DWORD protect_locked(struct wm_region *region, uintptr_t start, uintptr_t end,
                            DWORD protection)
{
    if (!wm_region_prepare_set()) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    uintptr_t from = start;
    if (continues_closed(region, start, protection)) {
        from = region->node.key;
    } else if (!wm_vm_open_region(region)) {
        return ERROR_COMMITMENT_LIMIT;
    }
    if (allow(from, end - from, wm_vm_access_of(protection)) != WM_OS_OK) {
        put_back(region, from, end);
        return ERROR_COMMITMENT_LIMIT;
    }
    region->closed_end = 0;
    wm_region_set(region, start, end, protection);
    return NO_ERROR;
}

static DWORD commit_locked(struct wm_region *region, uintptr_t start, uintptr_t end,
                           DWORD protection)
{
    DWORD error = region->is_watched ? wm_watch_before_commit(region, start, end) : NO_ERROR;
    return error == NO_ERROR ? protect_locked(region, start, end, protection) : error;
}

DWORD wm_vm_commit(uintptr_t start, uintptr_t end, DWORD protection)
{
    DWORD error = ERROR_INVALID_ADDRESS;
    wm_lock_take(&wm_vm_lock);
    struct wm_region *region = wm_region_find(start);
    if (region != NULL && region->section != NULL) {
        error = ERROR_NOT_SUPPORTED;
    } else if (region != NULL && end <= region->end) {
        error = commit_locked(region, start, end, protection);
    }
    wm_lock_release(&wm_vm_lock);
    return error;
}

DWORD wm_vm_open(uintptr_t base)
{
    DWORD error = ERROR_INVALID_ADDRESS;
    wm_lock_take(&wm_vm_lock);
    struct wm_region *region = wm_region_find(base);
    if (region != NULL) {
        error = wm_vm_open_region(region) ? NO_ERROR : ERROR_COMMITMENT_LIMIT;
    }
    wm_lock_release(&wm_vm_lock);
    return error;
}

static DWORD decommit_locked(uintptr_t start, uintptr_t end)
{
    struct wm_region *region = wm_region_find(start);
    if (region == NULL) {
        return ERROR_INVALID_ADDRESS;
    }
    if (region->section != NULL) {
        return ERROR_NOT_SUPPORTED;
    }
    if (end == 0) {
        if (start != region->node.key) {
            return ERROR_INVALID_ADDRESS;
        }
        end = region->end;
    }
    if (end > region->end) {
        return ERROR_INVALID_PARAMETER;
    }
    if (!wm_region_prepare_set() || !wm_vm_open_region(region)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (wm_os->discard(start, end - start) != WM_OS_OK) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_locked_forget(start, end);
    wm_region_set(region, start, end, 0);
    return NO_ERROR;
}

DWORD wm_vm_decommit(uintptr_t start, uintptr_t end)
{
    wm_lock_take(&wm_vm_lock);
    DWORD error = decommit_locked(start, end);
    wm_lock_release(&wm_vm_lock);
    return error;
}

static DWORD release_locked(uintptr_t base, bool is_wanted)
{
    struct wm_region *region = wm_region_find(base);
    if (region == NULL || region->node.key != base) {
        return ERROR_INVALID_ADDRESS;
    }
    if (region->section != NULL) {
        return ERROR_NOT_SUPPORTED;
    }
    uintptr_t end = region->end;
    if (is_wanted && wm_spare_keep(region)) {
        wm_locked_end(base, end);
        return NO_ERROR;
    }
    if (wm_os->unmap(base, region->os_end - base) != WM_OS_OK) {
        bool is_kept = is_wanted && wm_spare_keep_refused(region);
        if (is_kept) {
            wm_locked_end(base, end);
        }
        return is_kept ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_locked_forget(base, end);
    wm_region_remove(region);
    wm_region_delete(region);
    WM_VALIDATE(wm_region_map_is_sound());
    return NO_ERROR;
}

DWORD wm_vm_release(uintptr_t base)
{
    wm_lock_take(&wm_vm_lock);
    DWORD error = release_locked(base, false);
    wm_lock_release(&wm_vm_lock);
    return error;
}

DWORD wm_vm_retire(uintptr_t base)
{
    wm_lock_take(&wm_vm_lock);
    DWORD error = release_locked(base, true);
    wm_lock_release(&wm_vm_lock);
    return error;
}

/* Without access to any page, so that none is written before it is watched. */
static DWORD reserve_watched_locked(uintptr_t *base, size_t bytes, size_t os_bytes, bool commits,
                                    DWORD protection)
{
    DWORD error = reserve_locked(base, bytes, os_bytes, 0, protection);
    if (error != NO_ERROR) {
        return error;
    }
    struct wm_region *region = wm_region_find(*base);
    region->is_watched = true;
    error = wm_watch_begin(*base, *base + bytes);
    if (error == NO_ERROR && commits) {
        error = commit_locked(region, *base, *base + bytes, protection);
    }
    if (error != NO_ERROR && release_locked(*base, false) != NO_ERROR) {
        region->is_watched = false; /* nobody has it, so it waits to be given back */
        (void)wm_spare_keep_refused(region);
    }
    return error;
}

DWORD wm_vm_reserve_watched(uintptr_t *base, size_t bytes, bool commits, DWORD protection)
{
    wm_vm_start_faults();
    uintptr_t os_bytes;
    if (!wm_round_up(bytes, WM_OS_GRANULE_BYTES, &os_bytes)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_lock_take(&wm_vm_lock);
    DWORD error = reserve_watched_locked(base, bytes, os_bytes, commits, protection);
    wm_lock_release(&wm_vm_lock);
    return error;
}

void wm_vm_drop_spares(void)
{
    wm_lock_take(&wm_vm_lock);
    (void)wm_spare_drop_all();
    wm_lock_release(&wm_vm_lock);
}

bool wm_vm_start_over(void)
{
    wm_lock_take(&wm_vm_lock);
    (void)wm_spare_drop_all();
    bool is_done = wm_section_start_over();
    is_done = wm_region_start_over() && is_done;
    is_done = wm_name_start_over() && is_done;
    wm_working_set_start_over();
    wm_lock_release(&wm_vm_lock);
    return is_done;
}

static bool all_committed(const struct wm_region *region, uintptr_t start, uintptr_t end)
{
    const struct wm_run *run = wm_region_run(region, start);
    for (; run != NULL && run->node.key < end; run = wm_region_next_run(run)) {
        if (run->protection == 0) {
            return false;
        }
    }
    return true;
}

bool wm_vm_is_committed(uintptr_t start, uintptr_t end)
{
    wm_lock_take(&wm_vm_lock);
    const struct wm_region *region = wm_region_find(start);
    bool is_committed = region != NULL && end <= region->end && all_committed(region, start, end);
    wm_lock_release(&wm_vm_lock);
    return is_committed;
}

static DWORD discard_locked(uintptr_t start, uintptr_t end)
{
    const struct wm_region *region = wm_region_find(start);
    if (region == NULL || end > region->end || !all_committed(region, start, end)) {
        return ERROR_INVALID_ADDRESS;
    }
    const struct wm_run *run = wm_region_run(region, start);
    if (run->protection != PAGE_READWRITE || wm_region_run_end(region, run) < end) {
        return ERROR_INVALID_PARAMETER;
    }
    /* Whoever drops pages forgets which of them were written; they may also be kept. */
    if (!region->is_watched) {
        wm_os->drop(start, end - start);
    }
    return NO_ERROR;
}

DWORD wm_vm_discard(uintptr_t start, uintptr_t end)
{
    wm_lock_take(&wm_vm_lock);
    DWORD error = discard_locked(start, end);
    wm_lock_release(&wm_vm_lock);
    return error;
}

/* Whether a protection allows no access that the other one does not. */
static bool is_within(DWORD protection, DWORD other)
{
    return (wm_vm_access_of(protection & ~(DWORD)PAGE_GUARD) & ~wm_vm_access_of(other)) == 0;
}

DWORD wm_vm_protect(uintptr_t start, uintptr_t end, DWORD protection, DWORD *old)
{
    DWORD error = ERROR_INVALID_ADDRESS;
    wm_vm_start_faults();
    /* Outside the lock, where the fault of a bad pointer can be told from one of ours. */
    if (!wm_copy_probe(old, sizeof *old)) {
        return ERROR_NOACCESS;
    }
    wm_lock_take(&wm_vm_lock);
    struct wm_region *region = wm_region_find(start);
    if (region == NULL) {
        error = wm_vm_protect_foreign(start, end, protection, old);
    } else if (region->section != NULL && wm_vm_copies(region->allocation_protection)) {
        error = ERROR_NOT_SUPPORTED;
    } else if (region->section != NULL && !is_within(protection, region->allocation_protection)) {
        error = ERROR_INVALID_PARAMETER;
    } else if (end <= region->end && all_committed(region, start, end)) {
        DWORD before = wm_region_run(region, start)->protection;
        error = wm_copy_out(old, &before, sizeof before)
                    ? protect_locked(region, start, end, protection)
                    : ERROR_NOACCESS;
    }
    wm_lock_release(&wm_vm_lock);
    return error;
}

/* Of a run of pages that are copied when they are written: the part from `page` on that was, or was
 * not. What was copied is an ordinary page, and has the protection that is one bit further down. */
static void tell_copied(MEMORY_BASIC_INFORMATION *information, uintptr_t page)
{
    uintptr_t end = page + information->RegionSize;
    bool is_copied = wm_os->find_copied(page, &end);
    information->RegionSize = end - page;
    information->Protect = is_copied ? information->Protect >> 1 : information->Protect;
}

DWORD wm_vm_query(uintptr_t address, MEMORY_BASIC_INFORMATION *information)
{
    wm_vm_start_faults();
    DWORD error = NO_ERROR;
    uintptr_t page = wm_round_down(address, WM_OS_PAGE_BYTES);
    *information = (MEMORY_BASIC_INFORMATION){.BaseAddress = (PVOID)page};
    wm_lock_take(&wm_vm_lock);
    const struct wm_region *region = wm_region_find(page);
    if (region != NULL) {
        const struct wm_run *run = wm_region_run(region, page);
        information->AllocationBase = (PVOID)region->node.key;
        information->AllocationProtect = region->allocation_protection;
        information->RegionSize = wm_region_run_end(region, run) - page;
        information->State = run->protection != 0 ? MEM_COMMIT : MEM_RESERVE;
        information->Protect = run->protection;
        information->Type = region->section != NULL ? MEM_MAPPED : MEM_PRIVATE;
        if (wm_vm_copies(run->protection)) {
            tell_copied(information, page);
        }
    } else {
        error = wm_vm_query_foreign(page, information);
    }
    wm_lock_release(&wm_vm_lock);
    return error;
}

BOOL wm_vm_is_sound(void)
{
    wm_lock_take(&wm_vm_lock);
    bool sound = wm_region_map_is_sound();
    wm_lock_release(&wm_vm_lock);
    return sound;
}
