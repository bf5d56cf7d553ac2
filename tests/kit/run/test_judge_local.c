/* A trace judged in the process that makes its calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/execute/fault.h"
#include "kit/run/judge.h"
#include "kit/target/target_api.h"
#include "tests/kit/trace/text.h"

static struct api api;
static struct judge_session *session;
static uint32_t verdict_counts[CLAUSE_COUNT + 1][VERDICT_OUTCOME_COUNT];

static void count_verdicts(void *context, const struct trace *trace, uint32_t call_index,
                           const struct observation *seen, const struct verdicts *verdicts)
{
    (void)context;
    (void)trace;
    (void)call_index;
    (void)seen;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        verdict_counts[verdicts->items[i].clause][verdicts->items[i].outcome]++;
    }
}

static struct judge_summary judge(const struct api *judged, const char *text)
{
    struct trace_buffer trace = {0};
    struct judge_summary summary;
    load_trace(text, &trace);
    memset(verdict_counts, 0, sizeof verdict_counts);
    hck_judge_local(session, judged, &trace.trace, count_verdicts, NULL, &summary);
    assert_int_equal(summary.result, TARGET_DONE);
    assert_int_equal(summary.call_count, trace.trace.call_count);
    assert_false(summary.broken);
    hck_trace_free(&trace);
    return summary;
}

#define SIZED                      \
    "# heapck trace 1\n"           \
    "h0 = HeapCreate(0, 0, 0)\n"   \
    "b0 = HeapAlloc(h0, 0, 100)\n" \
    "HeapSize(h0, 0, b0)\n"

static void a_conforming_target_conforms(void **state)
{
    (void)state;
    struct judge_summary summary = judge(&api, SIZED);
    assert_int_equal(summary.violated_count, 0);
    assert_int_equal(
        verdict_counts[CLAUSE_heap_size_live_block_is_the_requested_size][VERDICT_HOLDS], 1);
}

static SIZE_T WINAPI say_one_more(HANDLE heap, DWORD flags, LPCVOID block)
{
    return api.HeapSize(heap, flags, block) + 1;
}

static void a_deviation_is_a_violation(void **state)
{
    (void)state;
    struct api deviant = api;
    deviant.HeapSize = say_one_more;
    struct judge_summary summary = judge(&deviant, SIZED);
    assert_int_equal(summary.violated_count, 1);
    assert_int_equal(
        verdict_counts[CLAUSE_heap_size_live_block_is_the_requested_size][VERDICT_VIOLATED], 1);
}

static void what_a_target_lacks_is_unsupported(void **state)
{
    (void)state;
    struct api lacking = api;
    lacking.HeapSize = NULL;
    assert_int_equal(judge(&lacking, SIZED).violated_count, 0);
    assert_true(
        verdict_counts[CLAUSE_heap_size_live_block_is_the_requested_size][VERDICT_UNSUPPORTED] > 0);
}

/* Faults end as observations here too, and threads wait for each other. */
static void faults_and_threads_are_judged(void **state)
{
    (void)state;
    assert_true(hck_fault_attach(&api)); /* behind cmocka, which catches faults in each test */
    assert_int_equal(judge(&api,
                           "# heapck trace 1\n"
                           "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_NOACCESS)\n"
                           "Peek(r0, 1)\n")
                         .violated_count,
                     0);
    assert_true(verdict_counts[CLAUSE_page_no_access_refuses_every_access][VERDICT_HOLDS] > 0);
    assert_int_equal(judge(&api, "# heapck trace 1\n"
                                 "h0 = HeapCreate(0, 0, 0)\n"
                                 "HeapLock(h0)\n"
                                 "@1 b0 = HeapAlloc(h0, 0, 1)\n"
                                 "HeapUnlock(h0)\n")
                         .violated_count,
                     0);
    hck_fault_detach(&api);
}

static int open_session(void **state)
{
    (void)state;
    hck_target_fill_winmem(&api);
    session = hck_judge_open(PROFILE_WINDOWS, false);
    return session != NULL ? 0 : -1;
}

static int close_session(void **state)
{
    (void)state;
    hck_judge_close(session);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_and_threads_are_judged), /* first: libwinmem catches faults once */
        cmocka_unit_test(a_conforming_target_conforms),
        cmocka_unit_test(a_deviation_is_a_violation),
        cmocka_unit_test(what_a_target_lacks_is_unsupported),
    };
    return cmocka_run_group_tests(tests, open_session, close_session);
}
