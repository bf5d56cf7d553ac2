/* heap_set.low_fragmentation.is_in_force_afterwards (documented)
 *
 * After HeapSetInformation has returned nonzero for HeapCompatibilityInformation with the value 2,
 * HeapQueryInformation gives 2 for the heap.
 *
 * derived: Microsoft Learn: HeapSetInformation function (heapapi.h), HeapCompatibilityInformation;
 * Microsoft Learn: HeapQueryInformation function (heapapi.h), HeapInformationClass
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0)
 *     HeapSetInformation(h0, HeapCompatibilityInformation, 2, 4)
 *     HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, &out)
 *
 * Call 3: expected HeapInformation to be 2, seen 0.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 heap_set.low_fragmentation.is_in_force_afterwards.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 heap_set.low_fragmentation.is_in_force_afterwards.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak HeapCreate
#pragma weak HeapQueryInformation
#pragma weak HeapSetInformation
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static DWORD information[2];

static SIZE_T return_length;

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

/* What a function reads through a pointer, and how many bytes of it the function has changed. */
static ULONG_PTR input[64];

/* The information of HeapSetInformation: a DWORD, and zeroes behind it. */
static void *information_of(DWORD first)
{
    memset(input, 0, sizeof input);
    input[0] = first;
    return input;
}

static HANDLE h0;
static BOOL result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(HeapCreate);
    NEED(HeapQueryInformation);
    NEED(HeapSetInformation);
#endif
    h0 = HeapCreate(0, 0, 0);
    NEED(h0);
    NEED(HeapSetInformation(h0, HeapCompatibilityInformation, information_of(2), 4));
    /* The judged call. */
    memset(&information, 0xA5, sizeof information);
    memset(&return_length, 0xA5, sizeof return_length);
    result = HeapQueryInformation(h0, HeapCompatibilityInformation, information, 4, &return_length);
    NEED(result != 0);
    uint64_t seen = information[0];
    return judge(seen == 2, "HeapInformation to be 2", seen);
}
