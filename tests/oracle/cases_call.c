/* What every call owes its caller. */
#include "tests/oracle/virtual_cases.h"

const struct log_case call_cases[] = {
    HOLDS(call_completion_returns_to_its_caller,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "VirtualFree(r0, 0, MEM_RELEASE) -> 1\n"),
    HOLDS(call_completion_keeps_the_process_alive, "h0 = HeapCreate(0, 0, 0) -> 0x10001000\n"
                                                   "b0 = HeapAlloc(h0, 0, 100) -> 0x10001040\n"
                                                   "HeapFree(h0, 0, b0) -> 1\n"),
    HOLDS(call_exception_raises_only_documented_exceptions,
          "h0 = HeapCreate(0, 0, 0) -> 0x10005000\n"
          "b0 = HeapAlloc(h0, 0, SIZE_MAX) -> 0x0 error=8\n"),
    VIOLATED(call_exception_raises_only_documented_exceptions,
             "h0 = HeapCreate(0, 0, 0) -> 0x10006000\n"
             "b0 = HeapAlloc(h0, 0, SIZE_MAX) -> raised 0xc000000d flags=0 (0xffffffffffffffff) "
             "error=8\n"),
    HOLDS(
        call_out_structure_stays_within_its_documented_size,
        "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, "
        "131072, 0)\n"
        "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
        "GetSystemInfo(&out) -> 0 values=(9, 4096, 65536, 0x7ffffffeffff, 3, 2, 8664, 65536, 0)\n"),
    VIOLATED(call_out_structure_stays_within_its_documented_size,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, 4096, 4096, 4, "
             "131072, 4)\n"),
    HOLDS(call_in_argument_is_not_written,
          "h0 = HeapCreate(0, 0, 0) -> 0x1000b000\n"
          "HeapSetInformation(h0, HeapCompatibilityInformation, 2, 4) -> 1 values=(0)\n"
          "RaiseException(0xe0000001, 0, 2, 7) -> raised 0xe0000001 flags=0 (7, 8) values=(0)\n"),
    VIOLATED(
        call_in_argument_is_not_written,
        "h0 = HeapCreate(0, 0, 0) -> 0x10006000\n"
        "HeapSetInformation(h0, HeapCompatibilityInformation, 2, 4) -> 1 values=(0)\n"
        "RaiseException(0xe0000001, 0, 2, 7) -> raised 0xe0000001 flags=0 (7, 8) values=(1)\n"),
    LATITUDE(call_bool_result_may_be_any_nonzero_value, "h0 = HeapCreate(0, 0, 0) -> 0x1000b000\n"
                                                        "HeapDestroy(h0) -> 1\n"),
    VIOLATED(call_completion_returns_to_its_caller, "VirtualFree(0x0, 0, MEM_RELEASE) -> hung\n"),
    VIOLATED(call_completion_keeps_the_process_alive, "SetLastError(1) -> crashed 11\n"),
    VIOLATED(call_completion_keeps_the_process_alive, "SetLastError(1) -> exited 3\n"),
    VIOLATED(call_content_leaves_other_objects_unchanged,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 8, 7) -> 8\n"
             "h0 = HeapCreate(0, 0, 0) -> 0x20000000\n"
             "Peek(r0, 8) -> 8 values=(7, 3, 0)\n"),
    HOLDS(call_content_leaves_other_objects_unchanged,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 8, 7) -> 8\n"
          "h0 = HeapCreate(0, 0, 0) -> 0x20000000\n"
          "Peek(r0, 8) -> 8 values=(7, 8, 7)\n"),
};
const size_t call_case_count = CASE_COUNT(call_cases);
