/* What blocks hold, and what can be done with their bytes. */
#include "tests/oracle/heap_cases.h"

#define FAULT "raised 0xc0000005 flags=0 (1, 0x100140)"

const struct log_case heap_content_cases[] = {
    HOLDS(heap_blocks_are_readable_and_writable, HEAP B0 FILL0 "Check(b0) -> 100\n"),
    VIOLATED(heap_blocks_are_readable_and_writable, HEAP B0 "Fill(b0, 7) -> " FAULT "\n"),
    VIOLATED(heap_blocks_are_readable_and_writable, HEAP B0 FILL0 "Check(b0) -> " FAULT "\n"),
    VIOLATED(heap_blocks_are_readable_and_writable, HEAP B0 "Fill(b0, 7) -> crashed 11\n"),
    VIOLATED(heap_blocks_are_readable_and_writable,
             HEAP B0 "Peek(b0, 100) -> " FAULT " result=64 values=(0, 64, 0)\n"),
    VIOLATED(heap_blocks_are_readable_and_writable,
             HEAP B0 "Peek(b0, 0) -> " FAULT " result=0 values=(0, 0, 0)\n"),
    HOLDS(heap_blocks_keep_address_and_content, HEAP B0 FILL0 B1 "Check(b0) -> 100\n"),
    VIOLATED(heap_blocks_keep_address_and_content, HEAP B0 FILL0 B1 "Check(b0) -> 99\n"),
    VIOLATED(heap_blocks_keep_address_and_content, /* either may have done it */
             HEAP B0 FILL0 B1 FREE1 "HeapCompact(h0, 0) -> 4000\nCheck(b0) -> 99\n"),
    HOLDS(heap_free_other_blocks_keep_their_content, HEAP B0 FILL0 B1 FREE1 "Check(b0) -> 100\n"),
    VIOLATED(heap_free_other_blocks_keep_their_content, HEAP B0 FILL0 B1 FREE1 "Check(b0) -> 16\n"),
    HOLDS(heap_execution_is_refused_by_default,
          HEAP B0 "Execute(b0) -> raised 0xc0000005 flags=0 (8, 0x100100)\n"),
    VIOLATED(heap_execution_is_refused_by_default, HEAP B0 "Execute(b0) -> 1\n"),
    VIOLATED(heap_execution_is_refused_by_default,
             HEAP B0 "Execute(b0) -> raised 0xc000001d flags=0\n"),
    LATITUDE(heap_alloc_without_zero_memory_content_is_open,
             HEAP B0 "Peek(b0, 100) -> 100 values=(0, 100, 0)\n"),
};
const size_t heap_content_case_count = CASE_COUNT(heap_content_cases);
