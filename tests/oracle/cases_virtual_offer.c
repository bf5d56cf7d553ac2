/* OfferVirtualMemory and ReclaimVirtualMemory. */
#include "tests/oracle/virtual_cases.h"

const struct log_case virtual_offer_cases[] = {
    HOLDS(virtual_offer_range_accepts_read_write_pages,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"),
    VIOLATED(virtual_offer_range_accepts_read_write_pages,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 50\n"),
    HOLDS(virtual_offer_arguments_are_checked,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, 5) -> 87\n"),
    HOLDS(virtual_offer_arguments_are_checked,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, 0) -> 87\n"),
    HOLDS(virtual_offer_arguments_are_checked,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 1, VmOfferPriorityLow) -> 87\n"),
    VIOLATED(virtual_offer_arguments_are_checked,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 8K, 5) -> 0\n"),
    VIOLATED(virtual_offer_arguments_are_checked,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 1, VmOfferPriorityLow) -> 487\n"),
    HOLDS(virtual_offer_reclaim_gives_the_pages_back,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
          "ReclaimVirtualMemory(r0, 8K) -> 0\n"),
    HOLDS(virtual_offer_reclaim_gives_the_pages_back,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
          "ReclaimVirtualMemory(r0, 8K) -> 170\n"),
    VIOLATED(virtual_offer_reclaim_gives_the_pages_back,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
             "ReclaimVirtualMemory(r0, 8K) -> 487\n"),
    HOLDS(virtual_offer_reclaim_success_means_every_byte_is_intact,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
          "ReclaimVirtualMemory(r0, 8K) -> 0\n"
          "Peek(r0, 8K) -> 8192 values=(7, 8192, 7)\n"),
    VIOLATED(virtual_offer_reclaim_success_means_every_byte_is_intact,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
             "ReclaimVirtualMemory(r0, 8K) -> 0\n"
             "Peek(r0, 8K) -> 8192 values=(0, 4096, 7)\n"),
    HOLDS(virtual_offer_reclaimed_pages_are_as_they_were,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
          "ReclaimVirtualMemory(r0, 8K) -> 0\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
          "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_offer_reclaimed_pages_are_as_they_were,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
             "ReclaimVirtualMemory(r0, 8K) -> 0\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 1, 131072, "
             "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    HOLDS(virtual_offer_reclaimed_pages_are_as_they_were,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 1, 131072, "
          "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"
          "ReclaimVirtualMemory(r0, 8K) -> 170\n"
          "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 4, 131072, "
          "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_offer_reclaimed_pages_are_as_they_were,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 1, 131072, "
             "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"
             "ReclaimVirtualMemory(r0, 8K) -> 170\n"
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 8192, 4096, 1, 131072, "
             "0x10002000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    LATITUDE(virtual_offer_reclaim_may_find_the_content_lost,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
             "ReclaimVirtualMemory(r0, 8K) -> 0\n"),
    LATITUDE(virtual_offer_reclaim_may_find_the_content_lost,
             "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
             "ReclaimVirtualMemory(r0, 8K) -> 170\n"
             "Peek(r0, 8K) -> 8192 values=(0, 8192, 0)\n"),
    HOLDS(virtual_reset_content_is_old_or_zero,
          "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "VirtualAlloc(r0, 4K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n"
          "OfferVirtualMemory(r0, 8K, VmOfferPriorityNormal) -> 0\n"
          "ReclaimVirtualMemory(r0, 8K) -> 0\n"
          "Peek(r0, 4K) -> 4096 values=(0, 4096, 0)\n"),
};

const size_t virtual_offer_case_count = CASE_COUNT(virtual_offer_cases);
