/* MEM_WRITE_WATCH, GetWriteWatch and ResetWriteWatch. */
#include "tests/oracle/virtual_cases.h"

const struct log_case write_watch_cases[] = {
    LATITUDE(write_watch_allocation_may_be_refused,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"),
    LATITUDE(write_watch_allocation_may_be_refused,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x0 error=50\n"),
    HOLDS(write_watch_refusal_names_its_reason,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x0 error=50\n"),
    HOLDS(write_watch_refusal_names_its_reason,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x0 error=1455\n"),
    VIOLATED(write_watch_refusal_names_its_reason,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x0 error=87\n"),
    UNSUPPORTED(write_watch_written_pages_are_listed,
                "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, "
                "PAGE_READWRITE) -> 0x0 error=50\n"),
    UNSUPPORTED(write_watch_written_pages_are_listed, /* and it says so once more */
                "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, "
                "PAGE_READWRITE) -> 0x0 error=50\n"
                "r1 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> 0x0 "
                "error=50\n"),
    HOLDS(
        write_watch_call_returns_zero_for_watched_pages,
        "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> 0x10000000\n"
        "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
        "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_call_returns_zero_for_watched_pages,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "ResetWriteWatch(r0+4K, 8K) -> 0\n"),
    VIOLATED(
        write_watch_call_returns_zero_for_watched_pages,
        "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> 0x10000000\n"
        "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
        "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_call_returns_zero_for_watched_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "ResetWriteWatch(r0+4K, 8K) -> 0xffffffff error=87\n"),
    HOLDS(write_watch_failure_is_all_ones,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(
        write_watch_failure_is_all_ones,
        "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 1 error=87 values=(4, 0xa5a5a5a5, "
        "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_range_must_be_watched,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_range_must_be_watched,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "GetWriteWatch(0, r0, 64K, &out, 4, &out) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_range_must_be_watched,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
             "ResetWriteWatch(r0, 4K) -> 0\n"),
    VIOLATED(write_watch_range_must_be_watched,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0, r0, 64K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_range_reports_others_as_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "ResetWriteWatch(r0, 0) -> 0xffffffff error=87\n"),
    HOLDS(write_watch_range_reports_others_as_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_range_reports_others_as_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "ResetWriteWatch(r0, 0) -> 0\n"),
    VIOLATED(
        write_watch_range_reports_others_as_invalid_parameter,
        "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x10000000\n"
        "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0xffffffff error=487 values=(4, 0xa5a5a5a5, "
        "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_range_rounds_to_whole_pages,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(0, r0+100, 5000, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, "
          "0x10001000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_range_rounds_to_whole_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0+100, 5000, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_range_rounds_to_whole_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0, r0+100, 5000, &out, 4, &out) -> 0xffffffff error=87 values=(4, "
             "0xa5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(
        write_watch_flags_others_are_an_invalid_parameter,
        "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
        "0x10000000\n"
        "GetWriteWatch(0x2, r0, 16K, &out, 4, &out) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
        "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_flags_others_are_an_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0x2, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_pointers_null_is_no_access,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "GetWriteWatch(0, r0, 16K, NULL, 4, &out) -> 0xffffffff error=998 values=(4, 0xa5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_pointers_null_is_no_access,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, NULL, &out) -> 0xffffffff error=998 values=(0, "
          "0xa5a5a5a5, 0)\n"),
    VIOLATED(
        write_watch_pointers_null_is_no_access,
        "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
        "0x10000000\n"
        "GetWriteWatch(0, r0, 16K, &out, 4, NULL) -> 0xffffffff error=87 values=(4, 0xa5a5a5a5, "
        "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_room_none_is_an_invalid_parameter,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 0, &out) -> 0xffffffff error=87 values=(0, 0xa5a5a5a5, "
          "0)\n"),
    VIOLATED(write_watch_room_none_is_an_invalid_parameter,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0, r0, 16K, &out, 0, &out) -> 0 values=(0, 4096, 0)\n"),
    HOLDS(write_watch_count_is_at_most_the_room,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 12K, 7) -> 12288\n"
          "GetWriteWatch(0, r0, 16K, &out, 2, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0)\n"),
    VIOLATED(write_watch_count_is_at_most_the_room,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 12K, 7) -> 12288\n"
             "GetWriteWatch(0, r0, 16K, &out, 2, &out) -> 0 values=(3, 4096, 0x10000000, "
             "0x10001000, 0)\n"),
    HOLDS(write_watch_granularity_is_the_page_size,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_granularity_is_the_page_size,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 65536, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_addresses_lie_in_the_range,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(0, r0+4K, 4K, &out, 4, &out) -> 0 values=(1, 4096, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_addresses_lie_in_the_range,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0+4K, 4K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, "
             "0x10001000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_addresses_lie_in_the_range,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_addresses_are_where_pages_begin,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_addresses_are_where_pages_begin,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0+4000, 200, 7) -> 200\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000fa0, "
             "0x10001068, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_addresses_ascend,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_addresses_ascend,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10001000, "
             "0x10000000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_addresses_ascend,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(3, 4096, 0x10000000, "
             "0x10001000, 0x10001000, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_written_pages_are_listed,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_written_pages_are_listed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0+4K, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10001000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_written_pages_are_listed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0+4K, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10002000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_written_pages_are_listed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0+4K, 4K, 7) -> 4096\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_unwritten_pages_are_not_listed,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 4K, 7) -> 4096\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_unwritten_pages_are_not_listed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0+4K, 4K, 7) -> 4096\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10001000, "
             "0x10002000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_unwritten_pages_are_not_listed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_same_value_counts_as_a_write,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8, 0) -> 8\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_same_value_counts_as_a_write,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8, 0) -> 8\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_refused_write_does_not_count,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READONLY) -> "
          "0x10000000\n"
          "Poke(r0, 1, 7) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_refused_write_does_not_count,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READONLY) "
             "-> 0x10000000\n"
             "Poke(r0, 1, 7) -> raised 0xc0000005 flags=0 (1, 0x10000000)\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_access_reading_or_protecting_is_no_write,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_access_reading_or_protecting_is_no_write,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "VirtualProtect(r0, 4K, PAGE_READONLY, &out) -> 1 values=(4, 0)\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_access_reading_or_protecting_is_no_write,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Peek(r0+4K, 4K) -> 4096 values=(0, 4096, 0)\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10001000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_flag_resets_the_pages_that_are_listed,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(WRITE_WATCH_FLAG_RESET, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, "
          "0x10000000, 0x10001000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_flag_resets_the_pages_that_are_listed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "GetWriteWatch(WRITE_WATCH_FLAG_RESET, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, "
             "0x10000000, 0x10001000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_flag_without_it_nothing_is_reset,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_flag_without_it_nothing_is_reset,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, "
             "0x10001000, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_room_takes_the_lowest_pages,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 12K, 7) -> 12288\n"
          "GetWriteWatch(0, r0, 16K, &out, 2, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0)\n"),
    VIOLATED(write_watch_room_takes_the_lowest_pages,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 12K, 7) -> 12288\n"
             "GetWriteWatch(0, r0, 16K, &out, 2, &out) -> 0 values=(2, 4096, 0x10001000, "
             "0x10002000, 0)\n"),
    HOLDS(write_watch_room_keeps_the_pages_beyond_it,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 12K, 7) -> 12288\n"
          "GetWriteWatch(WRITE_WATCH_FLAG_RESET, r0, 16K, &out, 1, &out) -> 0 values=(1, 4096, "
          "0x10000000, 0)\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10001000, 0x10002000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_room_keeps_the_pages_beyond_it,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 12K, 7) -> 12288\n"
             "GetWriteWatch(WRITE_WATCH_FLAG_RESET, r0, 16K, &out, 1, &out) -> 0 values=(1, 4096, "
             "0x10000000, 0)\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_reset_forgets_the_writes,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "ResetWriteWatch(r0, 16K) -> 0\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_reset_forgets_the_writes,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "Poke(r0, 8K, 7) -> 8192\n"
             "ResetWriteWatch(r0, 16K) -> 0\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10001000, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_tracking_lasts_until_the_region_is_freed,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "Poke(r0, 1, 7) -> 1\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10000000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    VIOLATED(write_watch_tracking_lasts_until_the_region_is_freed,
             "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) "
             "-> 0x10000000\n"
             "VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1\n"
             "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
             "Poke(r0, 1, 7) -> 1\n"
             "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(0, 4096, 0xa5a5a5a5a5a5a5a5, "
             "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_granularity_is_the_page_size,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(1, 4096, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
    HOLDS(write_watch_granularity_is_the_page_size,
          "r0 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> "
          "0x10000000\n"
          "Poke(r0, 8K, 7) -> 8192\n"
          "VirtualFree(r0, 4K, MEM_DECOMMIT) -> 1\n"
          "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE) -> 0x10000000\n"
          "GetWriteWatch(0, r0, 16K, &out, 4, &out) -> 0 values=(2, 4096, 0x10000000, 0x10001000, "
          "0xa5a5a5a5a5a5a5a5, 0xa5a5a5a5a5a5a5a5, 0)\n"),
};

const size_t write_watch_case_count = CASE_COUNT(write_watch_cases);
