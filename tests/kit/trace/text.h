/* Traces and calls that a test has as text. */
#ifndef HCK_TESTS_KIT_TRACE_TEXT_H
#define HCK_TESTS_KIT_TRACE_TEXT_H

#include "kit/trace.h"

/* The text of a file, header and all. Fails the running test where it is malformed. */
void load_trace(const char *text, struct trace_buffer *buffer);

/* A line of one. Fails the running test where it is no call. */
struct call parse_call(const char *line);

/* Fails the running test unless these are the calls, each in a line, without the header. */
void assert_trace(const struct trace *trace, const char *expected);

#endif
