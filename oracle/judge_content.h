/* What the bytes of a region hold. */
#ifndef HCK_ORACLE_JUDGE_CONTENT_H
#define HCK_ORACLE_JUDGE_CONTENT_H

#include "oracle/judge.h"

/* Compares what a Peek read, `done` bytes from `start` on, with what is known of them, and takes
 * note of it. */
void hck_content_judge_peek(struct judgement *j, uint64_t start, uint64_t done);

#endif
