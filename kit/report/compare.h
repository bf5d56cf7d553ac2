/* Several targets side by side: a matrix of clauses by targets. */
#ifndef HCK_KIT_REPORT_COMPARE_H
#define HCK_KIT_REPORT_COMPARE_H

#include <stdio.h>

#include "kit/run/collect.h"

enum { COMPARE_TARGETS_MAX = 16, COMPARE_COUNTS_MAX = 300 };

struct compare_column {
    const char *target;
    const struct collect *collect;
    const char *trouble; /* "broken: ...", "nothing was judged: ..." or NULL */
};

/* Prints who the targets are, then the clauses that are violated somewhere or on which the targets
 * differ, or, with `all`, every clause of the selection; then the totals. A clause that one target
 * alone violates is marked "only T2", one that every target judged by it violates "all". */
void hck_compare_text(const struct compare_column *columns, unsigned count, bool all, FILE *stream);

/* The same as an HTML page without a script, for people who were not there: every clause with its
 * statement and source, every target by its name. */
void hck_compare_html(const struct compare_column *columns, unsigned count, const char *profile,
                      bool all, FILE *stream);

/* "VIOLATED", "hold", "latitude", "lacks" or "-". */
const char *hck_compare_cell(enum clause_state state);

/* Says of a matrix without a row that all agree, or who was not judged, so that nothing was
 * compared. */
void hck_compare_agreement(const struct compare_column *columns, unsigned count, FILE *stream);

/* Whether the matrix has a row of the clause. */
bool hck_compare_shows(const struct compare_column *columns, unsigned count, enum clause_id clause,
                       bool all);

#endif
