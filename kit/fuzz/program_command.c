/* How each engine is called. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/fuzz/program_internal.h"

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

/* Its processes share a folder of inputs, which each reads again and again. One that found
 * something ends, and another one takes its place, which knows of it. */
static void say_libfuzzer(const struct program_options *options, unsigned number,
                          struct command *command)
{
    add_word(command, "%s", options->harness);
    add_word(command, "-reload=2");
    add_word(command, "-handle_segv=0");
    add_word(command, "-handle_bus=0");
    add_word(command, "-rss_limit_mb=4096");
    add_word(command, "-max_len=4096");
    add_word(command, "-len_control=0");
    add_word(command, "-timeout=60");
    add_word(command, "-seed=%" PRIu32, (uint32_t)(options->seed * PROGRAM_JOBS_MAX + number + 1));
    add_word(command, "-artifact_prefix=%s/artifacts/", options->folder);
    add_word(command, "%s/libfuzzer", options->folder);
    add_word(command, "%s", options->corpus);
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
    (void)hck_program_builds_folder(mutator);
    size_t length = strlen(mutator);
    (void)snprintf(mutator + length, sizeof mutator - length, "/release/fuzz/afl_mutator.so");
    (void)setenv("AFL_CUSTOM_MUTATOR_LIBRARY", mutator, 0);
    (void)setenv("AFL_CUSTOM_MUTATOR_ONLY", "1", 0);
    (void)setenv("HEAPCK_FUZZ_HARNESS", hck_program_harness_name(options), 1);
    (void)setenv("AFL_NO_UI", "1", 0);
    (void)setenv("AFL_FUZZER_STATS_UPDATE_INTERVAL", "2", 0);
    (void)setenv("AFL_AUTORESUME", "1", 0);
    (void)setenv("AFL_HANG_TMOUT", "5000", 0); /* a busy machine is no find */
    (void)setenv("AFL_SKIP_CPUFREQ", "1", 0);
    (void)setenv("AFL_NO_AFFINITY", "1", 0);
    (void)setenv("AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1", 0);
}

void hck_program_command(const struct program_options *options, const char *inputs, unsigned number,
                         struct command *command)
{
    command->count = 0;
    if (options->engine == ENGINE_AFL) {
        set_afl_environment(options);
        say_afl(options, inputs, number, command);
    } else {
        say_libfuzzer(options, number, command);
    }
}
