/* heapck-agent.exe: the executor against the heap and virtual memory of Windows itself, or of Wine.
 *
 * It speaks the protocol of kit/execute/agent.h on standard input and output and needs no
 * argument. */
#include <stdio.h>
#include <string.h>

#include "kit/execute/agent.h"

#include "kit/execute/fault.h"

/* What a function that Wine only pretends to have raises. */
#define WINE_STUB_CALLED 0x80000100u

/* The functions by name and not by import, so that a system without one of them can say so. */
static void fill_api(struct api *api)
{
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    FARPROC function;
#define CALL(name, ...)                       \
    function = GetProcAddress(kernel, #name); \
    memcpy(&api->name, &function, sizeof function);
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
}

static CONTEXT before_summary;
static volatile bool is_stub;

/* Frames of a stub may lack what it takes to unwind them, so the thread goes back as it was. */
static LONG WINAPI leave_stub(PEXCEPTION_POINTERS exception)
{
    if (exception->ExceptionRecord->ExceptionCode != WINE_STUB_CALLED) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    is_stub = true;
    *exception->ContextRecord = before_summary;
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* HeapSummary is the youngest of the functions, and the one that may be there in name only. Behind
 * RtlCaptureContext the thread comes by twice where it is. */
static void drop_stub(struct api *api)
{
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    PVOID handler = AddVectoredExceptionHandler(1, leave_stub);
    RtlCaptureContext(&before_summary);
    if (!is_stub && api->HeapSummary != NULL) {
        (void)api->HeapSummary(GetProcessHeap(), 0, &summary);
    }
    if (is_stub) {
        api->HeapSummary = NULL;
    }
    (void)RemoveVectoredExceptionHandler(handler);
}

/* Reading and writing happen between the calls of a trace, which must not see them in the last
 * error. */
static long read_input(void *context, char *bytes, unsigned long size)
{
    (void)context;
    DWORD last_error = GetLastError();
    DWORD count = 0;
    BOOL is_read = ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, size, &count, NULL);
    bool is_end = !is_read && GetLastError() == ERROR_BROKEN_PIPE;
    SetLastError(last_error);
    return is_read || is_end ? (long)count : -1;
}

static long write_output(void *context, const char *bytes, unsigned long size)
{
    (void)context;
    DWORD last_error = GetLastError();
    DWORD count = 0;
    BOOL is_written = WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, size, &count, NULL);
    SetLastError(last_error);
    return is_written ? (long)count : -1;
}

/* An exception that nobody takes ends the process at once, without a window that waits for a
 * click. */
static LONG WINAPI end_process(PEXCEPTION_POINTERS exception)
{
    (void)TerminateProcess(GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
    return EXCEPTION_EXECUTE_HANDLER;
}

int main(void)
{
    static const struct agent_stream stream = {read_input, write_output, NULL};
    struct api api;
    (void)SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    (void)SetUnhandledExceptionFilter(end_process);
    fill_api(&api);
    drop_stub(&api);
    return hck_agent_serve(&api, &stream);
}
