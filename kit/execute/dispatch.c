/* One typed line for each function: machine words in, one machine word out. */
#include "kit/execute/executor.h"

static void *pointer(uint64_t word)
{
    return (void *)(uintptr_t)word;
}

static DWORD dword(uint64_t word)
{
    return (DWORD)word;
}

static uint64_t from_pointer(const void *value)
{
    return (uint64_t)(uintptr_t)value;
}

static uint64_t from_bool(BOOL value)
{
    return (uint32_t)value;
}

/* A function pointer travels as a word; both platforms have them of one size. */
static PVECTORED_EXCEPTION_HANDLER handler(uint64_t word)
{
    return (PVECTORED_EXCEPTION_HANDLER)(uintptr_t)word;
}

void hck_dispatch_survey(const struct api *api, bool supports[CALL_COUNT])
{
#define CALL(name, ...) supports[CALL_##name] = api->name != NULL;
#define PROBE(name, ...) supports[CALL_##name] = true;
#include "spec/calls.def"
#undef CALL
#undef PROBE
    supports[CALL_WalkHeap] = api->HeapWalk != NULL;
    supports[CALL_QueryRegion] = api->VirtualQuery != NULL;
    supports[CALL_QueryAll] = api->VirtualQuery != NULL && api->GetSystemInfo != NULL;
}

