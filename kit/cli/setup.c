/* From options to what the kit works with. */
#define _POSIX_C_SOURCE 200809L /* access, isatty, unlink */

#include "kit/cli/setup.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/cli/interrupt.h"
#include "kit/closest.h"
#include "kit/run/corpus.h"
#include "kit/run/workers.h"

enum { SETUP_PATH_MAX = 4096 };

int hck_setup_fail(int status, const char *message)
{
    (void)fprintf(stderr, "heapck: %s\n", message);
    return status;
}

int hck_setup_target_failed(const struct target_error *error)
{
    return hck_setup_fail(error->usage ? EXIT_STATUS_USAGE : EXIT_STATUS_BROKEN, error->message);
}

void hck_setup_waits(void *target, bool waits)
{
    if (isatty(STDERR_FILENO) != 1) {
        return;
    }
    if (waits) {
        (void)fprintf(stderr, "\rwaiting for %s to start; Ctrl-C ends\x1b[K", (const char *)target);
    } else {
        (void)fputs("\r\x1b[K", stderr);
    }
    (void)fflush(stderr);
}

static int complain(const struct command_line *line, const char *message)
{
    hck_options_complain(line, message);
    return EXIT_STATUS_USAGE;
}

/* What is wrong with the string itself is said before anything runs. */
static int check_target(struct setup *setup)
{
    struct target_error error = {.message = ""};
    struct target *target = hck_target_open(setup->target, &setup->target_options, &error);
    if (target == NULL) {
        return hck_setup_target_failed(&error);
    }
    hck_target_close(target);
    return 0;
}

static int load_expected(struct setup *setup)
{
    char message[MESSAGE_MAX];
    if (setup->expect_path == NULL || hck_expect_load(setup->expect_path, &setup->expected, message,
                                                      sizeof message) == EXPECT_LOADED) {
        return 0;
    }
    return hck_setup_fail(EXIT_STATUS_USAGE, message);
}

int hck_setup_resolve_profile(struct setup *setup, const struct command_line *line)
{
    char message[MESSAGE_MAX];
    setup->profile = setup->profile_name != NULL ? hck_profile_find(setup->profile_name)
                                                 : hck_profile_default(setup->target);
    if (setup->profile == NULL) {
        (void)snprintf(message, sizeof message,
                       "--profile: expected documented, windows or hostile, found '%s'",
                       setup->profile_name);
        return complain(line, message);
    }
    setup->target_options = (struct target_options){
        .trace_timeout_ms = (uint32_t)setup->limit_s.value * 1000,
        .hostile = setup->profile->hostile,
        .interrupted = &hck_interrupted,
        .waits = hck_setup_waits,
        .waits_context = (void *)(uintptr_t)setup->target,
    };
    if (!hck_selection_make(&setup->selection, setup->profile->bases, setup->only.items,
                            setup->only.count, setup->skip.items, setup->skip.count, message,
                            sizeof message)) {
        return complain(line, message);
    }
    return load_expected(setup);
}

int hck_setup_resolve(struct setup *setup, const struct command_line *line)
{
    int status = hck_setup_resolve_profile(setup, line);
    return status != 0 ? status : check_target(setup);
}

void hck_setup_free(struct setup *setup)
{
    hck_expect_free(&setup->expected);
}

int hck_setup_load_trace(const char *path, struct trace_buffer *trace)
{
    char message[MESSAGE_MAX];
    return hck_trace_load(path, trace, message, sizeof message) == TRACE_LOADED
               ? 0
               : hck_setup_fail(EXIT_STATUS_USAGE, message);
}

static int corpus_status(enum corpus_result result, const char *message)
{
    switch (result) {
    case CORPUS_FOUND:
        return 0;
    case CORPUS_MISSING:
    case CORPUS_MALFORMED:
        return hck_setup_fail(EXIT_STATUS_USAGE, message);
    case CORPUS_NO_MEMORY:
        break;
    }
    return hck_setup_fail(EXIT_STATUS_BROKEN, message);
}

