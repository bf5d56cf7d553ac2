/* Catching exceptions and faults on Linux.
 *
 * A body runs behind a sigsetjmp. The last vectored handler (or the signal handler, where the
 * target has no exceptions) copies the exception and jumps back. The jump leaves the signal handler
 * of the target behind, with the signal still blocked, so the signals of faults are let in
 * again. */
#define _GNU_SOURCE /* process_vm_readv, REG_ERR */
#include "kit/execute/fault.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#endif
#ifdef HAS_ADDRESS_SANITIZER
#include <dlfcn.h>
#include <sanitizer/asan_interface.h>
#endif

struct place {
    sigjmp_buf registers;
    struct fault *fault;
    enum fault_scope scope;
};

static _Thread_local struct place *volatile current_place; /* NULL outside a body */

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
enum { FAULT_SIGNALS = sizeof fault_signals / sizeof fault_signals[0] };

static struct sigaction previous_actions[FAULT_SIGNALS];
static bool signals_taken;
static PVOID last_handler;

void hck_fault_run(enum fault_scope scope, void (*body)(void *), void *context, struct fault *fault)
{
    struct place place;
    place.fault = fault;
    place.scope = scope;
    fault->caught = false;
    if (sigsetjmp(place.registers, 0) == 0) {
        current_place = &place;
        body(context);
        current_place = NULL;
        return;
    }
    current_place = NULL;
    sigset_t signals;
    sigemptyset(&signals);
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        sigaddset(&signals, fault_signals[i]);
    }
    (void)pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

/* --- Leaving ---------------------------------------------------------------------------------- */

#ifdef HAS_ADDRESS_SANITIZER

/* AddressSanitizer's siglongjmp makes both stacks fit for other frames again; on that of a signal
 * it reads /proc/self/maps to learn where the other one is, which takes as long as a hundred calls.
 * The guard knows, so that is done here and the jump is the C library's own. */
enum { SKIPPED_BYTES = 1 << 16 /* of frames between the guard and where it is left, at most */ };

static void (*jump)(sigjmp_buf registers, int value);

/* Once: a harness attaches for every input. */
static void find_jump(void)
{
    static bool is_looked_for;
    if (!is_looked_for) {
        void *library = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
        void *function = library != NULL ? dlsym(library, "siglongjmp") : NULL;
        /* ISO C converts no pointer to an object into one to a function. */
        memcpy(&jump, &function, sizeof jump);
        is_looked_for = true;
    }
}

static void leave(struct place *place)
{
    stack_t signals;
    if (sigaltstack(NULL, &signals) == 0 && (signals.ss_flags & SS_DISABLE) == 0) {
        __asan_unpoison_memory_region(signals.ss_sp, signals.ss_size);
    }
    __asan_unpoison_memory_region((char *)place - SKIPPED_BYTES, SKIPPED_BYTES);
    if (jump == NULL) {
        siglongjmp(place->registers, 1);
    }
    jump(place->registers, 1); /* of which no compiler knows that it does not return */
}

#else

static void find_jump(void)
{
}

static void leave(struct place *place)
{
    siglongjmp(place->registers, 1);
}

#endif

static void leave_with(const struct fault *what)
{
    struct place *place = current_place;
    *place->fault = *what;
    leave(place);
}

static LONG CALLBACK take_exception(PEXCEPTION_POINTERS exception)
{
    const EXCEPTION_RECORD *record = exception->ExceptionRecord;
    if (current_place == NULL) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    struct fault what = {.caught = true,
                         .code = record->ExceptionCode,
                         .flags = record->ExceptionFlags,
                         .parameter_count = record->NumberParameters};
    if (what.parameter_count > EXCEPTION_PARAMETERS_MAX) {
        what.parameter_count = EXCEPTION_PARAMETERS_MAX;
    }
    for (uint32_t i = 0; i < what.parameter_count; i++) {
        what.parameters[i] = record->ExceptionInformation[i];
    }
    leave_with(&what);
    return EXCEPTION_CONTINUE_SEARCH;
}

