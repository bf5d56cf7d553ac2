/* Memory of the executor's own from VirtualAlloc, and what the process has besides. */
#include "kit/execute/pages.h"

#include <stdint.h>
#include <windows.h>

void *hck_pages_take(size_t size)
{
    return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void hck_pages_give(void *pages, size_t size)
{
    (void)size;
    (void)VirtualFree(pages, 0, MEM_RELEASE);
}

bool hck_pages_is_mapped(uint64_t page)
{
    unsigned char byte;
    SIZE_T done = 0;
    return ReadProcessMemory(GetCurrentProcess(), (LPCVOID)(uintptr_t)page, &byte, 1, &done) != 0;
}
