/* The report as text, for people: each trace that shows something once, under it the clauses that
 * it violates, then counts, the verdict and the summary. */
#include "kit/report/report_internal.h"

#include <inttypes.h>
#include <string.h>

#include "kit/run/profile.h"
#include "kit/shell.h"

#define PREFIX "    "

enum { UNSHRUNK_SHOWN_MAX = 40 };

/* A trace that was not shrunk may be long; the calls up to the violating one say most. */
static void print_trace(const struct violation *violation, FILE *stream)
{
    const struct trace *trace = &violation->reduced.trace.trace;
    uint32_t end = hck_report_call_index(violation) + 1;
    if (trace->call_count <= UNSHRUNK_SHOWN_MAX || violation->fate == VIOLATION_SHRUNK ||
        end > trace->call_count) {
        hck_report_trace(trace, PREFIX, stream);
        return;
    }
    uint32_t begin = end > UNSHRUNK_SHOWN_MAX ? end - UNSHRUNK_SHOWN_MAX : 0;
    struct trace part = *trace;
    part.calls += begin;
    part.call_count = end - begin;
    if (begin > 0) {
        (void)fprintf(stream, PREFIX "# %" PRIu32 " %s before\n", begin,
                      hck_report_plural(begin, "call", "calls"));
    }
    hck_report_trace(&part, PREFIX, stream);
}

static void print_origin(const struct violation *violation, unsigned number, FILE *stream)
{
    uint32_t before = violation->reduced.calls_before;
    (void)fprintf(stream, "\n%u. %s, ", number, violation->origin);
    if (violation->fate == VIOLATION_SHRUNK) {
        (void)fprintf(stream, "shrunk from %" PRIu32 " %s to %" PRIu32 "\n", before,
                      hck_report_plural(before, "call", "calls"),
                      violation->reduced.trace.trace.call_count);
    } else {
        (void)fputs("as it ran\n", stream);
    }
}

/* Where --report puts the trace and the program. */
static void print_files(const struct report *report, size_t index, FILE *stream)
{
    if (report->folder == NULL) {
        return;
    }
    char name[REPORT_FILE_NAME_MAX];
    bool is_beside = report->folder[0] == '.' && report->folder[1] == '\0';
    const char *folder = is_beside ? "" : report->folder;
    const char *slash = is_beside ? "" : "/";
    hck_report_file_name(report, index, ".trace", name, sizeof name);
    bool has_program = hck_report_has_program(&report->violations->items[index]);
    const struct reduced *reduced = &report->violations->items[index].reduced;
    (void)fprintf(stream, PREFIX "files: %s%s%s%s\n", folder, slash, name,
                  has_program            ? ", .c"
                  : reduced->has_to_meet ? "; no C file: its calls have to meet in time"
                                         : "");
}

