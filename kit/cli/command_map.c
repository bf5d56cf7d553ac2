/* heapck map: the address space of a process, drawn. */
#define _POSIX_C_SOURCE 200809L /* readlink */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/cli/command.h"
#include "kit/cli/options.h"
#include "kit/cli/setup.h"
#include "kit/input.h"
#include "kit/map/map.h"

enum { PATH_TEXT_MAX = 4096 };

static bool is_process_number(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length <= 10 && strspn(text, "0123456789") == length;
}

/* The list that also says what is in RAM, which may be kept from us while the short one is not. */
static FILE *open_list(const char *process)
{
    static const char *const lists[] = {"smaps", "maps"};
    FILE *list = NULL;
    for (unsigned i = 0; i < 2 && list == NULL; i++) {
        char path[PATH_TEXT_MAX];
        (void)snprintf(path, sizeof path, "/proc/%s/%s", process, lists[i]);
        list = fopen(path, "r");
    }
    return list;
}

/* "heapck: WHAT: WHY". */
static int complain(const char *what, const char *why)
{
    char message[PATH_TEXT_MAX];
    (void)snprintf(message, sizeof message, "%.3000s: %s", what, why);
    return hck_setup_fail(EXIT_STATUS_USAGE, message);
}

/* Reads the map, and says what is wrong where it cannot, or that there is none. Returns
 * EXIT_STATUS_CONFORMS or the status to end with. */
static int read_map(FILE *list, const char *name, const char *none, struct map *map)
{
    struct map_mistake mistake;
    switch (hck_map_read(list, map, &mistake)) {
    case MAP_DONE:
        break;
    case MAP_MALFORMED:
        (void)fprintf(stderr, "%s:%lu: expected %s\n", name, mistake.line, mistake.expected);
        return EXIT_STATUS_USAGE;
    case MAP_UNREADABLE:
        return complain(name, strerror(errno));
    }
    if (map->count == 0) {
        return complain(name, none);
    }
    hck_map_classify(map);
    return EXIT_STATUS_CONFORMS;
}

static int draw_process(const char *process, bool is_complete)
{
    char title[64];
    char link[64];
    char program[PATH_TEXT_MAX];
    struct map map = {.count = 0};
    bool is_own = strcmp(process, "self") == 0;
    (void)snprintf(title, sizeof title, is_own ? "this process" : "process %s", process);
    (void)snprintf(link, sizeof link, "/proc/%s/exe", process);
    FILE *list = open_list(process);
    if (list == NULL) {
        return complain(title, errno == ENOENT ? "there is none" : strerror(errno));
    }
    ssize_t length = readlink(link, program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    int status = read_map(list, title, "it has no memory: it is the kernel's, or has ended", &map);
    (void)fclose(list);
    if (status == EXIT_STATUS_CONFORMS) {
        struct map_drawing drawing = {title, length > 0 ? program : NULL, is_complete};
        hck_map_draw(&map, &drawing, stdout);
    }
    hck_map_free(&map);
    return status;
}

static int draw_file(const char *path, bool is_complete)
{
    struct map map = {.count = 0};
    FILE *list = hck_input_open(path);
    if (list == NULL) {
        return complain(path, strerror(errno));
    }
    int status = read_map(list, hck_input_name(path), "no mapping is in it", &map);
    hck_input_close(list);
    if (status == EXIT_STATUS_CONFORMS) {
        struct map_drawing drawing = {hck_input_name(path), NULL, is_complete};
        hck_map_draw(&map, &drawing, stdout);
    }
    hck_map_free(&map);
    return status;
}

int hck_command_map(int argc, char *const *argv)
{
    bool is_complete = false;
    const struct option_row rows[] = {
        {OPTION_FLAG, "--all", NULL, "a line for every mapping, with whole paths", &is_complete},
        ROW_END,
    };
    struct command_line line = {
        .name = "map",
        .usage = "[--all] [PID | FILE]",
        .summary =
            "Draws the address space of a process, by default its own: partitions, the parts of\n"
            "the program, libraries, heap, stack, views, reservations and private memory, with\n"
            "their sizes, how much of them is in RAM, and protections as VirtualQuery names them.\n"
            "FILE is a copy of /proc/PID/maps or /proc/PID/smaps, '-' standard input.",
        .rows = rows,
        .positional_max = 1,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    const char *what = line.positional.count > 0 ? line.positional.items[0] : "self";
    return line.positional.count > 0 && !is_process_number(what) ? draw_file(what, is_complete)
                                                                 : draw_process(what, is_complete);
}
