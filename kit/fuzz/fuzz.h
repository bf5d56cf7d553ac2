/* Fuzzing a target: the workers of the built-in engine, or another engine with a harness, try
 * traces, and what they find is shrunk and saved as it comes. */
#ifndef HCK_KIT_FUZZ_FUZZ_H
#define HCK_KIT_FUZZ_FUZZ_H

#include "kit/fuzz/finds.h"
#include "kit/fuzz/fleet.h"
#include "kit/fuzz/program.h"

struct fuzz_progress {
    struct fleet_progress fleet; /* of another engine: what that says of itself */
    uint32_t edge_count;         /* of instrumented code; 0: there is none */
    uint32_t clause_count;       /* judged, of those that are counted */
    uint64_t elapsed_ms;
    uint32_t find_count; /* those that were there before left out */
    uint32_t attempt;    /* of shrinking, and the calls left; 0: nothing is shrunk */
    uint32_t calls_left;
};

struct fuzz_options {
    struct worker_options worker;
    const struct selection *counted; /* clauses that are counted where they are judged */
    unsigned worker_count;
    const struct program_options *program; /* of another engine; NULL: the built-in one */
    uint32_t silence_ms;                   /* see struct fleet_options */
    const char *folder;                    /* of finds; is there */
    const char *unsteady;   /* the folder of traces that violated once and not again; is there */
    uint64_t time_limit_ms; /* 0: none */
    uint64_t tries_max;     /* 0: none; checked several times a second */
    uint32_t finds_max;     /* 0: none */
    const atomic_bool *interrupted;
    /* Told of each find as it is saved, or could not be. */
    void (*found)(void *context, const struct find *find, const struct fuzz_progress *progress);
    /* Told of a trace in the folder of finds that does not violate any more. */
    void (*gone)(void *context, const char *stem);
    /* Told why something that was seen could not be looked at; its trace is among the unsteady, or,
     * where !is_kept, was told as lost. */
    void (*failed)(void *context, const char *message, bool is_kept);
    /* Told of a trace that no folder takes. */
    void (*lost)(void *context, const struct trace *trace);
    /* Told of files of earlier finds that are no traces, and why the first of them is none. */
    void (*unread)(void *context, size_t count, const char *first);
    /* Told several times a second. May be NULL. */
    void (*progress)(void *context, const struct fuzz_progress *progress);
    void *context;
};

struct fuzz_result {
    struct fuzz_progress progress;
    struct finds *finds;           /* owned */
    uint8_t reach[CLAUSE_COUNT];   /* enum guide_reach */
    uint32_t unsteady_count;       /* violations and hangs that did not come again */
    uint32_t unsteady_death_count; /* inputs that ended their processes and no fresh one */
    uint32_t senseless_count;      /* inputs of which the oracle could make no sense */
    uint32_t waiting_count; /* that were seen too late to be looked at; they are in the corpus */
    uint32_t lost_count;    /* of all of these: that could not be written, and were told instead */
    uint32_t failure_count; /* that were seen and could not be looked at */
    uint32_t unkept_count;  /* of another engine's inputs: not in the corpus as yet */
    bool is_interrupted;
    bool is_broken;
    char message[BROKEN_MESSAGE_MAX];
};

void hck_fuzz(const struct fuzz_options *options, struct fuzz_result *result);
void hck_fuzz_free(struct fuzz_result *result);

#endif
