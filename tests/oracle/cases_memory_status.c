/* GlobalMemoryStatusEx. */
#include "tests/oracle/virtual_cases.h"

const struct log_case memory_status_cases[] = {
    HOLDS(memory_status_call_succeeds, "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, "
                                       "200, 70, 140737488224256, 9, 0, 0)\n"),
    VIOLATED(memory_status_call_succeeds,
             "GlobalMemoryStatusEx(&out) -> 0 error=87 values=(64, 1, 1, 1, 1, 1, 1, 1, 1, 0)\n"),
    HOLDS(memory_status_load_is_a_percentage, "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, "
                                              "100, 50, 200, 70, 140737488224256, 9, 0, 0)\n"),
    VIOLATED(memory_status_load_is_a_percentage, "GlobalMemoryStatusEx(&out) -> 1 values=(64, 101, "
                                                 "100, 50, 200, 70, 140737488224256, 9, 0, 0)\n"),
    HOLDS(memory_status_available_is_at_most_the_total,
          "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, 200, 70, 140737488224256, 9, "
          "0, 0)\n"),
    VIOLATED(memory_status_available_is_at_most_the_total,
             "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 101, 200, 70, 140737488224256, "
             "9, 0, 0)\n"),
    VIOLATED(memory_status_available_is_at_most_the_total,
             "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, 200, 201, 140737488224256, "
             "9, 0, 0)\n"),
    HOLDS(memory_status_available_extended_is_zero,
          "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, 200, 70, 140737488224256, 9, "
          "0, 0)\n"),
    VIOLATED(memory_status_available_extended_is_zero,
             "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, 200, 70, 140737488224256, "
             "9, 1, 0)\n"),
    HOLDS(memory_status_total_virtual_spans_the_application_addresses,
          "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, 200, 70, 140737488224256, 9, "
          "0, 0)\n"),
    VIOLATED(memory_status_total_virtual_spans_the_application_addresses,
             "GlobalMemoryStatusEx(&out) -> 1 values=(64, 50, 100, 50, 200, 70, 140737488224257, "
             "9, 0, 0)\n"),
};

const size_t memory_status_case_count = CASE_COUNT(memory_status_cases);
