/* What a forked process is like that is to run somebody else's code, and how its end is waited for.
 */
#define _DEFAULT_SOURCE /* sigaction, kill */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit/child.h"

enum { EXIT_RIGHT = 17, EXIT_WRONG = 18, LONG_MS = 60000 };

/* The exit status of `work` in a child. */
static int status_in_child(int (*work)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(work());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool is_default(int number)
{
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_DFL;
}

static int reset(void)
{
    sigset_t blocked;
    hck_child_reset_signals();
    bool is_reset = is_default(SIGUSR1) && is_default(SIGSEGV) && is_default(SIGPIPE) &&
                    sigprocmask(SIG_SETMASK, NULL, &blocked) == 0 &&
                    sigismember(&blocked, SIGUSR2) == 0;
    return is_reset ? EXIT_RIGHT : EXIT_WRONG;
}

static void signals_are_those_of_a_program_that_begins(void **state)
{
    (void)state;
    sigset_t block;
    sigset_t before;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR2);
    assert_int_equal(sigprocmask(SIG_BLOCK, &block, &before), 0);
    assert_true(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    assert_int_equal(status_in_child(reset), EXIT_RIGHT);
    assert_true(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

static int survive(void)
{
    hck_child_leave_signals_to_parent();
    (void)raise(SIGINT);
    (void)raise(SIGTERM);
    (void)raise(SIGHUP);
    return EXIT_RIGHT;
}

static void what_a_person_presses_is_for_the_parent(void **state)
{
    (void)state;
    assert_int_equal(status_in_child(survive), EXIT_RIGHT);
}

static void leave_wrongly(void)
{
    _exit(EXIT_WRONG);
}

static int leave(void)
{
    (void)atexit(leave_wrongly); /* as the parent has some */
    hck_child_leave_at_once();
    exit(EXIT_RIGHT);
}

static void exit_runs_no_handlers_of_the_parent(void **state)
{
    (void)state;
    assert_int_equal(status_in_child(leave), EXIT_RIGHT);
}

static int follow_somebody_else(void)
{
    return hck_child_follow(getpid()) ? EXIT_WRONG : EXIT_RIGHT;
}

static int follow_the_parent(void)
{
    return hck_child_follow(getppid()) ? EXIT_RIGHT : EXIT_WRONG;
}

static void a_child_learns_that_its_parent_is_gone(void **state)
{
    (void)state;
    assert_int_equal(status_in_child(follow_the_parent), EXIT_RIGHT);
    assert_int_equal(status_in_child(follow_somebody_else), EXIT_RIGHT);
}

/* However long it may take. */
static void how_a_child_ended_is_known_at_once(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        _exit(EXIT_RIGHT);
    }
    int status = hck_child_await(child, LONG_MS, false);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_RIGHT);
}

static void hang(void)
{
    for (;;) {
        (void)pause();
    }
}

/* The leader of a group of two that do not end. Whoever reads from them reads the end of file when
 * both have ended. */
static pid_t start_endless_group(int *from)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)setpgid(0, 0);
        (void)fork();
        (void)!write(ends[1], "", 1);
        hang();
    }
    char byte;
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    *from = ends[0];
    return child;
}

static void a_child_that_does_not_end_is_killed_with_its_group(void **state)
{
    char byte;
    int from = -1;
    (void)state;
    int status = hck_child_await(start_endless_group(&from), 1, true);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    struct pollfd end = {.fd = from, .events = POLLIN};
    assert_int_equal(poll(&end, 1, LONG_MS), 1);
    assert_int_equal(read(from, &byte, 1), 0);
    (void)close(from);
}

static void a_child_without_a_group_is_killed_alone(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        hang();
    }
    int status = hck_child_await(child, 1, false);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_those_of_a_program_that_begins),
        cmocka_unit_test(what_a_person_presses_is_for_the_parent),
        cmocka_unit_test(exit_runs_no_handlers_of_the_parent),
        cmocka_unit_test(a_child_learns_that_its_parent_is_gone),
        cmocka_unit_test(how_a_child_ended_is_known_at_once),
        cmocka_unit_test(a_child_that_does_not_end_is_killed_with_its_group),
        cmocka_unit_test(a_child_without_a_group_is_killed_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
