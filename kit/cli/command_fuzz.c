/* heapck fuzz: traces that nobody wrote, for as long as one likes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/fuzz_command.h"
#include "kit/cli/interrupt.h"
#include "kit/fuzz/input.h"

enum {
    JOBS_OF_FUZZ = 2,
    CALLS_OF_FUZZ = 24,
    LIMIT_LOCAL_S = 2, /* of what starts as fast as a library does */
    SILENCE_MS = 2000  /* in a worker's own process; then the whole --limit decides */
};

#define NAME_IF_true(name) " " #name
#define NAME_IF_false(name)
#define HARNESS(name, families, threads, judges) NAME_IF_##judges(name)
static const char judging_harnesses[] =
#include "kit/fuzz/harnesses.def"
    ;
#undef HARNESS

static int read_options(struct fuzz_command *command, struct command_line *line, int argc,
                        char *const *argv)
{
    char harness_help[MESSAGE_MAX];
    (void)snprintf(harness_help, sizeof harness_help, "of libfuzzer and afl (default mixed):%s",
                   judging_harnesses);
    const struct option_row rows[] = {
        ROW_TARGET(command->setup),
        ROW_PROFILE(command->setup),
        {OPTION_TEXT, "--engine", "E",
         "libfuzzer, afl or builtin (default: for winmem the first one that is built; for others, "
         "of which no compiler instruments anything, builtin)",
         &command->engine_name},
        {OPTION_TEXT, "--harness", "NAME", harness_help, &command->harness},
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
        {OPTION_NUMBER, "--seed", "N",
         "of all that is drawn (default 1); what runs side by side differs all the same",
         &command->seed},
        ROW_ONLY(command->setup),
        ROW_SKIP(command->setup),
        ROW_EXPECT(command->setup),
        {OPTION_FLAG, "--verbose", NULL, "list the clauses that no trace brought to judgement",
         &command->verbose},
        {OPTION_NUMBER, "--limit", "S",
         "seconds that a trace may be silent before it counts as hanging (default 10, of libraries "
         "2)",
         &command->setup.limit_s},
        ROW_END,
    };
    line->rows = rows;
    int status = hck_options_read(line, argc, argv);
    line->rows = NULL; /* they end with this function */
    return status;
}

/* --- Engines ---------------------------------------------------------------------------------- */

/* Instrumented harnesses run libraries, by the profile that is the target's own, and make traces as
 * long as their inputs may be; anything else is for the built-in engine. */
static bool fits_harness(const struct fuzz_command *command)
{
    const struct setup *setup = &command->setup;
    return strncmp(setup->target, "exec:", strlen("exec:")) != 0 &&
           setup->profile == hck_profile_default(setup->target) && !command->calls.given;
}

static const char *harness_name(const struct fuzz_command *command)
{
    return command->harness != NULL ? command->harness : "mixed";
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
        if (hck_program_find(wanted[i], harness_name(command), command->harness_path, message,
                             sizeof message)) {
            command->engine = wanted[i];
            return;
        }
    }
}

static int find_engine(struct fuzz_command *command, const struct command_line *line)
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
        hck_options_complain(line, "--engine: an agent, --calls, and a profile that is not the "
                                   "target's own, are for builtin");
        return EXIT_STATUS_USAGE;
    }
    return hck_program_find(command->engine, harness_name(command), command->harness_path, message,
                            sizeof message)
               ? 0
               : hck_setup_fail(EXIT_STATUS_BROKEN, message);
}

/* A harness that knows other clauses than this program ends as soon as it is started. */
static void note_outdated(const struct fuzz_command *command)
{
    char note[MESSAGE_MAX];
    if (command->engine != ENGINE_BUILTIN && hck_program_is_outdated(command->harness_path)) {
        (void)snprintf(note, sizeof note,
                       "note: %.400s is older than this program; './dev build-fuzz' builds it anew",
                       command->harness_path);
        hck_setup_fail(0, note);
    }
}

static int choose_engine(struct fuzz_command *command, const struct command_line *line)
{
    const struct input_harness *harness = hck_fuzz_input_harness(harness_name(command));
    if (harness == NULL || !harness->judges) {
        char message[MESSAGE_MAX];
        (void)snprintf(message, sizeof message, "--harness: expected one of%s, found '%.400s'",
                       judging_harnesses, command->harness);
        hck_options_complain(line, message);
        return EXIT_STATUS_USAGE;
    }
    int status = find_engine(command, line);
    if (status == 0 && command->engine == ENGINE_BUILTIN && command->harness != NULL) {
        hck_options_complain(line, "--harness: the built-in engine, which is taken here, has none");
        status = EXIT_STATUS_USAGE;
    }
    if (status == 0) {
        note_outdated(command);
    }
    return status;
}

/* --- Running ---------------------------------------------------------------------------------- */

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
        hck_fuzz_has_strange_deaths(command, result)) {
        return EXIT_STATUS_VIOLATED;
    }
    if (result->senseless_count > 0 || result->failure_count > 0) {
        return EXIT_STATUS_BROKEN;
    }
    return result->progress.clause_count > 0
               ? EXIT_STATUS_CONFORMS
               : hck_setup_fail(EXIT_STATUS_BROKEN,
                                command->engine == ENGINE_BUILTIN
                                    ? "nothing was judged"
                                    : "nothing was judged; --engine builtin tells of a target that "
                                      "hangs");
}

