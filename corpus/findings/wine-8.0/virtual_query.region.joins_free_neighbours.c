/* virtual_query.region.joins_free_neighbours (documented)
 *
 * Adjacent free pages are one region, whatever allocations they belonged to.
 *
 * Microsoft Learn: VirtualQuery function (memoryapi.h), Remarks
 *
 *     # heapck trace 1
 *     QueryAll()
 *
 * Call 1: expected the number of free runs that follow a free run to be 0, seen 4.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 virtual_query.region.joins_free_neighbours.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 virtual_query.region.joins_free_neighbours.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualQuery
#pragma weak GetSystemInfo
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

/* The words of one MEMORY_BASIC_INFORMATION. */
enum {
    MEMORY_BASE,
    MEMORY_ALLOCATION_BASE,
    MEMORY_ALLOCATION_PROTECT,
    MEMORY_REGION_SIZE,
    MEMORY_STATE,
    MEMORY_PROTECT,
    MEMORY_TYPE,
    MEMORY_VALUE_COUNT
};

static void put_memory(const MEMORY_BASIC_INFORMATION *item)
{
    put((uintptr_t)item->BaseAddress);
    put((uintptr_t)item->AllocationBase);
    put((uintptr_t)item->AllocationProtect);
    put((uintptr_t)item->RegionSize);
    put((uintptr_t)item->State);
    put((uintptr_t)item->Protect);
    put((uintptr_t)item->Type);
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

/* All answers of VirtualQuery from `first` on until `end` is passed; 1 where it was passed. */
static SIZE_T query_range(uintptr_t first, uintptr_t end)
{
    const uint32_t most = sizeof values / sizeof values[0] - MEMORY_VALUE_COUNT;
    MEMORY_BASIC_INFORMATION answer;
    value_count = 0;
    while (first < end) {
        if (value_count >= most || VirtualQuery((void *)first, &answer, sizeof answer) == 0) {
            return 0;
        }
        put_memory(&answer);
        uintptr_t next = (uintptr_t)answer.BaseAddress + answer.RegionSize;
        if (next <= first) {
            return 0;
        }
        first = next;
    }
    return 1;
}

static SIZE_T query_all(void)
{
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return query_range((uintptr_t)system.lpMinimumApplicationAddress,
                       (uintptr_t)system.lpMaximumApplicationAddress + 1);
}

static uint32_t run_count(uint32_t value_count)
{
    return value_count / MEMORY_VALUE_COUNT;
}

static const uint64_t *run_at(const uint64_t *values, uint32_t index)
{
    return values + (size_t)index * MEMORY_VALUE_COUNT;
}

static uint64_t measure_query_free_unmerged(const uint64_t *values, uint32_t value_count,
                                            uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 1; i < run_count(value_count); i++) {
        count += run_at(values, i)[MEMORY_STATE] == MEM_FREE &&
                 run_at(values, i - 1)[MEMORY_STATE] == MEM_FREE;
    }
    return count;
}

static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualQuery);
    NEED(GetSystemInfo);
#endif
    /* The judged call. */
    result = query_all();
    put(0); /* the end of the list */
    uint64_t seen = measure_query_free_unmerged(values, value_count, 0);
    return judge(seen == 0, "the number of free runs that follow a free run to be 0", seen);
}
