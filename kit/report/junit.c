/* The report as JUnit XML, for continuous integration: a suite per family, a case per clause. */
#include "kit/report/report_internal.h"

#include <string.h>

#include "spec/text.h"

enum case_result { CASE_PASSED, CASE_FAILED, CASE_SKIPPED };

static enum case_result case_result(const struct report *report, enum clause_id clause)
{
    enum expect_state expected = hck_report_expected(report, clause);
    if (expected == EXPECT_GONE) {
        return CASE_FAILED;
    }
    switch (hck_collect_state(report->collect, clause)) {
    case STATE_VIOLATED:
        return expected == EXPECT_HAPPENED ? CASE_SKIPPED : CASE_FAILED;
    case STATE_HOLDS:
    case STATE_LATITUDE:
        return CASE_PASSED;
    case STATE_UNSUPPORTED:
    case STATE_NOT_EXERCISED:
    case STATE_COUNT:
        break;
    }
    return CASE_SKIPPED;
}

static bool is_case(const struct report *report, unsigned clause)
{
    return report->collect->selection->clauses[clause] &&
           hck_clause_get((enum clause_id)clause)->basis != BASIS_UNDEFINED;
}

static void print_attribute(const char *name, const char *value, FILE *stream)
{
    (void)fprintf(stream, " %s=\"", name);
    hck_report_escape_xml(value, stream);
    (void)fputc('"', stream);
}

static void print_failure(const struct report *report, enum clause_id clause, FILE *stream)
{
    const struct violation *example = hck_report_example(report, clause);
    char sentence[REPORT_SENTENCE_MAX] = "listed by --expect, and no longer violated";
    if (example != NULL) {
        hck_report_sentence(example, sentence, sizeof sentence);
    }
    (void)fputs("      <failure", stream);
    print_attribute("message", sentence, stream);
    (void)fputs(">", stream);
    hck_report_escape_xml(hck_clause_get(clause)->statement, stream);
    (void)fputc('\n', stream);
    if (example != NULL) {
        char line[REPORT_CALL_MAX];
        const struct trace *trace = &example->reduced.trace.trace;
        (void)fputs(TEXT_TRACE_HEADER "\n", stream);
        for (uint32_t i = 0; i < trace->call_count; i++) {
            hck_text_print_call(&trace->calls[i], line, sizeof line);
            hck_report_escape_xml(line, stream);
            (void)fputc('\n', stream);
        }
    }
    (void)fputs("</failure>\n", stream);
}

static void print_case(const struct report *report, enum clause_id clause, FILE *stream)
{
    const struct clause *row = hck_clause_get(clause);
    (void)fputs("    <testcase", stream);
    print_attribute("classname", row->family, stream);
    print_attribute("name", row->id, stream);
    switch (case_result(report, clause)) {
    case CASE_PASSED:
        (void)fputs("/>\n", stream);
        return;
    case CASE_FAILED:
        (void)fputs(">\n", stream);
        print_failure(report, clause, stream);
        break;
    case CASE_SKIPPED:
        (void)fputs(">\n      <skipped", stream);
        print_attribute("message",
                        hck_report_expected(report, clause) == EXPECT_HAPPENED
                            ? report->expected->reasons[clause]
                            : hck_collect_state_name(hck_collect_state(report->collect, clause)),
                        stream);
        (void)fputs("/>\n", stream);
        break;
    }
    (void)fputs("    </testcase>\n", stream);
}

/* Counts the cases of a family from `begin` on (all families where it is NULL); returns its end. */
static unsigned count_cases(const struct report *report, unsigned begin, const char *family,
                            unsigned counts[3])
{
    unsigned i = begin;
    memset(counts, 0, 3 * sizeof counts[0]);
    for (; i < CLAUSE_COUNT; i++) {
        if (family != NULL && strcmp(hck_clause_get((enum clause_id)i)->family, family) != 0) {
            break;
        }
        if (is_case(report, i)) {
            counts[case_result(report, (enum clause_id)i)]++;
        }
    }
    return i;
}

static void print_counts(const char *name, const unsigned counts[3], unsigned errors, FILE *stream)
{
    print_attribute("name", name, stream);
    (void)fprintf(stream, " tests=\"%u\" failures=\"%u\" skipped=\"%u\" errors=\"%u\">\n",
                  counts[CASE_PASSED] + counts[CASE_FAILED] + counts[CASE_SKIPPED] + errors,
                  counts[CASE_FAILED], counts[CASE_SKIPPED], errors);
}

static void print_families(const struct report *report, FILE *stream)
{
    unsigned begin = 0;
    while (begin < CLAUSE_COUNT) {
        const char *family = hck_clause_get((enum clause_id)begin)->family;
        unsigned counts[3];
        unsigned end = count_cases(report, begin, family, counts);
        if (counts[CASE_PASSED] + counts[CASE_FAILED] + counts[CASE_SKIPPED] > 0) {
            (void)fputs("  <testsuite", stream);
            print_counts(family, counts, 0, stream);
            for (unsigned i = begin; i < end; i++) {
                if (is_case(report, i)) {
                    print_case(report, (enum clause_id)i, stream);
                }
            }
            (void)fputs("  </testsuite>\n", stream);
        }
        begin = end;
    }
}

void hck_report_junit(const struct report *report, FILE *stream)
{
    unsigned counts[3];
    bool failed = hck_report_status(report) >= EXIT_STATUS_USAGE;
    count_cases(report, 0, NULL, counts);
    (void)fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", stream);
    print_counts("heapck", counts, failed, stream);
    if (failed) {
        const char *trouble = hck_report_trouble(report);
        const unsigned none[3] = {0, 0, 0};
        (void)fputs("  <testsuite", stream);
        print_counts("heapck", none, 1, stream);
        (void)fputs("    <testcase classname=\"heapck\" name=\"the run\"><error", stream);
        print_attribute("message", trouble != NULL ? trouble : "broken", stream);
        (void)fputs("/></testcase>\n  </testsuite>\n", stream);
    }
    print_families(report, stream);
    (void)fputs("</testsuites>\n", stream);
}
