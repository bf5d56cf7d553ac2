/* The documented functions: arguments in, one of the operations of vm.h, last error out.
 * Source: the memoryapi.h pages of Microsoft Learn. */
#include "impl/base/checked.h"
#include "impl/base/copy.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/vm.h"
#include "impl/vm/watch.h"

#include <stdatomic.h>

#define USER_BYTES (WM_OS_ADDRESS_MAX + 1 - WM_OS_ADDRESS_MIN)

#define ALLOCATION_TYPES                                                                      \
    (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO | MEM_TOP_DOWN | MEM_WRITE_WATCH | \
     MEM_PHYSICAL | MEM_LARGE_PAGES)

/* The whole pages that contain a byte of [address, address + bytes). False if the range is empty or
 * leaves the user address space. */
static bool pages_of(uintptr_t address, size_t bytes, uintptr_t *start, uintptr_t *end)
{
    if (bytes == 0 || address > WM_OS_ADDRESS_MAX || bytes - 1 > WM_OS_ADDRESS_MAX - address) {
        return false;
    }
    *start = wm_round_down(address, WM_OS_PAGE_BYTES);
    return wm_round_up(address + bytes, WM_OS_PAGE_BYTES, end);
}

/* Whether the flags go together, and whether we can do what they ask for. */
static DWORD check_type(DWORD type, size_t bytes, DWORD protection)
{
    if ((type & ~ALLOCATION_TYPES) != 0 ||
        (type & (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO)) == 0) {
        return ERROR_INVALID_PARAMETER;
    }
    if ((type & (MEM_RESET | MEM_RESET_UNDO)) != 0) {
        return type == MEM_RESET || type == MEM_RESET_UNDO ? NO_ERROR : ERROR_INVALID_PARAMETER;
    }
    if ((type & MEM_PHYSICAL) != 0) {
        bool alone = (type & ~(MEM_PHYSICAL | MEM_RESERVE)) == 0 && (type & MEM_RESERVE) != 0;
        return alone && protection == PAGE_READWRITE ? ERROR_PRIVILEGE_NOT_HELD
                                                     : ERROR_INVALID_PARAMETER;
    }
    if ((type & MEM_LARGE_PAGES) != 0) {
        bool both = (type & MEM_RESERVE) != 0 && (type & MEM_COMMIT) != 0;
        bool whole = bytes % WINMEM_LARGE_PAGE_SIZE == 0;
        return both && whole && wm_vm_protection_is_valid(protection) ? ERROR_PRIVILEGE_NOT_HELD
                                                                      : ERROR_INVALID_PARAMETER;
    }
    bool is_watch_alone = (type & MEM_WRITE_WATCH) != 0 && (type & MEM_RESERVE) == 0;
    return is_watch_alone ? ERROR_INVALID_PARAMETER : NO_ERROR;
}

static DWORD reserve(uintptr_t address, size_t bytes, DWORD type, DWORD protection,
                     uintptr_t *result)
{
    uintptr_t base = 0;
    uintptr_t end = 0;
    if (address == 0) {
        if (bytes > USER_BYTES || !wm_round_up(bytes, WM_OS_PAGE_BYTES, &end)) {
            return ERROR_NOT_ENOUGH_MEMORY;
        }
    } else {
        if (!pages_of(address, bytes, &base, &end)) {
            return ERROR_INVALID_PARAMETER;
        }
        base = wm_round_down(base, WM_OS_GRANULE_BYTES);
    }
    *result = base;
    DWORD kept = wm_vm_protection_kept(protection);
    size_t all = end - base;
    if ((type & MEM_WRITE_WATCH) != 0) {
        return wm_vm_reserve_watched(result, all, (type & MEM_COMMIT) != 0, kept);
    }
    return wm_vm_reserve(result, all, (type & MEM_COMMIT) != 0 ? all : 0, kept);
}

/* The data of the whole pages in the range is of no interest for a while, or is so again. The
 * system could drop the pages in the meantime, but it tells nobody which it has dropped, and who
 * undoes the reset is to know. So they are kept, as they may be: undoing always succeeds. */
static DWORD reset(uintptr_t address, size_t bytes, uintptr_t *result)
{
    uintptr_t end;
    if (!pages_of(address, bytes, result, &end)) {
        return ERROR_INVALID_PARAMETER;
    }
    uintptr_t inner = *result + (address % WM_OS_PAGE_BYTES != 0 ? WM_OS_PAGE_BYTES : 0);
    uintptr_t inner_end = wm_round_down(address + bytes, WM_OS_PAGE_BYTES);
    bool has_inner = inner < inner_end;
    return wm_vm_is_committed(has_inner ? inner : *result, has_inner ? inner_end : end)
               ? NO_ERROR
               : ERROR_INVALID_ADDRESS;
}

