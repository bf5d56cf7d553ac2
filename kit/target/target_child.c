/* The child process of a target: libwinmem or a shared library in a fork of this process, or an
 * agent in its place.
 *
 * The child keeps two pipe ends and nothing else that was open, so that a target which prints to
 * standard output, or scribbles on descriptors, disturbs nobody, and a child started later by
 * another thread holds no pipe of this one. An agent has the pipes as standard input and output;
 * for the others these are nowhere. Standard error is a third pipe, unless HEAPCK_AGENT_STDERR is
 * set.
 *
 * It has the signals as a shell would leave them, and a process group of its own, so that it can be
 * ended together with what it starts. It dies with the thread that started it. */
#define _GNU_SOURCE /* close_range */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/child.h"
#include "kit/execute/agent.h"
#include "kit/target/target_api.h"
#include "kit/target/target_internal.h"

enum { CHILD_INPUT = 3, CHILD_OUTPUT = 4, CHILD_FREE = 5, ASIDE = 16, EXIT_NOT_STARTED = 3 };

/* --- In the child --- */

static long read_input(void *context, char *bytes, unsigned long size)
{
    (void)context;
    ssize_t count;
    do {
        count = read(CHILD_INPUT, bytes, size);
    } while (count < 0 && errno == EINTR);
    return count;
}

static long write_output(void *context, const char *bytes, unsigned long size)
{
    (void)context;
    ssize_t count;
    do {
        count = write(CHILD_OUTPUT, bytes, size);
    } while (count < 0 && errno == EINTR);
    return count;
}

static void say_broken(const char *why)
{
    (void)write_output(NULL, AGENT_BROKEN, strlen(AGENT_BROKEN));
    (void)write_output(NULL, why, strlen(why));
    (void)write_output(NULL, "\n", 1);
}

static bool keep_pipes(const int ends[PIPE_ENDS], int input, int output, int first_free)
{
    /* Aside first, for either end may sit where the other belongs. */
    int input_aside = fcntl(ends[CHILD_READS], F_DUPFD, ASIDE);
    int output_aside = fcntl(ends[CHILD_WRITES], F_DUPFD, ASIDE);
    int errors_aside = fcntl(ends[CHILD_COMPLAINS], F_DUPFD, ASIDE);
    int nowhere = open("/dev/null", O_RDWR);
    if (input_aside < 0 || output_aside < 0 || errors_aside < 0 || nowhere < 0) {
        return false;
    }
    bool kept =
        dup2(nowhere, STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 &&
        (getenv(TARGET_STDERR_VARIABLE) != NULL || dup2(errors_aside, STDERR_FILENO) >= 0) &&
        dup2(input_aside, input) >= 0 && dup2(output_aside, output) >= 0;
    if (close_range((unsigned)first_free, ~0U, 0) != 0) {
        for (int descriptor = first_free; descriptor < sysconf(_SC_OPEN_MAX); descriptor++) {
            (void)close(descriptor);
        }
    }
    return kept;
}

static int serve(const struct target *target)
{
    static const struct agent_stream stream = {read_input, write_output, NULL};
    struct api api;
    const char *problem = hck_target_fill(target, &api);
    if (problem != NULL) {
        say_broken(problem);
        return EXIT_NOT_STARTED;
    }
    return hck_agent_serve(&api, &stream);
}

static void run_library(const struct target *target, const int ends[PIPE_ENDS])
{
    int status = EXIT_NOT_STARTED;
    hck_child_leave_at_once();
    if (keep_pipes(ends, CHILD_INPUT, CHILD_OUTPUT, CHILD_FREE)) {
        status = serve(target);
    }
    _exit(status);
}

static void run_child(const struct target *target, const int ends[PIPE_ENDS], pid_t parent)
{
    (void)setpgid(0, 0);
    if (!hck_child_follow(parent)) {
        _exit(EXIT_NOT_STARTED);
    }
    hck_child_reset_signals();
    if (target->kind != TARGET_EXEC) {
        run_library(target, ends);
    }
    if (keep_pipes(ends, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO + 1)) {
        hck_target_become_command(target);
    }
    _exit(EXIT_NOT_STARTED);
}

/* --- In the parent --- */

bool hck_target_start_process(struct target *target, struct target_error *error)
{
    int ends[PIPE_ENDS];
    pid_t parent = getpid();
    if (!hck_channel_pipes(ends)) {
        hck_target_fail(error, target, "no pipes: %s", strerror(errno));
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        run_child(target, ends, parent);
    }
    (void)close(ends[CHILD_READS]);
    (void)close(ends[CHILD_WRITES]);
    (void)close(ends[CHILD_COMPLAINS]);
    if (pid < 0) {
        hck_target_fail(error, target, "no process: %s", strerror(errno));
        (void)close(ends[WE_WRITE]);
        (void)close(ends[WE_READ]);
        (void)close(ends[WE_HEAR]);
        return false;
    }
    (void)setpgid(pid, pid);
    hck_channel_open(&target->channel, pid, ends[WE_WRITE], ends[WE_READ], ends[WE_HEAR]);
    return true;
}
