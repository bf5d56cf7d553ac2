/* Lists of mappings: read, sorted into kinds, and drawn. */
#define _POSIX_C_SOURCE 200809L /* fmemopen, open_memstream */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kit/map/map.h"

static const char program_list[] =
    "1000000-1002000 r--p 00000000 fe:00 11      /usr/bin/cat\n"
    "1002000-1006000 r-xp 00002000 fe:00 11      /usr/bin/cat\n"
    "1006000-1007000 rw-p 00006000 fe:00 11      /usr/bin/cat\n"
    "1007000-1009000 rw-p 00000000 00:00 0 \n"
    "2000000-2021000 rw-p 00000000 00:00 0       [heap]\n"
    "7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n"
    "7f0000001000-7f0000801000 rw-p 00000000 00:00 0 \n"
    "7f0000900000-7f0000910000 rw-s 00000000 00:05 77     /memfd:section (deleted)\n"
    "7f0000910000-7f0000911000 r--p 00000000 fe:00 12     /usr/lib/locale/a name with blanks\n"
    "7f0000a00000-7f0000a01000 r--p 00000000 fe:00 13     /usr/lib/libc.so.6\n"
    "7f0000a01000-7f0000a02000 r-xp 00001000 fe:00 13     /usr/lib/libc.so.6\n"
    "7f0000a02000-7f0000a03000 rw-p 00002000 fe:00 13     /usr/lib/libc.so.6\n"
    "7f0000a03000-7f0000a04000 rwxp 00000000 00:00 0 \n"
    "7f0000a04000-7f0000a05000 rw-p 00000000 00:00 0      [anon: a name]\n"
    "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0      [stack]\n"
    "7ffd00030000-7ffd00032000 r-xp 00000000 00:00 0      [vdso]\n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n";

static enum map_result read_text(const char *text, struct map *map, struct map_mistake *mistake)
{
    *map = (struct map){.count = 0};
    size_t length = strlen(text);
    FILE *list =
        length > 0 ? fmemopen((void *)(uintptr_t)text, length, "r") : fopen("/dev/null", "r");
    assert_non_null(list);
    enum map_result result = hck_map_read(list, map, mistake);
    (void)fclose(list);
    return result;
}

static void read_program(struct map *map)
{
    struct map_mistake mistake;
    assert_int_equal(read_text(program_list, map, &mistake), MAP_DONE);
    hck_map_classify(map);
}

static void a_list_is_read_line_by_line(void **state)
{
    (void)state;
    struct map map;
    read_program(&map);
    assert_int_equal(map.count, 17);
    assert_false(map.has_resident);
    assert_int_equal(map.areas[1].start, 0x1002000);
    assert_int_equal(map.areas[1].end, 0x1006000);
    assert_int_equal(map.areas[1].access, MAP_READ | MAP_EXECUTE);
    assert_string_equal(map.areas[1].name, "/usr/bin/cat");
    assert_true(map.areas[7].is_shared);
    assert_string_equal(map.areas[7].name, "/memfd:section");
    assert_string_equal(map.areas[8].name, "/usr/lib/locale/a name with blanks");
    hck_map_free(&map);
}

static void every_area_has_its_kind(void **state)
{
    (void)state;
    static const enum map_kind kinds[] = {
        MAP_CONSTANTS, MAP_CODE, MAP_DATA,  MAP_BSS,       MAP_HEAP,  MAP_RESERVED,
        MAP_PRIVATE,   MAP_VIEW, MAP_VIEW,  MAP_CONSTANTS, MAP_CODE,  MAP_DATA,
        MAP_BSS,       MAP_BSS,  MAP_STACK, MAP_SYSTEM,    MAP_SYSTEM};
    struct map map;
    read_program(&map);
    for (size_t i = 0; i < map.count; i++) {
        assert_int_equal(map.areas[i].kind, kinds[i]);
    }
    hck_map_free(&map);
}

static void the_long_form_says_what_is_in_ram(void **state)
{
    (void)state;
    struct map map;
    struct map_mistake mistake;
    assert_int_equal(read_text("1000-3000 rw-p 00000000 00:00 0 \n"
                               "Size:                  8 kB\n"
                               "Rss:                   4 kB\n"
                               "Private_Dirty:         4 kB\n"
                               "VmFlags: rd wr\n"
                               "4000-5000 rw-p 00000000 00:00 0 \n",
                               &map, &mistake),
                     MAP_DONE);
    assert_true(map.has_resident);
    assert_int_equal(map.count, 2);
    assert_int_equal(map.areas[0].resident, 4096);
    assert_int_equal(map.areas[1].resident, 0);
    hck_map_free(&map);
}

static void what_is_malformed_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned long line;
        const char *expected;
    } cases[] = {
        {"hello\n", 1, "a range of addresses"},
        {"Rss: 4 kB\n", 1, "a range of addresses"},
        {"1000-3000 rw-p 0 0 0\n3000\n", 2, "a range of addresses"},
        {"3000-1000 rw-p 0 0 0\n", 1, "a range of addresses"},
        {"1000-11112222333344445 rw-p 0 0 0\n", 1, "a range of addresses"},
        {"1000-3000 rw-p 0 0 0\n2000-4000 rw-p 0 0 0\n", 2, "a range behind"},
        {"1000-3000 rwp 0 0 0\n", 1, "what may be done"},
        {"1000-3000 rw-q 0 0 0\n", 1, "what may be done"},
        {"1000-3000 rw-pp 0 0 0\n", 1, "what may be done"},
        {"\n", 1, "a range of addresses"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct map map;
        struct map_mistake mistake;
        assert_int_equal(read_text(cases[i].text, &map, &mistake), MAP_MALFORMED);
        assert_int_equal(mistake.line, cases[i].line);
        assert_non_null(strstr(mistake.expected, cases[i].expected));
        hck_map_free(&map);
    }
}

