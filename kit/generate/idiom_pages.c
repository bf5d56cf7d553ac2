/* Idioms of pages. */
#include "kit/generate/idiom.h"
#include "spec/win32.h"

static uint32_t draw_protection(struct draft *draft)
{
    static const uint32_t protections[] = {
        PAGE_READWRITE, PAGE_READWRITE,    PAGE_READONLY,          PAGE_NOACCESS,
        PAGE_EXECUTE,   PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_READWRITE | PAGE_GUARD};
    return protections[hck_random_below(&draft->random, 8)];
}

/* Reserve, commit pages one by one in any order, write, protect, decommit, commit again. */
void hck_idiom_commit_pieces(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 2, 20);
    uint32_t region = allocate_pages(draft, MEM_RESERVE, count, PAGE_READWRITE);
    unsigned steps = (unsigned)hck_random_between(random, 3, 7);
    if (region == NO_SLOT) {
        return;
    }
    for (unsigned i = 0; i < steps; i++) {
        uint64_t page = hck_random_below(random, count);
        uint64_t size = hck_random_between(random, 1, (count - page) * PAGE);
        if (hck_random_chance(random, 50)) {
            size = PAGE;
        }
        commit(draft, region, page, size,
               hck_random_chance(random, 70) ? PAGE_READWRITE : draw_protection(draft));
        if (hck_random_chance(random, 50)) {
            poke(draft, region, page * PAGE, PAGE);
        }
        if (hck_random_chance(random, 35)) {
            protect(draft, region, page * PAGE, size, draw_protection(draft));
        }
        if (hck_random_chance(random, 35)) {
            DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(region, page * PAGE), VALUE(size),
                       VALUE(MEM_DECOMMIT));
        }
        if (hck_random_chance(random, 35)) {
            commit(draft, region, page, PAGE, PAGE_READWRITE);
            peek(draft, region, page * PAGE, PAGE);
        }
    }
}

/* The first access raises the alarm, the second one goes through, the neighbours keep theirs. */
void hck_idiom_guard(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 1, 4);
    bool armed_at_once = hck_random_chance(random, 50);
    uint32_t base = hck_random_chance(random, 75) ? PAGE_READWRITE : PAGE_READONLY;
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, count,
                                     armed_at_once ? base | PAGE_GUARD : base);
    if (region == NO_SLOT) {
        return;
    }
    if (!armed_at_once) {
        protect(draft, region, 0, count * PAGE, base | PAGE_GUARD);
    }
    uint64_t offset = hck_random_below(random, count) * PAGE + hck_random_below(random, PAGE);
    unsigned accesses = (unsigned)hck_random_between(random, 2, 3);
    for (unsigned i = 0; i < accesses; i++) {
        if (hck_random_chance(random, 50)) {
            peek(draft, region, offset, 1);
        } else {
            poke(draft, region, offset, 1);
        }
    }
    DRAFT_MAKE(draft, VirtualQuery, NO_SLOT, REGION(region, offset), OUT, VALUE(48));
    if (hck_random_chance(random, 50)) {
        protect(draft, region, offset, 1, base | PAGE_GUARD);
        peek(draft, region, offset, 2);
    }
}

/* Contents survive every change of protection, and each grants what it says. */
void hck_idiom_protect(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 1, 5);
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, count, PAGE_READWRITE);
    unsigned steps = (unsigned)hck_random_between(random, 2, 5);
    if (region == NO_SLOT) {
        return;
    }
    poke(draft, region, 0, count * PAGE);
    for (unsigned i = 0; i < steps; i++) {
        uint64_t page = hck_random_below(random, count);
        uint64_t offset = page * PAGE;
        uint64_t size = hck_random_chance(random, 60) ? PAGE : 1;
        if (page + 1 < count && hck_random_chance(random, 30)) {
            offset += PAGE - 1;
            size = 2;
        }
        protect(draft, region, offset, size, draw_protection(draft));
        peek(draft, region, offset, size);
        if (hck_random_chance(random, 50)) {
            poke(draft, region, offset, size);
        }
    }
    protect(draft, region, 0, count * PAGE, PAGE_READWRITE);
    peek(draft, region, 0, count * PAGE);
}

