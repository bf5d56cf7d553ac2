/* Finding trace files: folders are searched in order, mistakes name the file. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp, symlink, setenv */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit/run/corpus.h"

static char folder[] = "/tmp/heapck-corpus-XXXXXX";
static struct corpus corpus;
static char message[1000];

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static const char trace_text[] = "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n";

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        return -1;
    }
    mkdir("traces", 0777);
    mkdir("traces/b", 0777);
    mkdir("traces/b/empty", 0777);
    mkdir("traces/.hidden", 0777);
    write_file("traces/c.trace", trace_text);
    write_file("traces/a.trace", trace_text);
    write_file("traces/b/z.trace", trace_text);
    write_file("traces/b/note.txt", "no trace\n");
    write_file("traces/b/.trace", "no trace\n");
    write_file("traces/.hidden/x.trace", "no trace\n");
    assert_int_equal(symlink("..", "traces/b/loop"), 0);
    mkdir("wrong", 0777);
    write_file("wrong/bad.trace", "# heapck trace 1\nh0 = HeapCreate(0, 0)\n");
    mkdir("corpus", 0777);
    mkdir("corpus/clauses", 0777);
    mkdir("corpus/regress", 0777);
    mkdir("corpus/findings", 0777);
    mkdir("corpus/findings/another", 0777);
    mkdir("corpus/other", 0777);
    write_file("corpus/clauses/1.trace", trace_text);
    write_file("corpus/regress/2.trace", trace_text);
    write_file("corpus/findings/another/3.trace", trace_text);
    write_file("corpus/other/4.trace", trace_text);
    return 0;
}

static int remove_folder(void **state)
{
    char command[100];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") != 0 || system(command) != 0; /* NOLINT(cert-env33-c) a name we made */
}

static int free_corpus(void **state)
{
    (void)state;
    hck_corpus_free(&corpus);
    return 0;
}

static void a_folder_gives_its_traces_in_order_and_follows_no_links(void **state)
{
    (void)state;
    assert_int_equal(hck_corpus_add(&corpus, "traces", "shown", message, sizeof message),
                     CORPUS_FOUND);
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.files[0].name, "shown/a.trace");
    assert_string_equal(corpus.files[1].name, "shown/b/z.trace");
    assert_string_equal(corpus.files[1].path, "traces/b/z.trace");
    assert_string_equal(corpus.files[2].name, "shown/c.trace");
    assert_int_equal(corpus.files[0].trace.trace.call_count, 1);
}

static void a_file_is_taken_whatever_its_name(void **state)
{
    (void)state;
    write_file("plain", trace_text);
    assert_int_equal(hck_corpus_add(&corpus, "plain", "plain", message, sizeof message),
                     CORPUS_FOUND);
    assert_int_equal(corpus.count, 1);
}

static void a_malformed_trace_is_told_by_file_line_and_column(void **state)
{
    (void)state;
    assert_int_equal(hck_corpus_add(&corpus, "wrong", "wrong", message, sizeof message),
                     CORPUS_MALFORMED);
    assert_non_null(strstr(message, "wrong/bad.trace:2:"));
}

static void a_missing_path_is_told(void **state)
{
    (void)state;
    assert_int_equal(hck_corpus_add(&corpus, "nowhere", "nowhere", message, sizeof message),
                     CORPUS_MISSING);
    assert_string_equal(message, "nowhere: No such file or directory");
}

static void the_default_corpus_is_its_clauses_regressions_and_findings(void **state)
{
    char root[1000];
    (void)state;
    unsetenv("HEAPCK_CORPUS");
    assert_true(hck_corpus_find(NULL, root, sizeof root));
    assert_string_equal(root, "corpus");
    assert_int_equal(hck_corpus_add_default(&corpus, root, message, sizeof message), CORPUS_FOUND);
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.files[0].name, "corpus/clauses/1.trace");
    assert_string_equal(corpus.files[1].name, "corpus/regress/2.trace");
    assert_string_equal(corpus.files[2].name, "corpus/findings/another/3.trace");
}

static void the_option_beats_the_environment_and_that_the_working_folder(void **state)
{
    char root[1000];
    (void)state;
    setenv("HEAPCK_CORPUS", "traces", 1);
    assert_true(hck_corpus_find(NULL, root, sizeof root));
    assert_string_equal(root, "traces");
    assert_true(hck_corpus_find("wrong", root, sizeof root));
    assert_string_equal(root, "wrong");
    assert_false(hck_corpus_find("nowhere", root, sizeof root));
    assert_string_equal(root, "nowhere");
    unsetenv("HEAPCK_CORPUS");
}

static enum clause_id clause_of(char *name)
{
    struct corpus_file file = {.name = name};
    return hck_corpus_clause(&file);
}

static void a_file_is_named_for_its_clause_in_two_ways(void **state)
{
    const struct clause *clause = hck_clause_get((enum clause_id)3);
    const char *rest = clause->id + strlen(clause->family) + 1;
    char name[300];
    (void)state;
    (void)snprintf(name, sizeof name, "corpus/clauses/%s/%s.trace", clause->family, rest);
    assert_int_equal(clause_of(name), 3);
    (void)snprintf(name, sizeof name, "corpus/clauses/%s/%s.12.trace", clause->family, rest);
    assert_int_equal(clause_of(name), 3);
    (void)snprintf(name, sizeof name, "x/%s.trace", clause->id);
    assert_int_equal(clause_of(name), 3);
    (void)snprintf(name, sizeof name, "%s.trace", clause->id);
    assert_int_equal(clause_of(name), 3);
    (void)snprintf(name, sizeof name, "%s/%s", clause->family, rest);
    assert_int_equal(clause_of(name), CLAUSE_NONE);
    (void)snprintf(name, sizeof name, "%s.trace", rest);
    assert_int_equal(clause_of(name), CLAUSE_NONE);
    (void)snprintf(name, sizeof name, "/%s.trace", rest);
    assert_int_equal(clause_of(name), CLAUSE_NONE);
    (void)snprintf(name, sizeof name, "12.trace");
    assert_int_equal(clause_of(name), CLAUSE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_folder_gives_its_traces_in_order_and_follows_no_links,
                                  free_corpus),
        cmocka_unit_test_teardown(a_file_is_taken_whatever_its_name, free_corpus),
        cmocka_unit_test_teardown(a_malformed_trace_is_told_by_file_line_and_column, free_corpus),
        cmocka_unit_test_teardown(a_missing_path_is_told, free_corpus),
        cmocka_unit_test_teardown(the_default_corpus_is_its_clauses_regressions_and_findings,
                                  free_corpus),
        cmocka_unit_test(the_option_beats_the_environment_and_that_the_working_folder),
        cmocka_unit_test(a_file_is_named_for_its_clause_in_two_ways),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
