/* The agent: reads traces, runs them, writes logs. */
#include "kit/execute/agent.h"

#include <string.h>

#include "kit/execute/execute.h"
#include "kit/execute/executor.h"
#include "kit/execute/pages.h"
#include "spec/text.h"

enum {
    EXIT_SERVED = 0,
    EXIT_FAILED = 3,
    INPUT_BYTES = 2 * TEXT_LINE_MAX,
    OUTPUT_BYTES = 1 << 20,
    CALLS_FIRST = 1024
};

/* Any header: of a trace or of a log, of whatever version. */
#define HEADER_START "# heapck "

struct agent {
    const struct api *api;
    const struct agent_stream *stream;
    bool has_failed;   /* stream or memory: there is no way to go on */
    bool is_malformed; /* a line of the trace was not understood; the first such is described: */
    struct text_error error;
    uint32_t error_line;
    /* The trace. */
    struct trace trace;
    uint32_t capacity;
    uint32_t line;
    bool has_header;
    bool is_hostile;
    /* [input_begin, input_end) is read and not yet used. */
    size_t input_begin;
    size_t input_end;
    size_t output_length;
    char input[INPUT_BYTES];
    char output[OUTPUT_BYTES];
};

/* --- Output --- */

static void write_all(struct agent *agent, const char *bytes, size_t size)
{
    while (size > 0 && !agent->has_failed) {
        unsigned long part = size < OUTPUT_BYTES ? (unsigned long)size : OUTPUT_BYTES;
        long written = agent->stream->write(agent->stream->context, bytes, part);
        if (written <= 0 || (unsigned long)written > part) {
            agent->has_failed = true;
            return;
        }
        bytes += written;
        size -= (unsigned long)written;
    }
}

static void flush(struct agent *agent)
{
    write_all(agent, agent->output, agent->output_length);
    agent->output_length = 0;
}

/* For texts that are short compared with the buffer. */
static void put(struct agent *agent, const char *text)
{
    size_t length = strlen(text);
    if (OUTPUT_BYTES - agent->output_length < length) {
        flush(agent);
    }
    memcpy(agent->output + agent->output_length, text, length);
    agent->output_length += length;
}

static void put_number(struct agent *agent, uint32_t number)
{
    char digits[11];
    unsigned at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    put(agent, digits + at);
}

/* A log line that is longer than the whole buffer. */
static void write_huge(struct agent *agent, const struct call *call, const struct observation *seen,
                       size_t length)
{
    size_t size = length + 2;
    char *line = hck_pages_take(size);
    if (line == NULL) {
        agent->has_failed = true;
        return;
    }
    (void)hck_text_print_log(call, seen, agent->trace.thread_count > 1, line, size);
    line[length] = '\n';
    write_all(agent, line, length + 1);
    hck_pages_give(line, size);
}

static void put_log(struct agent *agent, const struct call *call, const struct observation *seen)
{
    bool with_ticks = agent->trace.thread_count > 1;
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        char *at = agent->output + agent->output_length;
        size_t room = OUTPUT_BYTES - agent->output_length;
        size_t length = hck_text_print_log(call, seen, with_ticks, at, room);
        if (length < room) {
            at[length] = '\n';
            agent->output_length += length + 1;
            return;
        }
        flush(agent);
        if (length >= OUTPUT_BYTES) {
            write_huge(agent, call, seen, length);
            return;
        }
    }
}

/* --- Running a trace --- */

static void observe(void *context, const struct call *call, const struct observation *seen)
{
    put_log(context, call, seen);
}

static void observe_step(void *context, const struct call *call, const struct observation *seen)
{
    put_log(context, call, seen);
    flush(context);
}

static void announce_step(void *context, const struct call *call)
{
    struct agent *agent = context;
    put(agent, AGENT_AT);
    if (OUTPUT_BYTES - agent->output_length < TEXT_LINE_MAX) {
        flush(agent);
    }
    agent->output_length +=
        hck_text_print_call(call, agent->output + agent->output_length, TEXT_LINE_MAX);
    put(agent, "\n");
    flush(agent);
}

