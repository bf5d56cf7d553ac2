/* What calls of other threads, which come to light when they end, explain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle/harness.h"

#define REGION                                                                           \
    "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x10000000 " \
    "ticks=1..2\n"

static const struct log_judgement *assert_violated(const char *log, enum clause_id clause,
                                                   uint32_t line)
{
    const struct log_judgement *judgement = assert_finds(log, clause);
    assert_int_equal(judgement->violated_line[clause], line);
    return judgement;
}

/* --- Whose violation it is ------------------------------------------------------------------ */

#define REFUSED_PEEK "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) "

static void a_call_that_was_not_made_is_blamed_for_nothing(void **state)
{
    (void)state;
    assert_violated(REGION REFUSED_PEEK "values=(165, 0, 165) ticks=3..4\n"
                                        "@1 HeapSize(h0, 0, b0) -> skipped "
                                        "heap.handle.must_be_live\n",
                    CLAUSE_page_readwrite_can_be_read_and_written, 2);
}

/* Each thread allocates in the heap that the other one has locked. The second time shows that the
 * first one was none of an unlock's. */
static void two_calls_that_violate_a_clause_at_once_are_told_apart(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_heap_lock_owned_heap_blocks_other_threads;
    const struct log_judgement *judgement =
        assert_violated("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                        "h1 = HeapCreate(0, 0, 0) -> 0x200000 ticks=3..4\n"
                        "HeapLock(h0) -> 1 ticks=5..6\n"
                        "@1 HeapLock(h1) -> 1 ticks=7..8\n"
                        "@1 b0 = HeapAlloc(h0, 0, 8) -> 0x100010 ticks=9..10\n"
                        "b1 = HeapAlloc(h1, 0, 8) -> 0x200010 ticks=11..12\n",
                        clause, 5);
    assert_int_equal(judgement->counts[clause][VERDICT_VIOLATED], 2);
}

/* --- Calls that never end ------------------------------------------------------------------- */

#define WALK_WITH_FREED_BLOCK                                    \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"          \
    "b0 = HeapAlloc(h0, 0, 100) -> 0x100100 ticks=3..4\n"        \
    "HeapFree(h0, 0, b0) -> 1 ticks=5..6\n"                      \
    "@2 HeapLock(h0) -> 1 ticks=7..8\n"                          \
    "@2 WalkHeap(h0) -> 1 error=259 values=("                    \
    "0x100000, 64, 0, 0, 1, 4096, 1044480, 0x100040, 0x200000, " \
    "0x100100, 100, 12, 0, 4, 0, 0, 0, 0, 0) ticks=9..10\n"

#define TAKEN_BLOCK                                       \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"   \
    "b0 = HeapAlloc(h0, 0, 100) -> 0x100100 ticks=3..4\n" \
    "@2 HeapLock(h0) -> 1 ticks=5..6\n"                   \
    "@2 b1 = HeapAlloc(h0, 0, 100) -> 0x100100 ticks=7..8\n"
#define ENDED " -> skipped heap_lock.owner.must_unlock_before_it_ends\n"

static void a_call_that_the_executor_ends_may_have_freed_the_block(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_heap_blocks_never_overlap;
    assert_conforms(TAKEN_BLOCK "@1 HeapFree(h0, 0, b0)" ENDED);
    assert_violated(TAKEN_BLOCK "@1 HeapFree(h0, 0, NULL)" ENDED, clause, 4);
    assert_violated(TAKEN_BLOCK "@1 HeapSize(h0, 0, b0)" ENDED, clause, 4);
}

/* As a reallocation that has the new block and waits for the lock to free the old one. */
static void a_call_that_the_executor_ends_may_have_taken_the_address(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_heap_walk_freed_block_is_not_busy;
    assert_violated(WALK_WITH_FREED_BLOCK "@1 HeapSize(h0, 0, b1) -> skipped "
                                          "heap_size.block.must_be_live_in_the_heap\n",
                    clause, 5);
    assert_conforms(WALK_WITH_FREED_BLOCK "@1 b1 = HeapAlloc(h0, 0, 100) -> skipped "
                                          "heap_lock.owner.must_unlock_before_it_ends\n");
}

