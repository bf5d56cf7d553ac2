/* The profiles, and which of them a target gets. */
#include "kit/run/profile.h"

#include <string.h>

static const struct profile profiles[] = {
    {"documented", PROFILE_DOCUMENTED, false},
    {"windows", PROFILE_WINDOWS, false},
    {"hostile", PROFILE_HOSTILE, true},
};

const struct profile *hck_profile_find(const char *name)
{
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            return &profiles[i];
        }
    }
    return NULL;
}

/* Whether the command's first word, quoted or not, names Wine in whatever folder. */
static bool is_wine(const char *command)
{
    command += strspn(command, " \t\"'");
    size_t length = strcspn(command, " \t\"'");
    const char *name = command;
    for (size_t i = 0; i < length; i++) {
        if (command[i] == '/') {
            name = command + i + 1;
        }
    }
    length -= (size_t)(name - command);
    return (length == 4 && memcmp(name, "wine", 4) == 0) ||
           (length == 6 && memcmp(name, "wine64", 6) == 0);
}

const struct profile *hck_profile_default(const char *target_name)
{
    bool windows = strcmp(target_name, "winmem") == 0 ||
                   (strncmp(target_name, "exec:", 5) == 0 && is_wine(target_name + 5));
    return hck_profile_find(windows ? "windows" : "documented");
}

const struct profile *hck_profile_for_clause(enum clause_id clause)
{
    return hck_profile_find(hck_clause_get(clause)->basis == BASIS_PROMISE ? "hostile" : "windows");
}
