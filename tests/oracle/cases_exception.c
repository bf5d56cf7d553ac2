/* Handlers, raised exceptions and records of memory faults. */
#include "tests/oracle/virtual_cases.h"

const struct log_case exception_cases[] = {
    HOLDS(exception_handler_registration_returns_a_handle,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000adb0\n"
          "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000be00\n"),
    VIOLATED(exception_handler_registration_returns_a_handle,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10001db0\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x10001db0\n"),
    HOLDS(exception_handler_registration_covers_every_thread,
          "v0 = AddVectoredExceptionHandler(1, CONTINUE) -> 0x10000b70 ticks=1..2\n"
          "@1 RaiseException(0xe0000001, 0, 0, NULL) -> 0 handlers=((v0 0xe0000001 0 0 0 0)) "
          "ticks=3..4\n"),
    VIOLATED(exception_handler_registration_covers_every_thread,
             "v0 = AddVectoredExceptionHandler(1, CONTINUE) -> 0x10000b70 ticks=1..2\n"
             "@1 RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 ticks=3..4\n"),
    HOLDS(exception_handler_registration_covers_memory_faults,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000f590\n"
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x12000000\n"
          "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x12000000) values=(165, 0, 165) "
          "handlers=((v0 0xc0000005 0 2 0 0x12000000))\n"),
    VIOLATED(exception_handler_registration_covers_memory_faults,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10009590\n"
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x12000000\n"
             "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x12000000) values=(165, 0, 165)\n"),
    HOLDS(exception_handler_order_first_goes_before_the_others,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10002db0\n"
          "v1 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10003e00\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v1 "
          "0xe0000001 0 0 0 0), (v0 0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_handler_order_first_goes_before_the_others,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000ddb0\n"
             "v1 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000ee00\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
             "0xe0000001 0 0 0 0), (v1 0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_handler_order_last_goes_after_the_others,
          "v0 = AddVectoredExceptionHandler(0, SEARCH) -> 0x10006db0\n"
          "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x10007e00\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
          "0xe0000001 0 0 0 0), (v1 0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_handler_order_last_goes_after_the_others,
             "v0 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000cdb0\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000de00\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v1 "
             "0xe0000001 0 0 0 0), (v0 0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_handler_order_calls_each_handler_once,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10005db0\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x10006e00\n"
             "RaiseException(0xe0000001, 0, 1, 5) -> raised 0xe0000001 flags=0 (5) values=(0) "
             "handlers=((v0 0xe0000001 0 1 5 0), (v0 0xe0000001 0 1 5 0), (v1 0xe0000001 0 1 5 0), "
             "(v1 0xe0000001 0 1 5 0))\n"),
    HOLDS(exception_handler_answer_continued_search_reaches_the_next_handler,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000ddb0\n"
          "v1 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x1000ee00\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> 0 handlers=((v0 0xe0000001 0 0 0 0), (v1 "
          "0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_handler_answer_continued_execution_ends_the_search,
          "v0 = AddVectoredExceptionHandler(1, CONTINUE) -> 0x1000fdb0\n"
          "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x10010e00\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> 0 handlers=((v0 0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_handler_answer_continued_execution_returns_from_raise,
          "v0 = AddVectoredExceptionHandler(1, CONTINUE) -> 0x10002560\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> 0 handlers=((v0 0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_handler_answer_continued_execution_returns_from_raise,
             "v0 = AddVectoredExceptionHandler(1, CONTINUE) -> 0x1000b560\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
             "0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_handler_record_is_the_same_for_every_handler,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10009db0\n"
          "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000ae00\n"
          "RaiseException(0xe0000001, 0, 2, 9) -> raised 0xe0000001 flags=0 (9, 10) values=(0) "
          "handlers=((v0 0xe0000001 0 2 9 10), (v1 0xe0000001 0 2 9 10))\n"),
    VIOLATED(exception_handler_record_is_the_same_for_every_handler,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10001db0\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x10002e00\n"
             "RaiseException(0xe0000001, 0, 2, 9) -> raised 0xe0000001 flags=0 (9, 10) values=(0) "
             "handlers=((v0 0xe0000001 0 2 9 10), (v1 0xe0000000 0 2 9 10))\n"),
    HOLDS(exception_handler_removal_succeeds_for_a_registered_handler,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10006560\n"
          "RemoveVectoredExceptionHandler(v0) -> 1\n"),
    VIOLATED(exception_handler_removal_succeeds_for_a_registered_handler,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000a560\n"
             "RemoveVectoredExceptionHandler(v0) -> 0\n"),
    HOLDS(exception_handler_removal_ends_the_calls,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000f560\n"
          "RemoveVectoredExceptionHandler(v0) -> 1\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0\n"),
    VIOLATED(exception_handler_removal_ends_the_calls,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10007560\n"
             "RemoveVectoredExceptionHandler(v0) -> 1\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
             "0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_handler_removal_keeps_the_other_handlers_in_order,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000d590\n"
          "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000e5e0\n"
          "v2 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000e620\n"
          "RemoveVectoredExceptionHandler(v1) -> 1\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
          "0xe0000001 0 0 0 0), (v2 0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_handler_removal_keeps_the_other_handlers_in_order,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000b590\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000c5e0\n"
             "v2 = AddVectoredExceptionHandler(0, SEARCH) -> 0x1000c620\n"
             "RemoveVectoredExceptionHandler(v1) -> 1\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v2 "
             "0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_handler_removal_refuses_a_handle_that_is_not_registered,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000f560\n"
          "RemoveVectoredExceptionHandler(v0) -> 1\n"
          "RemoveVectoredExceptionHandler(v0) -> 0\n"
          "RemoveVectoredExceptionHandler(NULL) -> 0\n"),
    VIOLATED(exception_handler_removal_refuses_a_handle_that_is_not_registered,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000c560\n"
             "RemoveVectoredExceptionHandler(v0) -> 1\n"
             "RemoveVectoredExceptionHandler(v0) -> 1\n"),
    HOLDS(exception_raise_delivers_the_code,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10001560\n"
          "RaiseException(0xc0000123, 0, 0, NULL) -> raised 0xc0000123 flags=0 handlers=((v0 "
          "0xc0000123 0 0 0 0))\n"),
    VIOLATED(exception_raise_delivers_the_code,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10006560\n"
             "RaiseException(0xc0000123, 0, 0, NULL) -> raised 0xc0000122 flags=0 handlers=((v0 "
             "0xc0000122 0 0 0 0))\n"),
    LATITUDE(exception_raise_may_clear_the_reserved_bit,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000f560\n"
             "RaiseException(0xf0000001, 0, 0, NULL) -> raised 0xf0000001 flags=0 handlers=((v0 "
             "0xf0000001 0 0 0 0))\n"),
    HOLDS(exception_raise_delivers_the_noncontinuable_flag,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10008560\n"
          "RaiseException(0xe0000001, 1, 0, NULL) -> raised 0xe0000001 flags=1 handlers=((v0 "
          "0xe0000001 1 0 0 0))\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
          "0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_raise_delivers_the_noncontinuable_flag,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10004560\n"
             "RaiseException(0xe0000001, 1, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
             "0xe0000001 0 0 0 0))\n"),
    LATITUDE(exception_raise_may_add_other_flags,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x1000d560\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
             "0xe0000001 0 0 0 0))\n"),
    HOLDS(exception_raise_delivers_every_argument,
          "RaiseException(0xe0000001, 0, 15, 100) -> raised 0xe0000001 flags=0 (100, 101, 102, "
          "103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114) values=(0)\n"),
    VIOLATED(exception_raise_delivers_every_argument,
             "RaiseException(0xe0000001, 0, 15, 100) -> raised 0xe0000001 flags=0 (100, 101, 102, "
             "103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113) values=(0)\n"),
    HOLDS(exception_raise_ignores_the_count_without_an_array,
          "RaiseException(0xe0000001, 0, 5, NULL) -> raised 0xe0000001 flags=0\n"),
    VIOLATED(
        exception_raise_ignores_the_count_without_an_array,
        "RaiseException(0xe0000001, 0, 5, NULL) -> raised 0xe0000001 flags=0 (0, 0, 0, 0, 0)\n"),
    HOLDS(exception_raise_happens_in_the_calling_thread,
          "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10008560\n"
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
          "0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_raise_happens_in_the_calling_thread,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x10003560\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0\n"),
    HOLDS(exception_raise_does_not_return_when_no_handler_continues,
          "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0\n"),
    VIOLATED(exception_raise_does_not_return_when_no_handler_continues,
             "RaiseException(0xe0000001, 0, 0, NULL) -> 0\n"),
    HOLDS(exception_access_violation_has_its_documented_code,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    VIOLATED(exception_access_violation_has_its_documented_code,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Peek(r0, 1) -> raised 0xc0000006 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(exception_access_violation_names_a_read,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    VIOLATED(exception_access_violation_names_a_read,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Peek(r0, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000) values=(165, 0, 165)\n"),
    HOLDS(exception_access_violation_names_a_write,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
          "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"),
    VIOLATED(exception_access_violation_names_a_write,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY) -> 0x10000000\n"
             "Poke(r0, 1, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000)\n"),
    HOLDS(exception_access_violation_names_an_execution,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 1, 195) -> 1\n"
          "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    VIOLATED(exception_access_violation_names_an_execution,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 1, 195) -> 1\n"
             "Execute(r0) -> raised 0xc0000005 flags=0 (0, 0x10000000)\n"),
    HOLDS(exception_access_violation_names_an_execution_of_an_inaccessible_page,
          "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Execute(r0) -> raised 0xc0000005 flags=0 (8, 0x10000000)\n"),
    VIOLATED(exception_access_violation_names_an_execution_of_an_inaccessible_page,
             "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Execute(r0) -> raised 0xc0000005 flags=0 (0, 0x10000000)\n"),
    HOLDS(exception_access_violation_names_the_address,
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0+4099, 1) -> raised 0xc0000005 flags=0 (0, 0x10001003) values=(165, 0, 165)\n"),
    VIOLATED(
        exception_access_violation_names_the_address,
        "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
        "Peek(r0+4099, 1) -> raised 0xc0000005 flags=0 (0, 0x1000100b) values=(165, 0, 165)\n"),
    HOLDS(exception_access_violation_has_two_parameters,
          "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165)\n"),
    VIOLATED(exception_access_violation_has_two_parameters,
             "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000, 0) values=(165, 0, 165)\n"),
    HOLDS(exception_access_violation_of_a_noncanonical_address_names_no_address,
          "Peek(0x900000000000, 1) -> raised 0xc0000005 flags=0 (0, 0xffffffffffffffff) "
          "values=(165, 0, 165)\n"),
    VIOLATED(exception_access_violation_of_a_noncanonical_address_names_no_address,
             "Peek(0x900000000000, 1) -> raised 0xc0000005 flags=0 (0, 0) values=(165, 0, 165)\n"),
    LATITUDE(exception_handler_registration_may_fail,
             "v0 = AddVectoredExceptionHandler(1, SEARCH) -> 0x0\n"),
    VIOLATED(exception_handler_answer_continued_search_reaches_the_next_handler,
             "v0 = AddVectoredExceptionHandler(0, SEARCH) -> 0x5000\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x5100\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> raised 0xe0000001 flags=0 handlers=((v0 "
             "0xe0000001 0 0 0 0))\n"),
    VIOLATED(exception_handler_answer_continued_execution_ends_the_search,
             "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x5000\n"
             "v1 = AddVectoredExceptionHandler(0, SEARCH) -> 0x5100\n"
             "RaiseException(0xe0000001, 0, 0, NULL) -> 0 handlers=((v0 0xe0000001 0 0 0 0), (v1 "
             "0xe0000001 0 0 0 0))\n"),
    LATITUDE(exception_noncontinuable_continuing_may_raise_another_exception,
             "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x5000\n"
             "RaiseException(0xe0000001, 1, 0, NULL) -> 0 handlers=((v0 0xe0000001 1 0 0 0))\n"),
    VIOLATED(exception_handler_answer_continued_execution_ends_the_search,
             "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x5000\n"
             "RaiseException(0xe0000001, 1, 0, NULL) -> raised 0xe0000001 flags=1 handlers=((v0 "
             "0xe0000001 1 0 0 0))\n"),
    HOLDS(exception_access_violation_continued_access_is_restarted,
          "v0 = AddVectoredExceptionHandler(0, COMMIT) -> 0x5000\n"
          "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
          "Peek(r0+4095, 2) -> 2 values=(0, 2, 0) handlers=((v0 0xc0000005 0 2 0 0x10000fff), (v0 "
          "0xc0000005 0 2 0 0x10001000))\n"),
    VIOLATED(exception_access_violation_continued_access_is_restarted,
             "v0 = AddVectoredExceptionHandler(0, COMMIT) -> 0x5000\n"
             "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_NOACCESS) -> 0x10000000\n"
             "Peek(r0, 1) -> raised 0xc0000005 flags=0 (0, 0x10000000) values=(165, 0, 165) "
             "handlers=((v0 0xc0000005 0 2 0 0x10000000), (v0 0xc0000005 0 2 0 0x10000000))\n"),
    HOLDS(exception_handler_order_calls_each_handler_once,
          "v0 = AddVectoredExceptionHandler(0, CONTINUE) -> 0x5000\n"
          "Peek(0x1000, 1) -> raised 0xc0000005 flags=0 (0, 4096) values=(165, 0, 165) "
          "handlers=((v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 "
          "4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 "
          "4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 "
          "4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 "
          "4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 4096), (v0 0xc0000005 0 2 0 "
          "4096), (v0 0xc0000005 0 2 0 4096))\n"),
};
const size_t exception_case_count = CASE_COUNT(exception_cases);
