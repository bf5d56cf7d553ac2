/* heap_create.maximum_size.of_an_impossible_amount_fails (documented)
 *
 * A dwMaximumSize of 0x1000000000000 (256 TB) up to a page below the largest SIZE_T can not be
 * reserved: NULL is returned.
 *
 * derived: Microsoft Learn: HeapCreate function (heapapi.h), dwMaximumSize
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0x1000000000000)   # the judged call
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

static LPVOID result; /* of the judged call */

int main(void)
{
    /* The judged call. */
    result = HeapCreate(0, 0, UINT64_C(0x1000000000000));
    uint64_t seen = (uintptr_t)result;
    return judge(seen == 0,
                 "the result to be NULL", seen);
}
