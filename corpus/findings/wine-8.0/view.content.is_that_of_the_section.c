/* view.content.is_that_of_the_section (documented)
 *
 * A byte of a view is what was last written there through any view of the section, also where that
 * was unmapped since.
 *
 * Microsoft Learn: MapViewOfFile function (memoryapi.h), Remarks ("coherent"); CreateFileMappingW
 * function (memoryapi.h), Remarks
 *
 *     # heapck trace 1
 *     s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 65536, NULL)
 *     r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0)
 *     r1 = MapViewOfFile(s0, FILE_MAP_COPY, 0, 0, 0)
 *     VirtualLock(r1, 4K)
 *     Poke(r0, 4K, 1)
 *     Peek(r1, 4K)
 *
 * Call 6: expected the byte at r1 to be 0x01, seen 0.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 view.content.is_that_of_the_section.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 view.content.is_that_of_the_section.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak VirtualLock
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

static _Thread_local volatile unsigned char peek_first;

static _Thread_local volatile unsigned char peek_different;

static _Thread_local volatile SIZE_T peek_uniform;

static void read_bytes(const volatile unsigned char *at, SIZE_T size)
{
    for (SIZE_T i = 0; i < size; i++) {
        unsigned char byte = at[i];
        if (i == 0) {
            peek_first = byte;
            peek_different = byte;
        }
        if (peek_uniform == i && byte == peek_first) {
            peek_uniform = i + 1;
        } else if (peek_uniform == i) {
            peek_different = byte;
        }
        access_count = i + 1;
    }
}

static void write_bytes(volatile unsigned char *at, SIZE_T size, unsigned char value)
{
    for (SIZE_T i = 0; i < size; i++) {
        at[i] = value;
        access_count = i + 1;
    }
}

/* Reads and returns how many bytes could be read; peek_first is the first of them, peek_uniform
 * how many at the start are equal, peek_different the one behind those. */
static SIZE_T peek(const void *at, SIZE_T size)
{
    access_count = 0;
    peek_first = 0xA5;
    peek_different = 0xA5;
    peek_uniform = 0;
    GUARDED(read_bytes(at, size));
    return access_count;
}

/* Writes and returns how many bytes could be written. */
static SIZE_T poke(void *at, SIZE_T size, unsigned char value)
{
    access_count = 0;
    GUARDED(write_bytes(at, size, value));
    return access_count;
}

static char *r0;
static char *r1;
static HANDLE s0;
static SIZE_T result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualLock);
    NEED(CreateFileMappingW);
    NEED(MapViewOfFile);
    NEED(AddVectoredExceptionHandler);
#endif
    catch_exceptions();
    s0 = CreateFileMappingW((HANDLE)(LONG_PTR)-1, NULL, PAGE_READWRITE, 0, 0x10000, NULL);
    NEED(s0);
    r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0);
    NEED(r0);
    r1 = MapViewOfFile(s0, FILE_MAP_COPY, 0, 0, 0);
    NEED(r1);
    NEED(VirtualLock(r1, 4096));
    poke(r0, 4096, 1);
    /* The judged call. */
    result = peek(r1, 4096);
    uint64_t seen = peek_first;
    return judge(seen == 1, "the byte at r1 to be 0x01", seen);
}
