/* Finding and reading trace files. */
#define _POSIX_C_SOURCE 200809L /* scandir, lstat, readlink */

#include "kit/run/corpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CORPUS_PATH_MAX = 4096, CORPUS_DEPTH_MAX = 32 };

struct search {
    struct corpus *corpus;
    struct corpus_skipped *skipped; /* NULL: every file has to be a trace */
    char *message;
    size_t size;
};

static enum corpus_result fail(const struct search *search, enum corpus_result result,
                               const char *path, const char *why)
{
    (void)snprintf(search->message, search->size, "%s: %s", path, why);
    return result;
}

static bool join(char *to, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    int written = snprintf(to, CORPUS_PATH_MAX, "%s%s%s", folder, slash, name);
    return written > 0 && written < CORPUS_PATH_MAX;
}

static struct corpus_file *append(struct corpus *corpus)
{
    if (corpus->count == corpus->capacity) {
        size_t capacity = corpus->capacity == 0 ? 64 : corpus->capacity * 2;
        struct corpus_file *files = realloc(corpus->files, capacity * sizeof *files);
        if (files == NULL) {
            return NULL;
        }
        corpus->files = files;
        corpus->capacity = capacity;
    }
    struct corpus_file *file = &corpus->files[corpus->count++];
    memset(file, 0, sizeof *file);
    return file;
}

static enum corpus_result load_file(const struct search *search, const char *path, const char *name)
{
    struct corpus_file *file = append(search->corpus);
    if (file == NULL || (file->path = strdup(path)) == NULL ||
        (file->name = strdup(name)) == NULL) {
        return fail(search, CORPUS_NO_MEMORY, path, "out of memory");
    }
    switch (hck_trace_load(path, &file->trace, search->message, search->size)) {
    case TRACE_LOADED:
        return CORPUS_FOUND;
    case TRACE_UNREADABLE:
        return CORPUS_MISSING;
    case TRACE_MALFORMED:
        break;
    }
    return CORPUS_MALFORMED;
}

static void forget_last(struct corpus *corpus)
{
    struct corpus_file *file = &corpus->files[--corpus->count];
    hck_trace_free(&file->trace);
    free(file->path);
    free(file->name);
}

/* Where files may be left out, the last message is of one that was. */
static enum corpus_result add_file(const struct search *search, const char *path, const char *name)
{
    struct stat status;
    size_t count = search->corpus->count;
    bool is_huge = search->skipped != NULL && stat(path, &status) == 0 &&
                   (!S_ISREG(status.st_mode) || status.st_size > CORPUS_FILE_MAX);
    enum corpus_result result =
        is_huge ? fail(search, CORPUS_MALFORMED, path, "not a file of at most a megabyte")
                : load_file(search, path, name);
    if (search->skipped == NULL || result == CORPUS_FOUND || result == CORPUS_NO_MEMORY) {
        return result;
    }
    if (search->corpus->count > count) {
        forget_last(search->corpus);
    }
    if (search->skipped->count++ == 0) {
        (void)snprintf(search->skipped->first, sizeof search->skipped->first, "%s",
                       search->message);
    }
    return CORPUS_FOUND;
}

bool hck_corpus_is_trace_name(const char *name)
{
    static const char suffix[] = ".trace";
    size_t length = strlen(name);
    return length >= sizeof suffix && strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
}

