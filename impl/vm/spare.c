/* See spare.h. There are so few that they are looked for one by one. */
#include "impl/vm/spare.h"

#include "impl/base/assert.h"
#include "impl/os/os.h"
#include "impl/vm/vm_internal.h"

/* What stays with a process that has destroyed its heaps: pages of 4 MB at most. */
#define SPARE_COUNT_MAX 16
#define SPARE_BYTES_MAX ((size_t)0x400000)
#define SPARE_COMMITTED_BYTES_MAX ((size_t)0x40000)

static struct wm_region *spares[SPARE_COUNT_MAX]; /* oldest first */
static unsigned spare_count;

/* What is committed of a region, and behind what of it no access is allowed. */
struct use {
    size_t committed;
    uintptr_t open_end; /* 0: nowhere is it */
};

static struct use use_of(const struct wm_region *region)
{
    struct use use = {.committed = 0};
    const struct wm_run *run = wm_region_run(region, region->node.key);
    for (; run != NULL; run = wm_region_next_run(run)) {
        uintptr_t end = wm_region_run_end(region, run);
        use.committed += run->protection != 0 ? end - run->node.key : 0;
        if (end > region->closed_end && wm_vm_access_of(run->protection) != WM_OS_NONE) {
            use.open_end = end;
        }
    }
    return use;
}

/* A part that was never opened keeps the charge that the region came with. */
static void note_charge(struct wm_region *region)
{
    if (region->closed_end == 0) {
        const struct wm_run *first = wm_region_run(region, region->node.key);
        region->charged_protection = first->protection;
        region->charged_end = (wm_vm_access_of(first->protection) & WM_OS_WRITE) != 0
                                  ? wm_region_run_end(region, first)
                                  : 0;
    }
}

static void forget(unsigned index)
{
    WM_ASSERT(index < spare_count);
    spare_count--;
    for (unsigned i = index; i < spare_count; i++) {
        spares[i] = spares[i + 1];
    }
}

static bool give_back(struct wm_region *spare)
{
    WM_ASSERT(spare->is_spare);
    if (wm_os->unmap(spare->node.key, spare->os_end - spare->node.key) != WM_OS_OK) {
        return false;
    }
    wm_region_remove(spare);
    wm_region_delete(spare);
    return true;
}

static bool keep(struct wm_region *region, const struct use *use)
{
    uintptr_t base = region->node.key;
    if (spare_count == SPARE_COUNT_MAX) {
        if (!give_back(spares[0])) {
            return false;
        }
        forget(0);
    }
    if (use->open_end != 0 && wm_os->protect(base, use->open_end - base, WM_OS_NONE) != WM_OS_OK) {
        return false;
    }
    note_charge(region);
    wm_region_make_spare(region);
    spares[spare_count++] = region;
    return true;
}

bool wm_spare_keep(struct wm_region *region)
{
    struct use use = use_of(region);
    return region->os_end - region->node.key <= SPARE_BYTES_MAX &&
           use.committed <= SPARE_COMMITTED_BYTES_MAX && keep(region, &use);
}

bool wm_spare_keep_refused(struct wm_region *region)
{
    struct use use = use_of(region);
    return keep(region, &use);
}

bool wm_spare_has_charge(const struct wm_region *spare, size_t committed, DWORD protection)
{
    return protection == spare->charged_protection &&
           spare->node.key + committed <= spare->charged_end;
}

struct wm_region *wm_spare_take(size_t os_bytes, size_t committed, DWORD protection)
{
    unsigned found = spare_count;
    for (unsigned i = spare_count; i-- > 0;) {
        if (spares[i]->os_end - spares[i]->node.key == os_bytes) {
            bool has_charge = wm_spare_has_charge(spares[i], committed, protection);
            found = has_charge || found == spare_count ? i : found;
            if (has_charge) {
                break;
            }
        }
    }
    if (found == spare_count) {
        return NULL;
    }
    struct wm_region *spare = spares[found];
    forget(found);
    return spare;
}

void wm_spare_drop(struct wm_region *spare)
{
    if (!give_back(spare)) {
        WM_ASSERT(spare_count < SPARE_COUNT_MAX); /* it has just been one of them */
        spares[spare_count++] = spare;
    }
}

void wm_spare_drop_between(uintptr_t start, uintptr_t end)
{
    for (unsigned i = spare_count; i-- > 0;) {
        if (spares[i]->node.key < end && spares[i]->os_end > start && give_back(spares[i])) {
            forget(i);
        }
    }
}

bool wm_spare_drop_all(void)
{
    unsigned before = spare_count;
    wm_spare_drop_between(0, UINTPTR_MAX);
    return spare_count < before;
}
