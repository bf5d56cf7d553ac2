/* Probes that ask the target again and again: whole walks of a heap and of the address space. */
#include <string.h>

#include "kit/execute/executor.h"

/* Room for one more entry of this many values, and for the guard count behind the list. */
static bool has_room(const struct observation *seen, uint32_t values)
{
    return seen->value_capacity - seen->value_count > values;
}

static void walk_heap(struct worker *worker)
{
    const struct api *api = worker->executor->api;
    void *heap = (void *)(uintptr_t)worker->words[0];
    struct out_buffer *out = &worker->outs[0];
    hck_marshal_out(out, sizeof(PROCESS_HEAP_ENTRY), sizeof(PROCESS_HEAP_ENTRY));
    memset(out->bytes + offsetof(PROCESS_HEAP_ENTRY, lpData), 0, sizeof(PVOID));
    for (uint32_t count = 0; count <= WALK_ENTRIES_MAX; count++) {
        if (worker->executor->has_last_error) {
            api->SetLastError(LAST_ERROR_SENTINEL);
        }
        if (!api->HeapWalk(heap, (PROCESS_HEAP_ENTRY *)(void *)out->bytes)) {
            worker->seen.result = 1;
            return;
        }
        if (count == WALK_ENTRIES_MAX || !has_room(&worker->seen, WALK_VALUE_COUNT)) {
            return;
        }
        hck_marshal_entry(worker, STRUCT_entry, out->bytes);
    }
}

/* Queries from `address` until `end` is passed. */
static void query_range(struct worker *worker, uint64_t address, uint64_t end)
{
    const struct api *api = worker->executor->api;
    struct out_buffer *out = &worker->outs[0];
    MEMORY_BASIC_INFORMATION memory;
    hck_marshal_out(out, sizeof memory, sizeof memory);
    while (address < end) {
        memset(out->bytes, OUT_UNTOUCHED, sizeof memory);
        if (worker->seen.value_count / MEMORY_VALUE_COUNT == MEMORY_RUNS_MAX ||
            !has_room(&worker->seen, MEMORY_VALUE_COUNT) ||
            api->VirtualQuery((void *)(uintptr_t)address,
                              (MEMORY_BASIC_INFORMATION *)(void *)out->bytes, sizeof memory) == 0) {
            return;
        }
        memcpy(&memory, out->bytes, sizeof memory);
        hck_marshal_entry(worker, STRUCT_memory, out->bytes);
        uint64_t next = (uint64_t)(uintptr_t)memory.BaseAddress + memory.RegionSize;
        if (next <= address) {
            return;
        }
        address = next;
    }
    worker->seen.result = 1;
}

static void ask_system(struct worker *worker, SYSTEM_INFO *system)
{
    struct out_buffer *out = &worker->outs[1];
    hck_marshal_out(out, sizeof *system, sizeof *system);
    worker->executor->api->GetSystemInfo((SYSTEM_INFO *)(void *)out->bytes);
    memcpy(system, out->bytes, sizeof *system);
}

/* As the target says; what no system can have is not believed, or the walk would end anywhere. */
static uint64_t granularity(struct worker *worker)
{
    SYSTEM_INFO system;
    if (worker->executor->api->GetSystemInfo == NULL) {
        return WINMEM_GRANULARITY;
    }
    ask_system(worker, &system);
    uint64_t told = system.dwAllocationGranularity;
    bool is_sensible = told >= WINMEM_PAGE_SIZE && told <= 1 << 30 && (told & (told - 1)) == 0;
    return is_sensible ? told : WINMEM_GRANULARITY;
}

static void query_region(struct worker *worker)
{
    uint64_t step = granularity(worker);
    uint64_t address = worker->subject.address;
    uint64_t end = address + worker->subject.size;
    query_range(worker, address, (end + step - 1) & ~(step - 1));
}

static void query_all(struct worker *worker)
{
    SYSTEM_INFO system;
    ask_system(worker, &system);
    uint64_t highest = (uint64_t)(uintptr_t)system.lpMaximumApplicationAddress;
    query_range(worker, (uint64_t)(uintptr_t)system.lpMinimumApplicationAddress,
                highest == UINT64_MAX ? highest : highest + 1);
}

void hck_probe_walk(struct worker *worker)
{
    switch ((int)worker->call->id) {
    case CALL_WalkHeap:
        walk_heap(worker);
        break;
    case CALL_QueryRegion:
        query_region(worker);
        break;
    case CALL_QueryAll:
        query_all(worker);
        break;
    default:
        break;
    }
}
