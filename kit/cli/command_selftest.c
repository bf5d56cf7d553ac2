/* heapck selftest: who judges the judge?
 *
 * tests/mutants/ holds a correct toy target, which has to pass clean, and deliberately wrong ones,
 * each of which has to be caught by the clause it breaks: by that clause's own traces, or else by
 * generated ones. All are one shared library; HEAPCK_MUTANT=<name> in the environment of its
 * process picks the mutant. */
#define _POSIX_C_SOURCE 200809L /* setenv, readlink */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/mutants.h"
#include "kit/cli/selftest_fuzz.h"
#include "kit/cli/setup.h"
#include "kit/clock.h"
#include "kit/closest.h"
#include "kit/report/progress.h"
#include "kit/run/workers.h"

enum {
    TRACES_DEFAULT = 2000,
    SELFTEST_PATH_MAX = 4096,
    SELFTEST_LIMIT_MS = 3000,
    SEEDS_DEFAULT = 10,
    BASELINE_DEFAULT = 3,
    HUNT_DEFAULT_S = 20
};

struct selftest {
    const char *toy;
    char toy_path[SELFTEST_PATH_MAX];
    char target_name[SELFTEST_PATH_MAX + 8];
    const char *corpus_path;
    struct string_list only; /* names of mutants */
    struct corpus corpus;
    struct plan plan;
    struct selection selection;
    struct number_option traces;
    struct number_option jobs;
    bool fuzzes;
    struct number_option seeds; /* of --fuzz */
    struct number_option baseline_seeds;
    struct number_option time_s;
    const struct profile *profile;
    struct target_options target_options;
};

/* How one mutant ended. */
struct kill {
    bool killed;
    bool broken;
    char trace[ORIGIN_MAX]; /* that did it, or the message of `broken` */
    uint64_t calls;         /* up to there */
    uint64_t time_ms;
};

/* Counts calls on the way to the violation. */
struct hunt {
    enum clause_id clause;
    struct kill *kill;
};

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct hunt *hunt = context;
    (void)trace;
    (void)call_index;
    (void)seen;
    if (hunt->kill->killed) {
        return;
    }
    hunt->kill->calls++;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        if (verdicts->items[i].outcome == VERDICT_VIOLATED &&
            verdicts->items[i].clause == hunt->clause) {
            hunt->kill->killed = true;
        }
    }
}

/* Returns whether the hunt is over. */
static bool hunt_with(struct selftest *selftest, struct judge_session *session,
                      struct target *target, struct plan_trace *trace, uint64_t index,
                      struct hunt *hunt)
{
    struct judge_summary summary;
    if (!hck_plan_make(&selftest->plan, index, trace)) {
        hunt->kill->broken = true;
        (void)snprintf(hunt->kill->trace, ORIGIN_MAX, "out of memory");
        return true;
    }
    hck_judge_trace(session, target, &trace->woven.trace, listen, hunt, &summary);
    if (hunt->kill->killed) {
        hck_plan_name(&selftest->plan, index, hunt->kill->trace, ORIGIN_MAX);
        return true;
    }
    if (summary.result == TARGET_BROKEN) {
        hunt->kill->broken = true;
        (void)snprintf(hunt->kill->trace, ORIGIN_MAX, "%s", summary.message);
    }
    return summary.result == TARGET_BROKEN;
}

/* First the traces that are named for the clause, then generated ones. */
static void hunt_through(struct selftest *selftest, struct judge_session *session,
                         struct target *target, struct hunt *hunt)
{
    struct plan_trace trace;
    memset(&trace, 0, sizeof trace);
    bool over = false;
    for (size_t i = 0; i < selftest->corpus.count && !over; i++) {
        if (hck_corpus_clause(&selftest->corpus.files[i]) == hunt->clause) {
            over = hunt_with(selftest, session, target, &trace, i, hunt);
        }
    }
    uint64_t count = hck_plan_count(&selftest->plan);
    for (uint64_t i = selftest->corpus.count; i < count && !over && !atomic_load(&hck_interrupted);
         i++) {
        over = hunt_with(selftest, session, target, &trace, i, hunt);
    }
    hck_plan_trace_free(&trace);
}

