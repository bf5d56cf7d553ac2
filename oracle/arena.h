/* The arena: all memory of the oracle, brought by its caller, handed out from low to high. */
#ifndef HCK_ORACLE_ARENA_H
#define HCK_ORACLE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
    unsigned char *bytes;
    size_t size;
    size_t used;
};

/* Rounds up so that every object is 16-aligned. */
static inline size_t arena_round(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

/* NULL where the arena is full; its size is computed from the trace so that it never is. */
static inline void *arena_take(struct arena *arena, size_t size)
{
    size_t rounded = arena_round(size);
    if (rounded > arena->size - arena->used) {
        return NULL;
    }
    void *object = arena->bytes + arena->used;
    arena->used += rounded;
    return object;
}

#endif
