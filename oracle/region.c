/* See region.h for the invariants. */
#include "oracle/region.h"

enum { CAUSE_BITS = 0xFF, WAS_ALARMED = 0x100, THREAD_BITS = 3, VALUE_BITS = 0xFF, KIND_SHIFT = 8 };

_Static_assert(TRACE_THREADS_MAX <= 1 << THREAD_BITS, "a thread number does not fit");
_Static_assert(TRACE_CALLS_MAX < 1 << (31 - THREAD_BITS), "a call number does not fit");

uint64_t hck_region_minimum(const struct oracle *oracle)
{
    return oracle->system_known ? oracle->system[SYSTEM_MINIMUM] : MODEL_GRANULARITY;
}

uint64_t hck_region_maximum(const struct oracle *oracle)
{
    if (oracle->system_known) {
        return oracle->system[SYSTEM_MAXIMUM];
    }
    bool is_observed = oracle_judges(
        oracle, CLAUSE_system_info_maximum_application_address_ends_below_the_upper_gap_on_x64);
    return is_observed ? MODEL_ADDRESS_MAX : MODEL_USER_MAX;
}

/* --- Reservations ------------------------------------------------------------------------- */

/* The last reservation that begins at the address or below. */
static struct model_region *region_before(const struct oracle *oracle, uint64_t address)
{
    struct extent extent;
    if (!extent_map_get(extent_map_at_or_before(&oracle->reservations, address), &extent)) {
        return NULL;
    }
    return &oracle->regions[extent.a];
}

struct model_region *hck_region_at(const struct oracle *oracle, uint64_t address)
{
    struct model_region *region = region_before(oracle, address);
    return region && address - region->base < region->size ? region : NULL;
}

static enum space space_above(const struct oracle *oracle, uint64_t address)
{
    if (address > MODEL_USER_MAX) {
        return address >= MODEL_SYSTEM_MIN ? SPACE_SYSTEM : SPACE_NONCANONICAL;
    }
    return address - hck_region_maximum(oracle) <= MODEL_GRANULARITY ? SPACE_UPPER_GAP
                                                                     : SPACE_ABOVE;
}

/* What the target itself calls accessible is not in it, however low that is. */
static bool is_in_null_partition(const struct oracle *oracle, uint64_t address)
{
    uint64_t lowest = oracle->system_asked ? oracle->system[SYSTEM_MINIMUM] : 0;
    return address < MODEL_GRANULARITY && (lowest == 0 || address < lowest);
}

enum space hck_region_space(const struct oracle *oracle, uint64_t address)
{
    struct model_region *region = region_before(oracle, address);
    if (region && address - region->base < region->size) {
        return SPACE_REGION;
    }
    uint64_t last = region ? region->base + region->size - 1 : 0;
    if (region && granule_down(last) == granule_down(address)) {
        return region->was_named ? SPACE_UNKNOWN : SPACE_GRANULE_REST;
    }
    if (is_in_null_partition(oracle, address)) {
        return SPACE_NULL_PARTITION;
    }
    if (address > hck_region_maximum(oracle)) {
        return space_above(oracle, address);
    }
    const struct model_event *released = &oracle->events.released;
    if (released->epoch != 0 && address >= released->start && address < released->stop) {
        return SPACE_RELEASED;
    }
    return SPACE_UNKNOWN;
}

struct operand hck_region_operand(const struct oracle *oracle, const struct model_region *region,
                                  uint64_t address)
{
    struct operand operand = {SLOT_KIND_NONE, NO_SLOT, address, 0};
    if (region->slot < oracle->state.slot_count[SLOT_REGION] &&
        oracle->state.slots[SLOT_REGION][region->slot].address == region->base) {
        operand.slot_kind = SLOT_REGION;
        operand.slot = region->slot;
        operand.offset = address - region->base;
    }
    return operand;
}

static void forget_overlapped(struct oracle *oracle, uint64_t base, uint64_t size)
{
    struct extent extent;
    while (extent_map_overlap(&oracle->reservations, base, size, &extent)) {
        hck_region_remove(oracle, &oracle->regions[extent.a]);
    }
}

