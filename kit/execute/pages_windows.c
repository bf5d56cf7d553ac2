/* Memory of the executor's own from VirtualAlloc. Windows keeps the gap free; an implementation of
 * Windows on another system may not. */
#include "kit/execute/pages.h"

#include <stdint.h>
#include <windows.h>

#include "spec/win32.h"

static bool gap_is_empty;

void *hck_pages_take(size_t size)
{
    return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void hck_pages_give(void *pages, size_t size)
{
    (void)size;
    (void)VirtualFree(pages, 0, MEM_RELEASE);
}

static bool is_mapped(uint64_t page)
{
    unsigned char byte;
    SIZE_T done = 0;
    return ReadProcessMemory(GetCurrentProcess(), (LPCVOID)(uintptr_t)page, &byte, 1, &done) != 0;
}

__attribute__((constructor)) static void look_at_gap(void)
{
    uint64_t gap = WINMEM_ADDRESS_MAX + 1;
    gap_is_empty = true;
    for (uint64_t at = gap; at < gap + WINMEM_GRANULARITY; at += WINMEM_PAGE_SIZE) {
        gap_is_empty = gap_is_empty && !is_mapped(at);
    }
}

bool hck_pages_gap_is_empty(void)
{
    return gap_is_empty;
}
