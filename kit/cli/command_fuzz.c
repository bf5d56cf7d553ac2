/* heapck fuzz: traces that nobody wrote, for as long as one likes. */
#define _GNU_SOURCE /* flock */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/fuzz/fuzz.h"
#include "kit/fuzz/kept.h"
#include "kit/report/progress.h"
#include "kit/run/corpus.h"

enum {
    JOBS_OF_FUZZ = 2,
    CALLS_OF_FUZZ = 24,
    LIMIT_LOCAL_S = 2, /* of what starts as fast as a library does */
    SILENCE_MS = 2000, /* in a worker's own process; then the whole --limit decides */
    FOLDER_MAX = 4096,
    CLAUSES_LISTED = 20
};

struct fuzz_command {
    struct setup setup;
    const char *out;
    const char *corpus_path;
    char corpus[FOLDER_MAX];
    char finds[FOLDER_MAX];
    char unsteady[FOLDER_MAX];
    bool verbose;
    const char *engine_name; /* NULL: the first one that is installed */
    const char *harness;
    enum fuzz_engine engine;
    char harness_path[PROGRAM_PATH_MAX];
    char known[FOLDER_MAX];
    struct number_option seed;
    struct number_option time_s;
    struct number_option tries;
    struct number_option finds_max;
    struct number_option jobs;
    struct number_option calls;
    struct progress progress;
    bool is_unsaved; /* a find is not in its files */
    bool has_told;   /* that Ctrl-C was heard */
};

static int read_options(struct fuzz_command *command, struct command_line *line, int argc,
                        char *const *argv)
{
    const struct option_row rows[] = {
        ROW_TARGET(command->setup),
        ROW_PROFILE(command->setup),
        {OPTION_TEXT, "--engine", "E",
         "libfuzzer, afl or builtin (default: for winmem the first one that is built; for others, "
         "of which no compiler instruments anything, builtin)",
         &command->engine_name},
        {OPTION_TEXT, "--harness", "NAME",
         "of libfuzzer and afl: mixed (default), heap, virtual_memory or threads",
         &command->harness},
        {OPTION_TEXT, "--out", "DIR", "finds and corpus go there (default heapck-fuzz)",
         &command->out},
        {OPTION_TEXT, "--corpus", "DIR",
         "begin with the traces there, and keep new ones there (default OUT/corpus)",
         &command->corpus_path},
        {OPTION_NUMBER, "--time", "S", "end after so many seconds (default: at Ctrl-C)",
         &command->time_s},
        {OPTION_NUMBER, "--runs", "N", "end after about so many executions", &command->tries},
        {OPTION_NUMBER, "--finds", "N", "end after so many finds", &command->finds_max},
        {OPTION_NUMBER, "--jobs", "N", "processes that try traces (default 2)", &command->jobs},
        {OPTION_NUMBER, "--calls", "N", "of a trace, at most, probes left out (default 24)",
         &command->calls},
        {OPTION_NUMBER, "--seed", "N", "of all that is drawn (default 1)", &command->seed},
        ROW_ONLY(command->setup),
        ROW_SKIP(command->setup),
        ROW_EXPECT(command->setup),
        {OPTION_FLAG, "--verbose", NULL, "list the clauses that no trace brought to judgement",
         &command->verbose},
        {OPTION_NUMBER, "--limit", "S",
         "seconds without a line of a trace's log, when it is looked at again (default 10, of "
         "libraries 2)",
         &command->setup.limit_s},
        ROW_END,
    };
    line->rows = rows;
    int status = hck_options_read(line, argc, argv);
    line->rows = NULL; /* they end with this function */
    return status;
}

/* --- Folders ------------------------------------------------------------------------------------
 */

static int complain_folder(const char *folder, const char *why)
{
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message, "%.800s: %s", folder, why);
    return hck_setup_fail(EXIT_STATUS_USAGE, message);
}

static int make_folder(const char *folder)
{
    if (!hck_report_make_folder(folder)) {
        return complain_folder(folder, strerror(errno));
    }
    return access(folder, W_OK) == 0 ? 0 : complain_folder(folder, strerror(errno));
}

/* Two runs in one folder would take each other's finds for old ones. The lock lasts as long as
 * this process. */
static int lock_out(const struct fuzz_command *command)
{
    char path[FOLDER_MAX];
    (void)snprintf(path, sizeof path, "%s/lock", command->out);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) {
        return complain_folder(path, strerror(errno));
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return complain_folder(command->out,
                               "another 'heapck fuzz' uses this folder; give this one "
                               "its own with --out");
    }
    return 0;
}

