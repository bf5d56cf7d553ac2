/* See fake.h. */
#define _POSIX_C_SOURCE 200809L
#include "tests/kit/execute/fake.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fake_heap;

struct fake_block {
    struct fake_block *next;
    struct fake_block *previous;
    struct fake_heap *heap;
    size_t size;
    _Alignas(16) unsigned char bytes[];
};

struct fake_heap {
    pthread_mutex_t mutex;
    struct fake_block *blocks;
};

enum { HANDLERS = 64, SLOW_MS = 250 };

struct fake fake;

static struct fake_heap process_heap;
static PVECTORED_EXCEPTION_HANDLER handlers[HANDLERS]; /* in order of calling */
static _Thread_local DWORD last_error;

static DWORD WINAPI get_last_error(void)
{
    return last_error;
}

static void WINAPI set_last_error(DWORD code)
{
    last_error = code;
}

/* --- Exceptions --- */

static PVOID WINAPI add_handler(ULONG first, PVECTORED_EXCEPTION_HANDLER handler)
{
    if (fake.handlers == HANDLERS) {
        return NULL;
    }
    if (first != 0) {
        memmove(handlers + 1, handlers, fake.handlers * sizeof handlers[0]);
        handlers[0] = handler;
    } else {
        handlers[fake.handlers] = handler;
    }
    fake.handlers++;
    return (PVOID)(uintptr_t)handler;
}

static ULONG WINAPI remove_handler(PVOID handle)
{
    for (unsigned i = 0; i < fake.handlers; i++) {
        if ((PVOID)(uintptr_t)handlers[i] == handle) {
            fake.handlers--;
            memmove(handlers + i, handlers + i + 1, (fake.handlers - i) * sizeof handlers[0]);
            return 1;
        }
    }
    return 0;
}

static void WINAPI raise_exception(DWORD code, DWORD flags, DWORD count, const ULONG_PTR *arguments)
{
    EXCEPTION_RECORD record = {.ExceptionCode = code, .ExceptionFlags = flags};
    EXCEPTION_POINTERS pointers = {&record, NULL};
    record.NumberParameters = arguments != NULL ? count : 0;
    for (DWORD i = 0; i < record.NumberParameters && i < 15; i++) {
        record.ExceptionInformation[i] = arguments[i];
        fake.array[i] = arguments[i];
    }
    if (fake.writes_input && arguments != NULL) {
        ((ULONG_PTR *)(uintptr_t)arguments)[1] ^= 0xFF00FF;
    }
    for (unsigned i = 0; i < fake.handlers; i++) {
        if (handlers[i](&pointers) == EXCEPTION_CONTINUE_EXECUTION) {
            return;
        }
    }
    abort();
}

/* --- Heaps --- */

static void make_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

static HANDLE WINAPI get_process_heap(void)
{
    return &process_heap;
}

static DWORD WINAPI get_process_heaps(DWORD count, PHANDLE heaps)
{
    fake.arguments[0] = count;
    for (DWORD i = 0; i < count && i < 2; i++) {
        heaps[i] = &process_heap;
    }
    if (fake.overrun > 0 && heaps != NULL) {
        memset(heaps + count, 1, fake.overrun);
    }
    return 2;
}

static HANDLE WINAPI heap_create(DWORD options, SIZE_T initial, SIZE_T maximum)
{
    fake.arguments[0] = options;
    fake.arguments[1] = initial;
    fake.arguments[2] = maximum;
    struct fake_heap *heap = calloc(1, sizeof *heap);
    make_mutex(&heap->mutex);
    fake.heaps++;
    return heap;
}

static void remove_block(struct fake_block *block)
{
    if (block->previous != NULL) {
        block->previous->next = block->next;
    } else {
        block->heap->blocks = block->next;
    }
    if (block->next != NULL) {
        block->next->previous = block->previous;
    }
    fake.blocks--;
    free(block);
}

static BOOL WINAPI heap_destroy(HANDLE handle)
{
    struct fake_heap *heap = handle;
    while (heap->blocks != NULL) {
        remove_block(heap->blocks);
    }
    pthread_mutex_destroy(&heap->mutex);
    free(heap);
    fake.heaps--;
    return TRUE;
}

static struct fake_block *block_of(const void *bytes)
{
    return (struct fake_block *)(void *)((char *)(uintptr_t)bytes -
                                         offsetof(struct fake_block, bytes));
}

