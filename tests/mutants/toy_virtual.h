/* Regions of the toy: what VirtualAlloc has reserved, page by page.
 *
 * Invariants, under virtual_lock:
 *   1. regions are in order of base and do not overlap; base is a multiple of TOY_GRANULARITY, size
 * of TOY_PAGE; span >= size is what is mapped for the region, so that nothing else of the process
 *      comes to lie in the rest of its last granule.
 *   2. A page that is not committed is mapped without access and holds nothing but zeros.
 *   3. A committed page is mapped with the access of its protection, none while it has PAGE_GUARD;
 *      in a watched region without that to write while it counts as not written.
 */
#ifndef HCK_TESTS_MUTANTS_TOY_VIRTUAL_H
#define HCK_TESTS_MUTANTS_TOY_VIRTUAL_H

#include <pthread.h>

#include "tests/mutants/toy.h"

#define BASE_PROTECTIONS 0xFFu

struct page {
    bool committed;
    DWORD protect;    /* of a committed page, as flProtect said */
    unsigned locks;   /* 0 or 1, but for a mutant */
    bool was_written; /* in a watched region, since it was reset */
    /* Only mutants ask: */
    bool was_committed; /* before, in this region */
    bool is_lazy;       /* mapped without access until it is touched */
    bool had_alarm;
    bool is_unwatched; /* in a watched region */
    uint32_t commit;   /* by which call */
};

enum { TOY_NAME_MAX = 80 };

struct region {
    uintptr_t base;
    size_t size;
    size_t span;
    DWORD protect;    /* flProtect of the call that reserved it */
    bool is_physical; /* MEM_PHYSICAL: can not be committed */
    bool is_watched;  /* MEM_WRITE_WATCH */
    struct page *pages;
    struct section *section; /* that it is a view of, or NULL */
    struct region *next;
    /* Only mutants ask: */
    pthread_t thread; /* that reserved it */
    bool is_reused;   /* where a released region was */
};

/* Whole pages, [first, end). */
struct range {
    uintptr_t first;
    uintptr_t end;
};

extern pthread_mutex_t virtual_lock;
extern struct region *regions;

static inline struct page *page_of(const struct region *region, uintptr_t address)
{
    return &region->pages[(address - region->base) / TOY_PAGE];
}

static inline uintptr_t region_end(const struct region *region)
{
    return region->base + region->size;
}

/* --- toy_region.c --- */

/* Every page that holds a byte of [address, address + size). False, with the last error set, where
 * that leaves the application addresses. */
bool range_of(uintptr_t address, size_t size, struct range *range);

/* The region that holds the address, or NULL. */
struct region *region_of(uintptr_t address);

/* The region that holds the whole range, or NULL. */
struct region *region_around(const struct range *range);

bool all_committed(const struct region *region, const struct range *range);

/* Makes every page of the range committed with this protection. False, with the last error set and
 * nothing changed, where the system refuses. */
bool set_pages(struct region *region, const struct range *range, DWORD protect);

/* Makes every page of the range reserved; fresh pages take the place of the old ones, so what is
 * committed there later starts as zero. */
bool forget_pages(struct region *region, const struct range *range);

/* Reserves; a base of 0 is the system's choice. NULL, with the last error set. */
struct region *add_region(uintptr_t base, size_t size, DWORD type, DWORD protect);

void remove_region(struct region *region);

/* --- toy_section.c: a view keeps its section --- */

struct section {
    int memory;
    uint64_t size; /* in whole pages */
    DWORD protect;
    unsigned users;   /* handles and views */
    unsigned handles; /* of them */
    WCHAR name[TOY_NAME_MAX];
    struct section *next; /* of those that have names */
};

struct handle {
    struct section *section;
    DWORD access;  /* that it was opened with */
    uint64_t size; /* that it shows */
};

void keep_section(struct section *section);
void let_go_of_section(struct section *section);

/* NULL: there is no memory. */
struct handle *open_section(struct section *section, DWORD access);

/* --- toy_section_name.c --- */

/* What a client says, made into units; false with the last error set where it may not be. */
bool take_name(LPCWSTR wide, LPCSTR narrow, WCHAR name[TOY_NAME_MAX]);

/* The section that has the name, or NULL. Under virtual_lock, as the two below. */
struct section *find_named(const WCHAR *name);
void note_named(struct section *section, const WCHAR *name);
void forget_named(struct section *section);

/* --- toy_reset.c --- */

/* The address of the first page, or 0 with the last error set. */
uintptr_t reset_pages(uintptr_t address, size_t size, DWORD type);

/* What mutants have put off. */
void note_query_after_reset(void);
void note_commit_after_reset(void);

/* --- toy_discard.c: what a mutant has put off --- */
void note_query_after_discard(void);

/* --- toy_lock_pages.c: the pages are locked no more --- */
void end_locks(const struct region *region, const struct range *range);

/* --- toy_watch.c --- */

/* Gives the page the access that it is to have. */
void open_watched_page(const struct region *region, uintptr_t address);

/* Takes note of the first write to a page of a watched region, without virtual_lock. False where it
 * is none. */
bool note_written(uintptr_t address);

/* What mutants take for a write, under virtual_lock. */
void count_as_written(struct region *region, const struct range *range);

/* --- toy_protection.c --- */

/* `accepts_copies`: one mutant takes the copy-on-write constants as well. */
bool protection_is_valid(DWORD protect, bool accepts_copies);

/* The access that mmap knows for it. */
int native_protection_of(DWORD protect);

/* --- toy_protect.c: without virtual_lock --- */

/* Makes a page that is copied when it is written one that can be. False where it is none. */
bool copy_page(uintptr_t address);

/* Clears PAGE_GUARD of the page at the address. False where it has none. */
bool consume_guard(uintptr_t address);

/* --- toy_spoil.c: what mutants do to pages, without virtual_lock --- */

/* Whether reading is granted, as far as the toy knows. */
bool page_grants_reading(uintptr_t address);

/* Gives a lazy page its access. False where it is not one. */
bool open_page(uintptr_t address);

/* Changes the byte at the address, whatever the protection of its page is. */
void spoil_page(uintptr_t address);

/* The base of a reservation of at least `size` bytes, made accessible, or 0. */
uintptr_t borrow_region(size_t size);

/* Commits the last page of every region. */
void commit_last_pages(void);

/* --- toy_spoil.c: the same under virtual_lock --- */

void spoil_page_of(const struct region *region, uintptr_t address);

/* The same for `count` bytes inside a committed page, zeroes where `bytes` is NULL. */
void overwrite(const struct region *region, uintptr_t address, const void *bytes, size_t count);
void read_page_of(const struct region *region, uintptr_t page, void *bytes);

/* Unmaps the rest of a region's last granule that holds the address. False where none does. */
bool free_the_rest_at(uintptr_t address);

/* Notes what was released; was_released finds an address in it. The end of the run of released or
 * other addresses that begins at `address` is at most released_edge. */
void note_released(const struct region *region);
bool was_released(uintptr_t address);
uintptr_t released_edge(uintptr_t address, uintptr_t end);

#endif
