/* GetWriteWatch and ResetWriteWatch. A page of a watched region cannot be written until the first
 * write to it, whose fault is taken note of. */
#define _GNU_SOURCE /* mprotect's flags */

#include "tests/mutants/toy_virtual.h"

#include <sys/mman.h>

/* --- What was written ------------------------------------------------------------------------ */

void open_watched_page(const struct region *region, uintptr_t address)
{
    const struct page *page = page_of(region, address);
    int access = page->is_lazy ? PROT_NONE : native_protection_of(page->protect);
    if (!page->was_written) {
        access &= ~PROT_WRITE;
    }
    (void)mprotect(to_pointer(round_down(address, TOY_PAGE)), TOY_PAGE, access);
}

bool note_written(uintptr_t address)
{
    pthread_mutex_lock(&virtual_lock);
    struct region *region = region_of(address);
    struct page *page = region != NULL && region->is_watched ? page_of(region, address) : NULL;
    bool is_refused =
        page == NULL || !page->committed || (native_protection_of(page->protect) & PROT_WRITE) == 0;
    bool is_first = page != NULL && !is_refused && !page->was_written;
    if (is_first || (page != NULL && mutant(watch_counts_refused_writes))) {
        page->was_written = true;
        open_watched_page(region, address);
    }
    pthread_mutex_unlock(&virtual_lock);
    return is_first;
}

void count_as_written(struct region *region, const struct range *range)
{
    for (uintptr_t address = range->first; region->is_watched && address < range->end;
         address += TOY_PAGE) {
        page_of(region, address)->was_written = true;
        open_watched_page(region, address);
    }
}

static bool holds_zeroes(const struct region *region, uintptr_t address)
{
    unsigned char bytes[TOY_PAGE];
    bool is_zero = true;
    read_page_of(region, address, bytes);
    for (size_t i = 0; i < TOY_PAGE; i++) {
        is_zero = is_zero && bytes[i] == 0;
    }
    return is_zero;
}

static bool is_listed(const struct region *region, uintptr_t address)
{
    const struct page *page = page_of(region, address);
    if (!page->committed || page->is_unwatched ||
        (mutant(watch_overlooks_zeroes) && holds_zeroes(region, address))) {
        return false;
    }
    return page->was_written || mutant(watch_lists_every_page);
}

static void reset(struct region *region, uintptr_t address)
{
    page_of(region, address)->was_written = false;
    if (page_of(region, address)->committed) {
        open_watched_page(region, address);
    }
}

/* --- The list -------------------------------------------------------------------------------- */

struct list {
    PVOID *pages;
    size_t room;
    size_t count;   /* of those in it */
    size_t written; /* of those that would be */
    bool resets;    /* what it holds */
};

static void put(struct list *list, struct region *region, uintptr_t address)
{
    uintptr_t shown = mutant(watch_lists_where_a_word_was_written) ? address + 8 : address;
    list->written++;
    if (list->count < list->room) {
        list->pages[list->count++] = to_pointer(shown);
        if (list->resets) {
            reset(region, address);
        }
    } else if (mutant(watch_takes_the_highest_pages)) {
        for (size_t i = 1; i < list->room; i++) {
            list->pages[i - 1] = list->pages[i];
        }
        list->pages[list->room - 1] = to_pointer(shown);
    }
    if (list->resets && mutant(watch_resets_what_it_leaves_out)) {
        reset(region, address);
    }
}

static void turn_around(struct list *list)
{
    for (size_t i = 0; i < list->count / 2; i++) {
        PVOID page = list->pages[i];
        list->pages[i] = list->pages[list->count - 1 - i];
        list->pages[list->count - 1 - i] = page;
    }
}

static void fill(struct list *list, struct region *region, struct range range)
{
    if (mutant(watch_lists_the_whole_region)) {
        range = (struct range){region->base, region_end(region)};
    }
    for (uintptr_t address = range.first; address < range.end; address += TOY_PAGE) {
        if (is_listed(region, address)) {
            put(list, region, address);
        }
    }
    if (mutant(watch_misses_the_last_page) && list->count > 1) {
        list->count--;
    }
    if (mutant(watch_lists_downward)) {
        turn_around(list);
    }
}

