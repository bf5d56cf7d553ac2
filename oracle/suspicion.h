/* Violations that a call of another thread might explain.
 *
 * Observations come when calls end, so at any time each other thread may have one call under way
 * that is not known yet. A violation that such a call could explain is held back as a suspicion. A
 * thread makes its calls one after the other: its next observation is the call that was under way,
 * or shows by its start that there was none. When every thread has spoken, or has no call left, the
 * suspicion is a violation, of the call that it came up at, or is dropped. */
#ifndef HCK_ORACLE_SUSPICION_H
#define HCK_ORACLE_SUSPICION_H

#include "oracle/judge.h"

/* In a trace with threads: takes back the violations among the verdicts from number `first` on and
 * holds them until it is certain that no other thread explains them. `serial` and `key` are those
 * of struct suspicion. */
void hck_suspicion_hold_back(struct judgement *j, uint32_t first, enum suspicion_kind kind,
                             uint32_t serial, uint64_t key);

/* Set of bits: the other threads that have a call left to tell of. */
uint8_t hck_suspicion_other_threads(const struct judgement *j);

/* Whether the executor ended this call, which waited for a lock that nobody gives back, or one
 * before it on its thread: it may have been under way since any time, and what it did is not told.
 */
bool hck_suspicion_was_stuck(const struct judgement *j);

/* Before each call of a trace with threads: decides what can be decided now. */
void hck_suspicion_decide(struct judgement *j);

/* After the last call: decides all of them but those that a call of the threads in `under_way` may
 * explain. */
void hck_suspicion_finish(struct judgement *j, uint8_t under_way);

#endif
