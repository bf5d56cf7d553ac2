/* One trace on one target, judged.
 *
 * The session keeps the oracle's arena from trace to trace and grows it when a trace needs more, so
 * that a run of many traces allocates a handful of times. Only one thread uses a session. */
#include "kit/run/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/execute/execute.h"
#include "kit/run/arena.h"
#include "spec/text.h"

enum { CALL_TEXT_MAX = 200 };

struct judge_session {
    uint32_t bases;
    bool hostile;
    bool tells_classes;
    struct judge_arena arena;
    struct verdicts verdicts; /* of one call; too large for a stack that sanitizers watch */
};

/* What the listener of a target's log needs to lay each observation at its call. */
struct judging {
    struct oracle *oracle;
    struct verdicts *verdicts;
    const struct trace *trace;
    const struct target *target;        /* NULL: a log */
    uint32_t cursor[TRACE_THREADS_MAX]; /* of each thread: where its next call may be */
    judge_listener listener;
    void *context;
    struct judge_summary *summary;
};

struct judge_session *hck_judge_open(uint32_t bases, bool hostile)
{
    struct judge_session *session = calloc(1, sizeof *session);
    if (session != NULL) {
        session->bases = bases;
        session->hostile = hostile;
    }
    return session;
}

void hck_judge_tell_classes(struct judge_session *session)
{
    session->tells_classes = true;
}

void hck_judge_close(struct judge_session *session)
{
    if (session != NULL) {
        hck_arena_free(&session->arena);
        free(session);
    }
}

static void set_broken(struct judge_summary *summary, const char *message)
{
    if (!summary->broken) {
        summary->broken = true;
        (void)snprintf(summary->message, sizeof summary->message, "%s", message);
    }
}

static void start_summary(struct judge_summary *summary)
{
    memset(summary, 0, sizeof *summary);
    summary->result = TARGET_DONE;
}

/* What a judge is told of the target. */
struct abilities {
    bool has_exceptions;
    bool has_last_error;
};

/* False, and the summary is broken, where there is no memory for a trace of this size. */
static bool start_judging(struct judging *judging, struct judge_session *session,
                          const struct trace *trace, const struct abilities *abilities,
                          judge_listener listener, void *context, struct judge_summary *summary)
{
    struct oracle_options options = {
        .bases = session->bases,
        .has_exceptions = abilities->has_exceptions,
        .has_last_error = abilities->has_last_error,
        .hostile = session->hostile,
        .tells_classes = session->tells_classes,
    };
    *judging = (struct judging){
        .trace = trace,
        .verdicts = &session->verdicts,
        .listener = listener,
        .context = context,
        .summary = summary,
    };
    if (hck_arena_fit(&session->arena, trace)) {
        options.has_zeroed_arena = session->arena.is_zeroed;
        judging->oracle =
            hck_oracle_start(trace, &options, session->arena.bytes, session->arena.size);
    }
    if (judging->oracle == NULL) {
        summary->result = TARGET_BROKEN;
        set_broken(summary, "out of memory for the oracle");
    }
    return judging->oracle != NULL;
}

static void note_broken_verdict(struct judging *judging, uint32_t call_index)
{
    char text[CALL_TEXT_MAX];
    char message[sizeof judging->summary->message];
    hck_text_print_call(&judging->trace->calls[call_index], text, sizeof text);
    (void)snprintf(message, sizeof message, "what was seen of call %u makes no sense: %s",
                   call_index + 1, text);
    set_broken(judging->summary, message);
}

/* Whether nothing comes after this observation, the judging->summary->call_count-th. */
static bool is_last(const struct judging *judging, const struct observation *seen)
{
    return seen->status == STATUS_CRASHED || seen->status == STATUS_HUNG ||
           seen->status == STATUS_EXITED ||
           judging->summary->call_count == judging->trace->call_count;
}

static void judge_call(struct judging *judging, uint32_t call_index, const struct observation *seen)
{
    struct verdicts *verdicts = judging->verdicts;
    hck_oracle_judge(judging->oracle, call_index, seen, verdicts);
    judging->summary->call_count++;
    if (is_last(judging, seen)) {
        hck_oracle_finish(judging->oracle,
                          judging->target != NULL ? hck_target_under_way(judging->target) : 0,
                          verdicts);
    }
    for (uint32_t i = 0; i < verdicts->count; i++) {
        if (verdicts->items[i].outcome == VERDICT_VIOLATED) {
            judging->summary->violated_count++;
        } else if (verdicts->items[i].outcome == VERDICT_BROKEN) {
            note_broken_verdict(judging, verdicts->items[i].call_index);
        }
    }
    if (judging->listener != NULL) {
        judging->listener(judging->context, judging->trace, call_index, seen, verdicts);
    }
}

