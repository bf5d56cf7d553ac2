/* One made-up run in every format, against tests/golden, and what runs amount to. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/report/report.h"
#include "tests/kit/report/golden.h"
#include "tests/kit/trace/text.h"

static const enum clause_id alignment = CLAUSE_heap_alignment_is_sixteen_bytes;
static const enum clause_id size = CLAUSE_heap_size_live_block_is_the_requested_size;
static const enum clause_id overlap = CLAUSE_heap_blocks_never_overlap;
static const enum clause_id freed = CLAUSE_heap_free_live_block_succeeds;
static const enum clause_id null_block = CLAUSE_heap_free_null_block_succeeds_and_changes_nothing;
static const enum clause_id zero_bytes = CLAUSE_heap_alloc_zero_bytes_outcome_is_open;
static const enum clause_id summary = CLAUSE_heap_summary_success_fills_the_summary;
static const enum clause_id rule = CLAUSE_heap_size_block_must_be_live_in_the_heap;

/* A run with one clause in each state, and the lists that go with it. */
struct fixture {
    struct selection selection;
    struct expect_list expected;
    struct violations violations;
    struct violation items[2];
    struct collect *collect;
    struct report report;
};

static void make_violations(struct fixture *fixture)
{
    struct violation *shrunk = &fixture->items[0];
    struct violation *whole = &fixture->items[1];
    struct witness *witness = &shrunk->reduced.witness;
    *shrunk = (struct violation){.finding = {.clause = alignment, .call = CALL_HeapAlloc},
                                 .fate = VIOLATION_SHRUNK,
                                 .has_witness = true};
    (void)snprintf(shrunk->origin, sizeof shrunk->origin, "corpus/regress/odd \"<&>\".trace");
    load_trace("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 1)\n",
               &shrunk->reduced.trace);
    shrunk->reduced.calls_before = 14;
    witness->call_index = 1;
    witness->has_expectation = true;
    witness->expectation = (struct expectation){
        .subject = SUBJECT_RESULT,
        .relation = RELATION_MULTIPLE_OF,
        .operand_count = 1,
        .observed = 8,
        .operands = {{.slot_kind = SLOT_KIND_NONE, .value = 16}},
    };
    (void)snprintf(witness->sentence, sizeof witness->sentence,
                   "expected the result to be a multiple of 16, seen an address that is 8 more "
                   "than one");
    *whole = (struct violation){.finding = {.clause = alignment,
                                            .call = CALL_HeapReAlloc,
                                            .call_index = 0,
                                            .sentence = "expected NULL, seen an address"},
                                .fate = VIOLATION_GONE};
    (void)snprintf(whole->origin, sizeof whole->origin, "generated trace 3 of seed 1");
    load_trace("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n", &whole->reduced.trace);
    fixture->violations = (struct violations){fixture->items, 2};
}

static void set(struct fixture *fixture, enum clause_id clause, enum verdict_outcome outcome)
{
    fixture->selection.clauses[clause] = true;
    fixture->collect->records[clause].counts[outcome] = 1;
}

static void make_fixture(struct fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->collect = hck_collect_open(&fixture->selection);
    set(fixture, alignment, VERDICT_VIOLATED);
    set(fixture, size, VERDICT_VIOLATED);
    set(fixture, overlap, VERDICT_HOLDS);
    set(fixture, freed, VERDICT_HOLDS);
    set(fixture, zero_bytes, VERDICT_LATITUDE);
    set(fixture, summary, VERDICT_UNSUPPORTED);
    set(fixture, rule, VERDICT_SKIPPED);
    fixture->selection.clauses[null_block] = true;
    fixture->collect->records[zero_bytes].choices[0] = "NULL";
    fixture->collect->records[zero_bytes].choices[1] = "a block";
    fixture->collect->records[zero_bytes].choice_count = 2;
    fixture->collect->trace_count = 12;
    fixture->collect->call_count = 345;
    fixture->expected.reasons[size] = strdup("rounds up, issue 12");
    fixture->expected.reasons[overlap] = strdup("was once so");
    fixture->expected.reasons[null_block] = strdup("nobody asks");
    fixture->expected.count = 3;
    make_violations(fixture);
    fixture->report = (struct report){
        .command = "run",
        .target = "so:./libodd.so",
        .profile = "documented",
        .has_seed = true,
        .seed = 1,
        .collect = fixture->collect,
        .planned_count = 20,
        .is_stopped_by_time = true,
        .violations = &fixture->violations,
        .expected = &fixture->expected,
    };
}

