/* What other engines leave below the folder of a run, given as traces, each of them once.
 *
 *     seen         text that a harness wrote before it ended of a violation
 *     artifacts    libFuzzer's inputs that ended their process, or did not end
 *     afl          afl-fuzz's, in folders of its jobs; afl.before...: those of runs before
 *     looked       the inputs that were looked at, in this run and in earlier ones
 *
 * A violation ends its harness, so there is an input of it as well: one whose trace was given is
 * not given again. */
#ifndef HCK_KIT_FUZZ_HARVEST_H
#define HCK_KIT_FUZZ_HARVEST_H

#include "kit/fuzz/digests.h"
#include "kit/fuzz/input.h"
#include "spec/clause.h"

enum { HARVEST_WAITING_MAX = 512 };

struct harvest_file {
    char *path; /* owned */
    bool is_seen;
};

struct harvest {
    const char *folder;
    struct input_options input; /* how the harness reads an input */
    struct digests files;       /* paths, with when they were written: taken already */
    struct digests inputs;      /* what was in them, the same */
    struct digests traces;      /* that were given */
    struct harvest_file waiting[HARVEST_WAITING_MAX];
    unsigned waiting_count;
    uint64_t given; /* the last input; 0: it was none */
    bool is_ended;  /* nobody writes files any more */
};

/* `folder` is there and stays the caller's; `harness` is a name. False when out of memory. */
bool hck_harvest_open(struct harvest *harvest, const char *folder, const char *harness);
void hck_harvest_close(struct harvest *harvest);

/* The next trace, and the clause that it violates, or CLAUSE_NONE where it ended its process or
 * held it up. False where there is none. */
bool hck_harvest_next(struct harvest *harvest, struct trace_buffer *trace, enum clause_id *clause);

/* The one that was given last has been looked at: no later run is to look at it. */
void hck_harvest_looked(struct harvest *harvest);

/* Gives a trace that a harness could not write into its folder. False where it was given, or there
 * is no memory. */
bool hck_harvest_is_new(struct harvest *harvest, const struct trace *trace);

/* Whether the engine has left something that was not given. */
bool hck_harvest_has_more(struct harvest *harvest);

/* When the engine has ended: takes all that was not given for given, and returns how much it is. */
uint32_t hck_harvest_count_left(struct harvest *harvest);

#endif
