/* Running code that may fault or raise, on either platform (fault_posix.c, fault_windows.c).
 *
 * On Linux an exception of the target arrives at a vectored handler of the executor's own, the last
 * one, which leaves by siglongjmp. On Windows it arrives at a frame of structured exception
 * handling around the call, which unwinds: so the target's own frames have their say first and
 * release what they hold. */
#ifndef HCK_KIT_FAULT_H
#define HCK_KIT_FAULT_H

#include "spec/api.h"
#include "spec/call.h"

struct fault {
    bool caught; /* an exception left the body; the rest is valid then */
    uint32_t code;
    uint32_t flags;
    uint32_t parameter_count;
    uint64_t parameters[EXCEPTION_PARAMETERS_MAX];
};

enum fault_scope {
    FAULT_CALL,  /* a function of the target: a target without exceptions that faults in it dies of
                    the signal, as it would anywhere else */
    FAULT_ACCESS /* a memory access of the executor: where the target has no exceptions, the signal
                    is caught and described as the exception that the documentation gives it */
};

/* Prepares the process for the target `api`, one at a time. On Linux it registers the executor's
 * own handler as the last one; where there is no AddVectoredExceptionHandler, or it refuses, it
 * takes SIGSEGV, SIGBUS, SIGILL and SIGFPE itself. False where that failed. */
bool hck_fault_attach(const struct api *api);
void hck_fault_detach(const struct api *api);

/* Makes the executor's own handler the last one again, after the trace has added one. */
void hck_fault_stay_last(const struct api *api);

/* Calls body(context) on this thread; what leaves it as an exception is caught and described. Does
 * not nest. Memory that the body writes is as it was at the exception; its local variables are
 * gone. */
void hck_fault_run(enum fault_scope scope, void (*body)(void *), void *context,
                   struct fault *fault);

/* What calling `address` would meet, found out without touching it, so that no guard page is
 * spent. */
enum fault_code_at {
    CODE_IS_RETURN,    /* the byte is 0xC3 */
    CODE_IS_ELSE,      /* the byte can be read and is not 0xC3 */
    CODE_IS_UNREADABLE /* an ordinary read would fault */
};
enum fault_code_at hck_fault_code_at(uint64_t address);

/* The same of what lies behind a protection, where the system shows that, as Linux does. */
enum fault_code_at hck_fault_code_behind(uint64_t address);

/* Has the processor forget what it knows of the code there, which may just have been written. */
void hck_fault_flush_code(uint64_t address, size_t size);

#endif
