/* See watch.h. */
#include "oracle/watch.h"

void hck_watch_begin(struct oracle *oracle, struct model_region *region)
{
    uint64_t end = region->base + region->size;
    oracle->has_watches = true;
    region->is_watched = true;
    (void)extent_map_assign(&oracle->watches, region->base, end, WATCH_CLEAN, 0, region->base, end);
}

void hck_watch_end(struct oracle *oracle, uint64_t start, uint64_t end)
{
    if (oracle->has_watches) {
        (void)extent_map_clear(&oracle->watches, start, end);
    }
}

static struct watch_piece piece_of(const struct extent *extent)
{
    struct watch_piece piece = {extent->start, extent->start + extent->length,
                                (enum watch_state)extent->a, extent->b};
    return piece;
}

bool hck_watch_next(const struct oracle *oracle, uint64_t at, uint64_t end,
                    struct watch_piece *piece)
{
    struct extent extent;
    if (!extent_map_find(&oracle->watches, at, &extent) &&
        !extent_map_get(extent_map_at_or_after(&oracle->watches, at), &extent)) {
        return false;
    }
    *piece = piece_of(&extent);
    piece->start = piece->start > at ? piece->start : at;
    piece->end = piece->end < end ? piece->end : end;
    return piece->start < end;
}

static void assign(struct oracle *oracle, const struct watch_piece *piece)
{
    (void)extent_map_assign(&oracle->watches, piece->start, piece->end, piece->state, piece->notes,
                            0, UINT64_MAX);
}

/* What becomes of a run, said by changing its state and notes. */
typedef void (*change_function)(struct watch_piece *piece, uint32_t detail);

static void change(struct oracle *oracle, uint64_t start, uint64_t end, change_function function,
                   uint32_t detail)
{
    struct watch_piece piece;
    uint64_t at = page_down(start);
    if (!oracle->has_watches || end <= start) {
        return;
    }
    (void)page_up(end, &end); /* 0, which nothing is below, where no page can be */
    for (; at < end && hck_watch_next(oracle, at, end, &piece); at = piece.end) {
        struct watch_piece before = piece;
        function(&piece, detail);
        if (piece.state != before.state || piece.notes != before.notes) {
            assign(oracle, &piece);
        }
    }
}

/* A page that was written before is no better known by it. */
static void write(struct watch_piece *piece, uint32_t detail)
{
    bool was_clean = piece->state == WATCH_CLEAN;
    piece->state = WATCH_WRITTEN;
    piece->notes = (piece->notes & WATCH_WAS_DECOMMITTED) | (was_clean ? detail : 0);
}

static void make_open(struct watch_piece *piece, uint32_t detail)
{
    (void)detail;
    piece->state = WATCH_OPEN;
    piece->notes &= WATCH_WAS_DECOMMITTED;
}

static void make_written_open(struct watch_piece *piece, uint32_t detail)
{
    if (piece->state == WATCH_WRITTEN) {
        make_open(piece, 0);
    }
    piece->notes |= detail;
}

/* Where there was nothing to reset, or nobody knows, nothing is put to the test. */
static void reset(struct watch_piece *piece, uint32_t detail)
{
    bool was_written = piece->state == WATCH_WRITTEN;
    if (piece->state != WATCH_CLEAN) {
        piece->state = WATCH_CLEAN;
        piece->notes = (piece->notes & WATCH_WAS_DECOMMITTED) | (was_written ? detail : 0);
    }
}

static void add_to_clean(struct watch_piece *piece, uint32_t detail)
{
    piece->notes |= piece->state == WATCH_CLEAN ? detail : 0;
}

static void add_to_written(struct watch_piece *piece, uint32_t detail)
{
    piece->notes |= piece->state == WATCH_WRITTEN ? detail : 0;
}

void hck_watch_note_write(struct oracle *oracle, uint64_t start, uint64_t end, bool is_same,
                          bool is_settled)
{
    change(oracle, start, end, is_settled ? write : make_open, is_same ? WATCH_HOLDS_THE_SAME : 0);
}

void hck_watch_note(struct oracle *oracle, uint64_t start, uint64_t end, enum watch_state state,
                    uint32_t notes)
{
    change(oracle, start, end, state == WATCH_CLEAN ? add_to_clean : add_to_written, notes);
}

void hck_watch_reset(struct oracle *oracle, uint64_t start, uint64_t end, uint32_t notes)
{
    change(oracle, start, end, reset, notes);
}

void hck_watch_blur(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change(oracle, start, end, make_written_open, 0);
}

void hck_watch_note_decommit(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change(oracle, start, end, make_written_open, WATCH_WAS_DECOMMITTED);
}

void hck_watch_doubt(struct oracle *oracle, uint64_t start, uint64_t end)
{
    change(oracle, start, end, make_open, 0);
}

bool hck_watch_find(const struct oracle *oracle, uint64_t start, uint64_t end,
                    enum watch_state state, uint64_t *page)
{
    struct watch_piece piece;
    for (uint64_t at = start; at < end && hck_watch_next(oracle, at, end, &piece); at = piece.end) {
        if (piece.state == state) {
            *page = piece.start;
            return true;
        }
    }
    return false;
}
