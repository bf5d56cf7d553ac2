/* The judges of calls, errors, exceptions and virtual memory: for each clause a log that conforms
 * and one that does not; and what a violation says, and what is not claimed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "spec/measure.h"
#include "tests/oracle/virtual_cases.h"

#define TEST_OF(name)                                     \
    static void logs_of_##name##_are_judged(void **state) \
    {                                                     \
        (void)state;                                      \
        harness_check(name##_cases, name##_case_count);   \
    }
EACH_VIRTUAL_TABLE(TEST_OF)
#undef TEST_OF

/* --- Completeness ---------------------------------------------------------------------------- */

static bool is_of_these_families(const char *family)
{
    static const char *const families[] = {
        "call",       "last_error",    "exception",    "system_info",     "address_space", "page",
        "guard_page", "virtual_alloc", "virtual_free", "virtual_protect", "virtual_query"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strcmp(family, families[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_case(enum clause_id clause, enum verdict_outcome outcome)
{
#define LOOK(name) harness_has_case(name##_cases, name##_case_count, clause, outcome) ||
    return EACH_VIRTUAL_TABLE(LOOK) false;
#undef LOOK
}

static void every_judged_clause_has_a_conforming_and_a_violating_log(void **state)
{
    (void)state;
    unsigned missing = 0;
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        enum clause_id clause = (enum clause_id)id;
        const struct clause *row = hck_clause_get(clause);
        bool is_latitude = row->basis == BASIS_LATITUDE;
        if (!is_of_these_families(row->family) || row->basis == BASIS_UNDEFINED ||
            hck_clause_exemption(clause, EXEMPT_JUDGE) != NULL) {
            continue;
        }
        if (is_latitude
                ? !has_case(clause, VERDICT_LATITUDE)
                : !(has_case(clause, VERDICT_HOLDS) && has_case(clause, VERDICT_VIOLATED))) {
            print_error("%s has no log for some outcome\n", row->id);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

/* --- What a violation says ------------------------------------------------------------------- */

#define REGION \
    "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"

static const struct expectation *judge_violation(const char *log, enum clause_id clause)
{
    static struct log_judgement judgement;
    harness_judge(log, &judgement);
    assert_int_not_equal(judgement.counts[clause][VERDICT_VIOLATED], 0);
    return &judgement.violations[clause];
}

static void a_page_in_a_walk_is_named_by_its_region(void **state)
{
    (void)state;
    const struct expectation *why = judge_violation(
        REGION "VirtualProtect(r0+4K, 1, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
               "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 4096, 4, 131072, "
               "0x10004000, 0, 0, 49152, 65536, 1, 0, 0)\n",
        CLAUSE_virtual_protect_protection_holds_for_every_touched_page);
    assert_int_equal(why->subject, SUBJECT_MEASURE);
    assert_int_equal(why->index, MEASURE_query_protect_at);
    assert_int_equal(why->operands[0].slot_kind, SLOT_REGION);
    assert_int_equal(why->operands[0].slot, 0);
    assert_int_equal(why->operands[0].offset, 4096);
    assert_int_equal(why->operands[1].value, 2);
    assert_int_equal(why->observed, 4);
}

static void a_fault_address_is_named_by_its_region(void **state)
{
    (void)state;
    const struct expectation *why =
        judge_violation("r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
                        "Peek(r0+8, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) "
                        "values=(165, 0, 165)\n",
                        CLAUSE_exception_access_violation_names_the_address);
    assert_int_equal(why->subject, SUBJECT_PARAMETER);
    assert_int_equal(why->index, 1);
    assert_int_equal(why->operands[0].slot_kind, SLOT_REGION);
    assert_int_equal(why->operands[0].offset, 8);
    assert_int_equal(why->operands[0].value, 0x10000008);
}

/* --- What is not claimed --------------------------------------------------------------------- */

static void a_call_that_breaks_two_rules_may_name_either(void **state)
{
    (void)state;
    assert_conforms(REGION "VirtualProtect(r0, 64K, PAGE_READWRITE, NULL) -> 0 error=998 "
                           "values=(0xa5a5a5a5, 0)\n"
                           "VirtualProtect(r0, 64K, PAGE_READWRITE, NULL) -> 0 error=487 "
                           "values=(0xa5a5a5a5, 0)\n");
}

static void a_large_allocation_may_fail(void **state)
{
    (void)state;
    assert_conforms("VirtualAlloc(NULL, 1G, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> 0x0 "
                    "error=8\n");
}

static void a_named_range_may_belong_to_somebody_else(void **state)
{
    (void)state;
    assert_conforms("VirtualAlloc(0x50000000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 error=487\n"
                    "VirtualAlloc(0x60000000, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x60000000\n");
}

/* The protection was changed while the other thread looked. */
static void calls_that_overlap_in_time_are_not_put_in_order(void **state)
{
    (void)state;
    assert_conforms("r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE) -> "
                    "0x10000000 ticks=1..2\n"
                    "@1 VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0) ticks=3..6\n"
                    "@2 VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0) ticks=4..7\n"
                    "Peek(r0, 1) -> 1 values=(0, 1, 0) ticks=8..9\n");
}

#define MEANWHILE                                                                           \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 65536, NULL) "  \
    "-> 0x40 ticks=1..2\n"                                                                  \
    "@1 r1 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000 ticks=3..5\n" \
    "r0 = MapViewOfFile(s0, FILE_MAP_READ, 0, 0, 0) -> 0x0 error=8 ticks="

static void a_view_that_is_refused_meanwhile_proves_nothing(void **state)
{
    (void)state;
    assert_conforms(MEANWHILE "4..6\n");
    assert_finds(MEANWHILE "6..7\n", CLAUSE_view_map_shows_a_part_of_the_section);
}

#define RESET_STRING                                                                            \
    "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"                  \
    "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"                          \
    "Poke(r0, 4K, 65) -> 4096\nVirtualAlloc(r0, 4K, MEM_RESET, PAGE_READWRITE) -> 0x10000000\n" \
    "IsBadStringPtrA(r0, 8K) -> "

/* In the page that was reset, before the one that cannot be read. */
static void a_string_that_may_have_ended_may_be_good_or_bad(void **state)
{
    (void)state;
    assert_conforms(RESET_STRING "0\n");
    assert_conforms(RESET_STRING "1\n");
}

/* What it ran through were bytes of zero, which write, and the guard of the page behind. */
static void code_that_a_guard_hid_may_have_done_anything(void **state)
{
    (void)state;
    assert_conforms("r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT, PAGE_EXECUTE_READWRITE|PAGE_GUARD) -> "
                    "0x10000000\n"
                    "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x10010\n"
                    "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10002000) handlers=("
                    "(v0 0x80000001 0 2 8 0x10000000), (v0 0x80000001 0 2 8 0x10001000), "
                    "(v0 0xc0000005 0 2 8 0x10002000))\n"
                    "Peek(r0+4K, 1) -> 1 values=(0, 1, 0)\n"
                    "Peek(r0, 1) -> 1 values=(16, 0, 16)\n");
}

static void a_target_without_exceptions_owes_no_handlers_and_no_alarm(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    struct oracle_options options = {.bases = PROFILE_WINDOWS,
                                     .has_exceptions = false,
                                     .has_last_error = false,
                                     .hostile = false};
    harness_judge_with(
        "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE|MEM_COMMIT, PAGE_READONLY|PAGE_GUARD) -> "
        "0x10000000 noerror\n"
        "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 noerror\n"
        "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) noerror values=(165, 0, 165)\n",
        &options, &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    enum clause_id alarm = CLAUSE_guard_page_first_access_raises_the_alarm;
    enum clause_id code = CLAUSE_virtual_free_release_reports_a_size_as_invalid_parameter;
    assert_int_equal(judgement.counts[alarm][VERDICT_UNSUPPORTED], 1);
    assert_int_equal(judgement.counts[code][VERDICT_UNSUPPORTED], 1);
}

static void a_gap_that_the_executor_does_not_touch_is_unsupported(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge("Peek(0x7FFFFFFF0000, 1) -> unsupported\n"
                  "Peek(0x7FFFFFFF0000, 64K) -> unsupported\n"
                  "Execute(0x7FFFFFFF0000) -> unsupported\n",
                  &judgement);
    enum clause_id gap = CLAUSE_address_space_upper_gap_refuses_every_access;
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    assert_int_equal(judgement.counts[gap][VERDICT_UNSUPPORTED], 1);
}

/* What is observed of Windows is no part of what the documentation says. */
static void the_documented_profile_claims_no_codes_and_no_slack(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    struct oracle_options options = {.bases = PROFILE_DOCUMENTED,
                                     .has_exceptions = true,
                                     .has_last_error = true,
                                     .hostile = false};
    harness_judge_with(REGION "VirtualFree(r0, 4K, MEM_RELEASE) -> 0 error=5\n"
                              "VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_READWRITE) -> 0x0 error=5\n",
                       &options, &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    enum clause_id size = CLAUSE_virtual_free_release_refuses_a_size;
    assert_int_equal(judgement.counts[size][VERDICT_HOLDS], 1);
}

static void an_address_that_applications_may_access_is_in_no_partition(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    struct oracle_options options = {.bases = PROFILE_DOCUMENTED,
                                     .has_exceptions = true,
                                     .has_last_error = true,
                                     .hostile = false};
    harness_judge_with(
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 4096, 0x7ffffffeffff, 3, 2, 8664, "
        "65536, 0)\n"
        "Peek(0x8000, 1) -> 1 values=(0, 1, 0)\n"
        "Peek(0x800, 1) -> 1 values=(0, 1, 0)\n",
        &options, &judgement);
    enum clause_id clause = CLAUSE_address_space_null_partition_refuses_every_access;
    assert_int_equal(judgement.counts[clause][VERDICT_VIOLATED], 1);
    assert_int_equal(judgement.violated_line[clause], 3);
}

/* --- After a deviation ----------------------------------------------------------------------- */

static void what_was_seen_is_adopted_after_a_deviation(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(REGION "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
                         "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 16384, 4096, 4, "
                         "131072, 0x10004000, 0, 0, 49152, 65536, 1, 0, 0)\n"
                         "Poke(r0, 16K, 1) -> 16384\n"
                         "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n",
                  &judgement);
    enum clause_id writable = CLAUSE_page_readonly_refuses_a_write;
    enum clause_id old = CLAUSE_virtual_protect_old_protection_is_that_of_the_first_page;
    assert_int_equal(judgement.counts[writable][VERDICT_VIOLATED], 0);
    assert_int_equal(judgement.counts[old][VERDICT_HOLDS], 2);
}

static unsigned count_violated(const struct log_judgement *judgement)
{
    unsigned count = 0;
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        count += judgement->counts[id][VERDICT_VIOLATED];
    }
    return count;
}

static void assert_one_violation(const char *log, enum clause_id clause)
{
    static struct log_judgement judgement;
    harness_judge(log, &judgement);
    assert_int_equal(judgement.first_violated, clause);
    assert_int_equal(count_violated(&judgement), 1);
}

/* Whether the pages are gone is anybody's guess, and nothing that shows of them is held against the
 * target. */
static void a_release_that_was_to_fail_is_one_deviation(void **state)
{
    (void)state;
    assert_one_violation(REGION "VirtualFree(r0, 4K, MEM_RELEASE) -> 1\n"
                                "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, "
                                "4, 16384, 4096, 4, 131072, 0)\n"
                                "r0 = VirtualAlloc(r0, 16K, MEM_RESERVE, PAGE_NOACCESS) -> 0x0 "
                                "error=487\n",
                         CLAUSE_virtual_free_release_refuses_a_size);
    assert_one_violation(REGION "VirtualFree(r0, 0, MEM_RELEASE|MEM_DECOMMIT) -> 1\n"
                                "r1 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_COMMIT, "
                                "PAGE_READWRITE) -> 0x10000000\n"
                                "Peek(r1, 16K) -> 16384 values=(0, 16384, 0)\n",
                         CLAUSE_virtual_free_type_refuses_decommit_with_release);
}

static void a_protection_that_was_to_be_refused_is_one_deviation(void **state)
{
    (void)state;
    assert_one_violation("r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE|MEM_COMMIT, "
                         "PAGE_NOACCESS|PAGE_GUARD) -> 0x10000000\n"
                         "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, "
                         "4096, 4096, 1, 131072, 0)\n"
                         "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 1, "
                         "4096, 4096, 1, 131072, 0)\n",
                         CLAUSE_page_protection_refuses_guard_with_no_access);
}

static void assert_no_violation(const char *log)
{
    static struct log_judgement judgement;
    harness_judge(log, &judgement);
    if (judgement.first_violated != CLAUSE_NONE) {
        fail_msg("%s is violated in\n%s", hck_clause_get(judgement.first_violated)->id, log);
    }
}

#define SECTION                                                                              \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 65536, NULL) ->" \
    " 0x40\n"
#define COPY \
    SECTION  \
    "r1 = MapViewOfFile(s0, FILE_MAP_COPY, 0, 0, 0) -> 0x20000000\n"
#define GUARDED                                                                          \
    "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE|PAGE_GUARD) ->" \
    " 0x10000000\n"
#define LOCK_ALARM(address) "VirtualLock(" address ", 4K) -> 0 error=0x80000001\n"

/* The write that made no copy and the lock that left the guard are to blame, whatever call shows
 * it. */
static void a_page_that_stayed_as_it_was_is_one_deviation(void **state)
{
    (void)state;
    assert_one_violation(COPY "Poke(r1+4, 1, 7) -> 1\n"
                              "VirtualLock(r1, 1) -> 1\n"
                              "QueryRegion(r1) -> 1 values=(0x20000000, 0x20000000, 8, 65536, "
                              "4096, 8, 262144, 0)\n",
                         CLAUSE_view_copy_written_page_becomes_writable);
    assert_one_violation(COPY "Poke(r1, 1, 7) -> 1\n"
                              "QueryRegion(r1) -> 1 values=(0x20000000, 0x20000000, 8, 65536, "
                              "4096, 8, 262144, 0)\n"
                              "Peek(r1, 1) -> 1 values=(7, 1, 0)\n",
                         CLAUSE_view_copy_written_page_becomes_writable);
    assert_one_violation(COPY "Poke(r1+4, 1, 7) -> 1\n"
                              "VirtualQuery(r1+1, &out, 48) -> 48 values=(0x20000000, 0x20000000, "
                              "8, 65536, 4096, 8, 262144, 0)\n",
                         CLAUSE_view_copy_written_page_becomes_writable);
    assert_no_violation(COPY "Poke(r1, 8K, 7) -> 8192\n"
                             "VirtualQuery(r1, &out, 48) -> 48 values=(0x20000000, 0x20000000, 8, "
                             "4096, 4096, 4, 262144, 0)\n");
    assert_no_violation(GUARDED LOCK_ALARM(
        "r0+8K") "VirtualQuery(r0+4K, &out, 48) -> 48 values=(0x10001000, 0x10000000, 0x104, "
                 "12288, 4096, 0x104, 131072, 0)\n");
    assert_no_violation(GUARDED LOCK_ALARM(
        "r0") "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(0x104, 0)\n");
}

/* That the size of a page's run is wrong is held against the query where no such page is near. */
static void a_run_that_ends_elsewhere_is_wrong(void **state)
{
    (void)state;
    assert_one_violation(COPY "Poke(r1, 8K, 7) -> 8192\n"
                              "VirtualQuery(r1+8K, &out, 48) -> 48 values=(0x20002000, 0x20000000,"
                              " 8, 4096, 4096, 8, 262144, 0)\n",
                         CLAUSE_virtual_query_region_is_the_longest_run_of_equal_pages);
}

/* That no query finds it there is no second mistake. */
static void memory_where_none_can_be_is_one_deviation(void **state)
{
    (void)state;
    enum clause_id place = CLAUSE_address_space_allocation_lies_within_the_application_addresses;
    assert_one_violation(SECTION "r1 = MapViewOfFileEx(s0, FILE_MAP_READ, 0, 0, 0, "
                                 "0xffff800000000000) -> 0xffff800000000000\n"
                                 "VirtualQuery(r1, &out, 48) -> 0 error=87\n"
                                 "Peek(r1, 1) -> raised 0xc0000005 flags=0 (0, "
                                 "0xffffffffffffffff)\n"
                                 "UnmapViewOfFile(r1) -> 0 error=487\n",
                         place);
    assert_one_violation("r1 = VirtualAlloc(0xffff800000000000, 4K, MEM_RESERVE, PAGE_READWRITE) "
                         "-> 0xffff800000000000\n"
                         "VirtualQuery(r1, &out, 48) -> 0 error=87\n",
                         place);
}

/* The section that is there has its size. */
static void a_name_in_use_needs_no_size(void **state)
{
    (void)state;
    assert_no_violation(
        "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, \"a\") -> "
        "0x40\n"
        "s1 = CreateFileMappingW(NULL, NULL, PAGE_READWRITE, 0, 0, \"a\") -> 0x44 error=183\n");
}

/* The code of either rule is right, and shows neither; another one is wrong once. */
static void several_broken_rules_prove_none(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    enum clause_id size = CLAUSE_virtual_free_release_refuses_a_size;
    enum clause_id place = CLAUSE_virtual_free_release_refuses_an_interior_address;
    enum clause_id size_code = CLAUSE_virtual_free_release_reports_a_size_as_invalid_parameter;
    enum clause_id place_code =
        CLAUSE_virtual_free_release_reports_an_interior_address_as_invalid_address;
    harness_judge(REGION "VirtualFree(r0+8K, 4K, MEM_RELEASE) -> 0 error=87\n"
                         "VirtualFree(r0+8K, 4K, MEM_RELEASE) -> 0 error=487\n",
                  &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    assert_int_equal(judgement.counts[size][VERDICT_HOLDS], 0);
    assert_int_equal(judgement.counts[place][VERDICT_HOLDS], 0);
    assert_int_equal(judgement.counts[size_code][VERDICT_HOLDS], 0);
    assert_int_equal(judgement.counts[place_code][VERDICT_HOLDS], 0);
    assert_one_violation(REGION "VirtualFree(r0+8K, 4K, MEM_RELEASE) -> 0 error=5\n", size_code);
}

/* No page says what is looked at first, and there may not be that much memory. */
static void a_bad_protection_of_more_than_there_may_be_can_lack_memory(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    enum clause_id code = CLAUSE_page_protection_reports_a_bad_one_as_invalid_parameter;
    harness_judge(
        "r0 = VirtualAlloc(NULL, 32G, MEM_COMMIT, PAGE_READWRITE|0x100000) -> 0x0 error=8\n"
        "r0 = VirtualAlloc(NULL, 32G, MEM_COMMIT, 0) -> 0x0 error=87\n",
        &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    assert_int_equal(judgement.counts[code][VERDICT_HOLDS], 0);
    assert_one_violation("r0 = VirtualAlloc(NULL, 32G, MEM_COMMIT, PAGE_READWRITE|0x100000) -> "
                         "0x10000000\n",
                         code);
    assert_one_violation("r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT, PAGE_READWRITE|0x100000) -> 0x0 "
                         "error=8\n",
                         code);
}

/* The access meets no fault, so it says nothing of the handler that is gone. */
static void an_access_without_a_fault_shows_no_handler(void **state)
{
    (void)state;
    static struct log_judgement judgement;
    harness_judge(REGION "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x700000\n"
                         "RemoveVectoredExceptionHandler(v0) -> 1\n"
                         "Poke(r0, 1, 1) -> 1\n",
                  &judgement);
    enum clause_id ends = CLAUSE_exception_handler_removal_ends_the_calls;
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    assert_int_equal(judgement.counts[ends][VERDICT_HOLDS], 0);
}

/* The storage that a trace asks for is enough for a region whose every page differs. */
static void many_runs_of_pages_fit(void **state)
{
    (void)state;
    enum { PAGES = 1000, LINE_MAX = 100 };
    static char log[(PAGES + 2) * LINE_MAX];
    static struct log_judgement judgement;
    size_t length = 0;
    length += (size_t)snprintf(log, sizeof log,
                               "r0 = VirtualAlloc(NULL, %uK, MEM_RESERVE, PAGE_NOACCESS) -> "
                               "0x10000000\n",
                               2 * PAGES * 4u);
    for (unsigned i = 0; i < PAGES; i++) {
        length += (size_t)snprintf(log + length, sizeof log - length,
                                   "VirtualAlloc(r0+%uK, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x%x\n",
                                   8 * i, 0x10000000 + 0x2000 * i);
    }
    harness_judge(log, &judgement);
    assert_int_equal(judgement.first_violated, CLAUSE_NONE);
    enum clause_id result = CLAUSE_virtual_alloc_result_is_the_page_of_the_address_committed;
    assert_int_equal(judgement.counts[result][VERDICT_HOLDS], PAGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST_OF(name) cmocka_unit_test(logs_of_##name##_are_judged),
        EACH_VIRTUAL_TABLE(TEST_OF)
#undef TEST_OF
            cmocka_unit_test(every_judged_clause_has_a_conforming_and_a_violating_log),
        cmocka_unit_test(a_page_in_a_walk_is_named_by_its_region),
        cmocka_unit_test(a_fault_address_is_named_by_its_region),
        cmocka_unit_test(a_call_that_breaks_two_rules_may_name_either),
        cmocka_unit_test(a_large_allocation_may_fail),
        cmocka_unit_test(a_named_range_may_belong_to_somebody_else),
        cmocka_unit_test(calls_that_overlap_in_time_are_not_put_in_order),
        cmocka_unit_test(a_view_that_is_refused_meanwhile_proves_nothing),
        cmocka_unit_test(a_string_that_may_have_ended_may_be_good_or_bad),
        cmocka_unit_test(code_that_a_guard_hid_may_have_done_anything),
        cmocka_unit_test(a_target_without_exceptions_owes_no_handlers_and_no_alarm),
        cmocka_unit_test(the_documented_profile_claims_no_codes_and_no_slack),
        cmocka_unit_test(an_address_that_applications_may_access_is_in_no_partition),
        cmocka_unit_test(what_was_seen_is_adopted_after_a_deviation),
        cmocka_unit_test(a_release_that_was_to_fail_is_one_deviation),
        cmocka_unit_test(a_protection_that_was_to_be_refused_is_one_deviation),
        cmocka_unit_test(a_page_that_stayed_as_it_was_is_one_deviation),
        cmocka_unit_test(a_run_that_ends_elsewhere_is_wrong),
        cmocka_unit_test(memory_where_none_can_be_is_one_deviation),
        cmocka_unit_test(a_name_in_use_needs_no_size),
        cmocka_unit_test(several_broken_rules_prove_none),
        cmocka_unit_test(a_bad_protection_of_more_than_there_may_be_can_lack_memory),
        cmocka_unit_test(an_access_without_a_fault_shows_no_handler),
        cmocka_unit_test(a_gap_that_the_executor_does_not_touch_is_unsupported),
        cmocka_unit_test(many_runs_of_pages_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
