/* Whether a call of a trace with threads was rightly made or not made.
 *
 * The typestate says which calls a rule forbids, and says the same on both sides, but for two
 * things that the executor knows first. While a call of another thread is under way that may free
 * what this one names, it counts as dead. And what waits for itself, or for a lock that nobody is
 * left to give back, is ended. The first is believed until the other threads have spoken: one of
 * their calls under way has to have named the slot.
 *
 * A call is checked when it begins and judged when it ends. One that a rule forbids now was made
 * nevertheless where a call of another thread, which ended in between, brought the rule about. */
#ifndef HCK_ORACLE_SKIP_H
#define HCK_ORACLE_SKIP_H

#include "oracle/judge.h"

/* Whether the call may have been skipped by `told` although the typestate here says otherwise.
 * Holds what has to be decided later. */
bool hck_skip_may_be_right(struct judgement *j, enum clause_id told);

/* Whether the rule that forbids the call, which was made, may have come from a call of another
 * thread that it overlapped with. Of several on one thread nothing but that is known. */
bool hck_skip_came_too_late(const struct judgement *j);

/* Before each call of a trace with threads: decides what can be decided now. */
void hck_skip_decide(struct judgement *j);

/* After the last call: decides all of them but those that a call of the threads in `under_way` may
 * explain. */
void hck_skip_finish(struct judgement *j, uint8_t under_way);

#endif
