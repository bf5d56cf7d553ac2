/* The address space of a process, as a person likes to see it: read.c takes in the list of mappings
 * that Linux shows, classify.c says what each of them is, draw.c draws them. */
#ifndef HCK_KIT_MAP_MAP_H
#define HCK_KIT_MAP_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum map_kind {
    MAP_CODE,      /* of a program or library: executable */
    MAP_CONSTANTS, /* of one: neither executable nor writable */
    MAP_DATA,      /* of one: writable, from the file */
    MAP_BSS,       /* of one: writable, and zero at the start */
    MAP_HEAP,      /* what brk has extended */
    MAP_STACK,     /* of the first thread */
    MAP_VIEW,      /* of a file, or shared memory */
    MAP_PRIVATE,   /* memory without a file: of allocators, of other threads' stacks */
    MAP_RESERVED,  /* the same, and nobody may access it */
    MAP_SYSTEM,    /* what the kernel has put there */
    MAP_KIND_COUNT
};

enum { MAP_READ = 1, MAP_WRITE = 2, MAP_EXECUTE = 4 };

struct map_area {
    uint64_t start;
    uint64_t end;
    uint64_t resident; /* bytes; where the list says it */
    unsigned access;   /* MAP_READ and so on */
    bool is_shared;
    bool is_image;      /* of a file that has executable parts */
    enum map_kind kind; /* of classify.c */
    const char *name;   /* path, or what the kernel calls it, or "" */
};

/* By rising address. */
struct map {
    struct map_area *areas;
    size_t count;
    size_t capacity;
    bool has_resident;
    char **names; /* that the areas point to */
    size_t name_count;
    size_t name_capacity;
};

enum map_result {
    MAP_DONE,
    MAP_MALFORMED, /* `line` and `expected` say where and what */
    MAP_UNREADABLE /* errno says why; out of memory is among it */
};

struct map_mistake {
    unsigned long line;
    const char *expected;
};

/* Appends the mappings of a list in the form of /proc/PID/maps or smaps to an empty map. */
enum map_result hck_map_read(FILE *list, struct map *map, struct map_mistake *mistake);

/* Says of each area what it is. */
void hck_map_classify(struct map *map);

void hck_map_free(struct map *map);

struct map_drawing {
    const char *title;   /* "process 4711" */
    const char *program; /* path of the program itself, or NULL: its parts are shown one by one, and
                            every other image is one line */
    bool is_complete;    /* every mapping has its line */
};

/* Draws the map, and what it adds up to. */
void hck_map_draw(const struct map *map, const struct map_drawing *drawing, FILE *out);

#endif
