/* What a forked process is like that is to run somebody else's code. */
#define _DEFAULT_SOURCE /* sigaction, kill */
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

enum { EXIT_RIGHT = 17, EXIT_WRONG = 18 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_those_of_a_program_that_begins),
        cmocka_unit_test(what_a_person_presses_is_for_the_parent),
        cmocka_unit_test(exit_runs_no_handlers_of_the_parent),
        cmocka_unit_test(a_child_learns_that_its_parent_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
