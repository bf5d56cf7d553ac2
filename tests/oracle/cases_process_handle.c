/* Functions with a process. */
#include "tests/oracle/virtual_cases.h"

#define EX_REGION                                                                            \
    "r0 = VirtualAllocEx(CURRENT_PROCESS, NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)" \
    " -> 0x10000000\n"
#define REFUSED "-> 0 error=6\n"

const struct log_case process_handle_cases[] = {
    HOLDS(process_handle_current_is_accepted, /* it fails for another reason */
          "VirtualAllocEx(CURRENT_PROCESS, NULL, 0, MEM_RESERVE, PAGE_READWRITE) -> 0 error=87\n"),
    VIOLATED(process_handle_current_is_accepted,
             "VirtualQueryEx(CURRENT_PROCESS, NULL, &out, 48) " REFUSED),
    HOLDS(process_handle_null_is_refused,
          "VirtualAllocEx(NULL, NULL, 4K, MEM_RESERVE, PAGE_READWRITE) " REFUSED),
    VIOLATED(process_handle_null_is_refused,
             "r0 = VirtualAllocEx(NULL, NULL, 4K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"),
    VIOLATED(process_handle_null_is_refused,
             EX_REGION "VirtualFreeEx(NULL, r0, 0, MEM_RELEASE) -> 1\n"),
    HOLDS(process_handle_null_is_an_invalid_handle,
          EX_REGION "VirtualProtectEx(NULL, r0, 4K, PAGE_READONLY, &out) -> 0 error=6 "
                    "values=(0xa5a5a5a5, 0)\n"),
    VIOLATED(process_handle_null_is_an_invalid_handle,
             EX_REGION "VirtualFreeEx(NULL, r0, 0, MEM_RELEASE) -> 0 error=5\n"),
    VIOLATED(process_handle_null_is_an_invalid_handle,
             "VirtualQueryEx(NULL, NULL, &out, 48) -> 0 error=487\n"),
    HOLDS(process_handle_null_is_an_invalid_handle, /* it is not the only fault */
          "VirtualQueryEx(NULL, NULL, NULL, 0) -> 0 error=24\n"),
    /* The state is that of the functions without a process. */
    VIOLATED(virtual_protect_protection_holds_for_every_touched_page,
             EX_REGION "VirtualProtectEx(CURRENT_PROCESS, r0, 4K, PAGE_READONLY, &out) -> 1 "
                       "values=(4, 0)\n"
                       "VirtualQueryEx(CURRENT_PROCESS, r0, &out, 48) -> 48 values=(0x10000000, "
                       "0x10000000, 4, 4096, 4096, 4, 131072, 0)\n"),
};
const size_t process_handle_case_count = CASE_COUNT(process_handle_cases);
