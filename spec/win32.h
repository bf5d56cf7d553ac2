/* The types, constants and structures of the documented API, for both sides of the fence.
 *
 * On Linux this header supplies everything; on Windows it includes <windows.h> and adds only what
 * the mingw-w64 headers lack. It holds no code. Widths are those of 64-bit Windows (LLP64): a DWORD
 * has 32 bits even where `unsigned long` has 64. The assertions at the end hold on both platforms,
 * so a layout that differs from Windows does not compile.
 *
 * Source: Microsoft Learn, "Windows Data Types", "Memory Protection Constants", "System Error
 * Codes" and the pages of the structures.
 */
#ifndef WINMEM_SPEC_WIN32_H
#define WINMEM_SPEC_WIN32_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

/* Both names below came with one release of the headers, and only the macro can be asked for. */
#ifndef HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION
#define HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION 1
#define HeapOptimizeResources ((HEAP_INFORMATION_CLASS)3)
typedef struct _HEAP_OPTIMIZE_RESOURCES_INFORMATION {
    DWORD Version;
    DWORD Flags;
} HEAP_OPTIMIZE_RESOURCES_INFORMATION, *PHEAP_OPTIMIZE_RESOURCES_INFORMATION;
#endif
#ifndef HEAP_CREATE_SEGMENT_HEAP
#define HEAP_CREATE_SEGMENT_HEAP 0x00000100u
#endif
#ifndef HEAP_CREATE_HARDENED
#define HEAP_CREATE_HARDENED 0x00000200u
#endif
#ifndef MEM_COALESCE_PLACEHOLDERS
#define MEM_COALESCE_PLACEHOLDERS 0x00000001u
#endif
#ifndef MEM_PRESERVE_PLACEHOLDER
#define MEM_PRESERVE_PLACEHOLDER 0x00000002u
#endif
#ifndef MEM_REPLACE_PLACEHOLDER
#define MEM_REPLACE_PLACEHOLDER 0x00004000u
#endif
#ifndef MEM_RESERVE_PLACEHOLDER
#define MEM_RESERVE_PLACEHOLDER 0x00040000u
#endif
#ifndef MEM_RESET_UNDO
#define MEM_RESET_UNDO 0x01000000u
#endif
#ifndef PAGE_TARGETS_INVALID
#define PAGE_TARGETS_INVALID 0x40000000u
#endif
#ifndef PAGE_TARGETS_NO_UPDATE
#define PAGE_TARGETS_NO_UPDATE 0x40000000u
#endif
#ifndef STATUS_HEAP_CORRUPTION
#define STATUS_HEAP_CORRUPTION ((DWORD)0xC0000374)
#endif
#ifndef ERROR_MR_MID_NOT_FOUND
#define ERROR_MR_MID_NOT_FOUND 317
#endif

#else /* !_WIN32 */

