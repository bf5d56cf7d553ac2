/* heapck selftest --fuzz: how long fuzzing takes to find each mutant. */
#ifndef HCK_KIT_CLI_SELFTEST_FUZZ_H
#define HCK_KIT_CLI_SELFTEST_FUZZ_H

#include "kit/cli/mutants.h"
#include "kit/target/target.h"

struct selftest_fuzz {
    const char *target; /* of the toy */
    struct target_options target_options;
    uint32_t bases;
    const struct mutant **mutants;
    size_t mutant_count;
    unsigned seed_count;
    unsigned baseline_count; /* seeds of the two others: one that finds little takes long */
    uint64_t time_limit_ms;  /* of one hunt */
    unsigned worker_count;
};

/* Hunts every mutant from nothing, by the engine as it is with every seed, and with the first of
 * them by one without guidance and by one that changes bytes and not calls, and prints the three
 * side by side. Returns the exit status: violated where the engine as it is finds a mutant with no
 * seed. */
int hck_selftest_fuzz(const struct selftest_fuzz *fuzz);

#endif
