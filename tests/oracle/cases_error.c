/* The last error, and what GetSystemInfo says. */
#include "tests/oracle/virtual_cases.h"

const struct log_case error_cases[] = {
    HOLDS(last_error_get_returns_the_value_set,
          "SetLastError(1234) -> 0 error=1234\n"
          "GetLastError() -> 1234 error=1234\n"
          "GetLastError() -> 1234 error=1234\n"
          "r0 = VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87\n"
          "GetLastError() -> 87 error=87\n"),
    VIOLATED(last_error_get_returns_the_value_set, "SetLastError(1234) -> 0 error=1234\n"
                                                   "GetLastError() -> 0 error=0\n"),
    HOLDS(last_error_set_keeps_all_32_bits, "SetLastError(0xffffffff) -> 0 error=0xffffffff\n"
                                            "GetLastError() -> 0xffffffff error=0xffffffff\n"
                                            "SetLastError(0) -> 0 error=0\n"
                                            "GetLastError() -> 0 error=0\n"
                                            "SetLastError(536870912) -> 0 error=536870912\n"
                                            "GetLastError() -> 536870912 error=536870912\n"),
    VIOLATED(last_error_set_keeps_all_32_bits, "SetLastError(0xffffffff) -> 0 error=2147483647\n"),
    HOLDS(last_error_value_belongs_to_one_thread,
          "SetLastError(5) -> 0 error=5 ticks=1..2\n"
          "@1 SetLastError(7) -> 0 error=7 ticks=3..4\n"
          "@1 r0 = VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87 ticks=5..6\n"
          "GetLastError() -> 5 error=5 ticks=7..8\n"),
    VIOLATED(
        last_error_value_belongs_to_one_thread,
        "SetLastError(5) -> 0 error=5 ticks=1..2\n"
        "@1 SetLastError(7) -> 0 error=7 ticks=3..4\n"
        "@1 r0 = VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=87 ticks=5..6\n"
        "GetLastError() -> 87 error=87 ticks=7..8\n"),
    HOLDS(last_error_value_stays_through_memory_accesses,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "SetLastError(77) -> 0 error=77\n"
          "Poke(r0, 16, 1) -> 16\n"
          "Peek(r0, 16) -> 16 values=(1, 16, 1)\n"
          "GetLastError() -> 777957598\n"),
    VIOLATED(last_error_value_stays_through_memory_accesses,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "SetLastError(77) -> 0 error=77\n"
             "Poke(r0, 16, 1) -> 16 error=170\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "r1 = VirtualAlloc(NULL, 4K, 0, PAGE_READWRITE) -> 0x0 error=87\n"
          "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=87\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"
          "VirtualQuery(0xffff800000000000, &out, 48) -> 0 error=87 values=(0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, "
          "0)\n"),
    VIOLATED(last_error_failure_is_set_by_virtual_functions,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "r1 = VirtualAlloc(NULL, 4K, 0, PAGE_READWRITE) -> 0x0 error=87\n"
             "VirtualFree(r0, 4K, MEM_RELEASE) -> 0\n"),
    HOLDS(last_error_failure_leaves_bit_29_clear,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=87\n"),
    VIOLATED(last_error_failure_leaves_bit_29_clear,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=536870999\n"),
    LATITUDE(last_error_failure_may_name_any_code_where_none_is_documented,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=87\n"),
    LATITUDE(last_error_failure_may_name_any_of_several_violations,
             "r0 = VirtualAlloc(NULL, 0, MEM_RESERVE, 0) -> 0x0 error=87\n"),
    LATITUDE(last_error_success_may_be_left_or_changed,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"),
    HOLDS(
        system_info_structure_is_always_filled,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(
        system_info_structure_is_always_filled,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 0, 8664, 65536, 0)\n"),
    HOLDS(system_info_structure_stays_the_same,
          "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0) "
          "ticks=1..2\n"
          "@1 GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, "
          "0) ticks=3..4\n"),
    HOLDS(system_info_native_sizes_are_those_of_a_64_bit_process,
          "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"
          "GetNativeSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, "
          "65536, 0)\n"),
    VIOLATED(
        system_info_native_sizes_are_those_of_a_64_bit_process,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"
        "GetNativeSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffeffff, 3, 2, 8664, 65536, "
        "0)\n"),
    VIOLATED(system_info_structure_stays_the_same,
             "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, "
             "0) ticks=1..2\n"
             "@1 GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeefff, 3, 2, 8664, "
             "65536, 0) ticks=3..4\n"),
    HOLDS(
        system_info_granularity_is_a_multiple_of_the_page_size,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(
        system_info_granularity_is_a_multiple_of_the_page_size,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 67584, 0)\n"),
    HOLDS(
        system_info_application_addresses_lie_below_128_terabytes,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(
        system_info_application_addresses_lie_below_128_terabytes,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0xfffffffe0000, 3, 2, 8664, 65536, 0)\n"),
    HOLDS(
        system_info_page_size_is_4096_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(
        system_info_page_size_is_4096_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 8192, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    HOLDS(
        system_info_granularity_is_65536_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(system_info_granularity_is_65536_on_x64,
             "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 131072, "
             "0)\n"),
    HOLDS(
        system_info_minimum_application_address_is_65536_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(system_info_minimum_application_address_is_65536_on_x64,
             "GetSystemInfo(&out) -> 0 values=(9, 4096, 131072, 0x7ffffffeffff, 3, 2, 8664, 65536, "
             "0)\n"),
    HOLDS(
        system_info_maximum_application_address_ends_below_the_upper_gap_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(
        system_info_maximum_application_address_ends_below_the_upper_gap_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x1000ffff, 3, 2, 8664, 65536, 0)\n"),
    HOLDS(
        system_info_processor_architecture_is_9_on_x64,
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(
        system_info_processor_architecture_is_9_on_x64,
        "GetSystemInfo(&out) -> 0 values=(0, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
};
const size_t error_case_count = CASE_COUNT(error_cases);
