/* VirtualProtect and guard pages. */
#define _GNU_SOURCE /* mprotect's flags */

#include "tests/mutants/toy_virtual.h"

#include <string.h>
#include <sys/mman.h>

/* --- VirtualProtect ----------------------------------------------------------------------- */

static bool has_guard(const struct region *region, const struct range *range)
{
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        if ((page_of(region, address)->protect & PAGE_GUARD) != 0) {
            return true;
        }
    }
    return false;
}

/* The protections that mutants do not take from this range. */
static bool is_refused(const struct region *region, const struct range *range, DWORD protect)
{
    return (mutant(protect_refuses_execute_read) &&
            (protect & BASE_PROTECTIONS) == PAGE_EXECUTE_READ) ||
           (mutant(protect_refuses_the_same_protection) &&
            page_of(region, range->first)->protect == protect);
}

/* What is left of PAGE_GUARD. */
static DWORD armed(const struct region *region, const struct range *range, DWORD protect)
{
    bool had_alarm = page_of(region, range->first)->had_alarm;
    if (mutant(protect_loses_the_guard) || (mutant(guard_page_can_be_armed_once) && had_alarm)) {
        return protect & ~PAGE_GUARD;
    }
    return protect;
}

/* Where the pages that are protected end. */
static uintptr_t protected_end(const struct region *region, const struct range *range)
{
    if (mutant(protect_reaches_one_page_further) && range->end < region_end(region) &&
        page_of(region, range->end)->committed) {
        return range->end + TOY_PAGE;
    }
    if (mutant(protect_misses_the_last_page) && range->end - range->first > TOY_PAGE) {
        return range->end - TOY_PAGE;
    }
    return range->end;
}

static DWORD old_protection(const struct region *region, const struct range *range)
{
    uintptr_t address =
        mutant(protect_returns_the_last_protection) ? range->end - TOY_PAGE : range->first;
    DWORD old = page_of(region, address)->protect;
    return mutant(protect_hides_the_old_guard) ? old & ~PAGE_GUARD : old;
}

static bool protect_pages(struct region *region, struct range range, DWORD protect, PDWORD old)
{
    *old = old_protection(region, &range);
    protect = armed(region, &range, protect);
    range.end = protected_end(region, &range);
    if (!set_pages(region, &range, protect)) {
        return false;
    }
    if (mutant(protect_changes_the_content)) {
        spoil_page_of(region, range.first);
    }
    if (mutant(watch_counts_protecting)) {
        count_as_written(region, &range);
    }
    if (mutant(protect_calls_its_pages_reserved)) {
        page_of(region, range.first)->committed = false;
    }
    return true;
}

/* Protects the first page although the range as a whole is refused. */
static void protect_in_part(const struct range *range, DWORD protect)
{
    struct region *region = region_of(range->first);
    struct range page = {range->first, range->first + TOY_PAGE};
    if (region != NULL && all_committed(region, &page)) {
        (void)set_pages(region, &page, protect);
    }
}

/* Whether pages of a view would get more access than it was mapped with. */
static bool is_beyond(DWORD mapped, DWORD protect)
{
    const DWORD executable = PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE;
    const DWORD writable = PAGE_READWRITE | PAGE_EXECUTE_READWRITE;
    if (mutant(views_are_never_protected) && protect == PAGE_NOACCESS) {
        return true;
    }
    return ((protect & executable) != 0 && (mapped & executable) == 0) ||
           ((protect & writable) != 0 && (mapped & writable) == 0 &&
            !mutant(any_view_becomes_writable));
}

static bool protect_range(struct range range, DWORD protect, PDWORD old)
{
    struct region *region = region_around(&range);
    if (region == NULL && region_of(range.first) != NULL &&
        mutant(protect_stops_at_the_end_of_the_allocation)) {
        region = region_of(range.first);
        range.end = region_end(region);
    }
    if (region == NULL || !all_committed(region, &range)) {
        if (mutant(failing_protect_changes_the_first_page)) {
            protect_in_part(&range, protect);
        }
        if (region != NULL && mutant(protect_accepts_reserved_pages)) {
            return true;
        }
        return toy_fail(mutant(protect_names_another_error_for_a_range) ? ERROR_INVALID_PARAMETER
                                                                        : ERROR_INVALID_ADDRESS);
    }
    if (region->section != NULL && is_beyond(region->protect, protect)) {
        return toy_fail(mutant(view_protection_names_another_error) ? ERROR_ACCESS_DENIED
                                                                    : ERROR_INVALID_PARAMETER);
    }
    if (is_refused(region, &range, protect)) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    return protect_pages(region, range, protect, old);
}

