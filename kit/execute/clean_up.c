/* Giving back what a trace left behind, in an order that leaves nothing in use: handlers, blocks,
 * heaps, regions, views, sections. Locks come before, for each thread has to undo its own.
 *
 * What is given back was returned by the target and not yet taken back by it, so nothing here may
 * fault. Where it does, the process holds no state to go on with. */
#include <stdlib.h>

#include "kit/execute/executor.h"

struct clean_up {
    struct executor *executor;
    uint64_t heap;
    uint64_t count;
};

static void *pointer(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

/* Calls body(clean_up) and ends the process where it faults. */
static void run_or_give_up(void (*body)(void *), struct clean_up *clean_up)
{
    const struct executor_options *options = clean_up->executor->options;
    struct fault fault;
    hck_fault_run(FAULT_CALL, body, clean_up, &fault);
    if (!fault.caught) {
        return;
    }
    if (options->give_up != NULL) {
        options->give_up(options->context);
    }
    _Exit(EXECUTOR_EXIT_CLEAN_UP);
}

static void unlock(void *context)
{
    const struct clean_up *clean_up = context;
    for (uint64_t i = 0; i < clean_up->count; i++) {
        (void)clean_up->executor->api->HeapUnlock(pointer(clean_up->heap));
    }
}

void hck_clean_up_lock(struct executor *executor, uint64_t heap, uint64_t count)
{
    struct clean_up clean_up = {executor, heap, count};
    if (executor->api->HeapUnlock != NULL) {
        run_or_give_up(unlock, &clean_up);
    }
}

static void give_back(const struct api *api, const struct ledger_entry *entry)
{
    switch (entry->kind) {
    case LEDGER_HANDLER:
        if (api->RemoveVectoredExceptionHandler != NULL) {
            (void)api->RemoveVectoredExceptionHandler(pointer(entry->address));
        }
        break;
    case LEDGER_BLOCK:
        if (api->HeapFree != NULL) {
            (void)api->HeapFree(pointer(entry->detail), 0, pointer(entry->address));
        }
        break;
    case LEDGER_HEAP:
        if (api->HeapDestroy != NULL) {
            (void)api->HeapDestroy(pointer(entry->address));
        }
        break;
    case LEDGER_REGION:
        if (api->VirtualFree != NULL) {
            (void)api->VirtualFree(pointer(entry->address), 0, MEM_RELEASE);
        }
        break;
    case LEDGER_VIEW:
        if (api->UnmapViewOfFile != NULL) {
            (void)api->UnmapViewOfFile(pointer(entry->address));
        }
        break;
    case LEDGER_SECTION:
        if (api->CloseHandle != NULL) {
            (void)api->CloseHandle(pointer(entry->address));
        }
        break;
    default:
        break;
    }
}

static void give_back_all(void *context)
{
    const struct clean_up *clean_up = context;
    const struct executor *executor = clean_up->executor;
    for (uint32_t kind = LEDGER_HANDLER; kind <= LEDGER_SECTION; kind++) {
        for (uint64_t i = 0; i <= executor->ledger.mask && executor->ledger.counts[kind] > 0; i++) {
            if (executor->ledger.entries[i].kind == kind) {
                give_back(executor->api, &executor->ledger.entries[i]);
            }
        }
    }
}

void hck_clean_up(struct executor *executor)
{
    struct clean_up clean_up = {executor, 0, 0};
    run_or_give_up(give_back_all, &clean_up);
}
