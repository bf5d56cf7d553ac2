/* heap_compact.zero_result.sets_the_last_error (documented)
 *
 * A zero result of HeapCompact leaves the last error set by the call: NO_ERROR if the heap has
 * absolutely no space, an error code if the function failed.
 *
 * Microsoft Learn: HeapCompact function (heapapi.h), Return value
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 4K)
 *     b0 = HeapAlloc(h0, 0, 4080)
 *     HeapCompact(h0, 0)   # the judged call
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

static DWORD last_error;

static HANDLE h0;
static char *b0;
static SIZE_T result; /* of the judged call */

int main(void)
{
    h0 = HeapCreate(0, 0, 4096);
    if (h0) {
        b0 = HeapAlloc(h0, 0, 4080);
    }
    /* The judged call. */
    if (!(h0)) {
        return could_not_run("it needs h0");
    }
    SetLastError(SENTINEL);
    result = HeapCompact(h0, 0);
    last_error = GetLastError();
    if (result != 0) {
        return could_not_run("HeapCompact returns something else than 0 here");
    }
    uint64_t seen = last_error;
    return judge(seen != UINT64_C(0x2e5eb0de),
                 "the last error not to be what it was before", seen);
}
