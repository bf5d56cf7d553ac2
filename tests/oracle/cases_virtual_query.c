/* VirtualQuery, and walks with it. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_query_cases[] = {
    HOLDS(virtual_query_result_is_the_size_of_the_structure,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_result_is_the_size_of_the_structure,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualQuery(r0, &out, 48) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, "
             "131072, 0)\n"),
    HOLDS(virtual_query_address_rounds_down_to_its_page,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualQuery(r0+5000, &out, 48) -> 48 values=(0x10001000, 0x10000000, 1, 4096, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_address_rounds_down_to_its_page,
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualQuery(r0+5000, &out, 48) -> 48 values=(0x10001388, 0x10000000, 1, 4096, 8192, "
             "0, 131072, 0)\n"),
    HOLDS(virtual_query_address_above_the_maximum_fails,
          "VirtualQuery(0x7fffffff0000, &out, 48) -> 0 error=87 values=(0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, "
          "0)\n"
          "VirtualQuery(0xffff800000000000, &out, 48) -> 0 error=87 values=(0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, "
          "0)\n"),
    VIOLATED(virtual_query_address_above_the_maximum_fails,
             "VirtualQuery(0x7fffffff0000, &out, 48) -> 48 values=(0x7fffffff0000, 0, 0, 0, 65536, "
             "1, 0, 0)\n"),
    HOLDS(virtual_query_address_null_is_a_free_page,
          "VirtualQuery(NULL, &out, 48) -> 48 values=(0, 0, 0, 0x1000a000, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_query_address_null_is_a_free_page,
             "VirtualQuery(NULL, &out, 48) -> 48 values=(0, 0, 0, 0x10009000, 8192, 1, 0, 0)\n"),
    HOLDS(
        virtual_query_length_too_short_fails,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualQuery(r0, &out, 47) -> 0 error=24 values=(0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0)\n"
        "VirtualQuery(r0, &out, 0) -> 0 error=24 values=(0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0)\n"),
    VIOLATED(
        virtual_query_length_too_short_fails,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualQuery(r0, &out, 47) -> 0 error=87 values=(0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_query_length_longer_is_accepted,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualQuery(r0, &out, 64) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(
        virtual_query_length_longer_is_accepted,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualQuery(r0, &out, 64) -> 0 error=24 values=(0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0)\n"),
    HOLDS(
        virtual_query_buffer_null_fails_with_no_access,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualQuery(r0, NULL, 48) -> 0 error=998 values=(0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0)\n"),
    VIOLATED(
        virtual_query_buffer_null_fails_with_no_access,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualQuery(r0, NULL, 48) -> 0 error=87 values=(0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_query_state_is_that_of_the_page,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, "
          "131072, 0)\n"
          "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0x10000000, 1, 4096, 4096, 4, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_state_is_that_of_the_page,
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, "
             "131072, 0)\n"
             "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0x10000000, 1, 4096, 8192, "
             "4, 131072, 0)\n"),
    HOLDS(virtual_query_protect_is_that_of_the_committed_page,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(2, 0)\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 2, 4096, 4096, 2, "
          "131072, 0)\n"
          "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0x10000000, 2, 4096, 4096, 260, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_protect_is_that_of_the_committed_page,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "VirtualProtect(r0+4K, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(2, 0)\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 2, 4096, 4096, 2, "
             "131072, 0)\n"
             "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0x10000000, 2, 4096, 4096, "
             "2, 131072, 0)\n"),
    HOLDS(virtual_query_type_is_private_for_virtual_alloc,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 2, 8192, 4096, 2, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_type_is_private_for_virtual_alloc,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 2, 8192, 4096, 2, "
             "262144, 0)\n"),
    HOLDS(virtual_query_allocation_base_is_the_base_of_the_allocation,
          "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualQuery(r0+68K, &out, 48) -> 48 values=(0x10011000, 0x10000000, 1, 61440, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_allocation_base_is_the_base_of_the_allocation,
             "r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualQuery(r0+68K, &out, 48) -> 48 values=(0x10011000, 0x10011000, 1, 61440, 8192, "
             "0, 131072, 0)\n"),
    HOLDS(virtual_query_allocation_protect_is_that_of_the_first_call,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ, &out) -> 1 values=(4, 0)\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 2, 4096, 4096, 32, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_allocation_protect_is_that_of_the_first_call,
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ, &out) -> 1 values=(4, 0)\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 32, 4096, 4096, 32, "
             "131072, 0)\n"),
    HOLDS(virtual_query_region_is_the_longest_run_of_equal_pages,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+16K, 16K, MEM_COMMIT, PAGE_READWRITE) -> 0x10004000\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 16384, 8192, 0, "
          "131072, 0)\n"
          "VirtualQuery(r0+16K, &out, 48) -> 48 values=(0x10004000, 0x10000000, 1, 16384, 4096, 4, "
          "131072, 0)\n"),
    HOLDS(virtual_query_region_is_the_longest_run_of_equal_pages, /* pages that were in doubt */
          "v0 = AddVectoredExceptionHandler(0, COMMIT) -> 0x10010\n"
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT, PAGE_READWRITE|PAGE_GUARD) -> 0x10000000\n"
          "VirtualProtect(r0, 1, PAGE_NOACCESS, &out) -> 1 values=(260, 0)\n"
          "Poke(r0, 8K, 0) -> raised 0x80000001 flags=0 (1, 0x10001000) result=4096 "
          "handlers=((v0 0xc0000005 0 2 1 0x10000000), (v0 0x80000001 0 2 1 0x10001000))\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 260, 8192, 4096, 4, "
          "131072, 0)\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 260, 8192, 4096, 4, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_region_is_the_longest_run_of_equal_pages,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+16K, 16K, MEM_COMMIT, PAGE_READWRITE) -> 0x10004000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, "
             "131072, 0)\n"),
    HOLDS(virtual_query_region_begins_at_the_page_asked_for,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualQuery(r0+16K, &out, 48) -> 48 values=(0x10004000, 0x10000000, 1, 49152, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_region_begins_at_the_page_asked_for,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualQuery(r0+16K, &out, 48) -> 48 values=(0x10004000, 0x10000000, 1, 65536, 8192, "
             "0, 131072, 0)\n"),
    HOLDS(virtual_query_region_ends_with_its_allocation,
          "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "r1 = VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r2 = VirtualAlloc(r0+64K, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000\n"
          "VirtualQuery(r1, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 65536, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_region_ends_with_its_allocation,
             "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "r1 = VirtualAlloc(r0, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r2 = VirtualAlloc(r0+64K, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10010000\n"
             "VirtualQuery(r1, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 131072, 8192, 0, "
             "131072, 0)\n"),
    HOLDS(virtual_query_region_does_not_show_history,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
          "Poke(r0, 1, 1) -> 1\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 8192, 4096, 4, "
          "131072, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 8192, 4096, 4, 131072, "
          "0x10002000, 0x10000000, 1, 57344, 8192, 0, 131072, 0)\n"),
    VIOLATED(virtual_query_region_does_not_show_history,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
             "Poke(r0, 1, 1) -> 1\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, "
             "131072, 0)\n"),
    HOLDS(virtual_query_walk_adds_up_to_the_allocation,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
          "VirtualAlloc(r0+16K, 4K, MEM_COMMIT, PAGE_READONLY) -> 0x10004000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, 131072, "
          "0x10001000, 0x10000000, 1, 4096, 4096, 4, 131072, 0x10002000, 0x10000000, 1, 8192, "
          "8192, 0, 131072, 0x10004000, 0x10000000, 1, 4096, 4096, 2, 131072, 0x10005000, "
          "0x10000000, 1, 45056, 8192, 0, 131072, 0)\n"),
    VIOLATED(virtual_query_walk_adds_up_to_the_allocation,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10001000\n"
             "VirtualAlloc(r0+16K, 4K, MEM_COMMIT, PAGE_READONLY) -> 0x10004000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 8192, 0, 131072, "
             "0x10001000, 0x10000000, 1, 4096, 4096, 4, 131072, 0x10002000, 0x10000000, 1, 8192, "
             "8192, 0, 131072, 0x10004000, 0x10000000, 1, 4096, 4096, 2, 131072, 0x10005000, "
             "0x10000000, 1, 49152, 8192, 0, 131072, 0)\n"),
    LATITUDE(
        virtual_query_free_page_may_report_any_details,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualQuery(r0+8K, &out, 48) -> 48 values=(0x10002000, 0, 0, 110592, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_query_free_page_reports_no_allocation,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualQuery(r0+8K, &out, 48) -> 48 values=(0x10002000, 0, 0, 77824, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_query_free_page_reports_no_allocation,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualQuery(r0+8K, &out, 48) -> 48 values=(0x10002000, 0, 0, 73728, 65536, 1, "
             "131072, 0)\n"),
    LATITUDE(virtual_query_reserved_page_may_report_any_protection,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 8192, 0, "
             "131072, 0)\n"),
    HOLDS(virtual_query_reserved_page_reports_no_protection,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 8192, 0, "
          "131072, 0)\n"),
    VIOLATED(virtual_query_reserved_page_reports_no_protection,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 8192, 4, "
             "131072, 0)\n"),
    HOLDS(
        virtual_query_granule_rest_is_reported_free,
        "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0, 0, 122880, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_query_granule_rest_is_reported_free,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0x10000000, 0, 61440, 8192, "
             "1, 131072, 0)\n"),
    LATITUDE(virtual_query_cache_modifiers_may_be_left_out,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_NOCACHE) -> "
             "0x10000000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, "
             "131072, 0)\n"),
    HOLDS(virtual_query_region_joins_free_neighbours,
          "QueryAll() -> 1 values=(0x10000, 0, 0, 0x7ffffffe0000, 0x10000, 1, 0, 0)\n"),
    VIOLATED(virtual_query_region_joins_free_neighbours,
             "QueryAll() -> 1 values=(0x10000, 0, 0, 0x10000, 0x10000, 1, 0, 0x20000, 0, 0, "
             "0x7ffffffd0000, 0x10000, 1, 0, 0)\n"),
    HOLDS(virtual_query_region_joins_free_neighbours,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0, 0, 0x7f000, 0x10000, 1, 0, "
          "0)\n"),
    VIOLATED(virtual_query_region_joins_free_neighbours,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0, 0, 0x1000, 0x10000, 1, 0, "
             "0)\n"),
    HOLDS(virtual_query_walk_covers_the_address_space_once,
          "GetSystemInfo(&out) -> 0 values=(9, 4096, 0x10000, 0x7ffffffeffff, 1, 1, 8664, 0x10000, "
          "0)\n"
          "QueryAll() -> 1 values=(0x10000, 0, 0, 0x7ffffffe0000, 0x10000, 1, 0, 0)\n"),
    VIOLATED(virtual_query_walk_covers_the_address_space_once,
             "GetSystemInfo(&out) -> 0 values=(9, 4096, 0x10000, 0x7ffffffeffff, 1, 1, 8664, "
             "0x10000, 0)\n"
             "QueryAll() -> 1 values=(0x10000, 0, 0, 0x7ffffffd0000, 0x10000, 1, 0, 0)\n"),
    VIOLATED(virtual_query_walk_covers_the_address_space_once,
             "QueryAll() -> 1 values=(0x10000, 0, 0, 0x10000, 0x10000, 1, 0, 0x30000, 0x30000, 4, "
             "0x7ffffffc0000, 0x1000, 4, 0x20000, 0)\n"),
    VIOLATED(virtual_query_walk_covers_the_address_space_once,
             "QueryAll() -> 0 values=(0x10000, 0, 0, 0x10000, 0x10000, 1, 0, 0)\n"),
};
const size_t virtual_query_case_count = CASE_COUNT(virtual_query_cases);
