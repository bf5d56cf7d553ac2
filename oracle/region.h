/* Reservations and the state of their pages.
 *
 * Invariants, for a conforming target:
 *   1. `pages` partitions the pages of every live reservation into runs of equal state and
 *      protection (a: MEM_COMMIT or MEM_RESERVE, b: protection); neighbours in one reservation
 *      differ. Reserved pages have protection 0 here.
 *   2. `causes` partitions them by the call that made them so (a: enum page_cause, b: the number of
 *      that call and its thread). A query that finds a page otherwise than the model has it names
 *      the promise of that call.
 *
 * Where the arena is too small for a cut, pages are missing from a map: nothing is claimed of them.
 */
#ifndef HCK_ORACLE_REGION_H
#define HCK_ORACLE_REGION_H

#include "oracle/model.h"

enum page_cause {
    CAUSE_UNKNOWN, /* adopted */
    CAUSE_RESERVED,
    CAUSE_SLACK, /* reserved or committed below the address that was named */
    CAUSE_RESERVED_COMMITTED,
    CAUSE_COMMITTED_ANYWHERE, /* MEM_COMMIT without an address and without MEM_RESERVE */
    CAUSE_COMMITTED,
    CAUSE_RECOMMITTED,
    CAUSE_PROTECTED,
    CAUSE_DECOMMITTED,
    CAUSE_DECOMMITTED_WHOLE,
    CAUSE_RESET,
    CAUSE_DISCARDED,
    CAUSE_RECLAIMED,
    CAUSE_MAPPED,
    CAUSE_COPIED,       /* of a view, by a write */
    CAUSE_ALARMED,      /* its guard was spent */
    CAUSE_LOCK_ALARMED, /* the same, by VirtualLock */
    CAUSE_LOCKED,
    CAUSE_CONFIRMED, /* a query has shown it */
    CAUSE_COUNT
};

/* The longest run around an address whose pages are alike in every respect. */
struct page_piece {
    uint64_t start;
    uint64_t end;
    uint32_t state;
    uint32_t protect; /* with modifiers; 0 where reserved */
    enum page_cause cause;
    bool was_alarmed; /* its guard was spent once */
    uint32_t epoch;   /* number of the call that made it so */
    uint32_t thread;
};

/* What is known of an address that no live reservation of the trace holds. */
enum space {
    SPACE_REGION,       /* a live reservation holds it */
    SPACE_GRANULE_REST, /* behind the end of one that the system placed, in its last granule: free.
                           Where the caller chose the place, somebody else may have been there */
    SPACE_RELEASED,     /* just released: free */
    SPACE_NULL_PARTITION, /* below the granularity */
    SPACE_UPPER_GAP,      /* the 64 KB above the highest application address */
    SPACE_ABOVE,          /* above the highest application address, but not in the gap */
    SPACE_NONCANONICAL,
    SPACE_SYSTEM, /* the canonical upper half */
    SPACE_UNKNOWN /* free, or somebody else's */
};

/* Lowest and highest application address: those of GetSystemInfo where it was asked, else what is
 * observed of every x64 system, else what every documented system keeps to. */
uint64_t hck_region_minimum(const struct oracle *oracle);
uint64_t hck_region_maximum(const struct oracle *oracle);

/* The reservation that holds the address, or NULL. */
struct model_region *hck_region_at(const struct oracle *oracle, uint64_t address);

enum space hck_region_space(const struct oracle *oracle, uint64_t address);

/* An address said through the slot of the reservation, where that still has it. */
struct operand hck_region_operand(const struct oracle *oracle, const struct model_region *region,
                                  uint64_t address);

/* A new reservation, whose pages are to be set next; those that it overlaps are forgotten. NULL:
 * there is no room. */
struct model_region *hck_region_add(struct oracle *oracle, uint64_t base, uint64_t size,
                                    uint32_t allocation_protect, uint32_t slot, uint8_t thread);
void hck_region_remove(struct oracle *oracle, struct model_region *region);

/* False where nothing is known of the address. */
bool hck_region_piece(const struct oracle *oracle, uint64_t address, struct page_piece *piece);

/* The run of pages with equal state and protection that holds the address. */
bool hck_region_run(const struct oracle *oracle, uint64_t address, uint64_t *start, uint64_t *end);

/* Gives the pages of [start, end), whole pages of the region, a state and protection. */
void hck_region_set(struct oracle *oracle, struct model_region *region, uint64_t start,
                    uint64_t end, uint32_t state, uint32_t protect, enum page_cause cause,
                    uint8_t thread);

/* Whether every page of [start, end) is committed. */
bool hck_region_all_committed(const struct oracle *oracle, uint64_t start, uint64_t end);

/* Commits [start, end): what was reserved starts as zero, what was committed keeps its bytes. */
void hck_region_commit(struct oracle *oracle, struct model_region *region, uint64_t start,
                       uint64_t end, uint32_t protect, enum page_cause cause, uint8_t thread);

/* Makes [start, end) reserved and its bytes gone. */
void hck_region_decommit(struct oracle *oracle, struct model_region *region, uint64_t start,
                         uint64_t end, enum page_cause cause, uint8_t thread);

/* Makes the content of [start, end), whole pages, open; undoing makes it what it was. */
void hck_region_reset(struct oracle *oracle, struct model_region *region, uint64_t start,
                      uint64_t end, uint8_t thread);
/* Makes the content of [start, end) anything: it was discarded, or reclaimed and found lost. */
void hck_region_discard(struct oracle *oracle, struct model_region *region, uint64_t start,
                        uint64_t end, enum page_cause cause, uint8_t thread);
/* The pages of [start, end) were offered, and hold what they held. */
void hck_region_reclaim(struct oracle *oracle, struct model_region *region, uint64_t start,
                        uint64_t end, uint8_t thread);
/* The pages of [start, end) were locked, and are as they were. */
void hck_region_lock(struct oracle *oracle, struct model_region *region, uint64_t start,
                     uint64_t end, uint8_t thread);

/* The bytes of [start, end), of which there is one, were written: pages of copy-on-write views get
 * copies. Unless it is settled when that was, nothing is known of such views any more. */
void hck_region_note_write(struct oracle *oracle, uint64_t start, uint64_t end, bool is_settled,
                           uint8_t thread);

/* Nothing is known any more of the region's pages and their bytes, until a query shows them. */
void hck_region_doubt(struct oracle *oracle, struct model_region *region);

/* The same for every region that has a byte in [start, end). */
void hck_region_doubt_range(struct oracle *oracle, uint64_t start, uint64_t end);

#endif
