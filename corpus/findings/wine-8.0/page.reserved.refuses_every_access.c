/* page.reserved.refuses_every_access (documented)
 *
 * Reading, writing or executing a reserved page raises an access violation, whatever flProtect it
 * was reserved with.
 *
 * Microsoft Learn: Page State; VirtualFree function (memoryapi.h), Remarks
 *
 *     # heapck trace 1
 *     r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD)
 *     Peek(r0, 1)   # the judged call
 *
 * Windows: x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe
 * Linux:   gcc -O1 repro.c -lwinmem -o repro, with -I for <winmem.h>
 * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run.
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <winmem.h>
#endif
#include <inttypes.h>
#include <setjmp.h>
#include <stdint.h>
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

static int could_not_run(const char *reason)
{
    printf("could not be run: %s\n", reason);
    fflush(stdout);
    return 2;
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

static char *r0;
static SIZE_T result; /* of the judged call */

int main(void)
{
    catch_exceptions_last();
    r0 = VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_READWRITE | PAGE_GUARD);
    /* The judged call. */
    if (!(r0)) {
        return could_not_run("it needs r0");
    }
    result = peek(r0, 1);
    if (!was_raised) {
        return could_not_run("the call raised nothing");
    }
    uint64_t seen = caught.ExceptionCode;
    return judge(seen == UINT64_C(0xc0000005),
                 "the exception to be STATUS_ACCESS_VIOLATION", seen);
}
