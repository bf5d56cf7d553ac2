/* A violating trace, found as `run` would see it. */
#include "kit/cli/violating.h"

#include <stdlib.h>
#include <string.h>

#include "kit/cli/interrupt.h"
#include "kit/cli/output.h"
#include "kit/run/close.h"
#include "kit/run/turns.h"
#include "kit/weave/weave.h"

static enum witness_result out_of_memory(char *message)
{
    (void)snprintf(message, BROKEN_MESSAGE_MAX, "out of memory");
    return WITNESS_BROKEN;
}

static enum witness_result look(struct violating *violating, const struct trace *trace,
                                char *message)
{
    free(violating->results);
    violating->results = calloc((size_t)trace->call_count + 1, sizeof *violating->results);
    violating->wish.results = violating->results;
    violating->wish.violated = violating->violated;
    struct witness_place place = {violating->setup.target, violating->setup.target_options,
                                  violating->setup.profile->bases};
    if (violating->results == NULL) {
        return out_of_memory(message);
    }
    return hck_witness_find_fresh(&place, trace, &violating->wish, &violating->witness, message);
}

/* For struct target_options. */
static void tell_waiting(void *context)
{
    struct violating *violating = context;
    char text[80];
    if (violating->attempt != 0) {
        (void)snprintf(text, sizeof text, "shrinking: %u %s, %u %s left", violating->attempt,
                       hck_report_plural(violating->attempt, "attempt", "attempts"),
                       violating->calls_left,
                       hck_report_plural(violating->calls_left, "call", "calls"));
    } else {
        (void)snprintf(text, sizeof text, "waiting for the target, up to %u s a try",
                       hck_target_limit_s(&violating->setup.target_options));
    }
    hck_progress_late(&violating->progress, text);
}

static int complain_conforming(const struct violating *violating, const struct command_line *line)
{
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message, "%.500s does not violate %.200s on %.200s",
                   line->positional.items[0],
                   violating->clause_id != NULL ? violating->clause_id : "any clause",
                   violating->setup.target);
    return hck_setup_fail(EXIT_STATUS_USAGE, message);
}

static int prepare(struct violating *violating, const struct command_line *line)
{
    if (violating->output_path == NULL) {
        hck_options_complain(line, "-o FILE is missing");
        return EXIT_STATUS_USAGE;
    }
    violating->wish = (struct witness_wish){
        .selection = &violating->setup.selection, .clause = CLAUSE_NONE, .sentence = true};
    if (violating->clause_id != NULL) {
        violating->wish.clause = hck_setup_clause(line, violating->clause_id);
        if (violating->wish.clause == CLAUSE_NONE) {
            return EXIT_STATUS_USAGE;
        }
    }
    int status = hck_setup_load_trace(line->positional.items[0], &violating->plain);
    if (status == 0) {
        status = hck_setup_resolve(&violating->setup, line);
    }
    violating->setup.target_options.tick = tell_waiting;
    violating->setup.target_options.tick_context = violating;
    hck_progress_begin(&violating->progress, "");
    return status != 0 ? status : hck_output_check(violating->output_path);
}

/* The trace as it is, then woven, then closed: it may die of giving back what it leaves. */
static enum witness_result look_at_all(struct violating *violating, char *message)
{
    violating->trace = &violating->plain.trace;
    enum witness_result result = look(violating, violating->trace, message);
    if (result == WITNESS_NOT_FOUND) {
        hck_trace_free(&violating->woven);
        if (!hck_weave(&violating->plain.trace, &violating->woven)) {
            return out_of_memory(message);
        }
        violating->trace = &violating->woven.trace;
        result = look(violating, violating->trace, message);
    }
    if (result == WITNESS_NOT_FOUND) {
        hck_trace_free(&violating->closed);
        if (!hck_close(&violating->woven.trace, &violating->closed)) {
            return out_of_memory(message);
        }
        violating->trace = &violating->closed.trace;
        result = look(violating, violating->trace, message);
    }
    return result;
}

/* Of a trace that says which clause it violates that one is taken where it still does. */
static enum witness_result look_for_named(struct violating *violating, char *message)
{
    const char *named = violating->plain.clause_id;
    enum witness_result result = WITNESS_NOT_FOUND;
    if (violating->clause_id != NULL) {
        return look_at_all(violating, message);
    }
    if (named != NULL) {
        violating->wish.clause = hck_clause_find(named);
        result = look_at_all(violating, message);
        violating->wish.clause = CLAUSE_NONE;
    }
    return result == WITNESS_NOT_FOUND ? look_at_all(violating, message) : result;
}

/* Nobody named the clause that was taken. */
static void tell_others(const struct violating *violating)
{
    enum clause_id taken = violating->witness.finding.clause;
    const char *named = violating->plain.clause_id;
    const char *first = NULL;
    unsigned more = 0;
    char rest[32] = "";
    if (violating->clause_id != NULL ||
        (named != NULL && strcmp(named, hck_clause_get(taken)->id) == 0)) {
        return;
    }
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (!violating->violated[i] || i == taken) {
            continue;
        }
        more += first != NULL;
        first = first != NULL ? first : hck_clause_get((enum clause_id)i)->id;
    }
    if (more > 0) {
        (void)snprintf(rest, sizeof rest, " (and %u more)", more);
    }
    if (first != NULL) {
        (void)fprintf(stderr, "heapck: note: also violates %s%s; --clause %s\n", first, rest,
                      first);
    }
}

int hck_violating_find(struct violating *violating, const struct command_line *line)
{
    char message[BROKEN_MESSAGE_MAX];
    int status = prepare(violating, line);
    if (status != 0) {
        return status;
    }
    enum witness_result result = look_for_named(violating, message);
    hck_progress_end(&violating->progress);
    switch (result) {
    case WITNESS_FOUND:
        tell_others(violating);
        return 0;
    case WITNESS_NOT_FOUND:
        return complain_conforming(violating, line);
    case WITNESS_BROKEN:
        break;
    }
    if (atomic_load(&hck_interrupted)) {
        return hck_interrupt_status(0, "the violation was still looked for");
    }
    return hck_setup_fail(EXIT_STATUS_BROKEN, message);
}

bool hck_violating_has_to_meet(struct violating *violating)
{
    char message[BROKEN_MESSAGE_MAX];
    struct trace_buffer made = {.capacity = 0};
    struct violating again = *violating;
    again.results = NULL;
    again.wish = (struct witness_wish){.clause = violating->witness.finding.clause,
                                       .same_as = &violating->witness.finding};
    bool has_to_meet = violating->trace->thread_count > 1 &&
                       hck_turns_make(violating->trace, &made) &&
                       (look(&again, &made.trace, message) != WITNESS_FOUND ||
                        again.witness.call_index !=
                            hck_turns_place(violating->trace, violating->witness.call_index));
    hck_progress_end(&violating->progress);
    free(again.results);
    hck_trace_free(&made);
    return has_to_meet;
}

void hck_violating_free(struct violating *violating)
{
    hck_trace_free(&violating->plain);
    hck_trace_free(&violating->woven);
    hck_trace_free(&violating->closed);
    free(violating->results);
    hck_setup_free(&violating->setup);
}
