/* Memory that somebody else has mapped, as VirtualQuery shows it and VirtualProtect changes it.
 *
 * The system's list of mappings contains ours as well, and may join ours with neighbours, so it is
 * always read through the region map: at an address of ours the map decides, elsewhere the list.
 * Consecutive mappings of one file are one allocation; if any of them can be executed it is an
 * image, else a mapped view. A mapping without a file is private memory.
 *
 * Where the system does not show its list, what is not ours is unknown: never free, since whoever
 * asks may go on to use it.
 */
#include "impl/base/checked.h"
#include "impl/base/copy.h"
#include "impl/vm/region.h"
#include "impl/vm/vm_internal.h"

/* A file is mapped in a handful of pieces; whoever maps more gets several allocations. */
#define GROUP_COUNT_MAX 64

#define USER_END (WM_OS_ADDRESS_MAX + 1)

static DWORD protection_of(unsigned access)
{
    bool writable = (access & WM_OS_WRITE) != 0;
    if ((access & WM_OS_EXECUTE) != 0) {
        return writable ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ;
    }
    if (writable) {
        return PAGE_READWRITE;
    }
    return (access & WM_OS_READ) != 0 ? PAGE_READONLY : PAGE_NOACCESS;
}

/* Cuts away what is ours or outside the user address space. `address` is in the mapping and in no
 * region of ours, nor in a tail. */
static void clip(struct wm_os_mapping *mapping, uintptr_t address)
{
    const struct wm_region *above = wm_region_at_or_above(address);
    if (above != NULL && above->node.key < mapping->end) {
        mapping->end = above->node.key;
    }
    if (mapping->end > USER_END) {
        mapping->end = USER_END;
    }
    const struct wm_region *below = wm_region_below(address);
    if (below != NULL && below->os_end > mapping->start) {
        mapping->start = below->os_end;
    }
}

struct group {
    uintptr_t base;
    unsigned first_access;
    bool executable;
};

/* All pieces of one file around `mapping` that lie side by side. False if the system does not tell.
 */
static bool group_around(const struct wm_os_mapping *mapping, struct group *group)
{
    *group = (struct group){.base = mapping->start,
                            .first_access = mapping->access,
                            .executable = (mapping->access & WM_OS_EXECUTE) != 0};
    if (mapping->file == 0) {
        return true;
    }
    struct wm_os_mapping piece;
    enum wm_os_finding finding = WM_OS_FOUND;
    for (int i = 0; i < GROUP_COUNT_MAX; i++) {
        finding = wm_os->find_mapping(group->base - 1, &piece);
        if (finding != WM_OS_FOUND || piece.end != group->base || piece.file != mapping->file) {
            break;
        }
        group->base = piece.start;
        group->first_access = piece.access;
        group->executable |= (piece.access & WM_OS_EXECUTE) != 0;
    }
    uintptr_t end = mapping->end;
    for (int i = 0; i < GROUP_COUNT_MAX && finding != WM_OS_UNKNOWN; i++) {
        finding = wm_os->find_mapping(end, &piece);
        if (finding != WM_OS_FOUND || piece.start != end || piece.file != mapping->file) {
            break;
        }
        end = piece.end;
        group->executable |= (piece.access & WM_OS_EXECUTE) != 0;
    }
    return finding != WM_OS_UNKNOWN;
}

static DWORD describe_mapped(struct wm_os_mapping *mapping, uintptr_t page,
                             MEMORY_BASIC_INFORMATION *information)
{
    clip(mapping, page);
    struct group group;
    if (!group_around(mapping, &group)) {
        return ERROR_ACCESS_DENIED;
    }
    information->AllocationBase = (PVOID)group.base;
    information->RegionSize = mapping->end - page;
    information->State = MEM_COMMIT;
    information->Protect = protection_of(mapping->access);
    information->AllocationProtect = protection_of(group.first_access);
    information->Type = MEM_PRIVATE;
    if (mapping->file != 0) {
        information->Type = group.executable ? MEM_IMAGE : MEM_MAPPED;
    }
    if (information->Type == MEM_IMAGE) {
        information->AllocationProtect = PAGE_EXECUTE_WRITECOPY;
    }
    return NO_ERROR;
}

