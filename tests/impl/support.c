/* See support.h. */
#define _GNU_SOURCE /* pipes, waitpid */
#include "tests/impl/support.h"

#include "impl/base/exception.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void take_faults_back(void)
{
    wm_fault_start();
    wm_fault_restart();
}

struct death die_of(void (*body)(void))
{
    struct death death = {.signal = 0};
    int ends[2];
    if (pipe(ends) != 0) {
        fail_msg("no pipe");
    }
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        /* cmocka would turn the signal into a failed test in the child. */
        signal(SIGABRT, SIG_DFL);
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        take_faults_back();
        dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while (length < sizeof death.text - 1 &&
           (got = read(ends[0], death.text + length, sizeof death.text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    death.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return death;
}

static void store_details(const EXCEPTION_RECORD *record, ULONG_PTR *kind, ULONG_PTR *address)
{
    assert_int_equal(record->NumberParameters, 2);
    if (kind != NULL) {
        *kind = record->ExceptionInformation[0];
    }
    if (address != NULL) {
        *address = record->ExceptionInformation[1];
    }
}

DWORD read_code(const void *pointer, ULONG_PTR *kind, ULONG_PTR *address)
{
    volatile DWORD code = 0;
    WM_TRY
    {
        (void)*(const volatile char *)pointer;
    }
    WM_EXCEPT (EXCEPTION_EXECUTE_HANDLER) {
        code = GetExceptionCode();
        store_details(&wm_try_frame_here.record, kind, address);
    }
    WM_END
    return code;
}

DWORD write_code(void *pointer, ULONG_PTR *kind, ULONG_PTR *address)
{
    volatile DWORD code = 0;
    WM_TRY
    {
        *(volatile char *)pointer = 1;
    }
    WM_EXCEPT (EXCEPTION_EXECUTE_HANDLER) {
        code = GetExceptionCode();
        store_details(&wm_try_frame_here.record, kind, address);
    }
    WM_END
    return code;
}
