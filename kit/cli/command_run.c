/* heapck run: traces on a target, judged, and what was found shrunk and shown. */
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/report/progress.h"
#include "kit/run/workers.h"

enum { TRACES_DEFAULT = 20000, SHOWN_DEFAULT = 3 };

struct run_command {
    struct setup setup;
    struct corpus corpus;
    struct plan plan;
    const char *corpus_path;
    const char *report_folder;
    const char *format_name;
    enum report_format format;
    bool verbose;
    struct number_option seed;
    struct number_option traces;
    struct number_option threads;
    struct number_option time_s;
    struct number_option jobs;
    struct number_option shown;
};

static int read_options(struct run_command *command, struct command_line *line, int argc,
                        char *const *argv)
{
    const struct option_row rows[] = {
        ROW_TARGET(command->setup),
        ROW_PROFILE(command->setup),
        {OPTION_NUMBER, "--seed", "N", "of the generated traces (default 1)", &command->seed},
        {OPTION_NUMBER, "--traces", "N",
         "how many are generated (default 20000, or none with PATH)", &command->traces},
        {OPTION_NUMBER, "--threads", "N",
         "of each generated trace (default: one, and more in every 64th)", &command->threads},
        {OPTION_NUMBER, "--time", "S",
         "begin no trace after so many seconds; the report says how many were run",
         &command->time_s},
        {OPTION_NUMBER, "--jobs", "N", "traces at a time (default: one per processor)",
         &command->jobs},
        ROW_ONLY(command->setup),
        ROW_SKIP(command->setup),
        ROW_EXPECT(command->setup),
        {OPTION_TEXT, "--report", "DIR", "write reports, shrunk traces and C programs there",
         &command->report_folder},
        {OPTION_TEXT, "--format", "F", "text (default), json, junit or tap", &command->format_name},
        ROW_VERBOSE(command->verbose),
        {OPTION_NUMBER, "--show", "N", "different violations shown of a clause (default 3)",
         &command->shown},
        {OPTION_TEXT, "--corpus", "DIR",
         "the corpus, with clauses/, regress/ and findings/ (default: $HEAPCK_CORPUS, ./corpus, or "
         "the one that came along)",
         &command->corpus_path},
        ROW_LIMIT(command->setup),
        ROW_END,
    };
    line->rows = rows;
    int status = hck_options_read(line, argc, argv);
    line->rows = NULL; /* they end with this function */
    return status;
}

static int prepare(struct run_command *command, const struct command_line *line)
{
    int status = hck_setup_format(line, command->format_name, &command->format);
    if (status == 0) {
        status = hck_setup_resolve(&command->setup, line);
    }
    if (status != 0) {
        return status;
    }
    if (line->positional.count > 0 && !command->traces.given) {
        command->traces.value = 0;
    }
    command->plan = (struct plan){
        .corpus = &command->corpus,
        .seed = command->seed.value,
        .generated_count = command->traces.value,
        .thread_count = (uint32_t)command->threads.value,
        .hostile = command->setup.profile->hostile,
    };
    return hck_setup_load_corpus(line, command->corpus_path, &command->corpus);
}

/* Said before the work, so that nobody waits for a report that has no place. */
static int prepare_report_folder(const struct run_command *command)
{
    char message[MESSAGE_MAX];
    if (command->report_folder == NULL ||
        hck_report_prepare_folder(command->report_folder, message, sizeof message)) {
        return 0;
    }
    return hck_setup_fail(EXIT_STATUS_USAGE, message);
}

/* The reports in the folder name their neighbours, whatever the folder is called. */
static bool write_folder(const struct report *report, const struct run_command *command,
                         char *message, size_t size)
{
    struct report beside = *report;
    beside.folder = ".";
    return hck_report_files(&beside, command->report_folder, command->format, message, size);
}

static bool write_reports(const struct run_command *command, const struct report *report)
{
    char message[MESSAGE_MAX];
    bool written = true;
    if (command->report_folder != NULL && !write_folder(report, command, message, sizeof message)) {
        hck_setup_fail(0, message);
        written = false;
    }
    hck_report_write(report, command->format, stdout);
    return written;
}

static int report_run(struct run_command *command, const struct run_options *options,
                      const struct run_result *result, const struct violations *violations)
{
    struct report report = {
        .command = "run",
        .target = command->setup.target,
        .profile = command->setup.profile->name,
        .has_seed = command->plan.generated_count > 0,
        .seed = command->plan.seed,
        .collect = result->collect,
        .violations = violations,
        .expected = command->setup.expect_path != NULL ? &command->setup.expected : NULL,
        .broken = result->broken ? result->message : NULL,
        .planned_count = result->trace_count,
        .is_stopped_by_time = result->is_stopped_by_time,
        .interrupted = result->interrupted || atomic_load(options->interrupted),
        .verbose = command->verbose,
        .folder = command->report_folder,
    };
    hck_setup_tell_troubles(&report, command->format);
    int status = (int)hck_report_status(&report);
    if (result->usage) {
        status = EXIT_STATUS_USAGE;
    }
    if (!write_reports(command, &report) && status != EXIT_STATUS_INTERRUPTED) {
        status = EXIT_STATUS_BROKEN;
    }
    return status;
}

