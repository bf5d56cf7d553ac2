/* libwinmem: the Win32 heap and virtual-memory functions for Linux x86-64.
 *
 * The functions carry their documented names and behave as their pages on Microsoft Learn say; the
 * name of the page stands at each declaration. What a page leaves open, and what this library adds
 * (misuse it detects, bounds it keeps), is said here. Types and constants are in spec/win32.h.
 *
 * Everything may be called from every thread at any time, also from a vectored exception handler,
 * unless a declaration says otherwise. A function that fails says why through GetLastError, which
 * is per thread; a function that succeeds leaves the last error alone unless its page says so.
 * SIZE_T arguments are bytes.
 *
 * Signals: an asynchronous signal handler (not one for a fault, which is an exception handler here)
 * may call GetLastError and SetLastError only, and may fault only if it has not interrupted a
 * function of this library; fork() in one is fine.
 *
 * fork(): the child has the heaps, pages, handlers and the forking thread's locks and WM_TRY blocks
 * of its parent, all usable, whatever the parent's other threads were doing. A heap that one of
 * them had locked is not locked in the child; a HEAP_NO_SERIALIZE heap that one of them was
 * changing is lost. vfork() children may only call exec or _exit, as always.
 *
 * Blocks are zeroed and copied with the heap unlocked. If that faults because the client has
 * protected pages of the block, and a handler leaves by a jump, HeapAlloc has leaked the new block,
 * and HeapReAlloc has left the block with its old size if it was moving it, else with its new one.
 */
#ifndef WINMEM_H
#define WINMEM_H

#include "spec/win32.h"

#include <setjmp.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define WINMEM_API __attribute__((visibility("default")))
#else
#define WINMEM_API
#endif

/* --- Last error --------------------------------------------------------------------------- */

/* The error of the calling thread. Source: "GetLastError function (errhandlingapi.h)". */
WINMEM_API DWORD WINAPI GetLastError(void);

/* Sets the error of the calling thread. Source: "SetLastError function (errhandlingapi.h)". */
WINMEM_API void WINAPI SetLastError(DWORD dwErrCode);

/* --- Heaps -------------------------------------------------------------------------------- */

/* The growable heap every process has. The handle is the same for every thread and for the life
 * of the process; it cannot be destroyed. NULL only if the system has no memory at the first call.
 * Source: "GetProcessHeap function (heapapi.h)". */
WINMEM_API HANDLE WINAPI GetProcessHeap(void);

/* Writes up to `NumberOfHeaps` handles, the default heap first and the others in the order of
 * their creation, and returns how many heaps there are; where that is more than `NumberOfHeaps`,
 * exactly `NumberOfHeaps` handles were written. (0, NULL) only counts. 0 means failure.
 * Source: "GetProcessHeaps function (heapapi.h)". */
WINMEM_API DWORD WINAPI GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps);

/* A new heap. `flOptions`: HEAP_NO_SERIALIZE, HEAP_GENERATE_EXCEPTIONS,
 * HEAP_CREATE_ENABLE_EXECUTE; other bits are ignored. `dwInitialSize` bytes, rounded up to pages
 * and at least one page, are committed at once. `dwMaximumSize` 0 gives a growable heap; any other
 * value, rounded up to pages, is what a fixed-size heap reserves and never exceeds, and an initial
 * size above it is cut down to it. The caller owns the heap until HeapDestroy.
 * Returns NULL with ERROR_NOT_ENOUGH_MEMORY when the memory cannot be had.
 * Source: "HeapCreate function (heapapi.h)". */
WINMEM_API HANDLE WINAPI HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize);