/* --- Pages ---------------------------------------------------------------------------------- */

static void a_change_under_way_explains_a_fault(void **state)
{
    (void)state;
    assert_conforms(REGION REFUSED_PEEK
                    "values=(165, 0, 165) ticks=4..5\n"
                    "@1 VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0) "
                    "ticks=3..6\n");
}

static void a_change_that_came_later_explains_nothing(void **state)
{
    (void)state;
    assert_violated(REGION REFUSED_PEEK
                    "values=(165, 0, 165) ticks=4..5\n"
                    "@1 VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0) "
                    "ticks=6..7\n",
                    CLAUSE_page_readwrite_can_be_read_and_written, 2);
}

static void a_call_that_changes_no_page_explains_no_fault(void **state)
{
    (void)state;
    assert_violated(REGION REFUSED_PEEK "values=(165, 0, 165) ticks=4..5\n"
                                        "@1 GetLastError() -> 0 ticks=3..6\n",
                    CLAUSE_page_readwrite_can_be_read_and_written, 2);
}

/* Thread 1 looks at or into a region of its own. */
#define OTHER_REGION                                                                    \
    "r1 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_NOACCESS) -> 0x20000000 " \
    "ticks=2..3\n"

static void an_access_explains_a_fault_where_it_may_have_changed_pages(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_page_readwrite_can_be_read_and_written;
    static const char *const changing[] = {
        "@1 Poke(r0, 1, 7) -> 1 ticks=3..6\n",
        "@1 Peek(r1, 1) -> raised 0xc0000005 flags=0 (0, 0x20000000) values=(165, 0, 165) "
        "ticks=3..6\n",
        "@1 v0 = AddVectoredExceptionHandler(1, COMMIT) -> 0x500 ticks=3..6\n",
    };
    static const char *const leaving[] = {
        "@1 Peek(r0, 1) -> 1 values=(0, 1, 0) ticks=3..6\n",
        "@1 VirtualFree(r1, 4K, MEM_RELEASE) -> 0 error=87 ticks=3..6\n",
        "@1 HeapSize(h0, 0, b0) -> skipped heap.handle.must_be_live\n",
        "@1 GetProcessHeap() -> 0x90000 ticks=3..6\n",
    };
    for (size_t i = 0; i < 3 + 4; i++) {
        char log[1000];
        (void)snprintf(log, sizeof log,
                       REGION OTHER_REGION REFUSED_PEEK "values=(165, 0, 165) ticks=4..5\n%s",
                       i < 3 ? changing[i] : leaving[i - 3]);
        if (i < 3) {
            assert_conforms(log);
        } else {
            assert_finds(log, clause);
        }
    }
}

static void a_change_under_way_explains_what_a_query_shows(void **state)
{
    (void)state;
    assert_conforms(REGION "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, "
                           "4096, 4096, 1, 131072, 0) ticks=4..5\n"
                           "@1 VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0) "
                           "ticks=3..6\n");
}

static void a_change_under_way_explains_a_failure(void **state)
{
    (void)state;
    assert_conforms(REGION "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 0 error=487 "
                           "values=(0xa5a5a5a5, 0) ticks=4..5\n"
                           "@1 VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1 ticks=3..6\n");
}

static void a_write_under_way_explains_a_byte(void **state)
{
    (void)state;
    assert_conforms(REGION "Peek(r0, 1) -> 1 values=(7, 1, 7) ticks=4..5\n"
                           "@1 Poke(r0, 1, 7) -> 1 ticks=3..6\n");
    assert_conforms(REGION "@1 Poke(r0, 1, 7) -> 1 ticks=3..5\n"
                           "Peek(r0, 1) -> 1 values=(0, 1, 0) ticks=4..6\n"
                           "@1 SetLastError(0) -> 0 error=0 ticks=7..8\n");
}

#define PROTECT(thread, protect, old, ticks)                                     \
    thread "VirtualProtect(r0, 4K, " protect ", &out) -> 1 values=(" old ", 0) " \
           "ticks=" ticks "\n"
