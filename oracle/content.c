/* See content.h. */
#include "oracle/content.h"

#include "oracle/region.h"
#include "spec/protection.h"

/* Larger sections are there, but what their views show is not looked after. */
#define SECTION_KEPT_MAX (UINT64_C(1) << 40)

enum { VALUE_BITS = 0xFF, KIND_SHIFT = 8 };

/* --- Contents ----------------------------------------------------------------------------- */

void hck_content_set(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value,
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

void hck_content_zero(struct oracle *oracle, uint64_t start, uint64_t end)
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
        hck_content_set(oracle, start, stop, 0, kind);
        start = stop;
    }
}

/* --- Contents of views -------------------------------------------------------------------- */

void hck_content_add_section(struct oracle *oracle, struct model_section *section, uint64_t bytes)
{
    uint64_t size;
    bool is_kept = page_up(bytes, &size) && size <= SECTION_KEPT_MAX;
    section->bytes = bytes;
    section->storage = is_kept ? oracle->next_storage : 0;
    if (is_kept) {
        hck_content_set(oracle, section->storage, section->storage + size, 0, CONTENT_UNSHOWN);
        oracle->next_storage += size + MODEL_PAGE_SIZE;
    }
}

/* Where the content from an address on is kept: that of views is their section's, but for what a
 * view has copies of. */
struct place {
    uint64_t at;
    uint64_t from; /* the addresses around it that are kept together, as far as asked for */
    uint64_t end;
    bool is_shared;
    bool is_spared; /* shared, and a write makes a copy */
};

/* To the part of a copy-on-write view that was copied, or was not, as the address was. */
static void narrow_to_copies(const struct oracle *oracle, struct place *place, uint64_t start)
{
    struct page_piece piece;
    place->is_spared = true;
    if (hck_region_piece(oracle, start, &piece)) {
        place->from = piece.start;
        place->end = piece.end < place->end ? piece.end : place->end;
        place->is_spared = hck_protection_copies(piece.protect);
        place->is_shared = place->is_shared && place->is_spared;
    }
}

static struct place place_of(const struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct place place = {.at = start, .end = end};
    struct extent next;
    const struct model_region *region = oracle->has_views ? hck_region_at(oracle, start) : NULL;
    if (region) {
        uint64_t region_end = region->base + region->size;
        place.from = region->base;
        place.end = region_end < end ? region_end : end;
        place.is_shared = region->storage != 0;
        if (hck_protection_copies(region->allocation_protect)) {
            narrow_to_copies(oracle, &place, start);
        }
        place.at = place.is_shared ? region->storage + (start - region->base) : start;
    } else if (oracle->has_views &&
               extent_map_get(extent_map_at_or_after(&oracle->reservations, start), &next) &&
               next.start < end) {
        place.end = next.start;
    }
    return place;
}

/* The run that holds what is kept at `at`. */
static bool kept_at(const struct oracle *oracle, uint64_t at, struct content_piece *piece)
{
    struct extent extent;
    if (!extent_map_find(&oracle->contents, at, &extent)) {
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

bool hck_content_at(const struct oracle *oracle, uint64_t address, struct content_piece *piece)
{
    struct place place = place_of(oracle, address, UINT64_MAX);
    if (!kept_at(oracle, place.at, piece)) {
        return false;
    }
    uint64_t before = place.at - piece->start;
    uint64_t behind = piece->end - place.at;
    piece->start = before < address - place.from ? address - before : place.from;
    piece->end = behind < place.end - address ? address + behind : place.end;
    return true;
}

/* As many runs of bytes as there is room for (CONTENT_COPIES_MAX); of the others nothing is known.
 */
void hck_content_copy(struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct extent old;
    struct place place = place_of(oracle, start, end);
    uint64_t at = place.at;
    uint64_t stop = at + (end - start);
    for (unsigned i = 0; i < CONTENT_COPIES_MAX && place.is_shared && at < stop; i++) {
        if (!extent_map_overlap(&oracle->contents, at, stop - at, &old)) {
            break;
        }
        uint64_t from = old.start > at ? old.start : at;
        uint64_t to = old.start + old.length < stop ? old.start + old.length : stop;
        uint8_t value = (uint8_t)(old.a & VALUE_BITS);
        hck_content_set(oracle, start + (from - place.at), start + (to - place.at), value,
                        CONTENT_COPIED);
        hck_content_set(oracle, from, to, value, CONTENT_SPARED);
        at = to;
    }
}

/* --- Pages that were reset, discarded or offered ---------------------------------------------- */

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
        if (hck_content_at(oracle, at, &piece)) {
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

void hck_content_reset(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change_content(oracle, start, end, reset, 0);
    oracle->has_reset = true;
}

void hck_content_undo_reset(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change_content(oracle, start, end, undo, 0);
}

void hck_content_note_open(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    change_content(oracle, start, end, note_open, value);
}

void hck_content_discard(struct oracle *oracle, uint64_t start, uint64_t end)
{
    hck_content_set(oracle, start, end, 0, CONTENT_DISCARDED);
    oracle->has_discarded = true;
}

bool hck_content_is_discarded(const struct oracle *oracle, uint64_t address)
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

void hck_content_reclaim(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change_content(oracle, start, end, reclaim, 0);
}

/* --- Writes and reads ------------------------------------------------------------------------- */

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
        hck_content_set(oracle, settled_from, settled_to, value, CONTENT_SETTLED);
        start = settled_to;
    }
    write_plainly(oracle, start, end, value);
}

void hck_content_write(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    while (start < end) {
        struct place place = place_of(oracle, start, end);
        if (place.is_spared) {
            hck_content_forget(oracle, start, place.end);
        } else if (place.is_shared) {
            hck_content_set(oracle, place.at, place.at + (place.end - start), value,
                            CONTENT_SHARED);
        } else if (oracle->has_reset) {
            write_after_reset(oracle, start, place.end, value);
        } else {
            write_plainly(oracle, start, place.end, value);
        }
        start = place.end;
    }
}

void hck_content_forget(struct oracle *oracle, uint64_t start, uint64_t end)
{
    while (start < end) {
        struct place place = place_of(oracle, start, end);
        uint64_t at = place.is_spared ? start : place.at; /* a section keeps what it has */
        (void)extent_map_clear(&oracle->contents, at, at + (place.end - start));
        start = place.end;
    }
}

void hck_content_confirm(struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct content_piece piece;
    while (start < end && hck_content_at(oracle, start, &piece)) {
        uint64_t stop = piece.end < end ? piece.end : end;
        struct place place = place_of(oracle, start, stop);
        uint64_t place_end = place.at + (stop - start);
        (void)extent_map_assign(&oracle->contents, place.at, place_end,
                                piece.value | (uint32_t)piece.kind << KIND_SHIFT, oracle->epoch,
                                place.is_shared ? MODEL_STORAGE_MIN : 0,
                                place.is_shared ? UINT64_MAX : MODEL_STORAGE_MIN);
        start = stop;
    }
}
