/* The list of regions and the mappings behind it. */
#define _GNU_SOURCE /* mmap and MAP_FIXED_NOREPLACE */

#include "tests/mutants/toy_virtual.h"

#include <stdlib.h>
#include <sys/mman.h>

pthread_mutex_t virtual_lock = PTHREAD_MUTEX_INITIALIZER;
struct region *regions;

static uint32_t commit_count; /* only mutants ask */

#define NO_ACCESS_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

static int reserved_access(void)
{
    return mutant(reserved_pages_can_be_read) ? PROT_READ : PROT_NONE;
}

/* --- Ranges ------------------------------------------------------------------------------- */

bool range_of(uintptr_t address, size_t size, struct range *range)
{
    if (address < TOY_LOWEST || address >= TOY_BEYOND || size > TOY_BEYOND - address) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    range->first = round_down(address, TOY_PAGE);
    range->end = round_up(address + size, TOY_PAGE);
    return true;
}

struct region *region_of(uintptr_t address)
{
    for (struct region *region = regions; region != NULL; region = region->next) {
        if (address >= region->base && address < region_end(region)) {
            return region;
        }
    }
    return NULL;
}

struct region *region_around(const struct range *range)
{
    struct region *region = region_of(range->first);
    return region != NULL && range->end <= region_end(region) ? region : NULL;
}

bool all_committed(const struct region *region, const struct range *range)
{
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        if (!page_of(region, address)->committed) {
            return false;
        }
    }
    return true;
}

/* --- Pages -------------------------------------------------------------------------------- */

/* Pages that some mutants commit without access and open at the first access. */
static bool is_lazy(DWORD protect)
{
    return (protect & PAGE_GUARD) == 0 &&
           (mutant(first_access_changes_the_last_error) ||
            (mutant(execute_page_cannot_be_read) && (protect & PAGE_EXECUTE) != 0));
}

static bool starts_spoiled(const struct region *region, const struct page *page)
{
    if (page->committed) {
        return false;
    }
    return page->was_committed
               ? mutant(recommitted_page_is_not_zero)
               : mutant(committed_page_is_not_zero) ||
                     (mutant(page_of_a_released_range_is_not_zero) && region->is_reused);
}

static void note_commit(struct region *region, uintptr_t address, DWORD protect)
{
    struct page *page = page_of(region, address);
    struct page before = *page;
    page->committed = true;
    page->was_committed = true;
    page->protect = protect;
    page->is_lazy = is_lazy(protect);
    page->commit = commit_count;
    if (starts_spoiled(region, &before)) {
        spoil_page_of(region, address);
    }
}

bool set_pages(struct region *region, const struct range *range, DWORD protect)
{
    int access = is_lazy(protect) ? PROT_NONE : native_protection_of(protect);
    if (mprotect(to_pointer(range->first), range->end - range->first, access) != 0) {
        return toy_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    commit_count++;
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        note_commit(region, address, protect);
        if (region->is_watched) {
            open_watched_page(region, address);
        }
    }
    return true;
}

