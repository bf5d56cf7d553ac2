/* A small part of the heap API on the C library's malloc, for the tests of the program: right by
 * default, wrong in the one way that DEVIANT=<word> asks for.
 *
 *     misaligned  HeapAlloc gives addresses that are 8 more than a multiple of 16
 *     short       HeapSize says one byte less
 *     both        the two above
 *     crash       HeapFree dies
 *     hang        HeapSize does not return
 *     destroy     HeapDestroy dies
 *     deadly      HeapFree and HeapDestroy die
 *     festering   HeapAlloc breaks the memory of whoever else uses malloc
 *     closing     HeapAlloc closes all files of its process
 *     racy        HeapAlloc gives a block twice where two threads ask at the same time
 *     stay        HeapDestroy does not return
 *     stuck       HeapAlloc does not return
 *     stall       HeapSize does not return, the first time since stall.once was not there
 *     exit        HeapSize ends the process; so it does, with the status that is named and by the
 *                 function that is named, for exit_0, _exit_0, _exit_1, _exit_2, _exit_5 and
 *                 quick_exit_0
 *     interrupt   HeapSize dies of SIGINT, by its own doing
 *     worn        HeapCreate dies when its process has made a hundred heaps
 *     pale        HeapSize says one byte less in one process of three, and a trace's first process
 *                 is one of these
 *     unloadable  the library's constructor dies
 *     refusing    so it does the first time since refuse.once was there; HeapSize says one byte
 * less */
#define _GNU_SOURCE /* usleep */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spec/win32.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize);
EXPORT BOOL HeapDestroy(HANDLE hHeap);
EXPORT LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
EXPORT BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);
EXPORT SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);
EXPORT DWORD GetLastError(void);
EXPORT void SetLastError(DWORD dwErrCode);

struct block {
    struct block *next;
    struct heap *heap;
    size_t size;
    size_t padding;
};

struct heap {
    struct block *blocks;
};

static _Thread_local DWORD last_error;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of every list of blocks */

static bool deviates(const char *way)
{
    const char *asked = getenv("DEVIANT");
    return asked != NULL && strcmp(asked, way) == 0;
}

__attribute__((constructor)) static void load(void)
{
    if (deviates("unloadable")) {
        (void)raise(SIGKILL);
    }
    if (deviates("refusing") && unlink("refuse.once") == 0) {
        (void)raise(SIGKILL);
    }
}

DWORD GetLastError(void)
{
    return last_error;
}

void SetLastError(DWORD dwErrCode)
{
    last_error = dwErrCode;
}

HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize)
{
    (void)flOptions;
    (void)dwInitialSize;
    (void)dwMaximumSize;
    static int count;
    if (++count > 100 && deviates("worn")) {
        (void)raise(SIGSEGV);
    }
    return calloc(1, sizeof(struct heap));
}

BOOL HeapDestroy(HANDLE hHeap)
{
    struct heap *heap = hHeap;
    if (deviates("destroy") || deviates("deadly")) {
        (void)raise(SIGSEGV);
    }
    while (deviates("stay")) {
        (void)sleep(1);
    }
    while (heap->blocks != NULL) {
        struct block *block = heap->blocks;
        heap->blocks = block->next;
        free(block);
    }
    free(heap);
    return TRUE;
}

static size_t shift(void)
{
    return deviates("misaligned") || deviates("both") ? 8 : 0;
}

/* Given by the first of the calls that are under way at the same time. */
static _Atomic(char *) block_under_way;
static atomic_int calls_under_way;

/* NULL for the first of them. */
static char *wait_for_another_s_block(void)
{
    if (atomic_fetch_add(&calls_under_way, 1) == 0) {
        return NULL;
    }
    while (block_under_way == NULL) {
        (void)usleep(100);
    }
    return block_under_way;
}