/* Gives the heap and every block in it back to the system, but for what the next heaps are likely
 * to need: at most 16 ranges of addresses and 5 MB of pages stay with the process, as free memory
 * that VirtualAlloc can have, until memory is short or HeapOptimizeResources takes them. The
 * default heap is refused with ERROR_INVALID_HANDLE. Source: "HeapDestroy function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapDestroy(HANDLE hHeap);

/* A block of `dwBytes` bytes, 16-aligned, owned by the caller until HeapFree. Zero bytes give a
 * distinct pointer. `dwFlags`: HEAP_ZERO_MEMORY, HEAP_GENERATE_EXCEPTIONS, HEAP_NO_SERIALIZE;
 * other bits are ignored. A fixed-size heap refuses 0x7FFF8 bytes and more.
 * Fails with NULL and ERROR_NOT_ENOUGH_MEMORY, or with HEAP_GENERATE_EXCEPTIONS (of the call or
 * of the heap) raises STATUS_NO_MEMORY, continuable, with the size as its one parameter.
 * Source: "HeapAlloc function (heapapi.h)". */
WINMEM_API LPVOID WINAPI HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);

/* Changes the size of a block and keeps its bytes up to the smaller size. The block may move unless
 * HEAP_REALLOC_IN_PLACE_ONLY is given; a shrink never moves it. HEAP_ZERO_MEMORY zeroes what lies
 * beyond the size last requested. A failure (see HeapAlloc) leaves the block as it was. `lpMem`
 * NULL gives NULL and allocates nothing; `dwBytes` 0 does not free.
 * Source: "HeapReAlloc function (heapapi.h)". */
WINMEM_API LPVOID WINAPI HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);

/* Frees a block; NULL is a success that does nothing. A pointer that is not a live block of this
 * heap is refused with ERROR_INVALID_PARAMETER and no memory is touched.
 * Source: "HeapFree function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);

/* The bytes last requested for the block, or (SIZE_T)-1 if it is not a live block of this heap; the
 * last error is not changed. Source: "HeapSize function (heapapi.h)". */
WINMEM_API SIZE_T WINAPI HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);

/* Whether `lpMem`, any pointer value at all, is a live block of the heap; with NULL, whether the
 * whole heap is consistent. Never sets the last error, never touches the memory behind `lpMem`.
 * Source: "HeapValidate function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);

/* Takes the heap for the calling thread, which may go on using it; nests. On a HEAP_NO_SERIALIZE
 * heap it does nothing and says TRUE. Source: "HeapLock function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapLock(HANDLE hHeap);

/* Undoes one HeapLock of the calling thread; ERROR_NOT_OWNER if there is none.
 * Source: "HeapUnlock function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapUnlock(HANDLE hHeap);

/* The size of the largest committed free block. 0 with NO_ERROR: there is none.
 * Source: "HeapCompact function (heapapi.h)". */
WINMEM_API SIZE_T WINAPI HeapCompact(HANDLE hHeap, DWORD dwFlags);

/* The next element of the heap; `lpEntry->lpData` NULL starts. The whole state is in the
 * structure. Ends with FALSE and ERROR_NO_MORE_ITEMS; an entry that is no element of the heap gives
 * ERROR_INVALID_PARAMETER. Lock the heap if other threads use it.
 * Source: "HeapWalk function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapWalk(HANDLE hHeap, LPPROCESS_HEAP_ENTRY lpEntry);

/* Totals of the heap. `lpSummary->cb` has to be sizeof(HEAP_SUMMARY) and `dwFlags` 0, or
 * ERROR_INVALID_PARAMETER. cbMaxReserve of a growable heap is the size of the user address space.
 * Source: "HeapSummary function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapSummary(HANDLE hHeap, DWORD dwFlags, LPHEAP_SUMMARY lpSummary);

/* HeapCompatibilityInformation: writes a ULONG, 2 for a growable serialized heap and 0 otherwise.
 * A short buffer gives ERROR_INSUFFICIENT_BUFFER; `ReturnLength` may be NULL.
 * Source: "HeapQueryInformation function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapQueryInformation(HANDLE HeapHandle,
                                            HEAP_INFORMATION_CLASS HeapInformationClass,
                                            PVOID HeapInformation, SIZE_T HeapInformationLength,
                                            PSIZE_T ReturnLength);

/* HeapCompatibilityInformation: 2 is accepted by growable serialized heaps; what a heap cannot have
 * gives ERROR_GEN_FAILURE. HeapEnableTerminationOnCorruption (any handle, NULL, 0): from now on a
 * detected misuse writes one sentence to standard error and aborts. HeapOptimizeResources (NULL
 * means every heap): gives unused memory back to the system.
 * Source: "HeapSetInformation function (heapapi.h)". */
