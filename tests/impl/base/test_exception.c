/* Exceptions reach vectored handlers in list order, continue or end as documented, and an exception
 * nobody takes ends the process with one sentence. */
#define _GNU_SOURCE /* memfd_create, sigsetjmp */
#include "tests/impl/support.h"

#include "impl/base/client_error.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

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

static void no_handler_is_none(void **state)
{
    (void)state;
    assert_fails_with(AddVectoredExceptionHandler(1, NULL), ERROR_INVALID_PARAMETER);
}

/* --- Who had the signals before -------------------------------------------------------------- */

static volatile sig_atomic_t signal_count;
static jmp_buf away;

static void count_signal(int number)
{
    (void)number;
    signal_count++;
}

static void count_and_leave(int number, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    count_signal(number);
    siglongjmp(away, 1);
}

static void install(void (*simple)(int), void (*telling)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    if (telling != NULL) {
        action.sa_sigaction = telling;
        flags |= SA_SIGINFO;
    } else {
        action.sa_handler = simple;
    }
    action.sa_flags = flags;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    take_faults_back();
}

static void send_to_a_handler(void)
{
    install(count_signal, NULL, 0);
    kill(getpid(), SIGSEGV);
    kill(getpid(), SIGBUS);
    if (signal_count != 2) {
        abort();
    }
}

static void send_to_nobody(void)
{
    install(SIG_IGN, NULL, 0);
    kill(getpid(), SIGSEGV);
}

#ifndef HEAPCK_SANITIZED /* a sanitizer is the disposition before, and reports in its own words */
static void send_to_the_system(void)
{
    install(SIG_DFL, NULL, 0);
    kill(getpid(), SIGBUS);
}
#endif

static void a_signal_that_was_sent_goes_where_it_went_before(void **state)
{
    (void)state;
    assert_int_equal(die_of(send_to_a_handler).signal, 0);
    assert_int_equal(die_of(send_to_nobody).signal, 0);
#ifndef HEAPCK_SANITIZED
    assert_int_equal(die_of(send_to_the_system).signal, SIGBUS);
#endif
}

static void fault_where_faults_are_ignored(void)
{
    install(SIG_IGN, NULL, 0);
    touch_null();
}

static void fault_twice_before_a_telling_handler(void)
{
    install(NULL, count_and_leave, SA_NODEFER);
    for (volatile int i = 0; i < 2; i++) {
        if (sigsetjmp(away, 1) == 0) {
            touch_null();
        }
    }
    if (signal_count != 2) {
        abort();
    }
}

static void fault_twice_before_a_handler_that_serves_once(void)
{
    install(NULL, count_and_leave, (int)SA_RESETHAND);
    for (volatile int i = 0; i < 2; i++) {
        if (sigsetjmp(away, 1) == 0) {
            touch_null();
        }
        if (signal_count != 1) {
            abort();
        }
    }
}

static void a_fault_that_nobody_takes_goes_where_it_went_before(void **state)
{
    (void)state;
    assert_int_equal(die_of(fault_where_faults_are_ignored).signal, SIGSEGV);
    assert_int_equal(die_of(fault_twice_before_a_telling_handler).signal, 0);
    assert_int_equal(die_of(fault_twice_before_a_handler_that_serves_once).signal, SIGSEGV);
}

/* --- A file that has become too short -------------------------------------------------------- */

static LONG leave_with_record(PEXCEPTION_POINTERS pointers)
{
    seen = *pointers->ExceptionRecord;
    longjmp(out, 1);
}

static void a_page_that_its_file_no_longer_has_is_an_error_in_the_page(void **state)
{
    (void)state;
    /* From now on faults are looked up in the map of our own pages first. */
    assert_true(VirtualFree(VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_NOACCESS), 0, MEM_RELEASE));
    take_faults_back();
    int file = memfd_create("short", 0);
    assert_int_equal(ftruncate(file, (off_t)PAGE), 0);
    volatile char *view = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    assert_true(view != MAP_FAILED);
    assert_int_equal(view[5], 0);
    assert_int_equal(ftruncate(file, 0), 0);
    PVOID handle = AddVectoredExceptionHandler(1, leave_with_record);
    if (setjmp(out) == 0) {
        (void)view[5];
        fail();
    }
    assert_int_equal(seen.ExceptionCode, STATUS_IN_PAGE_ERROR);
    assert_int_equal(seen.NumberParameters, 3);
    assert_int_equal(seen.ExceptionInformation[0], 0);
    assert_int_equal(seen.ExceptionInformation[1], (uintptr_t)&view[5]);
    assert_int_equal(seen.ExceptionInformation[2], 0xC0000011u);
    RemoveVectoredExceptionHandler(handle);
    munmap((void *)(uintptr_t)view, PAGE);
    close(file);
}

/* As the processor raises it where alignment is checked. */
static void a_bus_error_for_another_reason_is_a_violation(void **state)
{
    (void)state;
    take_faults_back();
    siginfo_t reason = {.si_signo = SIGBUS, .si_code = BUS_ADRALN};
    PVOID handle = AddVectoredExceptionHandler(1, leave_with_record);
    if (setjmp(out) == 0) {
        (void)syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), SIGBUS, &reason);
        fail();
    }
    assert_int_equal(seen.ExceptionCode, STATUS_ACCESS_VIOLATION);
    assert_int_equal(seen.NumberParameters, 2);
    RemoveVectoredExceptionHandler(handle);
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
        cmocka_unit_test(no_handler_is_none),
        cmocka_unit_test(a_signal_that_was_sent_goes_where_it_went_before),
        cmocka_unit_test(a_fault_that_nobody_takes_goes_where_it_went_before),
        cmocka_unit_test(a_page_that_its_file_no_longer_has_is_an_error_in_the_page),
        cmocka_unit_test(a_bus_error_for_another_reason_is_a_violation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