static void deviate_in_process(void)
{
    if (deviates("festering")) {
        static volatile size_t behind = 3;
        size_t *words = malloc(behind * sizeof *words);
        words[behind] = ~(size_t)0; /* the size of what lies there */
    }
    for (int file = 3; file < 64 && deviates("closing"); file++) {
        (void)close(file);
    }
    for (int file = 3; file < 64 && deviates("babbling"); file++) {
        static const char words[64] = "nothing that anybody understands, for it is about nothing";
        struct stat status;
        if (fstat(file, &status) == 0 && S_ISFIFO(status.st_mode)) {
            (void)!write(file, words, sizeof words);
        }
    }
}

LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)
{
    deviate_in_process();
    struct heap *heap = hHeap;
    while (deviates("stuck")) {
        (void)sleep(1);
    }
    char *same = deviates("racy") ? wait_for_another_s_block() : NULL;
    if (same != NULL) {
        return same;
    }
    if (dwBytes > (SIZE_T)1 << 28) { /* every byte is written, which takes its time */
        last_error = ERROR_NOT_ENOUGH_MEMORY;
        return NULL;
    }
    struct block *block = aligned_alloc(16, (sizeof *block + dwBytes + 16 + 15) / 16 * 16);
    if (block == NULL) {
        last_error = ERROR_NOT_ENOUGH_MEMORY;
        return NULL;
    }
    char *data = (char *)(block + 1) + shift();
    if (deviates("racy")) {
        block_under_way = data;
        (void)usleep(50 * 1000);
        block_under_way = NULL;
        atomic_store(&calls_under_way, 0);
    }
    block->heap = heap;
    block->size = dwBytes;
    pthread_mutex_lock(&mutex);
    block->next = heap->blocks;
    heap->blocks = block;
    pthread_mutex_unlock(&mutex);
    memset(data, (dwFlags & HEAP_ZERO_MEMORY) != 0 ? 0 : 0xCD, dwBytes);
    return data;
}

static struct block *block_of(LPCVOID lpMem)
{
    return (struct block *)((char *)(size_t)lpMem - shift()) - 1;
}

BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)
{
    (void)dwFlags;
    if (deviates("crash") || deviates("deadly")) {
        (void)raise(SIGSEGV);
    }
    if (lpMem == NULL) {
        return TRUE;
    }
    struct heap *heap = hHeap;
    struct block *block = block_of(lpMem);
    pthread_mutex_lock(&mutex);
    struct block **at = &heap->blocks;
    while (*at != NULL && *at != block) {
        at = &(*at)->next;
    }
    bool found = *at != NULL;
    if (found) {
        *at = block->next;
        free(block);
    }
    pthread_mutex_unlock(&mutex);
    last_error = found ? last_error : ERROR_INVALID_PARAMETER;
    return found;
}

/* Counts the processes in a file; the first of three is pale. */
static bool is_pale(void)
{
    static long number = -1;
    if (!deviates("pale")) {
        return false;
    }
    if (number < 0) {
        int file = open("pale.count", O_CREAT | O_WRONLY | O_APPEND, 0600);
        (void)!write(file, "x", 1);
        number = lseek(file, 0, SEEK_END);
        (void)close(file);
    }
    return number % 3 == 1;
}

static bool stalls(void)
{
    return deviates("stall") && open("stall.once", O_CREAT | O_EXCL | O_WRONLY, 0600) >= 0;
}

static void end_process_if_asked(void)
{
    static const struct {
        const char *way;
        void (*end)(int status);
        int status;
    } ends[] = {
        {"exit", exit, 7},
        {"exit_0", exit, 0},
        {"_exit_0", _exit, 0},
        {"_exit_1", _exit, 1},
        {"_exit_2", _exit, 2},
        {"_exit_5", _exit, 5},
        {"quick_exit_0", quick_exit, 0},
    };
    for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (deviates(ends[i].way)) {
            ends[i].end(ends[i].status);
        }
    }
}

SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
    (void)hHeap;
    (void)dwFlags;
    end_process_if_asked();
    if (deviates("interrupt")) {
        (void)raise(SIGINT);
    }
    bool is_stalled = stalls();
    while (is_stalled || deviates("hang")) {
        (void)sleep(1);
    }
    bool is_short = deviates("short") || deviates("both") || deviates("refusing") || is_pale();
    return block_of(lpMem)->size - (is_short ? 1 : 0);
}
