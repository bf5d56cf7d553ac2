/* Several threads: calls follow the trace, one that waits for a lock holds up its own thread alone,
 * and a trace that never unlocks comes to its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/kit/execute/fake.h"
#include "tests/kit/execute/fixture.h"
#include "tests/kit/execute/harness.h"

static void ticks_of(unsigned index, unsigned long *start, unsigned long *end)
{
    const char *ticks = strstr(log_line(index), " ticks=");
    assert_non_null(ticks);
    char *rest;
    *start = strtoul(ticks + strlen(" ticks="), &rest, 10);
    assert_int_equal(strncmp(rest, "..", 2), 0);
    *end = strtoul(rest + 2, NULL, 10);
}

/* No tick is taken twice, and ends rise along the log. */
static void assert_ticks_are_sound(void)
{
    unsigned long last_end = 0;
    static bool seen[10000];
    memset(seen, 0, sizeof seen);
    for (unsigned i = 0; i < log_count(); i++) {
        unsigned long start;
        unsigned long end;
        ticks_of(i, &start, &end);
        assert_true(start < end);
        assert_true(last_end < end);
        assert_true(end < sizeof seen);
        assert_false(seen[start] || seen[end]);
        seen[start] = true;
        seen[end] = true;
        last_end = end;
    }
}

static bool overlaps(unsigned one, unsigned other)
{
    unsigned long start[2];
    unsigned long end[2];
    ticks_of(one, &start[0], &end[0]);
    ticks_of(other, &start[1], &end[1]);
    return start[0] < end[1] && start[1] < end[0];
}

static void calls_that_do_not_wait_follow_the_trace(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "@3 b0 = HeapAlloc(h0, 0, 10)\n"
                   "@1 Fill(b0, 1)\n"
                   "@2 Check(b0)\n"
                   "@3 HeapFree(h0, 0, b0)\n"
                   "@1 HeapFree(h0, 0, b0)\n"
                   "SetLastError(1)\n"
                   "@1 SetLastError(2)\n"
                   "GetLastError()\n"
                   "@1 GetLastError()\n");
    assert_non_null(strstr(log_line(3), "-> 10 ticks="));
    assert_non_null(strstr(log_line(4), "-> 1 ticks="));
    assert_non_null(strstr(log_line(5), "skipped heap_free.block.must_be_live_in_the_heap"));
    assert_non_null(strstr(log_line(8), "-> 1 error=1"));
    assert_non_null(strstr(log_line(9), "-> 2 error=2"));
    assert_ticks_are_sound();
    for (unsigned i = 1; i < log_count(); i++) {
        assert_false(overlaps(i - 1, i));
    }
}

static void a_call_on_a_locked_heap_ends_after_the_unlock(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapLock(h0)\n"
                   "@1 b0 = HeapAlloc(h0, 0, 10)\n"
                   "b1 = HeapAlloc(h0, 0, 20)\n"
                   "@1 Fill(b0, 1)\n"
                   "HeapSize(h0, 0, b1)\n"
                   "HeapUnlock(h0)\n"
                   "Check(b0)\n");
    unsigned alloc = log_find("@1 b0 = HeapAlloc");
    unsigned unlock = log_find("HeapUnlock");
    assert_int_equal(alloc, unlock + 1);
    assert_true(overlaps(alloc, unlock));
    assert_true(overlaps(alloc, log_find("HeapSize")));
    assert_true(log_find("@1 Fill") > alloc);
    assert_true(log_find("HeapSize") < alloc);
    assert_non_null(strstr(log_line(log_find("Check")), "-> 10 ticks="));
    assert_ticks_are_sound();
}

static void a_broken_lock_shows_in_the_order_of_the_ends(void **state)
{
    (void)state;
    fake.ignores_locks = true;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapLock(h0)\n"
                   "@1 b0 = HeapAlloc(h0, 0, 10)\n"
                   "HeapUnlock(h0)\n");
    assert_int_equal(log_find("@1 b0 = HeapAlloc"), 2);
    assert_false(overlaps(2, 3));
}