/* What is told while the user waits. */
struct telling {
    struct progress progress;
    bool has_told; /* that Ctrl-C was heard */
};

/* The targets that are waited for are ended, which takes a moment. */
static void tell_interrupted(struct telling *telling)
{
    if (!telling->has_told && atomic_load(&hck_interrupted)) {
        telling->has_told = true;
        hck_progress_end(&telling->progress);
        hck_setup_fail(0, "interrupted, finishing");
    }
}

static void tell_traces(void *context, uint64_t done, uint64_t total)
{
    struct telling *telling = context;
    tell_interrupted(telling);
    hck_progress_show(&telling->progress, done, total);
}

static void tell_trace(void *context, uint64_t done, uint64_t total, const char *what,
                       uint32_t limit_s)
{
    struct telling *telling = context;
    hck_progress_waiting(&telling->progress, done, total, what, limit_s);
}

static void tell_shrinking(void *context, uint64_t done, uint64_t total, const char *what)
{
    struct telling *telling = context;
    tell_interrupted(telling);
    if (!telling->has_told) { /* else nothing is shrunk any more */
        hck_progress_shrinking(&telling->progress, done, total, what);
    }
}

static int run_plan(struct run_command *command)
{
    struct telling telling = {.has_told = false};
    bool quiet[CLAUSE_COUNT];
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        quiet[i] = command->setup.expected.reasons[i] != NULL;
    }
    struct run_options options = {
        .target = command->setup.target,
        .target_options = command->setup.target_options,
        .bases = command->setup.profile->bases,
        .selection = &command->setup.selection,
        .plan = &command->plan,
        .worker_count = hck_setup_jobs(&command->jobs),
        .time_limit_ms = command->time_s.value * 1000,
        .interrupted = &hck_interrupted,
        .progress = tell_traces,
        .shrinking = tell_shrinking,
        .waiting = tell_trace,
        .progress_context = &telling,
    };
    struct run_result result;
    struct violations violations;
    hck_progress_begin(&telling.progress, "traces");
    hck_run(&options, &result);
    hck_progress_end(&telling.progress);
    if (result.collect == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, result.message);
    }
    bool shrunk = hck_violations_shrink(&options, result.collect, (uint32_t)command->shown.value,
                                        quiet, &violations);
    hck_progress_end(&telling.progress);
    if (!shrunk) {
        hck_setup_fail(0, "shrinking failed; some traces are as they ran");
    }
    int status = report_run(command, &options, &result, &violations);
    if (!shrunk && status != EXIT_STATUS_INTERRUPTED) {
        status = EXIT_STATUS_BROKEN;
    }
    hck_violations_free(&violations);
    hck_run_free(&result);
    return status;
}

int hck_command_run(int argc, char *const *argv)
{
    struct run_command command = {
        .setup = SETUP_DEFAULTS,
        .format_name = "text",
        .seed = {1, 0, UINT64_MAX, false},
        .traces = {TRACES_DEFAULT, 0, UINT32_MAX, false},
        .threads = {0, 1, TRACE_THREADS_MAX, false},
        .time_s = {0, 1, 1000000, false},
        .jobs = {0, 1, WORKERS_MAX, false},
        .shown = {SHOWN_DEFAULT, 0, FINDINGS_MAX, false},
    };
    struct command_line line = {
        .name = "run",
        .usage = "[--target T] [--profile P] [--seed N] [--traces N] [--threads N] [--time S]\n"
                 "                  [--jobs N] [--only GLOB] [--skip GLOB] [--expect FILE]\n"
                 "                  [--report DIR] [--format F] [--verbose] [--show N]\n"
                 "                  [--corpus DIR] [--limit S] [PATH...]",
        .summary =
            "Runs traces on a target and judges every call, clause by clause. A PATH is a trace\n"
            "file or a folder of them; without any it runs the corpus, then generated traces.\n"
            "Every trace is woven with probes first. The same seed gives the same report.\n"
            "\n"
            "exec: runs an agent, so:PATH loads a library that exports the documented names. The\n"
            "agent for Wine and Windows is build/agent/heapck-agent.exe, or where heapck is\n"
            "installed, PREFIX/libexec/heapck/heapck-agent.exe: --target 'exec:wine AGENT'",
        .positional_max = OPTION_VALUES_MAX,
    };
    int status = read_options(&command, &line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        status = prepare(&command, &line);
        if (status == 0) {
            status = prepare_report_folder(&command);
        }
        if (status == 0) {
            hck_interrupt_catch();
            status = run_plan(&command);
        }
    }
    hck_corpus_free(&command.corpus);
    hck_setup_free(&command.setup);
    return status;
}
