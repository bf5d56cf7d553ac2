/* Reading and writing logs. */
#include "kit/run/log.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/input.h"

#define END_START "# end"
#define END_LINE END_START " of %" PRIu64 " calls"

static bool read_whole(FILE *file, struct log_file *log)
{
    size_t capacity = 0;
    for (;;) {
        if (log->length == capacity) {
            capacity = capacity == 0 ? 1 << 16 : capacity * 2;
            char *text = realloc(log->text, capacity);
            if (text == NULL) {
                errno = ENOMEM;
                return false;
            }
            log->text = text;
        }
        size_t got = fread(log->text + log->length, 1, capacity - log->length, file);
        log->length += got;
        if (got == 0) {
            return !ferror(file);
        }
    }
}

/* The line at *at without its newline; moves *at behind it. False at the end of the text. */
static bool next_line(const struct log_file *log, size_t *at, const char **line, size_t *length)
{
    if (*at >= log->length) {
        return false;
    }
    *line = log->text + *at;
    const char *newline = memchr(*line, '\n', log->length - *at);
    *length = newline != NULL ? (size_t)(newline - *line) : log->length - *at;
    *at += *length + 1;
    if (*length > 0 && (*line)[*length - 1] == '\r') {
        (*length)--;
    }
    return true;
}

/* Takes a comment line that says something. Returns what was expected instead, or NULL. */
static const char *take_comment(struct log_file *log, const char *line, size_t length,
                                uint32_t *column)
{
    static const char target[] = "# target ";
    static const char lacks[] = "# lacks ";
    if (hck_text_line_starts(line, length, target)) {
        size_t rest = length - (sizeof target - 1);
        (void)snprintf(log->target, sizeof log->target, "%.*s",
                       (int)(rest < LOG_TARGET_MAX ? rest : LOG_TARGET_MAX - 1),
                       line + sizeof target - 1);
    } else if (hck_text_line_is(line, length, "# hostile")) {
        log->hostile = true;
    } else if (hck_text_line_starts(line, length, lacks)) {
        enum call_id call = hck_call_find(line + sizeof lacks - 1, length - (sizeof lacks - 1));
        if (call == CALL_COUNT) {
            *column = sizeof lacks;
            return "the name of a function";
        }
        log->lacks[call] = true;
    }
    return NULL;
}

static enum log_load fail(const char *path, uint32_t number, uint32_t column, const char *expected,
                          char *message, size_t size)
{
    (void)snprintf(message, size, "%s:%" PRIu32 ":%" PRIu32 ": expected %s", path, number, column,
                   expected);
    return LOG_MALFORMED;
}

/* The number of "# end of 12 calls"; UINT64_MAX where it is no number. */
static uint64_t read_end(const char *line, size_t length)
{
    static const char before[] = END_START " of ";
    char text[64] = "";
    char *rest = text;
    if (length >= sizeof text || !hck_text_line_starts(line, length, before)) {
        return UINT64_MAX;
    }
    memcpy(text, line + sizeof before - 1, length - (sizeof before - 1));
    uint64_t count = isdigit((unsigned char)text[0]) ? strtoull(text, &rest, 10) : UINT64_MAX;
    return strcmp(rest, " calls") == 0 ? count : UINT64_MAX;
}

static enum log_load take_end(const char *path, const struct log_file *log, uint32_t number,
                              const char *line, size_t length, char *message, size_t size)
{
    char expected[80];
    (void)snprintf(expected, sizeof expected,
                   "'" END_START " of N calls' with N = %" PRIu32 "; the log was cut off",
                   log->trace.trace.call_count);
    return read_end(line, length) == log->trace.trace.call_count
               ? LOG_LOADED
               : fail(path, number, 1, expected, message, size);
}

/* Nothing but blank lines may follow: two logs in one file are no log. */
static enum log_load take_rest(const char *path, const struct log_file *log, size_t at,
                               uint32_t number, char *message, size_t size)
{
    const char *line = "";
    size_t length = 0;
    while (next_line(log, &at, &line, &length)) {
        number++;
        if (length > 0) {
            return fail(path, number, 1, "nothing behind the end of the log", message, size);
        }
    }
    return LOG_LOADED;
}

