/* Opening, starting and closing a target. */
#define _GNU_SOURCE /* sigabbrev_np */
#include "kit/target/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "kit/clock.h"
#include "kit/execute/agent.h"
#include "kit/target/target_api.h"
#include "kit/target/target_internal.h"
#include "spec/text.h"

enum {
    TRACE_TIMEOUT_MS = 10 * 1000,
    SLOW_START_MS = 1000, /* from here on the user is told what is waited for */
    START_PAUSE_MS = 300,
    CLOSE_GRACE_MS = 2000,
    END_GRACE_MS = 1000, /* of a process that has closed its output */
    GREETING_LINE_MAX = 4096,
    QUOTE_BYTES = 60
};

/* What every header of this project's texts begins with, whatever its version. */
#define HEADER_START "# heapck "

void hck_target_fail(struct target_error *error, const struct target *target, const char *format,
                     ...)
{
    va_list arguments;
    size_t size = sizeof error->message;
    int length = snprintf(error->message, size, "%.120s: ", target->name);
    va_start(arguments, format);
    if (length > 0 && (size_t)length < size) {
        (void)vsnprintf(error->message + length, size - (size_t)length, format, arguments);
    }
    va_end(arguments);
    error->usage = false;
}

void hck_target_say_end(int status, char *text, size_t size)
{
    if (WIFEXITED(status)) {
        (void)snprintf(text, size, "exited with status %d", WEXITSTATUS(status));
        return;
    }
    const char *name = sigabbrev_np(WTERMSIG(status));
    (void)snprintf(text, size, "died of signal %d (SIG%s)", WTERMSIG(status),
                   name != NULL ? name : "?");
}

bool hck_target_is_interrupted(const struct target *target)
{
    return target->options.interrupted != NULL && atomic_load(target->options.interrupted);
}

void hck_target_say_last_words(struct target *target, char text[TARGET_LAST_WORDS_MAX])
{
    const char *words = hck_channel_complaint(&target->channel);
    text[0] = '\0';
    if (words[0] != '\0') {
        (void)snprintf(text, TARGET_LAST_WORDS_MAX,
                       "; the last that it said on standard error was \"%s\"", words);
    }
}

/* --- Opening --- */

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Finds out what the target string names. NULL, or what is wrong with it. */
static const char *read_name(struct target *target)
{
    const char *problem = NULL;
    if (strcmp(target->name, "winmem") == 0) {
        target->kind = TARGET_WINMEM;
        target->detail = "";
    } else if (starts_with(target->name, "so:")) {
        target->kind = TARGET_LIBRARY;
        target->detail = target->name + strlen("so:");
        problem = *target->detail == '\0' ? "a path has to follow, as in so:./libmine.so" : NULL;
    } else if (starts_with(target->name, "exec:")) {
        target->kind = TARGET_EXEC;
        target->detail = target->name + strlen("exec:");
        target->words = hck_target_split(target->detail, &problem);
    } else {
        problem = "a target is winmem, so:PATH or exec:COMMAND";
    }
    return problem;
}

struct target *hck_target_open(const char *name, const struct target_options *options,
                               struct target_error *error)
{
    struct target *target = calloc(1, sizeof *target);
    char *copy = strdup(name);
    if (target == NULL || copy == NULL) {
        (void)snprintf(error->message, sizeof error->message, "out of memory");
        error->usage = false;
        free(target);
        free(copy);
        return NULL;
    }
    target->name = copy;
    target->options = *options;
    if (target->options.trace_timeout_ms == 0) {
        target->options.trace_timeout_ms = TRACE_TIMEOUT_MS;
    }
    if (target->options.trace_total_ms == 0) {
        target->options.trace_total_ms = target->options.trace_timeout_ms * TARGET_TRACE_TOTAL;
    }
    const char *problem = read_name(target);
    if (target->options.start_timeout_ms == 0) {
        target->options.start_timeout_ms = target->options.trace_timeout_ms *
                                           (target->kind == TARGET_EXEC ? TARGET_AGENT_START : 1);
    }
    if (problem != NULL) {
        (void)snprintf(error->message, sizeof error->message, "'%.300s': %s", name, problem);
        error->usage = true;
        hck_target_close(target);
        return NULL;
    }
    return target;
}

