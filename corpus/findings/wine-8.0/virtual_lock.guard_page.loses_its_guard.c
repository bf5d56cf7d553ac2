/* virtual_lock.guard_page.loses_its_guard (documented)
 *
 * VirtualLock that failed with the alarm has ended the guard of the page.
 *
 * Microsoft Learn: Creating Guard Pages (Win32), the example
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY|PAGE_GUARD)
 *     VirtualLock(r0, 4K)
 *     QueryRegion(r0)
 *
 * Call 3: expected Protect of the run that holds the address r0 to be PAGE_READONLY, seen
 * PAGE_READONLY|PAGE_GUARD.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 virtual_lock.guard_page.loses_its_guard.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 virtual_lock.guard_page.loses_its_guard.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak VirtualQuery
#pragma weak VirtualLock
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

static SIZE_T query_region(const void *base, SIZE_T size)
{
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    uintptr_t rest = system.dwAllocationGranularity - 1;
    return query_range((uintptr_t)base, ((uintptr_t)base + size + rest) & ~rest);
}

static uint32_t run_count(uint32_t value_count)
{
    return value_count / MEMORY_VALUE_COUNT;
}

static const uint64_t *run_at(const uint64_t *values, uint32_t index)
{
    return values + (size_t)index * MEMORY_VALUE_COUNT;
}

/* The run that holds the address, or NULL. */
static const uint64_t *find_run(const uint64_t *values, uint32_t value_count, uint64_t address)
{
    for (uint32_t i = 0; i < run_count(value_count); i++) {
        const uint64_t *run = run_at(values, i);
        if (address - run[MEMORY_BASE] < run[MEMORY_REGION_SIZE]) {
            return run;
        }
    }
    return NULL;
}

static uint64_t measure_query_protect_at(const uint64_t *values, uint32_t value_count,
                                         uint64_t operand)
{
    const uint64_t *run = find_run(values, value_count, operand);
    return run ? run[MEMORY_PROTECT] : 0;
}

static char *r0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(VirtualQuery);
    NEED(VirtualLock);
    NEED(GetSystemInfo);
#endif
    r0 = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READONLY | PAGE_GUARD);
    NEED(r0);
    NEED(!VirtualLock(r0, 4096));
    /* The judged call. */
    result = query_region(r0, 4096);
    put(0); /* the end of the list */
    uint64_t seen = measure_query_protect_at(values, value_count, (uintptr_t)r0);
    printf("where:    r0 is %p\n", (void *)r0);
    return judge(seen == 2, "Protect of the run that holds the address r0 to be PAGE_READONLY",
                 seen);
}
