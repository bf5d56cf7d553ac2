/* The address map against the plainest model there is: an array with a cell for each address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle/extent_map.h"

enum { SPACE = 4096, ROUNDS = 60000 };

struct fixture {
    struct arena arena;
    struct extent_map map;
};

static void set_up(struct fixture *fixture, uint64_t insert_count)
{
    fixture->arena.size = extent_map_storage(insert_count);
    fixture->arena.bytes = malloc(fixture->arena.size);
    fixture->arena.used = 0;
    assert_non_null(fixture->arena.bytes);
    assert_true(extent_map_init(&fixture->map, &fixture->arena, insert_count));
}

static void tear_down(struct fixture *fixture)
{
    free(fixture->arena.bytes);
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

static void disjoint_ranges_are_found_as_an_array_of_cells_finds_them(void **state)
{
    (void)state;
    static uint32_t cells[SPACE]; /* start of the range that holds the cell, plus one; 0: none */
    static uint32_t lengths[SPACE];
    struct fixture fixture;
    uint64_t seed = 7;
    memset(cells, 0, sizeof cells);
    set_up(&fixture, ROUNDS);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t start = next_random(&seed) % SPACE;
        uint32_t length = 1 + next_random(&seed) % 8;
        length = start + length > SPACE ? SPACE - start : length;
        uint32_t first = 0;
        for (uint32_t i = start; i < start + length && first == 0; i++) {
            first = cells[i];
        }
        struct extent extent;
        bool overlaps = extent_map_overlap(&fixture.map, start, length, &extent);
        assert_int_equal(overlaps, first != 0);
        if (overlaps) {
            assert_int_equal(extent.start, first - 1);
            assert_int_equal(extent.length, lengths[first - 1]);
            assert_int_equal(extent.a, first - 1);
            assert_true(extent_map_remove(&fixture.map, extent.start));
            assert_false(extent_map_remove(&fixture.map, extent.start));
            memset(cells + first - 1, 0, lengths[first - 1] * sizeof cells[0]);
        } else {
            struct extent added = {start, length, start, 0};
            assert_true(extent_map_insert(&fixture.map, &added));
            for (uint32_t i = start; i < start + length; i++) {
                cells[i] = start + 1;
            }
            lengths[start] = length;
        }
        uint32_t asked = next_random(&seed) % SPACE;
        assert_int_equal(extent_map_find(&fixture.map, asked, &extent), cells[asked] != 0);
    }
    tear_down(&fixture);
}

static void the_cursor_walks_every_range_in_order(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture, 10000);
    for (uint64_t i = 0; i < 10000; i++) {
        struct extent extent = {(i * 7919 % 10000) * 16, 16, (uint32_t)i, 0};
        assert_true(extent_map_insert(&fixture.map, &extent));
    }
    uint64_t expected = 0;
    struct extent extent;
    for (struct extent_cursor cursor = extent_map_at_or_after(&fixture.map, 0);
         extent_map_get(cursor, &extent); cursor = extent_map_next(cursor)) {
        assert_int_equal(extent.start, expected);
        expected += 16;
    }
    assert_int_equal(expected, 160000);
    assert_int_equal(fixture.map.count, 10000);
    for (uint64_t i = 0; i < 10000; i++) {
        assert_true(extent_map_remove(&fixture.map, i * 16));
    }
    assert_int_equal(fixture.map.count, 0);
    assert_false(extent_map_get(extent_map_at_or_after(&fixture.map, 0), &extent));
    tear_down(&fixture);
}

static void assigned_runs_equal_an_array_of_cells_and_are_joined(void **state)
{
    (void)state;
    static uint32_t cells[SPACE];
    struct fixture fixture;
    uint64_t seed = 11;
    memset(cells, 0, sizeof cells);
    set_up(&fixture, 4 * 20000);
    for (unsigned round = 0; round < 20000; round++) {
        uint32_t start = next_random(&seed) % SPACE;
        uint32_t end = start + 1 + next_random(&seed) % 64;
        end = end > SPACE ? SPACE : end;
        uint32_t value = next_random(&seed) % 4;
        if (value == 0) {
            assert_true(extent_map_clear(&fixture.map, start, end));
        } else {
            assert_true(extent_map_assign(&fixture.map, start, end, value, 0, 0, SPACE));
        }
        for (uint32_t i = start; i < end; i++) {
            cells[i] = value;
        }
    }
    struct extent extent;
    for (uint32_t i = 0; i < SPACE; i++) {
        bool found = extent_map_find(&fixture.map, i, &extent);
        assert_int_equal(found ? extent.a : 0, cells[i]);
    }
    uint64_t end = 0;
    uint32_t value = 0;
    for (struct extent_cursor cursor = extent_map_at_or_after(&fixture.map, 0);
         extent_map_get(cursor, &extent); cursor = extent_map_next(cursor)) {
        assert_false(extent.start == end && extent.a == value);
        end = extent.start + extent.length;
        value = extent.a;
    }
    tear_down(&fixture);
}

