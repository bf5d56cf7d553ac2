/* heapck judge: logs that were recorded here or elsewhere, judged as if they ran now. */
#include <stdlib.h>
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/setup.h"
#include "kit/input.h"

struct judge {
    struct setup setup;
    const char *format_name;
    enum report_format format;
    bool verbose;
    struct log_file *logs;
    size_t log_count;
    struct collect *collect;
    uint64_t log_index;
    struct violations violations;
};

static int load_logs(struct judge *judge, const struct command_line *line)
{
    char message[MESSAGE_MAX];
    for (size_t i = 0; i < line->positional.count; i++) {
        judge->log_count = i + 1;
        if (hck_log_load(line->positional.items[i], &judge->logs[i], message, sizeof message) !=
            LOG_LOADED) {
            return hck_setup_fail(EXIT_STATUS_USAGE, message);
        }
    }
    return 0;
}

/* The target that the logs name, where they all name the same one. */
static void find_target(struct judge *judge)
{
    const char *target = "";
    for (size_t i = 0; i < judge->log_count; i++) {
        const char *next = judge->logs[i].target;
        target = i == 0 || strcmp(next, target) == 0 ? next : "several";
    }
    judge->setup.target = target[0] != '\0' ? target : "unknown";
}

static int resolve(struct judge *judge, const struct command_line *line)
{
    find_target(judge);
    bool hostile = false;
    for (size_t i = 0; i < judge->log_count; i++) {
        hostile = hostile || judge->logs[i].hostile;
    }
    if (judge->setup.profile_name == NULL && hostile) {
        judge->setup.profile_name = "hostile";
    }
    int status = hck_setup_format(line, judge->format_name, &judge->format);
    return status != 0 ? status : hck_setup_resolve_profile(&judge->setup, line);
}

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct judge *judge = context;
    (void)call_index;
    (void)seen;
    hck_collect_call(judge->collect, judge->log_index, trace, verdicts);
}

/* A log was recorded under the rules of its own header, whatever the profile says. */
static struct judge_session *open_session(const struct judge *judge, const struct log_file *log)
{
    return hck_judge_open(judge->setup.profile->bases, log->hostile);
}

static bool judge_logs(struct judge *judge)
{
    for (size_t i = 0; i < judge->log_count; i++) {
        struct judge_summary summary;
        struct judge_session *session = open_session(judge, &judge->logs[i]);
        if (session == NULL) {
            return false;
        }
        judge->log_index = i;
        hck_log_judge(session, &judge->logs[i], listen, judge, &summary);
        hck_judge_close(session);
        hck_collect_commit(judge->collect);
        if (summary.broken) {
            hck_collect_note_broken(judge->collect, i, summary.message);
        }
    }
    return true;
}

/* There is no target to shrink on: the log up to the violation is the example. */
static bool show_finding(struct judge *judge, const struct finding *finding, const char *path)
{
    struct log_file *log = &judge->logs[finding->trace_index];
    struct violation *violation = &judge->violations.items[judge->violations.count++];
    struct judge_session *session = open_session(judge, log);
    struct witness_wish wish = {.clause = finding->clause, .same_as = finding, .sentence = true};
    if (session == NULL || !hck_trace_copy(&violation->reduced.trace, &log->trace.trace)) {
        hck_judge_close(session);
        return false;
    }
    violation->finding = *finding;
    violation->reduced.calls_before = log->trace.trace.call_count;
    violation->has_witness =
        hck_witness_find_in_log(session, log, &wish, &violation->reduced.witness) == WITNESS_FOUND;
    (void)snprintf(violation->origin, sizeof violation->origin, "%s", hck_input_name(path));
    hck_judge_close(session);
    return true;
}

static bool show_findings(struct judge *judge, const struct command_line *line)
{
    judge->violations.items =
        calloc((size_t)CLAUSE_COUNT * FINDINGS_MAX, sizeof *judge->violations.items);
    if (judge->violations.items == NULL) {
        return false;
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause_record *record = &judge->collect->records[i];
        if (record->finding_count > 0 && judge->setup.expected.reasons[i] == NULL) {
            const struct finding *finding = &record->findings[0];
            if (!show_finding(judge, finding, line->positional.items[finding->trace_index])) {
                return false;
            }
        }
    }
    return true;
}

static int run_judge(struct judge *judge, const struct command_line *line)
{
    judge->logs = calloc(line->positional.count, sizeof *judge->logs);
    if (judge->logs == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    int status = load_logs(judge, line);
    if (status == 0) {
        status = resolve(judge, line);
    }
    if (status != 0) {
        return status;
    }
    judge->collect = hck_collect_open(&judge->setup.selection);
    if (judge->collect == NULL || !judge_logs(judge) || !show_findings(judge, line)) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    struct report report = {
        .command = "judge",
        .target = judge->setup.target,
        .profile = judge->setup.profile->name,
        .collect = judge->collect,
        .violations = &judge->violations,
        .expected = judge->setup.expect_path != NULL ? &judge->setup.expected : NULL,
        .verbose = judge->verbose,
    };
    hck_setup_tell_troubles(&report, judge->format);
    hck_report_write(&report, judge->format, stdout);
    return (int)hck_report_status(&report);
}

static void free_judge(struct judge *judge)
{
    for (size_t i = 0; i < judge->log_count; i++) {
        hck_log_free(&judge->logs[i]);
    }
    free(judge->logs);
    hck_violations_free(&judge->violations);
    hck_collect_close(judge->collect);
    hck_setup_free(&judge->setup);
}

int hck_command_judge(int argc, char *const *argv)
{
    struct judge judge = {.setup = SETUP_DEFAULTS, .format_name = "text"};
    const struct option_row rows[] = {
        ROW_PROFILE(judge.setup),
        ROW_ONLY(judge.setup),
        ROW_SKIP(judge.setup),
        ROW_EXPECT(judge.setup),
        {OPTION_TEXT, "--format", "F", "text (default), json, junit or tap", &judge.format_name},
        ROW_VERBOSE(judge.verbose),
        ROW_END,
    };
    struct command_line line = {
        .name = "judge",
        .usage = "[--profile P] [--only GLOB] [--skip GLOB] [--expect FILE] [--format F]\n"
                 "                    [--verbose] LOG...",
        .summary =
            "Judges logs that 'heapck record' wrote, on whatever machine; - is standard input.\n"
            "The profile is by default that of the target which the log names.",
        .rows = rows,
        .positional_name = "LOG",
        .positional_min = 1,
        .positional_max = OPTION_VALUES_MAX,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        status = run_judge(&judge, &line);
    }
    free_judge(&judge);
    return status;
}
