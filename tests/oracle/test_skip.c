/* Which calls of a trace with threads are believed to have been made, and which to have been
 * skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle/harness.h"

#define BLOCK                                           \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n" \
    "b0 = HeapAlloc(h0, 0, 8) -> 0x100100 ticks=3..4\n"

#define LOCK "HeapLock(h0) -> 1 ticks=5..6\n"

#define SKIPPED_FILL "@2 Fill(b0, 7) -> skipped heap.memory.must_not_be_touched_after_free\n"

static void assert_broken(const char *log, uint32_t line)
{
    assert_int_equal(harness_find_broken(log), line);
}

static void an_agent_that_skips_everything_makes_no_sense(void **state)
{
    (void)state;
    assert_broken("h0 = HeapCreate(0, 0, 0) -> skipped heap.handle.must_be_live\n"
                  "@1 h1 = HeapCreate(0, 0, 0) -> skipped heap.handle.must_be_live\n",
                  1);
    assert_broken("h0 = HeapCreate(0, 0, 0) -> skipped heap_lock.owner.must_unlock_before_it_ends\n"
                  "@1 h1 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n",
                  1);
}

/* It waits for the lock of the heap that had the name when it began. */
static void a_call_that_waits_may_lose_the_name_of_its_heap(void **state)
{
    (void)state;
    assert_broken("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                  "HeapLock(h0) -> 1 ticks=3..4\n"
                  "h0 = HeapCreate(0, 0, 0) -> 0x200000 ticks=6..7\n"
                  "@1 HeapLock(h0) -> skipped heap_lock.owner.must_unlock_before_it_ends\n",
                  0);
    assert_broken("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                  "h0 = HeapCreate(0, 0, 0) -> 0x200000 ticks=6..7\n"
                  "@1 HeapLock(h0) -> skipped heap_lock.owner.must_unlock_before_it_ends\n",
                  3);
}

/* It frees the block that had the name when it began; what comes behind is believed. */
static void a_call_that_waits_may_lose_the_name_of_its_block(void **state)
{
    static const char *const log = BLOCK LOCK "b0 = HeapAlloc(h0, 0, 16) -> 0x100200 ticks=8..9\n"
                                              "HeapUnlock(h0) -> 1 ticks=10..11\n"
                                              "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..12\n"
                                              "b1 = HeapAlloc(h0, 0, 8) -> 0x100100 ticks=13..14\n"
                                              "HeapSize(h0, 0, b0) -> 16 ticks=15..16\n";
    (void)state;
    assert_broken(log, 0);
    (void)assert_conforms(log);
}

static void a_rule_that_forbids_something_else_is_not_believed(void **state)
{
    (void)state;
    assert_broken(BLOCK LOCK "@2 Fill(b0, 7) -> skipped heap_walk.end.must_not_be_passed\n"
                             "HeapUnlock(h0) -> 1 ticks=9..10\n"
                             "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..11\n",
                  4);
    assert_broken(BLOCK "@1 Fill(b0, 7) -> skipped heap_size.live_block.is_the_requested_size\n"
                        "@2 HeapFree(h0, 0, b0) -> 1 ticks=7..11\n",
                  3);
}

static void a_free_under_way_explains_a_skip(void **state)
{
    (void)state;
    assert_broken(BLOCK LOCK SKIPPED_FILL "HeapUnlock(h0) -> 1 ticks=9..10\n"
                                          "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..11\n",
                  0);
}

/* The free began after the next call of the thread whose call was skipped. */
static void a_free_that_came_later_explains_nothing(void **state)
{
    (void)state;
    assert_broken(BLOCK LOCK SKIPPED_FILL "@2 GetProcessHeap() -> 0x90000 ticks=7..8\n"
                                          "HeapUnlock(h0) -> 1 ticks=9..10\n"
                                          "@1 HeapFree(h0, 0, b0) -> 1 ticks=11..12\n",
                  4);
}

static void a_call_on_another_block_explains_nothing(void **state)
{
    (void)state;
    assert_broken(BLOCK "b1 = HeapAlloc(h0, 0, 8) -> 0x100200 ticks=5..6\n" SKIPPED_FILL
                        "@1 HeapFree(h0, 0, b1) -> 1 ticks=7..11\n",
                  4);
    assert_broken(BLOCK SKIPPED_FILL "@1 HeapSize(h0, 0, b0) -> 8 ticks=7..11\n", 3);
}

