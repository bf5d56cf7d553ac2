/* Memory of the executor's own from VirtualAlloc. */
#include "kit/execute/pages.h"

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
