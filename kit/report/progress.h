/* One line on a terminal that says how far long work is: done, rate, time left. */
#ifndef HCK_KIT_REPORT_PROGRESS_H
#define HCK_KIT_REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* "traces" */
    bool on;          /* standard error is a terminal */
    bool shown;
    uint64_t begin_ms;
};

void hck_progress_begin(struct progress *progress, const char *what);

/* Has the form of run_options.progress; `context` is the struct progress. */
void hck_progress_show(void *context, uint64_t done, uint64_t total);

/* The same of violations that are shrunk, which differ too much for a time: run_options.shrinking.
 */
void hck_progress_shrinking(void *context, uint64_t done, uint64_t total, const char *what);

/* The same while a trace is waited for: run_options.waiting. */
void hck_progress_waiting(void *context, uint64_t done, uint64_t total, const char *what,
                          uint32_t limit_s);

/* Any line, cut where it is too long. */
void hck_progress_say(struct progress *progress, const char *text);

/* One that is shown only where the work has lasted for more than a moment. */
void hck_progress_late(struct progress *progress, const char *text);

/* Takes the line away. */
void hck_progress_end(struct progress *progress);

/* The lines without the control characters, for a run that has lasted `elapsed_ms`. Of too few
 * traces no time is estimated. */
void hck_progress_text(const char *what, uint64_t done, uint64_t total, uint64_t elapsed_ms,
                       char *text, unsigned long size);
void hck_progress_shrinking_text(uint64_t done, uint64_t total, const char *what, char *text,
                                 unsigned long size);
/* Of a name that is too long, the end is shown. */
void hck_progress_waiting_text(uint64_t done, uint64_t total, const char *what, uint32_t limit_s,
                               char *text, unsigned long size);

#endif
