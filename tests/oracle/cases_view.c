/* MapViewOfFile and UnmapViewOfFile. */
#include "tests/oracle/virtual_cases.h"

#define SECTION(protect, size)                                                                \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, " protect ", 0, " size ", NULL) -> " \
    "0x40\n"
#define MADE SECTION("PAGE_READWRITE", "131072")
#define MAP(slot, access, offset, size) \
    slot " = MapViewOfFile(s0, " access ", 0, " offset ", " size ") -> "
#define WRITER MAP("r0", "FILE_MAP_WRITE", "0", "0") "0x10000000\n"
#define READER MAP("r1", "FILE_MAP_READ", "65536", "0") "0x20000000\n"
#define FREED                                                                   \
    "r5 = VirtualAlloc(NULL, 256K, MEM_RESERVE, PAGE_NOACCESS) -> 0x30000000\n" \
    "VirtualFree(r5, 0, MEM_RELEASE) -> 1\n"
#define SHORT "r5 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_NOACCESS) -> 0x30000000\n"
#define EX(access, base) "r1 = MapViewOfFileEx(s0, FILE_MAP_" access ", 0, 0, 4K, " base ") -> "
#define COPY MAP("r1", "FILE_MAP_COPY", "65536", "0") "0x20000000\n"
#define COPIED "Poke(r1+4, 1, 7) -> 1\n"
#define COPY_SEEN(first, second)                                                              \
    "QueryRegion(r1) -> 1 values=(0x20000000, 0x20000000, 8, 4096, 4096, " first ", 262144, " \
    "0x20001000, 0x20000000, 8, 61440, 4096, " second ", 262144, 0)\n"
#define CODE SECTION("PAGE_EXECUTE_READWRITE", "65536")
#define CODE_COPY MAP("r1", "FILE_MAP_COPY|FILE_MAP_EXECUTE", "0", "0") "0x20000000\n"
#define RAISED "raised 0xc0000005 flags=0 "
#define POKED "Poke(r0+64K, 100, 6) -> 100\n"
#define SEEN(protect, type)                                                                    \
    "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 131072, 4096, " protect ", " type \
    ", 0)\n"

