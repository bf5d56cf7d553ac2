/* The exporter's parts.
 *
 *     export.c     the file: heading, helpers, slots, functions
 *     heading.c    its comment and includes
 *     build_line.c the compiler lines in that comment
 *     emit.c       the calls in order, and which of them are left out
 *     statement.c  one call as a statement
 *     outcome.c    answers that a call has to give, and addresses known by them
 *     check.c      the call that is judged, and the verdict on it
 *     subject.c    what the verdict looks at
 *     relation.c   what it is to be
 *     words.c      arguments spelled in C
 *     pieces.c     the helpers that a program needs
 *
 * A typestate follows the calls with the results that were seen, or takes every one for a success
 * where they are not known; so a call that the executor would skip is left out. What fails at run
 * time is met by `if (b0)` in the program. */
#ifndef HCK_KIT_EXPORT_INTERNAL_H
#define HCK_KIT_EXPORT_INTERNAL_H

#include "kit/export/export.h"
#include "kit/export/source_text.h"
#include "kit/generate/forecast.h"
#include "kit/run/witness.h"
#include "spec/structs.h"

enum { EXPRESSION_MAX = 1024, LINE_COLUMNS = 100 };

enum function_use {
    FUNCTION_UNUSED,
    FUNCTION_USED, /* where it is there */
    FUNCTION_NEEDED
};

struct exporter {
    const struct export_source *source;
    const struct trace *trace;
    const uint64_t *results; /* or NULL */
    struct source_text *out;
    struct forecast forecast;
    uint32_t index;       /* of the call in hand */
    uint32_t turn;        /* its place among the calls of the program */
    bool *is_kept;        /* per call: its result goes to a variable of its own */
    bool *is_made;        /* per call of the trace: no rule forbids it */
    unsigned indent;      /* in steps of four columns */
    bool tracks_contents; /* blocks are structures that know what they hold */
    bool has_threads;
    bool has_handlers;             /* of the trace */
    bool is_of_library;            /* so: what was judged has the names on Linux */
    bool accesses;                 /* memory, and survives a fault */
    bool catches;                  /* exceptions, somewhere in the program */
    uint8_t functions[CALL_COUNT]; /* enum function_use */
    bool writes_behind;            /* out-structures of the call in hand lie in longer bytes */
    uint32_t *declared[SLOT_KIND_COUNT]; /* per slot: 1 where the program names it */
};

/* heading.c: for a program with its helpers */
void hck_export_heading(const struct exporter *exporter, const struct source_text *program,
                        struct source_text *out);

/* build_line.c: exit status and how to build, as lines of a comment */
void hck_export_build_lines(struct source_text *out, const struct export_source *source);

/* emit.c: one call after the other, into the text of its thread */
void hck_export_calls(struct exporter *exporter, struct source_text threads[TRACE_THREADS_MAX]);

/* Takes the call into a typestate, with its result where that is known. */
void hck_export_follow(const struct exporter *exporter, struct forecast *forecast, uint32_t index);
void hck_export_line(struct exporter *exporter, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* words.c: into `text` of EXPRESSION_MAX bytes */
void hck_export_slot(const struct exporter *exporter, enum slot_kind kind, uint32_t slot,
                     char *text);
void hck_export_size(uint64_t value, char *text);
void hck_export_argument(const struct exporter *exporter, const struct call *call, unsigned index,
                         char *text);
void hck_export_expression(const struct exporter *exporter, const struct call *call, char *text);

/* What has to be there for the call to be made: "h0 && b0", or "" where it needs nothing. */
void hck_export_condition(const struct exporter *exporter, const struct call *call, char *text);

/* The bytes that stand for an out-structure where writes behind it are counted. */
const char *hck_export_out_bytes(const struct call *call, unsigned index);

/* statement.c */
bool hck_export_may_raise(const struct exporter *exporter, const struct call *call);
void hck_export_prepare(struct exporter *exporter, const struct call *call);
void hck_export_statement(struct exporter *exporter, const struct call *call);
void hck_export_variable(enum struct_id structure, char *text); /* "memory" */

/* outcome.c */
void hck_export_keep_named_addresses(struct exporter *exporter);

/* Whether the call in hand has to go as it went where the trace violated. */
bool hck_export_needs_outcome(const struct exporter *exporter, const struct call *call);
void hck_export_require_judged_outcome(struct exporter *exporter, const struct call *call);

/* The call that returned an address at or below `value` whose object holds it, as C: "result_3 +
 * 16". False where there is none. */
bool hck_export_known_address(const struct exporter *exporter, uint64_t value, char *text);

/* check.c */
void hck_export_check(struct exporter *exporter, const struct call *call);
void hck_export_lock_check(struct exporter *exporter); /* of an expectation about a lock */
bool hck_export_is_about_lock(const struct exporter *exporter);
bool hck_export_is_about_exception(const struct exporter *exporter);

/* Whether it is the violation that the judged call never returns. */
bool hck_export_is_about_hang(const struct exporter *exporter);

/* Whether it is the violation that the judged call ends the process. */
bool hck_export_is_about_life(const struct exporter *exporter);

/* Of an expectation about the end of the call: whether it tells a return from an exception. */
bool hck_export_tells_exceptions(const struct exporter *exporter);

/* subject.c: the number that the expectation speaks of; lines that have to stand before are emitted
 */
void hck_export_subject(struct exporter *exporter, const struct call *call, char *text);
const char *hck_export_result_type(const struct call *call); /* "" where there is no result */

/* relation.c */
void hck_export_operand(const struct exporter *exporter, unsigned index, char *text);

/* Whether the operand is compared with an address, or is one that a measure asks about. */
bool hck_export_may_be_address(const struct exporter *exporter, unsigned index);
void hck_export_relation(const struct exporter *exporter, char *text);
void hck_export_expected(const struct exporter *exporter, const struct call *call, char *text);
void hck_export_whereabouts(struct exporter *exporter);

#endif
