/* Traces come from outside, too: whatever is called, with whatever is said to have been seen, in
 * any profile, the oracle comes to an end within the room that it asked for, and what it says makes
 * sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/win32.h"
#include "tests/oracle/answers.h"
#include "tests/oracle/harness.h"
#include "tests/spec/random_call.h"

enum { SEEDS = 6000, CALLS = 60, SLOTS = 4, VALUES_MAX = 200, VALUE_ROOM = VALUES_MAX + 100 };

static struct call calls[CALLS];
static struct trace trace;

/* Most sizes, addresses and types are such that calls may succeed. */
static void tame(struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count && answers_next(4) != 0; i++) {
        struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT && argument->value != 0) {
            argument->value = answers_next(3) * 0x1000;
        } else if (argument->form == FORM_VALUE && row->arguments[i].kind == ARGUMENT_SIZE) {
            argument->value = answers_next(2) != 0 ? answers_next(200) : answers_number() % 0x20000;
        } else if (argument->form == FORM_VALUE && answers_next(2) != 0) {
            argument->value &= answers_number();
        }
    }
}

static void make_trace(struct random *random, bool has_threads)
{
    memset(&trace, 0, sizeof trace);
    trace.calls = calls;
    trace.thread_count = 1;
    for (uint32_t i = 0; i < CALLS; i++) {
        random_call(random, SLOTS, &calls[i]);
        tame(&calls[i]);
        calls[i].thread = has_threads ? calls[i].thread % 3 : 0;
        hck_trace_note(&trace, &calls[i]);
        trace.call_count++;
    }
}

/* Most calls return, with something that looks like their result, and overlap only their
 * neighbours. */
static void make_answer(struct random *random, uint32_t index, uint64_t *values,
                        struct observation *seen)
{
    random_observation(random, values, VALUES_MAX, seen);
    if (answers_next(6) != 0) {
        seen->status = STATUS_RETURNED;
        seen->result =
            answers_next(3) == 0 ? 0x100000 + answers_next(64) * 0x100 : answers_number();
    }
    for (uint32_t i = 0; i < seen->value_count; i++) {
        values[i] = answers_next(3) == 0 ? values[i] : answers_number();
    }
    if (answers_next(4) == 0) {
        answers_change(seen);
    }
    seen->start = 10 * index + 1 - answers_next(2) * (index > 0 ? 8 : 0);
    seen->end = 10 * index + 8;
}

static void check_sense(const struct verdicts *verdicts)
{
    assert_true(verdicts->count <= VERDICTS_MAX);
    assert_true(verdicts->expectation_count <= EXPECTATIONS_MAX);
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        assert_true(verdict->clause <= CLAUSE_NONE);
        assert_true(verdict->outcome < VERDICT_OUTCOME_COUNT);
        assert_true(verdict->call_index < trace.call_count);
        assert_true((verdict->choice != NULL) ==
                    (verdict->outcome == VERDICT_LATITUDE || verdict->outcome == VERDICT_BROKEN));
        if (verdict->outcome == VERDICT_VIOLATED) {
            assert_true(verdict->expectation < verdicts->expectation_count);
            const struct expectation *why = &verdicts->expectations[verdict->expectation];
            assert_true(why->subject != SUBJECT_NONE && why->subject < SUBJECT_COUNT);
            assert_true(why->relation < RELATION_COUNT);
            assert_true(why->operand_count <= OPERANDS_MAX);
        }
    }
}

static void judge_trace(struct random *random, const struct oracle_options *options)
{
    static struct verdicts verdicts;
    static uint64_t values[VALUE_ROOM];
    size_t size = hck_oracle_storage(&trace);
    void *arena = malloc(size); /* a sanitizer sees what lies outside */
    struct oracle *oracle = hck_oracle_start(&trace, options, arena, size);
    assert_non_null(oracle);
    for (uint32_t i = 0; i < trace.call_count; i++) {
        struct observation seen;
        make_answer(random, i, values, &seen);
        hck_oracle_judge(oracle, i, &seen, &verdicts);
        check_sense(&verdicts);
    }
    verdicts.count = 0;
    verdicts.expectation_count = 0;
    hck_oracle_finish(oracle, (uint8_t)answers_next(8), &verdicts);
    check_sense(&verdicts);
    assert_true(hck_oracle_bytes(oracle) <= size);
    free(arena);
}

static void whatever_is_called_and_answered_is_judged_with_sense(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct random random = {seed};
        answers_seed(seed * UINT64_C(0x9E3779B97F4A7C15));
        struct oracle_options options = {.bases =
                                             seed % 4 == 0 ? PROFILE_DOCUMENTED : PROFILE_HOSTILE,
                                         .has_exceptions = seed % 8 != 1,
                                         .has_last_error = seed % 8 != 2,
                                         .hostile = seed % 2 == 0,
                                         .tells_classes = seed % 3 == 0};
        make_trace(&random, seed % 5 > 2);
        judge_trace(&random, &options);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_called_and_answered_is_judged_with_sense),
    };
    return cmocka_run_group_tests_name("any_call", tests, NULL, NULL);
}
