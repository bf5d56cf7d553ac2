/* Arguments to machine words before a call, out-structures to values after it. */
#include <string.h>

#include "kit/execute/executor.h"

void hck_marshal_out(struct out_buffer *out, uint64_t room, uint32_t size)
{
    out->room = room < OUT_BYTES_MAX ? (uint32_t)room : OUT_BYTES_MAX;
    out->size = out->room > size ? out->room : size;
    memset(out->bytes, OUT_UNTOUCHED, out->size + GUARD_BYTES);
}

/* A buffer whose length the call says: that much room, and at least what is recorded of it. */
static void prepare_sized(struct out_buffer *out, uint64_t length, uint32_t recorded)
{
    hck_marshal_out(out, length < SIZED_BUFFER_MAX ? length : SIZED_BUFFER_MAX, recorded);
}

static void prepare_summary(struct out_buffer *out)
{
    DWORD size = sizeof(HEAP_SUMMARY);
    hck_marshal_out(out, sizeof(HEAP_SUMMARY), sizeof(HEAP_SUMMARY));
    memcpy(out->bytes + offsetof(HEAP_SUMMARY, cb), &size, sizeof size);
}

/* An enumeration starts with lpData NULL, whatever the other members hold; so they hold garbage. */
static void prepare_walk(struct worker *worker)
{
    const struct argument *from = &worker->call->arguments[1];
    struct out_buffer *out = &worker->outs[0];
    hck_marshal_out(out, sizeof(PROCESS_HEAP_ENTRY), sizeof(PROCESS_HEAP_ENTRY));
    if (from->form == FORM_SLOT) {
        memcpy(out->bytes, &worker->executor->walks[from->slot], sizeof(PROCESS_HEAP_ENTRY));
    } else {
        memset(out->bytes + offsetof(PROCESS_HEAP_ENTRY, lpData), 0, sizeof(PVOID));
    }
}

static void prepare_outs(struct worker *worker)
{
    struct out_buffer *outs = worker->outs;
    const struct argument *arguments = worker->call->arguments;
    switch ((int)worker->call->id) {
    case CALL_GetProcessHeaps:
        if (worker->words[0] > PROCESS_HEAPS_MAX) {
            worker->words[0] = PROCESS_HEAPS_MAX;
        }
        hck_marshal_out(&outs[0], worker->words[0] * sizeof(HANDLE), 0);
        break;
    case CALL_HeapWalk:
        prepare_walk(worker);
        break;
    case CALL_HeapSummary:
        prepare_summary(&outs[0]);
        break;
    case CALL_HeapQueryInformation:
        prepare_sized(&outs[0], arguments[3].value, 2 * sizeof(DWORD));
        hck_marshal_out(&outs[1], sizeof(SIZE_T), sizeof(SIZE_T));
        break;
    case CALL_VirtualProtect:
        hck_marshal_out(&outs[0], sizeof(DWORD), sizeof(DWORD));
        break;
    case CALL_VirtualQuery:
        prepare_sized(&outs[0], arguments[2].value, sizeof(MEMORY_BASIC_INFORMATION));
        break;
    case CALL_GetSystemInfo:
        hck_marshal_out(&outs[0], sizeof(SYSTEM_INFO), sizeof(SYSTEM_INFO));
        break;
    default:
        break;
    }
}

/* RaiseException reads words n, n + 1, ...; HeapSetInformation the two DWORDs n, 0. */
static uint64_t prepare_input(struct worker *worker, const struct argument *argument)
{
    uint64_t *input = worker->input;
    if (argument->form == FORM_NULL) {
        return 0;
    }
    for (unsigned i = 0; i < INPUT_WORDS; i++) {
        input[i] = worker->call->id == CALL_RaiseException ? argument->value + i : 0;
    }
    if (worker->call->id == CALL_HeapSetInformation) {
        input[0] = (uint32_t)argument->value;
    }
    memcpy(worker->input_before, input, sizeof worker->input_before);
    return (uint64_t)(uintptr_t)input;
}

static uint64_t word_of(struct worker *worker, const struct argument_row *row,
                        const struct argument *argument, unsigned *out_count)
{
    switch (row->kind) {
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_HANDLER:
    case ARGUMENT_ADDRESS:
        return hck_typestate_address(&worker->executor->state, argument);
    case ARGUMENT_WALK:
        return (uint64_t)(uintptr_t)worker->outs[0].bytes;
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
        return argument->value;
    case ARGUMENT_BEHAVIOUR:
        return (uint64_t)(uintptr_t)hck_handlers_prepare(worker->call->result_slot,
                                                         (enum handler_behaviour)argument->value);
    case ARGUMENT_INPUT:
        return prepare_input(worker, argument);
    case ARGUMENT_OUT: {
        const unsigned char *bytes = worker->outs[(*out_count)++].bytes;
        return argument->form == FORM_OUT ? (uint64_t)(uintptr_t)bytes : 0;
    }
    case ARGUMENT_NONE:
        break;
    }
    return 0;
}

void hck_marshal_arguments(struct worker *worker)
{
    const struct call_row *row = &hck_call_rows[worker->call->id];
    unsigned out_count = 0;
    for (unsigned i = 0; i < row->argument_count; i++) {
        worker->words[i] =
            word_of(worker, &row->arguments[i], &worker->call->arguments[i], &out_count);
    }
    prepare_outs(worker);
}

