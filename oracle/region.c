/* See region.h for the invariants. */
#include "oracle/region.h"

#include "oracle/content.h"
#include "oracle/locks.h"
#include "oracle/watch.h"
#include "spec/protection.h"

enum { CAUSE_BITS = 0xFF, WAS_ALARMED = 0x100, THREAD_BITS = 3 };

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

static struct model_region *region_below(const struct oracle *oracle,
                                         const struct model_region *region)
{
    return region->base > 0 ? region_before(oracle, region->base - 1) : NULL;
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
    hck_locks_forget(oracle, base, base + size);
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
                                    .is_strange = base + (size - 1) > hck_region_maximum(oracle),
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
    hck_watch_end(oracle, region->base, end);
    hck_content_set(oracle, region->base, end, 0, CONTENT_RELEASED);
    hck_locks_forget(oracle, region->base, end);
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
    bool is_end = cause == CAUSE_ALARMED || cause == CAUSE_LOCK_ALARMED;
    uint32_t is_alarm = is_end ? WAS_ALARMED : 0;
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
    if ((protect & (PAGE_NOACCESS | PAGE_GUARD)) != 0) { /* whether a lock outlasts that is open */
        hck_locks_change(oracle, start, end, LOCK_HELD, LOCK_OPEN);
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
        hck_content_zero(oracle, at, new_end);
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
        hck_content_set(oracle, reserved_end, committed_end, 0, CONTENT_DECOMMITTED);
        at = committed_end;
    }
    hck_locks_change(oracle, start, end, LOCK_HELD, LOCK_DECOMMITTED);
    hck_region_set(oracle, region, start, end, MEM_RESERVE, 0, cause, thread);
    hck_watch_note_decommit(oracle, start, end);
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
    hck_content_reset(oracle, start, end);
    hck_watch_blur(oracle, start, end);
}

void hck_region_discard(struct oracle *oracle, struct model_region *region, uint64_t start,
                        uint64_t end, enum page_cause cause, uint8_t thread)
{
    set_cause_of_kept(oracle, region, start, end, cause, thread);
    hck_content_discard(oracle, start, end);
    hck_watch_blur(oracle, start, end);
}

void hck_region_reclaim(struct oracle *oracle, struct model_region *region, uint64_t start,
                        uint64_t end, uint8_t thread)
{
    set_cause_of_kept(oracle, region, start, end, CAUSE_RECLAIMED, thread);
    hck_content_reclaim(oracle, start, end);
    hck_watch_blur(oracle, start, end);
}

void hck_region_lock(struct oracle *oracle, struct model_region *region, uint64_t start,
                     uint64_t end, uint8_t thread)
{
    set_cause_of_kept(oracle, region, start, end, CAUSE_LOCKED, thread);
    hck_locks_set(oracle, start, end, LOCK_HELD);
}

/* The pages of [start, end) that no write has copied yet. */
static void copy_pages(struct oracle *oracle, struct model_region *view, uint64_t start,
                       uint64_t end, uint8_t thread)
{
    struct page_piece page;
    for (uint64_t at = start; at < end && hck_region_piece(oracle, at, &page); at = page.end) {
        uint64_t stop = page.end < end ? page.end : end;
        if (hck_protection_copies(page.protect)) {
            hck_content_copy(oracle, at, stop);
            hck_region_set(oracle, view, at, stop, MEM_COMMIT, page.protect >> 1, CAUSE_COPIED,
                           thread);
        }
    }
}

void hck_region_note_write(struct oracle *oracle, uint64_t start, uint64_t end, bool is_settled,
                           uint8_t thread)
{
    struct model_region *region = oracle->has_copies ? region_before(oracle, end - 1) : NULL;
    uint64_t stop = end;
    (void)page_up(end, &stop);
    while (region && region->base + region->size > start) {
        uint64_t region_end = region->base + region->size;
        bool is_copied = hck_protection_copies(region->allocation_protect);
        if (is_copied && (!is_settled || region->is_uncertain)) {
            hck_region_doubt(oracle, region);
        } else if (is_copied) {
            copy_pages(oracle, region, start > region->base ? page_down(start) : region->base,
                       stop < region_end ? stop : region_end, thread);
        }
        region = region_below(oracle, region);
    }
}

void hck_region_doubt(struct oracle *oracle, struct model_region *region)
{
    region->is_uncertain = true;
    hck_locks_doubt(oracle, region->base, region->base + region->size);
    hck_watch_doubt(oracle, region->base, region->base + region->size);
    hck_content_forget(oracle, region->base, region->base + region->size);
}

void hck_region_doubt_range(struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct model_region *region = end > start ? region_before(oracle, end - 1) : NULL;
    while (region && region->base + region->size > start) {
        hck_region_doubt(oracle, region);
        region = region_below(oracle, region);
    }
}
