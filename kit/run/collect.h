/* What many traces add up to: for every clause how often it was judged how, which of the allowed
 * answers were seen, and where it was violated with the fewest calls before.
 *
 * Everything here adds up in any order to the same sums, so it does not matter which worker judged
 * which trace. A trace counts only when it is committed: one that the target's own failure cut off
 * leaves nothing behind. */
#ifndef HCK_KIT_RUN_COLLECT_H
#define HCK_KIT_RUN_COLLECT_H

#include "kit/run/describe.h"
#include "kit/run/selection.h"
#include "oracle/oracle.h"

enum {
    CHOICES_MAX = 8,  /* different answers remembered of one clause */
    FINDINGS_MAX = 8, /* different deviations remembered of one clause */
    BROKEN_MESSAGE_MAX = 400
};

/* One way in which a clause was violated. Two violations of a clause are the same finding when the
 * same part of the same call's observation was wrong in the same way. */
struct finding {
    enum clause_id clause;
    enum call_id call;
    uint8_t subject;      /* enum subject */
    uint8_t relation;     /* enum relation */
    uint32_t index;       /* of the subject where it names a measure or a parameter, else 0 */
    uint64_t trace_index; /* where it was seen with the fewest calls before it */
    uint64_t first_index; /* where it is joined: the first one of the traces that it needs */
    uint32_t call_index;  /* in the trace, or in these traces joined */
    bool is_joined;       /* seen in the traces up to this one as hck_plan_join makes them one */
    bool is_hang;         /* the call did not return in time, and was to */
    bool is_senseless;    /* of no clause: the oracle could make no sense of what it was told */
    char sentence[SENTENCE_MAX]; /* "expected ..., seen ..." as it was there; empty where unknown */
};

struct clause_record {
    uint64_t counts[VERDICT_OUTCOME_COUNT];
    const char *choices[CHOICES_MAX];      /* constants, in alphabetical order */
    struct finding findings[FINDINGS_MAX]; /* the one with the fewest calls before it first */
    uint32_t choice_count;
    uint32_t finding_count;
};

/* Traces in which the target did not answer in time, once and not again. */
struct silences {
    uint64_t count;
    uint64_t threaded_count; /* of these, traces with threads */
    uint64_t first_index;
    char first_name[BROKEN_MESSAGE_MAX];
};

/* Generated traces that were not run, because a function that they call hangs (patience.h). */
struct not_run {
    uint64_t count;
    enum call_id call; /* of several, the first of calls.def */
    bool has_others;
};

/* Puts a violation in words. */
typedef void (*collect_describe)(void *context, const struct call *call,
                                 const struct expectation *expectation, char *text, size_t size);

struct collect {
    const struct selection *selection; /* verdicts on other clauses are not looked at */
    collect_describe describe;         /* asked for every finding that is kept; may be NULL */
    void *describe_context;
    struct clause_record records[CLAUSE_COUNT];
    uint64_t trace_count;
    uint64_t call_count;
    /* A verdict of the oracle that an observation makes no sense: the first. */
    bool broken;
    uint64_t broken_trace_index;
    char broken_message[BROKEN_MESSAGE_MAX];
    struct silences silences;
    struct not_run not_run;
    /* The trace that is not committed yet. */
    struct clause_record pending[CLAUSE_COUNT];
    uint16_t touched[CLAUSE_COUNT];
    uint32_t touched_count;
    uint64_t pending_calls;
};

/* What a run says of a clause; the first that applies, in this order. */
enum clause_state {
    STATE_VIOLATED,
    STATE_HOLDS,
    STATE_LATITUDE,
    STATE_UNSUPPORTED,
    STATE_NOT_EXERCISED,
    STATE_COUNT
};

/* Prepares memory that is all zeroes. */
void hck_collect_init(struct collect *collect, const struct selection *selection);

/* The same with memory of its own. NULL when out of it. */
struct collect *hck_collect_open(const struct selection *selection);
void hck_collect_close(struct collect *collect);

/* Adds one call, with what it brought to light, to the trace that is under way. */
void hck_collect_call(struct collect *collect, uint64_t trace_index, const struct trace *trace,
                      const struct verdicts *verdicts);
/* The same of a call of the joined traces from `first_index` to `trace_index`. */
void hck_collect_joined_call(struct collect *collect, uint64_t first_index, uint64_t trace_index,
                             const struct trace *trace, const struct verdicts *verdicts);
void hck_collect_commit(struct collect *collect);
void hck_collect_discard(struct collect *collect);
void hck_collect_note_broken(struct collect *collect, uint64_t trace_index, const char *message);
void hck_collect_note_silent(struct collect *collect, uint64_t trace_index, bool has_threads,
                             const char *name);

void hck_collect_note_not_run(struct collect *collect, enum call_id call);

/* Adds what another worker collected. */
void hck_collect_merge(struct collect *into, const struct collect *from);

enum clause_state hck_collect_state(const struct collect *collect, enum clause_id clause);

/* Whether the clause was judged at all: kept, broken or a choice seen. */
bool hck_collect_exercised(const struct collect *collect, enum clause_id clause);

/* How many of the selected clauses are in each state. Rules that keep a call from being made
 * (BASIS_UNDEFINED) can be neither kept nor broken by a target, so they are in none of the five. */
void hck_collect_totals(const struct collect *collect, uint32_t totals[STATE_COUNT]);

/* "hold", "violated", "latitude", "unsupported", "not exercised" */
const char *hck_collect_state_name(enum clause_state state);

/* The finding that a violated verdict makes: of the call that it judges. */
struct finding hck_finding_of(const struct verdicts *verdicts, const struct verdict *verdict,
                              const struct trace *trace, uint64_t trace_index);

/* Whether both are the same deviation, wherever they were seen. */
bool hck_finding_same(const struct finding *a, const struct finding *b);

#endif
