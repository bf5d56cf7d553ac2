/* What surrounds a log that conforms takes nothing from it: a target that has less, a call of
 * another thread that comes before, behind or across, or a profile that judges more. Nor does it
 * hide what a log violates. The logs are those of the cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracle/heap_cases.h"
#include "tests/oracle/virtual_cases.h"

enum { LOG_SIZE_MAX = 6000 };

static struct log_judgement judgement;

static uint32_t line_count(const char *log)
{
    uint32_t count = 0;
    for (; *log != '\0'; log++) {
        count += *log == '\n';
    }
    return count;
}

static bool has_one_thread(const char *log)
{
    return strchr(log, '@') == NULL && strstr(log, "ticks=") == NULL;
}

/* Told of every log of one thread. */
typedef void (*log_visitor)(const struct log_case *item);

static void visit(const struct log_case *cases, size_t count, log_visitor visitor)
{
    for (size_t i = 0; i < count; i++) {
        if (has_one_thread(cases[i].log) && strlen(cases[i].log) < LOG_SIZE_MAX - 500) {
            visitor(&cases[i]);
        }
    }
}

static void visit_all(log_visitor visitor)
{
#define VISIT(name) visit(name##_cases, name##_case_count, visitor);
    EACH_VIRTUAL_TABLE(VISIT)
    EACH_HEAP_TABLE(VISIT)
#undef VISIT
}

/* Whether a clause is violated in the first lines of a log. */
static enum clause_id violated_up_to(uint32_t last_line)
{
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        if (judgement.counts[id][VERDICT_VIOLATED] > 0 &&
            judgement.violated_line[id] <= last_line) {
            return (enum clause_id)id;
        }
    }
    return CLAUSE_NONE;
}

static void assert_nothing_is_violated(const char *what, const char *log, uint32_t last_line)
{
    enum clause_id clause = violated_up_to(last_line);
    if (clause != CLAUSE_NONE) {
        fail_msg("%s: %s is violated in line %u of\n%s", what, hck_clause_get(clause)->id,
                 judgement.violated_line[clause], log);
    }
}

/* --- A target that has less ------------------------------------------------------------------ */

static void take_last_error(struct observation *seen, unsigned variant)
{
    (void)variant;
    seen->has_last_error = false;
    seen->last_error = 0;
}

static void judge_without_last_errors(const struct log_case *item)
{
    const struct log_change change = {LOG_EVERY_LINE, 0, take_last_error};
    harness_judge(item->log, &judgement);
    bool conforms = judgement.first_violated == CLAUSE_NONE;
    harness_judge_changed(item->log, &change, &judgement);
    assert_null(judgement.broken);
    if (conforms) {
        assert_nothing_is_violated("without last errors", item->log, UINT32_MAX);
    }
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        if (judgement.counts[id][VERDICT_VIOLATED] > 0) {
            assert_int_not_equal(judgement.violations[id].subject, SUBJECT_LAST_ERROR);
        }
    }
}

static void what_cannot_be_asked_for_is_not_judged(void **state)
{
    (void)state;
    visit_all(judge_without_last_errors);
}

/* --- A profile that judges more ------------------------------------------------------------- */

static const struct oracle_options hostile = {
    .bases = PROFILE_HOSTILE, .has_exceptions = true, .has_last_error = true, .hostile = true};

static void judge_hostile(const struct log_case *item)
{
    harness_judge(item->log, &judgement);
    bool was_violated = judgement.counts[item->clause][VERDICT_VIOLATED] > 0;
    bool conforms = judgement.first_violated == CLAUSE_NONE;
    harness_judge_with(item->log, &hostile, &judgement);
    assert_int_equal(was_violated, judgement.counts[item->clause][VERDICT_VIOLATED] > 0);
    if (conforms) {
        assert_nothing_is_violated("hostile", item->log, UINT32_MAX);
    }
}

static void what_is_no_misuse_is_judged_alike_in_the_profile_hostile(void **state)
{
    (void)state;
    visit_all(judge_hostile);
}

/* --- Calls of another thread ----------------------------------------------------------------- */

static uint32_t ticked_line; /* of the log under way */
static uint32_t ticked_count;

/* One call after the other, but for the last one, which is that of the other thread: it begins
 * before call `variant` does. */
static void tick(struct observation *seen, unsigned variant)
{
    ticked_line++;
    seen->start = 4 * ticked_line;
    seen->end = 4 * ticked_line + 2;
    if (ticked_line == ticked_count) {
        seen->start = 4 * variant - 1;
    }
}

