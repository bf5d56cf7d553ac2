#include "kit/report/clause_page.h"

#include <inttypes.h>

#include "kit/report/escape.h"
#include "kit/report/page.h"
#include "kit/report/report.h"

static bool was_judged(const struct clause_tally *tally)
{
    return tally->first_trace != TALLY_NEVER;
}

/* In steps of 1, 2, 5 and their tens. */
static void print_count(uint64_t count, const char *class, FILE *stream)
{
    uint64_t step = 1;
    if (count < 10) {
        (void)fprintf(stream, "<td class=\"%s\">%" PRIu64 "</td>", class, count);
        return;
    }
    while (count / 10 >= step) {
        step *= 10;
    }
    step *= count / step >= 5 ? 5 : count / step >= 2 ? 2 : 1;
    (void)fprintf(stream, "<td class=\"%s\">%" PRIu64 "+</td>", class, step);
}

static void print_counts(const struct clause_tally *tally, FILE *stream)
{
    static const struct {
        enum verdict_outcome outcome;
        const char *class;
    } columns[] = {
        {VERDICT_HOLDS, "holds"},
        {VERDICT_VIOLATED, "violated"},
        {VERDICT_LATITUDE, "latitude"},
        {VERDICT_SKIPPED, "none"},
    };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        uint64_t count = tally->counts[columns[i].outcome];
        if (count == 0) {
            (void)fputs("<td></td>", stream);
        } else {
            print_count(count, columns[i].class, stream);
        }
    }
    for (unsigned part = 0; part < STATE_PART_COUNT; part++) {
        (void)fprintf(stream, "<td>%" PRIu32 "</td>", tally->class_counts[part]);
    }
}

/* Of a clause that no trace brought to judgement: the reason, where there is one. */
static void print_first_trace(const struct clause_page *page, const struct clause_tally *tally,
                              enum clause_id clause, FILE *stream)
{
    char name[ORIGIN_MAX];
    const char *reason = hck_clause_exemption(clause, EXEMPT_TRACE);
    if (was_judged(tally)) {
        hck_plan_name(page->plan, tally->first_trace, name, sizeof name);
        (void)fputs("<td>", stream);
        hck_report_escape_xml(name, stream);
    } else {
        (void)fputs("<td class=\"none\">", stream);
        hck_report_escape_xml(reason != NULL ? reason : "no trace judges it", stream);
    }
    (void)fputs("</td>", stream);
}

/* Rules and choices are not broken by any target, and need no mutant. */
static void print_mutants(const struct clause_page *page, enum clause_id clause, FILE *stream)
{
    const char *reason = hck_clause_exemption(clause, EXEMPT_MUTANT);
    bool has_mutant = false;
    (void)fputs("<td>", stream);
    for (size_t i = 0; i < page->mutant_count; i++) {
        if (page->mutants[i].clause == clause) {
            has_mutant = true;
            (void)fprintf(stream, "<details><summary>%s</summary>", page->mutants[i].name);
            hck_report_escape_xml(page->mutants[i].what, stream);
            (void)fputs("</details>", stream);
        }
    }
    if (!has_mutant && reason != NULL) {
        (void)fputs("<span class=\"none\">", stream);
        hck_report_escape_xml(reason, stream);
        (void)fputs("</span>", stream);
    }
    (void)fputs("</td>", stream);
}

static void print_row(const struct clause_page *page, enum clause_id clause, FILE *stream)
{
    const struct clause_tally *tally = hck_tally_get(page->tally, clause);
    (void)fputs("<tr>", stream);
    hck_page_clause(clause, stream);
    (void)fprintf(stream, "<td>%s</td>", hck_clause_basis_name(hck_clause_get(clause)->basis));
    print_counts(tally, stream);
    print_first_trace(page, tally, clause, stream);
    print_mutants(page, clause, stream);
    (void)fputs("</tr>\n", stream);
}

static void print_totals(const struct clause_page *page, FILE *stream)
{
    unsigned judged_count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        judged_count += was_judged(hck_tally_get(page->tally, (enum clause_id)i));
    }
    (void)fprintf(stream,
                  "<p><strong>%u of %u clauses</strong> were judged by %zu %s of the corpus",
                  judged_count, (unsigned)CLAUSE_COUNT, page->plan->corpus->count,
                  hck_report_plural(page->plan->corpus->count, "trace", "traces"));
    if (page->plan->generated_count > 0) {
        (void)fprintf(
            stream, " and %" PRIu64 " generated %s of seed %" PRIu64, page->plan->generated_count,
            hck_report_plural(page->plan->generated_count, "trace", "traces"), page->plan->seed);
    }
    (void)fputs(" on ", stream);
    hck_report_escape_xml(page->target, stream);
    (void)fputs(".</p>\n", stream);
}

static const char legend[] =
    "<p>A clause opens to its statement and source, a mutant to what it does wrong. "
    "<em>Kept back</em> counts the calls that the clause forbids, which are not made. "
    "<em>Heap, object, pages</em>: in how many classes of that part of the state the clause was "
    "judged; an object is a block or a section. Both are of traces with one thread; among threads "
    "it would be a matter of time. "
    "<em>Mutants</em> are deliberately wrong targets that the clause has to catch; "
    "<code>heapck selftest</code> hunts every one.</p>\n"
    "<table>\n<thead><tr><th>clause</th><th>basis</th><th>held</th><th>violated</th>"
    "<th>choices</th><th>kept back</th><th>heap</th><th>object</th><th>pages</th>"
    "<th>first trace</th><th>mutants</th></tr></thead>\n<tbody>\n";

void hck_clause_page(const struct clause_page *page, FILE *stream)
{
    hck_page_begin("heapck spec coverage", stream);
    print_totals(page, stream);
    (void)fputs(legend, stream);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        print_row(page, (enum clause_id)i, stream);
    }
    (void)fputs("</tbody>\n</table>\n", stream);
    hck_page_end(stream);
}