#ifdef __cplusplus
extern "C" {
#endif

/* --- Calling convention and plain types -------------------------------------------------- */

#define WINAPI
#define CALLBACK

typedef int BOOL;
typedef uint8_t BYTE;
typedef uint8_t BOOLEAN;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef uint32_t ULONG;
typedef uint32_t UINT;
typedef int32_t LONG;
typedef int32_t NTSTATUS;
typedef int64_t LONGLONG;
typedef uint64_t DWORD64;
typedef uint64_t ULONG64;
typedef uint64_t ULONGLONG;
typedef uint64_t DWORDLONG;
typedef size_t SIZE_T;
typedef uintptr_t ULONG_PTR;
typedef uintptr_t DWORD_PTR;
typedef uintptr_t UINT_PTR;
typedef intptr_t LONG_PTR;
typedef intptr_t INT_PTR;
typedef uint16_t WCHAR;

typedef void *PVOID;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef INT_PTR(WINAPI *FARPROC)(void);
typedef void *HANDLE;
typedef HANDLE HGLOBAL;
typedef HANDLE HLOCAL;
typedef HANDLE *PHANDLE;
typedef DWORD *PDWORD;
typedef DWORD *LPDWORD;
typedef ULONG *PULONG;
typedef SIZE_T *PSIZE_T;
typedef ULONG_PTR *PULONG_PTR;
typedef const char *LPCSTR;
typedef const WCHAR *LPCWSTR;

typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

#define VOID void
#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define INFINITE 0xFFFFFFFFu

/* --- Heap constants ---------------------------------------------------------------------- */

#define HEAP_NO_SERIALIZE 0x00000001u
#define HEAP_GROWABLE 0x00000002u
#define HEAP_GENERATE_EXCEPTIONS 0x00000004u
#define HEAP_ZERO_MEMORY 0x00000008u
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010u
#define HEAP_TAIL_CHECKING_ENABLED 0x00000020u
#define HEAP_FREE_CHECKING_ENABLED 0x00000040u
#define HEAP_DISABLE_COALESCE_ON_FREE 0x00000080u
#define HEAP_CREATE_SEGMENT_HEAP 0x00000100u
#define HEAP_CREATE_HARDENED 0x00000200u
#define HEAP_CREATE_ALIGN_16 0x00010000u
#define HEAP_CREATE_ENABLE_TRACING 0x00020000u
#define HEAP_CREATE_ENABLE_EXECUTE 0x00040000u

#define PROCESS_HEAP_REGION 0x0001
#define PROCESS_HEAP_UNCOMMITTED_RANGE 0x0002
#define PROCESS_HEAP_ENTRY_BUSY 0x0004
#define PROCESS_HEAP_SEG_ALLOC 0x0008
#define PROCESS_HEAP_ENTRY_MOVEABLE 0x0010
#define PROCESS_HEAP_ENTRY_DDESHARE 0x0020

#define HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION 1
#define MEMORY_ALLOCATION_ALIGNMENT 16

typedef enum _HEAP_INFORMATION_CLASS {
    HeapCompatibilityInformation = 0,
    HeapEnableTerminationOnCorruption = 1,
    HeapOptimizeResources = 3
} HEAP_INFORMATION_CLASS;

/* --- Global and local memory constants --------------------------------------------------- */

#define GMEM_FIXED 0x0000u
#define GMEM_MOVEABLE 0x0002u
#define GMEM_NOCOMPACT 0x0010u
#define GMEM_NODISCARD 0x0020u
#define GMEM_ZEROINIT 0x0040u
#define GMEM_MODIFY 0x0080u
#define GMEM_DISCARDABLE 0x0100u
#define GMEM_NOT_BANKED 0x1000u
#define GMEM_LOWER GMEM_NOT_BANKED
#define GMEM_SHARE 0x2000u
#define GMEM_DDESHARE 0x2000u
#define GMEM_NOTIFY 0x4000u
#define GMEM_VALID_FLAGS 0x7F72u
#define GMEM_INVALID_HANDLE 0x8000u
#define GMEM_DISCARDED 0x4000u
#define GMEM_LOCKCOUNT 0x00FFu
#define GHND (GMEM_MOVEABLE | GMEM_ZEROINIT)
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)

#define LMEM_FIXED 0x0000u
#define LMEM_MOVEABLE 0x0002u
#define LMEM_NOCOMPACT 0x0010u
#define LMEM_NODISCARD 0x0020u
#define LMEM_ZEROINIT 0x0040u
#define LMEM_MODIFY 0x0080u
#define LMEM_DISCARDABLE 0x0F00u
#define LMEM_VALID_FLAGS 0x0F72u
#define LMEM_INVALID_HANDLE 0x8000u
#define LMEM_DISCARDED 0x4000u
#define LMEM_LOCKCOUNT 0x00FFu
#define LHND (LMEM_MOVEABLE | LMEM_ZEROINIT)
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define NONZEROLHND LMEM_MOVEABLE
#define NONZEROLPTR LMEM_FIXED

/* --- Virtual memory constants ------------------------------------------------------------
 * Several values share their bits (0x4000, 0x40000, 0x01000000, 0x1): a flag means something
 * only together with the call and the parameter it is passed in. */

#define MEM_COALESCE_PLACEHOLDERS 0x00000001u
#define MEM_PRESERVE_PLACEHOLDER 0x00000002u
#define MEM_UNMAP_WITH_TRANSIENT_BOOST 0x00000001u
#define MEM_COMMIT 0x00001000u
#define MEM_RESERVE 0x00002000u
#define MEM_REPLACE_PLACEHOLDER 0x00004000u
#define MEM_DECOMMIT 0x00004000u
#define MEM_RELEASE 0x00008000u
#define MEM_FREE 0x00010000u
#define MEM_PRIVATE 0x00020000u
#define MEM_MAPPED 0x00040000u
#define MEM_RESERVE_PLACEHOLDER 0x00040000u
#define MEM_RESET 0x00080000u
#define MEM_TOP_DOWN 0x00100000u
#define MEM_WRITE_WATCH 0x00200000u
#define MEM_PHYSICAL 0x00400000u
#define MEM_RESET_UNDO 0x01000000u
#define MEM_IMAGE 0x01000000u
#define MEM_LARGE_PAGES 0x20000000u

