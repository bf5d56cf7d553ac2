/* Other people's engines: a harness of fuzz/ as a program, under libFuzzer or under afl-fuzz.
 *
 * The harness is told by the environment whom to judge, which clauses are known (they end nothing),
 * where to put a trace that violates, and where to mark the clauses that it judged
 * (fuzz/harness.h). */
#ifndef HCK_KIT_FUZZ_PROGRAM_H
#define HCK_KIT_FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kit/trace.h"
#include "spec/clause.h"

enum { PROGRAM_PATH_MAX = 4096, PROGRAM_MESSAGE_MAX = 400, PROGRAM_JOBS_MAX = 64 };

enum fuzz_engine { ENGINE_BUILTIN, ENGINE_LIBFUZZER, ENGINE_AFL, ENGINE_COUNT };

/* "builtin", "libfuzzer", "afl" */
const char *hck_fuzz_engine_name(enum fuzz_engine engine);

/* ENGINE_COUNT where there is none of this name. */
enum fuzz_engine hck_fuzz_engine_find(const char *name);

/* Where the harness of this name lies that is built for the engine: in a build folder beside that
 * of this program. False: *message says what is missing and how it is had. */
bool hck_program_find(enum fuzz_engine engine, const char *harness, char path[PROGRAM_PATH_MAX],
                      char *message, size_t size);

/* Whether the harness was built before this program, so that it may know other clauses. */
bool hck_program_is_outdated(const char *harness);

struct program_options {
    enum fuzz_engine engine; /* not the built-in one */
    const char *harness;     /* its path */
    const char *target;
    const char *folder; /* is there; the engine's files go below it */
    const char *corpus; /* traces to begin with; what it keeps is added */
    const char *known; /* a list for --expect, read whenever the harness starts; may not be there */
    unsigned job_count;
    uint64_t seed;
};

struct program_progress {
    uint64_t tried_count;
    uint32_t edge_count;
    uint32_t kept_count;
    uint32_t death_count; /* of processes that ended and left nothing to look at */
};

struct program;

/* Starts it. NULL: *message says why not. */
struct program *hck_program_open(const struct program_options *options, char *message, size_t size);

/* Hears what it says, waiting a tenth of a second at most. False: it has ended, and *message says
 * how. */
bool hck_program_go_on(struct program *program, char *message, size_t size);

struct program_progress hck_program_progress(const struct program *program);

/* How far each clause got: enum guide_reach. */
const uint8_t *hck_program_reach(const struct program *program);

/* The next trace that it found and that was not given before, and the clause that it violates, or
 * CLAUSE_NONE where it ended its process or held it up. False where there is none. */
bool hck_program_next_find(struct program *program, struct trace_buffer *trace,
                           enum clause_id *clause);

/* Of these, one that a harness could not write into a file: nobody is given it another time. */
bool hck_program_next_unwritten(struct program *program, struct trace_buffer *trace,
                                enum clause_id *clause);

/* The one that was given last has been looked at: no later run is to look at it. */
void hck_program_looked(struct program *program);

/* When it was stopped: how many of them there are still. The next run is given them. */
uint32_t hck_program_count_left(struct program *program);

/* Ends it. What it says last of itself is in its progress. */
void hck_program_stop(struct program *program);

/* When it was stopped: writes what it kept into the corpus, as text. Returns how much there was no
 * time or no room for. */
uint32_t hck_program_keep_corpus(struct program *program);

void hck_program_close(struct program *program);

#endif