static void a_mark_is_set_once(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture, 4);
    struct extent extent = {100, 10, 0, 0};
    assert_true(extent_map_insert(&fixture.map, &extent));
    assert_true(extent_map_mark(&fixture.map, 100, 1));
    assert_false(extent_map_mark(&fixture.map, 100, 1));
    assert_true(extent_map_mark(&fixture.map, 100, 2));
    assert_false(extent_map_mark(&fixture.map, 101, 3));
    tear_down(&fixture);
}

/* A map with less room than it needs forgets what comes too late, and stays whole. */
static void an_insertion_that_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    enum { FITTING = 100, TRIED = 5000 };
    static bool is_in[TRIED];
    struct fixture fixture;
    struct extent found;
    uint64_t count = 0;
    set_up(&fixture, FITTING);
    for (uint32_t i = 0; i < TRIED; i++) {
        uint32_t place = i * 2633 % TRIED;
        struct extent extent = {place * UINT64_C(4), 3, place, 0};
        is_in[place] = extent_map_insert(&fixture.map, &extent);
        count += is_in[place];
        assert_int_equal(fixture.map.count, count);
    }
    assert_true(count >= FITTING && count < TRIED);
    for (uint32_t i = 0; i < TRIED; i++) {
        assert_int_equal(extent_map_find(&fixture.map, i * UINT64_C(4), &found), is_in[i]);
    }
    for (uint32_t i = 0; i < TRIED; i++) {
        assert_int_equal(extent_map_remove(&fixture.map, i * UINT64_C(4)), is_in[i]);
    }
    assert_int_equal(fixture.map.count, 0);
    tear_down(&fixture);
}

static void insert(struct fixture *fixture, uint64_t start)
{
    struct extent extent = {start, 1, 0, 0};
    assert_true(extent_map_insert(&fixture->map, &extent));
}

/* Bytes of the arena for each range; a full leaf takes 33. */
static double bytes_for_each(const struct fixture *fixture)
{
    return (double)fixture->arena.used / (double)fixture->map.count;
}

enum { RUNS_MAX = 50, RUNS_TOTAL = 100000 };

/* Addresses that go upward or downward from the beginnings of so many runs, in turns. */
static double bytes_of_runs(unsigned run_count, bool upward)
{
    struct fixture fixture;
    uint64_t seed = 3;
    uint64_t lengths[RUNS_MAX] = {0};
    set_up(&fixture, RUNS_TOTAL);
    for (unsigned i = 0; i < RUNS_TOTAL; i++) {
        uint64_t run = next_random(&seed) % run_count;
        uint64_t place = ++lengths[run];
        insert(&fixture, (run << 32) + (upward ? place : UINT32_MAX - place));
    }
    double bytes = bytes_for_each(&fixture);
    tear_down(&fixture);
    return bytes;
}

static void leaves_of_a_run_are_three_quarters_full(void **state)
{
    (void)state;
    assert_true(bytes_of_runs(1, true) < 33 / 0.72);
    assert_true(bytes_of_runs(1, false) < 33 / 0.72);
}

/* As an allocator with size classes gives out addresses. */
static void leaves_of_runs_in_turns_are_well_filled(void **state)
{
    (void)state;
    assert_true(bytes_of_runs(RUNS_MAX, true) < 33 / 0.6);
    assert_true(bytes_of_runs(RUNS_MAX, false) < 33 / 0.6);
}

static void leaves_of_ranges_in_any_order_are_more_than_half_full(void **state)
{
    (void)state;
    struct fixture fixture;
    uint64_t seed = 3;
    set_up(&fixture, 100000);
    for (unsigned i = 0; i < 100000; i++) {
        uint64_t place = next_random(&seed);
        insert(&fixture, place << 16 | i % 65536);
    }
    assert_true(bytes_for_each(&fixture) < 33 / 0.6);
    tear_down(&fixture);
}

/* Each batch runs upward to the end of the first leaf and so takes another leaf, where it is then
 * left alone. */
static void the_room_suffices_for_leaves_that_fill_no_more(void **state)
{
    (void)state;
    enum { BATCHES = 2000 };
    for (uint64_t length = EXTENT_LEAF_MAX / 4; length <= EXTENT_LEAF_MAX; length++) {
        struct fixture fixture;
        uint64_t low = EXTENT_LEAF_MAX - length;
        set_up(&fixture, low + length * BATCHES);
        for (uint64_t i = 0; i < low; i++) {
            insert(&fixture, i);
        }
        for (uint64_t batch = BATCHES; batch > 0; batch--) {
            for (uint64_t i = 1; i <= length; i++) {
                insert(&fixture, batch * 100 + i);
            }
        }
        tear_down(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_insertion_that_does_not_fit_changes_nothing),
        cmocka_unit_test(disjoint_ranges_are_found_as_an_array_of_cells_finds_them),
        cmocka_unit_test(the_cursor_walks_every_range_in_order),
        cmocka_unit_test(assigned_runs_equal_an_array_of_cells_and_are_joined),
        cmocka_unit_test(a_mark_is_set_once),
        cmocka_unit_test(leaves_of_a_run_are_three_quarters_full),
        cmocka_unit_test(leaves_of_runs_in_turns_are_well_filled),
        cmocka_unit_test(leaves_of_ranges_in_any_order_are_more_than_half_full),
        cmocka_unit_test(the_room_suffices_for_leaves_that_fill_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
