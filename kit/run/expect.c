/* Reading the list of known deviations. */
#define _POSIX_C_SOURCE 200809L /* strndup */

#include "kit/run/expect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/run/selection.h"

enum { EXPECT_LINE_MAX = 2000, SUGGESTION_MAX = 200 };

static const char space[] = " \t\r\n";

/* Takes one line, already cut of its newline. Returns the column of the mistake, what was expected
 * there and, in SUGGESTION_MAX bytes, what may have been meant; or 0. */
static size_t take_line(struct expect_list *list, const char *line, const char **expected,
                        char *suggestion)
{
    size_t start = strspn(line, space);
    if (line[start] == '\0' || line[start] == '#') {
        return 0;
    }
    char id[EXPECT_LINE_MAX];
    size_t length = strcspn(line + start, space);
    memcpy(id, line + start, length);
    id[length] = '\0';
    enum clause_id clause = hck_clause_find(id);
    if (clause == CLAUSE_NONE) {
        *expected = "the id of a clause";
        hck_selection_suggest_id(id, suggestion, SUGGESTION_MAX);
        return start + 1;
    }
    if (list->reasons[clause] != NULL) {
        *expected = "a clause that is not listed above";
        return start + 1;
    }
    size_t reason = start + length + strspn(line + start + length, space);
    size_t end = strlen(line);
    while (end > reason && strchr(space, line[end - 1]) != NULL) {
        end--;
    }
    if (end == reason) {
        *expected = "a reason behind the clause";
        return reason + 1;
    }
    list->reasons[clause] = strndup(line + reason, end - reason);
    if (list->reasons[clause] == NULL) {
        *expected = "less: out of memory";
        return reason + 1;
    }
    list->count++;
    return 0;
}

static enum expect_load read_lines(const char *path, FILE *file, struct expect_list *list,
                                   char *message, size_t size)
{
    char line[EXPECT_LINE_MAX];
    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        const char *expected = NULL;
        char suggestion[SUGGESTION_MAX] = "";
        size_t column = 0;
        if (strchr(line, '\n') == NULL && !feof(file)) {
            column = sizeof line;
            expected = "the end of the line";
        } else {
            column = take_line(list, line, &expected, suggestion);
        }
        if (column != 0) {
            (void)snprintf(message, size, "%s:%u:%zu: expected %s%s", path, number, column,
                           expected, suggestion);
            return EXPECT_MALFORMED;
        }
    }
    if (ferror(file)) {
        (void)snprintf(message, size, "%s: %s", path, strerror(errno));
        return EXPECT_UNREADABLE;
    }
    return EXPECT_LOADED;
}

enum expect_load hck_expect_load(const char *path, struct expect_list *list, char *message,
                                 size_t size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        (void)snprintf(message, size, "%s: %s", path, strerror(errno));
        return EXPECT_UNREADABLE;
    }
    enum expect_load result = read_lines(path, file, list, message, size);
    (void)fclose(file);
    return result;
}

void hck_expect_free(struct expect_list *list)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        free(list->reasons[i]);
        list->reasons[i] = NULL;
    }
    list->count = 0;
}
