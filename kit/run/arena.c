/* See arena.h. */
#define _DEFAULT_SOURCE /* madvise */
#include "kit/run/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "oracle/oracle.h"
#include "spec/typestate.h"

enum { SMALL_STEP = 1 << 16, LARGE_STEP = 1 << 21 /* a huge page */ };

static bool grow(struct judge_arena *arena, size_t need)
{
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

/* Where the system does not take the pages (they may be locked) the arena is as good as any. */
static bool give_pages_back(struct judge_arena *arena)
{
#ifdef __linux__ /* elsewhere MADV_DONTNEED need not leave zeroes */
    return madvise(arena->bytes, arena->size, MADV_DONTNEED) == 0;
#else
    (void)arena;
    return false;
#endif
}

bool hck_arena_fit(struct judge_arena *arena, const struct trace *trace)
{
    if (!grow(arena, hck_oracle_storage(trace))) {
        return false;
    }
    arena->is_zeroed = hck_typestate_is_sparse(trace) && give_pages_back(arena);
    return true;
}

void hck_arena_free(struct judge_arena *arena)
{
    free(arena->bytes);
    arena->bytes = NULL;
    arena->size = 0;
}
