/* The helpers that programs are put together from: every one compiles, only those that are needed
 * are taken, and the measures are those of spec/measure.h. */
#include "tests/kit/export/harness.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/export/pieces.h"
#include "spec/measure.h"

#define INCLUDES                                                                                \
    "#ifdef _WIN32\n#include <windows.h>\n#else\n#include <winmem.h>\n#include <pthread.h>\n"   \
    "#include <time.h>\n#include <sys/wait.h>\n#endif\n#include <unistd.h>\n"                   \
    "#include <fcntl.h>\n#include <wchar.h>\n"                                                  \
    "#include <inttypes.h>\n#include <setjmp.h>\n#include <signal.h>\n#include <stdatomic.h>\n" \
    "#include <stdbool.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n"      \
    "#include <string.h>\n"

/* What is not called here would be unused. */
#define MAY_BE_UNUSED                                        \
    "#pragma GCC diagnostic ignored \"-Wunused-function\"\n" \
    "#pragma GCC diagnostic ignored \"-Wunused-variable\"\n" \
    "#pragma weak AddVectoredExceptionHandler\n"

static char *put_together(const char *body)
{
    struct source_text text = {0};
    hck_source_say(&text, "%s", INCLUDES MAY_BE_UNUSED);
    assert_true(hck_pieces_collect(body, &text));
    hck_source_append(&text, body, strlen(body));
    assert_false(text.failed);
    return text.bytes;
}

static void append_name(void *context, const char *name, size_t length)
{
    struct source_text *names = context;
    hck_source_say(names, "%.*s ", (int)length, name);
}

/* Every word of the prelude asked for at once: so every piece is there. */
static char *everything(void)
{
    struct source_text names = {0};
    struct source_text text = {0};
    hck_pieces_scan(hck_export_prelude, strlen(hck_export_prelude), append_name, &names);
#define MEASURE(name, words) hck_source_say(&names, "measure_" #name " ");
#include "spec/measures.def"
#undef MEASURE
    hck_source_say(&text, "%s", INCLUDES MAY_BE_UNUSED);
    assert_true(hck_pieces_collect(names.bytes, &text));
    hck_source_say(&text, "int main(void)\n{\n    return 0;\n}\n");
    hck_source_free(&names);
    return text.bytes;
}

static void every_piece_compiles(void **unused)
{
    static char output[OUTPUT_SIZE];
    char *text = everything();
    (void)unused;
    assert_non_null(strstr(text, "static uint64_t measure_walk_large_shared"));
    assert_non_null(strstr(text, "static int judge_another_process(void)"));
    assert_int_equal(harness_run(text, output), 0);
    free(text);
}

static void every_piece_compiles_for_windows(void **unused)
{
    (void)unused;
    if (!harness_has_mingw()) {
        print_message("skipped: there is no x86_64-w64-mingw32-gcc\n");
        skip();
    }
    char *text = everything();
    assert_true(harness_compile_for_windows(text));
    free(text);
}

static void only_what_is_named_is_taken(void **unused)
{
    struct source_text text = {0};
    (void)unused;
    assert_true(
        hck_pieces_collect("int main(void) { return judge(1, \"peek\", 2); /* poke */ }", &text));
    assert_non_null(strstr(text.bytes, "static int judge(int holds"));
    assert_null(strstr(text.bytes, "peek"));
    assert_null(strstr(text.bytes, "poke"));
    assert_null(strstr(text.bytes, "could_not_run"));
    hck_source_free(&text);

    assert_true(hck_pieces_collect("int main(void) { return 0; }", &text));
    assert_true(text.length == 0);
    hck_source_free(&text);
}

static void what_is_named_brings_what_it_names(void **unused)
{
    struct source_text text = {0};
    (void)unused;
    assert_true(hck_pieces_collect("measure_walk_overlaps(values, value_count, 0)", &text));
    assert_non_null(strstr(text.bytes, "static bool overlap("));
    assert_non_null(strstr(text.bytes, "WALK_DATA,\n"));
    assert_non_null(strstr(text.bytes, "static uint64_t values[1 << 20];"));
    assert_null(strstr(text.bytes, "hck_"));
    assert_null(strstr(text.bytes, "find_busy"));
    hck_source_free(&text);
}

/* --- Measures --------------------------------------------------------------------------------- */

enum { LISTS = 12, LIST_VALUES_MAX = 64 };

static const char *const measure_names[MEASURE_COUNT] = {
#define MEASURE(name, words) #name,
#include "spec/measures.def"
#undef MEASURE
};

/* Small numbers, so that entries meet and overlap. */
static uint32_t make_list(uint32_t number, uint64_t list[LIST_VALUES_MAX])
{
    uint32_t count = (number * 7 + 1) % LIST_VALUES_MAX;
    uint64_t x = number + 1;
    for (uint32_t i = 0; i < count; i++) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        list[i] = (x >> 33) % 40 * (number % 3 == 0 ? 4096 : 1);
    }
    return count;
}

static void append_lists(struct source_text *body)
{
    hck_source_say(body, "static const uint64_t lists[%d][%d] = {\n", LISTS, LIST_VALUES_MAX);
    for (uint32_t i = 0; i < LISTS; i++) {
        uint64_t list[LIST_VALUES_MAX];
        uint32_t count = make_list(i, list);
        hck_source_say(body, "{0");
        for (uint32_t k = 0; k < count; k++) {
            hck_source_say(body, "%s%" PRIu64, k == 0 ? "+" : ",", list[k]);
        }
        hck_source_say(body, "},\n");
    }
    hck_source_say(body, "};\nint main(void)\n{\n");
}

static void measures_are_those_of_the_oracle(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct source_text body = {0};
    struct source_text expected = {0};
    (void)unused;
    append_lists(&body);
    for (uint32_t i = 0; i < LISTS; i++) {
        uint64_t list[LIST_VALUES_MAX];
        uint32_t count = make_list(i, list);
        for (unsigned m = 0; m < MEASURE_COUNT; m++) {
            uint64_t operand = count > 0 ? list[(i + m) % count] : 0;
            hck_source_say(
                &body, "printf(\"%%\" PRIu64 \"\\n\", measure_%s(lists[%u], %u, %" PRIu64 "));\n",
                measure_names[m], i, count, operand);
            hck_source_say(&expected, "%" PRIu64 "\n",
                           hck_measure((enum measure)m, list, count, operand));
        }
    }
    hck_source_say(&body, "return 0;\n}\n");
    char *text = put_together(body.bytes);
    assert_int_equal(harness_run(text, output), 0);
    assert_string_equal(output, expected.bytes);
    free(text);
    hck_source_free(&body);
    hck_source_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_compiles),
        cmocka_unit_test(every_piece_compiles_for_windows),
        cmocka_unit_test(only_what_is_named_is_taken),
        cmocka_unit_test(what_is_named_brings_what_it_names),
        cmocka_unit_test(measures_are_those_of_the_oracle),
    };
    return cmocka_run_group_tests(tests, harness_begin, harness_end);
}
