/* Command lines: mistakes are told by name in one line and end with status 2; help is help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"

static const char *const commands[] = {"run",      "replay", "record",  "judge",
                                       "shrink",   "export", "compare", "spec",
                                       "selftest", "map",    "bench",   "version"};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void every_command_has_help_on_standard_output(void **state)
{
    char command[200];
    char usage[200];
    (void)state;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)snprintf(command, sizeof command, "! { $HEAPCK %s --help | grep -E '^.{101}'; }",
                       commands[i]);
        run_for(0, command);
        (void)snprintf(usage, sizeof usage, "usage: heapck %s", commands[i]);
        (void)snprintf(command, sizeof command, "$HEAPCK %s --help", commands[i]);
        struct run result = run_for(0, command);
        assert_int_equal(strncmp(result.out, usage, strlen(usage)), 0);
        assert_string_equal(result.err, "");
        (void)snprintf(command, sizeof command, "$HEAPCK help %s", commands[i]);
        result = run_for(0, command);
        assert_int_equal(strncmp(result.out, usage, strlen(usage)), 0);
    }
}

static void every_command_refuses_an_unknown_option_by_name(void **state)
{
    char command[200];
    char message[200];
    (void)state;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)snprintf(command, sizeof command, "$HEAPCK %s --no-such-option", commands[i]);
        (void)snprintf(message, sizeof message,
                       "heapck %s: unknown option '--no-such-option' (see 'heapck %s --help')\n",
                       commands[i], commands[i]);
        struct run result = run_for(2, command);
        assert_string_equal(result.err, message);
        assert_string_equal(result.out, "");
    }
}

static void the_list_of_commands_is_shown_on_request_and_without_a_command(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK help");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        check_has(result.out, commands[i]);
    }
    check_has(result.out, "exit status, of every command:\n    0  conforms");
    check_has(run_for(0, "$HEAPCK --help").out, "usage: heapck COMMAND");
    result = run_for(2, "$HEAPCK");
    check_has(result.err, "usage: heapck COMMAND");
    assert_string_equal(result.out, "");
}

static void an_unknown_command_is_refused_by_name(void **state)
{
    (void)state;
    assert_string_equal(run_for(2, "$HEAPCK rum").err,
                        "heapck: unknown command 'rum', did you mean 'run'? (see 'heapck help')\n");
    assert_string_equal(run_for(2, "$HEAPCK xylophone").err,
                        "heapck: unknown command 'xylophone' (see 'heapck help')\n");
    check_has(run_for(2, "$HEAPCK help rum").err, "'rum'");
}

static void the_version_is_shown(void **state)
{
    (void)state;
    check_has(run_for(0, "$HEAPCK version").out, "heapck 0.");
    check_has(run_for(0, "$HEAPCK --version").out, "heapck 0.");
}

/* Commands that are wrong, and what is said of them. */
static const struct {
    const char *command;
    const char *message;
} mistakes[] = {
    {"run --sed 1", "unknown option '--sed', did you mean '--seed'?"},
    {"run --traecs=1", "unknown option '--traecs=1', did you mean '--traces'?"},
    {"run --seed", "needs a value: '--seed'"},
    {"run --seed x", "--seed: expected a number from 0 to 18446744073709551615, found 'x'"},
    {"run --seed -1", "--seed: expected a number"},
    {"run --seed 99999999999999999999", "--seed: expected a number"},
    {"run --jobs 0", "--jobs: expected a number from 1 to 256, found '0'"},
    {"run --threads 9", "--threads: expected a number from 1 to 8"},
    {"run --profile win", "--profile: expected documented, windows or hostile, found 'win'"},
    {"run --format html", "--format: expected text, json, junit or tap, found 'html'"},
    {"run --only xyz.*", "--only: no clause matches 'xyz.*' (see"},
    {"run --only 'heap_siz.*'", "no clause matches 'heap_siz.*', did you mean 'heap_size.*'?"},
    {"run --skip 'heap_size.live_blok.*'", "did you mean 'heap_size.live_block.*'?"},
    {"run --only 'heap_size.*' --skip 'heap*'", "the selection is empty"},
    {"run --expect nowhere.txt", "nowhere.txt: No such file or directory"},
    {"run --target what", "what"},
    {"run --corpus nowhere", "nowhere: no such folder"},
    {"run nowhere.trace", "nowhere.trace: No such file or directory"},
    {"replay", "heapck replay: FILE is missing (see"},
    {"judge", "heapck judge: LOG is missing (see"},
    {"replay plain.trace other.trace", "one argument too many: 'other.trace'"},
    {"replay --weave=yes plain.trace", "takes no value: '--weave'"},
    {"record plain.trace", "-o LOG is missing"},
    {"judge nowhere.log", "nowhere.log: No such file or directory"},
    {"judge plain.trace",
     "plain.trace:1:1: expected '# heapck log 1', found a trace: 'heapck replay'"},
    {"record plain.trace -o no/such/file", "cannot write no/such/file: No such file or directory"},
    {"shrink plain.trace -o no/such/file", "cannot write no/such/file: No such file or directory"},
    {"export plain.trace -o no/such/file", "cannot write no/such/file: No such file or directory"},
    {"shrink plain.trace", "-o FILE is missing"},
    {"shrink plain.trace -o - --clause no.such.clause", "no clause has the id 'no.such.clause'"},
    {"export plain.trace", "-o FILE is missing"},
    {"compare --target winmem", "expected --target at least twice"},
    {"compare --target winmem --target so:./deviant.so --html no/such/file",
     "cannot write no/such/file: No such file or directory"},
    {"spec lost", "expected list, show, coverage, markdown or json, found 'lost'"},
    {"spec shwo x", "expected list, show, coverage, markdown or json, found 'shwo'"},
    {"spec json x", "one argument too many: 'x'"},
    {"spec show", "the id of a clause is missing"},
    {"spec show heap_size.live_block.is_the_request_size",
     "did you mean 'heap_size.live_block.is_the_requested_size'?"},
    {"spec show no.such.clause", "no clause has the id 'no.such.clause'"},
    {"spec list 'no.such.*'", "no clause matches 'no.such.*'"},
    {"bench speed", "expected oracle, fuzz, vm or agent, found 'speed'"},
    {"selftest --only none", "--only: no mutant matches 'none' (see 'heapck selftest --help')"},
    {"version now", "one argument too many: 'now'"},
};

