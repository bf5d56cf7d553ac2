/* Answers made up from a seed: what a target or a file may say was seen, whether or not it makes
 * sense. */
#ifndef HCK_TESTS_ORACLE_ANSWERS_H
#define HCK_TESTS_ORACLE_ANSWERS_H

#include "spec/call.h"

void answers_seed(uint64_t seed);
uint64_t answers_next(uint64_t below);

/* A number that means something in many logs. */
uint64_t answers_number(void);

/* Changes one thing that was seen. `values` needs room for twenty more. */
void answers_change(struct observation *seen);

#endif
