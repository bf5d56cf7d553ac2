/* Exceptions reach vectored handlers in list order, continue or end as documented, and an exception
 * nobody takes ends the process with one sentence. */
#include "tests/impl/support.h"

#include "impl/base/client_error.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#define CODE 0xE0001234u

static char calls[64];
static size_t call_count;

static void note(char who)
{
    calls[call_count++] = who;
    calls[call_count] = '\0';
}

static void forget(void)
{
    call_count = 0;
    calls[0] = '\0';
}

static LONG pass_a(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    note('a');
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG pass_b(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    note('b');
    return EXCEPTION_CONTINUE_SEARCH;
}

static EXCEPTION_RECORD seen;

static LONG take(PEXCEPTION_POINTERS pointers)
{
    note('t');
    seen = *pointers->ExceptionRecord;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void handlers_run_in_list_order_until_one_continues(void **state)
{
    (void)state;
    forget();
    PVOID last = AddVectoredExceptionHandler(0, take);
    PVOID first = AddVectoredExceptionHandler(1, pass_a);
    PVOID very_first = AddVectoredExceptionHandler(1, pass_b);
    PVOID unreached = AddVectoredExceptionHandler(0, pass_a);
    ULONG_PTR arguments[] = {1, 2, 3};
    RaiseException(CODE, 0, 3, arguments);
    assert_string_equal(calls, "bat");
    assert_int_equal(seen.ExceptionCode, CODE);
    assert_int_equal(seen.ExceptionFlags, 0);
    assert_int_equal(seen.NumberParameters, 3);
    assert_int_equal(seen.ExceptionInformation[2], 3);
    assert_non_null(seen.ExceptionAddress);
    assert_true(RemoveVectoredExceptionHandler(very_first));
    assert_true(RemoveVectoredExceptionHandler(first));
    assert_true(RemoveVectoredExceptionHandler(unreached));
    forget();
    RaiseException(CODE, 0, 0, NULL);
    assert_string_equal(calls, "t");
    assert_true(RemoveVectoredExceptionHandler(last));
}

static void removing_an_unknown_handle_is_zero(void **state)
{
    (void)state;
    PVOID handle = AddVectoredExceptionHandler(0, take);
    assert_non_null(handle);
    assert_int_equal(RemoveVectoredExceptionHandler(NULL), 0);
    assert_int_equal(RemoveVectoredExceptionHandler(&handle), 0);
    assert_int_not_equal(RemoveVectoredExceptionHandler(handle), 0);
    assert_int_equal(RemoveVectoredExceptionHandler(handle), 0);
    PVOID again = AddVectoredExceptionHandler(0, take);
    assert_ptr_not_equal(again, handle);
    assert_int_equal(RemoveVectoredExceptionHandler(handle), 0);
    assert_int_not_equal(RemoveVectoredExceptionHandler(again), 0);
}

static void more_than_fifteen_arguments_are_cut_and_bit_28_is_cleared(void **state)
{
    (void)state;
    PVOID handle = AddVectoredExceptionHandler(1, take);
    ULONG_PTR arguments[20] = {0};
    arguments[14] = 14;
    RaiseException(0xF0001234u, 0, 20, arguments);
    assert_int_equal(seen.NumberParameters, EXCEPTION_MAXIMUM_PARAMETERS);
    assert_int_equal(seen.ExceptionInformation[14], 14);
    assert_int_equal(seen.ExceptionCode, 0xE0001234u);
    RemoveVectoredExceptionHandler(handle);
}

static PVOID self;

static LONG remove_self_and_add(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    note('r');
    assert_int_not_equal(RemoveVectoredExceptionHandler(self), 0);
    self = AddVectoredExceptionHandler(0, take);
    return EXCEPTION_CONTINUE_SEARCH;
}

static void a_handler_may_change_the_list_while_it_runs(void **state)
{
    (void)state;
    forget();
    self = AddVectoredExceptionHandler(1, remove_self_and_add);
    RaiseException(CODE, 0, 0, NULL);
    assert_string_equal(calls, "rt");
    RemoveVectoredExceptionHandler(self);
}

/* Volatile, so that the compiler does not know that it is a null pointer plus something. */
static volatile uintptr_t low_address = 0x20;

static void touch_low_memory(void)
{
    *(volatile char *)low_address = 1;
}

static jmp_buf out;

static LONG leave(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    longjmp(out, 1);
}

static void a_handler_may_leave_by_longjmp(void **state)
{
    (void)state;
    take_faults_back();
    PVOID handle = AddVectoredExceptionHandler(1, leave);
    for (volatile int i = 0; i < 1000; i++) {
        if (setjmp(out) == 0) {
            if (i % 2 == 0) {
                RaiseException(CODE, 0, 0, NULL);
            } else {
                touch_low_memory();
            }
            fail();
        }
    }
    assert_int_not_equal(RemoveVectoredExceptionHandler(handle), 0);
}

static LONG leave_if_refused(PEXCEPTION_POINTERS pointers)
{
    seen = *pointers->ExceptionRecord;
    if (seen.ExceptionCode == STATUS_NONCONTINUABLE_EXCEPTION) {
        longjmp(out, 1);
    }
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void continuing_the_noncontinuable_is_an_exception(void **state)
{
    (void)state;
    PVOID handle = AddVectoredExceptionHandler(1, leave_if_refused);
    if (setjmp(out) == 0) {
        RaiseException(CODE, EXCEPTION_NONCONTINUABLE, 0, NULL);
        fail();
    }
    assert_int_equal(seen.ExceptionFlags, EXCEPTION_NONCONTINUABLE);
    RemoveVectoredExceptionHandler(handle);
}

static void raise_unhandled(void)
{
    RaiseException(CODE, 0, 0, NULL);
}

static void raise_noncontinuable_and_continue(void)
{
    AddVectoredExceptionHandler(1, take);
    RaiseException(CODE, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static void an_unhandled_exception_ends_the_process_with_one_sentence(void **state)
{
    (void)state;
    struct death death = die_of(raise_unhandled);
    assert_int_equal(death.signal, SIGABRT);
    assert_string_equal(death.text, WM_SENTENCE_UNHANDLED);
}

static void continuing_the_refusal_as_well_ends_the_process(void **state)
{
    (void)state;
    struct death death = die_of(raise_noncontinuable_and_continue);
    assert_int_equal(death.signal, SIGABRT);
    assert_string_equal(death.text, WM_SENTENCE_CONTINUED_AGAIN);
}

static void touch_null(void)
{
    touch_low_memory();
}

static void say_and_exit(int number)
{
    (void)number;
    wm_client_terminate_on_error();
    wm_client_error_not_a_heap();
}

static void touch_null_with_an_older_handler(void)
{
    signal(SIGSEGV, say_and_exit);
    take_faults_back();
    touch_null();
}

static void an_unhandled_fault_goes_to_the_disposition_before(void **state)
{
    (void)state;
#ifndef HEAPCK_SANITIZED /* a sanitizer is the disposition before, and reports in its own words */
    struct death death = die_of(touch_null);
    assert_int_equal(death.signal, SIGSEGV);
    assert_string_equal(death.text, "");
#endif
    struct death other = die_of(touch_null_with_an_older_handler);
    assert_int_equal(other.signal, SIGABRT);
    assert_string_equal(other.text, WM_SENTENCE_NOT_A_HEAP);
}

static void *other_thread(void *unused)
{
    (void)unused;
    SetLastError(77);
    return NULL;
}

static void last_error_is_per_thread(void **state)
{
    (void)state;
    SetLastError(5);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, other_thread, NULL), 0);
    pthread_join(thread, NULL);
    assert_int_equal(GetLastError(), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handlers_run_in_list_order_until_one_continues),
        cmocka_unit_test(removing_an_unknown_handle_is_zero),
        cmocka_unit_test(more_than_fifteen_arguments_are_cut_and_bit_28_is_cleared),
        cmocka_unit_test(a_handler_may_change_the_list_while_it_runs),
        cmocka_unit_test(a_handler_may_leave_by_longjmp),
        cmocka_unit_test(continuing_the_noncontinuable_is_an_exception),
        cmocka_unit_test(an_unhandled_exception_ends_the_process_with_one_sentence),
        cmocka_unit_test(continuing_the_refusal_as_well_ends_the_process),
        cmocka_unit_test(an_unhandled_fault_goes_to_the_disposition_before),
        cmocka_unit_test(last_error_is_per_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