WINMEM_API BOOL WINAPI HeapSetInformation(HANDLE HeapHandle,
                                          HEAP_INFORMATION_CLASS HeapInformationClass,
                                          PVOID HeapInformation, SIZE_T HeapInformationLength);

/* --- Virtual memory ----------------------------------------------------------------------- */

/* Reserves and commits pages of the process, whole pages only and all or nothing. Returns the base
 * of the pages: a multiple of 64 KiB for a reservation, of 4 KiB for a commit. Memory that somebody
 * else has mapped is never replaced. MEM_TOP_DOWN is accepted and places as usual, which on Linux
 * is from the top down. MEM_RESET of committed pages keeps what they hold, so MEM_RESET_UNDO always
 * succeeds. MEM_WRITE_WATCH needs a kernel that notes the writes, by Linux 6.7, userfaultfd and
 * /proc, and fails with ERROR_NOT_SUPPORTED where they are not there or are forbidden: page faults
 * are not caught in their place. MEM_PHYSICAL and MEM_LARGE_PAGES
 * are not supported (ERROR_PRIVILEGE_NOT_HELD): no process holds the right to lock memory, for the
 * system makes large pages of ordinary ones by itself where it is configured to.
 * Fails with NULL and ERROR_INVALID_PARAMETER, ERROR_INVALID_ADDRESS (the range is taken, or not
 * reserved), ERROR_NOT_ENOUGH_MEMORY or ERROR_COMMITMENT_LIMIT.
 * Source: "VirtualAlloc function (memoryapi.h)". */
WINMEM_API LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                                      DWORD flProtect);

/* Decommits pages (MEM_DECOMMIT) or releases a whole reservation (MEM_RELEASE with its base and
 * size 0). Source: "VirtualFree function (memoryapi.h)". */
WINMEM_API BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType);

/* Changes the protection of committed pages of one reservation, or of one mapping that somebody
 * else has made (then without PAGE_GUARD). `lpflOldProtect` receives the protection of the first
 * page; a pointer that cannot be written gives ERROR_NOACCESS and nothing changes. Source:
 * "VirtualProtect function (memoryapi.h)". */
WINMEM_API BOOL WINAPI VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                                      PDWORD lpflOldProtect);

/* Describes the run of equal pages that starts at the page of `lpAddress`, for every address of
 * the process, whoever mapped it. Returns the bytes written, 0 on failure: ERROR_INVALID_PARAMETER,
 * ERROR_BAD_LENGTH, ERROR_NOACCESS (`lpBuffer` cannot be written), or ERROR_ACCESS_DENIED for an
 * address that was not reserved here while the system does not show /proc/self/maps (a sandbox, no
 * /proc, no file descriptor left). Source: "VirtualQuery function (memoryapi.h)". */
WINMEM_API SIZE_T WINAPI VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                                      SIZE_T dwLength);

/* The handle (HANDLE)-1, which means the process that uses it. Source: "GetCurrentProcess function
 * (processthreadsapi.h)". */
WINMEM_API HANDLE WINAPI GetCurrentProcess(void);

/* The four functions above for the process of a handle. It has to be GetCurrentProcess(), for
 * libwinmem lives in one process: with any other handle they fail with ERROR_INVALID_HANDLE.
 * Source: "VirtualAllocEx function (memoryapi.h)" and the pages of the others. */
WINMEM_API LPVOID WINAPI VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                        DWORD flAllocationType, DWORD flProtect);
WINMEM_API BOOL WINAPI VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                     DWORD dwFreeType);
WINMEM_API BOOL WINAPI VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                        DWORD flNewProtect, PDWORD lpflOldProtect);
WINMEM_API SIZE_T WINAPI VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress,
                                        PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength);

