/* The agent over a stream in memory: what it says to what it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "kit/execute/agent.h"
#include "tests/kit/execute/fake.h"

enum { SAID_MAX = 24 << 20 };

static struct api api;
static const char *told; /* what is still to be read */
static size_t told_size;
static size_t piece_max; /* bytes in one read */
static char *said;
static size_t said_size;
static unsigned write_count;
static unsigned writes_until_failure;

static long read_piece(void *context, char *bytes, unsigned long size)
{
    (void)context;
    size_t count = size < piece_max ? size : piece_max;
    count = count < told_size ? count : told_size;
    memcpy(bytes, told, count);
    told += count;
    told_size -= count;
    return (long)count;
}

static long write_piece(void *context, const char *bytes, unsigned long size)
{
    (void)context;
    if (++write_count == writes_until_failure) {
        return -1;
    }
    assert_true(said_size + size < SAID_MAX);
    memcpy(said + said_size, bytes, size);
    said_size += size;
    said[said_size] = '\0';
    return (long)size;
}

static int start(void **state)
{
    (void)state;
    fake_start(&api);
    said = calloc(1, SAID_MAX);
    piece_max = SIZE_MAX;
    writes_until_failure = 0;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    free(said);
    return 0;
}

static int serve(const char *text)
{
    const struct agent_stream stream = {read_piece, write_piece, NULL};
    told = text;
    told_size = strlen(text);
    said_size = 0;
    write_count = 0;
    said[0] = '\0';
    return hck_agent_serve(&api, &stream);
}

/* Behind the greeting, which names what the fake does not have: HeapCompact, HeapSummary, and
 * whatever function is younger than it. */
static const char *said_behind_the_greeting(void)
{
    char greeting[4096] = "# heapck agent 1\n";
#define CALL(name, ...) strcat(greeting, api.name == NULL ? "# lacks " #name "\n" : "");
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
    strcat(greeting, "# ready\n");
    assert_non_null(strstr(greeting, "# lacks HeapCompact\n"));
    assert_null(strstr(greeting, "# lacks HeapAlloc\n"));
    assert_int_equal(strncmp(said, greeting, strlen(greeting)), 0);
    return said + strlen(greeting);
}

static void assert_said_behind_the_greeting(const char *text)
{
    assert_string_equal(said_behind_the_greeting(), text);
}

static void it_greets_and_ends_with_its_input(void **state)
{
    (void)state;
    assert_int_equal(serve(""), 0);
    assert_said_behind_the_greeting("");
    assert_int_equal(serve("# quit\n# heapck trace 1\n# run\n"), 0);
    assert_said_behind_the_greeting("");
}

static void a_run_answers_with_the_log_and_done(void **state)
{
    (void)state;
    assert_int_equal(serve("# heapck trace 1\n# a comment\n\nSetLastError(3)\n  GetLastError( )\n"
                           "# run\n"
                           "# heapck trace 1\n# run\n"),
                     0);
    assert_said_behind_the_greeting("SetLastError(3) -> 0 error=3\nGetLastError() -> 3 error=3\n"
                                    "# done\n# done\n");
}

static void steps_are_announced_and_flushed_one_by_one(void **state)
{
    (void)state;
    assert_int_equal(serve("# heapck trace 1\nSetLastError(3)\nHeapDestroy(h0)\nGetLastError()\n"
                           "# step\n"),
                     0);
    const char *const rest = said_behind_the_greeting();
    assert_int_equal(strncmp(rest,
                             "# at SetLastError(3)\nSetLastError(3) -> 0 error=3\n"
                             "HeapDestroy(h0) -> skipped ",
                             strlen("# at SetLastError(3)\nSetLastError(3) -> 0 error=3\n"
                                    "HeapDestroy(h0) -> skipped ")),
                     0);
    assert_int_equal(write_count, 1 + 5 + 1);
}

static void a_trace_may_come_byte_by_byte_and_with_returns(void **state)
{
    (void)state;
    piece_max = 1;
    assert_int_equal(serve("# heapck trace 1\r\nSetLastError(3)\r\n# run\r\n"), 0);
    assert_said_behind_the_greeting("SetLastError(3) -> 0 error=3\n# done\n");
}

static void a_malformed_line_stops_the_trace_and_not_the_agent(void **state)
{
    (void)state;
    assert_int_equal(serve("# heapck trace 1\nSetLastError(3)\nSetLastErrorr(3)\nnonsense\n# run\n"
                           "# heapck trace 1\nSetLastError(4)\n# run\n"),
                     0);
    const char *const rest = said_behind_the_greeting();
    assert_int_equal(strncmp(rest, "# error 3:1: expected ", 22), 0);
    assert_non_null(strstr(rest, "\n# done\nSetLastError(4) -> 0 error=4\n# done\n"));
}

