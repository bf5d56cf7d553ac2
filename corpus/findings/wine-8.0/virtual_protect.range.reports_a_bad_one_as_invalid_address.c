/* virtual_protect.range.reports_a_bad_one_as_invalid_address (observed)
 *
 * VirtualProtect over a reserved or free page below lpMaximumApplicationAddress, or over a range
 * that spans adjacent allocations, fails with ERROR_INVALID_ADDRESS (487).
 *
 * derived: the statuses of uncommitted pages and conflicting addresses map to this code
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)
 *     VirtualProtect(r0, 8K, PAGE_READONLY, &out)   # the judged call
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

/* Last error before a call, so that a call that sets it shows. */
#define SENTINEL 0x2E5EB0DEu

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

static DWORD old_protection;

static DWORD last_error;

static char *r0;
static BOOL result; /* of the judged call */

int main(void)
{
    r0 = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    /* The judged call. */
    if (!(r0)) {
        return could_not_run("it needs r0");
    }
    memset(&old_protection, 0xA5, sizeof old_protection);
    SetLastError(SENTINEL);
    result = VirtualProtect(r0, 8 * 1024, PAGE_READONLY, &old_protection);
    last_error = GetLastError();
    if (result != 0) {
        return could_not_run("VirtualProtect returns something else than 0 here");
    }
    uint64_t seen = last_error;
    return judge(seen == 487,
                 "the last error to be 487 ERROR_INVALID_ADDRESS", seen);
}