bool forget_pages(struct region *region, const struct range *range)
{
    if (mmap(to_pointer(range->first), range->end - range->first, reserved_access(),
             NO_ACCESS_FLAGS | MAP_FIXED, -1, 0) == MAP_FAILED) {
        return toy_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    for (uintptr_t address = range->first; address < range->end; address += TOY_PAGE) {
        page_of(region, address)->committed = false;
        page_of(region, address)->protect = 0;
        page_of(region, address)->was_written = false;
        page_of(region, address)->is_unwatched = mutant(decommit_ends_the_watch);
    }
    if (!mutant(decommit_keeps_locks)) {
        end_locks(region, range);
    }
    return true;
}

/* --- Regions ------------------------------------------------------------------------------ */

/* `span` bytes anywhere, on the granularity; 0 where there is no room. */
static uintptr_t map_anywhere(size_t span)
{
    size_t wide = span + TOY_GRANULARITY;
    void *found = mmap(NULL, wide, reserved_access(), NO_ACCESS_FLAGS, -1, 0);
    if (found == MAP_FAILED) {
        return 0;
    }
    uintptr_t low = to_address(found);
    uintptr_t base = round_up(low, TOY_GRANULARITY);
    if (base > low) {
        (void)munmap(found, base - low);
    }
    if (low + wide > base + span) {
        (void)munmap(to_pointer(base + span), low + wide - (base + span));
    }
    return base;
}

/* ThreadSanitizer ends a process that maps memory where its shadow may be. */
static bool belongs_to_sanitizer(uintptr_t address)
{
#if defined(__SANITIZE_THREAD__)
    return address >= 0x010000000000 && address < 0x7e8000000000;
#else
    (void)address;
    return false;
#endif
}

static bool map_at(uintptr_t base, size_t span)
{
    if (belongs_to_sanitizer(base)) {
        return false;
    }
    void *found = mmap(to_pointer(base), span, reserved_access(),
                       NO_ACCESS_FLAGS | MAP_FIXED_NOREPLACE, -1, 0);
    if (found != MAP_FAILED && found != to_pointer(base)) {
        (void)munmap(found, span); /* a kernel that does not know the flag takes it for a hint */
        found = MAP_FAILED;
    }
    return found != MAP_FAILED;
}

/* Maps the region's span where its base says: an allocation has its granules to itself. */
static bool map_region(struct region *region)
{
    region->span = round_up(region->size, TOY_GRANULARITY);
    if (region->base == 0) {
        region->base = map_anywhere(region->span);
        return region->base != 0 ? true : toy_fail(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (mutant(reserve_uses_the_rest_of_a_granule)) {
        region->span = region->size;
    }
    return map_at(region->base, region->span) ? true : toy_fail(ERROR_INVALID_ADDRESS);
}

static void insert_region(struct region *region)
{
    struct region **place = &regions;
    while (*place != NULL && (*place)->base < region->base) {
        place = &(*place)->next;
    }
    region->next = *place;
    *place = region;
}

/* Begins the region a page further up: what was reserved has to be a page longer. */
static void shift_region(struct region *region)
{
    (void)munmap(to_pointer(region->base), TOY_PAGE);
    region->base += TOY_PAGE;
    region->size -= TOY_PAGE;
    region->span -= TOY_PAGE;
}

static void open_pages(uintptr_t first, uintptr_t end)
{
    (void)mprotect(to_pointer(first), end - first, PROT_READ | PROT_WRITE);
}

struct region *add_region(uintptr_t base, size_t size, DWORD type, DWORD protect)
{
    bool is_shifted = base == 0 && mutant(reserve_ignores_the_granularity);
    struct region *region = calloc(1, sizeof *region);
    size += is_shifted ? TOY_PAGE : 0;
    struct page *pages = calloc(size / TOY_PAGE, sizeof *pages);
    if (region == NULL || pages == NULL) {
        free(region);
        free(pages);
        (void)toy_fail(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    *region = (struct region){.base = base, .size = size, .protect = protect, .pages = pages};
    region->is_physical = (type & MEM_PHYSICAL) != 0;
    region->is_watched = (type & MEM_WRITE_WATCH) != 0;
    region->thread = pthread_self();
    if (!map_region(region)) {
        free(region);
        free(pages);
        return NULL;
    }
    if (is_shifted) {
        shift_region(region);
    }
    region->is_reused = was_released(region->base);
    insert_region(region);
    if (mutant(free_pages_are_accessible)) {
        open_pages(region_end(region), region->base + region->span);
    }
    return region;
}

void remove_region(struct region *region)
{
    struct region **place = &regions;
    while (*place != region) {
        place = &(*place)->next;
    }
    *place = region->next;
    note_released(region);
    if (mutant(free_pages_are_accessible)) {
        open_pages(region->base, region->base + region->span);
    } else {
        (void)munmap(to_pointer(region->base), region->span);
    }
    free(region->pages);
    free(region);
}
