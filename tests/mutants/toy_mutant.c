/* Which mutant this process runs, read once when the library is loaded. */
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE */

#include "tests/mutants/toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum mutant_id toy_mutant = MUTANT_NONE;

static const char *const mutant_names[MUTANT_COUNT] = {
    "",
#define MUTANT(name, ...) #name,
#include "tests/mutants/mutants.def"
#undef MUTANT
};

/* A name that is not in the table must not pass for the correct toy, so the process ends. */
static enum mutant_id find_mutant(const char *name)
{
    for (int id = MUTANT_NONE; id < MUTANT_COUNT; id++) {
        if (strcmp(name, mutant_names[id]) == 0) {
            return (enum mutant_id)id;
        }
    }
    (void)fprintf(stderr, "libtoy: HEAPCK_MUTANT: no mutant is named '%s'\n", name);
    _exit(3);
}

static void open_the_upper_gap(void)
{
    (void)mmap(to_pointer(TOY_BEYOND), TOY_GRANULARITY - TOY_PAGE, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

__attribute__((constructor)) static void start(void)
{
    const char *name = getenv("HEAPCK_MUTANT");
    toy_mutant = name == NULL ? MUTANT_NONE : find_mutant(name);
    toy_take_signals();
    toy_start_heaps();
    if (mutant(upper_gap_is_accessible)) {
        open_the_upper_gap();
    }
}
