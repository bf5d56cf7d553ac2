/* See extent_map.h. Deletion frees a node only when it is empty: maps here shrink about as they
 * grew, and the arena is sized for the insertions of the trace, so rebalancing would buy nothing.
 */
#include "oracle/extent_map.h"

#include <string.h>

enum {
    CACHE_LINE = 64,
    LEAF_HALF = EXTENT_LEAF_MAX / 2,
    LEAF_PART_MIN = EXTENT_LEAF_MAX / 4, /* keys on the smaller side of a split */
    SPARE_PART = 16                      /* keys that may be lacking: one for so many insertions */
};

struct extent_load {
    uint64_t length;
    uint32_t a;
    uint32_t b;
    uint32_t mark;
};

/* The starts lie apart from the rest, so that a search touches as few cache lines as can be. */
struct extent_leaf {
    uint32_t count;
    struct extent_leaf *next;
    struct extent_leaf *previous;
    uint64_t starts[EXTENT_LEAF_MAX];
    struct extent_load loads[EXTENT_LEAF_MAX];
};

/* Child i holds keys k with separators[i] <= k < separators[i + 1]; separators[0] is not looked at.
 */
struct extent_inner {
    uint32_t count;
    uint64_t separators[EXTENT_INNER_MAX];
    void *children[EXTENT_INNER_MAX];
};

/* Halving a leaf takes LEAF_HALF insertions from the last time that it was split. Any other split
 * takes as many fewer as its smaller side lacks keys to LEAF_HALF; `spare` counts these, and those
 * that come in later. Inner nodes are halved. */
size_t extent_map_storage(uint64_t insert_count)
{
    size_t leaves = (size_t)((insert_count + insert_count / SPARE_PART) / LEAF_HALF) + 2;
    size_t inners = leaves / (EXTENT_INNER_MAX / 2 - 1) + EXTENT_DEPTH_MAX;
    return leaves * arena_round(sizeof(struct extent_leaf)) +
           inners * arena_round(sizeof(struct extent_inner));
}

static struct extent_leaf *take_leaf(struct extent_map *map)
{
    struct extent_leaf *leaf = map->free_leaves;
    if (leaf) {
        map->free_leaves = leaf->next;
    } else {
        leaf = arena_take(map->arena, sizeof *leaf);
    }
    if (leaf) {
        leaf->count = 0;
        leaf->next = NULL;
        leaf->previous = NULL;
    }
    return leaf;
}

static void give_leaf(struct extent_map *map, struct extent_leaf *leaf)
{
    leaf->next = map->free_leaves;
    map->free_leaves = leaf;
}

static struct extent_inner *take_inner(struct extent_map *map)
{
    struct extent_inner *inner = map->free_inners;
    if (inner) {
        map->free_inners = inner->children[0];
    } else {
        inner = arena_take(map->arena, sizeof *inner);
    }
    if (inner) {
        inner->count = 0;
    }
    return inner;
}

static void give_inner(struct extent_map *map, struct extent_inner *inner)
{
    inner->children[0] = map->free_inners;
    map->free_inners = inner;
}

bool extent_map_init(struct extent_map *map, struct arena *arena, uint64_t insert_count)
{
    memset(map, 0, sizeof *map);
    map->arena = arena;
    map->spare = insert_count / SPARE_PART;
    map->root = take_leaf(map);
    return map->root != NULL;
}

/* How many of the first `count` keys are <= key. Without branches on the keys, which are as good as
 * random: a wrong guess costs more than the whole search. */
static uint32_t rank(const uint64_t *keys, uint32_t count, uint64_t key)
{
    const uint64_t *base = keys;
    uint32_t left = count;
    while (left > 1) {
        uint32_t half = left / 2;
        base += base[half - 1] <= key ? half : 0;
        left -= half;
    }
    return (uint32_t)(base - keys) + (left == 1 && *base <= key);
}

/* The leaf that holds the key or would hold it. */
static struct extent_leaf *descend(const struct extent_map *map, uint64_t key)
{
    void *node = map->root;
    for (uint32_t level = map->height; level > 0; level--) {
        struct extent_inner *inner = node;
        node = inner->children[rank(inner->separators + 1, inner->count - 1, key)];
    }
    return node;
}

/* The same; the way there and the keys of the leaf are remembered. */
static struct extent_leaf *reach(struct extent_map *map, uint64_t key)
{
    if (map->leaf && key >= map->low && key <= map->high) {
        return map->leaf;
    }
    void *node = map->root;
    map->low = 0;
    map->high = UINT64_MAX;
    for (uint32_t level = map->height; level > 0; level--) {
        struct extent_inner *inner = node;
        uint32_t slot = rank(inner->separators + 1, inner->count - 1, key);
        map->path.inners[level - 1] = inner;
        map->path.slots[level - 1] = slot;
        map->low = slot > 0 ? inner->separators[slot] : map->low;
        map->high = slot + 1 < inner->count ? inner->separators[slot + 1] - 1 : map->high;
        node = inner->children[slot];
    }
    map->leaf = node;
    return node;
}

