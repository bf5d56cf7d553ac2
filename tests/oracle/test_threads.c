/* What is not known any more after calls that met each other in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/oracle/harness.h"

/* --- Sections whose name others gave or took away ------------------------------------------- */

#define SECTION                                                                                    \
    "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, \"a\") -> 0x40 " \
    "error=0 ticks=1..2\n"                                                                         \
    "r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 0, 0) -> 0x10000000 ticks=3..4\n"                   \
    "r1 = VirtualAlloc(NULL, 4096, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) -> 0x20000000 "         \
    "ticks=5..6\n"
#define OTHER_SECTION                                                                             \
    "s2 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL) -> 0x48 " \
    "ticks=13..14\n"                                                                              \
    "r2 = MapViewOfFile(s2, FILE_MAP_WRITE, 0, 0, 0) -> 0x30000000 ticks=15..16\n"
#define OPENED(ticks) "@1 s1 = OpenFileMappingW(FILE_MAP_READ, 0, \"a\") -> 0x44 ticks=" ticks "\n"
#define CLOSED(ticks) "CloseHandle(s0) -> 1 ticks=" ticks "\n"
#define PEEK(region, ticks) "Peek(" region ", 1) -> 1 values=(7, 1, 7) ticks=" ticks "\n"

static void the_view_of_a_name_that_calls_fought_for_may_show_anything(void **state)
{
    (void)state;
    assert_conforms(SECTION CLOSED("7..10") OPENED("8..9") PEEK("r0", "11..12"));
    assert_finds(SECTION CLOSED("7..8") OPENED("9..10") PEEK("r0", "11..12"),
                 CLAUSE_section_name_life_ends_with_the_last_handle);
    assert_finds(SECTION OPENED("7..8") CLOSED("9..10") PEEK("r0", "11..12"),
                 CLAUSE_view_content_begins_as_zero);
}

static void other_memory_is_known_all_the_same(void **state)
{
    (void)state;
    assert_finds(SECTION CLOSED("7..10") OPENED("8..9") PEEK("r1", "11..12"),
                 CLAUSE_page_committed_starts_as_zero);
    assert_finds(SECTION OTHER_SECTION CLOSED("17..20") OPENED("18..19") PEEK("r2", "21..22"),
                 CLAUSE_view_content_begins_as_zero);
}

/* --- Watched pages that others wrote meanwhile ---------------------------------------------- */

#define WATCHED                                                                               \
    "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE|MEM_WRITE_WATCH, PAGE_READWRITE) -> " \
    "0x10000000 ticks=1..2\n"
#define WRITTEN(ticks) "@1 Poke(r0, 1, 7) -> 1 ticks=" ticks "\n"
#define RESET(ticks) "ResetWriteWatch(r0, 4K) -> 0 ticks=" ticks "\n"
#define LISTED(ticks) \
    "GetWriteWatch(0, r0, 4K, &out, 1, &out) -> 0 values=(1, 4096, 0x10000000, 0) ticks=" ticks "\n"

static void a_page_that_was_written_beside_its_reset_may_be_written_or_not(void **state)
{
    (void)state;
    assert_conforms(WATCHED WRITTEN("3..6") RESET("4..7") LISTED("8..9"));
    assert_finds(WATCHED WRITTEN("3..4") RESET("5..7") LISTED("8..9"),
                 CLAUSE_write_watch_reset_forgets_the_writes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_view_of_a_name_that_calls_fought_for_may_show_anything),
        cmocka_unit_test(other_memory_is_known_all_the_same),
        cmocka_unit_test(a_page_that_was_written_beside_its_reset_may_be_written_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
