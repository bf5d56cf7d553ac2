/* A plugin whose HeapAlloc does what the size asks for, good or bad. */
#define _GNU_SOURCE /* usleep */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "spec/win32.h"
#include "tests/kit/target/plugins/misbehaving.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT HANDLE HeapCreate(DWORD options, SIZE_T initial, SIZE_T maximum);
EXPORT BOOL HeapDestroy(HANDLE heap);
EXPORT LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size);
EXPORT BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID block);
EXPORT DWORD GetLastError(void);
EXPORT void SetLastError(DWORD code);

static _Thread_local DWORD last_error;

DWORD GetLastError(void)
{
    return last_error;
}

void SetLastError(DWORD code)
{
    last_error = code;
}

HANDLE HeapCreate(DWORD options, SIZE_T initial, SIZE_T maximum)
{
    (void)options;
    (void)initial;
    SIZE_T *heap = malloc(sizeof *heap);
    *heap = maximum;
    return heap;
}

/* Out of the compiler's sight. */
static volatile uintptr_t nowhere = 8;

static void crash(void)
{
    *(volatile int *)nowhere = 1;
}

BOOL HeapDestroy(HANDLE heap)
{
    if (*(SIZE_T *)heap == HEAP_CRASHES_WHEN_DESTROYED) {
        crash();
    }
    if (*(SIZE_T *)heap == HEAP_HANGS_WHEN_DESTROYED) {
        for (;;) {
            pause();
        }
    }
    free(heap);
    return TRUE;
}

/* The file says whether it was here before. */
static void crash_once(void)
{
    const char *marker = getenv(MARKER_VARIABLE);
    int file = marker != NULL ? open(marker, O_CREAT | O_EXCL | O_WRONLY, 0600) : -1;
    if (file >= 0) {
        (void)close(file);
        crash();
    }
}

static void write_everywhere(void)
{
    static const char garbage[] =
        "garbage where a log should be, more of it than anybody would care "
        "to read\n";
    for (int descriptor = 0; descriptor < 20; descriptor++) {
        (void)!write(descriptor, garbage, sizeof garbage - 1);
    }
}

LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size)
{
    (void)heap;
    (void)flags;
    switch (size) {
    case ALLOC_CRASHES:
        crash();
        break;
    case ALLOC_ABORTS:
        abort();
    case ALLOC_EXITS:
        exit(7);
    case ALLOC_HANGS:
        for (;;) {
            pause();
        }
    case ALLOC_IS_SLOW:
        (void)usleep(333 * 1000);
        break;
    case ALLOC_PRINTS:
        (void)printf("HeapAlloc was here\n");
        (void)fflush(stdout);
        break;
    case ALLOC_WRITES_EVERYWHERE:
        write_everywhere();
        break;
    case ALLOC_CRASHES_ONCE:
        crash_once();
        break;
    case ALLOC_CLOSES_EVERYTHING:
        for (int descriptor = 0; descriptor < 20; descriptor++) {
            (void)close(descriptor);
        }
        break;
    default:
        break;
    }
    return malloc(size);
}

BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID block)
{
    (void)heap;
    (void)flags;
    free(block);
    return TRUE;
}
