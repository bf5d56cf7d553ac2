/* exception.raise.does_not_return_when_no_handler_continues (documented)
 *
 * If no handler answers EXCEPTION_CONTINUE_EXECUTION, RaiseException does not return to its
 * caller.
 *
 * Microsoft Learn: RaiseException function (errhandlingapi.h), Remarks
 *
 *     # heapck trace 1
 *     RaiseException(0xe0000001, 0, 0, 0)   # the judged call
 *
 * Windows: x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe
 * Linux:   gcc -O1 repro.c -lwinmem -o repro, with -I for <winmem.h>
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run.
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#include <unistd.h>
#endif
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>

/* The verdict: 0 conforms, 1 violates, 2 could not be run. */
static int judge(int holds, const char *expected, uint64_t seen)
{
    printf("expected: %s\n", expected);
    printf("seen:     0x%" PRIx64 " (%" PRIu64 ")\n", seen, seen);
    printf("%s\n", holds ? "The clause holds." : "The clause is VIOLATED.");
    fflush(stdout);
    return holds ? 0 : 1;
}

/* Whatever leaves a call as one is caught behind the handlers of the trace. */
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

static PVOID last_handler;

static void catch_exceptions_last(void)
{
    DWORD error = GetLastError();
    if (last_handler != NULL) {
        RemoveVectoredExceptionHandler(last_handler);
    }
    last_handler = AddVectoredExceptionHandler(0, take_exception);
    SetLastError(error);
}

/* Does something that may raise; was_raised and caught say what it raised. */
#define GUARDED(something)                                                                         \
    do {                                                                                           \
        was_raised = 0;                                                                            \
        handler_call_count = 0;                                                                    \
        is_guarded = 1;                                                                            \
        if (SET_LANDING() == 0) {                                                                  \
            something;                                                                             \
        }                                                                                          \
        is_guarded = 0;                                                                            \
    } while (0)

/* The handlers of the trace write down what they are called for. */
static _Thread_local volatile unsigned handler_call_count;

/* What a function reads through a pointer, and how many bytes of it the function has changed. */
static ULONG_PTR input[64];

/* The arguments of RaiseException: first, first + 1, and so on. */
static const ULONG_PTR *words_from(ULONG_PTR first)
{
    for (unsigned i = 0; i < 64; i++) {
        input[i] = first + i;
    }
    return input;
}

/* A call that ends the process or never returns is the violation itself. */
static volatile int is_judged;

static void give_up(const char *what)
{
    if (!is_judged) {
        is_judged = 1;
        printf("seen:     %s\nThe clause is VIOLATED.\n", what);
        fflush(stdout);
        _Exit(1);
    }
}

static void on_abort(int number)
{
    (void)number;
    give_up("the process aborts");
}

static void on_exit_of_process(void)
{
    give_up("the process exits");
}

#ifdef _WIN32
static DWORD WINAPI watch(LPVOID unused)
{
    (void)unused;
    Sleep(10000);
    give_up("the call does not return");
    return 0;
}
static void start_watch(void)
{
    CloseHandle(CreateThread(NULL, 0, watch, NULL, 0, NULL));
}
#else
static void on_alarm(int number)
{
    (void)number;
    give_up("the call does not return");
}
static void start_watch(void)
{
    signal(SIGALRM, on_alarm);
    alarm(10);
}
#endif

static void expect_a_return(void)
{
    signal(SIGABRT, on_abort);
    atexit(on_exit_of_process);
    start_watch();
}

int main(void)
{
    catch_exceptions_last();
    /* The judged call. */
    expect_a_return();
    GUARDED(RaiseException(0xe0000001, 0, 0, words_from(UINT64_C(0x0))));
    is_judged = 1;
    uint64_t seen = was_raised ? 1 : 0;
    return judge(seen == 1,
                 "the end of the call to be an exception", seen);
}