static void free_fixture(struct fixture *fixture)
{
    hck_reduced_free(&fixture->items[0].reduced);
    hck_reduced_free(&fixture->items[1].reduced);
    hck_expect_free(&fixture->expected);
    hck_collect_close(fixture->collect);
}

static void check_written(const struct fixture *fixture, enum report_format format,
                          const char *name)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    hck_report_write(&fixture->report, format, stream);
    assert_int_equal(fclose(stream), 0);
    check_golden(name, text);
    free(text);
}

static void check_format(enum report_format format, const char *name)
{
    struct fixture fixture;
    make_fixture(&fixture);
    check_written(&fixture, format, name);
    free_fixture(&fixture);
}

static void the_text_report_is_the_golden_one(void **state)
{
    (void)state;
    check_format(REPORT_TEXT, "report.txt");
}

static void the_verbose_report_lists_what_the_other_counts(void **state)
{
    struct fixture fixture;
    (void)state;
    make_fixture(&fixture);
    fixture.report.verbose = true;
    check_written(&fixture, REPORT_TEXT, "report-verbose.txt");
    free_fixture(&fixture);
}

/* One wrong result often breaks several clauses. */
static void a_trace_that_violates_several_clauses_is_shown_once(void **state)
{
    struct fixture fixture;
    (void)state;
    make_fixture(&fixture);
    struct violation *other = &fixture.items[1];
    other->finding.clause = freed;
    other->fate = VIOLATION_SHRUNK;
    other->has_witness = true;
    other->reduced.witness = fixture.items[0].reduced.witness;
    assert_true(hck_trace_copy(&other->reduced.trace, &fixture.items[0].reduced.trace.trace));
    fixture.report.folder = "some/folder";
    check_written(&fixture, REPORT_TEXT, "report-alike.txt");
    fixture.report.folder = ".";
    check_written(&fixture, REPORT_JSON, "report-alike.json");
    free_fixture(&fixture);
}

static void an_interrupted_report_says_how_to_go_on(void **state)
{
    struct fixture fixture;
    char *text = NULL;
    size_t length = 0;
    (void)state;
    make_fixture(&fixture);
    fixture.items[1].fate = VIOLATION_NOT_TRIED;
    fixture.report.interrupted = true;
    fixture.report.target = "so:./it.so";
    fixture.report.folder = "some folder";
    for (int i = 0; i < 2; i++) { /* once to the terminal, once into the folder */
        FILE *stream = open_memstream(&text, &length);
        assert_non_null(stream);
        hck_report_write(&fixture.report, REPORT_TEXT, stream);
        assert_int_equal(fclose(stream), 0);
        assert_non_null(
            strstr(text, i == 0 ? "; to go on: heapck shrink 'some folder/heap.alignment."
                                  "is_sixteen_bytes.2.trace' --target so:./it.so -o small.trace\n"
                                : "; to go on: heapck shrink heap.alignment.is_sixteen_bytes.2."
                                  "trace --target so:./it.so -o small.trace\n"));
        free(text);
        fixture.report.folder = ".";
    }
    free_fixture(&fixture);
}

/* Twelve clauses of one function more: too many to be seen without a table. */
static void a_long_report_ends_with_a_table_by_topic(void **state)
{
    struct fixture fixture;
    unsigned count = 0;
    (void)state;
    make_fixture(&fixture);
    for (unsigned i = 0; i < CLAUSE_COUNT && count < 12; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        if (strncmp(clause->id, "virtual_alloc.", 14) == 0 && clause->basis == BASIS_DOCUMENTED) {
            set(&fixture, (enum clause_id)i, VERDICT_UNSUPPORTED);
            count++;
        }
    }
    fixture.report.profile = "windows";
    fixture.report.target = "exec:wine an 'agent'";
    fixture.report.folder = "some folder";
    check_written(&fixture, REPORT_TEXT, "report-overview.txt");
    free_fixture(&fixture);
}

