/* VirtualFree. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_free_cases[] = {
    HOLDS(virtual_free_type_refuses_neither_and_unknown,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, 0) -> 0 error=87\n"
          "VirtualFree(r0, 0, MEM_RELEASE|0x100000) -> 0 error=87\n"),
    VIOLATED(virtual_free_type_refuses_neither_and_unknown,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, 0) -> 1\n"),
    HOLDS(virtual_free_type_refuses_decommit_with_release,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_DECOMMIT|MEM_RELEASE) -> 0 error=87\n"),
    VIOLATED(virtual_free_type_refuses_decommit_with_release,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_DECOMMIT|MEM_RELEASE) -> 1\n"),
    HOLDS(
        virtual_free_release_frees_the_whole_allocation,
        "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
        "VirtualQuery(r0+64K, &out, 48) -> 48 values=(0x10010000, 0, 0, 94208, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_free_release_frees_the_whole_allocation,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "VirtualQuery(r0+64K, &out, 48) -> 48 values=(0x10010000, 0x10000000, 1, 65536, 8192, "
             "0, 131072, 0)\n"),
    HOLDS(virtual_free_release_accepts_pages_in_different_states,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+8K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10002000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"),
    VIOLATED(virtual_free_release_accepts_pages_in_different_states,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+8K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10002000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 0 error=487\n"),
    HOLDS(virtual_free_release_makes_the_range_available_again,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "r1 = VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    VIOLATED(virtual_free_release_makes_the_range_available_again,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "r1 = VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"),
    HOLDS(address_space_allocation_has_a_base_on_the_granularity, /* a cache modifier is refused */
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_READWRITE|PAGE_NOCACHE) -> 0x0 error=87\n"),
    HOLDS(virtual_free_release_refuses_a_size,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=87\n"
          "VirtualFree(r0, 1, MEM_RELEASE) -> 0 error=87\n"),
    VIOLATED(virtual_free_release_refuses_a_size,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 4K, MEM_RELEASE) -> 1\n"),
    HOLDS(virtual_free_release_reports_a_size_as_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=87\n"),
    VIOLATED(virtual_free_release_reports_a_size_as_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=487\n"),
    HOLDS(virtual_free_release_refuses_an_interior_address,
          "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0+64K, 0, MEM_RELEASE) -> 0 error=487\n"
          "VirtualFree(r0+4K, 0, MEM_RELEASE) -> 0 error=487\n"),
    VIOLATED(virtual_free_release_refuses_an_interior_address,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0+64K, 0, MEM_RELEASE) -> 1\n"),
    HOLDS(virtual_free_release_reports_an_interior_address_as_invalid_address,
          "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0+64K, 0, MEM_RELEASE) -> 0 error=487\n"),
    VIOLATED(virtual_free_release_reports_an_interior_address_as_invalid_address,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0+64K, 0, MEM_RELEASE) -> 0 error=87\n"),
    LATITUDE(virtual_free_release_may_round_an_address_within_the_first_page,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0+1, 0, MEM_RELEASE) -> 0 error=487\n"),
    LATITUDE(virtual_free_release_may_round_an_address_within_the_first_page,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0+1, 0, MEM_RELEASE) -> 1\n"),
    HOLDS(virtual_free_decommit_makes_every_touched_page_reserved,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualFree(r0+8191, 2, MEM_DECOMMIT) -> 1\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 4, 8192, 8192, 0, 131072, 0x10003000, 0x10000000, 4, 4096, "
          "4096, 4, 131072, 0x10004000, 0, 0, 69632, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_free_decommit_makes_every_touched_page_reserved,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualFree(r0+8191, 2, MEM_DECOMMIT) -> 1\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
             "0x10001000, 0x10000000, 4, 4096, 8192, 0, 131072, 0x10002000, 0x10000000, 4, 8192, "
             "4096, 4, 131072, 0x10004000, 0, 0, 57344, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_free_decommit_of_size_zero_at_the_base_takes_the_whole_allocation,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_DECOMMIT) -> 1\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 8192, 0, 131072, "
          "0x10004000, 0, 0, 102400, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_free_decommit_of_size_zero_at_the_base_takes_the_whole_allocation,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_DECOMMIT) -> 1\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 8192, 0, 131072, "
             "0x10001000, 0x10000000, 4, 12288, 4096, 4, 131072, 0x10004000, 0, 0, 114688, 65536, "
             "1, 0, 0)\n"),
    HOLDS(virtual_free_decommit_accepts_uncommitted_pages,
          "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
          "VirtualFree(r0, 16K, MEM_DECOMMIT) -> 1\n"
          "VirtualFree(r0, 16K, MEM_DECOMMIT) -> 1\n"),
    VIOLATED(virtual_free_decommit_accepts_uncommitted_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
             "VirtualFree(r0, 16K, MEM_DECOMMIT) -> 0 error=487\n"),
    HOLDS(virtual_free_decommit_of_size_zero_elsewhere_is_an_invalid_address,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualFree(r0+4K, 0, MEM_DECOMMIT) -> 0 error=487\n"),
    VIOLATED(virtual_free_decommit_of_size_zero_elsewhere_is_an_invalid_address,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualFree(r0+4K, 0, MEM_DECOMMIT) -> 0 error=87\n"),
    HOLDS(virtual_free_decommit_past_the_end_is_an_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualFree(r0+8K, 12K, MEM_DECOMMIT) -> 0 error=87\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 4096, 4, 131072, "
          "0x10004000, 0, 0, 61440, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_free_decommit_past_the_end_is_an_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualFree(r0+8K, 12K, MEM_DECOMMIT) -> 1\n"),
    HOLDS(virtual_free_address_of_a_free_page_is_an_invalid_address,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0+8K, 0, MEM_RELEASE) -> 0 error=487\n"
          "VirtualFree(r0+8K, 4K, MEM_DECOMMIT) -> 0 error=487\n"
          "VirtualFree(NULL, 0, MEM_RELEASE) -> 0 error=487\n"),
    VIOLATED(virtual_free_address_of_a_free_page_is_an_invalid_address,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0+8K, 0, MEM_RELEASE) -> 0 error=5\n"),
    HOLDS(virtual_free_protection_is_no_obstacle,
          "r0 = VirtualAlloc(NULL, 12K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(2, 0)\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(2, 0)\n"
          "VirtualFree(r0, 8K, MEM_DECOMMIT) -> 1\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"),
    VIOLATED(virtual_free_protection_is_no_obstacle,
             "r0 = VirtualAlloc(NULL, 12K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(2, 0)\n"
             "VirtualProtect(r0+4K, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(2, 0)\n"
             "VirtualFree(r0, 8K, MEM_DECOMMIT) -> 0 error=487\n"),
};
const size_t virtual_free_case_count = CASE_COUNT(virtual_free_cases);
