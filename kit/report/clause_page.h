/* Which clause was put to the test how often, in how many situations, by which trace first, and
 * which deliberately wrong targets it catches: a page without a script. */
#ifndef HCK_KIT_REPORT_CLAUSE_PAGE_H
#define HCK_KIT_REPORT_CLAUSE_PAGE_H

#include <stdio.h>

#include "kit/run/plan.h"
#include "kit/run/tally.h"
#include "kit/run/violation.h"

/* A deliberately wrong target, and the clause that has to be reported of it. */
struct page_mutant {
    enum clause_id clause;
    const char *name;
    const char *what; /* it does wrong */
};

struct clause_page {
    const char *target;
    const struct plan *plan; /* the traces of the tally */
    const struct tally *tally;
    const struct page_mutant *mutants;
    size_t mutant_count;
};

/* Counts are told in steps (1000+ is from 1000 up to 2000), since where addresses are randomised a
 * few of them differ by one or two from run to run. */
void hck_clause_page(const struct clause_page *page, FILE *stream);

#endif
