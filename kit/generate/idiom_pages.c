/* Idioms of pages and exceptions. */
#include "kit/generate/generate_internal.h"
#include "spec/win32.h"

#define SLOT(kind, index) hck_argument_slot(SLOT_##kind, index, 0)
#define REGION(index, offset) hck_argument_slot(SLOT_REGION, index, offset)
#define VALUE(value) hck_argument_value(value)
#define NIL hck_argument_form(FORM_NULL)
#define OUT hck_argument_form(FORM_OUT)

#define PAGE FORECAST_PAGE

static uint32_t allocate_pages(struct draft *draft, uint32_t type, uint64_t page_count,
                               uint32_t protection)
{
    uint32_t region = hck_draft_free_slot(draft, SLOT_REGION);
    if (region == NO_SLOT || !DRAFT_MAKE(draft, VirtualAlloc, region, NIL, VALUE(page_count * PAGE),
                                         VALUE(type), VALUE(protection))) {
        return NO_SLOT;
    }
    return region;
}

static bool commit(struct draft *draft, uint32_t region, uint64_t page, uint64_t size,
                   uint32_t protection)
{
    return DRAFT_MAKE(draft, VirtualAlloc, NO_SLOT, REGION(region, page * PAGE), VALUE(size),
                      VALUE(MEM_COMMIT), VALUE(protection));
}

static bool protect(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size,
                    uint32_t protection)
{
    return DRAFT_MAKE(draft, VirtualProtect, NO_SLOT, REGION(region, offset), VALUE(size),
                      VALUE(protection), OUT);
}

static bool peek(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size)
{
    return DRAFT_MAKE(draft, Peek, NO_SLOT, REGION(region, offset), VALUE(size));
}

static bool poke(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size)
{
    uint64_t value = hck_value_number(draft, "value");
    return DRAFT_MAKE(draft, Poke, NO_SLOT, REGION(region, offset), VALUE(size), VALUE(value));
}

static uint32_t draw_protection(struct draft *draft)
{
    static const uint32_t protections[] = {
        PAGE_READWRITE, PAGE_READWRITE,    PAGE_READONLY,          PAGE_NOACCESS,
        PAGE_EXECUTE,   PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_READWRITE | PAGE_GUARD};
    return protections[hck_random_below(&draft->random, 8)];
}

/* Reserve, commit pages one by one in any order, write, protect, decommit, commit again. */
static void emit_commit_pieces(struct draft *draft)
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
static void emit_guard(struct draft *draft)
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
static void emit_protect(struct draft *draft)
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

static void emit_execute(struct draft *draft)
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
static void emit_neighbours(struct draft *draft)
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
static void emit_release_and_reserve(struct draft *draft)
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
static void emit_reset(struct draft *draft)
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
static void emit_discard(struct draft *draft)
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
static void emit_locks(struct draft *draft)
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
static void emit_watch(struct draft *draft)
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

/* What is known of the system decides what may be asked for, whether in whole large pages or not.
 */
static void emit_system(struct draft *draft)
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

static uint32_t map_view(struct draft *draft, uint32_t section, uint32_t access, uint64_t offset)
{
    uint32_t view = hck_draft_free_slot(draft, SLOT_REGION);
    return view != NO_SLOT && DRAFT_MAKE(draft, MapViewOfFile, view, SLOT(SECTION, section),
                                         VALUE(access), VALUE(0), VALUE(offset), VALUE(0))
               ? view
               : NO_SLOT;
}

static void unmap_view(struct draft *draft, uint32_t view)
{
    if (view != NO_SLOT) {
        DRAFT_MAKE(draft, UnmapViewOfFile, NO_SLOT, REGION(view, 0));
    }
}

/* Where certainly nothing else is. */
static void map_at_an_odd_place(struct draft *draft, uint32_t section)
{
    uint32_t room = allocate_pages(draft, MEM_RESERVE, 64, PAGE_READWRITE);
    if (room != NO_SLOT) {
        DRAFT_MAKE(draft, VirtualFree, NO_SLOT, REGION(room, 0), VALUE(0), VALUE(MEM_RELEASE));
        DRAFT_MAKE(draft, MapViewOfFileEx, NO_SLOT, SLOT(SECTION, section), VALUE(FILE_MAP_READ),
                   VALUE(0), VALUE(0), VALUE(PAGE), REGION(room, PAGE));
    }
}

/* By the name that the idiom gives to its section. */
static uint32_t open_section(struct draft *draft, uint32_t access)
{
    uint32_t section = hck_draft_free_slot(draft, SLOT_SECTION);
    return section != NO_SLOT && DRAFT_MAKE(draft, OpenFileMappingW, section, VALUE(access),
                                            VALUE(FALSE), VALUE(0))
               ? section
               : NO_SLOT;
}

/* What is written through a view shows in the others, in those to come, and outlives all of them as
 * long as the section does; but not what is written to copies. */
