/* See spare.h. There are so few that they are looked for one by one. */
#include "impl/vm/spare.h"

#include "impl/base/assert.h"
#include "impl/os/os.h"

/* What stays with a process that has destroyed its heaps: at most a few megabytes. */
#define SPARE_COUNT_MAX 8
#define SPARE_BYTES_MAX ((size_t)0x400000)
#define SPARE_COMMITTED_BYTES_MAX ((size_t)0x40000)

static struct wm_region *spares[SPARE_COUNT_MAX]; /* oldest first */
static unsigned spare_count;

static size_t committed_bytes(const struct wm_region *region)
{
    size_t bytes = 0;
    const struct wm_run *run = wm_region_run(region, region->node.key);
    for (; run != NULL; run = wm_region_next_run(run)) {
        if (run->protection != 0) {
            bytes += wm_region_run_end(region, run) - run->node.key;
        }
    }
    return bytes;
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

bool wm_spare_keep(struct wm_region *region)
{
    uintptr_t base = region->node.key;
    size_t os_bytes = region->os_end - base;
    if (os_bytes > SPARE_BYTES_MAX || committed_bytes(region) > SPARE_COMMITTED_BYTES_MAX) {
        return false;
    }
    if (spare_count == SPARE_COUNT_MAX) {
        if (!give_back(spares[0])) {
            return false;
        }
        forget(0);
    }
    if (wm_os->protect(base, os_bytes, WM_OS_NONE) != WM_OS_OK) {
        return false;
    }
    wm_region_make_spare(region);
    spares[spare_count++] = region;
    return true;
}

struct wm_region *wm_spare_take(size_t os_bytes)
{
    for (unsigned i = spare_count; i-- > 0;) {
        struct wm_region *spare = spares[i];
        if (spare->os_end - spare->node.key == os_bytes) {
            forget(i);
            return spare;
        }
    }
    return NULL;
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