/* VirtualLock keeps every page that holds a byte of the range in memory, until VirtualUnlock or
 * until the page is decommitted, released, unmapped or offered. Locks are not counted. The range
 * may span reservations, views, whose copy-on-write pages are not copied by it, and memory of
 * others, of whose end the library learns nothing: whoever unmaps that unlocks it before. A page
 * that is not committed or cannot be accessed: ERROR_NOACCESS. A guarded one:
 * STATUS_GUARD_PAGE_VIOLATION as the last error, without an exception, and the guard is gone. At
 * most 42 pages of a process, and no more than the system grants it (RLIMIT_MEMLOCK):
 * ERROR_WORKING_SET_QUOTA.
 *
 * VirtualUnlock takes any range of locked pages: ERROR_NOT_LOCKED where one is not.
 *
 * An empty range, or one that leaves the addresses of applications: ERROR_INVALID_PARAMETER.
 * Whatever fails leaves all locks as they were. Any thread may call both. A child of fork() has no
 * locks.
 * Source: "VirtualLock function (memoryapi.h)", "VirtualUnlock function (memoryapi.h)", "Creating
 * Guard Pages". */
WINMEM_API BOOL WINAPI VirtualLock(LPVOID lpAddress, SIZE_T dwSize);
WINMEM_API BOOL WINAPI VirtualUnlock(LPVOID lpAddress, SIZE_T dwSize);

/* The sizes of the working set of the process (GetCurrentProcess(), or ERROR_INVALID_HANDLE), in
 * bytes. At first they are 50 and 345 pages. They are kept and told, rounded down to whole pages, a
 * minimum of less than 20 pages as 20; Linux decides itself which pages stay in memory, and how many
 * VirtualLock takes is not changed by them. A minimum of 0 or above the maximum, a maximum of less
 * than 20 pages, or of all memory of the machine but 512 pages: ERROR_INVALID_PARAMETER. With
 * (SIZE_T)-1 for both, the system is told that no page has to stay in memory, but for those that
 * are locked, watched or of views; what they hold is kept, and so are the sizes. The pointers have
 * to be writable. Any thread may call both.
 * Source: "GetProcessWorkingSetSize function (memoryapi.h)", "SetProcessWorkingSetSize function
 * (memoryapi.h)". */
WINMEM_API BOOL WINAPI GetProcessWorkingSetSize(HANDLE hProcess, PSIZE_T lpMinimumWorkingSetSize,
                                                PSIZE_T lpMaximumWorkingSetSize);
WINMEM_API BOOL WINAPI SetProcessWorkingSetSize(HANDLE hProcess, SIZE_T dwMinimumWorkingSetSize,
                                                SIZE_T dwMaximumWorkingSetSize);

/* Three functions that return an error code, ERROR_SUCCESS where they did it. They take whole
 * pages: `VirtualAddress` on a page, `Size` a multiple of 4096 and not 0, or
 * ERROR_INVALID_PARAMETER; all committed and of one reservation, or ERROR_INVALID_ADDRESS.
 *
 * DiscardVirtualMemory gives the memory below the pages back to the system at once: they stay
 * committed and are zero when they are used next; those that are locked keep what they hold. Every
 * page has to have PAGE_READWRITE, or ERROR_INVALID_PARAMETER and nothing changes.
 *
 * OfferVirtualMemory says that the pages could be dropped, and ReclaimVirtualMemory that they are
 * wanted again. Here they are kept, as they may be, for Linux tells nobody which pages it has
 * dropped: they stay accessible, but are locked no more, reclaiming never returns ERROR_BUSY, and
 * what it asks of its pages is no more than that they are there.
 * Source: "DiscardVirtualMemory function (memoryapi.h)" and the pages of the others. */
