/* See map.h. */
#include <stdlib.h>
#include <string.h>

#include "kit/map/map.h"

static bool has_file(const struct map_area *area)
{
    return area->name[0] == '/';
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A file of which some part may be executed is a program or a library as a whole. */
static void find_images(struct map *map)
{
    const char **images = malloc((map->count + 1) * sizeof *images);
    size_t count = 0;
    for (size_t i = 0; images != NULL && i < map->count; i++) {
        if (has_file(&map->areas[i]) && (map->areas[i].access & MAP_EXECUTE) != 0) {
            images[count++] = map->areas[i].name;
        }
    }
    if (count > 0) {
        qsort(images, count, sizeof *images, compare_names);
    }
    for (size_t i = 0; count > 0 && i < map->count; i++) {
        struct map_area *area = &map->areas[i];
        area->is_image = !area->is_shared &&
                         bsearch(&area->name, images, count, sizeof *images, compare_names) != NULL;
    }
    free(images);
}

static enum map_kind kind_in_image(const struct map_area *area)
{
    return (area->access & MAP_EXECUTE) != 0 ? MAP_CODE
           : (area->access & MAP_WRITE) != 0 ? MAP_DATA
                                             : MAP_CONSTANTS;
}

static bool is_writable_part(const struct map_area *area)
{
    return area->is_image && (area->kind == MAP_DATA || area->kind == MAP_BSS);
}

static enum map_kind kind_of(const struct map_area *area, const struct map_area *before)
{
    if (area->is_image) {
        return kind_in_image(area);
    }
    if (strcmp(area->name, "[heap]") == 0) {
        return MAP_HEAP;
    }
    if (strcmp(area->name, "[stack]") == 0) {
        return MAP_STACK;
    }
    if (area->is_shared || has_file(area)) {
        return MAP_VIEW;
    }
    if (area->name[0] == '[' && strncmp(area->name, "[anon", 5) != 0) {
        return MAP_SYSTEM;
    }
    if (area->access == 0) {
        return MAP_RESERVED;
    }
    bool follows_data = before != NULL && before->end == area->start && is_writable_part(before);
    return follows_data && (area->access & MAP_WRITE) != 0 ? MAP_BSS : MAP_PRIVATE;
}

void hck_map_classify(struct map *map)
{
    find_images(map);
    for (size_t i = 0; i < map->count; i++) {
        struct map_area *area = &map->areas[i];
        area->kind = kind_of(area, i > 0 ? area - 1 : NULL);
        if (area->kind == MAP_BSS) {
            area->is_image = true;
            area->name = area[-1].name;
        }
    }
}
