/* A row without a rule of its own is held to what its arguments say. Rows are made up here, so that
 * kinds and modes are seen which no call of today has together. */
#include "tests/spec/script.h"

#include "spec/typestate_internal.h"

#define FOREIGN CLAUSE_address_space_foreign_memory_is_not_touched
#define RELEASED CLAUSE_virtual_free_released_region_is_not_used_again

/* r0 is the trace's own: 64 KB at 1 MB. r1 is released. */
static void reserve(struct script *script)
{
    script_saw(script, "r1 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x200000");
    script_saw(script, "VirtualFree(r1, 0, MEM_RELEASE) -> 1");
    script_saw(script, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x100000");
}

static const struct call_row ranged = {
    .name = "Ranged",
    .family = FAMILY_virtual,
    .argument_count = 2,
    .arguments = {{.kind = ARGUMENT_ADDRESS, .mode = MODE_USE}, {.kind = ARGUMENT_SIZE}}};

static enum clause_id check(const struct script *script, const struct call_row *row,
                            struct argument address, uint64_t size)
{
    struct call call = {.arguments = {address, {.form = FORM_VALUE, .value = size}}};
    struct rule rule = {&script->state, &call, row};
    return hck_rule_check_place(&rule, 0);
}

static struct argument region(uint32_t slot, uint64_t offset)
{
    return (struct argument){
        .form = FORM_SLOT, .slot_kind = SLOT_REGION, .slot = slot, .value = offset};
}

static void an_address_stays_in_the_reservations_of_the_trace(void **state)
{
    struct script *s = *state;
    struct argument number = {.form = FORM_VALUE, .value = 0x5000000};
    struct argument barren = {.form = FORM_VALUE, .value = 0x1000};
    reserve(s);
    assert_int_equal(check(s, &ranged, region(0, 0x1000), 0xF000), CLAUSE_NONE);
    assert_int_equal(check(s, &ranged, region(0, 0x1000), 0xF001), FOREIGN);
    assert_int_equal(check(s, &ranged, region(1, 0), 1), RELEASED);
    assert_int_equal(check(s, &ranged, number, 1), FOREIGN);
    assert_int_equal(check(s, &ranged, barren, 1), CLAUSE_NONE);
}

static void an_address_without_a_size_is_one_byte(void **state)
{
    struct script *s = *state;
    struct call_row row = ranged;
    row.argument_count = 1;
    reserve(s);
    assert_int_equal(check(s, &row, region(0, 0xFFFF), 0x5000), CLAUSE_NONE);
    assert_int_equal(check(s, &row, region(0, 0x10000), 0), FOREIGN);
}

static void any_address_may_be_asked_about(void **state)
{
    struct script *s = *state;
    struct call_row row = ranged;
    row.arguments[0].mode = MODE_ANY;
    reserve(s);
    assert_int_equal(check(s, &row, region(1, 0), 1), CLAUSE_NONE);
}

static void a_region_is_live(void **state)
{
    struct script *s = *state;
    struct call_row row = {.family = FAMILY_virtual,
                           .argument_count = 1,
                           .arguments = {{.kind = ARGUMENT_REGION, .mode = MODE_USE}}};
    reserve(s);
    assert_int_equal(check(s, &row, region(0, 0), 0), CLAUSE_NONE);
    assert_int_equal(check(s, &row, region(1, 0), 0), RELEASED);
    assert_int_equal(check(s, &row, (struct argument){.form = FORM_NULL}, 0), FOREIGN);
}

/* Storage is needed as soon as there would be room for the first field. */
static void storage_is_missing_where_there_would_be_room(void **state)
{
    struct script *s = *state;
    script_saw(s, "h0 = HeapCreate(0, 0, 0) -> 0x1000000");
    script_allows(s, "GetProcessHeaps(0, NULL)");
    script_forbids(s, "GetProcessHeaps(1, NULL)",
                   CLAUSE_process_heap_list_buffer_must_hold_the_number);
    script_allows(s, "HeapQueryInformation(h0, 0, NULL, 3, NULL)");
    script_forbids(s, "HeapQueryInformation(h0, 0, NULL, 4, NULL)",
                   CLAUSE_heap_query_buffer_must_hold_the_length);
    script_forbids(s, "GetSystemInfo(NULL)", CLAUSE_system_info_structure_must_be_writable);
    s->state.hostile = true;
    script_allows(s, "GetSystemInfo(NULL)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, script_set_up, script_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_address_stays_in_the_reservations_of_the_trace),
        TEST(an_address_without_a_size_is_one_byte),
        TEST(any_address_may_be_asked_about),
        TEST(a_region_is_live),
        TEST(storage_is_missing_where_there_would_be_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