WINMEM_API DWORD WINAPI DiscardVirtualMemory(PVOID VirtualAddress, SIZE_T Size);
WINMEM_API DWORD WINAPI OfferVirtualMemory(PVOID VirtualAddress, SIZE_T Size,
                                           OFFER_PRIORITY Priority);
WINMEM_API DWORD WINAPI ReclaimVirtualMemory(PVOID VirtualAddress, SIZE_T Size);

/* GetWriteWatch tells which pages of [lpBaseAddress, lpBaseAddress + dwRegionSize), widened to
 * whole pages, were written since they were committed or last reset, by whatever thread or by the
 * system (read). All have to lie in one reservation made with MEM_WRITE_WATCH. `lpAddresses`, an
 * array of the caller's with room for *lpdwCount, receives the addresses of the first that many,
 * ascending; *lpdwCount how many they are; *lpdwGranularity 4096. With WRITE_WATCH_FLAG_RESET
 * these, and no others, count as not written from then on, in one step: a write by another thread
 * is told by this call or by the next. ResetWriteWatch resets all of them.
 *
 * Reading, VirtualProtect, MEM_RESET and a write that is refused do not count. A page that was
 * decommitted and committed again was not written. DiscardVirtualMemory keeps what watched pages
 * hold. A child of fork has lost the watches of its parent: both fail there for pages that were
 * committed before (ERROR_NOT_SUPPORTED).
 *
 * They return 0, or (UINT)-1 and ERROR_INVALID_PARAMETER (also for an array without room),
 * ERROR_NOACCESS (a pointer that cannot be written), ERROR_NOT_SUPPORTED, ERROR_NOT_ENOUGH_MEMORY.
 * Source: "GetWriteWatch function (memoryapi.h)", "ResetWriteWatch function (memoryapi.h)". */
WINMEM_API UINT WINAPI GetWriteWatch(DWORD dwFlags, PVOID lpBaseAddress, SIZE_T dwRegionSize,
                                     PVOID *lpAddresses, ULONG_PTR *lpdwCount,
                                     LPDWORD lpdwGranularity);
WINMEM_API UINT WINAPI ResetWriteWatch(LPVOID lpBaseAddress, SIZE_T dwRegionSize);

/* 0 where every byte of [lp, lp + ucb), or the byte at `lpfn`, can be read or written, whoever's
 * memory it is; a range of no bytes always can. They touch nothing: a guard page is bad and keeps
 * its guard. What they say may be outdated when they return, where other threads change memory.
 * Source: "IsBadReadPtr function (winbase.h)" and the pages of the others. */
WINMEM_API BOOL WINAPI IsBadReadPtr(LPCVOID lp, UINT_PTR ucb);
WINMEM_API BOOL WINAPI IsBadWritePtr(LPVOID lp, UINT_PTR ucb);
WINMEM_API BOOL WINAPI IsBadCodePtr(FARPROC lpfn);

/* The same for a string: 0 where every byte up to and with its terminating null, or the first
 * `ucchMax` bytes, can be read. This one reads the string, and nothing behind it; where another
 * thread takes the memory away meanwhile, it faults as any reader would.
 * Source: "IsBadStringPtrA function (winbase.h)". */
WINMEM_API BOOL WINAPI IsBadStringPtrA(LPCSTR lpsz, UINT_PTR ucchMax);

