/* What the oracle keeps room for: verdicts, storage, and traces of any length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracle/harness.h"

static struct log_judgement judgement;

/* --- Verdicts ------------------------------------------------------------------------------- */

enum { STRIPES = 150, STRIPES_LOG_MAX = (STRIPES + 3) * 120 };

/* A region of which every second page is read-only. */
static size_t print_striped_region(char *log)
{
    size_t length = (size_t)snprintf(log, STRIPES_LOG_MAX,
                                     "r0 = VirtualAlloc(NULL, %uK, MEM_RESERVE|MEM_COMMIT, "
                                     "PAGE_READWRITE) -> 0x10000000\n",
                                     8 * STRIPES);
    for (unsigned i = 0; i < STRIPES; i++) {
        length += (size_t)snprintf(log + length, STRIPES_LOG_MAX - length,
                                   "VirtualProtect(r0+%uK, 4K, PAGE_READONLY, &out) -> 1 "
                                   "values=(4, 0)\n",
                                   8 * i);
    }
    return length;
}

static void what_comes_last_of_many_verdicts_is_not_lost(void **state)
{
    (void)state;
    static char log[STRIPES_LOG_MAX];
    size_t length = print_striped_region(log);
    (void)snprintf(log + length, sizeof log - length, "Peek(r0, %uK) -> %u values=(1, 1, 0)\n",
                   8 * STRIPES, 8192 * STRIPES);
    harness_judge(log, &judgement);
    enum clause_id zero = CLAUSE_page_committed_starts_as_zero;
    assert_int_equal(judgement.counts[zero][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.violations[zero].subject, SUBJECT_VALUE);
    assert_true(judgement.counts[CLAUSE_page_readonly_can_be_read][VERDICT_HOLDS] >= 1);
}

/* Every second page is reported with the wrong protection. Each clause is broken once, and none is
 * without its witness. */
static void a_call_breaks_a_clause_once(void **state)
{
    (void)state;
    static char log[STRIPES_LOG_MAX];
    size_t length = print_striped_region(log);
    (void)snprintf(log + length, sizeof log - length,
                   "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, %u, 4096, 1, 131072, "
                   "0)\n",
                   8192 * STRIPES);
    harness_judge(log, &judgement);
    enum clause_id kept = CLAUSE_virtual_protect_protection_holds_for_every_touched_page;
    enum clause_id query = CLAUSE_virtual_query_protect_is_that_of_the_committed_page;
    assert_int_equal(judgement.counts[kept][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.counts[query][VERDICT_VIOLATED], 1);
    for (unsigned clause = 0; clause < CLAUSE_COUNT; clause++) {
        if (judgement.counts[clause][VERDICT_VIOLATED] > 0) {
            assert_int_not_equal(judgement.violations[clause].subject, SUBJECT_NONE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_last_of_many_verdicts_is_not_lost),
        cmocka_unit_test(a_call_breaks_a_clause_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