struct model_region *hck_region_add(struct oracle *oracle, uint64_t base, uint64_t size,
                                    uint32_t allocation_protect, uint32_t slot, uint8_t thread)
{
    if (size == 0 || oracle->region_count == oracle->region_count_max) {
        return NULL;
    }
    forget_overlapped(oracle, base, size);
    uint32_t number = oracle->region_count;
    struct extent extent = {base, size, number, 0};
    if (!extent_map_insert(&oracle->reservations, &extent)) {
        return NULL;
    }
    oracle->region_count++;
    extent.a = object_tag(OBJECT_REGION, number);
    hck_model_place(oracle, &extent);
    struct model_region *region = &oracle->regions[number];
    *region = (struct model_region){.base = base,
                                    .size = size,
                                    .allocation_protect = allocation_protect,
                                    .slot = slot,
                                    .thread = thread};
    oracle->region_bytes += size;
    oracle->region_count_live++;
    oracle->region_count_of[thread]++;
    return region;
}

void hck_region_remove(struct oracle *oracle, struct model_region *region)
{
    uint64_t end = region->base + region->size;
    uint32_t number = (uint32_t)(region - oracle->regions);
    (void)extent_map_remove(&oracle->reservations, region->base);
    (void)extent_map_remove_exact(&oracle->objects, region->base, object_tag(OBJECT_REGION, number),
                                  0);
    (void)extent_map_clear(&oracle->pages, region->base, end);
    (void)extent_map_clear(&oracle->causes, region->base, end);
    (void)extent_map_assign(&oracle->contents, region->base, end, CONTENT_RELEASED << KIND_SHIFT, 0,
                            region->base, end);
    oracle->region_bytes -= region->size;
    oracle->region_count_live--;
    oracle->region_count_of[region->thread]--;
    region->size = 0;
}

/* --- Pages -------------------------------------------------------------------------------- */

bool hck_region_piece(const struct oracle *oracle, uint64_t address, struct page_piece *piece)
{
    struct extent page;
    struct extent cause;
    if (!extent_map_find(&oracle->pages, address, &page) ||
        !extent_map_find(&oracle->causes, address, &cause)) {
        return false;
    }
    uint64_t page_end = page.start + page.length;
    uint64_t cause_end = cause.start + cause.length;
    piece->start = page.start > cause.start ? page.start : cause.start;
    piece->end = page_end < cause_end ? page_end : cause_end;
    piece->state = page.a;
    piece->protect = page.b;
    piece->cause = (enum page_cause)(cause.a & CAUSE_BITS);
    piece->was_alarmed = (cause.a & WAS_ALARMED) != 0;
    piece->epoch = cause.b >> THREAD_BITS;
    piece->thread = cause.b & ((1u << THREAD_BITS) - 1);
    return true;
}

bool hck_region_run(const struct oracle *oracle, uint64_t address, uint64_t *start, uint64_t *end)
{
    struct extent page;
    if (!extent_map_find(&oracle->pages, address, &page)) {
        return false;
    }
    *start = page.start;
    *end = page.start + page.length;
    return true;
}

/* Guards that were spent are remembered through later changes, piece by piece. Pieces that come out
 * alike are joined. */
static void set_causes(struct oracle *oracle, uint64_t start, uint64_t end, enum page_cause cause,
                       uint8_t thread)
{
    struct extent old;
    uint32_t when = oracle->epoch << THREAD_BITS | thread;
    uint32_t is_alarm = cause == CAUSE_ALARMED ? WAS_ALARMED : 0;
    for (uint64_t at = start; at < end;) {
        uint32_t alarmed = is_alarm;
        uint64_t stop = end;
        if (extent_map_overlap(&oracle->causes, at, end - at, &old)) {
            bool begins_later = old.start > at;
            uint64_t old_end = old.start + old.length;
            alarmed |= begins_later ? 0 : old.a & WAS_ALARMED;
            stop = begins_later ? old.start : old_end < end ? old_end : end;
        }
        (void)extent_map_assign(&oracle->causes, at, stop, (uint32_t)cause | alarmed, when, start,
                                end);
        at = stop;
    }
}

