/* Traces grow, are read from text and files, and are written as they were read. */
#define _POSIX_C_SOURCE 200809L /* mkstemp, open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit/trace.h"

static enum trace_load parse(const char *text, struct trace_buffer *buffer, char *message,
                             size_t size)
{
    message[0] = '\0';
    return hck_trace_parse("t.trace", text, strlen(text), buffer, message, size);
}

static void assert_loads(const char *text, uint32_t call_count)
{
    struct trace_buffer buffer = {0};
    char message[256];
    if (parse(text, &buffer, message, sizeof(message)) != TRACE_LOADED) {
        fail_msg("%s", message);
    }
    assert_int_equal(buffer.trace.call_count, call_count);
    hck_trace_free(&buffer);
}

static void assert_refuses(const char *text, const char *expected)
{
    struct trace_buffer buffer = {0};
    char message[256];
    assert_int_equal(parse(text, &buffer, message, sizeof(message)), TRACE_MALFORMED);
    assert_string_equal(message, expected);
    hck_trace_free(&buffer);
}

static void text_becomes_a_trace(void **unused)
{
    static const char text[] = "# heapck trace 1\n"
                               "# seed 18446744073709551615\n"
                               "\n"
                               "h0 = HeapCreate(0, 0, 0)   # a heap\n"
                               "@2 b4 = HeapAlloc(h0, 0, 10)\n";
    struct trace_buffer buffer = {0};
    char message[256];
    (void)unused;
    assert_int_equal(parse(text, &buffer, message, sizeof(message)), TRACE_LOADED);
    assert_true(buffer.trace.seed == UINT64_MAX);
    assert_int_equal(buffer.trace.call_count, 2);
    assert_int_equal(buffer.trace.thread_count, 3);
    assert_int_equal(buffer.trace.slot_count[SLOT_HEAP], 1);
    assert_int_equal(buffer.trace.slot_count[SLOT_BLOCK], 5);
    assert_int_equal(buffer.trace.calls[1].line, 5);
    hck_trace_free(&buffer);
}

static void line_ends_of_either_kind_and_a_missing_last_one_are_read(void **unused)
{
    (void)unused;
    assert_loads("# heapck trace 1", 0);
    assert_loads("# heapck trace 1\r\nQueryAll()\r\nQueryAll()", 2);
    assert_loads("\xEF\xBB\xBF# heapck trace 1\nQueryAll()\n", 1);
    assert_loads("# heapck trace 1\n\n\nQueryAll()\n\n", 1);
}

static void the_first_line_says_what_it_is(void **unused)
{
    static const char expected[] = "t.trace:1:1: expected '# heapck trace 1' as the first line";
    (void)unused;
    assert_refuses("", expected);
    assert_refuses("\n# heapck trace 1\n", expected);
    assert_refuses("# heapck trace 2\n", expected);
    assert_refuses("# heapck log 1\n",
                   "t.trace:1:1: expected '# heapck trace 1' as the first line, "
                   "found a log: 'heapck judge' judges one");
    assert_refuses("QueryAll()\n", expected);
}

static void what_is_wrong_is_said_with_file_line_and_column(void **unused)
{
    (void)unused;
    assert_refuses("# heapck trace 1\nQueryAll()\n  HeapLock(b0)\n",
                   "t.trace:3:12: expected a heap slot such as h0, found 'b0'");
    assert_refuses("# heapck trace 1\nQueryAll() -> 1\n",
                   "t.trace:2:12: expected the end of the line or a comment, found '->'");
}

static void a_message_is_cut_where_it_has_no_room(void **unused)
{
    struct trace_buffer buffer = {0};
    char message[10];
    (void)unused;
    assert_int_equal(parse("", &buffer, message, sizeof(message)), TRACE_MALFORMED);
    assert_string_equal(message, "t.trace:1");
    hck_trace_free(&buffer);
}

static void a_nul_byte_is_refused(void **unused)
{
    static const char text[] = "# heapck trace 1\nQueryAll()\0\n";
    struct trace_buffer buffer = {0};
    char message[256];
    (void)unused;
    assert_int_equal(
        hck_trace_parse("t", text, sizeof(text) - 1, &buffer, message, sizeof(message)),
        TRACE_MALFORMED);
    assert_string_equal(message, "t:2:11: expected text, found a NUL byte");
    hck_trace_free(&buffer);
}

