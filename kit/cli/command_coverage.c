/* heapck spec coverage: does every clause have its judge, its trace and its mutant, or a
 * written reason why not?
 *
 * A clause is judged where any trace of corpus/clauses brings a verdict on it from libwinmem; it
 * has a trace where the file that is named for it brings one. A rule (basis `undefined`) needs a
 * trace that is kept from a call, a clause that leaves a choice one that records which was taken;
 * neither needs a mutant, as a target can break neither.
 *
 * The page says of each clause how often it was judged and in which situations, for which traces
 * are generated and those of corpus/regress run, too. */
#include <stdlib.h>
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/mutants.h"
#include "kit/cli/output.h"
#include "kit/cli/setup.h"
#include "kit/report/clause_page.h"

enum { TRACES_DEFAULT = 2000 };

static const char target_name[] = "winmem";

struct coverage {
    const char *corpus_path;
    const char *html; /* NULL: no page */
    struct number_option traces;
    struct corpus corpus;
    size_t clause_file_count; /* of them, which come first */
    struct plan plan;
    struct tally *tally;
    uint64_t trace_index; /* of the trace under way */
    bool judged[CLAUSE_COUNT];
    bool traced[CLAUSE_COUNT];
    bool mutated[CLAUSE_COUNT];
    bool verdict[CLAUSE_COUNT]; /* of the trace under way */
    struct plan_trace trace;
};

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct coverage *coverage = context;
    (void)call_index;
    (void)seen;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->clause < CLAUSE_COUNT && verdict->outcome != VERDICT_UNSUPPORTED &&
            verdict->outcome != VERDICT_BROKEN) {
            coverage->verdict[verdict->clause] = true;
        }
    }
    hck_tally_note(coverage->tally, trace, coverage->trace_index, verdicts);
}

/* The traces from `first` up to `end` on one target, judged by one profile. Returns 0 or the exit
 * status. */
static int run_traces(struct coverage *coverage, const struct profile *profile, uint64_t first,
                      uint64_t end)
{
    struct target_options options = {.hostile = profile->hostile, .interrupted = &hck_interrupted};
    struct target_error error = {.message = ""};
    struct judge_session *session = hck_judge_open(profile->bases, profile->hostile);
    struct target *target = hck_target_open(target_name, &options, &error);
    int status = 0;
    if (target == NULL) {
        status = hck_setup_target_failed(&error);
    } else if (session == NULL) {
        status = hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    } else {
        hck_judge_tell_classes(session);
    }
    for (uint64_t i = first; i < end && status == 0 && !atomic_load(&hck_interrupted); i++) {
        struct judge_summary summary = {.message = ""};
        coverage->trace_index = i;
        if (!hck_plan_make(&coverage->plan, i, &coverage->trace)) {
            status = hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
            break;
        }
        hck_judge_trace(session, target, &coverage->trace.woven.trace, listen, coverage, &summary);
        if (summary.broken) {
            status = hck_setup_fail(EXIT_STATUS_BROKEN, summary.message);
        }
    }
    if (target != NULL) {
        hck_target_close(target);
    }
    hck_judge_close(session);
    return status;
}

static int run_file(struct coverage *coverage, size_t index)
{
    enum clause_id own = hck_corpus_clause(&coverage->corpus.files[index]);
    const struct profile *profile =
        own != CLAUSE_NONE ? hck_profile_for_clause(own) : hck_profile_find("windows");
    memset(coverage->verdict, 0, sizeof coverage->verdict);
    int status = run_traces(coverage, profile, index, index + 1);
    for (unsigned i = 0; i < CLAUSE_COUNT && index < coverage->clause_file_count; i++) {
        coverage->judged[i] = coverage->judged[i] || coverage->verdict[i];
        coverage->traced[i] = coverage->traced[i] || (coverage->verdict[i] && i == (unsigned)own);
    }
    return status;
}