static DWORD allocate(uintptr_t address, size_t bytes, DWORD type, DWORD protection,
                      uintptr_t *result)
{
    if (bytes == 0 || (address != 0 && address < WM_OS_ADDRESS_MIN)) {
        return ERROR_INVALID_PARAMETER;
    }
    DWORD error = check_type(type, bytes, protection);
    if (error != NO_ERROR) {
        return error;
    }
    if (!wm_vm_protection_is_valid(protection)) {
        return ERROR_INVALID_PARAMETER;
    }
    if ((type & (MEM_RESET | MEM_RESET_UNDO)) != 0) {
        return reset(address, bytes, result);
    }
    if (address == 0 || (type & MEM_RESERVE) != 0) {
        return reserve(address, bytes, type, protection, result);
    }
    uintptr_t end;
    if (!pages_of(address, bytes, result, &end)) {
        return ERROR_INVALID_PARAMETER;
    }
    return wm_vm_commit(*result, end, wm_vm_protection_kept(protection));
}

LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect)
{
    uintptr_t result = 0;
    DWORD error = allocate((uintptr_t)lpAddress, dwSize, flAllocationType, flProtect, &result);
    if (error != NO_ERROR) {
        wm_fail(error);
        return NULL;
    }
    return (LPVOID)result;
}

static DWORD decommit(uintptr_t address, size_t bytes)
{
    if (bytes == 0) {
        return wm_vm_decommit(address, 0);
    }
    uintptr_t start;
    uintptr_t end;
    if (!pages_of(address, bytes, &start, &end)) {
        return ERROR_INVALID_PARAMETER;
    }
    return wm_vm_decommit(start, end);
}

BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    uintptr_t address = (uintptr_t)lpAddress;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (address > WM_OS_ADDRESS_MAX) {
        error = ERROR_INVALID_PARAMETER;
    } else if (dwFreeType == MEM_DECOMMIT) {
        error = decommit(address, dwSize);
    } else if (dwFreeType == MEM_RELEASE && dwSize == 0) {
        error = wm_vm_release(address);
    }
    return error == NO_ERROR ? TRUE : wm_fail(error);
}

BOOL WINAPI VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                           PDWORD lpflOldProtect)
{
    uintptr_t start;
    uintptr_t end;
    if (lpflOldProtect == NULL) {
        return wm_fail(ERROR_NOACCESS);
    }
    if (!wm_vm_protection_is_valid(flNewProtect) ||
        !pages_of((uintptr_t)lpAddress, dwSize, &start, &end)) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    DWORD error = wm_vm_protect(start, end, wm_vm_protection_kept(flNewProtect), lpflOldProtect);
    return error == NO_ERROR ? TRUE : wm_fail(error);
}

SIZE_T WINAPI VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength)
{
    if ((uintptr_t)lpAddress > WM_OS_ADDRESS_MAX) {
        wm_fail(ERROR_INVALID_PARAMETER);
        return 0;
    }
    if (dwLength < sizeof(MEMORY_BASIC_INFORMATION)) {
        wm_fail(ERROR_BAD_LENGTH);
        return 0;
    }
    MEMORY_BASIC_INFORMATION information; /* a bad buffer must not fault under our lock */
    DWORD error = wm_vm_query((uintptr_t)lpAddress, &information);
    if (error != NO_ERROR) {
        wm_fail(error);
        return 0;
    }
    /* NULL is an error even where a signal handler of the client's takes the faults. */
    if (lpBuffer == NULL || !wm_copy_out(lpBuffer, &information, sizeof information)) {
        wm_fail(ERROR_NOACCESS);
        return 0;
    }
    return sizeof information;
}

/* --- What pages hold ---------------------------------------------------------------------------
 */

static bool are_whole_pages(uintptr_t address, size_t bytes)
{
    return bytes != 0 && (address | bytes) % WM_OS_PAGE_BYTES == 0 &&
           address <= WM_OS_ADDRESS_MAX && bytes - 1 <= WM_OS_ADDRESS_MAX - address;
}

DWORD WINAPI DiscardVirtualMemory(PVOID VirtualAddress, SIZE_T Size)
{
    uintptr_t start = (uintptr_t)VirtualAddress;
    return are_whole_pages(start, Size) ? wm_vm_discard(start, start + Size)
                                        : ERROR_INVALID_PARAMETER;
}

DWORD WINAPI OfferVirtualMemory(PVOID VirtualAddress, SIZE_T Size, OFFER_PRIORITY Priority)
{
    bool is_priority = (unsigned)Priority - VmOfferPriorityVeryLow <=
                       (unsigned)VmOfferPriorityNormal - VmOfferPriorityVeryLow;
    DWORD error =
        is_priority ? ReclaimVirtualMemory(VirtualAddress, Size) : ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS) {
        wm_vm_end_locks((uintptr_t)VirtualAddress, (uintptr_t)VirtualAddress + Size);
    }
    return error;
}

/* Offered pages are as all others, but for their locks. */
DWORD WINAPI ReclaimVirtualMemory(PVOID VirtualAddress, SIZE_T Size)
{
    uintptr_t start = (uintptr_t)VirtualAddress;
    if (!are_whole_pages(start, Size)) {
        return ERROR_INVALID_PARAMETER;
    }
    return wm_vm_is_committed(start, start + Size) ? ERROR_SUCCESS : ERROR_INVALID_ADDRESS;
}

/* --- Which pages were written ------------------------------------------------------------------
 */

#define WATCH_FAILED ((UINT)-1)

