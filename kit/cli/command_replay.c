/* heapck replay: one trace, each call with what was seen of it and how it was judged. */
#include <inttypes.h>
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/input.h"
#include "kit/report/escape.h"
#include "kit/report/progress.h"
#include "kit/weave/weave.h"
#include "spec/text.h"

enum { LINE_SIZE = 4000 };

struct replay {
    struct setup setup;
    const char *path;
    struct trace_buffer plain;
    struct trace_buffer woven;
    struct names *names;
    struct collect *collect;
    struct progress progress;
    bool weave;
    uint32_t skipped_count;     /* calls that rules kept from being made ... */
    bool is_told[CLAUSE_COUNT]; /* ... and by which */
    bool all;                   /* clauses that hold or leave a choice, too */
};

static void print_violated(const struct replay *replay, const struct trace *trace,
                           uint32_t call_index, const struct observation *seen,
                           const struct verdicts *verdicts, const struct verdict *verdict)
{
    char sentence[SENTENCE_MAX] = "";
    if (verdict->expectation < verdicts->expectation_count) {
        bool is_late = verdict->call_index != call_index;
        hck_describe_expectation(
            replay->names, &trace->calls[verdict->call_index], is_late ? NULL : seen,
            &verdicts->expectations[verdict->expectation], sentence, sizeof sentence);
    }
    (void)printf("    VIOLATED %s", hck_clause_get((enum clause_id)verdict->clause)->id);
    if (verdict->call_index != call_index) {
        char call_text[LINE_SIZE];
        hck_text_print_call(&trace->calls[verdict->call_index], call_text, sizeof call_text);
        (void)printf(" by call %" PRIu32 ", %s", verdict->call_index + 1, call_text);
    }
    (void)printf("%s%s\n", sentence[0] != '\0' ? ": " : "", sentence);
}

static void print_verdict(const struct replay *replay, const struct trace *trace,
                          uint32_t call_index, const struct observation *seen,
                          const struct verdicts *verdicts, const struct verdict *verdict)
{
    const char *id = hck_clause_get((enum clause_id)verdict->clause)->id;
    switch ((enum verdict_outcome)verdict->outcome) {
    case VERDICT_HOLDS:
        if (replay->all) {
            (void)printf("    holds %s\n", id);
        }
        break;
    case VERDICT_VIOLATED:
        print_violated(replay, trace, call_index, seen, verdicts, verdict);
        break;
    case VERDICT_LATITUDE:
        if (replay->all) {
            (void)printf("    latitude %s%s%s\n", id, verdict->choice != NULL ? ": " : "",
                         verdict->choice != NULL ? verdict->choice : "");
        }
        break;
    case VERDICT_UNSUPPORTED:
        if (replay->all) {
            (void)printf("    unsupported %s\n", id);
        }
        break;
    case VERDICT_BROKEN:
        (void)printf("    broken %s\n", id);
        break;
    case VERDICT_SKIPPED: /* the observation says so */
    case VERDICT_OUTCOME_COUNT:
        break;
    }
}

static bool is_given(const struct trace *trace, uint32_t call_index, enum slot_kind kind,
                     uint32_t slot)
{
    for (uint32_t i = 0; i < call_index; i++) {
        const struct call *call = &trace->calls[i];
        if (hck_call_result_slot_kind(hck_call_rows[call->id].result) == kind &&
            call->result_slot == slot) {
            return true;
        }
    }
    return false;
}

/* Names that no call gave to anything: a slip of whoever wrote the trace. */
static void print_empty_names(const struct trace *trace, uint32_t call_index)
{
    const struct call *call = &trace->calls[call_index];
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        enum slot_kind kind = (enum slot_kind)argument->slot_kind;
        if (argument->form == FORM_SLOT && !is_given(trace, call_index, kind, argument->slot)) {
            (void)printf("    No call before is \"%c%u = ...\".\n", hck_call_slot_letter(kind),
                         argument->slot);
        }
    }
}

