// The public header serves C++ against the shared library: names, linkage, WM_TRY. Exits 0 if so.
#include <winmem.h>

#include <cstdio>

int main()
{
    HANDLE heap = HeapCreate(0, 0, 0);
    void *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 100);
    volatile bool caught = false;
    WM_TRY
    {
        RaiseException(0xE0000001u, 0, 0, nullptr);
    }
    WM_EXCEPT(GetExceptionCode() == 0xE0000001u)
    {
        caught = true;
    }
    WM_END
    bool good = block != nullptr && caught && HeapSize(heap, 0, block) == 100 &&
                HeapFree(heap, 0, block) && HeapDestroy(heap);
    std::printf("%s\n", good ? "good" : "bad");
    return good ? 0 : 1;
}