/* Who says that calls take long means this as well. */
static uint32_t silence_ms(const struct fuzz_command *command)
{
    uint64_t limit_ms = command->setup.limit_s.given ? command->setup.limit_s.value * 1000 : 0;
    return limit_ms > SILENCE_MS ? (uint32_t)limit_ms : SILENCE_MS;
}

static struct program_options program_options(const struct fuzz_command *command)
{
    return (struct program_options){
        .engine = command->engine,
        .harness = command->harness_path,
        .target = command->setup.target,
        .folder = command->out,
        .corpus = command->corpus,
        .known = command->known,
        .job_count = (unsigned)command->jobs.value,
        .seed = command->seed.value,
    };
}

static struct worker_options worker_options(const struct fuzz_command *command)
{
    const struct setup *setup = &command->setup;
    return (struct worker_options){
        .target = setup->target,
        .target_options = setup->target_options,
        .bases = setup->profile->bases,
        .selection = &command->wanted,
        .engine = {.seed = command->seed.value,
                   .generate = {.call_count_max = (uint32_t)command->calls.value,
                                .hostile = setup->profile->hostile}},
        .corpus = command->corpus,
    };
}

static void run(struct fuzz_command *command, struct fuzz_result *result)
{
    struct program_options program = program_options(command);
    struct fuzz_options options = {
        .program = command->engine == ENGINE_BUILTIN ? NULL : &program,
        .worker = worker_options(command),
        .counted = &command->setup.selection,
        .worker_count = (unsigned)command->jobs.value,
        .silence_ms = silence_ms(command),
        .folder = command->finds,
        .unsteady = command->unsteady,
        .time_limit_ms = command->time_s.value * 1000,
        .tries_max = command->tries.value,
        .finds_max = (uint32_t)command->finds_max.value,
        .interrupted = &hck_interrupted,
        .found = hck_fuzz_tell_find,
        .gone = hck_fuzz_tell_gone,
        .failed = hck_fuzz_tell_failed,
        .lost = hck_fuzz_tell_lost,
        .unread = hck_fuzz_tell_unread,
        .progress = hck_fuzz_tell_progress,
        .context = command,
    };
    hck_fuzz(&options, result);
}

static int fuzz(struct fuzz_command *command)
{
    struct fuzz_result result;
    hck_fuzz_tell_beginning(command);
    hck_progress_begin(&command->progress, "executions");
    run(command, &result);
    hck_progress_end(&command->progress);
    if (result.finds != NULL) {
        hck_fuzz_tell_result(command, &result);
    }
    int status = status_of(command, &result);
    hck_fuzz_free(&result);
    return status;
}

static void choose_clauses(struct fuzz_command *command)
{
    command->wanted = command->setup.selection;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        command->wanted.clauses[i] =
            command->wanted.clauses[i] && command->setup.expected.reasons[i] == NULL;
    }
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
        choose_clauses(command);
        status = choose_engine(command, line);
    }
    if (status == 0) {
        status = try_target(command);
    }
    return status == 0 ? hck_fuzz_take_folders(command, line) : status;
}

int hck_command_fuzz(int argc, char *const *argv)
{
    struct fuzz_command command = {
        .setup = {.target = "winmem", .limit_s = {TRACE_LIMIT_S, 1, 3600, false}},
        .out = "heapck-fuzz",
        .seed = {1, 0, UINT64_MAX, false},
        .time_s = {0, 1, 10000000, false},
        .tries = {0, 1, UINT64_MAX, false},
        .finds_max = {0, 1, UINT32_MAX, false},
        .jobs = {JOBS_OF_FUZZ, 1, FLEET_WORKERS_MAX, false},
        .calls = {CALLS_OF_FUZZ, 1, ENGINE_CALLS_MAX, false},
    };
    struct command_line line = {
        .name = "fuzz",
        .usage = "[--target T] [--profile P] [--engine E] [--harness NAME] [--out DIR]\n"
                 "                   [--corpus DIR] [--time S] [--runs N] [--finds N] [--jobs N]\n"
                 "                   [--calls N] [--seed N] [--only GLOB] [--skip GLOB]\n"
                 "                   [--expect FILE] [--verbose] [--limit S] [PATH...]",
        .summary =
            "Makes up traces, judges every call of them, and goes on from those that brought a\n"
            "clause to judgement in a state that none before did: guidance by what the\n"
            "specification says of a target, which need not be instrumented. libfuzzer and afl go\n"
            "by the code that was reached as well, in harnesses that './dev build-fuzz' builds.\n"
            "What violates is shrunk and saved in OUT/finds as a trace and a C program, one line\n"
            "each as it comes. It ends at Ctrl-C or --time and goes on from OUT/corpus the next\n"
            "time. The traces of PATH are added to the corpus first. Clauses that --expect lists\n"
            "are not told. What does not come again in a fresh process is in OUT/unsteady. One\n"
            "run at a time uses OUT, for one target (OUT/lock). The exit status is 1 where there\n"
            "are finds, those of earlier runs that are still so included, and where an input\n"
            "ended its process and no fresh one; 3 where there is none of these, but something\n"
            "was seen that could not be looked at again, or made no sense.",
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
