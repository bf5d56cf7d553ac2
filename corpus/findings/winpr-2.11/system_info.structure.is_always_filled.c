/* system_info.structure.is_always_filled (documented)
 *
 * GetSystemInfo returns and fills dwPageSize, lpMinimumApplicationAddress,
 * lpMaximumApplicationAddress, dwNumberOfProcessors and dwAllocationGranularity, none of them 0.
 *
 * Microsoft Learn: GetSystemInfo function (sysinfoapi.h); SYSTEM_INFO structure (sysinfoapi.h)
 *
 *     # heapck trace 1
 *     GetSystemInfo(&out)   # the judged call
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

static SYSTEM_INFO system_info;

int main(void)
{
    /* The judged call. */
    memset(&system_info, 0xA5, sizeof system_info);
    GetSystemInfo(&system_info);
    uint64_t seen = (uintptr_t)system_info.dwAllocationGranularity;
    return judge(seen != 0,
                 "dwAllocationGranularity not to be 0", seen);
}
