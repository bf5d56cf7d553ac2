/* Whatever is printed parses back to the same, and printing is canonical. Random calls, random
 * observations, and lines that random edits have spoiled. */
#include "tests/spec/test_header.h"

#include <stdio.h>
#include <stdlib.h>

#include "spec/text.h"
#include "tests/spec/random_call.h"

enum { CALLS = 100 * 1000, SPOILED_LINES = 200 * 1000, LINE_SIZE = 8192, VALUES_MAX = 64 };

/* Seeded from the environment, so that a failure can be repeated and a long run be made. */
static struct random start_random(void)
{
    const char *text = getenv("HEAPCK_TEST_SEED");
    return (struct random){text != NULL ? strtoull(text, NULL, 0) : 1};
}

static bool arguments_equal(const struct argument *a, const struct argument *b)
{
    return a->form == b->form && a->slot_kind == b->slot_kind && a->slot == b->slot &&
           a->value == b->value;
}

static bool calls_equal(const struct call *a, const struct call *b)
{
    for (unsigned i = 0; i < CALL_ARGUMENTS_MAX; i++) {
        if (!arguments_equal(&a->arguments[i], &b->arguments[i])) {
            return false;
        }
    }
    return a->id == b->id && a->thread == b->thread && a->result_slot == b->result_slot;
}

static bool handlers_equal(const struct observation *a, const struct observation *b)
{
    for (uint32_t i = 0; i < a->handler_call_count; i++) {
        const struct handler_call *x = &a->handler_calls[i];
        const struct handler_call *y = &b->handler_calls[i];
        if (x->slot != y->slot || x->code != y->code || x->flags != y->flags ||
            x->parameter_count != y->parameter_count || x->parameters[0] != y->parameters[0] ||
            x->parameters[1] != y->parameters[1]) {
            return false;
        }
    }
    return a->handler_call_count == b->handler_call_count;
}

static bool observations_equal(const struct observation *a, const struct observation *b)
{
    return a->status == b->status && a->has_last_error == b->has_last_error &&
           a->skipped_by == b->skipped_by && a->last_error == b->last_error &&
           a->result == b->result && a->exception_code == b->exception_code &&
           a->exception_flags == b->exception_flags && a->parameter_count == b->parameter_count &&
           memcmp(a->parameters, b->parameters, sizeof(a->parameters)) == 0 &&
           handlers_equal(a, b) && a->start == b->start && a->end == b->end &&
           a->value_count == b->value_count &&
           memcmp(a->values, b->values, a->value_count * sizeof(a->values[0])) == 0;
}

static void a_printed_call_parses_to_the_same_call(void **unused)
{
    (void)unused;
    struct random random = start_random();
    for (uint32_t i = 1; i <= CALLS; i++) {
        char line[LINE_SIZE];
        struct call call;
        struct call parsed;
        struct text_error error;
        random_call(&random, i % 2 == 0 ? 20 : SLOT_INDEX_MAX + 1, &call);
        size_t length = hck_text_print_call(&call, line, sizeof(line));
        assert_true(length < sizeof(line));
        if (hck_text_parse_call(line, length, i, &parsed, &error) != TEXT_CALL) {
            fail_msg("%s: column %u: expected %s", line, error.column, error.expected);
        }
        if (!calls_equal(&call, &parsed) || parsed.line != i) {
            fail_msg("%s: parses to another call", line);
        }
    }
}

static void a_printed_observation_parses_to_the_same_observation(void **unused)
{
    (void)unused;
    struct random random = start_random();
    uint64_t values[VALUES_MAX];
    uint64_t parsed_values[VALUES_MAX];
    for (uint32_t i = 0; i < CALLS; i++) {
        char line[LINE_SIZE];
        struct call call;
        struct call parsed_call;
        struct observation seen;
        struct observation parsed = {.values = parsed_values, .value_capacity = VALUES_MAX};
        struct text_error error;
        random_call(&random, 20, &call);
        random_observation(&random, values, VALUES_MAX, &seen);
        bool with_ticks = i % 2 == 0;
        if (!with_ticks) {
            seen.start = 0;
            seen.end = 0;
        }
        size_t length = hck_text_print_log(&call, &seen, with_ticks, line, sizeof(line));
        assert_true(length < sizeof(line));
        if (hck_text_parse_log(line, length, 1, &parsed_call, &parsed, &error) != TEXT_CALL) {
            fail_msg("%s: column %u: expected %s", line, error.column, error.expected);
        }
        if (!calls_equal(&call, &parsed_call) || !observations_equal(&seen, &parsed)) {
            fail_msg("%s: parses to another observation", line);
        }
    }
}

