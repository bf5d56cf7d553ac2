/* A violation of a trace with threads is laid at the call that it is about, wherever it came to
 * light. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/witness.h"

/* Thread 1 allocates in a heap that thread 0 has locked. That thread 0 was not unlocking it shows
 * its next call, which is not made. */
static const char text[] = "# heapck log 1\n"
                           "h0 = HeapCreate(0, 0, 0) -> 0x500000 ticks=1..2\n"
                           "HeapLock(h0) -> 1 ticks=3..4\n"
                           "@1 b0 = HeapAlloc(h0, 0, 100) -> 0x500010 ticks=5..6\n"
                           "WalkHeap(h1) -> skipped heap.handle.must_be_live\n"
                           "@1 GetLastError() -> 7 ticks=7..8\n"
                           "# end of 5 calls\n";

enum { JUDGED = 2, CALLS = 5 };

static struct log_file log_file;

static int load(void **state)
{
    static const char path[] = "test_witness.tmp";
    char message[500];
    (void)state;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(hck_log_load(path, &log_file, message, sizeof message), LOG_LOADED);
    return remove(path);
}

static int unload(void **state)
{
    (void)state;
    hck_log_free(&log_file);
    return 0;
}

static void the_judged_call_is_the_witness(void **state)
{
    struct witness witness;
    uint64_t results[CALLS] = {0};
    struct witness_wish wish = {.clause = CLAUSE_heap_lock_owned_heap_blocks_other_threads,
                                .sentence = true,
                                .results = results};
    struct judge_session *session = hck_judge_open(PROFILE_WINDOWS, false);
    (void)state;
    assert_int_equal(hck_witness_find_in_log(session, &log_file, &wish, &witness), WITNESS_FOUND);
    assert_int_equal(witness.call_index, JUDGED);
    assert_int_equal(witness.finding.call_index, JUDGED);
    assert_int_equal(witness.finding.call, CALL_HeapAlloc);
    assert_int_equal(witness.status, STATUS_RETURNED);
    assert_string_equal(witness.sentence,
                        "expected the call to wait until the other thread has unlocked the heap, "
                        "seen it begin and end while the lock was held");
    /* What came after it in time is known as well. */
    assert_int_equal(results[JUDGED], 0x500010);
    assert_int_equal(results[CALLS - 1], 7);
    hck_judge_close(session);
}

static void collect(void *context, const struct trace *trace, uint32_t call_index,
                    const struct observation *seen, const struct verdicts *verdicts)
{
    (void)call_index;
    (void)seen;
    hck_collect_call(context, 0, trace, verdicts);
}

static void the_judged_call_is_the_finding(void **state)
{
    static struct selection everything;
    struct judge_summary summary;
    struct judge_session *session = hck_judge_open(PROFILE_WINDOWS, false);
    memset(everything.clauses, true, sizeof everything.clauses);
    struct collect *sums = hck_collect_open(&everything);
    (void)state;
    hck_log_judge(session, &log_file, collect, sums, &summary);
    hck_collect_commit(sums);
    const struct clause_record *record =
        &sums->records[CLAUSE_heap_lock_owned_heap_blocks_other_threads];
    assert_int_equal(record->finding_count, 1);
    assert_int_equal(record->findings[0].call_index, JUDGED);
    assert_int_equal(record->findings[0].call, CALL_HeapAlloc);
    hck_collect_close(sums);
    hck_judge_close(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judged_call_is_the_witness),
        cmocka_unit_test(the_judged_call_is_the_finding),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
