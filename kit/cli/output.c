/* Writing beside, and moving into place. */
#define _POSIX_C_SOURCE 200809L /* lstat, fdopen, fchmod */

#include "kit/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/cli/setup.h"

static void complain(const char *path)
{
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message, "cannot write %.800s: %s", path, strerror(errno));
    hck_setup_fail(0, message);
}

static bool is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* A plain file, or none yet: what can be moved into its place. */
static bool can_be_replaced(const char *path, struct stat *status)
{
    if (lstat(path, status) == 0) {
        return S_ISREG(status->st_mode);
    }
    status->st_mode = 0;
    return errno == ENOENT;
}

/* Opening a pipe waits for its reader, and opening a link that leads nowhere makes a file. */
static bool must_not_be_opened(const char *path)
{
    struct stat status;
    bool leads_somewhere = stat(path, &status) == 0;
    return leads_somewhere ? S_ISFIFO(status.st_mode) : lstat(path, &status) == 0;
}

static bool can_be_opened(const char *path)
{
    bool was_there = access(path, F_OK) == 0;
    FILE *stream = fopen(path, "a");
    if (stream == NULL) {
        return false;
    }
    (void)fclose(stream);
    if (!was_there) {
        (void)unlink(path);
    }
    return true;
}

int hck_output_check(const char *path)
{
    if (path == NULL || is_standard_output(path)) {
        return 0;
    }
    if (must_not_be_opened(path) || can_be_opened(path)) {
        return 0; /* or it is told when it is written */
    }
    complain(path);
    return EXIT_STATUS_USAGE;
}

/* NULL where the folder takes no new file; the file itself may be written all the same. */
static FILE *open_beside(struct output *output, const struct stat *status)
{
    int length =
        snprintf(output->beside, sizeof output->beside, "%s.%ld~", output->path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof output->beside) {
        return NULL;
    }
    int file = open(output->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) {
        return NULL;
    }
    if (status->st_mode != 0) {
        (void)fchmod(file, status->st_mode & 07777);
    }
    FILE *stream = fdopen(file, "w");
    if (stream == NULL) {
        (void)close(file);
        (void)unlink(output->beside);
    }
    return stream;
}

bool hck_output_open(struct output *output, const char *path)
{
    struct stat status;
    *output = (struct output){.path = path};
    if (is_standard_output(path)) {
        output->stream = stdout;
        return true;
    }
    if (can_be_replaced(path, &status)) {
        output->stream = open_beside(output, &status);
    }
    if (output->stream == NULL) {
        output->beside[0] = '\0';
        output->stream = fopen(path, "w");
    }
    if (output->stream == NULL) {
        complain(path);
    }
    return output->stream != NULL;
}

bool hck_output_close(struct output *output)
{
    if (output->stream == stdout) {
        return true; /* hck_setup_finish looks at it */
    }
    bool written = fflush(output->stream) == 0 && !ferror(output->stream);
    if (!written) {
        complain(output->path);
    }
    if (fclose(output->stream) != 0 && written) {
        complain(output->path);
        written = false;
    }
    if (output->beside[0] == '\0') {
        return written;
    }
    if (written && rename(output->beside, output->path) != 0) {
        complain(output->path);
        written = false;
    }
    if (!written) {
        (void)unlink(output->beside);
    }
    return written;
}

bool hck_output_discard(struct output *output)
{
    if (output->stream != stdout) {
        (void)fclose(output->stream);
    }
    if (output->beside[0] == '\0') {
        return true;
    }
    (void)unlink(output->beside);
    return false;
}
