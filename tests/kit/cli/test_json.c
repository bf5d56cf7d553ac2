/* What is JSON can be parsed, and json.md says what is in it: every key, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/kit/cli/program.h"
#include "tests/kit/report/json.h"

enum { DOCUMENT_MAX = 1 << 16, KEYS_MAX = 100 };

static char document[DOCUMENT_MAX];

static int read_document(void **state)
{
    FILE *file = fopen(SOURCE_DIR "/kit/report/json.md", "r");
    if (file == NULL || make_folder(state) != 0) {
        return -1;
    }
    document[fread(document, 1, sizeof document - 1, file)] = '\0';
    return fclose(file);
}

/* Keys that are documented: "| `key`" or "| `key`, `key`" at the beginning of a row, from a heading
 * to the next one. */
struct keys {
    char names[KEYS_MAX][50];
    bool seen[KEYS_MAX];
    size_t count;
};

static void read_keys(const char *heading, struct keys *keys)
{
    const char *line = strstr(document, heading);
    assert_non_null(line);
    memset(keys, 0, sizeof *keys);
    for (line = strchr(line, '\n'); line != NULL && line[1] != '#'; line = strchr(line, '\n')) {
        line++;
        if (strncmp(line, "| `", 3) != 0) {
            if (line[0] == '#') {
                return;
            }
            continue;
        }
        const char *end = strchr(line + 1, '|');
        for (const char *at = strchr(line, '`'); at != NULL && at < end; at = strchr(at, '`')) {
            size_t length = strcspn(++at, "`");
            assert_true(length < sizeof keys->names[0] && keys->count < KEYS_MAX);
            memcpy(keys->names[keys->count++], at, length);
            at += length + 1;
        }
    }
}

static void find_key(void *context, const char *key)
{
    struct keys *keys = context;
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->names[i], key) == 0) {
            keys->seen[i] = true;
            return;
        }
    }
    fail_msg("kit/report/json.md does not document the key '%s'", key);
}

static void check_all_seen(const struct keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (!keys->seen[i]) {
            fail_msg("kit/report/json.md documents '%s', which is not there", keys->names[i]);
        }
    }
}

static void a_report_parses_and_its_keys_are_the_documented_ones(void **state)
{
    struct keys keys;
    (void)state;
    read_keys("# The JSON report", &keys);
    assert_true(keys.count > 25);
    struct run result = run_for(1, "DEVIANT=short $HEAPCK run --target so:./deviant.so --format "
                                   "json --report out plain.trace");
    check_json(result.out, find_key, &keys);
    check_all_seen(&keys);
    check_json(read_file("out/report.json"), find_key, &keys);
}

static void reports_of_every_verdict_parse(void **state)
{
    struct keys keys;
    (void)state;
    read_keys("# The JSON report", &keys);
    write_file("none.trace", "# heapck trace 1\n");
    write_file("known", "heap_size.live_block.is_the_requested_size \"a\\b\"\n");
    static const char *const runs[] = {
        "$HEAPCK run --format json none.trace",
        "$HEAPCK run --format json --target so:./deviant.so --expect known plain.trace",
        "$HEAPCK run --format json --target 'exec:sh -c \"exit 1\"' plain.trace",
        "cp plain.trace 'a \"b\".trace' && DEVIANT=crash $HEAPCK run --format json --target "
        "so:./deviant.so 'a \"b\".trace'",
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        check_json(run(runs[i]).out, find_key, &keys);
    }
}

static void the_clause_table_parses_and_its_keys_are_the_documented_ones(void **state)
{
    struct keys keys;
    (void)state;
    read_keys("# The clause table", &keys);
    check_json(run_for(0, "$HEAPCK spec json").out, find_key, &keys);
    check_all_seen(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_parses_and_its_keys_are_the_documented_ones),
        cmocka_unit_test(reports_of_every_verdict_parse),
        cmocka_unit_test(the_clause_table_parses_and_its_keys_are_the_documented_ones),
    };
    return cmocka_run_group_tests(tests, read_document, remove_folder);
}
