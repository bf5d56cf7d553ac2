/* See directory.h. */
#include "impl/vm/directory.h"

#include "impl/base/assert.h"
#include "impl/base/pool.h"
#include "impl/os/os.h"

#define ROOT_PART_BYTES ((uintptr_t)1 << 35)
#define MIDDLE_PART_BYTES ((uintptr_t)1 << 26)

enum {
    ROOT_PARTS = 4096,
    MIDDLE_PARTS = 512,
    GRANULES = 1024,
    TABLE_BYTES = 8192,
    TABLES_OF_A_RANGE = 4, /* of parts and of granules, at both ends */
    KEPT_MAX = 2
};

/* `used` 0: `what` is the region that has all of the part, or NULL; else a table, in which so many
 * entries are not NULL. */
struct part {
    void *what;
    uintptr_t used;
};

_Static_assert(sizeof(struct part) * MIDDLE_PARTS == TABLE_BYTES, "tables are of one size");
_Static_assert(sizeof(struct wm_region *) * GRANULES == TABLE_BYTES, "tables are of one size");
_Static_assert(WM_OS_ADDRESS_MAX / ROOT_PART_BYTES < ROOT_PARTS, "the root has every address");

static struct part root[ROOT_PARTS];
static struct wm_pool pool;
static void *kept[KEPT_MAX]; /* empty tables */
static unsigned kept_count;

static void *take_table(void)
{
    if (kept_count > 0) {
        return kept[--kept_count];
    }
    void *table = wm_pool_take(&pool, TABLE_BYTES);
    WM_ASSERT(table != NULL); /* prepared */
    return table;
}

static void give_table(void *table)
{
    if (kept_count < KEPT_MAX) {
        kept[kept_count++] = table;
    } else {
        wm_pool_give(&pool, table, TABLE_BYTES);
    }
}

bool wm_directory_prepare(void)
{
    return wm_pool_prepare(&pool, TABLE_BYTES, TABLES_OF_A_RANGE);
}

static void count(struct part *part, bool was_used, bool is_used)
{
    part->used += (uintptr_t)is_used - (uintptr_t)was_used;
}

static void set_granules(struct part *part, uintptr_t start, uintptr_t end,
                         struct wm_region *region)
{
    struct wm_region **granules = part->what;
    for (uintptr_t at = start; at < end; at += WM_OS_GRANULE_BYTES) {
        struct wm_region **granule = &granules[at / WM_OS_GRANULE_BYTES % GRANULES];
        count(part, *granule != NULL, region != NULL);
        *granule = region;
    }
}

typedef void (*setter)(struct part *part, uintptr_t start, uintptr_t end, struct wm_region *region);

/* [start, end) lies in the part, which has `bytes`. */
static void set_in_part(struct part *part, uintptr_t bytes, uintptr_t start, uintptr_t end,
                        struct wm_region *region, setter set_in_table)
{
    if (end - start == bytes) {
        part->what = region;
        return;
    }
    if (part->what == NULL) {
        part->what = take_table();
    }
    set_in_table(part, start, end, region);
    if (part->used == 0) {
        give_table(part->what);
        part->what = NULL;
    }
}

static uintptr_t end_of_part(uintptr_t address, uintptr_t bytes, uintptr_t end)
{
    uintptr_t part_end = (address & ~(bytes - 1)) + bytes;
    return part_end < end ? part_end : end;
}

static void set_parts(struct part *part, uintptr_t start, uintptr_t end, struct wm_region *region)
{
    struct part *parts = part->what;
    for (uintptr_t at = start, next; at < end; at = next) {
        struct part *inner = &parts[at / MIDDLE_PART_BYTES % MIDDLE_PARTS];
        bool was_used = inner->what != NULL;
        next = end_of_part(at, MIDDLE_PART_BYTES, end);
        set_in_part(inner, MIDDLE_PART_BYTES, at, next, region, set_granules);
        count(part, was_used, inner->what != NULL);
    }
}

void wm_directory_set(uintptr_t start, uintptr_t end, struct wm_region *region)
{
    for (uintptr_t at = start, next; at < end; at = next) {
        next = end_of_part(at, ROOT_PART_BYTES, end);
        set_in_part(&root[at / ROOT_PART_BYTES], ROOT_PART_BYTES, at, next, region, set_parts);
    }
}

struct wm_region *wm_directory_find(uintptr_t address)
{
    if (address > WM_OS_ADDRESS_MAX) {
        return NULL;
    }
    const struct part *part = &root[address / ROOT_PART_BYTES];
    if (part->used == 0) {
        return part->what;
    }
    part = &((const struct part *)part->what)[address / MIDDLE_PART_BYTES % MIDDLE_PARTS];
    if (part->used == 0) {
        return part->what;
    }
    return ((struct wm_region *const *)part->what)[address / WM_OS_GRANULE_BYTES % GRANULES];
}

bool wm_directory_start_over(void)
{
    if (!wm_pool_has_grown(&pool)) {
        return true;
    }
    kept_count = 0;
    return wm_pool_reset(&pool);
}