static int load_default_corpus(const char *option, struct corpus *corpus)
{
    char root[SETUP_PATH_MAX];
    char message[MESSAGE_MAX];
    if (!hck_corpus_find(option, root, sizeof root)) {
        if (root[0] != '\0') {
            (void)snprintf(message, sizeof message, "%.900s: no such folder", root);
            return hck_setup_fail(EXIT_STATUS_USAGE, message);
        }
        hck_setup_fail(0, "note: no corpus found (see --corpus); only generated traces are run");
        return 0;
    }
    return corpus_status(hck_corpus_add_default(corpus, root, message, sizeof message), message);
}

int hck_setup_load_corpus(const struct command_line *line, const char *corpus_option,
                          struct corpus *corpus)
{
    char message[MESSAGE_MAX];
    if (line->positional.count == 0) {
        return load_default_corpus(corpus_option, corpus);
    }
    int status = 0;
    for (size_t i = 0; i < line->positional.count && status == 0; i++) {
        const char *path = line->positional.items[i];
        size_t before = corpus->count;
        status =
            corpus_status(hck_corpus_add(corpus, path, path, message, sizeof message), message);
        if (status == 0 && corpus->count == before) {
            (void)snprintf(message, sizeof message, "%.900s: no *.trace in this folder", path);
            status = hck_setup_fail(EXIT_STATUS_BROKEN, message);
        }
    }
    return status;
}

enum clause_id hck_setup_clause(const struct command_line *line, const char *id)
{
    enum clause_id clause = hck_clause_find(id);
    if (clause == CLAUSE_NONE) {
        char message[MESSAGE_MAX];
        char meant[2 * CLOSEST_LENGTH_MAX];
        hck_selection_suggest_id(id, meant, sizeof meant);
        (void)snprintf(message, sizeof message, "no clause has the id '%.600s'%s", id, meant);
        hck_options_complain(line, message);
    }
    return clause;
}

/* Also where it was an earlier write that failed, and the reason is no longer known. */
static bool has_no_reader(int file)
{
    struct pollfd asked = {.fd = file, .events = POLLOUT};
    return poll(&asked, 1, 0) == 1 && (asked.revents & POLLERR) != 0;
}

/* A reader that has seen enough (heapck spec list | head) is told nothing. */
int hck_setup_finish(int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return status;
    }
    if (errno != EPIPE && !has_no_reader(STDOUT_FILENO)) {
        char message[MESSAGE_MAX];
        (void)snprintf(message, sizeof message, "cannot write standard output%s%s",
                       errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
        hck_setup_fail(0, message);
    }
    return EXIT_STATUS_BROKEN;
}

static void tell(const char *prefix, const char *what)
{
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message, "%s%s", prefix, what);
    hck_setup_fail(0, message);
}

bool hck_setup_is_one_stream(void)
{
    struct stat out;
    struct stat err;
    return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
           out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

void hck_setup_tell_troubles(const struct report *report, enum report_format format)
{
    bool is_said = format == REPORT_TEXT && hck_setup_is_one_stream();
    const char *broken = hck_report_broken(report);
    const char *nothing = hck_report_nothing(report);
    if (broken != NULL && !is_said) {
        tell("broken: ", broken);
    } else if (nothing != NULL && !is_said) {
        tell("nothing was judged: ", nothing);
    }
    if (is_said && strcmp(report->command, "replay") != 0) {
        return; /* a replay ends with the verdict alone */
    }
    char note[REPORT_NOTE_MAX];
    hck_report_silences(report, note, sizeof note);
    if (note[0] != '\0') {
        tell("note: ", note);
    }
    hck_report_not_run(report, note, sizeof note);
    if (note[0] != '\0') {
        tell("note: ", note);
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_report_expected(report, (enum clause_id)i) == EXPECT_GONE) {
            tell("no longer violated; take it off the list of --expect: ",
                 hck_clause_get((enum clause_id)i)->id);
        }
    }
}

int hck_setup_format(const struct command_line *line, const char *name, enum report_format *format)
{
    *format = hck_report_format(name);
    if (*format != REPORT_FORMAT_COUNT) {
        return 0;
    }
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message,
                   "--format: expected text, json, junit or tap, found '%.800s'", name);
    return complain(line, message);
}

unsigned hck_setup_jobs(const struct number_option *jobs)
{
    return jobs->value == JOBS_DEFAULT ? hck_workers_default() : (unsigned)jobs->value;
}
