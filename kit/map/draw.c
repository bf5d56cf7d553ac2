/* See map.h. Areas that touch are in one box; what is free lies between the boxes. */
#include <inttypes.h>
#include <string.h>

#include "kit/map/map.h"
#include "spec/win32.h"

enum { SIZE_TEXT_MAX = 16, COLUMNS_MAX = 100, INDENT = 16 };

#define USER_END \
    (UINT64_C(0x7FFF) << 32 | UINT64_C(0xFFFFFFFF)) /* the last byte a program may have */
#define RULE "+--------------------------------------------------------------------"

/* What is drawn as one line. */
struct stripe {
    uint64_t start;
    uint64_t end;
    uint64_t resident;
    const char *kind;
    const char *protection;
    const char *name;
};

static const char *const kind_names[MAP_KIND_COUNT] = {
    [MAP_CODE] = "code",     [MAP_CONSTANTS] = "constants", [MAP_DATA] = "data",
    [MAP_BSS] = "bss",       [MAP_HEAP] = "heap",           [MAP_STACK] = "stack",
    [MAP_VIEW] = "view",     [MAP_PRIVATE] = "private",     [MAP_RESERVED] = "reserved",
    [MAP_SYSTEM] = "system",
};

/* 4K, 1.5M, 128T: three digits at most. */
static void print_size(uint64_t size, char text[SIZE_TEXT_MAX])
{
    static const char units[] = "BKMGTPE";
    unsigned unit = 0;
    uint64_t tenths = size * 10;
    if (size > UINT64_MAX / 10) {
        unit = 1;
        tenths = size / 1024 * 10;
    }
    while (tenths >= 10240) {
        tenths /= 1024;
        unit++;
    }
    if (tenths < 100 && tenths % 10 != 0) {
        (void)snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
                       units[unit]);
    } else {
        (void)snprintf(text, SIZE_TEXT_MAX, "%" PRIu64 "%c", tenths / 10, units[unit]);
    }
}

/* As VirtualQuery would say it. What is private and has a file is copied when it is written. */
static const char *protection_of(const struct map_area *area)
{
    bool copies = !area->is_shared && area->name[0] == '/' && area->kind != MAP_BSS;
    switch (area->access) {
    case 0:
        return area->kind == MAP_RESERVED ? "" : "PAGE_NOACCESS";
    case MAP_READ:
        return "PAGE_READONLY";
    case MAP_WRITE:
    case MAP_READ | MAP_WRITE:
        return copies ? "PAGE_WRITECOPY" : "PAGE_READWRITE";
    case MAP_EXECUTE:
        return "PAGE_EXECUTE";
    case MAP_READ | MAP_EXECUTE:
        return "PAGE_EXECUTE_READ";
    default:
        return copies ? "PAGE_EXECUTE_WRITECOPY" : "PAGE_EXECUTE_READWRITE";
    }
}

/* The last part of a path. */
static const char *short_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL && name[0] == '/' ? slash + 1 : name;
}

static bool is_other_image(const struct map_area *area, const struct map_drawing *drawing)
{
    bool is_program = drawing->program == NULL || strcmp(area->name, drawing->program) == 0;
    return area->is_image && !is_program && !drawing->is_complete;
}

static struct stripe stripe_of(const struct map_area *area, const struct map_drawing *drawing)
{
    bool is_whole = is_other_image(area, drawing);
    struct stripe stripe = {area->start,
                            area->end,
                            area->resident,
                            is_whole ? "library" : kind_names[area->kind],
                            is_whole ? "" : protection_of(area),
                            drawing->is_complete ? area->name : short_name(area->name)};
    return stripe;
}

static bool belong_together(const struct stripe *stripe, const struct stripe *next,
                            const struct map_drawing *drawing)
{
    return !drawing->is_complete && stripe->end == next->start &&
           strcmp(stripe->kind, next->kind) == 0 &&
           strcmp(stripe->protection, next->protection) == 0 &&
           strcmp(stripe->name, next->name) == 0;
}

/* The stripe that begins with area `*index`, which becomes that of the next one. */
static struct stripe take_stripe(const struct map *map, const struct map_drawing *drawing,
                                 size_t *index)
{
    struct stripe stripe = stripe_of(&map->areas[(*index)++], drawing);
    while (*index < map->count) {
        struct stripe next = stripe_of(&map->areas[*index], drawing);
        if (!belong_together(&stripe, &next, drawing)) {
            break;
        }
        stripe.end = next.end;
        stripe.resident += next.resident;
        (*index)++;
    }
    return stripe;
}