/* Makes a section (a file mapping object) of `dwMaximumSizeHigh`, `dwMaximumSizeLow` bytes that the
 * paging file backs: `hFile` has to be INVALID_HANDLE_VALUE, for files are not supported yet.
 * `lpFileMappingAttributes` is ignored: no program that is started inherits handles, while a child
 * of fork has them as its parent does. `flProtect` is one of the six protections that sections
 * have, with SEC_COMMIT or SEC_RESERVE and then SEC_NOCACHE or SEC_WRITECOMBINE, which change
 * nothing.
 *
 * With a name, which is compared unit by unit and may begin with Local\ or Global\, all processes
 * of the user share the section as long as one of them has a handle of it open. Where somebody has
 * the name, the section is that one, with its size and protection, `flProtect` says what the handle
 * may be used for, and the last error is ERROR_ALREADY_EXISTS; otherwise it is NO_ERROR. Names are
 * kept in /dev/shm/winmem-UID, which nobody else may look into and which may hold less than the
 * system has; a process that is stopped in one of these calls lets the others wait.
 *
 * Returns a handle that is to be closed, or NULL: ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE,
 * ERROR_COMMITMENT_LIMIT (without a name not with SEC_RESERVE), ERROR_NOT_ENOUGH_MEMORY (of the
 * process, its file descriptors included: a section has one), and for names ERROR_INVALID_NAME
 * (empty), ERROR_PATH_NOT_FOUND (another backslash), ERROR_FILENAME_EXCED_RANGE (over 32767 units),
 * ERROR_ACCESS_DENIED (that directory is missing, or not the user's alone). Source:
 * "CreateFileMappingW function (memoryapi.h)". */
WINMEM_API HANDLE WINAPI CreateFileMappingW(HANDLE hFile,
                                            LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                            DWORD flProtect, DWORD dwMaximumSizeHigh,
                                            DWORD dwMaximumSizeLow, LPCWSTR lpName);

/* The same with a name in UTF-8; what is not UTF-8 in it is U+FFFD. Source: "CreateFileMappingA
 * function (winbase.h)". */
WINMEM_API HANDLE WINAPI CreateFileMappingA(HANDLE hFile,
                                            LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                            DWORD flProtect, DWORD dwMaximumSizeHigh,
                                            DWORD dwMaximumSizeLow, LPCSTR lpName);

/* A handle of the section that has the name now, for the access (FILE_MAP_READ, FILE_MAP_WRITE,
 * FILE_MAP_EXECUTE, FILE_MAP_ALL_ACCESS; FILE_MAP_COPY is FILE_MAP_READ); views need no more than
 * that. Returns a handle that is to be closed, or NULL: ERROR_FILE_NOT_FOUND where no section has
 * it, ERROR_INVALID_PARAMETER where it is NULL, ERROR_ACCESS_DENIED without any access, and as
 * CreateFileMapping does. `bInheritHandle` is ignored. Source: "OpenFileMappingW function
 * (memoryapi.h)". */
WINMEM_API HANDLE WINAPI OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle,
                                          LPCWSTR lpName);

/* The same with a name in UTF-8. Source: "OpenFileMappingA function (winbase.h)". */
WINMEM_API HANDLE WINAPI OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle,
                                          LPCSTR lpName);

/* Maps the bytes of a section from an offset on, a multiple of 64 KiB, or all behind it where
 * `dwNumberOfBytesToMap` is 0. FILE_MAP_READ gives pages that can be read, FILE_MAP_WRITE and
 * FILE_MAP_ALL_ACCESS pages that can be written as well, FILE_MAP_COPY alone pages of which the
 * first write makes a copy that nobody else sees, with PAGE_READWRITE; FILE_MAP_EXECUTE beside one
 * of them pages that can be executed. Sections that are only reserved are not supported yet, nor
 * are VirtualAlloc and VirtualFree of views, and VirtualProtect of those that are copied
 * (ERROR_NOT_SUPPORTED). All views of a section
 * show the same bytes but for such copies, which end with their view; to tell them VirtualQuery
 * needs /proc, and takes longer the larger the view is. Returns a multiple of 64 KiB, or NULL:
 * ERROR_INVALID_HANDLE, ERROR_MAPPED_ALIGNMENT, ERROR_ACCESS_DENIED (more than the section has, or
 * than it grants), ERROR_NOT_ENOUGH_MEMORY. Source: "MapViewOfFile function (memoryapi.h)". */
WINMEM_API LPVOID WINAPI MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                       DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                       SIZE_T dwNumberOfBytesToMap);

