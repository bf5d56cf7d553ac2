/* Folders and files that engines are given and leave behind. */
#define _POSIX_C_SOURCE 200809L /* opendir, mkdir */

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kit/fuzz/program_internal.h"
#include "spec/text.h"

enum { LINE_MAX_BYTES = 1000, PART_MAX = 32, INPUT_BYTES_MAX = 1 << 20 };

bool hck_program_make_folder(const char *folder, const char *name)
{
    char path[PROGRAM_PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length > 0 && length < (int)sizeof path && (mkdir(path, 0777) == 0 || errno == EEXIST);
}

/* The first part of a pattern, and what is behind it, or NULL where it is the last. */
static const char *take_part(const char *pattern, char part[PART_MAX])
{
    const char *slash = strchr(pattern, '/');
    size_t length = slash != NULL ? (size_t)(slash - pattern) : strlen(pattern);
    length = length < PART_MAX ? length : PART_MAX - 1;
    memcpy(part, pattern, length);
    part[length] = '\0';
    return slash != NULL ? slash + 1 : NULL;
}

/* As deep as the pattern has parts. */
bool hck_program_each_file(const char *folder, const char *pattern,
                           bool (*visit)(void *context, const char *path), void *context)
{
    char path[PROGRAM_PATH_MAX];
    char part[PART_MAX];
    const char *rest = take_part(pattern, part);
    DIR *opened = opendir(folder);
    const struct dirent *entry;
    bool going = true;
    while (opened != NULL && going && (entry = readdir(opened)) != NULL) {
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (fnmatch(part, entry->d_name, FNM_PERIOD) != 0 || length >= (int)sizeof path) {
            continue;
        }
        going =
            rest != NULL ? hck_program_each_file(path, rest, visit, context) : visit(context, path);
    }
    if (opened != NULL) {
        (void)closedir(opened);
    }
    return going;
}

uint8_t *hck_program_read_input(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = file != NULL ? malloc(INPUT_BYTES_MAX) : NULL;
    if (bytes != NULL) {
        *size = fread(bytes, 1, INPUT_BYTES_MAX, file);
    }
    bool is_read = bytes != NULL && ferror(file) == 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    if (!is_read) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

static bool stop_at_first(void *context, const char *path)
{
    (void)context;
    (void)path;
    return false;
}

static bool has_traces(const char *folder)
{
    return !hck_program_each_file(folder, "*.trace", stop_at_first, NULL);
}

/* afl-fuzz does not begin with nothing: where there is no trace yet, with one of no calls. */
bool hck_program_make_inputs(const struct program_options *options, char inputs[PROGRAM_PATH_MAX])
{
    int length = snprintf(inputs, PROGRAM_PATH_MAX, "%s", options->corpus);
    if (has_traces(options->corpus)) {
        return length > 0 && length < PROGRAM_PATH_MAX;
    }
    char path[PROGRAM_PATH_MAX];
    const char *folder = options->folder;
    length = snprintf(path, sizeof path, "%s/begin/nothing.trace", folder);
    (void)snprintf(inputs, PROGRAM_PATH_MAX, "%s/begin", folder);
    FILE *file =
        length > 0 && (size_t)length < sizeof path && hck_program_make_folder(folder, "begin")
            ? fopen(path, "w")
            : NULL;
    bool written = file != NULL && fputs(TEXT_TRACE_HEADER "\n", file) >= 0;
    return file != NULL && fclose(file) == 0 && written;
}

/* "execs_done        : 1234" in the file that each afl-fuzz keeps. */
void hck_program_add_afl_stats(const char *folder, unsigned number,
                               struct program_progress *progress)
{
    char path[PROGRAM_PATH_MAX];
    char line[LINE_MAX_BYTES];
    (void)snprintf(path, sizeof path, "%s/afl/job%u/fuzzer_stats", folder, number);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *value = strchr(line, ':');
        uint64_t numeral = value != NULL ? strtoull(value + 1, NULL, 10) : 0;
        if (strncmp(line, "execs_done ", 11) == 0) {
            progress->tried_count += numeral;
        } else if (strncmp(line, "edges_found ", 12) == 0) {
            progress->edge_count =
                numeral > progress->edge_count ? (uint32_t)numeral : progress->edge_count;
        } else if (strncmp(line, "corpus_count ", 13) == 0) {
            progress->kept_count += (uint32_t)numeral;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}