static void give_up(void *context)
{
    flush(context);
}

static void say_error(struct agent *agent)
{
    put(agent, AGENT_ERROR);
    put_number(agent, agent->error_line);
    put(agent, ":");
    put_number(agent, agent->error.column);
    put(agent, ": expected ");
    put(agent, agent->error.expected);
    put(agent, "\n");
}

static void execute(struct agent *agent, bool in_steps)
{
    const struct executor_options options = {
        .hostile = agent->is_hostile,
        .block_wait_ms = EXECUTOR_BLOCK_WAIT_MS,
        .announce = in_steps ? announce_step : NULL,
        .observe = in_steps ? observe_step : observe,
        .give_up = give_up,
        .context = agent,
    };
    if (agent->is_malformed) {
        say_error(agent);
    } else if (!hck_execute(agent->api, &agent->trace, &options)) {
        put(agent, AGENT_ERROR "0:0: expected memory and threads to run the trace with\n");
    }
    put(agent, AGENT_DONE "\n");
    flush(agent);
}

/* --- Reading a trace --- */

static void clear_trace(struct agent *agent)
{
    struct call *calls = agent->trace.calls;
    memset(&agent->trace, 0, sizeof agent->trace);
    agent->trace.calls = calls;
    agent->trace.thread_count = 1;
    agent->has_header = false;
    agent->is_hostile = false;
    agent->is_malformed = false;
    agent->line = 0;
}

static void note_malformed(struct agent *agent, const struct text_error *error)
{
    if (!agent->is_malformed) {
        agent->is_malformed = true;
        agent->error = *error;
        agent->error_line = agent->line;
    }
}

static void note_expected(struct agent *agent, const char *expected)
{
    struct text_error error = {.column = 1};
    strncpy(error.expected, expected, sizeof error.expected - 1);
    note_malformed(agent, &error);
}

static bool grow_calls(struct agent *agent)
{
    uint32_t capacity = agent->capacity == 0 ? CALLS_FIRST : agent->capacity * 2;
    struct call *calls = hck_pages_take(capacity * sizeof *calls);
    if (calls == NULL) {
        return false;
    }
    if (agent->capacity > 0) {
        memcpy(calls, agent->trace.calls, agent->trace.call_count * sizeof *calls);
        hck_pages_give(agent->trace.calls, agent->capacity * sizeof *calls);
    }
    agent->trace.calls = calls;
    agent->capacity = capacity;
    return true;
}

static void append_call(struct agent *agent, const struct call *call)
{
    if (agent->trace.call_count == TRACE_CALLS_MAX) {
        note_expected(agent, "no more than 4,000,000 calls");
        return;
    }
    if (agent->trace.call_count == agent->capacity && !grow_calls(agent)) {
        agent->has_failed = true;
        return;
    }
    agent->trace.calls[agent->trace.call_count++] = *call;
    hck_trace_note(&agent->trace, call);
}

static void take_call(struct agent *agent, const char *line, size_t length)
{
    struct call call;
    struct text_error error;
    switch (hck_text_parse_call(line, length, agent->line, &call, &error)) {
    case TEXT_CALL:
        if (!agent->has_header) {
            note_expected(agent, "the line \"" TEXT_TRACE_HEADER "\" before the first call");
            return;
        }
        append_call(agent, &call);
        return;
    case TEXT_NOTHING:
        return;
    case TEXT_ERROR:
        note_malformed(agent, &error);
        return;
    }
}

static void begin_trace(struct agent *agent)
{
    clear_trace(agent);
    agent->has_header = true;
    agent->line = 1;
}

/* A header that is not ours: nothing behind it may be taken for the trace that was there before. */
static void refuse_header(struct agent *agent)
{
    begin_trace(agent);
    note_expected(agent, "the header \"" TEXT_TRACE_HEADER "\", this agent's version");
}

/* The trace is gone with this. */
static void run(struct agent *agent, bool in_steps)
{
    if (!agent->has_header) {
        note_expected(agent, "the line \"" TEXT_TRACE_HEADER "\" and a trace before it is run");
    }
    execute(agent, in_steps);
    clear_trace(agent);
}

