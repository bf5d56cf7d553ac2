/* The end of a command: what became of its output. */
#define _POSIX_C_SOURCE 200809L /* pipe, fork */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit/cli/setup.h"

enum { TOLD_MAX = 200 };

struct end {
    int status;
    char told[TOLD_MAX];
};

/* Nothing is left in a buffer behind a write that failed, so the last flush gives no reason. */
static void write_and_finish(const char *path)
{
    if (freopen(path, "w", stdout) == NULL) {
        _exit(99);
    }
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    (void)printf("a line\n");
    _exit(hck_setup_finish(0));
}

static struct end finish(const char *path, int reader)
{
    struct end end = {.status = -1};
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGPIPE, SIG_IGN);
        (void)dup2(told[1], STDERR_FILENO);
        if (reader >= 0) {
            (void)close(reader);
        }
        write_and_finish(path);
    }
    (void)close(told[1]);
    if (reader >= 0) {
        (void)close(reader);
    }
    ssize_t length = read(told[0], end.told, sizeof end.told - 1);
    end.told[length > 0 ? length : 0] = '\0';
    (void)close(told[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    end.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return end;
}

static void output_that_arrived_leaves_the_status(void **state)
{
    (void)state;
    struct end end = finish("/dev/null", -1);
    assert_string_equal(end.told, "");
    assert_int_equal(end.status, 0);
}

static void a_reader_that_is_gone_is_told_nothing_whichever_write_failed(void **state)
{
    (void)state;
    int ends[2];
    char path[40];
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    struct end end = finish(path, ends[0]);
    (void)close(ends[1]);
    assert_string_equal(end.told, "");
    assert_int_equal(end.status, EXIT_STATUS_BROKEN);
}

static void a_disk_that_is_full_is_told_whichever_write_failed(void **state)
{
    (void)state;
    struct end end = finish("/dev/full", -1);
    assert_string_equal(end.told, "heapck: cannot write standard output\n");
    assert_int_equal(end.status, EXIT_STATUS_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_that_arrived_leaves_the_status),
        cmocka_unit_test(a_reader_that_is_gone_is_told_nothing_whichever_write_failed),
        cmocka_unit_test(a_disk_that_is_full_is_told_whichever_write_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
