/* Workers that their target ends, holds up or cuts off are told of and replaced, and none of them
 * keeps the owner beyond its end. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/clock.h"
#include "kit/fuzz/fleet.h"
#include "kit/run/profile.h"

enum { RUN_MS = 1500, PATIENCE_MS = 30000, SILENCE_MS = 300, ENDS_WITHIN_MS = 12000 };

static struct selection all;

/* What was told, and when the run is to end. */
static struct told {
    unsigned violations;
    unsigned deaths;
    unsigned hangs;
    bool (*is_enough)(void); /* NULL: it is when RUN_MS are over */
    uint64_t begin_ms;
    uint64_t end_ms;
    struct fleet_progress progress; /* at the end */
} told;

static void hear(void *context, const struct trace *plain, const struct finding *finding)
{
    (void)context;
    (void)plain;
    told.violations += finding->clause != CLAUSE_NONE;
    told.deaths += finding->clause == CLAUSE_NONE && !finding->is_hang;
    told.hangs += finding->clause == CLAUSE_NONE && finding->is_hang;
}

static bool go_on(void *context)
{
    (void)context;
    uint64_t run_ms = told.is_enough != NULL ? PATIENCE_MS : RUN_MS;
    told.end_ms = hck_clock_ms();
    return told.end_ms - told.begin_ms < run_ms && (told.is_enough == NULL || !told.is_enough());
}

static bool run(const char *target, const char *deviant, bool (*is_enough)(void), char *message)
{
    struct fleet_options options = {
        .worker = {.target = target,
                   .bases = hck_profile_find("documented")->bases,
                   .selection = &all,
                   .engine = {.seed = 1, .generate = {.call_count_max = 24}}},
        .worker_count = 2,
        .silence_ms = SILENCE_MS,
        .seen = hear,
        .go_on = go_on,
    };
    assert_int_equal(setenv("DEVIANT", deviant, 1), 0);
    struct fleet *fleet = hck_fleet_open(&options);
    assert_non_null(fleet);
    told = (struct told){.is_enough = is_enough, .begin_ms = hck_clock_ms()};
    told.end_ms = told.begin_ms;
    bool is_run = hck_fleet_run(fleet, message);
    assert_true(hck_clock_ms() - told.end_ms < ENDS_WITHIN_MS);
    told.progress = hck_fleet_progress(fleet);
    hck_fleet_close(fleet);
    return is_run;
}

/* Workers that the target does not keep from their work. */
static void run_deviant(const char *deviant, bool (*is_enough)(void))
{
    char message[BROKEN_MESSAGE_MAX] = "";
    bool is_run = run(DEVIANT, deviant, is_enough, message);
    assert_string_equal(message, "");
    assert_true(is_run);
}

static bool has_a_death(void)
{
    return told.deaths > 0;
}

static bool has_two_deaths(void)
{
    return told.deaths > 1;
}

static bool has_a_hang(void)
{
    return told.hangs > 0;
}

static void a_right_target_ends_no_worker(void **state)
{
    (void)state;
    run_deviant("", NULL);
    assert_int_equal(told.deaths, 0);
    assert_true(told.progress.tried_count > 0);
    assert_true(told.progress.feature_count > 0);
}

static void a_death_in_a_trace_is_told(void **state)
{
    (void)state;
    run_deviant("crash", has_two_deaths);
    assert_true(has_two_deaths());
}

static void a_death_between_two_traces_is_told(void **state)
{
    (void)state;
    run_deviant("festering", has_a_death);
    assert_true(has_a_death());
}

static void a_trace_that_does_not_end_is_ended_and_told(void **state)
{
    (void)state;
    run_deviant("hang", has_a_hang);
    assert_true(has_a_hang());
}

/* None tries more than a few traces until it is. */
static void a_worker_that_is_cut_off_is_replaced(void **state)
{
    (void)state;
    run_deviant("closing", NULL);
    assert_true(told.progress.tried_count > 20);
}

/* The next one is understood again, and so on. */
static void a_worker_whose_words_are_none_is_replaced(void **state)
{
    (void)state;
    run_deviant("babbling", has_two_deaths);
    assert_true(has_two_deaths());
}

/* The clauses that it violates fit into its pipe, and are told though it is stopped. */
static void what_was_said_last_is_heard(void **state)
{
    (void)state;
    run_deviant("short", NULL);
    assert_true(told.violations > 0);
}

static void workers_that_cannot_work_end_it(void **state)
{
    char message[BROKEN_MESSAGE_MAX] = "";
    (void)state;
    assert_false(run("so:./missing.so", "", NULL, message));
    assert_string_not_equal(message, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_target_ends_no_worker),
        cmocka_unit_test(a_death_in_a_trace_is_told),
        cmocka_unit_test(a_death_between_two_traces_is_told),
        cmocka_unit_test(a_trace_that_does_not_end_is_ended_and_told),
        cmocka_unit_test(a_worker_that_is_cut_off_is_replaced),
        cmocka_unit_test(a_worker_whose_words_are_none_is_replaced),
        cmocka_unit_test(what_was_said_last_is_heard),
        cmocka_unit_test(workers_that_cannot_work_end_it),
    };
    memset(all.clauses, true, sizeof all.clauses);
    all.count = CLAUSE_COUNT;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