static void set_pages(struct oracle *oracle, struct model_region *region, uint64_t start,
                      uint64_t end, uint32_t state, uint32_t protect)
{
    uint32_t modifiers = protect & (PAGE_NOCACHE | PAGE_WRITECOMBINE);
    region->has_modifiers = region->has_modifiers || modifiers != 0;
    if (!extent_map_assign(&oracle->pages, start, end, state, protect, region->base,
                           region->base + region->size)) {
        region->is_strange = true;
    }
}

void hck_region_set(struct oracle *oracle, struct model_region *region, uint64_t start,
                    uint64_t end, uint32_t state, uint32_t protect, enum page_cause cause,
                    uint8_t thread)
{
    if (start < end) {
        set_pages(oracle, region, start, end, state, protect);
        set_causes(oracle, start, end, cause, thread);
    }
}

bool hck_region_all_committed(const struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct extent page;
    while (start < end) {
        if (!extent_map_find(&oracle->pages, start, &page) || page.a != MEM_COMMIT) {
            return false;
        }
        start = page.start + page.length;
    }
    return true;
}

/* --- Contents ----------------------------------------------------------------------------- */

static void set_content(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value,
                        enum content_kind kind)
{
    if (start < end) {
        (void)extent_map_assign(&oracle->contents, start, end, value | (uint32_t)kind << KIND_SHIFT,
                                oracle->epoch, start, end);
    }
}

/* What commits next at memory that was used before is zero for another reason. */
static enum content_kind kind_of_zero(enum content_kind before)
{
    switch (before) {
    case CONTENT_DECOMMITTED:
    case CONTENT_AGAIN:
        return CONTENT_AGAIN;
    case CONTENT_RELEASED:
    case CONTENT_REUSED:
        return CONTENT_REUSED;
    default:
        return CONTENT_FRESH;
    }
}

static void zero_content(struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct extent old;
    while (start < end) {
        enum content_kind kind = CONTENT_FRESH;
        uint64_t stop = end;
        if (extent_map_overlap(&oracle->contents, start, end - start, &old)) {
            uint64_t old_end = old.start + old.length;
            if (old.start > start) {
                stop = old.start;
            } else {
                kind = kind_of_zero((enum content_kind)(old.a >> KIND_SHIFT));
                stop = old_end < end ? old_end : end;
            }
        }
        set_content(oracle, start, stop, 0, kind);
        start = stop;
    }
}

/* The end of the stretch from `at` on, at most to `end`, whose pages have this state or not. */
static uint64_t stretch_end(const struct oracle *oracle, uint64_t at, uint64_t end, uint32_t state,
                            bool has_it)
{
    struct extent page;
    while (at < end && extent_map_find(&oracle->pages, at, &page) && (page.a == state) == has_it) {
        at = page.start + page.length;
    }
    return at < end ? at : end;
}

void hck_region_commit(struct oracle *oracle, struct model_region *region, uint64_t start,
                       uint64_t end, uint32_t protect, enum page_cause cause, uint8_t thread)
{
    enum page_cause again = cause == CAUSE_COMMITTED ? CAUSE_RECOMMITTED : cause;
    for (uint64_t at = start; at < end;) {
        uint64_t new_end = stretch_end(oracle, at, end, MEM_RESERVE, true);
        uint64_t old_end = stretch_end(oracle, new_end, end, MEM_RESERVE, false);
        if (old_end == at) {
            break; /* pages are missing from the map */
        }
        zero_content(oracle, at, new_end);
        set_causes(oracle, at, new_end, cause, thread);
        set_causes(oracle, new_end, old_end, again, thread);
        at = old_end;
    }
    set_pages(oracle, region, start, end, MEM_COMMIT, protect);
}

void hck_region_decommit(struct oracle *oracle, struct model_region *region, uint64_t start,
                         uint64_t end, enum page_cause cause, uint8_t thread)
{
    for (uint64_t at = start; at < end;) {
        uint64_t reserved_end = stretch_end(oracle, at, end, MEM_COMMIT, false);
        uint64_t committed_end = stretch_end(oracle, reserved_end, end, MEM_COMMIT, true);
        if (committed_end == at) {
            break;
        }
        set_content(oracle, reserved_end, committed_end, 0, CONTENT_DECOMMITTED);
        at = committed_end;
    }
    hck_region_set(oracle, region, start, end, MEM_RESERVE, 0, cause, thread);
}

/* --- Contents of pages that were reset -------------------------------------------------------- */

