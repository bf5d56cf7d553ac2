/* The toy's last error and RaiseException. */
#include "tests/mutants/toy.h"

#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

static _Thread_local DWORD own_error;
static DWORD common_error; /* of one mutant */

static DWORD *last_error(void)
{
    return mutant(last_error_is_shared_by_all_threads) ? &common_error : &own_error;
}

DWORD GetLastError(void)
{
    DWORD error = *last_error();
    if (mutant(get_last_error_clears_it)) {
        *last_error() = 0;
    }
    return error;
}

void SetLastError(DWORD dwErrCode)
{
    *last_error() =
        mutant(set_last_error_loses_the_highest_bit) ? dwErrCode & 0x7FFFFFFFu : dwErrCode;
}

bool toy_fail(DWORD error)
{
    SetLastError(mutant(failure_sets_the_bit_of_applications) ? error | 0x20000000u : error);
    return false;
}

/* Continuing what cannot be continued is an exception of its own. It ends with the last handler,
 * for handlers that continue whatever comes would raise it for ever. */
static void raise_noncontinuable(EXCEPTION_RECORD *first, void *context)
{
    EXCEPTION_RECORD record = {0};
    record.ExceptionCode = STATUS_NONCONTINUABLE_EXCEPTION;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionRecord = first;
    record.ExceptionAddress = first->ExceptionAddress;
    (void)toy_dispatch(&record, context, ORIGIN_SECOND);
}

static void raise_record(EXCEPTION_RECORD *record)
{
    ucontext_t context;
    (void)getcontext(&context);
    enum search_end end = toy_dispatch(record, &context, ORIGIN_RAISE);
    if (end == NOBODY_CONTINUES && mutant(raise_exception_returns_unhandled)) {
        return;
    }
    if (end == SOMEBODY_CONTINUES) {
        if ((record->ExceptionFlags & EXCEPTION_NONCONTINUABLE) == 0) {
            return;
        }
        raise_noncontinuable(record, &context);
    }
    abort(); /* nobody handles it: the process ends */
}

static void take_arguments(EXCEPTION_RECORD *record, DWORD count, const ULONG_PTR *arguments)
{
    count = (DWORD)smaller(count, EXCEPTION_MAXIMUM_PARAMETERS);
    if (arguments == NULL) {
        record->NumberParameters = mutant(raise_exception_counts_a_missing_array) ? count : 0;
        return;
    }
    record->NumberParameters = count;
    memcpy(record->ExceptionInformation, arguments, count * sizeof arguments[0]);
    if (mutant(raise_exception_loses_the_last_argument) && count > 0) {
        record->NumberParameters--;
    }
    if (mutant(raise_exception_writes_its_arguments) && count > 0) {
        spoil(to_address(arguments));
    }
}

void RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags, DWORD nNumberOfArguments,
                    const ULONG_PTR *lpArguments)
{
    EXCEPTION_RECORD record = {0};
    record.ExceptionCode =
        mutant(raise_exception_changes_the_code) ? dwExceptionCode ^ 1 : dwExceptionCode;
    record.ExceptionFlags = dwExceptionFlags & EXCEPTION_NONCONTINUABLE;
    if (mutant(raise_exception_drops_the_flag)) {
        record.ExceptionFlags = 0;
    }
    record.ExceptionAddress = __builtin_return_address(0);
    take_arguments(&record, nNumberOfArguments, lpArguments);
    raise_record(&record);
}

void toy_raise(DWORD code, ULONG_PTR parameter)
{
    RaiseException(code, 0, 1, &parameter);
}
