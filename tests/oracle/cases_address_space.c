/* The address space as a whole. */
#include "tests/oracle/virtual_cases.h"

const struct log_case address_space_cases[] = {
    HOLDS(address_space_allocation_has_a_base_on_the_granularity,
          "r0 = VirtualAlloc(NULL, 1, MEM_RESERVE, PAGE_NOACCESS) -> 0x10020000\n"
          "r1 = VirtualAlloc(NULL, 4097, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"),
    VIOLATED(address_space_allocation_has_a_base_on_the_granularity,
             "r0 = VirtualAlloc(NULL, 1, MEM_RESERVE, PAGE_NOACCESS) -> 0x10001000\n"),
    HOLDS(address_space_allocation_has_a_size_of_whole_pages,
          "r0 = VirtualAlloc(NULL, 5000, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 8192, 8192, 0, 131072, "
          "0x10002000, 0, 0, 77824, 65536, 1, 0, 0)\n"),
    VIOLATED(address_space_allocation_has_a_size_of_whole_pages,
             "r0 = VirtualAlloc(NULL, 5000, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 10240, 8192, 0, 131072, "
             "0x10002000, 0, 0, 102400, 65536, 1, 0, 0)\n"),
    HOLDS(address_space_allocation_overlaps_no_other,
          "h0 = GetProcessHeap() -> 0x12008000\n"
          "r0 = VirtualAlloc(NULL, 1M, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10110000\n"
          "b0 = HeapAlloc(h0, 0, 100) -> 0x12008040\n"
          "r1 = VirtualAlloc(NULL, 1M, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "HeapFree(h0, 0, b0) -> 1\n"),
    VIOLATED(address_space_allocation_overlaps_no_other, /* a block that has no name */
             "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
             "HeapAlloc(h0, 0, 8) -> 0x10000100\n"
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    HOLDS(
        address_space_allocation_overlaps_no_other, /* the address is NULL, if not by that name */
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "r1 = VirtualAlloc(r0+0xFFFFFFFFF0000000, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x20000000\n"),
    VIOLATED(address_space_allocation_overlaps_no_other,
             "h0 = GetProcessHeap() -> 0x12009000\n"
             "r0 = VirtualAlloc(NULL, 1M, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "b0 = HeapAlloc(h0, 0, 100) -> 0x12009040\n"
             "r1 = VirtualAlloc(NULL, 1M, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    HOLDS(address_space_allocation_lies_within_the_application_addresses,
          "r0 = VirtualAlloc(0x1000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"
          "r1 = VirtualAlloc(0x7fffffff0000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"
          "r2 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r3 = VirtualAlloc(NULL, SIZE_MAX, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=8\n"),
    VIOLATED(address_space_allocation_lies_within_the_application_addresses,
             "r0 = VirtualAlloc(0x1000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    HOLDS(address_space_allocation_has_its_granule_to_itself,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r1 = VirtualAlloc(r0+8K, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    VIOLATED(address_space_allocation_has_its_granule_to_itself,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r1 = VirtualAlloc(r0+8K, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10002000\n"),
    HOLDS(address_space_failing_call_changes_no_page,
          "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 1, 12288, 8192, 0, 131072, 0x10004000, 0, 0, 94208, 65536, 1, "
          "0, 0)\n"
          "VirtualProtect(r0, 8K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 1, 12288, 8192, 0, 131072, 0x10004000, 0, 0, 94208, 65536, 1, "
          "0, 0)\n"
          "VirtualFree(r0, 16K, MEM_RELEASE) -> 0 error=87\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 1, 12288, 8192, 0, 131072, 0x10004000, 0, 0, 94208, 65536, 1, "
          "0, 0)\n"),
    VIOLATED(address_space_failing_call_changes_no_page,
             "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
             "0x10001000, 0x10000000, 1, 12288, 8192, 0, 131072, 0x10004000, 0, 0, 94208, 65536, "
             "1, 0, 0)\n"
             "VirtualProtect(r0, 8K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 2, 131072, "
             "0x10001000, 0x10000000, 1, 12288, 8192, 0, 131072, 0x10004000, 0, 0, 94208, 65536, "
             "1, 0, 0)\n"),
    HOLDS(address_space_successful_call_changes_no_page_outside_its_range,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 4096, 4, 131072, "
          "0x10004000, 0, 0, 114688, 65536, 1, 0, 0)\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 4, 4096, 4096, 2, 131072, 0x10002000, 0x10000000, 4, 8192, "
          "4096, 4, 131072, 0x10004000, 0, 0, 114688, 65536, 1, 0, 0)\n"
          "VirtualFree(r0+8K, 4K, MEM_DECOMMIT) -> 1\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 4, 4096, 4096, 2, 131072, 0x10002000, 0x10000000, 4, 4096, "
          "8192, 0, 131072, 0x10003000, 0x10000000, 4, 4096, 4096, 4, 131072, 0x10004000, 0, 0, "
          "114688, 65536, 1, 0, 0)\n"),
    VIOLATED(address_space_successful_call_changes_no_page_outside_its_range,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 4096, 4, 131072, "
             "0x10004000, 0, 0, 81920, 65536, 1, 0, 0)\n"
             "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
             "0x10001000, 0x10000000, 4, 8192, 4096, 2, 131072, 0x10003000, 0x10000000, 4, 4096, "
             "4096, 4, 131072, 0x10004000, 0, 0, 81920, 65536, 1, 0, 0)\n"),
    HOLDS(address_space_other_calls_leave_the_state_of_regions,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10100000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE|PAGE_GUARD) -> 0x10100000\n"
          "QueryRegion(r0) -> 1 values=(0x10100000, 0x10100000, 1, 4096, 4096, 260, 131072, "
          "0x10101000, 0x10100000, 1, 4096, 8192, 0, 131072, 0x10102000, 0, 0, 114688, 65536, 1, "
          "0, 0)\n"
          "h0 = HeapCreate(0, 0, 0) -> 0x10000000\n"
          "b0 = HeapAlloc(h0, 0, 100K) -> 0x10000040\n"
          "HeapDestroy(h0) -> 1\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10100000, 0x10100000, 1, 4096, 4096, 260, "
          "131072, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10100000, 0x10100000, 1, 4096, 4096, 260, 131072, "
          "0x10101000, 0x10100000, 1, 4096, 8192, 0, 131072, 0x10102000, 0, 0, 114688, 65536, 1, "
          "0, 0)\n"),
    VIOLATED(address_space_other_calls_leave_the_state_of_regions,
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10100000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE|PAGE_GUARD) -> 0x10100000\n"
             "QueryRegion(r0) -> 1 values=(0x10100000, 0x10100000, 1, 4096, 4096, 260, 131072, "
             "0x10101000, 0x10100000, 1, 4096, 8192, 0, 131072, 0x10102000, 0, 0, 81920, 65536, 1, "
             "0, 0)\n"
             "h0 = HeapCreate(0, 0, 0) -> 0x10000000\n"
             "b0 = HeapAlloc(h0, 0, 100K) -> 0x10000040\n"
             "HeapDestroy(h0) -> 1\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10100000, 0x10100000, 1, 4096, 4096, 260, "
             "131072, 0)\n"
             "QueryRegion(r0) -> 1 values=(0x10100000, 0x10100000, 1, 4096, 4096, 260, 131072, "
             "0x10101000, 0x10100000, 1, 4096, 4096, 4, 131072, 0x10102000, 0, 0, 81920, 65536, 1, "
             "0, 0)\n"),
    HOLDS(address_space_map_is_one_for_all_threads,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000 ticks=1..2\n"
          "@1 VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000 ticks=3..4\n"
          "@1 Poke(r0, 4, 9) -> 4 ticks=5..6\n"
          "Peek(r0, 4) -> 4 values=(9, 4, 9) ticks=7..8\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 1, 4096, 8192, 0, 131072, 0x10002000, 0, 0, 86016, 65536, 1, 0, "
          "0) ticks=9..10\n"
          "@1 QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 1, 4096, 8192, 0, 131072, 0x10002000, 0, 0, 86016, 65536, 1, 0, "
          "0) ticks=11..12\n"),
    VIOLATED(address_space_map_is_one_for_all_threads,
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000 ticks=1..2\n"
             "@1 VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000 ticks=3..4\n"
             "@1 Poke(r0, 4, 9) -> 4 ticks=5..6\n"
             "Peek(r0, 4) -> 4 values=(9, 4, 9) ticks=7..8\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
             "0x10001000, 0x10000000, 1, 4096, 8192, 0, 131072, 0x10002000, 0, 0, 90112, 65536, 1, "
             "0, 0) ticks=9..10\n"
             "@1 QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 65536, 4, 131072, "
             "0x10001000, 0x10000000, 1, 4096, 65536, 0, 131072, 0x10002000, 0, 0, 90112, 65536, "
             "1, 0, 0) ticks=11..12\n"),
    HOLDS(address_space_null_partition_refuses_every_access,
          "Peek(0x0, 1) -> raised 0xc0000005 flags=0 (0, 0) values=(165, 0, 165)\n"
          "Poke(0x0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0)\n"
          "Peek(0xffff, 1) -> raised 0xc0000005 flags=0 (0, 65535) values=(165, 0, 165)\n"
          "Poke(0x8000, 1, 1) -> raised 0xc0000005 flags=0 (1, 32768)\n"),
    VIOLATED(address_space_null_partition_refuses_every_access,
             "Peek(0x0, 1) -> 1 values=(0, 0, 0)\n"),
    HOLDS(address_space_upper_gap_refuses_every_access,
          "Peek(0x7fffffff0000, 1) -> raised 0xc0000005 flags=0 (0, 0x7fffffff0000) values=(165, "
          "0, 165)\n"
          "Poke(0x7fffffffffff, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x7fffffffffff)\n"),
    VIOLATED(address_space_upper_gap_refuses_every_access,
             "Peek(0x7fffffff0000, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(address_space_system_partition_refuses_every_access,
          "Peek(0xffff800000000000, 1) -> raised 0xc0000005 flags=0 (0, 0xffff800000000000) "
          "values=(165, 0, 165)\n"
          "Poke(0xfffff80000000000, 1, 1) -> raised 0xc0000005 flags=0 (1, 0xfffff80000000000)\n"),
    VIOLATED(address_space_system_partition_refuses_every_access,
             "Peek(0xffff800000000000, 1) -> 1 values=(0, 0, 0)\n"),
    LATITUDE(address_space_foreign_allocations_may_be_present,
             "r0 = VirtualAlloc(0x10000, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000\n"),
    HOLDS(address_space_map_changes_atomically,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "@1 r1 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000\n"),
    HOLDS(address_space_map_changes_atomically,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000 ticks=1..4\n"
          "@1 r1 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000 ticks=2..5\n"),
    VIOLATED(
        address_space_map_changes_atomically,
        "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000 ticks=1..4\n"
        "@1 r1 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000 ticks=2..5\n"),
};
const size_t address_space_case_count = CASE_COUNT(address_space_cases);
