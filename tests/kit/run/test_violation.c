/* The examples of a report say different things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/violation.h"
#include "tests/kit/trace/text.h"

static void set(struct violation *violation, enum clause_id clause, enum violation_fate fate,
                const char *call)
{
    char text[200] = "# heapck trace 1\n";
    strcat(text, call);
    violation->finding.clause = clause;
    violation->fate = (uint8_t)fate;
    load_trace(text, &violation->reduced.trace);
}

static void examples_of_a_clause_that_became_the_same_are_one(void **state)
{
    (void)state;
    struct violations violations = {.items = calloc(5, sizeof *violations.items), .count = 5};
    enum clause_id first = (enum clause_id)3;
    enum clause_id second = (enum clause_id)4;
    assert_non_null(violations.items);
    set(&violations.items[0], first, VIOLATION_SHRUNK, "HeapCreate(0, 0, 0)\n");
    set(&violations.items[1], first, VIOLATION_SHRUNK, "HeapCreate(0, 0, 1)\n");
    set(&violations.items[2], first, VIOLATION_SHRUNK, "HeapCreate(0, 0, 0)\n");
    set(&violations.items[3], first, VIOLATION_UNSTEADY, "HeapCreate(0, 0, 0)\n");
    set(&violations.items[4], second, VIOLATION_SHRUNK, "HeapCreate(0, 0, 0)\n");
    hck_violations_join(&violations);
    assert_int_equal(violations.count, 4);
    assert_int_equal(violations.items[1].reduced.trace.trace.calls[0].arguments[2].value, 1);
    assert_int_equal(violations.items[2].fate, VIOLATION_UNSTEADY);
    assert_int_equal(violations.items[3].finding.clause, second);
    hck_violations_free(&violations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_a_clause_that_became_the_same_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
