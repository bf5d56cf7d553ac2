/* The folder of kept traces: a file for each different one. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kit/fuzz/kept.h"
#include "kit/run/corpus.h"
#include "tests/kit/trace/text.h"

static char folder[] = "/tmp/heapck-kept-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    char command[100];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command); /* NOLINT(cert-env33-c) a name we made */
}

static void a_trace_is_written_once_and_reads_back(void **state)
{
    struct trace_buffer one = {.capacity = 0};
    struct trace_buffer other = {.capacity = 0};
    struct corpus corpus = {.count = 0};
    struct corpus_skipped skipped = {.count = 0};
    char message[CORPUS_MESSAGE_MAX];
    (void)state;
    load_trace("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n", &one);
    load_trace("# heapck trace 1\nGetLastError()\n", &other);
    assert_true(hck_kept_write(folder, &one.trace, NULL));
    assert_true(hck_kept_write(folder, &other.trace, NULL));
    assert_true(hck_kept_write(folder, &one.trace, NULL));
    assert_int_equal(hck_corpus_add_readable(&corpus, folder, &skipped, message, sizeof message),
                     CORPUS_FOUND);
    assert_int_equal(corpus.count, 2);
    assert_int_equal(skipped.count, 0);
    assert_true(hck_trace_same(&corpus.files[0].trace.trace, &one.trace) ||
                hck_trace_same(&corpus.files[1].trace.trace, &one.trace));
    hck_corpus_free(&corpus);
    hck_trace_free(&one);
    hck_trace_free(&other);
}

static void a_folder_that_is_not_there_takes_nothing(void **state)
{
    static const struct trace nothing = {.thread_count = 1};
    (void)state;
    assert_false(hck_kept_write("/nowhere/at/all", &nothing, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_is_written_once_and_reads_back),
        cmocka_unit_test(a_folder_that_is_not_there_takes_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