#define PAGE_NOACCESS 0x01u
#define PAGE_READONLY 0x02u
#define PAGE_READWRITE 0x04u
#define PAGE_WRITECOPY 0x08u
#define PAGE_EXECUTE 0x10u
#define PAGE_EXECUTE_READ 0x20u
#define PAGE_EXECUTE_READWRITE 0x40u
#define PAGE_EXECUTE_WRITECOPY 0x80u
#define PAGE_GUARD 0x100u
#define PAGE_NOCACHE 0x200u
#define PAGE_WRITECOMBINE 0x400u
#define PAGE_TARGETS_INVALID 0x40000000u
#define PAGE_TARGETS_NO_UPDATE 0x40000000u

#define SEC_FILE 0x00800000u
#define SEC_NO_CHANGE 0x00400000u
#define SEC_IMAGE 0x01000000u
#define SEC_RESERVE 0x04000000u
#define SEC_COMMIT 0x08000000u
#define SEC_NOCACHE 0x10000000u
#define SEC_IMAGE_NO_EXECUTE 0x11000000u
#define SEC_WRITECOMBINE 0x40000000u
#define SEC_LARGE_PAGES 0x80000000u

#define DELETE 0x00010000u
#define READ_CONTROL 0x00020000u
#define WRITE_DAC 0x00040000u
#define WRITE_OWNER 0x00080000u
#define SECTION_QUERY 0x0001u
#define SECTION_MAP_WRITE 0x0002u
#define SECTION_MAP_READ 0x0004u
#define SECTION_MAP_EXECUTE 0x0008u
#define SECTION_EXTEND_SIZE 0x0010u
#define SECTION_MAP_EXECUTE_EXPLICIT 0x0020u
#define FILE_MAP_COPY 0x00000001u
#define FILE_MAP_WRITE SECTION_MAP_WRITE
#define FILE_MAP_READ SECTION_MAP_READ
#define FILE_MAP_EXECUTE SECTION_MAP_EXECUTE_EXPLICIT
#define FILE_MAP_ALL_ACCESS 0x000F001Fu
#define FILE_MAP_LARGE_PAGES 0x20000000u
#define FILE_MAP_TARGETS_INVALID 0x40000000u

typedef enum _OFFER_PRIORITY {
    VmOfferPriorityVeryLow = 1,
    VmOfferPriorityLow,
    VmOfferPriorityBelowNormal,
    VmOfferPriorityNormal
} OFFER_PRIORITY;

#define WRITE_WATCH_FLAG_RESET 0x1u
#define QUOTA_LIMITS_HARDWS_MIN_ENABLE 0x1u
#define QUOTA_LIMITS_HARDWS_MIN_DISABLE 0x2u
#define QUOTA_LIMITS_HARDWS_MAX_ENABLE 0x4u
#define QUOTA_LIMITS_HARDWS_MAX_DISABLE 0x8u
#define NUMA_NO_PREFERRED_NODE 0xFFFFFFFFu

#define PROCESS_VM_OPERATION 0x0008u
#define PROCESS_VM_READ 0x0010u
#define PROCESS_VM_WRITE 0x0020u
#define PROCESS_SET_QUOTA 0x0100u
#define PROCESS_QUERY_INFORMATION 0x0400u
#define PROCESS_QUERY_LIMITED_INFORMATION 0x1000u

#define PROCESSOR_ARCHITECTURE_INTEL 0
#define PROCESSOR_ARCHITECTURE_AMD64 9
#define PROCESSOR_ARCHITECTURE_ARM64 12
#define PROCESSOR_AMD_X8664 8664

/* --- Error codes: what GetLastError returns ---------------------------------------------- */

