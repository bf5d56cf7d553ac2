/* Selecting clauses by glob. */
#include "kit/run/selection.h"

#include <stdio.h>
#include <string.h>

#include "kit/closest.h"

enum { GLOB_MAX = 200 };

enum { ID_PARTS = 3 };

/* The id as far as its part number `parts`: "heap_size.*" of parts 1. */
static void cut_id(const char *id, size_t parts, char *text, size_t size)
{
    size_t length = 0;
    for (size_t left = parts; id[length] != '\0' && left > 0;) {
        left -= id[length++] == '.';
    }
    (void)snprintf(text, size, "%.*s%s", (int)length, id, parts < ID_PARTS ? "*" : "");
}

/* What a word is without the star of a glob, and how many dots are in that. */
static size_t word_length(const char *glob, size_t *dots)
{
    size_t length = strlen(glob);
    length -= length > 0 && glob[length - 1] == '*';
    length -= length > 0 && glob[length - 1] == '.';
    *dots = 0;
    for (size_t i = 0; i < length; i++) {
        *dots += glob[i] == '.';
    }
    return length;
}

/* The widest glob, as far as a dot, that the word begins. */
static bool find_begun(const char *word, size_t length, char *text, size_t size)
{
    for (size_t parts = 1; parts <= ID_PARTS; parts++) {
        for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
            const char *id = hck_clause_get((enum clause_id)i)->id;
            cut_id(id, parts, text, size);
            if (length > 0 && strncmp(text, word, length) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The id, or the glob of as many words, that is spelt most like it. */
static bool find_closest(const char *word, size_t length, size_t parts, char *text, size_t size)
{
    struct closest closest = hck_closest_begin(word, length);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const char *id = hck_clause_get((enum clause_id)i)->id;
        char start[GLOB_MAX];
        cut_id(id, parts, start, sizeof start);
        start[strlen(start) - (parts < ID_PARTS ? 2 : 0)] = '\0';
        hck_closest_offer(&closest, start);
    }
    const char *meant = hck_closest_end(&closest);
    (void)snprintf(text, size, "%s%s", meant != NULL ? meant : "", parts < ID_PARTS ? ".*" : "");
    return meant != NULL;
}

void hck_selection_suggest(const char *glob, char *text, size_t size)
{
    char meant[GLOB_MAX];
    size_t dots;
    size_t length = word_length(glob, &dots);
    bool is_found =
        find_begun(glob, length, meant, sizeof meant) ||
        find_closest(glob, length, dots < ID_PARTS ? dots + 1 : ID_PARTS, meant, sizeof meant);
    text[0] = '\0';
    if (is_found) {
        (void)snprintf(text, size, ", did you mean '%s'?", meant);
    }
}

void hck_selection_suggest_id(const char *id, char *text, size_t size)
{
    char meant[GLOB_MAX];
    size_t dots;
    size_t length = word_length(id, &dots);
    if (find_closest(id, strlen(id), ID_PARTS, meant, sizeof meant)) {
        (void)snprintf(text, size, ", did you mean '%s'?", meant);
    } else if (find_begun(id, length, meant, sizeof meant)) {
        (void)snprintf(text, size, "; see 'heapck spec list %s'", meant);
    } else {
        (void)snprintf(text, size, "; see 'heapck spec list'");
    }
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
