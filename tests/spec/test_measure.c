/* Measures count what their texts say, on lists made by hand. The last value of a list is the guard
 * count and belongs to no entry. */
#include "tests/spec/test_header.h"

#include "spec/measure.h"
#include "spec/win32.h"

#define BUSY PROCESS_HEAP_ENTRY_BUSY
#define REGION PROCESS_HEAP_REGION
#define UNCOMMITTED PROCESS_HEAP_UNCOMMITTED_RANGE
#define MOVEABLE PROCESS_HEAP_ENTRY_MOVEABLE
#define DDESHARE PROCESS_HEAP_ENTRY_DDESHARE
#define COUNT_OF(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

#define ASSERT_MEASURE(name, values, operand, expected) \
    assert_int_equal(hck_measure(MEASURE_##name, values, COUNT_OF(values), operand), expected)

static void every_measure_has_a_text_and_takes_an_empty_list(void **unused)
{
    (void)unused;
    uint64_t guard = 0;
    for (unsigned i = 0; i < MEASURE_COUNT; i++) {
        assert_true(strlen(hck_measure_text((enum measure)i)) > 5);
        assert_int_equal(hck_measure((enum measure)i, NULL, 0, 7), 0);
        assert_int_equal(hck_measure((enum measure)i, &guard, 1, 0), 0);
    }
}

static void a_list_of_heaps_is_measured(void **unused)
{
    const uint64_t list[] = {0x10, 0x20, 0x10, 0, OUT_UNTOUCHED_WORD, OUT_UNTOUCHED_WORD, 3};
    (void)unused;
    ASSERT_MEASURE(list_written, list, 0, 4);
    ASSERT_MEASURE(list_stored, list, 0, 3);
    ASSERT_MEASURE(list_at, list, 0x10, 2);
    ASSERT_MEASURE(list_at, list, 3, 0);
    ASSERT_MEASURE(list_before, list, 0x20, 1);
    ASSERT_MEASURE(list_before, list, 0x99, 6);
    ASSERT_MEASURE(list_repeats, list, 0, 1);
}

static void a_list_of_pages_is_measured_as_far_as_it_was_filled(void **unused)
{
    const uint64_t list[] = {2, 4096, 0x11000, 0x12000, 0x13000, 0};
    const uint64_t too_much[] = {9, 4096, 0x11000, 0};
    (void)unused;
    ASSERT_MEASURE(list_pages_at, list, 0x12000, 1);
    ASSERT_MEASURE(list_pages_at, list, 0x13000, 0);
    ASSERT_MEASURE(list_pages_at, list, 4096, 0);
    ASSERT_MEASURE(list_pages_at, too_much, 0x11000, 1);
    ASSERT_MEASURE(list_pages_at, too_much, 0, 0);
}

/* The lists are tables. */
/* clang-format off */

/* One region with busy, free and uncommitted entries, and a large block of its own. */
static void a_proper_walk_has_nothing_wrong(void **unused)
{
    const uint64_t walk[] = {
        /* data, size, overhead, index, flags, committed, uncommitted, first, last */
        0x10000,  0x100,  0, 0, REGION,      0x2000, 0x1000, 0x10100, 0x13000,
        0x10100,  0x80,   8, 0, BUSY,        0,      0,      0,       0,
        0x10180,  0x1E80, 8, 0, 0,           0,      0,      0,       0,
        0x12000,  0x1000, 0, 0, UNCOMMITTED, 0,      0,      0,       0,
        0x900000, 0x5000, 0, 1, BUSY,        0,      0,      0,       0,
        0,
    };
    (void)unused;
    ASSERT_MEASURE(walk_busy, walk, 0, 2);
    ASSERT_MEASURE(walk_busy_at, walk, 0x10100, 1);
    ASSERT_MEASURE(walk_busy_at, walk, 0x10180, 0);
    ASSERT_MEASURE(walk_size_at, walk, 0x10100, 0x80);
    ASSERT_MEASURE(walk_size_at, walk, 0x10101, 0);
    ASSERT_MEASURE(walk_free_over, walk, 0x10180, 1);
    ASSERT_MEASURE(walk_free_over, walk, 0x11FFF, 1);
    ASSERT_MEASURE(walk_free_over, walk, 0x12000, 0);
    ASSERT_MEASURE(walk_free_largest, walk, 0, 0x1E88);
    ASSERT_MEASURE(walk_moveable_at, walk, 0x10100, 0);
    ASSERT_MEASURE(walk_repeats, walk, 0, 0);
    ASSERT_MEASURE(walk_overlaps, walk, 0, 0);
    ASSERT_MEASURE(walk_undocumented_flags, walk, 0, 0);
    ASSERT_MEASURE(walk_contradicting_flags, walk, 0, 0);
    ASSERT_MEASURE(walk_moveable_not_busy, walk, 0, 0);
    ASSERT_MEASURE(walk_region_bad_bounds, walk, 0, 0);
    ASSERT_MEASURE(walk_region_unordered, walk, 0, 0);
    ASSERT_MEASURE(walk_region_index_repeats, walk, 0, 0);
    ASSERT_MEASURE(walk_outside_region, walk, 0, 0);
    ASSERT_MEASURE(walk_large_shared, walk, 0, 0);
    ASSERT_MEASURE(walk_committed, walk, 0, 0x2000);
    ASSERT_MEASURE(walk_uncommitted_unaligned, walk, 0, 0);
}

static void what_is_wrong_with_a_walk_is_counted(void **unused)
{
    const uint64_t walk[] = {
        /* data, size, overhead, index, flags, committed, uncommitted, first, last */
        0x10100, 0x80,  8, 0, BUSY | MOVEABLE,      0,      0, 0,       0,
        0x10140, 0x10,  8, 0, DDESHARE,             0,      0, 0,       0,
        0x10000, 0x100, 0, 0, REGION,               0x1000, 0, 0x10100, 0x12000,
        0x20000, 0,     0, 0, REGION | BUSY,        0x3000, 0, 0x21000, 0x20800,
        0x10100, 0x80,  8, 0, BUSY | MOVEABLE,      0,      0, 0,       0,
        0x30000, 0x10,  8, 0, BUSY | 0x8,           0,      0, 0,       0,
        0x40000, 0x800, 0, 2, UNCOMMITTED,          0,      0, 0,       0,
        0x50010, 0,     0, 2, UNCOMMITTED | REGION, 0,      0, 0,       0,
        5,
    };
    (void)unused;
    ASSERT_MEASURE(walk_busy, walk, 0, 4);
    ASSERT_MEASURE(walk_busy_at, walk, 0x10100, 2);
    ASSERT_MEASURE(walk_moveable_at, walk, 0x10100, 2);
    ASSERT_MEASURE(walk_repeats, walk, 0, 1);
    ASSERT_MEASURE(walk_overlaps, walk, 0, 2);
    ASSERT_MEASURE(walk_undocumented_flags, walk, 0, 1);
    ASSERT_MEASURE(walk_contradicting_flags, walk, 0, 2);
    ASSERT_MEASURE(walk_moveable_not_busy, walk, 0, 1);
    ASSERT_MEASURE(walk_region_bad_bounds, walk, 0, 2);
    ASSERT_MEASURE(walk_region_unordered, walk, 0, 3);
    ASSERT_MEASURE(walk_region_index_repeats, walk, 0, 1);
    ASSERT_MEASURE(walk_committed, walk, 0, 0x4000);
    ASSERT_MEASURE(walk_uncommitted_unaligned, walk, 0, 2);
}

static void the_digest_of_a_walk_ignores_the_order_and_sees_a_change(void **unused)
{
    const uint64_t one[] = {0x10, 1, 0, 0, BUSY, 0, 0, 0, 0, 0x20, 2, 0, 0, BUSY, 0, 0, 0, 0, 0};
    const uint64_t two[] = {0x20, 2, 9, 9, BUSY, 0, 0, 0, 0, 0x10, 1, 0, 0, BUSY, 0, 0, 0, 0, 0};
    const uint64_t other[] = {0x20, 1, 0, 0, BUSY, 0, 0, 0, 0, 0x10, 2, 0, 0, BUSY, 0, 0, 0, 0, 0};
    (void)unused;
    uint64_t digest = hck_measure(MEASURE_walk_busy_digest, one, COUNT_OF(one), 0);
    assert_true(digest == hck_measure(MEASURE_walk_busy_digest, two, COUNT_OF(two), 0));
    assert_true(digest != hck_measure(MEASURE_walk_busy_digest, other, COUNT_OF(other), 0));
}

static void large_blocks_have_an_index_of_their_own(void **unused)
{
    const uint64_t walk[] = {
        0x10000,  0x100,  0, 0, REGION, 0, 0, 0x10100, 0x13000,
        0x900000, 0x5000, 0, 0, BUSY,   0, 0, 0,       0,
        0x990000, 0x5000, 0, 3, BUSY,   0, 0, 0,       0,
        0x9A0000, 0x5000, 0, 3, BUSY,   0, 0, 0,       0,
        0,
    };
    (void)unused;
    ASSERT_MEASURE(walk_outside_region, walk, 0, 1);
    ASSERT_MEASURE(walk_large_shared, walk, 0, 3);
    ASSERT_MEASURE(walk_regions, walk, 0, 4);
}

static void runs_of_pages_are_measured(void **unused)
{
    const uint64_t runs[] = {
        /* base, allocation base, allocation protect, size, state, protect, type */
        0x10000, 0,       0,              0x10000, MEM_FREE,    PAGE_NOACCESS,  0,
        0x20000, 0x20000, PAGE_READWRITE, 0x1000,  MEM_COMMIT,  PAGE_READWRITE, MEM_PRIVATE,
        0x21000, 0x20000, PAGE_READWRITE, 0x2000,  MEM_COMMIT,  PAGE_READWRITE, MEM_PRIVATE,
        0x23000, 0x20000, PAGE_READWRITE, 0x1000,  MEM_RESERVE, 0,              0x123,
        0x30000, 0,       0,              0x1000,  MEM_FREE,    PAGE_NOACCESS,  0,
        0x31000, 0,       0,              0x1000,  MEM_FREE,    PAGE_READONLY,  0,
        0x32000, 0x32000, PAGE_READONLY,  0x1000,  0x7000,      0,              MEM_MAPPED,
        0,
    };
    (void)unused;
    ASSERT_MEASURE(query_gaps, runs, 0, 1);
    ASSERT_MEASURE(query_unmerged, runs, 0, 2);
    ASSERT_MEASURE(query_free_unmerged, runs, 0, 1);
    ASSERT_MEASURE(query_bad_states, runs, 0, 2);
    ASSERT_MEASURE(query_state_at, runs, 0x22FFF, MEM_COMMIT);
    ASSERT_MEASURE(query_state_at, runs, 0x24000, 0);
    ASSERT_MEASURE(query_protect_at, runs, 0x31000, PAGE_READONLY);
    ASSERT_MEASURE(query_type_at, runs, 0x32FFF, MEM_MAPPED);
    ASSERT_MEASURE(query_allocation_protect_at, runs, 0x23000, PAGE_READWRITE);
    ASSERT_MEASURE(query_allocation_base_at, runs, 0x23000, 0x20000);
    ASSERT_MEASURE(query_allocation_size, runs, 0x20000, 0x4000);
    ASSERT_MEASURE(query_allocation_size, runs, 0, 0);
    ASSERT_MEASURE(query_end, runs, 0, 0x33000);
    ASSERT_MEASURE(query_used, runs, 0, 0x5000);
}

/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_measure_has_a_text_and_takes_an_empty_list),
        cmocka_unit_test(a_list_of_heaps_is_measured),
        cmocka_unit_test(a_list_of_pages_is_measured_as_far_as_it_was_filled),
        cmocka_unit_test(a_proper_walk_has_nothing_wrong),
        cmocka_unit_test(what_is_wrong_with_a_walk_is_counted),
        cmocka_unit_test(the_digest_of_a_walk_ignores_the_order_and_sees_a_change),
        cmocka_unit_test(large_blocks_have_an_index_of_their_own),
        cmocka_unit_test(runs_of_pages_are_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