const struct log_case view_cases[] = {
    LATITUDE(virtual_query_cache_modifiers_may_be_left_out,
             SECTION("PAGE_READWRITE|SEC_COMMIT|SEC_NOCACHE", "131072") WRITER
             "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 0x204, 131072, 4096, 0x204, "
             "262144, 0)\n"),
    LATITUDE(virtual_query_cache_modifiers_may_be_left_out,
             SECTION("PAGE_READWRITE|SEC_COMMIT|SEC_NOCACHE", "131072") WRITER SEEN("4", "262144")),
    HOLDS(view_map_shows_a_part_of_the_section, MADE WRITER READER),
    VIOLATED(view_map_shows_a_part_of_the_section,
             MADE MAP("r0", "FILE_MAP_READ", "65536", "4K") "0x0 error=8\n"),
    HOLDS(address_space_allocation_has_a_base_on_the_granularity, MADE WRITER),
    VIOLATED(address_space_allocation_has_a_base_on_the_granularity,
             MADE MAP("r0", "FILE_MAP_READ", "0", "0") "0x10001000\n"),
    VIOLATED(address_space_allocation_overlaps_no_other,
             MADE WRITER MAP("r1", "FILE_MAP_READ", "0", "0") "0x10010000\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* nobody says how large the section is */
          SECTION("PAGE_READWRITE", "100") MAP("r0", "FILE_MAP_READ", "0", "101") "0x0 error=5\n"),
    HOLDS(view_map_of_null_is_refused,
          "MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 4K) -> 0x0 error=6\n"),
    VIOLATED(view_map_of_null_is_refused,
             "r0 = MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 4K) -> 0x10000000\n"),
    HOLDS(view_map_of_null_is_an_invalid_handle,
          "MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 4K) -> 0x0 error=6\n"),
    VIOLATED(view_map_of_null_is_an_invalid_handle,
             "MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 4K) -> 0x0 error=87\n"),
    HOLDS(view_offset_must_be_on_the_granularity,
          MADE MAP("r0", "FILE_MAP_READ", "4096", "4K") "0x0 error=1132\n"),
    VIOLATED(view_offset_must_be_on_the_granularity,
             MADE MAP("r0", "FILE_MAP_READ", "4096", "4K") "0x10000000\n"),
    HOLDS(view_offset_off_the_granularity_is_a_mapped_alignment,
          MADE MAP("r0", "FILE_MAP_READ", "4096", "4K") "0x0 error=1132\n"),
    VIOLATED(view_offset_off_the_granularity_is_a_mapped_alignment,
             MADE MAP("r0", "FILE_MAP_READ", "4096", "4K") "0x0 error=87\n"),
    HOLDS(view_range_must_lie_in_the_section,
          MADE MAP("r0", "FILE_MAP_READ", "65536", "65537") "0x0 error=5\n"),
    VIOLATED(view_range_must_lie_in_the_section,
             MADE MAP("r0", "FILE_MAP_READ", "65536", "65537") "0x10000000\n"),
    VIOLATED(view_range_must_lie_in_the_section,
             MADE MAP("r0", "FILE_MAP_READ", "131072", "0") "0x10000000\n"),
    HOLDS(view_range_outside_the_section_is_access_denied,
          MADE MAP("r0", "FILE_MAP_READ", "131072", "0") "0x0 error=87\n"),
    VIOLATED(view_range_outside_the_section_is_access_denied,
             MADE MAP("r0", "FILE_MAP_READ", "0", "256K") "0x0 error=87\n"),
    HOLDS(last_error_failure_is_set_by_virtual_functions, /* of whole pages there are not so many */
          MADE MAP("r0", "FILE_MAP_READ", "0", "SIZE_MAX") "0x0 error=87\n"),
    HOLDS(view_base_is_where_the_view_begins, MADE FREED EX("READ", "r5+64K") "0x30010000\n"),
    VIOLATED(view_base_is_where_the_view_begins, MADE FREED EX("READ", "r5") "0x30010000\n"),
    HOLDS(view_base_is_where_the_view_begins, /* whoever may have been there */
          MADE EX("READ", "0x50000000") "0x50000000\n"),
    HOLDS(view_map_shows_a_part_of_the_section, MADE EX("WRITE", "NULL") "0x10000000\n"),
    VIOLATED(view_map_shows_a_part_of_the_section, MADE EX("WRITE", "NULL") "0x0 error=8\n"),
    HOLDS(view_base_must_be_on_the_granularity, MADE FREED EX("READ", "r5+4K") "0x0 error=1132\n"),
    VIOLATED(view_base_must_be_on_the_granularity, MADE EX("READ", "0x50001000") "0x50000000\n"),
    HOLDS(view_base_off_the_granularity_is_a_mapped_alignment,
          MADE SHORT EX("READ", "r5+8193") "0x0 error=1132\n"),
    VIOLATED(view_base_off_the_granularity_is_a_mapped_alignment,
             MADE SHORT EX("READ", "r5+8193") "0x0 error=487\n"),
    HOLDS(view_base_needs_a_free_range, MADE WRITER EX("READ", "r0+64K") "0x0 error=487\n"),
    VIOLATED(view_base_needs_a_free_range, MADE WRITER EX("READ", "r0+64K") "0x30000000\n"),
    HOLDS(view_base_in_use_is_an_invalid_address, MADE WRITER EX("READ", "r0") "0x0 error=487\n"),
    VIOLATED(view_base_in_use_is_an_invalid_address, MADE WRITER EX("READ", "r0") "0x0 error=87\n"),
    HOLDS(address_space_allocation_lies_within_the_application_addresses,
          MADE EX("READ", "0x7fffffff0000") "0x0 error=87\n"),
    VIOLATED(
        address_space_allocation_lies_within_the_application_addresses, /* nowhere is room */
        "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0xfffffff8, 4096, "
        "NULL) -> 0x40\n" MAP("r0", "FILE_MAP_WRITE", "0", "0") "0x10000000\n"),
    VIOLATED(address_space_allocation_lies_within_the_application_addresses,
             MADE EX("READ", "0x800000000000") "0x800000000000\n"),
    HOLDS(view_map_of_null_is_refused,
          FREED "MapViewOfFileEx(NULL, FILE_MAP_READ, 0, 0, 0, r5) -> 0x0 error=6\n"),
    HOLDS(view_access_writing_needs_a_writable_section,
          SECTION("PAGE_READONLY", "65536") MAP("r0", "FILE_MAP_WRITE", "0", "0") "0x0 error=5\n"),
    VIOLATED(view_access_writing_needs_a_writable_section,
             SECTION("PAGE_WRITECOPY", "65536")
                 MAP("r0", "FILE_MAP_READ|FILE_MAP_WRITE", "0", "0") "0x10000000\n"),
    HOLDS(view_access_executing_needs_an_executable_section,
          MADE MAP("r0", "FILE_MAP_READ|FILE_MAP_EXECUTE", "0", "0") "0x0 error=5\n"),
    VIOLATED(view_access_executing_needs_an_executable_section,
             MADE MAP("r0", "FILE_MAP_COPY|FILE_MAP_EXECUTE", "0", "0") "0x10000000\n"),
    HOLDS(view_map_shows_a_part_of_the_section,
          CODE MAP("r0", "FILE_MAP_WRITE|FILE_MAP_EXECUTE", "0", "0") "0x10000000\n"),
    VIOLATED(view_map_shows_a_part_of_the_section,
             SECTION("PAGE_EXECUTE_WRITECOPY", "65536")
                 MAP("r0", "FILE_MAP_READ|FILE_MAP_EXECUTE", "0", "0") "0x0 error=5\n"),
    VIOLATED(view_map_shows_a_part_of_the_section,
             SECTION("PAGE_EXECUTE_READ", "65536")
                 MAP("r0", "FILE_MAP_COPY", "0", "0") "0x0 error=5\n"),
    HOLDS(page_writecopy_can_be_read_and_written,
          MADE COPY "Peek(r1, 100) -> 100 values=(0, 100, 0)\n"),
    VIOLATED(page_writecopy_can_be_read_and_written,
             MADE COPY "Poke(r1, 1, 6) -> " RAISED "(1, 0x20000000)\n"),
    HOLDS(page_execute_writecopy_allows_every_access, CODE CODE_COPY COPIED),
    VIOLATED(page_execute_writecopy_allows_every_access,
             CODE CODE_COPY "Peek(r1, 1) -> " RAISED "(0, 0x20000000)\n"),
    HOLDS(view_copy_written_page_becomes_writable, MADE COPY COPIED COPY_SEEN("4", "8")),
    VIOLATED(view_copy_written_page_becomes_writable,
             MADE COPY COPIED "QueryRegion(r1) -> 1 values=(0x20000000, 0x20000000, 8, 65536, "
                              "4096, 8, 262144, 0)\n"),
    VIOLATED(view_pages_have_the_protection_of_the_access, MADE COPY COPIED COPY_SEEN("4", "4")),
    HOLDS(view_copy_has_the_rest_of_its_page,
          MADE WRITER POKED COPY COPIED "Poke(r0+64K, 100, 9) -> 100\n"
                                        "Peek(r1+50, 100) -> 100 values=(6, 50, 0)\n"),
    VIOLATED(view_copy_has_the_rest_of_its_page,
             MADE WRITER POKED COPY COPIED "Poke(r0+64K, 100, 9) -> 100\n"
                                           "Peek(r1+50, 100) -> 100 values=(9, 50, 0)\n"),
    HOLDS(view_content_is_that_of_the_section, /* in pages that have no copy */
          MADE WRITER COPY COPIED "Poke(r0+68K, 100, 9) -> 100\n"
                                  "Peek(r1+4K, 100) -> 100 values=(9, 100, 9)\n"),
    VIOLATED(view_content_is_that_of_the_section,
             MADE WRITER COPY COPIED "Poke(r0+68K, 100, 9) -> 100\n"
                                     "Peek(r1+4K, 100) -> 100 values=(0, 100, 0)\n"),
    HOLDS(view_copy_leaves_the_section_as_it_was,
          MADE WRITER POKED COPY COPIED "Peek(r0+64K, 100) -> 100 values=(6, 100, 6)\n"),
    VIOLATED(view_copy_leaves_the_section_as_it_was,
             MADE WRITER POKED COPY COPIED "Peek(r0+64K, 5) -> 5 values=(6, 4, 7)\n"),
    HOLDS(view_copy_leaves_the_section_as_it_was, /* more runs of bytes than are looked after */
          MADE WRITER COPY "Poke(r0+64K, 1, 1) -> 1\nPoke(r0+65538, 1, 2) -> 1\n"
                           "Poke(r0+65540, 1, 3) -> 1\nPoke(r0+65542, 1, 4) -> 1\n"
                           "Poke(r1+4, 1, 9) -> 1\nPeek(r1+9, 50) -> 50 values=(1, 50, 1)\n"
                           "Peek(r0+64K, 1) -> 1 values=(1, 1, 1)\n"),
    HOLDS(view_map_shows_a_part_of_the_section, /* of more than 1 TiB no content is kept */
          "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 1024, 4096, NULL) "
          "-> 0x40\n" MAP("r1", "FILE_MAP_COPY", "0", "128K") "0x20000000\n" COPIED),
    VIOLATED(page_content_stays_as_written,
             MADE COPY COPIED "Peek(r1+4, 1) -> 1 values=(0, 1, 0)\n"),
    HOLDS(view_access_that_is_not_granted_is_access_denied,
          SECTION("PAGE_READONLY", "65536") MAP("r0", "FILE_MAP_WRITE", "0", "0") "0x0 error=5\n"),
    VIOLATED(view_access_that_is_not_granted_is_access_denied,
             SECTION("PAGE_READONLY", "65536")
                 MAP("r0", "FILE_MAP_WRITE", "0", "0") "0x0 error=87\n"),
    HOLDS(view_protection_within_the_access_is_set,
          MADE WRITER "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out) -> 1 values=(4, 0)\n"),
    VIOLATED(
        view_protection_within_the_access_is_set,
        CODE MAP("r0", "FILE_MAP_READ|FILE_MAP_EXECUTE", "0",
                 "0") "0x10000000\n"
                      "VirtualProtect(r0, 4K, PAGE_READONLY|PAGE_GUARD, &out) -> 0 error=87\n"),
    HOLDS(view_protection_beyond_the_access_is_refused,
          MADE READER "VirtualProtect(r1, 4K, PAGE_READWRITE, &out) -> 0 error=87\n"),
    VIOLATED(view_protection_beyond_the_access_is_refused,
             MADE WRITER "VirtualProtect(r0, 4K, PAGE_EXECUTE, &out) -> 1 values=(4, 0)\n"),
    HOLDS(view_protection_beyond_the_access_is_an_invalid_parameter,
          MADE WRITER "VirtualProtect(r0, 4K, PAGE_EXECUTE_READWRITE, &out) -> 0 error=87\n"),
    VIOLATED(view_protection_beyond_the_access_is_an_invalid_parameter,
             MADE READER "VirtualProtect(r1, 4K, PAGE_READWRITE, &out) -> 0 error=5\n"),
    HOLDS(view_pages_are_mapped, MADE WRITER SEEN("4", "0x40000")),
    VIOLATED(view_pages_are_mapped, MADE WRITER SEEN("4", "0x20000")),
    HOLDS(view_pages_are_committed, MADE WRITER SEEN("4", "0x40000")),
    VIOLATED(view_pages_are_committed,
             MADE WRITER "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 131072, 8192, 0, "
                         "0x40000, 0)\n"),
    HOLDS(view_pages_have_the_protection_of_the_access, MADE WRITER SEEN("4", "0x40000")),
    VIOLATED(view_pages_have_the_protection_of_the_access, MADE WRITER SEEN("2", "0x40000")),
    HOLDS(view_size_covers_what_was_asked_for, MADE WRITER SEEN("4", "0x40000")),
    VIOLATED(view_size_covers_what_was_asked_for,
             MADE WRITER "QueryRegion(r0) -> 1 values=(0x10000000, 0x10000000, 4, 65536, 4096, 4, "
                         "0x40000, 0x10010000, 0, 0, 65536, 65536, 1, 0, 0)\n"),
    HOLDS(view_content_begins_as_zero,
          MADE WRITER "Peek(r0, 128K) -> 131072 values=(0, 131072, 0)\n"),
    VIOLATED(view_content_begins_as_zero,
             MADE WRITER "Peek(r0, 128K) -> 131072 values=(1, 1, 0)\n"),
    HOLDS(view_content_is_that_of_the_section,
          MADE WRITER READER POKED "Peek(r1, 200) -> 200 values=(6, 100, 0)\n"),
    VIOLATED(view_content_is_that_of_the_section,
             MADE WRITER READER POKED "Peek(r1, 200) -> 200 values=(0, 200, 0)\n"),
    HOLDS(view_content_is_that_of_the_section, /* also through one that was mapped later */
          MADE WRITER POKED "UnmapViewOfFile(r0) -> 1\n" READER
                            "CloseHandle(s0) -> 1\nPeek(r1, 100) -> 100 values=(6, 100, 6)\n"),
    VIOLATED(view_content_is_that_of_the_section, MADE WRITER POKED
             "UnmapViewOfFile(r0) -> 1\n" READER "Peek(r1+99, 1) -> 1 values=(0, 1, 0)\n"),
    VIOLATED(view_content_is_that_of_the_section, /* a write that goes on from private memory */
             MADE MAP("r1", "FILE_MAP_WRITE", "65536",
                      "0") "0x20000000\n"
                           "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) "
                           "-> 0x1fff0000\n"
                           "Poke(r0+65486, 100, 6) -> 100\n"
                           "Peek(r0+65486, 200) -> 200 values=(6, 100, 0)\n"
                           "Peek(r1, 100) -> 100 values=(0, 100, 0)\n"),
    VIOLATED(page_content_stays_as_written,
             MADE MAP("r1", "FILE_MAP_WRITE", "65536",
                      "0") "0x20000000\n"
                           "r0 = VirtualAlloc(NULL, 64K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) "
                           "-> 0x1fff0000\n"
                           "Poke(r0+65486, 100, 6) -> 100\n"
                           "Peek(r0+65486, 50) -> 50 values=(0, 50, 0)\n"),
    HOLDS(view_map_shows_a_part_of_the_section, /* of more than 1 TiB no content is kept */
          "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 1024, 4096, NULL) "
          "-> 0x40\n" MAP("r0", "FILE_MAP_WRITE", "0",
                          "128K") "0x10000000\n" POKED
                                  "Peek(r0, 128K) -> 131072 values=(1, 131072, 1)\n"),
    HOLDS(view_unmap_flags_boost_is_a_hint, MADE WRITER "UnmapViewOfFileEx(r0, 1) -> 1\n"),
    VIOLATED(view_unmap_flags_boost_is_a_hint,
             MADE WRITER "UnmapViewOfFileEx(r0, 1) -> 0 error=87\n"),
    HOLDS(view_unmap_of_a_view_succeeds, MADE WRITER "UnmapViewOfFileEx(r0, 0) -> 1\n"),
    HOLDS(view_flush_of_a_view_succeeds, MADE WRITER "FlushViewOfFile(r0, 64K) -> 1\n"),
    VIOLATED(view_flush_of_a_view_succeeds, MADE WRITER "FlushViewOfFile(r0, 64K) -> 0 error=5\n"),
    HOLDS(view_flush_of_no_bytes_is_of_the_rest, MADE WRITER "FlushViewOfFile(r0+4K, 0) -> 1\n"),
    VIOLATED(view_flush_of_no_bytes_is_of_the_rest,
             MADE WRITER "FlushViewOfFile(r0+4K, 0) -> 0 error=87\n"),
    HOLDS(view_flush_of_what_is_no_view_is_refused,
          SHORT "FlushViewOfFile(r5, 1) -> 0 error=487\n"),
    VIOLATED(view_flush_of_what_is_no_view_is_refused, SHORT "FlushViewOfFile(r5, 1) -> 1\n"),
    VIOLATED(view_flush_of_what_is_no_view_is_refused,
             SHORT "FlushViewOfFile(r5, 1) -> 0 error=87\n"),
    HOLDS(view_unmap_of_a_view_succeeds, MADE WRITER "UnmapViewOfFile(r0) -> 1\n"),
    VIOLATED(view_unmap_of_a_view_succeeds, MADE WRITER "UnmapViewOfFile(r0) -> 0 error=487\n"),
    HOLDS(view_unmap_makes_the_pages_free,
          MADE WRITER "UnmapViewOfFile(r0) -> 1\n"
                      "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0, 0, 131072, 65536, "
                      "1, 0, 0)\n"),
    VIOLATED(view_unmap_makes_the_pages_free,
             MADE WRITER "UnmapViewOfFile(r0) -> 1\n"
                         "VirtualQuery(r0, &out, 48) -> 48 values=(0x10000000, 0x10000000, 4, "
                         "131072, 4096, 4, 0x40000, 0)\n"),
    HOLDS(view_unmap_of_what_is_no_view_is_refused,
          "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "UnmapViewOfFile(r0) -> 0 error=487\nUnmapViewOfFile(NULL) -> 0 error=487\n"),
    VIOLATED(view_unmap_of_what_is_no_view_is_refused,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "UnmapViewOfFile(r0) -> 1\n"),
    VIOLATED(view_unmap_of_what_is_no_view_is_refused,
             "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "UnmapViewOfFile(r0) -> 0 error=87\n"),
    LATITUDE(view_unmap_of_an_inner_address_may_be_refused,
             MADE WRITER "UnmapViewOfFile(r0+4K) -> 0 error=487\n"),
    LATITUDE(view_unmap_of_an_inner_address_may_be_refused,
             MADE WRITER "UnmapViewOfFile(r0+4K) -> 1\n"),
};

const size_t view_case_count = CASE_COUNT(view_cases);
