/* The owner of the workers or of another engine: shrinks and saves, while they go on, and ends them
 * in time. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include "kit/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/fuzz/kept.h"
#include "kit/run/corpus.h"

enum {
    SHRINKING_GRACE_MS = 10000, /* that a find may take beyond the end */
    UNSTEADY_KEPT = 16,
    FAILURES_MAX = 5 /* one behind the other, to look at what was seen */
};

struct fuzz {
    const struct fuzz_options *options;
    struct fuzz_result *result;
    struct fleet *fleet;     /* of the built-in engine */
    struct program *program; /* of another */
    struct finds *finds;
    uint64_t begin_ms;
    unsigned failure_count;
    atomic_bool is_late; /* shrinking is to end */
};

static bool is_interrupted(const struct fuzz *fuzz)
{
    return fuzz->options->interrupted != NULL && atomic_load(fuzz->options->interrupted);
}

/* What another engine says of itself, in the words of ours. */
static void ask_program(struct fuzz *fuzz)
{
    struct fuzz_progress *progress = &fuzz->result->progress;
    struct program_progress said = hck_program_progress(fuzz->program);
    progress->edge_count = said.edge_count;
    progress->fleet.tried_count = said.tried_count;
    progress->fleet.kept_count = said.kept_count;
    progress->fleet.death_count = said.death_count;
    memcpy(fuzz->result->reach, hck_program_reach(fuzz->program), CLAUSE_COUNT);
}

static void ask_fleet(struct fuzz *fuzz)
{
    fuzz->result->progress.fleet = hck_fleet_progress(fuzz->fleet);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        fuzz->result->reach[i] = (uint8_t)hck_fleet_reach(fuzz->fleet, (enum clause_id)i);
    }
}

static void count_judged(struct fuzz *fuzz)
{
    const bool *is_counted = fuzz->options->counted->clauses;
    uint32_t count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        count += is_counted[i] && fuzz->result->reach[i] == REACH_JUDGED;
    }
    fuzz->result->progress.clause_count = count;
}

static void tell_progress(struct fuzz *fuzz)
{
    struct fuzz_progress *progress = &fuzz->result->progress;
    if (fuzz->program != NULL) {
        ask_program(fuzz);
    } else if (fuzz->options->program == NULL) {
        ask_fleet(fuzz);
    }
    count_judged(fuzz);
    progress->elapsed_ms = hck_clock_ms() - fuzz->begin_ms;
    if (fuzz->options->progress != NULL) {
        fuzz->options->progress(fuzz->options->context, progress);
    }
}

static bool is_over(const struct fuzz *fuzz)
{
    const struct fuzz_options *options = fuzz->options;
    const struct fuzz_progress *progress = &fuzz->result->progress;
    uint64_t elapsed_ms = hck_clock_ms() - fuzz->begin_ms;
    return fuzz->result->is_broken || is_interrupted(fuzz) ||
           (options->time_limit_ms != 0 && elapsed_ms >= options->time_limit_ms) ||
           (options->tries_max != 0 && progress->fleet.tried_count >= options->tries_max) ||
           (options->finds_max != 0 && progress->find_count >= options->finds_max);
}

/* For struct fleet_options. */
static bool go_on(void *context)
{
    struct fuzz *fuzz = context;
    tell_progress(fuzz);
    return !is_over(fuzz);
}

/* For struct finds_options. */
static void trying(void *context, uint32_t attempt, uint32_t call_count)
{
    struct fuzz *fuzz = context;
    fuzz->result->progress.attempt = attempt;
    fuzz->result->progress.calls_left = call_count;
    tell_progress(fuzz);
    const struct fuzz_options *options = fuzz->options;
    if (is_interrupted(fuzz) ||
        (options->time_limit_ms != 0 &&
         fuzz->result->progress.elapsed_ms >= options->time_limit_ms + SHRINKING_GRACE_MS)) {
        atomic_store(&fuzz->is_late, true);
    }
}

