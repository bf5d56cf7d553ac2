/* VirtualAllocEx, VirtualFreeEx, VirtualProtectEx and VirtualQueryEx. */
#include "tests/mutants/toy_virtual.h"

static bool is_this(HANDLE process)
{
    bool is_current = process == (HANDLE)(LONG_PTR)-1 && !mutant(process_handle_is_looked_up);
    if (is_current || (process == NULL && mutant(null_is_the_calling_process))) {
        return true;
    }
    return toy_fail(mutant(null_process_names_another_error) ? ERROR_ACCESS_DENIED
                                                             : ERROR_INVALID_HANDLE);
}

LPVOID VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                      DWORD flProtect)
{
    return is_this(hProcess) ? VirtualAlloc(lpAddress, dwSize, flAllocationType, flProtect) : NULL;
}

BOOL VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    return is_this(hProcess) && VirtualFree(lpAddress, dwSize, dwFreeType);
}

BOOL VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                      PDWORD lpflOldProtect)
{
    return is_this(hProcess) && VirtualProtect(lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

SIZE_T VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                      SIZE_T dwLength)
{
    return is_this(hProcess) ? VirtualQuery(lpAddress, lpBuffer, dwLength) : 0;
}
