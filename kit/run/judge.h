/* One trace on one target, judged: what every command is built from. */
#ifndef HCK_KIT_RUN_JUDGE_H
#define HCK_KIT_RUN_JUDGE_H

#include "kit/target/target.h"
#include "oracle/oracle.h"
#include "spec/api.h"

/* Told about every call with what was seen and what that brought to light: verdicts on the call,
 * and on earlier ones of other threads (verdict.call_index). */
typedef void (*judge_listener)(void *context, const struct trace *trace, uint32_t call_index,
                               const struct observation *seen, const struct verdicts *verdicts);

struct judge_session; /* a started oracle's arena, reused from trace to trace */

struct judge_session *hck_judge_open(uint32_t bases, bool hostile);
void hck_judge_close(struct judge_session *session);

/* From now on verdicts.state_classes is told. */
void hck_judge_tell_classes(struct judge_session *session);

struct judge_summary {
    enum target_result result;
    uint32_t call_count;     /* observed */
    uint32_t violated_count; /* verdicts */
    bool broken;             /* a BROKEN verdict or TARGET_BROKEN */
    bool was_silent;         /* see struct target_error */
    char message[400];       /* of broken, TARGET_DIED_BEHIND, TARGET_STALLED or TARGET_SPOILED */
};

/* Runs the trace as it is (weave it before) on the target and judges every call. A process that
 * dies where no call of the trace is to blame (TARGET_DIED_BEHIND, TARGET_SPOILED) is no verdict:
 * it has to be looked for with hck_close or the traces before. Nor is one that was silent once
 * (TARGET_STALLED), which has to be told. */
void hck_judge_trace(struct judge_session *session, struct target *target,
                     const struct trace *trace, judge_listener listener, void *context,
                     struct judge_summary *summary);

/* The same in this very process, which the calls may end: for whoever makes so many traces that a
 * process for them costs more than they do. `api` has to be attached (hck_fault_attach); only one
 * trace at a time, whatever the session. */
void hck_judge_local(struct judge_session *session, const struct api *api,
                     const struct trace *trace, judge_listener listener, void *context,
                     struct judge_summary *summary);

/* Judges a recorded log instead: `next` returns false at its end. `has` says which functions the
 * target had (by a call_id bit), from the log's "# lacks" lines. */
void hck_judge_log(struct judge_session *session, const struct trace *trace,
                   const bool lacks[CALL_COUNT],
                   bool (*next)(void *context, struct call *call, struct observation *seen),
                   void *next_context, judge_listener listener, void *context,
                   struct judge_summary *summary);

#endif