void hck_idiom_execute(struct draft *draft)
{
    struct random *random = &draft->random;
    static const uint32_t later[] = {PAGE_READWRITE,
                                     PAGE_EXECUTE_READ,
                                     PAGE_EXECUTE,
                                     PAGE_EXECUTE_READWRITE,
                                     PAGE_READONLY,
                                     PAGE_NOACCESS,
                                     PAGE_EXECUTE_READ | PAGE_GUARD};
    uint32_t first = hck_random_chance(random, 50) ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, 2, first);
    uint64_t offset = hck_random_below(random, 2) * PAGE;
    if (region == NO_SLOT) {
        return;
    }
    DRAFT_MAKE(draft, Poke, NO_SLOT, REGION(region, offset), VALUE(16), VALUE(0xC3));
    DRAFT_MAKE(draft, Execute, NO_SLOT, REGION(region, offset));
    for (unsigned i = 0; i < 2; i++) {
        protect(draft, region, offset, 16, later[hck_random_below(random, 7)]);
        DRAFT_MAKE(draft, Execute, NO_SLOT, REGION(region, offset));
    }
}

/* Two reservations side by side stay two: no call may reach across. */
void hck_idiom_neighbours(struct draft *draft)
{
    struct random *random = &draft->random;
    uint32_t type = hck_random_chance(random, 50) ? MEM_RESERVE : MEM_RESERVE | MEM_COMMIT;
    uint32_t room = allocate_pages(draft, MEM_RESERVE, 64, PAGE_READWRITE);
    if (room == NO_SLOT) {
        return;
    }
    /* Released, so that both halves are known to be free. */
    DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(room, 0), VALUE(0), VALUE(MEM_RELEASE));
    uint32_t low = hck_draft_free_slot(draft, SLOT_REGION);
    if (low == NO_SLOT || low == room ||
        !DRAFT_MAKE(draft, VirtualAlloc, low, REGION(room, 0), VALUE(16 * PAGE), VALUE(type),
                    VALUE(PAGE_READWRITE))) {
        return;
    }
    uint32_t high = hck_draft_free_slot(draft, SLOT_REGION);
    if (high == NO_SLOT || high == low ||
        !DRAFT_MAKE(draft, VirtualAlloc, high, REGION(low, 16 * PAGE), VALUE(4 * PAGE), VALUE(type),
                    VALUE(PAGE_READWRITE))) {
        return;
    }
    DRAFT_MAKE(draft, VirtualQuery, NO_SLOT, REGION(low, 0), OUT, VALUE(48));
    DRAFT_MAKE(draft, VirtualAlloc, NO_SLOT, REGION(low, 15 * PAGE), VALUE(2 * PAGE),
               VALUE(MEM_COMMIT), VALUE(PAGE_READONLY));
    protect(draft, low, 15 * PAGE, 2 * PAGE, PAGE_NOACCESS);
    DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(low, 15 * PAGE), VALUE(2 * PAGE),
               VALUE(MEM_DECOMMIT));
}

/* What lay there before must not show through. */
void hck_idiom_release_and_reserve(struct draft *draft)
{
    uint64_t count = hck_random_between(&draft->random, 1, 8);
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, count, PAGE_READWRITE);
    if (region == NO_SLOT) {
        return;
    }
    poke(draft, region, 0, count * PAGE);
    DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(region, 0), VALUE(0), VALUE(MEM_RELEASE));
    DRAFT_MAKE(draft, VirtualQuery, NO_SLOT, REGION(region, 0), OUT, VALUE(48));
    DRAFT_MAKE(draft, VirtualAlloc, region, REGION(region, 0), VALUE(count * PAGE),
               VALUE(MEM_RESERVE | MEM_COMMIT), VALUE(PAGE_READWRITE));
    peek(draft, region, 0, count * PAGE);
}

static void reset(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size,
                  uint32_t type)
{
    DRAFT_MAKE(draft, VirtualAlloc, NO_SLOT, REGION(region, offset), VALUE(size), VALUE(type),
               VALUE(PAGE_READWRITE));
}

/* What was reset is old or zero, stays so once it is written, and is whole again if that is said.
 */
void hck_idiom_reset(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 1, 4);
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, count, PAGE_READWRITE);
    if (region == NO_SLOT) {
        return;
    }
    poke(draft, region, 0, count * PAGE);
    uint64_t first = hck_random_below(random, count) * PAGE;
    uint64_t size = count * PAGE - first;
    reset(draft, region, first, size, MEM_RESET);
    if (hck_random_chance(random, 40)) {
        poke(draft, region, first, hck_random_chance(random, 50) ? PAGE : 8);
    }
    if (hck_random_chance(random, 60)) {
        peek(draft, region, first, size);
        commit(draft, region, first / PAGE, size, PAGE_READWRITE);
    }
    peek(draft, region, first, size);
    if (hck_random_chance(random, 70)) {
        reset(draft, region, first, size, MEM_RESET_UNDO);
        peek(draft, region, 0, count * PAGE);
    }
}