/* The tree is about to change above the leaves. */
static void forget_reached(struct extent_map *map)
{
    map->leaf = NULL;
}

static void open_leaf_slot(struct extent_leaf *leaf, uint32_t at)
{
    uint32_t behind = leaf->count - at;
    memmove(leaf->starts + at + 1, leaf->starts + at, behind * sizeof leaf->starts[0]);
    memmove(leaf->loads + at + 1, leaf->loads + at, behind * sizeof leaf->loads[0]);
    leaf->count++;
}

static void close_leaf_slot(struct extent_leaf *leaf, uint32_t at)
{
    leaf->count--;
    uint32_t behind = leaf->count - at;
    memmove(leaf->starts + at, leaf->starts + at + 1, behind * sizeof leaf->starts[0]);
    memmove(leaf->loads + at, leaf->loads + at + 1, behind * sizeof leaf->loads[0]);
}

static void set_leaf_slot(struct extent_leaf *leaf, uint32_t at, const struct extent *extent)
{
    struct extent_load load = {extent->length, extent->a, extent->b, 0};
    leaf->starts[at] = extent->start;
    leaf->loads[at] = load;
}

/* Puts a new right sibling behind path->slots[level]; splits upward as far as needed. */
static bool add_child(struct extent_map *map, struct extent_path *path, uint32_t level,
                      uint64_t separator, void *child)
{
    while (level < map->height) {
        struct extent_inner *inner = path->inners[level];
        uint32_t at = path->slots[level] + 1;
        struct extent_inner *target = inner;
        struct extent_inner *right = NULL;
        uint64_t right_separator = 0;
        if (inner->count == EXTENT_INNER_MAX) {
            right = take_inner(map);
            if (!right) {
                return false;
            }
            uint32_t half = EXTENT_INNER_MAX / 2;
            right->count = EXTENT_INNER_MAX - half;
            memcpy(right->separators, inner->separators + half,
                   right->count * sizeof right->separators[0]);
            memcpy(right->children, inner->children + half,
                   right->count * sizeof right->children[0]);
            inner->count = half;
            right_separator = right->separators[0];
            if (at > half) {
                target = right;
                at -= half;
            }
        }
        uint32_t behind = target->count - at;
        memmove(target->separators + at + 1, target->separators + at,
                behind * sizeof target->separators[0]);
        memmove(target->children + at + 1, target->children + at,
                behind * sizeof target->children[0]);
        target->separators[at] = separator;
        target->children[at] = child;
        target->count++;
        if (!right) {
            return true;
        }
        separator = right_separator;
        child = right;
        level++;
    }
    struct extent_inner *root = take_inner(map);
    if (!root || map->height + 1 >= EXTENT_DEPTH_MAX) {
        return false;
    }
    root->count = 2;
    root->separators[0] = 0;
    root->children[0] = map->root;
    root->separators[1] = separator;
    root->children[1] = child;
    map->root = root;
    map->height++;
    return true;
}

/* Where to split a full leaf that a key is about to enter: right there, so that the keys of a run
 * that goes on, upward or downward and whatever lies beside it, stay behind in a leaf that is three
 * quarters full. Keys that come in no order use up what is to spare, and are better off halved. */
static uint32_t choose_split(struct extent_map *map, uint32_t at)
{
    uint32_t keep_max = EXTENT_LEAF_MAX - LEAF_PART_MIN;
    uint32_t keep = at < LEAF_PART_MIN ? LEAF_PART_MIN : at < keep_max ? at : keep_max;
    uint32_t lacking = keep < LEAF_HALF ? LEAF_HALF - keep : keep - LEAF_HALF;
    if (lacking > map->spare) {
        return LEAF_HALF;
    }
    map->spare -= lacking;
    return keep;
}

/* `at`: where in the leaf the new key belongs. */
static bool split_leaf(struct extent_map *map, struct extent_path *path, struct extent_leaf *leaf,
                       uint32_t at)
{
    struct extent_leaf *right = take_leaf(map);
    if (!right) {
        return false;
    }
    uint32_t keep = choose_split(map, at);
    right->count = leaf->count - keep;
    memcpy(right->starts, leaf->starts + keep, right->count * sizeof right->starts[0]);
    memcpy(right->loads, leaf->loads + keep, right->count * sizeof right->loads[0]);
    leaf->count = keep;
    right->next = leaf->next;
    right->previous = leaf;
    if (leaf->next) {
        leaf->next->previous = right;
    }
    leaf->next = right;
    return add_child(map, path, 0, right->starts[0], right);
}

