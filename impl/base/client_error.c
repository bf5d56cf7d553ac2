/* See client_error.h. */
#include "impl/base/client_error.h"

#include "impl/base/thread.h"
#include "impl/os/os.h"

#include <stdatomic.h>

static atomic_bool terminating;

void wm_client_terminate_on_error(void)
{
    atomic_store_explicit(&terminating, true, memory_order_relaxed);
}

static void report(DWORD error, const char *sentence)
{
    if (atomic_load_explicit(&terminating, memory_order_relaxed)) {
        wm_os_die(sentence);
    }
    wm_fail(error);
}

void wm_client_error_not_a_heap(void)
{
    report(ERROR_INVALID_HANDLE, WM_SENTENCE_NOT_A_HEAP);
}

void wm_client_error_not_a_block(void)
{
    report(ERROR_INVALID_PARAMETER, WM_SENTENCE_NOT_A_BLOCK);
}

void wm_client_error_already_free(void)
{
    report(ERROR_INVALID_PARAMETER, WM_SENTENCE_ALREADY_FREE);
}

_Noreturn void wm_client_error_unhandled(void)
{
    wm_os_die(WM_SENTENCE_UNHANDLED);
}

_Noreturn void wm_client_error_continued_again(void)
{
    wm_os_die(WM_SENTENCE_CONTINUED_AGAIN);
}
