/* Starting engines, and reading what they say of themselves. */
#define _GNU_SOURCE /* pipe2, memfd_create */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/child.h"
#include "kit/clock.h"
#include "kit/fuzz/harvest.h"
#include "kit/fuzz/hearing.h"
#include "kit/fuzz/program_internal.h"

enum {
    READ_BYTES = 1000,
    READS_MAX = 1000,
    UNWRITTEN_MAX = 256,
    TICK_MS = 100,
    STATS_EVERY_MS = 2000,
    GRACE_MS = 3000,
    IDLE_ENDS_MAX = 5,
    EXIT_LIBFUZZER_DIED = 77,
    EXIT_NOT_STARTED = 127
};

/* For people: harnesses try some calls of every kind before they begin. */
static const char hint[] =
    "; of a target that ends it before it has begun, --engine builtin says more";

struct job {
    pid_t pid;
    int from; /* what it says */
    struct hearing hearing;
    unsigned generation;
    bool has_died;      /* the process before, of an input */
    bool has_told;      /* a find that it could not write */
    unsigned idle_ends; /* of processes that did not begin, one behind the other */
};

struct program {
    struct program_options options;
    struct job jobs[PROGRAM_JOBS_MAX];
    unsigned job_count;
    uint64_t tried_before; /* of processes that have ended */
    uint32_t death_count;
    struct heard heard;
    struct program_progress afl; /* what afl-fuzz says in its files */
    uint64_t stats_read_ms;
    char inputs[PROGRAM_PATH_MAX]; /* of afl-fuzz */
    char finds[PROGRAM_PATH_MAX];  /* the folder where harnesses put traces */
    struct harvest harvest;
    struct digests corpus; /* inputs that came from there */
    uint8_t *judged;       /* shared with the harnesses */
    int judged_file;
    struct trace_buffer unwritten[UNWRITTEN_MAX]; /* finds that a harness could only tell */
    unsigned unwritten_count;
};

/* --- Starting --------------------------------------------------------------------------------- */

static void become(const struct program *program, unsigned number, int say, pid_t owner)
{
    static struct command command;
    char path[PROGRAM_PATH_MAX];
    const struct program_options *options = &program->options;
    int nowhere = open("/dev/null", O_RDONLY);
    if (!hck_child_follow(owner)) {
        _exit(EXIT_NOT_STARTED);
    }
    hck_child_reset_signals();
    (void)setpgid(0, 0);
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(say, STDOUT_FILENO);
    (void)dup2(say, STDERR_FILENO);
    (void)setenv("HEAPCK_FUZZ_TARGET", options->target, 1);
    (void)setenv("HEAPCK_FUZZ_FINDS", program->finds, 1);
    if (access(options->known, R_OK) == 0) {
        (void)setenv("HEAPCK_FUZZ_EXPECT", options->known, 1);
    } else { /* it could not be written */
        (void)unsetenv("HEAPCK_FUZZ_EXPECT");
    }
    (void)snprintf(path, sizeof path, "/proc/%" PRIdMAX "/fd/%d", (intmax_t)owner,
                   program->judged_file);
    (void)setenv("HEAPCK_FUZZ_JUDGED", path, 1);
    hck_program_command(options, program->inputs, number, program->jobs[number].generation,
                        &command);
    (void)execvp(command.argv[0], command.argv);
    (void)fprintf(stderr, "%s: %s\n", command.argv[0], strerror(errno));
    _exit(EXIT_NOT_STARTED);
}

static bool start_job(struct program *program, unsigned number)
{
    struct job *job = &program->jobs[number];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    (void)fflush(NULL);
    pid_t owner = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(program, number, ends[1], owner);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return false;
    }
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    job->pid = pid;
    job->from = ends[0];
    job->has_told = false;
    return true;
}

/* Memory by which harnesses mark clauses. They open it by a name in /proc: a file on a full disk
 * has no room, and would end whoever marks something. */
static bool share_judged(struct program *program)
{
    program->judged_file = memfd_create("judged", MFD_CLOEXEC);
    if (program->judged_file < 0) {
        return false;
    }
    void *memory = MAP_FAILED;
    if (ftruncate(program->judged_file, CLAUSE_COUNT) == 0) {
        memory =
            mmap(NULL, CLAUSE_COUNT, PROT_READ | PROT_WRITE, MAP_SHARED, program->judged_file, 0);
    }
    program->judged = memory == MAP_FAILED ? NULL : memory;
    return program->judged != NULL;
}

