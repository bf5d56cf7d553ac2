/* Answers that nobody gave, and that the oracle allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fuzz/answer.h"
#include "kit/run/profile.h"
#include "kit/trace.h"

static const bool none_known[CALL_COUNT] = {false};

static uint32_t answer(struct answerer *answerer, const char *text, struct trace_buffer *trace)
{
    char message[200];
    const struct verdicts *left;
    assert_int_equal(hck_trace_parse("text", text, strlen(text), trace, message, sizeof message),
                     TRACE_LOADED);
    return hck_answerer_run(answerer, &trace->trace, 1, none_known, &left);
}

static void calls_that_have_to_succeed_do(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    struct answerer *answerer = hck_answerer_open(hck_profile_find("windows")->bases);
    assert_int_equal(answer(answerer,
                            "# heapck trace 1\n"
                            "h0 = HeapCreate(0, 0, 0)\n"
                            "b0 = HeapAlloc(h0, 0, 100)\n"
                            "HeapSize(h0, 0, b0)\n",
                            &trace),
                     3);
    assert_int_equal(hck_answerer_last(answerer)->result, 100);
    assert_int_equal(answer(answerer,
                            "# heapck trace 1\n"
                            "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS)\n"
                            "VirtualQuery(r0, &out, 48)\n",
                            &trace),
                     2);
    assert_int_equal(hck_answerer_last(answerer)->result, 48);
    assert_int_equal(hck_answerer_last(answerer)->values[MEMORY_STATE], 0x2000);
    assert_int_equal(hck_answerer_count(answerer, CALL_VirtualQuery).answered, 1);
    hck_answerer_close(answerer);
    hck_trace_free(&trace);
}

static void a_call_that_a_rule_forbids_is_skipped(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    struct answerer *answerer = hck_answerer_open(hck_profile_find("windows")->bases);
    assert_int_equal(answer(answerer, "# heapck trace 1\nHeapSize(h0, 0, b0)\n", &trace), 1);
    assert_int_equal(hck_answerer_last(answerer)->status, STATUS_SKIPPED);
    hck_answerer_close(answerer);
    hck_trace_free(&trace);
}

static unsigned told_count;

static void note_told(const struct verdicts *verdicts)
{
    told_count++;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        assert_int_not_equal(verdicts->items[i].outcome, VERDICT_VIOLATED);
    }
}

/* One for each call, and none for what was tried and not allowed. */
static void the_verdicts_on_each_answer_are_told(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    struct answerer *answerer = hck_answerer_open(hck_profile_find("windows")->bases);
    hck_answerer_listen(answerer, note_told);
    assert_int_equal(answer(answerer,
                            "# heapck trace 1\n"
                            "h0 = HeapCreate(0, 0, 0)\n"
                            "b0 = HeapAlloc(h0, 0, 100)\n"
                            "HeapSize(h0, 0, b0)\n"
                            "HeapSize(h0, 0, b1)\n",
                            &trace),
                     4);
    assert_int_equal(told_count, 4);
    hck_answerer_close(answerer);
    hck_trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_that_have_to_succeed_do),
        cmocka_unit_test(a_call_that_a_rule_forbids_is_skipped),
        cmocka_unit_test(the_verdicts_on_each_answer_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
