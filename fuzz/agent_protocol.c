/* The agent serves whatever comes in, comes to an end with it, and every line that it answers is
 * one that the protocol knows (kit/execute/agent.h). */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "kit/execute/agent.h"
#include "kit/target/target_api.h"

/* A piece of the input is as long as its first byte says, so that lines are cut anywhere. */
enum { INPUT_MAX = 1 << 16, BLOCK_MAX = 1 << 16, VALUES_MAX = 1 << 20 };

struct stream {
    char input[INPUT_MAX];
    size_t input_size;
    size_t read;
    size_t piece;
    char *answer;
    size_t answer_size;
    size_t answer_capacity;
};

static struct stream stream;
static const struct api *target;

static long read_input(void *context, char *bytes, unsigned long size)
{
    (void)context;
    size_t left = stream.input_size - stream.read;
    size_t count = size < stream.piece ? size : stream.piece;
    count = count < left ? count : left;
    memcpy(bytes, stream.input + stream.read, count);
    stream.read += count;
    return (long)count;
}

static long write_answer(void *context, const char *bytes, unsigned long size)
{
    (void)context;
    while (stream.answer_capacity - stream.answer_size < size) {
        stream.answer_capacity = stream.answer_capacity * 2 + INPUT_MAX;
        stream.answer = realloc(stream.answer, stream.answer_capacity);
        if (stream.answer == NULL) {
            hck_harness_give_up(3, "out of memory");
        }
    }
    memcpy(stream.answer + stream.answer_size, bytes, size);
    stream.answer_size += size;
    return (long)size;
}

/* Misuse that a hostile trace may make ends the process, as it is to; so no trace is hostile. */
static void take_hostility_out(void)
{
    char *at = stream.input;
    size_t left = stream.input_size;
    char *found;
    while ((found = memmem(at, left, AGENT_HOSTILE, sizeof AGENT_HOSTILE - 1)) != NULL) {
        found[0] = ' ';
        left -= (size_t)(found + 1 - at);
        at = found + 1;
    }
}

static bool starts_as_protocol(const char *line, size_t length)
{
    static const char *const starts[] = {AGENT_HEADER, AGENT_LACKS, AGENT_READY,
                                         AGENT_AT,     AGENT_ERROR, AGENT_DONE};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (hck_text_line_starts(line, length, starts[i])) {
            return true;
        }
    }
    return false;
}

static void check_line(const char *line, size_t length)
{
    static uint64_t values[VALUES_MAX];
    struct call call;
    struct observation seen;
    struct text_error error;
    memset(&seen, 0, sizeof seen);
    seen.values = values;
    seen.value_capacity = VALUES_MAX;
    if (!starts_as_protocol(line, length) &&
        hck_text_parse_log(line, length, 1, &call, &seen, &error) != TEXT_CALL) {
        (void)fprintf(stderr, "%.*s\n", (int)length, line);
        hck_harness_fail("the agent answered a line that the protocol does not know", NULL, NULL);
    }
}

static void check_answer(void)
{
    const char *line = stream.answer;
    const char *end = line + stream.answer_size;
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (newline == NULL) {
            hck_harness_fail("the last line of the agent has no end", NULL, NULL);
        }
        check_line(line, (size_t)(newline - line));
        line = newline + 1;
    }
}

/* Blocks that are filled are memory, and an input is to end within it. */
static LPVOID WINAPI small_alloc(HANDLE heap, DWORD flags, SIZE_T size)
{
    return size <= BLOCK_MAX ? target->HeapAlloc(heap, flags, size) : NULL;
}

static LPVOID WINAPI small_realloc(HANDLE heap, DWORD flags, LPVOID block, SIZE_T size)
{
    return size <= BLOCK_MAX ? target->HeapReAlloc(heap, flags, block, size) : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct agent_stream agent = {read_input, write_answer, NULL};
    if (target == NULL) {
        static struct api functions;
        hck_target_fill_winmem(&functions);
        target = &functions;
    }
    struct api small = *target;
    small.HeapAlloc = small_alloc;
    small.HeapReAlloc = small_realloc;
    stream.input_size = size < INPUT_MAX ? size : INPUT_MAX;
    if (size > 0) {
        memcpy(stream.input, data, stream.input_size);
    }
    stream.piece = size > 0 ? (size_t)data[0] + 1 : 1;
    stream.read = 0;
    stream.answer_size = 0;
    take_hostility_out();
    if (hck_agent_serve(&small, &agent) != 0) {
        hck_harness_fail("the agent failed where its stream did not", NULL, NULL);
    }
    check_answer();
    return 0;
}
