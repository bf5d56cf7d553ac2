/* Traces that grow, and traces in files. */
#include "kit/trace.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kit/closest.h"
#include "kit/input.h"
#include "spec/clause.h"

enum {
    CAPACITY_FIRST = 64,
    READ_FIRST = 1 << 16,
    FILE_SIZE_MAX = 1 << 30, /* bytes; TRACE_CALLS_MAX calls of usual length are a third of it */
    PRINT_SIZE = 1024        /* a call of the longest arguments has about half of that */
};

static bool reserve_calls(struct trace_buffer *buffer, uint32_t count)
{
    if (count <= buffer->capacity) {
        return true;
    }
    uint32_t capacity = buffer->capacity == 0 ? CAPACITY_FIRST : buffer->capacity;
    while (capacity < count) {
        capacity *= 2; /* TRACE_CALLS_MAX is far below where this wraps */
    }
    struct call *calls = realloc(buffer->trace.calls, capacity * sizeof(*calls));
    if (calls == NULL) {
        return false;
    }
    buffer->trace.calls = calls;
    buffer->capacity = capacity;
    return true;
}

bool hck_trace_append(struct trace_buffer *buffer, const struct call *call)
{
    struct trace *trace = &buffer->trace;
    struct call copy = *call; /* `call` may lie in the storage that moves now */
    if (trace->call_count >= TRACE_CALLS_MAX || !reserve_calls(buffer, trace->call_count + 1)) {
        return false;
    }
    trace->calls[trace->call_count++] = copy;
    hck_trace_note(trace, &copy);
    return true;
}

void hck_trace_clear(struct trace_buffer *buffer)
{
    struct call *calls = buffer->trace.calls;
    buffer->trace = (struct trace){.calls = calls, .thread_count = 1};
    buffer->clause_id = NULL;
}

void hck_trace_free(struct trace_buffer *buffer)
{
    free(buffer->trace.calls);
    *buffer = (struct trace_buffer){0};
}

bool hck_trace_copy(struct trace_buffer *to, const struct trace *from)
{
    if (from->call_count > TRACE_CALLS_MAX || !reserve_calls(to, from->call_count)) {
        return false;
    }
    struct call *calls = to->trace.calls;
    if (from->call_count > 0) {
        memmove(calls, from->calls, from->call_count * sizeof(*calls));
    }
    to->trace = *from;
    to->trace.calls = calls;
    return true;
}

void hck_trace_count_anew(struct trace *trace)
{
    trace->thread_count = 1;
    memset(trace->slot_count, 0, sizeof trace->slot_count);
    for (uint32_t i = 0; i < trace->call_count; i++) {
        hck_trace_note(trace, &trace->calls[i]);
    }
}

bool hck_trace_same(const struct trace *a, const struct trace *b)
{
    char line_a[PRINT_SIZE];
    char line_b[PRINT_SIZE];
    if (a->call_count != b->call_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->call_count; i++) {
        hck_text_print_call(&a->calls[i], line_a, sizeof line_a);
        hck_text_print_call(&b->calls[i], line_b, sizeof line_b);
        if (strcmp(line_a, line_b) != 0) {
            return false;
        }
    }
    return true;
}

/* "# seed 42". Other comments that begin alike are what they look like: comments. */
static bool parse_seed(const char *line, size_t length, uint64_t *seed)
{
    static const char start[] = "# seed ";
    const size_t start_length = sizeof(start) - 1;
    uint64_t value = 0;
    if (length <= start_length || memcmp(line, start, start_length) != 0) {
        return false;
    }
    for (size_t i = start_length; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)line[i] - '0';
        if (digit > 9 || value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit) {
            return false;
        }
        value = value * 10 + digit;
    }
    *seed = value;
    return true;
}

/* "# clause heap_size.large_block.is_exact". NULL where it is another comment. */
static const char *parse_clause(const char *line, size_t length)
{
    static const char start[] = "# clause ";
    const size_t start_length = sizeof(start) - 1;
    if (!hck_text_line_starts(line, length, start)) {
        return NULL;
    }
    enum clause_id clause = hck_clause_find_text(line + start_length, length - start_length);
    return clause != CLAUSE_NONE ? hck_clause_get(clause)->id : NULL;
}

static void parse_comment(const char *line, size_t length, struct trace_buffer *buffer)
{
    if (buffer->trace.call_count > 0) {
        return;
    }
    parse_seed(line, length, &buffer->trace.seed);
    if (buffer->clause_id == NULL) {
        buffer->clause_id = parse_clause(line, length);
    }
}

static enum trace_load malformed(char *message, size_t size, const char *name, uint32_t line,
                                 const struct text_error *error)
{
    snprintf(message, size, "%s:%u:%u: expected %s", name, (unsigned)line, (unsigned)error->column,
             error->expected);
    return TRACE_MALFORMED;
}

/* A misspelt call is told with the name that was meant. */
static void suggest_call(const char *line, size_t length, const struct text_error *error,
                         char *message, size_t size)
{
    static const char expected[] = "the name of a call";
    size_t begin = error->column > 0 ? error->column - 1 : 0;
    size_t end = begin;
    if (strncmp(error->expected, expected, sizeof(expected) - 1) != 0) {
        return;
    }
    while (end < length && isalnum((unsigned char)line[end])) {
        end++;
    }
    struct closest closest = hck_closest_begin(line + begin, end - begin);
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        hck_closest_offer(&closest, hck_call_rows[i].name);
    }
    const char *meant = hck_closest_end(&closest);
    size_t written = strlen(message);
    if (meant != NULL && begin < length && written < size) {
        snprintf(message + written, size - written, ", did you mean '%s'?", meant);
    }
}