static bool needs_mutant(enum clause_id clause)
{
    enum clause_basis basis = hck_clause_get(clause)->basis;
    return basis != BASIS_UNDEFINED && basis != BASIS_LATITUDE;
}

/* What no trace of the corpus can bring about has a judge all the same, unless it says otherwise;
 * tests/corpus/judge_exemptions.sh sees to it that this is so. */
static bool is_judged_unseen(enum clause_id clause)
{
    return hck_clause_exemption(clause, EXEMPT_TRACE) != NULL &&
           hck_clause_exemption(clause, EXEMPT_JUDGE) == NULL;
}

struct coverage_totals {
    unsigned covered;
    unsigned exempt;
    unsigned missing;
    unsigned stale; /* there although a reason says why not */
};

/* Says what one clause lacks, and counts. */
static void check(const char *what, enum clause_exempt_from from, enum clause_id clause,
                  bool covered, struct coverage_totals *totals, FILE *stream)
{
    bool exempt = hck_clause_exemption(clause, from) != NULL;
    const char *id = hck_clause_get(clause)->id;
    if (covered && exempt) {
        totals->stale++;
        (void)fprintf(stream, "has a %-6s in spite of the reason why it has none: %s\n", what, id);
    } else if (covered) {
        totals->covered++;
    } else if (exempt) {
        totals->exempt++;
    } else {
        totals->missing++;
        (void)fprintf(stream, "lacks a %-6s %s\n", what, id);
    }
}

static bool print_totals(const char *what, const struct coverage_totals *totals, FILE *stream)
{
    (void)fprintf(stream, "%s: %u, exempt %u, missing %u, stale reasons %u\n", what,
                  totals->covered, totals->exempt, totals->missing, totals->stale);
    return totals->missing + totals->stale == 0;
}

static int print_coverage(const struct coverage *coverage, FILE *stream)
{
    struct coverage_totals judges = {0, 0, 0, 0};
    struct coverage_totals traces = {0, 0, 0, 0};
    struct coverage_totals mutants = {0, 0, 0, 0};
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        enum clause_id clause = (enum clause_id)i;
        check("judge", EXEMPT_JUDGE, clause, coverage->judged[i] || is_judged_unseen(clause),
              &judges, stream);
        check("trace", EXEMPT_TRACE, clause, coverage->traced[i], &traces, stream);
        if (needs_mutant(clause)) {
            check("mutant", EXEMPT_MUTANT, clause, coverage->mutated[i], &mutants, stream);
        }
    }
    (void)fprintf(stream, "%u clauses\n", (unsigned)CLAUSE_COUNT);
    bool complete = print_totals("judges", &judges, stream);
    complete = print_totals("traces", &traces, stream) && complete;
    complete = print_totals("mutants", &mutants, stream) && complete;
    return complete ? EXIT_STATUS_CONFORMS : EXIT_STATUS_VIOLATED;
}

/* Adds the traces below a folder of the corpus, of which there has to be one where it is asked for.
 * Returns 0 or the exit status. */
