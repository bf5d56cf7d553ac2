/* GetProcessWorkingSetSize and SetProcessWorkingSetSize. */
#include "tests/oracle/virtual_cases.h"

#define TOLD(minimum, maximum)                                                                 \
    "GetProcessWorkingSetSize(CURRENT_PROCESS, &out, &out) -> 1 values=(" minimum ", " maximum \
    ", 0)\n"
#define SET(minimum, maximum, answer) \
    "SetProcessWorkingSetSize(CURRENT_PROCESS, " minimum ", " maximum ") -> " answer "\n"

const struct log_case working_set_cases[] = {
    HOLDS(working_set_sizes_of_the_current_process_are_told, TOLD("204800", "1413120")),
    VIOLATED(working_set_sizes_of_the_current_process_are_told,
             "GetProcessWorkingSetSize(CURRENT_PROCESS, &out, &out) -> 0 error=5\n"),
    HOLDS(working_set_sizes_minimum_is_at_most_the_maximum, TOLD("4096", "4096")),
    VIOLATED(working_set_sizes_minimum_is_at_most_the_maximum, TOLD("204800", "4096")),
    VIOLATED(working_set_sizes_minimum_is_at_most_the_maximum, TOLD("0", "4096")),
    HOLDS(working_set_sizes_maximum_is_the_one_that_was_set,
          SET("100K", "200K", "1") TOLD("102400", "204800")),
    HOLDS(working_set_sizes_maximum_is_the_one_that_was_set,
          SET("100K", "200001", "1") TOLD("102400", "200704")),
    HOLDS(working_set_sizes_maximum_is_the_one_that_was_set,
          SET("100K", "200001", "1") TOLD("102400", "196608")),
    VIOLATED(working_set_sizes_maximum_is_the_one_that_was_set,
             SET("100K", "200K", "1") TOLD("102400", "1413120")),
    VIOLATED(working_set_sizes_maximum_is_the_one_that_was_set,
             SET("100K", "200001", "1") TOLD("102400", "204800")),
    HOLDS(working_set_sizes_minimum_is_the_one_that_was_set,
          SET("100K", "200K", "1") TOLD("102400", "204800")),
    HOLDS(working_set_sizes_minimum_is_the_one_that_was_set,
          SET("1", "200K", "1") TOLD("81920", "204800")),
    VIOLATED(working_set_sizes_minimum_is_the_one_that_was_set,
             SET("1", "200K", "1") TOLD("4096", "204800")),
    HOLDS(working_set_sizes_stay_until_they_are_set,
          TOLD("204800", "1413120") SET("0", "200K", "0 error=87") SET("SIZE_MAX", "SIZE_MAX", "1")
              TOLD("204800", "1413120")),
    VIOLATED(working_set_sizes_stay_until_they_are_set,
             TOLD("204800", "1413120") TOLD("204800", "1417216")),
    VIOLATED(working_set_sizes_stay_until_they_are_set,
             TOLD("204800", "1413120") TOLD("208896", "1413120")),
    HOLDS(working_set_setting_within_the_present_sizes_succeeds,
          TOLD("204800", "1413120") SET("80K", "160K", "1")),
    VIOLATED(working_set_setting_within_the_present_sizes_succeeds,
             TOLD("204800", "1413120") SET("80K", "160K", "0 error=1314")),
    LATITUDE(working_set_setting_of_more_may_be_refused,
             TOLD("204800", "1413120") SET("80K", "2M", "0 error=1314")),
    LATITUDE(working_set_setting_of_more_may_be_refused,
             TOLD("204800", "1413120") SET("400K", "1M", "1")),
    HOLDS(working_set_setting_minimum_above_the_maximum_is_refused,
          SET("200K", "100K", "0 error=87")),
    VIOLATED(working_set_setting_minimum_above_the_maximum_is_refused, SET("200K", "100K", "1")),
    HOLDS(working_set_setting_minimum_zero_is_refused, SET("0", "100K", "0 error=87")),
    VIOLATED(working_set_setting_minimum_zero_is_refused, SET("0", "100K", "1")),
    HOLDS(working_set_setting_maximum_below_13_pages_is_refused, SET("1", "53247", "0 error=87")),
    VIOLATED(working_set_setting_maximum_below_13_pages_is_refused, SET("1", "53247", "1")),
    HOLDS(working_set_setting_maximum_above_every_memory_is_refused,
          SET("100K", "SIZE_MAX", "0 error=87")),
    VIOLATED(working_set_setting_maximum_above_every_memory_is_refused,
             SET("100K", "0x800000000000", "1")),
    HOLDS(working_set_setting_bad_sizes_are_an_invalid_parameter,
          SET("200K", "100K", "0 error=87")),
    VIOLATED(working_set_setting_bad_sizes_are_an_invalid_parameter,
             SET("200K", "100K", "0 error=5")),
    HOLDS(working_set_emptying_succeeds, SET("SIZE_MAX", "SIZE_MAX", "1")),
    VIOLATED(working_set_emptying_succeeds, SET("SIZE_MAX", "SIZE_MAX", "0 error=87")),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* between 13 and 20 pages either is right
                                                           */
          SET("1", "60K", "0 error=87")),
    HOLDS(working_set_sizes_minimum_is_at_most_the_maximum,
          SET("1", "60K", "1") TOLD("81920", "81920")),
    HOLDS(working_set_process_null_is_refused,
          "SetProcessWorkingSetSize(NULL, 100K, 200K) -> 0 error=6\n"),
    VIOLATED(working_set_process_null_is_refused,
             "GetProcessWorkingSetSize(NULL, &out, &out) -> 1 values=(204800, 1413120, 0)\n"),
    VIOLATED(working_set_process_null_is_refused,
             "SetProcessWorkingSetSize(NULL, SIZE_MAX, SIZE_MAX) -> 1\n"),
    HOLDS(working_set_process_null_is_an_invalid_handle,
          "GetProcessWorkingSetSize(NULL, &out, &out) -> 0 error=6\n"),
    VIOLATED(working_set_process_null_is_an_invalid_handle,
             "GetProcessWorkingSetSize(NULL, &out, &out) -> 0 error=5\n"),
};

const size_t working_set_case_count = CASE_COUNT(working_set_cases);
