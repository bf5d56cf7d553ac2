/* A clause that a log is said to show could have been lost there: some other answer to one of the
 * calls would have violated it. Where there is no such answer, the credit was given for nothing.
 *
 * The logs are those of the cases that conform. Each is judged again with one answer changed, in
 * every way that this file knows, and with one call ending after all others of other threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spec/win32.h"
#include "tests/oracle/heap_cases.h"
#include "tests/oracle/virtual_cases.h"

enum { LOG_SIZE_MAX = 3000, RESULTS_MAX = 64 };

/* Clauses that share their evidence: where a page, a byte or a handler call is wrong, the clause
 * that says so best is named and these may not be; where it is right, all of them are shown. */
static const enum clause_id shared[] = {
    CLAUSE_call_content_leaves_other_objects_unchanged,
    CLAUSE_address_space_failing_call_changes_no_page,
    CLAUSE_address_space_other_calls_leave_the_state_of_regions,
    CLAUSE_address_space_successful_call_changes_no_page_outside_its_range,
    CLAUSE_exception_handler_answer_continued_search_reaches_the_next_handler,
    CLAUSE_exception_handler_order_calls_each_handler_once,
    CLAUSE_exception_raise_happens_in_the_calling_thread,
};

/* --- Other answers --------------------------------------------------------------------------- */

/* The results of the log and its first values, for an answer that belongs to another call. */
static uint64_t results[RESULTS_MAX];
static uint64_t answers[RESULTS_MAX][WALK_VALUE_COUNT];
static unsigned result_count;

static const uint64_t numbers[] = {0,
                                   1,
                                   2,
                                   4,
                                   8,
                                   16,
                                   100,
                                   ERROR_INVALID_HANDLE,
                                   ERROR_INVALID_PARAMETER,
                                   ERROR_ALREADY_EXISTS,
                                   ERROR_NO_MORE_ITEMS,
                                   4096,
                                   MEM_RESERVE,
                                   MEM_FREE,
                                   0x100200,
                                   LAST_ERROR_SENTINEL,
                                   OUT_UNTOUCHED_DWORD,
                                   OUT_UNTOUCHED_WORD,
                                   UINT64_MAX};
static const int64_t steps[] = {1, -1, 8, -4096, 4096, 0x10000000};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Each function makes one change, and returns false where `which` is beyond those it knows. */

static bool change_number(uint64_t *value, unsigned which)
{
    if (which < COUNT_OF(numbers)) {
        *value = numbers[which];
    } else if (which < COUNT_OF(numbers) + COUNT_OF(steps)) {
        *value += (uint64_t)steps[which - COUNT_OF(numbers)];
    } else if (which < COUNT_OF(numbers) + COUNT_OF(steps) + result_count) {
        *value = results[which - COUNT_OF(numbers) - COUNT_OF(steps)];
    } else {
        return false;
    }
    return true;
}

static bool change_small(uint32_t *value, unsigned which)
{
    uint64_t wide = *value;
    bool exists = change_number(&wide, which);
    *value = (uint32_t)wide;
    return exists;
}

static bool change_status(struct observation *seen, unsigned which)
{
    static const uint32_t codes[] = {STATUS_ACCESS_VIOLATION, STATUS_NO_MEMORY,
                                     STATUS_GUARD_PAGE_VIOLATION, 0xE0000001};
    static const uint8_t statuses[] = {STATUS_RETURNED, STATUS_CRASHED, STATUS_HUNG, STATUS_EXITED};
    if (which < COUNT_OF(codes)) {
        seen->status = STATUS_RAISED;
        seen->exception_code = codes[which];
        seen->parameter_count = 2;
        seen->parameters[1] = 0x10000064;
        seen->result = 0;
    } else if (which < COUNT_OF(codes) + COUNT_OF(statuses)) {
        seen->status = statuses[which - COUNT_OF(codes)];
    }
    return which < COUNT_OF(codes) + COUNT_OF(statuses);
}

