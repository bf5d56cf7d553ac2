/* exception.raise.does_not_return_when_no_handler_continues (documented)
 *
 * If no handler answers EXCEPTION_CONTINUE_EXECUTION, RaiseException does not return to its
 * caller.
 *
 * derived: RaiseException function (errhandlingapi.h), Remarks; PVECTORED_EXCEPTION_HANDLER
 * callback function (winnt.h), Return value
 *
 *     # heapck trace 1
 *     RaiseException(0xe0000001, 0, 0, 0)
 *
 * Call 1: expected the call to raise an exception, seen a return.
 *
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run. In this file's folder:
 *
 *     Library:   gcc -O1 exception.raise.does_not_return_when_no_handler_continues.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed -l:libwinpr2.so.2 && ./repro
 *     libwinmem: gcc -O1 exception.raise.does_not_return_when_no_handler_continues.c -o repro -I../../.. -I../../../impl/include \
 *                -Wl,--no-as-needed ../../../build/release/libwinmem.so -Wl,-rpath,../../../build/release && ./repro
 *     With the archive, in place of the last line, for the program asks for functions weakly:
 *                -Wl,--whole-archive ../../../build/release/libwinmem.a -Wl,--no-whole-archive && ./repro
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#pragma weak AddVectoredExceptionHandler
#pragma weak RaiseException
#endif
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Whether the call ends with an exception. */
static int judge_end(int holds, const char *expected)
{
    printf("expected: %s\n", expected);
    printf("seen:     %s\n", was_raised ? "an exception" : "a return");
    printf("%s\n", holds ? "The clause holds." : "The clause is VIOLATED.");
    fflush(stdout);
    return holds ? 0 : 1;
}

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

int main(void)
{
#ifndef _WIN32 /* a library may have a part of the functions only */
    NEED(RaiseException);
#endif
    catch_exceptions();
    /* The judged call. */
    GUARDED(RaiseException(0xe0000001, 0, 0, words_from(0)));
    return judge_end(was_raised, "the call to raise an exception");
}