#if defined(__x86_64__)
/* 0 for a read, 1 for a write, 8 for an execution, as the documentation counts. */
static uint64_t access_of(const ucontext_t *machine)
{
    greg_t error = machine->uc_mcontext.gregs[REG_ERR];
    if ((error & 16) != 0) {
        return EXCEPTION_EXECUTE_FAULT;
    }
    return (error & 2) != 0 ? EXCEPTION_WRITE_FAULT : EXCEPTION_READ_FAULT;
}
#else
static uint64_t access_of(const ucontext_t *machine)
{
    (void)machine;
    return EXCEPTION_READ_FAULT;
}
#endif

/* The exception that the documentation gives to what the signal reports. */
static void describe_signal(int number, const siginfo_t *info, const ucontext_t *machine,
                            struct fault *what)
{
    memset(what, 0, sizeof *what);
    what->caught = true;
    if (number == SIGILL) {
        what->code = STATUS_ILLEGAL_INSTRUCTION;
        return;
    }
    if (number == SIGFPE) {
        what->code = 0xC0000094u; /* STATUS_INTEGER_DIVIDE_BY_ZERO */
        return;
    }
    what->code = number == SIGBUS ? STATUS_IN_PAGE_ERROR : STATUS_ACCESS_VIOLATION;
    what->parameter_count = 2;
    what->parameters[0] = access_of(machine);
    what->parameters[1] = (uint64_t)(uintptr_t)info->si_addr;
}

static void take_signal(int number, siginfo_t *info, void *machine)
{
    const struct place *place = current_place;
    if (place != NULL && place->scope == FAULT_ACCESS) {
        struct fault what;
        describe_signal(number, info, machine, &what);
        leave_with(&what);
    }
    /* Not ours: whoever had the signal before meets it when the instruction runs again. */
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        if (fault_signals[i] == number) {
            (void)sigaction(number, &previous_actions[i], NULL);
        }
    }
    if (info->si_code <= 0) {
        (void)raise(number); /* sent, not met: no instruction will repeat it */
    }
}

static bool take_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = take_signal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        if (sigaction(fault_signals[i], &action, &previous_actions[i]) != 0) {
            return false;
        }
    }
    signals_taken = true;
    return true;
}

bool hck_fault_attach(const struct api *api)
{
    find_jump();
    last_handler = api->AddVectoredExceptionHandler != NULL
                       ? api->AddVectoredExceptionHandler(0, take_exception)
                       : NULL;
    return last_handler != NULL || take_signals();
}

void hck_fault_detach(const struct api *api)
{
    if (signals_taken) {
        for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
            (void)sigaction(fault_signals[i], &previous_actions[i], NULL);
        }
        signals_taken = false;
    }
    if (last_handler != NULL && api->RemoveVectoredExceptionHandler != NULL) {
        (void)api->RemoveVectoredExceptionHandler(last_handler);
    }
    last_handler = NULL;
}

void hck_fault_stay_last(const struct api *api)
{
    if (last_handler != NULL && api->RemoveVectoredExceptionHandler != NULL) {
        (void)api->RemoveVectoredExceptionHandler(last_handler);
        last_handler = api->AddVectoredExceptionHandler(0, take_exception);
    }
}

static enum fault_code_at code_of(bool is_read, unsigned char byte)
{
    return !is_read ? CODE_IS_UNREADABLE : byte == 0xC3 ? CODE_IS_RETURN : CODE_IS_ELSE;
}

/* The kernel copies on our behalf and answers with an error where the page may not be read: no
 * signal, so no handler and no guard page of the target notices. */
enum fault_code_at hck_fault_code_at(uint64_t address)
{
    unsigned char byte = 0;
    struct iovec to = {.iov_base = &byte, .iov_len = 1};
    struct iovec from = {.iov_base = (void *)(uintptr_t)address, .iov_len = 1};
    bool is_read = process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
    return code_of(is_read, byte);
}

/* What debuggers read by asks for no permission to read. */
enum fault_code_at hck_fault_code_behind(uint64_t address)
{
    unsigned char byte = 0;
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    bool is_read = memory >= 0 && pread(memory, &byte, 1, (off_t)address) == 1;
    if (memory >= 0) {
        (void)close(memory);
    }
    return code_of(is_read, byte);
}

void hck_fault_flush_code(uint64_t address, size_t size)
{
    __builtin___clear_cache((void *)(uintptr_t)address, (void *)(uintptr_t)(address + size));
}
