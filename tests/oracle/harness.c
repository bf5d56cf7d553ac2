/* See harness.h. */
#include "tests/oracle/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/text.h"

enum { VALUES_MAX = 1 << 14, CALLS_MAX = 4096 };

static uint64_t values[VALUES_MAX];

/* Parses one line; returns where the next one begins, NULL at the end. */
static const char *parse_line(const char *line, uint32_t number, enum text_line *kind,
                              struct call *call, struct observation *seen)
{
    struct text_error error;
    const char *end = strchr(line, '\n');
    size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
    seen->values = values;
    seen->value_capacity = VALUES_MAX;
    *kind = hck_text_parse_log(line, length, number, call, seen, &error);
    if (*kind == TEXT_ERROR) {
        fail_msg("line %u, column %u: expected %s: %.*s", number, error.column, error.expected,
                 (int)length, line);
    }
    return end != NULL && end[1] != '\0' ? end + 1 : NULL;
}

static void collect_calls(const char *log, struct trace *trace, uint32_t lines[CALLS_MAX])
{
    static struct call calls[CALLS_MAX];
    static struct observation seen;
    uint32_t number = 0;
    memset(trace, 0, sizeof *trace);
    trace->calls = calls;
    trace->thread_count = 1;
    for (const char *line = log; line != NULL;) {
        enum text_line kind;
        assert_true(trace->call_count < CALLS_MAX);
        line = parse_line(line, ++number, &kind, &calls[trace->call_count], &seen);
        if (kind == TEXT_CALL) {
            lines[trace->call_count] = number;
            hck_trace_note(trace, &calls[trace->call_count++]);
        }
    }
}

/* False at an observation that makes no sense. */
static bool collect_verdicts(const struct verdicts *verdicts, const uint32_t lines[CALLS_MAX],
                             struct log_judgement *judgement)
{
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        enum clause_id clause = (enum clause_id)verdict->clause;
        uint32_t number = lines[verdict->call_index];
        if (verdict->outcome == VERDICT_BROKEN) {
            judgement->broken = verdict->choice;
            judgement->broken_line = number;
            return false;
        }
        if (verdict->outcome == VERDICT_LATITUDE) {
            assert_non_null(verdict->choice);
            judgement->choices[clause] = verdict->choice;
        }
        if (verdict->outcome == VERDICT_VIOLATED &&
            judgement->counts[clause][VERDICT_VIOLATED] == 0) {
            judgement->violated_line[clause] = number;
            if (verdict->expectation != NO_EXPECTATION) {
                judgement->violations[clause] = verdicts->expectations[verdict->expectation];
            }
            if (judgement->first_violated == CLAUSE_NONE) {
                judgement->first_violated = clause;
            }
        }
        judgement->counts[clause][verdict->outcome]++;
    }
    return true;
}

/* Where a target stops. */
struct stop {
    uint32_t line;
    uint8_t under_way;
};

static void judge_log(const char *log, const struct oracle_options *options,
                      const struct log_change *change, const struct stop *stop,
                      struct log_judgement *judgement)
{
    static struct verdicts verdicts;
    static struct observation seen;
    struct trace trace;
    struct call call;
    static uint32_t lines[CALLS_MAX];
    uint32_t number = 0;
    uint32_t call_index = 0;
    collect_calls(log, &trace, lines);
    size_t size = hck_oracle_storage(&trace);
    void *arena = malloc(size);
    assert_non_null(arena);
    struct oracle *oracle = hck_oracle_start(&trace, options, arena, size);
    assert_non_null(oracle);
    memset(judgement, 0, sizeof *judgement);
    judgement->first_violated = CLAUSE_NONE;
    for (const char *line = log; line != NULL && (stop == NULL || number < stop->line);) {
        enum text_line kind;
        line = parse_line(line, ++number, &kind, &call, &seen);
        if (kind != TEXT_CALL) {
            continue;
        }
        if (change != NULL && (change->line == LOG_EVERY_LINE || change->line == number)) {
            change->apply(&seen, change->variant);
        }
        hck_oracle_judge(oracle, call_index++, &seen, &verdicts);
        memcpy(judgement->state_classes, verdicts.state_classes, sizeof judgement->state_classes);
        if (!collect_verdicts(&verdicts, lines, judgement)) {
            break;
        }
    }
    verdicts.count = 0;
    verdicts.expectation_count = 0;
    hck_oracle_finish(oracle, stop != NULL ? stop->under_way : 0, &verdicts);
    (void)collect_verdicts(&verdicts, lines, judgement);
    judgement->live_blocks = hck_oracle_live_blocks(oracle);
    free(arena);
}

