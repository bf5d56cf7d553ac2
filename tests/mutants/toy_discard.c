/* DiscardVirtualMemory, OfferVirtualMemory and ReclaimVirtualMemory, which return error codes. What
 * is discarded is zero; what is offered is kept. */
#include "tests/mutants/toy_virtual.h"

static struct range last; /* what was discarded last */

static void clear(const struct region *region, const struct range *range)
{
    for (uintptr_t page = range->first; page < range->end; page += TOY_PAGE) {
        overwrite(region, page, NULL, TOY_PAGE);
    }
}

static bool all_read_write(const struct region *region, const struct range *range)
{
    for (uintptr_t page = range->first; page < range->end; page += TOY_PAGE) {
        if (page_of(region, page)->protect != PAGE_READWRITE) {
            return false;
        }
    }
    return true;
}

/* The range, which is of whole committed pages of the region that is stored. */
static DWORD find_pages(const void *start, size_t size, struct range *range, struct region **region)
{
    uintptr_t address = to_address(start);
    bool is_whole = size != 0 && (address | size) % TOY_PAGE == 0;
    if (!is_whole && !(mutant(discard_rounds_to_pages) && size != 0)) {
        return ERROR_INVALID_PARAMETER;
    }
    if (address >= TOY_BEYOND || size > TOY_BEYOND - address) {
        return ERROR_INVALID_PARAMETER;
    }
    range->first = round_down(address, TOY_PAGE);
    range->end = round_up(address + size, TOY_PAGE);
    *region = region_around(range);
    if (*region == NULL || !all_committed(*region, range)) {
        return mutant(discard_names_another_error) ? ERROR_NOACCESS : ERROR_INVALID_ADDRESS;
    }
    return NO_ERROR;
}

static DWORD discard(const void *start, size_t size)
{
    struct range range;
    struct region *region;
    DWORD error = find_pages(start, size, &range, &region);
    if (error != NO_ERROR) {
        return error;
    }
    if (!all_read_write(region, &range) && !mutant(discard_takes_any_protection)) {
        if (mutant(failed_discard_drops_a_page)) {
            overwrite(region, range.first, NULL, TOY_PAGE);
        }
        return ERROR_INVALID_PARAMETER;
    }
    if (mutant(discard_is_refused)) {
        return ERROR_NOT_SUPPORTED;
    }
    clear(region, &range);
    last = range;
    if (mutant(discard_closes_the_pages)) {
        (void)set_pages(region, &range, PAGE_NOACCESS);
    }
    return NO_ERROR;
}

DWORD DiscardVirtualMemory(PVOID VirtualAddress, SIZE_T Size)
{
    pthread_mutex_lock(&virtual_lock);
    DWORD error = discard(VirtualAddress, Size);
    pthread_mutex_unlock(&virtual_lock);
    return error;
}

void note_query_after_discard(void)
{
    const struct region *region = last.first != 0 ? region_around(&last) : NULL;
    if (mutant(discard_goes_on) && region != NULL && all_committed(region, &last)) {
        clear(region, &last);
    }
}

static DWORD offer(const void *start, size_t size, unsigned priority)
{
    struct range range;
    struct region *region;
    bool is_priority = priority >= VmOfferPriorityVeryLow && priority <= VmOfferPriorityNormal;
    if (!is_priority && !mutant(offer_takes_any_priority)) {
        return ERROR_INVALID_PARAMETER;
    }
    DWORD error = find_pages(start, size, &range, &region);
    if (error == NO_ERROR && !mutant(offer_keeps_locks)) {
        end_locks(region, &range);
    }
    return error == NO_ERROR && mutant(offer_is_refused) ? ERROR_NOT_SUPPORTED : error;
}

DWORD OfferVirtualMemory(PVOID VirtualAddress, SIZE_T Size, OFFER_PRIORITY Priority)
{
    pthread_mutex_lock(&virtual_lock);
    DWORD error = offer(VirtualAddress, Size, (unsigned)Priority);
    pthread_mutex_unlock(&virtual_lock);
    return error;
}

static DWORD reclaim(const void *start, size_t size)
{
    struct range range;
    struct region *region;
    DWORD error = find_pages(start, size, &range, &region);
    if (error != NO_ERROR) {
        return error;
    }
    if (mutant(reclaim_drops_a_page)) {
        overwrite(region, range.first, NULL, TOY_PAGE);
    }
    if (mutant(reclaim_leaves_pages_closed)) {
        (void)set_pages(region, &range, PAGE_NOACCESS);
    }
    return mutant(reclaim_is_refused) ? ERROR_INVALID_ADDRESS : NO_ERROR;
}

DWORD ReclaimVirtualMemory(PVOID VirtualAddress, SIZE_T Size)
{
    pthread_mutex_lock(&virtual_lock);
    DWORD error = reclaim(VirtualAddress, Size);
    pthread_mutex_unlock(&virtual_lock);
    return error;
}
