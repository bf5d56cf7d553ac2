/* Regions whose written pages are told. */
#ifndef HCK_ORACLE_JUDGE_WATCH_H
#define HCK_ORACLE_JUDGE_WATCH_H

#include "oracle/judge.h"

/* VirtualAlloc was asked for a region with MEM_WRITE_WATCH, and for nothing else that it may
 * refuse.
 */
void hck_watch_judge_allocation(struct judgement *j);

#endif
