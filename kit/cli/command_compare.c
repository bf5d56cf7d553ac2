/* heapck compare: the same traces on several targets, side by side. */
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/output.h"
#include "kit/cli/setup.h"
#include "kit/report/compare.h"
#include "kit/report/progress.h"
#include "kit/run/workers.h"

enum { TRACES_DEFAULT = 2000 };

struct compare {
    struct setup setup;
    struct string_list targets;
    struct corpus corpus;
    struct plan plan;
    const char *corpus_path;
    const char *html;
    struct number_option seed;
    struct number_option traces;
    struct number_option jobs;
    struct run_result results[COMPARE_TARGETS_MAX];
    bool all;
};

/* One profile for all, or the columns would not say the same thing: `windows` only where every
 * target is judged by it anyway. */
static const char *common_profile(const struct string_list *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (strcmp(hck_profile_default(targets->items[i])->name, "windows") != 0) {
            return "documented";
        }
    }
    return "windows";
}

static int check_options(struct compare *compare, const struct command_line *line)
{
    if (compare->targets.count < 2 || compare->targets.count > COMPARE_TARGETS_MAX) {
        hck_options_complain(line, "expected --target at least twice, and at most 16 times");
        return EXIT_STATUS_USAGE;
    }
    if (compare->setup.profile_name == NULL) {
        compare->setup.profile_name = common_profile(&compare->targets);
    }
    /* The last one resolved is the first target; each is checked. */
    for (size_t i = compare->targets.count; i-- > 0;) {
        compare->setup.target = compare->targets.items[i];
        int status = hck_setup_resolve(&compare->setup, line);
        if (status != 0) {
            return status;
        }
    }
    return hck_output_check(compare->html);
}

static int prepare(struct compare *compare, const struct command_line *line)
{
    int status = check_options(compare, line);
    if (status != 0) {
        return status;
    }
    if (line->positional.count > 0 && !compare->traces.given) {
        compare->traces.value = 0;
    }
    compare->plan = (struct plan){
        .corpus = &compare->corpus,
        .seed = compare->seed.value,
        .generated_count = compare->traces.value,
        .hostile = compare->setup.profile->hostile,
    };
    return hck_setup_load_corpus(line, compare->corpus_path, &compare->corpus);
}

/* What does not start is told before anybody waits for the traces of the others, and has none. */
static bool try_target(struct compare *compare, size_t index)
{
    struct run_result *result = &compare->results[index];
    const char *name = compare->targets.items[index];
    struct target_options options = compare->setup.target_options;
    struct target_error error = {.message = ""};
    options.waits_context = (void *)(uintptr_t)name;
    struct target *target = hck_target_open(name, &options, &error);
    bool starts = target != NULL && hck_target_start(target, &error);
    if (target != NULL) {
        hck_target_close(target);
    }
    if (starts) {
        return true;
    }
    result->collect = hck_collect_open(&compare->setup.selection);
    result->interrupted = atomic_load(&hck_interrupted);
    result->broken = !result->interrupted;
    (void)snprintf(result->message, sizeof result->message, "%s",
                   result->collect != NULL ? error.message : "out of memory");
    if (result->broken) {
        char message[MESSAGE_MAX];
        (void)snprintf(message, sizeof message, "broken: %.900s", result->message);
        hck_setup_fail(0, message);
    }
    return false;
}

static void run_target(struct compare *compare, size_t index)
{
    struct progress progress;
    struct run_options options = {
        .target = compare->targets.items[index],
        .target_options = compare->setup.target_options,
        .bases = compare->setup.profile->bases,
        .selection = &compare->setup.selection,
        .plan = &compare->plan,
        .worker_count = hck_setup_jobs(&compare->jobs),
        .interrupted = &hck_interrupted,
        .progress = hck_progress_show,
        .waiting = hck_progress_waiting,
        .progress_context = &progress,
    };
    options.target_options.waits_context = (void *)(uintptr_t)options.target;
    hck_progress_begin(&progress, compare->targets.items[index]);
    hck_run(&options, &compare->results[index]);
    hck_progress_end(&progress);
}

static struct report report_of(const struct compare *compare, size_t index)
{
    static const struct violations none = {NULL, 0};
    const struct run_result *result = &compare->results[index];
    return (struct report){
        .collect = result->collect,
        .violations = &none,
        .broken = result->broken ? result->message : NULL,
        .interrupted = result->interrupted,
    };
}

/* The worst of what the targets come to. */
static int join_status(const struct compare *compare)
{
    int status = EXIT_STATUS_CONFORMS;
    for (size_t i = 0; i < compare->targets.count; i++) {
        struct report report = report_of(compare, i);
        int one = (int)hck_report_status(&report);
        status = one > status ? one : status;
    }
    return status;
}

