/* The trace as text, and its log as it comes back.
 *
 * Each line has to repeat the text of the call that is to come next on its thread. So the text that
 * was sent is kept, and most of the check is a comparison of bytes. */
#include <stdlib.h>
#include <string.h>

#include "kit/execute/agent.h"
#include "kit/target/target_internal.h"
#include "spec/text.h"

enum { CALL_TEXT_ROOM = 1024, QUOTE_BYTES = 60 };

#define NO_CALL UINT32_MAX
#define ARROW " -> "

/* --- The text of the trace --- */

/* `memory` with room for `needed` elements of `size` bytes; NULL, and `memory` as it was, where
 * there is none. */
static void *grow(void *memory, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity) {
        return memory;
    }
    size_t wanted = needed + needed / 2;
    void *grown = realloc(memory, wanted * size);
    if (grown != NULL) {
        *capacity = wanted;
    }
    return grown;
}

static bool make_text_room(struct target *target, size_t needed)
{
    char *text = grow(target->text, &target->text_capacity, needed, 1);
    if (text == NULL) {
        return false;
    }
    target->text = text;
    return true;
}

static bool append_text(struct target *target, size_t *length, const char *text)
{
    size_t size = strlen(text);
    if (!make_text_room(target, *length + size)) {
        return false;
    }
    memcpy(target->text + *length, text, size);
    *length += size;
    return true;
}

static bool append_call(struct target *target, size_t *length, const struct call *call)
{
    if (!make_text_room(target, *length + CALL_TEXT_ROOM)) {
        return false;
    }
    *length += hck_text_print_call(call, target->text + *length, CALL_TEXT_ROOM - 1);
    target->text[(*length)++] = '\n';
    return true;
}

bool hck_target_print_trace(struct target *target, const struct trace *trace)
{
    size_t length = 0;
    size_t *offsets = grow(target->offsets, &target->offset_capacity, (size_t)trace->call_count + 1,
                           sizeof *offsets);
    if (offsets == NULL) {
        return false;
    }
    target->offsets = offsets;
    if (!append_text(target, &length, TEXT_TRACE_HEADER "\n") ||
        (target->options.hostile && !append_text(target, &length, AGENT_HOSTILE "\n"))) {
        return false;
    }
    for (uint32_t i = 0; i < trace->call_count; i++) {
        target->offsets[i] = length;
        if (!append_call(target, &length, &trace->calls[i])) {
            return false;
        }
    }
    target->offsets[trace->call_count] = length;
    return make_text_room(target, length + TARGET_COMMAND_ROOM);
}

static const char *call_text(const struct target *target, uint32_t index, size_t *length)
{
    *length = target->offsets[index + 1] - target->offsets[index] - 1;
    return target->text + target->offsets[index];
}

/* --- Which call a line speaks of --- */

static void advance_cursor(struct run *run, unsigned thread)
{
    const struct trace *trace = run->trace;
    while (run->cursor[thread] < trace->call_count &&
           trace->calls[run->cursor[thread]].thread != thread) {
        run->cursor[thread]++;
    }
}

void hck_target_log_begin(struct run *run)
{
    run->seen_count = 0;
    run->line_count = 0;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        run->cursor[i] = 0;
        run->announced[i] = NO_CALL;
        advance_cursor(run, i);
    }
}

static unsigned thread_of(const char *line, size_t length)
{
    bool is_said =
        length >= 2 && line[0] == '@' && line[1] >= '0' && line[1] < '0' + TRACE_THREADS_MAX;
    return is_said ? (unsigned)(line[1] - '0') : 0;
}

/* The call that the line begins with, which has to be the next of its thread; NO_CALL where it is
 * not. The length of its text goes to *text_length. */
static uint32_t match_call(const struct run *run, const char *line, size_t length,
                           size_t *text_length)
{
    uint32_t index = run->cursor[thread_of(line, length)];
    if (index >= run->trace->call_count) {
        return NO_CALL;
    }
    const char *text = call_text(run->target, index, text_length);
    return length >= *text_length && memcmp(line, text, *text_length) == 0 ? index : NO_CALL;
}

static uint32_t match_log(const struct run *run, const char *line, size_t length)
{
    size_t text_length;
    uint32_t index = match_call(run, line, length, &text_length);
    bool is_log = index != NO_CALL && length - text_length > strlen(ARROW) &&
                  memcmp(line + text_length, ARROW, strlen(ARROW)) == 0;
    return is_log ? index : NO_CALL;
}

static void note_seen(struct run *run, uint32_t index)
{
    unsigned thread = run->trace->calls[index].thread;
    run->seen_count++;
    run->announced[thread] = NO_CALL;
    run->cursor[thread] = index + 1;
    advance_cursor(run, thread);
}

uint32_t hck_target_log_blamed(const struct run *run)
{
    uint32_t blamed = NO_CALL;
    uint64_t latest = 0;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        if (run->announced[i] != NO_CALL && run->announced_at[i] >= latest) {
            blamed = run->announced[i];
            latest = run->announced_at[i];
        }
    }
    for (unsigned i = 0; i < TRACE_THREADS_MAX && latest == 0; i++) {
        if (run->cursor[i] < blamed) {
            blamed = run->cursor[i];
        }
    }
    return blamed;
}