/* An earlier run that was killed has left what it kept with its engine. */
static bool begin_from_corpus(struct program *program)
{
    const struct program_options *options = &program->options;
    if (!hck_program_feed(options, &program->corpus)) {
        return false;
    }
    bool is_kept = hck_program_keep(options, &program->corpus) == 0;
    return options->engine == ENGINE_LIBFUZZER ||
           (hck_program_set_afl_aside(options, is_kept) &&
            hck_program_make_inputs(options, program->inputs));
}

struct program *hck_program_open(const struct program_options *options, char *message, size_t size)
{
    struct program *program = calloc(1, sizeof *program);
    if (program == NULL) {
        (void)snprintf(message, size, "out of memory");
        return NULL;
    }
    program->options = *options;
    program->judged_file = -1;
    int length = snprintf(program->finds, sizeof program->finds, "%s/seen", options->folder);
    bool is_started =
        hck_harvest_open(&program->harvest, options->folder, hck_program_harness_name(options)) &&
        length > 0 && (size_t)length < sizeof program->finds &&
        hck_program_make_folder(options->folder, "seen") &&
        hck_program_make_folder(options->folder, "libfuzzer") &&
        hck_program_make_folder(options->folder, "artifacts") && begin_from_corpus(program) &&
        share_judged(program);
    for (unsigned i = 0; i < options->job_count && is_started; i++) {
        is_started = start_job(program, i);
        program->job_count += is_started;
    }
    if (!is_started) {
        (void)snprintf(message, size, "%s does not start: %s",
                       hck_fuzz_engine_name(options->engine), strerror(errno));
        hck_program_close(program);
        return NULL;
    }
    return program;
}

/* --- Hearing ---------------------------------------------------------------------------------- */

static void take_unwritten(struct program *program, const struct overheard *overheard)
{
    char message[PROGRAM_MESSAGE_MAX];
    struct trace_buffer *trace = &program->unwritten[program->unwritten_count];
    program->unwritten_count += program->unwritten_count < UNWRITTEN_MAX - 1 &&
                                hck_trace_parse("harness", overheard->text, overheard->length,
                                                trace, message, sizeof message) == TRACE_LOADED &&
                                trace->clause_id != NULL;
}

/* Whether it still may say something. What a target prints without end is heard by and by. */
static bool hear(struct program *program, struct job *job)
{
    char bytes[READ_BYTES];
    for (unsigned reads = 0; reads < READS_MAX; reads++) {
        ssize_t count = read(job->from, bytes, sizeof bytes);
        if (count <= 0) {
            return count < 0 && (errno == EAGAIN || errno == EINTR);
        }
        for (ssize_t i = 0; i < count; i++) {
            if (hck_hearing_take(&job->hearing, bytes[i], &program->heard)) {
                job->has_told = true;
                take_unwritten(program, &job->hearing.overheard);
            }
        }
    }
    return true;
}

static void read_afl_stats(struct program *program)
{
    if (program->options.engine != ENGINE_AFL) {
        return;
    }
    program->stats_read_ms = hck_clock_ms();
    program->afl = (struct program_progress){.tried_count = 0};
    for (unsigned i = 0; i < program->job_count; i++) {
        hck_program_add_afl_stats(program->options.folder, i, &program->afl);
    }
}

/* libFuzzer ends with what it found; afl-fuzz is not to end. */
static bool restart(struct program *program, unsigned number)
{
    struct job *job = &program->jobs[number];
    /* The pipe may be all that it has closed: what it leaves is there once it has ended. */
    int status = hck_child_await(job->pid, GRACE_MS, true);
    bool has_left = job->has_told || hck_harvest_has_more(&program->harvest);
    job->idle_ends = job->hearing.has_begun || has_left ? 0 : job->idle_ends + 1;
    job->generation++;
    program->tried_before += job->hearing.tried_count;
    job->has_died = WIFSIGNALED(status) || WEXITSTATUS(status) == EXIT_LIBFUZZER_DIED;
    program->death_count += status != 0 && job->hearing.has_begun && !has_left;
    hck_hearing_clear(&job->hearing);
    job->pid = 0;
    (void)close(job->from);
    job->from = -1;
    return program->options.engine == ENGINE_LIBFUZZER && job->idle_ends < IDLE_ENDS_MAX &&
           start_job(program, number);
}

