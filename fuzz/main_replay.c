/* main() of a harness without an engine: gives it every file that is named, and every one below the
 * folders that are named.
 *
 * Exit status: 0, by SIGABRT where the harness finds something, 2 where a file can not be read,
 * 3 where there was none. */
#define _GNU_SOURCE /* nftw */
#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_UNREADABLE = 2, STATUS_NOTHING = 3, FOLDERS_OPEN_MAX = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long file_count;
static unsigned long byte_count;

static int complain(const char *path)
{
    (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return STATUS_UNREADABLE;
}

/* The input is as long as its memory, so that a sanitizer sees who reads behind it. NULL with errno
 * set. */
static uint8_t *read_file(const char *path, size_t size)
{
    FILE *stream = fopen(path, "rb");
    uint8_t *data = stream != NULL ? malloc(size + (size == 0)) : NULL;
    bool is_read = data != NULL && fread(data, 1, size, stream) == size;
    int error = errno;
    if (!is_read) {
        free(data);
        data = NULL;
    }
    if (stream != NULL) {
        (void)fclose(stream);
    }
    errno = error;
    return data;
}

static int try_file(const char *path, size_t size)
{
    uint8_t *data = read_file(path, size);
    if (data == NULL) {
        return complain(path);
    }
    file_count++;
    byte_count += size;
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)place;
    if (kind == FTW_NS || kind == FTW_DNR) {
        return complain(path);
    }
    if (kind == FTW_F && !S_ISREG(status->st_mode)) {
        errno = EINVAL; /* reading a pipe may never end */
        return complain(path);
    }
    return kind == FTW_F ? try_file(path, (size_t)status->st_size) : 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int status = nftw(argv[i], visit, FOLDERS_OPEN_MAX, 0);
        if (status != 0) {
            return status > 0 ? status : complain(argv[i]);
        }
    }
    if (file_count == 0) {
        (void)fprintf(stderr, "%s: no file to replay; name files or folders\n", argv[0]);
        return STATUS_NOTHING;
    }
    (void)printf("%lu files, %lu bytes replayed\n", file_count, byte_count);
    return 0;
}