static int load_folder(struct coverage *coverage, const char *root, const char *folder,
                       bool is_needed)
{
    char path[2100];
    char name[100];
    char message[MESSAGE_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", root, folder);
    (void)snprintf(name, sizeof name, "corpus/%s", folder);
    enum corpus_result result =
        hck_corpus_add(&coverage->corpus, path, name, message, sizeof message);
    bool is_fine = result == CORPUS_FOUND || (result == CORPUS_MISSING && !is_needed);
    return is_fine ? 0 : hck_setup_fail(EXIT_STATUS_USAGE, message);
}

static int load_traces(struct coverage *coverage)
{
    char root[2000];
    if (!hck_corpus_find(coverage->corpus_path, root, sizeof root)) {
        return hck_setup_fail(EXIT_STATUS_USAGE, "no corpus found (see --corpus)");
    }
    int status = load_folder(coverage, root, "clauses", true);
    coverage->clause_file_count = coverage->corpus.count;
    if (status == 0 && coverage->html != NULL) {
        status = load_folder(coverage, root, "regress", false);
        status = status == 0 ? load_folder(coverage, root, "findings", false) : status;
    }
    return status;
}

static int write_page(const struct coverage *coverage, int status)
{
    size_t count = 0;
    const struct mutant *mutants = hck_mutants(&count);
    struct page_mutant *shown = calloc(count + 1, sizeof *shown);
    struct output output;
    if (shown == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        shown[i] = (struct page_mutant){mutants[i].clause, mutants[i].name, mutants[i].what};
    }
    struct clause_page page = {target_name, &coverage->plan, coverage->tally, shown, count};
    if (!hck_output_open(&output, coverage->html)) {
        status = EXIT_STATUS_USAGE;
    } else {
        hck_clause_page(&page, output.stream);
        status = hck_output_close(&output) ? status : EXIT_STATUS_BROKEN;
    }
    free(shown);
    return status;
}

static int run_coverage(struct coverage *coverage)
{
    size_t mutant_count = 0;
    const struct mutant *mutants = hck_mutants(&mutant_count);
    for (size_t i = 0; i < mutant_count; i++) {
        coverage->mutated[mutants[i].clause] = true;
    }
    int status = load_traces(coverage);
    coverage->plan = (struct plan){
        .corpus = &coverage->corpus,
        .seed = 1,
        .generated_count = coverage->html != NULL ? coverage->traces.value : 0,
        .thread_count = 1,
    };
    hck_interrupt_catch();
    for (size_t i = 0; i < coverage->corpus.count && status == 0; i++) {
        status = run_file(coverage, i);
    }
    if (status == 0) {
        status = run_traces(coverage, hck_profile_find("windows"), coverage->corpus.count,
                            hck_plan_count(&coverage->plan));
    }
    if (status == 0 && !atomic_load(&hck_interrupted)) {
        bool is_page_alone = coverage->html != NULL && strcmp(coverage->html, "-") == 0;
        status = print_coverage(coverage, is_page_alone ? stderr : stdout);
        status = coverage->html != NULL ? write_page(coverage, status) : status;
    }
    return hck_interrupt_status(status, "nothing is said of what was seen till then");
}

int hck_command_spec_coverage(int argc, char *const *argv)
{
    struct coverage *coverage = calloc(1, sizeof *coverage);
    if (coverage == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    coverage->traces = (struct number_option){TRACES_DEFAULT, 0, UINT32_MAX, false};
    const struct option_row rows[] = {
        {OPTION_TEXT, "--corpus", "DIR", "the corpus, as for 'run'", &coverage->corpus_path},
        {OPTION_TEXT, "--html", "FILE",
         "write a page of how often, in how many situations and by which trace each clause is "
         "judged, too; - for standard output, alone",
         &coverage->html},
        {OPTION_NUMBER, "--traces", "N", "how many are generated for the page (default 2000)",
         &coverage->traces},
        ROW_END,
    };
    struct command_line line = {
        .name = "spec coverage",
        .usage = "[--corpus DIR] [--html FILE [--traces N]]",
        .summary = "Names every clause that lacks a judge, a trace or a mutant without a written\n"
                   "reason, and counts. Exit status 1 where any does.",
        .rows = rows,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON && coverage->traces.given && coverage->html == NULL) {
        hck_options_complain(&line, "--traces are for the page: --html FILE is missing");
        status = EXIT_STATUS_USAGE;
    }
    if (status == OPTIONS_GO_ON) {
        status = hck_output_check(coverage->html);
        coverage->tally = hck_tally_open();
        if (coverage->tally == NULL) {
            status = hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
        }
        status = status == 0 ? run_coverage(coverage) : status;
    }
    hck_corpus_free(&coverage->corpus);
    hck_plan_trace_free(&coverage->trace);
    hck_tally_close(coverage->tally);
    free(coverage);
    return status;
}
