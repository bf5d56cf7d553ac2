/* Memory faults on Linux x86-64: SIGSEGV and SIGBUS, turned into struct wm_os_fault.
 *
 * The handler runs on the alternate stack where the program has set one up, and does not block its
 * own signal, so that an exception handler may fault or leave by longjmp. A signal that is no fault
 * (somebody sent it), and a fault that nobody above takes, go to the disposition that was there
 * before: a handler is called; the default action is put back and the signal raised again, which
 * ends the process as if nobody had been here.
 */
#define _GNU_SOURCE /* REG_ERR and its like */
#include "impl/os/os.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

/* Bits of the page-fault error code, and the numbers of two traps (Intel SDM volume 3, 6.15). */
#define FAULT_WAS_WRITE 0x2
#define FAULT_WAS_FETCH 0x10
#define TRAP_PAGE_FAULT 14

static wm_os_fault_handler installed_handler;
static struct sigaction previous_segv;
static struct sigaction previous_bus;

static struct wm_os_fault describe_fault(int number, const siginfo_t *info, ucontext_t *context)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    struct wm_os_fault fault = {
        .kind = WM_OS_FAULT_READ,
        .address = UINTPTR_MAX,
        .instruction = (uintptr_t)registers[REG_RIP],
        .stack = (uintptr_t)registers[REG_RSP],
        .backing_lost = number == SIGBUS && info->si_code == BUS_ADRERR,
        .context = context,
    };
    /* Any other trap, above all a general-protection fault on a non-canonical address, does not say
     * which address it was. */
    if (registers[REG_TRAPNO] == TRAP_PAGE_FAULT) {
        fault.address = (uintptr_t)info->si_addr;
        if (registers[REG_ERR] & FAULT_WAS_FETCH) {
            fault.kind = WM_OS_FAULT_EXECUTE;
        } else if (registers[REG_ERR] & FAULT_WAS_WRITE) {
            fault.kind = WM_OS_FAULT_WRITE;
        }
    }
    /* Not the address of a local variable, which a sanitizer may have put elsewhere. */
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t low = (uintptr_t)context->uc_stack.ss_sp;
    size_t bytes = context->uc_stack.ss_size;
    if ((context->uc_stack.ss_flags & SS_DISABLE) == 0 && here - low < bytes &&
        fault.stack - low >= bytes) {
        fault.signal_stack_low = low;
        fault.signal_stack_end = low + bytes;
    }
    return fault;
}

/* Calls a handler as the kernel would have: with the signals blocked that it asked for. */
static void call_previous(const struct sigaction *previous, int number, siginfo_t *info,
                          void *context)
{
    sigset_t blocked = previous->sa_mask;
    sigset_t before;
    if ((previous->sa_flags & SA_NODEFER) == 0) {
        sigaddset(&blocked, number);
    }
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    if ((previous->sa_flags & SA_SIGINFO) != 0) {
        previous->sa_sigaction(number, info, context);
    } else {
        previous->sa_handler(number);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void hand_to_previous(int number, siginfo_t *info, void *context)
{
    struct sigaction *kept = number == SIGBUS ? &previous_bus : &previous_segv;
    struct sigaction previous = *kept;
    bool is_function = (previous.sa_flags & SA_SIGINFO) != 0 ||
                       (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN);
    if (is_function) {
        if (((unsigned)previous.sa_flags & (unsigned)SA_RESETHAND) != 0) { /* once only */
            kept->sa_flags = 0;
            kept->sa_handler = SIG_DFL;
        }
        call_previous(&previous, number, info, context);
        return;
    }
    if (previous.sa_handler == SIG_IGN && info->si_code <= 0) {
        return;
    }
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, NULL);
    sigset_t itself;
    sigemptyset(&itself);
    sigaddset(&itself, number);
    pthread_sigmask(SIG_UNBLOCK, &itself, NULL);
    raise(number); /* restarting would not do: a signal may have been sent, a guard is gone */
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    int error = errno;
    bool restart = false;
    if (info->si_code > 0) { /* the processor's, not sent by kill or sigqueue */
        struct wm_os_fault fault = describe_fault(number, info, context);
        /* An exception handler may leave by longjmp, which restores no mask. Ours blocks nothing,
         * but whoever wraps or chains to this handler may have. */
        pthread_sigmask(SIG_SETMASK, &((ucontext_t *)context)->uc_sigmask, NULL);
        restart = installed_handler(&fault);
    }
    if (!restart) {
        hand_to_previous(number, info, context);
    }
    errno = error;
}

/* Takes over one signal; a signal that is ours already keeps the disposition before it. */
static bool take_over(int number, struct sigaction *previous)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    struct sigaction current;
    if (sigaction(number, NULL, &current) != 0) {
        return false;
    }
    if ((current.sa_flags & SA_SIGINFO) != 0 && current.sa_sigaction == on_fault) {
        return true;
    }
    *previous = current; /* before a fault can need it */
    return sigaction(number, &action, NULL) == 0;
}

enum wm_os_result wm_os_linux_catch_faults(wm_os_fault_handler handler)
{
    installed_handler = handler;
    bool taken = take_over(SIGSEGV, &previous_segv) && take_over(SIGBUS, &previous_bus);
    return taken ? WM_OS_OK : WM_OS_REFUSED;
}
