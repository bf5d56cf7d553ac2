/* The matrix as text. */
#include "kit/report/compare.h"

#include <string.h>

#include "kit/report/report.h"

enum { CELL_WIDTH = 8 };

const char *hck_compare_cell(enum clause_state state)
{
    switch (state) {
    case STATE_VIOLATED:
        return "VIOLATED";
    case STATE_HOLDS:
        return "hold";
    case STATE_LATITUDE:
        return "latitude";
    case STATE_UNSUPPORTED:
        return "lacks";
    case STATE_NOT_EXERCISED:
    case STATE_COUNT:
        break;
    }
    return "-";
}

struct row {
    bool selected;
    bool differs;      /* what the targets did; a function that a target lacks is no difference */
    unsigned judged;   /* targets that were judged by it ... */
    unsigned violated; /* ... and that violate it */
    unsigned violator; /* the last of them */
};

static struct row look_at(const struct compare_column *columns, unsigned count, unsigned clause)
{
    struct row row = {.selected = false};
    enum clause_state first = STATE_COUNT;
    for (unsigned i = 0; i < count; i++) {
        enum clause_state state = hck_collect_state(columns[i].collect, (enum clause_id)clause);
        row.selected = row.selected || columns[i].collect->selection->clauses[clause];
        if (state > STATE_LATITUDE) {
            continue;
        }
        row.judged++;
        if (state == STATE_VIOLATED) {
            row.violated++;
            row.violator = i;
        }
        row.differs = row.differs || (first != STATE_COUNT && first != state);
        first = first == STATE_COUNT ? state : first;
    }
    row.selected = row.selected && hck_clause_get((enum clause_id)clause)->basis != BASIS_UNDEFINED;
    return row;
}

static bool is_shown(const struct row *row, bool all)
{
    return row->selected && (all || row->differs || row->violated > 0);
}

bool hck_compare_shows(const struct compare_column *columns, unsigned count, enum clause_id clause,
                       bool all)
{
    struct row row = look_at(columns, count, clause);
    return is_shown(&row, all);
}

static bool all_violate(const struct row *row)
{
    return row->judged > 1 && row->violated == row->judged;
}

static bool one_violates(const struct row *row)
{
    return row->judged > 1 && row->violated == 1;
}

static void print_rows(const struct compare_column *columns, unsigned count, bool all,
                       size_t id_width, FILE *stream)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        struct row row = look_at(columns, count, i);
        if (!is_shown(&row, all)) {
            continue;
        }
        (void)fprintf(stream, "%-*s", (int)id_width, hck_clause_get((enum clause_id)i)->id);
        bool marked = all_violate(&row) || one_violates(&row);
        for (unsigned k = 0; k < count; k++) {
            int width = k + 1 < count || marked ? CELL_WIDTH : 0;
            (void)fprintf(
                stream, "  %-*s", width,
                hck_compare_cell(hck_collect_state(columns[k].collect, (enum clause_id)i)));
        }
        if (one_violates(&row)) {
            (void)fprintf(stream, "  only T%u", row.violator + 1);
        } else if (marked) {
            (void)fputs("  all", stream);
        }
        (void)fputc('\n', stream);
    }
}

static void print_legend(const struct compare_column *columns, unsigned count, FILE *stream)
{
    for (unsigned i = 0; i < count; i++) {
        (void)fprintf(stream, "T%u  %s\n", i + 1, columns[i].target);
    }
    (void)fputs(
        "hold, VIOLATED, latitude: an allowed choice; lacks: unsupported; -: not exercised\n\n",
        stream);
}

static void print_totals(const struct compare_column *columns, unsigned count, FILE *stream)
{
    for (unsigned i = 0; i < count; i++) {
        char counts[COMPARE_COUNTS_MAX];
        hck_report_counts(columns[i].collect, counts, sizeof counts);
        (void)fprintf(stream, "T%u: %s\n", i + 1, counts);
        if (columns[i].trouble != NULL) {
            (void)fprintf(stream, "T%u: %s\n", i + 1, columns[i].trouble);
        }
    }
}

static bool is_judged(const struct compare_column *column)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_collect_state(column->collect, (enum clause_id)i) <= STATE_LATITUDE) {
            return true;
        }
    }
    return false;
}

void hck_compare_agreement(const struct compare_column *columns, unsigned count, FILE *stream)
{
    unsigned judged = 0;
    for (unsigned i = 0; i < count; i++) {
        judged += is_judged(&columns[i]);
    }
    if (judged == 0) {
        (void)fputs("nothing was compared: no target was judged", stream);
        return;
    }
    if (judged == 1) {
        (void)fputs("nothing was compared, and no clause is violated", stream);
    } else {
        (void)fprintf(stream, "no clause is violated, and on none do %s differ",
                      judged == count ? "they" : "those that were judged");
    }
    for (unsigned i = 0; i < count; i++) {
        if (!is_judged(&columns[i])) {
            (void)fprintf(stream, "; T%u was not judged", i + 1);
        }
    }
}

void hck_compare_text(const struct compare_column *columns, unsigned count, bool all, FILE *stream)
{
    size_t id_width = strlen("clause");
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        struct row row = look_at(columns, count, i);
        size_t length = strlen(hck_clause_get((enum clause_id)i)->id);
        if (is_shown(&row, all) && length > id_width) {
            id_width = length;
        }
    }
    bool has_rows = false;
    for (unsigned i = 0; i < CLAUSE_COUNT && !has_rows; i++) {
        has_rows = hck_compare_shows(columns, count, (enum clause_id)i, all);
    }
    print_legend(columns, count, stream);
    if (!has_rows) {
        hck_compare_agreement(columns, count, stream);
        (void)fputs(" (--all shows every one)\n\n", stream);
        print_totals(columns, count, stream);
        return;
    }
    (void)fprintf(stream, "%-*s", (int)id_width, "clause");
    for (unsigned i = 0; i < count; i++) {
        (void)fprintf(stream, i + 1 < count ? "  T%-7u" : "  T%u", i + 1);
    }
    (void)fputc('\n', stream);
    print_rows(columns, count, all, id_width, stream);
    (void)fputc('\n', stream);
    print_totals(columns, count, stream);
}
