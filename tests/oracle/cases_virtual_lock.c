/* VirtualLock and VirtualUnlock. */
#include "tests/oracle/virtual_cases.h"

#define PAGES(protect) \
    "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_" protect ") -> 0x10000000\n"
#define RESERVED "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
#define OTHER "r1 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10010000\n"
#define LOCKED "VirtualLock(r0, 8K) -> 1\n"
#define UNLOCKED "VirtualUnlock(r0, 8K) -> 1\n"
#define UNLOCK(answer) "VirtualUnlock(r0, 4K) -> " answer "\n"
#define PROTECTED(address, protect, before) \
    "VirtualProtect(" address ", 4K, PAGE_" protect ", &out) -> 1 values=(" before ", 0)\n"
#define DECOMMITTED "VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1\n"
#define COMMITTED "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
#define OFFERED                                             \
    "OfferVirtualMemory(r0, 4K, VmOfferPriorityLow) -> 0\n" \
    "ReclaimVirtualMemory(r0, 4K) -> 0\n"
#define GUARDED PAGES("READWRITE|PAGE_GUARD")
#define ALARM "VirtualLock(r0, 4K) -> 0 error=0x80000001\n"
#define SEEN(first, rest)                                                                         \
    "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 0x104, 4096, 4096, " first ", 131072, " \
    "0x10001000, 0x10000000, 0x104, 4096, 4096, " rest ", 131072, 0x10002000, 0, 0, 57344, "      \
    "65536, 1, 0, 0)\n"
#define SEEN_ALIKE(first, protect)                                                              \
    "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, " first ", 8192, 4096, " protect ", " \
    "131072, 0x10002000, 0, 0, 57344, 65536, 1, 0, 0)\n"