/* Why a call was not made, for who does not know the rules. */
static void print_rule(const struct replay *replay, const struct trace *trace, uint32_t call_index,
                       const struct observation *seen)
{
    if (seen->status == STATUS_SKIPPED && seen->skipped_by < CLAUSE_COUNT) {
        const struct clause *rule = hck_clause_get((enum clause_id)seen->skipped_by);
        if (!replay->is_told[seen->skipped_by]) {
            hck_report_wrap(rule->statement, "    ", stdout);
        }
        print_empty_names(trace, call_index);
    }
}

static bool is_unsupported(const struct replay *replay, const struct verdict *verdict)
{
    return verdict->outcome == VERDICT_UNSUPPORTED && verdict->clause < CLAUSE_COUNT &&
           replay->setup.selection.clauses[verdict->clause];
}

/* The clauses of one call that the target lacks something for, by the first word of their ids. */
static void print_unsupported(const struct replay *replay, const struct verdicts *verdicts)
{
    for (uint32_t i = 0; i < verdicts->count && !replay->all; i++) {
        const char *id = is_unsupported(replay, &verdicts->items[i])
                             ? hck_clause_get((enum clause_id)verdicts->items[i].clause)->id
                             : "";
        size_t length = strcspn(id, ".");
        uint32_t count = 0;
        bool is_first = length > 0;
        for (uint32_t k = 0; k < verdicts->count && length > 0; k++) {
            const struct verdict *other = &verdicts->items[k];
            if (is_unsupported(replay, other) &&
                strncmp(hck_clause_get((enum clause_id)other->clause)->id, id, length + 1) == 0) {
                count++;
                is_first = is_first && k >= i;
            }
        }
        if (is_first) {
            (void)printf("    unsupported: %u %s of %.*s (--all lists them)\n", count,
                         hck_report_plural(count, "clause", "clauses"), (int)length, id);
        }
    }
}

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct replay *replay = context;
    hck_progress_end(&replay->progress);
    const struct call *call = &trace->calls[call_index];
    char call_text[LINE_SIZE];
    char seen_text[LINE_SIZE];
    hck_text_print_call(call, call_text, sizeof call_text);
    hck_describe_observation(replay->names, call, seen, seen_text, sizeof seen_text);
    (void)printf("%s %s\n", call_text, seen_text);
    print_rule(replay, trace, call_index, seen);
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->clause < CLAUSE_COUNT && replay->setup.selection.clauses[verdict->clause]) {
            print_verdict(replay, trace, call_index, seen, verdicts, verdict);
        }
    }
    print_unsupported(replay, verdicts);
    if (seen->status == STATUS_SKIPPED) {
        replay->skipped_count++;
        replay->is_told[seen->skipped_by % CLAUSE_COUNT] = true;
    }
    hck_names_note(replay->names, call_index, call, seen);
    hck_collect_call(replay->collect, 0, trace, verdicts);
}

/* For struct target_options. */
static void tell_waiting(void *context)
{
    struct replay *replay = context;
    char text[80];
    (void)snprintf(text, sizeof text, "waiting for the target, up to %u s a try",
                   hck_target_limit_s(&replay->setup.target_options));
    hck_progress_late(&replay->progress, text);
}

