/* The log reader takes any file, each line of it is printed so that it is the same again, and the
 * oracle judges whatever was seen: no target, however deviant, breaks the judge. */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/counters.h"
#include "fuzz/harness.h"
#include "kit/run/log.h"
#include "kit/run/profile.h"

enum { LINE_MAX_BYTES = 1 << 16, VALUES_MAX = 1 << 12, PATH_MAX_BYTES = 64, MESSAGE_MAX = 1000 };

struct line {
    struct call call;
    struct observation seen;
    uint64_t values[VALUES_MAX];
};

static bool parse(const char *text, size_t length, struct line *line)
{
    struct text_error error;
    memset(&line->seen, 0, sizeof line->seen);
    line->seen.values = line->values;
    line->seen.value_capacity = VALUES_MAX;
    return hck_text_parse_log(text, length, 1, &line->call, &line->seen, &error) == TEXT_CALL;
}

static void check_line(const char *text, size_t length, bool with_ticks)
{
    static struct line first;
    static struct line second;
    static char printed[LINE_MAX_BYTES];
    static char again[LINE_MAX_BYTES];
    if (!parse(text, length, &first)) {
        return;
    }
    size_t size = hck_text_print_log(&first.call, &first.seen, with_ticks, printed, sizeof printed);
    if (size >= sizeof printed) {
        return;
    }
    if (!parse(printed, size, &second) ||
        hck_text_print_log(&second.call, &second.seen, with_ticks, again, sizeof again) != size ||
        memcmp(printed, again, size) != 0) {
        (void)fprintf(stderr, "%s\n%s\n", printed, again);
        hck_harness_fail("what was printed of a line reads as another", NULL, NULL);
    }
}

static void check_lines(const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline != NULL ? newline : end) - text);
        check_line(text, length, false);
        check_line(text, length, true);
        text += length + 1;
    }
}

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    (void)context;
    (void)trace;
    (void)call_index;
    (void)seen;
    hck_fuzz_counters_note(verdicts);
}

static void judge(struct log_file *log)
{
    static struct judge_session *session;
    struct judge_summary summary;
    if (session == NULL) {
        session = hck_judge_open(hck_profile_find("windows")->bases, false);
    }
    if (session == NULL) {
        hck_harness_give_up(3, "out of memory");
    }
    hck_judge_tell_classes(session);
    hck_log_judge(session, log, listen, NULL, &summary);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[PATH_MAX_BYTES];
    char message[MESSAGE_MAX] = "";
    struct log_file log = {0};
    hck_fuzz_counters_clear();
    check_lines((const char *)data, size);
    int file = memfd_create("log", 0);
    if (file < 0 || write(file, data, size) != (ssize_t)size) {
        hck_harness_give_up(3, "there is no room for a file in memory");
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (hck_log_load(path, &log, message, sizeof message) == LOG_LOADED) {
        judge(&log);
    } else if (strncmp(message, path, strlen(path)) != 0) {
        hck_harness_fail("a malformed log is not told with its place", NULL, NULL);
    }
    hck_log_free(&log);
    (void)close(file);
    return 0;
}
