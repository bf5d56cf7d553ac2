/* heap_walk.entries.do_not_overlap (documented)
 *
 * The ranges from lpData to lpData + cbData of the busy, free and uncommitted entries of one walk,
 * of up to 4096 entries, are pairwise disjoint.
 *
 * derived: Microsoft Learn: PROCESS_HEAP_ENTRY structure (minwinbase.h), lpData and cbData
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0)
 *     b0 = HeapAlloc(h0, 0, 64576)
 *     WalkHeap(h0)
 *
 * Call 3: expected the number of busy, free and uncommitted entries that overlap an earlier one to
 * be 0, seen 1.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 heap_walk.entries.do_not_overlap.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 heap_walk.entries.do_not_overlap.c -o repro -I../../.. -I../../../impl/include \
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
#include <stdbool.h>
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

static uint32_t entry_count(uint32_t value_count)
{
    return value_count / WALK_VALUE_COUNT;
}

static const uint64_t *entry_at(const uint64_t *values, uint32_t index)
{
    return values + (size_t)index * WALK_VALUE_COUNT;
}

static bool is_region(const uint64_t *entry)
{
    return (entry[WALK_FLAGS] & PROCESS_HEAP_REGION) != 0;
}

static bool overlap(const uint64_t *one, const uint64_t *other)
{
    return one[WALK_SIZE] > 0 && other[WALK_SIZE] > 0 &&
           one[WALK_DATA] < other[WALK_DATA] + other[WALK_SIZE] &&
           other[WALK_DATA] < one[WALK_DATA] + one[WALK_SIZE];
}

static uint64_t measure_walk_overlaps(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    uint64_t highest = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        if (is_region(entry)) {
            continue;
        }
        bool may_overlap = entry[WALK_DATA] < highest;
        for (uint32_t k = 0; may_overlap && k < i; k++) {
            if (!is_region(entry_at(values, k)) && overlap(entry_at(values, k), entry)) {
                count++;
                break;
            }
        }
        uint64_t end = entry[WALK_DATA] + entry[WALK_SIZE];
        highest = end > highest ? end : highest;
    }
    return count;
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
    NEED(HeapAlloc(h0, 0, 64576));
    /* The judged call. */
    result = walk_heap(h0);
    put(0); /* the end of the list */
    uint64_t seen = measure_walk_overlaps(values, value_count, 0);
    return judge(seen == 0,
                 "the number of busy, free and uncommitted entries that overlap an earlier one to be 0", seen);
}
