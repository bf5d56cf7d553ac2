/* The folder of --report before there is a report.
 *
 * A list of what a report wrote lies beside it. The next report in the folder removes what is on
 * the list, and nothing else: shrunk traces of violations that are gone would mislead, and files of
 * the user's are the user's. It does so when there is something to put in their place: a run that
 * could judge nothing leaves them alone. A name is listed before its file is written, so that a
 * report that was cut short leaves nothing unlisted. */
#define _POSIX_C_SOURCE 200809L /* unlink */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kit/report/report_internal.h"

#define LIST_NAME "report.files"
#define LIST_HEADER "# heapck report files 1: the next report in this folder removes these"

enum { FOLDER_PATH_MAX = 4096 };

static bool list_path(const char *folder, char *path, size_t size)
{
    int length = snprintf(path, size, "%s/%s", folder, LIST_NAME);
    errno = ENAMETOOLONG;
    return length >= 0 && (size_t)length < size;
}

/* Whether a report may have written a file of this name: a plain name, with a suffix of ours. */
static bool is_ours(const char *name)
{
    static const char *const suffixes[] = {".trace", ".c", ".txt", ".json", ".xml", ".tap"};
    const char *suffix = strrchr(name, '.');
    if (suffix == NULL || suffix == name || strchr(name, '/') != NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(suffix, suffixes[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void remove_listed(FILE *list, const char *folder)
{
    char line[REPORT_FILE_NAME_MAX];
    char path[FOLDER_PATH_MAX];
    while (fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        int length = snprintf(path, sizeof path, "%s/%s", folder, line);
        if (is_ours(line) && length > 0 && (size_t)length < sizeof path) {
            (void)unlink(path); /* where it is gone, it is gone */
        }
    }
}

/* NULL: no line, only the attempt. */
static bool write_line(const char *folder, const char *mode, const char *line)
{
    char path[FOLDER_PATH_MAX];
    FILE *list = list_path(folder, path, sizeof path) ? fopen(path, mode) : NULL;
    if (list == NULL) {
        return false;
    }
    bool written = (line == NULL || fprintf(list, "%s\n", line) > 0) && fflush(list) == 0;
    return fclose(list) == 0 && written;
}

/* The list of an earlier report, open behind its header; NULL where there is none. */
static FILE *open_list(const char *folder)
{
    char line[REPORT_FILE_NAME_MAX];
    char path[FOLDER_PATH_MAX];
    FILE *list = list_path(folder, path, sizeof path) ? fopen(path, "r") : NULL;
    if (list != NULL &&
        (fgets(line, sizeof line, list) == NULL || strcmp(line, LIST_HEADER "\n") != 0)) {
        (void)fclose(list); /* somebody else's file of this name */
        return NULL;
    }
    return list;
}

bool hck_report_prepare_folder(const char *folder, char *message, size_t size)
{
    FILE *list = open_list(folder);
    bool is_listed = list != NULL;
    if (is_listed) {
        (void)fclose(list);
    }
    /* It is also how we learn that the folder can be written into. */
    if (hck_report_make_folder(folder) &&
        (is_listed ? write_line(folder, "a", NULL) : write_line(folder, "w", LIST_HEADER))) {
        return true;
    }
    (void)snprintf(message, size, "cannot write into the report folder %s: %s", folder,
                   strerror(errno));
    return false;
}

bool hck_report_clear_folder(const char *folder)
{
    FILE *list = open_list(folder);
    if (list != NULL) {
        remove_listed(list, folder);
        (void)fclose(list);
    }
    return write_line(folder, "w", LIST_HEADER);
}

bool hck_report_list_file(const char *folder, const char *name)
{
    return write_line(folder, "a", name);
}
