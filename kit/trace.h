/* Traces that grow, and traces in files. */
#ifndef HCK_KIT_TRACE_H
#define HCK_KIT_TRACE_H

#include <stdio.h>

#include "spec/call.h"
#include "spec/text.h"

/* A trace that owns its calls. Starts as all zeroes. */
struct trace_buffer {
    struct trace trace;
    uint32_t capacity;
    const char *clause_id; /* that the file says it violates ("# clause ID"), or NULL */
};

/* Appends a call and notes its slots and thread. False when out of memory or at TRACE_CALLS_MAX. */
bool hck_trace_append(struct trace_buffer *buffer, const struct call *call);
void hck_trace_clear(struct trace_buffer *buffer); /* keeps the storage */
void hck_trace_free(struct trace_buffer *buffer);
bool hck_trace_copy(struct trace_buffer *to, const struct trace *from);

/* Slots and threads are those that the calls name, and none that calls named which are gone. */
void hck_trace_count_anew(struct trace *trace);

/* Whether both read the same. */
bool hck_trace_same(const struct trace *a, const struct trace *b);

enum trace_load { TRACE_LOADED, TRACE_UNREADABLE, TRACE_MALFORMED };

/* Reads a trace file; "-" is standard input. Otherwise `message` (of `size` bytes) says
 * "file:line:column: expected ...", or why the file cannot be read. */
enum trace_load hck_trace_load(const char *path, struct trace_buffer *buffer, char *message,
                               size_t size);

/* The same for text in memory; `name` stands for the file in messages. */
enum trace_load hck_trace_parse(const char *name, const char *text, size_t length,
                                struct trace_buffer *buffer, char *message, size_t size);

/* Writes the header and every call. False where the stream failed. */
bool hck_trace_write(const struct trace *trace, FILE *stream);

/* The same, and in the second line the clause that it violates. */
bool hck_trace_write_violating(const struct trace *trace, const char *clause_id, FILE *stream);

#endif
