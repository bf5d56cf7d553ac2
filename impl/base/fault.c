/* From a memory fault of the processor to an exception of the API. */
#include "impl/base/copy.h"
#include "impl/base/exception.h"
#include "impl/base/fork.h"
#include "impl/base/thread.h"

#include <stdatomic.h>

#define STATUS_END_OF_FILE_CODE 0xC0000011u /* what a file that has become too short says */

static _Atomic(wm_fault_resolver) resolver_in_use;

static ULONG_PTR documented_kind(enum wm_os_fault_kind kind)
{
    switch (kind) {
    case WM_OS_FAULT_READ:
        return EXCEPTION_READ_FAULT;
    case WM_OS_FAULT_WRITE:
        return EXCEPTION_WRITE_FAULT;
    case WM_OS_FAULT_EXECUTE:
        return EXCEPTION_EXECUTE_FAULT;
    }
    return EXCEPTION_READ_FAULT;
}

/* A fault at an address that the processor does not name is the copy's: nothing else runs. */
static bool is_of_copy(const struct wm_os_fault *fault, const struct wm_copy *copy)
{
    if (copy == NULL) {
        return false;
    }
    return fault->address == UINTPTR_MAX || fault->address - copy->destination < copy->bytes;
}

static bool on_fault(const struct wm_os_fault *fault)
{
    enum wm_fault_finding finding = WM_FAULT_VIOLATION;
    wm_fault_resolver resolver = atomic_load_explicit(&resolver_in_use, memory_order_acquire);
    if (resolver != NULL && !fault->backing_lost) {
        finding = resolver(fault);
    }
    if (finding != WM_FAULT_OUTDATED && is_of_copy(fault, wm_thread.copy)) {
        longjmp(wm_thread.copy->jump, 1);
    }
    EXCEPTION_RECORD record = {.ExceptionCode = STATUS_ACCESS_VIOLATION,
                               .ExceptionAddress = (PVOID)fault->instruction,
                               .NumberParameters = 2};
    record.ExceptionInformation[0] = documented_kind(fault->kind);
    record.ExceptionInformation[1] = fault->address;
    switch (finding) {
    case WM_FAULT_OUTDATED:
        return true;
    case WM_FAULT_GUARD:
        record.ExceptionCode = STATUS_GUARD_PAGE_VIOLATION;
        break;
    case WM_FAULT_VIOLATION:
        if (fault->backing_lost) {
            record.ExceptionCode = STATUS_IN_PAGE_ERROR;
            record.ExceptionInformation[2] = STATUS_END_OF_FILE_CODE;
            record.NumberParameters = 3;
        }
        break;
    }
    struct wm_exception_place place = {.stack = fault->stack, .context = fault->context};
    struct wm_signal_stack before = wm_thread.signal_stack;
    if (fault->signal_stack_end != 0) {
        wm_thread.signal_stack = (struct wm_signal_stack){.low = fault->signal_stack_low,
                                                          .end = fault->signal_stack_end,
                                                          .interrupted_stack = fault->stack,
                                                          .fault_address = fault->address};
    }
    bool continued = wm_exception_dispatch(&record, &place);
    wm_thread.signal_stack = before;
    return continued;
}

static struct wm_lock start_lock;

__attribute__((constructor)) static void join_forks(void)
{
    wm_fork_join_lock(WM_FORK_FAULTS, &start_lock);
}

void wm_fault_start(void)
{
    static atomic_bool started;
    if (atomic_load_explicit(&started, memory_order_acquire)) {
        return;
    }
    wm_lock_take(&start_lock);
    if (!atomic_load_explicit(&started, memory_order_relaxed)) {
        /* Without handlers, faults stay what they are on Linux; nothing else depends on them. */
        (void)wm_os->catch_faults(on_fault);
        atomic_store_explicit(&started, true, memory_order_release);
    }
    wm_lock_release(&start_lock);
}

void wm_fault_restart(void)
{
    (void)wm_os->catch_faults(on_fault);
}

void wm_fault_set_resolver(wm_fault_resolver resolver)
{
    atomic_store_explicit(&resolver_in_use, resolver, memory_order_release);
}
