/* heapck spec coverage: does every clause have its judge, its trace and its mutant, or a
 * written reason why not?
 *
 * A clause is judged where any trace of corpus/clauses brings a verdict on it from libwinmem; it
 * has a trace where the file that is named for it brings one. A rule (basis `undefined`) needs a
 * trace that is kept from a call, a clause that leaves a choice one that records which was taken;
 * neither needs a mutant, as a target can break neither. */
#include <stdlib.h>

#include "kit/cli/command.h"
#include "kit/cli/mutants.h"
#include "kit/cli/setup.h"
#include "kit/weave/weave.h"

struct coverage {
    struct corpus corpus;
    struct selection selection;
    bool judged[CLAUSE_COUNT];
    bool traced[CLAUSE_COUNT];
    bool mutated[CLAUSE_COUNT];
    bool verdict[CLAUSE_COUNT]; /* of the trace under way */
    struct trace_buffer woven;
};

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct coverage *coverage = context;
    (void)trace;
    (void)call_index;
    (void)seen;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->clause < CLAUSE_COUNT && verdict->outcome != VERDICT_UNSUPPORTED &&
            verdict->outcome != VERDICT_BROKEN) {
            coverage->verdict[verdict->clause] = true;
        }
    }
}

static int run_file(struct coverage *coverage, const struct corpus_file *file)
{
    enum clause_id own = hck_corpus_clause(file);
    const struct profile *profile =
        own != CLAUSE_NONE ? hck_profile_for_clause(own) : hck_profile_find("windows");
    struct target_options options = {.hostile = profile->hostile};
    struct target_error error = {.message = ""};
    struct judge_summary summary = {.message = ""};
    struct judge_session *session = hck_judge_open(profile->bases, profile->hostile);
    struct target *target = hck_target_open("winmem", &options, &error);
    int status = 0;
    hck_trace_clear(&coverage->woven);
    if (target == NULL) {
        status = hck_setup_target_failed(&error);
    } else if (session == NULL || !hck_weave(&file->trace.trace, &coverage->woven)) {
        status = hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    } else {
        for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
            coverage->verdict[i] = false;
        }
        hck_judge_trace(session, target, &coverage->woven.trace, listen, coverage, &summary);
        if (summary.broken) {
            status = hck_setup_fail(EXIT_STATUS_BROKEN, summary.message);
        }
    }
    if (target != NULL) {
        hck_target_close(target);
    }
    hck_judge_close(session);
    for (unsigned i = 0; i < CLAUSE_COUNT && status == 0; i++) {
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
                  bool covered, struct coverage_totals *totals)
{
    bool exempt = hck_clause_exemption(clause, from) != NULL;
    const char *id = hck_clause_get(clause)->id;
    if (covered && exempt) {
        totals->stale++;
        (void)printf("has a %-6s in spite of the reason why it has none: %s\n", what, id);
    } else if (covered) {
        totals->covered++;
    } else if (exempt) {
        totals->exempt++;
    } else {
        totals->missing++;
        (void)printf("lacks a %-6s %s\n", what, id);
    }
}

static bool print_totals(const char *what, const struct coverage_totals *totals)
{
    (void)printf("%s: %u, exempt %u, missing %u, stale reasons %u\n", what, totals->covered,
                 totals->exempt, totals->missing, totals->stale);
    return totals->missing + totals->stale == 0;
}

static int print_coverage(const struct coverage *coverage)
{
    struct coverage_totals judges = {0, 0, 0, 0};
    struct coverage_totals traces = {0, 0, 0, 0};
    struct coverage_totals mutants = {0, 0, 0, 0};
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        enum clause_id clause = (enum clause_id)i;
        check("judge", EXEMPT_JUDGE, clause, coverage->judged[i] || is_judged_unseen(clause),
              &judges);
        check("trace", EXEMPT_TRACE, clause, coverage->traced[i], &traces);
        if (needs_mutant(clause)) {
            check("mutant", EXEMPT_MUTANT, clause, coverage->mutated[i], &mutants);
        }
    }
    (void)printf("%u clauses\n", (unsigned)CLAUSE_COUNT);
    bool complete = print_totals("judges", &judges);
    complete = print_totals("traces", &traces) && complete;
    complete = print_totals("mutants", &mutants) && complete;
    return complete ? EXIT_STATUS_CONFORMS : EXIT_STATUS_VIOLATED;
}

static int load_clause_traces(struct coverage *coverage, const char *corpus_path)
{
    char root[2000];
    char folder[2100];
    char message[MESSAGE_MAX];
    if (!hck_corpus_find(corpus_path, root, sizeof root)) {
        return hck_setup_fail(EXIT_STATUS_USAGE, "no corpus found (see --corpus)");
    }
    (void)snprintf(folder, sizeof folder, "%s/clauses", root);
    if (hck_corpus_add(&coverage->corpus, folder, "corpus/clauses", message, sizeof message) !=
        CORPUS_FOUND) {
        return hck_setup_fail(EXIT_STATUS_USAGE, message);
    }
    return 0;
}

static int run_coverage(struct coverage *coverage, const char *corpus_path)
{
    size_t mutant_count = 0;
    const struct mutant *mutants = hck_mutants(&mutant_count);
    for (size_t i = 0; i < mutant_count; i++) {
        coverage->mutated[mutants[i].clause] = true;
    }
    int status = load_clause_traces(coverage, corpus_path);
    for (size_t i = 0; i < coverage->corpus.count && status == 0; i++) {
        status = run_file(coverage, &coverage->corpus.files[i]);
    }
    return status != 0 ? status : print_coverage(coverage);
}

int hck_command_spec_coverage(int argc, char *const *argv)
{
    const char *corpus_path = NULL;
    const struct option_row rows[] = {
        {OPTION_TEXT, "--corpus", "DIR", "the corpus, as for 'run'", &corpus_path},
        ROW_END,
    };
    struct command_line line = {
        .name = "spec coverage",
        .usage = "[--corpus DIR]",
        .summary = "Names every clause that lacks a judge, a trace or a mutant without a written\n"
                   "reason, and counts. Exit status 1 where any does.",
        .rows = rows,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    struct coverage *coverage = calloc(1, sizeof *coverage);
    if (coverage == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    status = run_coverage(coverage, corpus_path);
    hck_corpus_free(&coverage->corpus);
    hck_trace_free(&coverage->woven);
    free(coverage);
    return status;
}
