/* Logs: what is written is read back, every mistake is told by place, and judging a log needs no
 * target. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/run/log.h"

static const char path[] = "test_log.tmp";
static struct log_file log_file;
static char message[500];

static enum log_load load(const char *text)
{
    hck_log_free(&log_file);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
    enum log_load result = hck_log_load(path, &log_file, message, sizeof message);
    assert_int_equal(remove(path), 0);
    return result;
}

static int free_log(void **state)
{
    (void)state;
    hck_log_free(&log_file);
    return 0;
}

static const char good[] = "# heapck log 1\n"
                           "# target so:./other lib.so\n"
                           "# lacks HeapSummary\n"
                           "# lacks AddVectoredExceptionHandler\n"
                           "\n"
                           "# a remark\n"
                           "h0 = HeapCreate(0, 0, 0) -> 0x500000\n"
                           "b0 = HeapAlloc(h0, 0, 100) -> 0x500010\n"
                           "HeapSize(h0, 0, b0) -> 99\n"
                           "# end of 3 calls\n";

static void the_header_says_target_and_missing_functions(void **state)
{
    (void)state;
    assert_int_equal(load(good), LOG_LOADED);
    assert_string_equal(log_file.target, "so:./other lib.so");
    assert_false(log_file.hostile);
    assert_true(log_file.lacks[CALL_HeapSummary]);
    assert_true(log_file.lacks[CALL_AddVectoredExceptionHandler]);
    assert_false(log_file.lacks[CALL_HeapAlloc]);
    assert_int_equal(log_file.trace.trace.call_count, 3);
    assert_int_equal(log_file.trace.trace.slot_count[SLOT_BLOCK], 1);
    assert_int_equal(load("# heapck log 1\n# hostile\n# end of 0 calls\n"), LOG_LOADED);
    assert_true(log_file.hostile);
    assert_string_equal(log_file.target, "");
}

struct seen_calls {
    uint32_t count;
    uint32_t violated[CLAUSE_COUNT];
    uint64_t results[10];
};

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct seen_calls *calls = context;
    (void)trace;
    assert_int_equal(call_index, calls->count);
    calls->results[calls->count++] = seen->result;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        if (verdicts->items[i].outcome == VERDICT_VIOLATED) {
            calls->violated[verdicts->items[i].clause]++;
        }
    }
}

static void a_log_is_judged_without_a_target(void **state)
{
    struct seen_calls calls = {.count = 0};
    struct judge_summary summary;
    (void)state;
    assert_int_equal(load(good), LOG_LOADED);
    struct judge_session *session = hck_judge_open(PROFILE_DOCUMENTED, false);
    /* Twice: a session and a log can be used again. */
    for (unsigned round = 0; round < 2; round++) {
        memset(&calls, 0, sizeof calls);
        hck_log_judge(session, &log_file, listen, &calls, &summary);
        assert_int_equal(calls.count, 3);
        assert_int_equal(summary.call_count, 3);
        assert_int_equal(summary.result, TARGET_DONE);
        assert_false(summary.broken);
        assert_true(summary.violated_count >= 1);
        assert_int_equal(calls.results[0], 0x500000);
        assert_int_equal(calls.results[2], 99);
        assert_int_equal(calls.violated[CLAUSE_heap_size_live_block_is_the_requested_size], 1);
    }
    hck_judge_close(session);
}

static void a_log_that_ends_in_a_crash_says_that_the_target_died(void **state)
{
    struct judge_summary summary;
    (void)state;
    assert_int_equal(
        load("# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> crashed 11\n# end of 1 calls\n"),
        LOG_LOADED);
    struct judge_session *session = hck_judge_open(PROFILE_DOCUMENTED, false);
    hck_log_judge(session, &log_file, NULL, NULL, &summary);
    assert_int_equal(summary.result, TARGET_DIED);
    assert_true(summary.violated_count >= 1);
    hck_judge_close(session);
}

