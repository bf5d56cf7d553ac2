/* Between the files of program.h. */
#ifndef HCK_KIT_FUZZ_PROGRAM_INTERNAL_H
#define HCK_KIT_FUZZ_PROGRAM_INTERNAL_H

#include "kit/fuzz/program.h"

enum { PROGRAM_WORDS_MAX = 32, PROGRAM_NAME_BYTES = 64 };

struct command {
    char words[PROGRAM_WORDS_MAX][PROGRAM_PATH_MAX];
    char *argv[PROGRAM_WORDS_MAX + 1];
    unsigned count;
};

/* The folder above the build folder of this program. */
bool hck_program_builds_folder(char path[PROGRAM_PATH_MAX]);

/* Makes the command for one of the engine's processes, and sets what it takes from the environment.
 * In the child: the words stay where they are. */
void hck_program_command(const struct program_options *options, const char *inputs, unsigned number,
                         struct command *command);

bool hck_program_make_folder(const char *folder, const char *name);

/* Whether a file of this name is a trace, and not one that is being written (kept.c). The name has
 * less than PROGRAM_NAME_BYTES bytes. */
bool hck_program_is_whole_trace(const char *name);

/* The folder that afl-fuzz begins with: the corpus, or one with a trace of no calls. */
bool hck_program_make_inputs(const struct program_options *options, char inputs[PROGRAM_PATH_MAX]);

/* Adds what an afl-fuzz says of itself in its file. */
void hck_program_add_afl_stats(const char *folder, unsigned number,
                               struct program_progress *progress);

#endif
