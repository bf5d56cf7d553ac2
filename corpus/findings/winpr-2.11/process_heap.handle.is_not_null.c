/* process_heap.handle.is_not_null (documented)
 *
 * GetProcessHeap returns a handle other than NULL.
 *
 * Microsoft Learn: GetProcessHeap function (heapapi.h), Return value
 *
 *     # heapck trace 1
 *     h0 = GetProcessHeap()   # the judged call
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
    result = GetProcessHeap();
    uint64_t seen = (uintptr_t)result;
    return judge(seen != 0,
                 "the result not to be NULL", seen);
}
