/* The per-thread record, the last error that lives in it, and how often validators run. */
#include "impl/base/thread.h"

#include "impl/base/assert.h"
#include "impl/include/winmem.h"

_Thread_local struct wm_thread wm_thread __attribute__((tls_model("initial-exec")));

bool wm_validation_is_due(void)
{
    enum { EVERY_ONE_UP_TO = 2000, EVERY_NTH = 64 };
    static _Thread_local unsigned change_count __attribute__((tls_model("initial-exec")));
    change_count++;
    return change_count < EVERY_ONE_UP_TO || change_count % EVERY_NTH == 0;
}

DWORD WINAPI GetLastError(void)
{
    return wm_thread.last_error;
}

void WINAPI SetLastError(DWORD dwErrCode)
{
    wm_thread.last_error = dwErrCode;
}
