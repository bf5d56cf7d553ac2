/* Folders and files that engines are given and leave behind. */
#define _POSIX_C_SOURCE 200809L /* opendir, mkdir */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kit/fuzz/program_internal.h"
#include "kit/run/corpus.h"
#include "spec/text.h"

enum { LINE_MAX_BYTES = 1000 };

bool hck_program_make_folder(const char *folder, const char *name)
{
    char path[PROGRAM_PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length > 0 && length < (int)sizeof path && (mkdir(path, 0777) == 0 || errno == EEXIST);
}

/* Not one that is being written (kept.c). */
bool hck_program_is_whole_trace(const char *name)
{
    return name[0] != '.' && strlen(name) < PROGRAM_NAME_BYTES && hck_corpus_is_trace_name(name);
}

static bool has_traces(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    bool has = false;
    while (folder != NULL && !has && (entry = readdir(folder)) != NULL) {
        has = hck_program_is_whole_trace(entry->d_name);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return has;
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
