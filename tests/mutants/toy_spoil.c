/* What only mutants do to pages, and what only they remember of them. */
#define _GNU_SOURCE /* mprotect's flags */

#include "tests/mutants/toy_virtual.h"

#include <string.h>
#include <sys/mman.h>

enum { RELEASED_MAX = 256 };

static struct range released[RELEASED_MAX]; /* the last ones, under virtual_lock */
static unsigned released_count;

/* --- Bytes and access --------------------------------------------------------------------- */

static bool is_committed(const struct region *region, uintptr_t address)
{
    return region != NULL && page_of(region, address)->committed;
}

static void give_access(const struct region *region, uintptr_t address)
{
    const struct page *page = page_of(region, address);
    if (region->is_watched) {
        open_watched_page(region, address);
        return;
    }
    int access = page->is_lazy ? PROT_NONE : native_protection_of(page->protect);
    (void)mprotect(to_pointer(round_down(address, TOY_PAGE)), TOY_PAGE, access);
}

static void open_for_a_moment(uintptr_t address)
{
    (void)mprotect(to_pointer(round_down(address, TOY_PAGE)), TOY_PAGE, PROT_READ | PROT_WRITE);
}

void spoil_page_of(const struct region *region, uintptr_t address)
{
    open_for_a_moment(address);
    spoil(address);
    give_access(region, address);
}

void overwrite(const struct region *region, uintptr_t address, const void *bytes, size_t count)
{
    open_for_a_moment(address);
    if (bytes != NULL) {
        memcpy(to_pointer(address), bytes, count);
    } else {
        memset(to_pointer(address), 0, count);
    }
    give_access(region, address);
}

void read_page_of(const struct region *region, uintptr_t page, void *bytes)
{
    open_for_a_moment(page);
    memcpy(bytes, to_pointer(page), TOY_PAGE);
    give_access(region, page);
}

void spoil_page(uintptr_t address)
{
    pthread_mutex_lock(&virtual_lock);
    const struct region *region = region_of(address);
    if (is_committed(region, address)) {
        spoil_page_of(region, address);
    }
    pthread_mutex_unlock(&virtual_lock);
}

bool open_page(uintptr_t address)
{
    pthread_mutex_lock(&virtual_lock);
    const struct region *region = region_of(address);
    bool is_lazy = is_committed(region, address) && page_of(region, address)->is_lazy;
    if (is_lazy) {
        page_of(region, address)->is_lazy = false;
        give_access(region, address);
    }
    pthread_mutex_unlock(&virtual_lock);
    return is_lazy;
}

bool page_grants_reading(uintptr_t address)
{
    pthread_mutex_lock(&virtual_lock);
    const struct region *region = region_of(address);
    bool grants = region == NULL || (is_committed(region, address) &&
                                     (page_of(region, address)->protect & PAGE_NOACCESS) == 0);
    pthread_mutex_unlock(&virtual_lock);
    return grants;
}

uintptr_t borrow_region(size_t size)
{
    uintptr_t base = 0;
    pthread_mutex_lock(&virtual_lock);
    for (const struct region *region = regions; region != NULL && base == 0;
         region = region->next) {
        if (region->size >= size) {
            base = region->base;
            (void)mprotect(to_pointer(base), size, PROT_READ | PROT_WRITE);
        }
    }
    pthread_mutex_unlock(&virtual_lock);
    return base;
}

void commit_last_pages(void)
{
    pthread_mutex_lock(&virtual_lock);
    for (struct region *region = regions; region != NULL; region = region->next) {
        struct range page = {region_end(region) - TOY_PAGE, region_end(region)};
        (void)set_pages(region, &page, PAGE_READWRITE);
    }
    pthread_mutex_unlock(&virtual_lock);
}

bool free_the_rest_at(uintptr_t address)
{
    for (struct region *region = regions; region != NULL; region = region->next) {
        if (address >= region_end(region) && address < region->base + region->span) {
            (void)munmap(to_pointer(region_end(region)), region->span - region->size);
            region->span = region->size;
            return true;
        }
    }
    return false;
}

/* --- What was released -------------------------------------------------------------------- */

void note_released(const struct region *region)
{
    released[released_count++ % RELEASED_MAX] = (struct range){region->base, region_end(region)};
}

bool was_released(uintptr_t address)
{
    for (unsigned i = 0; i < RELEASED_MAX; i++) {
        if (address >= released[i].first && address < released[i].end) {
            return true;
        }
    }
    return false;
}

uintptr_t released_edge(uintptr_t address, uintptr_t end)
{
    for (unsigned i = 0; i < RELEASED_MAX; i++) {
        if (released[i].first > address) {
            end = smaller(end, released[i].first);
        }
        if (released[i].end > address) {
            end = smaller(end, released[i].end);
        }
    }
    return end;
}
