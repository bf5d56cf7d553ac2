/* Selecting clauses by glob. */
#include "kit/run/selection.h"

#include <stdio.h>
#include <string.h>

#include "kit/closest.h"

enum { GLOB_MAX = 200 };

/* The id as far as its part number `parts`, and a star: "heap_size.*" of parts 1. */
static void cut_id(const char *id, size_t parts, char *text, size_t size)
{
    size_t length = 0;
    while (id[length] != '\0' && parts > 0) {
        parts -= id[length++] == '.';
    }
    (void)snprintf(text, size, "%.*s*", (int)length, id);
}

static size_t count_dots(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '.';
    }
    return count;
}

void hck_selection_suggest(const char *glob, char *text, size_t size)
{
    size_t length = strlen(glob);
    bool ends_in_star = length > 1 && strcmp(glob + length - 2, ".*") == 0;
    struct closest closest = hck_closest_begin(glob, length);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *id = hck_clause_get((enum clause_id)i)->id;
        char start[GLOB_MAX];
        cut_id(id, count_dots(glob), start, sizeof start);
        hck_closest_offer(&closest, ends_in_star ? start : id);
    }
    const char *meant = hck_closest_end(&closest);
    (void)snprintf(text, size, "%s%s%s", meant != NULL ? ", did you mean '" : "",
                   meant != NULL ? meant : "", meant != NULL ? "'?" : "");
}

/* Marks every clause that one glob matches. A glob that matches none is a typing error more often
 * than a wish, so it is refused. */
static bool mark_glob(const char *glob, bool marks[CLAUSE_COUNT])
{
    bool found = false;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (hck_clause_glob(glob, hck_clause_get((enum clause_id)i)->id)) {
            marks[i] = true;
            found = true;
        }
    }
    return found;
}

static bool mark_globs(const char *option, const char *text, bool marks[CLAUSE_COUNT],
                       char *message, size_t size)
{
    for (;;) {
        char glob[GLOB_MAX];
        size_t length = strcspn(text, ",");
        if (length == 0) {
            (void)snprintf(message, size, "%s: expected a clause glob, found '%s'", option, text);
            return false;
        }
        if (length >= sizeof glob) {
            (void)snprintf(message, size, "%s: longer than any clause: '%s'", option, text);
            return false;
        }
        memcpy(glob, text, length);
        glob[length] = '\0';
        if (!mark_glob(glob, marks)) {
            char meant[GLOB_MAX];
            hck_selection_suggest(glob, meant, sizeof meant);
            (void)snprintf(message, size, "%s: no clause matches '%s'%s", option, glob, meant);
            return false;
        }
        if (text[length] == '\0') {
            return true;
        }
        text += length + 1;
    }
}

bool hck_selection_make(struct selection *selection, uint32_t bases, const char *const *only,
                        size_t only_count, const char *const *skip, size_t skip_count,
                        char *message, size_t size)
{
    bool wanted[CLAUSE_COUNT] = {false};
    bool unwanted[CLAUSE_COUNT] = {false};
    for (size_t i = 0; i < only_count; i++) {
        if (!mark_globs("--only", only[i], wanted, message, size)) {
            return false;
        }
    }
    for (size_t i = 0; i < skip_count; i++) {
        if (!mark_globs("--skip", skip[i], unwanted, message, size)) {
            return false;
        }
    }
    selection->count = 0;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        bool in_profile = (bases & BASIS_BIT(hck_clause_get((enum clause_id)i)->basis)) != 0;
        selection->clauses[i] = in_profile && (only_count == 0 || wanted[i]) && !unwanted[i];
        selection->count += selection->clauses[i];
    }
    if (selection->count == 0) {
        (void)snprintf(message, size, "the selection is empty: no clause of the profile is left");
        return false;
    }
    return true;
}
