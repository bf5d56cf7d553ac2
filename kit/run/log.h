/* Log files: a trace with what was seen of each call, recorded here and judged elsewhere.
 *
 *     # heapck log 1
 *     # target so:./libother.so
 *     # hostile                       only where it was recorded so
 *     # lacks HeapSummary             one line for each function that the target does not have
 *     h0 = HeapCreate(0, 0, 0) -> 0x7f0000010000
 *     # end of 1 calls
 *
 * Without the last line, which counts the calls, a log is one that was cut off, and malformed. */
#ifndef HCK_KIT_RUN_LOG_H
#define HCK_KIT_RUN_LOG_H

#include <stdio.h>

#include "kit/run/judge.h"
#include "kit/trace.h"

enum { LOG_TARGET_MAX = 1024 };

/* Starts as all zeroes. */
struct log_file {
    char *text; /* the whole file */
    size_t length;
    struct trace_buffer trace;   /* its calls, in the order of the log */
    char target[LOG_TARGET_MAX]; /* empty where the log does not say */
    bool hostile;
    bool lacks[CALL_COUNT];
    uint64_t *values; /* storage for one observation's */
};

enum log_load { LOG_LOADED, LOG_UNREADABLE, LOG_MALFORMED };

/* Reads and checks the whole file ("-" is standard input); nothing of a malformed one is judged.
 * Otherwise `message` says "file:line:column: expected ...", or why the file cannot be read. */
enum log_load hck_log_load(const char *path, struct log_file *log, char *message, size_t size);
void hck_log_free(struct log_file *log);

/* Judges what the log holds. */
void hck_log_judge(struct judge_session *session, struct log_file *log, judge_listener listener,
                   void *context, struct judge_summary *summary);

struct log_writer {
    FILE *stream;
    bool with_ticks;
    char *line;
    size_t size;
    uint32_t call_count;
    bool failed; /* the stream, or memory */
};

/* Writes the header of a log of a started target. */
void hck_log_begin(struct log_writer *writer, FILE *stream, const struct target *target,
                   bool hostile, const struct trace *trace);
void hck_log_write(struct log_writer *writer, const struct call *call,
                   const struct observation *seen);

/* Writes the end of a log that is complete. */
void hck_log_end(struct log_writer *writer);
void hck_log_free_writer(struct log_writer *writer);

#endif
