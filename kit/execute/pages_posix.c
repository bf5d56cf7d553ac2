/* Memory of the executor's own from mmap. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "kit/execute/pages.h"

#include <sys/mman.h>

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