#define ERROR_SUCCESS 0u
#define NO_ERROR 0u
#define ERROR_INVALID_FUNCTION 1u
#define ERROR_FILE_NOT_FOUND 2u
#define ERROR_PATH_NOT_FOUND 3u
#define ERROR_ACCESS_DENIED 5u
#define ERROR_INVALID_HANDLE 6u
#define ERROR_NOT_ENOUGH_MEMORY 8u
#define ERROR_BAD_LENGTH 24u
#define ERROR_GEN_FAILURE 31u
#define ERROR_LOCK_VIOLATION 33u
#define ERROR_NOT_SUPPORTED 50u
#define ERROR_INVALID_PARAMETER 87u
#define ERROR_DISK_FULL 112u
#define ERROR_CALL_NOT_IMPLEMENTED 120u
#define ERROR_INSUFFICIENT_BUFFER 122u
#define ERROR_INVALID_NAME 123u
#define ERROR_DISCARDED 157u
#define ERROR_NOT_LOCKED 158u
#define ERROR_BUSY 170u
#define ERROR_ALREADY_EXISTS 183u
#define ERROR_BAD_EXE_FORMAT 193u
#define ERROR_FILENAME_EXCED_RANGE 206u
#define ERROR_NO_MORE_ITEMS 259u
#define ERROR_NOT_OWNER 288u
#define ERROR_PARTIAL_COPY 299u
#define ERROR_MR_MID_NOT_FOUND 317u
#define ERROR_INVALID_ADDRESS 487u
#define ERROR_ARITHMETIC_OVERFLOW 534u
#define ERROR_NOACCESS 998u
#define ERROR_SWAPERROR 999u
#define ERROR_FILE_INVALID 1006u
#define ERROR_MAPPED_ALIGNMENT 1132u
#define ERROR_USER_MAPPED_FILE 1224u
#define ERROR_PRIVILEGE_NOT_HELD 1314u
#define ERROR_NO_SYSTEM_RESOURCES 1450u
#define ERROR_WORKING_SET_QUOTA 1453u
#define ERROR_PAGEFILE_QUOTA 1454u
#define ERROR_COMMITMENT_LIMIT 1455u

/* --- Exception codes --------------------------------------------------------------------- */

#define STATUS_GUARD_PAGE_VIOLATION ((DWORD)0x80000001)
#define STATUS_DATATYPE_MISALIGNMENT ((DWORD)0x80000002)
#define STATUS_ACCESS_VIOLATION ((DWORD)0xC0000005)
#define STATUS_IN_PAGE_ERROR ((DWORD)0xC0000006)
#define STATUS_INVALID_HANDLE ((DWORD)0xC0000008)
#define STATUS_INVALID_PARAMETER ((DWORD)0xC000000D)
#define STATUS_NO_MEMORY ((DWORD)0xC0000017)
#define STATUS_ILLEGAL_INSTRUCTION ((DWORD)0xC000001D)
#define STATUS_NONCONTINUABLE_EXCEPTION ((DWORD)0xC0000025)
#define STATUS_INVALID_DISPOSITION ((DWORD)0xC0000026)
#define STATUS_STACK_OVERFLOW ((DWORD)0xC00000FD)
#define STATUS_HEAP_CORRUPTION ((DWORD)0xC0000374)
#define STATUS_STACK_BUFFER_OVERRUN ((DWORD)0xC0000409)
#define STATUS_INVALID_CRUNTIME_PARAMETER ((DWORD)0xC0000417)

#define EXCEPTION_ACCESS_VIOLATION STATUS_ACCESS_VIOLATION
#define EXCEPTION_DATATYPE_MISALIGNMENT STATUS_DATATYPE_MISALIGNMENT
#define EXCEPTION_GUARD_PAGE STATUS_GUARD_PAGE_VIOLATION
#define EXCEPTION_IN_PAGE_ERROR STATUS_IN_PAGE_ERROR
#define EXCEPTION_ILLEGAL_INSTRUCTION STATUS_ILLEGAL_INSTRUCTION
#define EXCEPTION_NONCONTINUABLE_EXCEPTION STATUS_NONCONTINUABLE_EXCEPTION
#define EXCEPTION_INVALID_DISPOSITION STATUS_INVALID_DISPOSITION
#define EXCEPTION_STACK_OVERFLOW STATUS_STACK_OVERFLOW

