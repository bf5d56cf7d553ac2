#define _POSIX_C_SOURCE 200809L /* open_memstream, rename */

#include "kit/fuzz/kept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/fuzz/digests.h"
#include "kit/trace.h"

enum { KEPT_PATH_MAX = 4096 };

static bool name_aside(const char *path, char aside[KEPT_PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    int folder_length = slash != NULL ? (int)(slash - path + 1) : 0;
    int size = snprintf(aside, KEPT_PATH_MAX, "%.*s.%" PRIdMAX ".part", folder_length, path,
                        (intmax_t)getpid());
    errno = ENAMETOOLONG;
    return size > 0 && size < KEPT_PATH_MAX;
}

bool hck_kept_replace(const char *path, const void *bytes, size_t length)
{
    char aside[KEPT_PATH_MAX];
    FILE *file = name_aside(path, aside) ? fopen(aside, "w") : NULL;
    if (file == NULL) {
        return false;
    }
    bool written = fwrite(bytes, 1, length, file) == length;
    written = fclose(file) == 0 && written;
    if (written && rename(aside, path) == 0) {
        return true;
    }
    int error = errno;
    (void)unlink(aside);
    errno = error;
    return false;
}

static bool write_text(const char *folder, const char *text, size_t length)
{
    char path[KEPT_PATH_MAX];
    int size =
        snprintf(path, sizeof path, "%s/%016" PRIx64 ".trace", folder, hck_digest_of(text, length));
    errno = ENAMETOOLONG;
    if (size < 0 || (size_t)size >= sizeof path) {
        return false;
    }
    return access(path, F_OK) == 0 || hck_kept_replace(path, text, length);
}

/* The text, which the caller frees, or NULL. */
static char *print(const struct trace *trace, const char *clause_id, size_t *length)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, length);
    bool written = stream != NULL && hck_trace_write_violating(trace, clause_id, stream);
    if (stream != NULL) {
        written = fclose(stream) == 0 && written;
    }
    if (!written) {
        free(text);
        text = NULL;
    }
    return text;
}

bool hck_kept_write(const char *folder, const struct trace *trace, const char *clause_id)
{
    size_t length = 0;
    char *text = print(trace, clause_id, &length);
    bool written = text != NULL && write_text(folder, text, length);
    free(text);
    return written;
}

bool hck_kept_digest(const struct trace *trace, uint64_t *digest)
{
    size_t length = 0;
    char *text = print(trace, NULL, &length);
    if (text != NULL) {
        *digest = hck_digest_of(text, length);
    }
    free(text);
    return text != NULL;
}