static int prepare_folders(struct fuzz_command *command)
{
    bool is_named = command->out[0] != '\0' &&
                    (command->corpus_path == NULL || command->corpus_path[0] != '\0');
    if (!is_named) { /* as an unset variable of a shell */
        return hck_setup_fail(EXIT_STATUS_USAGE, "--out and --corpus: expected a folder, found ''");
    }
    int finds = snprintf(command->finds, sizeof command->finds, "%s/finds", command->out);
    int unsteady =
        snprintf(command->unsteady, sizeof command->unsteady, "%s/unsteady", command->out);
    int known = snprintf(command->known, sizeof command->known, "%s/known.txt", command->out);
    int corpus = command->corpus_path != NULL
                     ? snprintf(command->corpus, sizeof command->corpus, "%s", command->corpus_path)
                     : snprintf(command->corpus, sizeof command->corpus, "%s/corpus", command->out);
    if (finds < 0 || unsteady < 0 || unsteady >= FOLDER_MAX || known < 0 || known >= FOLDER_MAX ||
        corpus < 0 || corpus >= FOLDER_MAX) {
        return complain_folder(command->out, "the path is too long");
    }
    int status = make_folder(command->finds);
    if (status == 0) {
        status = make_folder(command->unsteady);
    }
    if (status == 0) {
        status = make_folder(command->corpus);
    }
    return status == 0 ? lock_out(command) : status;
}

/* Says what is in the corpus that is no trace: the workers leave it out. */
static int look_at_corpus(const struct fuzz_command *command)
{
    struct corpus corpus = {.count = 0};
    struct corpus_skipped skipped = {.count = 0};
    char message[MESSAGE_MAX];
    enum corpus_result result =
        hck_corpus_add_readable(&corpus, command->corpus, &skipped, message, sizeof message);
    hck_corpus_free(&corpus);
    if (result != CORPUS_FOUND) {
        return hck_setup_fail(result == CORPUS_NO_MEMORY ? EXIT_STATUS_BROKEN : EXIT_STATUS_USAGE,
                              message);
    }
    if (skipped.count > 0) {
        (void)snprintf(message, sizeof message, "note: %zu %s of the corpus left out: %.800s",
                       skipped.count, hck_report_plural(skipped.count, "file", "files"),
                       skipped.first);
        hck_setup_fail(0, message);
    }
    return 0;
}

/* The traces of PATH... are copied into the corpus: so they are there the next time, too. */
static int add_paths(const struct fuzz_command *command, const struct command_line *line)
{
    struct corpus corpus = {.count = 0};
    char message[MESSAGE_MAX];
    int status = 0;
    for (size_t i = 0; i < line->positional.count && status == 0; i++) {
        const char *path = line->positional.items[i];
        if (hck_corpus_add(&corpus, path, path, message, sizeof message) != CORPUS_FOUND) {
            status = hck_setup_fail(EXIT_STATUS_USAGE, message);
        }
    }
    for (size_t i = 0; i < corpus.count && status == 0; i++) {
        if (!hck_kept_write(command->corpus, &corpus.files[i].trace.trace, NULL)) {
            status = complain_folder(command->corpus, strerror(errno));
        }
    }
    hck_corpus_free(&corpus);
    return status;
}

/* --- Engines ------------------------------------------------------------------------------------
 */

/* Instrumented harnesses run libraries; what needs a process of its own is for the built-in one. */
static bool fits_harness(const struct fuzz_command *command)
{
    return strncmp(command->setup.target, "exec:", strlen("exec:")) != 0 &&
           !command->setup.profile->hostile;
}

/* Without a word from the user: what the compiler has instrumented is libwinmem, so the others go
 * no farther than the built-in one with anybody else's library, and are slower. */
static void pick_engine(struct fuzz_command *command)
{
    static const enum fuzz_engine wanted[] = {ENGINE_LIBFUZZER, ENGINE_AFL};
    char message[MESSAGE_MAX];
    bool is_winmem = strcmp(command->setup.target, "winmem") == 0 && fits_harness(command);
    command->engine = ENGINE_BUILTIN;
    for (size_t i = 0; is_winmem && i < sizeof wanted / sizeof wanted[0]; i++) {
        if (hck_program_find(wanted[i], command->harness, command->harness_path, message,
                             sizeof message)) {
            command->engine = wanted[i];
            return;
        }
    }
}