#define QUERY(protect, ticks)                                                                  \
    "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 4096, " protect \
    ", 131072, 0) ticks=" ticks "\n"

/* Which of two changes at once came last is open until a query has shown it. */
static void a_query_settles_what_changes_at_once_left_open(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_virtual_query_protect_is_that_of_the_committed_page;
    const struct log_judgement *judgement = assert_conforms(
        REGION PROTECT("", "PAGE_READONLY", "4", "3..5")
            PROTECT("@1 ", "PAGE_NOACCESS", "4", "4..6") QUERY("2", "7..8") QUERY("2", "9..10"));
    assert_int_equal(judgement->counts[clause][VERDICT_HOLDS], 1);
    assert_finds(REGION PROTECT("", "PAGE_READONLY", "4", "3..5")
                     PROTECT("@1 ", "PAGE_NOACCESS", "4", "4..6") QUERY("2", "7..8")
                         QUERY("4", "9..10"),
                 clause);
}

/* --- Reservations --------------------------------------------------------------------------- */

#define SAME_PLACE                                                                          \
    "@1 r1 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x10000000 " \
    "ticks=4..5\n"

#define OTHER_RESERVATION \
    "r3 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x30000000 ticks=2..3\n"

static void a_release_under_way_makes_room(void **state)
{
    (void)state;
    assert_conforms(REGION SAME_PLACE "VirtualFree(r0, 0, MEM_RELEASE) -> 1 ticks=3..6\n"
                                      "@1 VirtualQuery(r1, &out, 48) -> 48 values=(0x10000000, "
                                      "0x10000000, 4, 4096, 4096, 4, 131072, 0) ticks=7..8\n");
}

static void a_reservation_that_nobody_releases_is_overlapped(void **state)
{
    (void)state;
    assert_violated(REGION SAME_PLACE "GetLastError() -> 0 ticks=6..7\n",
                    CLAUSE_address_space_allocation_overlaps_no_other, 2);
}

/* A decommit leaves the reservation where it is, and a failure leaves everything. */
static void a_call_that_keeps_the_reservation_makes_no_room(void **state)
{
    (void)state;
    static const char *const calls[] = {
        "VirtualFree(r0, 0, MEM_DECOMMIT) -> 1 ticks=3..6\n",
        "VirtualFree(r0, 0, MEM_RELEASE) -> 0 error=487 ticks=3..6\n",
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        char log[1000];
        (void)snprintf(log, sizeof log, REGION SAME_PLACE "%s", calls[i]);
        assert_finds(log, CLAUSE_address_space_allocation_overlaps_no_other);
    }
    assert_finds(REGION OTHER_RESERVATION SAME_PLACE
                 "VirtualFree(r3, 0, MEM_RELEASE) -> 1 ticks=3..6\n",
                 CLAUSE_address_space_allocation_overlaps_no_other);
}

/* --- Blocks and locks ----------------------------------------------------------------------- */

#define BLOCK                                           \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n" \
    "b0 = HeapAlloc(h0, 0, 1000) -> 0x101000 ticks=3..4\n"
#define SAME_BLOCK "@1 b1 = HeapAlloc(h0, 0, 1000) -> 0x101000 ticks=5..7\n"

static void a_free_under_way_makes_room(void **state)
{
    (void)state;
    assert_conforms(BLOCK SAME_BLOCK "HeapFree(h0, 0, b0) -> 1 ticks=6..8\n");
    assert_conforms(BLOCK SAME_BLOCK "HeapReAlloc(h0, 0, b0, 9000) -> 0x200000 ticks=6..8\n");
}

static void a_call_that_failed_keeps_the_block(void **state)
{
    (void)state;
    static const char *const calls[] = {
        "HeapReAlloc(h0, 0, b0, 4000000000000) -> 0 error=8 ticks=6..8\n",
        "HeapFree(h0, 0, b0) -> 0 ticks=6..8\n",
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        char log[1000];
        (void)snprintf(log, sizeof log, BLOCK SAME_BLOCK "%s", calls[i]);
        assert_finds(log, CLAUSE_heap_blocks_have_unique_addresses);
        assert_finds(log, CLAUSE_heap_serialization_keeps_concurrent_calls_apart);
    }
}

