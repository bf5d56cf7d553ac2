/* VirtualAlloc. */
#include "tests/mutants/toy_virtual.h"

#define KNOWN_TYPES                                                                           \
    (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO | MEM_TOP_DOWN | MEM_WRITE_WATCH | \
     MEM_PHYSICAL | MEM_LARGE_PAGES)

static uintptr_t fail(DWORD error)
{
    (void)toy_fail(error);
    return 0;
}

/* --- Reserving ---------------------------------------------------------------------------- */

static bool overlaps_a_region(const struct range *range)
{
    for (const struct region *region = regions; region != NULL; region = region->next) {
        if (range->first < region_end(region) && region->base < range->end) {
            return true;
        }
    }
    return false;
}

/* The range that a reservation takes: whole granules below, whole pages above. */
static bool reserved_range(uintptr_t address, size_t size, struct range *range)
{
    *range = (struct range){0, 0};
    if (address != 0) {
        if (!range_of(address, size, range)) {
            return false;
        }
        range->first = round_down(address, TOY_GRANULARITY);
        if (mutant(reserve_uses_the_rest_of_a_granule) && free_the_rest_at(address)) {
            range->first = round_down(address, TOY_PAGE);
        }
        if (overlaps_a_region(range) ||
            (mutant(released_range_stays_blocked) && was_released(range->first))) {
            return toy_fail(mutant(reserve_names_another_error) ? ERROR_ACCESS_DENIED
                                                                : ERROR_INVALID_ADDRESS);
        }
        size = range->end - range->first;
    }
    if (size > TOY_BYTES_MAX) {
        return toy_fail(mutant(huge_reserve_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                 : ERROR_NOT_ENOUGH_MEMORY);
    }
    bool rounds_far = mutant(reserve_rounds_up_to_the_granularity) && address == 0;
    range->end = range->first + round_up(size, rounds_far ? TOY_GRANULARITY : TOY_PAGE);
    return true;
}

/* What is committed by the call that reserves: everything. */
static struct range committed_part(const struct region *region, uintptr_t address, DWORD type)
{
    struct range part = {region->base, region_end(region)};
    if ((type & MEM_COMMIT) == 0) {
        part.end = mutant(reserve_commits_the_first_page) ? part.first + TOY_PAGE : part.first;
    } else if (mutant(reserve_and_commit_misses_the_last_page)) {
        part.end -= TOY_PAGE;
    } else if (mutant(reserve_and_commit_skips_the_slack) && address != 0) {
        part.first = round_down(address, TOY_PAGE);
    }
    return part;
}

/* A live region that mutants hand out once more, or NULL. */
static struct region *region_to_share(uintptr_t address, size_t size)
{
    for (struct region *region = regions; region != NULL; region = region->next) {
        if (mutant(reserve_accepts_a_page_in_use) && address != 0 && region_of(address) == region) {
            return region;
        }
        if (mutant(reserve_hands_out_a_live_region) && address == 0 && size <= region->size) {
            return region;
        }
        if (mutant(reserve_overlooks_other_threads) && address == 0 && size <= region->size &&
            !pthread_equal(region->thread, pthread_self())) {
            return region;
        }
    }
    return NULL;
}

static uintptr_t reserve(uintptr_t address, size_t size, DWORD type, DWORD protect)
{
    struct range range;
    struct region *region = region_to_share(address, size);
    if (region != NULL) {
        return region->base;
    }
    if (!reserved_range(address, size, &range)) {
        return 0;
    }
    region = add_region(range.first, range.end - range.first, type, protect);
    if (region == NULL) {
        return 0;
    }
    struct range part = committed_part(region, address, type);
    if (part.first < part.end && !set_pages(region, &part, protect)) {
        remove_region(region);
        return 0;
    }
    return mutant(reserve_returns_its_argument) && address != 0 ? address : region->base;
}

/* --- Committing --------------------------------------------------------------------------- */

static bool any_committed(const struct region *region, const struct range *range)
{
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        if (page_of(region, address)->committed) {
            return true;
        }
    }
    return false;
}

/* Commits what is not committed and leaves the rest alone. */
static bool commit_reserved_pages(struct region *region, const struct range *range, DWORD protect)
{
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        struct range page = {address, address + TOY_PAGE};
        if (!page_of(region, address)->committed && !set_pages(region, &page, protect)) {
            return false;
        }
    }
    return true;
}

static bool commit_pages(struct region *region, struct range range, DWORD protect)
{
    if (mutant(commit_refuses_committed_pages) && any_committed(region, &range)) {
        return toy_fail(ERROR_INVALID_ADDRESS);
    }
    if (mutant(commit_clears_committed_pages)) {
        (void)forget_pages(region, &range);
    }
    if (mutant(commit_keeps_the_protection_of_committed_pages)) {
        return commit_reserved_pages(region, &range, protect);
    }
    if (mutant(commit_takes_the_protection_of_the_reservation)) {
        protect = region->protect;
    }
    if (mutant(commit_misses_the_last_page)) {
        range.end -= TOY_PAGE;
    }
    return range.first == range.end || set_pages(region, &range, protect);
}

