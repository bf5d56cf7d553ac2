/* DiscardVirtualMemory, OfferVirtualMemory and ReclaimVirtualMemory, and what pages hold that were
 * discarded. */
#ifndef HCK_ORACLE_JUDGE_DISCARD_H
#define HCK_ORACLE_JUDGE_DISCARD_H

#include "oracle/judge.h"

/* Judges a Peek that begins where nothing is known of the content. */
void hck_discard_judge_peek(struct judgement *j, uint64_t start);

#endif