static void an_unlock_that_failed_lets_nobody_go(void **state)
{
    (void)state;
    const struct log_judgement *judgement =
        assert_finds("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                     "@1 HeapLock(h0) -> 1 ticks=3..4\n"
                     "b0 = HeapAlloc(h0, 0, 16) -> 0x100100 ticks=5..7\n"
                     "@1 HeapUnlock(h0) -> 0 error=288 ticks=6..8\n"
                     "@1 HeapUnlock(h0) -> 1 ticks=9..10\n",
                     CLAUSE_heap_lock_owned_heap_blocks_other_threads);
    assert_int_equal(
        judgement->counts[CLAUSE_heap_lock_owned_heap_lets_waiters_go_after_release][VERDICT_HOLDS],
        0);
}

#define TWO_HEAPS                                       \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n" \
    "b0 = HeapAlloc(h0, 0, 1000) -> 0x101000 ticks=3..4\n"
#define BLOCK_OF_ANOTHER                                   \
    "h1 = HeapCreate(0, 0, 0) -> 0x8000000 ticks=11..12\n" \
    "@1 b1 = HeapAlloc(h1, 0, 1000) -> 0x101000 ticks=15..17\n"

/* The memory of a heap that is destroyed may go to another heap; that of any other heap stays. */
static void a_destruction_under_way_makes_room(void **state)
{
    (void)state;
    assert_conforms(TWO_HEAPS BLOCK_OF_ANOTHER "HeapDestroy(h0) -> 1 ticks=16..18\n");
    assert_finds(TWO_HEAPS "h2 = HeapCreate(0, 0, 0) -> 0x9000000 ticks=5..6\n" BLOCK_OF_ANOTHER
                           "HeapDestroy(h2) -> 1 ticks=16..18\n",
                 CLAUSE_heap_blocks_have_unique_addresses);
}

static void the_free_of_another_block_makes_no_room(void **state)
{
    (void)state;
    assert_finds(BLOCK "b2 = HeapAlloc(h0, 0, 8) -> 0x100800 ticks=4..5\n" SAME_BLOCK
                       "HeapFree(h0, 0, b2) -> 1 ticks=6..8\n",
                 CLAUSE_heap_blocks_have_unique_addresses);
}

#define LOCKED                                          \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n" \
    "h1 = HeapCreate(0, 0, 0) -> 0x200000 ticks=3..4\n" \
    "@1 HeapLock(h1) -> 1 ticks=5..6\n"                 \
    "@1 HeapLock(h0) -> 1 ticks=7..8\n"

/* A lock is given back when its owner unlocks that heap as often as it has locked it. */
static void only_the_last_unlock_of_that_heap_lets_go(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_heap_lock_owned_heap_blocks_other_threads;
    assert_conforms(LOCKED "b0 = HeapAlloc(h0, 0, 16) -> 0x100100 ticks=11..13\n"
                           "@1 HeapUnlock(h0) -> 1 ticks=12..14\n"
                           "@1 HeapUnlock(h1) -> 1 ticks=15..16\n");
    assert_finds(LOCKED "b0 = HeapAlloc(h0, 0, 16) -> 0x100100 ticks=11..13\n"
                        "@1 HeapUnlock(h1) -> 1 ticks=12..14\n"
                        "@1 HeapUnlock(h0) -> 1 ticks=15..16\n",
                 clause);
    assert_finds(LOCKED "@1 HeapLock(h0) -> 1 ticks=9..10\n"
                        "b0 = HeapAlloc(h0, 0, 16) -> 0x100100 ticks=11..13\n"
                        "@1 HeapUnlock(h0) -> 1 ticks=12..14\n"
                        "@1 HeapUnlock(h0) -> 1 ticks=15..16\n"
                        "@1 HeapUnlock(h1) -> 1 ticks=17..18\n",
                 clause);
}

/* --- The end -------------------------------------------------------------------------------- */

