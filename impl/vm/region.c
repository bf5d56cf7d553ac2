/* See region.h. A change of protection cuts the runs at both ends of the range, drops what lies
 * between and joins the result with equal neighbours: at most two new runs, which are prepared
 * before anything irrevocable happens. */
#include "impl/vm/region.h"

#include "impl/base/assert.h"
#include "impl/base/pool.h"
#include "impl/vm/directory.h"

static struct wm_tree regions;
static struct wm_pool pool;
static uint64_t change_count;

static struct wm_run *run_of(struct wm_tree_node *node)
{
    return WM_TREE_ENTRY(node, struct wm_run, node);
}

static struct wm_region *region_of(struct wm_tree_node *node)
{
    return WM_TREE_ENTRY(node, struct wm_region, node);
}

struct wm_region *wm_region_new(uintptr_t base, uintptr_t end, uintptr_t os_end,
                                DWORD allocation_protection, DWORD protection)
{
    WM_ASSERT(base < end);
    WM_ASSERT(end <= os_end);
    struct wm_region *region = wm_pool_take(&pool, sizeof *region);
    if (region == NULL) {
        return NULL;
    }
    region->node.key = base;
    region->end = end;
    region->os_end = os_end;
    region->allocation_protection = allocation_protection;
    region->first.protection = protection;
    wm_tree_insert(&region->runs, &region->first.node, base);
    return region;
}

static void remove_run(struct wm_region *region, struct wm_run *run)
{
    WM_ASSERT(run != &region->first);
    wm_tree_remove(&region->runs, &run->node);
    wm_pool_give(&pool, run, sizeof *run);
}

static void remove_all_but_first(struct wm_region *region)
{
    struct wm_run *next;
    while ((next = wm_region_next_run(&region->first)) != NULL) {
        remove_run(region, next);
    }
}

void wm_region_delete(struct wm_region *region)
{
    if (region == NULL) {
        return;
    }
    remove_all_but_first(region);
    wm_pool_give(&pool, region, sizeof *region);
}

void wm_region_make_spare(struct wm_region *region)
{
    remove_all_but_first(region);
    region->end = region->node.key;
    region->closed_end = 0;
    region->is_spare = true;
    change_count++;
    WM_VALIDATE(wm_region_map_is_sound());
}

void wm_region_make_new(struct wm_region *spare, uintptr_t end, DWORD allocation_protection,
                        DWORD protection)
{
    WM_ASSERT(spare->is_spare);
    WM_ASSERT(end <= spare->os_end);
    spare->is_spare = false;
    spare->end = end;
    spare->allocation_protection = allocation_protection;
    spare->first.protection = protection;
}

bool wm_region_prepare_insert(void)
{
    return wm_directory_prepare();
}

void wm_region_insert(struct wm_region *region)
{
    wm_tree_insert(&regions, &region->node, region->node.key);
    wm_directory_set(region->node.key, region->os_end, region);
}

void wm_region_remove(struct wm_region *region)
{
    wm_tree_remove(&regions, &region->node);
    wm_directory_set(region->node.key, region->os_end, NULL);
}

struct wm_region *wm_region_find(uintptr_t address)
{
    struct wm_region *region = wm_directory_find(address);
    return region != NULL && address < region->end ? region : NULL;
}

struct wm_region *wm_region_at_or_above(uintptr_t address)
{
    struct wm_region *region = region_of(wm_tree_floor(&regions, address));
    if (region != NULL && address < region->os_end) {
        return region;
    }
    return region_of(wm_tree_ceiling(&regions, address));
}

struct wm_region *wm_region_below(uintptr_t address)
{
    return region_of(wm_tree_floor(&regions, address));
}

struct wm_run *wm_region_run(const struct wm_region *region, uintptr_t address)
{
    WM_ASSERT(address >= region->node.key);
    WM_ASSERT(address < region->end);
    return run_of(wm_tree_floor(&region->runs, address));
}

struct wm_run *wm_region_next_run(const struct wm_run *run)
{
    return run_of(wm_tree_next(&run->node));
}

uintptr_t wm_region_run_end(const struct wm_region *region, const struct wm_run *run)
{
    const struct wm_run *next = wm_region_next_run(run);
    return next != NULL ? next->node.key : region->end;
}

bool wm_region_prepare_set(void)
{
    return wm_pool_prepare(&pool, sizeof(struct wm_run), 2);
}

/* Makes `address` the start of a run. */
static void cut_at(struct wm_region *region, uintptr_t address)
{
    if (address == region->end) {
        return;
    }
    const struct wm_run *run = wm_region_run(region, address);
    if (run->node.key == address) {
        return;
    }
    struct wm_run *cut = wm_pool_take(&pool, sizeof *cut);
    WM_ASSERT(cut != NULL); /* prepared */
    cut->protection = run->protection;
    wm_tree_insert(&region->runs, &cut->node, address);
}

void wm_region_set(struct wm_region *region, uintptr_t start, uintptr_t end, DWORD protection)
{
    WM_ASSERT(start < end);
    WM_ASSERT(end <= region->end);
    change_count++;
    cut_at(region, start);
    cut_at(region, end);
    struct wm_run *first = wm_region_run(region, start);
    first->protection = protection;
    struct wm_run *next;
    while ((next = wm_region_next_run(first)) != NULL && next->node.key < end) {
        remove_run(region, next);
    }
    if (next != NULL && next->protection == protection) {
        remove_run(region, next);
    }
    const struct wm_run *previous = run_of(wm_tree_previous(&first->node));
    if (previous != NULL && previous->protection == protection) {
        remove_run(region, first);
    }
    WM_VALIDATE(wm_region_map_is_sound());
}

uint64_t wm_region_change_count(void)
{
    return change_count;
}

bool wm_region_start_over(void)
{
    return regions.root == NULL && wm_directory_start_over() && wm_pool_reset(&pool);
}

static bool region_is_sound(const struct wm_region *region)
{
    uintptr_t base = region->node.key;
    if (base % WM_OS_GRANULE_BYTES != 0 || region->os_end % WM_OS_GRANULE_BYTES != 0 ||
        region->end % WM_OS_PAGE_BYTES != 0 || region->os_end < region->end ||
        (region->is_spare ? region->end != base : region->end <= base) ||
        (region->closed_end != 0 &&
         (region->closed_end <= base || region->closed_end > region->end)) ||
        !wm_tree_is_sound(&region->runs)) {
        return false;
    }
    const struct wm_run *run = run_of(wm_tree_first(&region->runs));
    if (run == NULL || run->node.key != base) {
        return false;
    }
    for (;;) {
        const struct wm_run *next = wm_region_next_run(run);
        if (next == NULL) {
            return true;
        }
        if (next->node.key % WM_OS_PAGE_BYTES != 0 || next->node.key >= region->end ||
            next->protection == run->protection) {
            return false;
        }
        run = next;
    }
}

bool wm_region_map_is_sound(void)
{
    if (!wm_tree_is_sound(&regions)) {
        return false;
    }
    uintptr_t taken_up_to = 0;
    struct wm_tree_node *node = wm_tree_first(&regions);
    for (; node != NULL; node = wm_tree_next(node)) {
        const struct wm_region *region = region_of(node);
        if (region->node.key < taken_up_to || !region_is_sound(region)) {
            return false;
        }
        if (wm_directory_find(region->node.key) != region ||
            wm_directory_find(region->os_end - 1) != region) {
            return false;
        }
        taken_up_to = region->os_end;
    }
    return true;
}
