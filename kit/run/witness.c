/* Looking for one violation in one trace. */
#include "kit/run/witness.h"

#include <stdio.h>
#include <string.h>

struct watch {
    const struct witness_wish *wish;
    struct witness *witness;
    struct names *names; /* NULL where no sentence is wanted */
    bool found;
    bool has_hung;
};

/* HeapSize says that it failed by the largest number, VirtualQuery by 0; what else counts has no
 * such answer. */
static bool has_failed(const struct call_row *row, uint64_t result)
{
    switch (row->result) {
    case RESULT_BOOL:
    case RESULT_HEAP:
    case RESULT_BLOCK:
    case RESULT_REGION:
    case RESULT_WALK:
    case RESULT_HANDLER:
    case RESULT_SECTION:
        return result == 0;
    case RESULT_SIZE:
        return (row->family == FAMILY_heap && result == UINT64_MAX) ||
               (row->family == FAMILY_virtual && result == 0);
    case RESULT_DWORD:
        return hck_call_succeeds_with_zero(row) && result != 0;
    case RESULT_NONE:
        break;
    }
    return false;
}

static enum answer answer_of(const struct call *call, const struct observation *seen)
{
    switch ((enum observation_status)seen->status) {
    case STATUS_RETURNED:
        return has_failed(&hck_call_rows[call->id], seen->result) ? ANSWER_FAILURE : ANSWER_SUCCESS;
    case STATUS_RAISED:
        return ANSWER_RAISED;
    case STATUS_SKIPPED:
    case STATUS_UNSUPPORTED:
        return ANSWER_NOT_MADE;
    case STATUS_CRASHED:
    case STATUS_HUNG:
    case STATUS_EXITED:
        return ANSWER_NO_RETURN;
    case STATUS_COUNT:
        break;
    }
    return ANSWER_NONE;
}

static bool is_selected(const struct witness_wish *wish, enum clause_id clause)
{
    return wish->selection == NULL || wish->selection->clauses[clause];
}

static bool is_known(const struct witness_wish *wish, const struct finding *finding)
{
    for (size_t i = 0; i < wish->known_count; i++) {
        if (hck_finding_same(&wish->known[i], finding)) {
            return true;
        }
    }
    return false;
}

static bool is_wished(const struct watch *watch, const struct finding *finding)
{
    const struct witness_wish *wish = watch->wish;
    return (wish->clause == CLAUSE_NONE || wish->clause == finding->clause) &&
           is_selected(wish, finding->clause) &&
           (wish->same_as == NULL || hck_finding_same(wish->same_as, finding)) &&
           !is_known(wish, finding);
}

/* `seen` is of the judged call; NULL where that came earlier. */
static void take(struct watch *watch, const struct finding *finding, const struct trace *trace,
                 const struct observation *seen, const struct verdicts *verdicts,
                 const struct verdict *verdict)
{
    struct witness *witness = watch->witness;
    watch->found = true;
    witness->finding = *finding;
    witness->call_index = finding->call_index;
    witness->status = verdict->status;
    witness->has_expectation = verdict->expectation < verdicts->expectation_count;
    if (witness->has_expectation) {
        witness->expectation = verdicts->expectations[verdict->expectation];
        if (watch->wish->sentence) {
            hck_describe_expectation(watch->names, &trace->calls[witness->call_index], seen,
                                     &witness->expectation, witness->sentence,
                                     sizeof witness->sentence);
        }
    }
}

/* Names are brought up to date after the verdicts: a result that lies inside an older block is to
 * be called by that block's name, not by its own. */
static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct watch *watch = context;
    watch->has_hung = watch->has_hung || seen->status == STATUS_HUNG;
    if (watch->wish->answers != NULL) {
        watch->wish->answers[call_index] = (uint8_t)answer_of(&trace->calls[call_index], seen);
    }
    if (watch->wish->results != NULL) {
        watch->wish->results[call_index] = seen->status == STATUS_RETURNED ? seen->result : 0;
    }
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->outcome != VERDICT_VIOLATED || verdict->clause >= CLAUSE_COUNT) {
            continue;
        }
        if (watch->wish->violated != NULL && is_selected(watch->wish, verdict->clause)) {
            watch->wish->violated[verdict->clause] = true;
        }
        if (watch->found) {
            continue;
        }
        struct finding finding = hck_finding_of(verdicts, verdict, trace, 0);
        if (is_wished(watch, &finding)) {
            bool is_late = verdict->call_index != call_index;
            take(watch, &finding, trace, is_late ? NULL : seen, verdicts, verdict);
        }
    }
    if (watch->names != NULL && !watch->found) {
        hck_names_note(watch->names, call_index, &trace->calls[call_index], seen);
    }
}

static void begin(struct watch *watch, const struct witness_wish *wish, struct witness *witness,
                  const struct trace *trace)
{
    memset(witness, 0, sizeof *witness);
    memset(watch, 0, sizeof *watch);
    watch->wish = wish;
    watch->witness = witness;
    watch->names = wish->sentence ? hck_names_open(trace) : NULL;
    for (uint32_t i = 0; wish->results != NULL && i < trace->call_count; i++) {
        wish->results[i] = RESULT_UNKNOWN;
    }
    if (wish->violated != NULL) {
        memset(wish->violated, 0, CLAUSE_COUNT * sizeof *wish->violated);
    }
    if (wish->answers != NULL) {
        memset(wish->answers, ANSWER_NONE, trace->call_count);
    }
}

enum witness_result hck_witness_find(struct judge_session *session, struct target *target,
                                     const struct trace *trace, const struct witness_wish *wish,
                                     struct witness *witness, char *message)
{
    struct watch watch;
    struct judge_summary summary;
    begin(&watch, wish, witness, trace);
    hck_judge_trace(session, target, trace, listen, &watch, &summary);
    hck_names_close(watch.names);
    witness->was_silent = watch.has_hung || summary.was_silent;
    if (summary.result == TARGET_BROKEN) {
        if (message != NULL) {
            (void)snprintf(message, BROKEN_MESSAGE_MAX, "%s", summary.message);
        }
        return WITNESS_BROKEN;
    }
    return watch.found ? WITNESS_FOUND : WITNESS_NOT_FOUND;
}

enum witness_result hck_witness_find_fresh(const struct witness_place *place,
                                           const struct trace *trace,
                                           const struct witness_wish *wish, struct witness *witness,
                                           char *message)
{
    struct target_error error = {.message = "out of memory"};
    struct judge_session *session = hck_judge_open(place->bases, place->target_options.hostile);
    struct target *target =
        session != NULL ? hck_target_open(place->target, &place->target_options, &error) : NULL;
    enum witness_result result = WITNESS_BROKEN;
    if (target != NULL) {
        result = hck_witness_find(session, target, trace, wish, witness, message);
    } else if (message != NULL) {
        (void)snprintf(message, BROKEN_MESSAGE_MAX, "%s", error.message);
    }
    hck_target_close(target);
    hck_judge_close(session);
    return result;
}

enum witness_result hck_witness_find_in_log(struct judge_session *session, struct log_file *log,
                                            const struct witness_wish *wish,
                                            struct witness *witness)
{
    struct watch watch;
    struct judge_summary summary;
    begin(&watch, wish, witness, &log->trace.trace);
    hck_log_judge(session, log, listen, &watch, &summary);
    hck_names_close(watch.names);
    return watch.found ? WITNESS_FOUND : WITNESS_NOT_FOUND;
}