static void a_call_without_a_header_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(serve("SetLastError(3)\n# run\n"), 0);
    assert_said_behind_the_greeting(
        "# error 1:1: expected the line \"# heapck trace 1\" before the first call\n# done\n");
}

/* What was run before is never run again in the place of a trace that is not understood. */
static void a_trace_is_run_once(void **state)
{
    (void)state;
    assert_int_equal(serve("# heapck trace 1\nSetLastError(3)\n# run\nSetLastError(4)\n# run\n"
                           "# run\n# heapck trace 1\nSetLastError(5)\n# run\n"),
                     0);
    assert_said_behind_the_greeting(
        "SetLastError(3) -> 0 error=3\n# done\n"
        "# error 1:1: expected the line \"# heapck trace 1\" before the first call\n# done\n"
        "# error 1:1: expected the line \"# heapck trace 1\" and a trace before it is run\n# done\n"
        "SetLastError(5) -> 0 error=5\n# done\n");
}

static void a_header_of_another_version_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(serve("# heapck trace 1\nSetLastError(3)\n# heapck trace 2\nSetLastError(4)\n"
                           "# run\n# heapck trace 1\nSetLastError(5)\n# run\n"),
                     0);
    assert_said_behind_the_greeting("# error 1:1: expected the header \"# heapck trace 1\", this "
                                    "agent's version\n# done\n"
                                    "SetLastError(5) -> 0 error=5\n# done\n");
}

static void an_endless_line_is_an_error_and_is_passed_over(void **state)
{
    (void)state;
    static const char start_text[] = "# heapck trace 1\nSetLastError(3)\n";
    static const char end_text[] = "\nSetLastError(4)\n# run\n# heapck trace 1\n# run\n";
    size_t length = 1 << 20;
    char *text = malloc(sizeof start_text + length + sizeof end_text);
    strcpy(text, start_text);
    memset(text + sizeof start_text - 1, 'x', length);
    strcpy(text + sizeof start_text - 1 + length, end_text);
    assert_int_equal(serve(text), 0);
    assert_said_behind_the_greeting("# error 3:1: expected a shorter line\n# done\n# done\n");
    free(text);
}

static void hostile_holds_for_one_trace(void **state)
{
    (void)state;
    static const char calls[] = "h0 = HeapCreate(0, 0, 0)\nHeapValidate(h0, 0x80, NULL)\n";
    char text[400] = "# heapck trace 1\n# hostile\n";
    strcat(text, calls);
    strcat(text, "# run\n# heapck trace 1\n");
    strcat(text, calls);
    strcat(text, "# run\n");
    assert_int_equal(serve(text), 0);
    const char *first_done = strstr(said, "# done\n");
    const char *skipped = strstr(said, "skipped");
    assert_non_null(skipped);
    assert_true(skipped > first_done);
}

static void a_log_longer_than_the_buffer_arrives_whole(void **state)
{
    (void)state;
    fake.walk_entries = 100000;
    assert_int_equal(serve("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\nWalkHeap(h0)\n"
                           "SetLastError(1)\n# run\n"),
                     0);
    assert_non_null(strstr(said, ", 100000, 100099, 8, 3, 4, 0, 0, 0, 0, 0)\n"
                                 "SetLastError(1) -> 0 error=1\n# done\n"));
}

static void a_stream_that_fails_ends_the_service(void **state)
{
    (void)state;
    writes_until_failure = 2;
    assert_int_equal(serve("# heapck trace 1\nSetLastError(3)\n# run\n# run\n# run\n"), 3);
    assert_int_equal(write_count, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(it_greets_and_ends_with_its_input),
        TEST(a_run_answers_with_the_log_and_done),
        TEST(steps_are_announced_and_flushed_one_by_one),
        TEST(a_trace_may_come_byte_by_byte_and_with_returns),
        TEST(a_malformed_line_stops_the_trace_and_not_the_agent),
        TEST(a_call_without_a_header_is_an_error),
        TEST(a_trace_is_run_once),
        TEST(a_header_of_another_version_is_an_error),
        TEST(an_endless_line_is_an_error_and_is_passed_over),
        TEST(hostile_holds_for_one_trace),
        TEST(a_log_longer_than_the_buffer_arrives_whole),
        TEST(a_stream_that_fails_ends_the_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
