/* The shared library, loaded late: what a plugin does that uses it, beside handlers of others. */
#define _GNU_SOURCE /* sigaction, fork */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "impl/include/winmem.h"

typedef LPVOID(WINAPI *virtual_alloc)(LPVOID, SIZE_T, DWORD, DWORD);
typedef BOOL(WINAPI *virtual_free)(LPVOID, SIZE_T, DWORD);

static void *library;

static void *find(const char *name)
{
    void *symbol = dlsym(library, name);
    assert_non_null(symbol);
    return symbol;
}

#define FIND(type, name) ((type)(uintptr_t)find(name))

static void load(void)
{
    library = dlopen(WINMEM_SHARED, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fail_msg("%s", dlerror());
    }
}

/* Signals go on arriving at it, from whatever thread. */
static void closing_the_library_does_not_unload_it(void **state)
{
    (void)state;
    load();
    virtual_alloc allocate = FIND(virtual_alloc, "VirtualAlloc");
    virtual_free release = FIND(virtual_free, "VirtualFree");
    char *page = allocate(NULL, 100, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(page);
    assert_int_equal(dlclose(library), 0);
    page[0] = 1;
    assert_true(release(page, 0, MEM_RELEASE));
}

static sigjmp_buf back;
static volatile sig_atomic_t fault_count;
static volatile sig_atomic_t is_masked;

static void on_fault(int number, siginfo_t *info, void *context)
{
    sigset_t blocked;
    (void)info;
    (void)context;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    is_masked = sigismember(&blocked, SIGUSR1) == 1 && sigismember(&blocked, number) == 1;
    fault_count++;
    siglongjmp(back, 1);
}

/* Read at run time, so that the compiler does not see where it points. */
static volatile char *volatile nowhere = (volatile char *)(uintptr_t)8;

static void fault(void)
{
    *nowhere = 1;
}

static void fault_twice_with_a_handler_for_once(void)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = (int)((unsigned)SA_SIGINFO | (unsigned)SA_RESETHAND)};
    sigaddset(&action.sa_mask, SIGUSR1);
    sigaction(SIGSEGV, &action, NULL);
    load();
    if (FIND(virtual_alloc, "VirtualAlloc")(NULL, 100, MEM_RESERVE, PAGE_READWRITE) == NULL) {
        _exit(1);
    }
    if (sigsetjmp(back, 1) == 0) {
        fault();
    }
    if (fault_count != 1 || !is_masked) {
        _exit(2);
    }
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    if (sigismember(&now, SIGUSR1) != 0) {
        _exit(3);
    }
    fault(); /* the handler was for once */
    _exit(4);
}

static void a_handler_from_before_is_called_as_it_asked_for(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        fault_twice_with_a_handler_for_once();
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_from_before_is_called_as_it_asked_for),
        cmocka_unit_test(closing_the_library_does_not_unload_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