static void emit_views(struct draft *draft)
{
    struct random *random = &draft->random;
    const uint64_t granule = FORECAST_GRANULE;
    uint64_t second = hck_random_below(random, 2) * granule;
    uint32_t section = hck_draft_free_slot(draft, SLOT_SECTION);
    bool is_named = hck_random_chance(random, 30);
    if (section == NO_SLOT ||
        !DRAFT_MAKE(draft, CreateFileMappingW, section, VALUE(0), NIL, VALUE(PAGE_READWRITE),
                    VALUE(0), VALUE(granule + PAGE), is_named ? VALUE(0) : NIL)) {
        return;
    }
    uint32_t writer = map_view(draft, section, FILE_MAP_WRITE, 0);
    bool copies = hck_random_chance(random, 40);
    uint32_t access = copies ? FILE_MAP_COPY : FILE_MAP_READ;
    uint32_t other = is_named ? open_section(draft, access) : section;
    uint32_t reader = other != NO_SLOT ? map_view(draft, other, access, second) : NO_SLOT;
    if (reader != NO_SLOT && copies) {
        poke(draft, reader, 0, 8);
    }
    if (writer != NO_SLOT && reader != NO_SLOT) {
        poke(draft, writer, second, hck_random_chance(random, 50) ? PAGE : 8);
        peek(draft, reader, 0, PAGE);
    }
    unmap_view(draft, hck_random_chance(random, 50) ? writer : reader);
    uint32_t late = map_view(draft, section, FILE_MAP_ALL_ACCESS, second);
    if (hck_random_chance(random, 10)) {
        map_at_an_odd_place(draft, section);
    }
    if (hck_random_chance(random, 50)) {
        DRAFT_MAKE(draft, CloseHandle, NO_SLOT, SLOT(SECTION, section));
    }
    if (late != NO_SLOT) {
        peek(draft, late, 0, PAGE);
    }
}

static uint32_t add_handler(struct draft *draft, uint64_t first, enum handler_behaviour behaviour)
{
    uint32_t handler = hck_draft_free_slot(draft, SLOT_HANDLER);
    if (handler == NO_SLOT ||
        !DRAFT_MAKE(draft, AddVectoredExceptionHandler, handler, VALUE(first), VALUE(behaviour))) {
        return NO_SLOT;
    }
    return handler;
}

static void remove_handler(struct draft *draft, uint32_t handler)
{
    if (handler != NO_SLOT) {
        DRAFT_MAKE(draft, RemoveVectoredExceptionHandler, NO_SLOT, SLOT(HANDLER, handler));
    }
}

/* A handler that commits on demand, as programs with large sparse tables do. */
static void emit_handler(struct draft *draft)
{
    uint64_t count = hck_random_between(&draft->random, 1, 4);
    bool commits = hck_random_chance(&draft->random, 65);
    uint32_t region = allocate_pages(draft, MEM_RESERVE, count, PAGE_READWRITE);
    uint32_t watcher =
        hck_random_chance(&draft->random, 40) ? add_handler(draft, 1, BEHAVIOUR_SEARCH) : NO_SLOT;
    uint32_t handler = add_handler(draft, hck_random_below(&draft->random, 2),
                                   commits ? BEHAVIOUR_COMMIT : BEHAVIOUR_SEARCH);
    if (region != NO_SLOT && handler != NO_SLOT) {
        poke(draft, region, 0, count * PAGE);
        peek(draft, region, hck_random_below(&draft->random, count) * PAGE, 1);
    }
    remove_handler(draft, handler);
    remove_handler(draft, watcher);
}

static void emit_raise(struct draft *draft)
{
    struct random *random = &draft->random;
    unsigned count = (unsigned)hck_random_between(random, 1, 3);
    uint32_t handlers[3] = {NO_SLOT, NO_SLOT, NO_SLOT};
    for (unsigned i = 0; i < count; i++) {
        bool continues = hck_random_chance(random, 40);
        handlers[i] = add_handler(draft, hck_random_below(random, 2),
                                  continues ? BEHAVIOUR_CONTINUE : BEHAVIOUR_SEARCH);
    }
    for (unsigned i = 0; i < 2; i++) {
        DRAFT_MAKE(draft, RaiseException, NO_SLOT,
                   VALUE(hck_value_number(draft, "dwExceptionCode")),
                   VALUE(hck_value_number(draft, "dwExceptionFlags")),
                   VALUE(hck_value_number(draft, "nNumberOfArguments")),
                   hck_random_chance(random, 70) ? VALUE(hck_random_below(random, 1000)) : NIL);
        remove_handler(draft, handlers[i]);
    }
    remove_handler(draft, handlers[2]);
}

void hck_idiom_emit_pages(struct draft *draft, enum idiom idiom)
{
    switch (idiom) {
    case IDIOM_COMMIT_PIECES:
        emit_commit_pieces(draft);
        break;
    case IDIOM_GUARD:
        emit_guard(draft);
        break;
    case IDIOM_PROTECT:
        emit_protect(draft);
        break;
    case IDIOM_EXECUTE:
        emit_execute(draft);
        break;
    case IDIOM_NEIGHBOURS:
        emit_neighbours(draft);
        break;
    case IDIOM_RELEASE_AND_RESERVE:
        emit_release_and_reserve(draft);
        break;
    case IDIOM_RESET:
        emit_reset(draft);
        break;
    case IDIOM_DISCARD:
        emit_discard(draft);
        break;
    case IDIOM_LOCKS:
        emit_locks(draft);
        break;
    case IDIOM_WATCH:
        emit_watch(draft);
        break;
    case IDIOM_SYSTEM:
        emit_system(draft);
        break;
    case IDIOM_VIEWS:
        emit_views(draft);
        break;
    case IDIOM_HANDLER:
        emit_handler(draft);
        break;
    case IDIOM_RAISE:
        emit_raise(draft);
        break;
    default:
        break; /* idiom.c has the others */
    }
}
