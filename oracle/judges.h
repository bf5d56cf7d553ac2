/* The judges, one for each row of spec/calls.def; the table of judges.c leads to them. */
#ifndef HCK_ORACLE_JUDGES_H
#define HCK_ORACLE_JUDGES_H

#include "oracle/judge.h"

#define CALL(name, ...) void hck_judge_##name(struct judgement *j);
#define PROBE(name, ...) void hck_judge_##name(struct judgement *j);
#include "spec/calls.def"
#undef CALL
#undef PROBE

#endif
