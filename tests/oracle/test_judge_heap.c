/* The judges of the heap families: for each clause a log that conforms and one that does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracle/heap_cases.h"

static void creating_and_destroying_heaps_is_judged(void **state)
{
    (void)state;
    harness_check(heap_create_cases, heap_create_case_count);
}

static void allocating_is_judged(void **state)
{
    (void)state;
    harness_check(heap_alloc_cases, heap_alloc_case_count);
}

static void reallocating_is_judged(void **state)
{
    (void)state;
    harness_check(heap_realloc_cases, heap_realloc_case_count);
}

static void freeing_sizing_and_validating_is_judged(void **state)
{
    (void)state;
    harness_check(heap_block_cases, heap_block_case_count);
}

static void content_is_judged(void **state)
{
    (void)state;
    harness_check(heap_content_cases, heap_content_case_count);
}

static void walking_is_judged(void **state)
{
    (void)state;
    harness_check(heap_walk_cases, heap_walk_case_count);
}

static void heap_information_is_judged(void **state)
{
    (void)state;
    harness_check(heap_information_cases, heap_information_case_count);
}

static void locking_and_threads_are_judged(void **state)
{
    (void)state;
    harness_check(heap_lock_cases, heap_lock_case_count);
}

/* The lock was free when it began, so something else keeps it. */
static void a_call_that_hangs_and_began_after_the_unlock_did_not_wait_for_it(void **state)
{
    (void)state;
    struct log_judgement judgement;
    harness_judge("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                  "HeapLock(h0) -> 1 ticks=3..4\n"
                  "HeapUnlock(h0) -> 1 ticks=5..6\n"
                  "@1 HeapAlloc(h0, 0, 100) -> hung ticks=7..7\n",
                  &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_call_completion_returns_to_its_caller);
    assert_int_equal(judgement.counts[CLAUSE_heap_lock_owned_heap_lets_waiters_go_after_release]
                                     [VERDICT_VIOLATED],
                     0);
}

static uint32_t judged_count(enum clause_id clause, const char *log)
{
    struct log_judgement judgement;
    harness_judge(log, &judgement);
    return judgement.counts[clause][VERDICT_HOLDS] + judgement.counts[clause][VERDICT_VIOLATED];
}

/* A busy entry there is the other block's. */
static void a_lock_is_not_blamed_where_a_call_asks_for_more_than_there_is(void **state)
{
    (void)state;
    const struct log_judgement *judged = assert_finds("h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
                                                      "HeapLock(h0) -> 1\n"
                                                      "HeapAlloc(h0, 0, 0x400000000000) -> hung\n",
                                                      CLAUSE_call_completion_returns_to_its_caller);
    assert_int_equal(judged->counts[CLAUSE_heap_lock_owned_heap_serves_its_owner][VERDICT_VIOLATED],
                     0);
}

static void an_address_that_another_block_begins_at_is_not_gone(void **state)
{
    (void)state;
    const char *freed =
        HEAP SECOND_HEAP B0 FREE0 "b1 = HeapAlloc(h1, 0, 100) -> 0x100100\n" WALK(REGION BUSY0 GAP);
    const char *freed_inside =
        HEAP SECOND_HEAP B0 FREE0 "b1 = HeapAlloc(h1, 0, 100) -> 0x1000f0\n" WALK(REGION BUSY0 GAP);
    assert_int_equal(judged_count(CLAUSE_heap_walk_freed_block_is_not_busy, freed), 0);
    assert_int_equal(judged_count(CLAUSE_heap_walk_freed_block_is_not_busy, freed_inside), 1);
    const char *moved =
        HEAP SECOND_HEAP B0 "b0 = HeapReAlloc(h0, 0, b0, 200) -> 0x100300\n"
                            "b1 = HeapAlloc(h1, 0, 100) -> 0x100100\n" WALK(REGION BUSY0 GAP);
    const char *moved_inside =
        HEAP SECOND_HEAP B0 "b0 = HeapReAlloc(h0, 0, b0, 200) -> 0x100300\n"
                            "b1 = HeapAlloc(h1, 0, 100) -> 0x1000f0\n" WALK(REGION BUSY0 GAP);
    assert_int_equal(judged_count(CLAUSE_heap_realloc_moved_block_replaces_the_old_one, moved), 0);
    assert_int_equal(
        judged_count(CLAUSE_heap_realloc_moved_block_replaces_the_old_one, moved_inside), 1);
}

