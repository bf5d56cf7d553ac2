/* Ranges over the reservations of the model, in which the lowest address is one like any other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle/region.h"

enum { REGIONS = 3, REGION_BYTES = 0x10000, DISTANCE = 0x20000 };

struct fixture {
    void *arena;
    struct oracle *oracle;
    struct model_region *regions[REGIONS]; /* at 0, 0x20000 and 0x40000 */
};

static void set_up(struct fixture *fixture)
{
    struct oracle_options options = {.bases = PROFILE_WINDOWS};
    struct call calls[REGIONS];
    struct trace trace = {.calls = calls, .call_count = REGIONS, .thread_count = 1};
    trace.slot_count[SLOT_REGION] = REGIONS;
    memset(calls, 0, sizeof calls);
    for (unsigned i = 0; i < REGIONS; i++) {
        calls[i].id = CALL_VirtualAlloc;
    }
    size_t size = hck_oracle_storage(&trace);
    fixture->arena = malloc(size);
    assert_non_null(fixture->arena);
    fixture->oracle = hck_oracle_start(&trace, &options, fixture->arena, size);
    assert_non_null(fixture->oracle);
    for (uint32_t i = 0; i < REGIONS; i++) {
        fixture->regions[i] = hck_region_add(fixture->oracle, (uint64_t)i * DISTANCE, REGION_BYTES,
                                             PAGE_READWRITE, i, 0);
        assert_non_null(fixture->regions[i]);
    }
}

/* Which regions are doubted where [start, end) is, as bits. */
static unsigned doubted(uint64_t start, uint64_t end)
{
    struct fixture fixture;
    unsigned bits = 0;
    set_up(&fixture);
    hck_region_doubt_range(fixture.oracle, start, end);
    for (unsigned i = 0; i < REGIONS; i++) {
        bits |= (unsigned)fixture.regions[i]->is_uncertain << i;
    }
    free(fixture.arena);
    return bits;
}

static void a_range_is_doubted_where_it_has_a_byte_of_a_region(void **state)
{
    (void)state;
    assert_int_equal(doubted(0, 1), 1);
    assert_int_equal(doubted(0, UINT64_MAX), 7);
    assert_int_equal(doubted(REGION_BYTES - 1, DISTANCE), 1);
    assert_int_equal(doubted(REGION_BYTES, DISTANCE + 1), 2);
    assert_int_equal(doubted(DISTANCE + REGION_BYTES - 1, 2 * DISTANCE + 1), 6);
    assert_int_equal(doubted(REGION_BYTES, DISTANCE), 0);
    assert_int_equal(doubted(2 * DISTANCE + REGION_BYTES, UINT64_MAX), 0);
}

static void a_range_without_a_byte_is_doubted_nowhere(void **state)
{
    (void)state;
    assert_int_equal(doubted(0, 0), 0);
    assert_int_equal(doubted(DISTANCE + 1, DISTANCE + 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_doubted_where_it_has_a_byte_of_a_region),
        cmocka_unit_test(a_range_without_a_byte_is_doubted_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
