/* See text.h. */
#include "tests/kit/trace/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_SIZE = 1 << 16 };

void load_trace(const char *text, struct trace_buffer *buffer)
{
    char message[300];
    if (hck_trace_parse("test", text, strlen(text), buffer, message, sizeof message) !=
        TRACE_LOADED) {
        fail_msg("%s", message);
    }
}

struct call parse_call(const char *line)
{
    struct call call;
    struct text_error error;
    if (hck_text_parse_call(line, strlen(line), 1, &call, &error) != TEXT_CALL) {
        fail_msg("%s: %u: expected %s", line, error.column, error.expected);
    }
    return call;
}

void assert_trace(const struct trace *trace, const char *expected)
{
    static char text[TEXT_SIZE];
    size_t length = 0;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        length += hck_text_print_call(&trace->calls[i], text + length, TEXT_SIZE - length);
        assert_true(length + 2 < TEXT_SIZE);
        text[length++] = '\n';
    }
    text[length] = '\0';
    assert_string_equal(text, expected);
}
