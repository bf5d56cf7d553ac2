/* An ordered map of address ranges: a B+ tree with wide nodes, so that a look-up among a million
 * ranges touches a handful of cache lines.
 *
 * Invariants:
 *   1. Keys in a leaf ascend strictly; all keys of a leaf are >= its separator in the parent.
 *   2. All leaves have the same depth; leaves are linked in ascending order.
 *   3. No leaf and no inner node is empty, except the root leaf of an empty map.
 *
 * A range is [start, start + length). Ranges do not overlap: who inserts one first removes what is
 * in its way.
 *
 * The map remembers the leaf that it reached last: to look for a place and then change something
 * there costs one descent. */
#ifndef HCK_ORACLE_EXTENT_MAP_H
#define HCK_ORACLE_EXTENT_MAP_H

#include <stdbool.h>

#include "oracle/arena.h"

enum { EXTENT_LEAF_MAX = 32, EXTENT_INNER_MAX = 64, EXTENT_DEPTH_MAX = 8 };

/* What a range carries; the meaning of a and b belongs to the map's user. */
struct extent {
    uint64_t start;
    uint64_t length; /* at least 1 */
    uint32_t a;
    uint32_t b;
};

struct extent_leaf;
struct extent_inner;

/* The way from the root to a leaf, of the insertion or removal under way. */
struct extent_path {
    struct extent_inner *inners[EXTENT_DEPTH_MAX];
    uint32_t slots[EXTENT_DEPTH_MAX];
};

struct extent_map {
    struct arena *arena;
    void *root; /* struct extent_leaf at height 0, else struct extent_inner */
    uint32_t height;
    uint64_t count;
    uint64_t spare; /* keys that sides of splits may yet lack to half a leaf */
    struct extent_leaf *free_leaves;
    struct extent_inner *free_inners;
    struct extent_path path;  /* to `leaf` */
    struct extent_leaf *leaf; /* reached last, or NULL ... */
    uint64_t low;             /* ... and the keys whose place it is: low to high */
    uint64_t high;
};

/* A place in the map. Valid until the map changes. */
struct extent_cursor {
    struct extent_leaf *leaf; /* NULL: behind the last range */
    uint32_t index;
};

/* Bytes of arena that `insert_count` insertions can take at most. */
size_t extent_map_storage(uint64_t insert_count);

/* For so many insertions. False where the arena is full. */
bool extent_map_init(struct extent_map *map, struct arena *arena, uint64_t insert_count);

/* Inserts a range; one with the same start is replaced. False where the arena is full: then the map
 * is as it was. */
bool extent_map_insert(struct extent_map *map, const struct extent *extent);

/* Removes the range with this start; false where there is none. */
bool extent_map_remove(struct extent_map *map, uint64_t start);

/* Removes the range with this start where it carries a and b; false where it does not. */
bool extent_map_remove_exact(struct extent_map *map, uint64_t start, uint32_t a, uint32_t b);

/* Fetches what a look-up or change at this start will need, while the caller does something else.
 */
void extent_map_prepare(struct extent_map *map, uint64_t start);

/* The first range with start >= address. */
struct extent_cursor extent_map_at_or_after(const struct extent_map *map, uint64_t address);

/* The last range with start <= address; leaf NULL where there is none. */
struct extent_cursor extent_map_at_or_before(const struct extent_map *map, uint64_t address);

struct extent_cursor extent_map_next(struct extent_cursor cursor);

/* Copies the range under the cursor; false at the end. */
bool extent_map_get(struct extent_cursor cursor, struct extent *extent);

/* The range that holds the address. */
bool extent_map_find(const struct extent_map *map, uint64_t address, struct extent *extent);

/* Some range that overlaps [start, start + length). */
bool extent_map_overlap(struct extent_map *map, uint64_t start, uint64_t length,
                        struct extent *extent);

/* Sets or clears the mark of the range with this start; false where there is none or where the mark
 * already had that value. Marks count who was seen in a list. */
bool extent_map_mark(struct extent_map *map, uint64_t start, uint32_t mark);

/* For maps that partition addresses into runs: gives [start, end) the payload (a, b), cutting the
 * runs that reach over its ends and joining neighbours with the same payload that lie inside
 * [low, high). */
bool extent_map_assign(struct extent_map *map, uint64_t start, uint64_t end, uint32_t a, uint32_t b,
                       uint64_t low, uint64_t high);

/* Removes [start, end) from all runs, cutting those that reach over its ends. */
bool extent_map_clear(struct extent_map *map, uint64_t start, uint64_t end);

#endif
