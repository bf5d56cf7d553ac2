/* What was expected and what was seen, in words that are the same on every machine.
 *
 * `names` are as they were before the call, so that a result that lies inside an older block is
 * called by that block's name; they may be NULL. */
#ifndef HCK_KIT_RUN_DESCRIBE_H
#define HCK_KIT_RUN_DESCRIBE_H

#include "kit/run/names.h"
#include "oracle/oracle.h"

enum { SENTENCE_MAX = 600 };

/* "expected the result to be a multiple of 16, seen an address that is 8 more than one"; of a probe
 * "expected bytes 0..31 of b0 to be kept from before HeapReAlloc, seen 0 at byte 16 in place of
 * 0xd1". `seen` is the call's observation, NULL where it is not known. */
void hck_describe_expectation(const struct names *names, const struct call *call,
                              const struct observation *seen, const struct expectation *expectation,
                              char *text, size_t size);

/* "-> b0", "-> NULL, error 8 ERROR_NOT_ENOUGH_MEMORY", "-> raised STATUS_ACCESS_VIOLATION writing
 * r0": one observation, as strace shows a system call. */
void hck_describe_observation(const struct names *names, const struct call *call,
                              const struct observation *seen, char *text, size_t size);

#endif
