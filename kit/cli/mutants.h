/* The deliberately wrong targets of tests/mutants, by name. */
#ifndef HCK_KIT_CLI_MUTANTS_H
#define HCK_KIT_CLI_MUTANTS_H

#include <stddef.h>

#include "spec/clause.h"

struct mutant {
    const char *name;
    enum clause_id clause; /* the one that has to be reported */
    const char *what;      /* it does wrong */
};

/* All mutants this program was built with; `*count` receives how many. */
const struct mutant *hck_mutants(size_t *count);

#endif
