/* view.access.writing_needs_a_writable_section (documented)
 *
 * MapViewOfFile with FILE_MAP_WRITE fails where the section is neither PAGE_READWRITE nor
 * PAGE_EXECUTE_READWRITE.
 *
 * Microsoft Learn: MapViewOfFile function (memoryapi.h), dwDesiredAccess, FILE_MAP_WRITE
 *
 *     # heapck trace 1
 *     CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_WRITECOPY, 0, 1, "a")
 *     s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 1, "a")
 *     MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0)
 *
 * Call 3: expected the result to be NULL, seen an address in no known object.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 view.access.writing_needs_a_writable_section.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 view.access.writing_needs_a_writable_section.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak CreateFileMappingW
#pragma weak MapViewOfFile
#endif
#include <inttypes.h>
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

static HANDLE s0;
static LPVOID result; /* of the judged call */

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(CreateFileMappingW);
    NEED(MapViewOfFile);
#endif
    NEED(CreateFileMappingW((HANDLE)(LONG_PTR)-1, NULL, PAGE_WRITECOPY, 0, 1,
                            u"heapck-05b4b48c-a"));
    s0 = CreateFileMappingW((HANDLE)(LONG_PTR)-1, NULL, PAGE_READWRITE, 0, 1, u"heapck-05b4b48c-a");
    NEED(s0);
    /* The judged call. */
    result = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0);
    uint64_t seen = (uintptr_t)result;
    return judge(seen == 0, "the result to be NULL", seen);
}