/* Changes, inserts or deletes a few bytes. */
static size_t spoil(struct random *random, char *line, size_t length)
{
    static const char alphabet[] = "hbrwvs0123456789KMGSXx_=(),|&@+-#> \tNULLHeapSIZE_MAX\\\x80\n";
    for (uint64_t edits = 1 + random_below(random, 3); edits > 0 && length > 0; edits--) {
        size_t at = (size_t)random_below(random, length);
        char c = alphabet[random_below(random, sizeof(alphabet))]; /* the last one is a NUL */
        switch (random_below(random, 3)) {
        case 0:
            line[at] = c;
            break;
        case 1:
            memmove(line + at + 1, line + at, length - at);
            line[at] = c;
            length++;
            break;
        default:
            memmove(line + at, line + at + 1, length - at - 1);
            length--;
            break;
        }
    }
    return length;
}

/* The line is put into memory of exactly its length: a sanitizer sees a byte read too many. */
static enum text_line parse_exactly(const char *line, size_t length, bool is_log, struct call *call,
                                    struct observation *seen, struct text_error *error)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, line, length);
    enum text_line result = is_log ? hck_text_parse_log(copy, length, 1, call, seen, error)
                                   : hck_text_parse_call(copy, length, 1, call, error);
    free(copy);
    return result;
}

static void assert_error_is_sane(const char *line, size_t length, const struct text_error *error)
{
    assert_true(error->column >= 1 && error->column <= length + 1);
    assert_non_null(memchr(error->expected, '\0', sizeof(error->expected)));
    assert_non_null(strstr(error->expected, "found "));
    for (const char *c = error->expected; *c != '\0'; c++) {
        if (*c < 0x20 || *c > 0x7E) {
            fail_msg("%s: a message that is no clean line", line);
        }
    }
}

static void a_spoiled_line_is_an_error_or_canonical_once_printed(void **unused)
{
    (void)unused;
    struct random random = start_random();
    uint64_t values[VALUES_MAX];
    unsigned accepted = 0;
    for (uint32_t i = 0; i < SPOILED_LINES; i++) {
        char line[LINE_SIZE + 16];
        char first[LINE_SIZE];
        char second[LINE_SIZE];
        struct call call;
        struct observation seen;
        struct text_error error;
        bool is_log = i % 2 == 0;
        random_call(&random, 20, &call);
        random_observation(&random, values, VALUES_MAX, &seen);
        size_t length = is_log ? hck_text_print_log(&call, &seen, true, line, LINE_SIZE)
                               : hck_text_print_call(&call, line, LINE_SIZE);
        length = spoil(&random, line, length);
        switch (parse_exactly(line, length, is_log, &call, &seen, &error)) {
        case TEXT_ERROR:
            assert_error_is_sane(line, length, &error);
            continue;
        case TEXT_NOTHING:
            continue;
        case TEXT_CALL:
            break;
        }
        accepted++;
        if (is_log) {
            length = hck_text_print_log(&call, &seen, true, first, sizeof(first));
        } else {
            length = hck_text_print_call(&call, first, sizeof(first));
        }
        assert_int_equal(parse_exactly(first, length, is_log, &call, &seen, &error), TEXT_CALL);
        if (is_log) {
            hck_text_print_log(&call, &seen, true, second, sizeof(second));
        } else {
            hck_text_print_call(&call, second, sizeof(second));
        }
        assert_string_equal(first, second);
    }
    assert_true(accepted > SPOILED_LINES / 100); /* or the edits are too wild to test anything */
}

/* Text of every shorter size is cut, terminated, and says the same length. */
static void a_buffer_that_is_too_small_gets_the_beginning(void **unused)
{
    (void)unused;
    struct random random = start_random();
    uint64_t values[VALUES_MAX];
    for (uint32_t i = 0; i < 200; i++) {
        char whole[LINE_SIZE];
        struct call call;
        struct observation seen;
        random_call(&random, 20, &call);
        random_observation(&random, values, VALUES_MAX, &seen);
        size_t length = hck_text_print_log(&call, &seen, true, whole, sizeof(whole));
        for (size_t size = 0; size <= length + 1; size++) {
            char *part = malloc(size > 0 ? size : 1);
            assert_non_null(part);
            assert_int_equal(hck_text_print_log(&call, &seen, true, part, size), length);
            if (size > 0) {
                assert_int_equal(strlen(part), size - 1);
                assert_int_equal(strncmp(part, whole, size - 1), 0);
            }
            free(part);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_printed_call_parses_to_the_same_call),
        cmocka_unit_test(a_printed_observation_parses_to_the_same_observation),
        cmocka_unit_test(a_spoiled_line_is_an_error_or_canonical_once_printed),
        cmocka_unit_test(a_buffer_that_is_too_small_gets_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