static void fail(struct fuzz *fuzz, const char *message)
{
    if (!fuzz->result->is_broken) {
        fuzz->result->is_broken = true;
        (void)snprintf(fuzz->result->message, sizeof fuzz->result->message, "%.*s",
                       BROKEN_MESSAGE_MAX - 1, message);
    }
}

/* What cannot be written is told in full. */
static bool keep_in(struct fuzz *fuzz, const char *folder, const struct trace *plain)
{
    bool is_kept = folder != NULL && hck_kept_write(folder, plain, NULL);
    if (!is_kept) {
        fuzz->result->lost_count++;
        fuzz->options->lost(fuzz->options->context, plain);
    }
    return is_kept;
}

/* What is seen once the end has come is in the corpus, where the next run begins. It counts where
 * it could not be written as well. */
static void leave_for_next(struct fuzz *fuzz, const struct trace *plain)
{
    fuzz->result->waiting_count++;
    (void)keep_in(fuzz, fuzz->options->worker.corpus, plain);
}

static void keep_unsteady(struct fuzz *fuzz, uint32_t *count, const struct trace *plain)
{
    if ((*count)++ < UNSTEADY_KEPT) {
        (void)keep_in(fuzz, fuzz->options->unsteady, plain);
    }
}

/* A process that does not start once is no reason to stop; where none starts any more there is. */
static void take_failure(struct fuzz *fuzz, const struct trace *plain, const char *message)
{
    bool is_kept = keep_in(fuzz, fuzz->options->unsteady, plain);
    fuzz->result->failure_count++;
    if (++fuzz->failure_count == FAILURES_MAX) {
        fail(fuzz, message);
    } else {
        fuzz->options->failed(fuzz->options->context, message, is_kept);
    }
}

/* A process that an input ended is no chance, though no fresh one does: memory was spoilt, or a
 * sanitizer has seen what a fresh process does not look for. One that was slow may be chance; and
 * an agent has made many traces by then, which may violate what is expected. */
static bool is_strange_death(const struct fuzz *fuzz, const struct finding *seen)
{
    bool is_alone = fuzz->options->program != NULL || hck_fleet_is_local(fuzz->fleet);
    return seen->clause == CLAUSE_NONE && !seen->is_hang && is_alone;
}

static void take_result(struct fuzz *fuzz, enum find_result taken, const struct trace *plain,
                        const struct finding *seen, const struct find *find, const char *message)
{
    struct fuzz_result *result = fuzz->result;
    result->progress.attempt = 0;
    if (taken != FIND_BROKEN) {
        fuzz->failure_count = 0;
    }
    switch (taken) {
    case FIND_NEW:
        result->progress.find_count++;
        tell_progress(fuzz);
        fuzz->options->found(fuzz->options->context, find, &result->progress);
        break;
    case FIND_KNOWN:
        break;
    case FIND_GONE:
        keep_unsteady(fuzz,
                      is_strange_death(fuzz, seen) ? &result->unsteady_death_count
                                                   : &result->unsteady_count,
                      plain);
        break;
    case FIND_BROKEN:
        if (atomic_load(&fuzz->is_late) || is_interrupted(fuzz)) {
            leave_for_next(fuzz, plain);
        } else {
            take_failure(fuzz, plain, message);
        }
        break;
    }
}

/* For struct fleet_options. */
static void seen(void *context, const struct trace *plain, const struct finding *finding)
{
    struct fuzz *fuzz = context;
    const struct find *find = NULL;
    char message[BROKEN_MESSAGE_MAX];
    if (finding->is_senseless) {
        keep_unsteady(fuzz, &fuzz->result->senseless_count, plain);
    } else if (is_over(fuzz)) {
        leave_for_next(fuzz, plain);
    } else {
        enum find_result result = hck_finds_take(fuzz->finds, plain, finding, &find, message);
        take_result(fuzz, result, plain, finding, find, message);
    }
}

