/* What every call owes its caller, whatever function it is: family `call`, and the last error of
 * the thread. */
#ifndef HCK_ORACLE_JUDGE_CALL_H
#define HCK_ORACLE_JUDGE_CALL_H

#include "oracle/judge.h"

/* Before the function's own judge, also for a call that did not return. */
void hck_judge_any_call(struct judgement *j);

/* After it. */
void hck_judge_after_call(struct judgement *j);

/* Whether every call of another thread that changed pages or handlers, as far as it was seen, had
 * ended when this one began. The executor leaves nothing but calls that wait for a heap's lock
 * unfinished when it starts the next, so then the model is what this call met. */
bool hck_judge_is_settled(const struct judgement *j);

/* Whether no other thread wrote to a region while this call was under way. */
bool hck_judge_is_undisturbed(const struct judgement *j);

#endif