/* What becomes of a piece of known content; `value` is an argument of the change. */
typedef struct content_piece (*change)(struct content_piece piece, uint8_t value);

static void change_content(struct oracle *oracle, uint64_t start, uint64_t end, change what,
                           uint8_t value)
{
    struct extent old;
    while (start < end && extent_map_overlap(&oracle->contents, start, end - start, &old)) {
        struct content_piece piece;
        uint64_t at = old.start > start ? old.start : start;
        uint64_t stop = old.start + old.length < end ? old.start + old.length : end;
        if (hck_region_content(oracle, at, &piece)) {
            struct content_piece now = what(piece, value);
            (void)extent_map_assign(&oracle->contents, at, stop,
                                    now.value | (uint32_t)now.kind << KIND_SHIFT, now.epoch, start,
                                    end);
        }
        start = stop;
    }
}

static struct content_piece reset(struct content_piece piece, uint8_t value)
{
    (void)value;
    piece.value = piece.kind == CONTENT_DROPPED ? 0 : piece.value;
    piece.kind = CONTENT_RESET;
    return piece;
}

static struct content_piece undo(struct content_piece piece, uint8_t value)
{
    (void)value;
    if (piece.kind == CONTENT_RESET || piece.kind == CONTENT_DROPPED) {
        piece.kind = CONTENT_RESTORED;
    }
    return piece;
}

/* Of a page of which a byte was written. */
static struct content_piece freeze(struct content_piece piece, uint8_t value)
{
    (void)value;
    if (piece.kind == CONTENT_DROPPED) {
        piece.kind = CONTENT_SETTLED;
        piece.value = 0;
    } else if (piece.kind == CONTENT_RESET) {
        piece.kind = CONTENT_FROZEN;
    }
    return piece;
}

static struct content_piece note_open(struct content_piece piece, uint8_t value)
{
    if (piece.kind == CONTENT_FROZEN) {
        piece.kind = CONTENT_SETTLED;
        piece.value = value;
    } else if (piece.kind == CONTENT_RESET && value != piece.value) {
        piece.kind = CONTENT_DROPPED;
    }
    return piece;
}

/* Pages that stay as they are have another call to thank for it. */
static void set_cause_of_kept(struct oracle *oracle, struct model_region *region, uint64_t start,
                              uint64_t end, enum page_cause cause, uint8_t thread)
{
    struct page_piece page;
    for (uint64_t at = start; at < end && hck_region_piece(oracle, at, &page); at = page.end) {
        hck_region_set(oracle, region, at, page.end < end ? page.end : end, page.state,
                       page.protect, cause, thread);
    }
}

void hck_region_reset(struct oracle *oracle, struct model_region *region, uint64_t start,
                      uint64_t end, uint8_t thread)
{
    set_cause_of_kept(oracle, region, start, end, CAUSE_RESET, thread);
    change_content(oracle, start, end, reset, 0);
    oracle->has_reset = true;
}

void hck_region_undo_reset(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change_content(oracle, start, end, undo, 0);
}

void hck_region_note_open(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    change_content(oracle, start, end, note_open, value);
}

void hck_region_discard(struct oracle *oracle, struct model_region *region, uint64_t start,
                        uint64_t end, enum page_cause cause, uint8_t thread)
{
    set_cause_of_kept(oracle, region, start, end, cause, thread);
    set_content(oracle, start, end, 0, CONTENT_DISCARDED);
    oracle->has_discarded = true;
}

bool hck_region_is_discarded(const struct oracle *oracle, uint64_t address)
{
    struct extent extent;
    return extent_map_find(&oracle->contents, address, &extent) &&
           extent.a >> KIND_SHIFT == CONTENT_DISCARDED;
}

static struct content_piece reclaim(struct content_piece piece, uint8_t value)
{
    (void)value;
    piece.kind = content_is_open(piece.kind) ? piece.kind : CONTENT_RECLAIMED;
    return piece;
}

void hck_region_reclaim(struct oracle *oracle, struct model_region *region, uint64_t start,
                        uint64_t end, uint8_t thread)
{
    set_cause_of_kept(oracle, region, start, end, CAUSE_RECLAIMED, thread);
    change_content(oracle, start, end, reclaim, 0);
}