static bool is_page_alone(const struct compare *compare)
{
    return compare->html != NULL && strcmp(compare->html, "-") == 0;
}

/* Returns the status, or 3 where the page could not be written whole. */
static int write_matrix(const struct compare *compare, const struct compare_column *columns,
                        int status)
{
    unsigned count = (unsigned)compare->targets.count;
    const char *profile = compare->setup.profile->name;
    if (!is_page_alone(compare)) {
        (void)printf("profile %s\n", profile);
        hck_compare_text(columns, count, compare->all, stdout);
    }
    if (compare->html == NULL) {
        return status;
    }
    struct output output;
    if (!hck_output_open(&output, compare->html)) {
        return EXIT_STATUS_USAGE;
    }
    hck_compare_html(columns, count, profile, compare->all, output.stream);
    return hck_output_close(&output) ? status : EXIT_STATUS_BROKEN;
}

static int run_compare(struct compare *compare)
{
    struct compare_column columns[COMPARE_TARGETS_MAX];
    char troubles[COMPARE_TARGETS_MAX][BROKEN_MESSAGE_MAX + 100];
    bool starts[COMPARE_TARGETS_MAX] = {false};
    hck_interrupt_catch();
    for (size_t i = 0; i < compare->targets.count; i++) {
        starts[i] = try_target(compare, i);
    }
    for (size_t i = 0; i < compare->targets.count; i++) {
        if (starts[i]) {
            run_target(compare, i);
        }
        if (compare->results[i].collect == NULL) {
            return hck_setup_fail(EXIT_STATUS_BROKEN, compare->results[i].message);
        }
        struct report report = report_of(compare, i);
        columns[i] = (struct compare_column){compare->targets.items[i], report.collect, NULL};
        if (hck_report_status(&report) > EXIT_STATUS_VIOLATED) {
            char message[MESSAGE_MAX];
            hck_report_verdict(&report, troubles[i], sizeof troubles[i]);
            columns[i].trouble = troubles[i];
            (void)snprintf(message, sizeof message, "%.300s: %.500s", columns[i].target,
                           troubles[i]);
            if (starts[i] && (is_page_alone(compare) || !hck_setup_is_one_stream())) {
                hck_setup_fail(0, message);
            }
        }
    }
    return hck_interrupt_status(write_matrix(compare, columns, join_status(compare)),
                                "the columns are of different numbers of traces");
}

static void free_compare(struct compare *compare)
{
    for (size_t i = 0; i < COMPARE_TARGETS_MAX; i++) {
        hck_run_free(&compare->results[i]);
    }
    hck_corpus_free(&compare->corpus);
    hck_setup_free(&compare->setup);
}

int hck_command_compare(int argc, char *const *argv)
{
    struct compare compare = {
        .setup = SETUP_DEFAULTS,
        .seed = {1, 0, UINT64_MAX, false},
        .traces = {TRACES_DEFAULT, 0, UINT32_MAX, false},
        .jobs = {0, 1, WORKERS_MAX, false},
    };
    const struct option_row rows[] = {
        {OPTION_LIST, "--target", "T", "a target; twice or more", &compare.targets},
        {OPTION_TEXT, "--profile", "P",
         "documented, windows (default where all are winmem or Wine) or hostile",
         &compare.setup.profile_name},
        {OPTION_NUMBER, "--seed", "N", "of the generated traces (default 1)", &compare.seed},
        {OPTION_NUMBER, "--traces", "N", "how many are generated (default 2000, or none with PATH)",
         &compare.traces},
        {OPTION_NUMBER, "--jobs", "N", "traces at a time (default: one per processor)",
         &compare.jobs},
        ROW_ONLY(compare.setup),
        ROW_SKIP(compare.setup),
        {OPTION_FLAG, "--all", NULL, "show the clauses on which all agree, too", &compare.all},
        {OPTION_TEXT, "--html", "FILE",
         "write the matrix as a page, too; - for standard output, alone", &compare.html},
        {OPTION_TEXT, "--corpus", "DIR", "the corpus, as for 'run'", &compare.corpus_path},
        ROW_LIMIT(compare.setup),
        ROW_END,
    };
    struct command_line line = {
        .name = "compare",
        .usage = "--target A --target B ... [--profile P] [--seed N] [--traces N] [--jobs N]\n"
                 "                      [--only GLOB] [--skip GLOB] [--all] [--html FILE]\n"
                 "                      [PATH...]",
        .summary = "Runs the same traces on several targets and shows the clauses that somebody\n"
                   "violates, or on which they differ, as a matrix of clauses by targets.",
        .rows = rows,
        .positional_max = OPTION_VALUES_MAX,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        status = prepare(&compare, &line);
        if (status == 0) {
            status = run_compare(&compare);
        }
    }
    free_compare(&compare);
    return status;
}
