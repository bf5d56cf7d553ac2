/* Addresses and ranges: calls of the virtual family, and the probes that access memory.
 *
 * A range lies mostly on whole pages of a region that is known to be there, often off by a byte at
 * one end, and in risky calls where no range may lie. */
#include "kit/generate/generate_internal.h"
#include "kit/generate/row.h"
#include "spec/win32.h"

enum { ACCESS_SIZE_MAX = 256 * 1024 };

static uint64_t round_up(uint64_t size, uint64_t unit)
{
    return (size + unit - 1) / unit * unit;
}

/* --- Ranges of a region ----------------------------------------------------------------------- */

/* A page to begin at: a committed one where that is asked for and there is one. */
static uint64_t draw_page(struct draft *draft, uint32_t region, uint64_t page_count, bool committed)
{
    uint64_t start = hck_random_below(&draft->random, page_count);
    uint64_t bits = draft->forecast.committed[region];
    if (page_count > FORECAST_PAGES && hck_random_chance(&draft->random, 75)) {
        start %= FORECAST_PAGES;
    }
    for (uint64_t i = 0; committed && i < page_count && i < FORECAST_PAGES; i++) {
        uint64_t page = (start + i) % (page_count < FORECAST_PAGES ? page_count : FORECAST_PAGES);
        if ((bits >> page & 1) != 0) {
            return page;
        }
    }
    return start;
}

/* Moves the ends of a range of whole pages by less than a page, which changes no page it touches,
 * or makes it the two bytes around a page boundary. */
static void roughen(struct draft *draft, struct page_range *range)
{
    switch (hck_random_below(&draft->random, 12)) {
    case 0:
        range->size = 1;
        break;
    case 1:
        range->size -= 1;
        break;
    case 2:
        range->offset += 1;
        range->size -= 1;
        break;
    case 3:
        range->offset += hck_random_below(&draft->random, FORECAST_PAGE);
        range->size = 1;
        break;
    case 4:
        if (range->size > FORECAST_PAGE) {
            range->offset += FORECAST_PAGE - 1;
            range->size = 2;
        }
        break;
    default:
        break;
    }
}

bool hck_pages_draw_range(struct draft *draft, bool committed, struct page_range *range)
{
    struct random *random = &draft->random;
    range->region = hck_draft_live_slot(draft, SLOT_REGION);
    if (range->region == NO_SLOT) {
        return false;
    }
    uint64_t bytes = hck_forecast_slot(&draft->forecast, SLOT_REGION, range->region)->size;
    uint64_t page_count = bytes / FORECAST_PAGE;
    if (page_count == 0) {
        return false; /* the slot names memory inside another one's region */
    }
    uint64_t page = draw_page(draft, range->region, page_count, committed);
    uint64_t count = 1;
    while (page + count < page_count && count < FORECAST_PAGES && hck_random_chance(random, 45)) {
        count++;
    }
    if (hck_random_chance(random, 10)) {
        page = 0;
        count = page_count;
    }
    range->offset = page * FORECAST_PAGE;
    range->size = count * FORECAST_PAGE;
    roughen(draft, range);
    return true;
}

/* Ranges that are documented to be refused, or that the trace may not touch at all. */
static void spoil_range(struct draft *draft, struct page_range *range)
{
    uint64_t bytes = hck_forecast_slot(&draft->forecast, SLOT_REGION, range->region)->size;
    switch (hck_random_below(&draft->random, 7)) {
    case 0:
        range->size = 0;
        break;
    case 1:
        range->size = bytes - range->offset + 1;
        break;
    case 2:
        range->size = UINT64_MAX - hck_random_below(&draft->random, 3) * FORECAST_PAGE;
        break;
    case 3:
        range->offset = bytes;
        break;
    case 4:
        range->offset = UINT64_MAX;
        break;
    case 5:
        range->size = bytes + FORECAST_GRANULE;
        break;
    default:
        range->offset = 0;
        range->size = bytes;
        break;
    }
}

/* --- Addresses without a region --------------------------------------------------------------- */

static uint64_t draw_literal(struct draft *draft)
{
    static const uint64_t literals[] = {1,
                                        WINMEM_PAGE_SIZE,
                                        WINMEM_ADDRESS_MIN - 1,
                                        WINMEM_ADDRESS_MIN,
                                        WINMEM_ADDRESS_MAX,
                                        WINMEM_ADDRESS_MAX + 1,
                                        0x800000000000,
                                        0xFFFF800000000000,
                                        UINT64_MAX - 0xFFFF,
                                        UINT64_MAX};
    size_t count = sizeof(literals) / sizeof(*literals);
    return literals[hck_random_below(&draft->random, count)];
}