/* It lacks a processor, or makes full use of one, which is no waiting. */
static void a_slow_call_is_not_overtaken(void **state)
{
    (void)state;
    fake.ignores_locks = true;
    fake.is_slow = true;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapLock(h0)\n"
                   "@1 b0 = HeapAlloc(h0, 0, 10)\n"
                   "SetLastError(1)\n"
                   "HeapUnlock(h0)\n");
    assert_int_equal(log_find("@1 b0 = HeapAlloc"), 2);
    assert_false(overlaps(2, 3));
}

static void a_lock_is_handed_from_thread_to_thread(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapLock(h0)\n"
                   "HeapLock(h0)\n"
                   "@1 HeapLock(h0)\n"
                   "@1 HeapUnlock(h0)\n"
                   "HeapUnlock(h0)\n"
                   "HeapUnlock(h0)\n"
                   "HeapLock(h0)\n"
                   "HeapUnlock(h0)\n");
    assert_int_equal(log_count(), 9);
    for (unsigned i = 0; i < log_count(); i++) {
        assert_null(strstr(log_line(i), "skipped"));
    }
    assert_true(log_find("@1 HeapLock") > log_find("HeapUnlock"));
    assert_ticks_are_sound();
}

#define NEVER_UNLOCKED "skipped heap_lock.owner.must_unlock_before_it_ends"

static void calls_that_only_wait_for_a_lock_never_unlocked_are_skipped(void **state)
{
    (void)state;
    run_text(&api, "h0 = GetProcessHeap()\n"
                   "HeapLock(h0)\n"
                   "HeapLock(h0)\n"
                   "@1 b0 = HeapAlloc(h0, 0, 10)\n"
                   "@1 Fill(b0, 1)\n"
                   "@2 HeapLock(h0)\n"
                   "b1 = HeapAlloc(h0, 0, 10)\n");
    assert_int_equal(log_count(), 7);
    assert_non_null(strstr(log_line(log_find("b1 =")), "-> 0x"));
    assert_non_null(strstr(log_line(log_find("@1 b0 =")), NEVER_UNLOCKED));
    assert_non_null(strstr(log_line(log_find("@1 Fill")), NEVER_UNLOCKED));
    assert_non_null(strstr(log_line(log_find("@2 HeapLock")), NEVER_UNLOCKED));
    assert_ticks_are_sound();
    /* The heap is free again, and all threads may use it. */
    run_text(&api, "h0 = GetProcessHeap()\n"
                   "@1 b0 = HeapAlloc(h0, 0, 10)\n"
                   "@2 HeapFree(h0, 0, b0)\n");
    assert_non_null(strstr(log_line(2), "-> 1 ticks="));
}

static void a_circle_of_waiting_threads_is_not_closed(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "h1 = HeapCreate(0, 0, 0)\n"
                   "HeapLock(h0)\n"
                   "@1 HeapLock(h1)\n"
                   "HeapLock(h1)\n"
                   "@1 HeapLock(h0)\n"
                   "@1 HeapUnlock(h1)\n"
                   "HeapUnlock(h1)\n"
                   "HeapUnlock(h0)\n");
    assert_non_null(strstr(log_line(log_find("@1 HeapLock(h0)")), NEVER_UNLOCKED));
    assert_non_null(strstr(log_line(log_find("HeapLock(h1)")), "-> 1 ticks="));
    assert_non_null(strstr(log_line(log_find("HeapUnlock(h0)")), "-> 1 ticks="));
    assert_ticks_are_sound();
}

static void what_an_unfinished_call_is_about_to_free_is_left_alone(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 10)\n"
                   "HeapLock(h0)\n"
                   "@1 HeapFree(h0, 0, b0)\n"
                   "HeapFree(h0, 0, b0)\n"
                   "Check(b0)\n"
                   "HeapDestroy(h0)\n"
                   "HeapUnlock(h0)\n"
                   "HeapDestroy(h0)\n");
    assert_non_null(strstr(log_line(log_find("HeapFree")), "skipped"));
    assert_non_null(strstr(log_line(log_find("Check")), "skipped"));
    assert_non_null(strstr(log_line(5), "HeapDestroy(h0) -> skipped"));
    assert_non_null(strstr(log_line(log_find("@1 HeapFree")), "-> 1 ticks="));
    assert_non_null(strstr(log_line(8), "HeapDestroy(h0) -> 1"));
}