/* The same at an address, a multiple of 64 KiB, from which on so much is free; NULL is anywhere.
 * Errors besides: ERROR_MAPPED_ALIGNMENT (of the address), ERROR_INVALID_ADDRESS (not free),
 * ERROR_INVALID_PARAMETER (not all between the lowest and the highest application address). Source:
 * "MapViewOfFileEx function (memoryapi.h)". */
WINMEM_API LPVOID WINAPI MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                         DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                         SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress);

/* Unmaps the view that has the address. What it showed stays in the section, which lives as long as
 * its handle is open or a view shows it. FALSE with ERROR_INVALID_ADDRESS where no view is.
 * Source: "UnmapViewOfFile function (memoryapi.h)". */
WINMEM_API BOOL WINAPI UnmapViewOfFile(LPCVOID lpBaseAddress);

/* The same; MEM_UNMAP_WITH_TRANSIENT_BOOST is allowed and changes nothing. ERROR_INVALID_PARAMETER
 * for other flags: there are no placeholders. Source: "UnmapViewOfFileEx function (memoryapi.h)".
 */
WINMEM_API BOOL WINAPI UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags);

/* Succeeds for `dwNumberOfBytesToFlush` bytes of a view from the address on, or, where that is 0,
 * all from there to its end. Sections have no files, so nothing is written. FALSE with
 * ERROR_INVALID_ADDRESS where no view is, or not so much of one. Source: "FlushViewOfFile function
 * (memoryapi.h)". */
WINMEM_API BOOL WINAPI FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush);

/* Closes the handle of a section. FALSE with ERROR_INVALID_HANDLE where it is not open.
 * Source: "CloseHandle function (handleapi.h)". */
WINMEM_API BOOL WINAPI CloseHandle(HANDLE hObject);

/* Page size 4 KiB, granularity 64 KiB, application addresses 0x10000 to 0x7FFFFFFEFFFF.
 * Source: "GetSystemInfo function (sysinfoapi.h)". */
WINMEM_API void WINAPI GetSystemInfo(LPSYSTEM_INFO lpSystemInfo);

/* The same: the process is one of the system. Source: "GetNativeSystemInfo function
 * (sysinfoapi.h)". */
WINMEM_API void WINAPI GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo);

/* How much memory the system has and the process can still have, now: other programs change it at
 * any time. `lpBuffer->dwLength` has to be sizeof(MEMORYSTATUSEX), or ERROR_INVALID_PARAMETER. What
 * is available leaves out the system's cache, so it can be more; the paging file is memory and swap
 * together, and limits of the process are not looked at.
 * Source: "GlobalMemoryStatusEx function (sysinfoapi.h)". */
WINMEM_API BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer);

/* 2 MiB, which sizes for MEM_LARGE_PAGES have to be a multiple of; VirtualAlloc gives no large
 * pages all the same. Source: "GetLargePageMinimum function (memoryapi.h)". */
WINMEM_API SIZE_T WINAPI GetLargePageMinimum(void);

/* --- Exceptions --------------------------------------------------------------------------- */

/* Adds a handler to the front (`First` not 0) or the back of the list that every exception goes
 * through before the WM_TRY blocks. A handler returns EXCEPTION_CONTINUE_EXECUTION or
 * EXCEPTION_CONTINUE_SEARCH, or leaves by longjmp; it may call everything declared here. Memory
 * faults are exceptions from the first handler, WM_TRY, reservation, query or heap on. Returns a
 * handle for removal, or NULL with ERROR_NOT_ENOUGH_MEMORY. Source: "AddVectoredExceptionHandler
 * function (errhandlingapi.h)". */
WINMEM_API PVOID WINAPI AddVectoredExceptionHandler(ULONG First,
                                                    PVECTORED_EXCEPTION_HANDLER Handler);

/* Removes a handler; 0 if the handle is not that of a registered handler.
 * Source: "RemoveVectoredExceptionHandler function (errhandlingapi.h)". */
WINMEM_API ULONG WINAPI RemoveVectoredExceptionHandler(PVOID Handle);

