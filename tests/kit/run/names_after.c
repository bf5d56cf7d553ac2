/* See names_after.h. */
#include "tests/kit/run/names_after.h"

#include <stddef.h>

#include "tests/kit/trace/text.h"

static struct trace_buffer trace;
static struct names *names;

const struct names *names_after(const char *text, const uint64_t *results)
{
    load_trace(text, &trace);
    names = hck_names_open(&trace.trace);
    for (uint32_t i = 0; i < trace.trace.call_count; i++) {
        struct observation seen = {.status = STATUS_RETURNED, .result = results[i]};
        hck_names_note(names, i, &trace.trace.calls[i], &seen);
    }
    return names;
}

int names_after_end(void **state)
{
    (void)state;
    hck_names_close(names);
    hck_trace_free(&trace);
    return 0;
}
