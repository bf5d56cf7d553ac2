/* Inputs as traces, and their neighbours. */
#define _POSIX_C_SOURCE 200809L /* fstatat */

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fuzz/mutate_input.h"
#include "kit/generate/bytes.h"
#include "kit/generate/generate.h"

static const struct input_options all = {.families = INPUT_FAMILIES_ALL, .thread_count = 8};

static const char some_text[] = "# heapck trace 1\n"
                                "h0 = HeapCreate(0, 0, 0)\n"
                                "b0 = HeapAlloc(h0, 0, 100)\n"
                                "@3 HeapFree(h0, 0, b0)\n"
                                "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_NOACCESS)\n";

static void read_text(const char *text, const struct input_options *options,
                      struct trace_buffer *trace)
{
    assert_true(hck_fuzz_input_read((const uint8_t *)text, strlen(text), options, trace));
}

static void text_and_its_bytes_are_the_same_trace(void **state)
{
    (void)state;
    struct trace_buffer text = {0};
    struct trace_buffer bytes = {0};
    uint8_t encoded[16 * BYTES_PER_CALL];
    read_text(some_text, &all, &text);
    assert_int_equal(text.trace.call_count, 4);
    size_t size = hck_bytes_encode(&text.trace, encoded, sizeof encoded);
    assert_true(hck_fuzz_input_read(encoded, size, &all, &bytes));
    assert_true(hck_trace_same(&text.trace, &bytes.trace));
    hck_trace_free(&text);
    hck_trace_free(&bytes);
}

static void text_that_does_not_parse_is_bytes(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    read_text("# heapck trace 1\nthis is no call\n", &all, &trace);
    assert_int_equal(trace.trace.call_count, 1);
    read_text("", &all, &trace);
    assert_int_equal(trace.trace.call_count, 0);
    hck_trace_free(&trace);
}

static void only_the_families_and_threads_of_the_harness_stay(void **state)
{
    (void)state;
    struct input_options options = {.families = 1u << FAMILY_heap, .thread_count = 2};
    struct trace_buffer trace = {0};
    read_text(some_text, &options, &trace);
    assert_int_equal(trace.trace.call_count, 3);
    assert_int_equal(trace.trace.calls[2].thread, 1);
    assert_int_equal(trace.trace.thread_count, 2);
    assert_int_equal(trace.trace.slot_count[SLOT_REGION], 0);
    hck_trace_free(&trace);
}

static void an_input_costs_what_its_calls_cost(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    read_text("# heapck trace 1\n"
              "b3999999 = HeapAlloc(h3000000, 0, 4G)\n"
              "b0 = HeapAlloc(h0, 0, SIZE_MAX)\n",
              &all, &trace);
    assert_true(trace.trace.slot_count[SLOT_BLOCK] <= INPUT_SLOTS);
    assert_true(trace.trace.slot_count[SLOT_HEAP] <= INPUT_SLOTS);
    assert_true(trace.trace.calls[0].arguments[2].value <= INPUT_BLOCK_BYTES_MAX);
    assert_true(trace.trace.calls[1].arguments[2].value == UINT64_MAX);
    hck_trace_free(&trace);
}

/* A terabyte may be readable: a page at a time takes days. */
static void a_probe_is_no_longer_than_its_most(void **state)
{
    (void)state;
    struct trace_buffer trace = {.capacity = 0};
    read_text("# heapck trace 1\nPeek(r0, 1099511627775)\nPoke(r0, 18446744073709551615, 1)\n"
              "Peek(r0, 4096)\n",
              &all, &trace);
    assert_int_equal(trace.trace.call_count, 3);
    assert_true(trace.trace.calls[0].arguments[1].value <= INPUT_PROBE_BYTES_MAX);
    assert_true(trace.trace.calls[1].arguments[1].value <= INPUT_PROBE_BYTES_MAX);
    assert_int_equal(trace.trace.calls[2].arguments[1].value, 4096);
    hck_trace_free(&trace);
}

static void every_mapping_is_asked_for_a_few_times_only(void **state)
{
    (void)state;
    struct trace_buffer trace = {0};
    read_text("# heapck trace 1\nQueryAll()\nQueryAll()\nQueryAll()\nQueryAll()\nQueryAll()\n"
              "QueryAll()\nh0 = HeapCreate(0, 0, 0)\n",
              &all, &trace);
    assert_int_equal(trace.trace.call_count, INPUT_MAPS_MAX + 1);
    assert_int_equal(trace.trace.calls[INPUT_MAPS_MAX].id, CALL_HeapCreate);
    hck_trace_free(&trace);
}

static void a_megabyte_is_cut_to_so_many_calls(void **state)
{
    (void)state;
    static uint8_t many[1 << 20];
    struct trace_buffer trace = {0};
    assert_true(hck_fuzz_input_read(many, sizeof many, &all, &trace));
    assert_int_equal(trace.trace.call_count, INPUT_CALLS_MAX);
    hck_trace_free(&trace);
}

