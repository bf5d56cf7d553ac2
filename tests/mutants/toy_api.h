/* The documented functions that libtoy.so exports, declared by hand from the documentation; the
 * test compares them with spec/calls.def by assigning them to a struct api. */
#ifndef HCK_TESTS_MUTANTS_TOY_API_H
#define HCK_TESTS_MUTANTS_TOY_API_H

#include "spec/win32.h"

#define TOY_EXPORT __attribute__((visibility("default")))

TOY_EXPORT HANDLE GetProcessHeap(void);
TOY_EXPORT DWORD GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps);
TOY_EXPORT HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize);
TOY_EXPORT BOOL HeapDestroy(HANDLE hHeap);
TOY_EXPORT LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
TOY_EXPORT LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);
TOY_EXPORT BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);
TOY_EXPORT SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);
TOY_EXPORT BOOL HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);
TOY_EXPORT BOOL HeapLock(HANDLE hHeap);
TOY_EXPORT BOOL HeapUnlock(HANDLE hHeap);
TOY_EXPORT SIZE_T HeapCompact(HANDLE hHeap, DWORD dwFlags);
TOY_EXPORT BOOL HeapWalk(HANDLE hHeap, LPPROCESS_HEAP_ENTRY lpEntry);
TOY_EXPORT BOOL HeapSummary(HANDLE hHeap, DWORD dwFlags, LPHEAP_SUMMARY lpSummary);
TOY_EXPORT BOOL HeapQueryInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                                     PVOID HeapInformation, SIZE_T HeapInformationLength,
                                     PSIZE_T ReturnLength);
TOY_EXPORT BOOL HeapSetInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                                   PVOID HeapInformation, SIZE_T HeapInformationLength);

TOY_EXPORT LPVOID VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                               DWORD flProtect);
TOY_EXPORT BOOL VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType);
TOY_EXPORT BOOL VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                               PDWORD lpflOldProtect);
TOY_EXPORT SIZE_T VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                               SIZE_T dwLength);
TOY_EXPORT LPVOID VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                 DWORD flAllocationType, DWORD flProtect);
TOY_EXPORT BOOL VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType);
TOY_EXPORT BOOL VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize,
                                 DWORD flNewProtect, PDWORD lpflOldProtect);
TOY_EXPORT SIZE_T VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress,
                                 PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength);
TOY_EXPORT UINT GetWriteWatch(DWORD dwFlags, PVOID lpBaseAddress, SIZE_T dwRegionSize,
                              PVOID *lpAddresses, ULONG_PTR *lpdwCount, LPDWORD lpdwGranularity);
TOY_EXPORT UINT ResetWriteWatch(LPVOID lpBaseAddress, SIZE_T dwRegionSize);
TOY_EXPORT DWORD DiscardVirtualMemory(PVOID VirtualAddress, SIZE_T Size);
TOY_EXPORT DWORD OfferVirtualMemory(PVOID VirtualAddress, SIZE_T Size, OFFER_PRIORITY Priority);
TOY_EXPORT DWORD ReclaimVirtualMemory(PVOID VirtualAddress, SIZE_T Size);
TOY_EXPORT BOOL VirtualLock(LPVOID lpAddress, SIZE_T dwSize);
TOY_EXPORT BOOL VirtualUnlock(LPVOID lpAddress, SIZE_T dwSize);
TOY_EXPORT BOOL IsBadReadPtr(LPCVOID lp, UINT_PTR ucb);
TOY_EXPORT BOOL IsBadWritePtr(LPVOID lp, UINT_PTR ucb);
TOY_EXPORT BOOL IsBadCodePtr(FARPROC lpfn);
TOY_EXPORT BOOL IsBadStringPtrA(LPCSTR lpsz, UINT_PTR ucchMax);
TOY_EXPORT HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                     DWORD flProtect, DWORD dwMaximumSizeHigh,
                                     DWORD dwMaximumSizeLow, LPCWSTR lpName);
TOY_EXPORT HANDLE CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                     DWORD flProtect, DWORD dwMaximumSizeHigh,
                                     DWORD dwMaximumSizeLow, LPCSTR lpName);
TOY_EXPORT HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
TOY_EXPORT HANDLE OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
TOY_EXPORT LPVOID MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                SIZE_T dwNumberOfBytesToMap);
TOY_EXPORT LPVOID MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                                  DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                                  SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress);
TOY_EXPORT BOOL UnmapViewOfFile(LPCVOID lpBaseAddress);
TOY_EXPORT BOOL UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags);
TOY_EXPORT BOOL FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush);
TOY_EXPORT BOOL CloseHandle(HANDLE hObject);
TOY_EXPORT void GetSystemInfo(LPSYSTEM_INFO lpSystemInfo);
TOY_EXPORT void GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo);
TOY_EXPORT BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer);
TOY_EXPORT SIZE_T GetLargePageMinimum(void);
TOY_EXPORT BOOL GetProcessWorkingSetSize(HANDLE hProcess, PSIZE_T lpMinimumWorkingSetSize,
                                         PSIZE_T lpMaximumWorkingSetSize);
TOY_EXPORT BOOL SetProcessWorkingSetSize(HANDLE hProcess, SIZE_T dwMinimumWorkingSetSize,
                                         SIZE_T dwMaximumWorkingSetSize);

TOY_EXPORT DWORD GetLastError(void);
TOY_EXPORT void SetLastError(DWORD dwErrCode);
TOY_EXPORT PVOID AddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
TOY_EXPORT ULONG RemoveVectoredExceptionHandler(PVOID Handle);
TOY_EXPORT void RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags,
                               DWORD nNumberOfArguments, const ULONG_PTR *lpArguments);

#endif