#define EXCEPTION_NONCONTINUABLE 0x1u
#define EXCEPTION_MAXIMUM_PARAMETERS 15

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#define EXCEPTION_READ_FAULT 0
#define EXCEPTION_WRITE_FAULT 1
#define EXCEPTION_EXECUTE_FAULT 8

/* --- Structures -------------------------------------------------------------------------- */

typedef struct _PROCESS_HEAP_ENTRY {
    PVOID lpData;
    DWORD cbData;
    BYTE cbOverhead;
    BYTE iRegionIndex;
    WORD wFlags;
    union {
        struct {
            HANDLE hMem;
            DWORD dwReserved[3];
        } Block;
        struct {
            DWORD dwCommittedSize;
            DWORD dwUnCommittedSize;
            LPVOID lpFirstBlock;
            LPVOID lpLastBlock;
        } Region;
    };
} PROCESS_HEAP_ENTRY, *PPROCESS_HEAP_ENTRY, *LPPROCESS_HEAP_ENTRY;

typedef struct _HEAP_SUMMARY {
    DWORD cb;
    SIZE_T cbAllocated;
    SIZE_T cbCommitted;
    SIZE_T cbReserved;
    SIZE_T cbMaxReserve;
} HEAP_SUMMARY, *PHEAP_SUMMARY;
typedef PHEAP_SUMMARY LPHEAP_SUMMARY;

typedef struct _HEAP_OPTIMIZE_RESOURCES_INFORMATION {
    DWORD Version;
    DWORD Flags;
} HEAP_OPTIMIZE_RESOURCES_INFORMATION, *PHEAP_OPTIMIZE_RESOURCES_INFORMATION;

typedef struct _MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress;
    PVOID AllocationBase;
    DWORD AllocationProtect;
    WORD PartitionId;
    SIZE_T RegionSize;
    DWORD State;
    DWORD Protect;
    DWORD Type;
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;

typedef struct _SYSTEM_INFO {
    union {
        DWORD dwOemId;
        __extension__ struct {
            WORD wProcessorArchitecture;
            WORD wReserved;
        };
    };
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress;
    LPVOID lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors;
    DWORD dwProcessorType;
    DWORD dwAllocationGranularity;
    WORD wProcessorLevel;
    WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

typedef struct _MEMORYSTATUSEX {
    DWORD dwLength;
    DWORD dwMemoryLoad;
    DWORDLONG ullTotalPhys;
    DWORDLONG ullAvailPhys;
    DWORDLONG ullTotalPageFile;
    DWORDLONG ullAvailPageFile;
    DWORDLONG ullTotalVirtual;
    DWORDLONG ullAvailVirtual;
    DWORDLONG ullAvailExtendedVirtual;
} MEMORYSTATUSEX, *LPMEMORYSTATUSEX;

typedef struct _EXCEPTION_RECORD {
    DWORD ExceptionCode;
    DWORD ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord;
    PVOID ExceptionAddress;
    DWORD NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

/* What the processor was doing. Opaque here: on Linux it is the machine context of the signal,
 * and nothing of the documented API looks inside. */
typedef struct _CONTEXT CONTEXT, *PCONTEXT;

typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS, *LPEXCEPTION_POINTERS;

typedef LONG(CALLBACK *PVECTORED_EXCEPTION_HANDLER)(PEXCEPTION_POINTERS ExceptionInfo);

#ifdef __cplusplus
}
#endif

#endif /* !_WIN32 */

/* --- The address space of 64-bit Windows on x64 -------------------------------------------
 *
 * What GetSystemInfo and GetLargePageMinimum tell there. Whoever needs one of these takes it from
 * here. */

#define WINMEM_PAGE_SIZE 0x1000
#define WINMEM_GRANULARITY 0x10000
#define WINMEM_LARGE_PAGE_SIZE 0x200000
#define WINMEM_ADDRESS_MIN UINT64_C(0x10000)
#define WINMEM_ADDRESS_MAX UINT64_C(0x7FFFFFFEFFFF) /* last accessible byte */

/* --- The layout is the one of 64-bit Windows, or nothing compiles ------------------------- */

#ifdef __cplusplus
#define WINMEM_LAYOUT_HOLDS(condition, sentence) static_assert(condition, sentence)
#else
#define WINMEM_LAYOUT_HOLDS(condition, sentence) _Static_assert(condition, sentence)
#endif
#define WINMEM_OFFSET_IS(type, member, offset) \
    WINMEM_LAYOUT_HOLDS(offsetof(type, member) == (offset), #type "." #member " has moved")
#define WINMEM_SIZE_IS(type, size) \
    WINMEM_LAYOUT_HOLDS(sizeof(type) == (size), #type " has another size")

#if !defined(_WIN32) || defined(_WIN64)
WINMEM_SIZE_IS(BOOL, 4);
WINMEM_SIZE_IS(WORD, 2);
WINMEM_SIZE_IS(DWORD, 4);
WINMEM_SIZE_IS(ULONG, 4);
WINMEM_SIZE_IS(LONG, 4);
WINMEM_SIZE_IS(SIZE_T, 8);
WINMEM_SIZE_IS(ULONG_PTR, 8);
WINMEM_SIZE_IS(HANDLE, 8);
WINMEM_SIZE_IS(HEAP_INFORMATION_CLASS, 4);

WINMEM_SIZE_IS(PROCESS_HEAP_ENTRY, 40);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, lpData, 0);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, cbData, 8);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, cbOverhead, 12);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, iRegionIndex, 13);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, wFlags, 14);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, Block.hMem, 16);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, Block.dwReserved, 24);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, Region.dwCommittedSize, 16);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, Region.dwUnCommittedSize, 20);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, Region.lpFirstBlock, 24);
WINMEM_OFFSET_IS(PROCESS_HEAP_ENTRY, Region.lpLastBlock, 32);

