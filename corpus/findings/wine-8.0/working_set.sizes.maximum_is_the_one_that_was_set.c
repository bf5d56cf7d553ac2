/* working_set.sizes.maximum_is_the_one_that_was_set (documented)
 *
 * After SetProcessWorkingSetSize has set them, GetProcessWorkingSetSize tells its maximum, up to
 * rounding to whole pages.
 *
 * derived: Microsoft Learn: GetProcessWorkingSetSize function (memoryapi.h),
 * lpMaximumWorkingSetSize
 *
 *     # heapck trace 1
 *     SetProcessWorkingSetSize(CURRENT_PROCESS, 100K, 200K)
 *     GetProcessWorkingSetSize(CURRENT_PROCESS, &out, &out)
 *
 * Call 2: expected lpMaximumWorkingSetSize to be 200K, seen 32M.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 working_set.sizes.maximum_is_the_one_that_was_set.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 working_set.sizes.maximum_is_the_one_that_was_set.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak GetProcessWorkingSetSize
#pragma weak SetProcessWorkingSetSize
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static SIZE_T working_set_minimum;

static SIZE_T working_set_maximum;

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
    NEED(GetProcessWorkingSetSize);
    NEED(SetProcessWorkingSetSize);
#endif
    NEED(SetProcessWorkingSetSize((HANDLE)(LONG_PTR)-1, 100 * 1024, 200 * 1024));
    /* The judged call. */
    memset(&working_set_minimum, 0xA5, sizeof working_set_minimum);
    memset(&working_set_maximum, 0xA5, sizeof working_set_maximum);
    result = GetProcessWorkingSetSize((HANDLE)(LONG_PTR)-1, &working_set_minimum,
                                      &working_set_maximum);
    NEED(result != 0);
    uint64_t seen = working_set_maximum;
    return judge(seen == 204800, "lpMaximumWorkingSetSize to be 200K", seen);
}
