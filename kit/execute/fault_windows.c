/* Catching exceptions and faults on Windows (x64).
 *
 * A body is called from a small function in assembly that has a language handler, which is what a
 * compiler makes of __try and __except. The handler is asked after all vectored handlers and after
 * the frames of the target's own functions, copies the exception, and has the system unwind to the
 * call: the target's functions run their termination handlers and so give back the locks they hold.
 * A vectored handler could do neither. */
#include "kit/execute/fault.h"

/* The frame of hck_fault_guard: 32 bytes for its callee, 8 to align, and the place of `fault`. */
#define FRAME_FAULT_OFFSET 40

/* Calls body(context); `fault` is for the handler to find. */
void hck_fault_guard(void (*body)(void *), void *context, struct fault *fault);

/* Where hck_fault_guard goes on after an exception. */
extern const char hck_fault_landing[];

EXCEPTION_DISPOSITION hck_fault_handle(PEXCEPTION_RECORD record, PVOID frame, PCONTEXT machine,
                                       PDISPATCHER_CONTEXT dispatcher);

/* The nop keeps the return address of the call inside the guarded range and off the epilogue, where
 * the unwinder would not ask the handler. */
__asm__(".text\n"
        ".globl hck_fault_guard\n"
        ".def hck_fault_guard; .scl 2; .type 32; .endef\n"
        ".globl hck_fault_landing\n"
        ".p2align 4\n"
        ".seh_proc hck_fault_guard\n"
        "hck_fault_guard:\n"
        "    subq $56, %rsp\n"
        "    .seh_stackalloc 56\n"
        "    .seh_handler hck_fault_handle, @except\n"
        "    .seh_endprologue\n"
        "    movq %r8, 40(%rsp)\n"
        "    movq %rcx, %rax\n"
        "    movq %rdx, %rcx\n"
        "    call *%rax\n"
        "    nop\n"
        "hck_fault_landing:\n"
        "    nop\n"
        "    addq $56, %rsp\n"
        "    ret\n"
        "    .seh_endproc\n");

EXCEPTION_DISPOSITION hck_fault_handle(PEXCEPTION_RECORD record, PVOID frame, PCONTEXT machine,
                                       PDISPATCHER_CONTEXT dispatcher)
{
    (void)machine;
    if ((record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)) != 0) {
        return ExceptionContinueSearch;
    }
    struct fault *fault = *(struct fault **)((char *)frame + FRAME_FAULT_OFFSET);
    fault->caught = true;
    fault->code = record->ExceptionCode;
    fault->flags = record->ExceptionFlags;
    fault->parameter_count = record->NumberParameters < EXCEPTION_PARAMETERS_MAX
                                 ? record->NumberParameters
                                 : EXCEPTION_PARAMETERS_MAX;
    for (uint32_t i = 0; i < fault->parameter_count; i++) {
        fault->parameters[i] = record->ExceptionInformation[i];
    }
    RtlUnwindEx(frame, (PVOID)(uintptr_t)hck_fault_landing, record, NULL, dispatcher->ContextRecord,
                dispatcher->HistoryTable);
    return ExceptionContinueSearch;
}

void hck_fault_run(enum fault_scope scope, void (*body)(void *), void *context, struct fault *fault)
{
    (void)scope;
    fault->caught = false;
    hck_fault_guard(body, context, fault);
}

/* Nothing of the process changes: the frame around each call is all there is. */
bool hck_fault_attach(const struct api *api)
{
    (void)api;
    return true;
}

void hck_fault_detach(const struct api *api)
{
    (void)api;
}

void hck_fault_stay_last(const struct api *api)
{
    (void)api;
}

enum fault_code_at hck_fault_code_at(uint64_t address)
{
    MEMORY_BASIC_INFORMATION page;
    const void *place = (const void *)(uintptr_t)address;
    if (VirtualQuery(place, &page, sizeof page) == 0 || page.State != MEM_COMMIT ||
        (page.Protect & (PAGE_GUARD | PAGE_NOACCESS | PAGE_EXECUTE)) != 0) {
        return CODE_IS_UNREADABLE;
    }
    return *(const volatile unsigned char *)place == 0xC3 ? CODE_IS_RETURN : CODE_IS_ELSE;
}

enum fault_code_at hck_fault_code_behind(uint64_t address)
{
    (void)address;
    return CODE_IS_UNREADABLE;
}

void hck_fault_flush_code(uint64_t address, size_t size)
{
    (void)FlushInstructionCache(GetCurrentProcess(), (const void *)(uintptr_t)address, size);
}
