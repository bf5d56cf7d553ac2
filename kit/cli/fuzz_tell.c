/* What heapck fuzz tells: a line that changes, a line for each find, and the numbers at the end. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "kit/cli/fuzz_command.h"
#include "kit/cli/interrupt.h"

void hck_fuzz_tell_beginning(const struct fuzz_command *command)
{
    const struct setup *setup = &command->setup;
    (void)printf("fuzzing %s, profile %s, by %s", setup->target, setup->profile->name,
                 hck_fuzz_engine_name(command->engine));
    if (command->engine != ENGINE_BUILTIN) {
        (void)printf(" with %s", command->harness_path);
    }
    (void)printf(", %" PRIu64 " %s, seed %" PRIu64 ", into %s%s\n", command->jobs.value,
                 hck_report_plural(command->jobs.value, "job", "jobs"), command->seed.value,
                 command->out, command->time_s.given ? "" : "; Ctrl-C ends it");
    (void)fflush(stdout);
}

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

void hck_fuzz_tell_progress(void *context, const struct fuzz_progress *progress)
{
    struct fuzz_command *command = context;
    char text[160];
    char time[24];
    char rest[60];
    if (atomic_load(&hck_interrupted) && !command->has_told) {
        command->has_told = true;
        hck_progress_end(&command->progress);
        hck_setup_fail(0, "interrupted, finishing");
    }
    if (command->has_told) {
        return;
    }
    say_time(progress->elapsed_ms, time, sizeof time);
    if (progress->attempt != 0) { /* both do not fit into a line */
        (void)snprintf(rest, sizeof rest, "shrinking: %" PRIu32 " calls", progress->calls_left);
    } else {
        (void)snprintf(rest, sizeof rest, "%" PRIu32 " %s", reached(command, progress),
                       reached_name(command));
    }
    (void)snprintf(
        text, sizeof text,
        "%s %" PRIu64 " executions, %" PRIu64 "/s, %" PRIu32 " clauses, %" PRIu32 " %s, %s", time,
        progress->fleet.tried_count, rate(progress), progress->clause_count, progress->find_count,
        hck_report_plural(progress->find_count, "find", "finds"), rest);
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

void hck_fuzz_tell_find(void *context, const struct find *find,
                        const struct fuzz_progress *progress)
{
    struct fuzz_command *command = context;
    const struct violation *violation = &find->violation;
    uint32_t calls = violation->reduced.trace.trace.call_count;
    char time[24];
    char sentence[REPORT_SENTENCE_MAX];
    say_time(progress->elapsed_ms, time, sizeof time);
    hck_report_sentence(violation, sentence, sizeof sentence);
    hck_progress_end(&command->progress);
    (void)printf("%s %s in %" PRIu32 " %s: %s/%s.trace\n    %s\n", find->was_there ? "again" : time,
                 hck_clause_get(violation->finding.clause)->id, calls,
                 hck_report_plural(calls, "call", "calls"), command->finds, find->stem, sentence);
    if (!find->is_saved) {
        tell_unsaved(command, find);
    }
    (void)fflush(stdout);
}

void hck_fuzz_tell_gone(void *context, const char *stem)
{
    struct fuzz_command *command = context;
    hck_progress_end(&command->progress);
    (void)printf("gone: %s/%s.trace does not violate any more, and may be removed\n",
                 command->finds, stem);
}

void hck_fuzz_tell_failed(void *context, const char *message, bool is_kept)
{
    struct fuzz_command *command = context;
    char note[MESSAGE_MAX];
    hck_progress_end(&command->progress);
    (void)snprintf(note, sizeof note,
                   "note: what was seen could not be looked at again, and is %s%.400s: %.400s",
                   is_kept ? "in " : "not in ", command->unsteady, message);
    hck_setup_fail(0, note);
}

void hck_fuzz_tell_unread(void *context, size_t count, const char *first)
{
    struct fuzz_command *command = context;
    char note[MESSAGE_MAX];
    hck_progress_end(&command->progress);
    (void)snprintf(note, sizeof note, "note: %zu %s of earlier runs left out: %.800s", count,
                   hck_report_plural((uint32_t)count, "find", "finds"), first);
    hck_setup_fail(0, note);
}

void hck_fuzz_tell_lost(void *context, const struct trace *trace)
{
    struct fuzz_command *command = context;
    hck_progress_end(&command->progress);
    (void)hck_trace_write(trace, stdout);
}

static void tell_unjudged(const struct fuzz_command *command, const struct fuzz_result *result)
{
    unsigned counts[REACH_JUDGED] = {0};
    static const char *const why[REACH_JUDGED] = {
        [REACH_NONE] = "not judged", [REACH_UNSUPPORTED] = "not supported"};
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *row = hck_clause_get((enum clause_id)i);
        uint8_t reach = result->reach[i];
        if (!command->setup.selection.clauses[i] || reach >= REACH_JUDGED ||
            row->basis == BASIS_UNDEFINED) {
            continue;
        }
        counts[reach]++;
        if (command->verbose) {
            (void)printf("%s: %s\n", why[reach], row->id);
        }
    }
    if (counts[REACH_NONE] + counts[REACH_UNSUPPORTED] > 0) {
        (void)printf("clauses not judged: %u, and %u that the target does not support%s\n",
                     counts[REACH_NONE], counts[REACH_UNSUPPORTED],
                     command->verbose ? "" : "; --verbose lists them");
    }
}

