/* Names of sections. */
#include "tests/oracle/virtual_cases.h"

#define CREATE(slot, protect, size, name)                                                         \
    slot " = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, " protect ", 0, " size ", " name ") " \
         "-> "
#define OPEN(slot, access, name) slot " = OpenFileMappingW(" access ", 0, " name ") -> "

#define MADE CREATE("s0", "PAGE_READWRITE", "65536", "\"a\"") "0x40 error=0\n"
#define AGAIN CREATE("s1", "PAGE_READWRITE", "65536", "\"a\"")
#define LARGE CREATE("s0", "PAGE_READWRITE", "131072", "\"a\"") "0x40 error=0\n"
#define SMALL CREATE("s1", "PAGE_READWRITE", "4096", "\"a\"") "0x44 error=183\n"
#define READER OPEN("s1", "FILE_MAP_READ", "\"a\"")
#define MAP(handle, access) "r0 = MapViewOfFile(" handle ", " access ", 0, 0, 0) -> "
#define CLOSED0 "CloseHandle(s0) -> 1\n"

const struct log_case section_name_cases[] = {
    HOLDS(section_name_create_new_one_makes_a_section, MADE),
    VIOLATED(section_name_create_new_one_makes_a_section,
             CREATE("s0", "PAGE_READWRITE", "65536", "\"a\"") "0x0 error=5\n"),
    HOLDS(section_name_create_new_one_does_not_exist_already, MADE),
    VIOLATED(section_name_create_new_one_does_not_exist_already,
             CREATE("s0", "PAGE_READWRITE", "65536", "\"a\"") "0x40 error=183\n"),
    VIOLATED(section_name_create_new_one_does_not_exist_already, /* the name is free again */
             MADE CLOSED0 AGAIN "0x44 error=183\n"),
    HOLDS(section_name_create_one_in_use_gives_its_section, MADE AGAIN "0x44 error=183\n"),
    VIOLATED(section_name_create_one_in_use_gives_its_section, MADE AGAIN "0x0 error=183\n"),
    HOLDS(section_name_create_one_in_use_exists_already, MADE AGAIN "0x44 error=183\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* what else one may ask for is not said
                                                           */
          MADE OPEN("s1", "0", "\"a\"") "0x0 error=5\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions,
          MADE OPEN("s1", "0x100000", "\"a\"") "0x0 error=5\n"),
    HOLDS(section_name_open_one_in_use_succeeds, MADE OPEN("s1", "0xF001F", "\"a\"") "0x44\n"),
    VIOLATED(section_name_create_one_in_use_exists_already, MADE AGAIN "0x44 error=0\n"),
    VIOLATED(section_name_create_one_in_use_exists_already, /* the handle has no slot any more */
             MADE CREATE("s0", "PAGE_READWRITE", "65536", "\"b\"") "0x44 error=0\n" AGAIN
                                                                   "0x48 error=0\n"),
    HOLDS(section_name_create_size_of_one_in_use_stays,
          LARGE SMALL "r0 = MapViewOfFile(s1, FILE_MAP_READ, 0, 65536, 65536) -> 0x10000000\n"),
    VIOLATED(section_name_create_size_of_one_in_use_stays,
             LARGE SMALL "r0 = MapViewOfFile(s1, FILE_MAP_READ, 0, 65536, 65536) -> 0x0 error=5\n"),
    HOLDS(view_map_shows_a_part_of_the_section, /* however much the second call asked for */
          MADE "s1 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 4294967295, "
               "4294967295, \"a\") -> 0x44 error=183\n" MAP("s1", "FILE_MAP_READ") "0x10000000\n"),
    VIOLATED(view_range_must_lie_in_the_section, /* what the second call asked for is nothing */
             MADE CREATE(
                 "s1", "PAGE_READWRITE", "131072",
                 "\"a\"") "0x44 error=183\n"
                          "r0 = MapViewOfFile(s1, FILE_MAP_READ, 0, 65536, 65536) -> 0x10000000\n"),
    VIOLATED(view_content_is_that_of_the_section, /* it is one section for both */
             MADE AGAIN "0x44 error=183\n"
                        "r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0) -> 0x10000000\n"
                        "r1 = MapViewOfFile(s1, FILE_MAP_READ, 0, 0, 0) -> 0x20000000\n"
                        "Poke(r0, 4, 65) -> 4\n"
                        "Peek(r1, 4) -> 4 values=(0, 4, 0)\n"),
    VIOLATED(view_access_writing_needs_a_writable_section, /* by whom it was made */
             CREATE("s0", "PAGE_READONLY", "65536",
                    "\"a\"") "0x40 error=0\n" AGAIN
                             "0x44 error=183\n" MAP("s1", "FILE_MAP_WRITE") "0x10000000\n"),
    HOLDS(section_name_open_one_in_use_succeeds, MADE READER "0x44\n"),
    VIOLATED(section_name_open_one_in_use_succeeds, MADE READER "0x0 error=2\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* who may do that, nobody says */
          MADE OPEN("s1", "WRITE_DAC", "\"a\"") "0x0 error=5\n"),
    HOLDS(section_name_open_unused_one_is_refused, READER "0x0 error=2\n"),
    VIOLATED(section_name_open_unused_one_is_refused, READER "0x44\n"),
    VIOLATED(section_name_open_unused_one_is_refused,
             MADE OPEN("s1", "FILE_MAP_READ", "\"b\"") "0x44\n"),
    HOLDS(section_name_open_unused_one_is_not_found, READER "0x0 error=2\n"),
    VIOLATED(section_name_open_unused_one_is_not_found, READER "0x0 error=6\n"),
    HOLDS(section_name_open_null_is_refused, OPEN("s0", "FILE_MAP_READ", "NULL") "0x0 error=87\n"),
    VIOLATED(section_name_open_null_is_refused, OPEN("s0", "FILE_MAP_READ", "NULL") "0x44\n"),
    HOLDS(section_name_open_null_is_an_invalid_parameter,
          OPEN("s0", "FILE_MAP_READ", "NULL") "0x0 error=87\n"),
    VIOLATED(section_name_open_null_is_an_invalid_parameter,
             OPEN("s0", "FILE_MAP_READ", "NULL") "0x0 error=2\n"),
    HOLDS(section_name_access_views_need_that_of_the_handle,
          MADE READER "0x44\n" MAP("s1", "FILE_MAP_WRITE") "0x0 error=5\n"),
    VIOLATED(section_name_access_views_need_that_of_the_handle,
             MADE READER "0x44\n" MAP("s1", "FILE_MAP_WRITE") "0x10000000\n"),
    VIOLATED(section_name_access_views_need_that_of_the_handle,
             MADE OPEN("s1", "FILE_MAP_WRITE",
                       "\"a\"") "0x44\n" MAP("s1", "FILE_MAP_READ") "0x10000000\n"),
    VIOLATED(section_name_access_views_need_that_of_the_handle, /* it asked for no more */
             MADE CREATE("s1", "PAGE_READONLY", "65536",
                         "\"a\"") "0x44 error=183\n" MAP("s1", "FILE_MAP_WRITE") "0x10000000\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* whether writing is reading as well */
          MADE OPEN("s1", "FILE_MAP_WRITE",
                    "\"a\"") "0x44\n" MAP("s1", "FILE_MAP_WRITE") "0x0 error=5\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* beside another right it may be less */
          MADE OPEN("s1", "FILE_MAP_COPY|FILE_MAP_EXECUTE",
                    "\"a\"") "0x44\n" MAP("s1", "FILE_MAP_COPY") "0x0 error=5\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* and whether executing is more */
          CREATE("s0", "PAGE_EXECUTE_READWRITE", "65536", "\"a\"") "0x40\n" READER "0x44\n" MAP(
              "s1", "FILE_MAP_READ|FILE_MAP_EXECUTE") "0x0 error=5\n"),
    HOLDS(section_name_spelling_other_backslashes_are_refused, /* in whichever way */
          MADE OPEN("s1", "FILE_MAP_READ", "\"a\\b\"") "0x0 error=6\n"),
    HOLDS(section_name_access_copying_is_reading,
          MADE OPEN("s1", "FILE_MAP_COPY", "\"a\"") "0x44\n" MAP("s1",
                                                                 "FILE_MAP_READ") "0x10000000\n"),
    VIOLATED(section_name_access_copying_is_reading,
             MADE OPEN("s1", "FILE_MAP_COPY",
                       "\"a\"") "0x44\n" MAP("s1", "FILE_MAP_READ") "0x0 error=5\n"),
    HOLDS(section_name_life_ends_with_the_last_handle, MADE CLOSED0 READER "0x0 error=2\n"),
    VIOLATED(section_name_life_ends_with_the_last_handle, MADE CLOSED0 READER "0x44\n"),
    HOLDS(section_name_open_one_in_use_succeeds, /* the other handle has it */
          MADE AGAIN "0x44 error=183\n" CLOSED0 "s0 = OpenFileMappingA(FILE_MAP_READ, 0, \"a\") -> "
                     "0x48\n"),
    HOLDS(section_name_spelling_case_matters,
          MADE OPEN("s1", "FILE_MAP_READ", "\"A\"") "0x0 error=2\n"),
    VIOLATED(section_name_spelling_case_matters,
             MADE OPEN("s1", "FILE_MAP_READ", "\"A\"") "0x44\n"),
    HOLDS(section_name_spelling_local_prefix_is_the_session,
          MADE OPEN("s1", "FILE_MAP_READ", "\"Local\\a\"") "0x44\n"),
    VIOLATED(section_name_spelling_local_prefix_is_the_session,
             MADE OPEN("s1", "FILE_MAP_READ", "\"Local\\a\"") "0x0 error=2\n"),
    HOLDS(section_name_spelling_other_backslashes_are_refused,
          CREATE("s0", "PAGE_READWRITE", "65536", "\"a\\b\"") "0x0 error=3\n"),
    VIOLATED(section_name_spelling_other_backslashes_are_refused,
             CREATE("s0", "PAGE_READWRITE", "65536", "\"a\\b\"") "0x40 error=0\n"),
    VIOLATED(section_name_spelling_other_backslashes_are_refused,
             OPEN("s0", "FILE_MAP_READ", "\"a\\b\"") "0x40\n"),
    HOLDS(section_name_spelling_other_backslashes_are_no_path,
          OPEN("s0", "FILE_MAP_READ", "\"a\\b\"") "0x0 error=3\n"),
    VIOLATED(section_name_spelling_other_backslashes_are_no_path,
             OPEN("s0", "FILE_MAP_READ", "\"a\\b\"") "0x0 error=123\n"),
};

const size_t section_name_case_count = CASE_COUNT(section_name_cases);