const char *hck_target_name(const struct target *target)
{
    return target->name;
}

bool hck_target_is_local(const struct target *target)
{
    return target->kind != TARGET_EXEC;
}

const char *hck_target_fill(const struct target *target, struct api *api)
{
    memset(api, 0, sizeof *api);
    if (target->kind == TARGET_LIBRARY) {
        return hck_target_fill_library(target->detail, api);
    }
    hck_target_fill_winmem(api);
    return NULL;
}

bool hck_target_has(const struct target *target, enum call_id call)
{
    return !target->lacks[call];
}

void hck_target_close(struct target *target)
{
    if (target == NULL) {
        return;
    }
    (void)hck_channel_close(&target->channel, CLOSE_GRACE_MS);
    hck_channel_free(&target->channel);
    free(target->values);
    free(target->offsets);
    free(target->text);
    free(target->words);
    free(target->name);
    free(target);
}

void hck_target_abandon(struct target *target)
{
    if (target != NULL) {
        (void)hck_channel_close(&target->channel, 0);
        hck_target_close(target);
    }
}

/* --- Starting --- */

struct greeting {
    struct target *target;
    struct target_error *error;
    bool has_header;
    uint64_t begin_ms;
    bool has_told; /* that it is waited for */
};

static int quoted(size_t length)
{
    return length < QUOTE_BYTES ? (int)length : QUOTE_BYTES;
}

static enum line_taken take_lack(struct greeting *greeting, const char *line, size_t length)
{
    const char *name = line + strlen(AGENT_LACKS);
    size_t name_length = length - strlen(AGENT_LACKS);
    enum call_id call = hck_call_find(name, name_length);
    if (call == CALL_COUNT) {
        hck_target_fail(greeting->error, greeting->target,
                        "it says that it lacks \"%.*s\", which is no function", quoted(name_length),
                        name);
        return LINE_WRONG;
    }
    greeting->target->lacks[call] = true;
    return LINE_TAKEN;
}

static enum line_taken take_greeting(void *context, const char *line, size_t length)
{
    struct greeting *greeting = context;
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    if (hck_text_line_starts(line, length, AGENT_BROKEN)) {
        size_t skip = strlen(AGENT_BROKEN);
        hck_target_fail(greeting->error, greeting->target, "%.*s", (int)(length - skip),
                        line + skip);
        return LINE_WRONG;
    }
    if (!greeting->has_header && hck_text_line_is(line, length, AGENT_HEADER)) {
        greeting->has_header = true;
        return LINE_TAKEN;
    }
    if (greeting->has_header && hck_text_line_starts(line, length, AGENT_LACKS)) {
        return take_lack(greeting, line, length);
    }
    if (greeting->has_header && hck_text_line_is(line, length, AGENT_READY)) {
        return LINE_LAST;
    }
    if (hck_text_line_starts(line, length, HEADER_START)) {
        hck_target_fail(greeting->error, greeting->target,
                        "it says \"%.*s\" and this heapck speaks \"" AGENT_HEADER
                        "\": they are of different versions",
                        quoted(length), line);
        return LINE_WRONG;
    }
    hck_target_fail(greeting->error, greeting->target, "it said \"%.*s\" where \"%s\" was to come",
                    quoted(length), line, greeting->has_header ? AGENT_READY : AGENT_HEADER);
    return LINE_WRONG;
}

/* For struct exchange. */
static bool is_start_over(void *context)
{
    struct greeting *greeting = context;
    const struct target_options *options = &greeting->target->options;
    if (!greeting->has_told && options->waits != NULL &&
        hck_clock_ms() - greeting->begin_ms >= SLOW_START_MS) {
        greeting->has_told = true;
        options->waits(options->waits_context, true);
    }
    return hck_target_is_interrupted(greeting->target);
}

