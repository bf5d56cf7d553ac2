/* heapck spec and the commands that are about the kit itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/clause.h"
#include "tests/kit/cli/program.h"

static unsigned count_lines(const char *text)
{
    unsigned count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

static void list_has_a_line_per_clause_and_takes_a_glob(void **state)
{
    (void)state;
    assert_int_equal(count_lines(run_for(0, "$HEAPCK spec").out), CLAUSE_COUNT);
    assert_int_equal(count_lines(run_for(0, "$HEAPCK spec list").out), CLAUSE_COUNT);
    struct run result = run_for(0, "$HEAPCK spec list 'heap_size.live_block.*'");
    assert_int_equal(count_lines(result.out), 1);
    check_has(result.out, "heap_size.live_block.is_the_requested_size ");
    check_has(result.out, " documented\n");
}

static void show_tells_all_of_a_clause(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK spec show heap_size.live_block.is_the_requested_size");
    check_has(result.out, "heap_size.live_block.is_the_requested_size\nbasis: documented\n"
                          "source: Microsoft Learn: HeapSize");
    check_has(result.out, "\n    HeapSize of a live block ");
}

static void show_tells_why_something_is_missing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *reason = hck_clause_exemption((enum clause_id)i, EXEMPT_JUDGE);
        if (reason != NULL) {
            char command[300];
            (void)snprintf(command, sizeof command, "$HEAPCK spec show %s",
                           hck_clause_get((enum clause_id)i)->id);
            struct run result = run_for(0, command);
            check_has(result.out, "\nno judge: ");
            check_has(result.out, reason);
            return;
        }
    }
    skip(); /* no clause lacks a judge */
}

static void markdown_and_json_hold_every_clause(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK spec markdown");
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        check_has(result.out, hck_clause_get((enum clause_id)i)->id);
    }
    result = run_for(0, "$HEAPCK spec json");
    check_has(result.out, "{\n  \"heapck_spec\": 1,\n");
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *statement = hck_clause_get((enum clause_id)i)->statement;
        if (strchr(statement, '"') == NULL) { /* a quote would be escaped */
            check_has(result.out, statement);
        }
    }
}

static void coverage_names_what_is_missing_and_fails(void **state)
{
    (void)state;
    run_for(0, "mkdir -p corpus/clauses/heap_size && cp plain.trace "
               "corpus/clauses/heap_size/live_block.is_the_requested_size.trace");
    struct run result = run_for(1, "$HEAPCK spec coverage --corpus corpus");
    check_has(result.out, "lacks a trace  virtual_free.release.refuses_a_size\n");
    check_has(result.out, "lacks a judge  virtual_free.release.refuses_a_size\n");
    check_lacks(result.out, "lacks a trace  heap_size.live_block.is_the_requested_size\n");
    check_lacks(result.out, "lacks a judge  heap_size.live_block.is_the_requested_size\n");
    check_has(result.out, " clauses\njudges: ");
    run_for(2, "$HEAPCK spec coverage --corpus nowhere");
}

static void coverage_writes_a_page_of_what_is_judged_how_often(void **state)
{
    (void)state;
    run_for(0, "mkdir -p page/clauses/heap_size page/regress && cp plain.trace "
               "page/clauses/heap_size/live_block.is_the_requested_size.trace && "
               "cp plain.trace page/regress/again.trace");
    struct run result =
        run_for(1, "$HEAPCK spec coverage --corpus page --html page.html --traces 3");
    check_has(result.out, " clauses\njudges: ");
    const char *page = read_file("page.html");
    check_has(page, "were judged by 2 traces of the corpus and 3 generated traces of seed 1 on "
                    "winmem.");
    check_has(page, "<td>corpus/clauses/heap_size/live_block.is_the_requested_size.trace</td>");
    result = run_for(1, "$HEAPCK spec coverage --corpus page --html - --traces 0");
    check_has(result.out, "<!DOCTYPE html>");
    check_has(result.out, "were judged by 2 traces of the corpus on winmem.");
    check_has(result.err, " clauses\njudges: ");
}

