/* The report in the Test Anything Protocol, version 13: a test point per clause. */
#include "kit/report/report_internal.h"

static bool is_point(const struct report *report, unsigned clause)
{
    return report->collect->selection->clauses[clause] &&
           hck_clause_get((enum clause_id)clause)->basis != BASIS_UNDEFINED;
}

static void print_failure(const struct report *report, enum clause_id clause, FILE *stream)
{
    const struct violation *example = hck_report_example(report, clause);
    if (example == NULL) {
        return;
    }
    char sentence[REPORT_SENTENCE_MAX];
    hck_report_sentence(example, sentence, sizeof sentence);
    hck_report_wrap(hck_clause_get(clause)->statement, "#   ", stream);
    (void)fprintf(stream, "#   %s\n", sentence);
    hck_report_trace(&example->reduced.trace.trace, "#   ", stream);
}

static void print_point(const struct report *report, unsigned number, enum clause_id clause,
                        FILE *stream)
{
    const char *id = hck_clause_get(clause)->id;
    enum expect_state expected = hck_report_expected(report, clause);
    enum clause_state state = hck_collect_state(report->collect, clause);
    if (expected == EXPECT_GONE) {
        (void)fprintf(stream, "not ok %u - %s\n#   listed by --expect, and no longer violated\n",
                      number, id);
        return;
    }
    switch (state) {
    case STATE_VIOLATED:
        if (expected == EXPECT_HAPPENED) {
            (void)fprintf(stream, "not ok %u - %s # TODO %s\n", number, id,
                          report->expected->reasons[clause]);
        } else {
            (void)fprintf(stream, "not ok %u - %s\n", number, id);
            print_failure(report, clause, stream);
        }
        break;
    case STATE_HOLDS:
    case STATE_LATITUDE:
        (void)fprintf(stream, "ok %u - %s\n", number, id);
        break;
    case STATE_UNSUPPORTED:
    case STATE_NOT_EXERCISED:
    case STATE_COUNT:
        (void)fprintf(stream, "ok %u - %s # SKIP %s\n", number, id, hck_collect_state_name(state));
        break;
    }
}

static void print_comment(const char *text, FILE *stream)
{
    if (text[0] != '\0') {
        (void)fprintf(stream, "# %s\n", text);
    }
}

void hck_report_tap(const struct report *report, FILE *stream)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += is_point(report, i);
    }
    (void)fprintf(stream, "TAP version 13\n1..%u\n", count);
    unsigned number = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (is_point(report, i)) {
            print_point(report, ++number, (enum clause_id)i, stream);
        }
    }
    if (hck_report_status(report) >= EXIT_STATUS_USAGE) {
        const char *trouble = hck_report_trouble(report);
        (void)fprintf(stream, "Bail out! %s\n", trouble != NULL ? trouble : "broken");
    }
    char text[REPORT_SENTENCE_MAX];
    hck_report_silences(report, text, sizeof text);
    print_comment(text, stream);
    hck_report_not_run(report, text, sizeof text);
    print_comment(text, stream);
    hck_report_stopped(report, text, sizeof text);
    print_comment(text, stream);
    hck_report_summary(report, text, sizeof text);
    print_comment(text, stream);
}
