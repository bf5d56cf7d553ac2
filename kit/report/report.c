/* What a run comes to, and what the formats share. */
#include "kit/report/report_internal.h"

#include <inttypes.h>
#include <string.h>

#include "kit/run/patience.h"
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

const char *hck_report_plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

void hck_report_counts(const struct collect *collect, char *text, size_t size)
{
    uint32_t totals[STATE_COUNT];
    hck_collect_totals(collect, totals);
    (void)snprintf(text, size,
                   "%" PRIu64 " %s, %" PRIu64 " %s: %u %s, %u violated, %u latitude, "
                   "%u unsupported, %u not exercised",
                   collect->trace_count, hck_report_plural(collect->trace_count, "trace", "traces"),
                   collect->call_count, hck_report_plural(collect->call_count, "call", "calls"),
                   totals[STATE_HOLDS], hck_report_plural(totals[STATE_HOLDS], "holds", "hold"),
                   totals[STATE_VIOLATED], totals[STATE_LATITUDE], totals[STATE_UNSUPPORTED],
                   totals[STATE_NOT_EXERCISED]);
}

void hck_report_summary(const struct report *report, char *text, size_t size)
{
    hck_report_counts(report->collect, text, size);
}

bool hck_report_is_judged(const struct report *report)
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
    return report->collect->broken ? report->collect->broken_message : NULL;
}

void hck_report_silences(const struct report *report, char *text, size_t size)
{
    const struct silences *silences = &report->collect->silences;
    char threaded[60] = "";
    text[0] = '\0';
    if (silences->count == 0) {
        return;
    }
    if (silences->threaded_count > 0) {
        (void)snprintf(threaded, sizeof threaded, ", %" PRIu64 " of them with threads",
                       silences->threaded_count);
    }
    (void)snprintf(text, size, "%" PRIu64 " %s silent once and not again%s; first: %s",
                   silences->count, hck_report_plural(silences->count, "trace was", "traces were"),
                   threaded, silences->first_name);
}

void hck_report_not_run(const struct report *report, char *text, size_t size)
{
    const struct not_run *not_run = &report->collect->not_run;
    text[0] = '\0';
    if (not_run->count > 0) {
        (void)snprintf(
            text, size, "%" PRIu64 " generated %s not run: %s%s hung in %u traces before",
            not_run->count, hck_report_plural(not_run->count, "trace was", "traces were"),
            hck_call_rows[not_run->call].name,
            not_run->has_others ? " or another function that they call" : "",
            (unsigned)PATIENCE_OVER_AFTER);
    }
}

void hck_report_stopped(const struct report *report, char *text, size_t size)
{
    text[0] = '\0';
    if (report->is_stopped_by_time) {
        (void)snprintf(text, size, "stopped by --time after %" PRIu64 " of %" PRIu64 " %s",
                       report->collect->trace_count, report->planned_count,
                       hck_report_plural(report->planned_count, "trace", "traces"));
    }
}

const char *hck_report_nothing(const struct report *report)
{
    if (report->interrupted || hck_report_broken(report) != NULL || hck_report_is_judged(report)) {
        return NULL;
    }
    uint64_t skipped_count = 0;
    uint64_t unsupported_count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        skipped_count += report->collect->records[i].counts[VERDICT_SKIPPED];
        unsupported_count += report->collect->records[i].counts[VERDICT_UNSUPPORTED];
    }
    if (report->collect->call_count == 0) {
        return "there was no call to judge";
    }
    if (skipped_count >= report->collect->call_count) {
        return "every call was kept back by a rule";
    }
    return unsupported_count > 0 ? "the target lacks what the selected clauses are about"
                                 : "no call is the business of a selected clause";
}

const char *hck_report_trouble(const struct report *report)
{
    const char *broken = hck_report_broken(report);
    const char *nothing = hck_report_nothing(report);
    return broken != NULL        ? broken
           : nothing != NULL     ? nothing
           : report->interrupted ? "interrupted"
                                 : NULL;
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
    if (hck_report_broken(report) != NULL || hck_report_nothing(report) != NULL) {
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

unsigned hck_report_count_expected(const struct report *report, enum expect_state state)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += hck_report_expected(report, (enum clause_id)i) == state;
    }
    return count;
}