static void coverage_refuses_a_page_that_cannot_be_and_traces_without_one(void **state)
{
    (void)state;
    struct run result = run_for(2, "$HEAPCK spec coverage --corpus corpus --html nowhere/page");
    check_has(result.err, "cannot write nowhere/page");
    result = run_for(2, "$HEAPCK spec coverage --corpus corpus --traces 3");
    check_has(result.err, "--traces are for the page: --html FILE is missing");
}

static void selftest_without_its_toy_is_broken(void **state)
{
    (void)state;
    struct run result = run_for(3, "$HEAPCK selftest --toy ./nowhere.so --corpus corpus --traces "
                                   "1");
    check_has(result.err, "nowhere.so");
    check_has(result.out, "the correct toy could not be judged\n");
}

static void selftest_away_from_its_build_says_what_is_missing_and_where_to_get_it(void **state)
{
    (void)state;
    struct run result = run_for(3, "cp \"$HEAPCK\" lone && ./lone selftest");
    assert_string_equal(result.out, "");
    check_has(result.err, "heapck: the library of the mutants is missing: /");
    check_has(result.err, "/tests/mutants/libtoy.so is not there. It is built from the sources");
    check_has(result.err, "'./dev build'");
}

static void selftest_needs_a_clean_toy(void **state)
{
    (void)state;
    struct run result = run("DEVIANT=misaligned $HEAPCK selftest --toy ./deviant.so --corpus "
                            "corpus --traces 20 --only heap_free_ends_the_process");
    assert_true(result.status != 0);
    check_has(result.out, "VIOLATED heap.alignment.is_sixteen_bytes");
    check_has(result.out, "the correct toy is not clean\n");
}

static void bench_agent_prints_a_number_for_a_machine(void **state)
{
    unsigned long rate = 0;
    (void)state;
    struct run result = run_for(0, "$HEAPCK bench agent --target so:./deviant.so --traces 3");
    assert_int_equal(sscanf(result.out, "agent.pipe %lu calls/s", &rate), 1);
    assert_true(rate > 0);
}

static void bench_fuzz_says_how_many_inputs_get_done_and_where_the_time_goes(void **state)
{
    static const char *const steps[] = {"decode", "weave", "execute", "judge", "guide"};
    (void)state;
    struct run result = run_for(0, "$HEAPCK bench fuzz");
    const char *rate = strstr(result.out, "fuzz.executions ");
    assert_non_null(rate);
    assert_true(strtoul(rate + strlen("fuzz.executions "), NULL, 10) > 0);
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "fuzz.step_%s ", steps[i]);
        check_has(result.out, name);
    }
}

static void bench_vm_compares_with_the_system_and_with_itself(void **state)
{
    static const char *const names[] = {"vm.allocate_free_64K_to_system ",
                                        "vm.protect_page_to_system ",
                                        "vm.query_many_to_few ",
                                        "vm.query_committed_large_to_small ",
                                        "vm.change_page_large_to_small ",
                                        "vm.run_metadata ",
                                        "vm.query_foreign"};
    (void)state;
    struct run result = run_for(0, "$HEAPCK bench vm");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        check_has(result.out, names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_has_a_line_per_clause_and_takes_a_glob),
        cmocka_unit_test(show_tells_all_of_a_clause),
        cmocka_unit_test(show_tells_why_something_is_missing),
        cmocka_unit_test(markdown_and_json_hold_every_clause),
        cmocka_unit_test(coverage_names_what_is_missing_and_fails),
        cmocka_unit_test(coverage_writes_a_page_of_what_is_judged_how_often),
        cmocka_unit_test(coverage_refuses_a_page_that_cannot_be_and_traces_without_one),
        cmocka_unit_test(selftest_without_its_toy_is_broken),
        cmocka_unit_test(selftest_away_from_its_build_says_what_is_missing_and_where_to_get_it),
        cmocka_unit_test(selftest_needs_a_clean_toy),
        cmocka_unit_test(bench_agent_prints_a_number_for_a_machine),
        cmocka_unit_test(bench_vm_compares_with_the_system_and_with_itself),
        cmocka_unit_test(bench_fuzz_says_how_many_inputs_get_done_and_where_the_time_goes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
