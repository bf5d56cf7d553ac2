/* What to ask the misbehaving plugin for. */
#ifndef HCK_TESTS_MISBEHAVING_H
#define HCK_TESTS_MISBEHAVING_H

/* Sizes of HeapAlloc. */
enum {
    ALLOC_CRASHES = 661,
    ALLOC_ABORTS,
    ALLOC_EXITS, /* with status 7 */
    ALLOC_HANGS,
    ALLOC_PRINTS,
    ALLOC_WRITES_EVERYWHERE,
    ALLOC_CRASHES_ONCE, /* with MARKER_VARIABLE naming a file that does not exist */
    ALLOC_CLOSES_EVERYTHING,
    ALLOC_IS_SLOW /* a third of a second */
};

/* Maximum sizes of HeapCreate. */
enum { HEAP_CRASHES_WHEN_DESTROYED = 771, HEAP_HANGS_WHEN_DESTROYED };

#define MARKER_VARIABLE "HEAPCK_TEST_MARKER"

#endif
