/* The trace parser takes any text, and what it takes is printed so that it is the same again. */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"

enum { MESSAGE_MAX = 400 };

static bool parse(const char *text, size_t size, struct trace_buffer *trace)
{
    char message[MESSAGE_MAX] = "";
    bool is_loaded =
        hck_trace_parse("input", text, size, trace, message, sizeof message) == TRACE_LOADED;
    if (!is_loaded && strncmp(message, "input:", sizeof "input:" - 1) != 0) {
        hck_harness_fail("malformed text is not told with its place", NULL, NULL);
    }
    return is_loaded;
}

/* The printed form, to be freed. */
static char *print(const struct trace *trace, size_t *size)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);
    if (stream == NULL || !hck_trace_write(trace, stream) || fclose(stream) != 0) {
        hck_harness_fail("what was parsed can not be printed", trace, NULL);
    }
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct trace_buffer first;
    static struct trace_buffer second;
    if (!parse((const char *)data, size, &first)) {
        return 0;
    }
    size_t length = 0;
    size_t again_length = 0;
    char *text = print(&first.trace, &length);
    if (!parse(text, length, &second) || !hck_trace_same(&first.trace, &second.trace)) {
        hck_harness_fail("what was printed reads as another trace", &first.trace, NULL);
    }
    char *again = print(&second.trace, &again_length);
    if (again_length != length || memcmp(text, again, length) != 0) {
        hck_harness_fail("there are two spellings of it", &first.trace, NULL);
    }
    free(text);
    free(again);
    return 0;
}