static void kill_mutant(struct selftest *selftest, const struct mutant *mutant, struct kill *kill)
{
    struct target_error error = {.message = ""};
    struct hunt hunt = {mutant->clause, kill};
    const struct profile *profile = hck_profile_for_clause(mutant->clause);
    struct target_options options = {.trace_timeout_ms = SELFTEST_LIMIT_MS,
                                     .hostile = profile->hostile,
                                     .interrupted = &hck_interrupted};
    selftest->plan.hostile = profile->hostile;
    memset(kill, 0, sizeof *kill);
    /* The target's process gets it, and every one that is started after a crash. */
    (void)setenv("HEAPCK_MUTANT", mutant->name, 1);
    uint64_t begin_ms = hck_clock_ms();
    struct judge_session *session = hck_judge_open(profile->bases, profile->hostile);
    struct target *target = hck_target_open(selftest->target_name, &options, &error);
    if (session == NULL || target == NULL) {
        kill->broken = true;
        (void)snprintf(kill->trace, sizeof kill->trace, "%s", error.message);
    } else {
        hunt_through(selftest, session, target, &hunt);
    }
    kill->time_ms = hck_clock_ms() - begin_ms;
    if (target != NULL) {
        hck_target_close(target);
    }
    hck_judge_close(session);
    (void)unsetenv("HEAPCK_MUTANT");
}

static void print_kill(const struct mutant *mutant, const struct kill *kill)
{
    const char *id = hck_clause_get(mutant->clause)->id;
    if (kill->killed) {
        (void)printf("%-52s %-70s %8" PRIu64 " %6" PRIu64 " ms  %s\n", mutant->name, id,
                     kill->calls, kill->time_ms, kill->trace);
    } else if (kill->broken) {
        (void)printf("%-52s %-70s BROKEN: %s\n", mutant->name, id, kill->trace);
    } else {
        (void)printf("%-52s %-70s SURVIVED %" PRIu64 " calls: %s\n", mutant->name, id, kill->calls,
                     mutant->what);
    }
}

static bool is_wanted(const struct selftest *selftest, const struct mutant *mutant)
{
    for (size_t i = 0; i < selftest->only.count; i++) {
        if (hck_clause_glob(selftest->only.items[i], mutant->name)) {
            return true;
        }
    }
    return selftest->only.count == 0;
}

static int kill_mutants(struct selftest *selftest)
{
    struct progress progress;
    size_t count = 0;
    const struct mutant *mutants = hck_mutants(&count);
    unsigned killed = 0;
    unsigned survived = 0;
    unsigned broken = 0;
    hck_progress_begin(&progress, "mutants");
    for (size_t i = 0; i < count && !atomic_load(&hck_interrupted); i++) {
        struct kill kill;
        if (!is_wanted(selftest, &mutants[i])) {
            continue;
        }
        hck_progress_show(&progress, i, count);
        kill_mutant(selftest, &mutants[i], &kill);
        if (atomic_load(&hck_interrupted) && !kill.killed) {
            break; /* it was not given its time */
        }
        hck_progress_end(&progress);
        print_kill(&mutants[i], &kill);
        killed += kill.killed;
        broken += kill.broken;
        survived += !kill.killed && !kill.broken;
    }
    hck_progress_end(&progress);
    unsigned tried = killed + survived + broken;
    (void)printf("%u %s: %u killed, %u survived, %u broken\n", tried,
                 hck_report_plural(tried, "mutant", "mutants"), killed, survived, broken);
    if (atomic_load(&hck_interrupted)) {
        return EXIT_STATUS_INTERRUPTED;
    }
    if (broken > 0 || tried == 0) {
        return EXIT_STATUS_BROKEN;
    }
    return survived > 0 ? EXIT_STATUS_VIOLATED : EXIT_STATUS_CONFORMS;
}

static void tell_toy(const struct report *report, int status)
{
    bool is_clean = status == EXIT_STATUS_CONFORMS;
    bool is_judged = report->broken == NULL && hck_report_nothing(report) == NULL;
    hck_setup_tell_troubles(report, is_clean ? REPORT_FORMAT_COUNT : REPORT_TEXT);
    if (!is_clean) {
        hck_report_write(report, REPORT_TEXT, stdout);
    }
    if (status != EXIT_STATUS_INTERRUPTED) {
        (void)printf("the correct toy %s\n", is_clean    ? "is clean"
                                             : is_judged ? "is not clean"
                                                         : "could not be judged");
    }
}

