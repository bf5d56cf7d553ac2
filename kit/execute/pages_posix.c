/* Memory of the executor's own from mmap, and what the process has where it should have nothing. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "kit/execute/pages.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "spec/win32.h"

static bool gap_is_empty;

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
static bool is_mapped(uint64_t page)
{
    return msync((void *)(uintptr_t)page, WINMEM_PAGE_SIZE, MS_ASYNC) == 0 || errno != ENOMEM;
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
