/* A plugin that needs a function which nobody has. */
#include <stddef.h>

void *no_such_function_anywhere(size_t size);
void *HeapAlloc(void *heap, unsigned flags, size_t size);

void *HeapAlloc(void *heap, unsigned flags, size_t size)
{
    (void)heap;
    (void)flags;
    return no_such_function_anywhere(size);
}
