/* Between the files of program.h. */
#ifndef HCK_KIT_FUZZ_PROGRAM_INTERNAL_H
#define HCK_KIT_FUZZ_PROGRAM_INTERNAL_H

#include "kit/fuzz/digests.h"
#include "kit/fuzz/program.h"

enum { PROGRAM_WORDS_MAX = 32 };

struct command {
    char words[PROGRAM_WORDS_MAX][PROGRAM_PATH_MAX];
    char *argv[PROGRAM_WORDS_MAX + 1];
    unsigned count;
};

/* Where AFL++'s way to our mutator lies: in this program's build folder, or in the release build's
 * beside it. False where it is in neither; `path` is then where it should be. */
bool hck_program_find_mutator(char path[PROGRAM_PATH_MAX]);

/* The last part of its path. */
const char *hck_program_harness_name(const struct program_options *options);

/* Makes the command for one of the engine's processes, the one that has taken the place of so many
 * before it, and sets what it takes from the environment.
 * In the child: the words stay where they are. */
void hck_program_command(const struct program_options *options, const char *inputs, unsigned number,
                         unsigned generation, struct command *command);

/* How long an input of libFuzzer may be, by the settings of the harness. */
size_t hck_program_max_len(const struct program_options *options);

/* Writes the traces of the corpus where libFuzzer reads its inputs, and adds the digests of what
 * engines make of them. False when out of memory. */
bool hck_program_feed(const struct program_options *options, struct digests *corpus);

/* Writes as text into the corpus what engines have kept and is not from there. Returns how many
 * inputs there was no time or no room for. */
uint32_t hck_program_keep(const struct program_options *options, const struct digests *corpus);

/* Gives the folder of afl-fuzz another name, OUT/afl.before: it begins with the corpus, which may
 * have more by now. Where all that is there and in folders that were set aside before is in the
 * corpus (`is_kept`) these are removed, otherwise they stay as OUT/afl.before.2 and so on, for a
 * later run. False with errno where it keeps its name. */
bool hck_program_set_afl_aside(const struct program_options *options, bool is_kept);

bool hck_program_make_folder(const char *folder, const char *name);

/* Calls `visit` with the path of each file below the folder whose path matches the pattern, as a
 * shell's, until it returns false. Names that begin with a dot do not match: files have them while
 * they are written (kept.h). False where it was ended so. */
bool hck_program_each_file(const char *folder, const char *pattern,
                           bool (*visit)(void *context, const char *path), void *context);

/* The bytes of an input, which the caller frees; what is beyond a megabyte is left out, as engines
 * do. NULL where the file cannot be read or there is no memory. */
uint8_t *hck_program_read_input(const char *path, size_t *size);

/* The folder that afl-fuzz begins with: the corpus, or one with a trace of no calls. */
bool hck_program_make_inputs(const struct program_options *options, char inputs[PROGRAM_PATH_MAX]);

/* Adds what an afl-fuzz says of itself in its file. */
void hck_program_add_afl_stats(const char *folder, unsigned number,
                               struct program_progress *progress);

#endif
