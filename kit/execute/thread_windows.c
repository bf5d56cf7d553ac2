/* Threads and gates from the Windows kernel. */
#include "kit/execute/thread.h"

#include <windows.h>

_Static_assert(sizeof(HANDLE) <= sizeof(uint64_t), "a thread handle is too small");

static DWORD WINAPI run_body(LPVOID context)
{
    struct thread *thread = context;
    thread->body(thread->context);
    return 0;
}

static HANDLE as_handle(uint64_t handle)
{
    return (HANDLE)(uintptr_t)handle;
}

uint32_t hck_thread_process(void)
{
    return GetCurrentProcessId();
}

bool hck_thread_start(struct thread *thread, void (*body)(void *), void *context)
{
    thread->body = body;
    thread->context = context;
    HANDLE handle = CreateThread(NULL, 0, run_body, thread, 0, NULL);
    thread->handle = (uint64_t)(uintptr_t)handle;
    return handle != NULL;
}

void hck_thread_join(struct thread *thread)
{
    (void)WaitForSingleObject(as_handle(thread->handle), INFINITE);
    (void)CloseHandle(as_handle(thread->handle));
}

/* Windows tells the state of a thread only with those of all threads of the system. */
bool hck_thread_waits(const struct thread *thread)
{
    (void)thread;
    return true;
}

bool hck_gate_make(struct gate *gate)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    gate->parts[0] = (uint64_t)(uintptr_t)event;
    return event != NULL;
}

void hck_gate_drop(struct gate *gate)
{
    (void)CloseHandle(as_handle(gate->parts[0]));
}

void hck_gate_open(struct gate *gate)
{
    (void)SetEvent(as_handle(gate->parts[0]));
}

bool hck_gate_pass(struct gate *gate, uint32_t wait_ms)
{
    DWORD limit = wait_ms == GATE_WAIT_FOREVER ? INFINITE : wait_ms;
    return WaitForSingleObject(as_handle(gate->parts[0]), limit) == WAIT_OBJECT_0;
}
