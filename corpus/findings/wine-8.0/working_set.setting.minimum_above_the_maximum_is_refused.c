/* working_set.setting.minimum_above_the_maximum_is_refused (documented)
 *
 * SetProcessWorkingSetSize fails if the minimum is greater than the maximum.
 *
 * Microsoft Learn: SetProcessWorkingSetSize function (memoryapi.h), dwMinimumWorkingSetSize ("must
 * be greater than zero but less than or equal to the maximum working set size")
 *
 *     # heapck trace 1
 *     SetProcessWorkingSetSize(CURRENT_PROCESS, 200K, 100K)
 *
 * Call 1: expected the result to be FALSE, seen TRUE.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 working_set.setting.minimum_above_the_maximum_is_refused.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 working_set.setting.minimum_above_the_maximum_is_refused.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak SetProcessWorkingSetSize
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

static BOOL result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(SetProcessWorkingSetSize);
#endif
    /* The judged call. */
    result = SetProcessWorkingSetSize((HANDLE)(LONG_PTR)-1, 200 * 1024, 100 * 1024);
    uint64_t seen = (uint32_t)result;
    return judge(seen == FALSE, "the result to be FALSE", seen);
}