/* A log holds the calls of one thread in the order of the trace; only threads mix. So the next call
 * of the thread is the one that was observed. */
static void observe(void *context, const struct call *call, const struct observation *seen)
{
    struct judging *judging = context;
    if (judging->summary->broken) {
        return;
    }
    const struct trace *trace = judging->trace;
    uint32_t thread = call->thread < TRACE_THREADS_MAX ? call->thread : 0;
    uint32_t index = judging->cursor[thread];
    while (index < trace->call_count && trace->calls[index].thread != call->thread) {
        index++;
    }
    if (index >= trace->call_count || trace->calls[index].id != call->id) {
        set_broken(judging->summary, "the log that came back does not follow the trace");
        return;
    }
    judging->cursor[thread] = index + 1;
    judge_call(judging, index, seen);
}

static bool has_ended_elsewhere(enum target_result result)
{
    return result == TARGET_SPOILED || result == TARGET_DIED_BEHIND || result == TARGET_STALLED;
}

void hck_judge_trace(struct judge_session *session, struct target *target,
                     const struct trace *trace, judge_listener listener, void *context,
                     struct judge_summary *summary)
{
    start_summary(summary);
    struct target_error error = {.message = ""};
    if (!hck_target_start(target, &error)) {
        summary->result = TARGET_BROKEN;
        set_broken(summary, error.message);
        return;
    }
    struct judging judging;
    struct abilities abilities = {
        .has_exceptions = hck_target_has(target, CALL_AddVectoredExceptionHandler),
        .has_last_error = hck_target_has(target, CALL_GetLastError),
    };
    if (!start_judging(&judging, session, trace, &abilities, listener, context, summary)) {
        return;
    }
    judging.target = target;
    summary->result = hck_target_run(target, trace, observe, &judging, &error);
    if (summary->result == TARGET_BROKEN) {
        set_broken(summary, error.message);
    } else if (has_ended_elsewhere(summary->result) && !summary->broken) {
        summary->was_silent = error.was_silent;
        (void)snprintf(summary->message, sizeof summary->message, "%s", error.message);
    }
}

void hck_judge_local(struct judge_session *session, const struct api *api,
                     const struct trace *trace, judge_listener listener, void *context,
                     struct judge_summary *summary)
{
    start_summary(summary);
    struct judging judging;
    struct abilities abilities = {
        .has_exceptions = api->AddVectoredExceptionHandler != NULL,
        .has_last_error = api->GetLastError != NULL,
    };
    struct executor_options options = {.block_wait_ms = EXECUTOR_BLOCK_WAIT_MS,
                                       .hostile = session->hostile,
                                       .observe = observe,
                                       .context = &judging};
    if (start_judging(&judging, session, trace, &abilities, listener, context, summary) &&
        !hck_execute(api, trace, &options)) {
        summary->result = TARGET_BROKEN;
        set_broken(summary, "out of memory for the calls");
    }
}

void hck_judge_log(struct judge_session *session, const struct trace *trace,
                   const bool lacks[CALL_COUNT],
                   bool (*next)(void *context, struct call *call, struct observation *seen),
                   void *next_context, judge_listener listener, void *context,
                   struct judge_summary *summary)
{
    start_summary(summary);
    struct judging judging;
    struct abilities abilities = {
        .has_exceptions = !lacks[CALL_AddVectoredExceptionHandler],
        .has_last_error = !lacks[CALL_GetLastError],
    };
    if (!start_judging(&judging, session, trace, &abilities, listener, context, summary)) {
        return;
    }
    struct call call;
    struct observation seen;
    memset(&seen, 0, sizeof seen);
    for (uint32_t index = 0; index < trace->call_count && next(next_context, &call, &seen);
         index++) {
        judge_call(&judging, index, &seen);
        if (seen.status == STATUS_CRASHED || seen.status == STATUS_HUNG ||
            seen.status == STATUS_EXITED) {
            summary->result = TARGET_DIED;
        }
    }
}
