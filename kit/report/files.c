/* The report as a folder of files. */
#define _POSIX_C_SOURCE 200809L /* mkdir */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kit/export/export.h"
#include "kit/report/report_internal.h"

enum { FILE_PATH_MAX = 4096 };

/* Remembers the first file that could not be written. */
struct folder {
    const char *path;
    bool is_listed; /* its files go with the next report */
    char *message;
    size_t size;
    bool failed;
};

bool hck_report_make_folder(const char *folder)
{
    char path[FILE_PATH_MAX];
    size_t length = strlen(folder);
    if (length >= sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (size_t i = 1; i <= length; i++) {
        if (folder[i] != '/' && folder[i] != '\0') {
            continue;
        }
        memcpy(path, folder, i);
        path[i] = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            return false;
        }
    }
    struct stat status;
    if (stat(folder, &status) != 0) {
        return false;
    }
    errno = ENOTDIR;
    return S_ISDIR(status.st_mode);
}

static void fail(struct folder *folder, const char *path)
{
    if (!folder->failed) {
        folder->failed = true;
        (void)snprintf(folder->message, folder->size, "cannot write %s: %s", path, strerror(errno));
    }
}

/* What goes into a file; false where the stream failed. */
typedef bool (*write_content)(const void *what, FILE *stream);

static void write_file(struct folder *folder, const char *name, write_content content,
                       const void *what)
{
    char path[FILE_PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder->path, name);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        fail(folder, folder->path);
        return;
    }
    bool is_listed = !folder->is_listed || hck_report_list_file(folder->path, name);
    FILE *file = is_listed ? fopen(path, "w") : NULL;
    if (file == NULL) {
        fail(folder, path);
        return;
    }
    bool is_written = content(what, file) && fflush(file) == 0 && !ferror(file);
    if (!is_written) {
        fail(folder, path);
    }
    if (fclose(file) != 0 && is_written) {
        fail(folder, path);
        is_written = false;
    }
    if (!is_written) { /* half a file would be taken for one */
        (void)remove(path);
    }
}

struct formatted {
    const struct report *report;
    enum report_format format;
};

static bool write_formatted(const void *what, FILE *stream)
{
    const struct formatted *formatted = what;
    hck_report_write(formatted->report, formatted->format, stream);
    return true;
}

static bool write_trace(const void *what, FILE *stream)
{
    const struct violation *violation = what;
    return hck_trace_write_violating(&violation->reduced.trace.trace,
                                     hck_clause_get(violation->finding.clause)->id, stream);
}

static bool write_program(const void *what, FILE *stream)
{
    return hck_export_c(what, stream);
}

static void write_report(struct folder *folder, const struct report *report, const char *name,
                         enum report_format format)
{
    struct formatted formatted = {report, format};
    write_file(folder, name, write_formatted, &formatted);
}

static void write_violation(struct folder *folder, const struct violation *violation,
                            const char *target, const char *stem)
{
    char name[REPORT_FILE_NAME_MAX];
    const struct witness *witness = &violation->reduced.witness;
    (void)snprintf(name, sizeof name, "%s.trace", stem);
    write_file(folder, name, write_trace, violation);
    if (hck_report_has_program(violation)) {
        char path[FILE_PATH_MAX];
        (void)snprintf(name, sizeof name, "%s.c", stem);
        (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
        struct export_source source = {
            .path = path,
            .trace = &violation->reduced.trace.trace,
            .call_index = witness->call_index,
            .clause = violation->finding.clause,
            .expectation = &witness->expectation,
            .target = target,
            .results = violation->reduced.results,
            .status = witness->status,
            .sentence = witness->sentence,
        };
        write_file(folder, name, write_program, &source);
    }
}

void hck_report_stem(enum clause_id clause, unsigned number, char *stem, size_t size)
{
    char ordinal[16] = "";
    if (number > 1) {
        (void)snprintf(ordinal, sizeof ordinal, ".%u", number);
    }
    (void)snprintf(stem, size, "%s%s", hck_clause_get(clause)->id, ordinal);
}

bool hck_report_violation_files(const struct violation *violation, const char *target,
                                const char *folder_path, const char *stem, char *message,
                                size_t size)
{
    struct folder folder = {folder_path, false, message, size, false};
    write_violation(&folder, violation, target, stem);
    return !folder.failed;
}

bool hck_report_files(const struct report *report, const char *folder_path,
                      enum report_format format, char *message, size_t size)
{
    struct folder folder = {folder_path, true, message, size, false};
    if (!hck_report_make_folder(folder_path) ||
        (hck_report_is_judged(report) && !hck_report_clear_folder(folder_path))) {
        fail(&folder, folder_path);
        return false;
    }
    write_report(&folder, report, "report.txt", REPORT_TEXT);
    write_report(&folder, report, "report.json", REPORT_JSON);
    if (format == REPORT_JUNIT) {
        write_report(&folder, report, "report.xml", REPORT_JUNIT);
    } else if (format == REPORT_TAP) {
        write_report(&folder, report, "report.tap", REPORT_TAP);
    }
    enum clause_id last = CLAUSE_NONE;
    unsigned number = 0;
    for (size_t i = 0; i < report->violations->count; i++) {
        const struct violation *violation = &report->violations->items[i];
        number = violation->finding.clause == last ? number + 1 : 1;
        last = violation->finding.clause;
        char stem[REPORT_FILE_NAME_MAX - 10];
        hck_report_stem(last, number, stem, sizeof stem);
        write_violation(&folder, violation, report->target, stem);
    }
    return !folder.failed;
}