/* Whether a full leaf can be split, with every parent that is full as well: half a split would
 * leave a leaf that no search finds. */
static bool has_room(const struct extent_map *map, const struct extent_path *path)
{
    uint32_t inners = 0;
    while (inners < map->height && path->inners[inners]->count == EXTENT_INNER_MAX) {
        inners++;
    }
    if (inners == map->height) {
        inners++; /* a new root */
        if (map->height + 1 >= EXTENT_DEPTH_MAX) {
            return false;
        }
    }
    const struct extent_inner *free_inner = map->free_inners;
    for (; inners > 0 && free_inner; inners--) {
        free_inner = free_inner->children[0];
    }
    size_t size = inners * arena_round(sizeof(struct extent_inner));
    size += map->free_leaves ? 0 : arena_round(sizeof(struct extent_leaf));
    return size <= map->arena->size - map->arena->used;
}

bool extent_map_insert(struct extent_map *map, const struct extent *extent)
{
    struct extent_path *path = &map->path;
    struct extent_leaf *leaf = reach(map, extent->start);
    uint32_t at = rank(leaf->starts, leaf->count, extent->start);
    if (at > 0 && leaf->starts[at - 1] == extent->start) {
        set_leaf_slot(leaf, at - 1, extent);
        return true;
    }
    if (leaf->count == EXTENT_LEAF_MAX) {
        if (!has_room(map, path) || !split_leaf(map, path, leaf, at)) {
            return false;
        }
        forget_reached(map);
        if (extent->start >= leaf->next->starts[0]) {
            leaf = leaf->next;
        }
        at = rank(leaf->starts, leaf->count, extent->start);
    }
    map->spare += leaf->count < LEAF_HALF;
    open_leaf_slot(leaf, at);
    set_leaf_slot(leaf, at, extent);
    map->count++;
    return true;
}

/* Takes the empty child path->slots[level] out of its parent, and empty parents out of theirs. */
static void remove_child(struct extent_map *map, struct extent_path *path)
{
    for (uint32_t level = 0; level < map->height; level++) {
        struct extent_inner *inner = path->inners[level];
        uint32_t at = path->slots[level];
        inner->count--;
        uint32_t behind = inner->count - at;
        memmove(inner->separators + at, inner->separators + at + 1,
                behind * sizeof inner->separators[0]);
        memmove(inner->children + at, inner->children + at + 1, behind * sizeof inner->children[0]);
        if (inner->count > 0) {
            break;
        }
        give_inner(map, inner);
    }
    while (map->height > 0 && ((struct extent_inner *)map->root)->count == 1) {
        struct extent_inner *root = map->root;
        map->root = root->children[0];
        map->height--;
        give_inner(map, root);
    }
}

/* The leaf lost its last range, and is not the only one: a root has two children at least. */
static void remove_leaf(struct extent_map *map, struct extent_leaf *leaf)
{
    struct extent_path *path = &map->path;
    forget_reached(map);
    if (leaf->previous) {
        leaf->previous->next = leaf->next;
    }
    if (leaf->next) {
        leaf->next->previous = leaf->previous;
    }
    give_leaf(map, leaf);
    remove_child(map, path);
}

static void remove_at(struct extent_map *map, struct extent_leaf *leaf, uint32_t at)
{
    close_leaf_slot(leaf, at);
    map->count--;
    if (leaf->count == 0 && map->height > 0) {
        remove_leaf(map, leaf);
    }
}

bool extent_map_remove(struct extent_map *map, uint64_t start)
{
    struct extent_leaf *leaf = reach(map, start);
    uint32_t at = rank(leaf->starts, leaf->count, start);
    if (at == 0 || leaf->starts[at - 1] != start) {
        return false;
    }
    remove_at(map, leaf, at - 1);
    return true;
}

void extent_map_prepare(struct extent_map *map, uint64_t start)
{
    const struct extent_leaf *leaf = reach(map, start);
    for (size_t at = 0; at < sizeof *leaf; at += CACHE_LINE) {
        __builtin_prefetch((const char *)leaf + at);
    }
}

bool extent_map_remove_exact(struct extent_map *map, uint64_t start, uint32_t a, uint32_t b)
{
    struct extent_leaf *leaf = reach(map, start);
    uint32_t at = rank(leaf->starts, leaf->count, start);
    if (at == 0 || leaf->starts[at - 1] != start || leaf->loads[at - 1].a != a ||
        leaf->loads[at - 1].b != b) {
        return false;
    }
    remove_at(map, leaf, at - 1);
    return true;
}

