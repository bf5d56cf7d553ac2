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

#include "spec/win32.h"
#include "tests/oracle/heap_cases.h"
#include "tests/oracle/virtual_cases.h"

enum { LOG_SIZE_MAX = 6000, SEEDS = 200, MORE_VALUES_MAX = 20 };

static struct log_judgement judgement;

/* --- Answers --------------------------------------------------------------------------------- */

static uint64_t state;

static uint64_t next(uint64_t below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 33) % below;
}

/* Numbers that mean something in many logs, among them the addresses of their heaps, blocks and
 * regions. */
static uint64_t next_number(void)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       2,
                                       4,
                                       8,
                                       100,
                                       4096,
                                       0x10000,
                                       MEM_COMMIT,
                                       MEM_RESERVE,
                                       MEM_FREE,
                                       MEM_PRIVATE,
                                       PAGE_NOACCESS,
                                       PAGE_READWRITE | PAGE_GUARD,
                                       0x100000,
                                       0x100100,
                                       0x100200,
                                       0x10000000,
                                       0x10001000,
                                       OUT_UNTOUCHED_DWORD,
                                       OUT_UNTOUCHED_WORD,
                                       LAST_ERROR_SENTINEL,
                                       ERROR_INVALID_PARAMETER,
                                       ERROR_INVALID_ADDRESS,
                                       ERROR_NO_MORE_ITEMS,
                                       STATUS_ACCESS_VIOLATION,
                                       STATUS_GUARD_PAGE_VIOLATION,
                                       STATUS_NO_MEMORY,
                                       UINT32_MAX,
                                       UINT64_MAX};
    return numbers[next(sizeof numbers / sizeof numbers[0])];
}

static void answer_handlers(struct observation *seen)
{
    seen->handler_call_count = (uint32_t)next(HANDLER_CALLS_MAX + 1);
    for (uint32_t i = 0; i < seen->handler_call_count; i++) {
        seen->handler_calls[i] = (struct handler_call){next(4) == 0 ? NO_SLOT : (uint32_t)next(3),
                                                       (uint32_t)next_number(),
                                                       (uint32_t)next(2),
                                                       (uint32_t)next(EXCEPTION_PARAMETERS_MAX + 2),
                                                       {next_number(), next_number()}};
    }
}

static void answer_values(struct observation *seen)
{
    uint32_t count = (uint32_t)next(seen->value_count + MORE_VALUES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (i >= seen->value_count || next(3) == 0) {
            seen->values[i] = next_number();
        }
    }
    seen->value_count = count;
}

static void answer_exception(struct observation *seen)
{
    seen->status = STATUS_RAISED;
    seen->exception_code = (uint32_t)next_number();
    seen->exception_flags = (uint32_t)next(2);
    seen->parameter_count = (uint32_t)next(EXCEPTION_PARAMETERS_MAX + 1);
    for (uint32_t i = 0; i < seen->parameter_count; i++) {
        seen->parameters[i] = next_number();
    }
}

/* A rule, or a clause that is none. */
static void answer_skipped(struct observation *seen)
{
    seen->status = STATUS_SKIPPED;
    do {
        seen->skipped_by = (uint16_t)next(CLAUSE_COUNT);
    } while (next(8) != 0 &&
             hck_clause_get((enum clause_id)seen->skipped_by)->basis != BASIS_UNDEFINED);
}

static void answer(struct observation *seen)
{
    switch (next(12)) {
    case 6:
        answer_skipped(seen);
        break;
    case 0:
        seen->status = (uint8_t)next(STATUS_COUNT);
        break;
    case 1:
        answer_exception(seen);
        break;
    case 2:
        answer_handlers(seen);
        break;
    case 3:
        seen->last_error = (uint32_t)next_number();
        break;
    case 4:
        seen->has_last_error = false;
        break;
    case 5:
        seen->result = next_number();
        break;
    default:
        answer_values(seen);
        break;
    }
}

/* One answer in four is another one. */
static void change_some(struct observation *seen, unsigned seed)
{
    (void)seed;
    if (next(4) == 0) {
        answer(seen);
        if (next(2) == 0) {
            answer(seen);
        }
    }
    if (seen->end == 0) { /* calls that may overlap */
        seen->start = 1 + next(60);
        seen->end = seen->start + 1 + next(20);
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
        state = seed * UINT64_C(0x9E3779B97F4A7C15) + item->clause;
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
