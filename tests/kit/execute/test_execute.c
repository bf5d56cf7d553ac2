/* One thread: calls arrive as the trace says, and what the target did is recorded as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/kit/execute/fake.h"
#include "tests/kit/execute/fixture.h"
#include "tests/kit/execute/harness.h"

static void arguments_arrive_as_written(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 4K, SIZE_MAX-15)\n");
    assert_int_equal(fake.arguments[0], HEAP_GENERATE_EXCEPTIONS);
    assert_int_equal(fake.arguments[1], 4096);
    assert_int_equal(fake.arguments[2], SIZE_MAX - 15);
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "HeapValidate(h0, 0, b0+16)\n");
    uint64_t inside = fake.arguments[2];
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapValidate(h0, 0, NULL)\n");
    assert_int_not_equal(inside, 0);
    assert_int_equal(inside % 16, 0);
    assert_int_equal(fake.arguments[2], 0);
}

static void a_failure_shows_the_error_it_set_and_a_success_the_sentinel(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, SIZE_MAX)\n"
                   "b0 = HeapAlloc(h0, 0, 1)\n");
    assert_log(1, "-> 0x0 error=8");
    assert_null(strstr(log_line(2), "error"));
}

static void get_last_error_sees_what_the_call_before_left(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, SIZE_MAX)\n"
                   "GetLastError()\n"
                   "SetLastError(77)\n"
                   "GetLastError()\n");
    assert_log(2, "-> 8 error=8");
    assert_log(3, "-> 0 error=77");
    assert_log(4, "-> 77 error=77");
}

static void a_call_on_a_slot_that_is_not_live_is_skipped(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "HeapFree(h0, 0, b0)\n"
                   "HeapFree(h0, 0, b0)\n"
                   "HeapSize(h1, 0, b0)\n");
    assert_log(2, "-> 1");
    assert_log(3, "-> skipped heap_free.block.must_be_live_in_the_heap");
    assert_non_null(strstr(log_line(4), "-> skipped "));
}

/* Pages of the process that are in memory. */
static unsigned long count_resident(void)
{
    unsigned long all = 0;
    unsigned long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    assert_int_equal(fclose(file), 0);
    return resident;
}

/* Given storage that is kept from trace to trace; when traces name slots with high numbers; then
 * each trace finds them empty, and they take no memory for the slots below: 848 MB of which half
 * would be too much. */
static void slots_with_high_numbers_are_empty_and_take_no_memory(void **state)
{
    (void)state;
    unsigned long before = count_resident();
    for (unsigned i = 0; i < 2; i++) {
        run_text(&api, "HeapSize(h3999999, 0, b7)\n"
                       "h3999999 = HeapCreate(0, 0, 0)\n"
                       "b7 = HeapAlloc(h3999999, 0, 10)\n"
                       "HeapSize(h3999999, 0, b7)\n");
        assert_log(0, "-> skipped heap.handle.must_be_live");
        assert_log(3, "-> 10");
    }
    assert_true(count_resident() < before + 400 * 256);
}

static void slots_of_the_trace_before_are_empty(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        run_text(&api, "HeapSize(h1, 0, b7)\n"
                       "h1 = HeapCreate(0, 0, 0)\n"
                       "b7 = HeapAlloc(h1, 0, 10)\n");
        assert_log(0, "-> skipped heap.handle.must_be_live");
    }
}

static void a_missing_function_and_a_probe_that_needs_it_are_unsupported(void **state)
{
    (void)state;
    api.HeapWalk = NULL;
    api.GetSystemInfo = NULL;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapSummary(h0, 0, &out)\n"
                   "w0 = HeapWalk(h0, NULL)\n"
                   "WalkHeap(h0)\n"
                   "QueryAll()\n"
                   "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "QueryRegion(r0)\n");
    assert_log(1, "-> unsupported");
    assert_log(2, "-> unsupported");
    assert_log(3, "-> unsupported");
    assert_log(4, "-> unsupported");
    assert_non_null(strstr(log_line(6), "-> 1 values="));
}

static void without_both_functions_there_is_no_last_error(void **state)
{
    (void)state;
    api.SetLastError = NULL;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, SIZE_MAX)\n");
    assert_log(1, "-> 0x0 noerror");
}

static void out_structures_are_recorded_member_by_member(void **state)
{
    (void)state;
    fake.walk_entries = 2;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, &out)\n"
                   "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 2, &out)\n"
                   "VirtualQuery(0x123456, &out, 48)\n"
                   "VirtualQuery(0x123456, &out, 47)\n"
                   "GetSystemInfo(&out)\n"
                   "w0 = HeapWalk(h0, NULL)\n");
    assert_log(1, "values=(2, 0xa5a5a5a5, 4, 0)");
    assert_log(2, "-> 0 error=122 values=(0xa5a5a5a5, 0xa5a5a5a5, 4, 0)");
    assert_log(3, "-> 48 values=(1179648, 1179649, 2, 65536, 3, 4, 5, 0)");
    assert_log(4, "0xa5a5a5a5, 0)");
    assert_log(5, "values=(9, 4096, 65536, 1048575, 0, 2, 0, 65536, 0)");
    assert_log(6, "-> 1 values=(1, 100, 8, 3, 1, 11, 12, 13, 14, 0)");
}