/* What is written to discarded pages says so. */
static void write_plainly(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    struct extent old;
    for (uint64_t at = start; at < end;) {
        uint64_t stop = end;
        enum content_kind kind = CONTENT_WRITTEN;
        if (oracle->has_discarded && extent_map_overlap(&oracle->contents, at, end - at, &old)) {
            uint64_t old_end = old.start + old.length;
            enum content_kind before = (enum content_kind)(old.a >> KIND_SHIFT);
            if (old.start > at) {
                stop = old.start;
            } else {
                bool is_rewritten = before == CONTENT_DISCARDED || before == CONTENT_REWRITTEN;
                kind = is_rewritten ? CONTENT_REWRITTEN : CONTENT_WRITTEN;
                stop = old_end < end ? old_end : end;
            }
        }
        (void)extent_map_assign(&oracle->contents, at, stop, value | (uint32_t)kind << KIND_SHIFT,
                                oracle->epoch, start, end);
        at = stop;
    }
}

/* The first pages in [start, end) that were reset, written since or not; false where there are
 * none.
 */
static bool find_reset(struct oracle *oracle, uint64_t start, uint64_t end, uint64_t *from,
                       uint64_t *to)
{
    struct extent old;
    while (start < end && extent_map_overlap(&oracle->contents, start, end - start, &old)) {
        enum content_kind kind = (enum content_kind)(old.a >> KIND_SHIFT);
        uint64_t stop = old.start + old.length < end ? old.start + old.length : end;
        if (content_is_open(kind) || kind == CONTENT_SETTLED) {
            *from = page_down(old.start > start ? old.start : start);
            return page_up(stop, to);
        }
        start = stop;
    }
    return false;
}

/* A write makes the pages that it touches of interest again. */
static void write_after_reset(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    uint64_t last;
    uint64_t from;
    uint64_t to;
    (void)page_up(end, &last);
    while (start < end && find_reset(oracle, page_down(start), last, &from, &to)) {
        uint64_t settled_from = from < start ? start : from < end ? from : end;
        uint64_t settled_to = to < end ? to : end;
        change_content(oracle, from, to, freeze, 0);
        write_plainly(oracle, start, settled_from, value);
        set_content(oracle, settled_from, settled_to, value, CONTENT_SETTLED);
        start = settled_to;
    }
    write_plainly(oracle, start, end, value);
}

void hck_region_write(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    if (oracle->has_reset) {
        write_after_reset(oracle, start, end, value);
    } else {
        write_plainly(oracle, start, end, value);
    }
}

void hck_region_forget(struct oracle *oracle, uint64_t start, uint64_t end)
{
    (void)extent_map_clear(&oracle->contents, start, end);
}

void hck_region_doubt(struct oracle *oracle, struct model_region *region)
{
    region->is_uncertain = true;
    hck_region_forget(oracle, region->base, region->base + region->size);
}

void hck_region_doubt_range(struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct model_region *region = end > start ? region_before(oracle, end - 1) : NULL;
    while (region && region->base + region->size > start) {
        hck_region_doubt(oracle, region);
        region = region->base > 0 ? region_before(oracle, region->base - 1) : NULL;
    }
}

bool hck_region_content(const struct oracle *oracle, uint64_t address, struct content_piece *piece)
{
    struct extent extent;
    if (!extent_map_find(&oracle->contents, address, &extent)) {
        return false;
    }
    piece->start = extent.start;
    piece->end = extent.start + extent.length;
    piece->value = (uint8_t)(extent.a & VALUE_BITS);
    piece->kind = (enum content_kind)(extent.a >> KIND_SHIFT);
    piece->epoch = extent.b;
    return piece->kind != CONTENT_DISCARDED && piece->kind != CONTENT_DECOMMITTED &&
           piece->kind != CONTENT_RELEASED;
}

void hck_region_confirm(struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct content_piece piece;
    for (uint64_t at = start; at < end && hck_region_content(oracle, at, &piece);) {
        uint64_t stop = piece.end < end ? piece.end : end;
        (void)extent_map_assign(&oracle->contents, at, stop,
                                piece.value | (uint32_t)piece.kind << KIND_SHIFT, oracle->epoch,
                                start, end);
        at = stop;
    }
}