static void draw_rule(FILE *out, uint64_t address)
{
    (void)fprintf(out, "0x%012" PRIx64 "  " RULE "\n", address);
}

static void draw_free(FILE *out, uint64_t size)
{
    char text[SIZE_TEXT_MAX];
    print_size(size, text);
    (void)fprintf(out, "%*s  %-9s %7s\n", INDENT, "", "free", text);
}

static void draw_stripe(FILE *out, const struct stripe *stripe, bool has_resident)
{
    char size[SIZE_TEXT_MAX];
    char resident[SIZE_TEXT_MAX] = "";
    char columns[COLUMNS_MAX];
    print_size(stripe->end - stripe->start, size);
    if (has_resident) {
        print_size(stripe->resident, resident);
    }
    int length = snprintf(columns, sizeof columns, "| %-9s %7s %7s  %-22s ", stripe->kind, size,
                          resident, stripe->protection);
    while (stripe->name[0] == '\0' && length > 0 && columns[length - 1] == ' ') {
        columns[--length] = '\0';
    }
    (void)fprintf(out, "0x%012" PRIx64 "  %s%s\n", stripe->start, columns, stripe->name);
}

static void draw_heading(const struct map *map, const struct map_drawing *drawing, FILE *out)
{
    (void)fprintf(out, "%s%s%s\n\n", drawing->title, drawing->program != NULL ? ": " : "",
                  drawing->program != NULL ? drawing->program : "");
    (void)fprintf(out, "%*s  %-9s %7s %7s  %-22s %s\n", INDENT, "", "", "size",
                  map->has_resident ? "in RAM" : "", "protection", "of");
    (void)fprintf(out, "0x%012x  NULL partition: nobody can have anything here\n", 0);
}

static void draw_totals(const struct map *map, FILE *out)
{
    uint64_t sizes[MAP_KIND_COUNT] = {0};
    uint64_t residents[MAP_KIND_COUNT] = {0};
    for (size_t i = 0; i < map->count; i++) {
        sizes[map->areas[i].kind] += map->areas[i].end - map->areas[i].start;
        residents[map->areas[i].kind] += map->areas[i].resident;
    }
    (void)fprintf(out, "\n");
    for (unsigned kind = 0; kind < MAP_KIND_COUNT; kind++) {
        char size[SIZE_TEXT_MAX];
        char resident[SIZE_TEXT_MAX];
        if (sizes[kind] == 0) {
            continue;
        }
        print_size(sizes[kind], size);
        print_size(residents[kind], resident);
        (void)fprintf(out, "%*s   %-9s %7s", INDENT - 6, "all", kind_names[kind], size);
        (void)fprintf(out, map->has_resident ? " %7s in RAM\n" : "\n", resident);
    }
}

/* Draws the areas that a program can have, box by box. Returns the index of the first other one. */
static size_t draw_user_partition(const struct map *map, const struct map_drawing *drawing,
                                  FILE *out)
{
    uint64_t free_from = WINMEM_ADDRESS_MIN;
    bool is_open = false;
    size_t i = 0;
    while (i < map->count && map->areas[i].start <= USER_END) {
        struct stripe stripe = take_stripe(map, drawing, &i);
        if (is_open && stripe.start != free_from) {
            draw_rule(out, free_from);
            is_open = false;
        }
        if (!is_open && stripe.start > free_from) {
            draw_free(out, stripe.start - free_from);
        }
        if (!is_open) {
            (void)fprintf(out, "%*s" RULE "\n", INDENT, "");
        }
        draw_stripe(out, &stripe, map->has_resident);
        free_from = stripe.end;
        is_open = true;
    }
    if (is_open) {
        draw_rule(out, free_from);
    }
    if (free_from <= WINMEM_ADDRESS_MAX) {
        draw_free(out, WINMEM_ADDRESS_MAX + 1 - free_from);
    }
    return i;
}

static void draw_system_partition(const struct map *map, size_t first, FILE *out)
{
    (void)fprintf(out, "0x%012" PRIx64 "  upper gap: nobody can have anything here\n",
                  (uint64_t)WINMEM_ADDRESS_MAX + 1);
    (void)fprintf(out, "0x%012" PRIx64 "  the system's\n", USER_END + 1);
    for (size_t i = first; i < map->count; i++) {
        (void)fprintf(out, "0x%012" PRIx64 "  %s\n", map->areas[i].start, map->areas[i].name);
    }
}

void hck_map_draw(const struct map *map, const struct map_drawing *drawing, FILE *out)
{
    draw_heading(map, drawing, out);
    draw_system_partition(map, draw_user_partition(map, drawing, out), out);
    draw_totals(map, out);
}
