/* The progress line. It goes to standard error, which nobody compares. */
#define _POSIX_C_SOURCE 200809L /* isatty */

#include "kit/report/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/run/run.h"

enum {
    RATE_AFTER_MS = 500,  /* a rate of less time than this says nothing, ... */
    ESTIMATE_PARTS = 100, /* ... nor does what less than a hundredth took, ... */
    ESTIMATE_MIN = 20,    /* ... or the first few: one of them may have hung */
    LATE_MS = 2000,       /* until then nobody wonders */
    LINE_SIZE = 80        /* a longer line would not stay one */
};

void hck_progress_begin(struct progress *progress, const char *what)
{
    const char *terminal = getenv("TERM");
    progress->what = what;
    progress->shown = false;
    progress->begin_ms = hck_clock_ms();
    progress->on =
        isatty(STDERR_FILENO) == 1 && (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

void hck_progress_text(const char *what, uint64_t done, uint64_t total, uint64_t elapsed_ms,
                       char *text, unsigned long size)
{
    int length = snprintf(text, size, "%" PRIu64 "/%" PRIu64 " %s", done, total, what);
    if (elapsed_ms < RATE_AFTER_MS || done == 0 || length < 0 || (unsigned long)length >= size) {
        return;
    }
    if (done < ESTIMATE_MIN || done < total / ESTIMATE_PARTS) {
        return;
    }
    uint64_t rate = done * 1000 / elapsed_ms;
    uint64_t left_s = done < total ? (total - done) * elapsed_ms / done / 1000 : 0;
    (void)snprintf(text + length, size - (unsigned long)length,
                   ", %" PRIu64 "/s, %" PRIu64 ":%02" PRIu64 " left", rate, left_s / 60,
                   left_s % 60);
}

void hck_progress_shrinking_text(uint64_t done, uint64_t total, const char *what, char *text,
                                 unsigned long size)
{
    uint64_t number = done < total ? done + 1 : total;
    (void)snprintf(text, size, "shrinking %" PRIu64 " of %" PRIu64 "%s%s", number, total,
                   what[0] != '\0' ? ": " : "", what);
}

void hck_progress_waiting_text(uint64_t done, uint64_t total, const char *what, uint32_t limit_s,
                               char *text, unsigned long size)
{
    char before[60];
    char behind[40];
    (void)snprintf(before, sizeof before, "%" PRIu64 "/%" PRIu64 ", waiting for ", done, total);
    (void)snprintf(behind, sizeof behind, ", up to %" PRIu32 " s a try", limit_s);
    size_t taken = strlen(before) + strlen(behind) + sizeof "...";
    size_t room = size > taken ? size - taken : 0;
    size_t length = strlen(what);
    bool is_cut = length > room;
    (void)snprintf(text, size, "%s%s%s%s", before, is_cut ? "..." : "",
                   what + (is_cut ? length - room : 0), behind);
}

static void show(struct progress *progress, const char *text)
{
    (void)fprintf(stderr, "\r%s\x1b[K", text);
    (void)fflush(stderr);
    progress->shown = true;
}

void hck_progress_say(struct progress *progress, const char *text)
{
    char line[LINE_SIZE];
    if (progress->on) {
        (void)snprintf(line, sizeof line, "%s", text);
        show(progress, line);
    }
}

void hck_progress_show(void *context, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    char text[LINE_SIZE];
    if (progress->on) {
        hck_progress_text(progress->what, done, total, hck_clock_ms() - progress->begin_ms, text,
                          sizeof text);
        show(progress, text);
    }
}

void hck_progress_shrinking(void *context, uint64_t done, uint64_t total, const char *what)
{
    struct progress *progress = context;
    char text[LINE_SIZE];
    if (progress->on) {
        hck_progress_shrinking_text(done, total, what, text, sizeof text);
        show(progress, text);
    }
}

void hck_progress_waiting(void *context, uint64_t done, uint64_t total, const char *what,
                          uint32_t limit_s)
{
    struct progress *progress = context;
    char text[LINE_SIZE];
    if (progress->on) {
        hck_progress_waiting_text(done, total, what, limit_s, text, sizeof text);
        show(progress, text);
    }
}

void hck_progress_late(struct progress *progress, const char *text)
{
    if (progress->on && hck_clock_ms() - progress->begin_ms >= LATE_MS) {
        show(progress, text);
    }
}

void hck_progress_end(struct progress *progress)
{
    if (progress->shown) {
        (void)fputs("\r\x1b[K", stderr);
        (void)fflush(stderr);
        progress->shown = false;
    }
}
