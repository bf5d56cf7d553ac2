/* heapck map, as a person asks for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"

static void its_own_memory_is_drawn_by_default(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK map");
    assert_string_equal(result.err, "");
    assert_int_equal(strncmp(result.out, "this process: ", 14), 0);
    check_has(result.out, "NULL partition");
    check_has(result.out, "| code ");
    check_has(result.out, "| stack ");
    check_has(result.out, "in RAM");
    check_has(result.out, "0x7fffffff0000  upper gap");
}

static void another_process_is_drawn_by_its_number(void **state)
{
    (void)state;
    struct run result = run_for(0, "sleep 60 & $HEAPCK map $!; status=$?; kill $!; exit $status");
    assert_int_equal(strncmp(result.out, "process ", 8), 0);
    check_has(result.out, "| code ");
}

static void a_copy_of_the_list_is_drawn_as_well(void **state)
{
    (void)state;
    struct run result = run_for(0, "cat /proc/self/maps >list && $HEAPCK map --all list");
    assert_int_equal(strncmp(result.out, "list\n", 5), 0);
    check_has(result.out, "libc.so.6");
    result = run_for(0, "$HEAPCK map - </proc/self/smaps");
    assert_int_equal(strncmp(result.out, "standard input\n", 15), 0);
}

static void what_cannot_be_drawn_is_told_by_name(void **state)
{
    (void)state;
    struct run result = run_for(2, "$HEAPCK map 4000000000");
    assert_string_equal(result.err, "heapck: process 4000000000: there is none\n");
    result = run_for(2, "$HEAPCK map missing");
    assert_string_equal(result.err, "heapck: missing: No such file or directory\n");
    result = run_for(2, "$HEAPCK map /");
    assert_string_equal(result.err, "heapck: /: Is a directory\n");
    result =
        run_for(2, "echo '1000-2000 rw-p 0 0 0' >list; echo nonsense >>list; $HEAPCK map list");
    assert_string_equal(result.err, "list:2: expected a range of addresses such as "
                                    "55d0c8a2e000-55d0c8a30000\n");
    result = run_for(2, "$HEAPCK map - </dev/null");
    assert_string_equal(result.err, "heapck: standard input: no mapping is in it\n");
    result = run_for(2, "$HEAPCK map 1 2");
    check_has(result.err, "heapck map: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_own_memory_is_drawn_by_default),
        cmocka_unit_test(another_process_is_drawn_by_its_number),
        cmocka_unit_test(a_copy_of_the_list_is_drawn_as_well),
        cmocka_unit_test(what_cannot_be_drawn_is_told_by_name),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
