#define _DEFAULT_SOURCE /* on_exit, NSIG */
#include "kit/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/clock.h"

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

int hck_child_await(pid_t pid, uint32_t grace_ms, bool leads_group)
{
    int status = 0;
    uint64_t begin_ms = hck_clock_ms();
    pid_t ended = waitpid(pid, &status, WNOHANG);
    while (ended == 0 && hck_clock_ms() - begin_ms < grace_ms) {
        (void)poll(NULL, 0, 1);
        ended = waitpid(pid, &status, WNOHANG);
    }
    if (ended == 0) {
        (void)kill(leads_group ? -pid : pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    return status;
}
