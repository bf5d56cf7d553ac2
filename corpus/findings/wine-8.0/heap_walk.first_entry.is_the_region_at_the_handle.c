/* heap_walk.first_entry.is_the_region_at_the_handle (observed)
 *
 * The first entry of a walk is a REGION entry whose lpData is the heap handle.
 *
 * reported of Windows 7 to 11, 64-bit; not measured here; Microsoft Learn: Enumerating a Heap
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0)
 *     b0 = HeapAlloc(h0, 0, 524264)
 *     b1 = HeapAlloc(h0, 0, 524264)
 *     b2 = HeapAlloc(h0, 0, 524264)
 *     b3 = HeapAlloc(h0, 0, 524264)
 *     b4 = HeapAlloc(h0, 0, 524264)
 *     b5 = HeapAlloc(h0, 0, 524264)
 *     b6 = HeapAlloc(h0, 0, 524264)
 *     b7 = HeapAlloc(h0, 0, 524264)
 *     WalkHeap(h0)   # the judged call
 *
 * Windows: x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe
 * Linux:   gcc -O1 repro.c -lwinmem -o repro, with -I for <winmem.h>
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run.
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#endif
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>

/* Last error before a call, so that a call that sets it shows. */
#define SENTINEL 0x2E5EB0DEu

/* The verdict: 0 conforms, 1 violates, 2 could not be run. */
static int judge(int holds, const char *expected, uint64_t seen)
{
    printf("expected: %s\n", expected);
    printf("seen:     0x%" PRIx64 " (%" PRIu64 ")\n", seen, seen);
    printf("%s\n", holds ? "The clause holds." : "The clause is VIOLATED.");
    fflush(stdout);
    return holds ? 0 : 1;
}

static int could_not_run(const char *reason)
{
    printf("could not be run: %s\n", reason);
    fflush(stdout);
    return 2;
}

/* Out-structures as a list of words. */
static uint64_t values[1 << 20];

static uint32_t value_count;

static void put(uint64_t value)
{
    if (value_count < sizeof values / sizeof values[0]) {
        values[value_count++] = value;
    }
}

/* The words of one entry of HeapWalk. */
enum {
    WALK_DATA,
    WALK_SIZE,
    WALK_OVERHEAD,
    WALK_REGION_INDEX,
    WALK_FLAGS,
    WALK_COMMITTED,
    WALK_UNCOMMITTED,
    WALK_FIRST,
    WALK_LAST,
    WALK_VALUE_COUNT
};

static void put_entry(const PROCESS_HEAP_ENTRY *item)
{
    int has_bounds = (item->wFlags & PROCESS_HEAP_REGION) != 0;
    put((uintptr_t)item->lpData);
    put(item->cbData);
    put(item->cbOverhead);
    put(item->iRegionIndex);
    put(item->wFlags);
    put(has_bounds ? item->Region.dwCommittedSize : 0);
    put(has_bounds ? item->Region.dwUnCommittedSize : 0);
    put(has_bounds ? (uintptr_t)item->Region.lpFirstBlock : 0);
    put(has_bounds ? (uintptr_t)item->Region.lpLastBlock : 0);
}

static uint64_t value_at(uint32_t index)
{
    return index < value_count ? values[index] : 0;
}

static PROCESS_HEAP_ENTRY entry;

/* One step of an enumeration, into `entry`; it starts where `from` is NULL. */
static BOOL walk(HANDLE heap, const PROCESS_HEAP_ENTRY *from)
{
    if (from != NULL) {
        entry = *from;
    } else {
        memset(&entry, 0xA5, sizeof entry);
        entry.lpData = NULL;
    }
    return HeapWalk(heap, &entry);
}

/* The whole enumeration into `values`; 1 where it came to an end. */
static SIZE_T walk_heap(HANDLE heap)
{
    const uint32_t most = sizeof values / sizeof values[0] - WALK_VALUE_COUNT;
    value_count = 0;
    SetLastError(SENTINEL);
    for (BOOL more = walk(heap, NULL); more; more = HeapWalk(heap, &entry)) {
        if (value_count >= most) {
            return 0;
        }
        put_entry(&entry);
        SetLastError(SENTINEL);
    }
    return 1;
}

static HANDLE h0;
static char *b0;
static char *b1;
static char *b2;
static char *b3;
static char *b4;
static char *b5;
static char *b6;
static char *b7;
static SIZE_T result; /* of the judged call */

int main(void)
{
    h0 = HeapCreate(0, 0, 0);
    if (h0) {
        b0 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b1 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b2 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b3 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b4 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b5 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b6 = HeapAlloc(h0, 0, 524264);
    }
    if (h0) {
        b7 = HeapAlloc(h0, 0, 524264);
    }
    /* The judged call. */
    if (!(h0)) {
        return could_not_run("it needs h0");
    }
    result = walk_heap(h0);
    uint64_t seen = value_at(0);
    printf("where:    h0 is %p\n", (void *)h0);
    return judge(seen == (uintptr_t)h0,
                 "lpData of entry 1 to be h0", seen);
}
