/* The report as JSON; json.md says what it holds. Keys come in a fixed order. */
#include "kit/report/report_internal.h"

#include <inttypes.h>

#include "spec/text.h"

/* Where a list stands: whether a comma has to come before the next element. */
static void separate(bool *first, FILE *stream)
{
    (void)fputs(*first ? "\n" : ",\n", stream);
    *first = false;
}

static void print_text(const char *key, const char *value, FILE *stream)
{
    (void)fprintf(stream, "\"%s\": ", key);
    if (value == NULL) {
        (void)fputs("null", stream);
        return;
    }
    (void)fputc('"', stream);
    hck_report_escape_json(value, stream);
    (void)fputc('"', stream);
}

static const char *state_name(const struct collect *collect, unsigned clause)
{
    if (hck_clause_get((enum clause_id)clause)->basis == BASIS_UNDEFINED) {
        return collect->records[clause].counts[VERDICT_SKIPPED] > 0 ? "skipped" : "not exercised";
    }
    return hck_collect_state_name(hck_collect_state(collect, (enum clause_id)clause));
}

static void print_clause(const struct report *report, unsigned clause, FILE *stream)
{
    const struct clause_record *record = &report->collect->records[clause];
    const struct clause *row = hck_clause_get((enum clause_id)clause);
    (void)fputs("    {", stream);
    print_text("id", row->id, stream);
    (void)fputs(", ", stream);
    print_text("basis", hck_clause_basis_name(row->basis), stream);
    (void)fputs(", ", stream);
    print_text("state", state_name(report->collect, clause), stream);
    (void)fputs(", \"choices\": [", stream);
    for (uint32_t i = 0; i < record->choice_count; i++) {
        (void)fputs(i == 0 ? "\"" : ", \"", stream);
        hck_report_escape_json(record->choices[i], stream);
        (void)fputc('"', stream);
    }
    (void)fputs("], ", stream);
    print_text("expected", report->expected != NULL ? report->expected->reasons[clause] : NULL,
               stream);
    (void)fputc('}', stream);
}

static void print_clauses(const struct report *report, FILE *stream)
{
    bool first = true;
    (void)fputs("  \"clauses\": [", stream);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (report->collect->selection->clauses[i]) {
            separate(&first, stream);
            print_clause(report, i, stream);
        }
    }
    (void)fputs("\n  ],\n", stream);
}

static void print_trace(const struct trace *trace, FILE *stream)
{
    char line[REPORT_CALL_MAX];
    (void)fputs("\"trace\": [\"" TEXT_TRACE_HEADER "\"", stream);
    for (uint32_t i = 0; i < trace->call_count; i++) {
        hck_text_print_call(&trace->calls[i], line, sizeof line);
        (void)fputs(",\n        \"", stream);
        hck_report_escape_json(line, stream);
        (void)fputc('"', stream);
    }
    (void)fputc(']', stream);
}

static const char *const fate_names[] = {
    [VIOLATION_NOT_TRIED] = "not tried",
    [VIOLATION_SHRUNK] = "shrunk",
    [VIOLATION_UNSTEADY] = "unsteady",
    [VIOLATION_GONE] = "gone",
};

static void print_violation(const struct report *report, size_t index, FILE *stream)
{
    const struct violation *violation = &report->violations->items[index];
    const struct reduced *reduced = &violation->reduced;
    const char *expectation = hck_report_expectation(violation);
    (void)fputs("    {", stream);
    print_text("clause", hck_clause_get(violation->finding.clause)->id, stream);
    (void)fputs(",\n      ", stream);
    print_text("origin", violation->origin, stream);
    (void)fprintf(stream,
                  ",\n      \"shrunk\": %s, \"calls_before\": %" PRIu32 ", \"call\": %" PRIu32
                  ", \"same_as\": %zu,\n      ",
                  violation->fate == VIOLATION_SHRUNK ? "true" : "false", reduced->calls_before,
                  hck_report_call_index(violation) + 1, hck_report_first_alike(report, index) + 1);
    print_text("fate", fate_names[violation->fate], stream);
    (void)fputs(", ", stream);
    print_text("sentence", expectation[0] != '\0' ? expectation : NULL, stream);
    (void)fputs(",\n      ", stream);
    print_trace(&reduced->trace.trace, stream);
    (void)fputc('}', stream);
}

