/* large_page.refusal.names_its_reason (observed)
 *
 * VirtualAlloc with MEM_LARGE_PAGES, MEM_RESERVE and MEM_COMMIT, without lpAddress, with
 * PAGE_READWRITE and a dwSize that is a multiple of the minimum, fails with
 * ERROR_PRIVILEGE_NOT_HELD (1314), or, for lack of memory, with ERROR_NOT_ENOUGH_MEMORY (8),
 * ERROR_NO_SYSTEM_RESOURCES (1450) or ERROR_COMMITMENT_LIMIT (1455), and not otherwise.
 *
 * derived: Large-Page Support; the status of a privilege that is not held maps to the first code
 *
 *     # heapck trace 1
 *     GetLargePageMinimum()
 *     VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE)
 *
 * Call 2: expected the last error to be 1314, 8 ERROR_NOT_ENOUGH_MEMORY, 1450
 * ERROR_NO_SYSTEM_RESOURCES or 1455 ERROR_COMMITMENT_LIMIT, seen 87 ERROR_INVALID_PARAMETER.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 large_page.refusal.names_its_reason.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 large_page.refusal.names_its_reason.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak GetLargePageMinimum
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

static LPVOID result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(GetLargePageMinimum);
    NEED(GetLastError);
    NEED(SetLastError);
#endif
    GetLargePageMinimum();
    /* The judged call. */
    SetLastError(SENTINEL);
    result = VirtualAlloc(NULL, 2 * 1024 * 1024, MEM_COMMIT | MEM_RESERVE | MEM_LARGE_PAGES,
                          PAGE_READWRITE);
    last_error = GetLastError();
    NEED(result == 0);
    uint64_t seen = last_error;
    return judge(seen == 1314 || seen == ERROR_NOT_ENOUGH_MEMORY || seen == ERROR_NO_SYSTEM_RESOURCES || seen == ERROR_COMMITMENT_LIMIT, "the last error to be 1314, 8 ERROR_NOT_ENOUGH_MEMORY, 1450 ERROR_NO_SYSTEM_RESOURCES or 1455 ERROR_COMMITMENT_LIMIT", seen);
}
