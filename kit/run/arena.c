/* See arena.h. */
#define _DEFAULT_SOURCE /* madvise */
#include "kit/run/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "oracle/oracle.h"

enum { SMALL_STEP = 1 << 16, LARGE_STEP = 1 << 21 /* a huge page */ };

bool hck_arena_fit(struct judge_arena *arena, const struct trace *trace)
{
    size_t need = hck_oracle_storage(trace);
    if (need <= arena->size) {
        return true;
    }
    size_t step = need < LARGE_STEP ? SMALL_STEP : LARGE_STEP;
    if (need > SIZE_MAX - step) {
        return false;
    }
    size_t size = (need + step - 1) / step * step;
    void *bytes = aligned_alloc(step, size);
    if (bytes == NULL) {
        return false;
    }
#ifdef MADV_HUGEPAGE
    if (step == LARGE_STEP) {
        (void)madvise(bytes, size, MADV_HUGEPAGE); /* a kernel without them: the same, slower */
    }
#endif
    free(arena->bytes);
    arena->bytes = bytes;
    arena->size = size;
    return true;
}

void hck_arena_free(struct judge_arena *arena)
{
    free(arena->bytes);
    arena->bytes = NULL;
    arena->size = 0;
}