const struct log_case virtual_lock_cases[] = {
    HOLDS(virtual_lock_pages_are_locked_unless_there_are_too_many,
          PAGES("READWRITE") "VirtualLock(r0, 8K) -> 0 error=1453\n"),
    HOLDS(virtual_lock_pages_are_locked_unless_there_are_too_many,
          PAGES("READONLY") "VirtualLock(r0+4095, 2) -> 1\n"),
    VIOLATED(virtual_lock_pages_are_locked_unless_there_are_too_many,
             PAGES("READWRITE") "VirtualLock(r0, 8K) -> 0 error=5\n"),

    HOLDS(virtual_lock_pages_must_be_committed, RESERVED "VirtualLock(r0, 4K) -> 0 error=998\n"),
    VIOLATED(virtual_lock_pages_must_be_committed, RESERVED "VirtualLock(r0, 4K) -> 1\n"),
    HOLDS(virtual_lock_pages_must_be_committed,
          PAGES("READWRITE") "VirtualLock(r0, 12K) -> 0 error=487\n"),
    VIOLATED(virtual_lock_pages_must_be_committed,
             PAGES("READWRITE") "VirtualLock(r0, 12K) -> 1\n"),
    HOLDS(virtual_lock_pages_must_be_committed, "VirtualLock(0x1000, 4K) -> 0 error=5\n"),
    VIOLATED(virtual_lock_pages_must_be_committed, "VirtualLock(0x1000, 4K) -> 1\n"),
    VIOLATED(virtual_lock_pages_must_be_committed, "VirtualLock(0x7FFFFFFF0000, 4K) -> 1\n"),
    VIOLATED(virtual_lock_pages_must_be_committed, "VirtualLock(0xFFFFFFFF80000000, 4K) -> 1\n"),
    VIOLATED(virtual_lock_pages_must_be_committed,
             PAGES("READWRITE") "VirtualLock(r0, 0xFFFFFFFFFFFFFFFF) -> 1\n"),
    VIOLATED(virtual_lock_pages_must_be_committed, /* whatever else is wrong */
             RESERVED COMMITTED PROTECTED("r0", "NOACCESS", "4") "VirtualLock(r0, 8K) -> 1\n"),

    HOLDS(virtual_lock_pages_must_be_accessible,
          PAGES("NOACCESS") "VirtualLock(r0, 4K) -> 0 error=998\n"),
    VIOLATED(virtual_lock_pages_must_be_accessible, PAGES("NOACCESS") "VirtualLock(r0, 4K) -> 1\n"),
    VIOLATED(virtual_lock_pages_must_be_accessible,
             RESERVED COMMITTED PROTECTED("r0", "NOACCESS", "4") "VirtualLock(r0, 8K) -> 1\n"),

    HOLDS(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
          RESERVED "VirtualLock(r0, 4K) -> 0 error=998\n"),
    VIOLATED(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
             RESERVED "VirtualLock(r0, 4K) -> 0 error=487\n"),
    VIOLATED(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
             PAGES("NOACCESS") "VirtualLock(r0, 4K) -> 0 error=487\n"),
    HOLDS(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
          PAGES("READWRITE") "VirtualLock(r0+8K, 4K) -> 0 error=487\n"),
    HOLDS(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
          PAGES("READWRITE") "VirtualLock(r0+8K, 4K) -> 0 error=998\n"),
    VIOLATED(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
             PAGES("READWRITE") "VirtualLock(r0+8K, 4K) -> 0 error=87\n"),
    HOLDS(
        virtual_lock_pages_that_cannot_be_locked_name_noaccess,
        RESERVED COMMITTED PROTECTED("r0", "NOACCESS", "4") "VirtualLock(r0, 8K) -> 0 error=998\n"),

    HOLDS(virtual_lock_pages_stay_as_they_are, PAGES("READWRITE") LOCKED SEEN_ALIKE("4", "4")),
    VIOLATED(virtual_lock_pages_stay_as_they_are, PAGES("READWRITE") LOCKED SEEN_ALIKE("4", "1")),

    HOLDS(virtual_lock_locked_pages_can_be_locked_again,
          PAGES("READWRITE") LOCKED "VirtualLock(r0+4K, 4K) -> 1\n"),
    VIOLATED(virtual_lock_locked_pages_can_be_locked_again,
             PAGES("READWRITE") LOCKED "VirtualLock(r0+4K, 4K) -> 0 error=1453\n"),
    HOLDS(virtual_lock_pages_are_locked_unless_there_are_too_many, /* whether a page that is closed
                                                                      stays locked is not said */
          PAGES("READWRITE") LOCKED PROTECTED("r0", "NOACCESS", "4")
              PROTECTED("r0", "READWRITE", "1") "VirtualLock(r0, 8K) -> 0 error=1453\n"),

    HOLDS(virtual_lock_guard_page_fails_with_the_alarm, GUARDED ALARM),
    VIOLATED(virtual_lock_guard_page_fails_with_the_alarm, GUARDED "VirtualLock(r0, 4K) -> 1\n"),
    VIOLATED(virtual_lock_guard_page_fails_with_the_alarm,
             GUARDED "VirtualLock(r0, 4K) -> 0 error=998\n"),
    HOLDS(virtual_lock_guard_page_loses_its_guard, GUARDED ALARM SEEN("4", "0x104")),
    VIOLATED(virtual_lock_guard_page_loses_its_guard, GUARDED ALARM
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 0x104, 8192, 4096, 0x104, "
             "131072, 0x10002000, 0, 0, 57344, 65536, 1, 0, 0)\n"),
    VIOLATED(virtual_lock_guard_page_loses_its_guard,
             GUARDED ALARM "VirtualLock(r0, 4K) -> 0 error=5\n"),
    VIOLATED(virtual_lock_guard_page_loses_its_guard,
             GUARDED ALARM "Peek(r0, 1) -> raised 0x80000001 flags=0 (0, 0x10000000) "
                           "values=(165, 0, 165)\n"),
    HOLDS(virtual_lock_guard_page_loses_its_guard, GUARDED ALARM "VirtualLock(r0, 4K) -> 1\n"),
    HOLDS(virtual_query_state_is_that_of_the_page, /* which of several guards is gone is not said */
          GUARDED "VirtualLock(r0, 8K) -> 0 error=0x80000001\n" SEEN("0x104", "4")
              SEEN("0x104", "4")),

    HOLDS(virtual_lock_unlock_succeeds_where_every_page_is_locked,
          PAGES("READWRITE") LOCKED "VirtualUnlock(r0+4K, 1) -> 1\n"),
    HOLDS(virtual_lock_unlock_succeeds_where_every_page_is_locked, /* of no page is that so */
          PAGES("READWRITE") "VirtualUnlock(0x800000000000, 1) -> 0 error=87\n" LOCKED UNLOCKED),
    HOLDS(virtual_lock_unlock_succeeds_where_every_page_is_locked,
          PAGES("READWRITE") "VirtualLock(r0, 4K) -> 1\n"
                             "VirtualLock(r0+4K, 4K) -> 1\n" UNLOCKED),
    VIOLATED(virtual_lock_unlock_succeeds_where_every_page_is_locked,
             PAGES("READWRITE") LOCKED "VirtualUnlock(r0+4K, 1) -> 0 error=158\n"),

    HOLDS(virtual_lock_unlock_ends_every_lock_of_the_page,
          PAGES("READWRITE") LOCKED LOCKED UNLOCKED UNLOCK("0 error=158")),
    VIOLATED(virtual_lock_unlock_ends_every_lock_of_the_page,
             PAGES("READWRITE") LOCKED LOCKED UNLOCKED UNLOCK("1")),
    VIOLATED(virtual_lock_unlock_ends_every_lock_of_the_page,
             PAGES("READWRITE") LOCKED UNLOCKED UNLOCK("0 error=5")),

    HOLDS(virtual_lock_unlock_of_a_page_not_locked_names_it,
          PAGES("READWRITE") UNLOCK("0 error=158")),
    VIOLATED(virtual_lock_unlock_of_a_page_not_locked_names_it, PAGES("READWRITE") UNLOCK("1")),
    VIOLATED(virtual_lock_unlock_of_a_page_not_locked_names_it,
             PAGES("READWRITE") UNLOCK("0 error=87")),
    VIOLATED(
        virtual_lock_unlock_of_a_page_not_locked_names_it, /* pages that are not locked for several
                                                              reasons */
        PAGES("READWRITE") "VirtualLock(r0, 4K) -> 1\n" UNLOCK("1") "VirtualUnlock(r0, 8K) -> 1\n"),
    VIOLATED(virtual_lock_unlock_of_a_page_not_locked_names_it, /* nor those of a new reservation
                                                                   where locked ones were */
             PAGES("READWRITE") LOCKED "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n" PAGES("READWRITE")
                 UNLOCK("1")),
    HOLDS(virtual_lock_unlock_succeeds_where_every_page_is_locked, /* what was open is known again
                                                                      once it is locked */
          PAGES("READWRITE") "VirtualLock(r0, 8K) -> 0 error=1453\n" UNLOCK("1") LOCKED UNLOCKED),
    HOLDS(virtual_lock_pages_are_locked_unless_there_are_too_many, /* what a failure does to other
                                                                      pages is not said */
          PAGES("READWRITE") "VirtualLock(r0, 4K) -> 1\n"
                             "VirtualUnlock(r0, 8K) -> 0 error=158\n" UNLOCK("0 error=158")),
    HOLDS(virtual_lock_pages_that_cannot_be_locked_name_noaccess,
          RESERVED UNLOCK("0 error=487") "VirtualLock(r0, 4K) -> 0 error=998\n"),
    HOLDS(
        virtual_lock_pages_are_locked_unless_there_are_too_many, /* nothing is claimed of ranges of
                                                                    two reservations */
        "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n" OTHER
        "VirtualLock(r0+60K, 8K) -> 1\n"
        "VirtualUnlock(r0+60K, 8K) -> 0 error=158\n"
        "QueryRegion(r1) -> 1 values=(0x10010000, 0x10010000, 4, 65536, 4096, 4, 131072, 0)\n"
        "VirtualLock(r1, 8K) -> 1\n"),

    HOLDS(virtual_lock_decommit_ends_the_lock,
          PAGES("READWRITE") LOCKED DECOMMITTED COMMITTED UNLOCK("0 error=158")),
    VIOLATED(virtual_lock_decommit_ends_the_lock,
             PAGES("READWRITE") LOCKED DECOMMITTED COMMITTED UNLOCK("1")),

    HOLDS(virtual_lock_size_of_nothing_is_refused,
          PAGES("READWRITE") "VirtualLock(r0, 0) -> 0 error=87\n"),
    VIOLATED(virtual_lock_size_of_nothing_is_refused,
             PAGES("READWRITE") "VirtualLock(r0, 0) -> 1\n"),
    HOLDS(virtual_lock_size_of_nothing_is_refused,
          GUARDED "VirtualLock(r0+1, 0) -> 0 error=87\n" SEEN_ALIKE("0x104", "0x104")),
    HOLDS(virtual_lock_size_of_nothing_is_refused,
          PAGES("READWRITE") "VirtualUnlock(r0, 0) -> 0 error=87\n"),
    VIOLATED(virtual_lock_size_of_nothing_is_refused,
             PAGES("READWRITE") "VirtualUnlock(r0, 0) -> 0 error=158\n"),

    HOLDS(virtual_offer_locked_pages_are_unlocked,
          PAGES("READWRITE") LOCKED OFFERED UNLOCK("0 error=158")),
    VIOLATED(virtual_offer_locked_pages_are_unlocked,
             PAGES("READWRITE") LOCKED OFFERED UNLOCK("1")),
    HOLDS(virtual_lock_pages_are_locked_unless_there_are_too_many, /* whether locked pages can be
                                                                      discarded is not said */
          PAGES("READWRITE") LOCKED "DiscardVirtualMemory(r0, 4K) -> 5\n"),
    VIOLATED(virtual_discard_range_accepts_read_write_pages,
             PAGES("READWRITE") LOCKED UNLOCKED "DiscardVirtualMemory(r0, 4K) -> 5\n"),
};

const size_t virtual_lock_case_count = CASE_COUNT(virtual_lock_cases);
