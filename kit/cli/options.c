/* Reading command lines. */
#include "kit/cli/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/closest.h"
#include "kit/report/report.h"

enum { COMPLAINT_MAX = 600, HELP_COLUMN = 20, HELP_WIDTH = 76 };

void hck_options_complain(const struct command_line *line, const char *message)
{
    (void)fprintf(stderr, "heapck %s: %s (see 'heapck %s --help')\n", line->name, message,
                  line->name);
}

static int wrong(const struct command_line *line, const char *what, const char *name)
{
    char message[COMPLAINT_MAX];
    (void)snprintf(message, sizeof message, "%s '%s'", what, name);
    hck_options_complain(line, message);
    return EXIT_STATUS_USAGE;
}

/* Breaks the text between words; its lines begin behind the names of the options. */
static void print_row(const char *name, const char *text)
{
    size_t column = 0;
    (void)printf("  %-*s ", HELP_COLUMN, name);
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > HELP_WIDTH) {
            (void)printf("\n  %-*s ", HELP_COLUMN, "");
            column = 0;
        }
        (void)printf(" %.*s", (int)length, text);
        column += length + 1;
        text += length + strspn(text + length, " ");
    }
    (void)putchar('\n');
}

static void print_help(const struct command_line *line)
{
    (void)printf("usage: heapck %s%s%s\n\n%s\n", line->name, line->usage[0] != '\0' ? " " : "",
                 line->usage, line->summary);
    if (line->rows[0].kind != OPTION_END) {
        (void)printf("\noptions:\n");
    }
    for (const struct option_row *row = line->rows; row->kind != OPTION_END; row++) {
        char name[100];
        (void)snprintf(name, sizeof name, "%s%s%s", row->name, row->argument != NULL ? " " : "",
                       row->argument != NULL ? row->argument : "");
        print_row(name, row->help);
    }
}

static bool add_to_list(struct string_list *list, const char *text)
{
    if (list->count == OPTION_VALUES_MAX) {
        return false;
    }
    list->items[list->count++] = text;
    return true;
}

static bool read_number(struct number_option *number, const char *text)
{
    char *end = NULL;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0' || value < number->min ||
        value > number->max) {
        return false;
    }
    number->value = value;
    number->given = true;
    return true;
}

static int take_value(const struct command_line *line, const struct option_row *row,
                      const char *value)
{
    switch (row->kind) {
    case OPTION_TEXT:
        *(const char **)row->into = value;
        break;
    case OPTION_LIST:
        if (!add_to_list(row->into, value)) {
            return wrong(line, "too often:", row->name);
        }
        break;
    case OPTION_NUMBER: {
        struct number_option *number = row->into;
        if (!read_number(number, value)) {
            char message[COMPLAINT_MAX];
            (void)snprintf(message, sizeof message,
                           "%s: expected a number from %" PRIu64 " to %" PRIu64 ", found '%s'",
                           row->name, number->min, number->max, value);
            hck_options_complain(line, message);
            return EXIT_STATUS_USAGE;
        }
        break;
    }
    case OPTION_FLAG:
    case OPTION_END:
        break;
    }
    return OPTIONS_GO_ON;
}

/* The row of "--name" or "--name=value"; *value then stands behind the '='. */
static const struct option_row *find_row(const struct command_line *line, const char *argument,
                                         const char **value)
{
    size_t length = strcspn(argument, "=");
    *value = argument[length] == '=' ? argument + length + 1 : NULL;
    for (const struct option_row *row = line->rows; row->kind != OPTION_END; row++) {
        if (strlen(row->name) == length && memcmp(row->name, argument, length) == 0) {
            return row;
        }
    }
    return NULL;
}

static int complain_unknown(const struct command_line *line, const char *argument)
{
    char message[COMPLAINT_MAX];
    struct closest closest = hck_closest_begin(argument, strcspn(argument, "="));
    for (const struct option_row *row = line->rows; row->kind != OPTION_END; row++) {
        hck_closest_offer(&closest, row->name);
    }
    const char *meant = hck_closest_end(&closest);
    if (meant == NULL) {
        return wrong(line, "unknown option", argument);
    }
    (void)snprintf(message, sizeof message, "unknown option '%.400s', did you mean '%s'?", argument,
                   meant);
    hck_options_complain(line, message);
    return EXIT_STATUS_USAGE;
}

/* Reads the option at *i and moves *i to its last word. */
static int read_option(struct command_line *line, int argc, char *const *argv, int *i)
{
    const char *value = NULL;
    const struct option_row *row = find_row(line, argv[*i], &value);
    if (row == NULL) {
        return complain_unknown(line, argv[*i]);
    }
    if (row->kind == OPTION_FLAG) {
        if (value != NULL) {
            return wrong(line, "takes no value:", row->name);
        }
        *(bool *)row->into = true;
        return OPTIONS_GO_ON;
    }
    if (value == NULL) {
        if (*i + 1 >= argc) {
            return wrong(line, "needs a value:", row->name);
        }
        value = argv[++*i];
    }
    return take_value(line, row, value);
}

static bool asks_for_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

int hck_options_read(struct command_line *line, int argc, char *const *argv)
{
    bool options_ended = false;
    for (int i = 0; i < argc; i++) {
        const char *argument = argv[i];
        if (options_ended || argument[0] != '-' || argument[1] == '\0') {
            if (line->positional.count == line->positional_max ||
                !add_to_list(&line->positional, argument)) {
                return wrong(line, "one argument too many:", argument);
            }
        } else if (strcmp(argument, "--") == 0) {
            options_ended = true;
        } else if (asks_for_help(argument)) {
            print_help(line);
            return EXIT_STATUS_CONFORMS;
        } else {
            int status = read_option(line, argc, argv, &i);
            if (status != OPTIONS_GO_ON) {
                return status;
            }
        }
    }
    if (line->positional.count < line->positional_min) {
        char message[COMPLAINT_MAX];
        (void)snprintf(message, sizeof message, "%s is missing", line->positional_name);
        hck_options_complain(line, message);
        return EXIT_STATUS_USAGE;
    }
    return OPTIONS_GO_ON;
}