/* The lowest mapping that ends above `page`. It is so for all addresses from there to its end, and
 * asking costs as much as everything else here. */
struct lowest {
    uintptr_t page;
    enum wm_os_finding finding;
    struct wm_os_mapping mapping;
};

static void find_lowest(struct lowest *lowest, uintptr_t page)
{
    lowest->page = page;
    lowest->finding = wm_os->find_mapping(page, &lowest->mapping);
}

/* Where the system does not tell, nobody asks any further. */
static bool is_lowest_for(const struct lowest *lowest, uintptr_t page)
{
    return lowest->page <= page && (lowest->finding == WM_OS_NOTHING || lowest->mapping.end > page);
}

/* Where the free pages from `page` on end: tails and spares of ours are free and passed over,
 * regions of ours and mappings of others stop. 0 if the system does not tell. */
static uintptr_t free_end(uintptr_t page, struct lowest *lowest)
{
    while (page < USER_END) {
        const struct wm_region *region = wm_region_at_or_above(page);
        if (region != NULL && page >= region->node.key) {
            if (page < region->end) {
                return page;
            }
            page = region->os_end;
            continue;
        }
        uintptr_t stop = region != NULL ? region->node.key : USER_END;
        if (!is_lowest_for(lowest, page)) {
            find_lowest(lowest, page);
        }
        switch (lowest->finding) {
        case WM_OS_FOUND:
            if (lowest->mapping.start < stop) {
                return lowest->mapping.start > page ? lowest->mapping.start : page;
            }
            break;
        case WM_OS_NOTHING:
            break;
        case WM_OS_UNKNOWN:
            return 0;
        }
        if (region == NULL || !region->is_spare) {
            return stop;
        }
        page = region->os_end;
    }
    return USER_END;
}

static bool is_in_tail(uintptr_t page)
{
    const struct wm_region *region = wm_region_at_or_above(page);
    return region != NULL && page >= region->node.key;
}

DWORD wm_vm_protect_foreign(uintptr_t start, uintptr_t end, DWORD protection, DWORD *old)
{
    struct wm_os_mapping mapping;
    enum wm_os_finding finding =
        is_in_tail(start) ? WM_OS_NOTHING : wm_os->find_mapping(start, &mapping);
    if (finding == WM_OS_UNKNOWN) {
        return ERROR_ACCESS_DENIED;
    }
    if (finding == WM_OS_NOTHING || mapping.start > start) {
        return ERROR_INVALID_ADDRESS;
    }
    clip(&mapping, start);
    if (end > mapping.end) {
        return ERROR_INVALID_ADDRESS;
    }
    if ((protection & PAGE_GUARD) != 0) {
        return ERROR_INVALID_PARAMETER;
    }
    DWORD before = protection_of(mapping.access);
    if (!wm_copy_out(old, &before, sizeof before)) {
        return ERROR_NOACCESS;
    }
    switch (wm_os->protect(start, end - start, wm_vm_access_of(protection))) {
    case WM_OS_OK:
        return NO_ERROR;
    case WM_OS_NO_MEMORY:
        return ERROR_COMMITMENT_LIMIT;
    case WM_OS_TAKEN:
    case WM_OS_REFUSED: /* more than the file behind the mapping was opened for */
        break;
    }
    return ERROR_INVALID_PARAMETER;
}

DWORD wm_vm_query_foreign(uintptr_t page, MEMORY_BASIC_INFORMATION *information)
{
    struct lowest lowest = {.page = UINTPTR_MAX, .finding = WM_OS_NOTHING};
    if (!is_in_tail(page)) {
        find_lowest(&lowest, page);
        if (lowest.finding == WM_OS_FOUND && lowest.mapping.start <= page) {
            return describe_mapped(&lowest.mapping, page, information);
        }
    }
    uintptr_t end = lowest.finding == WM_OS_UNKNOWN ? 0 : free_end(page, &lowest);
    if (end == 0) {
        return ERROR_ACCESS_DENIED;
    }
    information->RegionSize = end - page;
    information->State = MEM_FREE;
    information->Protect = PAGE_NOACCESS;
    return NO_ERROR;
}
