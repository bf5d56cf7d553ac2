/* See locked.h. The system counts no locks either: what is locked twice is unlocked by one call. It
 * does not say which pages are locked, hence the list. */
#include "impl/vm/locked.h"

#include "impl/os/os.h"
#include "impl/vm/region.h"
#include "impl/vm/vm_internal.h"

#include <stddef.h>

enum { LOCKED_PAGES_MAX = WM_WORKING_SET_PAGES_MIN - WM_LOCKED_OVERHEAD };

static uintptr_t pages[LOCKED_PAGES_MAX]; /* addresses, in no order */
static size_t page_count;

static size_t count_in(uintptr_t start, uintptr_t end)
{
    size_t count = 0;
    for (size_t i = 0; i < page_count; i++) {
        count += pages[i] >= start && pages[i] < end;
    }
    return count;
}

static bool is_locked(uintptr_t page)
{
    return count_in(page, page + WM_OS_PAGE_BYTES) != 0;
}

static void take_out(uintptr_t start, uintptr_t end)
{
    size_t kept = 0;
    for (size_t i = 0; i < page_count; i++) {
        if (pages[i] < start || pages[i] >= end) {
            pages[kept++] = pages[i];
        }
    }
    page_count = kept;
}

/* A page that is copied when it is written stays shared, and that of a watched region unwritten. */
static bool lock_page(uintptr_t page)
{
    const struct wm_region *region = wm_region_find(page);
    bool is_only_read = region != NULL && (region->is_watched ||
                                           wm_vm_copies(wm_region_run(region, page)->protection));
    return wm_os->lock(page, WM_OS_PAGE_BYTES, is_only_read) == WM_OS_OK;
}

/* Page by page, so that a failure leaves what was locked before. */
bool wm_locked_add(uintptr_t start, uintptr_t end)
{
    size_t before = page_count;
    size_t wanted = (end - start) / WM_OS_PAGE_BYTES - count_in(start, end);
    if (wanted > LOCKED_PAGES_MAX - page_count) {
        return false;
    }
    for (uintptr_t page = start; page < end; page += WM_OS_PAGE_BYTES) {
        if (!is_locked(page)) {
            if (!lock_page(page)) {
                break;
            }
            pages[page_count++] = page;
        }
    }
    if (page_count - before == wanted) {
        return true;
    }
    while (page_count > before) {
        wm_os->unlock(pages[--page_count], WM_OS_PAGE_BYTES);
    }
    return false;
}

bool wm_locked_remove(uintptr_t start, uintptr_t end)
{
    if (count_in(start, end) != (end - start) / WM_OS_PAGE_BYTES) {
        return false;
    }
    wm_locked_end(start, end);
    return true;
}

void wm_locked_end(uintptr_t start, uintptr_t end)
{
    if (count_in(start, end) != 0) {
        wm_os->unlock(start, end - start);
        take_out(start, end);
    }
}

void wm_locked_forget(uintptr_t start, uintptr_t end)
{
    take_out(start, end);
}

void wm_locked_forget_all(void)
{
    page_count = 0;
}
