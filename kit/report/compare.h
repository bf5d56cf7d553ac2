/* Several targets side by side: a matrix of clauses by targets. */
#ifndef HCK_KIT_REPORT_COMPARE_H
#define HCK_KIT_REPORT_COMPARE_H

#include <stdio.h>

#include "kit/run/collect.h"

enum { COMPARE_TARGETS_MAX = 16 };

struct compare_column {
    const char *target;
    const struct collect *collect;
    const char *trouble; /* "broken: ...", "nothing was judged: ..." or NULL */
};

/* Prints the clauses that are violated somewhere or on which the targets differ, or, with `all`,
 * every clause of the selection; then the totals. A clause that one target alone violates is
 * marked "only T2", one that every target judged by it violates "all". */
void hck_compare_text(const struct compare_column *columns, unsigned count, bool all, FILE *stream);

#endif
