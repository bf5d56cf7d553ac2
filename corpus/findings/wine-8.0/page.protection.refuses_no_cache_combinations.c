/* page.protection.refuses_no_cache_combinations (documented)
 *
 * VirtualAlloc with MEM_COMMIT fails for PAGE_NOCACHE with PAGE_GUARD, PAGE_NOACCESS or
 * PAGE_WRITECOMBINE.
 *
 * Microsoft Learn: Memory Protection Constants, PAGE_NOCACHE
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD|PAGE_NOCACHE)   # the judged call
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
    result = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE | PAGE_GUARD | PAGE_NOCACHE);
    uint64_t seen = (uintptr_t)result;
    return judge(seen == 0,
                 "the result to be NULL", seen);
}
