/* A trace whose calls are made one after the other has a call that is made alone at each change of
 * threads, and its calls are found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/run/turns.h"
#include "tests/kit/trace/text.h"

static void each_call_is_found_in_its_turn(void **state)
{
    static const char text[] = "# heapck trace 1\n"
                               "h0 = HeapCreate(0, 0, 0)\n"
                               "b0 = HeapAlloc(h0, 0, 1)\n"
                               "@1 b1 = HeapAlloc(h0, 0, 2)\n"
                               "HeapFree(h0, 0, b1)\n"
                               "@1 HeapFree(h0, 0, b0)\n";
    struct trace_buffer plain = {.capacity = 0};
    struct trace_buffer made = {.capacity = 0};
    (void)state;
    load_trace(text, &plain);
    assert_true(hck_turns_make(&plain.trace, &made));
    assert_int_equal(made.trace.call_count, plain.trace.call_count + 3);
    for (uint32_t i = 0; i < plain.trace.call_count; i++) {
        uint32_t place = hck_turns_place(&plain.trace, i);
        assert_true(place < made.trace.call_count);
        assert_int_equal(made.trace.calls[place].id, plain.trace.calls[i].id);
        assert_int_equal(made.trace.calls[place].thread, plain.trace.calls[i].thread);
    }
    hck_trace_free(&plain);
    hck_trace_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_is_found_in_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