static void a_comment_that_begins_like_a_seed_is_a_comment(void **unused)
{
    struct trace_buffer buffer = {0};
    char message[256];
    (void)unused;
    assert_int_equal(parse("# heapck trace 1\n# seed the heap\n# seed 7\nQueryAll()\n# seed 8\n",
                           &buffer, message, sizeof(message)),
                     TRACE_LOADED);
    assert_true(buffer.trace.seed == 7);
    hck_trace_free(&buffer);
}

static void parsing_replaces_what_was_there(void **unused)
{
    struct trace_buffer buffer = {0};
    char message[256];
    (void)unused;
    parse("# heapck trace 1\n# seed 3\n@5 h9 = GetProcessHeap()\n", &buffer, message,
          sizeof(message));
    parse("# heapck trace 1\nQueryAll()\n", &buffer, message, sizeof(message));
    assert_int_equal(buffer.trace.call_count, 1);
    assert_int_equal(buffer.trace.thread_count, 1);
    assert_int_equal(buffer.trace.slot_count[SLOT_HEAP], 0);
    assert_true(buffer.trace.seed == 0);
    hck_trace_free(&buffer);
}

/* The trace as the bytes of a file. */
static char *write_to_memory(const struct trace *trace)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    assert_true(hck_trace_write(trace, stream));
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void a_trace_names_the_clause_that_it_violates(void **unused)
{
    static const char id[] = "heap_size.live_block.is_the_requested_size";
    struct trace_buffer buffer = {0};
    char message[256];
    char text[300] = "";
    (void)unused;
    parse(
        "# heapck trace 1\n# clause of mine\n# clause heap_size.live_block.is_the_requested_size\n"
        "# seed 42\nh0 = HeapCreate(0, 0, 0)\n",
        &buffer, message, sizeof(message));
    assert_string_equal(buffer.clause_id, id);
    assert_true(buffer.trace.seed == 42);
    FILE *stream = fmemopen(text, sizeof(text), "w");
    assert_non_null(stream);
    assert_true(hck_trace_write_violating(&buffer.trace, buffer.clause_id, stream));
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, "# heapck trace 1\n"
                              "# clause heap_size.live_block.is_the_requested_size\n"
                              "# seed 42\nh0 = HeapCreate(0, 0, 0)\n");
    parse("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n# clause "
          "heap_size.live_block.is_the_requested_size\n",
          &buffer, message, sizeof(message));
    assert_null(buffer.clause_id);
    hck_trace_free(&buffer);
}

static void a_written_trace_is_canonical(void **unused)
{
    struct trace_buffer buffer = {0};
    char message[256];
    (void)unused;
    parse("# heapck trace 1\n#seed 1\n# seed 42\n\nh0=HeapCreate(0,0,65536)#\n@1 HeapLock( h0 )\n",
          &buffer, message, sizeof(message));
    char *text = write_to_memory(&buffer.trace);
    assert_string_equal(
        text, "# heapck trace 1\n# seed 42\nh0 = HeapCreate(0, 0, 64K)\n@1 HeapLock(h0)\n");
    free(text);
    hck_trace_free(&buffer);
}

static void a_file_is_read_and_a_missing_one_is_said_to_be(void **unused)
{
    char path[] = "/tmp/heapck_trace_XXXXXX";
    struct trace_buffer buffer = {0};
    char message[256];
    (void)unused;
    int file = mkstemp(path);
    assert_true(file >= 0);
    static const char text[] = "# heapck trace 1\nHeapLock(b0)\n";
    assert_int_equal(write(file, text, sizeof(text) - 1), sizeof(text) - 1);
    assert_int_equal(hck_trace_load(path, &buffer, message, sizeof(message)), TRACE_MALFORMED);
    assert_int_equal(strncmp(message, path, sizeof(path) - 1), 0);
    assert_non_null(strstr(message, ":2:10: expected a heap slot"));
    assert_int_equal(ftruncate(file, 17), 0);
    assert_int_equal(hck_trace_load(path, &buffer, message, sizeof(message)), TRACE_LOADED);
    close(file);
    unlink(path);
    assert_int_equal(hck_trace_load(path, &buffer, message, sizeof(message)), TRACE_UNREADABLE);
    assert_non_null(strstr(message, "No such file or directory"));
    assert_int_equal(hck_trace_load("/tmp", &buffer, message, sizeof(message)), TRACE_UNREADABLE);
    hck_trace_free(&buffer);
}

