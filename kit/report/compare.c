/* The matrix as text. */
#include "kit/report/compare.h"

#include <inttypes.h>
#include <string.h>

enum { CELL_WIDTH = 8 };

static const char *cell(const struct compare_column *column, unsigned clause)
{
    switch (hck_collect_state(column->collect, (enum clause_id)clause)) {
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
        if (!row.selected || !(all || row.differs || row.violated > 0)) {
            continue;
        }
        (void)fprintf(stream, "%-*s", (int)id_width, hck_clause_get((enum clause_id)i)->id);
        bool marked = all_violate(&row) || one_violates(&row);
        for (unsigned k = 0; k < count; k++) {
            int width = k + 1 < count || marked ? CELL_WIDTH : 0;
            (void)fprintf(stream, "  %-*s", width, cell(&columns[k], i));
        }
        if (one_violates(&row)) {
            (void)fprintf(stream, "  only T%u", row.violator + 1);
        } else if (marked) {
            (void)fputs("  all", stream);
        }
        (void)fputc('\n', stream);
    }
}

static void print_totals(const struct compare_column *columns, unsigned count, FILE *stream)
{
    for (unsigned i = 0; i < count; i++) {
        uint32_t totals[STATE_COUNT];
        hck_collect_totals(columns[i].collect, totals);
        (void)fprintf(stream,
                      "T%u %s: %" PRIu64 " traces, %" PRIu64
                      " calls: %u hold, %u violated, %u latitude, %u unsupported, %u not "
                      "exercised\n",
                      i + 1, columns[i].target, columns[i].collect->trace_count,
                      columns[i].collect->call_count, totals[STATE_HOLDS], totals[STATE_VIOLATED],
                      totals[STATE_LATITUDE], totals[STATE_UNSUPPORTED],
                      totals[STATE_NOT_EXERCISED]);
        if (columns[i].broken != NULL) {
            (void)fprintf(stream, "T%u broken: %s\n", i + 1, columns[i].broken);
        }
    }
}

void hck_compare_text(const struct compare_column *columns, unsigned count, bool all, FILE *stream)
{
    size_t id_width = strlen("clause");
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        struct row row = look_at(columns, count, i);
        size_t length = strlen(hck_clause_get((enum clause_id)i)->id);
        if (row.selected && (all || row.differs || row.violated > 0) && length > id_width) {
            id_width = length;
        }
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