/* Shrinks what is violated, and tells. */
static int report_toy(const struct selftest *selftest, const struct run_options *options,
                      const struct run_result *result, struct progress *progress)
{
    struct violations violations;
    (void)hck_violations_shrink(options, result->collect, 1, NULL, &violations);
    hck_progress_end(progress);
    struct report report = {
        .command = "selftest",
        .target = selftest->target_name,
        .profile = selftest->profile->name,
        .has_seed = true,
        .seed = selftest->plan.seed,
        .collect = result->collect,
        .violations = &violations,
        .broken = result->broken ? result->message : NULL,
        .interrupted = result->interrupted,
    };
    int status = result->usage ? EXIT_STATUS_USAGE : (int)hck_report_status(&report);
    tell_toy(&report, status);
    hck_violations_free(&violations);
    return status;
}

/* The toy without a mutant: whatever is reported here is the judge's mistake, or the toy's. */
static int check_toy(const struct selftest *selftest)
{
    struct progress progress;
    struct run_result result;
    struct run_options options = {
        .target = selftest->target_name,
        .target_options = selftest->target_options,
        .bases = selftest->profile->bases,
        .selection = &selftest->selection,
        .plan = &selftest->plan,
        .worker_count = hck_setup_jobs(&selftest->jobs),
        .interrupted = &hck_interrupted,
        .progress = hck_progress_show,
        .waiting = hck_progress_waiting,
        .progress_context = &progress,
    };
    (void)unsetenv("HEAPCK_MUTANT");
    hck_progress_begin(&progress, "traces on the correct toy");
    hck_run(&options, &result);
    if (result.collect == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, result.message);
    }
    int status = report_toy(selftest, &options, &result, &progress);
    hck_run_free(&result);
    return status;
}

/* The build leaves the toy in tests/mutants/ beside the program. */
static bool find_toy(struct selftest *selftest)
{
    if (selftest->toy != NULL) {
        (void)snprintf(selftest->target_name, sizeof selftest->target_name, "so:%.4000s",
                       selftest->toy);
        return true;
    }
    ssize_t length = readlink("/proc/self/exe", selftest->toy_path, SELFTEST_PATH_MAX - 1);
    selftest->toy_path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(selftest->toy_path, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    (void)snprintf(selftest->target_name, sizeof selftest->target_name,
                   "so:%.4000s/tests/mutants/libtoy.so", selftest->toy_path);
    return access(selftest->target_name + strlen("so:"), R_OK) == 0;
}

/* A glob that names no mutant is a mistake; a program that was built without tests has none. */
static int check_mutants(const struct selftest *selftest, const struct command_line *line)
{
    size_t count = 0;
    const struct mutant *mutants = hck_mutants(&count);
    if (count == 0) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "this program was built without its mutants, "
                                                  "which are in tests/mutants of the sources");
    }
    for (size_t k = 0; k < selftest->only.count; k++) {
        const char *glob = selftest->only.items[k];
        struct closest closest = hck_closest_begin(glob, strlen(glob));
        bool found = false;
        for (size_t i = 0; i < count; i++) {
            hck_closest_offer(&closest, mutants[i].name);
            found = found || hck_clause_glob(glob, mutants[i].name);
        }
        if (!found) {
            char message[MESSAGE_MAX];
            const char *meant = hck_closest_end(&closest);
            (void)snprintf(message, sizeof message, "--only: no mutant matches '%.400s'%s%s%s",
                           glob, meant != NULL ? ", did you mean '" : "",
                           meant != NULL ? meant : "", meant != NULL ? "'?" : "");
            hck_options_complain(line, message);
            return EXIT_STATUS_USAGE;
        }
    }
    return 0;
}

static int complain_without_toy(const struct selftest *selftest)
{
    char message[MESSAGE_MAX];
    (void)snprintf(
        message, sizeof message,
        "the library of the mutants is missing: %.500s is not there. It is built from the "
        "sources, with the tests, and is not installed: './dev build', then "
        "'build/release/heapck selftest'; or --toy PATH",
        selftest->target_name + strlen("so:"));
    return hck_setup_fail(EXIT_STATUS_BROKEN, message);
}

static int prepare(struct selftest *selftest, const struct command_line *line)
{
    char message[MESSAGE_MAX];
    int status = check_mutants(selftest, line);
    if (status != 0) {
        return status;
    }
    if (!find_toy(selftest)) {
        return complain_without_toy(selftest);
    }
    selftest->profile = hck_profile_find("windows");
    selftest->plan = (struct plan){
        .corpus = &selftest->corpus,
        .seed = 1,
        .generated_count = selftest->traces.value,
    };
    if (!hck_selection_make(&selftest->selection, selftest->profile->bases, NULL, 0, NULL, 0,
                            message, sizeof message)) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, message);
    }
    return hck_setup_load_corpus(line, selftest->corpus_path, &selftest->corpus);
}

