/* A trace of a plan depends on its index alone, whoever makes it and whatever was made before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/plan.h"
#include "tests/kit/trace/text.h"

static struct corpus corpus;
static char name[200];

static int make_corpus(void **state)
{
    static char path[] = "x";
    static char shown[] = "corpus/x.trace";
    static struct corpus_file file = {.path = path, .name = shown};
    static const char text[] = "# heapck trace 1\n"
                               "h0 = HeapCreate(0, 0, 0)\n"
                               "b0 = HeapAlloc(h0, 0, 100)\n"
                               "HeapFree(h0, 0, b0)\n";
    (void)state;
    corpus = (struct corpus){&file, 1, 1};
    load_trace(text, &file.trace);
    return 0;
}

static int free_corpus(void **state)
{
    (void)state;
    hck_trace_free(&corpus.files[0].trace);
    return 0;
}

static void files_come_first_and_are_woven(void **state)
{
    const struct plan plan = {.corpus = &corpus, .seed = 5, .generated_count = 10};
    struct plan_trace trace;
    (void)state;
    memset(&trace, 0, sizeof trace);
    assert_int_equal(hck_plan_count(&plan), 11);
    assert_true(hck_plan_make(&plan, 0, &trace));
    assert_true(trace.woven.trace.call_count > 3);
    hck_plan_name(&plan, 0, name, sizeof name);
    assert_string_equal(name, "corpus/x.trace");
    hck_plan_name(&plan, 3, name, sizeof name);
    assert_string_equal(name, "generated trace 2 of seed 5");
    hck_plan_trace_free(&trace);
}

static void the_same_index_gives_the_same_trace(void **state)
{
    const struct plan plan = {.corpus = &corpus, .seed = 5, .generated_count = 200};
    struct plan_trace first;
    struct plan_trace again;
    (void)state;
    memset(&first, 0, sizeof first);
    memset(&again, 0, sizeof again);
    for (uint64_t i = 1; i < 200; i += 7) {
        assert_true(hck_plan_make(&plan, i, &first));
        assert_true(hck_plan_make(&plan, 200 - i, &again));
        assert_true(hck_plan_make(&plan, i, &again));
        assert_true(hck_trace_same(&first.woven.trace, &again.woven.trace));
    }
    hck_plan_trace_free(&first);
    hck_plan_trace_free(&again);
}

static void joined_traces_are_closed_and_share_no_slot(void **state)
{
    const struct plan plan = {.corpus = &corpus, .seed = 5, .generated_count = 10};
    struct trace_buffer one = {.capacity = 0};
    struct trace_buffer two = {.capacity = 0};
    (void)state;
    assert_true(hck_plan_join(&plan, 0, 0, &one));
    assert_int_equal(one.trace.calls[one.trace.call_count - 1].id, CALL_HeapDestroy);
    assert_true(hck_plan_join(&plan, 0, 1, &two));
    assert_true(two.trace.call_count > one.trace.call_count + 1);
    for (uint32_t i = one.trace.call_count; i < two.trace.call_count; i++) {
        const struct argument *first = &two.trace.calls[i].arguments[0];
        assert_true(first->form != FORM_SLOT || first->slot_kind != SLOT_HEAP || first->slot > 0);
    }
    hck_plan_name_last(&plan, 0, 3, name, sizeof name);
    assert_string_equal(name, "generated trace 2 of seed 5 behind the 3 traces before it");
    hck_trace_free(&one);
    hck_trace_free(&two);
}

static void threads_come_where_they_are_asked_for(void **state)
{
    struct plan plan = {.corpus = &corpus, .seed = 5, .generated_count = 200};
    struct plan_trace trace;
    unsigned threaded = 0;
    (void)state;
    memset(&trace, 0, sizeof trace);
    for (uint64_t i = 1; i <= 200; i++) {
        assert_true(hck_plan_make(&plan, i, &trace));
        threaded += trace.woven.trace.thread_count > 1;
    }
    assert_in_range(threaded, 1, 10);
    plan.thread_count = 1;
    for (uint64_t i = 1; i <= 200; i++) {
        assert_true(hck_plan_make(&plan, i, &trace));
        assert_int_equal(trace.woven.trace.thread_count, 1);
    }
    plan.thread_count = 4;
    assert_true(hck_plan_make(&plan, 1, &trace));
    assert_in_range(trace.woven.trace.thread_count, 2, 4);
    hck_plan_trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_first_and_are_woven),
        cmocka_unit_test(the_same_index_gives_the_same_trace),
        cmocka_unit_test(joined_traces_are_closed_and_share_no_slot),
        cmocka_unit_test(threads_come_where_they_are_asked_for),
    };
    return cmocka_run_group_tests(tests, make_corpus, free_corpus);
}
