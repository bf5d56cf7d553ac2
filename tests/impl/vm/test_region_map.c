/* Who validates the validator: the map of regions that breaks one of the invariants of region.h is
 * not sound. */
#include "tests/impl/support.h"

#include "impl/vm/region.h"
#include "impl/vm/vm.h"

static char *base;
static struct wm_region *region;

/* Two granules, the first page committed, the last page of the second granule left out. */
static int open_region(void **state)
{
    (void)state;
    base = VirtualAlloc(NULL, 2 * GRANULE - PAGE, MEM_RESERVE, PAGE_READWRITE);
    if (base == NULL || VirtualAlloc(base, PAGE, MEM_COMMIT, PAGE_READWRITE) == NULL) {
        return -1;
    }
    region = wm_region_find((uintptr_t)base);
    return region == NULL;
}

static int close_region(void **state)
{
    (void)state;
    return !VirtualFree(base, 0, MEM_RELEASE);
}

#define assert_seen(place, value) assert_damage_seen(wm_vm_is_sound(), place, value)

static void bounds_lie_on_their_borders_and_in_their_order(void **state)
{
    (void)state;
    assert_seen(region->node.key, (uintptr_t)base + PAGE);
    assert_seen(region->os_end, region->os_end + PAGE);
    assert_seen(region->os_end, (uintptr_t)base + GRANULE);
    assert_seen(region->end, region->end - 1);
    assert_seen(region->end, (uintptr_t)base);
    assert_seen(region->is_spare, true); /* which has no pages */
    assert_seen(region->closed_end, (uintptr_t)base);
    assert_seen(region->closed_end, region->end + PAGE);
}

static void runs_cover_the_region_from_its_base(void **state)
{
    (void)state;
    struct wm_run *first = wm_region_run(region, (uintptr_t)base);
    struct wm_run *second = wm_region_next_run(first);
    assert_seen(region->runs.root, NULL);
    assert_seen(region->runs.root->height, 7);
    assert_seen(first->node.key, (uintptr_t)base - PAGE);
    assert_seen(second->node.key, (uintptr_t)base + PAGE + 1);
    assert_seen(second->node.key, region->end);
}

static void neighbouring_runs_differ(void **state)
{
    (void)state;
    struct wm_run *first = wm_region_run(region, (uintptr_t)base);
    assert_seen(wm_region_next_run(first)->protection, first->protection);
}

static void regions_do_not_overlap(void **state)
{
    (void)state;
    char *other = VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_READWRITE);
    struct wm_region *lower = other < base ? wm_region_find((uintptr_t)other) : region;
    uintptr_t higher_base = (uintptr_t)(other < base ? base : other);
    assert_seen(lower->os_end, higher_base + GRANULE);
    assert_seen(lower->node.height, 7);
    assert_true(VirtualFree(other, 0, MEM_RELEASE));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_region, close_region)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bounds_lie_on_their_borders_and_in_their_order),
        TEST(runs_cover_the_region_from_its_base),
        TEST(neighbouring_runs_differ),
        TEST(regions_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
