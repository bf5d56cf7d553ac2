/* virtual_lock.unlock.of_a_page_not_locked_names_it (documented)
 *
 * VirtualUnlock fails with ERROR_NOT_LOCKED (158) where a committed page of the range is not
 * locked.
 *
 * Microsoft Learn: VirtualUnlock function (memoryapi.h), Remarks
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)
 *     VirtualUnlock(r0, 4K)
 *
 * Call 2: expected the result to be FALSE, seen TRUE.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 virtual_lock.unlock.of_a_page_not_locked_names_it.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 virtual_lock.unlock.of_a_page_not_locked_names_it.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak VirtualUnlock
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static char *r0;
static BOOL result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(VirtualUnlock);
#endif
    r0 = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    NEED(r0);
    /* The judged call. */
    result = VirtualUnlock(r0, 4096);
    uint64_t seen = (uint32_t)result;
    return judge(seen == FALSE, "the result to be FALSE", seen);
}
