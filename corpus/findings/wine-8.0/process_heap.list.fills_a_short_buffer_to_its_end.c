/* process_heap.list.fills_a_short_buffer_to_its_end (documented)
 *
 * If the return value is above NumberOfHeaps, exactly NumberOfHeaps handles are stored and nothing
 * is written behind them.
 *
 * Microsoft Learn: GetProcessHeaps function (heapapi.h), Return value
 *
 *     # heapck trace 1
 *     h0 = HeapCreate(0, 0, 0)
 *     GetProcessHeaps(1, &out)
 *
 * Call 2: expected the number of words of the array that were written to be 1, seen 0.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 process_heap.list.fills_a_short_buffer_to_its_end.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 process_heap.list.fills_a_short_buffer_to_its_end.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak GetProcessHeaps
#pragma weak HeapCreate
#endif
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static HANDLE heaps[1024];

static void put_heaps(const HANDLE *item)
{
    put((uintptr_t)item[0]);
}

static int judge(int holds, const char *expected, uint64_t seen)
{
    printf("expected: %s\n", expected);
    printf("seen:     0x%" PRIx64 " (%" PRIu64 ")\n", seen, seen);
    printf("%s\n", holds ? "The clause holds." : "The clause is VIOLATED.");
    fflush(stdout);
    return holds ? 0 : 1;
}

/* Without the heap, for a call that never returns may hold its lock. */
static void say(const char *text)
{
    (void)!write(2, text, (unsigned)strlen(text));
}

static inline int could_not_run(const char *reason)
{
    say("could not be run: ");
    say(reason);
    say("\n");
    return 2;
}

/* A call has to go as it went where the clause was violated. */
#define NEED(outcome)                                  \
    do {                                               \
        if (!(outcome)) {                              \
            exit(could_not_run("it needs " #outcome)); \
        }                                              \
    } while (0)

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

static DWORD result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(GetProcessHeaps);
    NEED(HeapCreate);
#endif
    NEED(HeapCreate(0, 0, 0));
    /* The judged call. */
    memset(&heaps, 0xA5, sizeof heaps);
    result = GetProcessHeaps(1, heaps);
    NEED(result != 0);
    for (unsigned i = 0; i < 1; i++) {
        put_heaps(&heaps[i]);
    }
    put(0); /* the end of the list */
    uint64_t seen = measure_list_written(values, value_count, 0);
    return judge(seen == 1, "the number of words of the array that were written to be 1", seen);
}