/* The wanted mutants by fuzzing, from nothing. */
static int fuzz_mutants(const struct selftest *selftest)
{
    size_t count = 0;
    const struct mutant *mutants = hck_mutants(&count);
    struct selftest_fuzz fuzz = {
        .target = selftest->target_name,
        .target_options = {.trace_timeout_ms = SELFTEST_LIMIT_MS},
        .bases = selftest->profile->bases,
        .mutants = calloc(count, sizeof fuzz.mutants[0]),
        .seed_count = (unsigned)selftest->seeds.value,
        .baseline_count = (unsigned)selftest->baseline_seeds.value,
        .time_limit_ms = selftest->time_s.value * 1000,
        .worker_count = hck_setup_jobs(&selftest->jobs),
    };
    if (fuzz.mutants == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        if (is_wanted(selftest, &mutants[i])) {
            fuzz.mutants[fuzz.mutant_count++] = &mutants[i];
        }
    }
    int status = hck_selftest_fuzz(&fuzz);
    free(fuzz.mutants);
    return hck_interrupt_status(status, "there is no table of a part of the hunts");
}

static int run_selftest(struct selftest *selftest, const struct command_line *line)
{
    int status = prepare(selftest, line);
    if (status != 0) {
        return status;
    }
    hck_interrupt_catch();
    if (selftest->fuzzes) {
        return fuzz_mutants(selftest);
    }
    int toy_status = check_toy(selftest);
    if (toy_status > EXIT_STATUS_VIOLATED) {
        return hck_interrupt_status(toy_status, "no mutant was tried");
    }
    status = kill_mutants(selftest);
    return hck_interrupt_status(status > toy_status ? status : toy_status,
                                "the mutants behind these were not tried");
}

int hck_command_selftest(int argc, char *const *argv)
{
    struct selftest selftest = {
        .traces = {TRACES_DEFAULT, 0, UINT32_MAX, false},
        .jobs = {0, 1, WORKERS_MAX, false},
        .seeds = {SEEDS_DEFAULT, 1, 1000, false},
        .baseline_seeds = {BASELINE_DEFAULT, 1, 1000, false},
        .time_s = {HUNT_DEFAULT_S, 1, 100000, false},
    };
    const struct option_row rows[] = {
        {OPTION_TEXT, "--toy", "PATH", "the library of the toy and its mutants", &selftest.toy},
        {OPTION_LIST, "--only", "GLOB", "only these mutants", &selftest.only},
        {OPTION_NUMBER, "--traces", "N",
         "generated traces for the toy, and at most for each mutant (default 2000)",
         &selftest.traces},
        {OPTION_NUMBER, "--jobs", "N", "traces at a time on the toy, hunts at a time",
         &selftest.jobs},
        {OPTION_FLAG, "--fuzz", NULL,
         "hunt the mutants by fuzzing, from nothing: guided, unguided and bytewise, side by side",
         &selftest.fuzzes},
        {OPTION_NUMBER, "--seeds", "N", "of --fuzz: hunts of each (default 10)", &selftest.seeds},
        {OPTION_NUMBER, "--baseline-seeds", "N", "of --fuzz: of the two others (default 3)",
         &selftest.baseline_seeds},
        {OPTION_NUMBER, "--time", "S", "of --fuzz: seconds of a hunt (default 20)",
         &selftest.time_s},
        {OPTION_TEXT, "--corpus", "DIR", "the corpus, as for 'run'", &selftest.corpus_path},
        ROW_END,
    };
    struct command_line line = {
        .name = "selftest",
        .usage = "[--toy PATH] [--only GLOB] [--traces N] [--jobs N] [--corpus DIR]\n"
                 "                       [--fuzz [--seeds N] [--baseline-seeds N] [--time S]]",
        .summary = "Runs a correct toy target, which has to pass clean, and every wrong one of\n"
                   "tests/mutants until the clause it breaks is reported. The table says for each\n"
                   "mutant the clause, the calls and the time that it took, and the trace.",
        .rows = rows,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        status = run_selftest(&selftest, &line);
    }
    hck_corpus_free(&selftest.corpus);
    return status;
}