static int keep_entry(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By bytes, so that the order is the same in every locale. */
static int compare_entries(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum corpus_result add_folder(const struct search *search, const char *path,
                                     const char *name, unsigned depth);

/* Links to folders are not followed below the folder that was asked for: they could lead back. */
static enum corpus_result add_entry(const struct search *search, const char *folder,
                                    const char *folder_name, const char *entry, unsigned depth)
{
    char path[CORPUS_PATH_MAX];
    char name[CORPUS_PATH_MAX];
    if (!join(path, folder, entry) || !join(name, folder_name, entry)) {
        return fail(search, CORPUS_MISSING, folder, "the path of an entry is too long");
    }
    struct stat status;
    if (lstat(path, &status) != 0) {
        return fail(search, CORPUS_MISSING, path, strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return add_folder(search, path, name, depth + 1);
    }
    return hck_corpus_is_trace_name(entry) ? add_file(search, path, name) : CORPUS_FOUND;
}

static enum corpus_result add_folder(const struct search *search, const char *path,
                                     const char *name, unsigned depth)
{
    if (depth > CORPUS_DEPTH_MAX) {
        return fail(search, CORPUS_MISSING, path, "folders are nested too deeply");
    }
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, keep_entry, compare_entries);
    if (count < 0) {
        return fail(search, CORPUS_MISSING, path, strerror(errno));
    }
    enum corpus_result result = CORPUS_FOUND;
    for (int i = 0; i < count; i++) {
        if (result == CORPUS_FOUND) {
            result = add_entry(search, path, name, entries[i]->d_name, depth);
        }
        free(entries[i]);
    }
    free(entries);
    return result;
}

enum corpus_result hck_corpus_add(struct corpus *corpus, const char *path, const char *name,
                                  char *message, size_t size)
{
    struct search search = {corpus, NULL, message, size};
    struct stat status;
    if (stat(path, &status) != 0) {
        return fail(&search, CORPUS_MISSING, path, strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return add_folder(&search, path, name, 0);
    }
    return add_file(&search, path, name);
}

enum corpus_result hck_corpus_add_readable(struct corpus *corpus, const char *path,
                                           struct corpus_skipped *skipped, char *message,
                                           size_t size)
{
    struct search search = {corpus, skipped, message, size};
    return add_folder(&search, path, path, 0);
}

void hck_corpus_free(struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->count; i++) {
        free(corpus->files[i].path);
        free(corpus->files[i].name);
        hck_trace_free(&corpus->files[i].trace);
    }
    free(corpus->files);
    memset(corpus, 0, sizeof *corpus);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* An installed program is PREFIX/bin/heapck, its corpus PREFIX/share/heapck/corpus. */
static bool find_installed(char *path, size_t size)
{
    char program[CORPUS_PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        return false;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    int written = snprintf(path, size, "%s/../share/heapck/corpus", program);
    return written > 0 && (size_t)written < size && is_folder(path);
}

bool hck_corpus_find(const char *option, char *path, size_t size)
{
    const char *asked = option != NULL ? option : getenv("HEAPCK_CORPUS");
    if (asked != NULL && asked[0] != '\0') {
        (void)snprintf(path, size, "%s", asked);
        return is_folder(path);
    }
    (void)snprintf(path, size, "corpus");
    if (is_folder("corpus/clauses") || is_folder("corpus/regress")) {
        return true;
    }
    if (find_installed(path, size)) {
        return true;
    }
    (void)snprintf(path, size, "%s/corpus", HEAPCK_SOURCE_DIR);
    if (is_folder(path)) {
        return true;
    }
    path[0] = '\0';
    return false;
}

enum corpus_result hck_corpus_add_default(struct corpus *corpus, const char *root, char *message,
                                          size_t size)
{
    static const char *const folders[] = {"clauses", "regress", "findings"};
    size_t before = corpus->count;
    bool has_folder = false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[CORPUS_PATH_MAX];
        char name[64];
        if (!join(path, root, folders[i])) {
            (void)snprintf(message, size, "%s: the path is too long", root);
            return CORPUS_MISSING;
        }
        (void)snprintf(name, sizeof name, "corpus/%s", folders[i]);
        if (!is_folder(path)) {
            continue;
        }
        has_folder = true;
        enum corpus_result result = hck_corpus_add(corpus, path, name, message, size);
        if (result != CORPUS_FOUND) {
            return result;
        }
    }
    if (corpus->count > before) {
        return CORPUS_FOUND;
    }
    (void)snprintf(message, size, "%s: this is no corpus: %s", root,
                   has_folder ? "no *.trace in its clauses/, regress/ and findings/"
                              : "neither clauses/ nor regress/ nor findings/ is there");
    return CORPUS_MISSING;
}

/* Cuts ".2" and the like off the end. */
static void cut_number(char *id)
{
    size_t length = strlen(id);
    size_t digits = 0;
    while (digits < length && id[length - 1 - digits] >= '0' && id[length - 1 - digits] <= '9') {
        digits++;
    }
    if (digits > 0 && digits < length && id[length - 1 - digits] == '.') {
        id[length - 1 - digits] = '\0';
    }
}

enum clause_id hck_corpus_clause(const struct corpus_file *file)
{
    char id[CORPUS_PATH_MAX];
    const char *base = strrchr(file->name, '/');
    if (!hck_corpus_is_trace_name(file->name) || strlen(file->name) >= sizeof id) {
        return CLAUSE_NONE;
    }
    base = base != NULL ? base + 1 : file->name;
    const char *family = base;
    if (base > file->name) {
        family = base - 1;
        while (family > file->name && family[-1] != '/') {
            family--;
        }
    }
    (void)snprintf(id, sizeof id, "%s", base);
    *strrchr(id, '.') = '\0';
    cut_number(id);
    enum clause_id clause = hck_clause_find(id);
    if (clause != CLAUSE_NONE || family == base) {
        return clause;
    }
    (void)snprintf(id, sizeof id, "%s", family);
    *strrchr(id, '.') = '\0';
    id[base - family - 1] = '.';
    cut_number(id);
    return hck_clause_find(id);
}
