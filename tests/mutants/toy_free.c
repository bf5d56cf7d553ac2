/* VirtualFree. */
#include "tests/mutants/toy_virtual.h"

#include <unistd.h>

/* --- Releasing ---------------------------------------------------------------------------- */

static bool is_mixed(const struct region *region)
{
    for (uintptr_t address = region->base; address < region_end(region); address += TOY_PAGE) {
        if (page_of(region, address)->committed != region->pages[0].committed) {
            return true;
        }
    }
    return false;
}

/* Pages that some mutants do not want to give back. */
static bool is_protected(const struct region *region, const struct range *range)
{
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        const struct page *page = page_of(region, address);
        if (page->committed && page->protect != PAGE_READWRITE) {
            return true;
        }
    }
    return false;
}

static bool release(uintptr_t address, size_t size)
{
    struct region *region = region_of(address);
    if (size != 0 && !mutant(release_accepts_a_size)) {
        return toy_fail(mutant(release_names_another_error_for_a_size) ? ERROR_INVALID_ADDRESS
                                                                       : ERROR_INVALID_PARAMETER);
    }
    if (region == NULL) {
        return toy_fail(mutant(free_names_another_error_for_a_free_page) ? ERROR_ACCESS_DENIED
                                                                         : ERROR_INVALID_ADDRESS);
    }
    if (address != region->base && !mutant(release_accepts_an_interior_address)) {
        return toy_fail(mutant(release_names_another_error_inside) ? ERROR_INVALID_PARAMETER
                                                                   : ERROR_INVALID_ADDRESS);
    }
    struct range whole = {region->base, region_end(region)};
    if ((mutant(release_refuses_mixed_pages) && is_mixed(region)) ||
        (mutant(free_refuses_protected_pages) && is_protected(region, &whole))) {
        return toy_fail(ERROR_INVALID_ADDRESS);
    }
    while (mutant(release_of_one_page_never_returns) && region->size == TOY_PAGE) {
        (void)pause();
    }
    if (mutant(release_only_decommits)) {
        return forget_pages(region, &whole);
    }
    remove_region(region);
    return true;
}

/* --- Decommitting ------------------------------------------------------------------------- */

static bool decommitted_range(const struct region *region, uintptr_t address, size_t size,
                              struct range *range)
{
    *range = (struct range){region->base, region_end(region)};
    if (size == 0) {
        if (mutant(decommit_of_all_takes_one_page)) {
            range->end = range->first + TOY_PAGE;
        }
        return true;
    }
    if (!range_of(address, size, range)) {
        return false;
    }
    if (mutant(decommit_takes_the_size_from_the_page)) {
        range->end = range->first + round_up(size, TOY_PAGE);
    }
    if (mutant(decommit_stops_at_the_end_of_the_allocation)) {
        range->end = smaller(range->end, region_end(region));
    }
    return true;
}

static bool decommit(uintptr_t address, size_t size)
{
    struct range range;
    struct region *region = region_of(address);
    if (region == NULL) {
        return toy_fail(mutant(free_names_another_error_for_a_free_page) ? ERROR_ACCESS_DENIED
                                                                         : ERROR_INVALID_ADDRESS);
    }
    if (size == 0 && address != region->base) {
        return toy_fail(mutant(decommit_names_another_error_inside) ? ERROR_INVALID_PARAMETER
                                                                    : ERROR_INVALID_ADDRESS);
    }
    if (!decommitted_range(region, address, size, &range)) {
        return false;
    }
    if (range.end > region_end(region) || region->is_physical) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    if ((mutant(decommit_refuses_uncommitted_pages) && !all_committed(region, &range)) ||
        (mutant(free_refuses_protected_pages) && is_protected(region, &range))) {
        return toy_fail(ERROR_INVALID_ADDRESS);
    }
    return forget_pages(region, &range);
}

/* --- The call ----------------------------------------------------------------------------- */

static bool free_pages(uintptr_t address, size_t size, DWORD type)
{
    if (type == (MEM_RELEASE | MEM_DECOMMIT) && mutant(free_accepts_decommit_with_release)) {
        type = MEM_RELEASE;
    }
    if (type != MEM_RELEASE && type != MEM_DECOMMIT && mutant(free_takes_any_type_for_decommit)) {
        type = MEM_DECOMMIT;
    }
    if (type != MEM_RELEASE && type != MEM_DECOMMIT) {
        return toy_fail(ERROR_INVALID_PARAMETER); /* the toy has no placeholders */
    }
    return type == MEM_RELEASE ? release(address, size) : decommit(address, size);
}

BOOL VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    DWORD error_before = GetLastError();
    pthread_mutex_lock(&virtual_lock);
    bool is_done = free_pages(to_address(lpAddress), dwSize, dwFreeType);
    pthread_mutex_unlock(&virtual_lock);
    if (!is_done && mutant(free_fails_without_an_error)) {
        SetLastError(error_before);
    }
    return is_done;
}
