/* Which engines there are, and where their harnesses lie. */
#define _POSIX_C_SOURCE 200809L /* readlink */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/fuzz/program_internal.h"

static const char *const engine_names[ENGINE_COUNT] = {"builtin", "libfuzzer", "afl"};

/* The build folders of their presets (CMakePresets.json), the one that sees more first. */
enum { BUILDS_MAX = 2 };
static const char *const engine_builds[ENGINE_COUNT][BUILDS_MAX] = {
    [ENGINE_LIBFUZZER] = {"fuzz-libfuzzer", "fuzz-libfuzzer-plain"},
    [ENGINE_AFL] = {"fuzz-afl"},
};

const char *hck_fuzz_engine_name(enum fuzz_engine engine)
{
    return engine_names[engine];
}

enum fuzz_engine hck_fuzz_engine_find(const char *name)
{
    unsigned engine = 0;
    while (engine < ENGINE_COUNT && strcmp(engine_names[engine], name) != 0) {
        engine++;
    }
    return (enum fuzz_engine)engine;
}

/* The folder of this program, and so many levels above it. */
static bool find_folder(unsigned levels, char path[PROGRAM_PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", path, PROGRAM_PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
    for (unsigned i = 0; i <= levels; i++) {
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            return false;
        }
        *slash = '\0';
    }
    return true;
}

static bool is_below(unsigned levels, const char *name, char path[PROGRAM_PATH_MAX])
{
    bool is_found = find_folder(levels, path);
    size_t length = strlen(path);
    int added = snprintf(path + length, PROGRAM_PATH_MAX - length, "/%s", name);
    return is_found && added > 0 && length + (size_t)added < PROGRAM_PATH_MAX &&
           access(path, R_OK) == 0;
}

bool hck_program_find_mutator(char path[PROGRAM_PATH_MAX])
{
    return is_below(0, "fuzz/afl_mutator.so", path) ||
           is_below(1, "release/fuzz/afl_mutator.so", path);
}

bool hck_program_is_outdated(const char *harness)
{
    struct stat built;
    struct stat own;
    return stat(harness, &built) == 0 && stat("/proc/self/exe", &own) == 0 &&
           built.st_mtime < own.st_mtime;
}

static bool is_on_path(const char *program)
{
    char command[200];
    (void)snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0; /* NOLINT(cert-env33-c) a name of ours */
}

bool hck_program_find(enum fuzz_engine engine, const char *harness, char path[PROGRAM_PATH_MAX],
                      char *message, size_t size)
{
    char builds[PROGRAM_PATH_MAX];
    char mutator[PROGRAM_PATH_MAX];
    if (engine == ENGINE_AFL && !is_on_path("afl-fuzz")) {
        (void)snprintf(message, size, "afl-fuzz is not installed: apt-get install afl++");
        return false;
    }
    if (engine == ENGINE_AFL && getenv("AFL_CUSTOM_MUTATOR_LIBRARY") == NULL &&
        !hck_program_find_mutator(mutator)) {
        (void)snprintf(message, size,
                       "AFL++'s mutator is not built: there is no %.300s. In heapck's sources: "
                       "./dev build-fuzz",
                       mutator);
        return false;
    }
    bool has_builds = find_folder(1, builds);
    for (unsigned i = 0; i < BUILDS_MAX; i++) {
        const char *build = engine_builds[engine][i];
        int length = has_builds && build != NULL
                         ? snprintf(path, PROGRAM_PATH_MAX, "%s/%s/fuzz/%s", builds, build, harness)
                         : -1;
        if (length > 0 && length < PROGRAM_PATH_MAX && access(path, X_OK) == 0) {
            return true;
        }
    }
    (void)snprintf(message, size,
                   "the harness '%.60s' is not built for %s: there is no %s/fuzz/%.60s beside the "
                   "folder of this program. In heapck's sources: apt-get install %s, then ./dev "
                   "build-fuzz",
                   harness, engine_names[engine], engine_builds[engine][0], harness,
                   engine == ENGINE_AFL ? "afl++" : "clang libclang-rt-dev");
    return false;
}
