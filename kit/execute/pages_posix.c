/* Memory of the executor's own from mmap, and what the process has besides. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "kit/execute/pages.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "spec/win32.h"

void *hck_pages_take(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

void hck_pages_give(void *pages, size_t size)
{
    (void)munmap(pages, size);
}

/* msync says ENOMEM of what is not mapped, and with MS_ASYNC does nothing to what is. */
bool hck_pages_is_mapped(uint64_t page)
{
    return msync((void *)(uintptr_t)page, WINMEM_PAGE_SIZE, MS_ASYNC) == 0 || errno != ENOMEM;
}
