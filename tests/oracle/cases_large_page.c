/* GetLargePageMinimum, and VirtualAlloc with MEM_LARGE_PAGES. */
#include "tests/oracle/virtual_cases.h"

const struct log_case large_page_cases[] = {
    HOLDS(large_page_minimum_is_a_multiple_of_the_page_size, "GetLargePageMinimum() -> 2097152\n"),
    VIOLATED(large_page_minimum_is_a_multiple_of_the_page_size,
             "GetLargePageMinimum() -> 2097664\n"),
    HOLDS(large_page_minimum_is_2_megabytes_on_x64, "GetLargePageMinimum() -> 2097152\n"),
    HOLDS(large_page_minimum_stays_the_same, "GetLargePageMinimum() -> 2097152\n"
                                             "GetLargePageMinimum() -> 2097152\n"),
    VIOLATED(large_page_minimum_is_2_megabytes_on_x64, "GetLargePageMinimum() -> 4194304\n"),
    VIOLATED(large_page_minimum_stays_the_same, "GetLargePageMinimum() -> 2097152\n"
                                                "GetLargePageMinimum() -> 4194304\n"),
    HOLDS(large_page_size_must_be_a_multiple_of_the_minimum,
          "GetLargePageMinimum() -> 2097152\n"
          "r0 = VirtualAlloc(NULL, 2052K, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) "
          "-> 0x0 error=87\n"),
    HOLDS(large_page_size_must_be_a_multiple_of_the_minimum,
          "GetLargePageMinimum() -> 2097152\n"
          "r0 = VirtualAlloc(NULL, 2052K, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) "
          "-> 0x0 error=1314\n"),
    VIOLATED(large_page_size_must_be_a_multiple_of_the_minimum,
             "GetLargePageMinimum() -> 2097152\n"
             "r0 = VirtualAlloc(NULL, 2052K, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, "
             "PAGE_READWRITE) -> 0x10000000\n"),
    HOLDS(large_page_refusal_names_its_reason,
          "GetLargePageMinimum() -> 2097152\n"
          "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) -> "
          "0x0 error=1314\n"),
    HOLDS(large_page_refusal_names_its_reason,
          "GetLargePageMinimum() -> 2097152\n"
          "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) -> "
          "0x0 error=8\n"),
    HOLDS(large_page_refusal_names_its_reason,
          "GetLargePageMinimum() -> 2097152\n"
          "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) -> "
          "0x0 error=1450\n"),
    HOLDS(large_page_refusal_names_its_reason,
          "GetLargePageMinimum() -> 2097152\n"
          "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) -> "
          "0x0 error=1455\n"),
    VIOLATED(large_page_refusal_names_its_reason,
             "GetLargePageMinimum() -> 2097152\n"
             "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) "
             "-> 0x0 error=50\n"),
    LATITUDE(large_page_allocation_may_be_refused,
             "GetLargePageMinimum() -> 2097152\n"
             "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) "
             "-> 0x0 error=1314\n"),
    LATITUDE(large_page_allocation_may_be_refused,
             "GetLargePageMinimum() -> 2097152\n"
             "r0 = VirtualAlloc(NULL, 2M, MEM_COMMIT|MEM_RESERVE|MEM_LARGE_PAGES, PAGE_READWRITE) "
             "-> 0x10000000\n"),
};

const size_t large_page_case_count = CASE_COUNT(large_page_cases);