/* A table more than a function: no default, so that the compiler finds the row without a line. */
uint64_t hck_dispatch(const struct api *api, enum call_id id, const uint64_t w[CALL_ARGUMENTS_MAX])
{
    switch (id) {
    case CALL_GetProcessHeap:
        return from_pointer(api->GetProcessHeap());
    case CALL_GetProcessHeaps:
        return api->GetProcessHeaps(dword(w[0]), pointer(w[1]));
    case CALL_HeapCreate:
        return from_pointer(api->HeapCreate(dword(w[0]), w[1], w[2]));
    case CALL_HeapDestroy:
        return from_bool(api->HeapDestroy(pointer(w[0])));
    case CALL_HeapAlloc:
        return from_pointer(api->HeapAlloc(pointer(w[0]), dword(w[1]), w[2]));
    case CALL_HeapReAlloc:
        return from_pointer(api->HeapReAlloc(pointer(w[0]), dword(w[1]), pointer(w[2]), w[3]));
    case CALL_HeapFree:
        return from_bool(api->HeapFree(pointer(w[0]), dword(w[1]), pointer(w[2])));
    case CALL_HeapSize:
        return api->HeapSize(pointer(w[0]), dword(w[1]), pointer(w[2]));
    case CALL_HeapValidate:
        return from_bool(api->HeapValidate(pointer(w[0]), dword(w[1]), pointer(w[2])));
    case CALL_HeapLock:
        return from_bool(api->HeapLock(pointer(w[0])));
    case CALL_HeapUnlock:
        return from_bool(api->HeapUnlock(pointer(w[0])));
    case CALL_HeapCompact:
        return api->HeapCompact(pointer(w[0]), dword(w[1]));
    case CALL_HeapWalk:
        return from_bool(api->HeapWalk(pointer(w[0]), pointer(w[1])));
    case CALL_HeapSummary:
        return from_bool(api->HeapSummary(pointer(w[0]), dword(w[1]), pointer(w[2])));
    case CALL_HeapQueryInformation:
        return from_bool(api->HeapQueryInformation(pointer(w[0]), (HEAP_INFORMATION_CLASS)w[1],
                                                   pointer(w[2]), w[3], pointer(w[4])));
    case CALL_HeapSetInformation:
        return from_bool(api->HeapSetInformation(pointer(w[0]), (HEAP_INFORMATION_CLASS)w[1],
                                                 pointer(w[2]), w[3]));
    case CALL_VirtualAlloc:
        return from_pointer(api->VirtualAlloc(pointer(w[0]), w[1], dword(w[2]), dword(w[3])));
    case CALL_VirtualFree:
        return from_bool(api->VirtualFree(pointer(w[0]), w[1], dword(w[2])));
    case CALL_VirtualProtect:
        return from_bool(api->VirtualProtect(pointer(w[0]), w[1], dword(w[2]), pointer(w[3])));
    case CALL_VirtualQuery:
        return api->VirtualQuery(pointer(w[0]), pointer(w[1]), w[2]);
    case CALL_VirtualAllocEx:
        return from_pointer(
            api->VirtualAllocEx(pointer(w[0]), pointer(w[1]), w[2], dword(w[3]), dword(w[4])));
    case CALL_VirtualFreeEx:
        return from_bool(api->VirtualFreeEx(pointer(w[0]), pointer(w[1]), w[2], dword(w[3])));
    case CALL_VirtualProtectEx:
        return from_bool(
            api->VirtualProtectEx(pointer(w[0]), pointer(w[1]), w[2], dword(w[3]), pointer(w[4])));
    case CALL_VirtualQueryEx:
        return api->VirtualQueryEx(pointer(w[0]), pointer(w[1]), pointer(w[2]), w[3]);
    case CALL_VirtualLock:
        return (uint64_t)api->VirtualLock(pointer(w[0]), w[1]);
    case CALL_VirtualUnlock:
        return (uint64_t)api->VirtualUnlock(pointer(w[0]), w[1]);
    case CALL_DiscardVirtualMemory:
        return api->DiscardVirtualMemory(pointer(w[0]), w[1]);
    case CALL_OfferVirtualMemory:
        return api->OfferVirtualMemory(pointer(w[0]), w[1], (OFFER_PRIORITY)w[2]);
    case CALL_ReclaimVirtualMemory:
        return api->ReclaimVirtualMemory(pointer(w[0]), w[1]);
    case CALL_GetWriteWatch:
        return api->GetWriteWatch(dword(w[0]), pointer(w[1]), w[2], pointer(w[3]), pointer(w[4]),
                                  pointer(w[5]));
    case CALL_ResetWriteWatch:
        return api->ResetWriteWatch(pointer(w[0]), w[1]);
    case CALL_IsBadReadPtr:
        return from_bool(api->IsBadReadPtr(pointer(w[0]), w[1]));
    case CALL_IsBadWritePtr:
        return from_bool(api->IsBadWritePtr(pointer(w[0]), w[1]));
    case CALL_IsBadCodePtr:
        return from_bool(api->IsBadCodePtr((FARPROC)(uintptr_t)w[0]));
    case CALL_IsBadStringPtrA:
        return from_bool(api->IsBadStringPtrA(pointer(w[0]), w[1]));
    case CALL_CreateFileMappingW:
        return from_pointer(api->CreateFileMappingW(pointer(w[0]), pointer(w[1]), dword(w[2]),
                                                    dword(w[3]), dword(w[4]), pointer(w[5])));
    case CALL_CreateFileMappingA:
        return from_pointer(api->CreateFileMappingA(pointer(w[0]), pointer(w[1]), dword(w[2]),
                                                    dword(w[3]), dword(w[4]), pointer(w[5])));
    case CALL_OpenFileMappingW:
        return from_pointer(api->OpenFileMappingW(dword(w[0]), (BOOL)w[1], pointer(w[2])));
    case CALL_OpenFileMappingA:
        return from_pointer(api->OpenFileMappingA(dword(w[0]), (BOOL)w[1], pointer(w[2])));
    case CALL_MapViewOfFile:
        return from_pointer(
            api->MapViewOfFile(pointer(w[0]), dword(w[1]), dword(w[2]), dword(w[3]), w[4]));
    case CALL_MapViewOfFileEx:
        return from_pointer(api->MapViewOfFileEx(pointer(w[0]), dword(w[1]), dword(w[2]),
                                                 dword(w[3]), w[4], pointer(w[5])));
    case CALL_UnmapViewOfFile:
        return from_bool(api->UnmapViewOfFile(pointer(w[0])));
    case CALL_UnmapViewOfFileEx:
        return from_bool(api->UnmapViewOfFileEx(pointer(w[0]), (ULONG)w[1]));
    case CALL_FlushViewOfFile:
        return from_bool(api->FlushViewOfFile(pointer(w[0]), (SIZE_T)w[1]));
    case CALL_CloseHandle:
        return from_bool(api->CloseHandle(pointer(w[0])));
    case CALL_GetSystemInfo:
        api->GetSystemInfo(pointer(w[0]));
        return 0;
    case CALL_GetNativeSystemInfo:
        api->GetNativeSystemInfo(pointer(w[0]));
        return 0;
    case CALL_GlobalMemoryStatusEx:
        return from_bool(api->GlobalMemoryStatusEx(pointer(w[0])));
    case CALL_GetLargePageMinimum:
        return api->GetLargePageMinimum();
    case CALL_GetProcessWorkingSetSize:
        return from_bool(
            api->GetProcessWorkingSetSize(pointer(w[0]), pointer(w[1]), pointer(w[2])));
    case CALL_SetProcessWorkingSetSize:
        return from_bool(api->SetProcessWorkingSetSize(pointer(w[0]), w[1], w[2]));
    case CALL_GetLastError:
        return api->GetLastError();
    case CALL_SetLastError:
        api->SetLastError(dword(w[0]));
        return 0;
    case CALL_AddVectoredExceptionHandler:
        return from_pointer(api->AddVectoredExceptionHandler(dword(w[0]), handler(w[1])));
    case CALL_RemoveVectoredExceptionHandler:
        return api->RemoveVectoredExceptionHandler(pointer(w[0]));
    case CALL_RaiseException:
        api->RaiseException(dword(w[0]), dword(w[1]), dword(w[2]), pointer(w[3]));
        return 0;
    case CALL_Fill: /* Probes have no function: probe_memory.c, probe_walk.c. */
    case CALL_Check:
    case CALL_Zeroed:
    case CALL_Peek:
    case CALL_Poke:
    case CALL_Execute:
    case CALL_WalkHeap:
    case CALL_QueryRegion:
    case CALL_QueryAll:
    case CALL_COUNT:
        break;
    }
    return 0;
}
