/* VirtualAlloc. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_alloc_cases[] = {
    HOLDS(virtual_alloc_result_is_the_granule_of_the_address_reserved,
          "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "r1 = VirtualAlloc(r0+70000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000\n"),
    VIOLATED(virtual_alloc_result_is_the_granule_of_the_address_reserved,
             "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "r1 = VirtualAlloc(r0+70000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10011170\n"),
    HOLDS(virtual_alloc_result_is_the_page_of_the_address_committed,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r1 = VirtualAlloc(r0+5000, 1, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"),
    VIOLATED(virtual_alloc_result_is_the_page_of_the_address_committed,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r1 = VirtualAlloc(r0+5000, 1, MEM_COMMIT, PAGE_READWRITE) -> 0x10001388\n"),
    HOLDS(virtual_alloc_size_rounds_up_to_whole_pages,
          "r0 = VirtualAlloc(NULL, 8, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
          "0x10001000, 0, 0, 90112, 65536, 1, 0, 0)\n"),
    VIOLATED(
        virtual_alloc_size_rounds_up_to_whole_pages,
        "r0 = VirtualAlloc(NULL, 8, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 65536, 4096, 4, 131072, 0)\n"),
    HOLDS(virtual_alloc_size_includes_every_touched_page,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+4095, 2, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 8192, 4096, 4, 131072, "
          "0x10002000, 0x10000000, 1, 57344, 8192, 0, 131072, 0)\n"),
    VIOLATED(virtual_alloc_size_includes_every_touched_page,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+4095, 2, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
             "0x10001000, 0x10000000, 1, 61440, 8192, 0, 131072, 0)\n"),
    HOLDS(virtual_alloc_size_beyond_the_address_space_is_named,
          "r0 = VirtualAlloc(NULL, 0x1000000000000, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=8\n"),
    VIOLATED(
        virtual_alloc_size_beyond_the_address_space_is_named,
        "r0 = VirtualAlloc(NULL, 0x1000000000000, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    HOLDS(virtual_alloc_size_zero_is_an_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"),
    VIOLATED(virtual_alloc_size_zero_is_an_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    HOLDS(virtual_alloc_address_below_the_granularity_is_an_invalid_parameter,
          "r0 = VirtualAlloc(0x1000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"),
    VIOLATED(virtual_alloc_address_below_the_granularity_is_an_invalid_parameter,
             "r0 = VirtualAlloc(0x1000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    HOLDS(
        virtual_alloc_address_above_the_maximum_is_an_invalid_parameter,
        "r0 = VirtualAlloc(0x7fffffff0000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"
        "r1 = VirtualAlloc(0xffff800000000000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"),
    VIOLATED(
        virtual_alloc_address_above_the_maximum_is_an_invalid_parameter,
        "r0 = VirtualAlloc(0x7fffffff0000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    LATITUDE(virtual_alloc_system_choice_may_be_any_free_range,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    HOLDS(virtual_alloc_type_needs_an_operation,
          "r0 = VirtualAlloc(NULL, 4K, 0, PAGE_READWRITE) -> 0x0 error=87\n"
          "r0 = VirtualAlloc(NULL, 4K, MEM_TOP_DOWN, PAGE_READWRITE) -> 0x0 error=87\n"),
    VIOLATED(virtual_alloc_type_needs_an_operation,
             "r0 = VirtualAlloc(NULL, 4K, 0, PAGE_READWRITE) -> 0x10000000\n"),
    HOLDS(virtual_alloc_type_refuses_reset_with_another_flag,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT|MEM_RESET, PAGE_READWRITE) -> 0x0 error=87\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT|MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=87\n"),
    VIOLATED(virtual_alloc_type_refuses_reset_with_another_flag,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT|MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"),
    HOLDS(virtual_alloc_type_refuses_write_watch_without_reserve,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_WRITE_WATCH, PAGE_READWRITE) -> 0x0 "
          "error=87\n"),
    VIOLATED(
        virtual_alloc_type_refuses_write_watch_without_reserve,
        "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_WRITE_WATCH, PAGE_READWRITE) -> 0x10000000\n"),
    HOLDS(virtual_alloc_type_refuses_physical_with_commit,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE|MEM_PHYSICAL, PAGE_READWRITE) -> 0x0 "
          "error=87\n"),
    VIOLATED(virtual_alloc_type_refuses_physical_with_commit,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE|MEM_PHYSICAL, PAGE_READWRITE) -> "
             "0x10000000\n"),
    HOLDS(virtual_alloc_type_refuses_large_pages_without_reserve_and_commit,
          "r0 = VirtualAlloc(NULL, 2M, MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) -> 0x0 "
          "error=87\n"),
    VIOLATED(
        virtual_alloc_type_refuses_large_pages_without_reserve_and_commit,
        "r0 = VirtualAlloc(NULL, 2M, MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) -> 0x10000000\n"),
    HOLDS(virtual_alloc_type_reports_a_bad_one_as_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 4K, 0, PAGE_READWRITE) -> 0x0 error=87\n"
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|0x2, PAGE_READWRITE) -> 0x0 error=87\n"),
    VIOLATED(virtual_alloc_type_reports_a_bad_one_as_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 4K, 0, PAGE_READWRITE) -> 0x0 error=50\n"),
    HOLDS(virtual_alloc_reserve_makes_every_page_reserved,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 65536, 8192, 0, 131072, 0)\n"),
    VIOLATED(virtual_alloc_reserve_makes_every_page_reserved,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
             "0x10001000, 0x10000000, 4, 61440, 8192, 0, 131072, 0)\n"),
    HOLDS(virtual_alloc_reserve_refuses_a_page_in_use,
          "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r1 = VirtualAlloc(r0+64K, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    VIOLATED(virtual_alloc_reserve_refuses_a_page_in_use,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r1 = VirtualAlloc(r0+64K, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    HOLDS(virtual_alloc_reserve_reports_a_page_in_use_as_invalid_address,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r1 = VirtualAlloc(r0, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x0 error=487\n"),
    VIOLATED(virtual_alloc_reserve_reports_a_page_in_use_as_invalid_address,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r1 = VirtualAlloc(r0, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x0 error=5\n"),
    HOLDS(virtual_alloc_reserve_includes_the_slack_below_its_address,
          "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "r1 = VirtualAlloc(r0+12K, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r1) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 4096, 4, 131072, "
          "0x10004000, 0, 0, 286720, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_alloc_reserve_includes_the_slack_below_its_address,
             "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "r1 = VirtualAlloc(r0+12K, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "QueryRegion(r1) -> 1 values=(0x10000000, 0x10000000, 4, 12288, 8192, 0, 131072, "
             "0x10003000, 0x10000000, 4, 4096, 4096, 4, 131072, 0x10004000, 0, 0, 258048, 65536, "
             "1, 0, 0)\n"),
    HOLDS(virtual_alloc_reserve_checks_its_protection,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, 0) -> 0x0 error=87\n"),
    VIOLATED(virtual_alloc_reserve_checks_its_protection,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, 0) -> 0x10000000\n"),
    HOLDS(virtual_alloc_reserve_and_commit_commits_the_whole_allocation,
          "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 2, 65536, 4096, 2, 131072, 0)\n"),
    VIOLATED(virtual_alloc_reserve_and_commit_commits_the_whole_allocation,
             "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 2, 61440, 4096, 2, 131072, "
             "0x1000f000, 0x10000000, 2, 4096, 8192, 0, 131072, 0)\n"),
    HOLDS(virtual_alloc_commit_makes_every_touched_page_committed,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+32K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10008000\n"
          "VirtualAlloc(r0+8K, 8K, MEM_COMMIT, PAGE_READWRITE) -> 0x10002000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 8192, 8192, 0, 131072, "
          "0x10002000, 0x10000000, 1, 8192, 4096, 4, 131072, 0x10004000, 0x10000000, 1, 16384, "
          "8192, 0, 131072, 0x10008000, 0x10000000, 1, 4096, 4096, 4, 131072, 0x10009000, "
          "0x10000000, 1, 28672, 8192, 0, 131072, 0)\n"),
    VIOLATED(virtual_alloc_commit_makes_every_touched_page_committed,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+32K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10008000\n"
             "VirtualAlloc(r0+8K, 8K, MEM_COMMIT, PAGE_READWRITE) -> 0x10002000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 8192, 8192, 0, 131072, "
             "0x10002000, 0x10000000, 1, 4096, 4096, 4, 131072, 0x10003000, 0x10000000, 1, 53248, "
             "8192, 0, 131072, 0)\n"),
    HOLDS(virtual_alloc_commit_gives_the_pages_its_protection,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READONLY) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_EXECUTE_READ) -> 0x10001000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 2, 131072, "
          "0x10001000, 0x10000000, 1, 4096, 4096, 32, 131072, 0x10002000, 0x10000000, 1, 57344, "
          "8192, 0, 131072, 0)\n"),
    VIOLATED(virtual_alloc_commit_gives_the_pages_its_protection,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READONLY) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_EXECUTE_READ) -> 0x10001000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 8192, 4096, 1, 131072, "
             "0x10002000, 0x10000000, 1, 57344, 8192, 0, 131072, 0)\n"),
    HOLDS(virtual_alloc_commit_accepts_committed_pages,
          "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
          "VirtualAlloc(r0, 16K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"),
    VIOLATED(virtual_alloc_commit_accepts_committed_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
             "VirtualAlloc(r0, 16K, MEM_COMMIT, PAGE_READWRITE) -> 0x0 error=487\n"),
    HOLDS(virtual_alloc_commit_refuses_a_range_not_reserved,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+8K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x0 error=487\n"),
    VIOLATED(virtual_alloc_commit_refuses_a_range_not_reserved,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+8K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10002000\n"),
    HOLDS(virtual_alloc_commit_refuses_a_range_across_allocations,
          "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "r1 = VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r2 = VirtualAlloc(r0+64K, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000\n"
          "VirtualAlloc(r1+60K, 8K, MEM_COMMIT, PAGE_READWRITE) -> 0x0 error=487\n"),
    VIOLATED(virtual_alloc_commit_refuses_a_range_across_allocations,
             "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "r1 = VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r2 = VirtualAlloc(r0+64K, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000\n"
             "VirtualAlloc(r1+60K, 8K, MEM_COMMIT, PAGE_READWRITE) -> 0x1000f000\n"),
    HOLDS(virtual_alloc_commit_without_an_address_reserves_too,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
          "0x10001000, 0, 0, 73728, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_alloc_commit_without_an_address_reserves_too,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_TOP_DOWN, PAGE_READWRITE) -> 0x10000000\n"),
    VIOLATED(virtual_alloc_commit_without_an_address_reserves_too,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x0 error=87\n"),
    HOLDS(virtual_alloc_commit_changes_the_protection_of_committed_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READONLY) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 2, 131072, "
          "0x10001000, 0x10000000, 4, 4096, 4096, 4, 131072, 0x10002000, 0, 0, 90112, 65536, 1, 0, "
          "0)\n"),
    VIOLATED(virtual_alloc_commit_changes_the_protection_of_committed_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READONLY) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
             "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_alloc_commit_keeps_the_content_of_committed_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 4K, 6) -> 4096\n"
          "VirtualAlloc(r0, 8K, MEM_COMMIT, PAGE_READONLY) -> 0x10000000\n"
          "Peek(r0, 4K) -> 4096 values=(6, 4096, 6)\n"),
    VIOLATED(virtual_alloc_commit_keeps_the_content_of_committed_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 4K, 6) -> 4096\n"
             "VirtualAlloc(r0, 8K, MEM_COMMIT, PAGE_READONLY) -> 0x10000000\n"
             "Peek(r0, 4K) -> 4096 values=(0, 4096, 0)\n"),
    HOLDS(virtual_alloc_protection_accepts_every_private_constant,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS) -> 0x100a0000\n"
          "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_GUARD) -> "
          "0x10080000\n"
          "r2 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10060000\n"
          "r3 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x10040000\n"
          "r4 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READ) -> 0x10020000\n"
          "r5 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READWRITE|PAGE_GUARD) "
          "-> 0x10000000\n"),
    VIOLATED(virtual_alloc_protection_accepts_every_private_constant,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS) -> 0x10040000\n"
             "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_GUARD) -> "
             "0x10020000\n"
             "r2 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "r3 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x0 error=87\n"),
    HOLDS(virtual_alloc_protection_refuses_copy_on_write,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_WRITECOPY) -> 0x0 error=87\n"
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_WRITECOPY) -> 0x0 "
          "error=87\n"),
    VIOLATED(virtual_alloc_protection_refuses_copy_on_write,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_WRITECOPY) -> 0x10000000\n"),
    HOLDS(virtual_alloc_top_down_changes_placement_only,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE|MEM_TOP_DOWN, PAGE_READWRITE) -> "
          "0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
          "0x10002000, 0, 0, 122880, 65536, 1, 0, 0)\n"
          "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    VIOLATED(virtual_alloc_top_down_changes_placement_only,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE|MEM_TOP_DOWN, PAGE_READWRITE) -> "
             "0x0 error=87\n"),
    LATITUDE(
        virtual_alloc_top_down_may_leave_higher_holes,
        "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE|MEM_TOP_DOWN, PAGE_READWRITE) -> 0x10000000\n"),
    LATITUDE(
        virtual_alloc_resources_may_be_exhausted,
        "r0 = VirtualAlloc(NULL, 1G, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x0 error=1455\n"),
};
const size_t virtual_alloc_case_count = CASE_COUNT(virtual_alloc_cases);
