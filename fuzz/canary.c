/* The alarm itself: a target with a planted fault has to be caught by any engine within seconds.
 *
 * HeapSize answers one byte too many of the first heap that the process has, as soon as three
 * blocks are live in it. */
#include "fuzz/harness.h"

enum { BLOCKS_OF_THE_FAULT = 3 };

static const struct api *target;
static HANDLE heap;
static unsigned block_count;

static LPVOID WINAPI counting_alloc(HANDLE of, DWORD flags, SIZE_T size)
{
    LPVOID block = target->HeapAlloc(of, flags, size);
    if (block != NULL && (block_count == 0 || of == heap)) {
        heap = of;
        block_count++;
    }
    return block;
}

static BOOL WINAPI counting_free(HANDLE of, DWORD flags, LPVOID block)
{
    BOOL is_freed = target->HeapFree(of, flags, block);
    block_count -= is_freed && block != NULL && of == heap && block_count > 0;
    return is_freed;
}

static SIZE_T WINAPI deviant_size(HANDLE of, DWORD flags, LPCVOID block)
{
    SIZE_T size = target->HeapSize(of, flags, block);
    return size + (of == heap && block_count >= BLOCKS_OF_THE_FAULT && size != (SIZE_T)-1);
}

HARNESS_OPTIONS(canary);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target = hck_harness_target();
    struct api deviant = *target;
    deviant.HeapAlloc = counting_alloc;
    deviant.HeapFree = counting_free;
    deviant.HeapSize = deviant_size;
    block_count = 0;
    hck_harness_judge(&deviant, &hck_harness_options, data, size);
    return 0;
}
