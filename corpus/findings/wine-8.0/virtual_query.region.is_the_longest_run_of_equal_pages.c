/* virtual_query.region.is_the_longest_run_of_equal_pages (documented)
 *
 * RegionSize is the length of the longest run from BaseAddress of pages with the same state and
 * type, the same protection if committed, and, unless free, in the same allocation.
 *
 * Microsoft Learn: VirtualQuery function (memoryapi.h), Remarks
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS)
 *     VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)
 *     VirtualFree(r0, 4K, MEM_DECOMMIT)
 *     VirtualQuery(r0, &out, 48)   # the judged call
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

static MEMORY_BASIC_INFORMATION memory;

static char *r0;
static SIZE_T result; /* of the judged call */

int main(void)
{
    r0 = VirtualAlloc(NULL, 8 * 1024, MEM_RESERVE, PAGE_NOACCESS);
    if (r0) {
        VirtualAlloc(r0, 4096, MEM_COMMIT, PAGE_READWRITE);
    }
    if (r0) {
        VirtualFree(r0, 4096, MEM_DECOMMIT);
    }
    /* The judged call. */
    if (!(r0)) {
        return could_not_run("it needs r0");
    }
    memset(&memory, 0xA5, sizeof memory);
    result = VirtualQuery(r0, &memory, 48);
    if (result == 0) {
        return could_not_run("VirtualQuery returns 0 here");
    }
    uint64_t seen = memory.RegionSize;
    return judge(seen == 8192,
                 "RegionSize to be 8K", seen);
}
