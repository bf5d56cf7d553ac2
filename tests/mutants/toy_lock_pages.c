/* VirtualLock and VirtualUnlock. The toy keeps count of what is locked, and locks nothing. */
#include "tests/mutants/toy_virtual.h"

enum { LOCKED_PAGES_MAX = 40 };

static struct range last; /* what was locked last; only mutants ask */

static size_t count_locked_pages(void)
{
    size_t count = 0;
    for (const struct region *region = regions; region != NULL; region = region->next) {
        for (size_t i = 0; i < region->size / TOY_PAGE; i++) {
            count += region->pages[i].locks != 0;
        }
    }
    return count;
}

/* The page that is there, whichever region it is of, or NULL. */
static struct page *find_page(uintptr_t address)
{
    const struct region *region = region_of(address);
    return region != NULL ? page_of(region, address) : NULL;
}

static void set_protection(uintptr_t address, DWORD protect)
{
    struct range range = {address, address + TOY_PAGE};
    (void)set_pages(region_of(address), &range, protect);
}

static DWORD check_page(uintptr_t address)
{
    const struct page *page = find_page(address);
    DWORD error = mutant(lock_names_another_error) ? ERROR_INVALID_PARAMETER : ERROR_NOACCESS;
    if (page == NULL || (!page->committed && !mutant(lock_takes_reserved_pages))) {
        return error;
    }
    if (page->protect == PAGE_NOACCESS && !mutant(lock_takes_inaccessible_pages)) {
        return error;
    }
    if (page->locks != 0 && mutant(lock_refuses_locked_pages)) {
        return ERROR_INVALID_ADDRESS;
    }
    if ((page->protect & PAGE_GUARD) != 0 && !mutant(lock_takes_guarded_pages)) {
        if (!mutant(lock_keeps_the_guard)) {
            set_protection(address, page->protect & ~PAGE_GUARD);
        }
        return (DWORD)STATUS_GUARD_PAGE_VIOLATION;
    }
    return NO_ERROR;
}

static void lock_page(uintptr_t address)
{
    struct page *page = find_page(address);
    page->locks = mutant(locks_are_counted) ? page->locks + 1 : 1;
    if (mutant(lock_copies_pages) && (page->protect & PAGE_WRITECOPY) != 0) {
        set_protection(address, PAGE_READWRITE);
    }
}

static DWORD lock_pages(const struct range *range)
{
    size_t count = count_locked_pages();
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        DWORD error = check_page(address);
        if (error != NO_ERROR) {
            return error;
        }
        count += find_page(address)->locks == 0;
    }
    if (mutant(lock_is_refused)) {
        return ERROR_ACCESS_DENIED;
    }
    if (count > LOCKED_PAGES_MAX) {
        return ERROR_WORKING_SET_QUOTA;
    }
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        lock_page(address);
    }
    last = *range;
    return NO_ERROR;
}

static DWORD unlock_pages(const struct range *range)
{
    if (mutant(unlock_needs_the_range_of_the_lock) &&
        (range->first != last.first || range->end != last.end)) {
        return ERROR_NOT_LOCKED;
    }
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        const struct page *page = find_page(address);
        if ((page == NULL || page->locks == 0) && !mutant(unlock_takes_any_page)) {
            return ERROR_NOT_LOCKED;
        }
    }
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        struct page *page = find_page(address);
        if (page != NULL && page->locks != 0) {
            page->locks--;
        }
    }
    return NO_ERROR;
}

static BOOL call(uintptr_t address, size_t size, DWORD (*function)(const struct range *range))
{
    struct range range;
    if (size == 0 && !mutant(lock_of_nothing_succeeds)) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    if (!range_of(address, size, &range)) {
        return FALSE;
    }
    pthread_mutex_lock(&virtual_lock);
    DWORD error = function(&range);
    pthread_mutex_unlock(&virtual_lock);
    return error == NO_ERROR ? TRUE : toy_fail(error);
}

BOOL VirtualLock(LPVOID lpAddress, SIZE_T dwSize)
{
    return call(to_address(lpAddress), dwSize, lock_pages);
}

BOOL VirtualUnlock(LPVOID lpAddress, SIZE_T dwSize)
{
    return call(to_address(lpAddress), dwSize, unlock_pages);
}

void end_locks(const struct region *region, const struct range *range)
{
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        page_of(region, address)->locks = 0;
    }
}