static enum trace_load parse_line(const char *name, const char *line, size_t length,
                                  uint32_t line_number, struct trace_buffer *buffer, char *message,
                                  size_t size)
{
    struct call call;
    struct text_error error;
    switch (hck_text_parse_call(line, length, line_number, &call, &error)) {
    case TEXT_CALL:
        if (buffer->trace.call_count == TRACE_CALLS_MAX) {
            error = (struct text_error){1, "the end of the trace: it has too many calls"};
            return malformed(message, size, name, line_number, &error);
        }
        if (!hck_trace_append(buffer, &call)) {
            snprintf(message, size, "%s: out of memory", name);
            return TRACE_UNREADABLE;
        }
        return TRACE_LOADED;
    case TEXT_NOTHING:
        parse_comment(line, length, buffer);
        return TRACE_LOADED;
    case TEXT_ERROR:
        break;
    }
    malformed(message, size, name, line_number, &error);
    suggest_call(line, length, &error, message, size);
    return TRACE_MALFORMED;
}

/* The length of the line without a carriage return, which an editor on Windows may have put. */
static size_t line_length(const char *line, const char *end, const char **next)
{
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    const char *stop = newline != NULL ? newline : end;
    *next = newline != NULL ? newline + 1 : end;
    return (size_t)(stop - line) - (stop > line && stop[-1] == '\r');
}

/* Editors on Windows put one before the text. */
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static bool begins_with_mark(const char *text, size_t length)
{
    const size_t mark_length = sizeof BYTE_ORDER_MARK - 1;
    return length >= mark_length && memcmp(text, BYTE_ORDER_MARK, mark_length) == 0;
}

enum trace_load hck_trace_parse(const char *name, const char *text, size_t length,
                                struct trace_buffer *buffer, char *message, size_t size)
{
    const size_t header_length = sizeof(TEXT_TRACE_HEADER) - 1;
    const char *end = text + length;
    const char *next;
    hck_trace_clear(buffer);
    text += begins_with_mark(text, length) ? sizeof BYTE_ORDER_MARK - 1 : 0;
    next = text;
    size_t first = text < end ? line_length(text, end, &next) : 0;
    if (first != header_length || memcmp(text, TEXT_TRACE_HEADER, header_length) != 0) {
        struct text_error error = {1, "'" TEXT_TRACE_HEADER "' as the first line"};
        struct text_error of_log = {
            1, "'" TEXT_TRACE_HEADER "' as the first line, found a log: 'heapck judge' judges one"};
        bool is_log = hck_text_line_is(text, first, TEXT_LOG_HEADER);
        return malformed(message, size, name, 1, is_log ? &of_log : &error);
    }
    for (uint32_t line_number = 2; next < end; line_number++) {
        const char *line = next;
        size_t count = line_length(line, end, &next);
        enum trace_load result = parse_line(name, line, count, line_number, buffer, message, size);
        if (result != TRACE_LOADED) {
            return result;
        }
    }
    return TRACE_LOADED;
}

/* Reads to the end, whatever the file is: a pipe has no size to ask for. NULL with errno set. */
static char *read_stream(FILE *stream, size_t *length)
{
    size_t capacity = READ_FIRST;
    char *text = malloc(capacity);
    *length = 0;
    while (text != NULL) {
        *length += fread(text + *length, 1, capacity - *length, stream);
        if (*length < capacity) {
            break;
        }
        if (capacity >= FILE_SIZE_MAX) {
            free(text);
            errno = EFBIG;
            return NULL;
        }
        capacity *= 2;
        char *larger = realloc(text, capacity);
        if (larger == NULL) {
            free(text);
        }
        text = larger;
    }
    if (text != NULL && ferror(stream)) {
        int error = errno;
        free(text);
        errno = error;
        return NULL;
    }
    return text;
}

enum trace_load hck_trace_load(const char *path, struct trace_buffer *buffer, char *message,
                               size_t size)
{
    size_t length;
    char *text = NULL;
    FILE *stream = hck_input_open(path);
    if (stream != NULL) {
        text = read_stream(stream, &length);
    }
    if (text == NULL) {
        snprintf(message, size, "%s: %s", hck_input_name(path), strerror(errno));
        if (stream != NULL) {
            hck_input_close(stream);
        }
        return TRACE_UNREADABLE;
    }
    hck_input_close(stream);
    enum trace_load result =
        hck_trace_parse(hck_input_name(path), text, length, buffer, message, size);
    free(text);
    return result;
}

bool hck_trace_write(const struct trace *trace, FILE *stream)
{
    return hck_trace_write_violating(trace, NULL, stream);
}

bool hck_trace_write_violating(const struct trace *trace, const char *clause_id, FILE *stream)
{
    fputs(TEXT_TRACE_HEADER "\n", stream);
    if (clause_id != NULL) {
        fprintf(stream, "# clause %s\n", clause_id);
    }
    if (trace->seed != 0) {
        fprintf(stream, "# seed %llu\n", (unsigned long long)trace->seed);
    }
    for (uint32_t i = 0; i < trace->call_count; i++) {
        char line[PRINT_SIZE];
        size_t length = hck_text_print_call(&trace->calls[i], line, sizeof(line) - 1);
        if (length >= sizeof(line) - 1) {
            return false;
        }
        line[length] = '\n';
        fwrite(line, 1, length + 1, stream);
    }
    return fflush(stream) == 0 && !ferror(stream);
}
