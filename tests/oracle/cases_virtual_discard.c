/* DiscardVirtualMemory. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_discard_cases[] = {
    HOLDS(virtual_discard_range_accepts_read_write_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "DiscardVirtualMemory(r0, 8K) -> 0\n"),
    VIOLATED(virtual_discard_range_accepts_read_write_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 8K) -> 50\n"),
    HOLDS(virtual_discard_range_must_be_whole_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "DiscardVirtualMemory(r0+1, 4K) -> 87\n"),
    HOLDS(virtual_discard_range_must_be_whole_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "DiscardVirtualMemory(r0, 0) -> 87\n"),
    VIOLATED(virtual_discard_range_must_be_whole_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 1) -> 0\n"),
    VIOLATED(virtual_discard_range_must_be_whole_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 1) -> 487\n"),
    HOLDS(virtual_discard_range_needs_committed_pages,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "DiscardVirtualMemory(r0, 4K) -> 487\n"),
    VIOLATED(virtual_discard_range_needs_committed_pages,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 4K) -> 0\n"),
    VIOLATED(virtual_discard_range_needs_committed_pages,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 4K) -> 87\n"),
    VIOLATED(virtual_discard_range_needs_committed_pages,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 1) -> 0\n"),
    HOLDS(virtual_discard_protection_must_be_read_write,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "DiscardVirtualMemory(r0, 8K) -> 87\n"),
    HOLDS(virtual_discard_protection_must_be_read_write,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "DiscardVirtualMemory(r0, 8K) -> 5\n"),
    VIOLATED(virtual_discard_protection_must_be_read_write,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "DiscardVirtualMemory(r0, 8K) -> 0\n"),
    HOLDS(virtual_discard_failure_changes_no_byte,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "Poke(r0, 4K, 7) -> 4096\n"
          "DiscardVirtualMemory(r0, 8K) -> 87\n"
          "Peek(r0, 4K) -> 4096 values=(7, 4096, 7)\n"),
    VIOLATED(virtual_discard_failure_changes_no_byte,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "Poke(r0, 4K, 7) -> 4096\n"
             "DiscardVirtualMemory(r0, 8K) -> 87\n"
             "Peek(r0, 4K) -> 4096 values=(0, 4096, 0)\n"),
    HOLDS(virtual_discard_pages_stay_committed,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "DiscardVirtualMemory(r0, 8K) -> 0\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
          "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_discard_pages_stay_committed,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 8K) -> 0\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 1, 131072, "
             "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_discard_rewritten_content_stays,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "DiscardVirtualMemory(r0, 8K) -> 0\n"
          "Poke(r0, 100, 7) -> 100\n"
          "Peek(r0, 100) -> 100 values=(7, 100, 7)\n"),
    VIOLATED(virtual_discard_rewritten_content_stays,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "DiscardVirtualMemory(r0, 8K) -> 0\n"
             "Poke(r0, 100, 7) -> 100\n"
             "Peek(r0, 100) -> 100 values=(0, 100, 0)\n"),
    HOLDS(virtual_discard_rewritten_content_stays,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "DiscardVirtualMemory(r0+4K, 4K) -> 0\n"
          "Poke(r0, 8K, 9) -> 8192\n"
          "Poke(r0+8000, 100, 8) -> 100\n"
          "Peek(r0+8000, 50) -> 50 values=(8, 50, 8)\n"),
    VIOLATED(virtual_discard_rewritten_content_stays,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "DiscardVirtualMemory(r0+4K, 4K) -> 0\n"
             "Poke(r0, 8K, 9) -> 8192\n"
             "Poke(r0+8000, 100, 8) -> 100\n"
             "Peek(r0+8000, 50) -> 50 values=(9, 50, 9)\n"),
    HOLDS(virtual_discard_rewritten_content_stays, /* behind bytes that nobody knows */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out) -> 1 values=(4, 0)\n"
          "IsBadReadPtr(r0, 1) -> 1\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
          "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"
          "DiscardVirtualMemory(r0+4K, 4K) -> 0\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "Peek(r0+4K, 4K) -> 4096 values=(7, 4096, 7)\n"),
    LATITUDE(virtual_discard_content_may_be_anything,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "DiscardVirtualMemory(r0, 8K) -> 0\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    LATITUDE(virtual_discard_content_may_be_anything,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "DiscardVirtualMemory(r0, 8K) -> 0\n"
             "Peek(r0, 8K) -> 8192 values=(7, 8192, 7)\n"),
};

const size_t virtual_discard_case_count = CASE_COUNT(virtual_discard_cases);
