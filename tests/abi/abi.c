/* The names that a trace may spell, the constants and the structures are those of the platform.
 *
 * Compiled twice and never run: with mingw, where spec/win32.h includes <windows.h> and the values
 * are Windows' own, and on Linux, where spec/win32.h supplies them. A row that is wrong on either
 * side does not compile. The sizes and offsets of the structures are asserted in spec/win32.h
 * itself, on both sides; what it leaves out is below.
 *
 * mingw-w64 10 has no definition of HEAP_CREATE_SEGMENT_HEAP, HEAP_CREATE_HARDENED,
 * HeapOptimizeResources with its structure and HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION, and the
 * four MEM_..._PLACEHOLDER(S) flags: spec/win32.h adds them there, so for these the two sides
 * compare spec/win32.h with the documentation alone. It has no SEC_NO_CHANGE either, which nobody
 * needs on Windows, and the two bytes of MEMORY_BASIC_INFORMATION.PartitionId have no name. */
#include "spec/win32.h"

#ifdef _WIN32
#ifndef SEC_NO_CHANGE
#define SEC_NO_CHANGE 0x00400000
#endif
#endif

#define CONSTANT(name, value) \
    _Static_assert((uint32_t)(name) == (uint32_t)(value), #name " has another value");
#define FLAG(set, name, value) CONSTANT(name, value)
#include "spec/flags.def"
#include "tests/abi/constants.def"
#undef FLAG
#undef CONSTANT

/* What the checker uses to see that a wrong value is noticed. */
#ifdef ABI_WITH_A_WRONG_VALUE
_Static_assert((uint32_t)(PAGE_GUARD) == 0x101, "PAGE_GUARD has another value");
#endif

WINMEM_SIZE_IS(BYTE, 1);
WINMEM_SIZE_IS(UINT, 4);
WINMEM_SIZE_IS(LPVOID, 8);
WINMEM_SIZE_IS(ULONG64, 8);
WINMEM_OFFSET_IS(SYSTEM_INFO, wProcessorArchitecture, 0);
WINMEM_OFFSET_IS(SYSTEM_INFO, dwProcessorType, 36);
WINMEM_OFFSET_IS(SYSTEM_INFO, wProcessorLevel, 44);
WINMEM_OFFSET_IS(EXCEPTION_RECORD, ExceptionRecord, 8);
WINMEM_OFFSET_IS(EXCEPTION_POINTERS, ExceptionRecord, 0);
WINMEM_OFFSET_IS(EXCEPTION_POINTERS, ContextRecord, 8);
WINMEM_OFFSET_IS(HEAP_SUMMARY, cb, 0);
WINMEM_OFFSET_IS(HEAP_OPTIMIZE_RESOURCES_INFORMATION, Version, 0);
WINMEM_OFFSET_IS(HEAP_OPTIMIZE_RESOURCES_INFORMATION, Flags, 4);

/* The signatures are those of the call table: an implementation of another type does not fit. */
#include "spec/api.h"

#ifdef _WIN32
/* The platform's own functions go into the structure without a cast. HeapSummary is left out: it is
 * in the headers and not in every Windows, so nobody links against it. */
static const struct api platform_api = {
    .GetProcessHeap = GetProcessHeap,
    .GetProcessHeaps = GetProcessHeaps,
    .HeapCreate = HeapCreate,
    .HeapDestroy = HeapDestroy,
    .HeapAlloc = HeapAlloc,
    .HeapReAlloc = HeapReAlloc,
    .HeapFree = HeapFree,
    .HeapSize = HeapSize,
    .HeapValidate = HeapValidate,
    .HeapLock = HeapLock,
    .HeapUnlock = HeapUnlock,
    .HeapCompact = HeapCompact,
    .HeapWalk = HeapWalk,
    .HeapQueryInformation = HeapQueryInformation,
    .HeapSetInformation = HeapSetInformation,
    .VirtualAlloc = VirtualAlloc,
    .VirtualFree = VirtualFree,
    .VirtualProtect = VirtualProtect,
    .VirtualQuery = VirtualQuery,
    .GetSystemInfo = GetSystemInfo,
    .GetLastError = GetLastError,
    .SetLastError = SetLastError,
    .AddVectoredExceptionHandler = AddVectoredExceptionHandler,
    .RemoveVectoredExceptionHandler = RemoveVectoredExceptionHandler,
    .RaiseException = RaiseException,
};

const struct api *abi_platform_api(void);

const struct api *abi_platform_api(void)
{
    return &platform_api;
}
#endif