/* Content that may be lost, for good or until it is wanted again. */
void hck_idiom_discard(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 1, 4);
    uint32_t base = hck_random_chance(random, 85) ? PAGE_READWRITE : draw_protection(draft);
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, count, base);
    if (region == NO_SLOT) {
        return;
    }
    uint64_t first = hck_random_below(random, count) * PAGE;
    uint64_t size = count * PAGE - first - (hck_random_chance(random, 10) ? 1 : 0);
    poke(draft, region, 0, count * PAGE);
    if (hck_random_chance(random, 60)) {
        uint64_t priority = hck_random_between(random, 1, 4);
        DRAFT_MAKE(draft, OfferVirtualMemory, NO_SLOT, REGION(region, first), VALUE(size),
                   VALUE(priority));
        DRAFT_MAKE(draft, ReclaimVirtualMemory, NO_SLOT, REGION(region, first), VALUE(size));
        peek(draft, region, first, PAGE);
    }
    if (hck_random_chance(random, 60)) {
        DRAFT_MAKE(draft, DiscardVirtualMemory, NO_SLOT, REGION(region, first), VALUE(size));
        peek(draft, region, first, PAGE);
        poke(draft, region, first, hck_random_chance(random, 50) ? PAGE : 8);
        peek(draft, region, first, PAGE);
    }
}

/* Locks are not counted, and end where their pages are decommitted or offered. */
void hck_idiom_locks(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 1, 4);
    uint32_t base = hck_random_chance(random, 75) ? PAGE_READWRITE : draw_protection(draft);
    uint32_t region = allocate_pages(draft, MEM_RESERVE | MEM_COMMIT, count, base);
    if (region == NO_SLOT) {
        return;
    }
    uint64_t first = hck_random_below(random, count) * PAGE;
    uint64_t size = count * PAGE - first;
    DRAFT_MAKE(draft, VirtualLock, NO_SLOT, REGION(region, first), VALUE(size));
    if (hck_random_chance(random, 50)) {
        DRAFT_MAKE(draft, VirtualLock, NO_SLOT, REGION(region, first), VALUE(PAGE));
    }
    if (hck_random_chance(random, 30)) {
        DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(region, first), VALUE(size),
                   VALUE(MEM_DECOMMIT));
        commit(draft, region, first / PAGE, size, PAGE_READWRITE);
    } else if (hck_random_chance(random, 30)) {
        DRAFT_MAKE(draft, OfferVirtualMemory, NO_SLOT, REGION(region, first), VALUE(size),
                   VALUE(VmOfferPriorityLow));
        DRAFT_MAKE(draft, ReclaimVirtualMemory, NO_SLOT, REGION(region, first), VALUE(size));
    }
    DRAFT_MAKE(draft, VirtualUnlock, NO_SLOT, REGION(region, first), VALUE(size));
    DRAFT_MAKE(draft, VirtualUnlock, NO_SLOT, REGION(region, first), VALUE(PAGE));
}

static void get_writes(struct draft *draft, uint32_t region, uint64_t size, uint64_t room,
                       uint32_t flags)
{
    DRAFT_MAKE(draft, GetWriteWatch, NO_SLOT, VALUE(flags), REGION(region, 0), VALUE(size), OUT,
               VALUE(room), OUT);
}

/* What a page may go through between two questions. */
static void disturb_watched(struct draft *draft, uint32_t region, uint64_t offset)
{
    switch (hck_random_below(&draft->random, 6)) {
    case 0:
        DRAFT_MAKE(draft, Poke, NO_SLOT, REGION(region, offset), VALUE(8), VALUE(0));
        break;
    case 1:
        protect(draft, region, offset, PAGE, PAGE_READONLY);
        poke(draft, region, offset, 1);
        protect(draft, region, offset, PAGE, PAGE_READWRITE);
        break;
    case 2:
        DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(region, offset), VALUE(PAGE),
                   VALUE(MEM_DECOMMIT));
        commit(draft, region, offset / PAGE, PAGE, PAGE_READWRITE);
        break;
    case 3:
        peek(draft, region, offset, PAGE);
        break;
    default:
        break;
    }
}

