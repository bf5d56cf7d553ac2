/* What the oracle says is coverage to an engine that counts edges: a clause, with an outcome, in a
 * class of states is a counter of its own, so the first input that brings it about is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fuzz/counters.h"

/* As the linker names where libFuzzer looks for counters. */
extern const uint8_t counters_begin[] __asm__("__start___libfuzzer_extra_counters");
extern const uint8_t counters_end[] __asm__("__stop___libfuzzer_extra_counters");

static uint8_t reached[FUZZ_COUNTERS]; /* by any input so far */

/* An input of one call; how many counters it sets that none before did. */
static unsigned note(enum clause_id clause, enum verdict_outcome outcome, uint32_t state_class)
{
    static struct verdicts verdicts;
    unsigned new_count = 0;
    verdicts.count = 1;
    verdicts.state_classes[STATE_PART_HEAP] = (uint16_t)state_class;
    verdicts.items[0] = (struct verdict){.clause = (uint16_t)clause, .outcome = (uint8_t)outcome};
    hck_fuzz_counters_clear();
    hck_fuzz_counters_note(&verdicts);
    assert_int_equal(counters_end - counters_begin, FUZZ_COUNTERS);
    for (size_t i = 0; i < FUZZ_COUNTERS; i++) {
        new_count += counters_begin[i] != 0 && reached[i] == 0;
        reached[i] |= counters_begin[i];
    }
    return new_count;
}

static void a_new_clause_outcome_or_class_is_new_coverage_once(void **state)
{
    (void)state;
    enum clause_id clause = CLAUSE_heap_free_live_block_succeeds;
    assert_int_equal(note(clause, VERDICT_HOLDS, 1), STATE_PART_COUNT);
    assert_int_equal(note(clause, VERDICT_HOLDS, 1), 0);
    assert_int_equal(note(clause, VERDICT_LATITUDE, 1), STATE_PART_COUNT);
    assert_int_equal(note(clause, VERDICT_HOLDS, 2), 1);
    assert_int_equal(note(CLAUSE_heap_size_live_block_is_the_requested_size, VERDICT_HOLDS, 1),
                     STATE_PART_COUNT);
    assert_int_equal(note(clause, VERDICT_HOLDS, 2), 0);
}

static void what_was_counted_is_cleared_before_the_next_input(void **state)
{
    (void)state;
    (void)note(CLAUSE_heap_free_live_block_succeeds, VERDICT_HOLDS, 3);
    hck_fuzz_counters_clear();
    for (size_t i = 0; i < FUZZ_COUNTERS; i++) {
        assert_int_equal(counters_begin[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_clause_outcome_or_class_is_new_coverage_once),
        cmocka_unit_test(what_was_counted_is_cleared_before_the_next_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
