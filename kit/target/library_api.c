/* The documented functions of a shared library. */
#define _GNU_SOURCE /* RTLD_DEEPBIND, RTLD_DEFAULT */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kit/target/target_api.h"

enum { LIBRARY_PATH_MAX = 4096, WHY_MAX = 900 };

/* A library that has a malloc of its own means that one, and not libc's, which this process has
 * loaded before. Sanitizers, of this program or preloaded for the library's sake, do not allow it.
 */
static int binding(void)
{
    bool has_sanitizer = dlsym(RTLD_DEFAULT, "__asan_init") != NULL ||
                         dlsym(RTLD_DEFAULT, "__tsan_init") != NULL ||
                         dlsym(RTLD_DEFAULT, "__msan_init") != NULL;
    return has_sanitizer ? 0 : RTLD_DEEPBIND;
}

/* A file of the working directory is meant where there is one; a library of the system otherwise.
 */
static void *load(const char *path)
{
    char here[LIBRARY_PATH_MAX];
    int length = snprintf(here, sizeof here, "./%s", path);
    bool is_here = strchr(path, '/') == NULL && length > 0 && (size_t)length < sizeof here &&
                   access(here, F_OK) == 0;
    return dlopen(is_here ? here : path, RTLD_NOW | RTLD_LOCAL | binding());
}

/* The loader's message without the path, which the target's name has already, and what to do. */
static const char *why_not_loaded(const char *path)
{
    static char text[WHY_MAX];
    const char *message = dlerror();
    size_t length = strlen(path);
    bool is_repeated =
        strncmp(message, path, length) == 0 && strncmp(message + length, ": ", 2) == 0;
    bool is_missing = strstr(message, "No such file") != NULL;
    bool is_library = strstr(message, "undefined symbol") != NULL;
    if (is_missing && strchr(path, '/') != NULL && access(path, F_OK) != 0) {
        return "there is no such file";
    }
    (void)snprintf(text, sizeof text, "%.600s%s", is_repeated ? message + length + 2 : message,
                   is_missing ? "; a file that is not the system's needs its path: so:./libmine.so"
                   : is_library ? ""
                                : "; so: takes a shared library, as 'cc -shared -fPIC' makes one");
    return text;
}

/* POSIX promises that what dlsym returns may be used as a function; ISO C has no conversion for
 * it. */
const char *hck_target_fill_library(const char *path, struct api *api)
{
    void *library = load(path);
    void *symbol;
    bool has_any = false;
    if (library == NULL) {
        return why_not_loaded(path);
    }
#define CALL(name, ...)                         \
    symbol = dlsym(library, #name);             \
    memcpy(&api->name, &symbol, sizeof symbol); \
    has_any = has_any || symbol != NULL;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
    return has_any ? NULL
                   : "it exports none of the documented functions (HeapAlloc, VirtualAlloc, "
                     "...) under their names";
}