/* Thread 1 waits for a lock that is never given back, and what it had left comes to nothing. */
static void who_waits_for_ever_is_ended(void **state)
{
    (void)state;
    assert_broken(BLOCK LOCK "@1 b1 = HeapAlloc(h0, 0, 8) -> skipped "
                             "heap_lock.owner.must_unlock_before_it_ends\n"
                             "@1 h1 = HeapCreate(0, 0, 0) -> skipped "
                             "heap_lock.owner.must_unlock_before_it_ends\n",
                  0);
    assert_broken(BLOCK "@1 b1 = HeapAlloc(h0, 0, 8) -> skipped "
                        "heap_lock.owner.must_unlock_before_it_ends\n",
                  3);
}

static void a_skip_that_nothing_can_explain_makes_no_sense_where_the_target_dies(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    static const char log[] = BLOCK SKIPPED_FILL "@2 h1 = HeapCreate(0, 0, 0) -> crashed 11\n"
                                                 "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..11\n";
    harness_judge_until(log, 4, 0, &judgement);
    assert_int_equal(judgement.broken_line, 3);
    harness_judge_until(log, 4, 1u << 1, &judgement);
    assert_null(judgement.broken);
}

/* What is skipped beyond what can be remembered is believed. */
static void very_many_skips_are_decided_or_believed(void **state)
{
    (void)state;
    enum { SKIPS = SKIPS_MAX + 6, LINE_MAX = 100 };
    static char log[(SKIPS + 8) * LINE_MAX];
    size_t length = (size_t)snprintf(log, sizeof log, "%s", BLOCK);
    for (unsigned i = 0; i < SKIPS; i++) {
        length += (size_t)snprintf(log + length, sizeof log - length, "%s", SKIPPED_FILL);
    }
    (void)snprintf(log + length, sizeof log - length, "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..11\n");
    assert_broken(log, 0);
    (void)snprintf(log + length, sizeof log - length, "@1 HeapSize(h0, 0, b0) -> 8 ticks=7..11\n");
    assert_broken(log, 3);
}

/* What was skipped is decided by what the thread does next and when. */
static void a_skip_of_the_same_call_is_explained_by_what_it_names(void **state)
{
    (void)state;
    /* The skipped call itself would have freed what the other one names. */
    assert_broken(BLOCK
                  "@2 HeapFree(h0, 0, b0) -> skipped heap_free.block.must_be_live_in_the_heap\n"
                  "@1 HeapSize(h0, 0, b0) -> 8 ticks=7..11\n",
                  0);
    /* Thread 1 never made its call, nor was it kept from it by a lock. */
    assert_broken(BLOCK SKIPPED_FILL "@1 HeapFree(h0, 0, b0) -> skipped "
                                     "heap_free.block.must_be_live_in_the_heap\n"
                                     "@3 GetLastError() -> 0 ticks=7..8\n",
                  3);
    assert_broken(BLOCK SKIPPED_FILL "@1 HeapFree(h0, 0, b0) -> unsupported\n", 3);
    /* Nobody else is left. */
    assert_broken(BLOCK "@1 GetLastError() -> 0 ticks=5..6\n" SKIPPED_FILL, 4);
}

/* --- Calls that were made ------------------------------------------------------------------- */

static void a_call_that_a_rule_forbids_is_not_made(void **state)
{
    (void)state;
    assert_broken(BLOCK "HeapFree(h0, 0, b0) -> 1 ticks=5..6\n"
                        "HeapFree(h0, 0, b0) -> 1 ticks=7..8\n"
                        "@1 HeapValidate(h0, 0, NULL) -> 1 ticks=9..10\n",
                  4);
    assert_broken(BLOCK "@1 HeapLock(h0) -> 1 ticks=5..6\n"
                        "b1 = HeapAlloc(h0, HEAP_NO_SERIALIZE, 16) -> 0x100200 ticks=7..8\n"
                        "@1 HeapUnlock(h0) -> 1 ticks=9..10\n",
                  4);
}

/* The call was checked when it began, while the block was live or the lock free. */
static void a_rule_that_came_too_late_forbids_nothing(void **state)
{
    (void)state;
    assert_broken(BLOCK "@1 HeapFree(h0, 0, b0) -> 1 ticks=6..7\n"
                        "Fill(b0, 7) -> 0 ticks=5..8\n",
                  0);
    assert_broken(BLOCK "@1 HeapDestroy(h0) -> 1 ticks=6..7\n"
                        "Fill(b0, 7) -> 0 ticks=5..8\n",
                  0);
    assert_broken(BLOCK "@1 HeapLock(h0) -> 1 ticks=6..7\n"
                        "b1 = HeapAlloc(h0, HEAP_NO_SERIALIZE, 16) -> 0x100200 ticks=5..8\n",
                  0);
}