static int choose_engine(struct fuzz_command *command, const struct command_line *line)
{
    char message[MESSAGE_MAX];
    if (command->engine_name == NULL) {
        pick_engine(command);
        return 0;
    }
    command->engine = hck_fuzz_engine_find(command->engine_name);
    if (command->engine == ENGINE_COUNT) {
        (void)snprintf(message, sizeof message,
                       "--engine: expected libfuzzer, afl or builtin, found '%.400s'",
                       command->engine_name);
        hck_options_complain(line, message);
        return EXIT_STATUS_USAGE;
    }
    if (command->engine == ENGINE_BUILTIN) {
        return 0;
    }
    if (!fits_harness(command)) {
        hck_options_complain(line, "--engine: an agent, and the profile hostile, are for builtin");
        return EXIT_STATUS_USAGE;
    }
    return hck_program_find(command->engine, command->harness, command->harness_path, message,
                            sizeof message)
               ? 0
               : hck_setup_fail(EXIT_STATUS_BROKEN, message);
}

/* --- Telling ------------------------------------------------------------------------------------
 */

static void say_time(uint64_t elapsed_ms, char *text, size_t size)
{
    uint64_t s = elapsed_ms / 1000;
    (void)snprintf(text, size, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
}

static uint64_t rate(const struct fuzz_progress *progress)
{
    return progress->elapsed_ms == 0 ? 0
                                     : progress->fleet.tried_count * 1000 / progress->elapsed_ms;
}

/* What an engine goes by. */
static uint32_t reached(const struct fuzz_command *command, const struct fuzz_progress *progress)
{
    return command->engine == ENGINE_BUILTIN ? progress->fleet.feature_count : progress->edge_count;
}

static const char *reached_name(const struct fuzz_command *command)
{
    return command->engine == ENGINE_BUILTIN ? "features" : "edges";
}

static void tell_progress(void *context, const struct fuzz_progress *progress)
{
    struct fuzz_command *command = context;
    char text[160];
    char time[24];
    char shrinking[60] = "";
    if (atomic_load(&hck_interrupted) && !command->has_told) {
        command->has_told = true;
        hck_progress_end(&command->progress);
        hck_setup_fail(0, "interrupted, finishing");
    }
    if (command->has_told) {
        return;
    }
    say_time(progress->elapsed_ms, time, sizeof time);
    if (progress->attempt != 0) {
        (void)snprintf(shrinking, sizeof shrinking, ", shrinking: %" PRIu32 " calls",
                       progress->calls_left);
    }
    (void)snprintf(text, sizeof text,
                   "%s %" PRIu64 " executions, %" PRIu64 "/s, %" PRIu32 " %s, %" PRIu32
                   " clauses, %" PRIu32 " %s%s",
                   time, progress->fleet.tried_count, rate(progress), reached(command, progress),
                   reached_name(command), progress->fleet.clause_count, progress->find_count,
                   hck_report_plural(progress->find_count, "find", "finds"), shrinking);
    hck_progress_say(&command->progress, text);
}

/* One that is not in its files is shown whole: the terminal may be all that is left of it. */
static void tell_unsaved(struct fuzz_command *command, const struct find *find)
{
    command->is_unsaved = true;
    hck_setup_fail(0, find->message);
    (void)hck_trace_write_violating(&find->violation.reduced.trace.trace,
                                    hck_clause_get(find->violation.finding.clause)->id, stdout);
}

static void tell_find(void *context, const struct find *find, const struct fuzz_progress *progress)
{
    struct fuzz_command *command = context;
    const struct violation *violation = &find->violation;
    uint32_t calls = violation->reduced.trace.trace.call_count;
    char time[24];
    say_time(progress->elapsed_ms, time, sizeof time);
    hck_progress_end(&command->progress);
    (void)printf("%s %s in %" PRIu32 " %s%s: %s/%s.trace\n", find->was_there ? "again" : time,
                 hck_clause_get(violation->finding.clause)->id, calls,
                 hck_report_plural(calls, "call", "calls"),
                 violation->fate == VIOLATION_UNSTEADY ? ", which comes and goes" : "",
                 command->finds, find->stem);
    if (!find->is_saved) {
        tell_unsaved(command, find);
    }
    (void)fflush(stdout);
}

static void tell_gone(void *context, const char *stem)
{
    struct fuzz_command *command = context;
    hck_progress_end(&command->progress);
    (void)printf("gone: %s/%s.trace does not violate any more\n", command->finds, stem);
}

static void tell_unjudged(const struct fuzz_command *command, const struct fuzz_result *result)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *row = hck_clause_get((enum clause_id)i);
        if (!command->setup.selection.clauses[i] || result->is_judged[i] ||
            row->basis == BASIS_UNDEFINED) {
            continue;
        }
        count++;
        if (command->verbose) {
            (void)printf("not judged: %s\n", row->id);
        }
    }
    if (count > 0 && !command->verbose) {
        (void)printf("%u clauses were not judged; --verbose lists them\n", count);
    }
}