static bool arguments_are_accepted(uintptr_t address, size_t size, DWORD protect,
                                   struct range *range)
{
    if (size == 0) {
        return toy_fail(mutant(protect_of_nothing_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                       : ERROR_INVALID_PARAMETER);
    }
    if (!protection_is_valid(protect, mutant(protect_accepts_copy_on_write))) {
        return toy_fail(mutant(bad_protection_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                   : ERROR_INVALID_PARAMETER);
    }
    if (address < TOY_LOWEST) {
        return toy_fail(ERROR_INVALID_ADDRESS);
    }
    return range_of(address, size, range);
}

static bool raises_an_alarm(const struct range *range)
{
    pthread_mutex_lock(&virtual_lock);
    const struct region *region = region_around(range);
    bool raises = region != NULL && has_guard(region, range);
    pthread_mutex_unlock(&virtual_lock);
    return raises;
}

BOOL VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, PDWORD lpflOldProtect)
{
    struct range range = {0, 0};
    DWORD unwanted = 0;
    if (lpflOldProtect == NULL && mutant(protect_needs_no_old_protection)) {
        lpflOldProtect = &unwanted;
    }
    if (lpflOldProtect == NULL) {
        return toy_fail(mutant(protect_names_another_error_for_null) ? ERROR_INVALID_PARAMETER
                                                                     : ERROR_NOACCESS);
    }
    if (!arguments_are_accepted(to_address(lpAddress), dwSize, flNewProtect, &range)) {
        return FALSE;
    }
    if (mutant(protect_raises_the_alarm) && raises_an_alarm(&range)) {
        toy_raise(STATUS_GUARD_PAGE_VIOLATION, to_address(lpAddress));
    }
    pthread_mutex_lock(&virtual_lock);
    bool is_done = protect_range(range, flNewProtect & ~PAGE_TARGETS_INVALID, lpflOldProtect);
    pthread_mutex_unlock(&virtual_lock);
    return is_done;
}

/* --- Guard pages -------------------------------------------------------------------------- */

/* Opens a page and leaves it recorded as a guard page. */
static void open_in_secret(const struct page *page, uintptr_t address)
{
    (void)mprotect(to_pointer(round_down(address, TOY_PAGE)), TOY_PAGE,
                   native_protection_of(page->protect & ~PAGE_GUARD));
}

static void clear_guard(struct region *region, uintptr_t address)
{
    struct page *page = page_of(region, address);
    uintptr_t first = round_down(address, TOY_PAGE);
    struct range range = {first, first + TOY_PAGE};
    bool is_kept = mutant(guard_page_raises_twice) && !page->had_alarm;
    page->had_alarm = true;
    if (mutant(guard_is_reported_after_its_alarm)) {
        open_in_secret(page, address);
    } else if (!is_kept) {
        (void)set_pages(region, &range, page->protect & ~PAGE_GUARD);
    }
}

bool copy_page(uintptr_t address)
{
    const DWORD copied = PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY;
    pthread_mutex_lock(&virtual_lock);
    struct region *region = region_of(address);
    struct page *page = region != NULL ? page_of(region, address) : NULL;
    bool is_copied = page != NULL && page->committed && (page->protect & copied) != 0 &&
                     !mutant(writecopy_page_refuses_writes);
    if (is_copied) {
        void *memory = to_pointer(round_down(address, TOY_PAGE));
        DWORD protect = page->protect >> 1;
        (void)mprotect(memory, TOY_PAGE, native_protection_of(protect));
        page->protect = mutant(copied_page_stays_copy_on_write) ? page->protect : protect;
        if (mutant(copied_page_begins_as_zero)) {
            memset(memory, 0, TOY_PAGE);
        }
    }
    pthread_mutex_unlock(&virtual_lock);
    return is_copied;
}

bool consume_guard(uintptr_t address)
{
    pthread_mutex_lock(&virtual_lock);
    struct region *region = region_of(address);
    bool is_guarded = region != NULL && page_of(region, address)->committed &&
                      (page_of(region, address)->protect & PAGE_GUARD) != 0;
    if (is_guarded) {
        clear_guard(region, address);
    }
    for (uintptr_t other = is_guarded ? region->base : 0;
         is_guarded && mutant(alarm_ends_every_guard) && other < region_end(region);
         other += TOY_PAGE) {
        if ((page_of(region, other)->protect & PAGE_GUARD) != 0) {
            clear_guard(region, other);
        }
    }
    pthread_mutex_unlock(&virtual_lock);
    return is_guarded;
}