static void exceptions_stay_in_the_thread_that_raised_them(void **state)
{
    (void)state;
    run_text(&api, "v0 = AddVectoredExceptionHandler(1, SEARCH)\n"
                   "@1 RaiseException(0xe0000001, 0, 1, 3)\n"
                   "@2 RaiseException(0xe0000002, 0, 1, 4)\n");
    assert_non_null(strstr(log_line(1), "raised 0xe0000001 flags=0 (3) values=(0) "
                                        "handlers=((v0 0xe0000001 0 1 3 0)) ticks="));
    assert_non_null(strstr(log_line(2), "raised 0xe0000002"));
}

/* Two wait for the lock. Which of them has it first is luck, and the second thread may have it
 * before anybody has taken note: its lock is given back in the end all the same. */
static void a_lock_that_was_just_taken_holds_up_nobody_for_ever(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                       "HeapLock(h0)\n"
                       "@1 b1 = HeapAlloc(h0, 0, 8)\n"
                       "@1 b2 = HeapAlloc(h0, 0, 8)\n"
                       "@1 b3 = HeapAlloc(h0, 0, 8)\n"
                       "@2 HeapLock(h0)\n"
                       "HeapUnlock(h0)\n"
                       "b0 = HeapAlloc(h0, 0, 8)\n");
        assert_int_equal(log_count(), 8);
    }
}

/* The second thread frees the block that had the name when it began: the other one is used on. */
static void a_name_may_go_to_another_block_while_a_call_waits(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "HeapLock(h0)\n"
                   "b0 = HeapAlloc(h0, 0, 8)\n"
                   "@1 HeapFree(h0, 0, b0)\n"
                   "b0 = HeapAlloc(h0, 0, 16)\n"
                   "HeapUnlock(h0)\n"
                   "HeapSize(h0, 0, b0)\n"
                   "HeapFree(h0, 0, b0)\n");
    assert_non_null(strstr(log_line(5), "@1 HeapFree(h0, 0, b0) -> 1 "));
    assert_non_null(strstr(log_line(6), "HeapSize(h0, 0, b0) -> 16 "));
    assert_non_null(strstr(log_line(7), "HeapFree(h0, 0, b0) -> 1 "));
}

static void thousands_of_threaded_traces_run_in_one_process(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        run_text(&api, "h0 = GetProcessHeap()\n"
                       "@1 b0 = HeapAlloc(h0, 0, 10)\n"
                       "@2 b1 = HeapReAlloc(h0, 0, b0, 100)\n"
                       "@7 HeapFree(h0, 0, b1)\n"
                       "@3 b0 = HeapAlloc(h0, 0, 10)\n");
        assert_non_null(strstr(log_line(3), "-> 1 ticks="));
    }
}

int main(void)
{
#define WITH_BOTH(name) WITH_FAKE(name), WITH_WINMEM(name)
    const struct CMUnitTest tests[] = {
        WITH_BOTH(calls_that_do_not_wait_follow_the_trace),
        WITH_BOTH(a_call_on_a_locked_heap_ends_after_the_unlock),
        WITH_FAKE(a_broken_lock_shows_in_the_order_of_the_ends),
        WITH_FAKE(a_slow_call_is_not_overtaken),
        WITH_BOTH(a_lock_is_handed_from_thread_to_thread),
        WITH_BOTH(calls_that_only_wait_for_a_lock_never_unlocked_are_skipped),
        WITH_BOTH(a_circle_of_waiting_threads_is_not_closed),
        WITH_BOTH(what_an_unfinished_call_is_about_to_free_is_left_alone),
        WITH_WINMEM(a_lock_that_was_just_taken_holds_up_nobody_for_ever),
        WITH_BOTH(a_name_may_go_to_another_block_while_a_call_waits),
        WITH_BOTH(exceptions_stay_in_the_thread_that_raised_them),
        WITH_BOTH(thousands_of_threaded_traces_run_in_one_process),
    };
    winmem_meet();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