WINMEM_SIZE_IS(MEMORY_BASIC_INFORMATION, 48);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, BaseAddress, 0);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, AllocationBase, 8);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, AllocationProtect, 16);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, RegionSize, 24);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, State, 32);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, Protect, 36);
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, Type, 40);

WINMEM_SIZE_IS(SYSTEM_INFO, 48);
WINMEM_OFFSET_IS(SYSTEM_INFO, dwPageSize, 4);
WINMEM_OFFSET_IS(SYSTEM_INFO, lpMinimumApplicationAddress, 8);
WINMEM_OFFSET_IS(SYSTEM_INFO, lpMaximumApplicationAddress, 16);
WINMEM_OFFSET_IS(SYSTEM_INFO, dwActiveProcessorMask, 24);
WINMEM_OFFSET_IS(SYSTEM_INFO, dwNumberOfProcessors, 32);
WINMEM_OFFSET_IS(SYSTEM_INFO, dwAllocationGranularity, 40);
WINMEM_OFFSET_IS(SYSTEM_INFO, wProcessorRevision, 46);

WINMEM_SIZE_IS(EXCEPTION_RECORD, 152);
WINMEM_OFFSET_IS(EXCEPTION_RECORD, ExceptionCode, 0);
WINMEM_OFFSET_IS(EXCEPTION_RECORD, ExceptionFlags, 4);
WINMEM_OFFSET_IS(EXCEPTION_RECORD, ExceptionAddress, 16);
WINMEM_OFFSET_IS(EXCEPTION_RECORD, NumberParameters, 24);
WINMEM_OFFSET_IS(EXCEPTION_RECORD, ExceptionInformation, 32);
WINMEM_SIZE_IS(EXCEPTION_POINTERS, 16);
WINMEM_SIZE_IS(HEAP_SUMMARY, 40);
WINMEM_OFFSET_IS(HEAP_SUMMARY, cbAllocated, 8);
WINMEM_OFFSET_IS(HEAP_SUMMARY, cbCommitted, 16);
WINMEM_OFFSET_IS(HEAP_SUMMARY, cbReserved, 24);
WINMEM_OFFSET_IS(HEAP_SUMMARY, cbMaxReserve, 32);
WINMEM_SIZE_IS(HEAP_OPTIMIZE_RESOURCES_INFORMATION, 8);
WINMEM_SIZE_IS(MEMORYSTATUSEX, 64);
WINMEM_OFFSET_IS(MEMORYSTATUSEX, ullTotalPhys, 8);
WINMEM_OFFSET_IS(MEMORYSTATUSEX, ullAvailExtendedVirtual, 56);
#endif

#ifndef _WIN32 /* mingw-w64 leaves these two bytes unnamed */
WINMEM_OFFSET_IS(MEMORY_BASIC_INFORMATION, PartitionId, 20);
#endif

#endif