/* False at the end of the service. */
static bool take_line(struct agent *agent, const char *line, size_t length)
{
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    agent->line++;
    if (length == 0 || line[0] != '#') {
        take_call(agent, line, length);
    } else if (hck_text_line_is(line, length, TEXT_TRACE_HEADER)) {
        begin_trace(agent);
    } else if (hck_text_line_starts(line, length, HEADER_START)) {
        refuse_header(agent);
    } else if (hck_text_line_is(line, length, AGENT_RUN)) {
        run(agent, false);
    } else if (hck_text_line_is(line, length, AGENT_STEP)) {
        run(agent, true);
    } else if (hck_text_line_is(line, length, AGENT_HOSTILE)) {
        agent->is_hostile = true;
    } else if (hck_text_line_is(line, length, AGENT_QUIT)) {
        return false;
    }
    return !agent->has_failed;
}

/* --- Input --- */

/* Reads more behind what is there. False at the end of input, or where it failed. */
static bool read_more(struct agent *agent)
{
    size_t kept = agent->input_end - agent->input_begin;
    if (agent->input_begin > 0) {
        memmove(agent->input, agent->input + agent->input_begin, kept);
        agent->input_begin = 0;
        agent->input_end = kept;
    }
    unsigned long room = (unsigned long)(INPUT_BYTES - kept);
    long count = agent->stream->read(agent->stream->context, agent->input + kept, room);
    if (count < 0 || (unsigned long)count > room) {
        agent->has_failed = true;
        return false;
    }
    agent->input_end += (size_t)count;
    return count > 0;
}

/* Drops the rest of a line that is longer than any line of a trace. */
static bool skip_long_line(struct agent *agent)
{
    note_expected(agent, "a shorter line");
    for (;;) {
        const char *begin = agent->input + agent->input_begin;
        const char *end = memchr(begin, '\n', agent->input_end - agent->input_begin);
        if (end != NULL) {
            agent->input_begin += (size_t)(end - begin) + 1;
            return true;
        }
        agent->input_begin = agent->input_end;
        if (!read_more(agent)) {
            return false;
        }
    }
}

static void serve(struct agent *agent)
{
    for (;;) {
        const char *begin = agent->input + agent->input_begin;
        size_t length = agent->input_end - agent->input_begin;
        const char *end = memchr(begin, '\n', length);
        if (end != NULL) {
            agent->input_begin += (size_t)(end - begin) + 1;
            if (!take_line(agent, begin, (size_t)(end - begin))) {
                return;
            }
        } else if (length >= TEXT_LINE_MAX) {
            agent->line++;
            if (!skip_long_line(agent)) {
                return;
            }
        } else if (!read_more(agent)) {
            return;
        }
    }
}

static void greet(struct agent *agent)
{
    bool supports[CALL_COUNT];
    hck_dispatch_survey(agent->api, supports);
    put(agent, AGENT_HEADER "\n");
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        if (!supports[id] && hck_call_rows[id].family != FAMILY_probe) {
            put(agent, AGENT_LACKS);
            put(agent, hck_call_rows[id].name);
            put(agent, "\n");
        }
    }
    put(agent, AGENT_READY "\n");
    flush(agent);
}

int hck_agent_serve(const struct api *api, const struct agent_stream *stream)
{
    struct agent *agent = hck_pages_take(sizeof *agent);
    if (agent == NULL) {
        return EXIT_FAILED;
    }
    agent->api = api;
    agent->stream = stream;
    agent->trace.thread_count = 1;
    if (!hck_fault_attach(api)) {
        put(agent, AGENT_BROKEN "the signals of memory faults can not be caught\n");
        flush(agent);
        agent->has_failed = true;
    } else {
        greet(agent);
        serve(agent);
        hck_fault_detach(api);
    }
    int status = agent->has_failed ? EXIT_FAILED : EXIT_SERVED;
    if (agent->capacity > 0) {
        hck_pages_give(agent->trace.calls, agent->capacity * sizeof *agent->trace.calls);
    }
    hck_pages_give(agent, sizeof *agent);
    return status;
}
