/* What the formats of a report share. */
#ifndef HCK_KIT_REPORT_REPORT_INTERNAL_H
#define HCK_KIT_REPORT_REPORT_INTERNAL_H

#include "kit/report/escape.h"
#include "kit/report/report.h"

void hck_report_text(const struct report *report, FILE *stream);
void hck_report_json(const struct report *report, FILE *stream);
void hck_report_junit(const struct report *report, FILE *stream);
void hck_report_tap(const struct report *report, FILE *stream);

/* In text, where many clauses are violated or unsupported: a table of them by topic. */
void hck_report_overview(const struct report *report, FILE *stream);

/* The first violation shown of a clause, or NULL. */
const struct violation *hck_report_example(const struct report *report, enum clause_id clause);

/* Which call of the violation's trace it is. */
uint32_t hck_report_call_index(const struct violation *violation);

/* "expected ..., seen ...", of the shrunk trace or else as the run saw it; empty where unknown. */
const char *hck_report_expectation(const struct violation *violation);

/* The first violation with the same trace and the same violating call: of one cause, or likely so.
 * Returns its index. */
size_t hck_report_first_alike(const struct report *report, size_t index);

/* "<clause>.trace", ".c" for its program; "<clause>.2.trace" of the second of a clause. */
void hck_report_file_name(const struct report *report, size_t index, const char *suffix, char *name,
                          size_t size);

/* Whether any clause was. */
bool hck_report_is_judged(const struct report *report);

/* Removes what is on the list, and begins another one. False with errno. */
bool hck_report_clear_folder(const char *folder);

/* Puts a file that is about to be written on the folder's list of what the next report removes.
 * False with errno. */
bool hck_report_list_file(const char *folder, const char *name);

/* Whether a C program can be made of it. */
bool hck_report_has_program(const struct violation *violation);

/* What keeps a report from saying anything whole: broken, interrupted or nothing judged, in words.
 * NULL where nothing does. */
const char *hck_report_trouble(const struct report *report);

enum { REPORT_FILE_NAME_MAX = 300, REPORT_PATH_MAX = 4096 };

enum { REPORT_CALL_MAX = 1000 };

/* Every line of a trace file, header first, each behind `prefix`. */
void hck_report_trace(const struct trace *trace, const char *prefix, FILE *stream);

#endif