/* Raises an exception in the calling thread. Returns if a handler continues it. An exception that
 * nobody takes ends the process. More than 15 arguments are cut to 15; bit 28 of the code is
 * cleared. Source: "RaiseException function (errhandlingapi.h)". */
WINMEM_API void WINAPI RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags,
                                      DWORD nNumberOfArguments, const ULONG_PTR *lpArguments);

/* Structured exception handling for C, as __try and __except (filter) are for Windows compilers:
 *
 *     WM_TRY {
 *         touch(pages);
 *     } WM_EXCEPT(GetExceptionCode() == EXCEPTION_ACCESS_VIOLATION ? EXCEPTION_EXECUTE_HANDLER
 *                                                                  : EXCEPTION_CONTINUE_SEARCH) {
 *         recover();
 *     }
 *     WM_END
 *
 * The filter is an expression, evaluated in its function while the place of the exception is still
 * intact, so EXCEPTION_CONTINUE_EXECUTION restarts the faulting instruction. GetExceptionCode() may
 * be used in the filter and in the handler, GetExceptionInformation() in the filter. The body may
 * be left with return, break or goto; blocks nest. As with every setjmp, a local variable that the
 * body changes and the filter or handler reads has to be volatile. A jump out of the body with
 * longjmp is noticed at the next exception or WM_TRY, provided the stack has moved up by then.
 *
 * Stacks: handlers of faults that run on an alternate signal stack may use blocks, and blocks of
 * the interrupted stack may take, pass or continue the fault. A coroutine on a stack of its own may
 * use blocks, and what it raises reaches the blocks of whoever has switched to it, if that stack
 * lies higher, as the stacks of threads do; they may take it or pass it, but if such a filter
 * continues, the process ends. A coroutine that switches away inside a block has to come back
 * before another block is entered on the thread, and on the same thread: or its block, taken for
 * one that was left by longjmp, is not asked any more. Source: "try-except statement" (Microsoft
 * C). */
struct wm_try_frame;
struct wm_try_node {
    struct wm_try_node *outer;  /* the next block outward on this thread */
    struct wm_try_frame *frame; /* not to be looked into once it was left by longjmp */
    void *stack;                /* stack pointer of the function the block stands in */
};
struct wm_try_frame {
    jmp_buf jump;             /* where filter and handler are entered */
    struct wm_try_node *node; /* NULL once the block is off the list of its thread */
    struct wm_try_node spare; /* the node, should there be no memory for one elsewhere */
    EXCEPTION_RECORD record;  /* the exception, while filter and handler run */
    EXCEPTION_POINTERS pointers;
};

WINMEM_API void wm_try_enter(struct wm_try_frame *frame);
WINMEM_API void wm_try_leave(struct wm_try_frame *frame);

/* Takes the verdict of a filter. Returns 1 to run the handler, or does not return. */
WINMEM_API int wm_try_decide(struct wm_try_frame *frame, LONG verdict);

#define GetExceptionCode() (wm_try_frame_here.record.ExceptionCode)
#define GetExceptionInformation() (&wm_try_frame_here.pointers)

/* The braces of the blocks below are opened and closed by different macros. */
/* clang-format off */
/* The cleanup attribute is an extension of gcc and clang: only it sees return, break and goto. */
#define WM_TRY                                                                                   \
    {                                                                                            \
        _Pragma("GCC diagnostic push")                                                           \
            _Pragma("GCC diagnostic ignored \"-Wshadow\"") struct wm_try_frame wm_try_frame_here \
            __attribute__((cleanup(wm_try_leave)));                                              \
        _Pragma("GCC diagnostic pop") wm_try_enter(&wm_try_frame_here);                          \
        if (setjmp(wm_try_frame_here.jump) == 0) {

#define WM_EXCEPT(filter)                                      \
    }                                                          \
    else if (wm_try_decide(&wm_try_frame_here, (filter)) != 0) \
    {

#define WM_END \
    }          \
    }
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
