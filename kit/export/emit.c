/* The calls in order: turns of threads, conditions, and what is left out.
 *
 * The executor would not make a call that its rules forbid, so neither does the program. In a trace
 * with threads every call waits for its turn, and the locks that are held when the judged call is
 * made are given back behind it, or it would never return. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "spec/text.h"

/* Where the arguments that stand at `end` begin: behind the last parenthesis that is still open. */
static size_t argument_column(const char *line, size_t end)
{
    size_t open[16] = {0};
    unsigned depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < end; i++) {
        in_string ^= line[i] == '"';
        if (line[i] == '(' && !in_string && depth + 1 < sizeof open / sizeof open[0]) {
            open[++depth] = i + 1;
        } else if (line[i] == ')' && !in_string && depth > 0) {
            depth--;
        }
    }
    return open[depth];
}

/* The last comma before `room` that does not lie in a string; 0 where there is none. */
static size_t last_comma(const char *line, size_t room)
{
    size_t found = 0;
    bool in_string = false;
    for (size_t i = 0; i < room && line[i] != '\0'; i++) {
        in_string ^= line[i] == '"';
        found = line[i] == ',' && line[i + 1] == ' ' && !in_string ? i + 1 : found;
    }
    return found;
}

static void say_broken(struct exporter *exporter, const char *line)
{
    int indent = (int)exporter->indent * 4;
    size_t room = (size_t)(LINE_COLUMNS - indent);
    size_t end = strlen(line) > room ? last_comma(line, room) : 0;
    bool is_comment = strncmp(line, "/*", 2) == 0;
    if (end == 0 || is_comment) {
        hck_source_say(exporter->out, "%*s%.2000s\n", indent, "", line);
        return;
    }
    hck_source_say(exporter->out, "%*s%.*s\n%*s%.1900s\n", indent, "", (int)end, line,
                   indent + (int)argument_column(line, end), "", line + end + 1);
}

void hck_export_line(struct exporter *exporter, const char *format, ...)
{
    char line[2 * EXPRESSION_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    say_broken(exporter, line);
}

void hck_export_follow(const struct exporter *exporter, struct forecast *forecast, uint32_t index)
{
    const struct call *call = &exporter->trace->calls[index];
    if (exporter->results != NULL && index <= exporter->source->call_index &&
        exporter->results[index] != RESULT_UNKNOWN) {
        hck_forecast_follow(forecast, call, exporter->results[index]);
    } else {
        hck_forecast_advance(forecast, call);
    }
}

static void begin_turn(struct exporter *exporter, bool may_wait)
{
    if (exporter->has_threads) {
        hck_export_line(exporter, "take_turn%s(%" PRIu32 ");", may_wait ? "_to_wait" : "",
                        exporter->turn++);
    }
}

static void end_turn(struct exporter *exporter, bool may_wait)
{
    if (exporter->has_threads) {
        hck_export_line(exporter, "end_turn%s();", may_wait ? "_of_waiting" : "");
    }
}

static void leave_out(struct exporter *exporter, const struct call *call)
{
    enum clause_id clause = hck_typestate_check(&exporter->forecast.state, call);
    char text[EXPRESSION_MAX];
    hck_text_print_call(call, text, sizeof text);
    hck_export_line(exporter, "/* Not made, by %s: %s */", hck_clause_get(clause)->id, text);
}

/* Where every call has to go as it went before, its slots are there. */
static void emit_call(struct exporter *exporter, const struct call *call)
{
    char condition[EXPRESSION_MAX];
    hck_export_condition(exporter, call, condition);
    if (condition[0] == '\0' || exporter->results != NULL) {
        hck_export_statement(exporter, call);
        return;
    }
    hck_export_line(exporter, "if (%s) {", condition);
    exporter->indent++;
    hck_export_statement(exporter, call);
    exporter->indent--;
    hck_export_line(exporter, "}");
}

/* Gives back a lock that another thread of the program waits for. */
static bool is_awaited_unlock(const struct exporter *exporter, const struct call *call)
{
    const struct slot *heap = hck_typestate_slot(&exporter->forecast.state, &call->arguments[0]);
    heap = heap != NULL ? hck_typestate_heap(&exporter->forecast.state, heap) : NULL;
    return call->id == CALL_HeapUnlock && heap != NULL && heap->lock_count > 0 &&
           heap->lock_thread == call->thread && hck_forecast_defined(&exporter->forecast, call);
}

/* Where the unlock was seen to fail, the lock is the owner's still. */
static bool is_refused(const struct exporter *exporter)
{
    return exporter->results != NULL && exporter->results[exporter->index] == 0;
}

static void step(struct exporter *exporter, const struct call *call)
{
    uint32_t judged = exporter->source->call_index;
    bool may_wait = hck_typestate_lock_effect(&exporter->forecast.state, call) != LOCK_PASSES;
    begin_turn(exporter, may_wait);
    if (exporter->index == judged) {
        hck_export_check(exporter, call);
        if (!hck_export_is_about_lock(exporter)) {
            hck_export_follow(exporter, &exporter->forecast, exporter->index);
            return; /* with the verdict the program is over */
        }
    } else if (!exporter->is_made[exporter->index]) {
        leave_out(exporter, call);
    } else {
        if (exporter->index > judged && hck_export_is_about_lock(exporter) &&
            !is_refused(exporter)) {
            hck_export_lock_check(exporter);
        }
        emit_call(exporter, call);
    }
    end_turn(exporter, may_wait);
    hck_export_follow(exporter, &exporter->forecast, exporter->index);
}

/* The lock of the judged call's heap is never given back: the check comes on its owner's thread. */
static void end_lock(struct exporter *exporter, struct source_text threads[TRACE_THREADS_MAX])
{
    const struct call *judged = &exporter->trace->calls[exporter->source->call_index];
    const struct slot *heap = hck_typestate_slot(&exporter->forecast.state, &judged->arguments[0]);
    heap = heap != NULL ? hck_typestate_heap(&exporter->forecast.state, heap) : NULL;
    uint8_t owner = heap != NULL && heap->lock_count > 0 ? heap->lock_thread : 0;
    exporter->index = exporter->trace->call_count;
    exporter->out = &threads[owner];
    begin_turn(exporter, false);
    hck_export_lock_check(exporter);
}

void hck_export_calls(struct exporter *exporter, struct source_text threads[TRACE_THREADS_MAX])
{
    const struct trace *trace = exporter->trace;
    uint32_t end = exporter->has_threads ? trace->call_count : exporter->source->call_index + 1;
    exporter->indent = 1;
    exporter->turn = 1; /* turn 0 is main's */
    for (exporter->index = 0; exporter->index < end; exporter->index++) {
        const struct call *call = &trace->calls[exporter->index];
        bool is_behind = exporter->index > exporter->source->call_index;
        if (!is_behind || is_awaited_unlock(exporter, call)) {
            exporter->out = &threads[call->thread];
            step(exporter, call);
        }
    }
    if (hck_export_is_about_lock(exporter)) {
        end_lock(exporter, threads);
    }
}
