/* HeapReAlloc. */
#include "tests/oracle/heap_cases.h"

#define GROW "b0 = HeapReAlloc(h0, 0, b0, 200) -> 0x100400\n"
#define SHRINK "b0 = HeapReAlloc(h0, 0, b0, 50) -> 0x100100\n"
#define REFUSED "HeapReAlloc(h0, 0, b0, 0x1000000000000) -> 0 error=8\n"
#define IN_PLACE "HeapReAlloc(h0, HEAP_REALLOC_IN_PLACE_ONLY, b0, 200) -> "
#define RAISED_NO_MEMORY "raised 0xc0000017 flags=0\n"

const struct log_case heap_realloc_cases[] = {
    HOLDS(heap_realloc_content_is_preserved_up_to_the_smaller_size,
          HEAP B0 FILL0 GROW "Check(b0) -> 100\n"),
    HOLDS(heap_realloc_content_is_preserved_up_to_the_smaller_size,
          HEAP B0 FILL0 SHRINK "Check(b0) -> 50\n"),
    VIOLATED(heap_realloc_content_is_preserved_up_to_the_smaller_size,
             HEAP B0 FILL0 GROW "Check(b0) -> 96\n"),
    LATITUDE(heap_realloc_success_may_move_the_block, HEAP B0 GROW),
    HOLDS(heap_realloc_moved_block_replaces_the_old_one,
          HEAP B0 GROW WALK(REGION "0x100400, 200, 0, 0, 4, 0, 0, 0, 0, ")),
    VIOLATED(heap_realloc_moved_block_replaces_the_old_one,
             HEAP B0 GROW WALK(REGION BUSY0 "0x100400, 200, 0, 0, 4, 0, 0, 0, 0, ")),
    HOLDS(heap_walk_live_block_is_reported_once, /* the heap may have taken the old block itself */
          HEAP B0 GROW B1 WALK(REGION "0x100100, 256, 0, 0, 4, 0, 0, 0, 0, " BUSY1
                                      "0x100400, 200, 0, 0, 4, 0, 0, 0, 0, ")),
    HOLDS(heap_realloc_other_blocks_never_move,
          HEAP B0 B1 "Fill(b1, 3) -> 0\n" GROW "Check(b1) -> 100\n"),
    VIOLATED(heap_realloc_other_blocks_never_move,
             HEAP B0 B1 "Fill(b1, 3) -> 0\n" GROW "Check(b1) -> 0\n"),
    HOLDS(heap_realloc_in_place_only_never_moves, HEAP B0 "b0 = " IN_PLACE "0x100100\n"),
    VIOLATED(heap_realloc_in_place_only_never_moves, HEAP B0 "b0 = " IN_PLACE "0x100400\n"),
    HOLDS(heap_realloc_in_place_only_refusal_changes_nothing,
          HEAP B0 FILL0 IN_PLACE "0 error=8\nHeapSize(h0, 0, b0) -> 100\nCheck(b0) -> 100\n"),
    VIOLATED(heap_realloc_in_place_only_refusal_changes_nothing,
             HEAP B0 FILL0 IN_PLACE "0 error=8\nHeapSize(h0, 0, b0) -> 200\n"),
    VIOLATED(heap_realloc_in_place_only_refusal_changes_nothing,
             HEAP B0 FILL0 IN_PLACE "0 error=8\nCheck(b0) -> 16\n"),
    VIOLATED(heap_realloc_in_place_only_refusal_changes_nothing,
             HEAP B0 FILL0 IN_PLACE "0 error=8\nHeapValidate(h0, 0, b0) -> 0\n"),
    LATITUDE(heap_realloc_in_place_only_may_fail, HEAP B0 IN_PLACE "0 error=8\n"),
    HOLDS(heap_realloc_zero_memory_zeroes_the_growth,
          HEAP B0 "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 200) -> 0x100400\n"
                  "Zeroed(b0) -> 100\n"),
    VIOLATED(heap_realloc_zero_memory_zeroes_the_growth,
             HEAP B0 "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 200) -> 0x100400\n"
                     "Zeroed(b0) -> 12\n"),
    HOLDS(heap_realloc_zero_memory_zeroes_what_an_earlier_shrink_left,
          HEAP B0 SHRINK "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 90) -> 0x100100\n"
                         "Zeroed(b0) -> 40\n"),
    VIOLATED(heap_realloc_zero_memory_zeroes_what_an_earlier_shrink_left,
             HEAP B0 SHRINK "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 90) -> 0x100100\n"
                            "Zeroed(b0) -> 0\n"),
    HOLDS(heap_realloc_zero_memory_keeps_the_old_content,
          HEAP B0 FILL0 "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 200) -> 0x100400\n"
                        "Check(b0) -> 100\n"),
    VIOLATED(heap_realloc_zero_memory_keeps_the_old_content,
             HEAP B0 FILL0 "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 200) -> 0x100400\n"
                           "Check(b0) -> 0\n"),
    LATITUDE(heap_realloc_growth_content_of_new_bytes_is_open,
             HEAP B0 FILL0 GROW "Peek(b0+100, 8) -> 8 values=(0, 8, 0)\n"),
    HOLDS(heap_realloc_failure_returns_null_and_raises_nothing, HEAP B0 REFUSED),
    VIOLATED(heap_realloc_failure_returns_null_and_raises_nothing,
             HEAP B0 "HeapReAlloc(h0, 0, b0, 0x1000000000000) -> " RAISED_NO_MEMORY),
    HOLDS(heap_realloc_failure_keeps_the_block,
          HEAP B0 FILL0 REFUSED "HeapSize(h0, 0, b0) -> 100\nCheck(b0) -> 100\n" FREE0),
    VIOLATED(heap_realloc_failure_keeps_the_block,
             HEAP B0 FILL0 REFUSED "HeapSize(h0, 0, b0) -> 0\n"),
    VIOLATED(heap_realloc_failure_keeps_the_block, HEAP B0 FILL0 REFUSED "Check(b0) -> 0\n"),
    VIOLATED(heap_realloc_failure_keeps_the_block, HEAP B0 REFUSED "HeapFree(h0, 0, b0) -> 0\n"),
    LATITUDE(heap_realloc_failure_last_error_is_open, HEAP B0 REFUSED),
    HOLDS(heap_realloc_failure_sets_not_enough_memory, HEAP B0 REFUSED),
    VIOLATED(heap_realloc_failure_sets_not_enough_memory,
             HEAP B0 "HeapReAlloc(h0, 0, b0, 0x1000000000000) -> 0 error=87\n"),
    HOLDS(heap_realloc_generate_exceptions_raises_on_failure,
          HEAP B0 "HeapReAlloc(h0, HEAP_GENERATE_EXCEPTIONS, b0, SIZE_MAX) -> " RAISED_NO_MEMORY),
    VIOLATED(heap_realloc_generate_exceptions_raises_on_failure,
             HEAP B0 "HeapReAlloc(h0, HEAP_GENERATE_EXCEPTIONS, b0, SIZE_MAX) -> 0 error=8\n"),
    HOLDS(heap_realloc_generate_exceptions_creation_option_suffices,
          RAISING_HEAP B0 "HeapReAlloc(h0, 0, b0, SIZE_MAX) -> " RAISED_NO_MEMORY),
    VIOLATED(heap_realloc_generate_exceptions_creation_option_suffices,
             RAISING_HEAP B0 "HeapReAlloc(h0, 0, b0, SIZE_MAX) -> 0 error=8\n"),
    HOLDS(heap_realloc_generate_exceptions_lack_of_memory_is_status_no_memory,
          RAISING_HEAP B0 "HeapReAlloc(h0, 0, b0, SIZE_MAX) -> " RAISED_NO_MEMORY),
    VIOLATED(heap_realloc_generate_exceptions_lack_of_memory_is_status_no_memory,
             RAISING_HEAP B0 "HeapReAlloc(h0, 0, b0, SIZE_MAX) -> raised 0xc0000005 flags=0\n"),
    HOLDS(heap_realloc_generate_exceptions_keeps_the_block,
          RAISING_HEAP B0 FILL0 "HeapReAlloc(h0, 0, b0, SIZE_MAX) -> " RAISED_NO_MEMORY
                                "Check(b0) -> 100\nHeapSize(h0, 0, b0) -> 100\n"),
    VIOLATED(heap_realloc_generate_exceptions_keeps_the_block, RAISING_HEAP B0 FILL0
             "HeapReAlloc(h0, 0, b0, SIZE_MAX) -> " RAISED_NO_MEMORY "Check(b0) -> 0\n"),
    HOLDS(heap_realloc_growable_heap_serves_large_blocks,
          HEAP B0 "b0 = HeapReAlloc(h0, 0, b0, 64M) -> 0x10000000\n"),
    VIOLATED(heap_realloc_growable_heap_serves_large_blocks,
             HEAP B0 "HeapReAlloc(h0, 0, b0, 64M) -> 0 error=8\n"),
    HOLDS(heap_realloc_fixed_heap_refuses_a_megabyte,
          FIXED B0 "HeapReAlloc(h0, 0, b0, 1M) -> 0 error=8\n"),
    VIOLATED(heap_realloc_fixed_heap_refuses_a_megabyte,
             FIXED B0 "b0 = HeapReAlloc(h0, 0, b0, 1M) -> 0x200000\n"),
    LATITUDE(heap_realloc_fixed_heap_sizes_between_the_two_limits_are_open,
             FIXED B0 "HeapReAlloc(h0, 0, b0, 0xfffff) -> 0 error=8\n"),
    HOLDS(heap_realloc_unsatisfiable_size_fails, HEAP B0 REFUSED),
    VIOLATED(heap_realloc_unsatisfiable_size_fails,
             HEAP B0 "b0 = HeapReAlloc(h0, 0, b0, SIZE_MAX-15) -> 0x100100\n"),
    LATITUDE(heap_realloc_null_block_outcome_is_open,
             HEAP "HeapReAlloc(h0, 0, NULL, 100) -> 0 error=8\n"),
    HOLDS(heap_realloc_null_block_returns_null,
          HEAP "HeapReAlloc(h0, 0, NULL, 100) -> 0 error=8\n"),
    VIOLATED(heap_realloc_null_block_returns_null,
             HEAP "b0 = HeapReAlloc(h0, 0, NULL, 100) -> 0x100100\n"),
    LATITUDE(heap_realloc_zero_bytes_outcome_is_open,
             HEAP B0 "b0 = HeapReAlloc(h0, 0, b0, 0) -> 0x100100\n"),
    HOLDS(heap_realloc_zero_bytes_keeps_the_block,
          HEAP B0 "b0 = HeapReAlloc(h0, 0, b0, 0) -> 0x100100\nHeapSize(h0, 0, b0) -> 0\n"),
    VIOLATED(heap_realloc_zero_bytes_keeps_the_block,
             HEAP B0 "HeapReAlloc(h0, 0, b0, 0) -> 0 error=8\n"),
    HOLDS(heap_realloc_flags_combine_freely,
          HEAP B0 "b0 = HeapReAlloc(h0, HEAP_GENERATE_EXCEPTIONS|HEAP_ZERO_MEMORY, b0, 200) -> "
                  "0x100400\nZeroed(b0) -> 100\n"),
    VIOLATED(heap_realloc_flags_combine_freely,
             HEAP B0 "b0 = HeapReAlloc(h0, HEAP_NO_SERIALIZE|HEAP_ZERO_MEMORY, b0, 200) -> "
                     "0x100400\nZeroed(b0) -> 0\n"),
    HOLDS(heap_realloc_result_can_be_freed, HEAP B0 GROW FREE0),
    VIOLATED(heap_realloc_result_can_be_freed, HEAP B0 GROW "HeapFree(h0, 0, b0) -> 0\n"),
};
const size_t heap_realloc_case_count = CASE_COUNT(heap_realloc_cases);
