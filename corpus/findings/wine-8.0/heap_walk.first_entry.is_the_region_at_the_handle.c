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
 *     WalkHeap(h0)
 *
 * Call 10: expected lpData of entry 1 to be h0, seen an address in no known object.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 heap_walk.first_entry.is_the_region_at_the_handle.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 heap_walk.first_entry.is_the_region_at_the_handle.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak HeapCreate
#pragma weak HeapAlloc
#pragma weak HeapWalk
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Out-structures as a list of words. */
static uint64_t values[1 << 20];

static uint32_t value_count;

static void put(uint64_t value)
{
    if (value_count < sizeof values / sizeof values[0]) {
        values[value_count++] = value;
    }
}

static uint64_t value_at(uint32_t index)
{
    return index < value_count ? values[index] : 0;
}

/* The words of one PROCESS_HEAP_ENTRY. */
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

static PROCESS_HEAP_ENTRY entry;

static void put_entry(const PROCESS_HEAP_ENTRY *item)
{
    put((uintptr_t)item->lpData);
    put((uintptr_t)item->cbData);
    put((uintptr_t)item->cbOverhead);
    put((uintptr_t)item->iRegionIndex);
    put((uintptr_t)item->wFlags);
    put((item->wFlags & PROCESS_HEAP_REGION) != 0 ? (uintptr_t)item->Region.dwCommittedSize : 0);
    put((item->wFlags & PROCESS_HEAP_REGION) != 0 ? (uintptr_t)item->Region.dwUnCommittedSize : 0);
    put((item->wFlags & PROCESS_HEAP_REGION) != 0 ? (uintptr_t)item->Region.lpFirstBlock : 0);
    put((item->wFlags & PROCESS_HEAP_REGION) != 0 ? (uintptr_t)item->Region.lpLastBlock : 0);
}

static int judge(int holds, const char *expected, uint64_t seen)
{
    printf("expected: %s\n", expected);
    printf("seen:     0x%" PRIx64 " (%" PRIu64 ")\n", seen, seen);
    printf("%s\n", holds ? "The clause holds." : "The clause is VIOLATED.");
    fflush(stdout);
    return holds ? 0 : 1;
}

/* Without the heap, for a call that never returns may hold its lock. */
static void say(const char *text)
{
    (void)!write(2, text, (unsigned)strlen(text));
}

static inline int could_not_run(const char *reason)
{
    say("could not be run: ");
    say(reason);
    say("\n");
    return 2;
}

/* A call has to go as it went where the clause was violated. */
#define NEED(outcome)                                  \
    do {                                               \
        if (!(outcome)) {                              \
            exit(could_not_run("it needs " #outcome)); \
        }                                              \
    } while (0)

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
    for (BOOL more = walk(heap, NULL); more; more = HeapWalk(heap, &entry)) {
        if (value_count >= most) {
            return 0;
        }
        put_entry(&entry);
    }
    return 1;
}

static HANDLE h0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(HeapCreate);
    NEED(HeapAlloc);
    NEED(HeapWalk);
#endif
    h0 = HeapCreate(0, 0, 0);
    NEED(h0);
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    /* The judged call. */
    result = walk_heap(h0);
    uint64_t seen = value_at(WALK_DATA);
    printf("where:    h0 is %p\n", (void *)h0);
    return judge(seen == (uintptr_t)h0, "lpData of entry 1 to be h0", seen);
}
