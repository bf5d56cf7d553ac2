/* What is asked of the system: GetSystemInfo and its like. */
#define _GNU_SOURCE /* _SC_NPROCESSORS_ONLN */

#include "tests/mutants/toy.h"

#include <string.h>
#include <unistd.h>

static void fill(LPSYSTEM_INFO system)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned processors = count < 1 ? 1 : (unsigned)count;
    memset(system, 0, sizeof *system);
#ifdef __aarch64__
    system->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_ARM64;
#else
    system->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64;
    system->dwProcessorType = PROCESSOR_AMD_X8664;
#endif
    system->dwPageSize = TOY_PAGE;
    system->lpMinimumApplicationAddress = to_pointer(TOY_LOWEST);
    system->lpMaximumApplicationAddress = to_pointer(TOY_BEYOND - 1);
    system->dwActiveProcessorMask =
        processors >= 64 ? UINT64_MAX : ((DWORD_PTR)1 << processors) - 1;
    system->dwNumberOfProcessors = processors;
    system->dwAllocationGranularity = TOY_GRANULARITY;
}

static void spoil_system(LPSYSTEM_INFO system)
{
    static unsigned call_count;
    if (mutant(system_info_leaves_out_the_processors)) {
        system->dwNumberOfProcessors = 0;
    } else if (mutant(system_info_changes_from_call_to_call)) {
        system->lpMaximumApplicationAddress =
            to_pointer(TOY_BEYOND - 1 - TOY_PAGE * (call_count++ % 2));
    } else if (mutant(system_info_has_an_odd_granularity)) {
        system->dwAllocationGranularity = TOY_GRANULARITY + TOY_PAGE / 2;
    } else if (mutant(system_info_ends_above_128_terabytes)) {
        system->lpMaximumApplicationAddress = to_pointer(TOY_BEYOND * 2);
    } else if (mutant(system_info_doubles_the_page)) {
        system->dwPageSize = TOY_PAGE * 2;
    } else if (mutant(system_info_doubles_the_granularity)) {
        system->dwAllocationGranularity = TOY_GRANULARITY * 2;
    } else if (mutant(system_info_doubles_the_minimum)) {
        system->lpMinimumApplicationAddress = to_pointer(TOY_LOWEST * 2);
    } else if (mutant(system_info_lowers_the_maximum)) {
        system->lpMaximumApplicationAddress = to_pointer(TOY_BEYOND - 1 - TOY_GRANULARITY);
    } else if (mutant(system_info_names_another_architecture)) {
        system->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_INTEL;
    }
}

void GetSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    fill(lpSystemInfo);
    spoil_system(lpSystemInfo);
}

void GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    GetSystemInfo(lpSystemInfo);
    if (mutant(native_system_info_ends_at_2_gigabytes)) {
        lpSystemInfo->lpMaximumApplicationAddress = to_pointer(0x7FFEFFFF);
    }
}

SIZE_T GetLargePageMinimum(void)
{
    static unsigned call_count;
    if (mutant(large_page_minimum_is_odd)) {
        return TOY_LARGE_PAGE + 512;
    }
    if (mutant(large_page_minimum_doubles)) {
        return TOY_LARGE_PAGE << (call_count++ % 2);
    }
    return mutant(large_page_minimum_is_4_megabytes) ? TOY_LARGE_PAGE * 2 : TOY_LARGE_PAGE;
}

static void spoil_status(LPMEMORYSTATUSEX status)
{
    if (mutant(memory_load_is_in_thousandths)) {
        status->dwMemoryLoad *= 10;
    } else if (mutant(more_is_available_than_there_is)) {
        status->ullAvailPageFile = status->ullTotalPageFile + 1;
    } else if (mutant(extended_memory_is_available)) {
        status->ullAvailExtendedVirtual = TOY_PAGE;
    } else if (mutant(virtual_memory_begins_at_zero)) {
        status->ullTotalVirtual = TOY_BEYOND;
    }
}

BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer)
{
    if (lpBuffer->dwLength != sizeof *lpBuffer || mutant(memory_status_is_refused)) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    *lpBuffer = (MEMORYSTATUSEX){.dwLength = sizeof *lpBuffer,
                                 .dwMemoryLoad = 50,
                                 .ullTotalPhys = TOY_BYTES_MAX,
                                 .ullAvailPhys = TOY_BYTES_MAX / 2,
                                 .ullTotalPageFile = TOY_BYTES_MAX,
                                 .ullAvailPageFile = TOY_BYTES_MAX / 2,
                                 .ullTotalVirtual = TOY_BEYOND - TOY_LOWEST,
                                 .ullAvailVirtual = TOY_BEYOND / 2};
    spoil_status(lpBuffer);
    return TRUE;
}
