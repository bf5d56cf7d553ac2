/* Which pages of watched regions were written.
 *
 * `watches` of the oracle partitions the pages of every watched region into runs of which the same
 * is known (a: enum watch_state, b: set of enum watch_note). Other regions have no pages there, and
 * where the arena is too small for a cut, pages are missing: nothing is claimed of them. */
#ifndef HCK_ORACLE_WATCH_H
#define HCK_ORACLE_WATCH_H

#include "oracle/model.h"

enum watch_state {
    WATCH_CLEAN,   /* not written since it was reserved or reset */
    WATCH_WRITTEN, /* written since then */
    WATCH_OPEN     /* not known */
};

/* What a page has been through that its clauses speak of. */
enum watch_note {
    /* One that is clean: */
    WATCH_WAS_RESET = 1,       /* by ResetWriteWatch */
    WATCH_WAS_TAKEN = 2,       /* reset by being listed */
    WATCH_WAS_READ = 4,        /* or protected */
    WATCH_REFUSED_A_WRITE = 8, /* and raised an exception */
    /* One that was written: */
    WATCH_HOLDS_THE_SAME = 16, /* as before the write */
    WATCH_WAS_LISTED = 32,     /* and not reset by that */
    WATCH_WAS_LEFT = 64,       /* there was no room to list and to reset it */
    /* Either, whatever else becomes of it: */
    WATCH_WAS_DECOMMITTED = 128
};

struct watch_piece {
    uint64_t start;
    uint64_t end;
    enum watch_state state;
    uint32_t notes;
};

/* A new watched region. */
void hck_watch_begin(struct oracle *oracle, struct model_region *region);

/* The rest takes any range, also of pages that are not watched. */

/* They are no pages of the region any more. */
void hck_watch_end(struct oracle *oracle, uint64_t start, uint64_t end);

/* They were written; `is_same`: with what they held. Not settled: it is not known when. */
void hck_watch_note_write(struct oracle *oracle, uint64_t start, uint64_t end, bool is_same,
                          bool is_settled);

/* Adds notes to those that are in this state. */
void hck_watch_note(struct oracle *oracle, uint64_t start, uint64_t end, enum watch_state state,
                    uint32_t notes);

/* They were reset: they are clean, and those that were written have these notes. */
void hck_watch_reset(struct oracle *oracle, uint64_t start, uint64_t end, uint32_t notes);

/* Something was done with them of which nobody says whether it resets them: one that was written is
 * open. Decommitting is such a thing. */
void hck_watch_blur(struct oracle *oracle, uint64_t start, uint64_t end);
void hck_watch_note_decommit(struct oracle *oracle, uint64_t start, uint64_t end);

/* Nothing is known of them any more. */
void hck_watch_doubt(struct oracle *oracle, uint64_t start, uint64_t end);

/* The first run that has pages in [at, end), cut to them; false where there is none. */
bool hck_watch_next(const struct oracle *oracle, uint64_t at, uint64_t end,
                    struct watch_piece *piece);

/* The first page of [start, end) in this state; false where there is none. */
bool hck_watch_find(const struct oracle *oracle, uint64_t start, uint64_t end,
                    enum watch_state state, uint64_t *page);

#endif
