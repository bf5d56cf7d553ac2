/* A small target of the tests' own: heaps over malloc, regions over aligned_alloc, a list of
 * vectored handlers. It counts what is alive, remembers the last arguments, and misbehaves on
 * demand. */
#ifndef HCK_TESTS_FAKE_H
#define HCK_TESTS_FAKE_H

#include "spec/api.h"
#include "spec/call.h"

struct fake {
    /* What is alive. */
    unsigned heaps;
    unsigned blocks;
    unsigned regions;
    unsigned handlers;
    unsigned locks;
    /* The arguments of the last call that has an array or a number of interest. */
    uint64_t arguments[CALL_ARGUMENTS_MAX];
    uint64_t array[16];
    /* On demand. */
    unsigned overrun;      /* bytes written behind every out-structure */
    bool writes_input;     /* changes what it should only read */
    bool frees_badly;      /* HeapFree raises an exception */
    bool loses_tail;       /* HeapReAlloc that moves does not copy the last byte */
    bool forgets_to_zero;  /* HEAP_ZERO_MEMORY leaves the last byte as it was */
    bool ignores_locks;    /* HeapLock keeps nobody out */
    bool is_slow;          /* HeapAlloc takes 250 ms of a processor */
    unsigned walk_entries; /* HeapWalk has that many, none if 0 */
};

extern struct fake fake;

/* Everything as at the start, and the functions. */
void fake_start(struct api *api);

/* The same without exceptions, so that faults stay signals. */
void fake_start_without_exceptions(struct api *api);

#endif