/* Whether a clause above, of the same trace and call, has the same sentence. */
static bool is_told_above(const struct report *report, size_t first, size_t index,
                          const char *sentence)
{
    char before[REPORT_SENTENCE_MAX];
    for (size_t i = first; i < index; i++) {
        if (hck_report_first_alike(report, i) == first) {
            hck_report_sentence(&report->violations->items[i], before, sizeof before);
            if (strcmp(before, sentence) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void print_clause(const struct report *report, size_t first, size_t index, FILE *stream)
{
    const struct violation *violation = &report->violations->items[index];
    const struct clause *clause = hck_clause_get(violation->finding.clause);
    char sentence[REPORT_SENTENCE_MAX];
    hck_report_sentence(violation, sentence, sizeof sentence);
    (void)fprintf(stream, "\nVIOLATED %s (%s)\n" PREFIX "%s\n", clause->id,
                  hck_clause_basis_name(clause->basis), clause->statement);
    if (report->verbose) {
        (void)fprintf(stream, PREFIX "source: %s\n", clause->source);
    }
    if (is_told_above(report, first, index, sentence)) {
        (void)fprintf(stream, PREFIX "call %" PRIu32 ": see above\n",
                      hck_report_call_index(violation) + 1);
    } else {
        (void)fprintf(stream, PREFIX "%s\n", sentence);
    }
    print_files(report, index, stream);
}

static void print_violations(const struct report *report, FILE *stream)
{
    unsigned number = 0;
    for (size_t i = 0; i < report->violations->count; i++) {
        if (hck_report_first_alike(report, i) != i) {
            continue;
        }
        print_origin(&report->violations->items[i], ++number, stream);
        print_trace(&report->violations->items[i], stream);
        for (size_t k = i; k < report->violations->count; k++) {
            if (hck_report_first_alike(report, k) == i) {
                print_clause(report, i, k, stream);
            }
        }
    }
}

/* With --show 0, or where the list of examples was full. */
static void print_unshown(const struct report *report, FILE *stream)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        enum clause_id id = (enum clause_id)i;
        if (hck_collect_state(report->collect, id) == STATE_VIOLATED &&
            hck_report_expected(report, id) != EXPECT_HAPPENED &&
            hck_report_example(report, id) == NULL) {
            const struct clause *clause = hck_clause_get(id);
            (void)fprintf(stream, "\nVIOLATED %s (%s)\n" PREFIX "%s\n", clause->id,
                          hck_clause_basis_name(clause->basis), clause->statement);
        }
    }
}

static void print_choices(const struct clause_record *record, FILE *stream)
{
    for (uint32_t i = 0; i < record->choice_count; i++) {
        (void)fprintf(stream, "%s%s", i == 0 ? ": " : " | ", record->choices[i]);
    }
}

/* What no reader of a log wants to pass on his way to the verdict: lists with --verbose, else
 * counts. STATE_COUNT stands for the rules that kept a call from being made. */
static const struct fold {
    enum clause_state state;
    const char *title;
    const char *one;
    const char *many;
} folds[] = {
    {STATE_LATITUDE, "latitude, with the answers taken", "clause that leaves a choice",
     "clauses that leave a choice"},
    {STATE_COUNT, "rules that kept calls from being made", "rule that kept calls from being made",
     "rules that kept calls from being made"},
    {STATE_UNSUPPORTED, "unsupported", "unsupported", "unsupported"},
    {STATE_NOT_EXERCISED, "not exercised", "not exercised", "not exercised"},
};

enum { FOLD_COUNT = sizeof folds / sizeof folds[0] };

static bool is_listed(const struct collect *collect, unsigned clause, enum clause_state state)
{
    if (!collect->selection->clauses[clause]) {
        return false;
    }
    if (state == STATE_COUNT) {
        return collect->records[clause].counts[VERDICT_SKIPPED] > 0;
    }
    return hck_clause_get((enum clause_id)clause)->basis != BASIS_UNDEFINED &&
           hck_collect_state(collect, (enum clause_id)clause) == state;
}

static unsigned count_listed(const struct report *report, enum clause_state state)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += is_listed(report->collect, i, state);
    }
    return count;
}

static void print_list(const struct report *report, const struct fold *fold, FILE *stream)
{
    if (count_listed(report, fold->state) == 0) {
        return;
    }
    (void)fprintf(stream, "\n%s:\n", fold->title);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (is_listed(report->collect, i, fold->state)) {
            (void)fprintf(stream, PREFIX "%s", hck_clause_get((enum clause_id)i)->id);
            print_choices(&report->collect->records[i], stream);
            (void)fputc('\n', stream);
        }
    }
}

static void print_folds(const struct report *report, FILE *stream)
{
    const char *before = "\n--verbose lists: ";
    for (size_t i = 0; i < FOLD_COUNT; i++) {
        unsigned count = count_listed(report, folds[i].state);
        if (count > 0) {
            (void)fprintf(stream, "%s%u %s", before, count,
                          hck_report_plural(count, folds[i].one, folds[i].many));
            before = ", ";
        }
    }
    if (before[0] == ',') {
        (void)fputc('\n', stream);
    }
}

/* What is no longer violated fails the run, so it is always named. */
static void print_expected(const struct report *report, enum expect_state state, const char *title,
                           FILE *stream)
{
    unsigned count = hck_report_count_expected(report, state);
    if (count == 0) {
        return;
    }
    if (!report->verbose && state != EXPECT_GONE) {
        (void)fprintf(stream, "\n%s: %u %s (see --verbose)\n", title, count,
                      hck_report_plural(count, "clause", "clauses"));
        return;
    }
    (void)fprintf(stream, "\n%s:\n", title);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_report_expected(report, (enum clause_id)i) == state) {
            (void)fprintf(stream, PREFIX "%s  %s\n", hck_clause_get((enum clause_id)i)->id,
                          report->expected->reasons[i]);
        }
    }
}

