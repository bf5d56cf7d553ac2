/* GetProcessWorkingSetSize and SetProcessWorkingSetSize. */
#include "tests/mutants/toy_virtual.h"

#include <pthread.h>

enum { LEAST_MINIMUM = 20 * TOY_PAGE, LEAST_MAXIMUM = 13 * TOY_PAGE };

static pthread_mutex_t sizes_lock = PTHREAD_MUTEX_INITIALIZER;
static SIZE_T minimum_size = 50 * TOY_PAGE;
static SIZE_T maximum_size = 345 * TOY_PAGE;

static bool is_this_process(HANDLE process)
{
    if (process == (HANDLE)(LONG_PTR)-1 || mutant(working_set_of_no_process_is_this_one)) {
        return true;
    }
    return toy_fail(mutant(working_set_of_no_process_is_denied) ? ERROR_ACCESS_DENIED
                                                                : ERROR_INVALID_HANDLE);
}

static bool sizes_are_accepted(SIZE_T minimum, SIZE_T maximum)
{
    return (minimum <= maximum || mutant(working_set_takes_a_minimum_above_the_maximum)) &&
           (minimum != 0 || mutant(working_set_takes_a_minimum_of_zero)) &&
           (maximum >= LEAST_MAXIMUM || mutant(working_set_takes_any_maximum)) &&
           (maximum < (SIZE_T)TOY_BYTES_MAX || mutant(working_set_takes_more_than_there_is));
}

BOOL GetProcessWorkingSetSize(HANDLE hProcess, PSIZE_T lpMinimumWorkingSetSize,
                              PSIZE_T lpMaximumWorkingSetSize)
{
    if (!is_this_process(hProcess)) {
        return FALSE;
    }
    if (mutant(working_set_is_not_told)) {
        return toy_fail(ERROR_ACCESS_DENIED);
    }
    pthread_mutex_lock(&sizes_lock);
    SIZE_T minimum = minimum_size;
    SIZE_T maximum = maximum_size;
    if (mutant(working_set_shrinks_with_each_look)) {
        maximum_size -= maximum_size > (SIZE_T)2 * LEAST_MINIMUM ? TOY_PAGE : 0;
    }
    pthread_mutex_unlock(&sizes_lock);
    *lpMinimumWorkingSetSize =
        mutant(working_set_minimum_is_told_twice_over) ? 2 * maximum : minimum;
    *lpMaximumWorkingSetSize = maximum;
    return TRUE;
}

static void set_sizes(SIZE_T minimum, SIZE_T maximum)
{
    bool is_raised = minimum < LEAST_MINIMUM && !mutant(working_set_keeps_a_small_minimum);
    if (!mutant(working_set_keeps_its_maximum)) {
        maximum_size = maximum / TOY_PAGE * TOY_PAGE;
    }
    minimum_size = is_raised ? LEAST_MINIMUM : minimum / TOY_PAGE * TOY_PAGE;
    maximum_size = maximum_size < minimum_size ? minimum_size : maximum_size;
}

BOOL SetProcessWorkingSetSize(HANDLE hProcess, SIZE_T dwMinimumWorkingSetSize,
                              SIZE_T dwMaximumWorkingSetSize)
{
    if (!is_this_process(hProcess)) {
        return FALSE;
    }
    if (dwMinimumWorkingSetSize == SIZE_MAX && dwMaximumWorkingSetSize == SIZE_MAX) {
        return mutant(working_set_cannot_be_emptied) ? toy_fail(ERROR_INVALID_PARAMETER) : TRUE;
    }
    if (!sizes_are_accepted(dwMinimumWorkingSetSize, dwMaximumWorkingSetSize)) {
        return toy_fail(mutant(working_set_names_another_error) ? ERROR_ACCESS_DENIED
                                                                : ERROR_INVALID_PARAMETER);
    }
    if (mutant(working_set_is_never_set)) {
        return toy_fail(ERROR_PRIVILEGE_NOT_HELD);
    }
    pthread_mutex_lock(&sizes_lock);
    set_sizes(dwMinimumWorkingSetSize, dwMaximumWorkingSetSize);
    pthread_mutex_unlock(&sizes_lock);
    return TRUE;
}