uint8_t hck_target_log_under_way(const struct run *run)
{
    uint32_t blamed = hck_target_log_blamed(run);
    uint8_t threads = 0;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        if (run->announced[i] != NO_CALL && run->announced[i] != blamed) {
            threads |= (uint8_t)(1u << i);
        }
    }
    return threads;
}

/* --- Lines as they come --- */

static int quoted(size_t length)
{
    return length < QUOTE_BYTES ? (int)length : QUOTE_BYTES;
}

static enum line_taken refuse_line(const struct run *run, const char *line, size_t length)
{
    uint32_t index = run->cursor[thread_of(line, length)];
    size_t text_length = strlen(AGENT_DONE);
    const char *text = AGENT_DONE;
    if (index < run->trace->call_count) {
        text = call_text(run->target, index, &text_length);
    }
    hck_target_fail(run->error, run->target, "it answered \"%.*s\" where \"%.*s\" was to come",
                    quoted(length), line, quoted(text_length), text);
    return LINE_WRONG;
}

static enum line_taken take_announcement(struct run *run, const char *line, size_t length)
{
    size_t text_length;
    const char *text = line + strlen(AGENT_AT);
    length -= strlen(AGENT_AT);
    uint32_t index = match_call(run, text, length, &text_length);
    if (index == NO_CALL || length != text_length) {
        return refuse_line(run, line, length + strlen(AGENT_AT));
    }
    unsigned thread = run->trace->calls[index].thread;
    if (run->announced[thread] == index) {
        hck_target_fail(run->error, run->target, "it announced a call twice: \"%.*s\"",
                        quoted(length), text);
        return LINE_WRONG;
    }
    run->announced[thread] = index;
    run->announced_at[thread] = run->line_count;
    return LINE_TAKEN;
}

static enum line_taken take_done(struct run *run)
{
    if (run->seen_count == run->trace->call_count) {
        return LINE_LAST;
    }
    hck_target_fail(run->error, run->target, "it was done after %u of %u calls", run->seen_count,
                    run->trace->call_count);
    return LINE_WRONG;
}

static size_t without_return(const char *line, size_t length)
{
    return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
}

enum line_taken hck_target_log_take(void *context, const char *line, size_t length)
{
    struct run *run = context;
    length = without_return(line, length);
    run->line_count++;
    if (hck_text_line_starts(line, length, AGENT_AT)) {
        return take_announcement(run, line, length);
    }
    if (hck_text_line_is(line, length, AGENT_DONE)) {
        return take_done(run);
    }
    if (hck_text_line_starts(line, length, AGENT_ERROR)) {
        size_t skip = strlen(AGENT_ERROR);
        hck_target_fail(run->error, run->target, "it did not understand the trace: %.*s",
                        (int)(length - skip > 200 ? 200 : length - skip), line + skip);
        return LINE_WRONG;
    }
    uint32_t index = match_log(run, line, length);
    if (index == NO_CALL) {
        return refuse_line(run, line, length);
    }
    note_seen(run, index);
    return LINE_TAKEN;
}

/* --- Telling what was seen --- */

static bool tell_line(struct run *run, const char *line, size_t length)
{
    struct call call;
    struct text_error wrong;
    struct observation seen;
    uint32_t index = match_log(run, line, length);
    memset(&seen, 0, sizeof seen);
    seen.values = run->target->values;
    seen.value_capacity = OBSERVATION_VALUES_MAX;
    if (hck_text_parse_log(line, length, index + 1, &call, &seen, &wrong) != TEXT_CALL) {
        hck_target_fail(run->error, run->target, "it answered \"%.*s\"; column %u: expected %s",
                        quoted(length), line, wrong.column, wrong.expected);
        return false;
    }
    note_seen(run, index);
    run->told_end = seen.end > run->told_end ? seen.end : run->told_end;
    run->observe(run->context, &run->trace->calls[index], &seen);
    return true;
}

/* A call that never ends has no line with ticks: when it began is between the lines around its
 * announcement. */
static void tell_announcement(struct run *run, const char *line, size_t length)
{
    size_t skip = strlen(AGENT_AT);
    if (run->told_end > 0 && hck_text_line_starts(line, length, AGENT_AT)) {
        run->begun_at[thread_of(line + skip, length - skip)] = run->told_end + 1;
    }
}

/* Goes over the lines again, which were found to be those of the trace when they were taken. */
bool hck_target_log_tell(struct run *run)
{
    struct target *target = run->target;
    const char *at = target->channel.received;
    const char *end = at + target->channel.line_begin;
    if (target->values == NULL) {
        target->values = malloc(OBSERVATION_VALUES_MAX * sizeof *target->values);
        if (target->values == NULL) {
            hck_target_fail(run->error, target, "out of memory");
            return false;
        }
    }
    hck_target_log_begin(run);
    run->told_end = 0;
    memset(run->begun_at, 0, sizeof run->begun_at);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = without_return(at, (size_t)(newline - at));
        if (at[0] == '#') {
            tell_announcement(run, at, length);
        } else if (!tell_line(run, at, length)) {
            return false;
        }
        at = newline + 1;
    }
    return true;
}