static void every_mistake_is_told_by_file_line_and_column(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } rows[] = {
        {"", "test_log.tmp:1:1: expected '# heapck log 1'"},
        {"# heapck trace 1\n",
         "test_log.tmp:1:1: expected '# heapck log 1', found a trace: 'heapck "
         "replay' runs one"},
        {"# heapck log 12\n", "test_log.tmp:1:1: expected '# heapck log 1'"},
        {"# heapck log 1\n# lacks HeapFoo\n", "test_log.tmp:2:9: expected the name of a function"},
        {"# heapck log 1\n\nh0 = HeapCreate(0, 0, 0)\n", "test_log.tmp:3:"},
        {"# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> 0x1 errr=8\n", "test_log.tmp:2:"},
        {"# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> \n", "test_log.tmp:2:"},
        {"# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> 0x1\n",
         "test_log.tmp:3:1: expected '# end of N calls' with N = 1; the log was cut off"},
        {"# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> 0x1",
         "test_log.tmp:3:1: expected '# end of N calls' with N = 1; the log was cut off"},
        {"# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> 0x1\n# end of 1 ca",
         "test_log.tmp:3:1: expected '# end of N calls' with N = 1; the log was cut off"},
        {"# heapck log 1\nh0 = HeapCreate(0, 0, 0) -> 0x1\n# end of 2 calls\n",
         "test_log.tmp:3:1: expected '# end of N calls' with N = 1"},
        {"# heapck log 1\n# end of 0 calls\n\nh0 = HeapCreate(0, 0, 0) -> 0x1\n",
         "test_log.tmp:4:1: expected nothing behind the end of the log"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(load(rows[i].text), LOG_MALFORMED);
        assert_int_equal(strncmp(message, rows[i].place, strlen(rows[i].place)), 0);
    }
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    hck_log_free(&log_file);
    assert_int_equal(hck_log_load("no/such/log", &log_file, message, sizeof message),
                     LOG_UNREADABLE);
    assert_string_equal(message, "no/such/log: No such file or directory");
}

static void lines_of_windows_end_the_same(void **state)
{
    (void)state;
    assert_int_equal(load("# heapck log 1\r\n# lacks HeapSummary\r\n"
                          "h0 = HeapCreate(0, 0, 0) -> 0x500000\r\n# end of 1 calls\r\n"),
                     LOG_LOADED);
    assert_true(log_file.lacks[CALL_HeapSummary]);
    assert_int_equal(log_file.trace.trace.call_count, 1);
}

static void a_line_of_any_length_is_written(void **state)
{
    enum { VALUES = 5000 };
    uint64_t *values = calloc(VALUES, sizeof *values);
    struct call call = {.id = CALL_QueryAll, .result_slot = NO_SLOT};
    struct observation seen = {.result = 1, .values = values, .value_count = VALUES};
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    struct log_writer writer = {.stream = stream};
    (void)state;
    for (unsigned i = 0; i < VALUES; i++) {
        values[i] = i * UINT64_C(0x123456789);
    }
    hck_log_write(&writer, &call, &seen);
    hck_log_write(&writer, &call, &seen);
    hck_log_end(&writer);
    hck_log_free_writer(&writer);
    assert_false(writer.failed);
    assert_int_equal(fclose(stream), 0);
    char *whole = malloc(length + 100);
    (void)snprintf(whole, length + 100, "# heapck log 1\n%s", text);
    assert_int_equal(load(whole), LOG_LOADED);
    assert_int_equal(log_file.trace.trace.call_count, 2);
    free(whole);
    free(text);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_says_target_and_missing_functions),
        cmocka_unit_test(a_log_is_judged_without_a_target),
        cmocka_unit_test(a_log_that_ends_in_a_crash_says_that_the_target_died),
        cmocka_unit_test(every_mistake_is_told_by_file_line_and_column),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
        cmocka_unit_test(lines_of_windows_end_the_same),
        cmocka_unit_test(a_line_of_any_length_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, free_log);
}
