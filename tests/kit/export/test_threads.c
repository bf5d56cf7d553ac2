/* Programs of traces with threads make the calls as they were seen to go. */
#include "tests/kit/export/harness.h"

#include <stdlib.h>
#include <string.h>

#include "kit/run/witness.h"
#include "tests/kit/trace/text.h"

#define HEADER "# heapck trace 1\n"
#define NUMBER(value)                     \
    {                                     \
        SLOT_KIND_NONE, NO_SLOT, value, 0 \
    }

static char *export_with(const char *text, uint32_t call_index,
                         const struct expectation *expectation, const uint64_t *results)
{
    struct trace_buffer trace = {0};
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = call_index,
                                   .clause = CLAUSE_heap_lock_free_heap_is_granted,
                                   .expectation = expectation,
                                   .results = results};
    load_trace(text, &trace);
    char *program = harness_export(&source);
    hck_trace_free(&trace);
    return program;
}

/* An implementation may do otherwise on another thread than the first one of the process. */
static void threads_run_where_the_judged_call_is_the_last_one_that_is_made(void **unused)
{
    static const struct expectation expectation = {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0,
                                                   {NUMBER(1)}};
    (void)unused;
    char *program = export_with(HEADER "h0 = GetProcessHeap()\nHeapValidate(h0, 0, NULL)\n"
                                       "@1 GetLastError()\n",
                                1, &expectation, NULL);
    assert_non_null(strstr(program, "start_thread(thread_0)"));
    free(program);
}

static void an_unlock_that_was_seen_to_fail_does_not_end_the_lock(void **unused)
{
    static const struct expectation expectation = {SUBJECT_TICKS,         RELATION_WAITS, 2, 0, 0,
                                                   {NUMBER(1), NUMBER(9)}};
    static const uint64_t results[] = {0x10000, 1, 1, 0};
    (void)unused;
    char *program = export_with(HEADER "h0 = HeapCreate(0, 0, 0)\nHeapLock(h0)\n"
                                       "@1 HeapLock(h0)\nHeapUnlock(h0)\n",
                                2, &expectation, results);
    const char *unlock = strstr(program, " HeapUnlock(h0);");
    assert_non_null(unlock);
    assert_true(strstr(program, "judge(!atomic_load") > unlock);
    free(program);
}

static void a_call_that_had_not_ended_may_end_in_any_way(void **unused)
{
    static const struct expectation expectation = {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0,
                                                   {NUMBER(1)}};
    static const uint64_t results[] = {0x10000, 1, RESULT_UNKNOWN, 0};
    (void)unused;
    char *program = export_with(HEADER "h0 = HeapCreate(0, 0, 0)\nHeapLock(h0)\n"
                                       "@1 HeapLock(h0)\nHeapValidate(h0, 0, NULL)\n",
                                3, &expectation, results);
    assert_non_null(strstr(program, "NEED(HeapLock(h0));"));
    assert_null(strstr(program, "NEED(!HeapLock(h0));"));
    free(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_run_where_the_judged_call_is_the_last_one_that_is_made),
        cmocka_unit_test(an_unlock_that_was_seen_to_fail_does_not_end_the_lock),
        cmocka_unit_test(a_call_that_had_not_ended_may_end_in_any_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
