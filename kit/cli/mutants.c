/* The table of mutants. A tree without tests/ has none. */
#include "kit/cli/mutants.h"

static const struct mutant mutants[] = {
#ifdef __has_include
#if __has_include("tests/mutants/mutants.def")
#define MUTANT(name, family, topic, guarantee, what) \
    {#name, CLAUSE_##family##_##topic##_##guarantee, what},
#include "tests/mutants/mutants.def"
#undef MUTANT
#endif
#endif
    /* Keeps the table legal where there is none. */
    {NULL, CLAUSE_NONE, NULL},
};

const struct mutant *hck_mutants(size_t *count)
{
    *count = sizeof mutants / sizeof mutants[0] - 1;
    return mutants;
}