static bool change_handler_calls(struct observation *seen, unsigned which)
{
    uint32_t count = seen->handler_call_count;
    struct handler_call strange = {NO_SLOT, 1, 1, 1, {1, 1}};
    if (which < count) {
        seen->handler_call_count = which;
        return true;
    }
    seen->handler_calls[which % HANDLER_CALLS_MAX] = strange;
    seen->handler_call_count = count < HANDLER_CALLS_MAX ? which + 1 : count;
    return which == count;
}

static bool change_list_length(struct observation *seen, unsigned which)
{
    seen->value_count = which;
    return which < 2;
}

/* Row `which` is the one before it once more, or is cut in two. */
static bool change_rows(struct observation *seen, unsigned which)
{
    unsigned width =
        seen->value_count % WALK_VALUE_COUNT == 1 ? WALK_VALUE_COUNT : MEMORY_VALUE_COUNT;
    unsigned row = which / 2;
    uint64_t *values = seen->values + (size_t)row * width;
    if ((row + 1) * width > seen->value_count) {
        return false;
    }
    if (which % 2 == 0) {
        if (row > 0) {
            memcpy(values, values - width, width * sizeof *values);
        }
        return true;
    }
    memmove(values + width, values, (seen->value_count - row * width) * sizeof *values);
    seen->value_count += width;
    if (width == MEMORY_VALUE_COUNT) {
        values[MEMORY_REGION_SIZE] = 4096;
        values[width + MEMORY_BASE] += 4096;
        values[width + MEMORY_REGION_SIZE] -= 4096;
    }
    return true;
}

/* The values of another call, or a value twice. */
static bool change_values(struct observation *seen, unsigned which)
{
    if (which < result_count) {
        for (unsigned i = 0; i < WALK_VALUE_COUNT && i < seen->value_count; i++) {
            seen->values[i] = answers[which][i];
        }
        return true;
    }
    which -= result_count;
    if (which + 1 < seen->value_count) {
        seen->values[which + 1] = seen->values[which];
    }
    return which + 1 < seen->value_count;
}

/* A page more in the list of those that were written, where there is room. */
static bool change_pages(struct observation *seen, unsigned which)
{
    enum { PAGES = 8 };
    if (which >= result_count * PAGES) {
        return false;
    }
    uint64_t page = results[which / PAGES] + which % PAGES * (uint64_t)4096;
    if (seen->value_count > WATCH_PAGES && seen->values[WATCH_COUNT] < seen->value_count &&
        WATCH_PAGES + seen->values[WATCH_COUNT] + 1 < seen->value_count) {
        uint64_t at = WATCH_PAGES + seen->values[WATCH_COUNT]++;
        for (; at > WATCH_PAGES && seen->values[at - 1] > page; at--) {
            seen->values[at] = seen->values[at - 1];
        }
        seen->values[at] = page;
    }
    return true;
}

/* --- Changes, numbered ----------------------------------------------------------------------- */

enum member {
    MEMBER_STATUS,
    MEMBER_HANDLER_CALLS,
    MEMBER_LIST_LENGTH,
    MEMBER_ROWS,
    MEMBER_VALUES,
    MEMBER_PAGES,
    MEMBER_RESULT,
    MEMBER_LAST_ERROR,
    MEMBER_CODE,
    MEMBER_FLAGS,
    MEMBER_PARAMETER_COUNT,
    MEMBER_END,
    MEMBER_REST /* values, parameters, members of handler calls */
};

enum { VARIANTS_OF_MEMBER = 1000, HANDLER_CALL_MEMBERS = 6 };

static bool change_handler_call(struct handler_call *called, unsigned member, unsigned which)
{
    switch (member) {
    case 0:
        return change_small(&called->slot, which);
    case 1:
        return change_small(&called->code, which);
    case 2:
        return change_small(&called->flags, which);
    case 3:
        return change_small(&called->parameter_count, which);
    default:
        return change_number(&called->parameters[member - 4], which);
    }
}