static struct argument *address_of(struct call *call)
{
    return &call->arguments[hck_call_place(&hck_call_rows[call->id], ARGUMENT_ADDRESS)];
}

static void set_range(struct call *call, const struct call_row *row, const struct page_range *range)
{
    unsigned size = hck_call_place(row, ARGUMENT_SIZE);
    *address_of(call) = hck_argument_slot(SLOT_REGION, range->region, range->offset);
    if (size < CALL_ARGUMENTS_MAX) {
        call->arguments[size] = hck_argument_value(range->size);
    }
}

/* --- Reserving -------------------------------------------------------------------------------- */

static uint64_t draw_region_size(struct draft *draft)
{
    switch (hck_random_below(&draft->random, 16)) {
    case 0:
    case 1:
        return 1 + hck_random_below(&draft->random, 3);
    case 2:
        return hck_value_size_of(draft, SIZE_GRANULE);
    case 3:
        return hck_draft_spend(draft, hck_value_size(draft));
    default:
        return hck_value_size_of(draft, SIZE_PAGES);
    }
}

/* Where to reserve: mostly anywhere, else beside a region, where one was, or at a fixed place that
 * is free on every platform unless something odd is loaded there. */
static struct argument draw_place(struct draft *draft)
{
    struct random *random = &draft->random;
    uint32_t region = hck_draft_any_slot(draft, SLOT_REGION);
    unsigned kind = (unsigned)hck_random_below(random, 20);
    if (draft->risky && kind < 4) {
        return hck_argument_value(draw_literal(draft));
    }
    if (kind == 0) {
        uint64_t place = UINT64_C(0x200000000000) + hck_random_below(random, 16) * FORECAST_GRANULE;
        return hck_argument_value(place + hck_random_below(random, 2) * 0x1234);
    }
    if (region == NO_SLOT || kind > 6) {
        return hck_argument_form(FORM_NULL);
    }
    const struct slot *slot = hck_forecast_slot(&draft->forecast, SLOT_REGION, region);
    bool is_live = hck_forecast_is_live(&draft->forecast, SLOT_REGION, region);
    uint64_t offset = 0;
    if (is_live && !(draft->risky && hck_random_chance(random, 50))) {
        offset = round_up(slot->size, FORECAST_GRANULE);
    } else if (is_live) {
        offset = hck_random_below(random, round_up(slot->size, FORECAST_GRANULE));
    }
    return hck_argument_slot(SLOT_REGION, region, offset);
}

/* What MEM_RESET may name, and MEM_RESET_UNDO: the pages that were reset last in some region. */
static bool draw_reset(struct draft *draft, struct call *call, const struct call_row *row,
                       unsigned type_index)
{
    struct argument *type = &call->arguments[type_index];
    struct page_range range;
    if (!hck_pages_draw_range(draft, !draft->risky, &range)) {
        return false;
    }
    const struct slot *region = hck_forecast_slot(&draft->forecast, SLOT_REGION, range.region);
    if (type->value == MEM_RESET_UNDO && region->reset_to > region->reset_from) {
        range.offset = region->reset_from - region->address;
        range.size = region->reset_to - region->reset_from;
    } else {
        type->value = MEM_RESET;
    }
    set_range(call, row, &range);
    call->result_slot = NO_SLOT;
    return true;
}

static void draw_allocation(struct draft *draft, struct call *call, const struct call_row *row)
{
    unsigned type_index = hck_call_flags_place(row, FLAG_SET_allocation_type);
    uint32_t type = (uint32_t)call->arguments[type_index].value;
    struct page_range range;

    if ((type == MEM_RESET || type == MEM_RESET_UNDO) && draw_reset(draft, call, row, type_index)) {
        return;
    }
    if ((type & (MEM_COMMIT | MEM_RESERVE)) == MEM_COMMIT &&
        hck_random_chance(&draft->random, 96) && hck_pages_draw_range(draft, false, &range)) {
        if (draft->risky && hck_random_chance(&draft->random, 40)) {
            spoil_range(draft, &range);
        }
        set_range(call, row, &range);
        call->result_slot = NO_SLOT;
        return;
    }
    if ((type & ~MEM_TOP_DOWN) == MEM_COMMIT && !draft->risky) {
        call->arguments[type_index].value |= MEM_RESERVE;
    }
    uint64_t size = draw_region_size(draft);
    if (draft->risky && hck_random_chance(&draft->random, 30)) {
        size =
            hck_value_size_of(draft, hck_random_chance(&draft->random, 70) ? SIZE_HUGE : SIZE_TINY);
    }
    *address_of(call) = draw_place(draft);
    if ((type & MEM_LARGE_PAGES) != 0 && hck_random_chance(&draft->random, 70)) {
        size = round_up(size, WINMEM_LARGE_PAGE_SIZE);
        *address_of(call) = hck_argument_form(FORM_NULL);
        call->arguments[hck_call_flags_place(row, FLAG_SET_protection)] =
            hck_argument_value(PAGE_READWRITE);
    }
    call->arguments[hck_call_place(row, ARGUMENT_SIZE)] = hck_argument_value(size);
}