void harness_judge_with(const char *log, const struct oracle_options *options,
                        struct log_judgement *judgement)
{
    judge_log(log, options, NULL, NULL, judgement);
    if (judgement->broken != NULL) {
        fail_msg("line %u: broken: %s", judgement->broken_line, judgement->broken);
    }
}

static const struct oracle_options everything = {
    .bases = PROFILE_WINDOWS, .has_exceptions = true, .has_last_error = true, .hostile = false};

uint32_t harness_find_broken(const char *log)
{
    static struct log_judgement judgement;
    judge_log(log, &everything, NULL, NULL, &judgement);
    return judgement.broken_line;
}

void harness_judge_changed(const char *log, const struct log_change *change,
                           struct log_judgement *judgement)
{
    judge_log(log, &everything, change, NULL, judgement);
}

void harness_judge_until(const char *log, uint32_t last_line, uint8_t under_way,
                         struct log_judgement *judgement)
{
    struct stop stop = {last_line, under_way};
    judge_log(log, &everything, NULL, &stop, judgement);
}

void harness_judge(const char *log, struct log_judgement *judgement)
{
    harness_judge_with(log, &everything, judgement);
}

const struct log_judgement *assert_conforms(const char *log)
{
    static struct log_judgement judgement;
    harness_judge(log, &judgement);
    if (judgement.first_violated != CLAUSE_NONE) {
        fail_msg("%s is violated in line %u of\n%s", hck_clause_get(judgement.first_violated)->id,
                 judgement.violated_line[judgement.first_violated], log);
    }
    return &judgement;
}

const struct log_judgement *assert_finds(const char *log, enum clause_id clause)
{
    static struct log_judgement judgement;
    harness_judge(log, &judgement);
    if (judgement.counts[clause][VERDICT_VIOLATED] == 0) {
        fail_msg("%s is not violated in\n%s", hck_clause_get(clause)->id, log);
    }
    return &judgement;
}

static void check_case(const struct log_case *item)
{
    static struct log_judgement judgement;
    const char *id = hck_clause_get(item->clause)->id;
    harness_judge(item->log, &judgement);
    if (judgement.counts[item->clause][item->outcome] == 0) {
        fail_msg("%s: expected outcome %d, had %u hold, %u violated, %u latitude in\n%s", id,
                 (int)item->outcome, judgement.counts[item->clause][VERDICT_HOLDS],
                 judgement.counts[item->clause][VERDICT_VIOLATED],
                 judgement.counts[item->clause][VERDICT_LATITUDE], item->log);
    }
    enum clause_id other = judgement.first_violated;
    if (item->outcome == VERDICT_HOLDS && other != CLAUSE_NONE) {
        fail_msg("%s: the log conforms, yet %s is violated in line %u of\n%s", id,
                 hck_clause_get(other)->id, judgement.violated_line[other], item->log);
    }
    if (item->outcome == VERDICT_VIOLATED) {
        assert_int_not_equal(judgement.violations[item->clause].subject, SUBJECT_NONE);
    }
}

void harness_check(const struct log_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_case(&cases[i]);
    }
}

bool harness_has_case(const struct log_case *cases, size_t count, enum clause_id clause,
                      enum verdict_outcome outcome)
{
    for (size_t i = 0; i < count; i++) {
        if (cases[i].clause == clause && cases[i].outcome == outcome) {
            return true;
        }
    }
    return false;
}
