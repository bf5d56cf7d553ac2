/* How each engine is called. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/fuzz/input.h"
#include "kit/fuzz/program_internal.h"
#include "kit/generate/bytes.h"
#include "kit/generate/random.h"

enum { SETTING_LINE_MAX = 1000, WORD_MAX = 32 };

struct setting {
    char name[WORD_MAX];
    char value[WORD_MAX];
};

__attribute__((format(printf, 2, 3))) static void add_word(struct command *command,
                                                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (command->count < PROGRAM_WORDS_MAX) {
        char *word = command->words[command->count];
        (void)vsnprintf(word, PROGRAM_PATH_MAX, format, arguments);
        command->argv[command->count++] = word;
    }
    va_end(arguments);
    command->argv[command->count] = NULL;
}

/* Those of the file beside the harness, which services and scripts read as well: "[libfuzzer]", and
 * below it lines of "name = value". Returns how many there are. */
static unsigned read_settings(const struct program_options *options,
                              struct setting settings[PROGRAM_WORDS_MAX])
{
    char path[PROGRAM_PATH_MAX];
    char line[SETTING_LINE_MAX];
    bool is_ours = false;
    unsigned count = 0;
    int length = snprintf(path, sizeof path, "%s.options", options->harness);
    FILE *file = length > 0 && length < (int)sizeof path ? fopen(path, "r") : NULL;
    while (file != NULL && count < PROGRAM_WORDS_MAX && fgets(line, sizeof line, file) != NULL) {
        struct setting *setting = &settings[count];
        if (line[0] == '[') {
            is_ours = strcmp(line, "[libfuzzer]\n") == 0;
        } else if (is_ours) {
            count += sscanf(line, "%31[a-z_] = %31s", setting->name, setting->value) == 2;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return count;
}

static void add_settings(const struct program_options *options, struct command *command)
{
    struct setting settings[PROGRAM_WORDS_MAX];
    unsigned count = read_settings(options, settings);
    for (unsigned i = 0; i < count; i++) {
        add_word(command, "-%s=%s", settings[i].name, settings[i].value);
    }
}

size_t hck_program_max_len(const struct program_options *options)
{
    struct setting settings[PROGRAM_WORDS_MAX];
    unsigned count = read_settings(options, settings);
    size_t most = INPUT_CALLS_MAX * BYTES_PER_CALL;
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(settings[i].name, "max_len") == 0) {
            most = strtoul(settings[i].value, NULL, 10);
        }
    }
    return most;
}

/* The first process of each job has a seed that one can say again; those that take its place do not
 * make the inputs once more that ended it. */
static uint32_t seed_of(const struct program_options *options, unsigned number, unsigned generation)
{
    uint32_t first = (uint32_t)(options->seed * PROGRAM_JOBS_MAX + number + 1);
    return generation == 0 ? first
                           : (uint32_t)hck_random_mix((uint64_t)generation << 32 | first) | 1;
}

/* Its processes share a folder of inputs, which each reads again and again. One that found
 * something ends, and another one takes its place, which knows of it. */
static void say_libfuzzer(const struct program_options *options, unsigned number,
                          unsigned generation, struct command *command)
{
    add_word(command, "%s", options->harness);
    add_word(command, "-reload=2");
    add_word(command, "-handle_segv=0");
    add_word(command, "-handle_bus=0");
    add_word(command, "-len_control=0");
    add_word(command, "-print_final_stats=1");
    add_settings(options, command);
    add_word(command, "-seed=%" PRIu32, seed_of(options, number, generation));
    add_word(command, "-artifact_prefix=%s/artifacts/", options->folder);
    add_word(command, "%s/libfuzzer", options->folder);
}

/* AFL++ syncs its main and secondary processes by itself. */
static void say_afl(const struct program_options *options, const char *inputs, unsigned number,
                    struct command *command)
{
    add_word(command, "afl-fuzz");
    add_word(command, number == 0 ? "-M" : "-S");
    add_word(command, "job%u", number);
    add_word(command, "-s");
    add_word(command, "%" PRIu32, (uint32_t)(options->seed + number));
    add_word(command, "-m");
    add_word(command, "none");
    add_word(command, "-t"); /* by itself it takes 20 ms, which a busy machine takes for nothing */
    add_word(command, "1000");
    add_word(command, "-i");
    add_word(command, "%s", inputs);
    add_word(command, "-o");
    add_word(command, "%s/afl", options->folder);
    add_word(command, "--");
    add_word(command, "%s", options->harness);
}

const char *hck_program_harness_name(const struct program_options *options)
{
    const char *slash = strrchr(options->harness, '/');
    return slash != NULL ? slash + 1 : options->harness;
}

static void set_afl_environment(const struct program_options *options)
{
    char mutator[PROGRAM_PATH_MAX];
    if (hck_program_find_mutator(mutator)) {
        (void)setenv("AFL_CUSTOM_MUTATOR_LIBRARY", mutator, 0);
    }
    (void)setenv("AFL_CUSTOM_MUTATOR_ONLY", "1", 0);
    (void)setenv("HEAPCK_FUZZ_HARNESS", hck_program_harness_name(options), 1);
    (void)setenv("AFL_NO_UI", "1", 0);
    (void)setenv("AFL_DEBUG_CHILD", "1", 0); /* what the harness says is heard */
    (void)setenv("AFL_FUZZER_STATS_UPDATE_INTERVAL", "2", 0);
    (void)setenv("AFL_HANG_TMOUT", "5000", 0); /* a busy machine is no find */
    (void)setenv("AFL_SKIP_CPUFREQ", "1", 0);
    (void)setenv("AFL_NO_AFFINITY", "1", 0);
    (void)setenv("AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1", 0);
}

void hck_program_command(const struct program_options *options, const char *inputs, unsigned number,
                         unsigned generation, struct command *command)
{
    command->count = 0;
    if (options->engine == ENGINE_AFL) {
        set_afl_environment(options);
        say_afl(options, inputs, number, command);
    } else {
        say_libfuzzer(options, number, generation, command);
    }
}