static void put(struct worker *worker, uint64_t value)
{
    struct observation *seen = &worker->seen;
    if (seen->value_count < seen->value_capacity) {
        seen->values[seen->value_count++] = value;
    }
}

static void put_address(struct worker *worker, const void *address)
{
    put(worker, (uint64_t)(uintptr_t)address);
}

void hck_marshal_walk_entry(struct worker *worker, const PROCESS_HEAP_ENTRY *entry)
{
    bool is_region = (entry->wFlags & PROCESS_HEAP_REGION) != 0;
    put_address(worker, entry->lpData);
    put(worker, entry->cbData);
    put(worker, entry->cbOverhead);
    put(worker, entry->iRegionIndex);
    put(worker, entry->wFlags);
    put(worker, is_region ? entry->Region.dwCommittedSize : 0);
    put(worker, is_region ? entry->Region.dwUnCommittedSize : 0);
    put_address(worker, is_region ? entry->Region.lpFirstBlock : NULL);
    put_address(worker, is_region ? entry->Region.lpLastBlock : NULL);
}

void hck_marshal_memory(struct worker *worker, const MEMORY_BASIC_INFORMATION *memory)
{
    put_address(worker, memory->BaseAddress);
    put_address(worker, memory->AllocationBase);
    put(worker, memory->AllocationProtect);
    put(worker, memory->RegionSize);
    put(worker, memory->State);
    put(worker, memory->Protect);
    put(worker, memory->Type);
}

static void put_process_heaps(struct worker *worker)
{
    HANDLE handle;
    for (uint32_t at = 0; at < worker->outs[0].room; at += sizeof handle) {
        memcpy(&handle, worker->outs[0].bytes + at, sizeof handle);
        put_address(worker, handle);
    }
}

static void put_summary(struct worker *worker, const HEAP_SUMMARY *summary)
{
    put(worker, summary->cb);
    put(worker, summary->cbAllocated);
    put(worker, summary->cbCommitted);
    put(worker, summary->cbReserved);
    put(worker, summary->cbMaxReserve);
}

static void put_system(struct worker *worker, const SYSTEM_INFO *system)
{
    put(worker, system->wProcessorArchitecture);
    put(worker, system->dwPageSize);
    put_address(worker, system->lpMinimumApplicationAddress);
    put_address(worker, system->lpMaximumApplicationAddress);
    put(worker, system->dwActiveProcessorMask);
    put(worker, system->dwNumberOfProcessors);
    put(worker, system->dwProcessorType);
    put(worker, system->dwAllocationGranularity);
}

static uint64_t count_changed_guards(const struct out_buffer *out)
{
    uint64_t changed = 0;
    for (uint32_t i = out->room; i < out->size + GUARD_BYTES; i++) {
        changed += out->bytes[i] != OUT_UNTOUCHED;
    }
    return changed;
}

static void put_changed_input(struct worker *worker, unsigned argument)
{
    const unsigned char *now = (const unsigned char *)worker->input;
    const unsigned char *before = (const unsigned char *)worker->input_before;
    uint64_t changed = 0;
    if (worker->call->arguments[argument].form == FORM_NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof worker->input; i++) {
        changed += now[i] != before[i];
    }
    put(worker, changed);
}

/* The structures are copied out of their buffers: a target may have been told an odd place, and the
 * copy is aligned and typed. */
void hck_marshal_values(struct worker *worker)
{
    union {
        PROCESS_HEAP_ENTRY entry;
        HEAP_SUMMARY summary;
        MEMORY_BASIC_INFORMATION memory;
        SYSTEM_INFO system;
        DWORD dwords[2];
    } copy;
    const struct out_buffer *outs = worker->outs;
    SIZE_T length;
    memcpy(&copy, outs[0].bytes, sizeof copy);
    switch ((int)worker->call->id) {
    case CALL_GetProcessHeaps:
        put_process_heaps(worker);
        break;
    case CALL_HeapWalk:
        hck_marshal_walk_entry(worker, &copy.entry);
        break;
    case CALL_HeapSummary:
        put_summary(worker, &copy.summary);
        break;
    case CALL_HeapQueryInformation:
        memcpy(&length, outs[1].bytes, sizeof length);
        put(worker, copy.dwords[0]);
        put(worker, copy.dwords[1]);
        put(worker, length);
        put(worker, count_changed_guards(&outs[0]) + count_changed_guards(&outs[1]));
        return;
    case CALL_VirtualProtect:
        put(worker, copy.dwords[0]);
        break;
    case CALL_VirtualQuery:
        hck_marshal_memory(worker, &copy.memory);
        break;
    case CALL_GetSystemInfo:
        put_system(worker, &copy.system);
        break;
    case CALL_HeapSetInformation:
        put_changed_input(worker, 2);
        return;
    case CALL_RaiseException:
        put_changed_input(worker, 3);
        return;
    case CALL_WalkHeap: /* the entries are there already */
    case CALL_QueryRegion:
    case CALL_QueryAll:
        break;
    default:
        return;
    }
    put(worker, count_changed_guards(&outs[0]));
}