static void *allocate(struct fake_heap *heap, DWORD flags, size_t size)
{
    struct fake_block *block = size < SIZE_MAX / 2 ? malloc(sizeof *block + size + 1) : NULL;
    if (block == NULL) {
        last_error = ERROR_NOT_ENOUGH_MEMORY;
        return NULL;
    }
    *block = (struct fake_block){.next = heap->blocks, .heap = heap, .size = size};
    if (heap->blocks != NULL) {
        heap->blocks->previous = block;
    }
    heap->blocks = block;
    memset(block->bytes, (flags & HEAP_ZERO_MEMORY) != 0 ? 0 : 0xCD, size);
    if (fake.forgets_to_zero && size > 0) {
        block->bytes[size - 1] = 1;
    }
    fake.blocks++;
    return block->bytes;
}

static void enter(struct fake_heap *heap)
{
    if (!fake.ignores_locks) {
        pthread_mutex_lock(&heap->mutex);
    }
}

static void leave(struct fake_heap *heap)
{
    if (!fake.ignores_locks) {
        pthread_mutex_unlock(&heap->mutex);
    }
}

static void be_slow(void)
{
    clock_t end = clock() + SLOW_MS * CLOCKS_PER_SEC / 1000;
    while (clock() < end) {
    }
}

static LPVOID WINAPI heap_alloc(HANDLE heap, DWORD flags, SIZE_T size)
{
    enter(heap);
    if (fake.is_slow) {
        be_slow();
    }
    fake.arguments[1] = flags;
    fake.arguments[2] = size;
    void *bytes = allocate(heap, flags, size);
    leave(heap);
    if (bytes == NULL && (flags & HEAP_GENERATE_EXCEPTIONS) != 0) {
        raise_exception(STATUS_NO_MEMORY, 0, 0, NULL);
    }
    return bytes;
}

static BOOL WINAPI heap_free(HANDLE heap, DWORD flags, LPVOID bytes)
{
    (void)flags;
    if (fake.frees_badly) {
        raise_exception(STATUS_ACCESS_VIOLATION, 0, 0, NULL);
    }
    enter(heap);
    if (bytes != NULL) {
        remove_block(block_of(bytes));
    }
    leave(heap);
    return TRUE;
}

/* Always moves. */
static LPVOID WINAPI heap_realloc(HANDLE heap, DWORD flags, LPVOID bytes, SIZE_T size)
{
    struct fake_block *old = block_of(bytes);
    enter(heap);
    unsigned char *moved = allocate(heap, flags, size);
    if (moved != NULL) {
        size_t kept = old->size < size ? old->size : size;
        memcpy(moved, old->bytes, kept);
        if (fake.loses_tail && kept > 0) {
            moved[kept - 1] ^= 1;
        }
        remove_block(old);
    }
    leave(heap);
    return moved;
}

static SIZE_T WINAPI heap_size(HANDLE heap, DWORD flags, LPCVOID bytes)
{
    (void)heap;
    (void)flags;
    return block_of(bytes)->size;
}

static BOOL WINAPI heap_validate(HANDLE heap, DWORD flags, LPCVOID bytes)
{
    (void)heap;
    (void)flags;
    fake.arguments[2] = (uint64_t)(uintptr_t)bytes;
    return TRUE;
}

static BOOL WINAPI heap_lock(HANDLE heap)
{
    enter(heap);
    fake.locks++;
    return TRUE;
}

static BOOL WINAPI heap_unlock(HANDLE heap)
{
    fake.locks--;
    leave(heap);
    return TRUE;
}

static BOOL WINAPI heap_walk(HANDLE heap, LPPROCESS_HEAP_ENTRY entry)
{
    (void)heap;
    uintptr_t number = (uintptr_t)entry->lpData;
    fake.arguments[1] = entry->cbData;
    if (number >= fake.walk_entries) {
        last_error = ERROR_NO_MORE_ITEMS;
        return FALSE;
    }
    entry->lpData = (PVOID)(number + 1);
    entry->cbData = (DWORD)number + 100;
    entry->cbOverhead = 8;
    entry->iRegionIndex = 3;
    entry->wFlags = number == 0 ? PROCESS_HEAP_REGION : PROCESS_HEAP_ENTRY_BUSY;
    if (number == 0) {
        entry->Region.dwCommittedSize = 11;
        entry->Region.dwUnCommittedSize = 12;
        entry->Region.lpFirstBlock = (PVOID)13;
        entry->Region.lpLastBlock = (PVOID)14;
    }
    memset((char *)entry + sizeof *entry, 0, fake.overrun);
    return TRUE;
}

static BOOL WINAPI heap_query(HANDLE heap, HEAP_INFORMATION_CLASS kind, PVOID information,
                              SIZE_T length, PSIZE_T needed)
{
    (void)heap;
    fake.arguments[1] = (uint64_t)kind;
    if (needed != NULL) {
        *needed = 4;
        memset((char *)needed + sizeof *needed, 0, fake.overrun);
    }
    if (information == NULL || length < 4) {
        last_error = ERROR_INSUFFICIENT_BUFFER;
        return FALSE;
    }
    *(DWORD *)information = 2;
    return TRUE;
}

