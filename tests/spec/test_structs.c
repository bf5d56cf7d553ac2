/* Out-structures are read by their rows, and every value of an observation has its place. */
#include "tests/spec/test_header.h"

#include "spec/structs.h"
#include "spec/win32.h"

static void fields_lie_inside_their_structures(void **unused)
{
    (void)unused;
    for (unsigned id = STRUCT_none + 1; id < STRUCT_COUNT; id++) {
        const struct struct_row *row = &hck_struct_rows[id];
        assert_true(row->field_count > 0);
        assert_true(row->size <= CALL_OUT_BYTES_MAX);
        for (uint32_t i = 0; i < row->field_count; i++) {
            const struct field_row *field = &row->fields[i];
            assert_non_null(field->name);
            assert_non_null(field->member);
            assert_true(field->width == 1 || field->width == 2 || field->width == 4 ||
                        field->width == 8);
            assert_true(field->offset + field->width <= row->size);
        }
    }
}

static void a_structure_is_read_field_by_field(void **unused)
{
    (void)unused;
    unsigned char bytes[sizeof(MEMORY_BASIC_INFORMATION) + 1];
    uint64_t values[MEMORY_VALUE_COUNT];
    MEMORY_BASIC_INFORMATION memory = {.BaseAddress = (void *)(uintptr_t)0x7FFF12340000,
                                       .AllocationBase = (void *)(uintptr_t)0x7FFF12330000,
                                       .AllocationProtect = PAGE_READWRITE,
                                       .RegionSize = (SIZE_T)5 << 32,
                                       .State = MEM_COMMIT,
                                       .Protect = PAGE_GUARD | PAGE_READONLY,
                                       .Type = MEM_PRIVATE};
    memcpy(bytes + 1, &memory, sizeof memory); /* from any place */
    hck_struct_read(STRUCT_memory, bytes + 1, values);
    assert_int_equal(values[MEMORY_BASE], 0x7FFF12340000);
    assert_int_equal(values[MEMORY_ALLOCATION_BASE], 0x7FFF12330000);
    assert_int_equal(values[MEMORY_ALLOCATION_PROTECT], PAGE_READWRITE);
    assert_int_equal(values[MEMORY_REGION_SIZE], (uint64_t)5 << 32);
    assert_int_equal(values[MEMORY_STATE], MEM_COMMIT);
    assert_int_equal(values[MEMORY_PROTECT], PAGE_GUARD | PAGE_READONLY);
    assert_int_equal(values[MEMORY_TYPE], MEM_PRIVATE);
}

static void a_member_of_a_union_counts_where_its_tag_says_so(void **unused)
{
    (void)unused;
    uint64_t values[WALK_VALUE_COUNT];
    PROCESS_HEAP_ENTRY entry = {.cbData = 100, .wFlags = PROCESS_HEAP_REGION};
    entry.Region.dwCommittedSize = 0x3000;
    entry.Region.lpLastBlock = (void *)(uintptr_t)0x5000;
    hck_struct_read(STRUCT_entry, &entry, values);
    assert_int_equal(values[WALK_SIZE], 100);
    assert_int_equal(values[WALK_COMMITTED], 0x3000);
    assert_int_equal(values[WALK_LAST], 0x5000);
    entry.wFlags = PROCESS_HEAP_ENTRY_BUSY;
    hck_struct_read(STRUCT_entry, &entry, values);
    assert_int_equal(values[WALK_FLAGS], PROCESS_HEAP_ENTRY_BUSY);
    assert_int_equal(values[WALK_COMMITTED], 0);
    assert_int_equal(values[WALK_LAST], 0);
}

static void the_size_of_a_structure_goes_where_the_callee_looks_for_it(void **unused)
{
    (void)unused;
    HEAP_SUMMARY summary;
    memset(&summary, OUT_UNTOUCHED, sizeof summary);
    hck_struct_write_size(STRUCT_summary, &summary);
    assert_int_equal(summary.cb, sizeof summary);
    assert_int_equal(summary.cbAllocated, OUT_UNTOUCHED_WORD);
    assert_int_equal(hck_struct_untouched(&hck_struct_rows[STRUCT_summary].fields[SUMMARY_CB]),
                     OUT_UNTOUCHED_DWORD);
}

static void assert_value(enum call_id id, uint32_t index, const char *name, enum number_kind kind,
                         uint32_t entry)
{
    struct value_place place;
    assert_true(hck_call_value(id, index, &place));
    assert_string_equal(place.field->name, name);
    assert_int_equal(place.field->kind, kind);
    assert_int_equal(place.entry, entry);
}

