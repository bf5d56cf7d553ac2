/* A heap that stands on the library's own malloc, which has the name of libc's. */
#include <stddef.h>

#include "spec/win32.h"

LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T bytes);
SIZE_T HeapSize(HANDLE heap, DWORD flags, LPCVOID block);
HANDLE GetProcessHeap(void);
void *malloc(size_t bytes);
size_t malloc_usable_size(void *block);

enum { ARENA_BYTES = 1 << 20, HEADER_BYTES = 16 };

static _Alignas(16) char arena[ARENA_BYTES];
static size_t used;

void *malloc(size_t bytes)
{
    size_t whole = (bytes + HEADER_BYTES + 15) / 16 * 16;
    if (bytes > ARENA_BYTES || whole > ARENA_BYTES - used) {
        return NULL;
    }
    char *block = arena + used + HEADER_BYTES;
    *(size_t *)(void *)(arena + used) = bytes;
    used += whole;
    return block;
}

size_t malloc_usable_size(void *block)
{
    return *(size_t *)(void *)((char *)block - HEADER_BYTES);
}

HANDLE GetProcessHeap(void)
{
    return arena;
}

LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T bytes)
{
    (void)heap;
    (void)flags;
    return malloc(bytes);
}

SIZE_T HeapSize(HANDLE heap, DWORD flags, LPCVOID block)
{
    (void)heap;
    (void)flags;
    return malloc_usable_size((void *)(UINT_PTR)block);
}
