/* What the bytes of reservations hold.
 *
 * `contents` of the oracle holds the runs of committed region bytes whose value is known (a: the
 * byte and enum content_kind, b: the number of the call that wrote it or last saw it), and the
 * traces of memory that was decommitted or released, so that the next commit there knows what zero
 * means for it. Those of a view are kept at the addresses of its section's storage, which are none
 * of the process, so that all views of a section have the same, and keep it when they are gone.
 *
 * Where the arena is too small for a cut, bytes are missing from the map: nothing is claimed of
 * them. */
#ifndef HCK_ORACLE_CONTENT_H
#define HCK_ORACLE_CONTENT_H

#include "oracle/model.h"

/* Runs of bytes that are looked after where a write copies pages. */
enum { CONTENT_COPIES_MAX = 4 };

enum content_kind {
    CONTENT_WRITTEN,
    CONTENT_FRESH,       /* zero: committed for the first time */
    CONTENT_AGAIN,       /* zero: decommitted before */
    CONTENT_REUSED,      /* zero: of a released allocation before */
    CONTENT_SETTLED,     /* on a page that was written since it was reset */
    CONTENT_RESTORED,    /* reset, and that was undone */
    CONTENT_REWRITTEN,   /* written after it was discarded */
    CONTENT_RECLAIMED,   /* offered, and reclaimed intact */
    CONTENT_UNSHOWN,     /* zero: of a section, and written through no view */
    CONTENT_SHARED,      /* written through a view */
    CONTENT_SPARED,      /* of a section, while its copy in a view was written */
    CONTENT_COPIED,      /* what the section had when the page was copied */
    CONTENT_RESET,       /* the byte or, as soon as the page is dropped, zero */
    CONTENT_DROPPED,     /* reset, and seen to be zero: the byte is what it was before */
    CONTENT_FROZEN,      /* the byte or zero: the page was written elsewhere since it was reset */
    CONTENT_DISCARDED,   /* anything */
    CONTENT_DECOMMITTED, /* no page: its next content is CONTENT_AGAIN */
    CONTENT_RELEASED     /* no page: its next content is CONTENT_REUSED */
};

/* Whether the byte is not all that is known of the content. */
static inline bool content_is_open(enum content_kind kind)
{
    return kind == CONTENT_RESET || kind == CONTENT_DROPPED || kind == CONTENT_FROZEN;
}

struct content_piece {
    uint64_t start;
    uint64_t end;
    uint8_t value;
    enum content_kind kind;
    uint32_t epoch; /* number of the call that wrote it or last saw it */
};

/* Gives the bytes of [start, end), no view's, another value and kind. */
void hck_content_set(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value,
                     enum content_kind kind);

/* The same for pages that were just committed: zero. */
void hck_content_zero(struct oracle *oracle, uint64_t start, uint64_t end);

/* A new section, all of whose bytes are zero. */
void hck_content_add_section(struct oracle *oracle, struct model_section *section, uint64_t bytes);

/* Keeps what pages of a copy-on-write view show, all in one run of pages, for the view alone. */
void hck_content_copy(struct oracle *oracle, uint64_t start, uint64_t end);

/* Makes the content of [start, end), whole pages, open; undoing makes it what it was. */
void hck_content_reset(struct oracle *oracle, uint64_t start, uint64_t end);
void hck_content_undo_reset(struct oracle *oracle, uint64_t start, uint64_t end);

/* Makes the content of [start, end) anything. */
void hck_content_discard(struct oracle *oracle, uint64_t start, uint64_t end);
bool hck_content_is_discarded(const struct oracle *oracle, uint64_t address);

/* [start, end) was offered, and holds what it held. */
void hck_content_reclaim(struct oracle *oracle, uint64_t start, uint64_t end);

/* Takes note that the bytes of [start, end), whose content is open, are all `value`. */
void hck_content_note_open(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value);

void hck_content_write(struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value);
void hck_content_forget(struct oracle *oracle, uint64_t start, uint64_t end);

/* The run of equal content that holds the address; false where it is not known. */
bool hck_content_at(const struct oracle *oracle, uint64_t address, struct content_piece *piece);

/* Takes note that the call under judgement saw the content of [start, end) as it should be. */
void hck_content_confirm(struct oracle *oracle, uint64_t start, uint64_t end);

#endif