/* --- Everything that names pages -------------------------------------------------------------- */

static void draw_free(struct draft *draft, struct call *call, const struct call_row *row,
                      struct page_range *range)
{
    uint32_t type = hck_call_flags_given(call, FLAG_SET_free_type);
    if ((type & MEM_RELEASE) != 0 && !(draft->risky && hck_random_chance(&draft->random, 60))) {
        bool rounds = draft->risky && hck_random_chance(&draft->random, 20);
        range->offset = rounds ? hck_random_below(&draft->random, FORECAST_PAGE) : 0;
        range->size = 0;
    } else if (type == MEM_DECOMMIT && hck_random_chance(&draft->random, 8)) {
        range->offset = 0;
        range->size = 0;
    } else if (draft->risky && hck_random_chance(&draft->random, 50)) {
        spoil_range(draft, range);
    }
    set_range(call, row, range);
}

static void draw_query(struct draft *draft, struct call *call, const struct call_row *row,
                       struct page_range *range)
{
    static const uint64_t lengths[] = {47, 0, 49, 64, 24, 48};
    uint64_t length = 48;
    if (hck_random_chance(&draft->random, draft->risky ? 60 : 5)) {
        length = lengths[hck_random_below(&draft->random, 6)];
    }
    uint32_t block = hck_draft_any_slot(draft, SLOT_BLOCK);
    if (block != NO_SLOT && hck_random_chance(&draft->random, 15)) {
        *address_of(call) = hck_argument_slot(SLOT_BLOCK, block, 0);
        call->arguments[hck_call_place(row, ARGUMENT_SIZE)] = hck_argument_value(length);
        return;
    }
    if (hck_random_chance(&draft->random, 15)) {
        uint32_t dead = hck_draft_any_slot(draft, SLOT_REGION);
        range->region = dead == NO_SLOT ? range->region : dead;
    } else if (hck_random_chance(&draft->random, 15)) {
        spoil_range(draft, range);
    }
    set_range(call, row, range);
    if (hck_random_chance(&draft->random, 4)) {
        *address_of(call) = hck_argument_form(FORM_NULL);
    }
    call->arguments[hck_call_place(row, ARGUMENT_SIZE)] = hck_argument_value(length);
}

/* Part of a live block: every byte of it can be read, and executed if its heap says so. */
static bool draw_block_part(struct draft *draft, struct call *call, const struct call_row *row)
{
    unsigned size_index = hck_call_place(row, ARGUMENT_SIZE);
    uint32_t block = hck_draft_live_slot(draft, SLOT_BLOCK);
    if (block == NO_SLOT) {
        return false;
    }
    uint64_t bytes = hck_forecast_slot(&draft->forecast, SLOT_BLOCK, block)->size;
    uint64_t offset = 0;
    if (bytes > 0 && hck_random_chance(&draft->random, 40)) {
        offset = hck_random_chance(&draft->random, 50) ? bytes - 1
                                                       : hck_random_below(&draft->random, bytes);
    }
    *address_of(call) = hck_argument_slot(SLOT_BLOCK, block, offset);
    if (size_index < CALL_ARGUMENTS_MAX) {
        uint64_t rest = bytes - offset;
        call->arguments[size_index] =
            hck_argument_value(rest < ACCESS_SIZE_MAX ? rest : ACCESS_SIZE_MAX);
    }
    return true;
}

/* Risky ones go to the free pages behind a region that lies on its last granule, or to places where
 * nothing can ever be. */
static void draw_access(struct draft *draft, struct call *call, const struct call_row *row,
                        struct page_range *range)
{
    const struct slot *slot = hck_forecast_slot(&draft->forecast, SLOT_REGION, range->region);
    range->size = range->size < ACCESS_SIZE_MAX ? range->size : ACCESS_SIZE_MAX;
    if (draft->risky && hck_random_chance(&draft->random, 25)) {
        range->offset = slot->size;
        range->size = 1;
    }
    set_range(call, row, range);
    if (draft->risky && hck_random_chance(&draft->random, 40)) {
        *address_of(call) = hck_argument_value(draw_literal(draft));
    }
}