static BOOL WINAPI heap_set(HANDLE heap, HEAP_INFORMATION_CLASS kind, PVOID information,
                            SIZE_T length)
{
    (void)heap;
    (void)kind;
    fake.arguments[3] = length;
    if (information != NULL) {
        memcpy(fake.array, information, 16);
        if (fake.writes_input) {
            *(DWORD *)information = ~*(DWORD *)information;
        }
    }
    return TRUE;
}

/* --- Regions --- */

enum { GRANULE = 0x10000 };

static LPVOID WINAPI virtual_alloc(LPVOID address, SIZE_T size, DWORD type, DWORD protection)
{
    fake.arguments[2] = type;
    fake.arguments[3] = protection;
    if (address != NULL && (type & MEM_RESERVE) == 0) {
        return address;
    }
    if (size == 0 || size > (SIZE_T)1 << 30) {
        last_error = ERROR_INVALID_PARAMETER;
        return NULL;
    }
    void *region = aligned_alloc(GRANULE, (size + GRANULE - 1) & ~(SIZE_T)(GRANULE - 1));
    memset(region, 0, size);
    fake.regions++;
    return region;
}

static BOOL WINAPI virtual_free(LPVOID address, SIZE_T size, DWORD type)
{
    (void)size;
    if ((type & MEM_RELEASE) != 0) {
        free(address);
        fake.regions--;
    }
    return TRUE;
}

static BOOL WINAPI virtual_protect(LPVOID address, SIZE_T size, DWORD protection, PDWORD old)
{
    (void)address;
    (void)size;
    (void)protection;
    if (old == NULL) {
        last_error = ERROR_NOACCESS;
        return FALSE;
    }
    *old = PAGE_READWRITE;
    memset(old + 1, 0, fake.overrun);
    return TRUE;
}

/* Runs of 64 KiB, from 64 KiB to the first MiB. */
static SIZE_T WINAPI virtual_query(LPCVOID address, PMEMORY_BASIC_INFORMATION memory, SIZE_T length)
{
    uintptr_t base = (uintptr_t)address & ~(uintptr_t)(GRANULE - 1);
    if (length < sizeof *memory) {
        last_error = ERROR_BAD_LENGTH;
        return 0;
    }
    memset(memory, 0, sizeof *memory + fake.overrun);
    memory->BaseAddress = (PVOID)base;
    memory->AllocationBase = (PVOID)(base + 1);
    memory->AllocationProtect = 2;
    memory->RegionSize = GRANULE;
    memory->State = 3;
    memory->Protect = 4;
    memory->Type = 5;
    return sizeof *memory;
}

static void WINAPI get_system_info(LPSYSTEM_INFO system)
{
    memset(system, 0, sizeof *system + fake.overrun);
    system->wProcessorArchitecture = 9;
    system->dwPageSize = 4096;
    system->lpMinimumApplicationAddress = (LPVOID)GRANULE;
    system->lpMaximumApplicationAddress = (LPVOID)0xFFFFF;
    system->dwNumberOfProcessors = 2;
    system->dwAllocationGranularity = GRANULE;
}

void fake_start(struct api *api)
{
    static bool has_mutex;
    if (!has_mutex) {
        make_mutex(&process_heap.mutex);
        has_mutex = true;
    }
    memset(&fake, 0, sizeof fake);
    *api = (struct api){
        .GetProcessHeap = get_process_heap,
        .GetProcessHeaps = get_process_heaps,
        .HeapCreate = heap_create,
        .HeapDestroy = heap_destroy,
        .HeapAlloc = heap_alloc,
        .HeapReAlloc = heap_realloc,
        .HeapFree = heap_free,
        .HeapSize = heap_size,
        .HeapValidate = heap_validate,
        .HeapLock = heap_lock,
        .HeapUnlock = heap_unlock,
        .HeapWalk = heap_walk,
        .HeapQueryInformation = heap_query,
        .HeapSetInformation = heap_set,
        .VirtualAlloc = virtual_alloc,
        .VirtualFree = virtual_free,
        .VirtualProtect = virtual_protect,
        .VirtualQuery = virtual_query,
        .GetSystemInfo = get_system_info,
        .GetLastError = get_last_error,
        .SetLastError = set_last_error,
        .AddVectoredExceptionHandler = add_handler,
        .RemoveVectoredExceptionHandler = remove_handler,
        .RaiseException = raise_exception,
    };
}

void fake_start_without_exceptions(struct api *api)
{
    fake_start(api);
    api->AddVectoredExceptionHandler = NULL;
    api->RemoveVectoredExceptionHandler = NULL;
    api->RaiseException = NULL;
}
