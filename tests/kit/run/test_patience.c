/* A function that has hung is waited for less, and when it has hung often, no longer called in
 * traces of which there are many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/run/patience.h"
#include "tests/kit/trace/text.h"

enum { WHOLE_MS = 30000 };

static struct trace_buffer calls;
static struct patience patience;

static int start(void **state)
{
    (void)state;
    patience = (struct patience){0};
    load_trace("# heapck trace 1\n"
               "h0 = HeapCreate(0, 0, 0)\n"
               "HeapSize(h0, 0, NULL)\n"
               "HeapValidate(h0, 0, NULL)\n",
               &calls);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    hck_trace_free(&calls);
    calls = (struct trace_buffer){.capacity = 0};
    return 0;
}

static void note(enum call_id call, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        hck_patience_note(&patience, call);
    }
}

static void a_function_that_hung_often_is_waited_for_less(void **state)
{
    (void)state;
    assert_int_equal(hck_patience_limit_ms(&patience, &calls.trace, WHOLE_MS), WHOLE_MS);
    note(CALL_HeapSize, PATIENCE_SHORT_AFTER - 1);
    assert_false(hck_patience_knows(&patience, CALL_HeapSize));
    assert_int_equal(hck_patience_limit_ms(&patience, &calls.trace, WHOLE_MS), WHOLE_MS);
    note(CALL_HeapSize, 1);
    assert_true(hck_patience_knows(&patience, CALL_HeapSize));
    assert_false(hck_patience_knows(&patience, CALL_HeapValidate));
    assert_int_equal(hck_patience_limit_ms(&patience, &calls.trace, WHOLE_MS), WHOLE_MS / 10);
    assert_int_equal(hck_patience_limit_ms(&patience, &calls.trace, 4000), PATIENCE_LEAST_MS);
    assert_int_equal(hck_patience_limit_ms(&patience, &calls.trace, 500), 500);
}

static void a_function_that_is_not_called_is_waited_for_by_nobody(void **state)
{
    (void)state;
    note(CALL_HeapAlloc, PATIENCE_OVER_AFTER);
    assert_int_equal(hck_patience_limit_ms(&patience, &calls.trace, WHOLE_MS), WHOLE_MS);
    assert_int_equal(hck_patience_is_over(&patience, &calls.trace), CALL_COUNT);
}

static void the_function_that_hung_most_often_is_named(void **state)
{
    (void)state;
    note(CALL_HeapSize, PATIENCE_OVER_AFTER - 1);
    assert_int_equal(hck_patience_is_over(&patience, &calls.trace), CALL_COUNT);
    note(CALL_HeapValidate, PATIENCE_OVER_AFTER);
    assert_int_equal(hck_patience_is_over(&patience, &calls.trace), CALL_HeapValidate);
    note(CALL_HeapSize, 2);
    assert_int_equal(hck_patience_is_over(&patience, &calls.trace), CALL_HeapSize);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_function_that_hung_often_is_waited_for_less, start,
                                        finish),
        cmocka_unit_test_setup_teardown(a_function_that_is_not_called_is_waited_for_by_nobody,
                                        start, finish),
        cmocka_unit_test_setup_teardown(the_function_that_hung_most_often_is_named, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