/* Whether the observation has the member at all. */
static bool change_rest(struct observation *seen, unsigned at, unsigned which, bool *exists)
{
    *exists = true;
    if (at < seen->value_count) {
        return change_number(&seen->values[at], which);
    }
    at -= seen->value_count;
    if (at < seen->parameter_count) {
        return change_number(&seen->parameters[at], which);
    }
    at -= seen->parameter_count;
    if (at < seen->handler_call_count * HANDLER_CALL_MEMBERS) {
        return change_handler_call(&seen->handler_calls[at / HANDLER_CALL_MEMBERS],
                                   at % HANDLER_CALL_MEMBERS, which);
    }
    *exists = false;
    return false;
}

/* What the change under way came to, for the loop over all of them. */
static bool member_exists;
static bool variant_exists;

static void apply(struct observation *seen, unsigned variant)
{
    unsigned member = variant / VARIANTS_OF_MEMBER;
    unsigned which = variant % VARIANTS_OF_MEMBER;
    member_exists = true;
    switch (member) {
    case MEMBER_STATUS:
        variant_exists = change_status(seen, which);
        break;
    case MEMBER_HANDLER_CALLS:
        variant_exists = change_handler_calls(seen, which);
        break;
    case MEMBER_LIST_LENGTH:
        variant_exists = change_list_length(seen, which);
        break;
    case MEMBER_ROWS:
        variant_exists = change_rows(seen, which);
        break;
    case MEMBER_VALUES:
        variant_exists = change_values(seen, which);
        break;
    case MEMBER_PAGES:
        variant_exists = change_pages(seen, which);
        break;
    case MEMBER_RESULT:
        variant_exists = change_number(&seen->result, which);
        break;
    case MEMBER_LAST_ERROR:
        variant_exists = change_small(&seen->last_error, which);
        break;
    case MEMBER_CODE:
        variant_exists = change_small(&seen->exception_code, which);
        break;
    case MEMBER_FLAGS:
        variant_exists = change_small(&seen->exception_flags, which);
        break;
    case MEMBER_PARAMETER_COUNT:
        variant_exists = which < EXCEPTION_PARAMETERS_MAX;
        seen->parameter_count = variant_exists ? which : seen->parameter_count;
        break;
    case MEMBER_END:
        variant_exists = change_number(&seen->end, which);
        break;
    default:
        variant_exists = change_rest(seen, member - MEMBER_REST, which, &member_exists);
        break;
    }
}

static void note_result(struct observation *seen, unsigned variant)
{
    (void)variant;
    if (result_count == RESULTS_MAX) {
        return;
    }
    for (unsigned i = 0; i < WALK_VALUE_COUNT; i++) {
        answers[result_count][i] = i < seen->value_count ? seen->values[i] : 0;
    }
    results[result_count++] = seen->result;
}

/* --- Credits --------------------------------------------------------------------------------- */

struct credits {
    bool is_open[CLAUSE_COUNT]; /* credited, and not lost so far */
    unsigned open_count;
};

static void lose(struct credits *credits, const struct log_judgement *changed)
{
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        if (credits->is_open[id] && changed->counts[id][VERDICT_VIOLATED] > 0) {
            credits->is_open[id] = false;
            credits->open_count--;
        }
    }
}

static void try_line(const char *log, uint32_t line, struct credits *credits)
{
    static struct log_judgement changed;
    struct log_change change = {line, 0, apply};
    member_exists = true;
    for (unsigned member = 0; member_exists && credits->open_count > 0; member++) {
        variant_exists = true;
        for (unsigned which = 0; variant_exists && credits->open_count > 0; which++) {
            change.variant = member * VARIANTS_OF_MEMBER + which;
            harness_judge_changed(log, &change, &changed);
            lose(credits, &changed);
        }
    }
}

