/* A closed trace gives back by calls of its own all that it got. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/run/close.h"
#include "tests/kit/trace/text.h"

static void assert_closed(const char *plain, const char *expected)
{
    struct trace_buffer from = {.capacity = 0};
    struct trace_buffer closed = {.capacity = 0};
    load_trace(plain, &from);
    assert_true(hck_close(&from.trace, &closed));
    assert_trace(&closed.trace, expected);
    hck_trace_free(&from);
    hck_trace_free(&closed);
}

#define HEADER "# heapck trace 1\n"

static void everything_is_given_back_in_the_order_of_the_executor(void **state)
{
    (void)state;
    assert_closed(HEADER "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                         "h0 = GetProcessHeap()\n"
                         "h1 = HeapCreate(0, 0, 0)\n"
                         "b0 = HeapAlloc(h0, 0, 10)\n"
                         "b1 = HeapAlloc(h1, 0, 10)\n"
                         "v0 = AddVectoredExceptionHandler(1, SEARCH)\n"
                         "@1 HeapLock(h0)\n"
                         "HeapLock(h1)\n"
                         "HeapUnlock(h1)\n",
                  "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                  "h0 = GetProcessHeap()\n"
                  "h1 = HeapCreate(0, 0, 0)\n"
                  "b0 = HeapAlloc(h0, 0, 10)\n"
                  "b1 = HeapAlloc(h1, 0, 10)\n"
                  "v0 = AddVectoredExceptionHandler(1, SEARCH)\n"
                  "@1 HeapLock(h0)\n"
                  "HeapLock(h1)\n"
                  "HeapUnlock(h1)\n"
                  "@1 HeapUnlock(h0)\n"
                  "@2 RemoveVectoredExceptionHandler(v0)\n"
                  "@2 HeapFree(h0, 0, b0)\n"
                  "@2 HeapDestroy(h1)\n"
                  "@2 VirtualFree(r0, 0, MEM_RELEASE)\n"
                  "@2 r1 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS)\n"
                  "@2 VirtualFree(r1, 0, MEM_RELEASE)\n"
                  "RemoveVectoredExceptionHandler(v0)\n"
                  "HeapFree(h0, 0, b0)\n"
                  "HeapDestroy(h1)\n"
                  "VirtualFree(r0, 0, MEM_RELEASE)\n");
}

static void what_would_be_lost_gets_a_name(void **state)
{
    (void)state;
    assert_closed(HEADER "HeapCreate(0, 0, 0)\n"
                         "h0 = GetProcessHeap()\n"
                         "b0 = HeapAlloc(h0, 0, 1)\n"
                         "b0 = HeapReAlloc(h0, 0, b0, 2)\n"
                         "b0 = HeapAlloc(h0, 0, 3)\n"
                         "HeapReAlloc(h0, 0, b0, 4)\n"
                         "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                         "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)\n",
                  "h1 = HeapCreate(0, 0, 0)\n"
                  "h0 = GetProcessHeap()\n"
                  "b0 = HeapAlloc(h0, 0, 1)\n"
                  "b0 = HeapReAlloc(h0, 0, b0, 2)\n"
                  "b1 = HeapAlloc(h0, 0, 3)\n"
                  "b2 = HeapReAlloc(h0, 0, b1, 4)\n"
                  "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                  "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)\n"
                  "HeapFree(h0, 0, b0)\n"
                  "HeapFree(h0, 0, b0)\n"
                  "HeapFree(h0, 0, b1)\n"
                  "HeapFree(h0, 0, b2)\n"
                  "HeapDestroy(h1)\n"
                  "VirtualFree(r0, 0, MEM_RELEASE)\n");
}

static void locks_are_given_back_heap_by_heap_whatever_their_numbers(void **state)
{
    (void)state;
    assert_closed(HEADER "h3000000 = HeapCreate(0, 0, 0)\n"
                         "h0 = HeapCreate(0, 0, 0)\n"
                         "HeapLock(h3000000)\n"
                         "HeapLock(h0)\n"
                         "HeapLock(h3000000)\n",
                  "h3000000 = HeapCreate(0, 0, 0)\n"
                  "h0 = HeapCreate(0, 0, 0)\n"
                  "HeapLock(h3000000)\n"
                  "HeapLock(h0)\n"
                  "HeapLock(h3000000)\n"
                  "HeapUnlock(h3000000)\n"
                  "HeapUnlock(h3000000)\n"
                  "HeapUnlock(h0)\n"
                  "HeapDestroy(h3000000)\n"
                  "HeapDestroy(h0)\n");
}

static void an_empty_trace_stays_empty(void **state)
{
    (void)state;
    assert_closed(HEADER, "");
    assert_closed(HEADER "GetLastError()\n", "GetLastError()\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_given_back_in_the_order_of_the_executor),
        cmocka_unit_test(what_would_be_lost_gets_a_name),
        cmocka_unit_test(locks_are_given_back_heap_by_heap_whatever_their_numbers),
        cmocka_unit_test(an_empty_trace_stays_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