static void print_violations(const struct report *report, FILE *stream)
{
    bool first = true;
    (void)fputs("  \"violations\": [", stream);
    for (size_t i = 0; i < report->violations->count; i++) {
        separate(&first, stream);
        print_violation(report, i, stream);
    }
    (void)fputs(first ? "],\n" : "\n  ],\n", stream);
}

static void print_gone(const struct report *report, FILE *stream)
{
    bool first = true;
    (void)fputs("  \"no_longer_violated\": [", stream);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_report_expected(report, (enum clause_id)i) == EXPECT_GONE) {
            (void)fprintf(stream, "%s\"%s\"", first ? "" : ", ",
                          hck_clause_get((enum clause_id)i)->id);
            first = false;
        }
    }
    (void)fputs("],\n", stream);
}

static void print_plan(const struct report *report, FILE *stream)
{
    if (report->planned_count > 0) {
        (void)fprintf(stream, "  \"planned\": %" PRIu64 ",\n", report->planned_count);
    } else {
        (void)fputs("  \"planned\": null,\n", stream);
    }
    (void)fprintf(stream, "  \"stopped_by_time\": %s,\n",
                  report->is_stopped_by_time ? "true" : "false");
}

static void print_silences(const struct silences *silences, FILE *stream)
{
    (void)fprintf(stream,
                  "  \"silent_once\": {\"count\": %" PRIu64 ", \"with_threads\": %" PRIu64 ", ",
                  silences->count, silences->threaded_count);
    print_text("first", silences->count > 0 ? silences->first_name : NULL, stream);
    (void)fputs("},\n", stream);
}

static void print_not_run(const struct not_run *not_run, FILE *stream)
{
    bool has_some = not_run->count > 0;
    (void)fprintf(stream, "  \"not_run\": {\"count\": %" PRIu64 ", ", not_run->count);
    print_text("hung", has_some ? hck_call_rows[not_run->call].name : NULL, stream);
    (void)fputs("},\n", stream);
}

static const char *verdict_name(const struct report *report)
{
    switch (hck_report_status(report)) {
    case EXIT_STATUS_CONFORMS:
        return "conforms";
    case EXIT_STATUS_VIOLATED:
        return "violated";
    case EXIT_STATUS_INTERRUPTED:
        return "interrupted";
    case EXIT_STATUS_USAGE:
    case EXIT_STATUS_BROKEN:
        break;
    }
    return hck_report_nothing(report) != NULL ? "nothing judged" : "broken";
}

void hck_report_json(const struct report *report, FILE *stream)
{
    uint32_t totals[STATE_COUNT];
    hck_collect_totals(report->collect, totals);
    (void)fputs("{\n  \"heapck_report\": 2,\n  ", stream);
    print_text("command", report->command, stream);
    (void)fputs(",\n  ", stream);
    print_text("target", report->target, stream);
    (void)fputs(",\n  ", stream);
    print_text("profile", report->profile, stream);
    if (report->has_seed) {
        (void)fprintf(stream, ",\n  \"seed\": %" PRIu64, report->seed);
    } else {
        (void)fputs(",\n  \"seed\": null", stream);
    }
    (void)fprintf(stream,
                  ",\n  \"status\": %d,\n  \"traces\": %" PRIu64 ",\n  \"calls\": %" PRIu64
                  ",\n  \"summary\": {\"hold\": %u, \"violated\": %u, \"latitude\": %u, "
                  "\"unsupported\": %u, \"not_exercised\": %u},\n  ",
                  (int)hck_report_status(report), report->collect->trace_count,
                  report->collect->call_count, totals[STATE_HOLDS], totals[STATE_VIOLATED],
                  totals[STATE_LATITUDE], totals[STATE_UNSUPPORTED], totals[STATE_NOT_EXERCISED]);
    print_text("verdict", verdict_name(report), stream);
    (void)fputs(",\n  ", stream);
    print_text("broken", hck_report_broken(report), stream);
    (void)fputs(",\n  ", stream);
    print_text("nothing_judged", hck_report_nothing(report), stream);
    (void)fprintf(stream, ",\n  \"interrupted\": %s,\n", report->interrupted ? "true" : "false");
    print_plan(report, stream);
    print_silences(&report->collect->silences, stream);
    print_not_run(&report->collect->not_run, stream);
    print_gone(report, stream);
    print_violations(report, stream);
    print_clauses(report, stream);
    (void)fputs("  \"end\": true\n}\n", stream);
}