bool hck_program_go_on(struct program *program, char *message, size_t size)
{
    struct pollfd wait_for[PROGRAM_JOBS_MAX];
    for (unsigned i = 0; i < program->job_count; i++) {
        wait_for[i] = (struct pollfd){.fd = program->jobs[i].from, .events = POLLIN};
    }
    (void)poll(wait_for, program->job_count, TICK_MS);
    for (unsigned i = 0; i < program->job_count; i++) {
        if (!hear(program, &program->jobs[i]) && !restart(program, i)) {
            (void)snprintf(message, size, "%s has ended; the last that it said was \"%.200s\"%s",
                           hck_fuzz_engine_name(program->options.engine),
                           program->jobs[i].hearing.last_words,
                           program->jobs[i].has_died ? hint : "");
            return false;
        }
    }
    if (hck_clock_ms() - program->stats_read_ms >= STATS_EVERY_MS) {
        read_afl_stats(program);
    }
    return true;
}

struct program_progress hck_program_progress(const struct program *program)
{
    struct program_progress progress = program->afl;
    if (program->options.engine != ENGINE_AFL) {
        progress = (struct program_progress){.tried_count = program->tried_before,
                                             .edge_count = program->heard.edge_count,
                                             .kept_count = program->heard.kept_count};
        for (unsigned i = 0; i < program->job_count; i++) {
            progress.tried_count += program->jobs[i].hearing.tried_count;
        }
    }
    progress.death_count = program->death_count;
    return progress;
}

const uint8_t *hck_program_reach(const struct program *program)
{
    return program->judged;
}

/* --- Finds ------------------------------------------------------------------------------------ */

bool hck_program_next_unwritten(struct program *program, struct trace_buffer *trace,
                                enum clause_id *clause)
{
    bool is_new = false;
    while (!is_new && program->unwritten_count > 0) {
        struct trace_buffer given = *trace;
        *trace = program->unwritten[--program->unwritten_count];
        program->unwritten[program->unwritten_count] = given;
        *clause = hck_clause_find(trace->clause_id);
        is_new = hck_harvest_is_new(&program->harvest, &trace->trace) && *clause != CLAUSE_NONE;
    }
    return is_new;
}

bool hck_program_next_find(struct program *program, struct trace_buffer *trace,
                           enum clause_id *clause)
{
    return hck_program_next_unwritten(program, trace, clause) ||
           hck_harvest_next(&program->harvest, trace, clause);
}

void hck_program_looked(struct program *program)
{
    hck_harvest_looked(&program->harvest);
}

uint32_t hck_program_keep_corpus(struct program *program)
{
    return hck_program_keep(&program->options, &program->corpus);
}

uint32_t hck_program_count_left(struct program *program)
{
    return hck_harvest_count_left(&program->harvest);
}

/* --- Ending ----------------------------------------------------------------------------------- */

/* With what they have started: the whole group. */
static void interrupt_jobs(const struct program *program)
{
    for (unsigned i = 0; i < program->job_count; i++) {
        if (program->jobs[i].pid != 0) {
            (void)kill(-program->jobs[i].pid, SIGINT);
        }
    }
}

void hck_program_stop(struct program *program)
{
    uint64_t until_ms = hck_clock_ms() + GRACE_MS; /* of all of them */
    interrupt_jobs(program);
    for (unsigned i = 0; i < program->job_count; i++) {
        struct job *job = &program->jobs[i];
        uint64_t now_ms = hck_clock_ms();
        if (job->pid != 0) {
            (void)hck_child_await(job->pid, now_ms < until_ms ? (uint32_t)(until_ms - now_ms) : 0,
                                  true);
            job->pid = 0;
        }
        if (job->from >= 0) {
            (void)hear(program, job);
        }
    }
    read_afl_stats(program);
}

void hck_program_close(struct program *program)
{
    hck_program_stop(program);
    for (unsigned i = 0; i < program->job_count; i++) {
        if (program->jobs[i].from >= 0) {
            (void)close(program->jobs[i].from);
        }
        hck_hearing_clear(&program->jobs[i].hearing);
    }
    for (unsigned i = 0; i < UNWRITTEN_MAX; i++) {
        hck_trace_free(&program->unwritten[i]);
    }
    if (program->judged != NULL) {
        (void)munmap(program->judged, CLAUSE_COUNT);
    }
    if (program->judged_file >= 0) {
        (void)close(program->judged_file);
    }
    hck_harvest_close(&program->harvest);
    hck_digests_free(&program->corpus);
    free(program);
}
