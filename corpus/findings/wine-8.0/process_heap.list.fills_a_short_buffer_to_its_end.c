/* process_heap.list.fills_a_short_buffer_to_its_end (documented)
 *
 * If the return value is above NumberOfHeaps, exactly NumberOfHeaps handles are stored and nothing
 * is written behind them.
 *
 * Microsoft Learn: GetProcessHeaps function (heapapi.h), Return value
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0)
 *     GetProcessHeaps(1, &out)   # the judged call
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

/* Out-structures as a list of words. */
static uint64_t values[1 << 20];

static uint32_t value_count;

static void put(uint64_t value)
{
    if (value_count < sizeof values / sizeof values[0]) {
        values[value_count++] = value;
    }
}

/* A word that no call has written, as it lies in a buffer beforehand. */
#define OUT_UNTOUCHED_WORD UINT64_C(0xA5A5A5A5A5A5A5A5)

static void put_heaps(const HANDLE *list, DWORD count)
{
    for (DWORD i = 0; i < count; i++) {
        put((uintptr_t)list[i]);
    }
}

static HANDLE heaps[1024];

static uint32_t element_count(uint32_t value_count)
{
    return value_count > 0 ? value_count - 1 : 0;
}

static uint64_t measure_list_written(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < element_count(value_count); i++) {
        count += values[i] != OUT_UNTOUCHED_WORD;
    }
    return count;
}

static HANDLE h0;
static DWORD result; /* of the judged call */

int main(void)
{
    h0 = HeapCreate(0, 0, 0);
    /* The judged call. */
    memset(&heaps, 0xA5, sizeof heaps);
    result = GetProcessHeaps(1, heaps);
    if (result == 0) {
        return could_not_run("GetProcessHeaps returns 0 here");
    }
    put_heaps(heaps, 1);
    put(0); /* the end of the list */
    uint64_t seen = measure_list_written(values, value_count, 0);
    return judge(seen == 1,
                 "words of the array that were written to be 1", seen);
}