/* Violated clauses that --expect does not list. */
static unsigned count_unexpected(const struct report *report)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += hck_collect_state(report->collect, (enum clause_id)i) == STATE_VIOLATED &&
                 hck_report_expected(report, (enum clause_id)i) != EXPECT_HAPPENED;
    }
    return count;
}

static void append(char *text, size_t size, const char *label, unsigned count)
{
    size_t length = strlen(text);
    if (count > 0 && length < size) {
        (void)snprintf(text + length, size - length, "%s%s: %u %s", length > 0 ? "; " : "", label,
                       count, hck_report_plural(count, "clause", "clauses"));
    }
}

void hck_report_verdict(const struct report *report, char *text, size_t size)
{
    const char *nothing = hck_report_nothing(report);
    const char *broken = hck_report_broken(report);
    text[0] = '\0';
    switch (hck_report_status(report)) {
    case EXIT_STATUS_CONFORMS:
        (void)snprintf(text, size, "conforms");
        break;
    case EXIT_STATUS_INTERRUPTED:
        (void)snprintf(text, size, "interrupted");
        break;
    case EXIT_STATUS_USAGE:
    case EXIT_STATUS_BROKEN:
        (void)snprintf(text, size, "%s%s", nothing != NULL ? "nothing was judged: " : "broken: ",
                       nothing != NULL  ? nothing
                       : broken != NULL ? broken
                                        : "");
        break;
    case EXIT_STATUS_VIOLATED:
        break;
    }
    append(text, size, "violated", count_unexpected(report));
    append(text, size, "no longer violated, though expected",
           hck_report_count_expected(report, EXPECT_GONE));
    append(text, size, "violated as expected", hck_report_count_expected(report, EXPECT_HAPPENED));
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

/* Traces that were not shrunk are long, and alike only where they are the same one. */
static bool is_alike(const struct violation *a, const struct violation *b)
{
    if (a->fate != b->fate || hck_report_call_index(a) != hck_report_call_index(b)) {
        return false;
    }
    return a->fate == VIOLATION_SHRUNK
               ? hck_trace_same(&a->reduced.trace.trace, &b->reduced.trace.trace)
               : a->finding.trace_index == b->finding.trace_index;
}

size_t hck_report_first_alike(const struct report *report, size_t index)
{
    const struct violation *items = report->violations->items;
    size_t first = 0;
    while (first < index && !is_alike(&items[first], &items[index])) {
        first++;
    }
    return first;
}

/* Violations of one clause lie side by side. */
void hck_report_file_name(const struct report *report, size_t index, const char *suffix, char *name,
                          size_t size)
{
    const struct violation *items = report->violations->items;
    unsigned number = 1;
    while (number <= index && items[index - number].finding.clause == items[index].finding.clause) {
        number++;
    }
    char stem[REPORT_FILE_NAME_MAX];
    hck_report_stem(items[index].finding.clause, number, stem, sizeof stem);
    (void)snprintf(name, size, "%s%s", stem, suffix);
}

bool hck_report_has_program(const struct violation *violation)
{
    bool comes_again =
        violation->fate == VIOLATION_SHRUNK || violation->fate == VIOLATION_NOT_TRIED;
    return comes_again && violation->has_witness && violation->reduced.witness.has_expectation &&
           !violation->reduced.has_to_meet;
}

static const char *why_not_shrunk(const struct violation *violation)
{
    switch ((enum violation_fate)violation->fate) {
    case VIOLATION_SHRUNK:
        return "";
    case VIOLATION_NOT_TRIED:
        return violation->has_witness ? "" : "; not shrunk: there was no time to run it again";
    case VIOLATION_UNSTEADY:
        return "; not shrunk: it comes and goes from run to run";
    case VIOLATION_GONE:
        return "; not shrunk: it did not come again when the trace ran in a new process";
    }
    return "";
}

const char *hck_report_expectation(const struct violation *violation)
{
    return violation->has_witness ? violation->reduced.witness.sentence
                                  : violation->finding.sentence;
}

void hck_report_sentence(const struct violation *violation, char *text, size_t size)
{
    const char *expectation = hck_report_expectation(violation);
    (void)snprintf(text, size, "call %" PRIu32 "%s%s%s", hck_report_call_index(violation) + 1,
                   expectation[0] != '\0' ? ": " : "", expectation, why_not_shrunk(violation));
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
