/* MEM_RESET and MEM_RESET_UNDO of VirtualAlloc, and what pages hold that were reset. */
#ifndef HCK_ORACLE_JUDGE_RESET_H
#define HCK_ORACLE_JUDGE_RESET_H

#include "oracle/judge.h"

/* Whether the VirtualAlloc asks for one of the two, and for nothing else. */
bool hck_reset_is_asked(const struct judgement *j);

/* Judges such a call. */
void hck_reset_judge_call(struct judgement *j);

/* Judges a Peek of `done` bytes from `start` on that begins in open content. */
void hck_reset_judge_peek(struct judgement *j, uint64_t start, uint64_t done);

#endif
