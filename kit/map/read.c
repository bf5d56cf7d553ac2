/* See map.h. A list has a line for each mapping,
 *
 *     55d0c8a2e000-55d0c8a30000 r-xp 00002000 fe:00 247134       /usr/bin/cat
 *
 * and, in the long form, lines such as "Rss:   4 kB" behind each. */
#define _POSIX_C_SOURCE 200809L /* getline */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "kit/map/map.h"

static const char *const deleted = " (deleted)";

static char *keep_name(struct map *map, const char *text, size_t length)
{
    if (map->name_count == map->name_capacity) {
        size_t capacity = map->name_capacity == 0 ? 64 : 2 * map->name_capacity;
        char **names = realloc(map->names, capacity * sizeof *names);
        if (names == NULL) {
            return NULL;
        }
        map->names = names;
        map->name_capacity = capacity;
    }
    char *name = malloc(length + 1);
    if (name != NULL) {
        memcpy(name, text, length);
        name[length] = '\0';
        map->names[map->name_count++] = name;
    }
    return name;
}

static struct map_area *add_area(struct map *map)
{
    if (map->count == map->capacity) {
        size_t capacity = map->capacity == 0 ? 64 : 2 * map->capacity;
        struct map_area *areas = realloc(map->areas, capacity * sizeof *areas);
        if (areas == NULL) {
            return NULL;
        }
        map->areas = areas;
        map->capacity = capacity;
    }
    struct map_area *area = &map->areas[map->count++];
    *area = (struct map_area){.name = ""};
    return area;
}

/* Reads hexadecimal digits and the character behind them. */
static bool take_address(const char **at, char behind, uint64_t *address)
{
    char *end;
    if (!isxdigit((unsigned char)**at)) {
        return false;
    }
    errno = 0;
    *address = strtoull(*at, &end, 16);
    *at = end + 1;
    return errno == 0 && *end == behind;
}

static bool take_access(const char **at, struct map_area *area)
{
    static const char letters[] = "rwx";
    for (unsigned i = 0; i < 3; i++, (*at)++) {
        if (**at != letters[i] && **at != '-') {
            return false;
        }
        area->access |= **at == letters[i] ? 1u << i : 0;
    }
    area->is_shared = **at == 's';
    return (*(*at)++ == 'p' || area->is_shared) && *(*at)++ == ' ';
}

/* Offset, device and inode are not looked at. */
static const char *name_behind(const char *at)
{
    for (unsigned i = 0; i < 3; i++) {
        at += strcspn(at, " \n");
        at += strspn(at, " ");
    }
    return at;
}

static const char *take_mapping(struct map *map, const char *line, bool *has_memory)
{
    uint64_t floor = map->count > 0 ? map->areas[map->count - 1].end : 0;
    struct map_area *area = add_area(map);
    *has_memory = area != NULL;
    if (area == NULL) {
        return NULL;
    }
    if (!take_address(&line, '-', &area->start) || !take_address(&line, ' ', &area->end) ||
        area->end <= area->start) {
        return "a range of addresses such as 55d0c8a2e000-55d0c8a30000";
    }
    if (area->start < floor) {
        return "a range behind the one before";
    }
    if (!take_access(&line, area)) {
        return "what may be done with the range, such as r-xp";
    }
    const char *name = name_behind(line);
    size_t length = strcspn(name, "\n");
    size_t tail = strlen(deleted);
    if (length > tail && memcmp(name + length - tail, deleted, tail) == 0) {
        length -= tail;
    }
    area->name = length > 0 ? keep_name(map, name, length) : "";
    *has_memory = area->name != NULL;
    return NULL;
}

/* "Rss:   4 kB" and its like, which belong to the mapping before. */
static bool take_field(struct map *map, const char *line)
{
    size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
    if (length == 0 || line[length] != ':' || map->count == 0) {
        return false;
    }
    if (length == 3 && memcmp(line, "Rss", 3) == 0) {
        map->areas[map->count - 1].resident = strtoull(line + length + 1, NULL, 10) * 1024;
        map->has_resident = true;
    }
    return true;
}

enum map_result hck_map_read(FILE *list, struct map *map, struct map_mistake *mistake)
{
    char *line = NULL;
    size_t room = 0;
    bool has_memory = true;
    *mistake = (struct map_mistake){0, NULL};
    while (has_memory && mistake->expected == NULL && getline(&line, &room, list) >= 0) {
        mistake->line++;
        if (!take_field(map, line)) {
            mistake->expected = take_mapping(map, line, &has_memory);
        }
    }
    free(line);
    return mistake->expected != NULL          ? MAP_MALFORMED
           : !has_memory || ferror(list) != 0 ? MAP_UNREADABLE
                                              : MAP_DONE;
}

void hck_map_free(struct map *map)
{
    for (size_t i = 0; i < map->name_count; i++) {
        free(map->names[i]);
    }
    free(map->names);
    free(map->areas);
    *map = (struct map){.count = 0};
}
