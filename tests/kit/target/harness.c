/* See harness.h. */
#include "tests/kit/target/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "kit/trace.h"
#include "tests/kit/trace/text.h"

enum { START_TIMEOUT_MS = 60000 };

struct target *open_target(const char *name, uint32_t trace_timeout_ms)
{
    /* However short a trace may take, an agent gets its time to start. */
    const struct target_options options = {.trace_timeout_ms = trace_timeout_ms,
                                           .start_timeout_ms = START_TIMEOUT_MS};
    struct target_error error = {.message = ""};
    struct target *target = hck_target_open(name, &options, &error);
    if (target == NULL) {
        fail_msg("%s", error.message);
    }
    return target;
}

static void observe(void *context, const struct call *call, const struct observation *seen)
{
    struct outcome *outcome = context;
    outcome->seen_count++;
    outcome->last_call = *call;
    outcome->last = *seen;
    outcome->skipped_count += seen->status == STATUS_SKIPPED;
}

void run_trace_on(struct target *target, const struct trace *trace, struct outcome *outcome)
{
    memset(outcome, 0, sizeof *outcome);
    outcome->result = hck_target_run(target, trace, observe, outcome, &outcome->error);
}

void run_on(struct target *target, const char *text, struct outcome *outcome)
{
    struct trace_buffer buffer = {.capacity = 0};
    char with_header[4096] = TEXT_TRACE_HEADER "\n";
    assert_true(strlen(text) < sizeof with_header - 100);
    strcat(with_header, text);
    load_trace(with_header, &buffer);
    run_trace_on(target, &buffer.trace, outcome);
    hck_trace_free(&buffer);
}

void assert_does_not_start(const char *name, uint32_t start_timeout_ms, const char *reason)
{
    const struct target_options options = {.start_timeout_ms = start_timeout_ms};
    struct target_error error = {.message = ""};
    struct target *target = hck_target_open(name, &options, &error);
    assert_non_null(target);
    assert_false(hck_target_start(target, &error));
    if (strstr(error.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error.message, reason);
    }
    assert_null(strchr(error.message, '\n'));
    assert_false(error.usage);
    hck_target_close(target);
}

void assert_broken(const struct outcome *outcome, const char *reason)
{
    if (outcome->result != TARGET_BROKEN) {
        fail_msg("the result is %d", (int)outcome->result);
    }
    if (strstr(outcome->error.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", outcome->error.message, reason);
    }
    assert_null(strchr(outcome->error.message, '\n'));
}
