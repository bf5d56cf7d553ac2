#define _POSIX_C_SOURCE 200809L /* open_memstream, rename */

#include "kit/fuzz/kept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kit/generate/random.h"
#include "kit/trace.h"

enum { KEPT_PATH_MAX = 4096 };

static uint64_t digest(const char *text, size_t length)
{
    uint64_t sum = length;
    for (size_t i = 0; i < length; i++) {
        sum = hck_random_mix(sum ^ (uint8_t)text[i]);
    }
    return sum;
}

/* Under another name first: whoever reads the folder finds whole files. */
static bool write_text(const char *folder, const char *text, size_t length)
{
    char path[KEPT_PATH_MAX];
    char aside[KEPT_PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%016" PRIx64 ".trace", folder, digest(text, length));
    int aside_size =
        snprintf(aside, sizeof aside, "%s/.%" PRIdMAX ".part", folder, (intmax_t)getpid());
    errno = ENAMETOOLONG;
    if (size < 0 || (size_t)size >= sizeof path || aside_size < 0 ||
        (size_t)aside_size >= sizeof aside) {
        return false;
    }
    if (access(path, F_OK) == 0) {
        return true;
    }
    FILE *file = fopen(aside, "w");
    if (file == NULL) {
        return false;
    }
    bool written = fwrite(text, 1, length, file) == length;
    written = fclose(file) == 0 && written;
    if (written && rename(aside, path) == 0) {
        return true;
    }
    int error = errno;
    (void)unlink(aside);
    errno = error;
    return false;
}

bool hck_kept_write(const char *folder, const struct trace *trace, const char *clause_id)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    bool written = stream != NULL && hck_trace_write_violating(trace, clause_id, stream);
    if (stream != NULL) {
        written = fclose(stream) == 0 && written;
    }
    written = written && write_text(folder, text, length);
    free(text);
    return written;
}
