/* heap_compact.zero_result.sets_the_last_error (documented)
 *
 * A zero result of HeapCompact leaves the last error set by the call: NO_ERROR if the heap has
 * absolutely no space, an error code if the function failed.
 *
 * Microsoft Learn: HeapCompact function (heapapi.h), Return value
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 4K)
 *     b0 = HeapAlloc(h0, 0, 4080)
 *     HeapCompact(h0, 0)
 *
 * Call 3: expected the last error not to be what it was before, seen what it was before.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 heap_compact.zero_result.sets_the_last_error.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 heap_compact.zero_result.sets_the_last_error.c -o repro -I../../.. -I../../../impl/include \
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
#pragma weak HeapCompact
#pragma weak GetLastError
#pragma weak SetLastError
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Last error before a call, so that a call that sets it shows. */
#define SENTINEL 0x2E5EB0DEu

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

static DWORD last_error;

static HANDLE h0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(HeapCreate);
    NEED(HeapAlloc);
    NEED(HeapCompact);
    NEED(GetLastError);
    NEED(SetLastError);
#endif
    h0 = HeapCreate(0, 0, 4096);
    NEED(h0);
    NEED(HeapAlloc(h0, 0, 4080));
    /* The judged call. */
    SetLastError(SENTINEL);
    result = HeapCompact(h0, 0);
    last_error = GetLastError();
    NEED(result == 0);
    uint64_t seen = last_error;
    return judge(seen != SENTINEL, "the last error not to be what it was before", seen);
}
