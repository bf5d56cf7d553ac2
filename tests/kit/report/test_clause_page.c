/* The page of clauses says of each how often it was judged, by what, and what it catches. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/report/clause_page.h"

static const enum clause_id freed = CLAUSE_heap_free_live_block_succeeds;
static struct tally *tally;
static struct corpus corpus;
static struct plan plan = {.corpus = &corpus, .seed = 7, .generated_count = 40};
static char *text;

/* Judges `freed` that often in the trace. */
static void judge(enum verdict_outcome outcome, unsigned times, uint64_t trace_index)
{
    static struct verdicts verdicts;
    static const struct trace trace = {.thread_count = 1};
    verdicts.count = 1;
    verdicts.items[0] = (struct verdict){.clause = (uint16_t)freed, .outcome = (uint8_t)outcome};
    for (unsigned i = 0; i < times; i++) {
        hck_tally_note(tally, &trace, trace_index, &verdicts);
    }
}

static const char *page_text(void)
{
    static const struct page_mutant mutants[] = {
        {freed, "heap_free_does_nothing", "HeapFree leaves <the block>"},
    };
    struct clause_page page = {"so:./<lib>.so", &plan, tally, mutants, 1};
    size_t length = 0;
    free(text);
    text = NULL;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    hck_clause_page(&page, stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

/* The row of a clause, up to its end. */
static const char *row_of(const char *id)
{
    static char row[10000];
    char begin[200];
    (void)snprintf(begin, sizeof begin, "<tr><th scope=\"row\"><details><summary>%s<", id);
    const char *found = strstr(page_text(), begin);
    assert_non_null(found);
    (void)snprintf(row, sizeof row, "%.*s", (int)(strstr(found, "</tr>") - found), found);
    return row;
}

static const char *row_of_freed(void)
{
    return row_of(hck_clause_get(freed)->id);
}

#define check_has(text, part) assert_non_null(strstr((text), (part)))

static void a_row_has_counts_classes_first_trace_and_mutants(void **state)
{
    (void)state;
    judge(VERDICT_HOLDS, 9, 21);
    judge(VERDICT_VIOLATED, 1, 21);
    judge(VERDICT_SKIPPED, 2, 25);
    const char *row = row_of_freed();
    check_has(row, "<td>documented</td><td class=\"holds\">9</td><td class=\"violated\">1</td>"
                   "<td></td><td class=\"none\">2</td><td>1</td><td>1</td><td>1</td>");
    check_has(row, "<td>generated trace 21 of seed 7</td>");
    check_has(row, "<summary>heap_free_does_nothing</summary>HeapFree leaves &lt;the block&gt;");
}

static void counts_are_told_in_steps(void **state)
{
    (void)state;
    judge(VERDICT_HOLDS, 19, 0);
    check_has(row_of_freed(), "<td class=\"holds\">10+</td>");
    judge(VERDICT_HOLDS, 1, 0);
    check_has(row_of_freed(), "<td class=\"holds\">20+</td>");
    judge(VERDICT_HOLDS, 79, 0);
    check_has(row_of_freed(), "<td class=\"holds\">50+</td>");
    judge(VERDICT_HOLDS, 1, 0);
    check_has(row_of_freed(), "<td class=\"holds\">100+</td>");
}

static void what_was_not_judged_has_its_reason(void **state)
{
    (void)state;
    check_has(row_of_freed(), "<td class=\"none\">no trace judges it</td>");
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *reason = hck_clause_exemption((enum clause_id)i, EXEMPT_TRACE);
        if (reason != NULL && strpbrk(reason, "<>&\"'") == NULL) {
            check_has(row_of(hck_clause_get((enum clause_id)i)->id), reason);
        }
    }
}

static void the_heading_counts_clauses_and_traces(void **state)
{
    (void)state;
    char heading[200];
    judge(VERDICT_HOLDS, 1, 0);
    (void)snprintf(heading, sizeof heading,
                   "<strong>1 of %u clauses</strong> were judged by 0 traces of the corpus and 40 "
                   "generated traces of seed 7 on so:./&lt;lib&gt;.so.",
                   (unsigned)CLAUSE_COUNT);
    check_has(page_text(), heading);
}

static int open_page(void **state)
{
    (void)state;
    tally = hck_tally_open();
    return tally != NULL ? 0 : -1;
}

static int close_page(void **state)
{
    (void)state;
    hck_tally_close(tally);
    free(text);
    text = NULL;
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_page, close_page)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_row_has_counts_classes_first_trace_and_mutants),
        TEST(counts_are_told_in_steps),
        TEST(what_was_not_judged_has_its_reason),
        TEST(the_heading_counts_clauses_and_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