/* --- Completeness ---------------------------------------------------------------------------- */

static bool is_of_heap_families(const char *family)
{
    return strcmp(family, "heap") == 0 || strcmp(family, "process_heap") == 0 ||
           strncmp(family, "heap_", strlen("heap_")) == 0;
}

static bool has_case(enum clause_id clause, enum verdict_outcome outcome)
{
    return harness_has_case(heap_create_cases, heap_create_case_count, clause, outcome) ||
           harness_has_case(heap_alloc_cases, heap_alloc_case_count, clause, outcome) ||
           harness_has_case(heap_realloc_cases, heap_realloc_case_count, clause, outcome) ||
           harness_has_case(heap_block_cases, heap_block_case_count, clause, outcome) ||
           harness_has_case(heap_content_cases, heap_content_case_count, clause, outcome) ||
           harness_has_case(heap_walk_cases, heap_walk_case_count, clause, outcome) ||
           harness_has_case(heap_information_cases, heap_information_case_count, clause, outcome) ||
           harness_has_case(heap_lock_cases, heap_lock_case_count, clause, outcome);
}

static void every_judged_clause_has_a_conforming_and_a_violating_log(void **state)
{
    (void)state;
    unsigned missing = 0;
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        enum clause_id clause = (enum clause_id)id;
        const struct clause *row = hck_clause_get(clause);
        bool is_complete = true;
        if (!is_of_heap_families(row->family) || row->basis == BASIS_UNDEFINED ||
            row->basis == BASIS_PROMISE || hck_clause_exemption(clause, EXEMPT_JUDGE) != NULL) {
            continue;
        }
        if (row->basis == BASIS_LATITUDE) {
            is_complete = has_case(clause, VERDICT_LATITUDE);
        } else {
            is_complete = has_case(clause, VERDICT_HOLDS) && has_case(clause, VERDICT_VIOLATED);
        }
        if (!is_complete) {
            print_error("%s has no log for some outcome\n", row->id);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

/* --- What a violation says ------------------------------------------------------------------- */

static void an_overlap_names_the_other_block_by_its_slot(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(HEAP B0 "b1 = HeapAlloc(h0, 0, 100) -> 0x100160\n", &judgement);
    const struct expectation *why = &judgement.violations[CLAUSE_heap_blocks_never_overlap];
    assert_int_equal(why->subject, SUBJECT_RESULT);
    assert_int_equal(why->relation, RELATION_DISJOINT);
    assert_int_equal(why->observed, 0x100160);
    assert_int_equal(why->operands[0].value, 100);
    assert_int_equal(why->operands[1].slot_kind, SLOT_BLOCK);
    assert_int_equal(why->operands[1].slot, 0);
    assert_int_equal(why->operands[1].value, 0x100100);
    assert_int_equal(why->operands[2].value, 100);
}

static void a_call_on_a_locked_heap_tells_the_lock_it_should_have_waited_for(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                  "HeapLock(h0) -> 1 ticks=3..4\n"
                  "@1 b0 = HeapAlloc(h0, 0, 8) -> 0x100100 ticks=5..6\n"
                  "HeapSize(h0, 0, b0) -> 8 ticks=7..8\n"
                  "HeapUnlock(h0) -> 1 ticks=9..10\n",
                  &judgement);
    enum clause_id clause = CLAUSE_heap_lock_owned_heap_blocks_other_threads;
    assert_int_equal(judgement.counts[clause][VERDICT_VIOLATED], 1);
    /* The owner's next call, in line 4, shows that it was not unlocking. */
    assert_int_equal(judgement.violated_line[clause], 3);
    assert_int_equal(judgement.violations[clause].relation, RELATION_WAITS);
    assert_int_equal(judgement.violations[clause].operands[0].value, 4);
    assert_int_equal(judgement.violations[clause].operands[1].value, 7);
}

/* Which thread's block lies where is a matter of time where calls meet, and so is what can be
 * resized in place. */
static void the_answers_taken_are_told_of_traces_with_one_thread(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    static const char log[] = "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                              "b0 = HeapAlloc(h0, 0, 8) -> 0x100100 ticks=3..4\n"
                              "b0 = HeapReAlloc(h0, 0, b0, 16) -> 0x100100 ticks=5..6\n";
    static const char other_thread[] = "@1 b1 = HeapAlloc(h0, 0, 8) -> 0x100200 ticks=7..8\n";
    enum clause_id clause = CLAUSE_heap_realloc_success_may_move_the_block;
    char both[sizeof log + sizeof other_thread];
    (void)snprintf(both, sizeof both, "%s%s", log, other_thread);
    harness_judge(log, &judgement);
    assert_int_equal(judgement.counts[clause][VERDICT_LATITUDE], 1);
    harness_judge(both, &judgement);
    assert_int_equal(judgement.counts[clause][VERDICT_LATITUDE], 0);
}

static void a_target_without_exceptions_is_not_blamed_for_raising_none(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    struct oracle_options options = {.bases = PROFILE_WINDOWS,
                                     .has_exceptions = false,
                                     .has_last_error = true,
                                     .hostile = false};
    harness_judge_with(RAISING_HEAP "HeapAlloc(h0, 0, SIZE_MAX) -> 0\n", &options, &judgement);
    enum clause_id clause = CLAUSE_heap_alloc_generate_exceptions_creation_option_suffices;
    assert_int_equal(judgement.counts[clause][VERDICT_UNSUPPORTED], 1);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
}

static void a_target_without_last_errors_is_not_blamed_for_them(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(HEAP B0 "HeapSize(h0, 0, b0) -> 100 noerror\n", &judgement);
    enum clause_id clause = CLAUSE_heap_size_call_keeps_the_last_error;
    assert_int_equal(judgement.counts[clause][VERDICT_UNSUPPORTED], 1);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
}

static void observed_clauses_are_left_out_of_the_documented_profile(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    struct oracle_options options = {.bases = PROFILE_DOCUMENTED,
                                     .has_exceptions = true,
                                     .has_last_error = true,
                                     .hostile = false};
    harness_judge_with(HEAP B0 "HeapFree(h0, 0, b0) -> 7\nHeapAlloc(h0, 0, 0) -> 0\n", &options,
                       &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
}

static void live_blocks_follow_every_way_to_make_and_lose_one(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(HEAP SECOND_HEAP B0 B1 "b2 = HeapAlloc(h1, 0, 5) -> 0x8100100\n"
                                         "b0 = HeapReAlloc(h0, 0, b0, 300) -> 0x100400\n" FREE1
                                         "HeapDestroy(h1) -> 1\n",
                  &judgement);
    assert_int_equal(judgement.live_blocks, 1);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
}

static void after_a_deviation_the_oracle_goes_on_with_what_was_seen(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(HEAP B0 FILL0 "b1 = HeapAlloc(h0, 0, 100) -> 0x100140\nCheck(b0) -> 64\n"
                                "Check(b0) -> 64\n" FREE1 FREE0
                                "b2 = HeapAlloc(h0, 0, 100) -> 0x100140\n",
                  &judgement);
    assert_int_equal(judgement.counts[CLAUSE_heap_blocks_never_overlap][VERDICT_VIOLATED], 1);
    assert_int_equal(
        judgement.counts[CLAUSE_heap_blocks_keep_address_and_content][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.live_blocks, 1);
}

/* A heap that outgrew its maximum has shown that it has none: told once. */
static void a_heap_that_outgrows_its_maximum_is_one_deviation(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge("h0 = HeapCreate(0, 0, 4K) -> 0x100000\n"
                  "b0 = HeapAlloc(h0, 0, 5000) -> 0x100100\n"
                  "b1 = HeapAlloc(h0, 0, 5000) -> 0x102000\n"
                  "b2 = HeapAlloc(h0, 0, 5000) -> 0x104000\n",
                  &judgement);
    enum clause_id clause = CLAUSE_heap_create_fixed_heap_never_exceeds_its_maximum;
    assert_int_equal(judgement.counts[clause][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.violated_line[clause], 2);
}

static void an_uncommitted_range_without_a_page_has_no_committed_one(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(
        HEAP B0 WALK(
            REGION BUSY0
            "0x101000, 0, 0, 0, 2, 0, 0, 0, 0, ") "QueryAll() -> 1 values=(0x100000, 0x100000, 4, "
                                                  "0x100000, 4096, 4, 0x20000, 0)\n",
        &judgement);
    assert_int_equal(
        judgement.counts[CLAUSE_heap_walk_uncommitted_entry_is_whole_pages][VERDICT_VIOLATED], 1);
    assert_int_equal(
        judgement.counts[CLAUSE_heap_walk_uncommitted_entry_is_not_committed][VERDICT_VIOLATED], 0);
}

/* As some target does that cannot validate heaps of some sizes. */
static void a_heap_that_never_was_valid_is_no_calls_fault(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge("h0 = HeapCreate(0, 512M, 0) -> 0x100000\n"
                  "HeapAlloc(h0, 0, SIZE_MAX) -> 0 error=8\n"
                  "HeapValidate(h0, 0, NULL) -> 0\n",
                  &judgement);
    enum clause_id own = CLAUSE_heap_validate_whole_heap_is_valid_without_corruption;
    assert_int_equal(judgement.counts[own][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.counts[CLAUSE_heap_alloc_failure_changes_nothing][VERDICT_VIOLATED],
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(creating_and_destroying_heaps_is_judged),
        cmocka_unit_test(allocating_is_judged),
        cmocka_unit_test(reallocating_is_judged),
        cmocka_unit_test(freeing_sizing_and_validating_is_judged),
        cmocka_unit_test(content_is_judged),
        cmocka_unit_test(walking_is_judged),
        cmocka_unit_test(a_heap_that_never_was_valid_is_no_calls_fault),
        cmocka_unit_test(heap_information_is_judged),
        cmocka_unit_test(locking_and_threads_are_judged),
        cmocka_unit_test(a_call_that_hangs_and_began_after_the_unlock_did_not_wait_for_it),
        cmocka_unit_test(a_lock_is_not_blamed_where_a_call_asks_for_more_than_there_is),
        cmocka_unit_test(an_address_that_another_block_begins_at_is_not_gone),
        cmocka_unit_test(every_judged_clause_has_a_conforming_and_a_violating_log),
        cmocka_unit_test(an_overlap_names_the_other_block_by_its_slot),
        cmocka_unit_test(a_call_on_a_locked_heap_tells_the_lock_it_should_have_waited_for),
        cmocka_unit_test(the_answers_taken_are_told_of_traces_with_one_thread),
        cmocka_unit_test(a_target_without_exceptions_is_not_blamed_for_raising_none),
        cmocka_unit_test(a_target_without_last_errors_is_not_blamed_for_them),
        cmocka_unit_test(observed_clauses_are_left_out_of_the_documented_profile),
        cmocka_unit_test(live_blocks_follow_every_way_to_make_and_lose_one),
        cmocka_unit_test(after_a_deviation_the_oracle_goes_on_with_what_was_seen),
        cmocka_unit_test(a_heap_that_outgrows_its_maximum_is_one_deviation),
        cmocka_unit_test(an_uncommitted_range_without_a_page_has_no_committed_one),
    };
    return cmocka_run_group_tests_name("judge_heap", tests, NULL, NULL);
}
