/* view.copy.written_page_becomes_writable (documented)
 *
 * A page of a copy-on-write view that is written has PAGE_READWRITE from then on, or
 * PAGE_EXECUTE_READWRITE where it had PAGE_EXECUTE_WRITECOPY.
 *
 * Microsoft Learn: Memory Protection Constants, PAGE_WRITECOPY ("The private page is marked as
 * PAGE_READWRITE")
 *
 *     # heapck trace 1
 *     s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL)
 *     r0 = MapViewOfFile(s0, FILE_MAP_COPY, 0, 0, 0)
 *     Poke(r0, 1, 0)
 *     VirtualQuery(r0, &out, 48)
 *
 * Call 4: expected Protect to be PAGE_READWRITE, seen PAGE_WRITECOPY.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 view.copy.written_page_becomes_writable.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 view.copy.written_page_becomes_writable.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualQuery
#pragma weak CreateFileMappingW
#pragma weak MapViewOfFile
#pragma weak AddVectoredExceptionHandler
#endif
#include <inttypes.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static MEMORY_BASIC_INFORMATION memory;

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

static char *r0;
static HANDLE s0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualQuery);
    NEED(CreateFileMappingW);
    NEED(MapViewOfFile);
    NEED(AddVectoredExceptionHandler);
#endif
    catch_exceptions();
    s0 = CreateFileMappingW((HANDLE)(LONG_PTR)-1, NULL, PAGE_READWRITE, 0, 4096, NULL);
    NEED(s0);
    r0 = MapViewOfFile(s0, FILE_MAP_COPY, 0, 0, 0);
    NEED(r0);
    poke(r0, 1, 0);
    /* The judged call. */
    memset(&memory, 0xA5, sizeof memory);
    result = VirtualQuery(r0, &memory, sizeof memory);
    NEED(result != 0);
    uint64_t seen = memory.Protect;
    return judge(seen == PAGE_READWRITE, "Protect to be PAGE_READWRITE", seen);
}