static void a_neighbour_fits_and_is_the_same_for_a_seed(void **state)
{
    (void)state;
    struct input_mutator mutator = {.options = all};
    enum { ROOM = 5 * BYTES_PER_CALL };
    uint8_t first[ROOM];
    uint8_t again[ROOM];
    unsigned different_count = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        const uint8_t *text = (const uint8_t *)some_text;
        size_t length = strlen(some_text);
        size_t size = hck_fuzz_input_mutate(&mutator, text, length, seed, first, ROOM);
        assert_true(size <= ROOM && size % BYTES_PER_CALL == 0);
        assert_int_equal(hck_fuzz_input_mutate(&mutator, text, length, seed, again, ROOM), size);
        assert_memory_equal(first, again, size);
        size_t next = hck_fuzz_input_mutate(&mutator, first, size, seed, again, ROOM);
        different_count += next != size || memcmp(first, again, size) != 0;
    }
    assert_true(different_count > 50);
    hck_fuzz_input_mutator_free(&mutator);
}

static void a_crossing_begins_as_one_and_ends_as_the_other(void **state)
{
    (void)state;
    static const char locks[] = "# heapck trace 1\nHeapLock(h0)\nHeapLock(h0)\nHeapLock(h0)\n";
    static const char unlocks[] = "# heapck trace 1\nHeapUnlock(h0)\nHeapUnlock(h0)\n";
    struct input_mutator mutator = {.options = all};
    struct trace_buffer trace = {0};
    uint8_t out[8 * BYTES_PER_CALL];
    for (uint64_t seed = 1; seed <= 50; seed++) {
        size_t size = hck_fuzz_input_cross(&mutator, (const uint8_t *)locks, sizeof locks - 1,
                                           (const uint8_t *)unlocks, sizeof unlocks - 1, seed, out,
                                           sizeof out);
        assert_true(hck_fuzz_input_read(out, size, &all, &trace));
        bool has_unlock = false;
        for (uint32_t i = 0; i < trace.trace.call_count; i++) {
            has_unlock = has_unlock || trace.trace.calls[i].id == CALL_HeapUnlock;
            assert_true(!has_unlock || trace.trace.calls[i].id == CALL_HeapUnlock);
        }
    }
    hck_trace_free(&trace);
    hck_fuzz_input_mutator_free(&mutator);
}

/* Of the options of a kind of harness. */
static unsigned longest_input(const char *path)
{
    char line[200] = "";
    unsigned longest = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (longest == 0 && fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "max_len = %u", &longest);
    }
    assert_int_equal(fclose(file), 0);
    return longest;
}

/* What services give as an input's length follows the records of calls. */
static void the_longest_input_of_a_service_is_of_whole_calls(void **state)
{
    (void)state;
    unsigned longest = longest_input(OPTIONS_DIR "/trace.options");
    assert_true(longest >= 64 * BYTES_PER_CALL);
    assert_int_equal(longest % BYTES_PER_CALL, 0);
}

/* How many files of the folder there are, none of which is cut: half a text is no trace. */
static unsigned fit(const char *folder, unsigned longest)
{
    unsigned count = 0;
    DIR *list = opendir(folder);
    assert_non_null(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        struct stat status;
        assert_int_equal(fstatat(dirfd(list), entry->d_name, &status, 0), 0);
        if (S_ISREG(status.st_mode)) {
            count++;
            if (status.st_size > longest) {
                fail_msg("%s/%s is longer than the %u bytes of an input", folder, entry->d_name,
                         longest);
            }
        }
    }
    assert_int_equal(closedir(list), 0);
    return count;
}

static void every_seed_and_regression_fits_an_input(void **state)
{
    (void)state;
    unsigned of_traces = longest_input(OPTIONS_DIR "/trace.options");
    unsigned of_text = longest_input(OPTIONS_DIR "/text.options");
    unsigned folder_count = 0;
    DIR *list = opendir(CORPUS_DIR "/seeds");
    assert_non_null(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        char folder[1000];
        if (entry->d_name[0] != '.') {
            (void)snprintf(folder, sizeof folder, CORPUS_DIR "/seeds/%s", entry->d_name);
            bool is_trace = hck_fuzz_input_harness(entry->d_name) != NULL;
            assert_true(fit(folder, is_trace ? of_traces : of_text) > 0);
            folder_count++;
        }
    }
    assert_int_equal(closedir(list), 0);
    assert_true(folder_count > 0);
    assert_true(fit(CORPUS_DIR "/regress", of_traces) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_its_bytes_are_the_same_trace),
        cmocka_unit_test(text_that_does_not_parse_is_bytes),
        cmocka_unit_test(only_the_families_and_threads_of_the_harness_stay),
        cmocka_unit_test(an_input_costs_what_its_calls_cost),
        cmocka_unit_test(a_probe_is_no_longer_than_its_most),
        cmocka_unit_test(every_mapping_is_asked_for_a_few_times_only),
        cmocka_unit_test(a_megabyte_is_cut_to_so_many_calls),
        cmocka_unit_test(the_longest_input_of_a_service_is_of_whole_calls),
        cmocka_unit_test(every_seed_and_regression_fits_an_input),
        cmocka_unit_test(a_neighbour_fits_and_is_the_same_for_a_seed),
        cmocka_unit_test(a_crossing_begins_as_one_and_ends_as_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
