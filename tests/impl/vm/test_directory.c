/* The directory finds the region of an address, whatever sizes come and go. */
#include "tests/impl/support.h"

#include "impl/os/os.h"
#include "impl/os/os_sim.h"
#include "impl/vm/directory.h"
#include "impl/vm/region.h"

#define SPACE_END ((uintptr_t)1 << 37) /* four parts of the root */

enum { RANGES = 300, ROUNDS = 20000, LOOKS = 20 };

struct range {
    uintptr_t start;
    uintptr_t end; /* 0: not set */
    struct wm_region region;
};

static struct range ranges[RANGES];
static uint64_t seed = 1;

static uint64_t draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (seed >> 33) % below;
}

static struct wm_region *region_at(uintptr_t address)
{
    for (int i = 0; i < RANGES; i++) {
        if (address >= ranges[i].start && address < ranges[i].end) {
            return &ranges[i].region;
        }
    }
    return NULL;
}

static bool is_free(uintptr_t start, uintptr_t end)
{
    for (int i = 0; i < RANGES; i++) {
        if (start < ranges[i].end && ranges[i].start < end) {
            return false;
        }
    }
    return true;
}

static void set(struct range *range, uintptr_t start, uintptr_t end)
{
    assert_true(wm_directory_prepare());
    wm_directory_set(start, end, &range->region);
    range->start = start;
    range->end = end;
}

static void clear(struct range *range)
{
    wm_directory_set(range->start, range->end, NULL);
    range->end = 0;
}

/* Few granules mostly, and now and then many, also parts as a whole. */
static void change(struct range *range)
{
    static const uint64_t sizes[] = {4, 40, 1024, 5000, 600000};
    uintptr_t unit = draw(4) == 0 ? (uintptr_t)1 << 26 : GRANULE;
    uintptr_t start = draw(SPACE_END / unit) * unit;
    uintptr_t end = start + (1 + draw(sizes[draw(5)])) * GRANULE;
    if (range->end != 0) {
        clear(range);
    } else if (end <= SPACE_END && is_free(start, end)) {
        set(range, start, end);
    }
}

static void check(const struct range *range)
{
    if (range->end != 0) {
        assert_ptr_equal(wm_directory_find(range->start), &range->region);
        assert_ptr_equal(wm_directory_find(range->end - 1), &range->region);
        assert_ptr_equal(wm_directory_find(range->end), region_at(range->end));
        assert_ptr_equal(wm_directory_find(range->start - 1), region_at(range->start - 1));
    }
}

static void clear_all(void)
{
    for (int i = 0; i < RANGES; i++) {
        if (ranges[i].end != 0) {
            clear(&ranges[i]);
        }
    }
}

static void every_address_has_its_region(void **state)
{
    (void)state;
    assert_true(wm_directory_start_over()); /* nothing was ever set */
    for (int round = 0; round < ROUNDS; round++) {
        struct range *range = &ranges[draw(RANGES)];
        change(range);
        check(range);
        for (int i = 0; i < LOOKS; i++) {
            uintptr_t address = draw(SPACE_END / GRANULE) * GRANULE + draw(GRANULE);
            assert_ptr_equal(wm_directory_find(address), region_at(address));
        }
    }
    clear_all();
}

static void the_ends_of_the_address_space_can_be_had(void **state)
{
    uintptr_t end = WM_OS_ADDRESS_MAX + 1;
    (void)state;
    set(&ranges[0], WM_OS_ADDRESS_MIN, end);
    assert_null(wm_directory_find(0));
    check(&ranges[0]);
    assert_ptr_equal(wm_directory_find(end / 2), &ranges[0].region);
    clear(&ranges[0]);
    assert_null(wm_directory_find(end / 2));
    assert_null(wm_directory_find(end - 1));
}

/* As somebody does who reserves and releases at ever lower addresses, without a word from the
 * system any more. */
static void tables_that_are_empty_are_used_again(void **state)
{
    (void)state;
    enum { PARTS = 800 };
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    for (uintptr_t i = 1; i <= PARTS; i++) {
        uintptr_t start = SPACE_END - i * ((uintptr_t)5 << 25);
        set(&ranges[0], start, start + GRANULE);
        clear(&ranges[0]);
    }
    assert_int_equal(wm_os_sim_stop(), 0);
}

/* Every part has a table, until there is no memory for one. */
static void without_memory_nothing_is_promised(void **state)
{
    (void)state;
    uintptr_t part = (uintptr_t)1 << 26;
    unsigned count = 0;
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    while (count < RANGES && wm_directory_prepare()) {
        set(&ranges[count], count * part, count * part + GRANULE);
        count++;
    }
    assert_true(wm_os_sim_stop() > 0);
    assert_in_range(count, 1, RANGES - 1);
    set(&ranges[count], count * part, count * part + GRANULE);
    for (unsigned i = 0; i <= count; i++) {
        check(&ranges[i]);
    }
    clear_all();
    assert_true(wm_directory_start_over());
    assert_true(wm_directory_start_over());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_address_has_its_region),
        cmocka_unit_test(the_ends_of_the_address_space_can_be_had),
        cmocka_unit_test(tables_that_are_empty_are_used_again),
        cmocka_unit_test(without_memory_nothing_is_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