static enum log_load take_lines(const char *path, struct log_file *log, char *message, size_t size)
{
    size_t at = 0;
    const char *line = "";
    size_t length = 0;
    uint32_t number;
    if (!next_line(log, &at, &line, &length) || !hck_text_line_is(line, length, TEXT_LOG_HEADER)) {
        bool is_trace = hck_text_line_is(line, length, TEXT_TRACE_HEADER);
        return fail(path, 1, 1,
                    is_trace ? "'" TEXT_LOG_HEADER "', found a trace: 'heapck replay' runs one"
                             : "'" TEXT_LOG_HEADER "'",
                    message, size);
    }
    for (number = 2; next_line(log, &at, &line, &length); number++) {
        struct call call;
        struct observation seen = {.values = log->values, .value_capacity = OBSERVATION_VALUES_MAX};
        struct text_error error = {.column = 1};
        const char *expected = NULL;
        if (hck_text_line_starts(line, length, END_START)) {
            enum log_load ended = take_end(path, log, number, line, length, message, size);
            return ended == LOG_LOADED ? take_rest(path, log, at, number, message, size) : ended;
        }
        switch (hck_text_parse_log(line, length, number, &call, &seen, &error)) {
        case TEXT_CALL:
            if (!hck_trace_append(&log->trace, &call)) {
                return fail(path, number, 1, "fewer calls", message, size);
            }
            break;
        case TEXT_NOTHING:
            expected = take_comment(log, line, length, &error.column);
            if (expected != NULL) {
                return fail(path, number, error.column, expected, message, size);
            }
            break;
        case TEXT_ERROR:
            return fail(path, number, error.column, error.expected, message, size);
        }
    }
    return take_end(path, log, number, "", 0, message, size);
}

enum log_load hck_log_load(const char *path, struct log_file *log, char *message, size_t size)
{
    FILE *file = hck_input_open(path);
    const char *name = hck_input_name(path);
    bool read = false;
    if (file != NULL) {
        read = read_whole(file, log);
    }
    if (!read) {
        (void)snprintf(message, size, "%s: %s", name, strerror(errno));
    }
    if (file != NULL) {
        hck_input_close(file);
    }
    if (!read) {
        return LOG_UNREADABLE;
    }
    log->values = malloc(OBSERVATION_VALUES_MAX * sizeof log->values[0]);
    if (log->values == NULL) {
        (void)snprintf(message, size, "%s: out of memory", name);
        return LOG_UNREADABLE;
    }
    return take_lines(name, log, message, size);
}

void hck_log_free(struct log_file *log)
{
    free(log->text);
    free(log->values);
    hck_trace_free(&log->trace);
    memset(log, 0, sizeof *log);
}

struct log_reader {
    struct log_file *log;
    size_t at;
    uint32_t number;
};

/* Every line has been parsed once, so none fails here. */
static bool next_call(void *context, struct call *call, struct observation *seen)
{
    struct log_reader *reader = context;
    const char *line = NULL;
    size_t length = 0;
    while (next_line(reader->log, &reader->at, &line, &length)) {
        struct text_error error;
        memset(seen, 0, sizeof *seen);
        seen->values = reader->log->values;
        seen->value_capacity = OBSERVATION_VALUES_MAX;
        if (hck_text_parse_log(line, length, reader->number++, call, seen, &error) == TEXT_CALL) {
            return true;
        }
    }
    return false;
}

void hck_log_judge(struct judge_session *session, struct log_file *log, judge_listener listener,
                   void *context, struct judge_summary *summary)
{
    struct log_reader reader = {log, 0, 1};
    hck_judge_log(session, &log->trace.trace, log->lacks, next_call, &reader, listener, context,
                  summary);
}

void hck_log_begin(struct log_writer *writer, FILE *stream, const struct target *target,
                   bool hostile, const struct trace *trace)
{
    memset(writer, 0, sizeof *writer);
    writer->stream = stream;
    writer->with_ticks = trace->thread_count > 1;
    bool written = fprintf(stream, "%s\n# target %s\n%s", TEXT_LOG_HEADER, hck_target_name(target),
                           hostile ? "# hostile\n" : "") > 0;
    for (unsigned i = 0; i < CALL_COUNT && written; i++) {
        if (!hck_target_has(target, (enum call_id)i)) {
            written = fprintf(stream, "# lacks %s\n", hck_call_rows[i].name) > 0;
        }
    }
    writer->failed = !written;
}

void hck_log_write(struct log_writer *writer, const struct call *call,
                   const struct observation *seen)
{
    if (writer->failed) {
        return;
    }
    size_t length = hck_text_print_log(call, seen, writer->with_ticks, writer->line, writer->size);
    if (length >= writer->size) {
        char *line = realloc(writer->line, length + 1);
        if (line == NULL) {
            errno = ENOMEM;
            writer->failed = true;
            return;
        }
        writer->line = line;
        writer->size = length + 1;
        hck_text_print_log(call, seen, writer->with_ticks, writer->line, writer->size);
    }
    writer->failed = fprintf(writer->stream, "%s\n", writer->line) < 0;
    writer->call_count++;
}

void hck_log_end(struct log_writer *writer)
{
    if (!writer->failed) {
        writer->failed = fprintf(writer->stream, END_LINE "\n", (uint64_t)writer->call_count) < 0;
    }
}

void hck_log_free_writer(struct log_writer *writer)
{
    free(writer->line);
    writer->line = NULL;
}
