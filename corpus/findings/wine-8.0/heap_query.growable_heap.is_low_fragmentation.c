/* heap_query.growable_heap.is_low_fragmentation (observed)
 *
 * HeapQueryInformation with HeapCompatibilityInformation gives 2 for the default heap and for a
 * heap created with flOptions = 0 and dwMaximumSize = 0, when no debugger or heap debugging tool
 * is at work.
 *
 * reported of Windows 7 to 11, 64-bit; not measured here
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0)
 *     HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, &out)   # the judged call
 *
 * Windows: x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe
 * Linux:   gcc -O1 repro.c -lwinmem -o repro, with -I for <winmem.h>
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run.
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#endif
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>

/* The verdict: 0 conforms, 1 violates, 2 could not be run. */
static int judge(int holds, const char *expected, uint64_t seen)
{
    printf("expected: %s\n", expected);
    printf("seen:     0x%" PRIx64 " (%" PRIu64 ")\n", seen, seen);
    printf("%s\n", holds ? "The clause holds." : "The clause is VIOLATED.");
    fflush(stdout);
    return holds ? 0 : 1;
}

static int could_not_run(const char *reason)
{
    printf("could not be run: %s\n", reason);
    fflush(stdout);
    return 2;
}

static DWORD information[2];

static SIZE_T return_length;

static HANDLE h0;
static BOOL result; /* of the judged call */

int main(void)
{
    h0 = HeapCreate(0, 0, 0);
    /* The judged call. */
    if (!(h0)) {
        return could_not_run("it needs h0");
    }
    memset(&information, 0xA5, sizeof information);
    memset(&return_length, 0xA5, sizeof return_length);
    result = HeapQueryInformation(h0, HeapCompatibilityInformation, information, 4, &return_length);
    if (result == 0) {
        return could_not_run("HeapQueryInformation returns 0 here");
    }
    uint64_t seen = information[0];
    return judge(seen == 2,
                 "HeapInformation to be 2", seen);
}