/* The built-in engine's are finds, or unsteady. */
static bool has_strange_deaths(const struct fuzz_command *command, const struct fuzz_result *result)
{
    return command->engine != ENGINE_BUILTIN && result->progress.fleet.death_count > 0;
}

static void tell_result(const struct fuzz_command *command, const struct fuzz_result *result)
{
    const struct fuzz_progress *progress = &result->progress;
    size_t known = hck_finds_count(result->finds) - progress->find_count;
    char time[24];
    say_time(progress->elapsed_ms, time, sizeof time);
    tell_unjudged(command, result);
    if (result->unsteady_count > 0) {
        (void)printf("%" PRIu32 " %s seen and did not come again in a fresh process: %s\n",
                     result->unsteady_count,
                     hck_report_plural(result->unsteady_count, "violation was", "violations were"),
                     command->unsteady);
    }
    if (result->waiting_count > 0) {
        (void)printf("%" PRIu32 " %s seen at the end; the next run begins with %s\n",
                     result->waiting_count,
                     hck_report_plural(result->waiting_count, "violation was", "violations were"),
                     hck_report_plural(result->waiting_count, "it", "them"));
    }
    if (has_strange_deaths(command, result)) {
        uint32_t deaths = progress->fleet.death_count;
        (void)printf(
            "%" PRIu32 " %s and left no trace of a violation: %s/artifacts\n", deaths,
            hck_report_plural(deaths, "input ended its process", "inputs ended their processes"),
            command->out);
    }
    if (result->lost_count > 0) {
        (void)printf("%" PRIu32 " of them could not be written into %s\n", result->lost_count,
                     command->corpus);
    }
    (void)printf("%s %s, %" PRIu64 " executions (%" PRIu64 "/s): %" PRIu32 " %s, %" PRIu32
                 " clauses judged, %" PRIu32 " traces kept, %" PRIu32 " new %s",
                 hck_fuzz_engine_name(command->engine), time, progress->fleet.tried_count,
                 rate(progress), reached(command, progress), reached_name(command),
                 progress->fleet.clause_count, progress->fleet.kept_count, progress->find_count,
                 hck_report_plural(progress->find_count, "find", "finds"));
    if (known > 0) {
        (void)printf(", %zu known", known);
    }
    (void)printf("\n");
}

/* --- Running ------------------------------------------------------------------------------------
 */

static int status_of(const struct fuzz_command *command, const struct fuzz_result *result)
{
    if (result->is_broken) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, result->message);
    }
    if (result->is_interrupted) {
        return EXIT_STATUS_INTERRUPTED;
    }
    if (command->is_unsaved || result->lost_count > 0) {
        return EXIT_STATUS_BROKEN;
    }
    if (hck_finds_count(result->finds) > 0 || result->waiting_count > 0 ||
        has_strange_deaths(command, result)) {
        return EXIT_STATUS_VIOLATED;
    }
    return result->progress.fleet.clause_count > 0
               ? EXIT_STATUS_CONFORMS
               : hck_setup_fail(EXIT_STATUS_BROKEN, "nothing was judged");
}