/* Whole pages for the most part; what is reclaimed is what was offered. */
static void draw_hint(struct draft *draft, struct call *call, const struct call_row *row,
                      struct page_range *range)
{
    const struct slot *slot = hck_forecast_slot(&draft->forecast, SLOT_REGION, range->region);
    if (row->effect == EFFECT_reclaim_pages && slot->offered_to != 0) {
        range->offset = slot->offered_from - slot->address;
        range->size = slot->offered_to - slot->offered_from;
    } else if (draft->risky && hck_random_chance(&draft->random, 30)) {
        spoil_range(draft, range);
    } else if (hck_random_chance(&draft->random, 85)) {
        uint64_t end = round_up(range->offset + range->size, FORECAST_PAGE);
        range->offset -= range->offset % FORECAST_PAGE;
        range->size = end - range->offset;
    }
    set_range(call, row, range);
}

/* A range that is watched, where there is one, and room for most of what was written in it. */
static void draw_watch(struct draft *draft, struct call *call, const struct call_row *row,
                       struct page_range *range)
{
    enum { TRIES = 4 };
    unsigned room = hck_call_place(row, ARGUMENT_INPUT);
    for (unsigned i = 0;
         i < TRIES && !hck_forecast_slot(&draft->forecast, SLOT_REGION, range->region)->is_watched;
         i++) {
        (void)hck_pages_draw_range(draft, false, range);
    }
    if (draft->risky && hck_random_chance(&draft->random, 30)) {
        spoil_range(draft, range);
    }
    set_range(call, row, range);
    if (room < CALL_ARGUMENTS_MAX && !(draft->risky && hck_random_chance(&draft->random, 20))) {
        bool is_ample = hck_random_chance(&draft->random, 70);
        call->arguments[room] =
            hck_argument_value(is_ample ? FORECAST_PAGES : 1 + hck_random_below(&draft->random, 4));
    }
}

/* Mostly the base of a view; other places now and then, for they have to be refused. */
static void draw_unmap(struct draft *draft, struct call *call)
{
    enum { TRIES = 4 };
    for (unsigned i = 0; i < TRIES; i++) {
        uint32_t region = hck_draft_live_slot(draft, SLOT_REGION);
        bool is_view =
            region != NO_SLOT && hck_forecast_slot(&draft->forecast, SLOT_REGION, region)->is_view;
        if (is_view || (region != NO_SLOT && draft->risky)) {
            bool is_inner = draft->risky && hck_random_chance(&draft->random, 30);
            *address_of(call) = hck_argument_slot(SLOT_REGION, region, is_inner ? 1 : 0);
            return;
        }
    }
    *address_of(call) = hck_argument_value(draw_literal(draft));
}

void hck_pages_draw_call(struct draft *draft, struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    bool changes_protection = hck_call_flags_place(row, FLAG_SET_protection) < CALL_ARGUMENTS_MAX;
    bool is_access = row->family == FAMILY_probe || hck_call_checks_access(row);
    bool is_hint = hck_call_returns_code(row);
    struct page_range range;

    if (hck_call_flags_place(row, FLAG_SET_allocation_type) < CALL_ARGUMENTS_MAX) {
        draw_allocation(draft, call, row);
        return;
    }
    if (row->effect == EFFECT_map_view) {
        *address_of(call) = draw_place(draft);
        return;
    }
    if (row->effect == EFFECT_unmap_view) {
        draw_unmap(draft, call);
        return;
    }
    if (is_access && hck_random_chance(&draft->random, 30) && draw_block_part(draft, call, row)) {
        return;
    }
    if (!hck_pages_draw_range(draft, (changes_protection || is_access || is_hint) && !draft->risky,
                              &range)) {
        *address_of(call) = hck_argument_value(draw_literal(draft));
        return;
    }
    if (hck_call_flags_place(row, FLAG_SET_free_type) < CALL_ARGUMENTS_MAX) {
        draw_free(draft, call, row, &range);
    } else if (changes_protection) {
        if (draft->risky && hck_random_chance(&draft->random, 50)) {
            spoil_range(draft, &range);
        }
        set_range(call, row, &range);
        uint32_t block = hck_draft_live_slot(draft, SLOT_BLOCK);
        if (draft->risky && block != NO_SLOT && hck_random_chance(&draft->random, 10)) {
            *address_of(call) = hck_argument_slot(SLOT_BLOCK, block, 0);
        }
    } else if (row->effect == EFFECT_watch_pages) {
        draw_watch(draft, call, row, &range);
    } else if (is_hint) {
        draw_hint(draft, call, row, &range);
    } else if (is_access) {
        draw_access(draft, call, row, &range);
    } else {
        draw_query(draft, call, row, &range);
    }
}
