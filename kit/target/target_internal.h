/* What the parts of a target share.
 *
 *     target.c         opening, starting (the handshake), closing
 *     target_run.c     one trace: sending it, and finding the call that killed
 *     target_log.c     the text of the trace, checking and reading the log
 *     target_child.c   starts the process, and what winmem and so: do in it
 *     target_exec.c    the command of exec:
 *     channel.c        the process and the pipes
 *     winmem_api.c     the functions of libwinmem
 *     library_api.c    the functions of a shared library */
#ifndef HCK_KIT_TARGET_INTERNAL_H
#define HCK_KIT_TARGET_INTERNAL_H

#include "kit/target/channel.h"
#include "kit/target/target.h"
#include "spec/api.h"

enum target_kind { TARGET_WINMEM, TARGET_LIBRARY, TARGET_EXEC };

struct target {
    enum target_kind kind;
    struct target_options options;
    struct channel channel; /* pid 0: not started */
    bool is_used;           /* the process has been sent a trace */
    bool lacks[CALL_COUNT];
    uint8_t under_way;  /* see hck_target_under_way */
    char *name;         /* as it was opened */
    const char *detail; /* the path or command in `name` */
    char **words;       /* of the command, NULL at the end; one allocation with the texts */
    /* Of the trace that is being run, kept for the next. */
    char *text; /* the trace as it is sent */
    size_t text_capacity;
    size_t *offsets; /* of each call's text, and of the end */
    size_t offset_capacity;
    uint64_t *values; /* storage of an observation */
};

/* Environment variable: set, the standard error of target processes is this process's; otherwise
 * only its last line is heard. */
#define TARGET_STDERR_VARIABLE "HEAPCK_AGENT_STDERR"

/* Formats a message that begins with the target's name. */
void hck_target_fail(struct target_error *error, const struct target *target, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

/* Whether the user does not want to wait any longer. */
bool hck_target_is_interrupted(const struct target *target);

/* ": the last that it said on standard error was "..."", or nothing, of a process that has been
 * closed. */
enum { TARGET_LAST_WORDS_MAX = COMPLAINT_MAX + 60 };
void hck_target_say_last_words(struct target *target, char text[TARGET_LAST_WORDS_MAX]);

/* Says how a process ended: "died of SIGSEGV", "exited with status 3". */
void hck_target_say_end(int status, char *text, size_t size);

/* Starts the process and opens the channel. */
bool hck_target_start_process(struct target *target, struct target_error *error);

/* In the child: becomes the agent, or says on standard output why not, as an agent does. */
void hck_target_become_command(const struct target *target);

/* Splits a command as a shell does, without any expansion: blanks separate, a backslash takes the
 * next character as it is (between double quotes only before ", \, $ and `), single quotes take
 * everything. NULL where there is no word, or `*problem` says what is wrong. One allocation. */
char **hck_target_split(const char *command, const char **problem);

/* --- target_log.c --- */

/* One run of a trace. */
struct run {
    struct target *target;
    const struct trace *trace;
    struct target_error *error;
    void (*observe)(void *context, const struct call *call, const struct observation *seen);
    void *context;
    uint32_t cursor[TRACE_THREADS_MAX]; /* of each thread: its first call not seen yet */
    uint32_t seen_count;
    uint32_t announced[TRACE_THREADS_MAX];    /* begun and not seen yet, or NO_CALL ... */
    uint64_t announced_at[TRACE_THREADS_MAX]; /* ... and when */
    uint64_t line_count;
    uint64_t told_end;                    /* the latest tick that was told */
    uint64_t begun_at[TRACE_THREADS_MAX]; /* told_end + 1 when its call was announced; or 0 */
};

enum { TARGET_COMMAND_ROOM = 64 };

/* Prints the trace into target->text, with TARGET_COMMAND_ROOM bytes left behind the last call for
 * the command, which changes from attempt to attempt. False: no memory. */
bool hck_target_print_trace(struct target *target, const struct trace *trace);

/* No line of a log has come yet. */
void hck_target_log_begin(struct run *run);

/* Takes a line that the target said; LINE_WRONG: run->error. For struct exchange. */
enum line_taken hck_target_log_take(void *run, const char *line, size_t length);

/* The call that the process was making when it ended: the last one that it began and did not end,
 * else the next one. Some call was not seen yet. */
uint32_t hck_target_log_blamed(const struct run *run);

/* Bit set of the threads whose calls had begun and not ended by then, but for the thread of that
 * one.
 */
uint8_t hck_target_log_under_way(const struct run *run);

/* Has the lines that were taken observed, from the first on. False: run->error. */
bool hck_target_log_tell(struct run *run);

#endif
