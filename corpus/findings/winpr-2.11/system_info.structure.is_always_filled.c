/* system_info.structure.is_always_filled (documented)
 *
 * GetSystemInfo returns and fills dwPageSize, lpMinimumApplicationAddress,
 * lpMaximumApplicationAddress, dwNumberOfProcessors and dwAllocationGranularity, none of them 0.
 *
 * derived: Microsoft Learn: GetSystemInfo function (sysinfoapi.h); SYSTEM_INFO structure
 * (sysinfoapi.h)
 *
 *     # heapck trace 1
 *     GetSystemInfo(&out)
 *
 * Call 1: expected dwAllocationGranularity not to be 0, seen 0.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Library:   gcc -O1 system_info.structure.is_always_filled.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed -l:libwinpr2.so.2 && ./repro
 *     libwinmem: gcc -O1 system_info.structure.is_always_filled.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak GetSystemInfo
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static SYSTEM_INFO system_info;

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

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(GetSystemInfo);
#endif
    /* The judged call. */
    memset(&system_info, 0xA5, sizeof system_info);
    GetSystemInfo(&system_info);
    uint64_t seen = system_info.dwAllocationGranularity;
    return judge(seen != 0, "dwAllocationGranularity not to be 0", seen);
}