static void check_one_line(const char *text)
{
    const char *newline = strchr(text, '\n');
    if (newline == NULL || newline[1] != '\0') {
        fail_msg("not one line:\n%s", text);
    }
}

static void every_mistake_is_told_and_ends_with_status_2(void **state)
{
    char command[300];
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        (void)snprintf(command, sizeof command, "$HEAPCK %s", mistakes[i].command);
        struct run result = run_for(2, command);
        check_has(result.err, mistakes[i].message);
        check_one_line(result.err);
        assert_string_equal(result.out, "");
    }
}

static void options_take_their_value_behind_an_equals_sign_too(void **state)
{
    (void)state;
    struct run result =
        run_for(0, "$HEAPCK run --target=so:./deviant.so --only=heap.alignment.* -- plain.trace");
    check_has(result.out, "1 trace, ");
}

static void standard_output_that_is_full_is_told_and_ends_with_status_3(void **state)
{
    (void)state;
    struct run result = run_for(3, "$HEAPCK spec list >/dev/full");
    assert_string_equal(result.err,
                        "heapck: cannot write standard output: No space left on device\n");
    result = run_for(3, "$HEAPCK run --target so:./deviant.so --only 'heap.alignment.*' "
                        "plain.trace >/dev/full");
    check_has(result.err, "cannot write standard output");
}

static void a_reader_that_has_seen_enough_is_told_nothing(void **state)
{
    (void)state;
    struct run result = run_for(0, "$HEAPCK spec markdown | head -n 1");
    assert_string_equal(result.err, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_help_on_standard_output),
        cmocka_unit_test(every_command_refuses_an_unknown_option_by_name),
        cmocka_unit_test(the_list_of_commands_is_shown_on_request_and_without_a_command),
        cmocka_unit_test(an_unknown_command_is_refused_by_name),
        cmocka_unit_test(the_version_is_shown),
        cmocka_unit_test(every_mistake_is_told_and_ends_with_status_2),
        cmocka_unit_test(options_take_their_value_behind_an_equals_sign_too),
        cmocka_unit_test(standard_output_that_is_full_is_told_and_ends_with_status_3),
        cmocka_unit_test(a_reader_that_has_seen_enough_is_told_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
