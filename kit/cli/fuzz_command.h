/* heapck fuzz, in parts: its options and its run (command_fuzz.c), the folders that it works in
 * (fuzz_folders.c), and what it tells (fuzz_tell.c). */
#ifndef HCK_KIT_CLI_FUZZ_COMMAND_H
#define HCK_KIT_CLI_FUZZ_COMMAND_H

#include "kit/cli/setup.h"
#include "kit/fuzz/fuzz.h"
#include "kit/report/progress.h"

enum { FUZZ_FOLDER_MAX = 4096 };

struct fuzz_command {
    struct setup setup;
    struct selection wanted; /* what is asked for and not expected */
    const char *out;
    const char *corpus_path;
    char corpus[FUZZ_FOLDER_MAX];
    char finds[FUZZ_FOLDER_MAX];
    char unsteady[FUZZ_FOLDER_MAX];
    bool verbose;
    const char *engine_name; /* NULL: the first one that is installed */
    const char *harness;
    enum fuzz_engine engine;
    char harness_path[PROGRAM_PATH_MAX];
    char known[FUZZ_FOLDER_MAX];
    struct number_option seed;
    struct number_option time_s;
    struct number_option tries;
    struct number_option finds_max;
    struct number_option jobs;
    struct number_option calls;
    struct progress progress;
    bool is_unsaved; /* a find is not in its files */
    bool has_told;   /* that Ctrl-C was heard */
};

/* --- Folders --- */

/* Makes the folders, takes them for this run and this target, copies the traces of PATH... into the
 * corpus, and says what in that is no trace. Returns 0 or the exit status. */
int hck_fuzz_take_folders(struct fuzz_command *command, const struct command_line *line);

/* --- Telling --- */

void hck_fuzz_tell_beginning(const struct fuzz_command *command);

/* These for struct fuzz_options; `context` is the command. */
void hck_fuzz_tell_progress(void *context, const struct fuzz_progress *progress);
void hck_fuzz_tell_find(void *context, const struct find *find,
                        const struct fuzz_progress *progress);
void hck_fuzz_tell_gone(void *context, const char *stem);
void hck_fuzz_tell_failed(void *context, const char *message, bool is_kept);
void hck_fuzz_tell_unread(void *context, size_t count, const char *first);
void hck_fuzz_tell_lost(void *context, const struct trace *trace);

void hck_fuzz_tell_result(const struct fuzz_command *command, const struct fuzz_result *result);

/* Whether inputs have ended processes and left no trace that violates. */
bool hck_fuzz_has_strange_deaths(const struct fuzz_command *command,
                                 const struct fuzz_result *result);

#endif