UINT WINAPI GetWriteWatch(DWORD dwFlags, PVOID lpBaseAddress, SIZE_T dwRegionSize,
                          PVOID *lpAddresses, ULONG_PTR *lpdwCount, LPDWORD lpdwGranularity)
{
    uintptr_t start;
    uintptr_t end;
    DWORD error = ERROR_INVALID_PARAMETER;
    const DWORD granularity = WINMEM_PAGE_SIZE;
    if ((dwFlags & ~WRITE_WATCH_FLAG_RESET) == 0 &&
        pages_of((uintptr_t)lpBaseAddress, dwRegionSize, &start, &end)) {
        bool can_tell =
            lpdwGranularity != NULL && wm_copy_probe(lpdwGranularity, sizeof *lpdwGranularity);
        error = can_tell ? wm_watch_get(start, end, dwFlags != 0, lpAddresses, lpdwCount)
                         : ERROR_NOACCESS;
    }
    if (error == NO_ERROR && !wm_copy_out(lpdwGranularity, &granularity, sizeof granularity)) {
        error = ERROR_NOACCESS;
    }
    if (error != NO_ERROR) {
        wm_fail(error);
        return WATCH_FAILED;
    }
    return 0;
}

UINT WINAPI ResetWriteWatch(LPVOID lpBaseAddress, SIZE_T dwRegionSize)
{
    uintptr_t start;
    uintptr_t end;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (pages_of((uintptr_t)lpBaseAddress, dwRegionSize, &start, &end)) {
        error = wm_watch_reset(start, end);
    }
    if (error != NO_ERROR) {
        wm_fail(error);
        return WATCH_FAILED;
    }
    return 0;
}

/* --- The same with a process, which has to be this one ---------------------------------------- */

HANDLE WINAPI GetCurrentProcess(void)
{
    return (HANDLE)(LONG_PTR)-1;
}

static bool is_this(HANDLE process)
{
    if (process != GetCurrentProcess()) {
        wm_fail(ERROR_INVALID_HANDLE);
        return false;
    }
    return true;
}

LPVOID WINAPI VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                             DWORD flAllocationType, DWORD flProtect)
{
    return is_this(hProcess) ? VirtualAlloc(lpAddress, dwSize, flAllocationType, flProtect) : NULL;
}

BOOL WINAPI VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)
{
    return is_this(hProcess) && VirtualFree(lpAddress, dwSize, dwFreeType);
}

BOOL WINAPI VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                             PDWORD lpflOldProtect)
{
    return is_this(hProcess) && VirtualProtect(lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

SIZE_T WINAPI VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                             SIZE_T dwLength)
{
    return is_this(hProcess) ? VirtualQuery(lpAddress, lpBuffer, dwLength) : 0;
}

/* --- The system ------------------------------------------------------------------------------- */

/* The number of processors is that of the system, and does not change while the process lives. */
static unsigned count_processors(void)
{
    static _Atomic unsigned known;
    unsigned count = atomic_load_explicit(&known, memory_order_relaxed);
    if (count == 0) {
        count = wm_os->processor_count();
        atomic_store_explicit(&known, count, memory_order_relaxed);
    }
    return count;
}

void WINAPI GetSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    unsigned processors = count_processors();
    SYSTEM_INFO information = {
        .wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64,
        .dwPageSize = (DWORD)WM_OS_PAGE_BYTES,
        .lpMinimumApplicationAddress = (LPVOID)WM_OS_ADDRESS_MIN,
        .lpMaximumApplicationAddress = (LPVOID)WM_OS_ADDRESS_MAX,
        .dwActiveProcessorMask =
            processors >= 64 ? ~(DWORD_PTR)0 : ((DWORD_PTR)1 << processors) - 1,
        .dwNumberOfProcessors = processors,
        .dwProcessorType = PROCESSOR_AMD_X8664,
        .dwAllocationGranularity = (DWORD)WM_OS_GRANULE_BYTES,
        .wProcessorLevel = 6,
    };
    *lpSystemInfo = information;
}

/* There is no other system below than the one that the process is of. */
void WINAPI GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    GetSystemInfo(lpSystemInfo);
}

BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer)
{
    struct wm_os_memory memory;
    if (lpBuffer == NULL || lpBuffer->dwLength != sizeof *lpBuffer) {
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    wm_os->measure_memory(&memory);
    uint64_t used = memory.physical_total - memory.physical_available;
    *lpBuffer = (MEMORYSTATUSEX){
        .dwLength = sizeof *lpBuffer,
        .dwMemoryLoad = (DWORD)(used / (memory.physical_total / 100 + 1)),
        .ullTotalPhys = memory.physical_total,
        .ullAvailPhys = memory.physical_available,
        .ullTotalPageFile = memory.physical_total + memory.swap_total,
        .ullAvailPageFile = memory.physical_available + memory.swap_available,
        .ullTotalVirtual = USER_BYTES,
        .ullAvailVirtual = USER_BYTES - memory.mapped,
    };
    return TRUE;
}

SIZE_T WINAPI GetLargePageMinimum(void)
{
    return WINMEM_LARGE_PAGE_SIZE;
}