/* The built-in engine's are looked at, each of them. */
static uint32_t count_bare_deaths(const struct fuzz_command *command,
                                  const struct fuzz_result *result)
{
    return command->engine != ENGINE_BUILTIN ? result->progress.fleet.death_count : 0;
}

bool hck_fuzz_has_strange_deaths(const struct fuzz_command *command,
                                 const struct fuzz_result *result)
{
    return count_bare_deaths(command, result) > 0 || result->unsteady_death_count > 0;
}

/* What a reader does with the first find that is in a file. */
static void tell_next(const struct fuzz_command *command, const struct finds *finds)
{
    char path[FUZZ_FOLDER_MAX + FIND_STEM_MAX + sizeof "/.trace"];
    size_t index = 0;
    while (index < hck_finds_count(finds) && !hck_finds_at(finds, index)->is_saved) {
        index++;
    }
    if (index < hck_finds_count(finds)) {
        (void)snprintf(path, sizeof path, "%s/%s.trace", command->finds,
                       hck_finds_at(finds, index)->stem);
        (void)printf("next: heapck replay ");
        hck_report_print_place(path, command->setup.target, command->setup.profile->name, stdout);
        (void)printf("\n");
    }
}

/* A line that begins with how many there are; none where there is none. */
__attribute__((format(printf, 4, 5))) static void
tell_count(uint32_t count, const char *one, const char *several, const char *format, ...)
{
    va_list arguments;
    if (count == 0) {
        return;
    }
    va_start(arguments, format);
    (void)printf("%" PRIu32 " %s ", count, hck_report_plural(count, one, several));
    (void)vprintf(format, arguments);
    (void)printf("\n");
    va_end(arguments);
}

static void tell_strange_deaths(const struct fuzz_command *command,
                                const struct fuzz_result *result)
{
    tell_count(result->unsteady_death_count, "input ended or held up its process",
               "inputs ended or held up their processes", "and no fresh one: %s",
               command->unsteady);
    tell_count(count_bare_deaths(command, result), "process", "processes",
               "of the engine ended and left nothing to look at");
    if (hck_fuzz_has_strange_deaths(command, result) && command->engine != ENGINE_BUILTIN) {
        (void)printf("next: the same with --engine builtin, which knows the trace in which a "
                     "process ends or hangs\n");
    }
}

/* What was seen and is no find, and what is not where it should be. */
static void tell_leftovers(const struct fuzz_command *command, const struct fuzz_result *result)
{
    tell_count(result->unsteady_count, "violation was", "violations were",
               "seen and did not come again in a fresh process: %s", command->unsteady);
    if (result->progress.fleet.is_full) {
        (void)printf("more than %d deviations in one process: those behind them are not told\n",
                     WORKER_FINDINGS_MAX);
    }
    tell_count(result->waiting_count, "violation was", "violations were",
               "seen at the end; the next run begins with %s",
               hck_report_plural(result->waiting_count, "it", "them"));
    tell_strange_deaths(command, result);
    tell_count(result->senseless_count, "input", "inputs",
               "made no sense to the oracle, which is a fault of heapck or of an agent: %s",
               command->unsteady);
    tell_count(result->unkept_count, "input of the engine is", "inputs of the engine are",
               "not in %s as yet: there was no time, or no room", command->corpus);
    tell_count(result->lost_count, "of all these is", "of all these are",
               "not below %s, which took no file, but printed above", command->out);
}

static void tell_numbers(const struct fuzz_command *command, const struct fuzz_result *result)
{
    const struct fuzz_progress *progress = &result->progress;
    size_t known = hck_finds_count(result->finds) - progress->find_count;
    char time[24];
    say_time(progress->elapsed_ms, time, sizeof time);
    (void)printf(
        "%s %s, %" PRIu64 " executions (%" PRIu64 "/s): %" PRIu32 " %s, %" PRIu32
        " %s judged, %" PRIu32 " traces kept, %" PRIu32 " new %s",
        hck_fuzz_engine_name(command->engine), time, progress->fleet.tried_count, rate(progress),
        reached(command, progress), reached_name(command), progress->clause_count,
        hck_report_plural(progress->clause_count, "clause", "clauses"), progress->fleet.kept_count,
        progress->find_count, hck_report_plural(progress->find_count, "find", "finds"));
    if (known > 0) {
        (void)printf(", %zu known", known);
    }
    (void)printf("\n");
}

void hck_fuzz_tell_result(const struct fuzz_command *command, const struct fuzz_result *result)
{
    tell_unjudged(command, result);
    tell_leftovers(command, result);
    tell_numbers(command, result);
    tell_next(command, result->finds);
}
