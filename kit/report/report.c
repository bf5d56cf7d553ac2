/* What a run comes to, and what the formats share. */
#include "kit/report/report_internal.h"

#include <inttypes.h>
#include <string.h>

#include "spec/text.h"

static const char *const format_names[REPORT_FORMAT_COUNT] = {
    [REPORT_TEXT] = "text",
    [REPORT_JSON] = "json",
    [REPORT_JUNIT] = "junit",
    [REPORT_TAP] = "tap",
};

enum report_format hck_report_format(const char *name)
{
    unsigned format = 0;
    while (format < REPORT_FORMAT_COUNT && strcmp(format_names[format], name) != 0) {
        format++;
    }
    return (enum report_format)format;
}

void hck_report_write(const struct report *report, enum report_format format, FILE *stream)
{
    switch (format) {
    case REPORT_TEXT:
        hck_report_text(report, stream);
        break;
    case REPORT_JSON:
        hck_report_json(report, stream);
        break;
    case REPORT_JUNIT:
        hck_report_junit(report, stream);
        break;
    case REPORT_TAP:
        hck_report_tap(report, stream);
        break;
    case REPORT_FORMAT_COUNT:
        break;
    }
}

void hck_report_summary(const struct report *report, char *text, size_t size)
{
    uint32_t totals[STATE_COUNT];
    hck_collect_totals(report->collect, totals);
    (void)snprintf(text, size,
                   "%" PRIu64 " traces, %" PRIu64 " calls: %u hold, %u violated, %u latitude, "
                   "%u unsupported, %u not exercised",
                   report->collect->trace_count, report->collect->call_count, totals[STATE_HOLDS],
                   totals[STATE_VIOLATED], totals[STATE_LATITUDE], totals[STATE_UNSUPPORTED],
                   totals[STATE_NOT_EXERCISED]);
}

bool hck_report_judged(const struct report *report)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_collect_exercised(report->collect, (enum clause_id)i)) {
            return true;
        }
    }
    return false;
}

const char *hck_report_broken(const struct report *report)
{
    if (report->broken != NULL) {
        return report->broken;
    }
    if (report->collect->broken) {
        return report->collect->broken_message;
    }
    return report->interrupted || hck_report_judged(report) ? NULL : "nothing was judged";
}

enum expect_state hck_report_expected(const struct report *report, enum clause_id clause)
{
    if (report->expected == NULL || report->expected->reasons[clause] == NULL) {
        return EXPECT_NOTHING;
    }
    if (hck_collect_state(report->collect, clause) == STATE_VIOLATED) {
        return EXPECT_HAPPENED;
    }
    return hck_collect_exercised(report->collect, clause) ? EXPECT_GONE : EXPECT_UNKNOWN;
}

enum exit_status hck_report_status(const struct report *report)
{
    if (report->interrupted) {
        return EXIT_STATUS_INTERRUPTED;
    }
    if (hck_report_broken(report) != NULL) {
        return EXIT_STATUS_BROKEN;
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        enum expect_state expected = hck_report_expected(report, (enum clause_id)i);
        if (expected == EXPECT_GONE ||
            (expected != EXPECT_HAPPENED &&
             hck_collect_state(report->collect, (enum clause_id)i) == STATE_VIOLATED)) {
            return EXIT_STATUS_VIOLATED;
        }
    }
    return EXIT_STATUS_CONFORMS;
}

const struct violation *hck_report_example(const struct report *report, enum clause_id clause)
{
    for (size_t i = 0; i < report->violations->count; i++) {
        if (report->violations->items[i].finding.clause == clause) {
            return &report->violations->items[i];
        }
    }
    return NULL;
}

uint32_t hck_report_call_index(const struct violation *violation)
{
    return violation->has_witness ? violation->reduced.witness.call_index
                                  : violation->finding.call_index;
}

void hck_report_sentence(const struct violation *violation, char *text, size_t size)
{
    const struct witness *witness = &violation->reduced.witness;
    uint32_t number = hck_report_call_index(violation) + 1;
    if (!violation->has_witness) {
        (void)snprintf(text, size,
                       "at call %" PRIu32
                       "; not shrunk: interrupted, or it did not happen again alone",
                       number);
    } else if (witness->has_expectation) {
        (void)snprintf(text, size, "at call %" PRIu32 ": %s", number, witness->sentence);
    } else {
        (void)snprintf(text, size, "at call %" PRIu32, number);
    }
}

void hck_report_trace(const struct trace *trace, const char *prefix, FILE *stream)
{
    char line[REPORT_CALL_MAX];
    (void)fprintf(stream, "%s%s\n", prefix, TEXT_TRACE_HEADER);
    for (uint32_t i = 0; i < trace->call_count; i++) {
        hck_text_print_call(&trace->calls[i], line, sizeof line);
        (void)fprintf(stream, "%s%s\n", prefix, line);
    }
}
