/* IsBadReadPtr and its like. */
#include "tests/oracle/virtual_cases.h"

const struct log_case pointer_check_cases[] = {
    HOLDS(pointer_check_size_zero_is_never_bad, "IsBadReadPtr(NULL, 0) -> 0\n"),
    VIOLATED(pointer_check_size_zero_is_never_bad, "IsBadWritePtr(NULL, 0) -> 1\n"),
    HOLDS(pointer_check_read_readable_range_is_good,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "IsBadReadPtr(r0, 8K) -> 0\n"),
    VIOLATED(pointer_check_read_readable_range_is_good,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "IsBadReadPtr(r0, 8K) -> 1\n"),
    HOLDS(pointer_check_read_readable_range_is_good, "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
                                                     "b0 = HeapAlloc(h0, 0, 8) -> 0x100100\n"
                                                     "IsBadReadPtr(b0, 8) -> 0\n"),
    VIOLATED(pointer_check_read_readable_range_is_good, "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
                                                        "b0 = HeapAlloc(h0, 0, 8) -> 0x100100\n"
                                                        "IsBadReadPtr(b0, 8) -> 1\n"),
    HOLDS(pointer_check_read_unreadable_byte_is_bad,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "IsBadReadPtr(r0, 8193) -> 1\n"),
    VIOLATED(pointer_check_read_unreadable_byte_is_bad,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "IsBadReadPtr(r0, 8193) -> 0\n"),
    HOLDS(pointer_check_read_unreadable_byte_is_bad, "IsBadReadPtr(0x1000, 1) -> 2\n"),
    VIOLATED(pointer_check_read_unreadable_byte_is_bad, /* behind a page of which nobody can say */
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_EXECUTE, &out) -> 1 values=(4, 0)\n"
             "IsBadReadPtr(r0, 8193) -> 0\n"),
    VIOLATED(pointer_check_read_unreadable_byte_is_bad,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "IsBadReadPtr(r0, 1) -> 0\n"),
    HOLDS(pointer_check_write_writable_range_is_good,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "IsBadWritePtr(r0+4095, 2) -> 0\n"),
    VIOLATED(pointer_check_write_writable_range_is_good,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "IsBadWritePtr(r0+4095, 2) -> 1\n"),
    HOLDS(pointer_check_write_unwritable_byte_is_bad,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "IsBadWritePtr(r0, 1) -> 1\n"),
    VIOLATED(pointer_check_write_unwritable_byte_is_bad,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "IsBadWritePtr(r0, 1) -> 0\n"),
    HOLDS(pointer_check_code_readable_address_is_good,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "IsBadCodePtr(r0) -> 0\n"),
    VIOLATED(pointer_check_code_readable_address_is_good,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "IsBadCodePtr(r0) -> 1\n"),
    HOLDS(pointer_check_code_unreadable_address_is_bad,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "IsBadCodePtr(r0) -> 1\n"),
    VIOLATED(pointer_check_code_unreadable_address_is_bad,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "IsBadCodePtr(r0) -> 0\n"),
    HOLDS(pointer_check_string_of_no_characters_is_never_bad, "IsBadStringPtrA(NULL, 0) -> 0\n"),
    VIOLATED(pointer_check_string_of_no_characters_is_never_bad,
             "IsBadStringPtrA(0x1000, 0) -> 1\n"),
    HOLDS(pointer_check_string_readable_string_is_good,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 65) -> 8192\n"
          "IsBadStringPtrA(r0, 8K) -> 0\n"),
    HOLDS(pointer_check_string_readable_string_is_good,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "IsBadStringPtrA(r0+8191, 1) -> 0\n"),
    HOLDS(pointer_check_string_readable_string_is_good, "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
                                                        "b0 = HeapAlloc(h0, 0, 8) -> 0x100100\n"
                                                        "IsBadStringPtrA(b0, 8) -> 0\n"),
    HOLDS(pointer_check_string_check_ends_at_the_terminator,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 4095, 65) -> 4095\n"
          "IsBadStringPtrA(r0, 8K) -> 0\n"),
    HOLDS(pointer_check_string_unreadable_byte_is_bad,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 4K, 65) -> 4096\n"
          "IsBadStringPtrA(r0, 4097) -> 1\n"),
    HOLDS(pointer_check_string_unreadable_byte_is_bad, "IsBadStringPtrA(0x1000, 1) -> 1\n"),
    HOLDS(pointer_check_string_unreadable_byte_is_bad,
          "IsBadStringPtrA(0xFFFFFFFFFFFFFFFF, 1) -> 1\n"),
    VIOLATED(pointer_check_string_readable_string_is_good,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 65) -> 8192\n"
             "IsBadStringPtrA(r0, 8K) -> 1\n"),
    VIOLATED(pointer_check_string_readable_string_is_good,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "IsBadStringPtrA(r0+8191, 1) -> 1\n"),
    VIOLATED(pointer_check_string_readable_string_is_good, "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
                                                           "b0 = HeapAlloc(h0, 0, 8) -> 0x100100\n"
                                                           "IsBadStringPtrA(b0, 8) -> 1\n"),
    VIOLATED(pointer_check_string_check_ends_at_the_terminator,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 4095, 65) -> 4095\n"
             "IsBadStringPtrA(r0, 8K) -> 1\n"),
    VIOLATED(pointer_check_string_unreadable_byte_is_bad,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 4K, 65) -> 4096\n"
             "IsBadStringPtrA(r0, 4097) -> 0\n"),
    VIOLATED(pointer_check_string_unreadable_byte_is_bad, "IsBadStringPtrA(0x1000, 1) -> 0\n"),
    VIOLATED(pointer_check_string_unreadable_byte_is_bad,
             "IsBadStringPtrA(0xFFFFFFFFFFFFFFFF, 1) -> 0\n"),
    HOLDS(pointer_check_string_readable_string_is_good,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "IsBadStringPtrA(r0, 8K) -> 0\n"),
    HOLDS(call_completion_returns_to_its_caller,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
          "0x10000000\n"
          "IsBadReadPtr(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000)\n"),
    LATITUDE(pointer_check_guard_page_may_lose_its_guard,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD) -> "
             "0x10000000\n"
             "IsBadReadPtr(r0, 1) -> 1\n"),
};

const size_t pointer_check_case_count = CASE_COUNT(pointer_check_cases);
