/* The documented functions of a shared library. */
#include <dlfcn.h>
#include <string.h>

#include "kit/target/target_internal.h"

/* POSIX promises that what dlsym returns may be used as a function; ISO C has no conversion for
 * it. */
const char *hck_target_fill_library(const char *path, struct api *api)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol;
    bool has_any = false;
    if (library == NULL) {
        return dlerror();
    }
#define CALL(name, ...)                         \
    symbol = dlsym(library, #name);             \
    memcpy(&api->name, &symbol, sizeof symbol); \
    has_any = has_any || symbol != NULL;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
    return has_any ? NULL : "it exports none of the documented functions";
}
