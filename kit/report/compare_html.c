/* The matrix as an HTML page. */
#include "kit/report/compare.h"

#include <string.h>

#include "kit/report/escape.h"
#include "kit/report/page.h"
#include "kit/report/report.h"

static void print_escaped(const char *text, FILE *stream)
{
    hck_report_escape_xml(text, stream);
}

static const char *cell_class(enum clause_state state)
{
    switch (state) {
    case STATE_VIOLATED:
        return "violated";
    case STATE_HOLDS:
        return "holds";
    case STATE_LATITUDE:
        return "latitude";
    case STATE_UNSUPPORTED:
        return "lacks";
    case STATE_NOT_EXERCISED:
    case STATE_COUNT:
        break;
    }
    return "none";
}

/* What was taken of what the clause leaves open. */
static void print_choices(const struct clause_record *record, FILE *stream)
{
    for (uint32_t i = 0; i < record->choice_count; i++) {
        (void)fputs(i == 0 ? ": " : " | ", stream);
        print_escaped(record->choices[i], stream);
    }
}

static void print_row(const struct compare_column *columns, unsigned count, enum clause_id clause,
                      FILE *stream)
{
    (void)fputs("<tr>", stream);
    hck_page_clause(clause, stream);
    (void)fprintf(stream, "<td>%s</td>", hck_clause_basis_name(hck_clause_get(clause)->basis));
    for (unsigned i = 0; i < count; i++) {
        enum clause_state state = hck_collect_state(columns[i].collect, clause);
        (void)fprintf(stream, "<td class=\"%s\">%s", cell_class(state), hck_compare_cell(state));
        if (state == STATE_LATITUDE) {
            print_choices(&columns[i].collect->records[clause], stream);
        }
        (void)fputs("</td>", stream);
    }
    (void)fputs("</tr>\n", stream);
}

static void print_targets(const struct compare_column *columns, unsigned count, FILE *stream)
{
    (void)fputs("<ol>\n", stream);
    for (unsigned i = 0; i < count; i++) {
        char counts[COMPARE_COUNTS_MAX];
        hck_report_counts(columns[i].collect, counts, sizeof counts);
        (void)fputs("<li><strong>", stream);
        print_escaped(columns[i].target, stream);
        (void)fprintf(stream, "</strong>: %s", counts);
        if (columns[i].trouble != NULL) {
            (void)fputs("<br>", stream);
            print_escaped(columns[i].trouble, stream);
        }
        (void)fputs("</li>\n", stream);
    }
    (void)fputs("</ol>\n", stream);
}

void hck_compare_html(const struct compare_column *columns, unsigned count, const char *profile,
                      bool all, FILE *stream)
{
    unsigned shown = 0;
    hck_page_begin("heapck compare", stream);
    (void)fputs("<p>Profile ", stream);
    print_escaped(profile, stream);
    (void)fputs(". A clause opens to its statement and source.</p>\n", stream);
    print_targets(columns, count, stream);
    (void)fputs("<table>\n<thead><tr><th>clause</th><th>basis</th>", stream);
    for (unsigned i = 0; i < count; i++) {
        (void)fputs("<th scope=\"col\">", stream);
        print_escaped(columns[i].target, stream);
        (void)fputs("</th>", stream);
    }
    (void)fputs("</tr></thead>\n<tbody>\n", stream);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_compare_shows(columns, count, (enum clause_id)i, all)) {
            print_row(columns, count, (enum clause_id)i, stream);
            shown++;
        }
    }
    (void)fprintf(stream, "</tbody>\n</table>\n<p>%u %s", shown,
                  all ? hck_report_plural(shown, "clause", "clauses")
                      : hck_report_plural(shown, "clause that is violated or differs",
                                          "clauses that are violated or differ"));
    if (shown == 0) {
        (void)fputs(": ", stream);
        hck_compare_agreement(columns, count, stream);
    }
    (void)fputs(".</p>\n", stream);
    hck_page_end(stream);
}
