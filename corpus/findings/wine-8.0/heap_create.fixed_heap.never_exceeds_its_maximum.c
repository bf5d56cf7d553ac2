/* heap_create.fixed_heap.never_exceeds_its_maximum (documented)
 *
 * On a heap with dwMaximumSize other than 0 the requested sizes of the blocks live at one time
 * never add up to more than dwMaximumSize rounded up to whole pages.
 *
 * Microsoft Learn: HeapCreate function (heapapi.h), dwMaximumSize
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 4K)
 *     b0 = HeapAlloc(h0, 0, 8K)   # the judged call
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

static HANDLE h0;
static LPVOID result; /* of the judged call */

int main(void)
{
    h0 = HeapCreate(0, 0, 4096);
    /* The judged call. */
    if (!(h0)) {
        return could_not_run("it needs h0");
    }
    result = HeapAlloc(h0, 0, 8 * 1024);
    uint64_t seen = (uintptr_t)result;
    return judge(seen == 0,
                 "the result to be NULL", seen);
}