/* Why there was no complete greeting. */
static void say_no_greeting(struct target *target, enum exchange_end end, int status,
                            struct target_error *error)
{
    const struct channel *channel = &target->channel;
    size_t rest = channel->received_size - channel->line_begin;
    const char *unfinished = channel->received + channel->line_begin;
    char said[QUOTE_BYTES + 40] = "";
    char last_words[TARGET_LAST_WORDS_MAX];
    char how[64];
    const char *advice = target->kind == TARGET_EXEC
                             ? "; exec: takes an agent, as in 'exec:wine heapck-agent.exe'; "
                               "a relative path is taken from the current folder"
                             : "";
    if (rest > 0) {
        (void)snprintf(said, sizeof said, " behind \"%.*s\"", quoted(rest), unfinished);
    }
    hck_target_say_end(status, how, sizeof how);
    hck_target_say_last_words(target, last_words);
    switch (end) {
    case EXCHANGE_DIED:
        hck_target_fail(error, target, "it %s before it was ready%s%s%s",
                        channel->was_killed ? "closed its output" : how, said, last_words, advice);
        return;
    case EXCHANGE_SILENT:
    case EXCHANGE_TOO_SLOW:
        hck_target_fail(error, target, "it was not ready within %u ms%s%s%s",
                        target->options.start_timeout_ms, said, last_words, advice);
        return;
    case EXCHANGE_CALLED_OFF:
        hck_target_fail(error, target, "interrupted before it was ready");
        return;
    case EXCHANGE_TOO_LONG:
        hck_target_fail(error, target, "it said \"%.*s\" where \"%s\" was to come", quoted(rest),
                        unfinished, AGENT_HEADER);
        return;
    case EXCHANGE_TOO_MUCH:
    case EXCHANGE_NO_MEMORY:
        hck_target_fail(error, target, "out of memory");
        return;
    case EXCHANGE_DONE:
    case EXCHANGE_WRONG:
        return;
    }
}

uint32_t hck_target_limit_ms(const struct target_options *options)
{
    return options->trace_timeout_ms != 0 ? options->trace_timeout_ms : TRACE_TIMEOUT_MS;
}

uint32_t hck_target_limit_s(const struct target_options *options)
{
    return (hck_target_limit_ms(options) + 999) / 1000;
}

void hck_target_set_limit(struct target *target, uint32_t trace_timeout_ms)
{
    target->options.trace_timeout_ms = trace_timeout_ms;
}

enum start { START_READY, START_DIED, START_FAILED };

static enum start start_once(struct target *target, struct target_error *error)
{
    if (!hck_target_start_process(target, error)) {
        return START_FAILED;
    }
    target->is_used = false;
    memset(target->lacks, 0, sizeof target->lacks);
    struct greeting greeting = {.target = target, .error = error, .begin_ms = hck_clock_ms()};
    const struct exchange exchange = {
        .timeout_ms = target->options.start_timeout_ms,
        .total_ms = target->options.start_timeout_ms,
        .line_max = GREETING_LINE_MAX,
        .take_line = take_greeting,
        .is_over = is_start_over,
        .context = &greeting,
    };
    enum exchange_end end = hck_channel_exchange(&target->channel, &exchange);
    if (greeting.has_told) {
        target->options.waits(target->options.waits_context, false);
    }
    if (end == EXCHANGE_DONE) {
        return START_READY;
    }
    int status = hck_channel_close(&target->channel, end == EXCHANGE_DIED ? END_GRACE_MS : 0);
    say_no_greeting(target, end, status, error);
    return end == EXCHANGE_DIED ? START_DIED : START_FAILED;
}

/* An agent that ends before it is ready is started once more: Wine's server leaves a while after
 * its last client, and one that comes just then is thrown out. */
bool hck_target_start(struct target *target, struct target_error *error)
{
    static const struct timespec a_while = {.tv_nsec = START_PAUSE_MS * 1000 * 1000};
    if (hck_channel_has_ended(&target->channel)) {
        (void)hck_channel_close(&target->channel, 0);
    }
    if (target->channel.pid != 0) {
        return true;
    }
    enum start start = start_once(target, error);
    if (start == START_DIED && target->kind == TARGET_EXEC && !hck_target_is_interrupted(target)) {
        (void)nanosleep(&a_while, NULL);
        start = start_once(target, error);
    }
    return start == START_READY;
}
