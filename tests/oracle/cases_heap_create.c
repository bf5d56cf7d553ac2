/* GetProcessHeap, GetProcessHeaps, HeapCreate and HeapDestroy. */
#include "tests/oracle/heap_cases.h"

#define LIST1(count, values) "GetProcessHeaps(4, &out) -> " count " values=(" values ", 0)\n"
#define NONE "0xa5a5a5a5a5a5a5a5"
#define DESTROY "HeapDestroy(h0) -> 1\n"
#define MEMORY(base, size, state) base ", " base ", 4, " size ", " state ", 4, 0x20000, "
#define FREE_RUN(base, size) base ", 0, 0, " size ", 0x10000, 1, 0, "
#define ALL(runs) "QueryAll() -> 1 values=(" runs "0)\n"
#define ROUND "h0 = HeapCreate(0, 0, 0) -> 0x100000\nHeapDestroy(h0) -> 1\n"
#define ROUNDS4 ROUND ROUND ROUND ROUND
#define ROUNDS16 ROUNDS4 ROUNDS4 ROUNDS4 ROUNDS4
#define LOOK(size) ALL(MEMORY("0x10000", size, "4096"))

const struct log_case heap_create_cases[] = {
    HOLDS(process_heap_handle_is_not_null, DEFAULT),
    VIOLATED(process_heap_handle_is_not_null, "GetProcessHeap() -> 0\n"),
    HOLDS(process_heap_handle_is_the_same_for_every_caller, DEFAULT HEAP DEFAULT),
    VIOLATED(process_heap_handle_is_the_same_for_every_caller,
             DEFAULT "GetProcessHeap() -> 0x91000\n"),
    HOLDS(process_heap_handle_serves_every_heap_function,
          DEFAULT "b0 = HeapAlloc(h9, 0, 100) -> 0x90100\nHeapFree(h9, 0, b0) -> 1\n"),
    VIOLATED(process_heap_handle_serves_every_heap_function,
             DEFAULT "HeapValidate(h9, 0, NULL) -> 0\n"),
    VIOLATED(process_heap_handle_serves_every_heap_function, DEFAULT "HeapLock(h9) -> 0\n"),
    HOLDS(process_heap_handle_lives_as_long_as_the_process,
          DEFAULT HEAP DESTROY "HeapValidate(h9, 0, NULL) -> 1\n"),
    VIOLATED(process_heap_handle_lives_as_long_as_the_process,
             DEFAULT HEAP DESTROY "HeapValidate(h9, 0, NULL) -> 0\n"),
    VIOLATED(process_heap_handle_lives_as_long_as_the_process,
             DEFAULT HEAP DESTROY LIST1("1", "0x95000, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_capacity_grows_without_a_maximum,
          DEFAULT "b0 = HeapAlloc(h9, 0, 64M) -> 0x10000000\n"),
    VIOLATED(process_heap_capacity_grows_without_a_maximum,
             DEFAULT "b0 = HeapAlloc(h9, 0, 2M) -> 0 error=8\n"),
    HOLDS(process_heap_list_counts_every_live_heap,
          HEAP LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    VIOLATED(process_heap_list_counts_every_live_heap,
             HEAP LIST1("1", "0x100000, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_list_accepts_an_empty_buffer, "GetProcessHeaps(0, NULL) -> 1 values=(0)\n"),
    VIOLATED(process_heap_list_accepts_an_empty_buffer,
             "GetProcessHeaps(0, NULL) -> 0 error=87 values=(0)\n"),
    HOLDS(process_heap_list_fills_a_sufficient_buffer,
          LIST1("1", "0x90000, " NONE ", " NONE ", " NONE)),
    VIOLATED(process_heap_list_fills_a_sufficient_buffer,
             LIST1("1", "0x90000, 0x91000, " NONE ", " NONE)),
    VIOLATED(process_heap_list_fills_a_sufficient_buffer,
             LIST1("1", "0, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_list_fills_a_short_buffer_to_its_end,
          HEAP "GetProcessHeaps(1, &out) -> 2 values=(0x90000, 0)\n"),
    VIOLATED(process_heap_list_fills_a_short_buffer_to_its_end,
             HEAP "GetProcessHeaps(1, &out) -> 2 values=(" NONE ", 0)\n"),
    VIOLATED(process_heap_list_fills_a_short_buffer_to_its_end,
             HEAP "GetProcessHeaps(1, &out) -> 2 values=(0x90000, 8)\n"),
    HOLDS(process_heap_list_count_ignores_the_buffer_size,
          HEAP "GetProcessHeaps(1, &out) -> 2 values=(0x90000, 0)\n"),
    VIOLATED(process_heap_list_count_ignores_the_buffer_size,
             HEAP "GetProcessHeaps(1, &out) -> 1 values=(0x90000, 0)\n"),
    HOLDS(process_heap_list_holds_the_default_heap,
          DEFAULT LIST1("1", "0x90000, " NONE ", " NONE ", " NONE)),
    VIOLATED(process_heap_list_holds_the_default_heap,
             DEFAULT LIST1("1", "0x91000, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_list_holds_every_private_heap,
          HEAP LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    VIOLATED(process_heap_list_holds_every_private_heap,
             HEAP LIST1("2", "0x90000, 0x200000, " NONE ", " NONE)),
    HOLDS(process_heap_list_handles_are_distinct, LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    VIOLATED(process_heap_list_handles_are_distinct,
             LIST1("2", "0x90000, 0x90000, " NONE ", " NONE)),
    HOLDS(process_heap_list_omits_a_destroyed_heap,
          DEFAULT HEAP DESTROY LIST1("1", "0x90000, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_list_handles_are_distinct, /* a heap without a name may have the handle */
          DEFAULT HEAP DESTROY
          "HeapCreate(0, 0, 0) -> 0x100000\n" LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    HOLDS(process_heap_list_fills_a_sufficient_buffer, /* the default heap may have the handle */
          HEAP DESTROY LIST1("1", "0x100000, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_list_holds_every_private_heap,
          HEAP DESTROY HEAP LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    VIOLATED(process_heap_list_omits_a_destroyed_heap,
             DEFAULT HEAP DESTROY LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    HOLDS(process_heap_list_count_follows_create_and_destroy,
          "GetProcessHeaps(0, NULL) -> 3 values=(0)\n" HEAP
          "GetProcessHeaps(0, NULL) -> 4 values=(0)\n" DESTROY
          "GetProcessHeaps(0, NULL) -> 3 values=(0)\n"),
    VIOLATED(process_heap_list_count_follows_create_and_destroy,
             "GetProcessHeaps(0, NULL) -> 3 values=(0)\n" HEAP DESTROY
             "GetProcessHeaps(0, NULL) -> 4 values=(0)\n"),
    LATITUDE(process_heap_list_may_hold_foreign_heaps,
             LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    LATITUDE(process_heap_list_order_is_open,
             DEFAULT LIST1("1", "0x90000, " NONE ", " NONE ", " NONE)),
    HOLDS(process_heap_list_starts_with_the_default_heap,
          DEFAULT HEAP LIST1("2", "0x90000, 0x100000, " NONE ", " NONE)),
    VIOLATED(process_heap_list_starts_with_the_default_heap,
             DEFAULT HEAP LIST1("2", "0x100000, 0x90000, " NONE ", " NONE)),
    HOLDS(process_heap_list_keeps_creation_order,
          DEFAULT HEAP SECOND_HEAP LIST1("3", "0x90000, 0x100000, 0x8100000, " NONE)),
    VIOLATED(process_heap_list_keeps_creation_order,
             DEFAULT HEAP SECOND_HEAP LIST1("3", "0x90000, 0x8100000, 0x100000, " NONE)),

    HOLDS(heap_create_success_returns_a_new_handle, HEAP SECOND_HEAP),
    VIOLATED(heap_create_success_returns_a_new_handle,
             HEAP "h1 = HeapCreate(0, 0, 0) -> 0x100000\n"),
    HOLDS(heap_create_failure_returns_null_and_raises_nothing,
          "HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0x1000000000000, 0) -> 0 error=8\n"),
    VIOLATED(heap_create_failure_returns_null_and_raises_nothing,
             "HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0x1000000000000, 0) -> raised 0xc0000017 "
             "flags=0\n"),
    HOLDS(heap_create_options_every_combination_is_accepted,
          "h0 = HeapCreate(HEAP_NO_SERIALIZE|HEAP_GENERATE_EXCEPTIONS|HEAP_CREATE_ENABLE_EXECUTE, "
          "4K, 1M) -> 0x100000\n"),
    VIOLATED(heap_create_options_every_combination_is_accepted,
             "HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0) -> 0 error=87\n"),
    HOLDS(heap_create_generate_exceptions_concerns_allocation_alone,
          RAISING_HEAP "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 2, NULL) -> 0 "
                       "error=122 values=(0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(heap_create_generate_exceptions_concerns_allocation_alone,
             RAISING_HEAP "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 2, NULL) "
                          "-> raised 0xc0000017 flags=0\n"),
    HOLDS(heap_create_initial_size_is_committed,
          "h0 = HeapCreate(0, 5000, 0) -> 0x100000\n" WALK(
              "0x100000, 64, 0, 0, 1, 8192, 0, 0x100040, 0x200000, ")),
    HOLDS(heap_walk_start_null_data_begins, /* not all regions tell: nothing is judged */
          "h0 = HeapCreate(0, 5000, 0) -> 0x100000\n" B0 WALK(
              "0x100000, 64, 0, 0, 1, 0, 0, 0x100040, 0x200000, " BUSY0)),
    VIOLATED(heap_create_initial_size_is_committed,
             "h0 = HeapCreate(0, 5000, 0) -> 0x100000\n" WALK(
                 "0x100000, 64, 0, 0, 1, 4096, 0, 0x100040, 0x200000, ")),
    HOLDS(heap_create_initial_size_is_assured,
          "h0 = HeapCreate(0, 1M, 2M) -> 0x100000\nb0 = HeapAlloc(h0, 0, 500000) -> 0x100100\n"),
    VIOLATED(heap_create_initial_size_is_assured,
             "h0 = HeapCreate(0, 1M, 2M) -> 0x100000\nHeapAlloc(h0, 0, 500000) -> 0 error=8\n"),
    HOLDS(heap_create_initial_size_is_free_without_a_maximum,
          "h0 = HeapCreate(0, 64M, 0) -> 0x100000\n"),
    VIOLATED(heap_create_initial_size_is_free_without_a_maximum,
             "HeapCreate(0, 64M, 0) -> 0 error=8\n"),
    HOLDS(heap_create_initial_size_of_an_impossible_amount_fails,
          "HeapCreate(0, 0x1000000000000, 0) -> 0 error=8\n"),
    VIOLATED(heap_create_initial_size_of_an_impossible_amount_fails,
             "HeapCreate(0, 0x1000000000000, 0) -> 0x100000\n"),
    LATITUDE(heap_create_initial_size_not_below_the_maximum_is_open,
             "HeapCreate(0, 2M, 1M) -> 0 error=87\n"),
    HOLDS(heap_create_initial_size_equal_to_the_maximum_is_accepted,
          "h0 = HeapCreate(0, 1M, 1M) -> 0x100000\n"),
    VIOLATED(heap_create_initial_size_equal_to_the_maximum_is_accepted,
             "HeapCreate(0, 1M, 1M) -> 0 error=87\n"),
    HOLDS(heap_create_maximum_size_of_an_impossible_amount_fails,
          "HeapCreate(0, 0, 0x1000000000000) -> 0 error=8\n"),
    VIOLATED(heap_create_maximum_size_of_an_impossible_amount_fails,
             "HeapCreate(0, 0, SIZE_MAX-4095) -> 0x100000\n"),
    LATITUDE(heap_create_maximum_size_within_a_page_of_the_largest_is_open,
             "HeapCreate(0, 0, SIZE_MAX) -> 0 error=8\n"),
    HOLDS(heap_create_fixed_heap_never_exceeds_its_maximum,
          "h0 = HeapCreate(0, 0, 64K) -> 0x100000\nHeapAlloc(h0, 0, 65537) -> 0 error=8\n"),
    VIOLATED(heap_create_fixed_heap_never_exceeds_its_maximum,
             "h0 = HeapCreate(0, 0, 64K) -> 0x100000\nb0 = HeapAlloc(h0, 0, 40000) -> 0x100100\n"
             "b1 = HeapAlloc(h0, 0, 40000) -> 0x110000\n"),
    VIOLATED(heap_create_fixed_heap_never_exceeds_its_maximum,
             "h0 = HeapCreate(0, 0, 64K) -> 0x100000\nb0 = HeapAlloc(h0, 0, 40000) -> 0x100100\n"
             "b0 = HeapReAlloc(h0, 0, b0, 70000) -> 0x110000\n"),
    HOLDS(heap_create_fixed_heap_commits_up_to_its_maximum, FIXED B0),
    VIOLATED(heap_create_fixed_heap_commits_up_to_its_maximum,
             FIXED "HeapAlloc(h0, 0, 4K) -> 0 error=8\n"),
    LATITUDE(heap_create_fixed_heap_overhead_comes_out_of_the_maximum,
             "h0 = HeapCreate(0, 0, 64K) -> 0x100000\nHeapAlloc(h0, 0, 65000) -> 0 error=8\n"),
    HOLDS(heap_create_growable_heap_grows_beyond_its_initial_size, HEAP B0),
    VIOLATED(heap_create_growable_heap_grows_beyond_its_initial_size,
             HEAP "HeapAlloc(h0, 0, 64K) -> 0 error=8\n"),
    HOLDS(heap_create_growable_heap_serves_large_blocks,
          HEAP "b0 = HeapAlloc(h0, 0, 64M) -> 0x10000000\n"),
    VIOLATED(heap_create_growable_heap_serves_large_blocks,
             HEAP "HeapAlloc(h0, 0, 64M) -> 0 error=8\n"),
    HOLDS(heap_create_executable_heap_runs_every_block,
          "h0 = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0) -> 0x100000\n" B0
          "Execute(b0) -> 1\n"),
    VIOLATED(heap_create_executable_heap_runs_every_block,
             "h0 = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0) -> 0x100000\n" B0
             "Execute(b0) -> raised 0xc0000005 flags=0 (8, 0x100100)\n"),
    HOLDS(heap_create_many_heaps_coexist, HEAP SECOND_HEAP),
    VIOLATED(heap_create_many_heaps_coexist, HEAP "HeapCreate(0, 0, 0) -> 0 error=8\n"),
    LATITUDE(heap_create_memory_may_be_scattered, HEAP B0 WALK(REGION BUSY0)),

    HOLDS(heap_destroy_live_heap_succeeds, HEAP DESTROY),
    VIOLATED(heap_destroy_live_heap_succeeds, HEAP "HeapDestroy(h0) -> 0 error=6\n"),
    HOLDS(heap_destroy_live_blocks_do_not_prevent_it, HEAP B0 DESTROY),
    VIOLATED(heap_destroy_live_blocks_do_not_prevent_it, HEAP B0 "HeapDestroy(h0) -> 0 error=6\n"),
    HOLDS(heap_destroy_pages_are_released, HEAP B0 DESTROY ALL(FREE_RUN("0x10000", "0x1000000"))),
    VIOLATED(
        heap_destroy_pages_are_released,
        HEAP B0 DESTROY ALL(FREE_RUN("0x10000", "0xf0000") MEMORY("0x100000", "0x1000", "4096"))),
    VIOLATED(heap_destroy_pages_are_released,
             HEAP "b0 = HeapAlloc(h0, 0, 64K) -> 0x100100\n" DESTROY ALL(
                 FREE_RUN("0x10000", "0xf1000") MEMORY("0x101000", "0x10000", "8192"))),
    VIOLATED(
        heap_destroy_pages_are_released, HEAP B0 DESTROY
        "VirtualQuery(b0, &out, 48) -> 48 values=(" MEMORY("0x100000", "0x1000", "4096") "0)\n"),
    VIOLATED(heap_destroy_pages_are_released, "h9 = GetProcessHeap() -> 0x900000\n" HEAP B0 DESTROY
                                              "GetProcessHeaps(0, NULL) -> 1 values=(0)\n"
                                              "VirtualQuery(b0, &out, 48) -> 48 values=(" MEMORY(
                                                  "0x100000", "0x1000", "4096") "0)\n"),
    VIOLATED(heap_destroy_pages_are_released, /* another heap has a block below */
             HEAP SECOND_HEAP B0 "b9 = HeapAlloc(h1, 0, 16) -> 0x20000\n" DESTROY ALL(
                 FREE_RUN("0x10000", "0xf0000") MEMORY("0x100000", "0x1000", "4096"))),
    VIOLATED(heap_alignment_is_sixteen_bytes, /* at the end of everything, where looks end */
             HEAP SECOND_HEAP B0 "b9 = HeapAlloc(h1, 0, 16) -> 0xffffffffffffffff\n" DESTROY ALL(
                 FREE_RUN("0x10000", "0x1000000"))),
    HOLDS(heap_destroy_repetition_does_not_accumulate,
          LOOK("0x100000") ROUNDS16 LOOK("0x900000") ROUNDS16 LOOK("0x900000")),
    VIOLATED(heap_destroy_repetition_does_not_accumulate,
             LOOK("0x100000") ROUNDS16 LOOK("0x200000") ROUNDS16 LOOK("0x300000")),
    VIOLATED(heap_destroy_repetition_does_not_accumulate, /* beside a heap that nobody uses */
             SECOND_HEAP LOOK("0x100000") ROUNDS16 LOOK("0x200000") ROUNDS16 LOOK("0x300000")),
    HOLDS(heap_destroy_other_heaps_keep_their_blocks,
          HEAP SECOND_HEAP B0 FILL0 "HeapDestroy(h1) -> 1\nCheck(b0) -> 100\n"),
    VIOLATED(heap_destroy_other_heaps_keep_their_blocks,
             HEAP SECOND_HEAP B0 FILL0 "HeapDestroy(h1) -> 1\nCheck(b0) -> 8\n"),
    VIOLATED(heap_destroy_other_heaps_keep_their_blocks,
             HEAP SECOND_HEAP "HeapValidate(h0, 0, NULL) -> 1\nHeapDestroy(h1) -> 1\n"
                              "HeapValidate(h0, 0, NULL) -> 0\n"),
};
const size_t heap_create_case_count = CASE_COUNT(heap_create_cases);