static void every_value_has_its_place(void **unused)
{
    (void)unused;
    assert_value(CALL_VirtualQuery, MEMORY_STATE, "State", NUMBER_memory_state, UINT32_MAX);
    assert_value(CALL_VirtualProtect, 0, "the old protection", NUMBER_protection, UINT32_MAX);
    assert_value(CALL_HeapQueryInformation, QUERY_INFORMATION, "HeapInformation", NUMBER_PLAIN,
                 UINT32_MAX);
    assert_value(CALL_HeapQueryInformation, QUERY_RETURN_LENGTH, "ReturnLength", NUMBER_SIZE,
                 UINT32_MAX);
    assert_value(CALL_HeapWalk, WALK_FIRST, "lpFirstBlock", NUMBER_ADDRESS, UINT32_MAX);
    assert_value(CALL_WalkHeap, 2 * WALK_VALUE_COUNT + WALK_FLAGS, "wFlags", NUMBER_walk_flags, 2);
    assert_value(CALL_GetProcessHeaps, 7, "ProcessHeaps", NUMBER_ADDRESS, 7);
    assert_value(CALL_Peek, PEEK_UNIFORM, "the number of leading bytes equal to the first",
                 NUMBER_SIZE, UINT32_MAX);
}

static void a_guard_count_and_other_numbers_have_no_name(void **unused)
{
    (void)unused;
    struct value_place place;
    assert_false(hck_call_value(CALL_VirtualQuery, MEMORY_VALUE_COUNT, &place));
    assert_false(hck_call_value(CALL_HeapQueryInformation, QUERY_RETURN_LENGTH + 1, &place));
    assert_false(hck_call_value(CALL_RaiseException, 0, &place));
    assert_false(hck_call_value(CALL_HeapAlloc, 0, &place));
}

/* What a row says of its values and where they are looked for agree. */
static void layouts_count_what_has_a_place(void **unused)
{
    (void)unused;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        struct value_layout layout = hck_call_layout((enum call_id)id);
        struct value_place place;
        for (uint32_t i = 0; i < layout.single_count; i++) {
            assert_true(hck_call_value((enum call_id)id, i, &place));
            assert_int_equal(place.entry, UINT32_MAX);
        }
        assert_int_equal(hck_call_value((enum call_id)id, layout.single_count, &place),
                         layout.entry != STRUCT_none);
        assert_int_equal(layout.is_input, hck_call_rows[id].input_count > 0);
    }
}

static void the_callee_is_told_of_no_more_room_than_there_is(void **unused)
{
    (void)unused;
    struct call heaps = {.id = CALL_GetProcessHeaps, .arguments = {{.value = 3}}};
    struct call query = {.id = CALL_VirtualQuery, .arguments = {{0}, {0}, {.value = 48}}};
    struct call system = {.id = CALL_GetSystemInfo};
    assert_int_equal(hck_call_out_room(&heaps, 1), 24);
    heaps.arguments[0].value = UINT32_MAX;
    assert_int_equal(hck_call_out_entries(&heaps, 1), PROCESS_HEAPS_MAX);
    assert_int_equal(hck_call_out_room(&heaps, 1), CALL_OUT_BYTES_MAX);
    assert_int_equal(hck_call_out_room(&query, 1), 48);
    query.arguments[2].value = UINT64_MAX;
    assert_int_equal(hck_call_out_room(&query, 1), CALL_SIZED_BUFFER_MAX);
    assert_int_equal(hck_call_out_room(&query, 2), 0);
    assert_int_equal(hck_call_out_room(&system, 0), sizeof(SYSTEM_INFO));
}

static void assert_printed(enum number_kind kind, uint64_t value, const char *expected)
{
    char text[100];
    assert_true(hck_number_print(kind, value, text, sizeof text));
    assert_string_equal(text, expected);
}

static void numbers_with_names_are_printed_by_them(void **unused)
{
    (void)unused;
    char text[8];
    assert_printed(NUMBER_protection, PAGE_READONLY | PAGE_GUARD, "PAGE_READONLY|PAGE_GUARD");
    assert_printed(NUMBER_memory_state, MEM_FREE, "MEM_FREE");
    assert_printed(NUMBER_memory_state, 0x123, "0x123");
    assert_printed(NUMBER_memory_type, 0, "0");
    assert_printed(NUMBER_walk_flags, PROCESS_HEAP_REGION | 0x100, "PROCESS_HEAP_REGION|0x100");
    assert_printed(NUMBER_walk_flags, 0, "0");
    assert_false(hck_number_print(NUMBER_SIZE, 4096, text, sizeof text));
    assert_true(hck_number_print(NUMBER_memory_state, MEM_COMMIT, text, sizeof text));
    assert_string_equal(text, "MEM_COM"); /* cut where there is no room */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_lie_inside_their_structures),
        cmocka_unit_test(a_structure_is_read_field_by_field),
        cmocka_unit_test(a_member_of_a_union_counts_where_its_tag_says_so),
        cmocka_unit_test(the_size_of_a_structure_goes_where_the_callee_looks_for_it),
        cmocka_unit_test(every_value_has_its_place),
        cmocka_unit_test(a_guard_count_and_other_numbers_have_no_name),
        cmocka_unit_test(layouts_count_what_has_a_place),
        cmocka_unit_test(the_callee_is_told_of_no_more_room_than_there_is),
        cmocka_unit_test(numbers_with_names_are_printed_by_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
