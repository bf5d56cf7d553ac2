/* virtual_protect.range.needs_a_single_allocation (documented)
 *
 * VirtualProtect over a range that spans adjacent allocations of separate reserving calls fails
 * and changes no page.
 *
 * Microsoft Learn: VirtualProtect function (memoryapi.h), lpAddress
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 128K, MEM_RESERVE, PAGE_NOACCESS)
 *     VirtualFree(r0, 0, MEM_RELEASE)
 *     r1 = VirtualAlloc(r0, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)
 *     r2 = VirtualAlloc(r0+64K, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)
 *     VirtualProtect(r1, SIZE_MAX, PAGE_READONLY, &out)   # the judged call
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

static DWORD old_protection;

static char *r0;
static char *r1;
static char *r2;
static BOOL result; /* of the judged call */

int main(void)
{
    r0 = VirtualAlloc(NULL, 128 * 1024, MEM_RESERVE, PAGE_NOACCESS);
    if (r0) {
        VirtualFree(r0, 0, MEM_RELEASE);
    }
    if (r0) {
        r1 = VirtualAlloc(r0, 64 * 1024, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    }
    if (r0) {
        r2 = VirtualAlloc(r0 + 64 * 1024, 64 * 1024, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    }
    /* The judged call. */
    if (!(r1)) {
        return could_not_run("it needs r1");
    }
    memset(&old_protection, 0xA5, sizeof old_protection);
    result = VirtualProtect(r1, SIZE_MAX, PAGE_READONLY, &old_protection);
    uint64_t seen = (uint32_t)result;
    return judge(seen == 0,
                 "the result to be FALSE", seen);
}
