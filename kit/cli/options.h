/* Command lines by table: one row per option, the same parser and help text for every command. */
#ifndef HCK_KIT_CLI_OPTIONS_H
#define HCK_KIT_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTION_VALUES_MAX = 256 };

/* Values of a repeatable option, or positional arguments. */
struct string_list {
    const char *items[OPTION_VALUES_MAX];
    size_t count;
};

struct number_option {
    uint64_t value; /* the default, until it is given */
    uint64_t min;
    uint64_t max;
    bool given;
};

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char *; the last one counts */
    OPTION_LIST,   /* struct string_list */
    OPTION_NUMBER, /* struct number_option; decimal */
    OPTION_END     /* behind the last row */
};

struct option_row {
    enum option_kind kind;
    const char *name;     /* "--target" */
    const char *argument; /* "T", NULL of a flag */
    const char *help;
    void *into;
};

/* One command's line. */
struct command_line {
    const char *name;    /* "run" */
    const char *usage;   /* behind "heapck run": "[options] [PATH...]" */
    const char *summary; /* what it does, in a few sentences */
    const struct option_row *rows;
    const char *positional_name; /* "FILE", where positional_min is not 0 */
    size_t positional_min;
    size_t positional_max;
    struct string_list positional;
};

/* What reading ends with where the command is to go on; else it is the exit status. */
enum { OPTIONS_GO_ON = -1 };

/* Reads argv[0] to argv[argc - 1], which stand behind the command's name. "--name value" and
 * "--name=value" are the same; "--" ends the options; "-o" may be a name. Help goes to standard
 * output (then the status is 0), a mistake to standard error (2). */
int hck_options_read(struct command_line *line, int argc, char *const *argv);

/* One line on standard error: "heapck run: message (see 'heapck run --help')". */
void hck_options_complain(const struct command_line *line, const char *message);

#endif
