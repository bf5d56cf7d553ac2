/* write_watch.unwritten_pages.are_not_listed (documented)
 *
 * GetWriteWatch lists no page that was not written since the region was allocated or the page was
 * last reset.
 *
 * Microsoft Learn: GetWriteWatch function (memoryapi.h), lpAddresses
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READONLY)
 *     Poke(r0, 1, 1)
 *     GetWriteWatch(0, r0, 4K, &out, 1, &out)
 *
 * Call 3: expected the number of places in the array, as far as it was filled, that hold the page
 * r0 to be 0, seen 1.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 write_watch.unwritten_pages.are_not_listed.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 write_watch.unwritten_pages.are_not_listed.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak GetWriteWatch
#pragma weak AddVectoredExceptionHandler
#endif
#include <inttypes.h>
#include <setjmp.h>
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

static PVOID written_pages[1024];

static ULONG_PTR written_count;

static DWORD granularity;

static void put_written_pages(const PVOID *item)
{
    put((uintptr_t)item[0]);
}

static void put_written_count(const ULONG_PTR *item)
{
    put((uintptr_t)item[0]);
}

static void put_granularity(const DWORD *item)
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

/* An exception that leaves a call is caught. */
static _Thread_local volatile int is_guarded;

static _Thread_local volatile int was_raised;

static _Thread_local EXCEPTION_RECORD caught;

#ifdef _WIN32
static _Thread_local jmp_buf landing;
#define SET_LANDING() setjmp(landing)
/* Without a frame the jump restores the registers and unwinds nothing. */
#define JUMP_TO_LANDING() (((_JUMP_BUFFER *)&landing)->Frame = 0, longjmp(landing, 1))
#else
static _Thread_local sigjmp_buf landing;
#define SET_LANDING() sigsetjmp(landing, 1)
#define JUMP_TO_LANDING() siglongjmp(landing, 1)
#endif

static LONG CALLBACK take_exception(PEXCEPTION_POINTERS exception)
{
    if (is_guarded) {
        is_guarded = 0;
        was_raised = 1;
        caught = *exception->ExceptionRecord;
        JUMP_TO_LANDING();
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static void catch_exceptions(void)
{
#ifndef _WIN32
    if (!AddVectoredExceptionHandler) {
        return; /* a library without exceptions */
    }
#endif
    AddVectoredExceptionHandler(0, take_exception);
}

/* Does something that may raise; was_raised and caught say what it raised. */
#define GUARDED(something)        \
    do {                          \
        was_raised = 0;           \
        is_guarded = 1;           \
        if (SET_LANDING() == 0) { \
            something;            \
        }                         \
        is_guarded = 0;           \
    } while (0)

/* Accesses go byte by byte upward until the first fault. */
static _Thread_local volatile SIZE_T access_count;

static void write_bytes(volatile unsigned char *at, SIZE_T size, unsigned char value)
{
    for (SIZE_T i = 0; i < size; i++) {
        at[i] = value;
        access_count = i + 1;
    }
}

/* Writes and returns how many bytes could be written. */
static SIZE_T poke(void *at, SIZE_T size, unsigned char value)
{
    access_count = 0;
    GUARDED(write_bytes(at, size, value));
    return access_count;
}

static uint32_t element_count(uint32_t value_count)
{
    return value_count > 0 ? value_count - 1 : 0;
}

/* The array stands behind *lpdwCount, which says how far it was filled, and *lpdwGranularity. */
static uint64_t measure_list_pages_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    const uint32_t first = 2;
    uint64_t count = 0;
    for (uint32_t i = first; i < element_count(value_count) && i - first < values[0]; i++) {
        count += values[i] == operand;
    }
    return count;
}

static char *r0;
static DWORD result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(GetWriteWatch);
    NEED(AddVectoredExceptionHandler);
#endif
    catch_exceptions();
    r0 = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE | MEM_WRITE_WATCH, PAGE_READONLY);
    NEED(r0);
    poke(r0, 1, 1);
    /* The judged call. */
    memset(&written_pages, 0xA5, sizeof written_pages);
    memset(&written_count, 0xA5, sizeof written_count);
    memset(&granularity, 0xA5, sizeof granularity);
    result = GetWriteWatch(0, r0, 4096, written_pages, (written_count = 1, &written_count),
                           &granularity);
    NEED(result == 0);
    put_written_count(&written_count);
    put_granularity(&granularity);
    for (unsigned i = 0; i < 1; i++) {
        put_written_pages(&written_pages[i]);
    }
    put(0); /* the end of the list */
    uint64_t seen = measure_list_pages_at(values, value_count, (uintptr_t)r0);
    printf("where:    r0 is %p\n", (void *)r0);
    return judge(seen == 0,
                 "the number of places in the array, as far as it was filled, that hold the page r0 to be 0", seen);
}
