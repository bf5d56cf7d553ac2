/* call.completion.returns_to_its_caller (documented)
 *
 * A defined call returns to its caller in bounded time, unless it is made on a heap whose lock
 * another thread has by HeapLock during the whole wait, or raises an exception that no handler
 * continues.
 *
 * derived: every function page under "Return value"; HeapLock function (heapapi.h), Remarks;
 * RaiseException function (errhandlingapi.h), Remarks
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS)
 *     VirtualQuery(r0, NULL, 48)
 *     @1 r1 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS)
 *
 * Call 3: expected the call to come to an end, seen a hang.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Wine:      x86_64-w64-mingw32-gcc -O1 call.completion.returns_to_its_caller.c -o repro.exe && wine repro.exe
 *     libwinmem: gcc -O1 call.completion.returns_to_its_caller.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#include <time.h>
#include <winmem.h>
#pragma weak VirtualAlloc
#pragma weak VirtualQuery
#endif
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The call has come back. */
static int judge_return(int holds, const char *expected)
{
    printf("expected: %s\nseen:     a return\n", expected);
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

/* Threads take turns: turn n begins when the n turns before it, of which main has the first, have
 * ended. A call that stands before a lock is waited for a while only. */
static atomic_uint returned_count;

static atomic_uint waiting_count;

#ifdef _WIN32
static void sleep_a_little(void)
{
    Sleep(1);
}
#else
static void sleep_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
#endif

static void take_turn(unsigned n)
{
    for (unsigned patience = 50; patience > 0; sleep_a_little()) {
        unsigned returned = atomic_load(&returned_count);
        if (returned >= n) {
            return;
        }
        patience -= returned + atomic_load(&waiting_count) >= n;
    }
}

static void end_turn(void)
{
    atomic_fetch_add(&returned_count, 1);
}

/* All threads run before the first call, for it may keep what a thread needs to begin; and they
 * stay, for what a thread owns it may give back at its end. */
static atomic_uint running_count;

static void run_body(void *body)
{
    atomic_fetch_add(&running_count, 1);
    ((void (*)(void))(uintptr_t)body)();
    for (;;) {
        sleep_a_little();
    }
}

#ifdef _WIN32
static DWORD WINAPI run_thread(LPVOID body)
{
    run_body(body);
    return 0;
}
static int create_thread(void *body)
{
    return CreateThread(NULL, 0, run_thread, body, 0, NULL) != NULL;
}
#else
static void *run_thread(void *body)
{
    run_body(body);
    return NULL;
}
static int create_thread(void *body)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, run_thread, body) == 0;
}
#endif

static void start_thread(void (*body)(void))
{
    unsigned before = atomic_load(&running_count);
    if (!create_thread((void *)(uintptr_t)body)) {
        exit(could_not_run("no thread"));
    }
    while (atomic_load(&running_count) == before) {
        sleep_a_little();
    }
}

/* That the judged call never returns is the violation. The watch runs before the first call, for
 * that may keep what a thread needs to begin. */
static volatile int is_return_judged;

static int judge_hang(void)
{
    if (!is_return_judged) {
        return could_not_run("a call before the judged one does not return");
    }
    say("The call does not return: the clause is VIOLATED.\n");
    return 1;
}

#ifdef _WIN32
static volatile int is_watching;
static DWORD WINAPI watch_return(LPVOID unused)
{
    (void)unused;
    say("");
    is_watching = 1;
    Sleep(10000);
    TerminateProcess(GetCurrentProcess(), (UINT)judge_hang());
    return 0;
}
static void start_watch_of_return(void)
{
    CreateThread(NULL, 0, watch_return, NULL, 0, NULL);
    while (!is_watching) {
        Sleep(1);
    }
}
#else
static void watch_return(int number)
{
    (void)number;
    _exit(judge_hang());
}
static void start_watch_of_return(void)
{
    signal(SIGALRM, watch_return);
    alarm(10);
}
#endif

static char *r0;
static LPVOID result; /* of the judged call */

static void thread_0(void)
{
    take_turn(1);
    r0 = VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_NOACCESS);
    NEED(r0);
    end_turn();
    take_turn(2);
    VirtualQuery(r0, NULL, 48);
    end_turn();
}

static void thread_1(void)
{
    take_turn(3);
    /* The judged call. */
    is_return_judged = 1;
    result = VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_NOACCESS);
    exit(judge_return(1, "the call to come to an end"));
}

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(VirtualAlloc);
    NEED(VirtualQuery);
#endif
    start_watch_of_return();
    start_thread(thread_0);
    start_thread(thread_1);
    end_turn();
    for (;;) {
        sleep_a_little();
    }
}
