/* What engines leave behind is given once: violations, and inputs that ended their processes. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp, utimensat */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "kit/fuzz/harvest.h"
#include "kit/fuzz/kept.h"
#include "kit/generate/bytes.h"
#include "tests/kit/trace/text.h"

#define HEADER "# heapck trace 1\n"
#define CLAUSE "heap_size.live_block.is_the_requested_size"
#define VIOLATING HEADER "# clause " CLAUSE "\nh0 = HeapCreate(0, 0, 0)\n"

enum { FOLDER_BYTES = 40, NAME_BYTES = 100, PATH_BYTES = 200 };

struct run {
    char folder[FOLDER_BYTES];
    struct harvest harvest;
    struct trace_buffer trace;
    enum clause_id clause;
};

static void in_folder(const struct run *run, const char *name, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", run->folder, name);
}

static void make(const struct run *run, const char *name)
{
    char path[PATH_BYTES];
    in_folder(run, name, path);
    assert_int_equal(mkdir(path, 0777), 0);
}

/* As if an engine had written it a while ago. */
static void leave(const struct run *run, const char *name, const void *bytes, size_t size)
{
    static const struct timespec long_ago[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    char path[PATH_BYTES];
    in_folder(run, name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
}

static void leave_text(const struct run *run, const char *name, const char *text)
{
    leave(run, name, text, strlen(text));
}

static int begin(void **state)
{
    static const char *const folders[] = {"seen",
                                          "artifacts",
                                          "libfuzzer",
                                          "afl",
                                          "afl/job0",
                                          "afl/job0/hangs",
                                          "afl/job0/crashes.2026"};
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    (void)snprintf(run->folder, sizeof run->folder, "/tmp/heapck-harvest-XXXXXX");
    assert_non_null(mkdtemp(run->folder));
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        make(run, folders[i]);
    }
    assert_true(hck_harvest_open(&run->harvest, run->folder, "mixed"));
    *state = run;
    return 0;
}

static int end(void **state)
{
    struct run *run = *state;
    char command[PATH_BYTES + 20];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", run->folder);
    hck_harvest_close(&run->harvest);
    hck_trace_free(&run->trace);
    free(run);
    return system(command); /* NOLINT(cert-env33-c) a name we made */
}

static bool next(struct run *run)
{
    return hck_harvest_next(&run->harvest, &run->trace, &run->clause);
}

static void begin_next_run(struct run *run)
{
    hck_harvest_close(&run->harvest);
    assert_true(hck_harvest_open(&run->harvest, run->folder, "mixed"));
}

static void a_violation_and_a_death_are_given_once(void **state)
{
    struct run *run = *state;
    leave_text(run, "artifacts/crash-1", HEADER "GetLastError()\n");
    leave_text(run, "seen/1.trace", VIOLATING);
    assert_true(next(run));
    assert_int_equal(run->clause, hck_clause_find(CLAUSE));
    assert_true(next(run));
    assert_int_equal(run->clause, CLAUSE_NONE);
    assert_trace(&run->trace.trace, "GetLastError()\n");
    assert_false(next(run));
    assert_false(hck_harvest_has_more(&run->harvest));
}

static void the_input_of_a_violation_is_no_death(void **state)
{
    struct run *run = *state;
    uint8_t bytes[BYTES_PER_CALL];
    struct trace_buffer trace = {.capacity = 0};
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\n", &trace);
    assert_int_equal(hck_bytes_encode(&trace.trace, bytes, sizeof bytes), sizeof bytes);
    hck_trace_free(&trace);
    leave(run, "artifacts/crash-1", bytes, sizeof bytes);
    leave_text(run, "seen/1.trace", VIOLATING);
    assert_true(next(run));
    assert_int_equal(run->clause, hck_clause_find(CLAUSE));
    assert_false(next(run));
}

static void inputs_of_every_engine_are_read_and_slow_ones_are_not(void **state)
{
    struct run *run = *state;
    leave_text(run, "artifacts/timeout-1", HEADER "HeapUnlock(h1)\n");
    leave_text(run, "artifacts/slow-unit-1", HEADER "HeapUnlock(h2)\n");
    leave_text(run, "afl/job0/hangs/id:000000,src:1", HEADER "HeapUnlock(h3)\n");
    leave_text(run, "afl/job0/hangs/README.txt", "not an input");
    leave_text(run, "afl/job0/crashes.2026/id:000000,sig:06", HEADER "HeapUnlock(h4)\n");
    unsigned count = 0;
    while (next(run)) {
        assert_int_equal(run->clause, CLAUSE_NONE);
        assert_int_not_equal(run->trace.trace.calls[0].arguments[0].slot, 2);
        count++;
    }
    assert_int_equal(count, 3);
}

static void what_was_looked_at_is_not_given_to_a_later_run(void **state)
{
    struct run *run = *state;
    leave_text(run, "artifacts/crash-1", HEADER "HeapUnlock(h1)\n");
    leave_text(run, "artifacts/crash-2", HEADER "HeapUnlock(h2)\n");
    assert_true(next(run));
    hck_harvest_looked(&run->harvest);
    uint32_t looked = run->trace.trace.calls[0].arguments[0].slot;
    assert_true(next(run));

    begin_next_run(run);
    assert_true(next(run));
    assert_int_not_equal(run->trace.trace.calls[0].arguments[0].slot, looked);
    assert_false(next(run));

    begin_next_run(run);
    assert_int_equal(hck_harvest_count_left(&run->harvest), 1);
    assert_int_equal(hck_harvest_count_left(&run->harvest), 0);
}

/* A sanitizer sees in the next run what a fresh process never does. */
static void an_input_that_is_left_anew_is_given_anew(void **state)
{
    struct run *run = *state;
    char path[PATH_BYTES];
    leave_text(run, "artifacts/crash-1", HEADER "HeapUnlock(h1)\n");
    assert_true(next(run));
    hck_harvest_looked(&run->harvest);

    begin_next_run(run);
    assert_false(next(run));
    in_folder(run, "artifacts/crash-1", path);
    assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
    assert_true(hck_harvest_has_more(&run->harvest));
    assert_int_equal(hck_harvest_count_left(&run->harvest), 1);
}

/* Else no process of libFuzzer would come farther than that. */
static void an_input_that_libfuzzer_began_with_is_taken_from_it(void **state)
{
    static const char text[] = HEADER "HeapUnlock(h1)\n";
    struct run *run = *state;
    char name[NAME_BYTES];
    char path[PATH_BYTES];
    struct stat status;
    (void)snprintf(name, sizeof name, "libfuzzer/%016llx",
                   (unsigned long long)hck_digest_of(text, strlen(text)));
    in_folder(run, name, path);
    leave_text(run, name, text);
    leave_text(run, "artifacts/crash-1", text);
    assert_int_equal(stat(path, &status), 0);
    assert_true(next(run));
    assert_int_not_equal(stat(path, &status), 0);
}

static void a_file_that_is_being_written_is_left_for_later(void **state)
{
    struct run *run = *state;
    char path[PATH_BYTES];
    leave_text(run, "artifacts/crash-1", "");
    in_folder(run, "artifacts/crash-1", path);
    assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
    assert_false(next(run));
    assert_true(hck_harvest_has_more(&run->harvest));
    assert_int_equal(hck_harvest_count_left(&run->harvest), 1);
}

static void a_thousand_files_are_no_end(void **state)
{
    enum { MANY = 1000 };
    struct run *run = *state;
    char name[NAME_BYTES];
    char text[PATH_BYTES];
    for (unsigned i = 0; i < MANY; i++) {
        (void)snprintf(name, sizeof name, "artifacts/crash-%u", i);
        (void)snprintf(text, sizeof text, HEADER "h0 = HeapCreate(0, %u, 0)\n", i);
        leave_text(run, name, text);
    }
    assert_int_equal(hck_harvest_count_left(&run->harvest), MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_violation_and_a_death_are_given_once, begin, end),
        cmocka_unit_test_setup_teardown(the_input_of_a_violation_is_no_death, begin, end),
        cmocka_unit_test_setup_teardown(inputs_of_every_engine_are_read_and_slow_ones_are_not,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_was_looked_at_is_not_given_to_a_later_run, begin, end),
        cmocka_unit_test_setup_teardown(an_input_that_is_left_anew_is_given_anew, begin, end),
        cmocka_unit_test_setup_teardown(an_input_that_libfuzzer_began_with_is_taken_from_it, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_file_that_is_being_written_is_left_for_later, begin, end),
        cmocka_unit_test_setup_teardown(a_thousand_files_are_no_end, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
