/* heap_set.restricted_heap.refuses_low_fragmentation (documented)
 *
 * HeapSetInformation with HeapCompatibilityInformation and the value 2 on a heap created with
 * HEAP_NO_SERIALIZE or with dwMaximumSize other than 0 returns zero.
 *
 * derived: Microsoft Learn: HeapSetInformation function (heapapi.h), HeapCompatibilityInformation;
 * Microsoft Learn: HeapCreate function (heapapi.h), flOptions
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(HEAP_NO_SERIALIZE, 0, 0)
 *     HeapSetInformation(h0, HeapCompatibilityInformation, 2, 4)   # the judged call
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
    h0 = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    /* The judged call. */
    if (!(h0)) {
        return could_not_run("it needs h0");
    }
    result = HeapSetInformation(h0, HeapCompatibilityInformation, information_of(2), 4);
    uint64_t seen = (uint32_t)result;
    return judge(seen == 0,
                 "the result to be FALSE", seen);
}
