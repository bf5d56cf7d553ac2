/* Reports of a run: the same facts as text, JSON (json.md), JUnit XML and TAP.
 *
 * A report holds nothing that differs between two runs of the same plan on the same target: no
 * time, no address, no machine. */
#ifndef HCK_KIT_REPORT_REPORT_H
#define HCK_KIT_REPORT_REPORT_H

#include <stdio.h>

#include "kit/run/expect.h"
#include "kit/run/violation.h"

enum exit_status {
    EXIT_STATUS_CONFORMS = 0,
    EXIT_STATUS_VIOLATED = 1,
    EXIT_STATUS_USAGE = 2,        /* or malformed input */
    EXIT_STATUS_BROKEN = 3,       /* or nothing ran */
    EXIT_STATUS_INTERRUPTED = 130 /* the program: 128 and the number of the signal */
};

struct report {
    const char *command; /* "run", "judge" */
    const char *target;
    const char *profile;
    bool has_seed;
    uint64_t seed;
    const struct collect *collect;
    const struct violations *violations;
    const struct expect_list *expected; /* NULL: none */
    const char *broken;                 /* why the run ended before its end, or NULL */
    uint64_t planned_count;             /* traces that were to run; 0: logs were judged */
    bool is_stopped_by_time;            /* --time was over before all of them had run */
    bool interrupted;
    bool verbose;       /* text lists what it otherwise counts */
    const char *folder; /* of the files that go with it, "." where the report lies among them; NULL:
                           there are none */
};

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_JUNIT, REPORT_TAP, REPORT_FORMAT_COUNT };

/* The format of a name, or REPORT_FORMAT_COUNT. */
enum report_format hck_report_format(const char *name);

void hck_report_write(const struct report *report, enum report_format format, FILE *stream);

enum { REPORT_NOTE_MAX = BROKEN_MESSAGE_MAX + 100 };

/* "20412 traces, 412345 calls: 241 hold, 2 violated, 12 latitude, 3 unsupported, 5 not exercised";
 * of one "1 trace, 1 call: 1 holds". The five numbers count clauses of the selection; rules that
 * only keep calls from being made (basis `undefined`) are in none of them. */
void hck_report_counts(const struct collect *collect, char *text, size_t size);
void hck_report_summary(const struct report *report, char *text, size_t size);

/* "conforms", "violated: 2 clauses", "nothing was judged: ..." */
void hck_report_verdict(const struct report *report, char *text, size_t size);

/* `one` where the count is 1. */
const char *hck_report_plural(uint64_t count, const char *one, const char *many);

/* What the whole run ends with. */
enum exit_status hck_report_status(const struct report *report);

/* Why the run can not be trusted whole: it ended early, or an observation made no sense. NULL where
 * it can. */
const char *hck_report_broken(const struct report *report);

/* "2 traces were silent once and not again, 1 of them with threads; first: PATH", or empty. */
void hck_report_silences(const struct report *report, char *text, size_t size);

/* "900 generated traces were not run: HeapSize hung in 20 traces before", or empty. */
void hck_report_not_run(const struct report *report, char *text, size_t size);

/* "stopped by --time after 1071 of 20439 traces", or empty. */
void hck_report_stopped(const struct report *report, char *text, size_t size);

/* Why not one clause was judged, though nothing is broken. NULL where one was, or the run is broken
 * or was interrupted. */
const char *hck_report_nothing(const struct report *report);

/* What --expect says of a clause, once the run is over. */
enum expect_state {
    EXPECT_NOTHING, /* it is not listed */
    EXPECT_HAPPENED,
    EXPECT_GONE,   /* listed, judged, and not violated: the list has to shrink */
    EXPECT_UNKNOWN /* listed, and not judged in this run */
};
enum expect_state hck_report_expected(const struct report *report, enum clause_id clause);
unsigned hck_report_count_expected(const struct report *report, enum expect_state state);

/* Before a run: makes the folder and those above it, and sees that it can be written into. False:
 * *message says why not. */
bool hck_report_prepare_folder(const char *folder, char *message, size_t size);

/* Writes report.txt and report.json, report.xml or report.tap where `format` is one of these, and
 * <clause>.trace and <clause>.c for each violation (<clause>.2.trace for the second of a clause)
 * into the folder, which is made. What an earlier report wrote there goes, unless this one judged
 * nothing. False: *message says what could not be written; the rest is. */
bool hck_report_files(const struct report *report, const char *folder, enum report_format format,
                      char *message, size_t size);

enum { REPORT_SENTENCE_MAX = SENTENCE_MAX + 100 };

/* "call 2: expected ..., seen ...", and why it was not shrunk where it was not. */
void hck_report_sentence(const struct violation *violation, char *text, size_t size);

/* A trace file, and with what it was found as options of heapck: "FILE --target T --profile P",
 * without those that are the default. */
void hck_report_print_place(const char *path, const char *target, const char *profile,
                            FILE *stream);

/* "<clause>", or "<clause>.2" of the second one of a clause: what such files begin with. */
void hck_report_stem(enum clause_id clause, unsigned number, char *stem, size_t size);

/* Writes <stem>.trace and, where one can be made, <stem>.c of one violation that has its witness,
 * into a folder that is there; no report removes them. False: *message says what could not be
 * written. */
bool hck_report_violation_files(const struct violation *violation, const char *target,
                                const char *folder, const char *stem, char *message, size_t size);

/* Makes a folder and those above it. False with errno. */
bool hck_report_make_folder(const char *folder);

#endif