static void bytes_written_behind_an_out_structure_are_counted(void **state)
{
    (void)state;
    fake.overrun = 5;
    fake.walk_entries = 1;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, &out)\n"
                   "VirtualQuery(0x123456, &out, 48)\n"
                   "GetSystemInfo(&out)\n"
                   "w0 = HeapWalk(h0, NULL)\n"
                   "GetProcessHeaps(3, &out)\n"
                   "WalkHeap(h0)\n"
                   "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE)\n"
                   "VirtualProtect(r0, 4K, PAGE_READONLY, &out)\n"
                   "QueryRegion(r0)\n");
    for (unsigned i = 1; i < log_count(); i++) {
        if (i != 7) {
            assert_log(i, ", 5)");
        }
    }
}

static void the_array_of_process_heaps_never_has_less_room_than_the_callee_is_told(void **state)
{
    (void)state;
    run_text(&api, "GetProcessHeaps(0xffffffff, &out)\n");
    assert_int_equal(fake.arguments[0], PROCESS_HEAPS_MAX);
    assert_non_null(strstr(log_line(0), "-> 2 values=("));
    run_text(&api, "GetProcessHeaps(0, NULL)\n");
    assert_log(0, "-> 2 values=(0)");
}

static void a_walk_continues_from_the_entry_that_its_slot_holds(void **state)
{
    (void)state;
    fake.walk_entries = 3;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "w0 = HeapWalk(h0, NULL)\n"
                   "w1 = HeapWalk(h0, w0)\n"
                   "w2 = HeapWalk(h0, w0)\n"
                   "w1 = HeapWalk(h0, w1)\n"
                   "w1 = HeapWalk(h0, w1)\n"
                   "WalkHeap(h0)\n");
    assert_log(2, "-> 1 values=(2, 101, 8, 3, 4, 0, 0, 0, 0, 0)");
    assert_log(3, "-> 1 values=(2, 101, 8, 3, 4, 0, 0, 0, 0, 0)");
    assert_log(4, "-> 1 values=(3, 102, 8, 3, 4, 0, 0, 0, 0, 0)");
    assert_non_null(strstr(log_line(5), "-> 0 error=259"));
    assert_log(6,
               "-> 1 error=259 values=(1, 100, 8, 3, 1, 11, 12, 13, 14, 2, 101, 8, 3, 4, 0, 0, 0, "
               "0, 3, 102, 8, 3, 4, 0, 0, 0, 0, 0)");
}

static void the_first_entry_of_a_walk_is_garbage_but_for_its_address(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "w0 = HeapWalk(h0, NULL)\n");
    assert_int_equal(fake.arguments[1], OUT_UNTOUCHED_DWORD);
}

static void inputs_are_passed_and_changes_to_them_are_counted(void **state)
{
    (void)state;
    run_text(&api, "HeapSetInformation(NULL, HeapOptimizeResources, 1, 8)\n"
                   "HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0)\n");
    assert_int_equal(fake.array[0], 1);
    assert_int_equal(fake.array[1], 0);
    assert_log(0, "-> 1 values=(0)");
    assert_log(1, "-> 1");
    fake.writes_input = true;
    run_text(&api, "HeapSetInformation(NULL, HeapOptimizeResources, 1, 8)\n"
                   "RaiseException(0xe0000001, 0, 3, 5)\n");
    assert_log(0, "-> 1 values=(4)");
    assert_non_null(strstr(log_line(1), "raised 0xe0000001 flags=0 (5, 6, 7) values=(2)"));
}

static void queries_of_the_address_space_stop_where_it_ends(void **state)
{
    (void)state;
    run_text(&api, "QueryAll()\n");
    assert_non_null(strstr(log_line(0), "-> 1 values=(65536, 65537, "));
    assert_non_null(strstr(log_line(0), ", 983040, 983041, 2, 65536, 3, 4, 5, 0)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(arguments_arrive_as_written),
        WITH_FAKE(a_failure_shows_the_error_it_set_and_a_success_the_sentinel),
        WITH_FAKE(get_last_error_sees_what_the_call_before_left),
        WITH_FAKE(a_call_on_a_slot_that_is_not_live_is_skipped),
        WITH_FAKE(slots_with_high_numbers_are_empty_and_take_no_memory),
        WITH_FAKE(slots_of_the_trace_before_are_empty),
        WITH_FAKE(a_missing_function_and_a_probe_that_needs_it_are_unsupported),
        WITH_FAKE(without_both_functions_there_is_no_last_error),
        WITH_FAKE(out_structures_are_recorded_member_by_member),
        WITH_FAKE(bytes_written_behind_an_out_structure_are_counted),
        WITH_FAKE(the_array_of_process_heaps_never_has_less_room_than_the_callee_is_told),
        WITH_FAKE(a_walk_continues_from_the_entry_that_its_slot_holds),
        WITH_FAKE(the_first_entry_of_a_walk_is_garbage_but_for_its_address),
        WITH_FAKE(inputs_are_passed_and_changes_to_them_are_counted),
        WITH_FAKE(queries_of_the_address_space_stop_where_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
