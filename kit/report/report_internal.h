/* What the formats of a report share. */
#ifndef HCK_KIT_REPORT_REPORT_INTERNAL_H
#define HCK_KIT_REPORT_REPORT_INTERNAL_H

#include "kit/report/escape.h"
#include "kit/report/report.h"

void hck_report_text(const struct report *report, FILE *stream);
void hck_report_json(const struct report *report, FILE *stream);
void hck_report_junit(const struct report *report, FILE *stream);
void hck_report_tap(const struct report *report, FILE *stream);

/* Whether any clause was judged at all. */
bool hck_report_judged(const struct report *report);

/* The first violation shown of a clause, or NULL. */
const struct violation *hck_report_example(const struct report *report, enum clause_id clause);

/* Which call of the violation's trace it is. */
uint32_t hck_report_call_index(const struct violation *violation);

/* "at call 2: expected ..., seen ...", or why there is no more to say. */
void hck_report_sentence(const struct violation *violation, char *text, size_t size);

enum { REPORT_SENTENCE_MAX = SENTENCE_MAX + 100, REPORT_CALL_MAX = 1000 };

/* Every line of a trace file, header first, each behind `prefix`. */
void hck_report_trace(const struct trace *trace, const char *prefix, FILE *stream);

#endif