static int finish(struct replay *replay, const struct trace *trace,
                  const struct judge_summary *summary)
{
    char text[MESSAGE_MAX];
    bool died_elsewhere = summary->result == TARGET_DIED_BEHIND ||
                          summary->result == TARGET_SPOILED ||
                          (summary->result == TARGET_STALLED && trace->thread_count > 1);
    bool interrupted = summary->result == TARGET_BROKEN && atomic_load(&hck_interrupted);
    if (summary->result != TARGET_BROKEN) {
        hck_collect_commit(replay->collect);
    }
    if (summary->result == TARGET_STALLED) {
        hck_collect_note_silent(replay->collect, 0, trace->thread_count > 1, replay->path);
    }
    const struct violations none = {NULL, 0};
    struct report report = {
        .command = "replay",
        .collect = replay->collect,
        .violations = &none,
        .broken = died_elsewhere || (summary->broken && !interrupted) ? summary->message : NULL,
        .interrupted = interrupted,
    };
    hck_setup_tell_troubles(&report, REPORT_TEXT);
    hck_report_verdict(&report, text, sizeof text);
    (void)printf("verdict: %s", text);
    if (replay->skipped_count > 0 && hck_report_nothing(&report) == NULL) {
        (void)printf("; %u %s not made, see above", replay->skipped_count,
                     hck_report_plural(replay->skipped_count, "call was", "calls were"));
    }
    (void)fputc('\n', stdout);
    hck_report_summary(&report, text, sizeof text);
    (void)printf("%s\n", text);
    if (interrupted) {
        return hck_interrupt_status(0, "the trace had not come to its end");
    }
    return (int)hck_report_status(&report);
}

static int replay_trace(struct replay *replay, struct target *target, const struct trace *trace)
{
    struct judge_summary summary;
    struct judge_session *session =
        hck_judge_open(replay->setup.profile->bases, replay->setup.profile->hostile);
    replay->names = hck_names_open(trace);
    replay->collect = hck_collect_open(&replay->setup.selection);
    int status = EXIT_STATUS_BROKEN;
    if (session == NULL || replay->names == NULL || replay->collect == NULL) {
        hck_setup_fail(0, "out of memory");
    } else {
        hck_judge_trace(session, target, trace, listen, replay, &summary);
        hck_progress_end(&replay->progress);
        status = finish(replay, trace, &summary);
    }
    hck_judge_close(session);
    hck_names_close(replay->names);
    hck_collect_close(replay->collect);
    return status;
}

static int run_replay(struct replay *replay, const struct command_line *line)
{
    replay->path = hck_input_name(line->positional.items[0]);
    int status = hck_setup_load_trace(line->positional.items[0], &replay->plain);
    if (status == 0) {
        status = hck_setup_resolve(&replay->setup, line);
    }
    if (status != 0) {
        return status;
    }
    const struct trace *trace = &replay->plain.trace;
    if (replay->weave) {
        if (!hck_weave(trace, &replay->woven)) {
            return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
        }
        trace = &replay->woven.trace;
    }
    struct target_error error = {.message = ""};
    replay->setup.target_options.tick = tell_waiting;
    replay->setup.target_options.tick_context = replay;
    hck_progress_begin(&replay->progress, "");
    struct target *target =
        hck_target_open(replay->setup.target, &replay->setup.target_options, &error);
    if (target == NULL) {
        return hck_setup_target_failed(&error);
    }
    hck_interrupt_catch();
    status = replay_trace(replay, target, trace);
    hck_target_close(target);
    return status;
}

int hck_command_replay(int argc, char *const *argv)
{
    struct replay replay = {.setup = SETUP_DEFAULTS};
    const struct option_row rows[] = {
        ROW_TARGET(replay.setup),
        ROW_PROFILE(replay.setup),
        ROW_ONLY(replay.setup),
        ROW_SKIP(replay.setup),
        {OPTION_FLAG, "--weave", NULL, "put probes between the calls first, as 'run' does",
         &replay.weave},
        {OPTION_FLAG, "--all", NULL,
         "show every clause: those that hold, the answers taken, what is unsupported", &replay.all},
        ROW_LIMIT(replay.setup),
        ROW_END,
    };
    struct command_line line = {
        .name = "replay",
        .usage = "[--target T] [--profile P] [--only GLOB] [--skip GLOB] [--weave] [--all] FILE",
        .summary = "Runs one trace and shows each call with what was seen of it, as strace shows\n"
                   "system calls, and the clauses that it violates. FILE may be -, standard input.",
        .rows = rows,
        .positional_name = "FILE",
        .positional_min = 1,
        .positional_max = 1,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        status = run_replay(&replay, &line);
    }
    hck_trace_free(&replay.plain);
    hck_trace_free(&replay.woven);
    hck_setup_free(&replay.setup);
    return status;
}
