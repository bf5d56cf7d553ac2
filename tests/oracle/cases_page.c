/* What pages grant and hold, and guard pages. */
#include "tests/oracle/virtual_cases.h"

const struct log_case page_cases[] = {
    HOLDS(page_state_applies_to_whole_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 1, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 4K, 3) -> 4096\n"
          "Peek(r0+4095, 1) -> 1 values=(3, 1, 3)\n"
          "Peek(r0+4K, 1) -> raised 0xc0000005 flags=0 (0, 0x10001000) values=(165, 0, 165)\n"
          "VirtualQuery(r0+2K, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 4096, 4, "
          "131072, 0)\n"),
    VIOLATED(page_state_applies_to_whole_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 1, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 4K, 3) -> 4096\n"
             "Peek(r0+4095, 1) -> 1 values=(3, 1, 3)\n"
             "Peek(r0+4K, 1) -> raised 0xc0000005 flags=0 (0, 0x10001000) values=(165, 0, 165)\n"
             "VirtualQuery(r0+2K, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, 4096, 4096, "
             "1, 131072, 0)\n"),
    HOLDS(page_free_refuses_every_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0+8K, 1) -> raised 0xc0000005 flags=0 (0, 0x10002000) values=(165, 0, 165)\n"
          "Poke(r0+8K, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10002000)\n"
          "Execute(r0+8K) -> raised 0xc0000005 flags=0 (8, 0x10002000)\n"),
    VIOLATED(page_free_refuses_every_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Peek(r0+8K, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(page_free_refuses_every_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "Peek(r0+1, 8) -> raised 0xc0000005 flags=0 (0, 0x10000001) values=(165, 0, 165)\n"),
    VIOLATED(page_free_refuses_every_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(page_reserved_refuses_every_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_EXECUTE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"
          "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    VIOLATED(page_reserved_refuses_every_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_EXECUTE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(page_committed_starts_as_zero,
          "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 64K) -> 65536 values=(0, 65536, 0)\n"),
    VIOLATED(page_committed_starts_as_zero,
             "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 64K) -> 65536 values=(1, 1, 0)\n"),
    VIOLATED(page_committed_starts_as_zero, /* what was written goes on where nobody wrote */
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8, 7) -> 8\n"
             "Peek(r0, 16) -> 16 values=(7, 16, 7)\n"),
    HOLDS(page_decommitted_starts_as_zero_again,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 255) -> 8192\n"
          "VirtualFree(r0, 8K, MEM_DECOMMIT) -> 1\n"
          "VirtualAlloc(r0, 8K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    VIOLATED(page_decommitted_starts_as_zero_again,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 255) -> 8192\n"
             "VirtualFree(r0, 8K, MEM_DECOMMIT) -> 1\n"
             "VirtualAlloc(r0, 8K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(1, 1, 0)\n"),
    HOLDS(page_released_starts_as_zero_again,
          "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 64K, 255) -> 65536\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
          "r1 = VirtualAlloc(r0, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r1, 64K) -> 65536 values=(0, 65536, 0)\n"),
    VIOLATED(page_released_starts_as_zero_again,
             "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 64K, 255) -> 65536\n"
             "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"
             "r1 = VirtualAlloc(r0, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r1, 64K) -> 65536 values=(1, 1, 0)\n"),
    HOLDS(page_content_stays_as_written,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 100, 7) -> 100\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 4096, 2, "
          "131072, 0)\n"
          "Peek(r0, 100) -> 100 values=(7, 100, 7)\n"),
    HOLDS(page_refused_write_changes_no_byte,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 16, 7) -> 16\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "Peek(r0, 16) -> 16 values=(7, 16, 7)\n"
          "Poke(r0, 16, 9) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"
          "Peek(r0, 16) -> 16 values=(7, 16, 7)\n"),
    VIOLATED(page_refused_write_changes_no_byte,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 16, 7) -> 16\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "Peek(r0, 16) -> 16 values=(7, 16, 7)\n"
             "Poke(r0, 16, 9) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"
             "Peek(r0, 16) -> 16 values=(8, 1, 7)\n"),
    HOLDS(page_no_access_refuses_every_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"
          "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    VIOLATED(page_no_access_refuses_every_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(page_readonly_can_be_read,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "Peek(r0, 4K) -> 4096 values=(0, 4096, 0)\n"),
    VIOLATED(page_readonly_can_be_read,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "Peek(r0, 4K) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(page_readonly_refuses_a_write,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    VIOLATED(page_readonly_refuses_a_write,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "Poke(r0, 1, 1) -> 1\n"),
    HOLDS(page_readwrite_can_be_read_and_written,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 4K, 5) -> 4096\n"
          "Peek(r0, 4K) -> 4096 values=(5, 4096, 5)\n"),
    VIOLATED(page_readwrite_can_be_read_and_written,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 4K, 5) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    HOLDS(page_data_page_refuses_execution,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 1, 195) -> 1\n"
          "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    VIOLATED(page_data_page_refuses_execution,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 1, 195) -> 1\n"
             "Execute(r0) -> 1\n"),
    HOLDS(page_execute_can_be_executed,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 1, 195) -> 1\n"
          "VirtualProtect(r0, 4K, PAGE_EXECUTE, &out) -> 1 values=(4, 0)\n"
          "Execute(r0) -> 1\n"),
    VIOLATED(page_execute_can_be_executed,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 1, 195) -> 1\n"
             "VirtualProtect(r0, 4K, PAGE_EXECUTE, &out) -> 1 values=(4, 0)\n"
             "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    HOLDS(page_execute_refuses_a_write,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x10000000\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    VIOLATED(page_execute_refuses_a_write,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x10000000\n"
             "Poke(r0, 1, 1) -> 1\n"),
    LATITUDE(page_execute_may_refuse_a_read,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x10000000\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(page_execute_can_be_read_on_x64,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x10000000\n"
          "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    VIOLATED(page_execute_can_be_read_on_x64,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE) -> 0x10000000\n"
             "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(page_execute_read_can_be_read_and_executed,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 1, 195) -> 1\n"
          "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ, &out) -> 1 values=(4, 0)\n"
          "Peek(r0, 1) -> 1 values=(195, 1, 195)\n"
          "Execute(r0) -> 1\n"),
    VIOLATED(page_execute_read_can_be_read_and_executed,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 1, 195) -> 1\n"
             "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ, &out) -> 1 values=(4, 0)\n"
             "Peek(r0, 1) -> 1 values=(195, 1, 195)\n"
             "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    HOLDS(page_execute_read_refuses_a_write,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READ) -> 0x10000000\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    VIOLATED(
        page_execute_read_refuses_a_write,
        "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READ) -> 0x10000000\n"
        "Poke(r0, 1, 1) -> 1\n"),
    HOLDS(page_execute_readwrite_allows_every_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 1, 195) -> 1\n"
          "Peek(r0, 1) -> 1 values=(195, 1, 195)\n"
          "Execute(r0) -> 1\n"),
    VIOLATED(page_execute_readwrite_allows_every_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READWRITE) -> "
             "0x10000000\n"
             "Poke(r0, 1, 195) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    HOLDS(page_protection_needs_exactly_one_base_constant,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, 0) -> 0x0 error=87\n"
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_READWRITE) -> "
          "0x0 error=87\n"
          "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r1, 4K, PAGE_GUARD, &out) -> 0 error=87 values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(page_protection_needs_exactly_one_base_constant,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, 0) -> 0x10000000\n"),
    HOLDS(page_protection_refuses_guard_with_no_access,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS|PAGE_GUARD) -> 0x0 "
          "error=87\n"
          "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r1, 4K, PAGE_NOACCESS|PAGE_GUARD, &out) -> 0 error=87 "
          "values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(page_protection_refuses_guard_with_no_access,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS|PAGE_GUARD) -> "
             "0x10000000\n"),
    HOLDS(page_protection_refuses_no_cache_combinations,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS|PAGE_NOCACHE) -> 0x0 "
          "error=87\n"
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, "
          "PAGE_READWRITE|PAGE_NOCACHE|PAGE_WRITECOMBINE) -> 0x0 error=87\n"),
    VIOLATED(page_protection_refuses_no_cache_combinations,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS|PAGE_NOCACHE) -> "
             "0x10000000\n"),
    HOLDS(page_protection_refuses_write_combine_combinations,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS|PAGE_WRITECOMBINE) -> "
          "0x0 error=87\n"),
    VIOLATED(page_protection_refuses_write_combine_combinations,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS|PAGE_WRITECOMBINE) "
             "-> 0x10000000\n"),
    LATITUDE(page_protection_guard_with_a_cache_modifier_is_open,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, "
             "PAGE_READWRITE|PAGE_GUARD|PAGE_NOCACHE) -> 0x0 error=87\n"
             "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, "
             "PAGE_READWRITE|PAGE_GUARD|PAGE_WRITECOMBINE) -> 0x10000000\n"),
    HOLDS(page_protection_refuses_call_target_flag_on_data_pages,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY|0x40000000, &out) -> 0 error=87 "
          "values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(page_protection_refuses_call_target_flag_on_data_pages,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY|0x40000000, &out) -> 1 values=(4, 0)\n"),
    LATITUDE(page_protection_call_target_flag_in_an_allocation_is_open,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|0x40000000) -> "
             "0x0 error=87\n"
             "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|0x40000000) -> "
             "0x10000000\n"),
    HOLDS(page_protection_reports_a_bad_one_as_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, 0) -> 0x0 error=87\n"
          "r1 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r1, 4K, PAGE_READONLY|PAGE_READWRITE, &out) -> 0 error=87 "
          "values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(page_protection_reports_a_bad_one_as_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, 0) -> 0x0 error=487\n"),
    HOLDS(guard_page_arming_works_in_virtual_alloc,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(guard_page_arming_works_in_virtual_alloc,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE|PAGE_GUARD) -> 0x10000000\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    VIOLATED(guard_page_arming_works_in_virtual_alloc,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(guard_page_arming_works_in_virtual_protect,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(4, 0)\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    VIOLATED(guard_page_arming_works_in_virtual_protect,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(4, 0)\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(guard_page_arming_can_be_repeated,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(4, 0)\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    VIOLATED(guard_page_arming_can_be_repeated,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
             "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(4, 0)\n"
             "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(guard_page_first_access_raises_the_alarm,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "Poke(r0+4K, 1, 1) -> raised 0x80000001 flags=0 (1, 0x10001000)\n"),
    VIOLATED(guard_page_first_access_raises_the_alarm,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(guard_page_first_access_does_not_take_place,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Poke(r0, 1, 9) -> raised 0x80000001 flags=0 (1, 0x10000000)\n"
          "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"),
    VIOLATED(guard_page_first_access_does_not_take_place,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Poke(r0, 1, 9) -> raised 0x80000001 flags=0 (1, 0x10000000)\n"
             "Peek(r0, 1) -> 1 values=(1, 1, 1)\n"),
    HOLDS(guard_page_first_access_ends_the_guard_of_its_page,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 260, 4096, 4096, 4, "
          "131072, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 260, 4096, 4096, 4, 131072, "
          "0x10001000, 0, 0, 86016, 65536, 1, 0, 0)\n"),
    VIOLATED(guard_page_first_access_ends_the_guard_of_its_page,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 260, 4096, 4096, "
             "260, 131072, 0)\n"),
    HOLDS(guard_page_first_access_keeps_the_guard_of_other_pages,
          "r0 = VirtualAlloc(NULL, 12K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0+4K, 1) -> raised 0x80000001 flags=0 (0, 0x10001000) values=(165, 0, 165)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 260, 4096, 4096, 260, 131072, "
          "0x10001000, 0x10000000, 260, 4096, 4096, 4, 131072, 0x10002000, 0x10000000, 260, 4096, "
          "4096, 260, 131072, 0x10003000, 0, 0, 65536, 65536, 1, 0, 0)\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "Peek(r0+8K, 1) -> raised 0x80000001 flags=0 (0, 0x10002000) values=(165, 0, 165)\n"),
    VIOLATED(guard_page_first_access_keeps_the_guard_of_other_pages,
             "r0 = VirtualAlloc(NULL, 12K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0+4K, 1) -> raised 0x80000001 flags=0 (0, 0x10001000) values=(165, 0, 165)\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 260, 12288, 4096, 4, 131072, "
             "0x10003000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    HOLDS(guard_page_second_access_follows_the_base_protection,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
          "Peek(r0, 1) -> 1 values=(0, 1, 0)\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    HOLDS(guard_page_alarm_has_the_parameters_of_an_access_violation,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Peek(r0+5, 1) -> raised 0x80000001 flags=0 (0, 0x10000005) values=(165, 0, 165)\n"
          "Poke(r0+4K, 1, 1) -> raised 0x80000001 flags=0 (1, 0x10001000)\n"),
    VIOLATED(guard_page_alarm_has_the_parameters_of_an_access_violation,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0+5, 1) -> raised 0x80000001 flags=0 values=(165, 0, 165)\n"),
    LATITUDE(guard_page_refused_access_may_raise_either_exception,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_GUARD) -> "
             "0x10000000\n"
             "Poke(r0+8K, 1, 1) -> raised 0x80000001 flags=0 (1, 0x10002000)\n"
             "Poke(r0+8K, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10002000)\n"),
    HOLDS(guard_page_virtual_functions_do_not_raise_the_alarm,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "VirtualQuery(r0+8K, &out, 48) -> 48 values=(0x10002000, 0x10000000, 260, 8192, 4096, "
          "260, 131072, 0)\n"
          "VirtualProtect(r0+8K, 8K, PAGE_READONLY|PAGE_GUARD, &out) -> 1 values=(260, 0)\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 260, 8192, 4096, 260, 131072, "
          "0x10002000, 0x10000000, 260, 8192, 4096, 258, 131072, 0x10004000, 0, 0, 102400, 65536, "
          "1, 0, 0)\n"
          "VirtualFree(r0+12K, 4K, MEM_DECOMMIT) -> 1\n"),
    VIOLATED(guard_page_virtual_functions_do_not_raise_the_alarm,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "VirtualQuery(r0+8K, &out, 48) -> 48 values=(0x10002000, 0x10000000, 260, 8192, 4096, "
             "260, 131072, 0)\n"
             "VirtualProtect(r0+8K, 8K, PAGE_READONLY|PAGE_GUARD, &out) -> raised 0x80000001 "
             "flags=0 (0x10002000) values=(0xa5a5a5a5, 0)\n"),
    HOLDS(guard_page_alarm_is_an_exception_that_can_be_continued,
          "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x5000\n"
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192 handlers=((v0 0x80000001 0 2 1 0x10000000), (v0 0x80000001 0 2 "
          "1 0x10001000))\n"
          "Peek(r0, 8K) -> 8192 values=(7, 8192, 7)\n"),
    VIOLATED(guard_page_alarm_is_an_exception_that_can_be_continued,
             "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x5000\n"
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Poke(r0, 1, 7) -> raised 0xc0000005 flags=0 (1, 0x10000000) handlers=((v0 0x80000001 "
             "0 2 1 0x10000000))\n"),
    VIOLATED(guard_page_second_access_follows_the_base_protection,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"
             "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(page_state_is_free_reserved_or_committed,
          "QueryAll() -> 1 values=(0x10000, 0, 0, 0x7ffffffe0000, 0x10000, 1, 0, 0)\n"),
    VIOLATED(page_state_is_free_reserved_or_committed,
             "QueryAll() -> 1 values=(0x10000, 0, 0, 0x7ffffffe0000, 0x4000, 1, 0, 0)\n"),
    VIOLATED(page_content_stays_as_written,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0+4K, 16, 9) -> 16\n"
             "Peek(r0+4095, 64) -> 64 values=(0, 1, 8)\n"),
};
const size_t page_case_count = CASE_COUNT(page_cases);
