/* See harness.h. */
#define _POSIX_C_SOURCE 200809L
#include "tests/kit/execute/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <winmem.h>

#include "spec/text.h"

enum { CALLS_MAX = 4096, LINE_MAX_BYTES = 4096 };

static struct call calls[CALLS_MAX];
static char *lines[CALLS_MAX];
static unsigned line_count;

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
enum { FAULT_SIGNALS = sizeof fault_signals / sizeof fault_signals[0] };
static struct sigaction winmem_actions[FAULT_SIGNALS];
static const struct api *winmem_api; /* the one that winmem_start filled last */

void winmem_meet(void)
{
    (void)GetProcessHeap();
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        (void)sigaction(fault_signals[i], NULL, &winmem_actions[i]);
    }
}

void winmem_start(struct api *api)
{
#define CALL(name, ...) api->name = name;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
    winmem_api = api;
}

static void put_signals_back(const struct api *api)
{
    for (unsigned i = 0; i < FAULT_SIGNALS && api == winmem_api && api->HeapAlloc == HeapAlloc;
         i++) {
        (void)sigaction(fault_signals[i], &winmem_actions[i], NULL);
    }
}

static void observe(void *context, const struct call *call, const struct observation *seen)
{
    const struct trace *trace = context;
    assert_true(line_count < CALLS_MAX);
    lines[line_count] = malloc(LINE_MAX_BYTES);
    (void)hck_text_print_log(call, seen, trace->thread_count > 1, lines[line_count],
                             LINE_MAX_BYTES);
    line_count++;
}

static void parse(const char *text, struct trace *trace)
{
    uint32_t number = 1;
    for (const char *at = text; *at != '\0'; number++) {
        struct text_error error = {.column = 0};
        size_t length = strcspn(at, "\n");
        enum text_line line =
            hck_text_parse_call(at, length, number, &calls[trace->call_count], &error);
        if (line == TEXT_ERROR) {
            fail_msg("line %u, column %u: expected %s", number, error.column, error.expected);
        }
        if (line == TEXT_CALL) {
            hck_trace_note(trace, &calls[trace->call_count++]);
        }
        at += length + (at[length] == '\n');
    }
}

static void run(const struct api *api, const char *text, bool is_hostile)
{
    struct trace trace = {.calls = calls, .thread_count = 1};
    const struct executor_options options = {
        .hostile = is_hostile,
        .block_wait_ms = 100, /* the machine may be busy */
        .observe = observe,
        .context = &trace,
    };
    while (line_count > 0) {
        free(lines[--line_count]);
    }
    parse(text, &trace);
    put_signals_back(api);
    assert_true(hck_execute(api, &trace, &options));
    assert_int_equal(line_count, trace.call_count);
}

void run_text(const struct api *api, const char *text)
{
    run(api, text, false);
}

void run_hostile(const struct api *api, const char *text)
{
    run(api, text, true);
}

const char *log_line(unsigned index)
{
    assert_true(index < line_count);
    return lines[index];
}

unsigned log_count(void)
{
    return line_count;
}

unsigned log_find(const char *start)
{
    for (unsigned i = 0; i < line_count; i++) {
        if (strncmp(lines[i], start, strlen(start)) == 0) {
            return i;
        }
    }
    fail_msg("no line begins with %s", start);
    return 0;
}

void assert_log(unsigned index, const char *end)
{
    const char *line = log_line(index);
    size_t length = strlen(line);
    size_t end_length = strlen(end);
    if (length < end_length || strcmp(line + length - end_length, end) != 0) {
        fail_msg("\"%s\" does not end with \"%s\"", line, end);
    }
}
