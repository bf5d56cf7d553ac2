/* VirtualProtect. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_protect_cases[] = {
    HOLDS(virtual_protect_protection_holds_for_every_touched_page,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0+4095, 2, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 2, 131072, "
          "0x10002000, 0x10000000, 4, 8192, 4096, 4, 131072, 0x10004000, 0, 0, 61440, 65536, 1, 0, "
          "0)\n"),
    VIOLATED(virtual_protect_protection_holds_for_every_touched_page,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0+4095, 2, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 2, 131072, "
             "0x10001000, 0x10000000, 4, 12288, 4096, 4, 131072, 0x10004000, 0, 0, 94208, 65536, "
             "1, 0, 0)\n"),
    HOLDS(virtual_protect_protection_accepts_every_private_constant,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(1, 0)\n"
          "VirtualProtect(r0, 4K, PAGE_EXECUTE|PAGE_GUARD, &out) -> 1 values=(2, 0)\n"
          "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ, &out) -> 1 values=(272, 0)\n"
          "VirtualProtect(r0, 4K, PAGE_EXECUTE_READWRITE, &out) -> 1 values=(32, 0)\n"
          "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(64, 0)\n"),
    VIOLATED(
        virtual_protect_protection_accepts_every_private_constant,
        "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n"
        "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(1, 0)\n"
        "VirtualProtect(r0, 4K, PAGE_EXECUTE|PAGE_GUARD, &out) -> 1 values=(2, 0)\n"
        "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ, &out) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_protect_protection_may_be_the_old_one,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READWRITE, &out) -> 1 values=(4, 0)\n"),
    VIOLATED(virtual_protect_protection_may_be_the_old_one,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READWRITE, &out) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_protect_protection_refuses_copy_on_write_on_private_pages,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_WRITECOPY, &out) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(virtual_protect_protection_refuses_copy_on_write_on_private_pages,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_WRITECOPY, &out) -> 1 values=(4, 0)\n"),
    HOLDS(virtual_protect_range_needs_committed_pages,
          "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 8K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, 131072, "
          "0x10001000, 0x10000000, 1, 12288, 8192, 0, 131072, 0x10004000, 0, 0, 61440, 65536, 1, "
          "0, 0)\n"),
    VIOLATED(virtual_protect_range_needs_committed_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 8K, PAGE_READONLY, &out) -> 1 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(
        virtual_protect_range_reports_a_bad_one_as_invalid_address,
        "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"
        "VirtualProtect(r0+32K, 4K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(virtual_protect_range_reports_a_bad_one_as_invalid_address,
             "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(
        virtual_protect_range_needs_a_single_allocation,
        "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
        "r1 = VirtualAlloc(r0, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "r2 = VirtualAlloc(r0+64K, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10010000\n"
        "VirtualProtect(r1+60K, 8K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(
        virtual_protect_range_needs_a_single_allocation,
        "r0 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
        "r1 = VirtualAlloc(r0, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "r2 = VirtualAlloc(r0+64K, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10010000\n"
        "VirtualProtect(r1+60K, 8K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"),
    HOLDS(virtual_protect_size_zero_is_an_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 0, PAGE_READONLY, &out) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(virtual_protect_size_zero_is_an_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 0, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_protect_old_protection_is_that_of_the_first_page,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "VirtualProtect(r0, 8K, PAGE_NOACCESS, &out) -> 1 values=(2, 0)\n"),
    VIOLATED(virtual_protect_old_protection_is_that_of_the_first_page,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "VirtualProtect(r0, 8K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n"),
    HOLDS(virtual_protect_old_protection_includes_the_guard_modifier,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "VirtualProtect(r0+8K, 4K, PAGE_READONLY, &out) -> 1 values=(260, 0)\n"),
    VIOLATED(virtual_protect_old_protection_includes_the_guard_modifier,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "VirtualProtect(r0+8K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"),
    HOLDS(virtual_protect_old_protection_is_required,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, NULL) -> 0 error=998 values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(virtual_protect_old_protection_is_required,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, NULL) -> 1 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_protect_old_protection_missing_is_reported_as_no_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, NULL) -> 0 error=998 values=(0xa5a5a5a5, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, 131072, "
          "0x10001000, 0, 0, 114688, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_protect_old_protection_missing_is_reported_as_no_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, NULL) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    LATITUDE(virtual_protect_old_protection_may_be_written_by_a_failing_call,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 0 error=487 values=(0xa5a5a5a5, 0)\n"),
    HOLDS(virtual_protect_content_is_kept,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 4K, 8) -> 4096\n"
          "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(1, 0)\n"
          "Peek(r0, 4K) -> 4096 values=(8, 4096, 8)\n"),
    VIOLATED(virtual_protect_content_is_kept,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 4K, 8) -> 4096\n"
             "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(1, 0)\n"
             "Peek(r0, 4K) -> 4096 values=(10, 1, 8)\n"),
    HOLDS(virtual_protect_allocation_is_kept,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 4096, 2, "
          "131072, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 4096, 4096, 2, 131072, "
          "0x10001000, 0x10000000, 4, 4096, 4096, 4, 131072, 0x10002000, 0, 0, 122880, 65536, 1, "
          "0, 0)\n"),
    VIOLATED(virtual_protect_allocation_is_kept,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 8192, 0, "
             "131072, 0)\n"),
};
const size_t virtual_protect_case_count = CASE_COUNT(virtual_protect_cases);
