#define _DEFAULT_SOURCE /* on_exit, NSIG */
#include "kit/child.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

bool hck_child_follow(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    return getppid() == parent;
}

void hck_child_reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

void hck_child_leave_signals_to_parent(void)
{
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
}

static void leave(int status, void *unused)
{
    (void)unused;
    _exit(status);
}

void hck_child_leave_at_once(void)
{
    (void)on_exit(leave, NULL);
}
