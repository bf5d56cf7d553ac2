/* heap_walk.end.reports_no_more_items (documented)
 *
 * After the last element HeapWalk returns zero and the last error is ERROR_NO_MORE_ITEMS, if no
 * other thread changed the heap since the enumeration began; an enumeration of a heap with less
 * than 1000 live blocks ends.
 *
 * Microsoft Learn: HeapWalk function (heapapi.h), Return value
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4M, MEM_RESERVE, PAGE_NOACCESS)
 *     h0 = HeapCreate(0, 0, 0)
 *     VirtualFree(r0, 0, MEM_RELEASE)
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
 * Call 12: expected the enumeration to come to its end, seen that it does not.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 heap_walk.end.reports_no_more_items.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 heap_walk.end.reports_no_more_items.c -o repro -I../../.. -I../../../impl/include \
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
#pragma weak VirtualAlloc
#pragma weak VirtualFree
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static PROCESS_HEAP_ENTRY entry;

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

/* Whether the enumeration comes to an end. */
static SIZE_T walk_to_its_end(HANDLE heap)
{
    BOOL more = walk(heap, NULL);
    for (unsigned i = 0; more && i < 100000; i++) {
        more = HeapWalk(heap, &entry);
    }
    return !more;
}

static HANDLE h0;
static char *r0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(HeapCreate);
    NEED(HeapAlloc);
    NEED(HeapWalk);
    NEED(VirtualAlloc);
    NEED(VirtualFree);
#endif
    r0 = VirtualAlloc(NULL, 4 * 1024 * 1024, MEM_RESERVE, PAGE_NOACCESS);
    NEED(r0);
    h0 = HeapCreate(0, 0, 0);
    NEED(h0);
    NEED(VirtualFree(r0, 0, MEM_RELEASE));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    NEED(HeapAlloc(h0, 0, 524264));
    /* The judged call. */
    result = walk_to_its_end(h0);
    uint64_t seen = result;
    return judge(seen == 1, "the enumeration to come to its end", seen);
}
