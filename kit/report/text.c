/* The report as text, for people. */
#include "kit/report/report_internal.h"

#include <inttypes.h>

#define PREFIX "      "

enum { UNSHRUNK_SHOWN_MAX = 40, SOURCE_MAX = 2000, LISTED_MAX = 40 };

/* A trace that was not shrunk may be long; the calls up to the violating one say most. */
static void print_trace(const struct violation *violation, FILE *stream)
{
    const struct trace *trace = &violation->reduced.trace.trace;
    uint32_t end = hck_report_call_index(violation) + 1;
    if (trace->call_count <= UNSHRUNK_SHOWN_MAX || violation->shrunk || end > trace->call_count) {
        hck_report_trace(trace, PREFIX, stream);
        return;
    }
    uint32_t begin = end > UNSHRUNK_SHOWN_MAX ? end - UNSHRUNK_SHOWN_MAX : 0;
    struct trace part = *trace;
    part.calls += begin;
    part.call_count = end - begin;
    if (begin > 0) {
        (void)fprintf(stream, PREFIX "# %" PRIu32 " calls before\n", begin);
    }
    hck_report_trace(&part, PREFIX, stream);
}

static void print_violation(const struct violation *violation, bool shows_clause, FILE *stream)
{
    const struct clause *clause = hck_clause_get(violation->finding.clause);
    char source[SOURCE_MAX];
    if (shows_clause) {
        (void)fprintf(stream, "\nVIOLATED %s\n", clause->id);
        hck_report_wrap(clause->statement, "    ", stream);
        (void)snprintf(source, sizeof source, "(%s; %s)", hck_clause_basis_name(clause->basis),
                       clause->source);
        hck_report_wrap(source, "    ", stream);
    }
    const struct reduced *reduced = &violation->reduced;
    if (violation->shrunk) {
        (void)fprintf(stream, "  %s, shrunk from %" PRIu32 " calls to %" PRIu32 ":\n",
                      violation->origin, reduced->calls_before, reduced->trace.trace.call_count);
    } else {
        (void)fprintf(stream, "  %s, as it ran:\n", violation->origin);
    }
    print_trace(violation, stream);
    char sentence[REPORT_SENTENCE_MAX];
    hck_report_sentence(violation, sentence, sizeof sentence);
    (void)fprintf(stream, "  %s\n", sentence);
}

static void print_violations(const struct report *report, FILE *stream)
{
    enum clause_id last = CLAUSE_NONE;
    for (size_t i = 0; i < report->violations->count; i++) {
        const struct violation *violation = &report->violations->items[i];
        print_violation(violation, violation->finding.clause != last, stream);
        last = violation->finding.clause;
    }
}

static void print_choices(const struct clause_record *record, FILE *stream)
{
    for (uint32_t i = 0; i < record->choice_count; i++) {
        (void)fprintf(stream, "%s%s", i == 0 ? ": " : " | ", record->choices[i]);
    }
}

/* The clauses of a state, or, for STATE_COUNT, the rules that kept a call from being made. */
static bool is_listed(const struct collect *collect, unsigned clause, enum clause_state state)
{
    if (!collect->selection->clauses[clause]) {
        return false;
    }
    if (state == STATE_COUNT) {
        return collect->records[clause].counts[VERDICT_SKIPPED] > 0;
    }
    return hck_clause_get((enum clause_id)clause)->basis != BASIS_UNDEFINED &&
           hck_collect_state(collect, (enum clause_id)clause) == state;
}

/* A long list hides what matters; JSON has every clause. */
static void print_list(const struct report *report, enum clause_state state, const char *title,
                       FILE *stream)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += is_listed(report->collect, i, state);
    }
    if (count == 0) {
        return;
    }
    if (count > LISTED_MAX) {
        (void)fprintf(stream, "\n%s: %u clauses (--format json lists them)\n", title, count);
        return;
    }
    (void)fprintf(stream, "\n%s:\n", title);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (is_listed(report->collect, i, state)) {
            (void)fprintf(stream, "    %s", hck_clause_get((enum clause_id)i)->id);
            print_choices(&report->collect->records[i], stream);
            (void)fputc('\n', stream);
        }
    }
}

static void print_expected(const struct report *report, enum expect_state state, const char *title,
                           FILE *stream)
{
    bool first = true;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_report_expected(report, (enum clause_id)i) != state) {
            continue;
        }
        if (first) {
            (void)fprintf(stream, "\n%s:\n", title);
            first = false;
        }
        (void)fprintf(stream, "    %s  %s\n", hck_clause_get((enum clause_id)i)->id,
                      report->expected->reasons[i]);
    }
}

void hck_report_text(const struct report *report, FILE *stream)
{
    (void)fprintf(stream, "target %s, profile %s", report->target, report->profile);
    if (report->has_seed) {
        (void)fprintf(stream, ", seed %" PRIu64, report->seed);
    }
    (void)fputc('\n', stream);
    print_violations(report, stream);
    if (report->expected != NULL) {
        print_expected(report, EXPECT_HAPPENED, "violated, as --expect says", stream);
        print_expected(report, EXPECT_UNKNOWN, "note: --expect lists, and this run did not judge",
                       stream);
        print_expected(report, EXPECT_GONE,
                       "failed: --expect lists, and it is no longer violated; take it off the list",
                       stream);
    }
    print_list(report, STATE_LATITUDE, "latitude, with the answers taken", stream);
    print_list(report, STATE_COUNT, "calls not made, by rule", stream);
    print_list(report, STATE_UNSUPPORTED, "unsupported", stream);
    print_list(report, STATE_NOT_EXERCISED, "not exercised", stream);
    const char *broken = hck_report_broken(report);
    if (broken != NULL) {
        (void)fprintf(stream, "\nbroken: %s\n", broken);
    }
    char summary[300];
    hck_report_summary(report, summary, sizeof summary);
    (void)fprintf(stream, "\n%s%s\n", report->interrupted ? "interrupted after " : "", summary);
}