static void a_long_file_is_read_whole(void **unused)
{
    enum { LINES = 20000 };
    char path[] = "/tmp/heapck_trace_XXXXXX";
    struct trace_buffer buffer = {0};
    struct trace_buffer copy = {0};
    char message[256];
    (void)unused;
    struct call call = {.id = CALL_HeapLock, .result_slot = NO_SLOT};
    call.arguments[0] = (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_HEAP};
    for (uint32_t i = 0; i < LINES; i++) {
        call.arguments[0].slot = i;
        assert_true(hck_trace_append(&buffer, &call));
    }
    int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *stream = fdopen(file, "w");
    assert_non_null(stream);
    assert_true(hck_trace_write(&buffer.trace, stream));
    fclose(stream);
    assert_int_equal(hck_trace_load(path, &copy, message, sizeof(message)), TRACE_LOADED);
    unlink(path);
    assert_int_equal(copy.trace.call_count, LINES);
    assert_int_equal(copy.trace.slot_count[SLOT_HEAP], LINES);
    assert_int_equal(copy.trace.calls[LINES - 1].arguments[0].slot, LINES - 1);
    hck_trace_free(&buffer);
    hck_trace_free(&copy);
}

static void a_stream_that_is_full_is_noticed(void **unused)
{
    struct trace_buffer buffer = {0};
    (void)unused;
    FILE *stream = fopen("/dev/full", "w");
    assert_non_null(stream);
    assert_false(hck_trace_write(&buffer.trace, stream));
    fclose(stream);
}

static void a_call_of_the_trace_itself_can_be_appended(void **unused)
{
    struct trace_buffer buffer = {0};
    struct call call = {.id = CALL_QueryAll, .result_slot = NO_SLOT, .line = 9};
    (void)unused;
    assert_true(hck_trace_append(&buffer, &call));
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(hck_trace_append(&buffer, &buffer.trace.calls[0]));
    }
    assert_int_equal(buffer.trace.call_count, 1001);
    assert_int_equal(buffer.trace.calls[1000].line, 9);
    hck_trace_free(&buffer);
}

static void clearing_and_copying_keep_traces_apart(void **unused)
{
    struct trace_buffer from = {0};
    struct trace_buffer to = {0};
    struct call call = {.id = CALL_QueryAll, .thread = 4, .result_slot = NO_SLOT};
    (void)unused;
    from.trace.seed = 5;
    assert_true(hck_trace_append(&from, &call));
    assert_true(hck_trace_append(&to, &call));
    assert_true(hck_trace_append(&to, &call));
    assert_true(hck_trace_copy(&to, &from.trace));
    hck_trace_clear(&from);
    assert_int_equal(from.trace.call_count, 0);
    assert_int_equal(from.trace.thread_count, 1);
    assert_true(from.capacity > 0);
    assert_int_equal(to.trace.call_count, 1);
    assert_int_equal(to.trace.thread_count, 5);
    assert_true(to.trace.seed == 5);
    assert_ptr_not_equal(to.trace.calls, from.trace.calls);
    hck_trace_free(&from);
    assert_true(hck_trace_copy(&to, &from.trace));
    assert_int_equal(to.trace.call_count, 0);
    hck_trace_free(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_a_trace),
        cmocka_unit_test(line_ends_of_either_kind_and_a_missing_last_one_are_read),
        cmocka_unit_test(the_first_line_says_what_it_is),
        cmocka_unit_test(what_is_wrong_is_said_with_file_line_and_column),
        cmocka_unit_test(a_message_is_cut_where_it_has_no_room),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_comment_that_begins_like_a_seed_is_a_comment),
        cmocka_unit_test(parsing_replaces_what_was_there),
        cmocka_unit_test(a_trace_names_the_clause_that_it_violates),
        cmocka_unit_test(a_written_trace_is_canonical),
        cmocka_unit_test(a_file_is_read_and_a_missing_one_is_said_to_be),
        cmocka_unit_test(a_long_file_is_read_whole),
        cmocka_unit_test(a_stream_that_is_full_is_noticed),
        cmocka_unit_test(a_call_of_the_trace_itself_can_be_appended),
        cmocka_unit_test(clearing_and_copying_keep_traces_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
