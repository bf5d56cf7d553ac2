/* What a program that was written for Windows does, unchanged. */
#include <winmem.h>

int main(void)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    if (!heap) {
        return 1;
    }
    void *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 100);
    if (!block || HeapSize(heap, 0, block) != 100 || !HeapFree(heap, 0, block)) {
        return 1;
    }
    return HeapDestroy(heap) ? 0 : 1;
}