static uint32_t line_count(const char *log)
{
    uint32_t count = 0;
    for (; *log != '\0'; log++) {
        count += *log == '\n';
    }
    return count;
}

static const char *find_line(const char *log, uint32_t line)
{
    for (; line > 1; line--) {
        log = strchr(log, '\n') + 1;
    }
    return log;
}

/* "@" and a digit, or neither. */
static bool are_of_one_thread(const char *line, const char *other)
{
    return (line[0] == '@') == (other[0] == '@') && (line[0] != '@' || line[1] == other[1]);
}

/* The log with the line as the last one, or NULL where its thread makes a call after it. */
static const char *put_last(const char *log, uint32_t line)
{
    static char moved[LOG_SIZE_MAX];
    const char *start = find_line(log, line);
    const char *rest = strchr(start, '\n') + 1;
    size_t length = (size_t)(rest - start);
    size_t rest_length = strlen(rest);
    for (uint32_t other = line + 1; other <= line_count(log); other++) {
        if (are_of_one_thread(start, find_line(log, other))) {
            return NULL;
        }
    }
    memcpy(moved, log, (size_t)(start - log));
    memcpy(moved + (start - log), rest, rest_length);
    memcpy(moved + (start - log) + rest_length, start, length);
    moved[strlen(log)] = '\0';
    return rest_length > 0 ? moved : NULL;
}

static void try_lines(const char *log, struct credits *credits)
{
    for (uint32_t line = line_count(log); line > 0; line--) {
        try_line(log, line, credits);
    }
    for (uint32_t line = line_count(log); line > 0 && credits->open_count > 0; line--) {
        const char *moved = put_last(log, line);
        if (moved != NULL) {
            try_line(moved, line_count(log), credits);
        }
    }
}

static bool is_shared(enum clause_id clause)
{
    for (size_t i = 0; i < COUNT_OF(shared); i++) {
        if (shared[i] == clause) {
            return true;
        }
    }
    return false;
}

static void open_credits(const char *log, struct credits *credits)
{
    static struct log_judgement judgement;
    harness_judge(log, &judgement);
    credits->open_count = 0;
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        credits->is_open[id] =
            judgement.counts[id][VERDICT_HOLDS] > 0 && !is_shared((enum clause_id)id);
        credits->open_count += credits->is_open[id];
    }
    result_count = 0;
    for (uint32_t line = 1; line <= line_count(log); line++) {
        struct log_change none = {line, 0, note_result};
        harness_judge_changed(log, &none, &judgement);
    }
}

static unsigned count_vacuous(const char *log)
{
    static struct credits credits;
    open_credits(log, &credits);
    try_lines(log, &credits);
    for (unsigned id = 0; id < CLAUSE_COUNT; id++) {
        if (credits.is_open[id]) {
            print_error("%s holds whatever is answered in\n%s",
                        hck_clause_get((enum clause_id)id)->id, log);
        }
    }
    return credits.open_count;
}

static unsigned count_vacuous_in(const struct log_case *cases, size_t count)
{
    unsigned vacuous = 0;
    for (size_t i = 0; i < count; i++) {
        if (cases[i].outcome == VERDICT_HOLDS && strlen(cases[i].log) < LOG_SIZE_MAX) {
            vacuous += count_vacuous(cases[i].log);
        }
    }
    return vacuous;
}

static void every_credit_could_have_been_lost(void **state)
{
    (void)state;
    unsigned vacuous = 0;
#define COUNT_VACUOUS(name) vacuous += count_vacuous_in(name##_cases, name##_case_count);
    EACH_VIRTUAL_TABLE(COUNT_VACUOUS)
    EACH_HEAP_TABLE(COUNT_VACUOUS)
#undef COUNT_VACUOUS
    assert_int_equal(vacuous, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_credit_could_have_been_lost),
    };
    return cmocka_run_group_tests_name("credit", tests, NULL, NULL);
}
