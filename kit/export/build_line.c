/* How to build the exported file, to be pasted into a shell in its folder.
 *
 * Libraries of the system are told by name. Other paths are relative where the file and what they
 * lead to both lie below the folder that heapck runs in, so that no path of one machine gets into
 * what is kept there, and the whole may be moved; else they are absolute. */
#define _DEFAULT_SOURCE /* readlink, realpath */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/export/export_internal.h"
#include "kit/shell.h"

enum { PATH_TEXT_MAX = 4096, LINE_TEXT_MAX = 3 * PATH_TEXT_MAX };

/* Where libwinmem is. */
struct libwinmem {
    char folder[PATH_TEXT_MAX];  /* of the libraries */
    char headers[PATH_TEXT_MAX]; /* winmem.h */
    char root[PATH_TEXT_MAX];    /* what its includes start at; empty: `headers` */
};

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The folder of a path; "." where it names none. */
static void split_folder(const char *path, char folder[PATH_TEXT_MAX])
{
    const char *slash = strrchr(path, '/');
    int length = slash == NULL ? 0 : slash == path ? 1 : (int)(slash - path);
    snprintf(folder, PATH_TEXT_MAX, "%.*s", length == 0 ? 1 : length, length == 0 ? "." : path);
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* --- From one folder to another -------------------------------------------------------------- */

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Both absolute and without links. */
static void print_way(const char *from, const char *to, char way[PATH_TEXT_MAX])
{
    size_t common = 0;
    for (size_t i = 0; from[i] == to[i] || from[i] == '\0' || to[i] == '\0'; i++) {
        bool from_ends = from[i] == '/' || from[i] == '\0';
        bool to_ends = to[i] == '/' || to[i] == '\0';
        common = from_ends && to_ends ? i : common;
        if (from[i] == '\0' || to[i] == '\0') {
            break;
        }
    }
    size_t length = 0;
    for (const char *c = from + common; *c != '\0'; c++) {
        if (*c == '/') {
            length += (size_t)snprintf(way + length, PATH_TEXT_MAX - length, "%s..",
                                       length > 0 ? "/" : "");
        }
        if (length >= PATH_TEXT_MAX) {
            return;
        }
    }
    const char *rest = to[common] == '/' ? to + common + 1 : to + common;
    snprintf(way + length, PATH_TEXT_MAX - length, "%s%s",
             length == 0     ? (*rest == '\0' ? "." : "")
             : *rest != '\0' ? "/"
                             : "",
             rest);
}

/* `folder` as seen from the file's; it stays as it is where there is no such folder. */
static void see_folder(const struct export_source *source, const char *folder,
                       char seen[PATH_TEXT_MAX])
{
    char here[PATH_MAX];
    char of_file[PATH_TEXT_MAX];
    char from[PATH_MAX];
    char to[PATH_MAX];
    split_folder(source->path != NULL ? source->path : "", of_file);
    snprintf(seen, PATH_TEXT_MAX, "%s", folder);
    if (realpath(".", here) == NULL || realpath(of_file, from) == NULL ||
        realpath(folder, to) == NULL) {
        return;
    }
    if (is_below(from, here) && is_below(to, here)) {
        print_way(from, to, seen);
    } else {
        snprintf(seen, PATH_TEXT_MAX, "%s", to);
    }
}

/* --- Where libwinmem is ----------------------------------------------------------------------- */

/* PREFIX/bin/heapck has it in PREFIX/lib. */
static bool find_installed(struct libwinmem *winmem)
{
    static const char *const libraries[] = {"lib", "lib64", "lib/x86_64-linux-gnu"};
    char program[PATH_MAX];
    char folder[PATH_TEXT_MAX];
    char path[PATH_TEXT_MAX + 100];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        return false;
    }
    program[length] = '\0';
    split_folder(program, folder);
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        snprintf(winmem->folder, sizeof winmem->folder, "%.3000s/../%s", folder, libraries[i]);
        snprintf(winmem->headers, sizeof winmem->headers, "%.3000s/../include/winmem", folder);
        snprintf(path, sizeof path, "%s/libwinmem.so", winmem->folder);
        if (is_there(path) && is_there(winmem->headers)) {
            return true;
        }
    }
    return false;
}