struct extent_cursor extent_map_at_or_after(const struct extent_map *map, uint64_t address)
{
    struct extent_cursor cursor = extent_map_at_or_before(map, address);
    if (cursor.leaf && cursor.leaf->starts[cursor.index] == address) {
        return cursor;
    }
    if (cursor.leaf) {
        return extent_map_next(cursor);
    }
    cursor.leaf = descend(map, 0);
    cursor.index = 0;
    if (cursor.leaf->count == 0) {
        cursor.leaf = NULL;
    }
    return cursor;
}

struct extent_cursor extent_map_at_or_before(const struct extent_map *map, uint64_t address)
{
    struct extent_cursor cursor = {NULL, 0};
    struct extent_leaf *leaf = descend(map, address);
    uint32_t at = rank(leaf->starts, leaf->count, address);
    if (at > 0) {
        cursor.leaf = leaf;
        cursor.index = at - 1;
    } else if (leaf->previous) {
        cursor.leaf = leaf->previous;
        cursor.index = leaf->previous->count - 1;
    }
    return cursor;
}

struct extent_cursor extent_map_next(struct extent_cursor cursor)
{
    if (cursor.leaf && ++cursor.index == cursor.leaf->count) {
        cursor.leaf = cursor.leaf->next;
        cursor.index = 0;
    }
    return cursor;
}

bool extent_map_get(struct extent_cursor cursor, struct extent *extent)
{
    if (!cursor.leaf) {
        return false;
    }
    extent->start = cursor.leaf->starts[cursor.index];
    extent->length = cursor.leaf->loads[cursor.index].length;
    extent->a = cursor.leaf->loads[cursor.index].a;
    extent->b = cursor.leaf->loads[cursor.index].b;
    return true;
}

bool extent_map_find(const struct extent_map *map, uint64_t address, struct extent *extent)
{
    return extent_map_get(extent_map_at_or_before(map, address), extent) &&
           address - extent->start < extent->length;
}

bool extent_map_overlap(struct extent_map *map, uint64_t start, uint64_t length,
                        struct extent *extent)
{
    struct extent_leaf *leaf = reach(map, start);
    uint32_t at = rank(leaf->starts, leaf->count, start);
    struct extent_leaf *before = at > 0 ? leaf : leaf->previous;
    struct extent_cursor low = {before, at > 0 ? at - 1 : before ? before->count - 1 : 0};
    if (extent_map_get(low, extent) && start - extent->start < extent->length) {
        return true;
    }
    struct extent_cursor high = {at < leaf->count ? leaf : leaf->next, at < leaf->count ? at : 0};
    return extent_map_get(high, extent) && extent->start - start < length;
}

bool extent_map_mark(struct extent_map *map, uint64_t start, uint32_t mark)
{
    struct extent_leaf *leaf = descend(map, start);
    uint32_t at = rank(leaf->starts, leaf->count, start);
    if (at == 0 || leaf->starts[at - 1] != start || leaf->loads[at - 1].mark == mark) {
        return false;
    }
    leaf->loads[at - 1].mark = mark;
    return true;
}

bool extent_map_clear(struct extent_map *map, uint64_t start, uint64_t end)
{
    struct extent extent;
    while (start < end && extent_map_overlap(map, start, end - start, &extent)) {
        uint64_t extent_end = extent.start + extent.length;
        struct extent left = extent;
        struct extent right = extent;
        left.length = start > extent.start ? start - extent.start : 0;
        right.start = end;
        right.length = extent_end > end ? extent_end - end : 0;
        if (left.length == 0) {
            (void)extent_map_remove(map, extent.start);
        } else if (!extent_map_insert(map, &left)) {
            return false;
        }
        if (right.length > 0 && !extent_map_insert(map, &right)) {
            return false;
        }
    }
    return true;
}

bool extent_map_assign(struct extent_map *map, uint64_t start, uint64_t end, uint32_t a, uint32_t b,
                       uint64_t low, uint64_t high)
{
    if (start >= end) {
        return true;
    }
    if (!extent_map_clear(map, start, end)) {
        return false;
    }
    struct extent near;
    if (start > low && extent_map_find(map, start - 1, &near) && near.a == a && near.b == b) {
        start = near.start;
    }
    if (end < high && extent_map_find(map, end, &near) && near.a == a && near.b == b) {
        end = near.start + near.length;
        (void)extent_map_remove(map, near.start);
    }
    struct extent joined = {start, end - start, a, b};
    return extent_map_insert(map, &joined);
}
