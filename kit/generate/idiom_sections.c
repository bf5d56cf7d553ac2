/* Idioms of sections and their views. */
#include "kit/generate/idiom.h"
#include "spec/win32.h"

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
    if (view == NO_SLOT) {
        return;
    }
    if (hck_random_chance(&draft->random, 30)) {
        DRAFT_MAKE(draft, FlushViewOfFile, NO_SLOT, REGION(view, 0), VALUE(0));
    }
    if (hck_random_chance(&draft->random, 30)) {
        DRAFT_MAKE(draft, UnmapViewOfFileEx, NO_SLOT, REGION(view, 0),
                   VALUE(MEM_UNMAP_WITH_TRANSIENT_BOOST));
    } else {
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

/* The name goes with the last handle. */
static void close_both_and_open(struct draft *draft, uint32_t section, uint32_t other)
{
    DRAFT_MAKE(draft, CloseHandle, NO_SLOT, SLOT(SECTION, section));
    if (other != NO_SLOT) {
        DRAFT_MAKE(draft, CloseHandle, NO_SLOT, SLOT(SECTION, other));
    }
    (void)open_section(draft, FILE_MAP_READ);
}

/* What is written through a view shows in the others, in those to come, and outlives all of them as
 * long as the section does; but not what is written to copies. */
void hck_idiom_views(struct draft *draft)
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
    if (is_named && hck_random_chance(random, 30)) {
        close_both_and_open(draft, section, other);
    }
}

/* Code that one view is written with runs in another, also where that one copies it first. */
void hck_idiom_shared_code(struct draft *draft)
{
    static const uint32_t accesses[] = {FILE_MAP_COPY, FILE_MAP_READ, FILE_MAP_WRITE};
    enum { RETURN = 0xC3 };
    uint32_t section = hck_draft_free_slot(draft, SLOT_SECTION);
    if (section == NO_SLOT ||
        !DRAFT_MAKE(draft, CreateFileMappingW, section, VALUE(0), NIL,
                    VALUE(PAGE_EXECUTE_READWRITE), VALUE(0), VALUE(PAGE), NIL)) {
        return;
    }
    uint32_t writer = map_view(draft, section, FILE_MAP_WRITE, 0);
    uint32_t access = accesses[hck_random_below(&draft->random, 3)] | FILE_MAP_EXECUTE;
    uint32_t runner = writer != NO_SLOT ? map_view(draft, section, access, 0) : NO_SLOT;
    if (runner != NO_SLOT) {
        DRAFT_MAKE(draft, Poke, NO_SLOT, REGION(writer, 0), VALUE(16), VALUE(RETURN));
        DRAFT_MAKE(draft, Execute, NO_SLOT, REGION(runner, 0));
        DRAFT_MAKE(draft, Poke, NO_SLOT, REGION(runner, 0), VALUE(1), VALUE(RETURN));
        DRAFT_MAKE(draft, Execute, NO_SLOT, REGION(runner, 0));
    }
}
