/* Names as they are after a trace that a test makes up. */
#ifndef HCK_TESTS_KIT_RUN_NAMES_AFTER_H
#define HCK_TESTS_KIT_RUN_NAMES_AFTER_H

#include "kit/run/names.h"

/* After the calls of this text, each of which returned its one of `results`. One at a time: they
 * are there until names_after_end, the tear-down of a cmocka group. Fails where the text is
 * malformed. */
const struct names *names_after(const char *text, const uint64_t *results);
int names_after_end(void **state);

#endif
