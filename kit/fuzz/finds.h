/* What fuzzing found: each deviation once, shrunk, in a folder of traces and C programs. */
#ifndef HCK_KIT_FUZZ_FINDS_H
#define HCK_KIT_FUZZ_FINDS_H

#include "kit/run/violation.h"

enum { FIND_STEM_MAX = 250, FIND_MESSAGE_MAX = 500 };

struct find {
    struct violation violation; /* has_witness; origin is empty */
    char stem[FIND_STEM_MAX];   /* of its files */
    bool was_there;             /* its trace lay in the folder before */
    bool is_saved;
    char message[FIND_MESSAGE_MAX]; /* why it is not saved */
};

struct finds_options {
    const char *target;
    struct target_options target_options;
    uint32_t bases;
    const struct selection *selection;
    const char *folder; /* is there */
    const atomic_bool *interrupted;
    void (*trying)(void *context, uint32_t attempt, uint32_t call_count); /* see reduce_options */
    void *trying_context;
};

struct finds;

/* NULL when out of memory. The options are copied; what they point to stays the caller's. */
struct finds *hck_finds_open(const struct finds_options *options);
void hck_finds_close(struct finds *finds);

enum find_result {
    FIND_NEW,
    FIND_KNOWN, /* the same deviation, or one that was given up */
    FIND_GONE,  /* the trace does not violate when it runs in a fresh process */
    FIND_BROKEN /* the kit or the target failed, or it was interrupted */
};

/* Looks again at a trace without probes that was seen to violate like `seen`, or, where its clause
 * is CLAUSE_NONE, to end the process; shrinks and saves it. `*find` stays the finds'. On
 * FIND_BROKEN `message` (BROKEN_MESSAGE_MAX bytes) says what failed. */
enum find_result hck_finds_take(struct finds *finds, const struct trace *plain,
                                const struct finding *seen, const struct find **find,
                                char *message);

/* The same of a trace of which only the clause is known. */
enum find_result hck_finds_take_named(struct finds *finds, const struct trace *plain,
                                      enum clause_id clause, const struct find **find,
                                      char *message);

/* Runs a trace that lies in the folder under this stem. FIND_GONE: it does not violate any more. */
enum find_result hck_finds_again(struct finds *finds, const struct trace *trace, const char *stem,
                                 enum clause_id clause, const struct find **find, char *message);

size_t hck_finds_count(const struct finds *finds);
const struct find *hck_finds_at(const struct finds *finds, size_t index);

#endif