static void find_libwinmem(struct libwinmem *winmem)
{
    winmem->root[0] = '\0';
    if (find_installed(winmem)) {
        return;
    }
    snprintf(winmem->folder, sizeof winmem->folder, "%s", HEAPCK_BUILD_DIR);
    snprintf(winmem->headers, sizeof winmem->headers, "%s", HEAPCK_SOURCE_DIR "/impl/include");
    snprintf(winmem->root, sizeof winmem->root, "%s", HEAPCK_SOURCE_DIR);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* The lines stand in a comment. A word with its end or the beginning of another one is in quotes,
 * which two quotes end and begin again. */
static void append_bytes(void *out, const char *bytes, size_t length)
{
    const struct source_text *text = out;
    char before = text->length > 0 ? text->bytes[text->length - 1] : '\0';
    if ((before == '*' && bytes[0] == '/') || (before == '/' && bytes[0] == '*')) {
        hck_source_append(out, "''", 2);
    }
    hck_source_append(out, bytes, length);
}

/* One word for a shell. `before` stays out of the quotes, between which LD_PRELOAD= would set
 * nothing. */
static void say_word(struct source_text *out, const char *before, const char *word)
{
    hck_source_say(out, "%s", before);
    hck_shell_say_word(word, append_bytes, out);
}

static const char *file_name(const struct export_source *source)
{
    return source->path != NULL ? last_name(source->path) : "repro.c";
}

static void say_gcc(struct source_text *out, const struct export_source *source, const char *title,
                    const struct libwinmem *winmem)
{
    char path[PATH_TEXT_MAX];
    hck_source_say(out, " *     %-10s gcc -O1 ", title);
    say_word(out, "", file_name(source));
    hck_source_say(out, " -o repro");
    if (winmem->root[0] != '\0') {
        see_folder(source, winmem->root, path);
        hck_source_say(out, " ");
        say_word(out, "-I", path);
    }
    see_folder(source, winmem->headers, path);
    hck_source_say(out, " ");
    say_word(out, "-I", path);
    hck_source_say(out, " \\\n *                ");
}

/* `folder`/`name` as seen from the file. */
static void print_seen(const struct export_source *source, const char *folder, const char *name,
                       char path[LINE_TEXT_MAX])
{
    char seen[PATH_TEXT_MAX];
    see_folder(source, folder, seen);
    snprintf(path, LINE_TEXT_MAX, "%s/%s", seen, name);
}

static void say_judged_library(struct source_text *out, const struct export_source *source,
                               const struct libwinmem *winmem)
{
    const char *path = source->target + strlen("so:");
    char folder[PATH_TEXT_MAX];
    char library[LINE_TEXT_MAX];
    bool is_of_system = strncmp(path, "/usr/lib/", 9) == 0 || strncmp(path, "/lib/", 5) == 0 ||
                        (strchr(path, '/') == NULL && !is_there(path));
    say_gcc(out, source, "Library:", winmem);
    if (is_of_system) {
        hck_source_say(out, "-Wl,--no-as-needed ");
        say_word(out, "-l:", last_name(path));
        hck_source_say(out, " && ./repro\n");
        return;
    }
    /* Loaded first, it is found by whatever name it has inside. */
    split_folder(path, folder);
    print_seen(source, folder, last_name(path), library);
    hck_source_say(out, "-Wl,--no-as-needed ");
    say_word(out, "", library);
    if (strpbrk(library, " \t:") != NULL) { /* where the loader would see several */
        hck_source_say(out, " && ./repro\n");
        return;
    }
    hck_source_say(out, " && ");
    say_word(out, "LD_PRELOAD=", library);
    hck_source_say(out, " ./repro\n");
}

static void say_winmem(struct source_text *out, const struct export_source *source,
                       const struct libwinmem *winmem)
{
    char folder[PATH_TEXT_MAX];
    char path[LINE_TEXT_MAX];
    say_gcc(out, source, "libwinmem:", winmem);
    see_folder(source, winmem->folder, folder);
    print_seen(source, winmem->folder, "libwinmem.so", path);
    hck_source_say(out, "-Wl,--no-as-needed ");
    say_word(out, "", path);
    hck_source_say(out, " ");
    say_word(out, "-Wl,-rpath,", folder);
    print_seen(source, winmem->folder, "libwinmem.a", path);
    hck_source_say(out, " && ./repro\n"
                        " *     With the archive, in place of the last line, for the program asks "
                        "for functions weakly:\n"
                        " *                -Wl,--whole-archive ");
    say_word(out, "", path);
    hck_source_say(out, " -Wl,--no-whole-archive && ./repro\n");
}

static void say_mingw(struct source_text *out, const struct export_source *source)
{
    const char *target = source->target;
    bool is_wine =
        target == NULL || (strncmp(target, "exec:", 5) == 0 && strstr(target, "wine") != NULL);
    hck_source_say(out, " *     %-10s x86_64-w64-mingw32-gcc -O1 ", is_wine ? "Wine:" : "Windows:");
    say_word(out, "", file_name(source));
    hck_source_say(out, " -o repro.exe%s\n", is_wine ? " && wine repro.exe" : "");
}

/* The line for the implementation that was judged comes first. */
void hck_export_build_lines(struct source_text *out, const struct export_source *source)
{
    struct libwinmem winmem;
    find_libwinmem(&winmem);
    hck_source_say(out, " *\n"
                        " * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be "
                        "run. In this file's folder:\n"
                        " *\n");
    if (source->target != NULL && strncmp(source->target, "so:", 3) == 0) {
        say_judged_library(out, source, &winmem);
    } else {
        say_mingw(out, source);
    }
    say_winmem(out, source, &winmem);
}
