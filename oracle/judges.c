/* Which judge and which clause family belong to which function.
 *
 * The family is the one whose clauses are UNSUPPORTED where the target lacks the function. */
#include "oracle/judges.h"

#define JUDGE(name, family) [CALL_##name] = {hck_judge_##name, family}

const struct judge_row hck_judges[CALL_COUNT] = {
    JUDGE(GetProcessHeap, "process_heap"),
    JUDGE(GetProcessHeaps, "process_heap"),
    JUDGE(HeapCreate, "heap_create"),
    JUDGE(HeapDestroy, "heap_destroy"),
    JUDGE(HeapAlloc, "heap_alloc"),
    JUDGE(HeapReAlloc, "heap_realloc"),
    JUDGE(HeapFree, "heap_free"),
    JUDGE(HeapSize, "heap_size"),
    JUDGE(HeapValidate, "heap_validate"),
    JUDGE(HeapLock, "heap_lock"),
    JUDGE(HeapUnlock, "heap_lock"),
    JUDGE(HeapCompact, "heap_compact"),
    JUDGE(HeapWalk, "heap_walk"),
    JUDGE(HeapSummary, "heap_summary"),
    JUDGE(HeapQueryInformation, "heap_query"),
    JUDGE(HeapSetInformation, "heap_set"),
    JUDGE(VirtualAlloc, "virtual_alloc"),
    JUDGE(VirtualFree, "virtual_free"),
    JUDGE(VirtualProtect, "virtual_protect"),
    JUDGE(VirtualQuery, "virtual_query"),
    JUDGE(VirtualAllocEx, "process_handle"),
    JUDGE(VirtualFreeEx, "process_handle"),
    JUDGE(VirtualProtectEx, "process_handle"),
    JUDGE(VirtualQueryEx, "process_handle"),
    JUDGE(GetSystemInfo, "system_info"),
    JUDGE(GetLastError, "last_error"),
    JUDGE(SetLastError, "last_error"),
    JUDGE(AddVectoredExceptionHandler, "exception"),
    JUDGE(RemoveVectoredExceptionHandler, "exception"),
    JUDGE(RaiseException, "exception"),
    JUDGE(Fill, NULL),
    JUDGE(Check, NULL),
    JUDGE(Zeroed, NULL),
    JUDGE(Peek, NULL),
    JUDGE(Poke, NULL),
    JUDGE(Execute, NULL),
    JUDGE(WalkHeap, "heap_walk"),
    JUDGE(QueryRegion, "virtual_query"),
    JUDGE(QueryAll, "virtual_query"),
};
