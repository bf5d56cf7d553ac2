/* The folders of heapck fuzz. */
#define _GNU_SOURCE /* flock */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "kit/cli/fuzz_command.h"
#include "kit/fuzz/kept.h"
#include "kit/run/corpus.h"

static int complain_folder(const char *folder, const char *why)
{
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message, "%.400s: %.500s", folder, why);
    return hck_setup_fail(EXIT_STATUS_USAGE, message);
}

static int make_folder(const char *folder)
{
    if (!hck_report_make_folder(folder)) {
        return complain_folder(folder, strerror(errno));
    }
    return access(folder, W_OK) == 0 ? 0 : complain_folder(folder, strerror(errno));
}

/* The finds of another target would be told as gone. */
static int take_for_target(const struct fuzz_command *command, int lock)
{
    char owner[MESSAGE_MAX / 2];
    char message[MESSAGE_MAX];
    const char *target = command->setup.target;
    ssize_t length = read(lock, owner, sizeof owner - 1);
    owner[length > 0 ? length : 0] = '\0';
    if (length > 0 && strncmp(owner, target, sizeof owner - 1) != 0) {
        (void)snprintf(message, sizeof message,
                       "it has what was found of '%.400s'; give this target its own with --out",
                       owner);
        return complain_folder(command->out, message);
    }
    if (length == 0) { /* on a full disk finds are told all the same */
        size_t whole = strlen(target);
        if (write(lock, target, whole) != (ssize_t)whole && ftruncate(lock, 0) != 0) {
            return complain_folder(command->out, strerror(errno));
        }
    }
    return 0;
}

/* Two runs in one folder would take each other's finds for old ones. The lock lasts as long as
 * this process; the file says for which target the folder is. */
static int lock_out(const struct fuzz_command *command)
{
    char path[FUZZ_FOLDER_MAX];
    (void)snprintf(path, sizeof path, "%s/lock", command->out);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) {
        return complain_folder(path, strerror(errno));
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return complain_folder(command->out,
                               "another 'heapck fuzz' uses this folder; give this one "
                               "its own with --out");
    }
    return take_for_target(command, lock);
}

static int prepare_folders(struct fuzz_command *command)
{
    bool is_named = command->out[0] != '\0' &&
                    (command->corpus_path == NULL || command->corpus_path[0] != '\0');
    if (!is_named) { /* as an unset variable of a shell */
        return hck_setup_fail(EXIT_STATUS_USAGE, "--out and --corpus: expected a folder, found ''");
    }
    int finds = snprintf(command->finds, sizeof command->finds, "%s/finds", command->out);
    int unsteady =
        snprintf(command->unsteady, sizeof command->unsteady, "%s/unsteady", command->out);
    int known = snprintf(command->known, sizeof command->known, "%s/known.txt", command->out);
    int corpus = command->corpus_path != NULL
                     ? snprintf(command->corpus, sizeof command->corpus, "%s", command->corpus_path)
                     : snprintf(command->corpus, sizeof command->corpus, "%s/corpus", command->out);
    if (finds < 0 || unsteady < 0 || unsteady >= FUZZ_FOLDER_MAX || known < 0 ||
        known >= FUZZ_FOLDER_MAX || corpus < 0 || corpus >= FUZZ_FOLDER_MAX) {
        return complain_folder(command->out, "the path is too long");
    }
    int status = make_folder(command->finds);
    if (status == 0) {
        status = make_folder(command->unsteady);
    }
    if (status == 0) {
        status = make_folder(command->corpus);
    }
    return status == 0 ? lock_out(command) : status;
}

/* Says what is in the corpus that is no trace: the workers leave it out. */
static int look_at_corpus(const struct fuzz_command *command)
{
    struct corpus corpus = {.count = 0};
    struct corpus_skipped skipped = {.count = 0};
    char message[MESSAGE_MAX];
    enum corpus_result result =
        hck_corpus_add_readable(&corpus, command->corpus, &skipped, message, sizeof message);
    hck_corpus_free(&corpus);
    if (result != CORPUS_FOUND) {
        return hck_setup_fail(result == CORPUS_NO_MEMORY ? EXIT_STATUS_BROKEN : EXIT_STATUS_USAGE,
                              message);
    }
    if (skipped.count > 0) {
        (void)snprintf(message, sizeof message, "note: %zu %s of the corpus left out: %.800s",
                       skipped.count, hck_report_plural(skipped.count, "file", "files"),
                       skipped.first);
        hck_setup_fail(0, message);
    }
    return 0;
}

/* The traces of PATH... are copied into the corpus: so they are there the next time, too. */
static int add_paths(const struct fuzz_command *command, const struct command_line *line)
{
    struct corpus corpus = {.count = 0};
    char message[MESSAGE_MAX];
    int status = 0;
    for (size_t i = 0; i < line->positional.count && status == 0; i++) {
        const char *path = line->positional.items[i];
        if (hck_corpus_add(&corpus, path, path, message, sizeof message) != CORPUS_FOUND) {
            status = hck_setup_fail(EXIT_STATUS_USAGE, message);
        }
    }
    for (size_t i = 0; i < corpus.count && status == 0; i++) {
        if (corpus.files[i].trace.trace.call_count > ENGINE_CALLS_MAX) {
            (void)snprintf(message, sizeof message, "note: %.800s left out: more than %d calls",
                           corpus.files[i].path, ENGINE_CALLS_MAX);
            hck_setup_fail(0, message);
            continue;
        }
        if (!hck_kept_write(command->corpus, &corpus.files[i].trace.trace, NULL)) {
            status = complain_folder(command->corpus, strerror(errno));
        }
    }
    hck_corpus_free(&corpus);
    return status;
}

int hck_fuzz_take_folders(struct fuzz_command *command, const struct command_line *line)
{
    int status = prepare_folders(command);
    if (status == 0) {
        status = add_paths(command, line);
    }
    return status == 0 ? look_at_corpus(command) : status;
}
