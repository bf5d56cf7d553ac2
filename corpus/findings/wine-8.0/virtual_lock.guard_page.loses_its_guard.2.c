/* virtual_lock.guard_page.loses_its_guard (documented)
 *
 * VirtualLock that failed with the alarm has ended the guard of the page.
 *
 * Microsoft Learn: Creating Guard Pages (Win32), the example
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 1, MEM_COMMIT, PAGE_READONLY|PAGE_GUARD)
 *     VirtualLock(r0, 1)
 *     Peek(r0, 1)
 *
 * Call 3: expected 1 byte at r0 to be readable, seen STATUS_GUARD_PAGE_VIOLATION.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 virtual_lock.guard_page.loses_its_guard.2.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 virtual_lock.guard_page.loses_its_guard.2.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak VirtualLock
#pragma weak AddVectoredExceptionHandler
#endif
#include <inttypes.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void read_and_forget(const volatile unsigned char *at, SIZE_T size)
{
    for (SIZE_T i = 0; i < size; i++) {
        (void)at[i];
        access_count = i + 1;
    }
}

/* Reads and returns how many bytes could be read. */
static SIZE_T readable(const void *at, SIZE_T size)
{
    access_count = 0;
    GUARDED(read_and_forget(at, size));
    return access_count;
}

static char *r0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(VirtualLock);
    NEED(AddVectoredExceptionHandler);
#endif
    catch_exceptions();
    r0 = VirtualAlloc(NULL, 1, MEM_COMMIT, PAGE_READONLY | PAGE_GUARD);
    NEED(r0);
    NEED(!VirtualLock(r0, 1));
    /* The judged call. */
    result = readable(r0, 1);
    uint64_t seen = result;
    return judge(seen >= 1, "1 byte at r0 to be readable", seen);
}