/* The name of a trace file without its ending. */
static void take_stem(const char *path, char stem[FIND_STEM_MAX])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const char *ending = strrchr(name, '.');
    size_t length = ending != NULL ? (size_t)(ending - name) : strlen(name);
    length = length < FIND_STEM_MAX ? length : FIND_STEM_MAX - 1;
    memcpy(stem, name, length);
    stem[length] = '\0';
}

static bool is_asked(const struct fuzz *fuzz, enum clause_id clause)
{
    const struct worker_options *worker = &fuzz->options->worker;
    return worker->selection->clauses[clause] &&
           (worker->bases & hck_clause_basis_bits[clause]) != 0;
}

/* What an earlier run found here is known, where it is still so; unless nobody asks for it now. */
static void look_at_old(struct fuzz *fuzz)
{
    struct corpus corpus = {.count = 0};
    struct corpus_skipped skipped = {.count = 0};
    char message[CORPUS_MESSAGE_MAX];
    enum corpus_result read =
        hck_corpus_add_readable(&corpus, fuzz->options->folder, &skipped, message, sizeof message);
    if (read != CORPUS_FOUND) {
        fail(fuzz, message);
    } else if (skipped.count > 0) {
        fuzz->options->unread(fuzz->options->context, skipped.count, skipped.first);
    }
    for (size_t i = 0; i < corpus.count && !is_interrupted(fuzz) && !fuzz->result->is_broken; i++) {
        const struct corpus_file *file = &corpus.files[i];
        const struct find *find = NULL;
        char stem[FIND_STEM_MAX];
        take_stem(file->path, stem);
        enum clause_id clause = hck_corpus_clause(file);
        if (clause != CLAUSE_NONE && !is_asked(fuzz, clause)) {
            continue;
        }
        switch (hck_finds_again(fuzz->finds, &file->trace.trace, stem, clause, &find, message)) {
        case FIND_NEW:
        case FIND_KNOWN:
            fuzz->options->found(fuzz->options->context, find, &fuzz->result->progress);
            break;
        case FIND_GONE:
            fuzz->options->gone(fuzz->options->context, stem);
            break;
        case FIND_BROKEN:
            take_failure(fuzz, &file->trace.trace, message);
            break;
        }
    }
    hck_corpus_free(&corpus);
}

/* --- Another engine --------------------------------------------------------------------------- */

/* The clauses that end no harness any more: what is not asked for and what is found. Written aside,
 * for a harness may start at any time. */
static void write_known(const struct fuzz *fuzz)
{
    const struct selection *selection = fuzz->options->worker.selection;
    bool is_known[CLAUSE_COUNT];
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return;
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        is_known[i] = !selection->clauses[i];
    }
    for (size_t i = 0; i < hck_finds_count(fuzz->finds); i++) {
        is_known[hck_finds_at(fuzz->finds, i)->violation.finding.clause] = true;
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (is_known[i]) {
            (void)fprintf(stream, "%s  found, or not asked for\n",
                          hck_clause_get((enum clause_id)i)->id);
        }
    }
    if (fclose(stream) == 0) { /* else the list before it is whole, and tells less */
        (void)hck_kept_replace(fuzz->options->program->known, text, length);
    }
    free(text);
}

static enum find_result look_at(struct fuzz *fuzz, const struct trace *plain, enum clause_id clause)
{
    const struct finding seen = {.clause = clause}; /* all that is known of it */
    const struct find *find = NULL;
    char message[BROKEN_MESSAGE_MAX];
    enum find_result result =
        clause == CLAUSE_NONE ? hck_finds_take(fuzz->finds, plain, &seen, &find, message)
                              : hck_finds_take_named(fuzz->finds, plain, clause, &find, message);
    take_result(fuzz, result, plain, &seen, find, message);
    return result;
}

