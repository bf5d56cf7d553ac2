/* virtual_lock.guard_page.fails_with_the_alarm (documented)
 *
 * VirtualLock of one guarded page fails with STATUS_GUARD_PAGE_VIOLATION (0x80000001) as its last
 * error, and raises nothing.
 *
 * Microsoft Learn: Creating Guard Pages (Win32), the example
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_GUARD)
 *     VirtualLock(r0, 4K)
 *
 * Call 2: expected the last error to be 2147483649, seen 5 ERROR_ACCESS_DENIED.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 virtual_lock.guard_page.fails_with_the_alarm.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 virtual_lock.guard_page.fails_with_the_alarm.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak VirtualLock
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

static char *r0;
static BOOL result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(VirtualLock);
    NEED(GetLastError);
    NEED(SetLastError);
#endif
    r0 = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READONLY | PAGE_GUARD);
    NEED(r0);
    /* The judged call. */
    SetLastError(SENTINEL);
    result = VirtualLock(r0, 4096);
    last_error = GetLastError();
    NEED(result == 0);
    uint64_t seen = last_error;
    return judge(seen == UINT64_C(0x80000001), "the last error to be 2147483649", seen);
}
