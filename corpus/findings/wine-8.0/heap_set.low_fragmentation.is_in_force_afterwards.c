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

/* What a function reads through a pointer, and how many bytes of it the function has changed. */
static ULONG_PTR input[64];

/* The information of HeapSetInformation: a DWORD, and zeroes behind it. */
static void *information_of(DWORD first)
{
    memset(input, 0, sizeof input);
    input[0] = first;
    return input;
}

static DWORD information[2];

static SIZE_T return_length;

static HANDLE h0;
static BOOL result; /* of the judged call */

int main(void)
{
    h0 = HeapCreate(0, 0, 0);
    if (h0) {
        HeapSetInformation(h0, HeapCompatibilityInformation, information_of(2), 4);
    }
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