#define LATE "ticks=5..8\n"
#define NONE "values=(0) " LATE
#define SUMMARY "values=(40, 100, 4096, 65536, 65536, 0) " LATE
#define ENTRY "0x100000, 64, 0, 0, 1, 4096, 1044480, 0x100040, 0x200000, 0) " LATE

/* Each began while the heap and its block were there, and ended after they were gone. */
static const char *const late_calls[] = {
    "b1 = HeapAlloc(h0, 0, 8) -> 0x100200 " LATE,
    "b0 = HeapReAlloc(h0, 0, b0, 16) -> 0x100300 " LATE,
    "HeapFree(h0, 0, b0) -> 1 " LATE,
    "HeapSize(h0, 0, b0) -> 8 " LATE,
    "HeapValidate(h0, 0, b0) -> 1 " LATE,
    "HeapValidate(h0, 0, NULL) -> 1 " LATE,
    "HeapLock(h0) -> 1 " LATE,
    "HeapCompact(h0, 0) -> 4096 " LATE,
    "HeapDestroy(h0) -> 1 " LATE,
    "HeapSummary(h0, 0, &out) -> 1 " SUMMARY,
    "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, NULL) -> 1 values=(2, "
    "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0) " LATE,
    "HeapSetInformation(h0, HeapCompatibilityInformation, 2, 4) -> 1 " NONE,
    "HeapSetInformation(h0, HeapOptimizeResources, 1, 8) -> 1 " NONE,
    "w0 = HeapWalk(h0, NULL) -> 1 values=(" ENTRY,
    "WalkHeap(h0) -> 1 error=259 values=(" ENTRY,
    "Fill(b0, 7) -> 0 " LATE,
    "Check(b0) -> 8 " LATE,
    "Zeroed(b0) -> 8 " LATE,
    "Peek(b0, 1) -> 1 values=(0, 1, 0) " LATE,
    "Poke(b0, 1, 7) -> 1 " LATE,
};

static void a_call_on_what_goes_meanwhile_is_believed_and_not_judged(void **state)
{
    (void)state;
    static const char *const ends[] = {"@1 HeapDestroy(h0) -> 1 ticks=6..7\n",
                                       "@1 HeapFree(h0, 0, b0) -> 1 ticks=6..7\n"};
    for (size_t i = 0; i < sizeof late_calls / sizeof late_calls[0]; i++) {
        for (size_t end = 0; end < 2; end++) {
            char log[1000];
            (void)snprintf(log, sizeof log, BLOCK "%s%s", ends[end], late_calls[i]);
            assert_broken(log, 0);
            assert_conforms(log);
        }
    }
}

static void a_call_on_something_else_brings_no_rule_about(void **state)
{
    (void)state;
    assert_broken(BLOCK "HeapFree(h0, 0, b0) -> 1 ticks=5..6\n"
                        "@1 h1 = HeapCreate(0, 0, 0) -> 0x200000 ticks=8..9\n"
                        "HeapFree(h0, 0, b0) -> 1 ticks=7..10\n",
                  5);
}

/* No clause says what a block holds that is freed meanwhile. */
static void what_came_too_late_is_not_judged(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(BLOCK "Fill(b0, 7) -> 0 ticks=5..6\n"
                        "@1 HeapFree(h0, 0, b0) -> 1 ticks=8..9\n"
                        "Check(b0) -> 3 ticks=7..10\n",
                  &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    assert_int_equal(judgement.live_blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agent_that_skips_everything_makes_no_sense),
        cmocka_unit_test(a_call_that_waits_may_lose_the_name_of_its_heap),
        cmocka_unit_test(a_call_that_waits_may_lose_the_name_of_its_block),
        cmocka_unit_test(a_rule_that_forbids_something_else_is_not_believed),
        cmocka_unit_test(a_free_under_way_explains_a_skip),
        cmocka_unit_test(a_free_that_came_later_explains_nothing),
        cmocka_unit_test(a_call_on_another_block_explains_nothing),
        cmocka_unit_test(a_skip_that_nothing_can_explain_makes_no_sense_where_the_target_dies),
        cmocka_unit_test(who_waits_for_ever_is_ended),
        cmocka_unit_test(very_many_skips_are_decided_or_believed),
        cmocka_unit_test(a_skip_of_the_same_call_is_explained_by_what_it_names),
        cmocka_unit_test(a_call_that_a_rule_forbids_is_not_made),
        cmocka_unit_test(a_rule_that_came_too_late_forbids_nothing),
        cmocka_unit_test(a_call_on_what_goes_meanwhile_is_believed_and_not_judged),
        cmocka_unit_test(a_call_on_something_else_brings_no_rule_about),
        cmocka_unit_test(what_came_too_late_is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