static void print_note(const char *text, FILE *stream)
{
    if (text[0] != '\0') {
        (void)fprintf(stream, "\n%s\n", text);
    }
}

static void print_bytes(void *stream, const char *bytes, size_t length)
{
    (void)fwrite(bytes, 1, length, stream);
}

/* What the file of a violation was found with, as options of heapck. */
void hck_report_print_place(const char *path, const char *target, const char *profile, FILE *stream)
{
    hck_shell_say_word(path, print_bytes, stream);
    if (strcmp(target, "winmem") != 0) {
        (void)fputs(" --target ", stream);
        hck_shell_say_word(target, print_bytes, stream);
    }
    if (strcmp(profile, hck_profile_default(target)->name) != 0) {
        (void)fprintf(stream, " --profile %s", profile);
    }
}

static void print_file_and_target(const struct report *report, size_t index, FILE *stream)
{
    char name[REPORT_FILE_NAME_MAX];
    char path[REPORT_PATH_MAX];
    bool is_beside = strcmp(report->folder, ".") == 0;
    hck_report_file_name(report, index, ".trace", name, sizeof name);
    (void)snprintf(path, sizeof path, "%s%s%s", is_beside ? "" : report->folder,
                   is_beside ? "" : "/", name);
    hck_report_print_place(path, report->target, report->profile, stream);
}

/* Where Ctrl-C came before everything was shrunk, and so has its C program. */
static void print_unshrunk(const struct report *report, FILE *stream)
{
    const struct violations *violations = report->violations;
    size_t index = 0;
    while (index < violations->count && (violations->items[index].fate != VIOLATION_NOT_TRIED ||
                                         violations->items[index].has_witness)) {
        index++;
    }
    if (index == violations->count || report->folder == NULL || !report->interrupted ||
        strcmp(report->command, "run") != 0) {
        return;
    }
    (void)fputs("\nnot shrunk yet, so without a C program; to go on: heapck shrink ", stream);
    print_file_and_target(report, index, stream);
    (void)fputs(" -o small.trace\n", stream);
}

/* What a reader does with the first violation. The report in the folder lies beside its files, and
 * the judge of a log has no target. */
static void print_next(const struct report *report, FILE *stream)
{
    bool is_beside = report->folder != NULL && strcmp(report->folder, ".") == 0;
    if (report->violations->count == 0 || is_beside || strcmp(report->command, "run") != 0) {
        return;
    }
    if (report->folder == NULL) {
        (void)fputs("\nnext: the same with --report DIR writes traces and C programs of what is "
                    "violated\n",
                    stream);
        return;
    }
    (void)fputs("\nnext: heapck replay ", stream);
    print_file_and_target(report, 0, stream);
    (void)fputc('\n', stream);
}

void hck_report_text(const struct report *report, FILE *stream)
{
    (void)fprintf(stream, "target %s, profile %s", report->target, report->profile);
    if (report->has_seed) {
        (void)fprintf(stream, ", seed %" PRIu64, report->seed);
    }
    (void)fputc('\n', stream);
    print_violations(report, stream);
    print_unshown(report, stream);
    print_expected(report, EXPECT_HAPPENED, "violated, as --expect says", stream);
    print_expected(report, EXPECT_UNKNOWN, "note: --expect lists, and this run did not judge",
                   stream);
    print_expected(report, EXPECT_GONE,
                   "failed: --expect lists, and it is no longer violated; take it off the list",
                   stream);
    if (report->verbose) {
        for (size_t i = 0; i < FOLD_COUNT; i++) {
            print_list(report, &folds[i], stream);
        }
    } else if (report->collect->call_count > 0) {
        print_folds(report, stream);
    }
    hck_report_overview(report, stream);
    char text[REPORT_SENTENCE_MAX];
    hck_report_silences(report, text, sizeof text);
    print_note(text, stream);
    hck_report_not_run(report, text, sizeof text);
    print_note(text, stream);
    hck_report_stopped(report, text, sizeof text);
    print_note(text, stream);
    print_unshrunk(report, stream);
    print_next(report, stream);
    hck_report_verdict(report, text, sizeof text);
    (void)fprintf(stream, "\nverdict: %s\n", text);
    hck_report_summary(report, text, sizeof text);
    (void)fprintf(stream, "%s\n", text);
}
