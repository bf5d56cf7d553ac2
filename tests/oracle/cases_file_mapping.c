/* CreateFileMapping and CloseHandle. */
#include "tests/oracle/virtual_cases.h"

#define MAPPING(protect, high, low)                                                              \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, " protect ", " high ", " low ", NULL) " \
    "-> "
#define MADE MAPPING("PAGE_READWRITE", "0", "65536") "0x40\n"

const struct log_case file_mapping_cases[] = {
    HOLDS(file_mapping_paging_file_section_is_made, MADE),
    HOLDS(file_mapping_paging_file_section_is_made,
          MAPPING("PAGE_EXECUTE_WRITECOPY|SEC_RESERVE|SEC_NOCACHE", "0", "1") "0x40\n"),
    VIOLATED(file_mapping_paging_file_section_is_made,
             MAPPING("PAGE_READWRITE", "0", "65536") "0x0 error=87\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* more than there may be */
          MAPPING("PAGE_READWRITE", "4096", "0") "0x0 error=1455\n"),
    HOLDS(file_mapping_size_zero_is_refused, MAPPING("PAGE_READWRITE", "0", "0") "0x0 error=87\n"),
    VIOLATED(file_mapping_size_zero_is_refused, MAPPING("PAGE_READWRITE", "0", "0") "0x40\n"),
    HOLDS(file_mapping_size_zero_is_an_invalid_parameter,
          MAPPING("PAGE_READWRITE", "0", "0") "0x0 error=87\n"),
    VIOLATED(file_mapping_size_zero_is_an_invalid_parameter,
             MAPPING("PAGE_READWRITE", "0", "0") "0x0 error=8\n"),
    HOLDS(file_mapping_protection_others_are_refused,
          MAPPING("PAGE_NOACCESS", "0", "65536") "0x0 error=87\n"),
    VIOLATED(file_mapping_protection_others_are_refused,
             MAPPING("PAGE_NOACCESS", "0", "65536") "0x40\n"),
    VIOLATED(file_mapping_protection_others_are_refused,
             MAPPING("PAGE_READONLY|PAGE_READWRITE", "0", "65536") "0x40\n"),
    HOLDS(file_mapping_protection_bad_one_is_an_invalid_parameter,
          MAPPING("PAGE_READWRITE|PAGE_GUARD", "0", "65536") "0x0 error=87\n"),
    VIOLATED(file_mapping_protection_bad_one_is_an_invalid_parameter,
             MAPPING("PAGE_EXECUTE", "0", "65536") "0x0 error=5\n"),
    HOLDS(file_mapping_attributes_commit_and_reserve_exclude_each_other,
          MAPPING("PAGE_READWRITE|SEC_COMMIT|SEC_RESERVE", "0", "65536") "0x0 error=87\n"),
    VIOLATED(file_mapping_attributes_commit_and_reserve_exclude_each_other,
             MAPPING("PAGE_READWRITE|SEC_COMMIT|SEC_RESERVE", "0", "65536") "0x40\n"),
    HOLDS(file_mapping_attributes_cache_ones_need_commit_or_reserve,
          MAPPING("PAGE_READWRITE|SEC_WRITECOMBINE", "0", "65536") "0x0 error=87\n"),
    VIOLATED(file_mapping_attributes_cache_ones_need_commit_or_reserve,
             MAPPING("PAGE_READWRITE|SEC_NOCACHE", "0", "65536") "0x40\n"),
    HOLDS(file_mapping_attributes_bad_ones_are_an_invalid_parameter,
          MAPPING("PAGE_READWRITE|SEC_NOCACHE", "0", "65536") "0x0 error=87\n"),
    VIOLATED(file_mapping_attributes_bad_ones_are_an_invalid_parameter,
             MAPPING("PAGE_READWRITE|SEC_NOCACHE", "0", "65536") "0x0 error=50\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* nobody says whether they go together */
          MAPPING("PAGE_READWRITE|SEC_COMMIT|SEC_NOCACHE|SEC_WRITECOMBINE", "0",
                  "65536") "0x0 error=50\n"),
    LATITUDE(file_mapping_file_null_may_be_refused,
             "CreateFileMappingW(NULL, NULL, PAGE_READWRITE, 0, 65536, NULL) -> 0x0 error=6\n"),
    LATITUDE(file_mapping_file_null_may_be_refused,
             "s0 = CreateFileMappingW(NULL, NULL, PAGE_READWRITE, 0, 65536, NULL) -> 0x40\n"),
    VIOLATED(file_mapping_size_zero_is_refused,
             "s0 = CreateFileMappingW(NULL, NULL, PAGE_READWRITE, 0, 0, NULL) -> 0x40\n"),
};

const size_t file_mapping_case_count = CASE_COUNT(file_mapping_cases);

const struct log_case handle_cases[] = {
    HOLDS(handle_close_open_one_succeeds, MADE "CloseHandle(s0) -> 1\n"),
    VIOLATED(handle_close_open_one_succeeds, MADE "CloseHandle(s0) -> 0 error=6\n"),
    HOLDS(handle_close_null_is_refused, "CloseHandle(NULL) -> 0 error=6\n"),
    VIOLATED(handle_close_null_is_refused, "CloseHandle(NULL) -> 1\n"),
    HOLDS(handle_close_null_is_an_invalid_handle, "CloseHandle(NULL) -> 0 error=6\n"),
    VIOLATED(handle_close_null_is_an_invalid_handle, "CloseHandle(NULL) -> 0 error=87\n"),
};

const size_t handle_case_count = CASE_COUNT(handle_cases);