static uintptr_t commit(uintptr_t address, size_t size, DWORD protect)
{
    struct range range;
    if (!range_of(address, size, &range)) {
        return 0;
    }
    if (mutant(commit_takes_the_size_from_the_page)) {
        range.end = range.first + round_up(size, TOY_PAGE);
    }
    struct region *region = region_around(&range);
    if (region == NULL && region_of(range.first) != NULL &&
        mutant(commit_stops_at_the_end_of_the_allocation)) {
        region = region_of(range.first);
        range.end = region_end(region);
    }
    if (region == NULL && mutant(commit_accepts_free_pages)) {
        return range.first;
    }
    if (region == NULL || region->is_physical) {
        return fail(ERROR_INVALID_ADDRESS);
    }
    if (!commit_pages(region, range, protect)) {
        return 0;
    }
    note_commit_after_reset();
    return mutant(commit_returns_its_argument) ? address : range.first;
}

/* --- Arguments ---------------------------------------------------------------------------- */

static bool type_is_valid(DWORD type)
{
    bool reserves = (type & MEM_RESERVE) != 0;
    bool commits = (type & MEM_COMMIT) != 0;
    if ((type & ~KNOWN_TYPES) != 0) {
        return false;
    }
    if ((type & (MEM_RESET | MEM_RESET_UNDO)) != 0) {
        return type == MEM_RESET || type == MEM_RESET_UNDO ||
               mutant(reset_combines_with_other_flags);
    }
    if (!reserves && !commits) {
        return mutant(alloc_without_an_operation_reserves);
    }
    if ((type & MEM_WRITE_WATCH) != 0 && !reserves) {
        return mutant(write_watch_needs_no_reserve);
    }
    if ((type & MEM_PHYSICAL) != 0 && (!reserves || commits)) {
        return mutant(physical_combines_with_commit);
    }
    return (type & MEM_LARGE_PAGES) == 0 || (reserves && commits) ||
           mutant(large_pages_need_no_reserve);
}

static bool protection_is_accepted(DWORD type, DWORD protect)
{
    if (mutant(reset_ignores_a_bad_protection) && (type & (MEM_RESET | MEM_RESET_UNDO)) != 0) {
        return true;
    }
    if (mutant(reserve_ignores_its_protection) && (type & MEM_COMMIT) == 0) {
        return true;
    }
    if (mutant(alloc_refuses_page_execute) && (protect & BASE_PROTECTIONS) == PAGE_EXECUTE) {
        return false;
    }
    return protection_is_valid(protect, mutant(alloc_accepts_copy_on_write));
}

static bool address_is_accepted(uintptr_t address, size_t size)
{
    if (address < TOY_LOWEST) {
        return toy_fail(mutant(low_address_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                : ERROR_INVALID_PARAMETER);
    }
    if (address >= TOY_BEYOND || size > TOY_BEYOND - address) {
        return toy_fail(mutant(high_address_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                 : ERROR_INVALID_PARAMETER);
    }
    return true;
}

static bool large_pages_are_accepted(size_t size)
{
    bool is_whole = size % TOY_LARGE_PAGE == 0;
    if (mutant(large_pages_are_rounded_up) && !is_whole) {
        return true;
    }
    return toy_fail(!is_whole                                ? ERROR_INVALID_PARAMETER
                    : mutant(large_pages_name_another_error) ? ERROR_NOT_SUPPORTED
                                                             : ERROR_PRIVILEGE_NOT_HELD);
}

static bool arguments_are_accepted(uintptr_t address, size_t size, DWORD type, DWORD protect)
{
    if (size == 0) {
        return toy_fail(mutant(alloc_of_nothing_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                     : ERROR_INVALID_PARAMETER);
    }
    if (!type_is_valid(type) || (mutant(alloc_refuses_top_down) && (type & MEM_TOP_DOWN) != 0)) {
        return toy_fail(mutant(bad_type_names_another_error) ? ERROR_NOT_SUPPORTED
                                                             : ERROR_INVALID_PARAMETER);
    }
    if (!protection_is_accepted(type, protect)) {
        return toy_fail(mutant(bad_protection_names_another_error) ? ERROR_INVALID_ADDRESS
                                                                   : ERROR_INVALID_PARAMETER);
    }
    if ((type & MEM_LARGE_PAGES) != 0 && !mutant(large_pages_need_no_reserve)) {
        return large_pages_are_accepted(size);
    }
    return address == 0 || address_is_accepted(address, size);
}

/* --- The call ----------------------------------------------------------------------------- */

static uintptr_t allocate(uintptr_t address, size_t size, DWORD type, DWORD protect)
{
    if (mutant(low_address_is_moved) && address < TOY_LOWEST) {
        address = 0;
    }
    if (!arguments_are_accepted(address, size, type, protect)) {
        return 0;
    }
    if (mutant(watch_is_a_bad_type) && (type & MEM_WRITE_WATCH) != 0) {
        return fail(ERROR_INVALID_PARAMETER);
    }
    protect &= ~(DWORD)PAGE_TARGETS_INVALID; /* of no page is it told */
    if (mutant(alloc_loses_the_guard)) {
        protect &= ~PAGE_GUARD;
    }
    if ((type & (MEM_RESET | MEM_RESET_UNDO)) != 0) {
        return reset_pages(address, size, type);
    }
    if ((type & MEM_RESERVE) != 0 || mutant(alloc_without_an_operation_reserves)) {
        return reserve(address, size, type, protect);
    }
    if (address == 0) {
        return mutant(commit_needs_an_address) ? fail(ERROR_INVALID_PARAMETER)
                                               : reserve(address, size, type, protect);
    }
    return commit(address, size, protect);
}

LPVOID VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect)
{
    pthread_mutex_lock(&virtual_lock);
    uintptr_t result = allocate(to_address(lpAddress), dwSize, flAllocationType, flProtect);
    pthread_mutex_unlock(&virtual_lock);
    return to_pointer(result);
}