/* Thread 1 has b0's address, and then the target dies, in a call of its own or of thread 0. */
#define DYING_LOG                                                  \
    BLOCK SAME_BLOCK "@1 b2 = HeapAlloc(h0, 0, 8) -> crashed 11\n" \
                     "HeapFree(h0, 0, b0) -> 1 ticks=6..8\n"

static void a_violation_is_told_where_the_target_dies(void **state)
{
    static struct log_judgement judgement;
    (void)state;
    enum clause_id clause = CLAUSE_heap_blocks_have_unique_addresses;
    harness_judge_until(DYING_LOG, 4, 0, &judgement);
    assert_int_equal(judgement.counts[clause][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.violated_line[clause], 3);
    assert_null(judgement.broken);
}

static void a_call_under_way_when_the_target_dies_may_explain_it(void **state)
{
    static struct log_judgement judgement;
    (void)state;
    harness_judge_until(DYING_LOG, 4, 1u << 0, &judgement);
    assert_int_equal(judgement.counts[CLAUSE_heap_blocks_have_unique_addresses][VERDICT_VIOLATED],
                     0);
}

/* --- Room ----------------------------------------------------------------------------------- */

/* Thread 1 allocates in a heap that thread 0 has locked, again and again: one clause, broken by
 * hundreds of calls. All of them hang on what thread 0 does next. */
static void hundreds_of_alike_suspicions_are_one(void **state)
{
    (void)state;
    enum { CALLS = 400, LINE_MAX = 100 };
    static char log[(CALLS + 4) * LINE_MAX];
    size_t length = 0;
    unsigned tick = 5;
    length += (size_t)snprintf(log, sizeof log,
                               "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                               "HeapLock(h0) -> 1 ticks=3..4\n");
    for (unsigned i = 0; i < CALLS; i++, tick += 2) {
        length += (size_t)snprintf(log + length, sizeof log - length,
                                   "@1 b%u = HeapAlloc(h0, 0, 8) -> 0x%x ticks=%u..%u\n", i,
                                   0x100000 + 16 * (i + 1), tick, tick + 1);
    }
    (void)snprintf(log + length, sizeof log - length, "HeapUnlock(h0) -> 1 ticks=%u..%u\n", tick,
                   tick + 1);
    enum clause_id clause = CLAUSE_heap_lock_owned_heap_blocks_other_threads;
    const struct log_judgement *judgement = assert_violated(log, clause, 3);
    assert_int_equal(judgement->counts[clause][VERDICT_VIOLATED], 1);
}

static void alike_suspicions_of_two_heaps_are_two(void **state)
{
    (void)state;
    const struct log_judgement *judgement =
        assert_violated("h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
                        "h1 = HeapCreate(0, 0, 0) -> 0x8100000 ticks=3..4\n"
                        "HeapLock(h0) -> 1 ticks=5..6\n"
                        "HeapLock(h1) -> 1 ticks=7..8\n"
                        "@1 b0 = HeapAlloc(h0, 0, 8) -> 0x100100 ticks=9..10\n"
                        "@1 b1 = HeapAlloc(h1, 0, 8) -> 0x8100100 ticks=11..12\n"
                        "HeapUnlock(h0) -> 1 ticks=13..14\n"
                        "HeapUnlock(h1) -> 1 ticks=15..16\n",
                        CLAUSE_heap_lock_owned_heap_blocks_other_threads, 5);
    assert_int_equal(
        judgement->counts[CLAUSE_heap_lock_owned_heap_blocks_other_threads][VERDICT_VIOLATED], 2);
}

/* Every block overlaps another one, which thread 1 may be about to free. */
static void suspicions_beyond_those_there_is_room_for_are_no_silence(void **state)
{
    (void)state;
    enum { BLOCKS = SUSPICIONS_MAX + 2, LINE_MAX = 100 };
    static char log[(2 * BLOCKS + 4) * LINE_MAX];
    size_t length =
        (size_t)snprintf(log, sizeof log, "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n");
    unsigned tick = 5;
    for (unsigned i = 0; i < 2 * BLOCKS; i++, tick += 2) {
        length += (size_t)snprintf(log + length, sizeof log - length,
                                   "b%u = HeapAlloc(h0, 0, 8) -> 0x%x ticks=%u..%u\n", i,
                                   0x100000 + 16 * (i % BLOCKS + 1), tick, tick + 1);
    }
    (void)snprintf(log + length, sizeof log - length, "@1 HeapFree(h0, 0, b0) -> 1 ticks=4..%u\n",
                   tick);
    assert_true(harness_find_broken(log) > BLOCKS);
}

/* Of sizes of the working set that threads set side by side nobody says which stay. */
static void sizes_that_are_set_meanwhile_are_not_known(void **state)
{
    (void)state;
#define SET(minimum, maximum) "SetProcessWorkingSetSize(CURRENT_PROCESS, " minimum ", " maximum ") "
#define TOLD(minimum, maximum)                                                                 \
    "GetProcessWorkingSetSize(CURRENT_PROCESS, &out, &out) -> 1 values=(" minimum ", " maximum \
    ", 0) "
    assert_conforms(SET("100K", "200K") "-> 1 ticks=1..4\n"
                                        "@1 " SET("300K", "400K") "-> 1 ticks=2..5\n" TOLD(
                                            "102400", "204800") "ticks=6..7\n");
    assert_conforms(SET("100K", "200K") "-> 1 ticks=1..2\n"
                                        "@1 " SET("300K", "400K") "-> 1 ticks=3..6\n" TOLD(
                                            "102400", "204800") "ticks=4..7\n");
    assert_conforms(TOLD("204800", "409600") "ticks=1..2\n"
                                             "@1 " SET("80K", "80K") "-> 1 ticks=3..6\n" SET(
                                                 "100K", "200K") "-> 0 error=1314 ticks=4..7\n");
    assert_violated(SET("100K", "200K") "-> 1 ticks=1..2\n"
                                        "@1 " TOLD("102400", "409600") "ticks=3..4\n",
                    CLAUSE_working_set_sizes_maximum_is_the_one_that_was_set, 2);
#undef SET
#undef TOLD
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_are_set_meanwhile_are_not_known),
        cmocka_unit_test(a_call_that_was_not_made_is_blamed_for_nothing),
        cmocka_unit_test(two_calls_that_violate_a_clause_at_once_are_told_apart),
        cmocka_unit_test(a_call_that_the_executor_ends_may_have_freed_the_block),
        cmocka_unit_test(a_call_that_the_executor_ends_may_have_taken_the_address),
        cmocka_unit_test(a_change_under_way_explains_a_fault),
        cmocka_unit_test(a_change_that_came_later_explains_nothing),
        cmocka_unit_test(a_call_that_changes_no_page_explains_no_fault),
        cmocka_unit_test(an_access_explains_a_fault_where_it_may_have_changed_pages),
        cmocka_unit_test(a_change_under_way_explains_what_a_query_shows),
        cmocka_unit_test(a_change_under_way_explains_a_failure),
        cmocka_unit_test(a_write_under_way_explains_a_byte),
        cmocka_unit_test(a_query_settles_what_changes_at_once_left_open),
        cmocka_unit_test(a_release_under_way_makes_room),
        cmocka_unit_test(a_reservation_that_nobody_releases_is_overlapped),
        cmocka_unit_test(a_call_that_keeps_the_reservation_makes_no_room),
        cmocka_unit_test(a_free_under_way_makes_room),
        cmocka_unit_test(a_call_that_failed_keeps_the_block),
        cmocka_unit_test(an_unlock_that_failed_lets_nobody_go),
        cmocka_unit_test(a_destruction_under_way_makes_room),
        cmocka_unit_test(the_free_of_another_block_makes_no_room),
        cmocka_unit_test(only_the_last_unlock_of_that_heap_lets_go),
        cmocka_unit_test(a_violation_is_told_where_the_target_dies),
        cmocka_unit_test(a_call_under_way_when_the_target_dies_may_explain_it),
        cmocka_unit_test(hundreds_of_alike_suspicions_are_one),
        cmocka_unit_test(alike_suspicions_of_two_heaps_are_two),
        cmocka_unit_test(suspicions_beyond_those_there_is_room_for_are_no_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
