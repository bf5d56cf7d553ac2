/* MEM_RESET and MEM_RESET_UNDO. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_reset_cases[] = {
    HOLDS(virtual_reset_range_accepts_committed_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"),
    VIOLATED(virtual_reset_range_accepts_committed_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=87\n"),
    HOLDS(virtual_reset_range_needs_committed_pages,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=487\n"),
    VIOLATED(virtual_reset_range_needs_committed_pages,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"),
    VIOLATED(virtual_reset_range_needs_committed_pages,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "VirtualAlloc(r0, 4K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=87\n"),
    HOLDS(virtual_reset_range_needs_committed_pages, /* the third page is in no region */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 12K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=487\n"),
    HOLDS(virtual_reset_range_needs_committed_pages, /* nor is the first one */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0+8K, 4K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=487\n"),
    VIOLATED(virtual_reset_range_needs_committed_pages, /* what was decommitted stays so */
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualFree(r0+4K, 4K, MEM_DECOMMIT) -> 1\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"),
    HOLDS(
        last_error_failure_is_set_by_virtual_functions, /* what is in the rest of the granule is not
                                                           known */
        "r0 = VirtualAlloc(0x10000000, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "VirtualAlloc(r0, 12K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=87\n"
        "VirtualAlloc(r0+8K, 4K, MEM_RESET, PAGE_READWRITE) -> 0x0 error=87\n"),
    LATITUDE(last_error_success_may_be_left_or_changed, /* the first whole page is in another
                                                           region, and whether that of the first
                                                           byte counts is not said */
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10010000\n"
             "r1 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0-16, 16K, MEM_RESET, PAGE_READWRITE) -> 0x1000f000\n"
             "VirtualAlloc(r0-16, 16K, MEM_RESET, PAGE_READWRITE) -> 0x1000f000\n"
             "Peek(r0, 16K) -> 16384 values=(0, 16384, 0)\n"),
    VIOLATED(virtual_reset_range_needs_committed_pages, /* the whole pages are reserved */
             "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_READWRITE) -> 0x10010000\n"
             "r1 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0-16, 16K, MEM_RESET, PAGE_READWRITE) -> 0x1000f000\n"),
    HOLDS(virtual_reset_protection_must_be_valid,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, 0) -> 0x0 error=87\n"),
    VIOLATED(virtual_reset_protection_must_be_valid,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, 0) -> 0x10000000\n"),
    HOLDS(virtual_reset_pages_stay_committed,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
          "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_reset_pages_stay_committed,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 2, 131072, "
             "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 8K) -> 8192 values=(6, 8192, 6)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 8K) -> 8192 values=(0, 4096, 6)\n"),
    VIOLATED(virtual_reset_content_is_old_or_zero,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(7, 8192, 7)\n"),
    VIOLATED(virtual_reset_content_is_old_or_zero,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(6, 4096, 9)\n"),
    VIOLATED(virtual_reset_content_is_old_or_zero,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(1, 8192, 1)\n"),
    VIOLATED(virtual_reset_content_is_old_or_zero, /* zero was seen before it was reset again */
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(6, 8192, 6)\n"),
    HOLDS(virtual_reset_content_is_dropped_by_whole_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 8K) -> 8192 values=(0, 4096, 6)\n"),
    VIOLATED(virtual_reset_content_is_dropped_by_whole_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(6, 2048, 0)\n"),
    HOLDS(virtual_reset_content_zeroes_stay,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"
          "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    VIOLATED(virtual_reset_content_zeroes_stay,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"
             "Peek(r0, 8K) -> 8192 values=(6, 8192, 6)\n"),
    LATITUDE(virtual_reset_content_may_be_kept_or_dropped,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    HOLDS(virtual_reset_write_ends_the_reset,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0+100, 8, 7) -> 8\n"
          "Peek(r0+100, 8) -> 8 values=(7, 8, 7)\n"),
    VIOLATED(virtual_reset_write_ends_the_reset,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0+100, 8, 7) -> 8\n"
             "Peek(r0+100, 8) -> 8 values=(0, 8, 0)\n"),
    HOLDS(virtual_reset_write_ends_the_reset,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0+100, 8, 7) -> 8\n"
          "Peek(r0, 100) -> 100 values=(6, 100, 6)\n"
          "Peek(r0, 100) -> 100 values=(6, 100, 6)\n"),
    VIOLATED(virtual_reset_write_ends_the_reset,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0+100, 8, 7) -> 8\n"
             "Peek(r0, 100) -> 100 values=(6, 100, 6)\n"
             "Peek(r0, 100) -> 100 values=(0, 100, 0)\n"),
    VIOLATED(virtual_reset_write_ends_the_reset,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0+100, 8, 7) -> 8\n"
             "Peek(r0, 100) -> 100 values=(0, 100, 0)\n"
             "Peek(r0, 100) -> 100 values=(6, 100, 6)\n"),
    HOLDS(virtual_reset_undo_success_means_every_byte_is_intact,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x10000000\n"
          "Peek(r0, 8K) -> 8192 values=(6, 8192, 6)\n"),
    VIOLATED(virtual_reset_undo_success_means_every_byte_is_intact,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    VIOLATED(virtual_reset_undo_success_means_every_byte_is_intact,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"
             "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x10000000\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    HOLDS(virtual_reset_undo_failure_means_some_are_zeroes,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
          "Peek(r0, 8K) -> 8192 values=(6, 4096, 0)\n"),
    HOLDS(virtual_reset_undo_failure_means_some_are_zeroes,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
          "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    VIOLATED(virtual_reset_undo_failure_means_some_are_zeroes,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
             "Peek(r0, 8K) -> 8192 values=(6, 8192, 6)\n"),
    VIOLATED(virtual_reset_undo_failure_means_some_are_zeroes, /* of the second page */
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 6) -> 8192\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0+4K, 4K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
             "Peek(r0, 8K) -> 8192 values=(6, 8192, 6)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero, /* what it was asked for begins before */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
          "Peek(r0+4K, 4K) -> 4096 values=(6, 4096, 6)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero, /* it ends behind */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
          "Peek(r0, 4K) -> 4096 values=(6, 4096, 6)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero, /* it begins behind a zero */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0+4K, 4K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
          "Peek(r0, 8K) -> 8192 values=(0, 4096, 6)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero, /* it ends before a zero */
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 6) -> 8192\n"
          "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "VirtualAlloc(r0, 4K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x0 error=487\n"
          "Peek(r0+4K, 4K) -> 4096 values=(0, 4096, 0)\n"),
    LATITUDE(virtual_reset_undo_may_fail,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualAlloc(r0, 8K, MEM_RESET_UNDO, PAGE_READWRITE) -> 0x10000000\n"),
};

const size_t virtual_reset_case_count = CASE_COUNT(virtual_reset_cases);