static void judge_with(const char *log, const char *other, uint32_t begin)
{
    static char text[LOG_SIZE_MAX];
    const struct log_change change = {LOG_EVERY_LINE, begin, tick};
    (void)snprintf(text, sizeof text, "%s@1 %s\n", log, other);
    ticked_line = 0;
    ticked_count = line_count(text);
    harness_judge_changed(text, &change, &judgement);
}

/* Clauses about what is free: among threads somebody else may have taken it meanwhile. */
static bool needs_one_thread(enum clause_id clause)
{
    static const enum clause_id clauses[] = {
        CLAUSE_page_free_refuses_every_access,
        CLAUSE_virtual_free_release_frees_the_whole_allocation,
        CLAUSE_virtual_free_release_makes_the_range_available_again,
        CLAUSE_view_unmap_makes_the_pages_free,
        CLAUSE_virtual_query_region_joins_free_neighbours,
        CLAUSE_process_heap_list_count_follows_create_and_destroy,
        CLAUSE_heap_create_initial_size_is_assured,
        CLAUSE_heap_create_fixed_heap_commits_up_to_its_maximum,
        CLAUSE_heap_alloc_fixed_heap_serves_sizes_below_the_limit,
        CLAUSE_heap_alloc_freed_space_serves_the_same_size_again,
        CLAUSE_heap_free_everything_freed_restores_the_capacity,
    };
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        if (clauses[i] == clause) {
            return true;
        }
    }
    return false;
}

static void judge_before_another(const struct log_case *item)
{
    static const char other[] = "SetLastError(0) -> 0 error=0";
    uint32_t count = line_count(item->log);
    harness_judge(item->log, &judgement);
    bool was_violated = judgement.counts[item->clause][VERDICT_VIOLATED] > 0;
    bool conforms = judgement.first_violated == CLAUSE_NONE;
    judge_with(item->log, other, count + 1);
    assert_null(judgement.broken);
    if (conforms) {
        assert_nothing_is_violated("before a call of another thread", item->log, UINT32_MAX);
    }
    if (was_violated && !needs_one_thread(item->clause)) {
        judge_with(item->log, other, count + 1);
        assert_true(judgement.counts[item->clause][VERDICT_VIOLATED] > 0);
    }
}

static void a_thread_that_speaks_later_changes_no_judgement(void **state)
{
    (void)state;
    visit_all(judge_before_another);
}

static const char *const others[] = {
    "SetLastError(0) -> 0 error=0",
    "h8 = HeapCreate(0, 0, 0) -> 0x7700000",
    "HeapDestroy(h0) -> 1",
    "HeapFree(h0, 0, b0) -> 1",
    "b0 = HeapReAlloc(h0, 0, b0, 16) -> 0x7700010",
    "HeapLock(h0) -> 1",
    "HeapValidate(h0, 0, NULL) -> 1",
    "Fill(b0, 7) -> 0",
    "VirtualFree(r0, 0, MEM_RELEASE) -> 1",
    "VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1",
    "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)",
    "Poke(r0, 1, 7) -> 1",
    "v7 = AddVectoredExceptionHandler(1, SEARCH) -> 0x7700",
    "RemoveVectoredExceptionHandler(v0) -> 1",
};

enum { OTHER_COUNT = sizeof others / sizeof others[0] };
static unsigned across_count[OTHER_COUNT]; /* logs that it makes sense across */

/* Of what the other call itself may violate nothing is said. */
static void judge_across_others(const struct log_case *item)
{
    uint32_t count = line_count(item->log);
    harness_judge(item->log, &judgement);
    if (judgement.first_violated != CLAUSE_NONE) {
        return;
    }
    for (size_t i = 0; i < OTHER_COUNT; i++) {
        for (uint32_t begin = 1; begin <= count; begin++) {
            judge_with(item->log, others[i], begin);
            if (judgement.broken == NULL) {
                assert_nothing_is_violated(others[i], item->log, count);
                across_count[i]++;
            }
        }
    }
}

static void a_call_across_takes_nothing_from_a_log_that_conforms(void **state)
{
    (void)state;
    visit_all(judge_across_others);
    for (size_t i = 0; i < OTHER_COUNT; i++) {
        assert_true(across_count[i] > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_asked_for_is_not_judged),
        cmocka_unit_test(what_is_no_misuse_is_judged_alike_in_the_profile_hostile),
        cmocka_unit_test(a_thread_that_speaks_later_changes_no_judgement),
        cmocka_unit_test(a_call_across_takes_nothing_from_a_log_that_conforms),
    };
    return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