static int fuzz(struct fuzz_command *command)
{
    struct selection selection = command->setup.selection;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        selection.clauses[i] = selection.clauses[i] && command->setup.expected.reasons[i] == NULL;
    }
    struct program_options program = {
        .engine = command->engine,
        .harness = command->harness_path,
        .target = command->setup.target,
        .folder = command->out,
        .corpus = command->corpus,
        .known = command->known,
        .job_count = (unsigned)command->jobs.value,
        .seed = command->seed.value,
    };
    struct fuzz_options options = {
        .program = command->engine == ENGINE_BUILTIN ? NULL : &program,
        .worker = {.target = command->setup.target,
                   .target_options = command->setup.target_options,
                   .bases = command->setup.profile->bases,
                   .selection = &selection,
                   .engine = {.seed = command->seed.value,
                              .generate = {.call_count_max = (uint32_t)command->calls.value,
                                           .hostile = command->setup.profile->hostile}},
                   .corpus = command->corpus},
        .worker_count = (unsigned)command->jobs.value,
        .silence_ms = SILENCE_MS,
        .folder = command->finds,
        .unsteady = command->unsteady,
        .time_limit_ms = command->time_s.value * 1000,
        .tries_max = command->tries.value,
        .finds_max = (uint32_t)command->finds_max.value,
        .interrupted = &hck_interrupted,
        .found = tell_find,
        .gone = tell_gone,
        .progress = tell_progress,
        .context = command,
    };
    struct fuzz_result result;
    hck_progress_begin(&command->progress, "executions");
    hck_fuzz(&options, &result);
    hck_progress_end(&command->progress);
    if (result.finds != NULL) {
        tell_result(command, &result);
    }
    int status = status_of(command, &result);
    hck_fuzz_free(&result);
    return status;
}

/* What does not load or start is said before any work. */
static int try_target(const struct fuzz_command *command)
{
    struct target_error error = {.message = ""};
    struct target *target =
        hck_target_open(command->setup.target, &command->setup.target_options, &error);
    bool is_started = target != NULL && hck_target_start(target, &error);
    hck_target_close(target);
    return is_started ? 0 : hck_setup_target_failed(&error);
}

static int prepare(struct fuzz_command *command, const struct command_line *line)
{
    bool is_exec = strncmp(command->setup.target, "exec:", strlen("exec:")) == 0;
    if (!command->setup.limit_s.given && !is_exec) {
        command->setup.limit_s.value = LIMIT_LOCAL_S;
    }
    int status = hck_setup_resolve(&command->setup, line);
    if (status == 0) {
        status = choose_engine(command, line);
    }
    if (status == 0) {
        status = prepare_folders(command);
    }
    if (status == 0) {
        status = add_paths(command, line);
    }
    if (status == 0) {
        status = look_at_corpus(command);
    }
    return status == 0 ? try_target(command) : status;
}

int hck_command_fuzz(int argc, char *const *argv)
{
    struct fuzz_command command = {
        .setup = {.target = "winmem", .limit_s = {TRACE_LIMIT_S, 1, 3600, false}},
        .out = "heapck-fuzz",
        .harness = "mixed",
        .seed = {1, 0, UINT64_MAX, false},
        .time_s = {0, 1, 10000000, false},
        .tries = {0, 1, UINT64_MAX, false},
        .finds_max = {0, 1, UINT32_MAX, false},
        .jobs = {JOBS_OF_FUZZ, 1, FLEET_WORKERS_MAX, false},
        .calls = {CALLS_OF_FUZZ, 1, WORKER_CALLS_MAX, false},
    };
    struct command_line line = {
        .name = "fuzz",
        .usage = "[--target T] [--profile P] [--engine E] [--harness NAME] [--out DIR]\n"
                 "                   [--corpus DIR] [--time S] [--runs N] [--finds N] [--jobs N] "
                 "[--calls N] [--seed N] [--only GLOB]\n"
                 "                   [--skip GLOB] [--expect FILE] [--verbose] [--limit S] "
                 "[PATH...]",
        .summary =
            "Makes up traces, judges every call of them, and goes on from those that brought a\n"
            "clause to judgement in a state that none before did: guidance by what the\n"
            "specification says of a target, which need not be instrumented. libfuzzer and afl go\n"
            "by the code that was reached as well, in harnesses that './dev build-fuzz' builds.\n"
            "What violates is shrunk and saved in OUT/finds as a trace and a C program, one line\n"
            "each as it comes. It ends at Ctrl-C or --time and goes on from OUT/corpus the next\n"
            "time. The traces of PATH are added to the corpus first. Clauses that --expect lists\n"
            "are not told. What does not come again in a fresh process is in OUT/unsteady. One\n"
            "run at a time uses OUT, for one target. The exit status is 1 where there are finds,\n"
            "those of earlier runs that are still so included.",
        .positional_max = OPTION_VALUES_MAX,
    };
    int status = read_options(&command, &line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        hck_interrupt_catch();
        status = prepare(&command, &line);
        if (status == 0) {
            status = fuzz(&command);
        }
    }
    hck_setup_free(&command.setup);
    return status;
}
