/* What the oracle keeps room for: verdicts, storage, and traces of any length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/win32.h"
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

/* --- Long traces ---------------------------------------------------------------------------- */

enum { LINES = 1000 * 1000, PRELUDE = 4, BASE = 0x10000000 };

static struct argument value_argument(uint64_t value)
{
    return (struct argument){.form = FORM_VALUE, .value = value};
}

static struct argument region_argument(uint64_t offset)
{
    return (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_REGION, .value = offset};
}

/* A heap, a block, a handler that commits pages and a guarded region, then a million times the same
 * call. */
static struct trace make_long_trace(struct call *calls, enum call_id id)
{
    struct trace trace = {.calls = calls, .call_count = PRELUDE + LINES, .thread_count = 1};
    struct call allocation = {.id = CALL_VirtualAlloc, .result_slot = 0};
    struct call handler = {.id = CALL_AddVectoredExceptionHandler, .result_slot = 0};
    allocation.arguments[0].form = FORM_NULL;
    allocation.arguments[1] = value_argument(0x10000);
    allocation.arguments[2] = value_argument(MEM_RESERVE | MEM_COMMIT);
    allocation.arguments[3] = value_argument(PAGE_READWRITE | PAGE_GUARD);
    handler.arguments[0] = value_argument(1);
    handler.arguments[1] = value_argument(BEHAVIOUR_COMMIT);
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        trace.slot_count[kind] = 1;
    }
    calls[0] = (struct call){.id = CALL_HeapCreate, .result_slot = 0};
    calls[1] = (struct call){.id = CALL_HeapAlloc, .result_slot = 0};
    calls[2] = handler;
    calls[3] = allocation;
    for (uint32_t i = PRELUDE; i < trace.call_count; i++) {
        calls[i] = (struct call){.id = (uint16_t)id, .result_slot = NO_SLOT};
        if (id == CALL_VirtualAlloc) {
            calls[i] = allocation;
        } else if (hck_call_rows[id].family == FAMILY_probe) {
            calls[i].arguments[0] = region_argument(0);
            calls[i].arguments[1] = value_argument(0x10000);
        } else if (hck_call_rows[id].result >= RESULT_HEAP) {
            calls[i].result_slot = 0;
        }
    }
    return trace;
}

static void a_million_lines_of_any_kind_take_a_gigabyte_at_most(void **state)
{
    (void)state;
    struct call *calls = calloc(PRELUDE + LINES, sizeof *calls);
    assert_non_null(calls);
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        struct trace trace = make_long_trace(calls, (enum call_id)id);
        size_t size = hck_oracle_storage(&trace);
        if (size > (size_t)1 << 30) {
            fail_msg("%s: %zu bytes", hck_call_rows[id].name, size);
        }
        if (hck_call_rows[id].family == FAMILY_probe) {
            assert_true(size < (size_t)1 << 28); /* there are but a few bytes to look at */
        }
    }
    free(calls);
}

/* Every look is judged, the last one as well as the first. */
static void a_million_looks_with_a_handler_registered_are_judged(void **state)
{
    (void)state;
    static struct verdicts verdicts;
    struct oracle_options options = {
        .bases = PROFILE_WINDOWS, .has_exceptions = true, .has_last_error = true};
    uint64_t values[PEEK_VALUE_COUNT] = {0, 1, 0};
    struct call *calls = calloc(PRELUDE + LINES, sizeof *calls);
    assert_non_null(calls);
    struct trace trace = make_long_trace(calls, CALL_Peek);
    calls[3].arguments[3] = value_argument(PAGE_READWRITE);
    size_t size = hck_oracle_storage(&trace);
    void *arena = malloc(size);
    assert_non_null(arena);
    struct oracle *oracle = hck_oracle_start(&trace, &options, arena, size);
    assert_non_null(oracle);
    for (uint32_t i = 2; i < trace.call_count; i++) {
        struct observation seen = {.has_last_error = true, .last_error = LAST_ERROR_SENTINEL};
        seen.result = i == 2 ? 1 : BASE;
        if (i >= PRELUDE) {
            calls[i].arguments[0] = region_argument(i % 0x10000);
            calls[i].arguments[1] = value_argument(1);
            seen.result = 1;
            seen.values = values;
            seen.value_count = PEEK_VALUE_COUNT;
            values[PEEK_FIRST] = i == trace.call_count - 1 ? 7 : 0; /* wrong at last */
        }
        hck_oracle_judge(oracle, i, &seen, &verdicts);
        bool has_violation = false;
        for (uint32_t k = 0; k < verdicts.count; k++) {
            assert_int_not_equal(verdicts.items[k].outcome, VERDICT_BROKEN);
            has_violation = has_violation || verdicts.items[k].outcome == VERDICT_VIOLATED;
        }
        assert_int_equal(has_violation, i == trace.call_count - 1);
    }
    free(arena);
    free(calls);
}

/* --- Too little room ------------------------------------------------------------------------ */

/* A sanitizer sees to it that nothing is written behind what there is. */
static bool starts_in(size_t size, const struct trace *trace)
{
    static const struct oracle_options options = {.bases = PROFILE_WINDOWS};
    void *arena = malloc(size);
    bool is_started = hck_oracle_start(trace, &options, arena, size) != NULL;
    free(arena);
    return is_started;
}

static void an_arena_that_is_too_small_starts_no_judge(void **state)
{
    (void)state;
    enum { STEP = 16 };
    struct call *calls = calloc(PRELUDE + LINES, sizeof *calls);
    assert_non_null(calls);
    struct trace trace = make_long_trace(calls, CALL_Peek);
    trace.call_count = PRELUDE + 1;
    size_t size = hck_oracle_storage(&trace);
    bool is_enough = false;
    for (size_t some = 0; some < size; some += STEP) {
        bool is_started = starts_in(some, &trace);
        assert_true(is_started || !is_enough); /* what is enough once is from then on */
        is_enough = is_started;
    }
    assert_true(starts_in(size, &trace));
    free(calls);
}

/* --- Misuse --------------------------------------------------------------------------------- */

#define LIVES                                \
    "h0 = HeapCreate(0, 0, 0) -> 0x100000\n" \
    "b0 = HeapAlloc(h0, 0, 100) -> 0x100100\n"
#define WRONG_SIZE "HeapSize(h0, 0, b0) -> 99\n"
#define FREED "HeapFree(h0, 0, b0) -> 1\n"

static void nothing_is_promised_behind_a_misuse(void **state)
{
    static const struct oracle_options hostile = {
        .bases = ~0u, .has_exceptions = true, .has_last_error = true, .hostile = true};
    (void)state;
    harness_judge_with(LIVES WRONG_SIZE FREED FREED, &hostile, &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_heap_size_live_block_is_the_requested_size);
    harness_judge_with(LIVES FREED "HeapFree(h0, 0, b0) -> raised 0xc0000005 flags=0 (0, 0)\n",
                       &hostile, &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    harness_judge_with(LIVES FREED FREED "b0 = HeapAlloc(h0, 0, 100) -> 0x100104\n" WRONG_SIZE,
                       &hostile, &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_last_of_many_verdicts_is_not_lost),
        cmocka_unit_test(a_call_breaks_a_clause_once),
        cmocka_unit_test(a_million_lines_of_any_kind_take_a_gigabyte_at_most),
        cmocka_unit_test(a_million_looks_with_a_handler_registered_are_judged),
        cmocka_unit_test(an_arena_that_is_too_small_starts_no_judge),
        cmocka_unit_test(nothing_is_promised_behind_a_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