static void look_at_finds(struct fuzz *fuzz)
{
    struct trace_buffer plain = {.capacity = 0};
    enum clause_id clause = CLAUSE_NONE;
    while (!is_over(fuzz) && hck_program_next_find(fuzz->program, &plain, &clause)) {
        if (clause != CLAUSE_NONE && !is_asked(fuzz, clause)) {
            continue; /* of an earlier run, which asked for more */
        }
        enum find_result result = look_at(fuzz, &plain.trace, clause);
        if (result != FIND_BROKEN) { /* else a later run is given it again */
            hck_program_looked(fuzz->program);
        }
        if (result == FIND_NEW) {
            write_known(fuzz);
        }
    }
    hck_trace_free(&plain);
}

/* What is in no file is to be in one. */
static void leave_rest(struct fuzz *fuzz)
{
    struct trace_buffer plain = {.capacity = 0};
    enum clause_id clause = CLAUSE_NONE;
    while (hck_program_next_unwritten(fuzz->program, &plain, &clause)) {
        leave_for_next(fuzz, &plain.trace);
    }
    hck_trace_free(&plain);
    fuzz->result->waiting_count += hck_program_count_left(fuzz->program);
}

static void run_program(struct fuzz *fuzz)
{
    char message[PROGRAM_MESSAGE_MAX];
    write_known(fuzz);
    fuzz->program = hck_program_open(fuzz->options->program, message, sizeof message);
    if (fuzz->program == NULL) {
        fail(fuzz, message);
        return;
    }
    bool going = true;
    while (going && go_on(fuzz)) {
        going = hck_program_go_on(fuzz->program, message, sizeof message);
        look_at_finds(fuzz);
    }
    if (!going && !is_interrupted(fuzz)) {
        fail(fuzz, message);
    }
    hck_program_stop(fuzz->program);
    leave_rest(fuzz);
    fuzz->result->unkept_count = hck_program_keep_corpus(fuzz->program);
    tell_progress(fuzz);
    hck_program_close(fuzz->program);
    fuzz->program = NULL;
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool open_fuzz(struct fuzz *fuzz)
{
    const struct fuzz_options *options = fuzz->options;
    struct fleet_options fleet = {
        .worker = options->worker,
        .worker_count = options->worker_count,
        .silence_ms = options->silence_ms,
        .seen = seen,
        .go_on = go_on,
        .context = fuzz,
    };
    struct finds_options finds = {
        .target = options->worker.target,
        .target_options = options->worker.target_options,
        .bases = options->worker.bases,
        .selection = options->worker.selection,
        .folder = options->folder,
        .interrupted = &fuzz->is_late,
        .trying = trying,
        .trying_context = fuzz,
    };
    bool needs_fleet = options->program == NULL;
    fuzz->fleet = needs_fleet ? hck_fleet_open(&fleet) : NULL;
    fuzz->finds = hck_finds_open(&finds);
    fuzz->result->finds = fuzz->finds;
    return (fuzz->fleet != NULL || !needs_fleet) && fuzz->finds != NULL;
}

static void run_fleet(struct fuzz *fuzz)
{
    char message[BROKEN_MESSAGE_MAX];
    if (!hck_fleet_run(fuzz->fleet, message)) {
        fail(fuzz, message);
    }
    tell_progress(fuzz);
}

void hck_fuzz(const struct fuzz_options *options, struct fuzz_result *result)
{
    struct fuzz fuzz = {.options = options, .result = result, .begin_ms = hck_clock_ms()};
    memset(result, 0, sizeof *result);
    if (!open_fuzz(&fuzz)) {
        fail(&fuzz, "out of memory");
    } else {
        look_at_old(&fuzz);
        fuzz.begin_ms = hck_clock_ms();
        if (!result->is_broken && options->program != NULL) {
            run_program(&fuzz);
        } else if (!result->is_broken) {
            run_fleet(&fuzz);
        }
    }
    result->is_interrupted = is_interrupted(&fuzz);
    hck_fleet_close(fuzz.fleet);
}

void hck_fuzz_free(struct fuzz_result *result)
{
    hck_finds_close(result->finds);
    result->finds = NULL;
}