/* --- The calls ------------------------------------------------------------------------------- */

static UINT fail(DWORD error)
{
    (void)toy_fail(error);
    return mutant(watch_fails_with_one) ? 1 : UINT32_MAX;
}

/* The watched region that holds the range, or NULL with the last error set. */
static struct region *find_region(const void *start, size_t size, struct range *range,
                                  bool *is_unwatched)
{
    DWORD error = mutant(watch_names_an_address) ? ERROR_INVALID_ADDRESS : ERROR_INVALID_PARAMETER;
    struct region *region = NULL;
    if (size != 0 && range_of(to_address(start), size, range)) {
        region = region_around(range);
    }
    *is_unwatched = region != NULL && !region->is_watched;
    if (region == NULL || *is_unwatched ||
        (mutant(watch_needs_committed_pages) && !all_committed(region, range))) {
        (void)toy_fail(error);
        return NULL;
    }
    return region;
}

static UINT list_pages(const void *start, size_t size, struct list *list)
{
    struct range range;
    bool is_unwatched;
    struct region *region = find_region(start, size, &range, &is_unwatched);
    if (region == NULL) {
        return is_unwatched && mutant(watch_takes_any_region) ? 0 : fail(GetLastError());
    }
    bool is_cut = (to_address(start) + size) % TOY_PAGE != 0;
    if (mutant(watch_rounds_inward) && is_cut) {
        range.end -= TOY_PAGE;
    }
    fill(list, region, range);
    return 0;
}

UINT GetWriteWatch(DWORD dwFlags, PVOID lpBaseAddress, SIZE_T dwRegionSize, PVOID *lpAddresses,
                   ULONG_PTR *lpdwCount, LPDWORD lpdwGranularity)
{
    if ((dwFlags & ~WRITE_WATCH_FLAG_RESET) != 0 && !mutant(watch_takes_any_flag)) {
        return fail(ERROR_INVALID_PARAMETER);
    }
    if (lpAddresses == NULL || lpdwCount == NULL || lpdwGranularity == NULL) {
        return fail(mutant(watch_calls_null_a_parameter) ? ERROR_INVALID_PARAMETER
                                                         : ERROR_NOACCESS);
    }
    if (*lpdwCount == 0 && !mutant(watch_takes_no_room)) {
        return fail(ERROR_INVALID_PARAMETER);
    }
    struct list list = {.pages = lpAddresses, .room = *lpdwCount};
    list.resets = mutant(watch_always_resets) || (dwFlags & WRITE_WATCH_FLAG_RESET) != 0;
    list.resets = list.resets && !mutant(watch_ignores_the_reset_flag);
    pthread_mutex_lock(&virtual_lock);
    UINT result = list_pages(lpBaseAddress, dwRegionSize, &list);
    pthread_mutex_unlock(&virtual_lock);
    if (result == 0) {
        *lpdwCount = mutant(watch_counts_what_it_leaves_out) ? list.written : list.count;
        *lpdwGranularity =
            mutant(watch_tells_the_allocation_granularity) ? TOY_GRANULARITY : TOY_PAGE;
    }
    return result;
}

UINT ResetWriteWatch(LPVOID lpBaseAddress, SIZE_T dwRegionSize)
{
    struct range range;
    bool is_unwatched;
    UINT result = 0;
    pthread_mutex_lock(&virtual_lock);
    struct region *region = find_region(lpBaseAddress, dwRegionSize, &range, &is_unwatched);
    if (region == NULL) {
        bool is_taken = is_unwatched && mutant(watch_takes_any_region);
        result = is_taken ? 0 : fail(GetLastError());
    }
    for (uintptr_t address = range.first;
         region != NULL && address < range.end && !mutant(reset_watch_does_nothing);
         address += TOY_PAGE) {
        reset(region, address);
    }
    pthread_mutex_unlock(&virtual_lock);
    return result;
}