static void the_json_report_is_the_golden_one(void **state)
{
    (void)state;
    check_format(REPORT_JSON, "report.json");
}

static void the_junit_report_is_the_golden_one(void **state)
{
    (void)state;
    check_format(REPORT_JUNIT, "report.xml");
}

static void the_tap_report_is_the_golden_one(void **state)
{
    (void)state;
    check_format(REPORT_TAP, "report.tap");
}

static void violations_that_are_not_expected_fail(void **state)
{
    struct fixture fixture;
    (void)state;
    make_fixture(&fixture);
    free(fixture.expected.reasons[overlap]);
    fixture.expected.reasons[overlap] = NULL;
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_VIOLATED);
    fixture.expected.reasons[alignment] = strdup("known");
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_CONFORMS);
    free_fixture(&fixture);
}

static void an_expected_deviation_that_is_gone_fails_and_one_not_judged_does_not(void **state)
{
    struct fixture fixture;
    (void)state;
    make_fixture(&fixture);
    fixture.expected.reasons[alignment] = strdup("known");
    assert_int_equal(hck_report_expected(&fixture.report, alignment), EXPECT_HAPPENED);
    assert_int_equal(hck_report_expected(&fixture.report, overlap), EXPECT_GONE);
    assert_int_equal(hck_report_expected(&fixture.report, null_block), EXPECT_UNKNOWN);
    assert_int_equal(hck_report_expected(&fixture.report, freed), EXPECT_NOTHING);
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_VIOLATED);
    free_fixture(&fixture);
}

static void what_is_broken_or_judged_nothing_is_neither_conforming_nor_violated(void **state)
{
    struct fixture fixture;
    (void)state;
    make_fixture(&fixture);
    fixture.report.broken = "the pipe";
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_BROKEN);
    fixture.report.broken = NULL;
    hck_collect_note_broken(fixture.collect, 0, "nonsense");
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_BROKEN);
    fixture.collect->broken = false;
    memset(fixture.collect->records, 0, sizeof fixture.collect->records);
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_BROKEN);
    fixture.report.interrupted = true;
    assert_int_equal(hck_report_status(&fixture.report), EXIT_STATUS_INTERRUPTED);
    free_fixture(&fixture);
}

static void every_format_has_a_name(void **state)
{
    (void)state;
    assert_int_equal(hck_report_format("text"), REPORT_TEXT);
    assert_int_equal(hck_report_format("json"), REPORT_JSON);
    assert_int_equal(hck_report_format("junit"), REPORT_JUNIT);
    assert_int_equal(hck_report_format("tap"), REPORT_TAP);
    assert_int_equal(hck_report_format("html"), REPORT_FORMAT_COUNT);
    assert_int_equal(hck_report_format(""), REPORT_FORMAT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_report_is_the_golden_one),
        cmocka_unit_test(the_verbose_report_lists_what_the_other_counts),
        cmocka_unit_test(a_trace_that_violates_several_clauses_is_shown_once),
        cmocka_unit_test(a_long_report_ends_with_a_table_by_topic),
        cmocka_unit_test(an_interrupted_report_says_how_to_go_on),
        cmocka_unit_test(the_json_report_is_the_golden_one),
        cmocka_unit_test(the_junit_report_is_the_golden_one),
        cmocka_unit_test(the_tap_report_is_the_golden_one),
        cmocka_unit_test(violations_that_are_not_expected_fail),
        cmocka_unit_test(an_expected_deviation_that_is_gone_fails_and_one_not_judged_does_not),
        cmocka_unit_test(what_is_broken_or_judged_nothing_is_neither_conforming_nor_violated),
        cmocka_unit_test(every_format_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
