/* IsBadReadPtr and its like. They ask the map and do not touch the memory, so that they set off no
 * guard page, and take no longer for a page than for a gigabyte that is alike; only the end of a
 * string has to be looked for, in pages that can be read. */
#include "impl/base/checked.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/vm.h"
#include "impl/vm/vm_internal.h"

#include <string.h>

static bool grants(const MEMORY_BASIC_INFORMATION *run, unsigned access)
{
    return run->State == MEM_COMMIT && (wm_vm_access_of(run->Protect) & access) != 0;
}

/* Whether a page can lie there at all. */
static bool is_outside(uintptr_t start, size_t bytes)
{
    return start < WM_OS_ADDRESS_MIN || start > WM_OS_ADDRESS_MAX ||
           bytes - 1 > WM_OS_ADDRESS_MAX - start;
}

static BOOL is_bad(uintptr_t start, size_t bytes, unsigned access)
{
    if (bytes == 0) {
        return FALSE;
    }
    if (is_outside(start, bytes)) {
        return TRUE;
    }
    uintptr_t last = start + (bytes - 1);
    for (uintptr_t at = start; at <= last;) {
        MEMORY_BASIC_INFORMATION run;
        if (wm_vm_query(at, &run) != NO_ERROR || !grants(&run, access)) {
            return TRUE;
        }
        at = (uintptr_t)run.BaseAddress + run.RegionSize;
    }
    return FALSE;
}

BOOL WINAPI IsBadReadPtr(LPCVOID lp, UINT_PTR ucb)
{
    return is_bad((uintptr_t)lp, ucb, WM_OS_READ);
}

BOOL WINAPI IsBadWritePtr(LPVOID lp, UINT_PTR ucb)
{
    return is_bad((uintptr_t)lp, ucb, WM_OS_WRITE);
}

BOOL WINAPI IsBadCodePtr(FARPROC lpfn)
{
    return is_bad((uintptr_t)lpfn, 1, WM_OS_READ);
}

/* A string may end before its range leaves the address space. */
BOOL WINAPI IsBadStringPtrA(LPCSTR lpsz, UINT_PTR ucchMax)
{
    uintptr_t at = (uintptr_t)lpsz;
    size_t left = ucchMax;
    if (left == 0) {
        return FALSE;
    }
    while (!is_outside(at, 1)) {
        MEMORY_BASIC_INFORMATION run;
        if (wm_vm_query(at, &run) != NO_ERROR || !grants(&run, WM_OS_READ)) {
            return TRUE;
        }
        uintptr_t end = (uintptr_t)run.BaseAddress + run.RegionSize;
        size_t bytes = left < end - at ? left : end - at;
        if (bytes == left || memchr((const void *)at, 0, bytes) != NULL) {
            return FALSE;
        }
        left -= bytes;
        at = end;
    }
    return TRUE;
}