static void a_list_that_cannot_be_read_is_no_empty_one(void **state)
{
    (void)state;
    struct map map = {.count = 0};
    struct map_mistake mistake;
    FILE *folder = fopen("/", "r");
    assert_non_null(folder);
    assert_int_equal(hck_map_read(folder, &map, &mistake), MAP_UNREADABLE);
    (void)fclose(folder);
    assert_int_equal(read_text("", &map, &mistake), MAP_DONE);
    assert_int_equal(map.count, 0);
}

static char *draw(const struct map_drawing *drawing)
{
    char *text = NULL;
    size_t length = 0;
    struct map map;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    read_program(&map);
    hck_map_draw(&map, drawing, out);
    (void)fclose(out);
    hck_map_free(&map);
    return text;
}

static void the_drawing_has_boxes_of_what_touches(void **state)
{
    (void)state;
    static const struct map_drawing drawing = {"process 7", "/usr/bin/cat", false};
    char *text = draw(&drawing);
    assert_string_equal(
        text,
        "process 7: /usr/bin/cat\n"
        "\n"
        "                               size          protection             of\n"
        "0x000000000000  NULL partition: nobody can have anything here\n"
        "                  free          15M\n"
        "                +--------------------------------------------------------------------\n"
        "0x000001000000  | constants      8K          PAGE_READONLY          cat\n"
        "0x000001002000  | code          16K          PAGE_EXECUTE_READ      cat\n"
        "0x000001006000  | data           4K          PAGE_WRITECOPY         cat\n"
        "0x000001007000  | bss            8K          PAGE_READWRITE         cat\n"
        "0x000001009000  +--------------------------------------------------------------------\n"
        "                  free          15M\n"
        "                +--------------------------------------------------------------------\n"
        "0x000002000000  | heap         132K          PAGE_READWRITE         [heap]\n"
        "0x000002021000  +--------------------------------------------------------------------\n"
        "                  free         126T\n"
        "                +--------------------------------------------------------------------\n"
        "0x7f0000000000  | reserved       4K\n"
        "0x7f0000001000  | private        8M          PAGE_READWRITE\n"
        "0x7f0000801000  +--------------------------------------------------------------------\n"
        "                  free        1020K\n"
        "                +--------------------------------------------------------------------\n"
        "0x7f0000900000  | view          64K          PAGE_READWRITE         memfd:section\n"
        "0x7f0000910000  | view           4K          PAGE_READONLY          a name with blanks\n"
        "0x7f0000911000  +--------------------------------------------------------------------\n"
        "                  free         956K\n"
        "                +--------------------------------------------------------------------\n"
        "0x7f0000a00000  | library       20K                                 libc.so.6\n"
        "0x7f0000a05000  +--------------------------------------------------------------------\n"
        "                  free        1011G\n"
        "                +--------------------------------------------------------------------\n"
        "0x7ffd00000000  | stack        132K          PAGE_READWRITE         [stack]\n"
        "0x7ffd00021000  +--------------------------------------------------------------------\n"
        "                  free          60K\n"
        "                +--------------------------------------------------------------------\n"
        "0x7ffd00030000  | system         8K          PAGE_EXECUTE_READ      [vdso]\n"
        "0x7ffd00032000  +--------------------------------------------------------------------\n"
        "                  free          11G\n"
        "0x7fffffff0000  upper gap: nobody can have anything here\n"
        "0x800000000000  the system's\n"
        "0xffffffffff600000  [vsyscall]\n"
        "\n"
        "       all   code          20K\n"
        "       all   constants     12K\n"
        "       all   data           8K\n"
        "       all   bss           16K\n"
        "       all   heap         132K\n"
        "       all   stack        132K\n"
        "       all   view          68K\n"
        "       all   private        8M\n"
        "       all   reserved       4K\n"
        "       all   system        12K\n");
    free(text);
}

static void a_complete_drawing_has_every_mapping_and_whole_paths(void **state)
{
    (void)state;
    static const struct map_drawing drawing = {"list", NULL, true};
    char *text = draw(&drawing);
    assert_non_null(strstr(text, "| code           4K          PAGE_EXECUTE_READ      "
                                 "/usr/lib/libc.so.6\n"));
    assert_non_null(strstr(text, "PAGE_EXECUTE_READWRITE /usr/lib/libc.so.6\n"));
    assert_null(strstr(text, "library"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_line_by_line),
        cmocka_unit_test(every_area_has_its_kind),
        cmocka_unit_test(the_long_form_says_what_is_in_ram),
        cmocka_unit_test(what_is_malformed_is_told_with_its_line),
        cmocka_unit_test(a_list_that_cannot_be_read_is_no_empty_one),
        cmocka_unit_test(the_drawing_has_boxes_of_what_touches),
        cmocka_unit_test(a_complete_drawing_has_every_mapping_and_whole_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
