/* Logs come from outside: whatever a target or a file says was seen, the oracle comes to an end,
 * and what it says makes sense. The logs are those of the cases, with answers made up from a seed,
 * alone and beside a call of another thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracle/answers.h"
#include "tests/oracle/heap_cases.h"
#include "tests/oracle/virtual_cases.h"

enum { LOG_SIZE_MAX = 6000, SEEDS = 200 };

static struct log_judgement judgement;

/* --- Answers --------------------------------------------------------------------------------- */

/* One answer in four is another one. */
static void change_some(struct observation *seen, unsigned seed)
{
    (void)seed;
    if (answers_next(4) == 0) {
        answers_change(seen);
        if (answers_next(2) == 0) {
            answers_change(seen);
        }
    }
    if (seen->end == 0) { /* calls that may overlap */
        seen->start = 1 + answers_next(60);
        seen->end = seen->start + 1 + answers_next(20);
    }
}

/* --- Logs ------------------------------------------------------------------------------------ */

static const char *const others[] = {
    "",
    "@1 SetLastError(0) -> 0 error=0\n",
    "@1 HeapValidate(h0, 0, NULL) -> 1\n",
    "@1 HeapDestroy(h0) -> 1\n",
    "@1 HeapFree(h0, 0, b0) -> 1\n",
    "@1 b0 = HeapReAlloc(h0, 0, b0, 16) -> 0x7700010\n",
    "@1 HeapLock(h0) -> 1\n@1 HeapUnlock(h0) -> 1\n",
    "@1 Poke(r0, 1, 7) -> 1\n@2 VirtualFree(r0, 0, MEM_RELEASE) -> 1\n",
    "@1 Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n",
    "@1 VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n",
    "@1 v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x7700\n",
    "@1 RemoveVectoredExceptionHandler(v0) -> 1\n",
    "@1 Fill(b0, 7) -> skipped heap.memory.must_not_be_touched_after_free\n"
    "@2 HeapFree(h0, 0, b0) -> 1\n",
    "@1 HeapSize(h0, 0, b0) -> skipped heap_destroy.destroyed_heap.must_not_be_used\n"
    "@2 HeapDestroy(h0) -> 1\n",
    "@1 Peek(r0, 1) -> skipped virtual_free.released_region.is_not_used_again\n"
    "@2 VirtualFree(r0, 0, MEM_RELEASE) -> 1\n",
};

static void check_sense(const char *log, unsigned seed)
{
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        if (judgement.counts[id][VERDICT_VIOLATED] == 0) {
            continue;
        }
        const struct expectation *expectation = &judgement.violations[id];
        if (expectation->subject == SUBJECT_NONE || expectation->subject >= SUBJECT_COUNT ||
            expectation->relation >= RELATION_COUNT || expectation->operand_count > OPERANDS_MAX) {
            fail_msg("seed %u: the violation of %s has no witness in\n%s", seed,
                     hck_clause_get((enum clause_id)id)->id, log);
        }
    }
}

static void judge_made_up(const struct log_case *item)
{
    static char text[LOG_SIZE_MAX];
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        const struct log_change change = {LOG_EVERY_LINE, seed, change_some};
        (void)snprintf(text, sizeof text, "%s%s", item->log,
                       others[seed % (sizeof others / sizeof others[0])]);
        answers_seed(seed * UINT64_C(0x9E3779B97F4A7C15) + item->clause);
        harness_judge_changed(text, &change, &judgement);
        check_sense(text, seed);
    }
}

static void whatever_is_answered_is_judged_with_a_witness(void **unused)
{
    (void)unused;
#define JUDGE(name)                                             \
    for (size_t i = 0; i < name##_case_count; i++) {            \
        if (strlen(name##_cases[i].log) < LOG_SIZE_MAX - 200) { \
            judge_made_up(&name##_cases[i]);                    \
        }                                                       \
    }
    EACH_VIRTUAL_TABLE(JUDGE)
    EACH_HEAP_TABLE(JUDGE)
#undef JUDGE
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_answered_is_judged_with_a_witness),
    };
    return cmocka_run_group_tests_name("any_answer", tests, NULL, NULL);
}