/* Written pages are listed, until they are reset; the others are not. */
void hck_idiom_watch(struct draft *draft)
{
    struct random *random = &draft->random;
    uint64_t count = hck_random_between(random, 1, 6);
    bool commits = hck_random_chance(random, 80);
    uint32_t region = allocate_pages(
        draft, MEM_RESERVE | MEM_WRITE_WATCH | (commits ? MEM_COMMIT : 0), count, PAGE_READWRITE);
    unsigned rounds = (unsigned)hck_random_between(random, 1, 3);
    if (region == NO_SLOT) {
        return;
    }
    if (!commits) {
        commit(draft, region, hck_random_below(random, count), 1, PAGE_READWRITE);
    }
    for (unsigned i = 0; i < rounds; i++) {
        uint64_t page = hck_random_below(random, count) * PAGE;
        uint64_t room =
            hck_random_chance(random, 70) ? count + 1 : hck_random_between(random, 0, 2);
        uint64_t cut = hck_random_chance(random, 20) ? hck_random_below(random, PAGE) : 0;
        disturb_watched(draft, region, page);
        poke(draft, region, page, hck_random_chance(random, 50) ? count * PAGE - page : 8);
        get_writes(draft, region, count * PAGE - cut, room,
                   hck_random_chance(random, 60) ? WRITE_WATCH_FLAG_RESET : 0);
        if (hck_random_chance(random, 30)) {
            DRAFT_MAKE(draft, ResetWriteWatch, NO_SLOT, REGION(region, 0), VALUE(count * PAGE));
        }
        disturb_watched(draft, region, page);
        get_writes(draft, region, count * PAGE, count + 1, 0);
    }
}

/* Sizes about the bounds of what may be set, and the sizes that are asked for between them. */
void hck_idiom_working_set(struct draft *draft)
{
    static const uint64_t minima[] = {0,         1,          20 * PAGE, 50 * PAGE - 1,
                                      50 * PAGE, 400 * PAGE, UINT64_MAX};
    static const uint64_t maxima[] = {0,          13 * PAGE - 1,     20 * PAGE,
                                      50 * PAGE,  345 * PAGE,        345 * PAGE + 1,
                                      400 * PAGE, UINT64_C(1) << 47, UINT64_MAX};
    struct random *random = &draft->random;
    for (uint64_t left = hck_random_between(random, 1, 3); left > 0; left--) {
        bool empties = hck_random_chance(random, 20);
        uint64_t minimum = minima[hck_random_below(random, sizeof minima / sizeof minima[0])];
        uint64_t maximum = maxima[hck_random_below(random, sizeof maxima / sizeof maxima[0])];
        if (hck_random_chance(random, 70)) {
            DRAFT_MAKE(draft, GetProcessWorkingSetSize, NO_SLOT, VALUE(0), OUT, OUT);
        }
        DRAFT_MAKE(draft, SetProcessWorkingSetSize, NO_SLOT, VALUE(0),
                   VALUE(empties ? UINT64_MAX : minimum), VALUE(empties ? UINT64_MAX : maximum));
    }
    DRAFT_MAKE(draft, GetProcessWorkingSetSize, NO_SLOT, VALUE(0), OUT, OUT);
}

/* What is known of the system decides what may be asked for, whether in whole large pages or not.
 */
void hck_idiom_system(struct draft *draft)
{
    struct random *random = &draft->random;
    uint32_t region = hck_draft_free_slot(draft, SLOT_REGION);
    uint64_t size = WINMEM_LARGE_PAGE_SIZE * hck_random_between(random, 1, 3);
    if (region == NO_SLOT) {
        return;
    }
    DRAFT_MAKE(draft, GetLargePageMinimum, NO_SLOT, NIL);
    DRAFT_MAKE(draft, GetSystemInfo, NO_SLOT, OUT);
    DRAFT_MAKE(draft, VirtualAlloc, region, NIL,
               VALUE(hck_random_chance(random, 50) ? size : size - PAGE),
               VALUE(MEM_LARGE_PAGES | MEM_RESERVE | MEM_COMMIT), VALUE(PAGE_READWRITE));
    DRAFT_MAKE(draft, GetNativeSystemInfo, NO_SLOT, OUT);
}
