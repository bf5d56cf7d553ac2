#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

void *GetProcessHeap(void)
{
    return (void *)16;
}
void *HeapAlloc(void *heap, uint32_t flags, size_t size)
{
    return flags & 8 ? calloc(1, size) : malloc(size); /* 8 is HEAP_ZERO_MEMORY */
}
size_t HeapSize(void *heap, uint32_t flags, void *block)
{
    return malloc_usable_size(block);
}
int HeapFree(void *heap, uint32_t flags, void *block)
{
    return free(block), 1;
}
